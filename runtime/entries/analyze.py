"""What happened in a training run, what is wrong and how sure that is, what to change.

run_analyze.py runs/x [--md | --json] [-o page.html]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..train.analyze.markdown import markdown
from ..train.analyze.page import page
from ..train.analyze.report import Analysis, analyse, to_json
from ..train.errors import TrainError
from ..train.record import read_run, replace
from .say import failed, out, out_json, text

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Analyse a run; return 0, 1 if it is likely or sure to be spoilt, 2 if it cannot be read."""
    parser = argparse.ArgumentParser(
        description=text(
            "Say what happened in a run, what is wrong, and what to change.",
            "说明一次训练发生了什么、哪里不对、该改什么。",
        )
    )
    parser.add_argument("run", type=Path, help=text("the run's folder", "训练记录的文件夹"))
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=text("print JSON", "输出 JSON"))
    form.add_argument(
        "--md",
        action="store_true",
        help=text("print Markdown, for an agent", "输出 Markdown，供智能体阅读"),
    )
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        metavar=text("FILE", "文件"),
        help=text("write a page with plots to this file", "将带曲线图的页面写入此文件"),
    )
    given = parser.parse_args(argv)
    lang = text("en", "zh")
    try:
        found = analyse(read_run(given.run))
        if given.out:
            replace(given.out, page(found, lang).encode())
    except TrainError as error:
        return failed(error.en, error.zh)
    except OSError as error:
        return failed(str(error), str(error))
    if given.json:
        out_json(to_json(found))
    elif given.md:
        out([markdown(found, lang).rstrip("\n")])
    else:
        out(_lines(found))
    return 1 if found.spoilt else 0


def _said(words: Mapping[str, str]) -> str:
    return text(words["en"], words["zh"])


def _lines(found: Analysis) -> Iterator[str]:
    steps = found.curves.last_step
    state = found.curves.run.get("state", "?")
    yield f"{found.name}: {found.curves.method}, {state}, " + text(f"{steps} steps", f"{steps} 步")
    if not found.findings:
        yield text("nothing is wrong with what was recorded", "记录中没有发现问题")
    for one in found.findings:
        yield ""
        yield f"{one.severity.value} ({one.sureness.value}): {_said(one.title)}"
        yield from (f"  - {_said(words)}" for words in one.evidence)
        for advice in one.advice:
            key = f" [{advice.key}]" if advice.key else ""
            yield f"  → {_said(advice.text)}{key}"
    blind = ", ".join(each.kind for each in found.blind)
    if blind:
        yield ""
        yield text("not looked for, since nothing was recorded: ", "因没有记录而未检查：") + blind
    yield from (text(f"unreadable: {one}", f"无法读取：{one}") for one in found.problems)
