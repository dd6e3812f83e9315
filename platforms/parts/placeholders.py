"""Skill text is data: what a client would replace in it is translated, disarmed or reported.

Clients replace text without looking at Markdown (in fences too), so this works on plain text, and
only where a cheap test says that there is something to do. What each host does is in its facts.

* `` !`cmd` `` is executed when Claude Code loads a skill. With a space after the sign it reads the
  same to a model and is not executed.
* ``$ARGUMENTS``, ``$1`` in a skill's text cannot be escaped in any client that was run; they stay
  and are reported. They are replaced only when a user calls the skill with arguments.
* ``${…_SKILL_DIR}``, ``{baseDir}``, ``${…PLUGIN_ROOT}`` become what the host substitutes, else a
  path that the assistant can resolve.
* ``@path`` is an import in CLAUDE.md and AGENTS.md (not in skills): back-ticks stop it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from polyskill.compiler.localized import Lang
from polyskill.compiler.view import View

from ..base import Host, Loss

__all__ = [
    "arguments",
    "companion_text",
    "disarm_shell",
    "has_shell",
    "own_paths",
    "quote_imports",
    "relocate",
    "skill_text",
]

_SKILL_DIRS = (
    "${CLAUDE_SKILL_DIR}",
    "$CLAUDE_SKILL_DIR",
    "${KIMI_SKILL_DIR}",
    "{baseDir}",
    "${SKILL_DIR}",
    "$SKILL_DIR",
)
_PLUGIN_ROOTS = (
    "${CLAUDE_PLUGIN_ROOT}",
    "$CLAUDE_PLUGIN_ROOT",
    "${CURSOR_PLUGIN_ROOT}",
    "${PLUGIN_ROOT}",
    "$PLUGIN_ROOT",
    "${extensionPath}",
)
_NAME_PART = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_PATH_PART = _NAME_PART | frozenset("./-")
_ARGUMENT = re.compile(r"\$ARGUMENTS\[(\d{1,3})\]|\$ARGUMENTS\b|\$(\d{1,3})(?!\w)|\{\{ *args *\}\}")
_GEMINI_SHELL = re.compile(r"!\{([^{}\n]+)\}")
_GEMINI_FILE = re.compile(r"@\{([^{}\n]+)\}")
_IMPORT = re.compile(r"(?<![\w`/@.])@(?=[\w~./-])[\w~./+@-]*[\w/]")

_ALL = {
    Lang.EN: "the text after the command",
    Lang.ZH: "命令之后的文字",
    Lang.BILINGUAL: "the text after the command（命令之后的文字）",
}
_NTH = {
    Lang.EN: "(word {n} of {all})",
    Lang.ZH: "（{all}中的第 {n} 个词）",
    Lang.BILINGUAL: "(word {n} of {all})",
}


def _shell_calls(text: str) -> list[int]:
    """Return the offsets of `` !`cmd` `` that clients execute: at a line start or after space."""
    found: list[int] = []
    at = text.find("!`")
    while at >= 0:
        end = text.find("`", at + 2)
        if end < 0:
            break
        if (at == 0 or text[at - 1].isspace()) and end > at + 2 and "\n" not in text[at:end]:
            found.append(at)
        at = text.find("!`", at + 2)
    return found


def has_shell(text: str) -> bool:
    """Whether ``text`` holds a command that a client would execute on loading it."""
    return "!`" in text and bool(_shell_calls(text))


def disarm_shell(text: str) -> str:
    """Return ``text`` with each `` !`cmd` `` parted, so that no client executes it."""
    pieces: list[str] = []
    last = 0
    for at in _shell_calls(text):
        pieces += (text[last : at + 1], " ")
        last = at + 1
    return "".join((*pieces, text[last:])) if pieces else text


def _ends(text: str, at: int, variable: str) -> bool:
    """Whether the variable at ``at`` ends there (``$SKILL_DIR`` is not ``$SKILL_DIRECTORY``)."""
    end = at + len(variable)
    return variable.endswith("}") or end >= len(text) or text[end] not in _NAME_PART


def _replace(text: str, variable: str, make: Callable[[str], str | None]) -> str:
    """Replace ``variable`` with the path behind it by what ``make(path)`` says (None: leave)."""
    pieces: list[str] = []
    last = 0
    at = text.find(variable)
    while at >= 0:
        end = at + len(variable)
        if _ends(text, at, variable):
            tail = end
            if text[end : end + 1] == "/":
                while tail < len(text) and text[tail] in _PATH_PART:
                    tail += 1
            path = text[end + 1 : tail]
            made = make(path)
            if made is not None:
                pieces += (text[last:at], made)
                last = end = tail
        at = text.find(variable, end)
    return "".join((*pieces, text[last:])) if pieces else text


def _explained(text: str) -> bool:
    """Whether the text itself says what SKILL_DIR is: then it is the author's own convention."""
    named = text.count("SKILL_DIR")
    return named > text.count("$SKILL_DIR") + text.count("${SKILL_DIR}") + text.count("_SKILL_DIR")


def _places(view: View) -> dict[str, str]:
    """Return where files and folders of the source's own tree lie in the skill's folder."""
    found: dict[str, str] = {"": ""}
    for resource in view.resources:
        path, origin = resource.path, resource.origin or resource.path
        found[origin] = path
        while "/" in path and path.rpartition("/")[2] == origin.rpartition("/")[2]:
            path, origin = path.rpartition("/")[0], origin.rpartition("/")[0]
            if not origin:
                break
            found.setdefault(origin, path)
    return found


def own_paths(
    text: str, view: View, skill_dir: str, plugin_root: str = ""
) -> tuple[str, tuple[Loss, ...]]:
    """Translate every host's names for "my own folder".

    ``skill_dir`` is what stands for the skill's folder (empty: paths relative to it);
    ``plugin_root`` is what stands for the plugin's folder, empty where there is no plugin: then
    only paths into this skill can be kept.
    """
    if "{" not in text and "$" not in text:
        return text, ()
    lost: dict[Loss, None] = {}
    places: dict[str, str] = {}
    here = f"skills/{view.skill.name}/"

    def in_skill(path: str) -> str:
        if not skill_dir:
            return path or "."
        return f"{skill_dir}/{path}" if path else skill_dir

    def in_plugin(path: str) -> str | None:
        if path.startswith(here) or path == here[:-1]:
            return in_skill(path[len(here) :])
        inside = path.rstrip("/.")
        if inside:
            if not places:
                places.update(_places(view))
            if inside in places:
                return in_skill(places[inside] + path[len(inside) :])
        if plugin_root:
            return f"{plugin_root}/{path}" if path else plugin_root
        lost[Loss("path", f"`{path or '.'}` of the plugin's folder is not at hand here")] = None
        return None

    for variable in _SKILL_DIRS:
        if variable in text and not (variable[-10:] == "$SKILL_DIR" and _explained(text)):
            if variable == "${SKILL_DIR}" and _explained(text):
                continue
            text = _replace(text, variable, in_skill)
    for variable in _PLUGIN_ROOTS:
        if variable in text:
            text = _replace(text, variable, in_plugin)
    return text, tuple(lost)


def relocate(text: str, view: View, base: str) -> str:
    """Turn paths relative to the skill's folder into paths below ``base``.

    For texts that lie elsewhere (commands, rules, agents). Only paths of real resources change.
    """
    if not base or not view.resources or "/" not in text:
        return text
    for resource in sorted(view.resources, key=lambda found: (-len(found.path), found.path)):
        path = resource.path
        if "/" not in path or path not in text:
            continue
        pieces: list[str] = []
        last = 0
        at = text.find(path)
        while at >= 0:
            end = at + len(path)
            start = at - 2 if text[max(0, at - 2) : at] == "./" else at
            before = text[start - 1] if start else " "
            after = text[end : end + 1]
            if before not in _PATH_PART and (
                not after or (after not in _NAME_PART and after != "/")
            ):
                pieces += (text[last:start], f"{base}/{path}")
                last = end
            at = text.find(path, end)
        text = "".join((*pieces, text[last:]))
    return text


def skill_text(text: str, view: View, host: Host) -> tuple[str, tuple[Loss, ...]]:
    """Return a skill's body as ``host`` may load it."""
    losses: tuple[Loss, ...] = ()
    path = view.skill.path
    if "$" in text or "{baseDir}" in text:
        text, losses = own_paths(text, view, host.skill_dir)
        if "arguments" in host.expands and "$" in text:
            found = sorted({match[0] for match in _ARGUMENT.finditer(text) if match[0][0] == "$"})
            if found:
                names = ", ".join(f"`{name}`" for name in found[:5])
                detail = f"{names} is replaced when the skill is called with arguments"
                losses += (Loss("placeholder", detail, path),)
    if "shell" in host.expands and has_shell(text):
        text = disarm_shell(text)
        detail = "`` !`command` `` is not executed on loading; the assistant reads it as text"
        losses += (Loss("placeholder", detail, path),)
    return text, losses


def companion_text(
    text: str, view: View, base: str, host: Host, *, plugin: bool = False
) -> tuple[str, tuple[Loss, ...]]:
    """Return the text of a rule, command or agent, whose files lie in ``base``."""
    text, losses = own_paths(text, view, base, host.plugin_root if plugin else "")
    return relocate(text, view, base), losses


def quote_imports(text: str) -> str:
    """Put ``@path`` into back-ticks outside code, so that it stays text in an instruction file."""
    if "@" not in text:
        return text
    lines = text.split("\n")
    fence = ""
    for number, line in enumerate(lines):
        bare = line.lstrip(" >")
        if fence:
            if bare.startswith(fence) and not bare.strip(fence[0]).strip():
                fence = ""
        elif bare.startswith(("```", "~~~")):
            fence = bare[: len(bare) - len(bare.lstrip(bare[0]))]
        elif "@" in line and not line.startswith(("    ", "\t")):
            # Even parts lie outside code spans.
            parts = line.split("`")
            parts[::2] = [_IMPORT.sub(lambda match: f"`{match[0]}`", part) for part in parts[::2]]
            lines[number] = "`".join(parts)
    return "\n".join(lines)


def arguments(text: str, source: str, target: str, lang: Lang) -> tuple[str, tuple[Loss, ...]]:
    """Translate a command's arguments from one notation to another.

    ``source`` is a :attr:`Command.syntax`: "canonical" (``$1`` is the first), "zero-based"
    (``$0`` is), "gemini" (``{{args}}``). ``target`` is a :attr:`Host.arguments`.
    ``$ARGUMENTS[n]`` counts from 0 wherever it is known.
    """
    if "$" not in text and "{{" not in text:
        return text, ()
    first = 0 if source == "zero-based" else 1
    lost: dict[Loss, None] = {}
    everything = {"template": "{{args}}"}.get(target, "$ARGUMENTS")
    worded = target in ("appended", "none")
    if worded:
        everything = _ALL[lang]
        if target == "none":
            lost[Loss("arguments", "commands take none here")] = None

    def one(match: re.Match[str]) -> str:
        if match[0].startswith("{{"):
            return everything if source == "gemini" else match[0]
        if match[1] is None and match[2] is None:
            return everything
        number = int(match[1]) + 1 if match[1] is not None else int(match[2]) - first + 1
        if number < 1:  # `$0` where counting starts at 1 is no argument
            return match[0]
        if target == "one-based":
            return f"${number}"
        if target == "zero-based":
            return f"${number - 1}"
        lost[Loss("arguments", f"`{match[0]}` has no notation here and is put into words")] = None
        return _NTH[lang].format(n=number, all=everything)

    made = _ARGUMENT.sub(one, text)
    return made, tuple(lost) if made != text else ()


def gemini_actions(text: str) -> str:
    """Turn Gemini's ``!{command}`` and ``@{file}`` into the canonical notation."""
    if "!{" in text:
        text = _GEMINI_SHELL.sub(r"!`\1`", text)
    if "@{" in text:
        text = _GEMINI_FILE.sub(r"@\1", text)
    return text
