"""What platforms are built from: pure functions that turn parts of a view into pieces.

Signatures that every platform may rely on (each module documents its own)::

    text.slug(text, fallback="") -> str            ASCII kebab-case, at most 64 characters
    text.to_bytes(text) / text.json_bytes(data) -> bytes
    text.with_front_matter(mapping, body) -> str   safe YAML between fences, then the body
    bundle.join(*bundles) -> Bundle
    bundle.piece(path, data, *, user_path=None, executable=False) -> Placed
    tokens.count(text) -> int; tokens.listing(name, description) -> int
    tokens.of_resources(view) -> int               the references, loaded on demand
    losses.unsupported(view, *constructs, path="") -> tuple[Loss, ...]
    losses.model_for(model, host_id) -> tuple[str, tuple[Loss, ...]]
    overrides.front_matter(view, platform_id) / overrides.manifest(view, platform_id, key="plugin")

    skillfile.skill_name(view) -> str
    skillfile.skill_md(view, *, name=None, extra_keys=None, metadata_extra=None, body=None) -> bytes
    skillfile.compose(the same) -> SkillFile       data, name, description, losses, diagnostics
    skillfile.describe(text, name, path="") -> (description, losses, diagnostics)
    split.Budget(chars=None, tokens=5000, lines=500); Budget.over(text) -> Excess | None
    split.split_body(body, budget, lang, taken=(), folder="references") -> Split(body, files)
    folder.alone(view, form) -> bool               whether the skill folder is all there is
    folder.has_folder(view, form) -> bool          whether the view becomes a skill folder
    folder.home(view, skills_root, form) -> str    where the files of the skill lie, in a project
    folder.skill_folder(view, root, *, host, platform, max_body_chars=None, max_tokens=5000,
        max_lines=500, name=None, extra_keys=None, metadata_extra=None, body=None,
        extra_files=None, user_root=None) -> Bundle
    folder.main_bundle(view, form, root, *, host, platform, extra_files=None,
        max_body_chars=None, user_root=None) -> (Bundle, base)
    folder.resources(view, base, user_base=None) -> tuple[Placed, ...]   without SKILL.md

    placeholders.skill_text(text, view, host) -> (text, losses)
    placeholders.companion_text(text, view, base, host, *, plugin=False) -> (text, losses)
    placeholders.arguments(text, source, target, lang) -> (text, losses)
    placeholders.own_paths(text, view, skill_dir, plugin_root="") -> (text, losses)
    placeholders.relocate(text, view, base) -> str
    placeholders.quote_imports(text) -> str        `@path` in CLAUDE.md and AGENTS.md

    commands.commands_of(view) -> tuple[Command, ...]; commands.command_name(view, command) -> str
    commands.command_text(view, command, host, *, base, shell=False, files=False, plugin=False)
        -> (text, losses)
    commands.command_file(view, command, host, *, base, keys=None, shell=False, files=False,
        plugin=False) -> (bytes, losses)
    commands.command_skill(view, command, root, host, *, base, extra_keys=None,
        extra_files=None, listed=True, user_root=None, plugin=False) -> Bundle
    commands.command_losses(command, *kept) -> tuple[Loss, ...]
    subagents.agents_of(view, form) -> tuple[Agent, ...]; subagents.agent_name(agent) -> str
    subagents.agent_description(view, agent) -> (str, losses)
    subagents.agent_text(view, agent, host, *, base, plugin=False) -> (str, losses)
    subagents.agent_losses(agent, *kept) -> tuple[Loss, ...]
    tools.split(tool) -> (name, pattern); tools.canonical(name) -> str
    tools.translate(tools, host_id) -> (names, losses); tools.writes(tools) -> bool
    mcp.servers(view, shape, *, root="") -> (dict, losses); mcp.uses_root(view, root, made) -> bool
    mcp.codex_toml(view, *, root="") -> (text, losses)
    toml.string / toml.block_string / toml.pairs / toml.table -> str
    hooks.hooks_for(view, host_id, root, plugin_root="") -> (events, losses)
    rules.rules_of(view, form) -> tuple[RuleText, ...]     name, description, body, globs, always
    rules.prepared(view, form, host, platform, base, *, named="", plugin=False)
        -> (rules with translated texts, Bundle with what moved)
    rules.instructions(view, rules, path, user_path=None, *, limit=None) -> Bundle   managed block
    rules.as_skill(view, rule, root) -> Bundle             for a client without such rules
    rules.rule_name(view, rule) -> str; rules.always_block(view, rules, *, scoped=False) -> str
    manifest.info(view, name) -> PluginInfo; manifest.without_empty(mapping) -> dict
    plugin.main_bundle(view, form, *, host, platform, extra_files=None, max_body_chars=None)
        -> (Bundle, base)                                  inside a plugin folder
    plugin.beside(view, info, form, taken) -> tuple[Placed, ...]    README, licence
    plugin.owner(name, rows) -> str

``host_id`` is a platform's id; ``form`` is what :meth:`Platform.lower` was asked for; ``base`` is
the folder that the skill's files lie in, as texts outside it write it.
"""
