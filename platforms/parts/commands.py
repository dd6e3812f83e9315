"""A slash command becomes a command file, or a skill that is called by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Command, Kind
from polyskill.compiler.view import View

from ..base import Bundle, File, Host, Loss, Placed, Tokens
from . import tokens
from .placeholders import arguments, companion_text, gemini_actions, has_shell
from .skillfile import describe, skill_name, string
from .text import MAX_NAME, one_line, slug, to_bytes, with_front_matter

__all__ = [
    "command_file",
    "command_losses",
    "command_name",
    "command_skill",
    "command_text",
    "commands_of",
    "first_line",
]

_BY_NAME = {
    Lang.EN: "Use only when the user asks for `{name}` by name.",
    Lang.ZH: "仅在用户点名要求 `{name}` 时使用。",
    Lang.BILINGUAL: "Use only when the user asks for `{name}` by name. 仅在用户点名要求时使用。",
}
_RUN = {Lang.EN: "(run {cmd})", Lang.ZH: "（运行 {cmd}）", Lang.BILINGUAL: "(run {cmd})"}
_OWN_KEYS = frozenset({"argument-hint", "model", "syntax"})


def commands_of(view: View) -> tuple[Command, ...]:
    """Return the commands of a skill; one that is itself a command is its own."""
    skill = view.skill
    if skill.commands or skill.kind is not Kind.COMMAND:
        return skill.commands
    return (
        Command(
            skill.name,
            Text(view.description),
            Text(view.body),
            argument_hint=string(skill.extra.get("argument-hint", "")),
            allowed_tools=skill.allowed_tools,
            model=string(skill.extra.get("model", "")),
            syntax=string(skill.extra.get("syntax", "canonical")),
            path=skill.path,
            extra={key: skill.extra[key] for key in skill.extra if key not in _OWN_KEYS},
        ),
    )


def command_name(view: View, command: Command) -> str:
    """Return what a command is called: ``<skill>-<command>``, so that no two skills collide."""
    skill, own = skill_name(view), slug(command.name)
    if own == skill:
        # Beside a skill folder of this name a command would never be reached (Claude Code).
        return (
            own if view.skill.kind in (Kind.COMMAND, Kind.BUNDLE) else f"{own}-command"[:MAX_NAME]
        )
    if own.startswith(f"{skill}-"):
        return own
    return slug(f"{skill}-{own}")


def first_line(text: str) -> str:
    """Return the first words of a text, for what has no description."""
    for line in text.split("\n", 40):
        words = line.strip("# >*-\t")
        if words:
            return one_line(words[:200])
    return ""


def _worded(text: str, lang: Lang) -> str:
    """Put `` !`cmd` `` into words, for a client that executes nothing."""
    pieces: list[str] = []
    last = 0
    at = text.find("!`")
    while at >= 0:
        end = text.find("`", at + 2)
        if end < 0:
            break
        if (at == 0 or text[at - 1].isspace()) and end > at + 2 and "\n" not in text[at:end]:
            pieces += (text[last:at], _RUN[lang].format(cmd=text[at + 1 : end + 1]))
            last = end + 1
        at = text.find("!`", end + 1)
    return "".join((*pieces, text[last:])) if pieces else text


def command_text(
    view: View,
    command: Command,
    host: Host,
    *,
    base: str,
    shell: bool = False,
    files: bool = False,
    plugin: bool = False,
) -> tuple[str, tuple[Loss, ...]]:
    """Return a command's body in the host's notation.

    ``base`` is where the skill's files lie. ``shell`` and ``files`` say whether the client runs
    `` !`cmd` `` and attaches ``@file`` in commands.
    """
    text = view.prose(command.body)
    path = command.path or view.skill.path
    if command.syntax == "gemini":
        text = gemini_actions(text)
    text, losses = companion_text(text, view, base, host, plugin=plugin)
    text, more = arguments(text, command.syntax, host.arguments, view.lang)
    losses += tuple(Loss(loss.construct, loss.detail, path) for loss in more)
    if not shell and has_shell(text):
        text = _worded(text, view.lang)
        losses += (Loss("shell", "`` !`command` `` is put into words: run it", path),)
    if not files and command.syntax == "gemini" and "@" in text:
        losses += (Loss("files", "`@file` is not attached here; the assistant reads it", path),)
    return text, losses


def command_losses(command: Command, *kept: str) -> tuple[Loss, ...]:
    """Return what of a command's settings is not among ``kept``."""
    settings = {
        "argument-hint": command.argument_hint,
        "allowed-tools": " ".join(command.allowed_tools),
        "model": command.model,
        **{str(key): string(value) for key, value in command.extra.items()},
    }
    return tuple(
        Loss("command", f"`{key}: {value}` of `{command.name}` is left out", command.path)
        for key, value in settings.items()
        if value and key not in kept
    )


def command_file(
    view: View,
    command: Command,
    host: Host,
    *,
    base: str,
    keys: Mapping[str, Any] | None = None,
    shell: bool = False,
    files: bool = False,
    plugin: bool = False,
) -> tuple[bytes, tuple[Loss, ...]]:
    """Return a Markdown command file: description, ``keys``, body."""
    text, losses = command_text(
        view, command, host, base=base, shell=shell, files=files, plugin=plugin
    )
    path = command.path or view.skill.path
    description, changed, _ = describe(view.words(command.description), command.name, path)
    values: dict[str, Any] = {"description": description} if description else {}
    values.update(keys or {})
    return to_bytes(with_front_matter(values, text)), losses + changed


def command_skill(
    view: View,
    command: Command,
    root: str,
    host: Host,
    *,
    base: str,
    extra_keys: Mapping[str, Any] | None = None,
    extra_files: Mapping[str, bytes] | None = None,
    listed: bool = True,
    user_root: str | None = None,
    plugin: bool = False,
) -> Bundle:
    """Return a command as a skill folder ``<root>/<skill>-<command>/``.

    ``listed`` is whether the model sees it: then its description says that it is for the user to
    call. A host's own switch goes into ``extra_keys`` or ``extra_files``, with ``listed=False``.
    """
    text, losses = command_text(view, command, host, base=base, plugin=plugin)
    name = command_name(view, command)
    path = command.path or view.skill.path
    words = view.words(command.description) or first_line(text) or name
    if listed:
        words = one_line(f"{_BY_NAME[view.lang].format(name=name)}\n{words}")
    description, changed, found = describe(words, name, path)
    values: dict[str, Any] = {"name": name, "description": description}
    if view.skill.license.strip():
        values["license"] = one_line(view.skill.license)
    if command.argument_hint:
        values["metadata"] = {"argument-hint": command.argument_hint}
    values.update(extra_keys or {})
    folder = f"{root}/{name}"
    user = None if user_root is None else user_root and f"{user_root}/{name}"
    files = {"SKILL.md": to_bytes(with_front_matter(values, text)), **(extra_files or {})}
    pieces = tuple(
        Placed(f"{folder}/{part}", File(data), user and f"{user}/{part}")
        for part, data in files.items()
    )
    always = tokens.listing(name, description) if listed else 0
    return Bundle(
        pieces,
        losses + changed + command_losses(command, "argument-hint"),
        Tokens(always, tokens.count(text)),
        found,
    )
