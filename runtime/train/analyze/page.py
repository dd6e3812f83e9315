"""An analysis as one HTML page that needs nothing but itself, and runs no script."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..sheet import sheet, two
from .curves import Curve
from .finding import Finding, figure
from .plots import Mark, plot
from .report import Analysis
from .shown import further, heading, missing, origin, shown
from .style import STYLE
from .words import METRICS, SEVERITIES, SURENESS, WORDS, metric

__all__ = ["page"]

_LONGEST = 4_000  # characters of a sample that are shown
_MOST_ASKED = 20  # prompts that are shown
_PANELS: tuple[tuple[str, ...], ...] = (
    ("loss", "eval_loss"),
    ("lr",),
    ("grad_norm",),
    ("length",),
    ("clipped", "zero_std"),
    ("kl",),
    ("entropy",),
    ("accuracy",),
    ("margin",),
)
_REWARDED = (0.0, 1.0)


def page(analysis: Analysis, lang: str) -> str:
    """Return the page; it speaks English and Chinese and starts in ``lang`` ("en" or "zh").

    Texts of the run are escaped, and the page's policy lets nothing load and no script run.
    """
    return sheet(analysis.name, "".join(_body(analysis)), STYLE, lang)


def _word(key: str) -> str:
    return two(WORDS[key])


def _body(analysis: Analysis) -> Iterator[str]:
    yield f"<h1>{_word('title')} {html.escape(analysis.name)}</h1>"
    yield from _facts(analysis)
    yield f'<h2>{_word("findings")}</h2><div class="cards">'
    if not analysis.curves.rows:
        yield f'<p class="card is-warning">{_word("no_steps")}</p>'
    elif not analysis.findings:
        yield f'<p class="card is-good">{_word("healthy")}</p>'
    for number, found in enumerate(analysis.findings, 1):
        yield _card(found, number)
    yield "</div>"
    yield from _answers(analysis)
    yield from _plots(analysis)
    yield from _table(analysis)
    yield from _looked(analysis)
    for key, data in (
        ("config", analysis.curves.run.get("run")),
        ("versions", analysis.curves.run.get("versions")),
    ):
        if data:
            shown = html.escape(json.dumps(data, ensure_ascii=False, indent=2, default=str))
            yield f"<details><summary>{_word(key)}</summary><pre>{shown}</pre></details>"


def _facts(analysis: Analysis) -> Iterator[str]:
    run = analysis.curves.run
    facts = {
        "method": analysis.curves.method,
        "model": analysis.curves.setting("model", "path") or "",
        "steps": f"{analysis.curves.last_step:g}",
        "state": run.get("state", ""),
        "started": run.get("started", ""),
    }
    yield '<dl class="facts">'
    for key, value in facts.items():
        if value:
            yield f"<div><dt>{_word(key)}</dt><dd>{html.escape(str(value))}</dd></div>"
    yield "</dl>"


def _card(found: Finding, number: int) -> str:
    kind = f"{two(SEVERITIES[found.severity])} · {two(SURENESS[found.sureness])}"
    parts = [
        f'<article class="card is-{found.severity}" id="finding-{number}">',
        f"<h3>{number}. {two(found.title)}</h3><p><small>{kind}</small></p><ul>",
        *(f"<li>{two(seen)}</li>" for seen in found.evidence),
        f"</ul><p><strong>{_word('advice')}</strong></p><ul>",
    ]
    for advice in found.advice:
        key = f"<code>{html.escape(advice.key)}</code> " if advice.key else ""
        parts.append(f"<li>{key}{two(advice.text)}</li>")
    parts.append("</ul>")
    if found.samples:
        shown = "".join(map(_sample, found.samples))
        parts.append(f"<details><summary>{_word('samples')}</summary>{shown}</details>")
    parts.append("</article>")
    return "".join(parts)


def _sample(sample: Mapping[str, Any]) -> str:
    reward = sample.get("reward")
    number = isinstance(reward, int | float) and not isinstance(reward, bool)
    paid = f" · {two(METRICS['reward'])} {figure(float(reward or 0))}" if number else ""
    return (
        f"<p><small>{_word('step')} {html.escape(str(sample.get('step', '?')))}{paid}</small></p>"
        f'<div class="sample" dir="auto"><small>{_word("prompt")}</small>\n'
        f"{_cut(sample.get('prompt', ''))}</div>"
        f'<div class="sample" dir="auto"><small>{_word("answer")}</small>\n'
        f"{_cut(sample.get('completion', ''))}</div>"
    )


def _answers(analysis: Analysis) -> Iterator[str]:
    """Yield what the model was asked, with its first and its last answer beside the data's."""
    if not analysis.asked:
        return
    yield f'<h2>{two(heading(analysis.asked))}</h2><div class="cards">'
    for one in analysis.asked[:_MOST_ASKED]:
        texts = "".join(
            f'<div class="sample" dir="auto"><small>{two(label)}</small>\n{_cut(said)}</div>'
            for label, said in shown(one)
        )
        yield f'<article class="card"><small>{two(origin(one))}</small>{texts}</article>'
    yield "</div>"
    if len(analysis.asked) > _MOST_ASKED:
        yield f'<p class="soft">{two(further(len(analysis.asked) - _MOST_ASKED))}</p>'


def _cut(value: Any) -> str:
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return html.escape(said if len(said) <= _LONGEST else f"{said[:_LONGEST]} …")


def _plots(analysis: Analysis) -> Iterator[str]:
    figures = [shown for names in _panels(analysis) if (shown := _figure(analysis, names))]
    if figures:
        yield f'<h2>{_word("curves")}</h2><p class="soft">{_word("legend")}</p>'
        yield f'<div class="plots">{"".join(figures)}</div>'


def _panels(analysis: Analysis) -> Iterator[Sequence[str]]:
    """Yield what is drawn together: a reward and the judge beside it on one axis where both fit."""
    curves = analysis.curves
    judges = [curve.name for curve in curves.named("judge/")]
    shared = [curve for name in ("reward", *judges) for curve in (curves[name],) if len(curve)]
    fits = all(_REWARDED[0] <= v <= _REWARDED[1] for curve in shared for v in curve.values)
    first = [("reward", *judges)] if fits else [("reward",), *((name,) for name in judges)]
    parts = [curve.name for curve in curves.named("rewards/")]
    items = [curve.name for curve in curves.named("items/")]
    yield from first if curves.reinforced else ()
    yield from _PANELS
    yield from () if curves.reinforced else first
    yield from (parts[at : at + 4] for at in range(0, len(parts), 4))
    yield from (items[at : at + 4] for at in range(0, len(items), 4))


def _figure(analysis: Analysis, names: Sequence[str]) -> str:
    curves = [c for name in names if len(c := analysis.curves[name]) or c.broken]
    marks = [
        Mark(number, *found.steps, f"is-{found.severity}")
        for number, found in enumerate(analysis.findings, 1)
        if found.steps is not None and found.curve in names
    ]
    drawn = plot(curves, marks, ", ".join(metric(name)["en"] for name in names))
    if not drawn:
        return ""
    keys = "".join(_key(curve, at) for at, curve in enumerate(curves))
    return f"<figure><figcaption>{keys}</figcaption>{drawn}</figure>"


def _key(curve: Curve, at: int) -> str:
    return f'<span class="key c{at % 4}"><i></i>{two(metric(curve.name))}</span>'


def _table(analysis: Analysis) -> Iterator[str]:
    known = [curve for _, curve in sorted(analysis.curves.curves.items())]
    rows = [curve for curve in known if curve.name not in ("time", "tokens", "epoch")]
    if not rows:
        return
    heads = ("first", "last", "least", "most", "broken")
    yield f'<div class="wide"><table><thead><tr><th>{_word("metric")}</th>'
    yield "".join(f'<th class="n">{_word(name)}</th>' for name in heads)
    yield "</tr></thead><tbody>"
    for curve in rows:
        ends = (min(curve.values), max(curve.values)) if len(curve) else (float("nan"),) * 2
        shown = [figure(value) for value in (curve.start(), curve.end(), *ends)]
        cells = "".join(f'<td class="n">{cell}</td>' for cell in (*shown, len(curve.broken) or ""))
        yield f"<tr><td>{two(metric(curve.name))}</td>{cells}</tr>"
    yield "</tbody></table></div>"


def _looked(analysis: Analysis) -> Iterator[str]:
    for key, detectors in (("looked", analysis.looked), ("blind", analysis.blind)):
        if detectors:
            en = ", ".join(each.title["en"] for each in detectors)
            zh = "、".join(each.title["zh"] for each in detectors)
            said = {"en": f"{WORDS[key]['en']}: {en}", "zh": f"{WORDS[key]['zh']}：{zh}"}
            yield f'<p class="soft">{two(said)}</p>'
    if reason := missing(analysis.curves.run):
        yield f'<p class="soft">{two(reason)}</p>'
    for problem in analysis.problems:
        yield f'<p class="soft">{_word("unreadable")}: <code>{html.escape(problem)}</code></p>'
