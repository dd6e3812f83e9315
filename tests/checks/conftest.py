"""Small skills, built by hand or read from a folder."""

from pathlib import Path

import pytest

from polyskill.compiler import checks
from polyskill.compiler.document import Document
from polyskill.compiler.localized import Text
from polyskill.compiler.markdown import parse
from polyskill.compiler.model import Dialect, Resource, Skill
from polyskill.compiler.readers import discover, read
from polyskill.compiler.source import decode


def _skill(body="Take notes.\n", *, resources=None, dialect=Dialect.AGENT_SKILL, **fields):
    source = decode(body.encode("utf-8", "surrogateescape"), "notes/SKILL.md")
    beside = tuple(
        Resource(path, data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data)
        for path, data in (resources or {}).items()
    )
    fields.setdefault("description", Text("Writes notes. Use when a talk is pasted."))
    return Skill(
        fields.pop("name", "notes"),
        dialect,
        "notes",
        main=Document(source, 0, None, parse),
        resources=beside,
        license="MIT",
        **fields,
    )


def _read(root: Path, files):
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return [skill for candidate in discover(root) for skill in read(candidate).skills]


@pytest.fixture(scope="session")
def make_skill():
    """Build a skill from the text of its body."""
    return _skill


@pytest.fixture(scope="session")
def find():
    """Check a skill; return its findings, all or those of some codes."""

    def run(skill, *codes, gate_only=False):
        found = checks.check_skill(skill, gate_only=gate_only)
        assert not [one.message() for one in found if one.code.id == "PS699"]
        return [one for one in found if not codes or one.code.id in codes]

    return run


@pytest.fixture
def read_files(tmp_path):
    """Read the skills of a folder with these files."""
    return lambda files: _read(tmp_path, files)


@pytest.fixture
def check_files(read_files, find):
    """Check the skills of a folder with these files."""

    def run(files, *codes):
        return [one for skill in read_files(files) for one in find(skill, *codes)]

    return run
