"""Commands, agents and rules: one Markdown or TOML file each, with an optional Chinese twin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..diagnostics import Diagnostic
from ..language import classify, has_cjk
from ..localized import Lang, Text
from ..model import Agent, Command, Rule
from ..source import Source, decode
from .files import Found
from .page import Page, open_page
from .structured import load_toml
from .values import as_flag, as_globs, as_string, as_tools, is_slug, slug
from .words import squeeze, text_in, text_of

__all__ = [
    "AGENT_KEYS",
    "COMMAND_KEYS",
    "RULE_KEYS",
    "argument_hint",
    "body_text",
    "globs_of",
    "is_always",
    "label",
    "model_of",
    "open_component",
    "page_agent",
    "page_command",
    "page_rule",
    "stem_of",
    "toml_agent",
    "toml_command",
]

_TOOL_KEYS = frozenset({"allowed-tools", "allowed_tools", "allowedTools", "tools"})
_COMMON = frozenset({"name", "description", "description.zh"})
COMMAND_KEYS = _COMMON | _TOOL_KEYS | {"argument-hint", "argument_hint", "model", "syntax"}
AGENT_KEYS = _COMMON | _TOOL_KEYS | {"model"}
_GLOB_KEYS = ("globs", "glob", "paths", "applyTo")
RULE_KEYS = _COMMON | {*_GLOB_KEYS, "alwaysApply", "always", "always_apply", "trigger"}
_SUFFIXES = (".agent.md", ".chatmode.md", ".instructions.md", ".prompt.md", ".mdc", ".toml", ".md")
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")


def stem_of(name: str) -> str:
    """Return a file's name without the endings that say what it is."""
    for suffix in (*_SUFFIXES, ".txt"):
        if name.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)].removesuffix(".zh")
    return name.removesuffix(".zh")


def label(path: str) -> str:
    """Return what a command is called: ``git/commit.md`` is ``git-commit``.

    Hosts call a command by its file, so underscores and capitals stay; only what could not be a
    file name everywhere is replaced.
    """
    stem = stem_of(path).replace("/", "-")
    return stem if stem and _WORD.issuperset(stem) else slug(stem, "command")


def body_text(page: Page, twin: Page | None = None) -> Text:
    """Return the body in the languages that it exists in."""
    prose = page.prose
    if twin is not None:
        return Text(prose or None, twin.prose or None)
    if has_cjk(prose) and classify(prose[:4000]) is Lang.ZH:
        return Text(zh=prose)
    return Text(en=prose or None)


def _description(page: Page, twin: Page | None) -> Text:
    chinese = page.text("description.zh") or (twin.text("description") if twin else "")
    return text_of(page.text("description"), chinese)


def _rest(values: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in known and value is not None}


def _tools(values: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    return next((as_tools(values[key]) for key in keys if values.get(key)), ())


def model_of(values: Mapping[str, Any]) -> str:
    """Return the model; of several (Copilot) the first, which is the one that is preferred."""
    model = values.get("model")
    if isinstance(model, list):
        model = model[0] if model else ""
    return as_string(model).strip()


def argument_hint(values: Mapping[str, Any]) -> str:
    """Return the hint; ``[name]`` without quotation marks is a list to YAML."""
    hint = values.get("argument-hint", values.get("argument_hint"))
    if isinstance(hint, list):
        return " ".join(f"[{as_string(item)}]" for item in hint)
    return squeeze(as_string(hint))


def globs_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the file patterns, under whichever name a host gives them."""
    return next((as_globs(values[key]) for key in _GLOB_KEYS if values.get(key)), ())


def is_always(values: Mapping[str, Any], globs: tuple[str, ...]) -> bool:
    """Return whether a rule loads in every session.

    Hosts without a switch load what has no pattern, and what has the pattern for every file.
    """
    for key in ("alwaysApply", "always", "always_apply"):
        if key in values:
            return as_flag(values[key])
    if "trigger" in values:  # Windsurf
        return bool(values["trigger"] == "always_on")
    if values.get("applyTo") or values.get("paths"):
        return set(globs) <= {"**", "**/*", "*"}
    return not globs and not values.get("description")


def page_command(found: Found, page: Page, name: str, twin: Page | None = None) -> Command:
    """Make a command of a Markdown file."""
    values = page.values
    return Command(
        name=name,
        description=_description(page, twin),
        body=body_text(page, twin),
        argument_hint=argument_hint(values),
        allowed_tools=_tools(values, "allowed-tools", "allowed_tools", "allowedTools", "tools"),
        model=model_of(values),
        syntax=page.text("syntax") or "canonical",
        path=found.path,
        extra=_rest(values, COMMAND_KEYS),
    )


def page_agent(found: Found, page: Page, name: str, twin: Page | None = None) -> Agent:
    """Make an agent of a Markdown file."""
    original = squeeze(page.text("name"))
    chosen = original if is_slug(original) else slug(original or name, name)
    extra = _rest(page.values, AGENT_KEYS)
    if original and chosen != original:
        extra["original-name"] = original
    return Agent(
        name=chosen,
        description=_description(page, twin),
        body=body_text(page, twin),
        tools=_tools(page.values, "tools", "allowed-tools", "allowed_tools", "allowedTools"),
        model=model_of(page.values),
        path=found.path,
        extra=extra,
    )


def page_rule(found: Found, page: Page, name: str, twin: Page | None = None) -> Rule:
    """Make a rule of a Markdown file."""
    globs = globs_of(page.values)
    return Rule(
        name=name if is_slug(name) else slug(name, "rule"),
        description=_description(page, twin),
        body=body_text(page, twin),
        globs=globs,
        always=is_always(page.values, globs),
        path=found.path,
        extra=_rest(page.values, RULE_KEYS),
    )


def _toml(
    found: Found, path: str, field: str
) -> tuple[dict[str, Any], Text, tuple[Diagnostic, ...]]:
    values, findings = load_toml(decode(found.data, path))
    text = as_string(values.get(field)).strip("\n") if values else ""
    page = Page(Source(path, f"{text}\n" if text.strip() else ""), None, 0)
    return values or {}, body_text(page), tuple(findings)


def toml_command(found: Found, path: str, name: str) -> tuple[Command, tuple[Diagnostic, ...]]:
    """Make a command of a Gemini TOML file (``prompt``, ``description``)."""
    values, body, findings = _toml(found, path, "prompt")
    made = Command(
        name=name,
        description=text_in(squeeze(as_string(values.get("description")))),
        body=body,
        syntax="gemini",
        path=found.path,
        extra=_rest(values, frozenset({"prompt", "description", "name"})),
    )
    return made, findings


def toml_agent(found: Found, path: str, name: str) -> tuple[Agent, tuple[Diagnostic, ...]]:
    """Make an agent of a Codex TOML file (``developer_instructions``, ``description``)."""
    values, body, findings = _toml(found, path, "developer_instructions")
    known = frozenset({"developer_instructions", "description", "name", "tools", "model"})
    original = squeeze(as_string(values.get("name")))
    made = Agent(
        name=slug(original or name, name),
        description=text_in(squeeze(as_string(values.get("description")))),
        body=body,
        tools=as_tools(values.get("tools") or ()),
        model=model_of(values),
        path=found.path,
        extra=_rest(values, known),
    )
    return made, findings


def open_component(found: Found, base: str, *, strict: bool = False) -> Page:
    """Take a component file apart; ``base`` is the folder that its path is relative to."""
    return open_page(f"{base}/{found.path}", found.data, strict=strict, expected=False)
