from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.compiler.localized import Lang
from polyskill.platforms.parts.split import Budget, split_body

FENCE = "```sh\nrun this\n\n## not a heading\n```"


def long_body(sections: int, words: int = 200) -> str:
    parts = ["# Title\n", "Who you are.\n"]
    for number in range(sections):
        parts.append(f"## Part {number}\n\n{'word ' * words}\n\n{FENCE}\n")
    return "\n".join(parts)


def everything(split) -> str:
    return split.body + "".join(text for _, text in split.files)


def test_a_body_within_its_budget_is_the_same_object():
    body = long_body(2)
    assert split_body(body, Budget(), Lang.EN).body is body


def test_sections_move_from_the_end_and_leave_a_pointer():
    split = split_body(long_body(6), Budget(chars=4000), Lang.EN)
    assert len(split.body) <= 4000
    assert [path for path, _ in split.files] == sorted(path for path, _ in split.files)
    assert ("references/part-5.md" in dict(split.files)) and ("## Part 0" in split.body)
    assert "## Part 5\n\nRead [references/part-5.md](references/part-5.md)" in split.body
    assert dict(split.files)["references/part-5.md"].startswith("## Part 5\n")


def test_a_fence_is_never_cut():
    split = split_body(long_body(6), Budget(chars=2500), Lang.EN)
    assert everything(split).count(FENCE) == 6


def test_what_an_assistant_needs_at_once_stays():
    body = "# T\n\n## Examples\n\n" + "x " * 900 + "\n\n## Workflow\n\n" + "y " * 900 + "\n"
    split = split_body(body, Budget(chars=2500), Lang.EN)
    assert [path for path, _ in split.files] == ["references/examples.md"]
    assert "y y y" in split.body


def test_pointers_speak_the_language_of_the_view():
    split = split_body("# 题\n\n## 示例\n\n" + "字" * 900 + "\n", Budget(chars=300), Lang.ZH)
    assert "需要时请先阅读" in split.body
    assert split.files[0][0] == "references/part-1.md"


def test_new_files_do_not_hide_existing_ones():
    body = "# T\n\n## Notes\n\n" + "x " * 900 + "\n"
    split = split_body(body, Budget(chars=500), Lang.EN, taken=["references/NOTES.md"])
    assert [path for path, _ in split.files] == ["references/notes-2.md"]


def test_without_headings_the_last_blocks_move_together():
    body = "\n\n".join(f"paragraph {n} " + "x" * 200 for n in range(30)) + "\n"
    split = split_body(body, Budget(chars=2000), Lang.EN)
    assert [path for path, _ in split.files] == ["references/more.md"]
    assert split.body.startswith("paragraph 0 ") and len(split.body) <= 2000


def test_one_block_that_is_too_large_moves_whole():
    split = split_body("y" * 5000 + "\n", Budget(chars=1000), Lang.EN)
    assert split.files == (("references/more.md", "y" * 5000 + "\n"),)
    assert len(split.body) <= 1000


def test_a_budget_below_any_pointer_leaves_the_body_too_large():
    split = split_body("y" * 500 + "\n", Budget(chars=10), Lang.EN)
    assert Budget(chars=10).over(split.body) is not None


def test_thousands_of_sections_do_not_become_thousands_of_files():
    split = split_body(long_body(900, words=10), Budget(), Lang.EN)
    assert len(split.files) == 1


def test_tokens_and_lines_count_too():
    assert Budget(lines=10).over("a\n" * 11).unit == "lines"
    assert Budget(tokens=10).over("字" * 100).unit == "tokens"
    assert Budget(chars=3).over("abcd").hard
    assert Budget().over("short\n") is None


BLOCKS = st.sampled_from(
    [
        "# One",
        "## Two",
        "### Three",
        "## 工作流程 / Workflow",
        "plain words here",
        "- item\n- item two",
        FENCE,
        "> quote\n> ```\n> inside\n> ```",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "<!-- comment -->",
        "Setext\n------",
        "```unclosed",
        "x" * 300,
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(BLOCKS, max_size=25), st.integers(min_value=150, max_value=1500))
def test_no_line_is_ever_lost(blocks, limit):
    body = "\n\n".join(blocks) + "\n"
    split = split_body(body, Budget(chars=limit), Lang.EN)
    kept = everything(split).split("\n")
    for line in set(body.split("\n")) - {""}:
        assert kept.count(line) >= body.split("\n").count(line)
    assert split == split_body(body, Budget(chars=limit), Lang.EN)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_can_be_split(text):
    split = split_body(text, Budget(chars=120), Lang.BILINGUAL)
    assert everything(split).replace("\n", "").count("a") >= text.count("a")
