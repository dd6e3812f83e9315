"""Text that exists in English, in Chinese, or in both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Lang", "Text"]


class Lang(StrEnum):
    """The language of a piece of text, or of the view that a user asks for.

    ``EN`` and ``ZH`` name languages; ``BILINGUAL`` is only a view (both side by side);
    ``MIXED`` and ``NEUTRAL`` only classify text (both languages in one run; code, numbers,
    punctuation and other text that reads the same in either).
    """

    EN = "en"
    ZH = "zh"
    BILINGUAL = "bilingual"
    MIXED = "mixed"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Text:
    """A text per language; ``None`` where the source has none in that language."""

    en: str | None = None
    zh: str | None = None

    def get(self, lang: Lang) -> str | None:
        """Return the text in exactly ``lang`` (``None`` if there is none)."""
        if lang is Lang.EN:
            return self.en
        if lang is Lang.ZH:
            return self.zh
        if self.en is not None and self.zh is not None and self.en != self.zh:
            return f"{self.en} / {self.zh}"
        return self.en if self.en is not None else self.zh

    def pick(self, lang: Lang) -> str:
        """Return the text in ``lang``, else in the other language, else an empty string."""
        found = self.get(lang)
        if found is None:
            found = self.en if self.en is not None else self.zh
        return found or ""

    def __bool__(self) -> bool:
        return bool(self.en or self.zh)

    @property
    def complete(self) -> bool:
        """Whether both languages are present."""
        return bool(self.en) and bool(self.zh)
