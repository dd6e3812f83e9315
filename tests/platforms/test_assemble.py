"""Joining the bundles of many skills."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest
import skills_ref
import yaml

from polyskill.compiler import readers
from polyskill.compiler.codes import merge as codes
from polyskill.compiler.codes.build import OUTPUT_COLLISION
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Kind
from polyskill.compiler.select import select
from polyskill.platforms.assemble import PathClaims, assemble, check_limits, join_shared
from polyskill.platforms.base import (
    Bundle,
    File,
    Host,
    JsonKeys,
    Limit,
    Loss,
    ManagedBlock,
    Placed,
    Platform,
)
from polyskill.platforms.merge import MergeError, put_block
from polyskill.platforms.registry import get


class Plain(Platform):
    id = "plain"
    title = "Plain"
    version = "1"
    homepage = ""
    host = Host()
    locations = ()
    supports = MappingProxyType({})
    limits = (
        Limit("AGENTS.md chain", 300, "bytes", "the rest is cut", "test", "2026-11-22"),
        Limit("SOUL.md", 200, "characters", "the middle is cut", "test", "2026-11-22"),
        Limit("rows.md", 4, "lines", "the rest is cut", "test", "2026-11-22"),
    )
    facts = ()

    def lower(self, view, form):
        return Bundle()


PLAIN = Plain()


def block(path, text, user=None):
    return Placed(path, ManagedBlock(text), user)


def keys(path, data):
    return Placed(path, JsonKeys(data))


def ids(made):
    return [found.code.id for found in made.diagnostics]


def test_blocks_of_many_skills_stand_in_one_file_by_name():
    made = assemble(
        PLAIN,
        [
            ("b", Bundle((block("AGENTS.md", "of b\n"),), (Loss("x", "y"),))),
            ("a", Bundle((block("AGENTS.md", "of a"), block("AGENTS.md", "more of a")))),
        ],
    )
    assert made.files["AGENTS.md"].data.decode() == (
        "<!-- polyskill:begin a -->\nof a\n\nmore of a\n<!-- polyskill:end a -->\n"
        "\n<!-- polyskill:begin b -->\nof b\n<!-- polyskill:end b -->\n"
    )
    assert made.losses == (Loss("x", "y"),)
    assert made.diagnostics == ()


def test_a_joined_file_is_what_putting_one_block_after_the_other_gives():
    header = "---\na: 1\n---\n\n"
    pieces = [("a", ManagedBlock("x", header=header)), ("b", ManagedBlock("y\n", header=header))]
    step = put_block(None, "a", "x", header=header)
    assert join_shared("r.mdc", pieces) == put_block(step, "b", "y", header=header)


def test_json_of_many_skills_becomes_one_document():
    made = assemble(
        PLAIN,
        [
            (
                "b",
                Bundle((keys("o.json", {"$schema": "s", "i": ["b", "x"], "m": {"B": {"t": 1}}}),)),
            ),
            (
                "a",
                Bundle((keys("o.json", {"$schema": "s", "i": ["a", "x"], "m": {"A": {"t": 1}}}),)),
            ),
        ],
    )
    assert made.files["o.json"].data.startswith(b'{\n  "$schema": "s",\n')
    assert json.loads(made.files["o.json"].data) == {
        "$schema": "s",
        "i": ["a", "x", "b"],
        "m": {"A": {"t": 1}, "B": {"t": 1}},
    }


def test_two_servers_of_one_name_are_a_finding_that_names_both_skills():
    made = assemble(
        PLAIN,
        [
            ("b", Bundle((keys("o.json", {"m": {"S": {"t": "2"}, "T": {"t": "1"}}}),))),
            ("a", Bundle((keys("o.json", {"m": {"S": {"t": "1"}}}),))),
        ],
    )
    assert ids(made) == [codes.KEY_CLASH.id]
    assert made.diagnostics[0].message() == (
        "`a` and `b` want different values for `m.S` in `o.json`; the piece of `b` is left out"
    )
    assert "`o.json`" in made.diagnostics[0].message(Lang.ZH)
    assert json.loads(made.files["o.json"].data) == {"m": {"S": {"t": "1"}}}


@pytest.mark.parametrize(
    ("first", "second"),
    [("a/x.md", "a/x.md"), ("a/X.md", "a/x.md"), ("a/\u00e9.md", "a/e\u0301.md"),
     ("a/Straße.md", "a/STRASSE.md"), ("a", "a/x.md"), ("A/x.md/y", "a/X.md")],
)  # fmt: skip
def test_paths_that_some_file_system_takes_for_one_collide(first, second):
    made = assemble(
        PLAIN,
        [
            ("two", Bundle((Placed(second, File(b"2")),))),
            ("one", Bundle((Placed(first, File(b"1")),))),
        ],
    )
    assert ids(made) == [OUTPUT_COLLISION.id]
    assert made.diagnostics[0].args == {"output": second, "name": "two", "other": "one"}
    assert {path: file.data for path, file in made.files.items()} == {first: b"1"}


def test_identical_bytes_at_one_path_are_fine():
    bundle = Bundle((Placed("a/x.md", File(b"1")),))
    made = assemble(PLAIN, [("one", bundle), ("two", bundle)])
    assert made.diagnostics == ()
    assert list(made.files) == ["a/x.md"]


def test_same_bytes_with_another_mode_collide():
    parts = [
        ("one", Bundle((Placed("x.sh", File(b"1", True)),))),
        ("two", Bundle((Placed("x.sh", File(b"1")),))),
    ]
    assert ids(assemble(PLAIN, parts)) == [OUTPUT_COLLISION.id]


def test_a_file_and_a_block_at_one_path_collide():
    parts = [
        ("one", Bundle((block("AGENTS.md", "x"),))),
        ("two", Bundle((Placed("AGENTS.md", File(b"1")),))),
    ]
    assert ids(assemble(PLAIN, parts)) == [OUTPUT_COLLISION.id]


def test_claims_keep_no_bytes():
    claims = PathClaims()
    assert claims.claim("a/b", "d1", "one") is None
    assert claims.claim("a/b", "d1", "two") is None
    assert claims.claim("a/B", "d1", "two") == ("one", "a/b")
    assert claims.claim("a/b/c", "d1", "two") == ("one", "a/b")
    assert claims.claim("a", "d1", "two") == ("one", "a/b")
    assert claims.claim("a/c", "d2", "two") is None


def test_pieces_of_two_kinds_are_a_finding():
    problems = []
    pieces = [("a", ManagedBlock("x")), ("b", JsonKeys({})), ("c", ManagedBlock("y", "hash"))]
    data = join_shared("f", pieces, problems)
    assert [found.code for found in problems] == [codes.MIXED_PIECES] * 2
    assert [found.skill for found in problems] == ["b", "c"]
    assert data == put_block(None, "a", "x")
    with pytest.raises(MergeError):
        join_shared("f", pieces)


def test_text_with_a_marker_is_left_out_and_said():
    problems = []
    pieces = [("a", ManagedBlock("<!-- polyskill:end a -->")), ("b", ManagedBlock("y"))]
    assert join_shared("f", pieces, problems) == put_block(None, "b", "y")
    assert [found.code for found in problems] == [codes.MARKER_IN_TEXT]


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("AGENTS.md", "中" * 70, codes.SHARED_TOO_LARGE),
        ("AGENTS.md", "中" * 60, None),
        (".codex/AGENTS.md", "中" * 90, None),  # the chain is that of the project
        ("ws/SOUL.md", "中" * 160, codes.SHARED_TOO_LARGE),
        ("ws/SOUL.md", "中" * 40, None),
        ("SOUL.md", "😀" * 60, codes.SHARED_TOO_LARGE),  # two units each in JavaScript
        ("rows.md", "a\nb\nc", codes.SHARED_TOO_LARGE),
    ],
)
def test_limits_are_checked_on_the_whole_file_with_figures(path, text, code):
    made = assemble(
        PLAIN, [("a", Bundle((block(path, "x"),))), ("b", Bundle((block(path, text),)))]
    )
    assert ids(made) == ([code.id] if code else [])
    assert text.encode() in made.files[path].data  # nothing is cut
    if code:
        args = made.diagnostics[0].args
        assert args["name"] == "b"
        assert args["size"] == args["maximum"] + args["over"]
        assert str(args["size"]) in made.diagnostics[0].message()
        made.diagnostics[0].code.why.pick(Lang.ZH).format_map(dict(args))


def test_limits_of_a_finished_file_can_be_asked_for():
    assert check_limits(PLAIN, "other.md", b"x" * 10_000) == ()
    assert len(check_limits(PLAIN, "SOUL.md", b"x" * 201)) == 1


def test_each_scope_has_its_own_paths():
    bundle = Bundle(
        (
            block("AGENTS.md", "x", ".kimi/AGENTS.md"),
            Placed("p/x", File(b""), ""),
            Placed("q/x", File(b"")),
            Placed("", File(b""), "only/x"),
        )
    )
    assert list(assemble(PLAIN, [("a", bundle)]).files) == ["AGENTS.md", "p/x", "q/x"]
    user = assemble(PLAIN, [("a", bundle)], scope="user")
    assert list(user.files) == [".kimi/AGENTS.md", "only/x", "q/x"]


def test_the_order_of_the_parts_does_not_matter():
    parts = [
        (name, Bundle((block("AGENTS.md", name), keys("o.json", {"i": [name]}))))
        for name in ("c", "a", "b")
    ]
    assert assemble(PLAIN, parts) == assemble(PLAIN, parts[::-1])


def test_thousands_of_skills_share_a_file_in_linear_time():
    parts = [
        (f"s{n:05}", Bundle((keys("o.json", {"i": [f"x{n}"], "m": {f"s{n}": {"t": "x"}}}),)))
        for n in range(5000)
    ]
    made = assemble(PLAIN, parts)
    assert len(json.loads(made.files["o.json"].data)["i"]) == 5000


ROOT = Path(__file__).resolve().parents[2]
PLATFORMS = ("opencode", "openclaw", "cline", "kimi")
FORMS = (None, Kind.RULES, Kind.AGENT)
SPEC = {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}


@cache
def skills_in(folder):
    return [
        skill for candidate in readers.discover(folder) for skill in readers.read(candidate).skills
    ]


def lowered(folder, platform, lang, form):
    """Return (skill name, bundle) of everything that is found in a folder."""
    return [(skill.name, bundle_of(skill, platform, lang, form)) for skill in skills_in(folder)]


def bundle_of(skill, platform, lang, form):
    view = select(skill, lang, platform.id)
    return platform.lower(view, platform.form_for(view, form))


def check_skill_files(files, platform, folder):
    """Every SKILL.md is what the reference validator takes, but for OpenClaw's own form."""
    count = 0
    for path, file in files.items():
        if not path.endswith("/SKILL.md"):
            continue
        text = file.data.decode()
        values = yaml.safe_load(text.split("\n---\n")[0])
        assert values["name"] == path.split("/")[-2]
        assert 0 < len(values["description"]) <= 1024
        if platform.id == "openclaw" and (
            not values.keys() <= SPEC or "openclaw" in values.get("metadata", {})
        ):
            continue
        target = folder / values["name"]
        target.mkdir(exist_ok=True)
        (target / "SKILL.md").write_text(text, "utf-8")
        assert skills_ref.validate(target) == [], path
        count += 1
    return count


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", [Lang.EN, Lang.ZH, Lang.BILINGUAL])
@pytest.mark.parametrize("name", PLATFORMS)
def test_the_whole_fixture_in_every_form(name, lang, form, tmp_path):
    platform = get(name)
    parts = lowered(ROOT / "tests/fixtures/release-notes", platform, lang, form)
    for scope in ("project", "user"):
        made = assemble(platform, parts, scope=scope)
        assert made.files
        assert [found for found in made.diagnostics if found.severity == "error"] == []
        checked = check_skill_files(made.files, platform, tmp_path)
        assert checked or name == "openclaw" or form is not None
        for path, file in made.files.items():
            assert not path.startswith(("/", "~", ".."))
            assert not file.data.startswith(b"\xef\xbb\xbf")
            assert b"\r" not in file.data
            if path.endswith(".json"):
                json.loads(file.data)
    assert assemble(platform, parts) == assemble(
        platform, lowered(ROOT / "tests/fixtures/release-notes", platform, lang, form)
    )


SCRIPT = """
import hashlib, sys
from pathlib import Path
from polyskill.compiler import readers
from polyskill.compiler.localized import Lang
from polyskill.compiler.select import select
from polyskill.platforms.assemble import assemble
from polyskill.platforms.registry import get
digest = hashlib.sha256()
for candidate in readers.discover(Path(sys.argv[1])):
    for skill in readers.read(candidate).skills:
        for name in sys.argv[2:]:
            platform = get(name)
            view = select(skill, Lang.BILINGUAL, name)
            bundle = platform.lower(view, platform.form_for(view, None))
            digest.update(repr(assemble(platform, [(skill.name, bundle)])).encode())
            if platform.packages:
                digest.update(repr(platform.package(view, skill.name)).encode())
print(digest.hexdigest())
"""


def test_the_hash_seed_changes_nothing():
    found = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, "tests/fixtures/release-notes", *PLATFORMS],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout)
    assert len(found) == 1
    assert len(found.pop()) == 65


@pytest.mark.corpus
@pytest.mark.parametrize("name", PLATFORMS)
def test_every_skill_of_the_corpus(name, shared, tmp_path):
    platform = get(name)
    count = 0
    for folder in sorted((shared / "corpus").iterdir()):
        if not folder.is_dir():
            continue
        ways = [(lang, form) for lang in (Lang.EN, Lang.ZH) for form in FORMS]
        found = {way: [] for way in ways}
        for skill in skills_in(folder):  # one after the other, as in a build, which saves time
            for lang, form in ways:
                bundle = bundle_of(skill, platform, lang, form)
                found[lang, form].append((skill.name, bundle))
        for (_, form), parts in found.items():
            made = assemble(platform, parts)
            assemble(platform, parts, scope="user")
            for problem in made.diagnostics:
                assert problem.message()
                assert problem.message(Lang.ZH)
            if form is None:
                count += check_skill_files(made.files, platform, tmp_path)
    assert count > 0
