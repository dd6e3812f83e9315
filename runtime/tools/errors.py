"""What a calculator says when it cannot answer, in both languages."""

from __future__ import annotations

__all__ = ["ToolError", "Unavailable"]


class ToolError(ValueError):
    """A question that cannot be answered: what is wrong, where, and what to do.

    ``en`` and ``zh`` are whole sentences; ``str()`` is the English one.
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


class Unavailable(ToolError):
    """The question was right; a server or a file that it needs did not answer."""
