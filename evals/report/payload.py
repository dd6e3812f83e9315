"""The cases of a report as JSON for the page's script."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from polyskill.runtime.judge.injection import FLAGS

from ..results import Pair, Run, Sample
from .arrange import candidates, cells, in_trouble, model_names
from .figures import dollars, finite
from .phrases import word

__all__ = ["ANSWER_LIMIT", "embedded", "payload"]

#: Characters of an answer that a page shows; results.json keeps the whole.
ANSWER_LIMIT = 100_000

_WORDS = (
    *("pass", "fail", "undecided", "ungraded", "win", "tie", "loss"),
    *("ok", "refusal", "truncated", "malformed", "rate-limited", "timeout", "server", "transport"),
    *("rejected", "judge-invalid", "budget", "lang_en", "lang_zh"),
    *("repeat", "prompt", "no_answer", "cut", "stopped", "tokens", "checks", "criteria", "must"),
    *("should", "must_not", "weight", "quote_missing", "flags", "pairs", "order_first"),
    *("order_second", "no_verdict", "turned", "kept", "versus", "whole", "less", "shown"),
    *("nothing", "print_cut", "open_all", "close_all"),
)


def payload(runs: Sequence[Run], labels: Sequence[str]) -> dict[str, Any]:
    """Return what the script needs: words, runs, models, cases, cells.

    ``labels`` names the runs. A case's texts are kept once, however many cells it has.
    """
    places: dict[tuple[int, str, str], int] = {}
    cases: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for at, run in enumerate(runs):
        for cell in cells(run):
            key = (at, cell.case.case, cell.case.lang)
            if key not in places:
                places[key] = len(cases)
                where = f"{cell.case.path}:{cell.case.line}" if cell.case.path else ""
                cases.append(
                    {
                        "id": cell.case.case,
                        "lang": cell.case.lang,
                        "title": cell.case.title or cell.case.case,
                        "prompt": cell.case.prompt,
                        "where": where,
                    }
                )
            rows.append(
                {
                    "run": at,
                    "case": places[key],
                    "model": cell.model,
                    "repeat": cell.repeat,
                    "arms": {arm: _sample(each) for arm, each in cell.samples.items()},
                    "pairs": [_pair(each) for each in cell.pairs],
                }
            )
    return {
        "words": {key: word(key) for key in (*_WORDS, *FLAGS)},
        "runs": [
            {
                "name": label,
                "arms": [arm.name for arm in run.arms],
                "with": sorted(candidates(run)),
                "repeats": run.repeats,
                "versus": sorted({(each.candidate, each.baseline) for each in run.comparisons}),
            }
            for label, run in zip(labels, runs, strict=True)
        ],
        "models": model_names(runs),
        "cases": cases,
        "cells": rows,
    }


def _sample(sample: Sample) -> dict[str, Any]:
    cost = finite(sample.cost)
    found = {
        "outcome": sample.outcome,
        "trouble": in_trouble(sample),
        "answer": sample.answer[:ANSWER_LIMIT],
        "cut": max(0, len(sample.answer) - ANSWER_LIMIT),
        "detail": sample.detail,
        "stop": sample.stop_reason,
        "checks": [
            [each.label, each.passed, each.detail, each.detail_zh or each.detail]
            for each in sample.checks
        ],
        "criteria": [
            [
                each.text,
                each.kind,
                finite(each.weight),
                each.passed,
                [
                    [said.judge, said.passed, said.quote, said.quote_found, said.reason]
                    for said in each.opinions
                ],
            ]
            for each in sample.criteria
        ],
        "flags": list(sample.flags),
        "score": finite(sample.score),
        "passed": sample.passed,
        "input": sample.input_tokens,
        "output": sample.output_tokens,
        "cost": "" if cost is None else dollars(cost),
        "seconds": finite(sample.seconds),
    }
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "baseline": pair.baseline,
        "candidate": pair.candidate,
        "judge": pair.judge,
        "first": pair.first,
        "second": pair.second,
        "score": finite(pair.score),
        "consistent": pair.consistent,
        "magnitude": finite(pair.magnitude),
        "reasons": list(pair.reasons),
    }


_UNSAFE = ("<", ">", "&", "\u2028", "\u2029")
_SURROGATE = re.compile("[\ud800-\udfff]")


def embedded(data: Mapping[str, Any]) -> str:
    """Return JSON that cannot end the element it stands in, nor start another.

    Lone surrogates (a model's broken escape) stay escaped, so that the page is valid UTF-8.
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in _UNSAFE:
        text = text.replace(char, f"\\u{ord(char):04x}")
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
