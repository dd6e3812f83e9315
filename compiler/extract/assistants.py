"""Names of assistants in headings: which platforms a section is meant for."""

from __future__ import annotations

import re

from ..localized import Text

__all__ = ["platforms_of"]

_NAMES: dict[str, str] = {
    name: platform
    for platform, names in {
        "claude": "claude | claude code | claude.ai | claude desktop | claude cli | claude code cli"
        " | anthropic claude | anthropic claude code",
        "cursor": "cursor | cursor ide | cursor ai | cursor editor",
        "opencode": "opencode | open code | opencode cli",
        "openclaw": "openclaw | open claw | clawdbot | moltbot",
        "codex": "codex | openai codex | codex cli | openai codex cli",
        "cline": "cline | cline cli",
        "kimi": "kimi | kimi code | kimi cli | kimi code cli | moonshot kimi | kimi-cli",
        "gemini": "gemini | gemini cli | google gemini | gemini code assist",
        "copilot": "copilot | github copilot | copilot cli | github copilot cli | copilot chat",
        "windsurf": "windsurf | windsurf ide | codeium windsurf",
        "antigravity": "antigravity | google antigravity",
        "aider": "aider",
        "roo": "roo code | roo cline | roocode",
        "zed": "zed editor | zed ai",
        "qwen": "qwen code | qwen-code",
        "trae": "trae | trae ide",
        "kiro": "kiro | kiro ide",
        "junie": "junie | jetbrains junie",
        "amp": "sourcegraph amp | ampcode",
        "chatgpt": "chatgpt | openai chatgpt",
    }.items()
    for name in (part.strip() for part in names.split("|"))
}

_WORD = re.compile(r"[a-z]{3,}")
_KNOWN = frozenset(word for name in _NAMES for word in _WORD.findall(name))
_NUMBER = re.compile(r"^[\W_]*(?:\d+(?:\.\d+)*[.)、:]?(?=\s|$)\s*)?[^\w]*")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]?")
_BETWEEN = re.compile(r"\s*[/,、，+&;；|]\s*|\s+(?:and|or)\s+|\s*[和与或及]\s*")
_LEADING = re.compile(r"^(?:for|on|用于|针对|对于|在)\s*", re.IGNORECASE)
# What may follow a name without making the heading about something else.
_TRAILING = re.compile(
    r"[\s:：-]*(?:(?:users?|only|specific|platform|configuration|config|setup|set-up|settings?"
    r"|install|installation|instructions?|usage|integration|support|notes?|recommended)\b"
    r"|用户|平台|专用|特定|配置|设置|安装|说明|使用|集成|支持|推荐|方法|指南|注意事项)+\s*$",
    re.IGNORECASE,
)
_LONGEST_TITLE = 160


def _names(title: str) -> frozenset[str] | None:
    """Return the assistants that ``title`` lists, ``None`` if it says anything else."""
    title = _BRACKETS.sub(" ", title).strip(" \t*_`:：")
    title = _NUMBER.sub("", title, count=1)
    found: set[str] = set()
    for part in _BETWEEN.split(title):
        name = _LEADING.sub("", part.strip(" \t*_`:：")).lower()
        while name not in _NAMES:
            shorter = _TRAILING.sub("", name)
            if shorter == name:
                break
            name = shorter.strip()
        if not name:
            continue
        platform = _NAMES.get(name)
        if platform is None:
            return None
        found.add(platform)
    return frozenset(found) or None


def platforms_of(title: Text) -> frozenset[str] | None:
    """Return the assistants that a heading names as its whole subject, else ``None``.

    ``### 4.3 Claude Code``, ``Cursor (推荐 / Recommended)`` and ``OpenAI Codex / Kimi Code /
    Cline`` do; ``Cursor-based pagination`` and ``Using Claude for reviews`` do not. The ids go
    beyond the platforms that polyskill compiles for: a section for an assistant that is not
    a target is meant for nobody else either.
    """
    words = (title.en or "") + " " + (title.zh or "")
    if len(words) > _LONGEST_TITLE or _KNOWN.isdisjoint(_WORD.findall(words.lower())):
        return None
    if title.en and title.zh and title.en != title.zh:
        # A pair may have been cut inside its brackets: "Cursor (推荐" and "Recommended)".
        return _names(f"{title.en} / {title.zh}") or _names(f"{title.zh} / {title.en}")
    return _names(title.en or title.zh or "")
