"""What names say: enough to find sources without loading what reads them."""

from __future__ import annotations

__all__ = [
    "AGENT_PLUGIN_SCHEMA",
    "MARKETPLACES",
    "NOT_COMPONENTS",
    "PLUGIN_FOLDERS",
    "RULE_FILES",
    "inside",
    "is_page",
    "locale_of",
]

PLUGIN_FOLDERS = frozenset({".claude-plugin", ".codex-plugin", ".cursor-plugin", ".kimi-plugin"})
MARKETPLACES = {
    ".claude-plugin/marketplace.json": "claude",
    ".cursor-plugin/marketplace.json": "cursor",
    ".agents/plugins/marketplace.json": "codex",
    ".codex-plugin/marketplace.json": "codex",
    "marketplace.json": "agents",
}
AGENT_PLUGIN_SCHEMA = b"agent-plugins.org"
# Pages about the files beside them, which no assistant should load as one of those.
NOT_COMPONENTS = frozenset(
    {"CHANGELOG", "CODE_OF_CONDUCT", "CONTRIBUTING", "LICENSE", "NOTICE", "SECURITY", "SUPPORT"}
)
# Files that are found by their name alone, and what the rule is called then.
RULE_FILES = {
    ".clinerules": "clinerules",
    ".cursorrules": "cursorrules",
    ".goosehints": "goosehints",
    ".roorules": "roorules",
    ".rules": "rules",
    ".windsurfrules": "windsurfrules",
    "AGENTS.md": "agents-md",
    "AGENTS.override.md": "agents-override-md",
    "CLAUDE.local.md": "claude-local-md",
    "CLAUDE.md": "claude-md",
    "GEMINI.md": "gemini-md",
    "QWEN.md": "qwen-md",
    "copilot-instructions.md": "copilot-instructions",
}


def inside(value: str) -> str | None:
    """Return a declared path without ``./`` and final ``/`` ("" is the root), if it stays inside.

    Absolute paths, drive letters, ``..`` and control characters lead outside, or nowhere good.
    """
    text = value.strip().replace("\\", "/")
    if text.startswith(("/", "~")) or text[1:2] == ":" or not text.isprintable():
        return None
    parts = [part for part in text.split("/") if part not in {"", "."}]
    return None if ".." in parts else "/".join(parts)


def is_page(name: str) -> bool:
    """Return whether a Markdown file may be a component (and is no README or the like)."""
    stem = name.rpartition("/")[2].rpartition(".")[0]
    return stem not in NOT_COMPONENTS and not stem.lower().startswith("readme")


def locale_of(name: str) -> str | None:
    """Return the locale in ``index.<locale>.json`` ("" for ``index.json``)."""
    if name == "index.json":
        return ""
    if name.startswith("index.") and name.endswith(".json"):
        locale = name[len("index.") : -len(".json")]
        return locale if locale.replace("-", "").replace("_", "").isalnum() else None
    return None
