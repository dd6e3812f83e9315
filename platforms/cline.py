"""Cline: skills of at most 8,000 characters, rule files, workflows, agents in YAML files."""

from __future__ import annotations

from collections.abc import Mapping
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
    Placed,
    Platform,
    Support,
    Tokens,
)
from .parts import mcp, overrides, rules, tokens
from .parts.bundle import join
from .parts.commands import command_losses, command_name, command_text, commands_of
from .parts.folder import has_folder, skill_folder
from .parts.folder import resources as resources_of
from .parts.losses import unsupported
from .parts.placeholders import companion_text
from .parts.rules import RuleText
from .parts.scopes import both, home_of
from .parts.skillfile import MAX_DESCRIPTION, skill_name
from .parts.split import Budget
from .parts.subagents import (
    agent_description,
    agent_losses,
    agent_name,
    agent_text,
    agents_of,
)
from .parts.text import to_bytes, with_front_matter

__all__ = ["PLATFORM", "Cline"]

_CHECKED = "2026-11-22"
_RAN = "Cline CLI 3.0.65, run offline"
_PROJECT, _USER = ".cline", "~/.cline"
_SKILLS = f"{_PROJECT}/skills"
_RULES, _USER_RULES = ".clinerules", "~/Documents/Cline/Rules"
_WORKFLOWS, _USER_WORKFLOWS = f"{_RULES}/workflows", "~/Documents/Cline/Workflows"
_RESULT = 8000  # characters of a skill call's result; beyond them the middle is removed
_FRAME = 300  # what the client writes around the description and the body
_BODY = 7500
_NO_LIMIT = 1 << 40
_SERVERS = ".cline/data/settings/cline_mcp_settings.json"
_TRANSPORTS = {"streamable-http": "streamableHttp", "sse": "sse"}
_FILES = {
    Lang.EN: "Files named here lie in `{base}/`.",
    Lang.ZH: "文中提到的文件位于 `{base}/`。",
    Lang.BILINGUAL: "Files named here lie in `{base}/`. 文中提到的文件位于该文件夹。",
}


class Cline(Platform):
    """Cline (CLI and editor extension)."""

    id: ClassVar[str] = "cline"
    title: ClassVar[str] = "Cline"
    version: ClassVar[str] = "3.0.65"
    homepage: ClassVar[str] = "https://cline.bot"
    host: ClassVar[Host] = Host(arguments="appended")
    locations: ClassVar[tuple[Location, ...]] = (
        Location("skills", _SKILLS, _SKILLS, _RAN, _CHECKED),
        Location("instructions", "AGENTS.md", ".agents/AGENTS.md", _RAN, _CHECKED),
        Location("rules", _RULES, _USER_RULES.removeprefix("~/"), _RAN, _CHECKED),
        Location("commands", _WORKFLOWS, _USER_WORKFLOWS.removeprefix("~/"), _RAN, _CHECKED),
        Location("agents", f"{_PROJECT}/agents", f"{_PROJECT}/agents", _RAN, _CHECKED),
        Location("mcp", "", _SERVERS, _RAN, _CHECKED),
    )
    supports: ClassVar[Mapping[str, Support]] = MappingProxyType(
        {
            "skills": Support.NATIVE,
            "rules": Support.NATIVE,
            "globs": Support.NATIVE,
            "commands": Support.NATIVE,
            "agents": Support.NATIVE,
            "mcp": Support.NATIVE,
            "hooks": Support.NONE,
            "plugins": Support.NONE,
        }
    )
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit(
            "SKILL.md body with its description",
            _RESULT,
            "characters",
            "the middle is removed when the skill is called",
            _RAN,
            _CHECKED,
        ),
    )
    facts: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "skills.read",
            ".cline/skills, .clinerules/skills, .agents/skills; ~/.cline/skills, ~/.agents/skills; "
            "not .claude/skills, whatever the documentation says",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "skills.listing",
            "names alone: descriptions did not reach the prompt in any run",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "skills.base",
            "neither the skill's folder nor its files are announced, so paths must start at the "
            "project",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "skills.expansion",
            "placeholders in a body stay as they are",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "rules.names",
            "of two rule files with one name in different folders only one survives: "
            "~/Documents/Cline/Rules wins",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "rules.paths",
            "the CLI ignores `paths` and always loads the rule; the documentation says otherwise "
            "for the extension",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "rules.folders",
            "folders below .clinerules are not read",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "workflows",
            "/name sends the body and the text after it; $ARGUMENTS is not replaced",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "agents",
            ".yml or .yaml with Markdown and a front matter (name, description); .md is not read",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "mcp",
            f"the CLI reads ~/{_SERVERS}; ~/.cline/mcp.json, which the documentation names, is not "
            "read",
            _RAN,
            _CHECKED,
            "ran",
        ),
        Fact(
            "mcp.types",
            "remote servers have `type`: streamableHttp or sse; another one makes the whole file "
            "invalid",
            _RAN,
            _CHECKED,
            "ran",
        ),
    )

    def lower(self, view: View, form: Kind) -> Bundle:
        """Turn one view into files below ``.cline/`` and ``.clinerules/``."""
        where = home_of(view, self.skills_folder(), self.skills_folder(user=True), form)
        main = self._main(view, form, where.project)
        if any(_names(item, where.project) for item in main.pieces):
            main = both(main, lambda: self._main(view, form, where.user))
        parts = [
            main,
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
        """Return the skill folder; its texts name their files by paths that start at ``base``."""
        if not has_folder(view, form):
            folder = base.removeprefix("~/")
            return Bundle(resources_of(view, folder), tokens=Tokens(0, tokens.of_resources(view)))
        text, losses = companion_text(view.body, view, base, self.host)
        beside = (item for item in view.resources if "/" not in item.path)
        if any(item.path in text and item.role != "license" for item in beside):
            text = f"{_FILES[view.lang].format(base=base)}\n\n{text}"
        fitted = rules.within(view, text, self.id, _budget(view, text), base)
        made = skill_folder(
            view,
            self.skills_folder(),
            host=self.host,
            platform=self.id,
            max_tokens=_NO_LIMIT,
            max_lines=_NO_LIMIT,
            extra_keys=overrides.front_matter(view, self.id),
            body=fitted.body,
        )
        moved = sum(
            tokens.count(item.piece.data.decode())
            for item in fitted.pieces
            if isinstance(item.piece, File)
        )
        return replace(
            made,
            pieces=made.pieces + fitted.pieces,
            losses=made.losses + losses,
            tokens=made.tokens + Tokens(0, moved),
            diagnostics=made.diagnostics + fitted.diagnostics,
        )

    def _beside(self, view: View, form: Kind, base: str, *, user: bool) -> Bundle:
        """Return what lies beside the skill's folder, in a project or under the home folder."""
        found, moved = rules.prepared(view, form, self.host, self.id, base)
        root = _USER if user else _PROJECT
        own = overrides.front_matter(view, self.id)
        return join(
            moved,
            *(
                self._rule(
                    view, rule, _USER_RULES if user else _RULES, own if form is Kind.RULES else {}
                )
                for rule in found
                if not rule.on_request
            ),
            *(
                rules.as_skill(view, rule, self.skills_folder(user=user))
                for rule in found
                if rule.on_request
            ),
            *(
                self._workflow(view, command, _USER_WORKFLOWS if user else _WORKFLOWS, base)
                for command in commands_of(view)
            ),
            *(
                self._agent(
                    view,
                    agent,
                    f"{root}/agents",
                    base,
                    own if form is Kind.AGENT and not number else {},
                )
                for number, agent in enumerate(agents_of(view, form))
            ),
        )

    def _rule(self, view: View, rule: RuleText, root: str, own: Mapping[str, Any]) -> Bundle:
        name = rules.rule_name(view, rule)
        if name == skill_name(view):
            # Plain names are those that users give their own rules, and theirs would hide this.
            name = f"{name}-rules"
        values: dict[str, Any] = {}
        losses: tuple[Loss, ...] = ()
        if rule.globs and not rule.always:
            values["paths"] = list(rule.globs)
            detail = f"`{rule.name}` is for some files; the CLI loads it always"
            losses = (Loss("globs", detail, rule.path),)
        data = to_bytes(with_front_matter({**values, **own}, rule.body.rstrip("\n") + "\n"))
        cost = Tokens(always=tokens.count(rule.body))
        return Bundle((Placed(f"{root}/{name}.md", File(data)),), losses, cost)

    def _workflow(self, view: View, command: Command, root: str, base: str) -> Bundle:
        text, losses = command_text(view, command, self.host, base=base)
        losses += command_losses(command)
        if command.description:
            detail = f"the description of `{command.name}` is left out: a workflow has none"
            losses += (Loss("command", detail, command.path or view.skill.path),)
        path = f"{root}/{command_name(view, command)}.md"
        data = to_bytes(text.strip("\n") + "\n")
        return Bundle((Placed(path, File(data)),), losses, Tokens(on_demand=tokens.count(text)))

    def _agent(
        self, view: View, agent: Agent, root: str, base: str, own: Mapping[str, Any]
    ) -> Bundle:
        name = agent_name(agent)
        description, losses = agent_description(view, agent)
        text, lost = agent_text(view, agent, self.host, base=base)
        values = {"name": name, "description": description, **own}
        return Bundle(
            (Placed(f"{root}/{name}.yaml", File(to_bytes(with_front_matter(values, text)))),),
            losses + lost + agent_losses(agent, *values),
            Tokens(tokens.listing(name, description), tokens.count(text)),
        )

    def _servers(self, view: View, base: str) -> Bundle:
        """Return the servers for the home folder: the client reads none in a project."""
        made, losses = mcp.servers(view, "openclaw", root=base)
        kept: dict[str, Any] = {}
        for name, entry in made.items():
            detail = ""
            if mcp.uses_root(view, base, entry):
                detail = "it runs a file of the skill, and servers are set up for the user only"
            elif "${" in str(entry):
                detail = "variables are not known to be replaced: put the values in yourself"
            if detail:
                losses += (Loss("mcp", f"`{name}`: {detail}", view.skill.path),)
            if not detail.startswith("it runs"):
                transport = entry.pop("transport", "")
                kept[name] = (
                    {"type": _TRANSPORTS.get(transport, transport), **entry} if transport else entry
                )
        if not kept:
            return Bundle(losses=losses)
        keys = JsonKeys({"mcpServers": kept})
        return Bundle((Placed("", keys, _SERVERS),), losses)


def _budget(view: View, text: str) -> Budget:
    """Return how long the body may be; the client counts an emoji as two characters."""
    described = min(len(view.description), MAX_DESCRIPTION)
    wide = 0 if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2 - len(text)
    return Budget(chars=min(_BODY, _RESULT - _FRAME - described) - wide)


def _names(placed: Placed, base: str) -> bool:
    """Whether a SKILL.md names the folder that it lies in."""
    return (
        placed.path.endswith("/SKILL.md")
        and isinstance(placed.piece, File)
        and base.encode() in placed.piece.data
    )


PLATFORM = Cline()
