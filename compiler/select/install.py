"""Recipes how to install a skill: stale in every source, made anew for every platform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..document import Block, BlockKind

__all__ = ["heredoc", "install_blocks", "is_label", "only_installs"]

_ASSISTANT = r"(?:claude|cursor|opencode|openclaw|clawhub|codex|cline|kimi|gemini|copilot|windsurf)"
# A recipe that fetches or registers this very skill, wherever it stands.
_SELF = re.compile(
    r"^(?:"
    r"read\s+(?:https?://|url)\S*.*\b(?:install|apply|activate|follow|use)\b"
    r"|/(?:skills?|plugins?|marketplace)\s+(?:install|add|load|use|marketplace)\b"
    rf"|(?:npx\s+\S+\s+|/)?{_ASSISTANT}\s+(?:skills?|plugins?)\s+(?:add|install|load|use)\b"
    r"|npx\s+(?:-y\s+)?\S*skills?\S*\s+(?:add|install)\b"
    r"|(?:curl|wget)\s.*(?:>>?|-o|-O)\s*\S*(?:\.cursorrules|CLAUDE\.md|AGENTS\.md|\.clinerules|SKILL\.md)"
    r"|(?:阅读|读取)\s*https?://\S+.*(?:安装|应用|使用)"
    r")",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"^(?:sudo\s+)?(?:curl|wget|git\s+(?:clone|pull)|cp|mv|ln|mkdir|cd|npx|npm|pnpm|yarn|pip3?|uvx?"
    rf"|brew|apt(?:-get)?|unzip|tar|chmod|source|export|{_ASSISTANT})\b|^/plugin\b",
    re.IGNORECASE,
)
_PROSE = re.compile(
    r"\b(?:copy|paste|install\w*|place|add|put|append|load|include|download|restart)\b|安装|复制|粘贴|添加到"
    r"|放到|放入|下载",
    re.IGNORECASE,
)
_INSTALL_HEADER = re.compile(r"install|activat|how to use|set-?up|安装|激活|启用|使用方法", re.I)
_HEREDOC = re.compile(
    r"cat\s*(?:>>?\s*\S+\s*<<-?|<<-?)\s*(['\"]?)(?P<tag>\w+)\1(?:\s*>>?\s*\S+)?\s*$"
)
_QUIET = (BlockKind.RULE, BlockKind.COMMENT)


def heredoc(block: Block) -> str | None:
    """Return the text that a fence writes into an instruction file with ``cat << EOF``."""
    if block.kind is not BlockKind.FENCE:
        return None
    lines = block.content.strip("\n").split("\n")
    match = _HEREDOC.match(lines[0].strip())
    if not match or len(lines) < 3 or lines[-1].strip() != match["tag"]:
        return None
    return "\n".join(lines[1:-1])


def is_label(block: Block) -> bool:
    """Whether a paragraph only announces what follows it."""
    text = block.content.strip()
    if block.kind is not BlockKind.PARAGRAPH or "\n" in text:
        return False
    bare = text.strip("*_ ")
    return bare.endswith((":", "：")) or (text.startswith("**") and text.endswith("**"))


def _commands(block: Block) -> list[str]:
    text = block.content.replace("\\\n", " ")
    lines = (line.strip().removeprefix("$ ") for line in text.split("\n"))
    return [line for line in lines if line and not line.startswith(("#", "//"))]


def _code_installs(block: Block, name: str, anywhere: bool) -> bool:
    if heredoc(block) is not None:
        return False
    lines = _commands(block)
    if not lines:
        return False
    if all(_SELF.match(line) for line in lines):
        return True
    if not anywhere:
        return False
    # A JSON entry that registers the skill by its own name is no configuration to follow.
    if lines[0].startswith("{") and f'"{name}"' in block.content:
        return True
    return all(_SELF.match(line) or _COMMAND.match(line) for line in lines)


def _installs(block: Block, name: str, anywhere: bool) -> bool:
    if block.kind in (BlockKind.FENCE, BlockKind.CODE):
        return _code_installs(block, name, anywhere)
    if block.kind is BlockKind.PARAGRAPH:
        text = block.content.strip("` ")
        return bool(_SELF.match(text) or (anywhere and _PROSE.search(text)))
    if not anywhere:
        return False
    if block.kind is BlockKind.TABLE:
        return bool(block.children and _INSTALL_HEADER.search(block.children[0].content))
    if block.kind is BlockKind.LIST:
        return all(
            _PROSE.search(item.content) or _SELF.match(item.content) for item in block.children
        )
    return False


def install_blocks(blocks: Sequence[Block], name: str, *, anywhere: bool) -> set[int]:
    """Return the indexes of the blocks that say how to install, and of the labels above them.

    ``anywhere`` counts every recipe (in a section about platforms), else only one that installs
    this very skill: elsewhere ``pip install`` may be what the skill is about.
    """
    found: set[int] = set()
    for at, block in enumerate(blocks):
        if not is_label(block) and _installs(block, name, anywhere):
            found.add(at)
            above = at - 1
            while above >= 0 and (
                is_label(blocks[above]) or blocks[above].kind is BlockKind.COMMENT
            ):
                found.add(above)
                above -= 1
    return found


def only_installs(blocks: Iterable[Block], name: str, *, anywhere: bool) -> bool:
    """Whether blocks say how to install, and nothing else."""
    given = [block for block in blocks if block.kind not in _QUIET]
    found = install_blocks(given, name, anywhere=anywhere)
    return bool(found) and len(found) == len(given)
