"""Damaged sources through every stage: nothing raises, nothing hangs, what is written is valid.

Each input is read from disk as a user's would be (discovery, the reader of its dialect) and its
texts are taken apart strictly and recovering; each skill that comes of it is written back, viewed
in three ways, analysed, checked, lowered for one platform in one form, and one in four is also
described, packaged and turned into its canonical form, which must be a fixed point.

The default run makes 300 inputs. `pytest -m slow tests/fuzz` makes 100,000 on all cores, or as
many as POLYSKILL_FUZZ_INPUTS says (.ci/run: 20,000); every stage sees every input, but for the
sample named above. An input is told by its number, which is all that it depends on:
`run(make_input, [1234], tmp_path)` makes it again. Without ../shared the inputs are made of the
repository's own fixtures.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import shutil
import sys
import time
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from polyskill.compiler import checks
from polyskill.compiler.document import Section
from polyskill.compiler.frontmatter import read_recovering, read_strict
from polyskill.compiler.localized import Lang
from polyskill.compiler.markdown import parse
from polyskill.compiler.model import Skill
from polyskill.compiler.readers import discover, read
from polyskill.compiler.select import select
from polyskill.compiler.select.edits import variant_edits
from polyskill.compiler.source import Source, apply_edits, decode
from polyskill.compiler.write import to_canonical, write_back
from polyskill.platforms import registry
from polyskill.platforms.base import Bundle, File
from polyskill.platforms.describe import describe

INPUTS = int(os.environ.get("POLYSKILL_FUZZ_INPUTS", "100000"))
SECONDS = 10.0  # no input may take longer, on any machine that runs the tests
VIEWS = (Lang.EN, Lang.ZH, Lang.BILINGUAL)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Failure(NamedTuple):
    number: int
    story: str


class Outcome(NamedTuple):
    inputs: int
    skills: int
    failures: list[Failure]
    slowest: float
    slowest_input: int


# -- what must hold ---------------------------------------------------------------------------


def check_tree(source: Source, start: int) -> None:
    """The sections and blocks of a text lie in each other and in order; variants lie apart."""
    tree = parse(source, start)
    end = len(source.text)
    stack: list[Section] = [tree.root]
    while stack:
        section = stack.pop()
        assert start <= section.span.start <= section.span.end <= end
        at = section.span.start
        for block in section.blocks:
            assert at <= block.span.start <= block.span.end <= section.span.end
            at = block.span.end
            for inner in block.walk():
                assert inner.span in block.span
        for child in section.sections:
            assert child.span in section.span
            stack.append(child)
    for lang in (Lang.EN, Lang.ZH):  # raises where two of them overlap
        apply_edits(source.text, list(variant_edits(tree.variants, lang)))


def check_text(name: str, data: bytes) -> None:
    """A text is decoded without loss; strict and recovering agree where strict succeeds."""
    source = decode(data, name)
    assert source.encode() == data
    if not name.endswith((".md", ".mdc")):
        return
    strict, recovering = read_strict(source), read_recovering(source)
    for result in (strict, recovering):
        assert 0 <= result.body_start <= len(source.text)
        for found in result.diagnostics:
            assert found.message(Lang.EN) and found.message(Lang.ZH)
            assert 0 <= found.line <= len(source.line_starts)
    if strict.front is not None and not strict.diagnostics and not recovering.diagnostics:
        assert recovering.front is not None
        assert recovering.body_start == strict.body_start
        assert dict(recovering.front.values) == dict(strict.front.values)
    check_tree(source, recovering.body_start)


def check_bundle(bundle: Bundle) -> None:
    """Paths stay below the root; every SKILL.md has a front matter that YAML reads."""
    for found in bundle.diagnostics:
        assert found.message(Lang.EN) and found.message(Lang.ZH)
    for item in bundle.pieces:
        for path in (item.path, item.user_path or ""):
            assert "\0" not in path and not path.startswith("/")
            assert ".." not in path.split("/"), path
        if isinstance(item.piece, File) and item.path.endswith("/SKILL.md"):
            text = item.piece.data.decode("utf-8")
            assert text.startswith("---\n"), item.path
            values = yaml.load(text[4 : text.index("\n---\n")], LOADER)
            assert values["name"] == item.path.split("/")[-2]
            assert SLUG.fullmatch(values["name"]), values["name"]
            assert isinstance(values["description"], str)
            assert 0 < len(values["description"]) <= 1024


def check_fixed_point(skill: Skill, folder: Path) -> None:
    """What the canonical form of a skill is read as has that very canonical form."""
    made = to_canonical(skill)
    for name, data in made.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    again = [found for candidate in discover(folder) for found in read(candidate).skills]
    assert len(again) == 1, f"{len(again)} skills in the canonical folder of one"
    second = to_canonical(again[0])
    changed = [
        name
        for name in made.files.keys() | second.files.keys()
        if made.files.get(name) != second.files.get(name)
    ]
    assert not changed, f"a second time changes {changed}"


def check_skill(skill: Skill, files: dict[str, bytes], rng: random.Random, place: Path) -> None:
    """Everything that can be done with a skill is done once."""
    for name, data in write_back(skill).items():
        original = [content for path, content in files.items() if f"/{path}".endswith(f"/{name}")]
        assert data in original, f"{name} is not written back as it was"
    findings = checks.check_skill(skill)
    for case in skill.all_tests:
        assert case.line >= 0 and case.id
    for found in (*skill.diagnostics, *findings, *skill.content.diagnostics):
        assert found.code.id != "PS699", found.message()
        assert found.message(Lang.EN) and found.message(Lang.ZH)
    platform = registry.get(rng.choice(registry.names()))
    for lang in VIEWS:
        view = select(skill, lang, platform.id)
        assert not view.body or view.body.endswith("\n")
        assert 0.0 <= view.coverage.whole.fraction <= 1.0
        check_bundle(
            platform.lower(view, rng.choice((platform.form_for(view, None), *platform.forms)))
        )
    if rng.random() < 0.25:
        describe(skill, (platform,), (Lang.EN, Lang.ZH))
        if platform.packages:
            package = platform.package(view, "pack")
            check_bundle(package.bundle)
            check_bundle(platform.marketplace("m", [package.entry]))
        check_fixed_point(skill, place / "canonical" / skill.name)


# -- running many -----------------------------------------------------------------------------


def exercise(number: int, files: dict[str, bytes], place: Path) -> int:
    """Put one input through everything; return how many skills it held."""
    rng = random.Random(number)
    for name, data in files.items():
        check_text(name, data)
        path = place / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    skills: list[Skill] = []
    for candidate in discover(place / "in"):
        result = read(candidate)
        for found in result.diagnostics:
            assert found.message(Lang.EN) and found.message(Lang.ZH)
        skills += result.skills
    for skill in skills:
        check_skill(skill, files, rng, place)
    checks.check_run([checks.summarise(skill) for skill in skills])
    return len(skills)


def run(make_input, numbers: Iterable[int], place: Path) -> Outcome:
    """Exercise many inputs; collect what went wrong instead of stopping there."""
    failures: list[Failure] = []
    count = skills = slowest_input = 0
    slowest = 0.0
    for number in numbers:
        files = make_input(number)
        folder = place / str(number)
        began = time.perf_counter()
        try:
            skills += exercise(number, files, folder)
        except Exception:
            shown = "".join(f"{name}: {data[:1500]!r}\n" for name, data in files.items())
            failures.append(Failure(number, f"{shown}{traceback.format_exc(limit=-6)}"))
        took = time.perf_counter() - began
        shutil.rmtree(folder, ignore_errors=True)
        count += 1
        if took > slowest:
            slowest, slowest_input = took, number
    return Outcome(count, skills, failures, slowest, slowest_input)


def run_on_all_cores(make_input, total: int, place: Path) -> Outcome:
    """The same with one forked process a core; each takes every n-th input."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if cores == 1 or sys.platform != "linux":
        return run(make_input, range(total), place)
    context = multiprocessing.get_context("fork")
    pipes, processes = [], []
    for core in range(cores):
        receiver, sender = context.Pipe(duplex=False)

        def work(core: int = core, sender=sender) -> None:
            sender.send(run(make_input, range(core, total, cores), place / str(core)))

        processes.append(context.Process(target=work))
        processes[-1].start()
        pipes.append(receiver)
        sender.close()
    parts = [receiver.recv() for receiver in pipes]
    for process in processes:
        process.join()
    slow = max(parts, key=lambda part: part.slowest)
    return Outcome(
        sum(part.inputs for part in parts),
        sum(part.skills for part in parts),
        [failure for part in parts for failure in part.failures],
        slow.slowest,
        slow.slowest_input,
    )


def judge(outcome: Outcome) -> None:
    told = "\n".join(f"input {number}:\n{story}" for number, story in outcome.failures[:5])
    assert not outcome.failures, f"{len(outcome.failures)} of {outcome.inputs} fail\n{told}"
    assert outcome.slowest < SECONDS, f"input {outcome.slowest_input}: {outcome.slowest:.1f} s"


def test_three_hundred_damaged_sources(make_input, tmp_path: Path) -> None:
    outcome = run(make_input, range(300), tmp_path)
    judge(outcome)
    assert outcome.skills > 200  # most inputs are still read as something


@pytest.mark.slow
def test_very_many_damaged_sources(make_input, tmp_path: Path, capsys) -> None:
    began = time.perf_counter()
    outcome = run_on_all_cores(make_input, INPUTS, tmp_path)
    with capsys.disabled():
        minutes = (time.perf_counter() - began) / 60
        print(
            f"\n{outcome.inputs} inputs, {outcome.skills} skills in {minutes:.1f} min; "
            f"slowest: input {outcome.slowest_input}, {outcome.slowest:.2f} s"
        )
    judge(outcome)


def test_an_input_is_always_the_same(make_input) -> None:
    assert [make_input(n) for n in range(40)] == [make_input(n) for n in range(40)]
    assert len({repr(sorted(make_input(n).items())) for n in range(200)}) > 190
