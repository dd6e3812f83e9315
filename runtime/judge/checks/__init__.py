"""Deterministic checks of an answer: the same answer gets the same finding, on any machine."""

from __future__ import annotations

from .base import Answer, CheckSpec, Finding
from .language import LanguageShare, language_share
from .run import KINDS, run_check

__all__ = [
    "KINDS",
    "Answer",
    "CheckSpec",
    "Finding",
    "LanguageShare",
    "language_share",
    "run_check",
]
