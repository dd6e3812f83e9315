"""What is wrong with a run, before it is begun: ``run_validate.py run.yaml``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from ..judge.missing import MissingLibrary
from ..train.config import ConfigError
from ..train.overrides import parse_override
from ..train.validate import Level, validate
from .say import failed, out, out_json, text

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=text(
            "Check a configuration, its data and its model; nothing is trained.",
            "校验配置、数据与模型；不进行训练。",
        )
    )
    parser.add_argument("config", type=Path, help=text("a YAML file", "YAML 配置文件"))
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=text("put a value over that of the file", "覆盖文件中的取值"),
    )
    parser.add_argument(
        "--strict", action="store_true", help=text("warnings count as errors", "警告视为错误")
    )
    parser.add_argument("--json", action="store_true", help=text("print JSON", "输出 JSON"))
    return parser


def main(argv: Sequence[str]) -> int:
    """Validate a run; return 0, 1 if something stands against it, 2 if it cannot be checked."""
    given = _parser().parse_args(argv)
    try:
        report = validate(given.config, dict(parse_override(one) for one in given.set))
    except ConfigError as error:
        return failed(error.problems[0].en, error.problems[0].zh)
    except (MissingLibrary, OSError) as error:
        return failed(str(error), str(error))
    bad = {Level.ERROR, Level.WARNING} if given.strict else {Level.ERROR}
    ok = not any(one.level in bad for one in report.findings)
    if given.json:
        found = [asdict(one) for one in report.findings]
        out_json({"ok": ok, "findings": found, "facts": report.facts})
        return 0 if ok else 1
    for level in Level:
        for one in report.findings:
            if one.level is level:
                out([f"{one.where}: {level.value} [{one.code}] {text(one.en, one.zh)}"])
    if ok:
        out([text("nothing stands against this run", "未发现阻碍训练的问题")])
    return 0 if ok else 1
