"""Kimi Code: skill folders, AGENTS.md, agent files, mcp.json, and its plugin format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
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
from .parts import manifest, mcp, overrides, plugin, rules, tokens, tools
from .parts.bundle import join
from .parts.commands import command_file, command_losses, command_skill, commands_of
from .parts.folder import has_folder, skill_folder
from .parts.folder import resources as resources_of
from .parts.losses import unsupported
from .parts.manifest import without_empty
from .parts.scopes import both, home_of
from .parts.skillfile import skill_name
from .parts.subagents import (
    agent_description,
    agent_losses,
    agent_name,
    agent_text,
    agents_of,
)
from .parts.text import json_bytes, slug, to_bytes, with_front_matter

__all__ = ["PLATFORM", "Kimi"]

_CHECKED = "2026-11-22"
_RAN = "Kimi Code 2.1.0, run offline"
_DOCS = "MoonshotAI/kimi-code docs/en/customization"
_PROJECT, _USER = ".kimi-code", "~/.kimi-code"
_SKILLS = f"{_PROJECT}/skills"
_SHOWN = 250  # characters of a description in the list that the model sees
_SYSTEM_BYTES = 32 * 1024
# What an agent file's body is searched for; other ${names} stay as they are.
_VARIABLES = ("${base_prompt}", "${agents_md}", "${plugin_sections}")
_LABEL = {Lang.EN: " Triggers: {}.", Lang.ZH: "触发词：{}。", Lang.BILINGUAL: " Triggers: {}."}
_WHEN = ("use when", "use this", "when the user", "用于", "适用于", "当用户", "触发", "使用场景")


class Kimi(Platform):
    """Kimi Code CLI (MoonshotAI/kimi-code)."""

    id: ClassVar[str] = "kimi"
    title: ClassVar[str] = "Kimi Code"
    version: ClassVar[str] = "2.1.0"
    homepage: ClassVar[str] = "https://github.com/MoonshotAI/kimi-code"
    host: ClassVar[Host] = Host(
        skill_dir="${KIMI_SKILL_DIR}",
        arguments="zero-based",
        expands=frozenset({"arguments", "variables"}),
    )
    locations: ClassVar[tuple[Location, ...]] = (
        Location("skills", _SKILLS, _SKILLS, _RAN, _CHECKED),
        Location("instructions", "AGENTS.md", f"{_PROJECT}/AGENTS.md", _RAN, _CHECKED),
        Location("rules", "AGENTS.md", f"{_PROJECT}/AGENTS.md", _RAN, _CHECKED),
        Location("commands", _SKILLS, _SKILLS, f"{_DOCS}/skills.md", _CHECKED),
        Location("agents", f"{_PROJECT}/agents", f"{_PROJECT}/agents", _RAN, _CHECKED),
        Location(
            "mcp", f"{_PROJECT}/mcp.json", f"{_PROJECT}/mcp.json", f"{_DOCS}/mcp.md", _CHECKED
        ),
    )
    supports: ClassVar[Mapping[str, Support]] = MappingProxyType(
        {
            "skills": Support.NATIVE,
            "rules": Support.NATIVE,
            "globs": Support.TRANSLATED,
            "commands": Support.TRANSLATED,
            "agents": Support.NATIVE,
            "mcp": Support.NATIVE,
            "hooks": Support.NONE,
            "plugins": Support.NATIVE,
        }
    )
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit("description", _SHOWN, "characters", "the rest is not listed", _RAN, _CHECKED),
        Limit(
            "SYSTEM.md of a plugin",
            _SYSTEM_BYTES,
            "bytes",
            "the file is ignored",
            f"{_DOCS}/plugins.md",
            _CHECKED,
        ),
    )
    facts: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "skills.read",
            ".kimi-code/skills before .agents/skills; project before user",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "skills.listing",
            "name, description cut at about 250 characters, path; whenToUse is shown too",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "skills.expansion",
            "$ARGUMENTS, $0 and $1 counted from 0, ${KIMI_SKILL_DIR}; no shell",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "skills.disable-model-invocation",
            "hides the skill from the model; no key of the specification, so it is not written",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "instructions",
            "~/.kimi-code/AGENTS.md, ~/.agents/AGENTS.md, .kimi-code/AGENTS.md, AGENTS.md, in this "
            "order; 300 KB arrived whole",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "commands",
            "slash commands exist only in plugins, as /<plugin>:<command> with $ARGUMENTS",
            f"{_DOCS}/plugins.md",
            _CHECKED,
            "docs",
        ),
        Fact(
            "agents.name",
            "kebab-case; a file with another name (Chinese, too) is skipped",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "agents.body",
            "a template: ${base_prompt}, ${agents_md}, ${plugin_sections}; other names stay",
            f"{_DOCS}/agents.md",
            _CHECKED,
            "docs",
        ),
        Fact(
            "plugins",
            "kimi.plugin.json; name [a-z0-9][a-z0-9_-]{0,63}; installed for the user only",
            f"{_DOCS}/plugins.md",
            _CHECKED,
            "docs",
        ),
        Fact(
            "plugins.mcp",
            "a command is on PATH or begins with ./; another cwd than ./… drops the server",
            f"{_DOCS}/plugins.md",
            _CHECKED,
            "docs",
        ),
    )
    packages: ClassVar[bool] = True

    def lower(self, view: View, form: Kind) -> Bundle:
        """Turn one view into files below ``.kimi-code/`` and a block of AGENTS.md."""
        skills = self.skills_folder()
        where = home_of(view, skills, self.skills_folder(user=True), form)
        parts = [
            self._main(view, form, skills, where.project),
            both(
                self._beside(view, form, _PROJECT, where.project),
                lambda: self._beside(view, form, _USER, where.user),
            ),
        ]
        if view.skill.mcp_servers:
            made, losses = mcp.servers(view, self.id, root=where.project)
            local = mcp.uses_root(view, where.project, made)
            if local:
                detail = "they run a file of the skill: for projects only"
                losses += (Loss("mcp", detail, view.skill.path),)
            keys = Placed(
                f"{_PROJECT}/mcp.json", JsonKeys({"mcpServers": made}), "" if local else None
            )
            parts.append(Bundle((keys,) if made else (), losses))
        if view.skill.hooks:
            parts.append(Bundle(losses=unsupported(view, "hooks")))
        return join(*parts)

    def _main(self, view: View, form: Kind, root: str, base: str) -> Bundle:
        """Return the skill folder, or the skill's files alone."""
        if not has_folder(view, form):
            return Bundle(resources_of(view, base), tokens=Tokens(0, tokens.of_resources(view)))
        spoken = [view.words(t.text) for t in view.skill.triggers if t.origin == "front-matter"]
        description, left_out = _with_triggers(view, dict.fromkeys(filter(None, spoken)))
        made = skill_folder(
            replace(view, description=description),
            root,
            host=self.host,
            platform=self.id,
            extra_keys=overrides.front_matter(view, self.id),
        )
        losses: tuple[Loss, ...] = ()
        if left_out:
            detail = f"{left_out} trigger phrases do not fit into what the list shows"
            losses += (Loss("triggers", detail, view.skill.path),)
        if len(view.description) > _SHOWN:
            losses += (Loss("description", _beyond(view.description), view.skill.path),)
        return replace(made, losses=made.losses + losses)

    def _beside(self, view: View, form: Kind, root: str, base: str) -> Bundle:
        """Return what lies beside the skill's folder, below ``root``."""
        found, moved = rules.prepared(view, form, self.host, self.id, base)
        own = overrides.front_matter(view, self.id) if form is Kind.AGENT else {}
        skills = self.skills_folder(user=root != _PROJECT)
        instructions = "AGENTS.md" if root == _PROJECT else f"{root}/AGENTS.md"
        return join(
            moved,
            rules.instructions(view, [rule for rule in found if not rule.on_request], instructions),
            *(rules.as_skill(view, rule, skills) for rule in found if rule.on_request),
            *(
                command_skill(
                    view,
                    command,
                    skills,
                    self.host,
                    base=base,
                )
                for command in commands_of(view)
            ),
            self._agents(view, form, f"{root}/agents", base, own),
        )

    def _agents(
        self, view: View, form: Kind, root: str, base: str, own: Mapping[str, Any]
    ) -> Bundle:
        return join(
            *(
                self._agent(view, agent, root, base, {} if number else own)
                for number, agent in enumerate(agents_of(view, form))
            )
        )

    def _agent(
        self, view: View, agent: Agent, root: str, base: str, own: Mapping[str, Any]
    ) -> Bundle:
        name = agent_name(agent)
        description, losses = agent_description(view, agent)
        values: dict[str, Any] = {"name": name, "description": description}
        allowed, unknown = tools.translate(agent.tools, self.id)
        if allowed and "*" not in allowed:
            values["tools"] = list(allowed)
        for key in ("whenToUse", "override", "disallowedTools", "subagents"):
            if isinstance(agent.extra.get(key), str | bool | list):
                values[key] = agent.extra[key]
        losses += unknown + agent_losses(agent, "tools", *values)
        text, lost = agent_text(view, agent, self.host, base=base)
        for variable in _VARIABLES:
            if variable in text:
                text = text.replace(variable, "$ " + variable[1:])
                detail = f"`{variable}` is parted, or the client would put its own text there"
                lost += (Loss("placeholder", detail, agent.path),)
        data = to_bytes(with_front_matter({**values, **own}, text))
        cost = Tokens(tokens.listing(name, description), tokens.count(text))
        return Bundle((Placed(f"{root}/{name}.md", File(data)),), losses + lost, cost)

    def package(self, view: View, name: str) -> Package:
        """Make a Kimi plugin: ``kimi.plugin.json`` and what it names."""
        form = self.form_for(view, None)
        info = manifest.info(view, name)
        base = f"skills/{skill_name(view)}" if has_folder(view, form) else "resources"
        inside = join(
            self._main(view, form, "skills", base),
            self._plugin_rules(view, form, base),
            *(self._plugin_command(view, command, base) for command in commands_of(view)),
            self._agents(view, form, "agents", base, {}),
        )
        folders = {placed.path.partition("/")[0] for placed in inside.pieces}
        servers, losses = self._plugin_servers(view, f"./{base}")
        losses += unsupported(view, "hooks") if view.skill.hooks else ()
        author = info.author.name if info.author.name != "unknown" else ""
        values = without_empty(
            {
                "name": info.name,
                "version": info.version,
                "description": info.description,
                "keywords": list(info.keywords),
                "author": info.author.mapping(),
                "homepage": info.homepage,
                "license": info.license,
                "interface": without_empty(
                    {
                        "displayName": info.title,
                        "shortDescription": info.description,
                        "developerName": author,
                        "websiteURL": info.homepage,
                    }
                ),
                "skills": "./skills/" if "skills" in folders else "",
                "agents": "./agents/" if "agents" in folders else "",
                "commands": "./commands/" if "commands" in folders else "",
                "systemPromptPath": "./SYSTEM.md" if "SYSTEM.md" in folders else "",
                "mcpServers": servers,
                **overrides.manifest(view, self.id),
            }
        )
        pieces = [Placed("kimi.plugin.json", File(json_bytes(values)))]
        pieces += plugin.beside(view, info, form, inside.pieces)
        entry = {"id": info.name, "displayName": info.title, "source": f"./plugins/{info.name}"}
        extra = Bundle(tuple(pieces), info.losses + losses)
        return Package(info.name, join(inside, extra), entry)

    def marketplace(self, name: str, entries: Sequence[Mapping[str, Any]]) -> Bundle:
        """Make ``marketplace.json``, which ``/plugins marketplace PATH`` takes."""
        del name  # the format has no place for it
        rows = sorted((dict(entry) for entry in entries), key=lambda row: str(row["id"]))
        data = json_bytes({"version": "2", "plugins": rows})
        return Bundle((Placed("marketplace.json", File(data)),))

    def _plugin_rules(self, view: View, form: Kind, base: str) -> Bundle:
        """Return what loads always as the plugin's part of the system prompt."""
        found, moved = rules.prepared(view, form, self.host, self.id, base)
        asked: tuple[rules.RuleText, ...] = ()
        if any(rule.on_request for rule in found):
            named = plugin.from_skill(base)
            asked, _ = rules.prepared(view, form, self.host, self.id, base, named=named)
        always = rules.instructions(
            view,
            [rule for rule in found if not rule.on_request],
            "SYSTEM.md",
            limit=_SYSTEM_BYTES,
        )
        files = [
            Placed(item.path, File(to_bytes(item.piece.text.rstrip("\n") + "\n")))
            for item in always.pieces
            if isinstance(item.piece, ManagedBlock)
        ]
        return join(
            moved,
            replace(always, pieces=tuple(files)),
            *(rules.as_skill(view, rule, "skills") for rule in asked if rule.on_request),
        )

    def _plugin_command(self, view: View, command: Command, base: str) -> Bundle:
        """Return a slash command; the client puts the plugin's name before it."""
        host = replace(self.host, arguments="whole")
        data, losses = command_file(view, command, host, base=base)
        losses += command_losses(command)
        cost = Tokens(on_demand=tokens.count(view.prose(command.body)))
        return Bundle((Placed(f"commands/{slug(command.name)}.md", File(data)),), losses, cost)

    def _plugin_servers(self, view: View, root: str) -> tuple[dict[str, Any], tuple[Loss, ...]]:
        made, losses = mcp.servers(view, self.id, root=root)
        for name, entry in made.items():
            cwd = entry.get("cwd", "")
            if cwd and not cwd.startswith("./"):
                del entry["cwd"]
                detail = f"`{name}`: the working folder `{cwd}` lies outside the plugin"
                losses += (Loss("mcp", detail, view.skill.path),)
            elif not cwd and root in str(entry):
                entry["cwd"] = "./"
        return made, losses


def _with_triggers(view: View, phrases: Mapping[str, None]) -> tuple[str, int]:
    """Return the description with trigger phrases behind it, as far as the list shows them.

    Kimi's own key `whenToUse` would be shown too, but the specification has no such key. The
    second value tells how many phrases are left out; the metadata has them all.
    """
    said = view.description.rstrip()
    label = _LABEL[view.lang]
    when, left_out = _within(phrases, _SHOWN - len(said) - len(label))
    return (f"{said}{label.format(when)}" if said and when else view.description), left_out


def _within(phrases: Mapping[str, None], limit: int) -> tuple[str, int]:
    """Join phrases up to ``limit`` characters, whole ones only; tell how many were left out."""
    taken: list[str] = []
    size = 0
    for phrase in phrases:
        size += len(phrase) + 2
        if size - 2 > limit:
            break
        taken.append(phrase)
    return ", ".join(taken), len(phrases) - len(taken)


def _beyond(description: str) -> str:
    """Say what of a long description the model does not see in the list."""
    detail = f"the list shows about {_SHOWN} of its {len(description)} characters"
    lower = description.lower()
    found = [at for at in map(lower.find, _WHEN) if at >= 0]
    if found and min(found) >= _SHOWN:
        detail += f"; when to use it is said only at character {min(found) + 1}"
    return detail


PLATFORM = Kimi()
