"""Test cases written as prose, in each notation and both languages."""

from __future__ import annotations

import pytest

from polyskill.compiler.codes.evals import PROSE_CASE
from polyskill.compiler.localized import Text
from polyskill.compiler.model import CriterionKind

FENCE_EN = """
## Test Cases

**Test 1: Dripping tap**
```
Input: "My tap drips all night. What now?"
Expected:
- Asks for the kind of tap
- Names the washer as the usual cause:
   - rubber
   - ceramic
- Should not tell the user to open the wall
```
"""

FENCE_ZH = """
## 6. 质量验证 / Quality Verification

### 6.2 测试用例 / Test Cases

**测试用例 1：水龙头滴水**
```
输入："水龙头整夜滴水，怎么办？"
期望：
- 询问龙头类型
- 指出垫圈是常见原因
- 不应建议拆墙
```
"""


def test_fence_with_bullets(read) -> None:
    (case,) = read(FENCE_EN).tests
    assert (case.form, case.id, case.line) == ("A1", "dripping-tap", 4)
    assert case.title == Text(en="Dripping tap")
    assert case.input == Text(en="My tap drips all night. What now?")
    assert [one.text.en for one in case.criteria] == [
        "Asks for the kind of tap",
        "Names the washer as the usual cause: rubber; ceramic",
        "Should not tell the user to open the wall",
    ]
    assert [one.kind for one in case.criteria] == [
        CriterionKind.MUST,
        CriterionKind.MUST,
        CriterionKind.MUST_NOT,
    ]
    assert case.expected.startswith("- Asks for the kind of tap\n- Names the washer")


def test_fence_in_chinese(read) -> None:
    (case,) = read(FENCE_ZH).tests
    assert (case.form, case.id) == ("A1", "case-1")
    assert case.title == Text(zh="水龙头滴水")
    assert case.input == Text(zh="水龙头整夜滴水，怎么办？")
    assert [one.text.zh for one in case.criteria] == [
        "询问龙头类型",
        "指出垫圈是常见原因",
        "不应建议拆墙",
    ]
    assert case.criteria[2].kind is CriterionKind.MUST_NOT


def test_fence_with_wrapped_prose(read) -> None:
    (case,) = read("""
        ## Test Cases

        **Test 1: Frozen pipe**
        ```
        Input: A pipe that froze last night
        Expected: Warns about bursting →
        tells how to thaw it slowly (towels,
        warm air) → says whom to call
        ```
    """).tests
    assert [one.text.en for one in case.criteria] == [
        "Warns about bursting",
        "tells how to thaw it slowly (towels, warm air)",
        "says whom to call",
    ]


@pytest.mark.parametrize(
    ("body", "asked", "criteria"),
    [
        (
            """
            ## Quality Verification

            **Test Case 1:**
            - Input: "Which valve for hot water?"
            - Expected Output: Names a temperature limit; names two materials

            **Test Case 2:**
            - Input: "And for gas?"
            - Expected Output:
              - Refuses to guess
              - Names a licensed fitter
            """,
            ["Which valve for hot water?", "And for gas?"],
            [
                ["Names a temperature limit", "names two materials"],
                ["Refuses to guess", "Names a licensed fitter"],
            ],
        ),
        (
            """
            ## 测试用例

            **测试 1：选阀门**
            - 输入：“热水管用什么阀？”
            - 预期输出：给出温度上限；列出两种材料

            **测试 2：燃气**
            - 输入：“燃气呢？”
            - 预期输出：
              - 拒绝猜测
              - 建议找持证人员
            """,
            ["热水管用什么阀？", "燃气呢？"],
            [["给出温度上限", "列出两种材料"], ["拒绝猜测", "建议找持证人员"]],
        ),
    ],
)
def test_bullets(read, body: str, asked: list[str], criteria: list[list[str]]) -> None:
    cases = read(body).tests
    assert [case.form for case in cases] == ["A2", "A2"]
    assert [case.input.en or case.input.zh for case in cases] == asked
    found = [[one.text.en or one.text.zh for one in case.criteria] for case in cases]
    assert found == criteria


def test_plain_lines(read) -> None:
    first, second = read("""
        ## 14. Quality Verification

        - [ ] Every answer names its source

        **Test Cases:**

        *Test 1 — Low pressure*
        Query: "The shower is weak."
        Expected response: A flow measurement, a look at the filter,
        a check of the stop valve.

        *Test 2 — Noise*
        Query: "The pipes bang."
        Expected response: Explains water hammer.
    """).tests
    assert (first.form, first.id, first.input.en) == ("A3", "low-pressure", "The shower is weak.")
    assert [one.text.en for one in first.criteria] == [
        "A flow measurement",
        "a look at the filter",
        "a check of the stop valve",
    ]
    assert (second.id, second.criteria[0].text.en) == ("noise", "Explains water hammer")


def test_a_case_in_both_languages(read) -> None:
    (case,) = read("""
        ## Test Cases / 测试用例

        **Test 1: Loud pump / 水泵噪声**
        - Input: "The pump is loud." / "水泵很响。"
        - Expected:
          - Checks the bearings / 检查轴承
          - Checks the mounts
            <!-- 检查底座 -->
    """).tests
    assert case.title == Text("Loud pump", "水泵噪声")
    assert case.input == Text("The pump is loud.", "水泵很响。")
    assert [one.text for one in case.criteria] == [
        Text("Checks the bearings", "检查轴承"),
        Text("Checks the mounts", "检查底座"),
    ]


def test_a_translated_input_in_a_comment(read) -> None:
    (case,) = read("""
        ## Test Cases

        **Test 1: Rust**

        Input: "There is rust in the water."
        <!-- 输入："水里有铁锈。" -->

        Expected: Names the old pipe
        <!-- 指出旧管道 -->
    """).tests
    assert case.input == Text("There is rust in the water.", "水里有铁锈。")
    assert [one.text for one in case.criteria] == [Text("Names the old pipe", "指出旧管道")]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ('**Test 1:** "How hot may a boiler get?"', "Expected"),
        ("**测试 1：** “锅炉最高多少度？”", "期望"),
        ('### Test 1: "How hot may a boiler get?"', "Expected"),
    ],
)
def test_prompt_in_the_title(read, title: str, expected: str) -> None:
    body = f"## Test Cases\n\n{title}\n- {expected}: Gives a limit; names the safety valve\n"
    (case,) = read(body).tests
    assert case.form == "A4"
    assert case.input in (Text(en="How hot may a boiler get?"), Text(zh="锅炉最高多少度？"))
    assert not case.title
    assert case.id == "case-1"
    assert len(case.criteria) == 2


@pytest.mark.parametrize(
    "line",
    [
        '**Test 1:** "Is lead safe?" → Says no; explains why',
        '**Test 1:** "Is lead safe?" — Expected: Says no; explains why',
        '- **Test 1**: "Is lead safe?" => Says no; explains why',
        '**Test 1:** Input: "Is lead safe?" Expected: Says no; explains why',
    ],
)
def test_one_liner(read, line: str) -> None:
    (case,) = read(f"## Test Cases\n\n{line}\n").tests
    assert case.form == "A5"
    assert case.input == Text(en="Is lead safe?")
    assert [one.text.en for one in case.criteria] == ["Says no", "explains why"]


@pytest.mark.parametrize(
    ("body", "asked", "criteria"),
    [
        (
            """
            ## Test Cases

            **Test 1: Budget**

            A user asks for the cheapest heater. The user rents the flat. The correct response
            must ask for the landlord's consent. It should not name a brand.
            """,
            "A user asks for the cheapest heater. The user rents the flat.",
            [
                "The correct response must ask for the landlord's consent",
                "It should not name a brand",
            ],
        ),
        (
            """
            ## 测试用例

            **测试 1：预算**

            用户想要最便宜的热水器。回答必须先询问用途。回答不应推荐品牌。
            """,
            "用户想要最便宜的热水器。",
            ["回答必须先询问用途", "回答不应推荐品牌"],
        ),
    ],
)
def test_prose_without_labels(read, body: str, asked: str, criteria: list[str]) -> None:
    (case,) = read(body).tests
    assert case.form == "A6"
    assert (case.input.en or case.input.zh) == asked
    assert [one.text.en or one.text.zh for one in case.criteria] == criteria
    assert case.criteria[1].kind is CriterionKind.MUST_NOT


@pytest.mark.parametrize(
    "head",
    [
        "| # | Input | Expected Output |",
        "| 编号 | 输入 | 预期输出 |",
        "| Test | Query | Expected |",
    ],
)
def test_table(read, head: str) -> None:
    cases = read(f"""
## Quality Verification

**Test Cases:**

{head}
|---|---|---|
| 1 | "Is PVC fine?" | Says for what; gives a limit |
| 2 | "铜管呢？" | 说明用途 |
""").tests
    assert [case.form for case in cases] == ["B", "B"]
    assert [case.input for case in cases] == [Text(en="Is PVC fine?"), Text(zh="铜管呢？")]
    assert [len(case.criteria) for case in cases] == [2, 1]
    assert [case.line for case in cases] == [8, 9]


def test_a_table_of_modes_is_no_table_of_cases(read) -> None:
    body = """
        ## How to Use

        | Mode | Trigger Example | Expected Output |
        |---|---|---|
        | Repair | "fix my tap" | A plan |
    """
    assert read(body).tests == ()


def test_a_label_inside_the_expected_bullets_is_a_bullet(read) -> None:
    (case,) = read("""
        ## Test Cases

        **Test 1: Sizing**
        ```
        Input: "How big a tank?"
        Expected:
        - Request: people, showers, heating
        - Output: litres
        ```
    """).tests
    assert [one.text.en for one in case.criteria] == [
        "Request: people, showers, heating",
        "Output: litres",
    ]


def test_must_not_labels(read) -> None:
    (case,) = read("""
        ## Test Cases

        **Test 1: Gas**
        - Input: "I smell gas."
        - Must include: Tells the user to leave
        - Must not include:
          - A repair manual
    """).tests
    kinds = [(one.text.en, one.kind) for one in case.criteria]
    assert kinds == [
        ("Tells the user to leave", CriterionKind.MUST),
        ("A repair manual", CriterionKind.MUST_NOT),
    ]


def test_cases_without_titles(read) -> None:
    cases = read("""
        ## Test Cases

        Input: "one"
        Expected: says one

        Input: "two"
        Expected: says two
    """).tests
    assert [(case.id, case.input.en) for case in cases] == [("case-1", "one"), ("case-2", "two")]


def test_cases_within_one_fence_have_their_own_lines(read) -> None:
    cases = read("""
        ## Test Cases

        ```
        Input: "one"
        Expected: says one

        Input: "two"
        Expected: says two
        ```
    """).tests
    assert [(case.form, case.line, case.input.en) for case in cases] == [
        ("A1", 5, "one"),
        ("A1", 8, "two"),
    ]


def test_ids_are_unique(read) -> None:
    cases = read("""
        ## Test Cases

        **Test 1: Leak**
        - Input: a
        - Expected: b c

        **Test 2: Leak**
        - Input: d
        - Expected: e f
    """).tests
    assert [case.id for case in cases] == ["leak", "leak-2"]


def test_a_case_that_lacks_a_part_is_reported(read) -> None:
    content = read("""
        ## Test Cases

        **Test 1: Whole**
        - Input: a
        - Expected: b c

        **Test 2: Half**
        - Input: only this
    """)
    assert [case.id for case in content.tests] == ["whole"]
    (found,) = content.diagnostics
    assert (found.code, found.line) == (PROSE_CASE, 8)
    assert "Half" in found.message()


@pytest.mark.parametrize(
    "body",
    [
        "## Test Cases\n",
        "## Test Cases\n\nRun them all with the runner.\n",
        "## Pitfalls\n\nInput: water\nExpected: steam\n",
        "## Workflow\n\n**Step 1:** Expected: steam\n",
    ],
)
def test_no_cases(read, body: str) -> None:
    assert read(body).tests == ()
