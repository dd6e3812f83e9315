"""A client that speaks Anthropic Messages and has the ``Skill`` and ``Read`` tools.

It is told its weaknesses in SETTINGS: ``cut=N`` characters of a description, ``no-reference``
(its Read tool returns nothing), ``no-body``, ``silent`` (asks nothing), ``hang``,
``hang-at-the-end``, ``hang-after=N`` requests.
"""

import json
import os
import sys
import time
import urllib.request
from pathlib import Path

SETTINGS = globals().get("SETTINGS", [])
CUT = next((int(each[4:]) for each in SETTINGS if each.startswith("cut=")), None)


def skills():
    found = {}
    for root in (Path.cwd(), Path.home()):
        for path in sorted((root / ".claude/skills").glob("*/SKILL.md")):
            found.setdefault(path.parent.name, path)
    return found


def description(path):
    line = next(x for x in path.read_text("utf-8").splitlines() if x.startswith("description:"))
    return json.loads(line.partition(":")[2])[:CUT]


def use(tool):
    if tool["name"] == "Skill":
        path = skills().get(tool["input"]["skill"])
        if path is None or "no-body" in SETTINGS:
            return "no such skill"
        return path.read_text("utf-8").partition("\n---\n")[2]
    if "no-reference" in SETTINGS:
        return "permission denied"
    return Path(tool["input"]["file_path"]).read_text("utf-8")


def ask(messages):
    tools = [
        {"name": name, "input_schema": {"type": "object", "properties": {key: {"type": "string"}}}}
        for name, key in (("Skill", "skill"), ("Read", "file_path"))
    ]
    request = urllib.request.Request(
        os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages?beta=true",
        json.dumps({"model": "m", "messages": messages, "tools": tools}).encode(),
        {"Content-Type": "application/json", "x-api-key": os.environ["ANTHROPIC_API_KEY"]},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)["content"]


def main():
    listed = "".join(f"- {name}: {description(path)}\n" for name, path in skills().items())
    told = "".join(
        path.read_text("utf-8")
        for path in (Path("CLAUDE.md"), Path.home() / ".claude/CLAUDE.md")
        if path.is_file() and "no-instructions" not in SETTINGS
    )
    messages = [{"role": "user", "content": [{"type": "text", "text": told + "\n" + listed}]}]
    for turn in range(50):
        if f"hang-after={turn}" in SETTINGS:
            time.sleep(600)
        content = ask(messages)
        calls = [block for block in content if block["type"] == "tool_use"]
        if not calls:
            return
        results = [
            {"type": "tool_result", "tool_use_id": call["id"], "content": use(call)}
            for call in calls
        ]
        messages += [
            {"role": "assistant", "content": content},
            {"role": "user", "content": results},
        ]


if "--version" in sys.argv:
    print("9.8.7 (a client of the tests)")
elif "silent" in SETTINGS:
    sys.exit("cannot start: \x1b[31mno key\x1b[0m")
elif "hang" in SETTINGS:
    time.sleep(600)
else:
    main()
    if "hang-at-the-end" in SETTINGS:
        time.sleep(600)
