"""``polyskill train init``: a configuration to start from."""

from __future__ import annotations

from typing import Annotated

import typer

from ..language import message_language, tr
from ..output import echo, fail

__all__ = ["HELP", "init"]

HELP = tr(
    """Print a commented configuration with the defaults that research backs.

polyskill train init sft > sft.yaml
polyskill train init grpo > grpo.yaml""",
    """输出带注释的配置模板，默认值均有研究依据。

polyskill train init sft > sft.yaml
polyskill train init grpo > grpo.yaml""",
)


def init(
    method: Annotated[
        str,
        typer.Argument(
            metavar=tr("METHOD", "方法"),
            help=tr(
                "sft, dpo, reward, grpo, rloo or distill", "sft、dpo、reward、grpo、rloo 或 distill"
            ),
        ),
    ],
) -> None:
    """Print a template (see :data:`HELP`)."""
    from polyskill.runtime.train.templates import TEMPLATES, template
    from polyskill.runtime.train.translate import old_method

    if method in TEMPLATES:
        echo(template(method, message_language().value).removesuffix("\n"))
        return
    if old := old_method(method):
        fail(tr(old.en, old.zh))
    names = ", ".join(TEMPLATES)
    fail(tr(f"`{method}` is none of {names}", f"`{method}` 不在 {names} 之中"))
