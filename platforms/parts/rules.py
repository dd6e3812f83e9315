"""Rules: what loads in every session, what loads for some files, what loads on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from polyskill.compiler.codes import platforms as codes
from polyskill.compiler.diagnostics import Diagnostic, report
from polyskill.compiler.localized import Lang
from polyskill.compiler.markdown import closed
from polyskill.compiler.model import Kind
from polyskill.compiler.view import View

from ..base import Bundle, File, Host, Loss, ManagedBlock, Placed, Tokens
from . import tokens
from .bundle import join
from .commands import first_line
from .folder import divided, findings
from .placeholders import companion_text, quote_imports
from .skillfile import describe, skill_name
from .split import Budget
from .text import one_line, slug, to_bytes, with_front_matter

__all__ = [
    "Fitted",
    "RuleText",
    "always_block",
    "as_skill",
    "instructions",
    "prepared",
    "rule_name",
    "rules_of",
    "within",
]

_MATCHING = {
    Lang.EN: "When you work on files that match {globs}:",
    Lang.ZH: "处理匹配 {globs} 的文件时：",
    Lang.BILINGUAL: "When you work on files that match {globs}（处理匹配的文件时）:",
}
_USED = {
    Lang.EN: "Use when working on files that match {globs}.",
    Lang.ZH: "处理匹配 {globs} 的文件时使用。",
    Lang.BILINGUAL: "Use when working on files that match {globs}. 处理匹配的文件时使用。",
}


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in one language. Neither ``always`` nor ``globs`` means: on request."""

    name: str
    description: str
    body: str
    globs: tuple[str, ...] = ()
    always: bool = False
    path: str = ""

    @property
    def on_request(self) -> bool:
        """Whether the model (or the user) decides when the rule applies."""
        return not self.always and not self.globs


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text within its budget, the files that took the rest, and what there is to say."""

    body: str
    pieces: tuple[Placed, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def rules_of(view: View, form: Kind) -> tuple[RuleText, ...]:
    """Return the rules to write; in the form ``RULES`` the skill's own body is the first."""
    skill = view.skill
    found: list[RuleText] = []
    if form is Kind.RULES and view.body:
        ruled = skill.kind is Kind.RULES
        always = skill.always or not (skill.globs or ruled)
        name = skill_name(view)
        found.append(
            RuleText(name, one_line(view.description), view.body, skill.globs, always, skill.path)
        )
    for rule in skill.rules:
        body = view.prose(rule.body)
        if not any(known.body == body for known in found):
            found.append(
                RuleText(
                    slug(rule.name),
                    one_line(view.words(rule.description)),
                    body,
                    rule.globs,
                    rule.always,
                    rule.path or skill.path,
                )
            )
    return tuple(found)


def rule_name(view: View, rule: RuleText) -> str:
    """Return a file name for a rule: ``<skill>-<rule>``, so that no two skills collide."""
    skill = skill_name(view)
    if rule.name == skill or rule.name.startswith(f"{skill}-"):
        return rule.name
    return slug(f"{skill}-{rule.name}")


def _matching(template: Mapping[Lang, str], view: View, rule: RuleText) -> str:
    comma = "、" if view.lang is Lang.ZH else ", "
    return template[view.lang].format(globs=comma.join(f"`{glob}`" for glob in rule.globs))


def always_block(view: View, rules: Sequence[RuleText], *, scoped: bool = False) -> str:
    """Return rules as one text for an instruction file, under a heading that names the skill.

    With ``scoped`` a rule's globs are put into words, for a client that knows none.
    """
    if not rules:
        return ""
    parts: list[str] = []
    for rule in rules:
        body = closed(rule.body).strip("\n")
        if scoped and rule.globs and not rule.always:
            body = f"{_matching(_MATCHING, view, rule)}\n\n{body}"
        parts.append(body)
    if not parts[0].startswith("#"):
        parts.insert(0, f"## {one_line(view.title) or skill_name(view)}")
    return "\n\n".join(parts)


def prepared(
    view: View,
    form: Kind,
    host: Host,
    platform: str,
    base: str,
    *,
    named: str = "",
    plugin: bool = False,
) -> tuple[tuple[RuleText, ...], Bundle]:
    """Return the rules with their texts translated, and what had to move to files of its own.

    ``base`` is where the skill's files lie; ``named`` is how the texts name that folder, where
    this is something else.
    """
    found = rules_of(view, form)
    if not found:
        return (), Bundle()
    rules: list[RuleText] = []
    extra: list[Bundle] = []
    for rule in found:
        text, losses = companion_text(rule.body, view, named or base, host, plugin=plugin)
        fitted = within(view, text, platform, Budget(), base, named)
        rules.append(replace(rule, body=fitted.body))
        moved = sum(
            tokens.count(placed.piece.data.decode())
            for placed in fitted.pieces
            if isinstance(placed.piece, File)
        )
        extra.append(Bundle(fitted.pieces, losses, Tokens(0, moved), fitted.diagnostics))
    return tuple(rules), join(*extra)


def instructions(
    view: View,
    rules: Sequence[RuleText],
    path: str,
    user_path: str | None = None,
    *,
    limit: int | None = None,
) -> Bundle:
    """Return rules as a managed block of an instruction file that loads in every session.

    ``limit`` is how many bytes of that file the client reads. Rules that are not for every file
    say so in words, and that is a loss.
    """
    if not rules:
        return Bundle()
    text = quote_imports(always_block(view, rules, scoped=True))
    found: tuple[Diagnostic, ...] = ()
    size = len(to_bytes(text))
    if limit is not None and size > limit:
        skill = view.skill
        found = (
            report(
                codes.INSTRUCTIONS_OVER_LIMIT,
                skill.path,
                name=skill.name,
                path=path,
                size=size,
                unit="bytes",
                limit=limit,
            ),
        )
    losses = tuple(
        Loss(
            "globs", f"`{rule.name}` loads always; its file patterns are put into words", rule.path
        )
        for rule in rules
        if rule.globs and not rule.always
    )
    placed = Placed(path, ManagedBlock(text), user_path)
    return Bundle((placed,), losses, Tokens(tokens.count(text), 0), found)


def within(
    view: View, text: str, platform: str, budget: Budget, base: str, named: str = ""
) -> Fitted:
    """Split a text that loads always, moving sections to files below ``base``."""
    before = budget.over(text)
    if before is None:
        return Fitted(text)
    split = divided(view, text, budget, base)
    pieces = tuple(Placed(path, File(to_bytes(moved))) for path, moved in split.files)
    body = split.body
    if named:
        for path, _ in split.files:
            body = body.replace(path, named + path[len(base) :])
    return Fitted(body, pieces, findings(view, platform, before, split, budget))


def as_skill(view: View, rule: RuleText, root: str) -> Bundle:
    """Return a rule as a skill folder ``<root>/<skill>-<rule>/``, for a client without such rules.

    A rule on request is just that: its description tells the model when it applies.
    """
    name = rule_name(view, rule)
    if name == skill_name(view) and view.skill.kind is not Kind.RULES:
        name = slug(f"{name}-rules")
    text = rule.body
    words = rule.description or first_line(text) or name
    if rule.globs:
        words = one_line(f"{words}\n{_matching(_USED, view, rule)}")
    description, changed, found = describe(words, name, rule.path)
    values: dict[str, object] = {"name": name, "description": description}
    if view.skill.license.strip():
        values["license"] = one_line(view.skill.license)
    how = "on request" if rule.on_request else "always" if rule.always else "for some files"
    losses = (Loss("rules", f"`{rule.name}` (loaded {how}) is the skill `{name}`", rule.path),)
    return Bundle(
        (Placed(f"{root}/{name}/SKILL.md", File(to_bytes(with_front_matter(values, text)))),),
        losses + changed,
        Tokens(tokens.listing(name, description), tokens.count(text)),
        found,
    )
