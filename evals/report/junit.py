"""The report as JUnit XML, for the test pages of CI servers."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from itertools import groupby

from ..results import CaseInfo, Comparison, Run, Sample
from . import arrange, figures
from .phrases import failed_parts, row_name, title_of, word
from .words import say

__all__ = ["render_junit"]

_ANSWER = 4_000  # characters of an answer that a test page shows
# XML 1.0, section 2.2: the characters that a document may hold; all others are replaced.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(run: Run, lang: str = "en") -> str:
    """Return the run as JUnit XML: a suite per arm, model and language, a test case per cell.

    A cell that ended in infrastructure trouble is an ``error``, one that could not be graded is
    ``skipped``, and one of a candidate arm that did not pass is a ``failure``; a baseline that
    fails is no failure of the skill. The gate's comparisons stand in a suite of their own.
    """
    root = ET.Element("testsuites", name=_legal(run.skill))
    gated = [each for each in arrange.comparisons(run) if each.gated]
    if gated:
        suite = _suite(root, f"{run.skill} · {say('gate', lang)}", run)
        for each in gated:
            _comparison(suite, each, run, lang)
    titles = arrange.info(run)
    candidates = arrange.candidates(run)
    order = {arm.name: at for at, arm in enumerate(run.arms)}
    samples = sorted(
        run.samples, key=lambda each: (order.get(each.arm, len(order)), each.model, each.lang)
    )
    for (arm, model, language), cells in groupby(
        samples, key=lambda each: (each.arm, each.model, each.lang)
    ):
        suite = _suite(root, f"{run.skill} · {arm} · {model} · {language}", run)
        for cell in cells:
            _cell(suite, cell, titles, lang, gates=arm in candidates)
    for element in root:
        _count(element)
    _count(root)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def _suite(root: ET.Element, name: str, run: Run) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=_legal(name), timestamp=_legal(run.created[:19]))


def _count(element: ET.Element) -> None:
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(case.find(tag) is not None for case in cases)))
    element.set("time", f"{sum(float(case.get('time', 0)) for case in cases):.3f}")


def _mark(case: ET.Element, tag: str, kind: str, message: str, text: str = "") -> None:
    found = ET.SubElement(case, tag, message=_legal(message))
    if tag != "skipped":
        found.set("type", _legal(kind))
    found.text = _legal(text) or None


def _comparison(suite: ET.Element, each: Comparison, run: Run, lang: str) -> None:
    zh = lang == "zh"
    versus = say("versus", lang, candidate=each.candidate, baseline=each.baseline)
    scope = row_name(each.model, each.lang, arrange.model_names([run]))[zh]
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_legal(f"{run.skill}.gate"),
        name=_legal(f"{versus} · {scope} · {word(each.metric)[zh]}"),
        time="0",
    )
    tags = {"regressed": "failure", "invalid": "error", "underpowered": "skipped"}
    if each.verdict in tags:
        message = f"{word(each.verdict)[zh]}: {figures.points_of(each.difference)}"
        _mark(case, tags[each.verdict], each.verdict, message, arrange.text_in(each.why, lang))


def _cell(
    suite: ET.Element,
    sample: Sample,
    titles: Mapping[tuple[str, str], CaseInfo],
    lang: str,
    *,
    gates: bool,
) -> None:
    known = titles.get((sample.case, sample.lang))
    repeat = say("repeat", lang, n=sample.repeat + 1)
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_legal(f"{sample.arm}.{sample.model}.{sample.lang}".replace(" ", "_")),
        name=_legal(f"{sample.case}: {title_of(sample, titles)} [{repeat}]"),
        time=f"{figures.finite(sample.seconds) or 0.0:.3f}",
    )
    if known and known.path:
        case.set("file", _legal(known.path))
        case.set("line", str(known.line))
    outcome = word(sample.outcome)[lang == "zh"]
    if arrange.in_trouble(sample):
        _mark(case, "error", sample.outcome, f"{outcome}: {sample.detail}".rstrip(": "))
    elif sample.passed is None:
        _mark(case, "skipped", "", say("ungraded", lang))
    elif not sample.passed and gates:
        message = f"{say('fail', lang)}: {say('score', lang)} {figures.hundred(sample.score)}"
        _mark(case, "failure", sample.outcome, message, _reasons(sample, lang))
    elif not sample.passed:
        ET.SubElement(case, "system-out").text = _legal(say("baseline_failed", lang))


def _reasons(sample: Sample, lang: str) -> str:
    lines = []
    for each in failed_parts(sample, lang):
        lines.append(f"✗ {each.text}")
        lines += [f"    {who}: {text}" if who else f"    {text}" for who, text in each.said]
    rest = len(sample.answer) - _ANSWER
    lines += ["", sample.answer[:_ANSWER]]
    if rest > 0:
        lines.append(f"… {say('cut', lang, n=figures.count(rest))}")
    return "\n".join(lines)
