"""OpenAI Codex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from polyskill.compiler.frontmatter.emit import emit
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Agent, Kind
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
from .parts import folder, hooks, manifest, mcp, overrides, plugin, rules, tokens, toml, tools
from .parts.bundle import join
from .parts.commands import command_skill, commands_of
from .parts.losses import model_for
from .parts.manifest import PluginInfo, without_empty
from .parts.scopes import HOME, both, home_of
from .parts.skillfile import by_name_only, skill_name
from .parts.subagents import (
    agent_description,
    agent_losses,
    agent_name,
    agent_text,
    agents_of,
    each_agent,
)
from .parts.text import json_bytes, one_line, shorten, slug, to_bytes

__all__ = ["PLATFORM", "Codex"]

_CHECKED = "2026-11-22"
_RAN = "Codex CLI 0.169.0, run offline"
_SCHEMA = "SchemaStore codex-plugin-manifest.json"
_CHAIN = 32_768
_SHORT = 120
_IN_MANIFEST = {
    "brand_color": "brandColor",
    "display_name": "displayName",
    "short_description": "shortDescription",
}
_NO_MODEL_CHOICE = {"policy": {"allow_implicit_invocation": False}}
_PROMPT = {
    Lang.EN: "Use ${name} for this task.",
    Lang.ZH: "用 ${name} 处理这个任务。",
    Lang.BILINGUAL: "Use ${name} for this task. 用 ${name} 处理这个任务。",
}


def _yaml(values: Mapping[str, Any]) -> bytes:
    """Return a YAML file: a front matter without its fences."""
    return to_bytes(emit(values).removeprefix("---\n").removesuffix("---\n"))


class Codex(Platform):
    """Codex: ``.agents/skills``, AGENTS.md, ``.codex/`` and plugins."""

    id: ClassVar[str] = "codex"
    title: ClassVar[str] = "Codex"
    version: ClassVar[str] = "0.169.0"
    homepage: ClassVar[str] = "https://developers.openai.com/codex"
    host: ClassVar[Host] = Host(arguments="appended")
    locations: ClassVar[tuple[Location, ...]] = (
        Location("skills", ".agents/skills", ".agents/skills", _RAN, _CHECKED),
        Location("instructions", "AGENTS.md", ".codex/AGENTS.md", _RAN, _CHECKED),
        Location("agents", ".codex/agents", ".codex/agents", _RAN, _CHECKED),
        Location("mcp", ".codex/config.toml", ".codex/config.toml", _RAN, _CHECKED),
        Location(
            "hooks",
            ".codex/hooks.json",
            ".codex/hooks.json",
            "SchemaStore codex-hooks.json",
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
        "mcp": Support.NATIVE,
        "hooks": Support.NATIVE,
        "plugins": Support.NATIVE,
    }
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit(
            "AGENTS.md chain", _CHAIN, "bytes", "cut without a word, mid-character", _RAN, _CHECKED
        ),
        Limit("description", 1024, "characters", "cut in the listing", _RAN, _CHECKED),
        Limit("name", 64, "characters", "the skill is skipped", _RAN, _CHECKED),
        Limit(
            "listing of all skills",
            21_000,
            "characters",
            "every description is shortened",
            _RAN,
            _CHECKED,
        ),
    )
    facts: ClassVar[tuple[Fact, ...]] = (
        Fact("skill-id", "the `name` of the front matter is the id", _RAN, _CHECKED, "ran"),
        Fact(
            "ascii-name", "`$name` loads a skill only if the name is ASCII", _RAN, _CHECKED, "ran"
        ),
        Fact(
            "duplicates",
            "two skills of one name are both listed, and `$name` loads neither",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "commands",
            "custom prompts are gone; a skill with `allow_implicit_invocation: false` is called "
            "by `$name` only",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact("agents", "project agents count only in trusted projects", _RAN, _CHECKED, "ran"),
        Fact(
            "mcp-environment",
            "nothing is replaced in values; `env_vars`, `env_http_headers` and "
            "`bearer_token_env_var` name variables",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "plugin-mcp",
            "a plugin's .mcp.json takes the keys of config.toml (`headers` is ignored); a server "
            "runs in the session's folder unless `cwd`, counted from the plugin's, says otherwise",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "claude-plugins",
            "Claude Code's plugins install too: their skills load, their commands and agents do "
            "not, and `${CLAUDE_PLUGIN_ROOT}` in .mcp.json is not replaced",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact("plugin", "interface and author are required", _SCHEMA, _CHECKED, "docs"),
        Fact("plugin-agents", "a plugin's agents are not loaded", _RAN, _CHECKED, "ran"),
    )
    packages: ClassVar[bool] = True
    sidecars: ClassVar[frozenset[str]] = frozenset({"agents/openai.yaml"})

    def lower(self, view: View, form: Kind) -> Bundle:
        """Write ``.agents/skills``, ``AGENTS.md`` and ``.codex/``."""
        skills = self.skills_folder()
        main, base = folder.main_bundle(
            view,
            form,
            skills,
            host=self.host,
            platform=self.id,
            extra_files=self._interface(view),
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
            self._servers(view, base),
            self._hooks(view, base),
        )

    def _beside(self, view: View, form: Kind, base: str, root: str) -> Bundle:
        """Return what lies beside the skill's folder, below ``root`` (a project, or ``~/``)."""
        found, moved = rules.prepared(view, form, self.host, self.id, base)
        skills = self.skills_folder(user=bool(root))
        return join(
            moved,
            rules.instructions(
                view,
                [rule for rule in found if not rule.on_request],
                f"{root}.codex/AGENTS.md" if root else "AGENTS.md",
                limit=_CHAIN,
            ),
            *(rules.as_skill(view, rule, skills) for rule in found if rule.on_request),
            self._commands(view, skills, base),
            self._agents(view, form, base, f"{root}.codex/agents"),
        )

    def package(self, view: View, name: str) -> Package:
        """Make a Codex plugin; a sub-agent becomes a skill there."""
        form = plugin.form_without_agents(self.form_for(view, None))
        info = manifest.info(view, name)
        main, place = plugin.main_bundle(
            view, form, host=self.host, platform=self.id, extra_files=self._interface(view)
        )
        base = place or "."
        named = plugin.from_skill(place)
        found, moved = rules.prepared(view, form, self.host, self.id, base, named=named)
        inside = join(
            main,
            moved,
            *(rules.as_skill(view, rule, "skills") for rule in found),
            self._commands(view, "skills", named),
        )
        servers, losses = mcp.codex_plugin(view, root=f"./{place}".rstrip("/"))
        losses += info.losses + hooks.hooks_for(view, "", base)[1]
        losses += tuple(
            Loss("agents", f"`{agent.name}`: a plugin's agents are not loaded", agent.path)
            for agent in agents_of(view, form)
        )
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
                "skills": "./skills/",
                "mcpServers": "./.mcp.json" if servers else "",
                "interface": self._plugin_interface(view, info),
                **overrides.manifest(view, self.id),
            }
        )
        pieces = [Placed(".codex-plugin/plugin.json", File(json_bytes(values)))]
        if servers:
            pieces.append(Placed(".mcp.json", File(json_bytes({"mcpServers": servers}))))
        pieces += plugin.beside(view, info, form, inside.pieces)
        entry = {
            "name": info.name,
            "source": {"source": "local", "path": f"./plugins/{info.name}"},
            "policy": {"installation": "AVAILABLE", "authentication": "ON_INSTALL"},
            "category": values["interface"]["category"],
        }
        return Package(info.name, join(inside, Bundle(tuple(pieces), losses)), entry)

    def marketplace(self, name: str, entries: Sequence[Mapping[str, Any]]) -> Bundle:
        """Make ``.agents/plugins/marketplace.json``."""
        values = {
            "name": slug(name),
            "interface": {"displayName": one_line(name)},
            "plugins": [dict(entry) for entry in entries],
        }
        data = File(json_bytes(values))
        return Bundle((Placed(".agents/plugins/marketplace.json", data),))

    def _interface(self, view: View) -> dict[str, bytes]:
        """Return ``agents/openai.yaml``, where there is something to say that SKILL.md does not."""
        interface: dict[str, Any] = {}
        if view.title and view.title != skill_name(view):
            interface["display_name"] = one_line(view.title)
            if view.description:
                interface["short_description"] = shorten(one_line(view.description), _SHORT)
        interface |= overrides.manifest(view, self.id, "interface")
        policy = dict(_NO_MODEL_CHOICE["policy"]) if by_name_only(view) else {}
        policy |= overrides.manifest(view, self.id, "policy")
        values = without_empty({"interface": interface, "policy": policy})
        return {"agents/openai.yaml": _yaml(values)} if values else {}

    def _plugin_interface(self, view: View, info: PluginInfo) -> dict[str, Any]:
        spoken = [one_line(view.words(trigger.text)) for trigger in view.skill.triggers]
        prompts = [text for text in dict.fromkeys(spoken) if text][:3]
        return without_empty(
            {
                "displayName": info.title,
                "shortDescription": shorten(info.description, _SHORT),
                "longDescription": info.description,
                "developerName": info.author.name,
                "category": info.category or "Productivity",
                "capabilities": ["Interactive"],
                "websiteURL": info.homepage,
                "defaultPrompt": prompts or [_PROMPT[view.lang].replace("{name}", info.name)],
                **_in_manifest(overrides.manifest(view, self.id, "interface")),
            }
        )

    def _commands(self, view: View, root: str, base: str) -> Bundle:
        called = {"agents/openai.yaml": _yaml(_NO_MODEL_CHOICE)}
        return join(
            *(
                command_skill(
                    view, command, root, self.host, base=base, extra_files=called, listed=False
                )
                for command in commands_of(view)
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
        model, lost = model_for(agent.model, self.id)
        values: dict[str, Any] = {"name": name, "description": description}
        if model:
            values["model"] = model
        if not tools.writes(agent.tools):
            values["sandbox_mode"] = "read-only"
        values |= own
        data = toml.pairs(values) + f"developer_instructions = {toml.block_string(text)}\n"
        losses += changed + lost + agent_losses(agent, "model", *values)
        cost = Tokens(tokens.listing(name, description), tokens.count(text))
        placed = Placed(f"{root}/{name}.toml", File(to_bytes(data)))
        return Bundle((placed,), losses, cost)

    def _servers(self, view: View, base: str) -> Bundle:
        text, losses = mcp.codex_toml(view, root=base)
        if not text:
            return Bundle(losses=losses)
        user = "" if mcp.uses_root(view, base, text) else None
        block = ManagedBlock(text, style="hash")
        return Bundle((Placed(".codex/config.toml", block, user),), losses)

    def _hooks(self, view: View, base: str) -> Bundle:
        events, losses = hooks.hooks_for(view, self.id, base)
        if not events:
            return Bundle(losses=losses)
        user = "" if base in str(events) else None
        return Bundle((Placed(".codex/hooks.json", JsonKeys({"hooks": events}), user),), losses)


def _in_manifest(interface: Mapping[str, Any]) -> dict[str, Any]:
    """Return the author's keys of ``agents/openai.yaml`` under the names of a plugin's manifest."""
    named = {own: interface[key] for key, own in _IN_MANIFEST.items() if interface.get(key)}
    if "default_prompt" in interface:
        named["defaultPrompt"] = [interface["default_prompt"]]
    return named


PLATFORM = Codex()
