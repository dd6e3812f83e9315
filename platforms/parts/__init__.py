"""What platforms are built from: pure functions that turn parts of a view into pieces.

Signatures that every platform may rely on (each module documents its own)::

    memo.notes(skill) -> dict                      scratch memory per skill, bounded
    text.slug(text, fallback="") -> str            ASCII kebab-case, at most 64 characters
    text.to_bytes(text) / text.json_bytes(data) -> bytes
    text.with_front_matter(mapping, body) -> str   safe YAML between fences, then the body
    bundle.join(*bundles) -> Bundle
    bundle.piece(path, data, *, user_path=None, executable=False) -> Placed
    tokens.count(text) -> int; tokens.listing(name, description) -> int
    tokens.of_resources(view) -> int               the references, loaded on demand
    losses.unsupported(view, *constructs, path="") -> tuple[Loss, ...]
    losses.model_for(model, host_id) -> tuple[str, tuple[Loss, ...]]
    overrides.of(view, platform_id) -> Mapping     overrides.front_matter / overrides.manifest
    skillfile.skill_name(view) -> str
    skillfile.skill_md(view, *, name=None, extra_keys=None, metadata_extra=None, body=None) -> bytes
    skillfile.compose(the same) -> SkillFile       data, name, description, losses, diagnostics
    split.Budget(chars=None, tokens=5000, lines=500); Budget.over(text) -> Excess | None
    split.split_body(body, budget, lang, taken=()) -> Split(body, files)
    folder.skill_folder(view, root, *, host, platform, max_body_chars=None, max_tokens=5000,
        max_lines=500, name=None, extra_keys=None, metadata_extra=None, body=None,
        extra_files=None, user_root=None) -> Bundle
    folder.resources(view, base, user_base=None) -> tuple[Placed, ...]   without SKILL.md
    folder.home(view, skills_root, form) -> str    where the files of the skill lie, in a project
    placeholders.skill_text(text, view, host) -> tuple[str, tuple[Loss, ...]]
    placeholders.companion_text(text, view, base, host) -> tuple[str, tuple[Loss, ...]]
    placeholders.arguments(text, source, target, lang) -> tuple[str, tuple[Loss, ...]]
    placeholders.own_paths(text, view, skill_dir, plugin_root="") -> tuple[str, tuple[Loss, ...]]
    placeholders.relocate(text, view, base) -> str
    placeholders.quote_imports(text) -> str        `@path` in CLAUDE.md and AGENTS.md
    commands.commands_of(view) -> tuple[Command, ...]
    commands.command_name(view, command) -> str
    commands.command_text(view, command, host, *, base, shell=False, files=False)
    commands.command_file(view, command, host, *, base, keys=None, shell=False, files=False)
        -> tuple[bytes, tuple[Loss, ...]]
    commands.command_skill(view, command, root, host, *, base, extra_keys=None,
        extra_files=None) -> Bundle
    subagents.agents_of(view, form) -> tuple[Agent, ...]; subagents.agent_name(agent) -> str
    subagents.agent_text(view, agent, host, *, base) -> tuple[str, tuple[Loss, ...]]
    tools.split(tool) -> tuple[str, str]; tools.translate(tools, host_id); tools.writes(tools)
    mcp.servers(view, shape, *, root="") -> tuple[dict, tuple[Loss, ...]]
    mcp.codex_toml(view, *, root="") -> tuple[str, tuple[Loss, ...]]
    rules.rules_of(view, form) -> tuple[RuleText, ...]
    rules.always_block(view, rules) -> str
    rules.as_skill(view, rule, root, host) -> Bundle
    rules.within(view, text, budget, base, limit_code_args) -> Fitted
    manifest.info(view, name) -> PluginInfo; manifest.readme(view, info, ...) -> bytes
"""
