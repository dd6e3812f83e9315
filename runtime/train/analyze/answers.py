"""What answers to the same prompts tell: silence, loops, no end, one answer to everything.

They were generated greedily, which loops more easily than sampling does (Holtzman et al. 2020,
arXiv 1904.09751); so what a model did before it was trained is set against what it does after.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .asked import Asked, asked
from .curves import Curves
from .finding import Advice, Detector, Finding, Severity, Sureness, Text, text

__all__ = ["DETECTORS", "SAMPLES", "empty", "endless", "one_answer", "repeated", "repeating"]

#: What these detectors need, in the place of a curve.
SAMPLES = "samples"
_FEWEST = 3  # prompts below which nothing is said of all answers
_REPEATS, _SHORTEST = 4, 16  # times that a unit comes in a row, and characters in all
_LONGEST = 4_000  # characters at the end of an answer that are looked at

Row = Mapping[str, Any]


def repeating(answer: str) -> str:
    """Return what an answer repeats until its end: "" where that is not half of it, four times.

    The end is one period of text after another, the last of which may be cut. Periods are found by
    the prefix function of the reversed text (Knuth, Morris and Pratt 1977, section 2).
    """
    turned = answer[::-1][:_LONGEST]
    borders = [0] * len(turned)
    best = (0, 0)
    for at in range(1, len(turned)):
        border = borders[at - 1]
        while border and turned[at] != turned[border]:
            border = borders[border - 1]
        borders[at] = border + (turned[at] == turned[border])
        length, period = at + 1, at + 1 - borders[at]
        if length >= max(_REPEATS * period, _SHORTEST):
            best = (length, period)
    length, period = best
    return turned[:period][::-1] if length >= len(turned) / 2 else ""


def empty(curves: Curves) -> list[Finding]:
    """Find answers without a letter in them, half of all and two at least.

    Sure where all of three and more are; answers that the data leaves empty do not count.
    """

    def silent(row: Row) -> bool:
        right = row.get("reference")
        nothing = not row["completion"].strip() and not repeating(row["completion"])
        return nothing and (right is None or bool(str(right).strip()))

    return _shared_by_half(
        curves,
        silent,
        "empty-answers",
        text("The model says nothing", "模型什么都不说"),
        ("is empty", "are empty", "为空"),
        (
            Advice(
                text(
                    "see that no completion is empty, and that `data.max_length` leaves some of it",
                    "确认没有空的回答，且 `data.max_length` 没有把回答截光",
                ),
                "data.train",
            ),
            Advice(text("divide the rate by 3", "学习率降到 1/3"), "optim.learning_rate"),
        ),
        usual=False,
    )


def repeated(curves: Curves) -> list[Finding]:
    """Find answers that repeat one piece of text until they are cut, half of all and two at least.

    Sure where all of three and more do; a problem only where the untrained model did so less.
    """

    def loops(row: Row) -> bool:
        right = str(row.get("reference") or "")
        return bool(row.get("cut") and repeating(row["completion"]) and not repeating(right))

    return _shared_by_half(
        curves,
        loops,
        "repetition",
        text("The answers repeat themselves without end", "回答无休止地重复"),
        ("repeats", "repeat", "不断重复直到被截断"),
        (
            Advice(text("go once or twice over the data", "数据只过一到两遍"), "optim.epochs"),
            Advice(text("divide the rate by 3", "学习率降到 1/3"), "optim.learning_rate"),
            Advice(
                text(
                    "sample some answers at temperature 1 before you judge: these are greedy, and "
                    "such loop more easily (arXiv 1904.09751)",
                    "下结论前先以温度 1 采样几个回答：此处为贪心解码，更容易重复"
                    "（arXiv 1904.09751）",
                )
            ),
        ),
        usual=True,
    )


def endless(curves: Curves) -> list[Finding]:
    """Find a model none of whose answers ends, where the data's are half as long as the limit.

    Of three prompts and more. Sure, and a problem, where answers ended before it was trained.
    """
    all_asked = _spoken(curves)
    rows = [one.last for one in all_asked]
    short = all(
        2 * _number(row, "reference_length", math.inf) <= _number(row, "length", 0) for row in rows
    )
    looping = sum(bool(repeating(row["completion"])) for row in rows)
    if len(rows) < _FEWEST or not short or not all(row.get("cut") is True for row in rows):
        return []
    if 2 * looping >= len(rows):  # that is what is said of them
        return []
    spoilt = sum(one.changed and not one.first.get("cut") for one in all_asked) * 2 >= len(rows)
    right = max(_number(row, "reference_length", 0) for row in rows)
    limit = f"{_number(rows[0], 'length', 0):g}"
    evidence = [
        text(
            f"all {len(rows)} answers reach the limit of {limit} tokens; those of the "
            f"data have {right:g} at most",
            f"{len(rows)} 个回答全部达到 {limit} 个词元的上限；数据中的回答最多 {right:g} 个词元",
        )
    ]
    if spoilt:
        evidence.append(text("before training they ended", "训练前的回答会正常结束"))
    return [
        Finding(
            "endless-answers",
            Severity.PROBLEM if spoilt else Severity.WARNING,
            Sureness.SURE if spoilt else Sureness.LIKELY,
            text("The answers do not end", "回答不会结束"),
            tuple(evidence),
            (
                Advice(
                    text(
                        "see that the chat template writes the token for the end into the "
                        "assistant's turn, so that it is learnt",
                        "确认对话模板在助手回合内写出结束符，使其被学习",
                    ),
                    "model.chat_template",
                ),
                Advice(
                    text(
                        "allow longer examples: what is cut loses its end",
                        "放宽样本长度：被截断的样本没有结尾",
                    ),
                    "data.max_length",
                ),
                Advice(text("train for more steps", "增加训练步数"), "optim.steps"),
            ),
            steps=_steps(rows),
            samples=tuple(rows[:_FEWEST]),
        )
    ]


def one_answer(curves: Curves) -> list[Finding]:
    """Find one and the same answer to all prompts, of three and more.

    As sure as the answers of the data differ: sure where each is another one, possible where few
    are. Where they are all alike, as labels may be, nothing is found.
    """
    all_asked = _spoken(curves)
    rows = [one.last for one in all_asked]
    answers = {row["completion"].strip() for row in rows}
    right = [str(row["reference"]).strip() for row in rows if row.get("reference") is not None]
    differing = len(set(right))
    if len(rows) < _FEWEST or len(answers) != 1 or "" in answers or (right and differing == 1):
        return []
    before = {one.first["completion"].strip() for one in all_asked if one.changed}
    already = len(before) == 1
    sure = Sureness.SURE if differing == len(rows) else Sureness.LIKELY
    evidence = [
        text(
            f"all {len(rows)} prompts get the same answer"
            + (f"; the data has {differing} different ones" if right else ""),
            f"{len(rows)} 个提示得到同一个回答" + (f"；数据中有 {differing} 种" if right else ""),
        )
    ]
    if already:
        evidence.append(text("so they did before training", "训练前也是如此"))
    return [
        Finding(
            "one-answer",
            Severity.WARNING if already else Severity.PROBLEM,
            Sureness.POSSIBLE if right and 2 * differing <= len(rows) else sure,
            text("All prompts get one answer", "所有提示得到同一个回答"),
            tuple(evidence),
            (
                Advice(text("divide the rate by 3", "学习率降到 1/3"), "optim.learning_rate"),
                Advice(
                    text(
                        "see that answers differ, and that prompts are not cut off",
                        "确认数据中的回答各不相同，且提示没有被截掉",
                    ),
                    "data.train",
                ),
            ),
            steps=_steps(rows),
            samples=tuple(rows[:_FEWEST]),
        )
    ]


def _spoken(curves: Curves) -> list[Asked]:
    """Return the prompts that were asked at the last step, with their answers."""
    every = [one for one in asked(curves.samples) if not one.scored]
    last = max((one.last["step"] for one in every), default=0)
    return [one for one in every if one.last["step"] == last]


def _shared_by_half(
    curves: Curves,
    ill: Callable[[Row], bool],
    kind: str,
    title: Text,
    words: tuple[str, str, str],
    advice: tuple[Advice, ...],
    *,
    usual: bool,
) -> list[Finding]:
    """Return what half of the answers have in common; ``usual`` of models before they are trained.

    ``words`` say it of one answer, of several, and in Chinese.
    """
    all_asked = _spoken(curves)
    hits = [one.last for one in all_asked if ill(one.last)]
    if len(hits) < 2 or 2 * len(hits) < len(all_asked):
        return []
    compared = [one for one in all_asked if one.changed]
    before = sum(ill(one.first) for one in compared)
    everyone = len(hits) == len(all_asked) >= _FEWEST
    evidence = [
        text(
            f"{len(hits)} of {len(all_asked)} answers {words[1]} at step {hits[0]['step']}",
            f"第 {hits[0]['step']} 步的 {len(all_asked)} 个回答中有 {len(hits)} 个{words[2]}",
        )
    ]
    if compared:
        evidence.append(
            text(
                f"before, at step {compared[0].first['step']}, {before} "
                f"{words[0] if before == 1 else words[1]}",
                f"此前第 {compared[0].first['step']} 步有 {before} 个{words[2]}",
            )
        )
    mild = usual and bool(compared) and 2 * before >= len(hits)
    return [
        Finding(
            kind,
            Severity.WARNING if mild else Severity.PROBLEM,
            Sureness.SURE if everyone else Sureness.LIKELY,
            title,
            tuple(evidence),
            advice,
            steps=_steps(hits),
            samples=tuple(hits[:_FEWEST]),
        )
    ]


def _steps(rows: Sequence[Row]) -> tuple[float, float]:
    return (float(rows[0]["step"]), float(rows[0]["step"]))


def _number(row: Row, name: str, otherwise: float) -> float:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else otherwise


def _speaks(curves: Curves) -> bool:
    return curves.method in ("sft", "dpo", "distill")


DETECTORS = (
    Detector("empty-answers", text("empty answers", "空回答"), (SAMPLES,), empty, _speaks),
    Detector("repetition", text("repetition", "重复"), (SAMPLES,), repeated, _speaks),
    Detector(
        "endless-answers", text("endless answers", "不结束的回答"), (SAMPLES,), endless, _speaks
    ),
    Detector("one-answer", text("one answer to all", "千篇一律"), (SAMPLES,), one_answer, _speaks),
)
