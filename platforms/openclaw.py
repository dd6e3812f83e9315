"""OpenClaw: skills in the workspace, AGENTS.md and SOUL.md, and the ClawHub package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar

from polyskill.compiler.model import Agent, Kind
from polyskill.compiler.source import Source
from polyskill.compiler.view import View
from polyskill.compiler.yamlsafe import load

from .base import (
    Bundle,
    Fact,
    Host,
    JsonKeys,
    Limit,
    Location,
    Loss,
    ManagedBlock,
    Package,
    Placed,
    Platform,
    Support,
    Tokens,
)
from .parts import clawhub, mcp, overrides, rules, tokens
from .parts.bundle import join
from .parts.commands import command_skill, commands_of
from .parts.folder import has_folder, skill_folder
from .parts.folder import resources as resources_of
from .parts.losses import unsupported
from .parts.rules import RuleText
from .parts.scopes import both, home_of
from .parts.skillfile import compose, skill_name
from .parts.split import Budget
from .parts.subagents import agent_losses, agent_name, agent_text, agents_of
from .parts.text import one_line

__all__ = ["PLATFORM", "OpenClaw", "front_matter"]

_CHECKED = "2026-11-22"
_RAN = "OpenClaw 2026.9.6, run offline"
_DOCS = "npm openclaw@2026.9.6, docs"
_SKILLS, _USER_SKILLS = "skills", "~/.openclaw/skills"
_USER_WORKSPACE = "~/.openclaw/workspace"
_CONFIG = ".openclaw/openclaw.json"
_FILE_CHARS = 20_000
_MARGIN = 1_000  # for the markers, and a rule or two beside the agent
_ALIASES = ("clawdis", "clawdbot", "openclaw")  # the last one wins
_TOP = (
    "homepage",
    "user-invocable",
    "disable-model-invocation",
    "command-dispatch",
    "command-tool",
    "command-arg-mode",
)
_NESTED = (
    "always",
    "emoji",
    "homepage",
    "os",
    "requires",
    "primaryEnv",
    "skillKey",
    "install",
    "envVars",
)


class OpenClaw(Platform):
    """OpenClaw and its registry ClawHub."""

    id: ClassVar[str] = "openclaw"
    title: ClassVar[str] = "OpenClaw"
    version: ClassVar[str] = "2026.9.6"
    homepage: ClassVar[str] = "https://openclaw.ai"
    host: ClassVar[Host] = Host(
        skill_dir="{baseDir}", arguments="appended", expands=frozenset({"variables"})
    )
    locations: ClassVar[tuple[Location, ...]] = (
        Location("skills", _SKILLS, _USER_SKILLS.removeprefix("~/"), _RAN, _CHECKED),
        Location("instructions", "AGENTS.md", ".openclaw/workspace/AGENTS.md", _RAN, _CHECKED),
        Location("persona", "SOUL.md", ".openclaw/workspace/SOUL.md", _RAN, _CHECKED),
        Location("rules", "AGENTS.md", ".openclaw/workspace/AGENTS.md", _RAN, _CHECKED),
        Location("commands", _SKILLS, _USER_SKILLS.removeprefix("~/"), _DOCS, _CHECKED),
        Location("agents", _SKILLS, _USER_SKILLS.removeprefix("~/"), _DOCS, _CHECKED),
        Location("mcp", "", _CONFIG, _DOCS, _CHECKED),
        Location("settings", "", _CONFIG, _DOCS, _CHECKED),
    )
    supports: ClassVar[Mapping[str, Support]] = MappingProxyType(
        {
            "skills": Support.NATIVE,
            "rules": Support.NATIVE,
            "globs": Support.TRANSLATED,
            "commands": Support.TRANSLATED,
            "agents": Support.TRANSLATED,
            "mcp": Support.NATIVE,
            "hooks": Support.NONE,
            "plugins": Support.NATIVE,
        }
    )
    limits: ClassVar[tuple[Limit, ...]] = (
        *(
            Limit(name, _FILE_CHARS, "characters", "the middle is left out", _RAN, _CHECKED)
            for name in ("AGENTS.md", "SOUL.md")
        ),
        *clawhub.LIMITS,
    )
    facts: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "workspace",
            "agents.defaults.workspace, by default ~/.openclaw/workspace; not the working folder",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "instructions",
            "AGENTS.md, SOUL.md, IDENTITY.md, USER.md, MEMORY.md of the workspace; TOOLS.md not",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "skills.read",
            "<workspace>/skills, then .agents/skills there, ~/.agents/skills, ~/.openclaw/skills",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "skills.symlinks",
            "a linked folder that leads outside its root is refused: install copies",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "skills.metadata",
            "metadata.openclaw as nested YAML: unmet `requires` hide the skill",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "skills.basedir", "{baseDir} in a body is the skill's folder", _DOCS, _CHECKED, "docs"
        ),
        Fact(
            "skills.arguments",
            "/skill name adds a reference to the skill; what follows it stays in the message",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "agents",
            "no agent files: those of a Claude plugin load as skills; an agent is a workspace",
            _DOCS,
            _CHECKED,
            "docs",
        ),
        Fact("mcp", "mcp.servers of openclaw.json", _DOCS, _CHECKED, "docs"),
        *clawhub.FACTS,
    )
    packages: ClassVar[bool] = True

    def form_for(self, view: View, wanted: Kind | None) -> Kind:
        """Return the form to use; an agent takes over a whole workspace only if asked to."""
        if wanted is None and view.skill.kind is Kind.AGENT:
            return Kind.SKILL
        return super().form_for(view, wanted)

    def lower(self, view: View, form: Kind) -> Bundle:
        """Turn one view into skills and blocks of a workspace's AGENTS.md and SOUL.md."""
        where = home_of(view, self.skills_folder(), self.skills_folder(user=True), form)
        parts = [
            self._main(view, form, where.project),
            both(
                self._beside(view, form, where.project, user=False),
                lambda: self._beside(view, form, where.user, user=True),
            ),
        ]
        if view.skill.mcp_servers:
            parts.append(self._servers(view, where.project))
        if view.skill.hooks:
            parts.append(Bundle(losses=unsupported(view, "hooks")))
        return join(*parts)

    def _main(self, view: View, form: Kind, base: str) -> Bundle:
        if not has_folder(view, form):
            return Bundle(resources_of(view, base), tokens=Tokens(0, tokens.of_resources(view)))
        made = skill_folder(
            view,
            self.skills_folder(),
            host=self.host,
            platform=self.id,
            extra_keys=front_matter(view),
            user_root=self.location("skills").user,
        )
        if view.skill.kind is not Kind.AGENT:
            return made
        detail = f"`{view.name}` becomes a skill; `--as agent` gives it the whole workspace"
        return replace(made, losses=(*made.losses, Loss("agents", detail, view.skill.path)))

    def _beside(self, view: View, form: Kind, base: str, *, user: bool) -> Bundle:
        """Return what lies beside the skill's folder: blocks of shared files, further skills."""
        root = self.skills_folder(user=user)
        workspace = f"{_USER_WORKSPACE}/" if user else ""
        found, moved = rules.prepared(view, form, self.host, self.id, base)
        always = [rule for rule in found if not rule.on_request]
        agents = agents_of(view, form)
        parts = [moved]
        if form is Kind.AGENT:
            main, extra = self._workspace(view, agents[0], base, workspace)
            always, agents = [main, *always], agents[1:]
            parts.append(extra)
        # From one skill's folder to its neighbour, wherever the two lie.
        near = "{baseDir}/../" + skill_name(view) if has_folder(view, form) else base
        return join(
            *parts,
            rules.instructions(view, always, f"{workspace}AGENTS.md"),
            *(rules.as_skill(view, rule, root) for rule in found if rule.on_request),
            *(
                command_skill(
                    view,
                    command,
                    root,
                    self.host,
                    base=near,
                    extra_keys={"user-invocable": True, "disable-model-invocation": True},
                    listed=False,
                )
                for command in commands_of(view)
            ),
            *(self._agent_skill(view, agent, root, near) for agent in agents),
        )

    def _workspace(self, view: View, main: Agent, base: str, root: str) -> tuple[RuleText, Bundle]:
        """Return an agent as instructions of the whole workspace, its persona for SOUL.md."""
        text, losses = agent_text(view, main, self.host, base=base)
        fitted = rules.within(view, text, self.id, Budget(chars=_FILE_CHARS - _MARGIN), base)
        name = agent_name(main)
        detail = f"`{name}` becomes the instructions of the whole workspace"
        losses += (Loss("agents", detail, main.path), *agent_losses(main))
        pieces, cost = fitted.pieces, Tokens()
        persona = view.skill.content.persona
        soul = view.prose(persona.text).strip("\n") if persona is not None else ""
        if soul:
            pieces += (Placed(f"{root}SOUL.md", ManagedBlock(soul)),)
            cost = Tokens(always=tokens.count(soul))
        extra = Bundle(pieces, losses, cost, fitted.diagnostics)
        return RuleText(name, "", fitted.body, always=True), extra

    def _agent_skill(self, view: View, agent: Agent, root: str, base: str) -> Bundle:
        text, losses = agent_text(view, agent, self.host, base=base)
        name = agent_name(agent)
        rule = RuleText(name, one_line(view.words(agent.description)), text, path=agent.path)
        made = rules.as_skill(view, rule, root)
        detail = f"`{name}` becomes a skill: there are no agents of its own kind here"
        losses += (Loss("agents", detail, agent.path), *agent_losses(agent))
        kept = tuple(loss for loss in made.losses if loss.construct != "rules")
        return replace(made, losses=kept + losses)

    def _servers(self, view: View, base: str) -> Bundle:
        """Return the servers, which OpenClaw reads from the user's configuration only."""
        made, losses = mcp.servers(view, self.id, root=base)
        for name in [name for name, entry in made.items() if mcp.uses_root(view, base, entry)]:
            del made[name]
            detail = f"`{name}` runs a file of the skill, and servers are set up for the user only"
            losses += (Loss("mcp", detail, view.skill.path),)
        keys = Placed("", JsonKeys({"mcp": {"servers": made}}), _CONFIG)
        return Bundle((keys,) if made else (), losses)

    def package(self, view: View, name: str) -> Package:
        """Make the folder that ``clawhub skill publish`` takes: one skill, with its card."""
        return clawhub.package(view, name, self.host, front_matter(view))


def _gates(view: View) -> dict[str, Any]:
    """Return ``metadata.openclaw`` of the source, with what the author overrides."""
    skill = view.skill
    found: dict[str, Any] = {}
    sources: list[object] = [skill.metadata]
    if skill.front_matter is not None:
        sources.append(skill.front_matter.values.get("metadata"))
    own = overrides.of(view, "openclaw")
    sources.append(own.get("metadata"))
    for source in sources:
        if not isinstance(source, Mapping):
            continue
        for alias in _ALIASES:
            value = source.get(alias)
            if isinstance(value, str) and value.lstrip().startswith("{"):
                try:
                    value = json.loads(value)
                except (ValueError, RecursionError):
                    continue
            if isinstance(value, Mapping):
                found.update(value)
    found.update({key: own[key] for key in _NESTED if key in own and key not in _TOP})
    return found


def front_matter(view: View) -> dict[str, Any]:
    """Return the keys that only OpenClaw reads; ``metadata`` is nested here, and nowhere else."""
    skill = view.skill
    own = overrides.front_matter(view, "openclaw")
    keys = {key: skill.extra[key] for key in _TOP if skill.extra.get(key) not in (None, "")}
    keys |= {
        key: value for key, value in own.items() if key in _TOP or key not in (*_NESTED, "metadata")
    }
    gates = _gates(view)
    if gates:
        portable = {key: value for key, value in _portable(view).items() if key not in _ALIASES}
        keys["metadata"] = {**portable, "openclaw": gates}
    return keys


def _portable(view: View) -> Mapping[str, Any]:
    """Return ``metadata`` as the portable SKILL.md has it: texts only."""
    head = compose(view).data.decode().partition("\n---\n")[0].removeprefix("---\n")
    found = load(Source("SKILL.md", head)).value
    metadata = found.get("metadata") if isinstance(found, Mapping) else None
    return metadata if isinstance(metadata, Mapping) else {}


PLATFORM = OpenClaw()
