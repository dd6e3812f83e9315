"""The report as logs of Inspect (inspect-ai), for its viewer and its data frames."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from polyskill.runtime.judge.missing import need

from ..results import CaseInfo, Run, Sample
from . import arrange
from .figures import finite

__all__ = ["inspect_logs"]

_STOPS = {"truncated": "max_tokens", "refusal": "content_filter"}
_SCORER = "polyskill"


def inspect_logs(run: Run) -> dict[str, bytes]:
    """Return a log (``.eval``) per arm and model: file name → bytes.

    Inspect knows neither arms nor languages: an arm by a model is a task, a case in a language is
    a sample, a repeat an epoch. A sample has the scores ``score`` (0 to 1) and ``passed`` ("C" or
    "I") unless it could not be graded; infrastructure trouble is the sample's error. Comparisons,
    which Inspect has no place for, are left to ``results.json``.

    Raises:
        MissingLibrary: inspect-ai is not installed.
    """
    log = need("inspect_ai.log", "inspect")
    titles = arrange.info(run)
    found: dict[str, bytes] = {}
    with TemporaryDirectory(prefix="polyskill-") as folder:
        for total in arrange.totals(run):
            samples = [
                each for each in run.samples if each.arm == total.arm and each.model == total.model
            ]
            name = f"{_safe(run.skill)}_{_safe(total.arm)}_{_safe(total.model)}"
            while f"{name}.eval" in found:
                name += "_"
            target = Path(folder) / f"{name}.eval"
            log.write_eval_log(_log(run, total.arm, total.model, samples, titles), str(target))
            found[target.name] = target.read_bytes()
    return found


def _safe(text: str) -> str:
    """Return text as a part of a file name that every system takes."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", text).strip("-.")[:80] or "run"


def _log(
    run: Run,
    arm: str,
    model: str,
    samples: list[Sample],
    titles: Mapping[tuple[str, str], CaseInfo],
) -> Any:
    log = need("inspect_ai.log", "inspect")
    created = _time(run.created)
    graded = [each for each in samples if each.score is not None]
    usage = {model: _usage(samples)}
    known = next((each for each in run.models if each.id == model), None)
    detail = next((each.detail for each in run.arms if each.name == arm), "")
    return log.EvalLog(
        status="success" if graded else "error",
        error=None if graded else _error("no answer could be graded"),
        eval=log.EvalSpec(
            created=created,
            task=f"{run.skill}/{arm}",
            task_display_name=f"{run.skill} ({arm})",
            task_args={"arm": arm, "detail": detail},
            dataset=log.EvalDataset(
                name=run.skill,
                location=run.path or None,
                samples=len({(each.case, each.lang) for each in samples}),
                sample_ids=list(dict.fromkeys(map(_id, samples))),
            ),
            model=model,
            model_args=dict(known.params) if known else {},
            config=log.EvalConfig(epochs=run.repeats),
            packages={"polyskill": run.polyskill},
            metadata={"digest": run.digest, "source": run.source, "settings": dict(run.settings)},
        ),
        results=log.EvalResults(
            total_samples=len(samples),
            completed_samples=len(graded),
            scores=[
                _mean(log, "score", [each.score for each in graded]),
                _mean(log, "passed", [float(bool(each.passed)) for each in graded]),
            ],
        ),
        stats=log.EvalStats(started_at=created, completed_at=created, model_usage=usage),
        samples=[_sample(each, titles) for each in samples],
    )


def _time(text: str) -> str:
    """Return a time with its zone, as Inspect wants it; what is no time becomes 1970."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.fromtimestamp(0, UTC)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()


def _id(sample: Sample) -> str:
    return f"{sample.case}:{sample.lang}"


def _error(message: str) -> Any:
    errors = need("inspect_ai.log", "inspect")
    return errors.EvalError(message=message, traceback=message, traceback_ansi=message)


def _mean(log: Any, name: str, values: Iterable[float | None]) -> Any:
    numbers = [value for value in values if value is not None]
    metrics = {}
    if numbers:
        metrics["mean"] = log.EvalMetric(name="mean", value=sum(numbers) / len(numbers))
    return log.EvalScore(name=name, scorer=_SCORER, metrics=metrics)


def _usage(samples: Iterable[Sample]) -> Any:
    models = need("inspect_ai.model", "inspect")
    given, made = 0, 0
    for each in samples:
        given, made = given + each.input_tokens, made + each.output_tokens
    return models.ModelUsage(input_tokens=given, output_tokens=made, total_tokens=given + made)


def _sample(sample: Sample, titles: Mapping[tuple[str, str], CaseInfo]) -> Any:
    log = need("inspect_ai.log", "inspect")
    models = need("inspect_ai.model", "inspect")
    case = titles.get((sample.case, sample.lang))
    prompt = _text(case.prompt if case else "")
    trouble = arrange.in_trouble(sample)
    message = _text(f"{sample.outcome}: {sample.detail}".rstrip(": "))
    output = models.ModelOutput.from_content(
        sample.model,
        _text(sample.answer),
        _STOPS.get(sample.outcome, "stop"),
        message if trouble else None,
    )
    output.usage = _usage([sample])
    return log.EvalSample(
        id=_id(sample),
        epoch=sample.repeat + 1,
        input=prompt,
        target=_text("\n".join(each.text for each in sample.criteria)),
        messages=[models.ChatMessageUser(content=prompt), output.choices[0].message],
        output=output,
        scores=_scores(sample),
        metadata={
            "case": sample.case,
            "title": _text(case.title if case else sample.case),
            "lang": sample.lang,
            "arm": sample.arm,
            "outcome": sample.outcome,
            "key": sample.key,
            "flags": list(sample.flags),
            "cost": finite(sample.cost),
        },
        model_usage={sample.model: output.usage},
        total_time=finite(sample.seconds),
        error=_error(message) if trouble else None,
    )


def _scores(sample: Sample) -> dict[str, Any] | None:
    scorer = need("inspect_ai.scorer", "inspect")
    if sample.score is None:
        return None
    lines = [f"{_sign(each.passed)} {each.label} {each.detail}".rstrip() for each in sample.checks]
    for each in sample.criteria:
        lines.append(f"{_sign(each.passed)} {each.text} ({each.kind}, {each.weight:g})")
        lines += [f"    {said.judge}: {said.quote!r} {said.reason}" for said in each.opinions]
    explanation = _text("\n".join(lines))
    found = {"score": scorer.Score(value=sample.score, explanation=explanation)}
    if sample.passed is not None:
        grade = scorer.CORRECT if sample.passed else scorer.INCORRECT
        found["passed"] = scorer.Score(value=grade, explanation=explanation)
    return found


def _text(text: str) -> str:
    """Return text that can be written as UTF-8: a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _sign(passed: bool | None) -> str:
    return "?" if passed is None else "✓" if passed else "✗"
