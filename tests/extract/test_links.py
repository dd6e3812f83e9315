"""Where a body points."""

from __future__ import annotations

import pytest

from polyskill.compiler.model import Content, LinkKind

FILES = ("references/pipes.md", "scripts/flow.py", "notes/a b.md", "LICENSE")


def found(content: Content) -> list[tuple[str, str, str, bool | None]]:
    return [
        (link.kind.value, link.target, link.path, link.resolved)
        for link in content.links
        if link.kind is not LinkKind.URL
    ]


@pytest.mark.parametrize(
    ("words", "kind", "target", "path", "resolved"),
    [
        ("[p](references/pipes.md)", "link", "references/pipes.md", "=", True),
        ("![p](./LICENSE#top)", "link", "./LICENSE#top", "LICENSE", True),
        ("[a](<notes/a b.md>)", "link", "notes/a b.md", "=", True),
        ("[a](notes/a%20b.md)", "link", "notes/a b.md", "=", True),
        ("[all](references/)", "link", "references/", "references", True),
        ("[gone](references/gone.md)", "link", "references/gone.md", "=", False),
        ("[out](../../LICENSE)", "link", "../../LICENSE", "=", False),
        ("read `references/pipes.md`", "path", "references/pipes.md", "=", True),
        (
            "`{baseDir}/scripts/flow.py`",
            "path",
            "{baseDir}/scripts/flow.py",
            "scripts/flow.py",
            True,
        ),
        ("read `references/gone.md`", "path", "references/gone.md", "=", False),
        ("read `references/<kind>.md`", "path", "references/<kind>.md", "=", None),
        ("read `src/theirs.py`", "path", "src/theirs.py", "=", None),
        ("read `LICENSE`", "path", "LICENSE", "=", True),
        ("Use the `pump-doctor` skill instead", "skill", "pump-doctor", "", None),
        ("hand over to `pump-doctor`", "skill", "pump-doctor", "", None),
        ("请改用 `pump-doctor` 技能", "skill", "pump-doctor", "", None),
    ],
)
def test_link(read, words: str, kind: str, target: str, path: str, resolved: bool | None) -> None:
    expected = (kind, target, target if path == "=" else path, resolved)
    assert found(read(f"# T\n\nSee: {words}.\n", files=FILES)) == [expected]


@pytest.mark.parametrize(
    "words",
    [
        "`and/or`",
        "`TP/PP`",
        "`git log`",
        "`~/.config/x.md`",
        "`/etc/hosts`",
        "[top](#top)",
        "[mail](mailto:a@b.c)",
        "use the `git-lfs` tool",
    ],
)
def test_no_link(read, words: str) -> None:
    assert read(f"# T\n\nSee {words}.\n", files=FILES).links == ()


def test_scripts_run_from_fences(read) -> None:
    content = read(
        """
        ```bash
        cd x && python3 scripts/flow.py --all
        ./scripts/gone.sh
        python -m http.server
        uv run other/tool.py
        ```
        """,
        files=FILES,
    )
    assert found(content) == [
        ("script", "scripts/flow.py", "scripts/flow.py", True),
        ("script", "./scripts/gone.sh", "scripts/gone.sh", False),
    ]


def test_skills_listed_in_an_integration_section(read) -> None:
    content = read("""
        ## Integration with Other Skills

        | Skill | Why |
        |-------|-----|
        | `pump-doctor` | pumps |
    """)
    assert found(content) == [("skill", "pump-doctor", "", None)]


def test_reference_definitions(read) -> None:
    content = read("# T\n\nSee [the pipes][p].\n\n[p]: references/pipes.md\n", files=FILES)
    assert found(content) == [("link", "references/pipes.md", "references/pipes.md", True)]


def test_urls(read) -> None:
    content = read("# T\n\nhttps://a.example/x。<https://b.example> [c](https://c.example)\n")
    assert [link.target for link in content.links] == [
        "https://a.example/x",
        "https://b.example",
        "https://c.example",
    ]
    assert {link.resolved for link in content.links} == {None}


def test_spans_point_at_the_words(read) -> None:
    table = "> | File |\n> |---|\n> | `references/pipes.md` |"
    body = f"# T\n\n{table}\n\n- [a](LICENSE) and [b](LICENSE)\n"
    content = read(body, files=FILES)
    targets = [body[link.span.start : link.span.end] for link in content.links]
    assert targets == ["references/pipes.md", "LICENSE", "LICENSE"]
    assert content.links[1].span < content.links[2].span


def test_links_of_the_translation(read) -> None:
    content = read("# T\n", translation="# T\n\n[水管](references/none.md)\n", files=FILES)
    assert found(content) == [("link", "references/none.md", "references/none.md", False)]
