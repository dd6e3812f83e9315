"""Runs the clients one after the other, each in a clean home, and says what arrived."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from polyskill.compiler.checks.printable import printable
from polyskill.compiler.codes.verify import (
    CLIENT_FAILED,
    CLIENT_TIMEOUT,
    NO_PROJECT,
    UNKNOWN_CLIENT,
)
from polyskill.compiler.diagnostics import Diagnostic

from .. import clients
from . import cursor, recipes
from .copying import copy
from .expect import expectations
from .find import locate
from .judge import Prompts, judge
from .model import Expected, Found, Options, Seen, Status, VerifyError
from .reasons import nothing_there, reasons, spoken
from .recipes import Recipe
from .sandbox import Outcome
from .script import Script, Step
from .session import Session

__all__ = ["known", "verify"]

Progress = Callable[[str], None]


def known() -> tuple[str, ...]:
    """Return the ids of all clients that can be verified, sorted."""
    return tuple(sorted({*recipes.names(), cursor.CLIENT_ID}))


def verify(
    project: Path,
    home: Path,
    clients: Sequence[str],
    skills: Sequence[str] | None,
    options: Options,
    progress: Progress | None = None,
) -> list[Seen]:
    """Run each client on copies of ``project`` and ``home``; return a row for each skill in each.

    ``skills`` names the skills that must arrive; ``None`` means all that lie in the folders of
    each client. A client that is not here gives one row SKIPPED. ``progress`` is called with the
    id of each client before it runs.

    Raises:
        VerifyError: a client is unknown, or ``project`` or ``home`` is no folder.
    """
    for name in clients:
        if name not in known():
            raise VerifyError(UNKNOWN_CLIENT, name=name, known=", ".join(known()))
    for folder in (project, home):
        if not folder.is_dir():
            raise VerifyError(NO_PROJECT, str(folder), folder=printable(str(folder)))
    rows: list[Seen] = []
    for name in clients:
        if progress is not None:
            progress(name)
        recipe = recipes.get(name)
        if recipe is None:
            rows += cursor.check(project, home, skills)
        else:
            try:
                rows += _verify_client(recipe, project, home, skills, options)
            except OSError as error:  # one client's trouble is not that of the others
                finding = _failed(recipe, "–", str(error))
                rows.append(_row(recipe.id, "", Status.FAILED, finding, 0.0))
    return rows


def _row(client: str, version: str, status: Status, finding: Diagnostic, seconds: float) -> Seen:
    english, chinese = spoken([finding])
    return Seen(client, version, "", status, reason=english, reason_zh=chinese, seconds=seconds)


def _verify_client(
    recipe: Recipe, project: Path, home: Path, skills: Sequence[str] | None, options: Options
) -> list[Seen]:
    found = locate(recipe.id, options)
    if isinstance(found, Diagnostic):
        return [_row(recipe.id, "", Status.SKIPPED, found, 0.0)]
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(
        prefix="polyskill-verify-", ignore_cleanup_errors=True
    ) as folder:
        copies = copy(project, home, Path(folder).resolve())
        expected = expectations(recipe.id, *copies, skills)
        session = Session(recipe, found, *copies, options)
        if not expected:
            english, chinese = nothing_there(clients.get(recipe.id))
            return [
                Seen(
                    recipe.id,
                    found.version,
                    "",
                    Status.SKIPPED,
                    reason=english,
                    reason_zh=chinese,
                )
            ]
        said = session.inspect()
        steps = {one.skill: tuple(_steps(recipe, one)) for one in expected}
        flow = [step for each in steps.values() for step in each]
        outcome, requests = session.ask(Script(flow))
        seconds = time.monotonic() - begun
        session.keep(outcome, requests, said)
        prompts = Prompts(requests)
        said = session.printed(said + "\n" + outcome.stderr)
        rows = []
        for one in expected:
            numbers = [flow.index(step) for step in steps[one.skill]]
            body, reference, *_ = *(session.printed(prompts.output(n)) for n in numbers), "", ""
            rows.append(_seen(recipe, found, one, prompts, said, (body, reference), seconds))
        failure = _failure(recipe, outcome, prompts, options)
        if failure is not None and not len(prompts):
            return [_row(recipe.id, found.version, Status.FAILED, failure, seconds)]
        return [row if failure is None or row.ok else _cut_short(row, failure) for row in rows]


def _cut_short(row: Seen, failure: Diagnostic) -> Seen:
    """Return the row of a skill that was not proved when its client was stopped."""
    english, chinese = spoken([failure])
    return replace(
        row,
        status=Status.FAILED,
        reason=f"{english}; {row.reason}",
        reason_zh=f"{chinese}；{row.reason_zh}",
    )


def _steps(recipe: Recipe, expected: Expected) -> Iterator[Step]:
    if expected.file is None or not expected.read:
        return
    folder = expected.file.parent
    if recipe.load is not None:
        yield Step(recipe.load, folder.name if recipe.by_folder else expected.skill)
    else:
        yield Step(recipe.read, str(expected.file))
    if expected.reference is not None:
        yield Step(recipe.read, str(folder / expected.reference[0]))


def _failure(
    recipe: Recipe, outcome: Outcome, prompts: Prompts, options: Options
) -> Diagnostic | None:
    """Return why nothing can be said: its time was up, or it asked nothing."""
    title = clients.get(recipe.id).title
    if outcome.code is None:
        args = {"client": title, "seconds": f"{options.timeout:g}"}
        return Diagnostic(CLIENT_TIMEOUT, "", args=args)
    if len(prompts):
        return None
    lines = (outcome.stderr.strip() or outcome.stdout.strip() or "–").splitlines()
    return _failed(recipe, str(outcome.code), " ".join(lines[-3:]))


def _failed(recipe: Recipe, code: str, said: str) -> Diagnostic:
    args = {
        "client": clients.get(recipe.id).title,
        "code": code,
        "said": printable(said)[-300:],
        "checked": recipe.package.version,
    }
    return Diagnostic(CLIENT_FAILED, "", args=args)


def _seen(
    recipe: Recipe,
    found: Found,
    one: Expected,
    prompts: Prompts,
    said: str,
    answered: tuple[str, str],
    seconds: float,
) -> Seen:
    alias = one.file.parent.name if one.file is not None else ""
    judged = judge(
        one,
        prompts,
        described=recipe.described,
        loads=recipe.load is not None,
        entry=recipe.entry,
        alias=alias,
    )
    status = judged.status
    if status is Status.NOT_SEEN and one.file is not None and recipe.hides(one.file):
        status = Status.SKIPPED
    findings = reasons(one, judged, recipe, clients.get(recipe.id), said, answered)
    english, chinese = spoken(findings)
    loaded = bool(one.skill)
    return Seen(
        recipe.id,
        found.version,
        one.skill,
        status,
        judged.listed if loaded else None,
        judged.description,
        judged.body,
        judged.reference,
        not judged.missing if one.instructions else None,
        judged.copies,
        english,
        chinese,
        seconds,
    )
