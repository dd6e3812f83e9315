"""The language of messages: ``POLYSKILL_LANG``, else ``LC_ALL``, ``LC_MESSAGES``, ``LANG``."""

from __future__ import annotations

import os
from functools import lru_cache

from polyskill.compiler.localized import Lang

__all__ = ["counted", "message_language", "tr"]


@lru_cache(maxsize=1)
def message_language() -> Lang:
    """Return the language in which to talk to the user."""
    for variable in ("POLYSKILL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return Lang.ZH if value.lower().startswith("zh") else Lang.EN
    return Lang.EN


def tr(en: str, zh: str) -> str:
    """Return the text in the user's language."""
    return zh if message_language() is Lang.ZH else en


def counted(number: int, en: str, zh: str) -> str:
    """Return a number with its noun: ``1 file``, ``2 files``, ``2 个文件``."""
    return tr(f"{number:,} {en if number == 1 else f'{en}s'}", f"{number:,} {zh}")
