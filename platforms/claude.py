"""Claude Code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from polyskill.compiler.model import Agent, Command, Kind
from polyskill.compiler.view import View

from .base import (
    Bundle,
    Fact,
    File,
    Host,
    JsonKeys,
    Limit,
    Location,
    Loss,
    Package,
    Placed,
    Platform,
    Support,
    Tokens,
)
from .parts import folder, hooks, manifest, mcp, overrides, plugin, rules, tokens, tools
from .parts.bundle import join
from .parts.commands import command_file, command_losses, command_name, commands_of, first_line
from .parts.losses import model_for
from .parts.manifest import without_empty
from .parts.placeholders import quote_imports
from .parts.rules import RuleText
from .parts.scopes import HOME, both, home_of
from .parts.skillfile import string
from .parts.subagents import agent_description, agent_losses, agent_name, agent_text, each_agent
from .parts.text import json_bytes, slug, to_bytes, with_front_matter

__all__ = ["PLATFORM", "Claude"]

_RAN = "Claude Code 2.1.330, run offline"
_CHECKED = "2026-11-22"
# Keys that Claude Code gives a meaning to, beyond what every host has.
_COMMAND_KEYS = (
    "disable-model-invocation",
    "user-invocable",
    "when_to_use",
    "context",
    "agent",
    "effort",
    "arguments",
    "disallowed-tools",
)
_AGENT_KEYS = (
    "color",
    "effort",
    "permissionMode",
    "disallowedTools",
    "maxTurns",
    "skills",
    "memory",
    "background",
    "isolation",
    "initialPrompt",
)


def _kept(extra: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: extra[key] for key in keys if extra.get(key) not in (None, "", [], {})}


class Claude(Platform):
    """Claude Code: skills, rules, commands, sub-agents, hooks, MCP servers and plugins."""

    id: ClassVar[str] = "claude"
    title: ClassVar[str] = "Claude Code"
    version: ClassVar[str] = "2.1.330"
    homepage: ClassVar[str] = "https://code.claude.com/docs"
    host: ClassVar[Host] = Host(
        plugin_root="${CLAUDE_PLUGIN_ROOT}",
        skill_dir="${CLAUDE_SKILL_DIR}",
        arguments="zero-based",
        expands=frozenset({"arguments", "variables", "shell"}),
    )
    locations: ClassVar[tuple[Location, ...]] = (
        Location("skills", ".claude/skills", ".claude/skills", _RAN, _CHECKED),
        Location("instructions", "CLAUDE.md", ".claude/CLAUDE.md", _RAN, _CHECKED),
        Location("rules", ".claude/rules", ".claude/rules", _RAN, _CHECKED),
        Location("commands", ".claude/commands", ".claude/commands", _RAN, _CHECKED),
        Location("agents", ".claude/agents", ".claude/agents", _RAN, _CHECKED),
        Location("mcp", ".mcp.json", "", _RAN, _CHECKED),
        Location("hooks", ".claude/settings.json", ".claude/settings.json", _RAN, _CHECKED),
    )
    supports: ClassVar[Mapping[str, Support]] = {
        "skills": Support.NATIVE,
        "rules": Support.NATIVE,
        "globs": Support.NATIVE,
        "rules on request": Support.TRANSLATED,
        "commands": Support.NATIVE,
        "agents": Support.NATIVE,
        "mcp": Support.NATIVE,
        "hooks": Support.NATIVE,
        "plugins": Support.NATIVE,
    }
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit("description", 1536, "characters", "cut in the listing", _RAN, _CHECKED),
        Limit(
            "listing of all skills",
            23_400,
            "characters",
            "later skills are listed by name only",
            _RAN,
            _CHECKED,
        ),
    )
    facts: ClassVar[tuple[Fact, ...]] = (
        Fact("skill-id", "the folder name is the id", _RAN, _CHECKED, "ran"),
        Fact(
            "arguments",
            "`$0` is the first word, `$ARGUMENTS` all of them; without one they are appended",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "shell",
            "`` !`cmd` `` is executed on loading; parted in skills, kept in commands",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "allowed-tools",
            "in a skill it makes loading ask (headless: deny), so it is kept as metadata there",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact("rules", "`paths` limits a rule; `.mdc` files are never read", _RAN, _CHECKED, "ran"),
        Fact(
            "agents-md",
            "AGENTS.md is read only in a project without any CLAUDE.md",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact("imports", "`@path` outside code imports a file, 4 deep", _RAN, _CHECKED, "ran"),
        Fact(
            "plugin-rules",
            "a plugin's CLAUDE.md and rules/ are not loaded; rules become skills there",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "marketplace-source",
            "a path in a marketplace must start with `./`",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "marketplace-description",
            "`plugin validate --strict` refuses a marketplace without one",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "user-mcp",
            "servers for all projects are kept in ~/.claude.json, the client's own state file: "
            "use `claude mcp add -s user`",
            "code.claude.com/docs/en/mcp",
            _CHECKED,
            "unverified",
        ),
    )
    packages: ClassVar[bool] = True

    def lower(self, view: View, form: Kind) -> Bundle:
        """Write a project's ``.claude/``, ``CLAUDE.md`` and ``.mcp.json``."""
        skills = self.skills_folder()
        main, base = folder.main_bundle(view, form, skills, host=self.host, platform=self.id)
        if folder.alone(view, form):
            return main
        where = home_of(view, skills, self.skills_folder(user=True), form)
        return join(
            main,
            both(
                self._beside(view, form, where.project, ""),
                lambda: self._beside(view, form, where.user, HOME),
            ),
            self._servers(view, base),
            self._hooks(view, base),
        )

    def _beside(self, view: View, form: Kind, base: str, root: str) -> Bundle:
        """Return what lies beside the skill's folder, below ``root`` (a project, or ``~/``)."""
        return join(
            self._rules(view, form, base, root),
            self._commands(view, base, f"{root}.claude/commands"),
            self._agents(view, form, base, f"{root}.claude/agents"),
        )

    def package(self, view: View, name: str) -> Package:
        """Make a Claude Code plugin."""
        form = self.form_for(view, None)
        info = manifest.info(view, name)
        main, place = plugin.main_bundle(view, form, host=self.host, platform=self.id)
        root = self.host.plugin_root
        base = f"{root}/{place}" if place else root
        found, moved = rules.prepared(view, form, self.host, self.id, base, plugin=True)
        inside = join(
            main,
            moved,
            *(rules.as_skill(view, rule, "skills") for rule in found),
            self._commands(view, base, "commands", inside=True),
            self._agents(view, form, base, "agents", inside=True),
        )
        servers, lost_servers = mcp.servers(view, "claude", root=base)
        events, lost_hooks = hooks.hooks_for(view, self.id, base, root)
        values = without_empty(
            {
                "name": info.name,
                "version": info.version,
                "description": info.description,
                "author": info.author.mapping(),
                "homepage": info.homepage,
                "repository": info.repository,
                "license": info.license,
                "keywords": list(info.keywords),
                **overrides.manifest(view, self.id),
            }
        )
        pieces = [Placed(".claude-plugin/plugin.json", File(json_bytes(values)))]
        if servers:
            pieces.append(Placed(".mcp.json", File(json_bytes({"mcpServers": servers}))))
        if events:
            pieces.append(Placed("hooks/hooks.json", File(json_bytes({"hooks": events}))))
        pieces += plugin.beside(view, info, form, inside.pieces)
        entry = without_empty(
            {
                "name": info.name,
                "source": f"./plugins/{info.name}",
                "description": info.description,
                "version": info.version,
                "author": info.author.mapping(),
                "license": info.license,
                "keywords": list(info.keywords),
                "category": info.category,
            }
        )
        losses = info.losses + lost_servers + lost_hooks
        return Package(info.name, join(inside, Bundle(tuple(pieces), losses)), entry)

    def marketplace(self, name: str, entries: Sequence[Mapping[str, Any]]) -> Bundle:
        """Make ``.claude-plugin/marketplace.json``."""
        values = {
            "name": slug(name),
            "description": plugin.about(entries),
            "owner": {"name": plugin.owner(name, entries)},
            "plugins": [dict(entry) for entry in entries],
        }
        data = File(json_bytes(values))
        return Bundle((Placed(".claude-plugin/marketplace.json", data),))

    def _rules(self, view: View, form: Kind, base: str, root: str) -> Bundle:
        found, moved = rules.prepared(view, form, self.host, self.id, base)
        if not found:
            return Bundle()
        own = overrides.front_matter(view, self.id) if form is Kind.RULES else {}
        memory = f"{root}.claude/CLAUDE.md" if root else "CLAUDE.md"
        scoped = [rule for rule in found if rule.globs and not rule.always]
        asked = [rule for rule in found if rule.on_request]
        return join(
            moved,
            rules.instructions(view, [rule for rule in found if rule.always], memory),
            *(self._scoped(view, rule, root, own) for rule in scoped),
            *(rules.as_skill(view, rule, self.skills_folder(user=bool(root))) for rule in asked),
        )

    def _scoped(self, view: View, rule: RuleText, root: str, own: Mapping[str, Any]) -> Bundle:
        """Return a rule that loads when a matching file is read."""
        text = with_front_matter({"paths": list(rule.globs), **own}, quote_imports(rule.body))
        path = f"{root}.claude/rules/{rules.rule_name(view, rule)}.md"
        cost = Tokens(0, tokens.count(rule.body))
        return Bundle((Placed(path, File(to_bytes(text))),), tokens=cost)

    def _commands(self, view: View, base: str, root: str, *, inside: bool = False) -> Bundle:
        return join(
            *(self._command(view, command, base, root, inside) for command in commands_of(view))
        )

    def _command(self, view: View, command: Command, base: str, root: str, inside: bool) -> Bundle:
        model, lost = model_for(command.model, self.id)
        allowed, unknown = tools.translate(command.allowed_tools, self.id)
        keys: dict[str, Any] = {
            "argument-hint": command.argument_hint,
            "allowed-tools": ", ".join(allowed),
            "model": model,
        }
        keys = {key: value for key, value in keys.items() if value}
        keys |= _kept(command.extra, _COMMAND_KEYS)
        data, losses = command_file(
            view, command, self.host, base=base, keys=keys, shell=True, files=True, plugin=inside
        )
        # A plugin's name is put before its commands by the client.
        name = slug(command.name) if inside else command_name(view, command)
        losses += lost + unknown
        losses += command_losses(command, "argument-hint", "allowed-tools", "model", *keys)
        described = view.words(command.description) or first_line(view.prose(command.body))
        cost = Tokens(tokens.listing(name, described), tokens.count(view.prose(command.body)))
        return Bundle((Placed(f"{root}/{name}.md", File(data)),), losses, cost)

    def _agents(
        self, view: View, form: Kind, base: str, root: str, *, inside: bool = False
    ) -> Bundle:
        return each_agent(
            view,
            form,
            self.id,
            lambda agent, own: self._agent(view, agent, base, root, own, inside),
        )

    def _agent(
        self,
        view: View,
        agent: Agent,
        base: str,
        root: str,
        own: Mapping[str, Any],
        inside: bool,
    ) -> Bundle:
        name = agent_name(agent)
        description, changed = agent_description(view, agent)
        text, losses = agent_text(view, agent, self.host, base=base, plugin=inside)
        allowed, unknown = tools.translate(agent.tools, self.id)
        model, lost = model_for(agent.model, self.id)
        values: dict[str, Any] = {"name": name, "description": description}
        if allowed:
            values["tools"] = ", ".join(allowed)
        if model:
            values["model"] = model
        values |= {**_kept(agent.extra, _AGENT_KEYS), **own}
        losses += changed + unknown + lost + agent_losses(agent, "tools", "model", *values)
        cost = Tokens(tokens.listing(name, string(values["description"])), tokens.count(text))
        data = to_bytes(with_front_matter(values, text))
        return Bundle((Placed(f"{root}/{name}.md", File(data)),), losses, cost)

    def _servers(self, view: View, base: str) -> Bundle:
        made, losses = mcp.servers(view, "claude", root=base)
        if not made:
            return Bundle(losses=losses)
        return Bundle((Placed(".mcp.json", JsonKeys({"mcpServers": made}), ""),), losses)

    def _hooks(self, view: View, base: str) -> Bundle:
        events, losses = hooks.hooks_for(view, self.id, f"${{CLAUDE_PROJECT_DIR}}/{base}")
        if not events:
            return Bundle(losses=losses)
        local = base in str(events)  # a path into the project means nothing under the home folder
        if local:
            path = ".claude/settings.json"
            losses += (Loss("hooks", "they point into the project: not for the home folder", path),)
        placed = Placed(".claude/settings.json", JsonKeys({"hooks": events}), "" if local else None)
        return Bundle((placed,), losses)


PLATFORM = Claude()
