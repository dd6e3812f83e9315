"""Commands with sub-commands, loaded when they are asked for: most calls need none of them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .help import Group
from .language import tr
from .lazily import command_of

__all__ = ["GROUPS", "Root"]

#: Name → (module, what its help begins with).
GROUPS = {
    "eval": (
        "eval_",
        tr(
            "Test skills by their own cases: `polyskill eval SKILL` is `polyskill eval run SKILL`.",
            "用技能自带的用例进行评测：`polyskill eval 技能` 即 `polyskill eval run 技能`。",
        ),
    ),
    "train": (
        "train",
        tr(
            "Train models from a configuration: check it, run it, see what happened.",
            "按配置训练模型：先校验，再运行，最后分析结果。",
        ),
    ),
    "tools": (
        "tools",
        tr(
            "Calculators for training and evaluation, exact and with their sources.",
            "训练与评测计算器：结果精确，并注明出处。",
        ),
    ),
}


class Root(Group):
    """All commands; those of :data:`GROUPS` are imported by their first use."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, in the order of the help page."""
        return list(dict.fromkeys([*super().list_commands(ctx), *GROUPS]))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command; a group is imported now."""
        if cmd_name in GROUPS and cmd_name not in self.commands:
            module = import_module(f".{GROUPS[cmd_name][0]}", __package__)
            made = command_of(module.app)
            made.name = cmd_name
            self.commands[cmd_name] = made
        return super().get_command(ctx, cmd_name)

    def summary(self, ctx: Any, name: str) -> str:
        """Return the line of the help page, without importing a group for it."""
        return GROUPS[name][1] if name in GROUPS else super().summary(ctx, name)
