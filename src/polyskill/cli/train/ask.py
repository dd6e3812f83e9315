"""Is this what the model shall learn? Examples of a run are shown, and a person says yes or no."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..language import counted, tr
from ..output import echo, fail, styled
from ..text import pad, plain, width

if TYPE_CHECKING:
    from polyskill.runtime.train.validate import Part, Shown

__all__ = ["agreed", "must_be_a_terminal"]

_TRIES = 3
_YES, _NO = ("y", "yes", "是", "好"), ("", "n", "no", "否", "不")
_HEAD, _TAIL = 700, 300  # characters of a part that are shown
_ROLES = {
    "given": (("given", "给出"), ""),
    "learnt": (("learnt", "学习"), "green"),
    "chosen": (("preferred", "偏好"), "green"),
    "rejected": (("rejected", "拒绝"), "red"),
    "cut": (("cut off", "截去"), "yellow"),
}


def must_be_a_terminal(*, json: bool) -> None:
    """End the command with status 2 where nobody could be asked."""
    if json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        fail(
            tr(
                "`--ask` shows examples and asks on a terminal, and "
                + ("`--json` is for programs" if json else "there is none")
                + ": nothing was asked; leave `--ask` out, or look at it yourself first",
                "`--ask` 会在终端展示样本并询问，而"
                + ("`--json` 是供程序使用的" if json else "此处没有终端")
                + "：未作询问；请去掉 `--ask`，或先在终端中自行确认",
            )
        )


def agreed(config: Path, changes: Mapping[str, Any]) -> bool:
    """Show examples of a run as it trains on them; return whether a person agrees with them.

    No answer, and the end of the input, is no.

    Raises:
        ConfigError, DataError: the configuration or the data cannot be used.
        TrainError: the chat template refuses an example.
    """
    from polyskill.runtime.train.validate import shown_examples

    examples = shown_examples(config, changes)
    for shown in examples:
        for line in _lines(shown):
            echo(line, err=True)
    question = tr(
        f"Is this what the model shall learn ({counted(len(examples), 'example', '')})? [y/N] ",
        f"以上 {len(examples)} 个样本是否就是希望模型学习的内容？[y/N] ",
    )
    for _ in range(_TRIES):
        sys.stderr.write(question)
        sys.stderr.flush()
        said = sys.stdin.readline()
        if said.strip().lower() in _YES:
            return True
        if said.strip().lower() in _NO:
            break
    if not said.endswith("\n"):
        echo(err=True)
    echo(
        tr(
            "not agreed: look at `data.loss_on`, `data.chat`, `data.fields`, `data.max_length` and "
            "`model.chat_template`; nothing was started",
            "未确认：请检查 `data.loss_on`、`data.chat`、`data.fields`、`data.max_length` 与 "
            "`model.chat_template`；未开始任何操作",
        ),
        err=True,
    )
    return False


def _lines(shown: Shown) -> list[str]:
    names = [tr(*_ROLES[part.role][0]) for part in shown.parts]
    wide = max((width(name) for name in names), default=0)
    lines = [f"{styled(f'{plain(shown.where)}:', 'bold', err=True)} {_total(shown)}"]
    for name, part in zip(names, shown.parts, strict=True):
        style = _ROLES[part.role][1]
        for at, line in enumerate(_clipped(part.text).split("\n")):
            label = pad(name if at == 0 else "", wide)
            lines.append(f"  {label} │ {styled(_printable(line), style, err=True)}")
    return [*lines, ""]


def _total(shown: Shown) -> str:
    count = sum(part.tokens for part in shown.parts)
    learnt = _tokens(shown.parts, ("learnt", "chosen", "rejected"))
    said = counted(count, "token", "个词元")
    if not shown.exact:
        said = tr(f"about {said}", f"约 {said}")
    if shown.drawn:
        said += tr("; the model's own answers follow", "；其后为模型自己的回答")
    else:
        said += tr(f", {learnt:,} of them learnt", f"，其中学习 {learnt:,} 个")
    cut = _tokens(shown.parts, ("cut",))
    if cut:
        said += tr(
            f", {cut:,} cut off by `data.max_length`", f"，`data.max_length` 截去 {cut:,} 个"
        )
    if not shown.exact:
        said += tr(
            " (the model's tokenizer is not here: what the chat template adds is not shown)",
            "（此处没有该模型的分词器：未显示对话模板添加的内容）",
        )
    return said


def _tokens(parts: Sequence[Part], roles: Sequence[str]) -> int:
    return sum(part.tokens for part in parts if part.role in roles)


def _clipped(text: str) -> str:
    left = len(text) - _HEAD - _TAIL
    if left <= 0:
        return text
    said = tr(f"… {left:,} characters …", f"… 省略 {left:,} 个字符 …")
    return f"{text[:_HEAD]}\n{said}\n{text[-_TAIL:]}"


def _printable(line: str) -> str:
    from polyskill.compiler.checks.printable import printable

    return printable(line)
