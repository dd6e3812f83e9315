"""``promptfooconfig.yaml``: one prompt, which is the case's, and assertions on the answer.

See :mod:`.promptfoo` for the format. Providers are left to the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..frontmatter.emit import emit
from ..localized import Lang
from ..model import Check, CriterionKind, TestCase
from .ecmascript import to_javascript
from .losses import Losses
from .write import statement

__all__ = ["as_promptfoo"]


def as_promptfoo(
    cases: Sequence[TestCase], lang: Lang, name: str, lost: Losses
) -> dict[str, bytes]:
    """Return the cases that have something to grade as ``promptfooconfig.yaml``."""
    tests = []
    for case in cases:
        lost.usual(case, tags=False)
        lost.trigger(case)
        if case.files:
            lost.add(case, "the files", "文件")
        asserted = _criteria(case, lang)
        for number, check in lost.checks(case, lang):
            made = _check(check)
            if made is None:
                lost.check(case, number)
            else:
                asserted.append(made)
        if not asserted:
            continue
        test: dict[str, Any] = {}
        if title := case.title.pick(lang):
            test["description"] = title
        test["vars"] = {"prompt": _plain(case.input.pick(lang))}
        test["assert"] = asserted
        tags = case.extra.get("tags")
        test["metadata"] = {"id": case.id, **({"tags": tags} if tags else {})}
        tests.append(test)
    whole: dict[str, Any] = {"description": name} if name else {}
    whole |= {"prompts": ["{{prompt}}"], "tests": tests}
    text = emit(whole).removeprefix("---\n").removesuffix("---\n")
    return {"promptfooconfig.yaml": text.encode("utf-8", "surrogateescape")}


def _plain(text: str) -> str:
    """Return a text that a template engine, and a loader of files, leaves as it is."""
    if "{{" in text or "{%" in text or "{#" in text or text.startswith("file://"):
        return f"{{% raw %}}{text}{{% endraw %}}"
    return text


def _criteria(case: TestCase, lang: Lang) -> list[dict[str, Any]]:
    made = []
    for criterion in case.criteria:
        one: dict[str, Any] = {"type": "llm-rubric", "value": _plain(statement(criterion, lang))}
        if criterion.kind is CriterionKind.SHOULD:
            one["metric"] = "should"
        if criterion.weight != 1.0:
            one["weight"] = criterion.weight
        made.append(one)
    return made


def _check(check: Check) -> dict[str, Any] | None:
    """Return a check as an assertion, ``None`` if there is none that means the same."""
    small = "" if check.options.get("case", True) else "i"
    values = check.value if isinstance(check.value, list) else [check.value]
    match check.kind:
        case "contains":
            if len(values) == 1:
                return {"type": f"{small}contains", "value": _plain(values[0])}
            which = "any" if check.options.get("any") else "all"
            return {"type": f"{small}contains-{which}", "value": [_plain(one) for one in values]}
        case "not_contains":
            if len(values) == 1:
                return {"type": f"not-{small}contains", "value": _plain(values[0])}
            return {"type": f"not-{small}contains-any", "value": [_plain(one) for one in values]}
        case "regex" if not check.options.get("flags"):
            pattern = to_javascript(check.value)
            return None if pattern is None else {"type": "regex", "value": _plain(pattern)}
        case "json_schema":
            value = f"file://{check.value}" if isinstance(check.value, str) else check.value
            return {"type": "contains-json", "value": value}
    return None
