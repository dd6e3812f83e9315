"""One client in its place: the settings it needs, its runs against the fake model, what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .copying import put
from .model import Found, Options
from .recipes import Place, Recipe
from .sandbox import Outcome, box, clean_environment
from .script import Script
from .server import FakeModel, Request

__all__ = ["Session"]


@dataclass(frozen=True, slots=True)
class Session:
    """One client on its own copies of project and home."""

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
