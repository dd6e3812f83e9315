"""An arm: a name, and for each language what a model gets beside the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from polyskill.compiler.model import Skill
from polyskill.compiler.tokens import estimate

__all__ = ["NONE", "Arm"]


@dataclass(frozen=True)
class Arm:
    """What is beside the question.

    ``kind`` is "none", "current", "previous", "platform", or "variant" for another form of the
    skill (a section left out, say); ``detail`` says which revision, platform or variant. ``texts``
    maps a language ("en", "zh") to what an assistant has in its context once the skill is in use;
    a language that is missing there has no cells under this arm. Arms of the same text share their
    answers unless ``draws`` differs (an A/A run asks twice on purpose). ``skill`` is what the
    texts were compiled from, for an agent that gets files; a stored plan is without it.
    """

    name: str
    kind: str
    detail: str = ""
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    draws: int = 0
    skill: Skill | None = field(default=None, repr=False, compare=False)

    def digest(self, lang: str) -> str:
        """Return the sha256 of the text in a language; empty where there is no text."""
        text = self.texts.get(lang, "")
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text else ""

    def tokens(self, lang: str) -> int:
        """Return the estimated size of the text in tokens."""
        return estimate(self.texts.get(lang, ""))


NONE = Arm("none", "none", texts={"en": "", "zh": ""})
