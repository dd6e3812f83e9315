"""Sub-agents: what a skill brings, and a skill's own body as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from polyskill.compiler.localized import Text
from polyskill.compiler.model import Agent, Kind
from polyskill.compiler.view import View

from ..base import Bundle, Host, Loss
from . import overrides
from .bundle import join
from .placeholders import companion_text
from .skillfile import describe, skill_name, string
from .text import slug

__all__ = [
    "agent_description",
    "agent_losses",
    "agent_name",
    "agent_text",
    "agents_of",
    "each_agent",
]


def agents_of(view: View, form: Kind) -> tuple[Agent, ...]:
    """Return the agents to write: in the form ``AGENT`` the skill's own body is one of them."""
    skill = view.skill
    own = slug(skill.name)
    if form is Kind.AGENT:
        if skill.kind is Kind.AGENT and skill.agents:
            return skill.agents
        main = Agent(
            own,
            Text(view.description or view.title),
            Text(view.body),
            tools=skill.allowed_tools,
            model=string(skill.extra.get("model", "")),
            path=skill.path,
            extra={key: skill.extra[key] for key in skill.extra if key != "model"},
        )
        return (main, *(agent for agent in skill.agents if slug(agent.name) != own))
    if skill.kind is Kind.AGENT:  # wanted as a skill or as rules: its body is the skill's
        return tuple(agent for agent in skill.agents if slug(agent.name) != own)
    return skill.agents


def each_agent(
    view: View,
    form: Kind,
    platform: str,
    make: Callable[[Agent, Mapping[str, Any]], Bundle],
) -> Bundle:
    """Return what ``make`` makes of each agent.

    The author's own keys for the platform go to the agent that is the skill itself; the others
    get none.
    """
    own = overrides.front_matter(view, platform) if form is Kind.AGENT else {}
    return join(
        *(make(agent, {} if number else own) for number, agent in enumerate(agents_of(view, form)))
    )


def agent_name(agent: Agent) -> str:
    """Return the agent's id, an ASCII slug."""
    return slug(agent.name, fallback="")


def agent_description(view: View, agent: Agent) -> tuple[str, tuple[Loss, ...]]:
    """Return the description that tells the main assistant when to delegate."""
    words = view.words(agent.description) or view.description or skill_name(view)
    description, losses, _ = describe(words, agent.name, agent.path or view.skill.path)
    return description, losses


def agent_text(
    view: View, agent: Agent, host: Host, *, base: str, plugin: bool = False
) -> tuple[str, tuple[Loss, ...]]:
    """Return the agent's prompt; ``base`` is where the skill's files lie."""
    return companion_text(view.prose(agent.body), view, base, host, plugin=plugin)


def agent_losses(agent: Agent, *kept: str) -> tuple[Loss, ...]:
    """Return what of an agent's settings is not among ``kept``."""
    settings = {
        "tools": ", ".join(agent.tools),
        "model": agent.model,
        **{str(key): string(value) for key, value in agent.extra.items()},
    }
    return tuple(
        Loss("agent", f"`{key}: {value}` of `{agent.name}` is left out", agent.path)
        for key, value in settings.items()
        if value and key not in kept
    )
