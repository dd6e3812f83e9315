"""The whole of verify with clients of our own: it can say yes, and each way of saying no."""

from __future__ import annotations

import json
import shlex
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from polyskill.platforms.verify import Options, Seen, Status, VerifyError, verify

Plant = Callable[..., Path]
ZH = "撰写发布说明；用户要发布说明时使用。Use it for release notes."


def rows(client: str, project: Path, home: Path, prefix: Path, **more: object) -> dict[str, Seen]:
    skills = more.pop("skills", None)
    options = Options(prefix=prefix, timeout=20, **more)  # type: ignore[arg-type]
    found = verify(project, home, [client], skills, options)  # type: ignore[arg-type]
    return {row.skill: row for row in found}


@pytest.mark.parametrize("network", ["namespace", "loopback"])
@pytest.mark.parametrize("client", ["claude", "codex"])
def test_a_skill_in_its_place_arrives(
    client: str, network: str, project: Path, home: Path, prefix: Path, plant: Plant, install: Plant
) -> None:
    install(client, f"{client}.py")
    folder = {"claude": ".claude/skills", "codex": ".agents/skills"}[client]
    plant(project / folder, "发布说明", ZH, "按受影响的人分组，先写不兼容改动。")
    plant(home / folder, "home-notes", "Notes of the home folder.", "A line of the home skill.")
    text = {"claude": "CLAUDE.md", "codex": "AGENTS.md"}[client]
    (project / text).write_text("# 约定\n\n面向用户的文字都用大白话。\n", encoding="utf-8")
    found = rows(client, project, home, prefix, network=network)
    assert {name: row.status for name, row in found.items()} == {
        "发布说明": Status.ARRIVED,
        "home-notes": Status.ARRIVED,
    }
    row = found["发布说明"]
    answers = (row.listed, row.description, row.body, row.reference, row.instructions)
    assert answers == (True,) * 5
    assert (row.copies, row.reason, row.reason_zh, row.ok) == (1, "", "", True)
    assert row.version in {"9.8.7", "9.9.9"}
    assert row.seconds > 0


def test_a_skill_where_the_client_does_not_look(
    project: Path, home: Path, prefix: Path, plant: Plant, install: Plant
) -> None:
    install("claude", "claude.py")
    plant(project / ".agents/skills", "notes", ZH, "按受影响的人分组。")
    assert rows("claude", project, home, prefix)[""].status is Status.SKIPPED  # nothing of its own
    row = rows("claude", project, home, prefix, skills=["notes", "missing"])
    assert row["notes"].status is Status.NOT_SEEN
    assert not row["notes"].ok
    assert "`.agents/skills/notes`" in row["notes"].reason
    assert "Claude Code reads `.claude/skills`" in row["notes"].reason
    assert "只读取" in row["notes"].reason_zh
    assert row["missing"].status is Status.NOT_SEEN
    assert "no folder of any assistant" in row["missing"].reason


def test_a_long_description(
    project: Path, home: Path, prefix: Path, plant: Plant, install: Plant
) -> None:
    install("claude", "claude.py", "cut=1536")
    plant(project / ".claude/skills", "long", "长" * 1700, "这一行属于长描述的技能。")
    plant(project / ".claude/skills", "fits", "短" * 1536, "这一行属于短描述的技能。")
    found = rows("claude", project, home, prefix)
    assert found["long"].status is Status.TRUNCATED
    assert "1536 of the 1700 characters" in found["long"].reason
    assert "1700 个字符中的 1536 个" in found["long"].reason_zh
    assert found["long"].body is True
    assert found["fits"].status is Status.ARRIVED


def test_a_byte_order_mark(
    project: Path, home: Path, prefix: Path, plant: Plant, install: Plant
) -> None:
    install("codex", "codex.py")
    plant(project / ".agents/skills", "bom", ZH, "按受影响的人分组。", bom=True)
    row = rows("codex", project, home, prefix)["bom"]
    assert row.status is Status.NOT_SEEN
    assert "begins with a byte-order mark" in row.reason
    assert "Codex says: ERROR failed to load skill .agents/skills/bom/SKILL.md" in row.reason
    assert "字节顺序标记" in row.reason_zh


def test_two_copies(project: Path, home: Path, prefix: Path, plant: Plant, install: Plant) -> None:
    install("codex", "codex.py")
    for folder in (project / ".agents/skills", home / ".codex/skills"):
        plant(folder, "twin", ZH, "按受影响的人分组。")
    row = rows("codex", project, home, prefix)["twin"]
    assert (row.status, row.copies) == (Status.DUPLICATED, 2)
    assert "2 times (`.agents/skills/twin`, `~/.codex/skills/twin`)" in row.reason


@pytest.mark.parametrize(
    ("weakness", "status", "part", "words"),
    [
        ("no-body", Status.LISTED, "`SKILL.md` was asked for", "says: no such skill"),
        (
            "no-reference",
            Status.BODY,
            "`references/更多.md` was asked for",
            "says: permission denied",
        ),
    ],
)
def test_what_does_not_load(
    weakness: str,
    status: Status,
    part: str,
    words: str,
    project: Path,
    home: Path,
    prefix: Path,
    plant: Plant,
    install: Plant,
) -> None:
    install("claude", "claude.py", weakness)
    plant(project / ".claude/skills", "notes", ZH, "按受影响的人分组。")
    row = rows("claude", project, home, prefix)["notes"]
    assert row.status is status
    assert part in row.reason
    assert words in row.reason


def test_instructions_that_do_not_arrive(
    project: Path, home: Path, prefix: Path, plant: Plant, install: Plant
) -> None:
    install("claude", "claude.py", "no-instructions")
    plant(project / ".claude/skills", "notes", ZH, "按受影响的人分组。")
    (project / "CLAUDE.md").write_text("面向用户的文字都用大白话。\n", encoding="utf-8")
    row = rows("claude", project, home, prefix)["notes"]
    assert (row.status, row.instructions, row.ok) == (Status.ARRIVED, False, False)
    assert "面向用户的文字都用大白话" in row.reason


def test_a_skill_for_the_user_alone_is_no_failure(
    project: Path, home: Path, prefix: Path, plant: Plant, install: Plant
) -> None:
    install("codex", "codex.py")
    path = plant(project / ".agents/skills", "manual", ZH, "按受影响的人分组。", bom=True)
    (path.parent / "agents").mkdir()
    policy = "policy:\n  allow_implicit_invocation: false\n"
    (path.parent / "agents" / "openai.yaml").write_text(policy, encoding="utf-8")
    row = rows("codex", project, home, prefix)["manual"]
    assert (row.status, row.ok) == (Status.SKIPPED, True)
    assert "for the user alone" in row.reason


def test_a_client_that_does_not_ask(
    project: Path, home: Path, prefix: Path, plant: Plant, install: Plant
) -> None:
    install("claude", "claude.py", "silent")
    plant(project / ".claude/skills", "notes", ZH, "按受影响的人分组。")
    row = rows("claude", project, home, prefix)[""]
    assert row.status is Status.FAILED
    assert "ended with code 1: cannot start: \\x1b[31mno key" in row.reason  # nothing acts


def test_a_client_that_hangs(
    project: Path, home: Path, prefix: Path, plant: Plant, install: Plant
) -> None:
    install("claude", "claude.py", "hang")
    plant(project / ".claude/skills", "notes", ZH, "按受影响的人分组。")
    found = verify(project, home, ["claude"], None, Options(prefix=prefix, timeout=1.0))
    assert [row.status for row in found] == [Status.FAILED]
    assert "did not end within 1 seconds" in found[0].reason


def test_requests_and_output_are_kept(
    project: Path, home: Path, prefix: Path, tmp_path: Path, plant: Plant, install: Plant
) -> None:
    install("codex", "codex.py")
    plant(project / ".agents/skills", "notes", ZH, "按受影响的人分组。")
    keep = tmp_path / "kept"
    rows("codex", project, home, prefix, keep=keep)
    names = sorted(path.name for path in (keep / "codex").iterdir())
    assert names == [
        "inspection.txt",
        *(f"request-{number:03}.json" for number in (1, 2, 3)),
        "stderr.txt",
        "stdout.txt",
    ]
    last = json.loads((keep / "codex" / "request-003.json").read_text("utf-8"))
    assert last["path"] == "/v1/responses"
    assert "The reference of notes says so." in json.dumps(last, ensure_ascii=False)


def test_a_folder_name_is_no_command(
    project: Path, home: Path, prefix: Path, tmp_path: Path, plant: Plant, install: Plant
) -> None:
    """Codex reads files by a shell command, and a skill's folder may be called anything."""
    install("codex", "codex.py")
    sign = "it'; touch sign; echo '"
    plant(project / ".agents/skills", sign, ZH, "按受影响的人分组。")
    keep = tmp_path / "kept"
    row = rows("codex", project, home, prefix, keep=keep)[sign]
    assert (row.status, row.reference) == (Status.ARRIVED, True)
    sent = json.loads((keep / "codex" / "request-002.json").read_text("utf-8"))
    calls = [item for item in sent["body"]["input"] if item.get("type") == "function_call"]
    [program, path] = shlex.split(json.loads(calls[0]["arguments"])["cmd"])
    assert program == "cat"
    assert path.endswith(f"/{sign}/SKILL.md")


@pytest.mark.slow
def test_a_client_that_hangs_at_its_end_has_still_proved_it(
    project: Path, home: Path, prefix: Path, plant: Plant, install: Plant
) -> None:
    install("claude", "claude.py", "hang-at-the-end")
    plant(project / ".claude/skills", "notes", ZH, "按受影响的人分组。")
    found = verify(project, home, ["claude"], None, Options(prefix=prefix, timeout=4.0))
    assert [row.status for row in found] == [Status.ARRIVED]


def test_odd_things_in_the_way_are_no_trouble(
    project: Path, home: Path, prefix: Path, plant: Plant, install: Plant
) -> None:
    install("claude", "claude.py")
    plant(project / ".claude/skills", "notes", ZH, "按受影响的人分组。")
    (project / "AGENTS.md").mkdir()  # a folder where a file belongs
    (project / "AGENTS.md" / "x").symlink_to("x")  # a link to itself
    (project / ".agents").write_text("a file where a folder belongs", encoding="utf-8")
    assert rows("claude", project, home, prefix)["notes"].ok


@pytest.mark.slow
def test_what_was_proved_before_a_client_hung_counts(
    project: Path, home: Path, prefix: Path, plant: Plant, install: Plant
) -> None:
    install("claude", "claude.py", "hang-after=3")
    for name in ("first", "second"):
        plant(project / ".claude/skills", name, f"Words for {name}.", f"The body of the {name}.")
    found = verify(project, home, ["claude"], None, Options(prefix=prefix, timeout=4.0))
    assert [row.status for row in found] == [Status.ARRIVED, Status.FAILED]
    assert "did not end within 4 seconds and was killed; `SKILL.md`" in found[1].reason


def test_a_copy_that_cannot_be_made_is_told(
    project: Path,
    home: Path,
    prefix: Path,
    plant: Plant,
    install: Plant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install("claude", "claude.py")
    plant(project / ".claude/skills", "notes", ZH, "按受影响的人分组。")
    monkeypatch.setattr(tempfile, "tempdir", str(project / "nowhere"))
    row = rows("claude", project, home, prefix)[""]
    assert row.status is Status.FAILED
    assert "No such file or directory" in row.reason


def test_the_users_files_are_only_read(
    project: Path, home: Path, prefix: Path, plant: Plant, install: Plant
) -> None:
    install("codex", "codex.py")
    plant(project / ".agents/skills", "notes", ZH, "按受影响的人分组。")
    (home / ".codex").mkdir()
    (home / ".codex" / "config.toml").write_text('model = "mine"\n', encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for root in (project, home) for path in root.rglob("*")}
    assert rows("codex", project, home, prefix)["notes"].ok
    after = {path: path.stat().st_mtime_ns for root in (project, home) for path in root.rglob("*")}
    assert after == before


def test_wrong_questions(project: Path, home: Path, tmp_path: Path) -> None:
    with pytest.raises(VerifyError, match="no recipe for the assistant `nobody`"):
        verify(project, home, ["nobody"], None, Options())
    with pytest.raises(VerifyError, match="is not a folder"):
        verify(tmp_path / "nowhere", home, ["claude"], None, Options())
