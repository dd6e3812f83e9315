"""``polyskill tools``: calculators for training and evaluation; one module a sub-command."""

from __future__ import annotations

import typer

from ..help import Command
from ..language import tr
from . import arxiv, chinchilla, flops, lora, lr, memory, serve, significance
from .group import ToolsGroup

__all__ = ["HELP", "app"]

HELP = tr(
    """Calculators for training and evaluation, exact and with their sources.

polyskill tools lora Qwen3-8B --rank 32
polyskill tools significance --accuracies 0.70 0.72 --questions 14042""",
    """训练与评测计算器：结果精确，并注明出处。

polyskill tools lora Qwen3-8B --rank 32
polyskill tools significance --accuracies 0.70 0.72 --questions 14042""",
)

app = typer.Typer(
    cls=ToolsGroup,
    help=HELP,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, _function, _help in (
    ("lora", lora.lora, lora.HELP),
    ("lr", lr.lr, lr.HELP),
    ("flops", flops.flops, flops.HELP),
    ("memory", memory.memory, memory.HELP),
    ("kv-cache", memory.kv_cache, memory.KV_HELP),
    ("chinchilla", chinchilla.chinchilla, chinchilla.HELP),
    ("significance", significance.significance, significance.HELP),
    ("arxiv", arxiv.arxiv, arxiv.HELP),
    ("serve", serve.serve, serve.HELP),
):
    app.command(_name, help=_help, cls=Command)(_function)
