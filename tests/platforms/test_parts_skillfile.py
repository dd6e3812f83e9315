import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from skills_ref import validate

from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Dialect, Resource, Skill, Trigger
from polyskill.compiler.view import View
from polyskill.platforms.base import File, Host
from polyskill.platforms.parts.folder import skill_folder
from polyskill.platforms.parts.skillfile import compose, describe, skill_md, skill_name
from polyskill.platforms.parts.text import one_line, shorten, slug, to_bytes


def make(lang=Lang.EN, body="# Demo\n\nDo it.\n", description="Does a thing.", **fields) -> View:
    resources = fields.pop("resources", ())
    skill = Skill(fields.pop("name", "demo"), Dialect.AGENT_SKILL, "demo", Text(description),
                  resources=resources, **fields)  # fmt: skip
    return View(skill, lang, "x", skill.title.pick(lang), description, body, resources)


def head(view: View, **options) -> dict:
    data = skill_md(view, **options).decode()
    return yaml.safe_load(data.split("---\n")[1])


def test_the_safe_form():
    view = make(
        license="MIT",
        compatibility="needs git",
        metadata={"version": "1.0"},
        extra={"tags": ["a", "b"], "deep": {"x": [1, True]}, "flag": True, "none": None},
        allowed_tools=("Read", "Bash(git:*)"),
        title=Text("Demo"),
        triggers=(Trigger(Text("do it"), "front-matter"), Trigger(Text("no"), "section")),
    )
    assert skill_md(view).decode() == (
        "---\n"
        'name: "demo"\n'
        'description: "Does a thing."\n'
        'license: "MIT"\n'
        'compatibility: "needs git"\n'
        "metadata:\n"
        '  title: "Demo"\n'
        '  version: "1.0"\n'
        '  tags: "a, b"\n'
        '  deep: "{\\"x\\":[1,true]}"\n'
        '  flag: "true"\n'
        '  triggers: "do it"\n'
        '  allowed-tools: "Read Bash(git:*)"\n'
        "---\n"
        "\n"
        "# Demo\n"
        "\n"
        "Do it.\n"
    )


def test_one_bytes_object_for_all_platforms():
    view = make()
    assert skill_md(view) is skill_md(
        View(view.skill, view.lang, "other", view.title, view.description, view.body)
    )
    assert skill_md(view) is not skill_md(view, body="other\n")
    assert b"other\n" in skill_md(view, body="other\n")


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("a <b>x</b>", "a ‹b›x‹/b›"),
        ("if x <= 3 -> y => z", "if x ≤ 3 → y ⇒ z"),
        ("two\n  lines\n", "two lines"),
        ("两\n行", "两行"),
        ("tab\there\x07", "tab here"),
    ],
)
def test_descriptions_are_made_safe(written, made):
    text, losses, _ = describe(written, "demo")
    assert text == made
    assert bool(losses) is any(sign in written for sign in "<>")


def test_a_long_description_is_shortened_at_a_sentence_and_reported():
    text, losses, found = describe("One sentence here. " * 80, "demo", "demo/SKILL.md")
    assert len(text) <= 1024 and text.endswith("here.")
    assert losses and found[0].code.id == "PS504" and str(len(text)) in found[0].message()
    assert len(describe("字" * 2000, "demo")[0]) == 1024
    assert describe("字" * 1024, "demo")[2] == ()


def test_when_to_use_and_on_request_are_said_in_the_description():
    view = make(extra={"when_to_use": "When asked.", "disable-model-invocation": True})
    made = compose(view)
    assert made.description == (
        "Use only when the user asks for it by name. Does a thing. When asked."
    )
    assert [loss.construct for loss in made.losses] == ["disable-model-invocation"]


def test_overrides_win_and_metadata_is_added():
    values = head(make(), extra_keys={"model": "opus"}, metadata_extra={"built": "yes"})
    assert values["model"] == "opus" and values["metadata"] == {"built": "yes"}


def test_too_long_a_compatibility_is_kept_as_metadata():
    values = head(make(compatibility="x" * 501))
    assert "compatibility" not in values and len(values["metadata"]["compatibility"]) == 501


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("ok-name", "ok-name"),
        ("Bad_Upper Space", "bad-upper-space"),
        ("Café--x-", "cafe-x"),
        ("a" * 80, "a" * 64),
        ("../../etc", "etc"),
    ],
)
def test_names_are_slugs(name, made):
    assert slug(name) == made


def test_a_chinese_name_gets_a_stable_one_and_a_word_about_it():
    view = make(name="中文技能")
    assert skill_name(view) == slug("中文技能") and skill_name(view).startswith("skill-")
    assert compose(view).diagnostics[0].code.id == "PS505"
    assert slug("中文", fallback="part-1") == "part-1"


def test_bytes_that_were_no_text_do_not_stop_anything():
    assert to_bytes("a\udc80b") == "a\N{REPLACEMENT CHARACTER}b".encode()
    assert skill_md(make(body="x \udcff y\n")).endswith("x \N{REPLACEMENT CHARACTER} y\n".encode())


def test_shorten_and_one_line():
    assert shorten("aa bb cc", 6) == "aa bb…"
    assert one_line("  plain  ") == "plain"
    assert one_line("\x1b \x1b") == ""
    assert one_line("\x1b plain \x1b") == "plain"


TEXT = st.text(max_size=120)


@settings(max_examples=120, deadline=None)
@given(name=TEXT, description=TEXT, license=TEXT, key=TEXT, value=TEXT, body=TEXT)
@example(name="", description="\x1b \x1b", license="", key="", value="", body="")
def test_whatever_is_written_the_reference_validator_accepts_it(
    tmp_path_factory, name, description, license, key, value, body
):
    view = make(
        name=name or "x",
        description=description,
        license=license,
        metadata={key: value} if key.strip() and key.isprintable() else {},
        body=body,
    )
    folder = tmp_path_factory.mktemp("skill") / skill_name(view)
    folder.mkdir()
    data = skill_md(view)
    (folder / "SKILL.md").write_bytes(data)
    assert validate(folder) == []
    assert not data.startswith(b"\xef\xbb\xbf")
    values = yaml.safe_load(data.decode().split("---\n", 2)[1])
    assert set(values) <= {"name", "description", "license", "compatibility", "metadata"}
    assert 1 <= len(values["description"]) <= 1024
    assert not {"<", ">"} & set(values["description"])


def test_a_folder_holds_all_files_and_its_own_wins():
    view = make(
        resources=(
            Resource("references/a.md", b"aaaa", role="references"),
            Resource("scripts/x.sh", b"#!", executable=True, role="scripts"),
            Resource("agents/openai.yaml", b"mine"),
            Resource("skill.md", b"second"),
        )
    )
    bundle = skill_folder(
        view,
        ".r/skills",
        host=Host(),
        platform="x",
        extra_files={"agents/openai.yaml": b"ours", "extra.txt": b"e"},
        user_root="home/skills",
    )
    files = {item.path: item.piece for item in bundle.pieces}
    assert set(files) == {
        f".r/skills/demo/{path}"
        for path in (
            "SKILL.md",
            "references/a.md",
            "scripts/x.sh",
            "agents/openai.yaml",
            "extra.txt",
        )
    }
    assert files[".r/skills/demo/agents/openai.yaml"] == File(b"mine")
    assert files[".r/skills/demo/scripts/x.sh"].executable
    assert bundle.pieces[0].user_path == "home/skills/demo/SKILL.md"
    assert [loss.construct for loss in bundle.losses] == ["resource"]
    assert bundle.tokens.always > 0 and bundle.tokens.on_demand == 4 + 1


def test_a_hard_limit_splits_and_says_so():
    body = "# T\n\n" + "".join(f"## S{n}\n\n{'w ' * 900}\n\n" for n in range(6))
    bundle = skill_folder(make(body=body), "s", host=Host(), platform="x", max_body_chars=4000)
    assert [found.code.id for found in bundle.diagnostics] == ["PS501"]
    body_file = bundle.pieces[0].piece.data.decode().split("---\n", 2)[2]
    assert len(body_file) <= 4001
    hopeless = skill_folder(make(body="x" * 90), "s", host=Host(), platform="x", max_body_chars=9)
    assert [found.code.id for found in hopeless.diagnostics] == ["PS500"]
    assert "90" in hopeless.diagnostics[0].message() and "9" in hopeless.diagnostics[0].message()
