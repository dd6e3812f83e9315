"""The report as one HTML page that needs nothing but itself: no network, no library, no server."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from polyskill.runtime.judge.base import INFRASTRUCTURE

from ..results import Run
from . import arrange, draw, figures
from .payload import ANSWER_LIMIT, embedded, payload
from .phrases import lang_name, row_name, spent, word
from .view import RunView, tag, texts
from .words import both

__all__ = ["PLAIN_CELLS", "render_html"]

#: Cells that the page holds a second time as plain HTML, for readers without scripts.
PLAIN_CELLS = 200
#: Characters of an answer in that plain part.
_PLAIN_ANSWER = 8_000
_TEMPLATES = files(__package__ or "") / "templates"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def render_html(runs: Sequence[Run], lang: str) -> str:
    """Return a page about one run, or about several side by side.

    The page speaks English and Chinese and starts in ``lang`` ("en" or "zh"). All charts, tables
    and verdicts are plain HTML; the cases are embedded as JSON and drawn when they are opened, so
    that 10,000 answers open at once. The script runs by the hash of its text, so that nothing in an
    answer can run even if it got past the escaping. Without scripts, the first
    :data:`PLAIN_CELLS` cells are shown; on paper, the first 400 that the filters leave. Both
    say how many are missing.

    Raises:
        ValueError: there is no run.
    """
    if not runs:
        msg = "a report needs at least one run"
        raise ValueError(msg)
    environment = _environment()
    script, style = _asset("page.js"), _asset("page.css")
    views = [RunView(run, label) for run, label in zip(runs, _labels(runs), strict=True)]
    data = payload(runs, [view.label for view in views])
    title = both("title", name=runs[0].skill) if len(runs) == 1 else both("title_many", n=len(runs))
    page = environment.get_template("page.html.j2").render(
        lang=lang,
        title=title,
        views=views,
        names=data["models"],
        script=script,
        script_hash=_hash(script),
        style=style,
        style_hash=_hash(style),
        data=embedded(data),
        total=len(data["cells"]),
        plain_cells=[(view, cell) for view in views for cell in arrange.cells(view.run)][
            :PLAIN_CELLS
        ],
        plain_answer=min(_PLAIN_ANSWER, ANSWER_LIMIT),
        forest_scale=draw.scale_for(
            [each.difference for view in views for each in view.comparisons],
            max((view.margin or 0.0 for view in views), default=0.0) or None,
        ),
        share_scale=draw.Scale(0.0, 1.0, (0.0, 0.25, 0.5, 0.75, 1.0)),
        half_scale=draw.Scale(0.0, 1.0, (0.0, 0.25, 0.5, 0.75, 1.0), zero=0.5),
        several=len(runs) > 1,
        infrastructure=INFRASTRUCTURE,
        model_ids=_distinct(sample.model for run in runs for sample in run.samples),
        case_langs=_distinct(sample.lang for run in runs for sample in run.samples),
        arm_names=_distinct(
            name
            for run in runs
            for name in (*(arm.name for arm in run.arms), *(s.arm for s in run.samples))
        ),
        overall=arrange.overall(runs),
    )
    return _CONTROL.sub("", page).encode("utf-8", "replace").decode("utf-8")


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _labels(runs: Sequence[Run]) -> list[str]:
    """Return a name per run: the skill, with the time or a number where that is not enough."""
    names = [run.skill for run in runs]
    if len(set(names)) < len(names):
        names = [f"{run.skill} · {run.created[:19]}" for run in runs]
    if len(set(names)) < len(names):
        names = [f"{at}. {name}" for at, name in enumerate(names, 1)]
    return names


def _asset(name: str) -> str:
    """Return a part of the page with the line ends that a browser makes of it."""
    return (_TEMPLATES / name).read_text("utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_asset),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_functions())
    return environment


def _functions() -> dict[str, Callable[..., Any]]:
    """Return what templates may call; whatever gives markup has escaped what it was given."""

    def two(pair: tuple[str, str]) -> Markup:
        en, zh = pair
        if en == zh:
            return escape(en)
        return Markup(
            '<span class="en" lang="en">{}</span><span class="zh" lang="zh-Hans">{}</span>'
        ).format(en, zh)

    def t(key: str, **fill: object) -> Markup:
        return two(both(key, **fill))

    def option(key: str, **fill: object) -> Markup:
        en, zh = both(key, **fill)
        return Markup('data-en="{}" data-zh="{}"').format(en, zh)

    def svg(kind: str) -> Callable[..., Markup]:
        return lambda *given, **named: Markup(getattr(draw, kind)(*given, **named))

    def plain(value: object) -> str:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    return {
        "t": t,
        "two": two,
        "option": option,
        "interval": svg("interval"),
        "axis": svg("axis"),
        "stack": svg("stack"),
        "plain": plain,
        "gap": figures.gap,
        "hundred": figures.hundred,
        "lang_name": lang_name,
        "row_name": row_name,
        "tag": tag,
        "texts": texts,
        "word": word,
        "points_of": figures.points_of,
        "signed": figures.signed,
        "strength_of": figures.strength_of,
        "spent": lambda run: (spent(run, "en"), spent(run, "zh")),
        "rate_of": figures.rate_of,
        "percent": figures.percent,
        "dollars": figures.dollars,
        "probability": figures.probability,
        "count": figures.count,
    }
