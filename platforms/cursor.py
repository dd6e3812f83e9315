"""Cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from polyskill.compiler.localized import Lang
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
    ManagedBlock,
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
from .parts.rules import RuleText
from .parts.scopes import HOME, both, home_of
from .parts.skillfile import describe, skill_name, string
from .parts.subagents import (
    agent_description,
    agent_losses,
    agent_name,
    agent_text,
    each_agent,
)
from .parts.text import json_bytes, one_line, slug, to_bytes, with_front_matter

__all__ = ["PLATFORM", "Cursor"]

_CHECKED = "2026-11-22"
_PLUGINS = "github.com/cursor/plugins, schemas and rules of its validator"
_DOCS = "cursor.com/docs"
_POINTER = {
    Lang.EN: "Read and follow the rules in {paths}.",
    Lang.ZH: "请阅读并遵守 {paths} 中的规则。",
    Lang.BILINGUAL: "Read and follow the rules in {paths}. 请阅读并遵守其中的规则。",
}


class Cursor(Platform):
    """Cursor: skills, ``.mdc`` rules, commands, sub-agents, MCP servers, hooks and plugins."""

    id: ClassVar[str] = "cursor"
    title: ClassVar[str] = "Cursor"
    version: ClassVar[str] = "documentation and schemas of 2026-08"
    homepage: ClassVar[str] = "https://cursor.com/docs"
    host: ClassVar[Host] = Host(plugin_root="${CURSOR_PLUGIN_ROOT}", arguments="appended")
    locations: ClassVar[tuple[Location, ...]] = (
        Location("skills", ".cursor/skills", ".cursor/skills", _DOCS, _CHECKED),
        Location("rules", ".cursor/rules", "", _DOCS, _CHECKED),
        Location("instructions", ".cursorrules", "", _DOCS, _CHECKED),
        Location("commands", ".cursor/commands", ".cursor/commands", _DOCS, _CHECKED),
        Location(
            "agents", ".cursor/agents", ".cursor/agents", f"{_DOCS}/agent/subagents", _CHECKED
        ),
        Location("mcp", ".cursor/mcp.json", ".cursor/mcp.json", _DOCS, _CHECKED),
        Location("hooks", ".cursor/hooks.json", ".cursor/hooks.json", _PLUGINS, _CHECKED),
    )
    supports: ClassVar[Mapping[str, Support]] = {
        "skills": Support.NATIVE,
        "rules": Support.NATIVE,
        "globs": Support.NATIVE,
        "rules on request": Support.NATIVE,
        "commands": Support.NATIVE,
        "agents": Support.NATIVE,
        "mcp": Support.NATIVE,
        "hooks": Support.NATIVE,
        "plugins": Support.NATIVE,
    }
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit("description", 1024, "characters", "against the format", _DOCS, _CHECKED),
        Limit("link to install", 8000, "characters", "refused", f"{_DOCS}/deeplinks", _CHECKED),
    )
    facts: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "not-run",
            "there is no Cursor client that can be run offline; nothing here was seen in one",
            "npm and apt, searched",
            _CHECKED,
            "ran",
        ),
        Fact(
            "rules",
            "`.mdc` with `description`, `globs` (comma string) and `alwaysApply`; neither means "
            "that the model asks for the rule",
            _DOCS,
            _CHECKED,
            "secondary",
        ),
        Fact(
            "legacy-rules",
            "`.cursorrules` is deprecated and still read. A rule is written once, as `.mdc`; in "
            "the form `rules`, `.cursorrules` only points to it, so that Cursor does not load it "
            "twice and older clients still find it",
            _DOCS,
            _CHECKED,
            "secondary",
        ),
        Fact("user-rules", "rules for all projects are kept in settings, not in files", _DOCS,
             _CHECKED, "docs"),
        Fact(
            "other-skill-folders",
            ".agents/skills, .claude/skills and .codex/skills are read too",
            _DOCS,
            _CHECKED,
            "secondary",
        ),
        Fact("agents", "`name description model readonly is_background`; no list of tools",
             f"{_DOCS}/agent/subagents", _CHECKED, "docs"),
        Fact("mcp-environment", "`${env:NAME}`, `${workspaceFolder}` in mcp.json", _DOCS, _CHECKED,
             "docs"),
        Fact("manifests", "both are closed; `author` takes no `url`, a row no version", _PLUGINS,
             _CHECKED, "docs"),
    )  # fmt: skip
    packages: ClassVar[bool] = True

    def lower(self, view: View, form: Kind) -> Bundle:
        """Write a project's ``.cursor/``."""
        skills = self.skills_folder()
        main, base = folder.main_bundle(view, form, skills, host=self.host, platform=self.id)
        if folder.alone(view, form):
            return main
        found, moved = rules.prepared(view, form, self.host, self.id, base)
        where = home_of(view, skills, self.skills_folder(user=True), form)
        return join(
            main,
            moved,
            self._rules(view, form, found, ".cursor/rules"),
            self._legacy(view, found) if form is Kind.RULES else Bundle(),
            both(
                self._companions(view, form, where.project, ""),
                lambda: self._companions(view, form, where.user, HOME),
            ),
            self._servers(view, base),
            self._hooks(view, base),
        )

    def package(self, view: View, name: str) -> Package:
        """Make a Cursor plugin."""
        form = self.form_for(view, None)
        info = manifest.info(view, name)
        main, place = plugin.main_bundle(view, form, host=self.host, platform=self.id)
        root = self.host.plugin_root
        base = f"{root}/{place}" if place else root
        found, moved = rules.prepared(view, form, self.host, self.id, place or ".")
        inside = join(
            main,
            moved,
            self._rules(view, form, found, "rules"),
            self._commands(view, place or ".", "commands", inside=True),
            self._agents(view, form, place or ".", "agents"),
        )
        servers, lost_servers = mcp.servers(view, "cursor", root=base)
        events, lost_hooks = hooks.hooks_for(view, self.id, base, root)
        values = without_empty(
            {
                "name": info.name,
                "displayName": info.title,
                "version": info.version,
                "description": info.description,
                "author": info.author.mapping(url=False),
                "homepage": info.homepage,
                "repository": info.repository,
                "license": info.license,
                "keywords": list(info.keywords),
                "category": info.category,
                **overrides.manifest(view, self.id),
            }
        )
        pieces = [Placed(".cursor-plugin/plugin.json", File(json_bytes(values)))]
        if servers:
            pieces.append(Placed("mcp.json", File(json_bytes({"mcpServers": servers}))))
        if events:
            data = json_bytes({"version": 1, "hooks": events})
            pieces.append(Placed("hooks/hooks.json", File(data)))
        pieces += plugin.beside(view, info, form, inside.pieces)
        entry = {
            "name": info.name,
            "source": f"./plugins/{info.name}",
            "description": info.description,
        }
        losses = info.losses + lost_servers + lost_hooks
        return Package(info.name, join(inside, Bundle(tuple(pieces), losses)), entry)

    def marketplace(self, name: str, entries: Sequence[Mapping[str, Any]]) -> Bundle:
        """Make ``.cursor-plugin/marketplace.json``."""
        values = {
            "name": slug(name),
            "owner": {"name": plugin.owner(name, entries)},
            "plugins": [dict(entry) for entry in entries],
        }
        data = File(json_bytes(values))
        return Bundle((Placed(".cursor-plugin/marketplace.json", data),))

    def _companions(self, view: View, form: Kind, base: str, root: str) -> Bundle:
        """Return commands and agents below ``root`` (a project, or ``~/``)."""
        return join(
            self._commands(view, base, f"{root}.cursor/commands"),
            self._agents(view, form, base, f"{root}.cursor/agents"),
        )

    def _rules(self, view: View, form: Kind, found: Sequence[RuleText], root: str) -> Bundle:
        own = overrides.front_matter(view, self.id) if form is Kind.RULES else {}
        return join(*(self._rule(view, rule, root, own) for rule in found))

    def _rule(self, view: View, rule: RuleText, root: str, own: Mapping[str, Any]) -> Bundle:
        description, losses, findings = describe(
            rule.description or first_line(rule.body) or rule.name, rule.name, rule.path
        )
        values: dict[str, Any] = {
            "description": description,
            "globs": ",".join(rule.globs),
            "alwaysApply": rule.always,
        }
        values = {key: value for key, value in values.items() if value != ""} | dict(own)
        path = f"{root}/{rules.rule_name(view, rule)}.mdc"
        cost = tokens.count(rule.body)
        listed = tokens.listing(path, description) if rule.on_request else 0
        return Bundle(
            (Placed(path, File(to_bytes(with_front_matter(values, rule.body))), ""),),
            losses,
            Tokens(cost, 0) if rule.always else Tokens(listed, cost),
            findings,
        )

    def _legacy(self, view: View, found: Sequence[RuleText]) -> Bundle:
        """Return the pointer for clients that know ``.cursorrules`` alone."""
        always = [rule for rule in found if rule.always]
        if not always:
            return Bundle()
        paths = ", ".join(f"`.cursor/rules/{rules.rule_name(view, rule)}.mdc`" for rule in always)
        title = one_line(view.title) or skill_name(view)
        text = f"## {title}\n\n{_POINTER[view.lang].format(paths=paths)}"
        placed = Placed(".cursorrules", ManagedBlock(text), "")
        return Bundle((placed,), tokens=Tokens(tokens.count(text), 0))

    def _commands(self, view: View, base: str, root: str, *, inside: bool = False) -> Bundle:
        return join(
            *(self._command(view, command, base, root, inside) for command in commands_of(view))
        )

    def _command(self, view: View, command: Command, base: str, root: str, inside: bool) -> Bundle:
        name = slug(command.name) if inside else command_name(view, command)
        keys = {"name": name}
        data, losses = command_file(view, command, self.host, base=base, keys=keys)
        losses += command_losses(command)
        cost = Tokens(0, tokens.count(view.prose(command.body)))
        return Bundle((Placed(f"{root}/{name}.md", File(data)),), losses, cost)

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
        model, lost = model_for(agent.model, self.id)
        values: dict[str, Any] = {"name": name, "description": description}
        values["model"] = model or "inherit"
        if agent.extra.get("readonly") is True or not tools.writes(agent.tools):
            values["readonly"] = True
        if agent.extra.get("is_background") is True or agent.extra.get("background") is True:
            values["is_background"] = True
        values |= own
        losses += changed + lost + agent_losses(agent, "model", "background", *values)
        cost = Tokens(tokens.listing(name, string(values["description"])), tokens.count(text))
        data = to_bytes(with_front_matter(values, text))
        return Bundle((Placed(f"{root}/{name}.md", File(data)),), losses, cost)

    def _servers(self, view: View, base: str) -> Bundle:
        made, losses = mcp.servers(view, "cursor", root=f"${{workspaceFolder}}/{base}")
        if not made:
            return Bundle(losses=losses)
        user = "" if mcp.uses_root(view, base, made) else None
        placed = Placed(".cursor/mcp.json", JsonKeys({"mcpServers": made}), user)
        return Bundle((placed,), losses)

    def _hooks(self, view: View, base: str) -> Bundle:
        events, losses = hooks.hooks_for(view, self.id, base)
        if not events:
            return Bundle(losses=losses)
        keys = JsonKeys({"version": 1, "hooks": events})
        user = "" if base in str(events) else None
        if user == "":
            path = ".cursor/hooks.json"
            losses += (Loss("hooks", "they point into the project: not for the home folder", path),)
        return Bundle((Placed(".cursor/hooks.json", keys, user),), losses)


PLATFORM = Cursor()
