"""From requests to outcomes, on request bodies written by hand in the shape of real clients."""

from __future__ import annotations

from typing import Any

import pytest

from polyskill.platforms.verify import Expected, Status
from polyskill.platforms.verify.judge import Judged, Prompts, judge
from polyskill.platforms.verify.server import Request
from polyskill.platforms.verify.text import flat, unescaped
from polyskill.platforms.verify.wire import dialect_of

DESCRIPTION = "根据已合并的改动撰写发布说明。Use when the user asks for <release> notes & more."
BODY = "按受影响的人分组，并点明不兼容之处。"
REFERENCE = "不兼容、新增、变更、修复、移除、安全。"
EXPECTED = Expected(
    "release-notes",
    DESCRIPTION,
    BODY,
    ("references/categories.md", REFERENCE),
    ("先说用户要做什么。",),
)
TOOLS = [{"type": "function", "function": {"name": "skill", "parameters": {}}}]


def prompts(*messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None = None) -> Prompts:
    dialect = dialect_of("/v1/chat/completions")
    assert dialect is not None
    bodies = [{"messages": each, "tools": TOOLS if tools is None else tools} for each in messages]
    asked = [dialect.parse("", body) for body in bodies]
    pairs = zip(bodies, asked, strict=True)
    return Prompts([Request("POST", "/", body, each) for body, each in pairs])


def system(text: str) -> dict[str, Any]:
    return {"role": "system", "content": text}


def result(text: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": "c", "content": text}


HEAD = "Instructions from: AGENTS.md\n\n先说用户要做什么。\n\n"
XML = (
    "<available_skills>\n  <skill>\n    <name>release-notes</name>\n    <description>\n"
    "根据已合并的改动撰写发布说明。Use when the user asks\n for &lt;release&gt; notes &amp; more.\n"
    "    </description>\n  </skill>\n</available_skills>"
)


def run(listing: str, *results: str, expected: Expected = EXPECTED, **how: Any) -> Judged:
    first = [system(HEAD + listing), {"role": "user", "content": "hello"}]
    grown = [[*first, *map(result, results[:number])] for number in range(len(results) + 1)]
    return judge(expected, prompts(*grown), **how)


def test_all_of_it() -> None:
    judged = run(XML, f"# Release Notes\n\n{BODY}\n", f"1 | {REFERENCE}")
    assert judged.status is Status.ARRIVED
    assert (judged.listed, judged.description, judged.body, judged.reference) == (True,) * 4
    assert (judged.copies, judged.missing) == (1, ())


@pytest.mark.parametrize(
    ("results", "status"),
    [((), Status.LISTED), ((BODY,), Status.BODY), ((REFERENCE,), Status.LISTED)],
)
def test_parts_that_are_missing(results: tuple[str, ...], status: Status) -> None:
    assert run(XML, *results).status is status


def test_a_result_that_is_json_inside_a_string() -> None:
    packed = '{"output": "# Notes\\n\\n' + BODY + '\\n", "path": "\\/a"}'
    assert run(XML, packed, REFERENCE).status is Status.ARRIVED


def test_chinese_that_arrives_as_escapes_has_not_arrived() -> None:
    escaped = BODY.encode("unicode_escape").decode("ascii")
    assert run(XML, escaped, REFERENCE).body is False


@pytest.mark.parametrize("shown", [12, 40, len(DESCRIPTION) - 1])
def test_a_description_that_is_cut(shown: int) -> None:
    judged = run(f"- release-notes: {DESCRIPTION[:shown]}…\n- other: text\n", BODY, REFERENCE)
    assert (judged.status, judged.description) == (Status.TRUNCATED, False)
    assert judged.shown == len(DESCRIPTION[:shown].rstrip())


@pytest.mark.parametrize("listing", ["- release-notes\n- other", "<name>release-notes</name>"])
def test_a_bare_name(listing: str) -> None:
    judged = run(listing, BODY, REFERENCE)
    assert (judged.status, judged.listed, judged.shown) == (Status.TRUNCATED, True, 0)


def test_a_client_that_lists_names_only() -> None:
    listing = "Use a skill. Available skills: notes, release-notes."
    entry = r"Available skills:.*?(?<![\w-]){name}(?![\w-])"
    judged = run(listing, BODY, REFERENCE, described=False, entry=entry)
    assert (judged.status, judged.description) == (Status.ARRIVED, None)
    other = run(listing.replace("release-notes", "my-release-notes"), described=False, entry=entry)
    assert other.listed is False


def test_two_copies_and_two_names() -> None:
    line = f"- release-notes: {DESCRIPTION} (file: {{}}/SKILL.md)\n"
    twice = line.format("r0/release-notes") + line.format("r1/release-notes")
    judged = run(twice, BODY, REFERENCE)
    assert (judged.status, judged.copies) == (Status.DUPLICATED, 2)
    plugin = run(line + line.replace("- release", "- pack:release"), BODY, REFERENCE)
    assert plugin.copies == 2


def test_a_mention_is_no_listing() -> None:
    text = "Ask `release-notes` for it, or the skill release-notes, or see release-notes/x."
    assert run(text).status is Status.NOT_SEEN
    assert run(f"- {DESCRIPTION}").listed is False  # the words of it, but no such name beside them


def test_a_read_file_proves_nothing_of_a_skill_that_is_not_listed() -> None:
    assert run("", BODY, REFERENCE, loads=False).status is Status.NOT_SEEN
    assert run("", BODY, REFERENCE, loads=True).status is Status.BODY


def test_instructions_must_be_in_the_first_prompt() -> None:
    judged = judge(EXPECTED, prompts([system(XML)], [system(XML), result(HEAD + BODY)]))
    assert judged.missing == ("先说用户要做什么。",)
    only = Expected("", "", "", None, ("先说用户要做什么。",))
    assert judge(only, prompts([system(HEAD)])).status is Status.ARRIVED
    assert judge(only, prompts([system("nothing")])).status is Status.NOT_SEEN


def test_a_request_for_a_title_is_not_the_prompt() -> None:
    title = prompts([system(f"A title for: {DESCRIPTION} release-notes")], tools=[])
    main = prompts([system(HEAD)])
    both = Prompts([*(Request("POST", "/", {}, each) for each in title._asked + main._asked)])
    assert judge(EXPECTED, both).listed is False


def test_no_request_at_all() -> None:
    assert judge(EXPECTED, Prompts([])).status is Status.NOT_SEEN


def test_the_form_in_which_text_is_compared() -> None:
    assert flat(" a\n\tb &lt;c&gt;  ") == "a b <c>"
    assert unescaped('a\\nb \\"c\\" \\/d \\u4e2d') == 'a b "c" /d \\u4e2d'
