"""The language of messages: ``POLYSKILL_LANG``, else ``LC_ALL``, ``LC_MESSAGES``, ``LANG``."""

from __future__ import annotations

import os
from functools import lru_cache

from polyskill.compiler.localized import Lang

__all__ = ["message_language", "tr"]


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
