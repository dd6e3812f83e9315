"""Help pages and complaints about wrong use, in the user's language.

Typer's own help needs rich (a tenth of a second) and speaks English; this one needs neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

from .language import tr
from .lazily import Commands
from .output import columns, complain, echo, styled
from .text import pad, width, wrap

__all__ = ["Command", "Group", "explain", "usage_error"]

_WIDEST = 80
_LEFT = 26  # where descriptions begin


def _room() -> int:
    return min(columns() or _WIDEST, _WIDEST)


def _definitions(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Return lines of names and descriptions in two columns."""
    found = list(rows)
    left = min(max((width(name) for name, _ in found), default=0) + 4, _LEFT)
    left = min(left, _room() // 2)
    lines = []
    for name, text in found:
        described = wrap(text, _room() - left)
        if width(name) + 4 > left:
            lines.append(f"  {name}")
        else:
            lines.append("  " + styled(pad(name, left - 2), "bold") + described.pop(0))
        lines += [" " * left + line for line in described]
    return lines


def _argument(param: Any) -> str:
    """``SOURCE``, ``[SOURCE]...``: an argument as usage lines show it."""
    name = param.metavar or (param.name or "").upper()
    shown = name if param.required else f"[{name}]"
    return f"{shown}..." if param.nargs == -1 else shown


def _option(param: Any) -> str:
    """``-o, --out PATH``: an option with all its spellings; a value is named by the metavar."""
    short = [name for name in param.opts if not name.startswith("--")]
    long = [name for name in [*param.opts, *param.secondary_opts] if name.startswith("--")]
    shown = ", ".join([*short, " / ".join(long)] if long else short)
    shown = shown if short else f"    {shown}"
    return f"{shown} {param.metavar}" if param.metavar else shown


def _usage(ctx: Any) -> str:
    parts = [ctx.command_path, tr("[OPTIONS]", "[选项]")]
    if isinstance(ctx.command, TyperGroup):
        parts.append(tr("COMMAND [ARGS]...", "命令 [参数]..."))
    parts += [_argument(param) for param in _params(ctx, "argument")]
    return " ".join(parts)


def _params(ctx: Any, kind: str) -> list[Any]:
    return [
        param
        for param in ctx.command.get_params(ctx)
        if param.param_type_name == kind and not getattr(param, "hidden", False)
    ]


def _page(ctx: Any) -> list[str]:
    """Return the lines of a command's help."""
    room = _room()
    said, _, example = (ctx.command.help or "").partition("\n\n")
    lines = wrap(said, room)
    lines += ["", f"{styled(tr('Usage:', '用法：'), 'bold')}{tr(' ', '')}{_usage(ctx)}"]
    sections: list[tuple[str, list[str]]] = [
        (
            tr("Arguments:", "参数："),
            _definitions((_argument(item), item.help or "") for item in _params(ctx, "argument")),
        ),
        (
            tr("Options:", "选项："),
            _definitions((_option(item), _help(item)) for item in _params(ctx, "option")),
        ),
    ]
    if isinstance(ctx.command, Group):
        names = ctx.command.list_commands(ctx)
        rows = [(name, ctx.command.summary(ctx, name)) for name in names]
        sections.insert(0, (tr("Commands:", "命令："), _definitions(rows)))
    sections.append((tr("Examples:", "示例："), [f"  {line}" for line in example.splitlines()]))
    for heading, body in sections:
        if body:
            lines += ["", styled(heading, "bold"), *body]
    if epilog := ctx.command.epilog:
        lines += ["", *wrap(epilog, room)]
    return lines


def _help(option: Any) -> str:
    if "--help" in option.opts:
        return tr("Show this page and exit", "显示本页并退出")
    return str(option.help or "")


class Command(TyperCommand):
    """A command with a help page of our own."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page."""
        formatter.write("\n".join(_page(ctx)) + "\n")


class Group(TyperGroup):
    """A group of commands, with a help page of our own."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, in the order of the help page."""
        del ctx
        return list(self.commands)

    def summary(self, ctx: Any, name: str) -> str:
        """Return what the help page says of a command in one line."""
        del ctx
        known: Any = self.commands
        text = known.help_of(name) if isinstance(known, Commands) else known[name].help
        return (text or "").partition("\n")[0]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page."""
        formatter.write("\n".join(_page(ctx)) + "\n")


# What typer and click say, as one pattern a sentence: their texts differ between versions.
_SENTENCES: Sequence[tuple[str, str, str]] = (
    (r"No such option:? '?(?P<a>-[^\s']*)", "no option `{a}`", "没有选项 `{a}`"),
    (r"No such command '(?P<a>[^']*)'", "no command `{a}`", "没有命令 `{a}`"),
    (
        r"Got unexpected extra arguments? ?(?:\(s\) )?\((?P<a>.*)\)",
        "unexpected argument `{a}`",
        "多余的参数 `{a}`",
    ),
    (r"Option '(?P<a>[^']*)' requires", "option `{a}` needs a value", "选项 `{a}` 需要一个值"),
    (r"Option '(?P<a>[^']*)' does not take", "option `{a}` takes no value", "选项 `{a}` 不带值"),
    (
        r"(?:Value error, )?'(?P<a>.*)' is not one of (?P<b>.*?)\.?$",
        "`{a}` is none of {b}",
        "`{a}` 不在可选值 {b} 之中",
    ),
    (
        r".*(?:not a valid int|valid integer)",
        "a whole number is needed",
        "需要一个整数",
    ),
    (
        r".*(?:greater than or equal to (?P<a>\d+)|in the range x>=(?P<b>\d+))",
        "the number must be {a}{b} or more",
        "数字不能小于 {a}{b}",
    ),
)


def explain(message: str) -> str:
    """Return what typer says about wrong use in our words (or in its own, if it is news)."""
    for pattern, en, zh in _SENTENCES:
        found = re.match(pattern, message)
        if found:
            words = {key: value or "" for key, value in found.groupdict().items()}
            return tr(en, zh).format_map(words).replace("'", "`")
    return message


def usage_error(error: Any) -> None:
    """Print what was wrong with the use of a command, and where help is to be had."""
    param = getattr(error, "param", None)
    message = explain(getattr(error, "message", "") or "")
    if type(error).__name__ == "MissingParameter" and param is not None:
        message = tr(f"`{_name(param)}` is missing", f"缺少 `{_name(param)}`")
    elif param is not None:
        message = f"`{_name(param)}`{tr(': ', '：')}{message}"
    if near := _near(error):
        message += tr(f"; did you mean `{near}`?", f"；您是否指 `{near}`？")
    complain(message)
    ctx = getattr(error, "ctx", None)
    if ctx is not None:
        echo(f"{tr('usage: ', '用法：')}{_usage(ctx)}", err=True)
        path = ctx.command_path
        echo(tr(f"`{path} --help` tells more", f"`{path} --help` 有更多说明"), err=True)


def _name(param: Any) -> str:
    if param.param_type_name == "argument":
        return str(param.metavar or param.name)
    return str(max(param.opts, key=len))


def _near(error: Any) -> str:
    """Return what was probably meant instead of an unknown option or command."""
    from difflib import get_close_matches

    ctx = getattr(error, "ctx", None)
    found = re.match(r"No such (option|command):? '?([^\s']+)", getattr(error, "message", ""))
    if ctx is None or not found:
        return ""
    if found[1] == "command":
        known = list(ctx.command.list_commands(ctx))
    else:
        known = [name for item in _params(ctx, "option") for name in item.opts]
    return next(iter(get_close_matches(found[2], known, n=1)), "")
