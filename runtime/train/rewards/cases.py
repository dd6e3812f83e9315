"""A skill's own test cases, to train on and to measure by: read from its ``evals/cases.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...judge.checks import CheckSpec
from ...judge.missing import need
from .base import RewardError
from .rubric.asking import language_of
from .rubric.items import RubricItem

__all__ = ["SkillCase", "find_skill", "read_cases", "read_outside", "rows_of"]

_LANGUAGES = ("en", "zh")
_OWN = ("kind", "value", "lang")


@dataclass(frozen=True)
class SkillCase:
    """One case in one language; ``reference`` is a good answer, where the author wrote one.

    ``outside`` is whether its author says that the skill is not for it.
    """

    id: str
    lang: str
    prompt: str
    items: tuple[RubricItem, ...]
    checks: tuple[CheckSpec, ...]
    reference: str
    folder: Path
    outside: bool = False


def find_skill(name: str, folder: Path) -> Path:
    """Return a skill's folder: a path (from ``folder``), or the name of one that is at hand.

    A name is looked for in ``skills/`` of ``folder`` and of the folders above it, and among the
    skills that travel with this package.

    Raises:
        RewardError: there is no such skill with cases.
    """
    bundled = Path(__file__).parents[3] / "skills"
    places = [folder / Path(name).expanduser()]
    if Path(name).name == name:
        resolved = folder.resolve()
        places += [parent / "skills" / name for parent in (resolved, *resolved.parents)]
        places.append(bundled / name)
    for place in places:
        if (place / "evals" / "cases.yaml").is_file():
            return place
    raise RewardError(
        f"skill `{name}`: no folder of that name with evals/cases.yaml; write its path",
        f"技能 `{name}`：找不到含 evals/cases.yaml 的同名文件夹；请写出路径",
    )


def read_cases(folder: Path) -> tuple[SkillCase, ...]:
    """Return the cases that have something to grade, one for each language of their input.

    An input that does not name languages is in the one that it is written in.

    Raises:
        RewardError: the file cannot be read, or has no such cases.
        MissingLibrary: PyYAML is not installed.
    """
    cases = tuple(case for case in _all_cases(folder) if case.items or case.checks)
    if not cases:
        path = folder / "evals" / "cases.yaml"
        raise RewardError(
            f"{path} has no case with an input and criteria or checks",
            f"{path} 中没有含输入与判据（或检查）的用例",
        )
    return cases


def read_outside(folder: Path) -> tuple[SkillCase, ...]:
    """Return the cases that the skill is not for (``trigger: should_not``), in each language.

    Raises:
        RewardError: the file cannot be read.
        MissingLibrary: PyYAML is not installed.
    """
    return tuple(case for case in _all_cases(folder) if case.outside)


def _all_cases(folder: Path) -> Iterator[SkillCase]:
    yaml = need("yaml", "train")
    path = folder / "evals" / "cases.yaml"
    try:
        value = yaml.safe_load(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RewardError(f"{path} cannot be read: {error}", f"无法读取 {path}：{error}") from error
    listed = value.get("cases") if isinstance(value, Mapping) else value
    for number, case in enumerate(listed if isinstance(listed, list) else (), 1):
        for lang in _languages(case) if isinstance(case, Mapping) else ():
            made = _case(case, lang, number, folder)
            if made is not None:
                yield made


def _languages(case: Mapping[str, Any]) -> Sequence[str]:
    asked = case.get("input")
    return _LANGUAGES if isinstance(asked, Mapping) else (language_of(str(asked or "")),)


def _case(case: Mapping[str, Any], lang: str, number: int, folder: Path) -> SkillCase | None:
    prompt = _text(case.get("input"), lang)
    items = tuple(filter(None, (_item(one, lang) for one in _list(case.get("criteria")))))
    checks = tuple(
        CheckSpec(
            str(one.get("kind")),
            one.get("value"),
            {key: part for key, part in one.items() if key not in _OWN},
        )
        for one in _list(case.get("checks"))
        if isinstance(one, Mapping) and one.get("lang") in (None, lang)
    )
    if not prompt:
        return None
    prompt += "".join(_attached(folder, name, lang) for name in _list(case.get("files")))
    answers = (one for one in _list(case.get("answers")) if isinstance(one, Mapping))
    good = next((one for one in answers if one.get("label", "good") == "good"), {})
    name = str(case.get("id") or f"case-{number}")
    outside = case.get("trigger") == "should_not"
    reference = _text(good.get("text"), lang)
    return SkillCase(name, lang, prompt, items, checks, reference, folder, outside)


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _text(value: Any, lang: str) -> str:
    """Return a text in a language; one without languages is in every one."""
    if isinstance(value, Mapping):
        value = value.get(lang)
    return str(value).strip() if value is not None else ""


def _item(value: Any, lang: str) -> RubricItem | None:
    if not isinstance(value, Mapping) or "text" not in value:
        value = {"text": value}
    text = _text(value["text"], lang)
    weight = value.get("weight", 1.0)
    weight = float(weight) if isinstance(weight, int | float) and weight > 0 else 1.0
    return RubricItem(text, weight, value.get("kind") == "must_not") if text else None


def _attached(folder: Path, name: Any, lang: str) -> str:
    """Return a file of a case as it stands behind the input."""
    for place in (folder / str(name), folder / "evals" / str(name)):
        if place.is_file() and place.resolve().is_relative_to(folder.resolve()):
            text = place.read_bytes().decode("utf-8", "replace").rstrip()
            label = f"文件 `{place.name}`：" if lang == "zh" else f"File `{place.name}`:"
            return f"\n\n{label}\n\n````\n{text}\n````"
    raise RewardError(
        f"{folder}: a case names the file {name}, which is not there",
        f"{folder}：用例引用的文件 {name} 不存在",
    )


def rows_of(cases: Sequence[SkillCase]) -> list[dict[str, Any]]:
    """Return rows of training data: what a model is asked, and which case that is."""
    return [
        {
            "prompt": case.prompt,
            "case": case.id,
            "lang": case.lang,
            "rubric": [
                {"text": item.text, "weight": item.weight}
                | ({"kind": "must_not"} if item.fault else {})
                for item in case.items
            ],
            "reference": case.reference,
        }
        for case in cases
    ]
