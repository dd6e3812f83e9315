"""An analysis as Markdown, for an agent or a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..escaped import one_line
from .finding import Finding, figure
from .report import Analysis
from .shown import further, heading, missing, origin, shown
from .words import METRICS, SEVERITIES, SURENESS, WORDS, metric

__all__ = ["markdown"]

_MOST_ASKED = 10  # prompts that are shown


def markdown(analysis: Analysis, lang: str) -> str:
    """Return the report in ``lang`` ("en" or "zh"); texts of the run cannot pass for markup."""
    return "\n".join(_lines(analysis, lang)) + "\n"


def _lines(analysis: Analysis, lang: str) -> Iterator[str]:
    colon = "：" if lang == "zh" else ": "
    curves = analysis.curves
    yield f"# {WORDS['title'][lang]} {one_line(analysis.name)}"
    yield ""
    facts = {
        "method": curves.method,
        "state": curves.run.get("state", ""),
        "steps": f"{curves.last_step:g}",
    }
    shown = (f"{WORDS[k][lang]}{colon}{one_line(str(v))}" for k, v in facts.items() if v)
    yield " · ".join(shown)
    yield ""
    yield f"## {WORDS['findings'][lang]}"
    yield ""
    if not curves.rows:
        yield WORDS["no_steps"][lang]
        yield ""
    elif not analysis.findings:
        yield WORDS["healthy"][lang]
        yield ""
    for number, found in enumerate(analysis.findings, 1):
        yield from _finding(found, number, lang, colon)
    yield from _answers(analysis, lang, colon)
    yield from _curves(analysis, lang)
    yield ""
    comma = "、" if lang == "zh" else ", "
    for key, detectors in (("looked", analysis.looked), ("blind", analysis.blind)):
        if detectors:
            named = comma.join(each.title[lang] for each in detectors)
            yield f"{WORDS[key][lang]}{colon}{named}"
            yield ""
    if reason := missing(curves.run):
        yield one_line(reason[lang])
        yield ""
    for problem in analysis.problems:
        yield f"- {WORDS['unreadable'][lang]}{colon}{one_line(problem)}"


def _finding(found: Finding, number: int, lang: str, colon: str) -> Iterator[str]:
    kind = f"{SEVERITIES[found.severity][lang]}, {SURENESS[found.sureness][lang]}"
    yield f"{number}. **{found.title[lang]}** (`{found.kind}`, {kind})"
    for seen in found.evidence:
        yield f"   - {WORDS['evidence'][lang]}{colon}{one_line(seen[lang])}"
    for advice in found.advice:
        key = f"`{advice.key}`{colon}" if advice.key else ""
        yield f"   - {WORDS['advice'][lang]}{colon}{key}{advice.text[lang]}"
    for sample in found.samples:
        yield f"   - {WORDS['samples'][lang]}{colon}{_sample(sample, lang, colon)}"
    yield ""


def _sample(sample: Mapping[str, Any], lang: str, colon: str) -> str:
    parts = [f"{WORDS['step'][lang]} {one_line(str(sample.get('step', '?')))}"]
    reward = sample.get("reward")
    if isinstance(reward, int | float):
        parts.append(f"{METRICS['reward'][lang]} {figure(float(reward))}")
    for key, name in (("prompt", "prompt"), ("completion", "answer")):
        parts.append(f"{WORDS[name][lang]}{colon}“{one_line(str(sample.get(key, '')))}”")
    return " · ".join(parts)


def _answers(analysis: Analysis, lang: str, colon: str) -> Iterator[str]:
    if not analysis.asked:
        return
    yield f"## {heading(analysis.asked)[lang]}"
    yield ""
    for number, one in enumerate(analysis.asked[:_MOST_ASKED], 1):
        (label, prompt), *rest = shown(one)
        yield f"{number}. {label[lang]} ({origin(one)[lang]}){colon}“{one_line(prompt)}”"
        yield from (f"   - {name[lang]}{colon}“{one_line(said)}”" for name, said in rest)
    if len(analysis.asked) > _MOST_ASKED:
        yield ""
        yield further(len(analysis.asked) - _MOST_ASKED)[lang]
    yield ""


def _curves(analysis: Analysis, lang: str) -> Iterator[str]:
    known = [curve for _, curve in sorted(analysis.curves.curves.items()) if len(curve)]
    if not known:
        return
    yield f"## {WORDS['curves'][lang]}"
    yield ""
    names = ("metric", "first", "last", "least", "most")
    yield "| " + " | ".join(WORDS[name][lang] for name in names) + " |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for curve in known:
        if curve.name in ("time", "tokens", "epoch"):
            continue
        numbers = (curve.start(), curve.end(), min(curve.values), max(curve.values))
        yield f"| {one_line(metric(curve.name)[lang])} | {' | '.join(map(figure, numbers))} |"
