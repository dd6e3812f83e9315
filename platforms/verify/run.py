"""Runs the clients one after the other, each in a clean home, and says what arrived."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
from .copying import copy, put
from .expect import expectations
from .find import locate
from .judge import Prompts, judge
from .model import Expected, Found, Options, Seen, Status, VerifyError
from .reasons import nothing_there, reasons, spoken
from .recipes import Place, Recipe
from .sandbox import Outcome, box, clean_environment
from .script import Script, Step
from .server import FakeModel, Request

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
        OSError: the copies could not be made.
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
            rows += _verify_client(recipe, project, home, skills, options)
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
        run = _Run(recipe, found, *copies, options)
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
        said = run.inspect()
        outcome, requests = run.ask(_script(recipe, expected))
        seconds = time.monotonic() - begun
        run.keep(outcome, requests, said)
        prompts = Prompts(requests)
        failure = _failure(recipe, found, outcome, prompts, options)
        if failure is not None:
            return [_row(recipe.id, found.version, Status.FAILED, failure, seconds)]
        said += "\n" + run.printed(outcome.stderr)
        return [_seen(recipe, found, one, prompts, said, seconds) for one in expected]


def _script(recipe: Recipe, expected: Sequence[Expected]) -> Script:
    return Script(tuple(step for one in expected for step in _steps(recipe, one)))


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
    recipe: Recipe, found: Found, outcome: Outcome, prompts: Prompts, options: Options
) -> Diagnostic | None:
    title = clients.get(recipe.id).title
    if outcome.code is None:
        args = {"client": title, "seconds": f"{options.timeout:g}"}
        return Diagnostic(CLIENT_TIMEOUT, "", args=args)
    if len(prompts):
        return None
    lines = (outcome.stderr.strip() or outcome.stdout.strip() or "–").splitlines()
    args = {
        "client": title,
        "code": str(outcome.code),
        "said": printable(" ".join(lines[-3:]))[-300:],
        "checked": recipe.package.version,
    }
    return Diagnostic(CLIENT_FAILED, "", args=args)


def _seen(
    recipe: Recipe, found: Found, one: Expected, prompts: Prompts, said: str, seconds: float
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
    findings = reasons(one, judged, recipe, clients.get(recipe.id), said)
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


@dataclass(frozen=True, slots=True)
class _Run:
    recipe: Recipe
    found: Found
    project: Path
    home: Path
    options: Options

    def _environment(self, place: Place) -> dict[str, str]:
        clean = clean_environment(self.home, [*self.found.path, *self.recipe.path(place)])
        return clean | dict(self.recipe.environment(place))

    def _in_box(
        self, arguments: Callable[[Place], tuple[str, ...]], script: Script
    ) -> tuple[Outcome, tuple[Request, ...]]:
        with box(self.options.network) as opened:
            model = FakeModel(opened.listener, script)
            place = Place(self.project, self.home, model.port, self.found)
            for path, text in self.recipe.files(place).items():
                put(self.home / path, text.encode("utf-8"))
            with model.serving():
                outcome = opened.run(
                    (*self.found.command, *arguments(place)),
                    self._environment(place),
                    self.project,
                    self.options.timeout,
                )
            return outcome, model.requests

    def inspect(self) -> str:
        """Return what the client's own inspection command prints, on both streams."""
        if not self.recipe.inspection:
            return ""
        outcome, _ = self._in_box(lambda _: self.recipe.inspection, Script())
        return self.printed(outcome.stderr + "\n" + outcome.stdout)

    def printed(self, text: str) -> str:
        """Return what a client printed, without the paths of this run."""
        return text.replace(f"{self.project}/", "").replace(str(self.home), "~")

    def ask(self, script: Script) -> tuple[Outcome, tuple[Request, ...]]:
        """Give the client one prompt and let the fake model follow ``script``."""
        return self._in_box(self.recipe.arguments, script)

    def keep(self, outcome: Outcome, requests: Sequence[Request], said: str) -> None:
        """Keep the output and every request in the folder that the options name."""
        if self.options.keep is None:
            return
        folder = self.options.keep / self.recipe.id
        texts = {
            "inspection.txt": said,
            "stdout.txt": outcome.stdout,
            "stderr.txt": outcome.stderr,
        }
        for number, request in enumerate(requests, 1):
            kept = {"method": request.method, "path": request.path, "body": request.body}
            texts[f"request-{number:03}.json"] = json.dumps(kept, ensure_ascii=False, indent=1)
        for name, text in texts.items():
            put(folder / name, text.encode("utf-8", "replace"))
