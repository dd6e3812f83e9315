"""What in a SKILL.md can make a client drop it: found by looking at the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from polyskill.compiler.frontmatter import read_strict
from polyskill.compiler.localized import Text

from .files import SKILL_FILE, SkillFile
from .recipes import Recipe

__all__ = ["faults"]

_TEXTS = {
    "lower-case": Text(
        "is not called `SKILL.md` but `{found}`", "文件名不是 `SKILL.md` 而是 `{found}`"
    ),
    "bom": Text("begins with a byte-order mark", "以字节顺序标记（BOM）开头"),
    "not-utf8": Text("is not UTF-8", "不是 UTF-8 编码"),
    "no-front-matter": Text("has no front matter", "没有元数据"),
    "yaml": Text("has a front matter that is not sound YAML", "元数据不是有效的 YAML"),
    "no-name": Text("has no `name`", "没有 `name`"),
    "no-description": Text("has no `description` that is a text", "没有文本形式的 `description`"),
    "hidden": Text("is for the user alone", "仅供用户调用"),
    "paths": Text("has `paths`, so it waits for a matching file", "带有 `paths`，需等待匹配的文件"),
    "link": Text("lies behind a link", "位于链接之后"),
    "long-name": Text(
        "has a name of {found} characters, {limit} are taken",
        "名称有 {found} 个字符，最多 {limit} 个",
    ),
    "long-description": Text(
        "has a description of {found} characters, {limit} are taken",
        "描述有 {found} 个字符，最多 {limit} 个",
    ),
    "non-ascii-name": Text("has a name that is not ASCII", "名称含有非 ASCII 字符"),
}


def _found(file: SkillFile) -> Iterator[tuple[str, object]]:
    """Yield every peculiarity of a file: its key and what was found."""
    if file.path.name != SKILL_FILE:
        yield "lower-case", file.path.name
    if file.source.bom:
        yield "bom", ""
    if file.source.invalid_at is not None:
        yield "not-utf8", ""
    if file.front.front is None:
        yield "no-front-matter", ""
    elif file.front.front.recovered or read_strict(file.source).front is None:
        yield "yaml", ""
    if file.field("name") is None:
        yield "no-name", ""
    if not file.description:
        yield "no-description", ""
    if file.field("paths") is not None:
        yield "paths", ""
    if file.path.parent.is_symlink():
        yield "link", ""
    if not file.name.isascii():
        yield "non-ascii-name", file.name
    yield "long-name", len(file.name)
    yield "long-description", len(file.description)


def faults(path: Path, recipe: Recipe) -> list[Text]:
    """Return what in the SKILL.md at ``path`` its client does not take."""
    file = SkillFile(path, path.name)
    limits = {"long-name": recipe.max_name, "long-description": recipe.max_description}
    if recipe.hides(path):
        return [_TEXTS["hidden"]]
    made = []
    for key, found in _found(file):
        limit = limits.get(key)
        over = limit is not None and isinstance(found, int) and found > limit
        if over or key in recipe.refuses:
            text = _TEXTS[key]
            values = {"found": found, "limit": limit}
            made.append(
                Text((text.en or "").format_map(values), (text.zh or "").format_map(values))
            )
    return made
