"""A real client, asked one thing in a home and a project of its own."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from polyskill.compiler.diagnostics import Diagnostic
from polyskill.compiler.localized import Lang
from polyskill.platforms.clients import get as client_facts
from polyskill.platforms.deliver import atomic
from polyskill.platforms.verify import Found, Options
from polyskill.platforms.verify.copying import put
from polyskill.platforms.verify.find import locate
from polyskill.platforms.verify.sandbox import clean_environment
from polyskill.runtime.judge.base import Outcome

from . import clients
from .clients import AgentClient, Setting
from .process import Ended, run
from .transcript import Transcript
from .workplace import Workplace

__all__ = ["AgentAnswer", "AgentArm", "AgentError", "arm"]

_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|HEADERS|CREDENTIALS|PROXY")
_SHORTEST_SECRET = 6  # characters; a shorter value would be struck out of ordinary text
_LAST_LINES = 3


class AgentError(Exception):
    """An agent cannot be asked at all; ``en`` and ``zh`` say why, and what to do."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


@dataclass(frozen=True)
class AgentAnswer:
    """What came of one question.

    ``transcript`` is all that the client logged, without credentials. ``seconds`` is wall time.
    """

    outcome: Outcome
    found: Transcript
    transcript: bytes = field(repr=False)
    detail: str
    seconds: float

    @property
    def text(self) -> str:
        """The answer."""
        return self.found.text

    @property
    def skills_used(self) -> tuple[str, ...]:
        """The skills that were loaded."""
        return self.found.skills

    @property
    def tools_used(self) -> tuple[str, ...]:
        """The tools that were called."""
        return self.found.tools


@dataclass(frozen=True)
class AgentArm:
    """A client with what it needs to reach its model. Questions may be asked at the same time.

    ``environment`` holds the variables that are passed through; ``params`` those of the model.
    Each question is asked in a fresh home and a fresh project below ``folder`` (``None``: that
    of the system for temporary files), which are removed afterwards.
    """

    client: AgentClient
    found: Found
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None

    async def ask(self, prompt: str, workplace: Workplace, timeout: float) -> AgentAnswer:
        """Ask once, for at most ``timeout`` seconds. The client may ask its provider repeatedly.

        Raises:
            OSError: the files cannot be written, or the client cannot be started.
        """
        with tempfile.TemporaryDirectory(
            prefix="polyskill-agent-", dir=self.folder, ignore_cleanup_errors=True
        ) as made:
            root = Path(made).resolve()
            home, project = root / "home", root / "project"
            setting = Setting(project, self.params, self.environment)
            atomic.make_directory(home)
            atomic.make_directory(project)
            for path, text in self.client.files(setting).items():
                put(home / path, text.encode("utf-8"))
            for path, file in workplace.files.items():
                put(project / path, file.data, executable=file.executable)
            ended = await run(
                (*self.found.command, *self.client.arguments(setting)),
                self._environment(setting, home),
                project,
                timeout,
                prompt.encode("utf-8", "replace"),
            )
            return self._answer(ended, timeout)

    def _environment(self, setting: Setting, home: Path) -> dict[str, str]:
        path = (*self.found.path, *self.client.path(self.found.program))
        made = clean_environment(home, path) | dict(self.client.fixed) | dict(self.environment)
        return made | dict(self.client.environment(setting, home))

    def _answer(self, ended: Ended, timeout: float) -> AgentAnswer:
        stdout = self._clean(ended.stdout.decode("utf-8", "replace"))
        stderr = self._clean(ended.stderr.decode("utf-8", "replace"))
        found = self.client.read(stdout)
        outcome, detail = found.outcome, found.detail
        if ended.code is None:
            outcome, detail = Outcome.TIMEOUT, f"the client was stopped after {timeout:g} s"
        elif outcome is Outcome.TRUNCATED and ended.code:
            said = " ".join((stderr.strip() or stdout.strip()).splitlines()[-_LAST_LINES:])
            detail = f"{detail}; exit status {ended.code}: {said[-500:]}"
        return AgentAnswer(outcome, found, stdout.encode("utf-8"), detail, ended.seconds)

    def _clean(self, text: str) -> str:
        """Strike out credentials: a client may print what it was configured with."""
        for name, value in self.environment.items():
            if _SECRET.search(name.upper()) and len(value) >= _SHORTEST_SECRET:
                text = text.replace(value, "***")
        return text


def arm(
    client_id: str,
    environment: Mapping[str, str],
    params: Mapping[str, Any] | None = None,
    *,
    options: Options | None = None,
    folder: Path | None = None,
) -> AgentArm:
    """Find a client and what it needs.

    Args:
        client_id: "claude", "codex" … (:func:`polyskill.evals.agents.clients.names`).
        environment: the user's; only what the client needs for its provider is taken.
        params: parameters of the model, as the client takes them.
        options: where to look for the client.
        folder: where homes and projects are made.

    Raises:
        AgentError: no such client, it is not here, it has no key, or a parameter is unknown.
    """
    client = clients.get(client_id)
    if client is None:
        known = ", ".join(clients.names())
        raise AgentError(
            f"`{client_id}` cannot be an agent under test; known: {known}",
            f"`{client_id}` 不能作为被测智能体；可选：{known}",
        )
    title = client_facts(client_id).title
    unknown = sorted(set(params or {}) - client.params)
    if unknown:
        known = ", ".join(sorted(client.params))
        raise AgentError(
            f"{title} has no parameter `{unknown[0]}`; known: {known}",
            f"{title} 没有参数 `{unknown[0]}`；可选：{known}",
        )
    passed = client.passed(environment)
    if not any(passed.get(key) for key in client.keys):
        keys = ", ".join(client.keys)
        raise AgentError(
            f"{title} has no key: set one of {keys} (anything, for a server of your own)",
            f"{title} 缺少密钥：请设置 {keys} 之一（自建服务可填任意值）",
        )
    located = locate(client_id, options or Options())
    if isinstance(located, Diagnostic):
        raise AgentError(*_spoken(located))
    return AgentArm(client, located, passed, dict(params or {}), folder)


def _spoken(finding: Diagnostic) -> tuple[str, str]:
    return finding.message(Lang.EN), finding.message(Lang.ZH)
