"""The neutral layer: ``.agents/``, AGENTS.md and Agent Plugins 1.0.0 bundles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from polyskill.compiler.model import Agent, Kind
from polyskill.compiler.view import View

from .base import (
    Bundle,
    Fact,
    File,
    Host,
    Limit,
    Location,
    Loss,
    Package,
    Placed,
    Platform,
    Support,
    Tokens,
)
from .parts import folder, hooks, manifest, mcp, overrides, plugin, rules, tokens
from .parts.bundle import join
from .parts.commands import command_skill, commands_of
from .parts.losses import unsupported
from .parts.manifest import without_empty
from .parts.scopes import HOME, both, home_of
from .parts.skillfile import string
from .parts.subagents import (
    agent_description,
    agent_losses,
    agent_name,
    agent_text,
    agents_of,
    each_agent,
)
from .parts.text import json_bytes, slug, to_bytes, with_front_matter

__all__ = ["PLATFORM", "Agents"]

_CHECKED = "2026-11-22"
_SPEC = "agentskills.io specification"
_PLUGIN_SPEC = "agent-plugins.org, Agent Plugins 1.0.0"
_PLUGIN_SCHEMA = "https://agent-plugins.org/schemas/1.0.0/plugin.schema.json"
_RAN = "twelve clients, run offline"


class Agents(Platform):
    """What no vendor owns: read by Codex, OpenCode, Copilot, Gemini, Kimi, Qwen, pi, Kilo, …."""

    id: ClassVar[str] = "agents"
    title: ClassVar[str] = "Neutral (.agents)"
    version: ClassVar[str] = "Agent Plugins 1.0.0"
    homepage: ClassVar[str] = "https://agentskills.io"
    host: ClassVar[Host] = Host(plugin_root="${PLUGIN_ROOT}", arguments="appended")
    locations: ClassVar[tuple[Location, ...]] = (
        Location("skills", ".agents/skills", ".agents/skills", _RAN, _CHECKED),
        Location("instructions", "AGENTS.md", ".agents/AGENTS.md", _RAN, _CHECKED),
        Location(
            "agents",
            ".agents/agents",
            ".agents/agents",
            "Kimi Code 2.1.0, run offline; documentation of Antigravity and Augment",
            _CHECKED,
        ),
    )
    supports: ClassVar[Mapping[str, Support]] = {
        "skills": Support.NATIVE,
        "rules": Support.NATIVE,
        "globs": Support.TRANSLATED,
        "rules on request": Support.TRANSLATED,
        "commands": Support.TRANSLATED,
        "agents": Support.NATIVE,
        "mcp": Support.NONE,
        "hooks": Support.NONE,
        "plugins": Support.NATIVE,
    }
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit("description", 1024, "characters", "refused by Copilot", _SPEC, _CHECKED),
        Limit("name", 64, "characters", "refused by Copilot and Codex", _SPEC, _CHECKED),
    )
    facts: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "readers",
            "Codex, OpenCode, Cline, Kimi, Gemini, Copilot, Qwen, pi and Kilo read .agents/skills",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "instructions",
            "AGENTS.md is plain Markdown; Claude Code reads it where there is no CLAUDE.md",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "user-instructions",
            "~/.agents/AGENTS.md is read by Cline and Kimi, not by Codex and OpenCode",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "commands",
            "there is no neutral place for commands; they become skills that are asked for by name",
            _PLUGIN_SPEC,
            _CHECKED,
            "docs",
        ),
        Fact(
            "mcp",
            "there is no neutral place for servers in a project; a plugin has mcp.json",
            _PLUGIN_SPEC,
            _CHECKED,
            "docs",
        ),
        Fact(
            "plugin",
            "plugin.json and mcp.json with `$schema`; skills/ one level deep; nothing else is "
            "standardised",
            _PLUGIN_SPEC,
            _CHECKED,
            "docs",
        ),
        Fact(
            "plugin-mcp",
            "Codex replaces `${PLUGIN_ROOT}` in mcp.json and runs a server in the plugin's folder",
            "Codex CLI 0.169.0, run offline",
            _CHECKED,
            "ran",
        ),
        Fact(
            "marketplace",
            "none is standardised: index.json is ours; .claude-plugin/marketplace.json beside it "
            "is what Claude Code, Codex and Copilot install such a folder from",
            _RAN,
            _CHECKED,
            "ran",
        ),
    )
    packages: ClassVar[bool] = True

    def lower(self, view: View, form: Kind) -> Bundle:
        """Write ``.agents/`` and ``AGENTS.md``."""
        skills = self.skills_folder()
        main, base = folder.main_bundle(
            view,
            form,
            skills,
            host=self.host,
            platform=self.id,
            max_body_chars=self.body_limit,
        )
        if folder.alone(view, form):
            return main
        where = home_of(view, skills, self.skills_folder(user=True), form)
        return join(
            main,
            both(
                self._beside(view, form, where.project, ""),
                lambda: self._beside(view, form, where.user, HOME),
            ),
            Bundle(losses=hooks.hooks_for(view, self.id, base)[1] + unsupported(view, "mcp")),
        )

    def _beside(self, view: View, form: Kind, base: str, root: str) -> Bundle:
        """Return what lies beside the skill's folder, below ``root`` (a project, or ``~/``)."""
        found, moved = rules.prepared(view, form, self.host, self.id, base)
        skills = self.skills_folder(user=bool(root))
        instructions = f"{root}.agents/AGENTS.md" if root else "AGENTS.md"
        return join(
            moved,
            rules.instructions(view, [rule for rule in found if not rule.on_request], instructions),
            *(rules.as_skill(view, rule, skills) for rule in found if rule.on_request),
            *(
                command_skill(view, command, skills, self.host, base=base)
                for command in commands_of(view)
            ),
            self._agents(view, form, base, f"{root}.agents/agents"),
        )

    def package(self, view: View, name: str) -> Package:
        """Make an Agent Plugins 1.0.0 folder; a sub-agent becomes a skill there."""
        form = plugin.form_without_agents(self.form_for(view, None))
        info = manifest.info(view, name)
        main, place = plugin.main_bundle(view, form, host=self.host, platform=self.id)
        # Only mcp.json may use ${PLUGIN_ROOT}; texts go by paths relative to their own folder.
        base = place or "."
        named = plugin.from_skill(place)
        found, moved = rules.prepared(view, form, self.host, self.id, base, named=named)
        agents = agents_of(view, form)
        lost = tuple(
            Loss("agents", f"`{agent.name}`: Agent Plugins 1.0.0 has no sub-agents", agent.path)
            for agent in agents
        )
        inside = join(
            main,
            moved,
            *(rules.as_skill(view, rule, "skills") for rule in found),
            *(
                command_skill(view, command, "skills", self.host, base=named)
                for command in commands_of(view)
            ),
        )
        root = self.host.plugin_root
        servers, lost_servers = mcp.servers(
            view, "agent-plugins", root=f"{root}/{place}" if place else root
        )
        author = info.author.mapping()
        values = {
            "$schema": _PLUGIN_SCHEMA,
            **without_empty(
                {
                    "name": info.name,
                    "version": info.version,
                    "description": info.description,
                    "author": author,
                    "homepage": info.homepage,
                    "repository": info.repository,
                    "license": info.license,
                    "keywords": list(info.keywords),
                    **overrides.manifest(view, self.id),
                }
            ),
        }
        pieces = [Placed("plugin.json", File(json_bytes(values)))]
        if servers:
            data = {"$schema": mcp.AGENT_PLUGINS_SCHEMA, "mcpServers": servers}
            pieces.append(Placed("mcp.json", File(json_bytes(data))))
        pieces += plugin.beside(view, info, form, inside.pieces)
        losses = info.losses + lost + lost_servers + hooks.hooks_for(view, self.id, base)[1]
        entry = without_empty(
            {
                "name": info.name,
                "source": f"./plugins/{info.name}",
                "description": info.description,
                "version": info.version,
                "author": author,
                "license": info.license,
                "keywords": list(info.keywords),
            }
        )
        return Package(info.name, join(inside, Bundle(tuple(pieces), losses)), entry)

    def marketplace(self, name: str, entries: Sequence[Mapping[str, Any]]) -> Bundle:
        """Make ``index.json`` and the marketplace file that most clients install from."""
        index = {
            "name": slug(name),
            "plugins": [
                {
                    "path": string(entry["source"]).removeprefix("./"),
                    **{key: value for key, value in entry.items() if key != "source"},
                }
                for entry in entries
            ],
        }
        claude = {
            "name": slug(name),
            "description": plugin.about(entries),
            "owner": {"name": plugin.owner(name, entries)},
            "plugins": [dict(entry) for entry in entries],
        }
        return Bundle(
            (
                Placed("index.json", File(json_bytes(index))),
                Placed(".claude-plugin/marketplace.json", File(json_bytes(claude))),
            )
        )

    def _agents(self, view: View, form: Kind, base: str, root: str) -> Bundle:
        return each_agent(
            view, form, self.id, lambda agent, own: self._agent(view, agent, base, root, own)
        )

    def _agent(
        self, view: View, agent: Agent, base: str, root: str, own: Mapping[str, Any]
    ) -> Bundle:
        name = agent_name(agent)
        description, changed = agent_description(view, agent)
        text, losses = agent_text(view, agent, self.host, base=base)
        # Tools and models have no common names, so the reader's own defaults apply.
        values: dict[str, Any] = {"name": name, "description": description, **own}
        cost = Tokens(tokens.listing(name, string(values["description"])), tokens.count(text))
        data = to_bytes(with_front_matter(values, text))
        return Bundle(
            (Placed(f"{root}/{name}.md", File(data)),),
            losses + changed + agent_losses(agent, *values),
            cost,
        )


PLATFORM = Agents()
