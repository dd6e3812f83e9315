"""A client that speaks OpenAI Responses (streaming) and lists every copy of a skill.

It skips a file with a byte-order mark, with a line on standard error, as the real one does.
"""

import json
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path


def listing():
    lines = []
    for root in (Path.cwd(), Path.home()):
        for folder in (".agents/skills", ".codex/skills"):
            for path in sorted((root / folder).glob("*/SKILL.md")):
                data = path.read_bytes()
                if data.startswith(b"\xef\xbb\xbf"):
                    print(f"ERROR failed to load skill {path}: missing YAML", file=sys.stderr)
                    continue
                fields = dict(line.partition(": ")[::2] for line in data.decode().splitlines()[1:3])
                shown = json.loads(fields["description"])
                lines.append(f"- {fields['name']}: {shown} (file: {path})")
    return "\n".join(lines)


def ask(base, items):
    parameters = {"type": "object", "properties": {"cmd": {"type": "string"}}}
    tool = {"type": "function", "name": "exec_command", "parameters": parameters}
    body = {"model": "m", "input": items, "tools": [tool], "stream": True}
    request = urllib.request.Request(
        base + "/responses", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        events = [json.loads(line[6:]) for line in answer if line.startswith(b"data: ")]
    assert events[-1]["type"] == "response.completed"
    return [event["item"] for event in events if event["type"] == "response.output_item.done"]


def main():
    config = tomllib.loads((Path.home() / ".codex/config.toml").read_text("utf-8"))
    base = config["model_providers"]["fake"]["base_url"]
    told = Path("AGENTS.md").read_text("utf-8") if Path("AGENTS.md").is_file() else ""
    items = [{"role": "developer", "content": [{"type": "input_text", "text": listing() + told}]}]
    for _ in range(50):
        output = ask(base, items)
        calls = [item for item in output if item["type"] == "function_call"]
        items += output
        if not calls:
            return
        for call in calls:
            command = json.loads(call["arguments"])["cmd"]
            done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
            said = done.stdout.decode()
            items.append(
                {"type": "function_call_output", "call_id": call["call_id"], "output": said}
            )


if "--version" in sys.argv:
    print("codex-cli 9.9.9")
elif "debug" in sys.argv:
    print(json.dumps(listing()))
else:
    main()
