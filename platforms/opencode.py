"""OpenCode: skill folders, command and agent files, rules and servers listed in opencode.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
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
    Placed,
    Platform,
    Support,
    Tokens,
)
from .parts import mcp, overrides, rules, tokens, tools
from .parts.bundle import join
from .parts.commands import command_file, command_losses, command_name, commands_of
from .parts.folder import main_bundle
from .parts.losses import model_for, unsupported
from .parts.rules import RuleText
from .parts.scopes import HOME, both, home_of
from .parts.skillfile import skill_name
from .parts.subagents import (
    agent_description,
    agent_losses,
    agent_name,
    agent_text,
    agents_of,
)
from .parts.text import to_bytes, with_front_matter

__all__ = ["PLATFORM", "OpenCode"]

_CHECKED = "2026-11-22"
_RAN = "OpenCode 1.18.33 and 1.18.34, run offline"
_SKILL = "OpenCode 1.18.34, its built-in skill customize-opencode"
_SCHEMA = "https://opencode.ai/config.json"
_PROJECT, _USER = ".opencode", "~/.config/opencode"
_USER_FOLDER = _USER.removeprefix(HOME)
_SKILLS = f"{_PROJECT}/skills"  # read below the home folder too, like ~/.config/opencode/skills
_CONFIG = "opencode.json"
_MODES = ("primary", "subagent", "all")
# Settings of an agent file that OpenCode knows, with the type that it takes: a wrong one stops it.
_AGENT_KEYS: Mapping[str, tuple[type, ...]] = {
    "temperature": (int, float),
    "top_p": (int, float),
    "steps": (int,),
    "color": (str,),
    "variant": (str,),
    "hidden": (bool,),
    "disable": (bool,),
}


class OpenCode(Platform):
    """OpenCode (opencode-ai)."""

    id: ClassVar[str] = "opencode"
    title: ClassVar[str] = "OpenCode"
    version: ClassVar[str] = "1.18.34"
    homepage: ClassVar[str] = "https://opencode.ai"
    # A skill can be called as a command, whose text goes through the command template.
    host: ClassVar[Host] = Host(arguments="one-based", expands=frozenset({"arguments", "shell"}))
    locations: ClassVar[tuple[Location, ...]] = (
        Location("skills", _SKILLS, _SKILLS, _RAN, _CHECKED),
        *(
            Location(what, f"{_PROJECT}/{folder}", f"{_USER_FOLDER}/{folder}", _RAN, _CHECKED)
            for what, folder in (
                ("rules", "instructions"),
                ("commands", "commands"),
                ("agents", "agents"),
            )
        ),
        Location("instructions", "AGENTS.md", f"{_USER_FOLDER}/AGENTS.md", _RAN, _CHECKED),
        Location("mcp", _CONFIG, f"{_USER_FOLDER}/{_CONFIG}", _SKILL, _CHECKED),
        Location("settings", _CONFIG, f"{_USER_FOLDER}/{_CONFIG}", _SKILL, _CHECKED),
    )
    supports: ClassVar[Mapping[str, Support]] = MappingProxyType(
        {
            "skills": Support.NATIVE,
            "rules": Support.NATIVE,
            "globs": Support.TRANSLATED,
            "commands": Support.NATIVE,
            "agents": Support.NATIVE,
            "mcp": Support.NATIVE,
            "hooks": Support.NONE,
            "plugins": Support.NONE,
        }
    )
    limits: ClassVar[tuple[Limit, ...]] = ()
    facts: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "skills.read",
            ".opencode/skill(s), .claude/skills, .agents/skills and the same under ~; of two with "
            "one name, which wins is not determined",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "skills.required",
            "name and description; without a name the skill is dropped without a word",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "instructions",
            "AGENTS.md, and what `instructions` of opencode.json lists (globs and ~); 300 KB "
            "arrived whole",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "commands.arguments",
            "$ARGUMENTS and $1, counted from 1; !`cmd` is executed, @file attached",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "agents.mode",
            "a bad `mode` in one agent file stops the whole run; unknown keys become options",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "agents.permission",
            "`permission` maps tools to allow, ask or deny; the last rule that matches counts; "
            "`tools` is the old form",
            "https://opencode.ai/docs/permissions",
            _CHECKED,
            "docs",
        ),
        Fact("mcp.variables", "{env:VAR} and {file:path}, not ${VAR}", _SKILL, _CHECKED, "shipped"),
        Fact("models", "always provider/model; aliases are refused", _SKILL, _CHECKED, "shipped"),
        Fact(
            "skills.expansion",
            "a skill called as a command is taken to go through the command template",
            "none",
            _CHECKED,
            "unverified",
        ),
    )

    def lower(self, view: View, form: Kind) -> Bundle:
        """Turn one view into files below ``.opencode/`` and keys of ``opencode.json``."""
        skills = self.skills_folder()
        where = home_of(view, skills, self.skills_folder(user=True), form)
        main, _ = main_bundle(view, form, skills, host=self.host, platform=self.id)
        parts = [
            main,
            both(
                self._beside(view, form, _PROJECT, where.project),
                lambda: self._beside(view, form, _USER, where.user),
            ),
        ]
        if view.skill.mcp_servers:
            parts.append(self._servers(view, where.project))
        if view.skill.hooks:
            parts.append(Bundle(losses=unsupported(view, "hooks")))
        return join(*parts)

    def _beside(self, view: View, form: Kind, root: str, base: str) -> Bundle:
        """Return what lies beside the skill's folder, below ``root``."""
        found, moved = rules.prepared(view, form, self.host, self.id, base)
        agents = agents_of(view, form)
        skills = self.skills_folder(user=root == _USER)
        own = overrides.front_matter(view, self.id) if form is Kind.AGENT else {}
        return join(
            moved,
            *(rules.as_skill(view, rule, skills) for rule in found if rule.on_request),
            self._instructions(view, [rule for rule in found if not rule.on_request], root),
            *(self._command(view, command, root, base) for command in commands_of(view)),
            *(
                self._agent(view, agent, root, base, {} if number else own)
                for number, agent in enumerate(agents)
            ),
        )

    def _instructions(self, view: View, found: Sequence[RuleText], root: str) -> Bundle:
        if not found:
            return Bundle()
        text = rules.always_block(view, found, scoped=True).rstrip("\n") + "\n"
        path = f"{root}/instructions/{skill_name(view)}.md"
        config = f"{_USER}/{_CONFIG}" if root == _USER else _CONFIG
        keys = {"$schema": _SCHEMA, "instructions": [path]}
        losses = tuple(
            Loss("globs", f"`{rule.name}` loads always; its globs are put into words", rule.path)
            for rule in found
            if rule.globs and not rule.always
        )
        return Bundle(
            (Placed(path, File(to_bytes(text))), Placed(config, JsonKeys(keys))),
            losses,
            Tokens(always=tokens.count(text)),
        )

    def _command(self, view: View, command: Command, root: str, base: str) -> Bundle:
        keys: dict[str, Any] = {}
        agent, subtask = command.extra.get("agent"), command.extra.get("subtask")
        if isinstance(agent, str) and agent:
            keys["agent"] = agent
        model, lost = model_for(command.model, self.id)
        if model:
            keys["model"] = model
        if isinstance(subtask, bool):
            keys["subtask"] = subtask
        data, losses = command_file(
            view, command, self.host, base=base, keys=keys, shell=True, files=True
        )
        losses += lost + command_losses(command, *keys, "model")
        path = f"{root}/commands/{command_name(view, command)}.md"
        cost = Tokens(on_demand=tokens.count(view.prose(command.body)))
        return Bundle((Placed(path, File(data)),), losses, cost)

    def _agent(
        self, view: View, agent: Agent, root: str, base: str, own: Mapping[str, Any]
    ) -> Bundle:
        description, losses = agent_description(view, agent)
        mode = agent.extra.get("mode")
        keys: dict[str, Any] = {
            "description": description,
            "mode": mode if mode in _MODES else "subagent",
        }
        model, lost = model_for(agent.model, self.id)
        if model:
            keys["model"] = model
        for key, types in _AGENT_KEYS.items():
            value = agent.extra.get(key)
            if isinstance(value, types) and (bool in types or not isinstance(value, bool)):
                keys[key] = value
        permission, unknown = _permission(agent)
        if permission:
            keys["permission"] = permission
        losses += lost + unknown + agent_losses(agent, *keys, "tools", "model")
        keys |= own
        text, lost = agent_text(view, agent, self.host, base=base)
        name = agent_name(agent)
        return Bundle(
            (Placed(f"{root}/agents/{name}.md", File(to_bytes(with_front_matter(keys, text)))),),
            losses + lost,
            Tokens(tokens.listing(name, description), tokens.count(text)),
        )

    def _servers(self, view: View, base: str) -> Bundle:
        made, losses = mcp.servers(view, self.id, root=base)
        if not made:
            return Bundle(losses=losses)
        # A server's file cannot be named in a way that is right in every project of a user.
        local = mcp.uses_root(view, base, made)
        if local:
            detail = "they run a file of the skill: for projects only"
            losses += (Loss("mcp", detail, view.skill.path),)
        keys = JsonKeys({"$schema": _SCHEMA, "mcp": made})
        user_path = "" if local else f"{_USER_FOLDER}/{_CONFIG}"
        return Bundle((Placed(_CONFIG, keys, user_path),), losses)


def _permission(agent: Agent) -> tuple[dict[str, Any], tuple[Loss, ...]]:
    """Turn a list of tools into permissions: what is not on the list is denied."""
    found: dict[str, Any] = {}
    losses: dict[Loss, None] = {}
    for tool in agent.tools:
        name, pattern = tools.split(tool)
        names, lost = tools.translate((name,), "opencode")
        losses.update(dict.fromkeys(lost))
        for made in names:
            if made == "*":
                return {}, ()
            if not pattern or found.get(made) == "allow":
                found[made] = "allow"
            else:
                # Claude Code writes `git add:*` for what begins with these words.
                wanted = pattern.removesuffix(":*") + " *" if pattern.endswith(":*") else pattern
                found.setdefault(made, {"*": "deny"})[wanted] = "allow"
    return ({"*": "deny", **found} if found else {}), tuple(losses)


PLATFORM = OpenCode()
