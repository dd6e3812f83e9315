"""What was found of a student as Markdown, for an agent or a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from ..escaped import one_line
from .arms import ARMS, STUDENT, TAUGHT
from .figures import STANDINGS, figures, notes
from .found import Found, Row

__all__ = ["MOST", "markdown"]

#: Cases that are shown; the rest is in ``closure.json``.
MOST = 20
_WORDS = {
    "en": {
        "title": "How much of {skill} {student} has without it",
        "unlike": "Where the student falls short of the skill",
        "leaks": "Where the skill shows and should not",
        "more": "{count} more are in `closure.json`.",
        "base": "base",
        "taught": "base with the skill",
        "student": "student",
        "none": "no answer",
        "ungraded": "no score",
    },
    "zh": {
        "title": "{student} 在没有 {skill} 时学到了多少",
        "unlike": "学生模型不及技能之处",
        "leaks": "不应表现出技能却表现出来之处",
        "more": "另有 {count} 个见 `closure.json`。",
        "base": "基础模型",
        "taught": "基础模型，带技能",
        "student": "学生模型",
        "none": "没有回答",
        "ungraded": "没有得分",
    },
}


def markdown(found: Found, lang: str) -> str:
    """Return the report in ``lang`` ("en" or "zh"); no text of a model can pass for markup."""
    return "\n".join(_lines(found, lang)) + "\n"


def _lines(found: Found, lang: str) -> Iterator[str]:
    words, colon = _WORDS[lang], "：" if lang == "zh" else ": "
    names = {"skill": one_line(found.skill), "student": one_line(found.student)}
    yield f"# {words['title'].format(**names)}"
    yield ""
    reason = one_line(found.reason.zh if lang == "zh" else found.reason.en)
    yield f"**{STANDINGS[found.standing.value][lang]}**{colon}{reason}"
    yield ""
    yield from (
        f"- {one_line(name)}{colon}{one_line(shown)}" for name, shown in figures(found, lang)
    )
    yield from (f"- {note}" for note in notes(found, lang))
    yield from _cases(words["unlike"], [row for row in found.rows if _falls_short(row)], lang)
    leaks = [row for row in found.rows if row.outside and row.scores.get(STUDENT) == 1]
    yield from _cases(words["leaks"], leaks, lang)


def _falls_short(row: Row) -> bool:
    ours, theirs = row.scores.get(STUDENT), row.scores.get(TAUGHT)
    return not row.outside and ours is not None and theirs is not None and ours < theirs


def _cases(title: str, rows: list[Row], lang: str) -> Iterator[str]:
    if not rows:
        return
    words, colon = _WORDS[lang], "：" if lang == "zh" else ": "
    yield ""
    yield f"## {title}"
    for row in rows[:MOST]:
        yield ""
        yield f"### {one_line(f'{row.id} ({row.lang})')}"
        yield ""
        yield f"> {one_line(row.prompt)}"
        yield ""
        for arm in ARMS:
            score = row.scores.get(arm)
            graded = words["ungraded"] if score is None else f"{score:.2f}"
            answer = one_line(row.answers[arm]) if arm in row.answers else words["none"]
            yield f"- {words[arm]} ({graded}){colon}{answer}"
    if len(rows) > MOST:
        yield ""
        yield words["more"].format(count=len(rows) - MOST)
