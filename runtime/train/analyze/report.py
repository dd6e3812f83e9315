"""All detectors over a run: what was found, the gravest first, and what could not be looked at."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..record import Recorded
from . import answers, course, examples, losses, policy, rate, rewards
from .asked import Asked, asked
from .curves import Curves, curves_of
from .finding import Detector, Finding, Severity, Sureness

__all__ = ["DETECTORS", "Analysis", "analyse", "to_json"]

DETECTORS: tuple[Detector, ...] = (
    *losses.DETECTORS,
    *examples.DETECTORS,
    *rate.DETECTORS,
    *policy.DETECTORS,
    *rewards.DETECTORS,
    *answers.DETECTORS,
    *course.DETECTORS,
)
_GRAVEST, _SUREST = list(Severity), list(Sureness)


@dataclass(frozen=True)
class Analysis:
    """What was found in a run.

    ``looked`` are the detectors that had what they need, ``blind`` those that had not; what such a
    run cannot have is in neither. ``asked`` are the prompts that the model was asked all along.
    ``problems`` are lines of the run's files that could not be read.
    """

    name: str
    curves: Curves
    findings: tuple[Finding, ...]
    looked: tuple[Detector, ...]
    blind: tuple[Detector, ...]
    asked: tuple[Asked, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def spoilt(self) -> bool:
        """Whether there is a problem that is likely or sure."""
        return any(
            each.severity is Severity.PROBLEM and each.sureness is not Sureness.POSSIBLE
            for each in self.findings
        )


def analyse(recorded: Recorded) -> Analysis:
    """Look for everything in a run that was read with :func:`..record.read_run`."""
    curves = curves_of(recorded.run, recorded.metrics, recorded.samples)
    fit = [each for each in DETECTORS if each.when(curves)]
    looked = [each for each in fit if all(_has(curves, name) for name in each.needs)]
    findings = [found for each in looked for found in each.find(curves)]
    findings.sort(key=lambda each: (_GRAVEST.index(each.severity), _SUREST.index(each.sureness)))
    return Analysis(
        recorded.folder.resolve().name,
        curves,
        tuple(findings),
        tuple(looked),
        tuple(each for each in fit if each not in looked),
        asked(recorded.samples),
        recorded.problems,
    )


def _has(curves: Curves, name: str) -> bool:
    if name == answers.SAMPLES:
        return bool(asked(curves.samples))
    if name.endswith("/"):
        return any(len(curve) for curve in curves.named(name))
    return len(curves[name]) > 0 or bool(curves[name].broken)


def to_json(analysis: Analysis) -> dict[str, Any]:
    """Return the analysis as plain JSON, texts in both languages; what is no number is null."""
    whole = {
        "run": analysis.name,
        "method": analysis.curves.method,
        "state": analysis.curves.run.get("state", ""),
        "steps": analysis.curves.last_step,
        "spoilt": analysis.spoilt,
        "findings": [asdict(found) for found in analysis.findings],
        "looked_for": [each.kind for each in analysis.looked],
        "no_data_for": {each.kind: list(each.needs) for each in analysis.blind},
        "answers": [
            {"first": dict(each.first), "last": dict(each.last)} for each in analysis.asked
        ],
        "metrics": {name: _ends(analysis, name) for name in sorted(analysis.curves.curves)},
        "unreadable": list(analysis.problems),
    }
    return {name: _finite(value) for name, value in whole.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return value


def _ends(analysis: Analysis, name: str) -> Mapping[str, Any]:
    curve = analysis.curves[name]
    if not len(curve):
        return {"points": 0, "not_a_number": len(curve.broken)}
    return {
        "points": len(curve),
        "not_a_number": len(curve.broken),
        "first": curve.start(),
        "last": curve.end(),
        "least": min(curve.values),
        "most": max(curve.values),
    }
