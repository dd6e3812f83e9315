"""Links, pipes, loops, broken encodings and bombs: a finding, never an exception."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polyskill.compiler.readers import discover, files, read
from polyskill.compiler.readers.structured import load_json, load_toml
from polyskill.compiler.source import Source
from polyskill.compiler.write import to_canonical, write_back

SKILL = "---\nname: knots\ndescription: Ties knots.\n---\n\n# Knots\n"


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Fail where something blocks."""

    def stop(*_: object) -> None:
        pytest.fail("blocked")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def findings(skill) -> dict[str, str]:
    return {found.path.rpartition("/knots/")[2]: found.code.id for found in skill.diagnostics}


def test_links_are_read_inside_and_refused_outside(plant, one, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    root = plant({"knots/SKILL.md": SKILL, "knots/references/a.md": "a", "knots/z/b.md": "b"})
    base = root / "knots"
    (base / "in.md").symlink_to("references/a.md")
    (base / "dir").symlink_to("references")
    (base / "out.md").symlink_to(secret)
    (base / "host").symlink_to("/etc/hostname")
    (base / "etc").symlink_to("/etc")
    (base / "gone").symlink_to("nowhere")
    (base / "self").symlink_to("self")
    (base / "z" / "up").symlink_to("..")
    skill = one(root)
    assert findings(skill) == {
        "in.md": "PS084",
        "dir": "PS084",
        "out.md": "PS082",
        "host": "PS082",
        "etc": "PS082",
        "gone": "PS083",
        "self": "PS083",
        "z/up": "PS083",
    }
    assert {found.path: found.data for found in skill.resources} == {
        "dir/a.md": b"a",
        "in.md": b"a",
        "references/a.md": b"a",
        "z/b.md": b"b",
    }


def test_folders_that_link_to_each_other_end(plant, one):
    root = plant({"knots/SKILL.md": SKILL, "knots/a/x": "x", "knots/b/y": "y"})
    (root / "knots/a/b").symlink_to("../b")
    (root / "knots/b/a").symlink_to("../a")
    with within(10):
        skill = one(root)
    assert "PS083" in {found.code.id for found in skill.diagnostics}
    assert len(skill.resources) < 20


def test_a_main_file_that_leads_outside_gives_no_skill(plant, read_all, tmp_path):
    (tmp_path / "other.md").write_text(SKILL)
    root = plant({"knots/a.txt": "a"})
    (root / "knots/SKILL.md").symlink_to(tmp_path / "other.md")
    skills, codes = read_all(root)
    assert skills == []
    assert codes == ["PS082", "PS098"]


def test_discovery_follows_no_folder_link_and_no_file_link_outside(plant, read_all, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "SKILL.md").write_text(SKILL)
    root = plant({"real/SKILL.md": SKILL})
    (root / "link").symlink_to(root / "real")
    (root / "out").symlink_to(outside)
    (root / "AGENTS.md").symlink_to(outside / "SKILL.md")
    (root / "CLAUDE.md").symlink_to("gone.md")
    (root / "data.bin").symlink_to("/etc/hostname")
    skills, codes = read_all(root)
    assert len(skills) == 1
    assert sorted(codes) == ["PS082", "PS082", "PS083", "PS085"]


def test_a_marketplace_or_plugin_path_through_a_link_is_refused(plant, read_all, tmp_path):
    outside = tmp_path / "outside/skills/knots"
    outside.mkdir(parents=True)
    (outside / "SKILL.md").write_text(SKILL)
    rows = [
        {"name": "a", "source": "./link"},
        {"name": "b", "source": "./", "strict": False, "skills": ["./link/skills"]},
    ]
    root = plant({".claude-plugin/marketplace.json": {"name": "m", "plugins": rows}})
    (root / "link").symlink_to(tmp_path / "outside")
    skills, codes = read_all(root)
    assert [skill.resources for skill in skills if skill.main] == []
    assert codes.count("PS090") == 2


def test_pipes_are_not_opened(plant, one):
    root = plant({"knots/SKILL.md": SKILL})
    os.mkfifo(root / "knots/pipe")
    os.mkfifo(root / "knots/SKILL.zh.md")
    with within(5):
        skill = one(root)
    assert findings(skill) == {"pipe": "PS085", "SKILL.zh.md": "PS085"} | {
        key: value for key, value in findings(skill).items() if value == "PS109"
    }


def test_a_pipe_that_is_named_or_in_a_folder_of_rules(plant, read_all):
    root = plant({"a/x.md": "x"})
    os.mkfifo(root / "a/style.mdc")
    os.mkfifo(root / "pipe")
    with within(5):
        assert read_all(root / "pipe") == ([], ["PS085"])
        assert read_all(root / "a") == ([], ["PS080"])


@pytest.mark.parametrize("what", ["file", "files", "bytes"])
def test_bounds(plant, one, monkeypatch, what):
    monkeypatch.setattr(files, "MAX_FILE", 2000)
    monkeypatch.setattr(files, "MAX_FILES", 5)
    monkeypatch.setattr(files, "MAX_BYTES", 3000)
    more = {
        "file": {"knots/big.bin": b"x" * 2001},
        "files": {f"knots/{number}.txt": "x" for number in range(9)},
        "bytes": {"knots/a.bin": b"x" * 1900, "knots/b.bin": b"x" * 1900},
    }[what]
    skill = one(plant({"knots/SKILL.md": SKILL, **more}))
    assert [found.code.id for found in skill.diagnostics] == ["PS086"]


def test_encodings_are_reported_and_kept(plant, read_all):
    gbk = "---\nname: knots\ndescription: 打绳结\n---\n\n# 绳结\n".encode("gbk")
    utf16 = SKILL.encode("utf-16")
    root = plant(
        {"gbk/SKILL.md": gbk, "utf16/SKILL.md": utf16, "bom.md": b"\xef\xbb\xbf" + SKILL.encode()}
    )
    skills, codes = read_all(root)
    assert codes.count("PS001") == 2
    for skill in skills:
        for name, data in write_back(skill).items():
            base = Path(skill.path)
            assert (base / name if base.is_dir() else base).read_bytes() == data
        to_canonical(skill)


@pytest.mark.parametrize(
    "raw",
    [
        "[" * 100_000,
        '{"a":' * 5_000 + "1" + "}" * 5_000,
        "[" * 200 + "]" * 200,
        "9" * 10_000,
        '"\\ud800"',
        "",
        "\x00",
        "{",
        '{"a": NaN, "a": 1}',
    ],
)
def test_json_never_raises(raw):
    value, said = load_json(Source("x.json", raw))
    assert value is not None or said
    if value is not None:
        repr(value).encode()


def test_json_that_nests_too_deeply_is_refused():
    value, (finding,) = load_json(Source("x.json", "[" * 70 + "]" * 70))
    assert value is None
    assert "deep" in finding.message()
    assert load_json(Source("x.json", "[" * 30 + "]" * 30))[1] == []


@pytest.mark.parametrize(
    "raw", ["a = " + "[" * 50_000, "x" * 100_000, "\ud800 = 1", "a = 1\na = 2"]
)
def test_toml_never_raises(raw):
    value, said = load_toml(Source("x.toml", raw))
    assert value is not None or said


HOSTILE = st.sampled_from(
    [
        "---\n",
        "---",
        "name: a\n",
        "description: b\n",
        "kind: [x]\n",
        "metadata: {openclaw: [1], a: {b: c}}\n",
        "metadata: '{'\n",
        "overrides: 3\n",
        "triggers: {a: [b, 3]}\n",
        "globs: [1, {a: b}]\n",
        "tools: {a: true}\n",
        "allowed-tools: [[a]]\n",
        "title: [x]\n",
        "title.zh: 标题\n",
        "author: [{name: a}, 3]\n",
        "model: []\n",
        "argument-hint: [a, [b]]\n",
        "applyTo: 3\n",
        "trigger: [x]\n",
        "platforms: {a: b}\n",
        "# H / 标题\n",
        "<!-- 中文 -->\n",
        "\r\n",
        "\ufeff",
        "\x00",
        "`" * 5 + "\n",
        "> " * 50 + "\n",
        "中文 / English\n",
        "**Test 1: x**\n",
        "- Input: a\n- Expected: b; c\n",
    ]
)
NAMES = (
    "knots/SKILL.md",
    "knots/SKILL.zh.md",
    "expert.md",
    "style.mdc",
    "commands/tie.md",
    "agents/tier.md",
    "rules/rule.md",
    "commands/tie.toml",
    "index.json",
    ".claude-plugin/plugin.json",
)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_trees_are_read_and_written_back(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("random")
    for name in data.draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)):
        text = "".join(data.draw(st.lists(HOSTILE, max_size=12)))
        raw = text.encode("utf-8", "surrogatepass") + data.draw(st.binary(max_size=12))
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    for candidate in discover(root):
        for skill in read(candidate).skills:
            base = Path(skill.path)
            folder = base if base.is_dir() else base.parent
            for name, written in write_back(skill).items():
                assert (folder / name).read_bytes() == written
            for found in skill.diagnostics:
                found.message()
            to_canonical(skill)
