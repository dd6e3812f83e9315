"""How long examples are, and what the limit cuts off."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from ..examples import Example
from ..sections import Run
from .chat import Renderer
from .finding import Report
from .texts import answered
from .tokenizer import Counter

__all__ = ["check_lengths"]

#: More examples than this are sampled evenly.
MOST = 20_000
_POLICY = ("grpo", "rloo")
#: A share of examples cut off beyond which the limit is likely a mistake.
_CUT = 0.05


def check_lengths(
    run: Run, examples: Sequence[Example], counter: Counter, chat: bool, report: Report
) -> None:
    """Count tokens, and say what is empty or cut off; the figures go into ``tokens``."""
    renderer = Renderer(counter, chat)
    step = max(1, -(-len(examples) // MOST))
    rows: list[tuple[Example, int, int]] = []
    for example in examples[::step]:
        try:
            longest = [_pair(example, run.method, renderer, counter)]
            if example.get("rejected") is not None:
                longest.append(_side(example, "rejected", renderer, counter))
        except ValueError as error:
            report.error(
                "chat-template",
                example.where,
                f"the chat template refuses this example: {error}",
                f"对话模板无法渲染该样本：{error}",
            )
            return
        rows.append((example, *max(longest, key=sum)))
    _empty(run, examples, report)
    wholes = sorted(prompt + answer for _, prompt, answer in rows)
    limit = run.data.max_length
    loss = run.method == "sft" and run.data.loss_on == "all"
    learnt = [
        max(0, min(prompt + answer, limit) - (0 if loss else min(prompt, limit)))
        for _, prompt, answer in rows
    ]
    cut = [example for example, prompt, answer in rows if prompt + answer > limit]
    lost = [example for example, prompt, answer in rows if answer and prompt >= limit]
    report.facts["tokens"] = {
        "exact": counter.exact,
        "examples": len(examples),
        "counted": len(rows),
        "mean": fmean(wholes),
        "median": wholes[len(wholes) // 2],
        "p95": wholes[min(len(wholes) - 1, round(0.95 * len(wholes)))],
        "longest": wholes[-1],
        "seen": fmean(min(whole, limit) for whole in wholes) * len(examples),
        "learnt": fmean(learnt) * len(examples),
        "truncated": len(cut) / len(rows),
    }
    _truncation(run, cut, lost, wholes, report)


def _truncation(
    run: Run, cut: list[Example], lost: list[Example], wholes: list[int], report: Report
) -> None:
    if lost and run.method not in _POLICY:
        report.error(
            "truncation",
            lost[0].where,
            f"{len(lost)} of {len(wholes)} examples have a prompt as long as `data.max_length` "
            f"({run.data.max_length}): nothing of the answer is left; raise it (the longest has "
            f"{wholes[-1]}) or take them out",
            f"{len(wholes)} 个样本中有 {len(lost)} 个的提示已达 `data.max_length`"
            f"（{run.data.max_length}），回答全被截去；请调大（最长 {wholes[-1]}）或删去这些样本",
        )
    elif cut:
        share = len(cut) / len(wholes)
        say = report.warning if share >= _CUT else report.advice
        say(
            "truncation",
            cut[0].where,
            f"{share:.1%} of the examples are longer than `data.max_length` "
            f"({run.data.max_length}) and lose their end; the longest has {wholes[-1]} tokens",
            f"{share:.1%} 的样本超过 `data.max_length`（{run.data.max_length}），末尾会被截去；"
            f"最长的有 {wholes[-1]} 个词元",
        )


def _empty(run: Run, examples: Sequence[Example], report: Report) -> None:
    if run.method not in ("sft", "distill"):
        return
    needs = run.method == "sft" or run.method_options["mode"] == "off-policy"
    empty = [one.where for one in examples if needs and not answered(one).strip()]
    if empty:
        report.error(
            "empty",
            empty[0],
            f"{len(empty)} of {len(examples)} examples have nothing to learn: their answer is "
            "empty",
            f"{len(examples)} 个样本中有 {len(empty)} 个的回答为空，没有可学的内容",
        )


def _pair(example: Example, method: str, renderer: Renderer, counter: Counter) -> tuple[int, int]:
    """Return the tokens of what is given and of what is learnt."""
    if example.get("chosen") is not None:
        return _side(example, "chosen", renderer, counter)
    if isinstance(example.get("text"), str) and example.get("prompt") is None:
        return 0, counter.count(example.get("text"))
    messages = example.get("messages")
    given: Any
    answer: Any
    if example.get("prompt") is None and isinstance(messages, list):
        split = len(messages) - (messages[-1]["role"] == "assistant")
        given, answer = messages[:split], messages[split:]
    else:
        given, answer = example.get("prompt"), example.get("completion") or []
    before, after = renderer.pair(given, [] if method in _POLICY else answer)
    return counter.count(before), counter.count(after) if after else 0


def _side(example: Example, name: str, renderer: Renderer, counter: Counter) -> tuple[int, int]:
    before, after = renderer.pair(example.get("prompt") or "", example.get(name))
    return counter.count(before) if before else 0, counter.count(after)
