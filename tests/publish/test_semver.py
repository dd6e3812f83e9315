"""The order of versions: the example of semver.org, section 11, and what is no version."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.platforms.publish.ids import is_npm_name, is_pep440, is_pypi_name, module_name
from polyskill.platforms.publish.versions import is_version, order

RISING = [
    "0.0.0", "0.0.1", "0.9.10", "0.10.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
    "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "2.0.0",
    "10.0.0",
]  # fmt: skip


def test_versions_rise() -> None:
    shuffled = random.Random(3).sample(RISING, len(RISING))
    assert sorted(shuffled, key=order) == RISING
    assert len({order(version) for version in RISING}) == len(RISING)


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.0", "v1.0.0", "1.0.0+build", "01.0.0", "1.0.0-", "1.0.0-a..b", "1.0.0-01",
     "1.0.0\n", "١.٠.٠", "1.0.0-" + "a" * 90],
)  # fmt: skip
def test_what_is_no_version(text: str) -> None:
    assert not is_version(text)


@given(st.tuples(*[st.integers(0, 50)] * 3), st.tuples(*[st.integers(0, 50)] * 3))
def test_numbers_count_as_numbers(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    texts = [".".join(map(str, parts)) for parts in (left, right)]
    assert (order(texts[0]) < order(texts[1])) == (left < right)


def test_names_of_npm_and_pypi() -> None:
    assert is_npm_name("@me/my-skills")
    assert is_npm_name("skills")
    for bad in ("", "Skills", "@me", "@/x", "a/b/c", ".x", "技能", "x" * 215, "a b"):
        assert not is_npm_name(bad)
    assert is_pypi_name("My.skills-1")
    for bad in ("", "-x", "x-", "技能", "a/b", "a b"):
        assert not is_pypi_name(bad)
    assert module_name("My.skills--zh") == "my_skills_zh"
    assert module_name("7x").isidentifier()
    assert is_pep440("1.0.0-rc.1")
    assert not is_pep440("1.0.0-nightly.1")
