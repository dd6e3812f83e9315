"""The eval files of other tools that are YAML, told apart by their shape."""

from __future__ import annotations

from ..codes.evals import NO_CASES, UNKNOWN_SHAPE
from ..diagnostics import Diagnostic
from ..model import TestCase
from ..source import Source
from ..yamlsafe import load
from .borrowed import Collector, Texts, sound
from .fields import Fields
from .promptfoo import FORM as PROMPTFOO
from .promptfoo import is_promptfoo, read_promptfoo
from .skillgrade import FORM as SKILLGRADE
from .skillgrade import is_skillgrade, read_skillgrade

__all__ = ["read_eval_yaml"]


def _nothing(_path: str) -> None:
    return None


def read_eval_yaml(
    source: Source, path: str = "", texts: Texts = _nothing
) -> tuple[tuple[TestCase, ...], tuple[Diagnostic, ...]]:
    """Read the cases of a YAML eval file: skillgrade's ``eval.yaml``, promptfoo's ``tests:``.

    Such a file never keeps a skill from being built: what cannot be run is reported as a warning.

    Args:
        source: The file.
        path: The path that the cases carry; by default the source's own.
        texts: Returns the text of another file of the skill.
    """
    where = path or source.path
    result = load(source)
    fields = Fields(source, result)
    if not sound(source, result, fields):
        return (), tuple(fields.findings)
    value = result.value
    if is_skillgrade(value):
        file = Collector(fields, SKILLGRADE, where)
        read_skillgrade(value, file, texts)
    elif is_promptfoo(value):
        file = Collector(fields, PROMPTFOO, where)
        read_promptfoo(value, file, texts)
    else:
        fields.add(UNKNOWN_SHAPE, (), file=where)
        return (), tuple(fields.findings)
    if not file.count:
        fields.add(NO_CASES, (), file=where)
    return tuple(file.cases.values()), tuple(fields.findings)
