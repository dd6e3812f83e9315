"""What users write, and what it means."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from polyskill.compiler.checks.printable import printable
from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Lang
from polyskill.platforms.sources import SourceError, parse
from polyskill.platforms.sources.model import KINDS

HUB = "https://github.com/"
SHA = "a1" * 32


@pytest.mark.parametrize(
    ("text", "kind", "location", "ref", "subfolder"),
    [
        ("/abs/x", "folder", "/abs/x", "", ""),
        ("/abs/../x/", "folder", "/x", "", ""),
        ("llm-research-scientist", "bundled", "llm-research-scientist", "", ""),
        ("技能", "bundled", "技能", "", ""),
        ("git+https://h.org/r.git", "git", "https://h.org/r.git", "", ""),
        ("git+https://h.org/o/r.git@v1#sub/x", "git", "https://h.org/o/r.git", "v1", "sub/x"),
        ("git+https://h.org/o/r@a/b#技能", "git", "https://h.org/o/r", "a/b", "技能"),
        ("git+https://h.org/r.git#v1@sub", "git", "https://h.org/r.git", "v1", "sub"),
        ("git+https://h.org/r.git#v1@", "git", "https://h.org/r.git", "v1", ""),
        ("git+https://h.org/r.git#sub", "git", "https://h.org/r.git", "", "sub"),
        ("git+https://h.org/r#subdirectory=a/b", "git", "https://h.org/r", "", "a/b"),
        ("git+https://h.org/r#%E6%8A%80%E8%83%BD", "git", "https://h.org/r", "", "技能"),
        ("git+https://h.org/r@v%2B1#p/%40scope", "git", "https://h.org/r", "v+1", "p/@scope"),
        ("git+https://h.org/r@v1#p/@scope", "git", "https://h.org/r", "v1", "p/@scope"),
        ("git+https://user@h.org/r@v1", "git", "https://user@h.org/r", "v1", ""),
        ("git+file:///x/库@v1#子", "git", "file:///x/库", "v1", "子"),
        ("git+ssh://git@h.org:22/o/r.git@v1", "git", "ssh://git@h.org:22/o/r.git", "v1", ""),
        ("git@h.org:o/r.git", "git", "git@h.org:o/r.git", "", ""),
        ("git@h.org:o/r.git@v2#s", "git", "git@h.org:o/r.git", "v2", "s"),
        ("git+git@h.org:o/r.git@v2", "git", "git@h.org:o/r.git", "v2", ""),
        ("github:o/r", "git", f"{HUB}o/r.git", "", ""),
        ("o/r.git@v1#s", "git", f"{HUB}o/r.git", "v1", "s"),
        ("o/r", "git", f"{HUB}o/r.git", "", ""),
        (f"{HUB}o/r", "git", f"{HUB}o/r.git", "", ""),
        (f"{HUB}o/r@v1#s", "git", f"{HUB}o/r.git", "v1", "s"),
        (f"{HUB}o/r/tree/v1/a/b", "git", f"{HUB}o/r.git", "v1", "a/b"),
        ("https://h.org/o/r.git@v1#s", "git", "https://h.org/o/r.git", "v1", "s"),
        ("https://h.org/p.zip", "archive", "https://h.org/p.zip", "", ""),
        ("https://h.org/a@b/p.tar.gz", "archive", "https://h.org/a@b/p.tar.gz", "", ""),
        ("https://h.org/p.tgz#subdirectory=a", "archive", "https://h.org/p.tgz", "", "a"),
        ("https://h.org/p.TAR.XZ?x=1", "archive", "https://h.org/p.TAR.XZ?x=1", "", ""),
        ("index:h.org", "index", "https://h.org", "", ""),
        ("index:http://127.0.0.1:8/", "index", "http://127.0.0.1:8", "", ""),
        ("npm:a", "npm", "a", "", ""),
        ("npm:a@1.2.3", "npm", "a", "1.2.3", ""),
        ("npm:@s/a@^1", "npm", "@s/a", "^1", ""),
        ("npm:@s/a#skills/x", "npm", "@s/a", "", "skills/x"),
        ("pypi:a.b_c", "pypi", "a.b_c", "", ""),
        ("pypi:a==1.0+x", "pypi", "a", "1.0+x", ""),
        ("marketplace:o/r", "marketplace", f"git+{HUB}o/r.git", "", ""),
        ("marketplace:o/r@v1#p", "marketplace", f"git+{HUB}o/r.git", "v1", ""),
        ("marketplace:git@h.org:o/r", "marketplace", "git@h.org:o/r", "", ""),
        ("marketplace:/m", "marketplace", "/m", "", ""),
        ("https://h/marketplace.json#p", "marketplace", "https://h/marketplace.json", "", ""),
        ("fmt@o/r", "marketplace", f"git+{HUB}o/r.git", "", ""),
        ("fmt@/m", "marketplace", "/m", "", ""),
        ("fmt@https://h/marketplace.json", "marketplace", "https://h/marketplace.json", "", ""),
        ("a,b@git+https://h/r@v1", "marketplace", "git+https://h/r", "v1", ""),
    ],
)  # fmt: skip
def test_a_spelling_means(text, kind, location, ref, subfolder, tmp_path):
    found = parse(text, base=tmp_path)
    assert (found.kind, found.location, found.ref, found.subfolder) == (
        kind,
        location,
        ref,
        subfolder,
    )
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "pick"),
    [
        ("marketplace:o/r#p,q", ("p", "q")),
        ("marketplace:git+https://h.org/r@v1#sub#p", ("p",)),
        ("fmt@o/r", ("fmt",)),
        ("a,b@o/r", ("a,b",)),
        ("技@./m", ("技",)),
        ("index:h.org#%E6%8A%80", ("技",)),
        ("https://h.org/.well-known/agent-skills/index.json#a", ("a",)),
    ],
)
def test_names_are_picked(text, pick, tmp_path):
    assert parse(text, base=tmp_path).pick == pick


def test_a_sha256_is_kept(tmp_path):
    assert parse(f"https://h.org/p.zip#sha256={SHA.upper()}", base=tmp_path).sha256 == SHA


def test_paths_are_relative_to_the_base(tmp_path):
    (tmp_path / "o/r").mkdir(parents=True)
    (tmp_path / "技能").mkdir()
    (tmp_path / "pack.zip").write_bytes(b"")
    for text, kind, place in [
        ("o/r", "folder", "o/r"),
        ("技能", "folder", "技能"),
        ("./not-there", "folder", "not-there"),
        ("../up", "folder", "../up"),
        ("pack.zip", "archive", "pack.zip"),
        (".", "folder", ""),
    ]:
        found = parse(text, base=tmp_path)
        assert found.kind == kind
        assert Path(found.location) == Path(str(tmp_path / place).replace("x/../", "")).resolve()


def test_home_is_expanded(tmp_path):
    assert parse("~/x", base=tmp_path).location == str(Path.home() / "x")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "./skill"),
        (" x", "./skill"),
        ("a\u202eb", "./skill"),
        ("https://h.org/x", "git+https://h.org/x"),
        ("https://h.org/x", "index:https://h.org/x"),
        ("ftp://h.org/p.zip", "https://host/pack.zip"),
        ("file:///x/p.zip", "./skill"),
        ("ssh://git@h.org/r", "git+ssh://git@h.org/r"),
        ("git+ext::sh -c x", "git+https://host"),
        ("git+ftp://h.org/r", "git+https://host"),
        ("git+file://rel/x", "git+file:///path"),
        ("git+https://u:secret@h.org/r.git", "git the credentials"),
        ("https://u:secret@h.org/p.zip", "git the credentials"),
        ("git+https://-h.org/r.git", ""),
        ("git+ssh://-oProxyCommand=x@h.org/r.git", ""),
        ("git+https://h.org/r.git@--upload-pack=x", ""),
        ("git+https://h.org/r.git@a..b", ""),
        ("git+https://h.org/r.git@v1#../x", "without `..`"),
        ("git+https://h.org/r.git@v1#%2e%2e/x", "without `..`"),
        ("git+https://h.org/r.git#", ""),
        ("git+https://h.org", "git+https://host/repo.git"),
        ("git+https://[::1/r", ""),
        ("git+https:///r.git", "no host"),
        ("https:///p.zip", "no host"),
        ("https://me@h.org/p.zip", "user name"),
        ("https://github.com/o", "write `owner/repo@ref#subfolder`"),
        ("https://github.com/o/r/issues/3", "write `owner/repo@ref#subfolder`"),
        ("https://github.com/o/r/tree", "write `owner/repo@ref#subfolder`"),
        ("o/r/sub/x", "o/r#sub/x"),
        ("a b/c", "./skill"),
        ("https://h.org/p.zip#sha256=12", "sha256="),
        ("npm:UPPER", "npm:@scope/name"),
        ("npm:a@--x", "npm:@scope/name"),
        ("npm:--x", "npm:@scope/name"),
        ("pypi:a@1.0", "pypi:a==1.0"),
        ("pypi:--index-url", "pypi:"),
        ("index:ftp://h", "index:https://host"),
        ("marketplace:", "marketplace:owner/repo#plugin"),
        ("marketplace:npm:x", "marketplace:owner/repo#plugin"),
        ("fmt@nowhere", "./skill"),
        ("-x", "./skill"),
    ],
)
def test_a_wrong_spelling_is_told_with_the_right_one(text, hint, tmp_path):
    with pytest.raises(SourceError) as caught:
        parse(text, base=tmp_path)
    said = caught.value.diagnostic
    assert said.code.id == "PS900"
    assert hint in said.message() + said.code.help.pick(Lang.EN)
    assert said.message(Lang.ZH) != said.message()
    assert "secret" not in said.message().replace(text, "")


def test_a_near_bundled_name_is_proposed(tmp_path):
    with pytest.raises(SourceError) as caught:
        parse("llm-reserch", base=tmp_path, bundled=["llm-research", "other"])
    assert "write `llm-research`" in caught.value.diagnostic.message()


PIECES = st.sampled_from(
    ["git+", "https://", "file://", "ssh://", "h.org", "/", "o/r", "@", "#", ":", "..", "%2e", "-",
     "npm:", "pypi:", "index:", "marketplace:", "github:", "==", "sha256=", ".zip", "技能", "\\",
     "C:", "~", "[", "\0", "\udc80", "&", "?", "subdirectory="]
)  # fmt: skip


@given(st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=40)))
@example("C:[")
@example("~\\")
@example("https://[")
@example("marketplace:#")
def test_any_text_is_a_source_or_an_error(text):
    try:
        found = parse(text, base=Path("/nowhere"))
    except SourceError as error:
        assert printable(error.diagnostic.message()) == error.diagnostic.message()
        return
    assert found.kind in KINDS
    assert not found.location.startswith("-")
    assert not found.ref.startswith("-")
    assert ".." not in found.subfolder.split("/")
    assert not re.match(r"[/~]|[A-Za-z]:", found.subfolder)
    again = parse(found.text, base=Path("/nowhere"))
    assert again == found


def test_the_texts_of_the_codes_are_whole():
    for name in codes.__all__:
        code = getattr(codes, name)
        assert "PS900" <= code.id <= "PS919"
        fields = [set(re.findall(r"{(\w+)}", text)) for text in (code.message.en, code.message.zh)]
        assert {field.removesuffix("_zh") for field in fields[1]} == fields[0]
        for text in (code.why, code.help):
            assert text.complete
            assert "{" not in text.en + text.zh
            assert (text.en[-1], text.zh[-1]) == (".", "。")
