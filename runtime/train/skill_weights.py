"""A skill as a teacher: its text, and answers recorded with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..judge.base import Outcome
from .errors import TrainError
from .problems import DataError
from .rewards.rubric.asking import language_of

__all__ = ["is_recording", "recorded_pairs", "skill_texts", "teachers"]

_NAMES = {"en": "SKILL.md", "zh": "SKILL.zh.md"}


def skill_texts(path: str, key: str = "`distill.skill`") -> Mapping[str, str]:
    """Return what a teacher is shown, by language: a skill's text without its front matter.

    ``path`` is a file, or a folder with SKILL.md (and SKILL.zh.md). A built skill is what an
    assistant would see; a canonical one says the same, in both languages. ``key`` is who named
    it, for errors.

    Raises:
        TrainError: there is no such file, or nothing in it.
    """
    place = Path(path).expanduser()
    files = (
        {lang: place / name for lang, name in _NAMES.items() if (place / name).is_file()}
        if place.is_dir()
        else {"en": place}
    )
    texts: dict[str, str] = {}
    for lang, file in files.items():
        try:
            texts[lang] = _body(file.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise TrainError(
                f"{key}: {file} cannot be read: {error}",
                f"{key}：无法读取 {file}：{error}",
            ) from error
    texts = {lang: text for lang, text in texts.items() if text}
    if not texts:
        raise TrainError(
            f"{key}: {path} holds no skill: name a folder with SKILL.md, or a text file",
            f"{key}：{path} 中没有技能：请写含 SKILL.md 的文件夹，或文本文件",
        )
    first = next(iter(texts.values()))
    return {lang: texts.get(lang, first) for lang in _NAMES}


def _body(text: str) -> str:
    text = text.replace("\r\n", "\n")
    if text.startswith("---\n"):
        _, found, rest = text[4:].partition("\n---\n")
        text = rest if found else text
    return text.strip()


def is_recording(path: str) -> bool:
    """Whether a file is a recording of ``polyskill eval record``: its first line says so."""
    try:
        with Path(path).open("rb") as file:
            head = json.loads(file.readline() or b"null")
    except (OSError, ValueError):
        return False  # whoever reads it as examples says what is wrong with it
    return isinstance(head, Mapping) and "recording" in head


def recorded_pairs(path: str) -> list[dict[str, str]]:
    """Return the answers that were given with a skill, each with its question alone.

    Taken are the answers of the arm whose kind is "current" (else of any arm but "none") that ended
    well; of equal pairs the first.

    Raises:
        DataError: a line is damaged (it is named), or there is no such answer.
    """
    with Path(path).open("rb") as file:
        lines = _lines(path, file)
        _, head = next(lines)
        plan = head.get("plan") or {}
        prompts = {
            (one.get("id"), one.get("lang")): one.get("prompt") for one in _all(plan, "cases")
        }
        kinds = {one.get("name"): one.get("kind") for one in _all(plan, "arms")}
        wanted = {name for name, kind in kinds.items() if kind == "current"}
        wanted = wanted or {name for name, kind in kinds.items() if kind != "none"}
        pairs: dict[tuple[str, str], None] = {}
        for _, row in lines:
            meta = row.get("meta") or {}
            prompt = prompts.get((meta.get("case"), meta.get("lang")))
            text = row.get("text")
            taught = meta.get("kind") == "answer" and meta.get("arm") in wanted
            if taught and row.get("outcome") == Outcome.OK and prompt and text:
                pairs[(str(prompt), str(text))] = None
    if not pairs:
        raise DataError(
            path,
            "holds no answer that was given with the skill: record a run with the arm `current`",
            "没有使用技能时的回答：请录制含 `current` 一组的运行",
        )
    return [{"prompt": prompt, "completion": text} for prompt, text in pairs]


def _all(plan: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    found = plan.get(key)
    return (
        (one for one in found if isinstance(one, Mapping)) if isinstance(found, list) else iter(())
    )


def _lines(path: str, file: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise DataError(
                f"{path}:{number}", f"is no JSON ({error})", f"不是 JSON（{error}）"
            ) from error
        if not isinstance(value, Mapping):
            raise DataError(f"{path}:{number}", "is no JSON object", "不是 JSON 对象")
        yield number, value


def teachers(prompts: Sequence[Any], texts: Mapping[str, str]) -> list[str]:
    """Return the skill's text for each prompt, in the prompt's language."""
    return [texts[language_of(str(prompt))] for prompt in prompts]
