"""An agent where an engine expects a model: a call is a run of the client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from polyskill.platforms.verify import Options
from polyskill.runtime.judge.base import Clocks, Model, Reply, Request, ToolCall

from .arm import AgentAnswer, AgentArm, AgentError, arm
from .workplace import Workplace

__all__ = ["PROVIDER", "AgentProvider", "open_agent"]

#: The provider of a model that is an agent: ``Model("agent", "claude")``.
PROVIDER = "agent"

Keep = Callable[[str, bytes], None]


class AgentProvider:
    """Answers requests of :func:`polyskill.evals.agents.workplace.request`.

    :attr:`Reply.data` holds ``skills_used``, ``tools_used``, ``skills_listed`` (``None`` where the
    client does not tell), ``client`` (its version), ``transcript`` (the name under which ``keep``
    was given the log: its sha256) and ``cost`` (what the client estimates, US dollars).
    :attr:`Reply.tool_calls` holds the calls under the client's own names, and after them each
    skill that was loaded as a call of ``skill`` with its ``name``, whichever way it was loaded.
    The stall clock has no meaning here: a client is silent while its model thinks.
    """

    def __init__(
        self, asked: AgentArm, workplaces: Iterable[Workplace], *, keep: Keep, at_once: int
    ) -> None:
        self._arm = asked
        self._workplaces = {one.id: one for one in workplaces}
        self._keep = keep
        self._seats = asyncio.Semaphore(at_once)

    async def complete(self, request: Request, clocks: Clocks) -> Reply:
        """Run the client once.

        Raises:
            ValueError: the request is not one of ours, or names a workplace that was not given.
            OSError: the client cannot be started, or its files not be written.
        """
        if len(request.messages) != 1 or request.answer_with:
            msg = "an agent is asked one message, and for no structured answer"
            raise ValueError(msg)
        if request.system not in self._workplaces:
            msg = f"no workplace {request.system[:12]!r} was given to this agent"
            raise ValueError(msg)
        workplace = self._workplaces[request.system]
        async with self._seats:
            answer = await self._arm.ask(request.messages[0].text, workplace, clocks.attempt)
        return self._reply(answer)

    def _reply(self, answer: AgentAnswer) -> Reply:
        name = sha256(answer.transcript).hexdigest()
        self._keep(name, answer.transcript)
        found = answer.found
        return Reply(
            answer.outcome,
            text=answer.text,
            data={
                "skills_used": list(found.skills),
                "tools_used": list(found.tools),
                "skills_listed": None if found.listed is None else list(found.listed),
                "client": f"{self._arm.client.id} {self._arm.found.version}",
                "transcript": name,
                "cost": found.cost,
            },
            tool_calls=(
                *found.tool_calls,
                *(ToolCall("skill", {"name": name}) for name in found.skills),
            ),
            stop_reason=found.stop_reason,
            usage=found.usage,
            model=found.model,
            detail=answer.detail,
        )

    async def aclose(self) -> None:
        """Nothing is kept open."""


def open_agent(
    model: Model,
    workplaces: Iterable[Workplace],
    environment: Mapping[str, str],
    *,
    keep: Keep,
    options: Options | None = None,
    folder: Path | None = None,
    at_once: int = 2,
) -> AgentProvider:
    """Return the provider for ``Model("agent", "claude")``.

    ``Model("agent", "claude:NAME")`` asks the client for the model NAME, and so does the parameter
    ``model``; the first form keeps two models of one client apart by their ids.

    Args:
        model: which client, and the parameters that it takes.
        workplaces: every project that a request may name.
        environment: the user's; only what the client needs for its provider is taken.
        keep: is given the log of every run, under its sha256 (hexadecimal).
        options: where to look for the client.
        folder: where homes and projects are made.
        at_once: how many clients may run at the same time; each takes 0.2 to 1 GB of memory.

    Raises:
        AgentError: the client cannot be asked; it says why.
    """
    client, _, name = model.name.partition(":")
    params = {**model.params, **({"model": name} if name else {})}
    if model.provider != PROVIDER:
        raise AgentError(
            f"`{model.id}` is no agent: write `{PROVIDER}/claude`",
            f"`{model.id}` 不是智能体：请写成 `{PROVIDER}/claude`",
        )
    found = arm(client, environment, params, options=options, folder=folder)
    return AgentProvider(found, workplaces, keep=keep, at_once=at_once)
