"""Answers judged by a model: in pairs, in both orders, or one by one against criteria.

    run_judge.py answers.jsonl --judge anthropic/MODEL -o verdicts.jsonl

Replies are kept in a journal beside the verdicts: the same command asks only what is missing.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..judge.answers import Answers, AnswersError, read_answers
from ..judge.engine.budget import BudgetUnknown
from ..judge.engine.journal import Journal
from ..judge.missing import MissingLibrary
from ..judge.providers import open_provider
from ..judge.spec import FORMS, ModelError, find_key, parse_model
from ..judge.verdicts import Judged, as_data, judge_answers
from .say import failed, out, out_json, text

__all__ = ["main"]

_INCOMPLETE = 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=text(
            "Judge answers: pairs (prompt, baseline, candidate) in both orders, or single ones "
            "(prompt, answer, criteria).",
            "评审回答：成对（prompt、baseline、candidate）时两种顺序各问一次；单个回答"
            "（prompt、answer、criteria）时逐条对照判据。",
        )
    )
    parser.add_argument(
        "answers",
        type=Path,
        help=text("a file with one JSON object a line", "每行一个 JSON 对象的文件"),
    )
    parser.add_argument("--judge", required=True, metavar="MODEL", help=", ".join(FORMS))
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        help=text("where the verdicts go, one a line", "判决写到哪里，每行一条"),
    )
    parser.add_argument(
        "--journal",
        type=Path,
        help=text(
            "where replies are kept (default: beside the verdicts)",
            "模型回复存放处（默认与判决同处）",
        ),
    )
    parser.add_argument(
        "--budget", type=float, help=text("the most to spend, in US dollars", "花费上限，单位美元")
    )
    parser.add_argument(
        "--margin",
        type=float,
        default=0.05,
        help=text("the loss in win rate that counts as none", "胜率下降多少以内算没有退步"),
    )
    parser.add_argument("--json", action="store_true", help=text("print JSON", "输出 JSON"))
    return parser


def main(argv: Sequence[str]) -> int:
    """Judge a file of answers; return 0, 1 if verdicts are missing, 2 if nothing can be done."""
    given = _parser().parse_args(argv)
    try:
        answers = read_answers(given.answers)
        judge = parse_model(given.judge)
        find_key(judge)
        beside = given.out or given.answers
        path = given.journal or beside.with_name(f"{beside.name}.journal")
        with Journal(path) as journal:
            found = judge_answers(
                answers,
                judge,
                journal,
                open_provider,
                budget=given.budget,
                margin=given.margin,
            )
        if given.out:
            rows = [json.dumps(as_data(one), ensure_ascii=False) for one in found.verdicts]
            given.out.write_text("".join(f"{row}\n" for row in rows), "utf-8")
    except AnswersError as error:
        return failed(error.en, error.zh)
    except ModelError as error:
        return failed(error.text["en"], error.text["zh"])
    except (BudgetUnknown, MissingLibrary, OSError, ValueError) as error:
        return failed(str(error), str(error))
    if given.json:
        out_json(_data(answers, found))
    else:
        out(_lines(answers, found))
    return _INCOMPLETE if found.missing else 0


def _data(answers: Answers, found: Judged) -> dict[str, Any]:
    made: dict[str, Any] = {
        "kind": "pairwise" if answers.pairs else "rubric",
        "mean": found.mean.value,
        "low": found.mean.low,
        "high": found.mean.high,
        "entries": len(found.verdicts),
        "missing": found.missing,
        "cost_usd": found.cost,
        "stopped": found.stopped,
    }
    if found.decision is not None:
        judged = [one for one in found.verdicts if one.consistent is not None]
        agree = sum(one.consistent is True for one in judged)
        made |= {
            "verdict": found.decision.verdict.value,
            "why": {"en": found.decision.reason.en, "zh": found.decision.reason.zh},
            "wins": sum((one.score or 0) > 0.5 for one in judged),
            "ties": sum(one.score == 0.5 for one in judged),
            "losses": sum((one.score or 0) < 0.5 for one in judged),
            "consistent": agree / len(judged) if judged else None,
        }
    return made


def _lines(answers: Answers, found: Judged) -> list[str]:
    data = _data(answers, found)
    name = text("win rate", "胜率") if answers.pairs else text("mean score", "平均得分")
    lines = [
        f"{name}  {_percent(data['mean'])} [{_percent(data['low'])}, {_percent(data['high'])}]"
    ]
    if answers.pairs:
        lines.append(
            text(
                f"{data['wins']} won, {data['ties']} tied, {data['losses']} lost; "
                f"both orders agree in {_percent(data['consistent'])}",
                f"胜 {data['wins']}，平 {data['ties']}，负 {data['losses']}；"
                f"两种顺序一致的占 {_percent(data['consistent'])}",
            )
        )
        lines.append(f"{data['verdict']}: {text(data['why']['en'], data['why']['zh'])}")
    lines.append(
        text(
            f"{data['entries']} entries, {data['missing']} without a verdict",
            f"共 {data['entries']} 条，{data['missing']} 条没有判决",
        )
    )
    if found.stopped:
        lines.append(text(f"stopped early: {found.stopped}", f"提前结束：{found.stopped}"))
    return lines


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"
