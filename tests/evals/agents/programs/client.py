"""A client of the tests: its prompt (standard input) says what it does, its log is Claude's."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def say(**event):
    print(json.dumps(event, ensure_ascii=False), flush=True)


def assistant(*blocks):
    say(type="assistant", message={"role": "assistant", "content": list(blocks)})


def main():
    prompt = sys.stdin.read()
    word, _, rest = prompt.partition(" ")
    skills = sorted(path.parent.name for path in Path(".claude/skills").glob("*/SKILL.md"))
    say(type="system", subtype="init", model="m-1", skills=skills)
    told = {
        "home": str(Path.home()),
        "folder": str(Path.cwd()),
        "files": sorted(str(path) for path in Path().rglob("*") if path.is_file()),
        "environment": sorted(os.environ),
        "arguments": sys.argv[1:],
        "length": len(prompt),
    }
    if word == "hang":
        hold = [sys.executable, "-c", "import time; time.sleep(600)", rest]
        subprocess.Popen(hold)
        subprocess.Popen(hold, start_new_session=True)
        time.sleep(600)
    if word == "die":
        print(f"cannot go on: {os.environ['ANTHROPIC_API_KEY']}", file=sys.stderr)
        sys.exit(3)
    if word == "meet":  # all of them are here before one goes on
        place = Path(rest)
        (place / Path.home().parent.name).mkdir()
        for _ in range(1000):
            if len(list(place.iterdir())) >= 2:
                break
            time.sleep(0.01)
    if word == "use":
        call = {"type": "tool_use", "id": "1", "name": "Skill", "input": {"skill": rest}}
        assistant(call)
        result = {"type": "tool_result", "tool_use_id": "1", "content": "Launching skill"}
        say(type="user", message={"role": "user", "content": [result]})
    if word == "key":
        told["key"] = os.environ["ANTHROPIC_API_KEY"]
    answer = json.dumps(told, ensure_ascii=False)
    assistant({"type": "text", "text": answer})
    say(
        type="result",
        subtype="success",
        is_error=False,
        stop_reason="end_turn",
        result=answer,
        usage={"input_tokens": 7, "output_tokens": 3},
        total_cost_usd=0.25,
    )


if sys.argv[1:] == ["--version"]:
    print("9.8.7 (a client of the tests)")
else:
    main()
