"""A skill on one page: what ``polyskill show`` prints for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from .language import counted, message_language, tr
from .output import echo, styled
from .places import held_back, print_places, room
from .tables import Column, print_table
from .text import clip, plain, width, wrap

__all__ = ["print_list", "print_skill"]


def _pick(text: dict[str, str | None]) -> str:
    first = message_language().value
    other = "en" if first == "zh" else "zh"
    return plain(text[first] or text[other] or "")


def _heading(text: str, note: str = "") -> None:
    echo()
    echo(styled(text, "bold") + (f"  {note}" if note else ""))


def print_list(shown: Sequence[dict[str, Any]]) -> None:
    """Print a line for each of several skills."""
    print_table(
        [
            Column(tr("name", "名称"), wrap=True),
            Column(tr("kind", "类别")),
            Column(tr("dialect", "写法")),
            Column("en", right=True),
            Column("zh", right=True),
            Column(tr("tests", "测试"), right=True),
            Column(tr("losses", "损失"), right=True),
            Column(tr("path", "路径"), wrap=True),
        ],
        [
            (
                plain(data["name"]),
                data["kind"],
                data["dialect"],
                *(f"{data['languages'][lang]['coverage']:.0%}" for lang in ("en", "zh")),
                str(len(data["tests"])),
                str(len(_losses(data))),
                plain(data["path"]),
            )
            for data in shown
        ],
    )


def print_skill(data: dict[str, Any]) -> None:
    """Print all that matters of one skill."""
    title = _pick(data["title"])
    echo(styled(plain(data["name"]), "bold") + (f"  {title}" if title else ""))
    echo(f"{data['dialect']} {data['kind']}  {plain(data['path'])}")
    if said := _pick(data["description"]):
        echo()
        for line in wrap(said, room() - 2):
            echo(f"  {line}")
    echo()
    _facts(data)
    for part in (_sections, _tests, _resources, _platforms, _loss_list):
        part(data)


def _facts(data: dict[str, Any]) -> None:
    languages = data["languages"].items()
    recovered = tr("  (front matter repaired on reading)", "（读取时修复了文件头）")
    facts = [
        (
            tr("languages", "语言"),
            ", ".join(f"{lang} {entry['coverage']:.0%}" for lang, entry in languages)
            + (recovered if data["front_matter_recovered"] else ""),
        ),
        (tr("license", "许可证"), plain(data["license"])),
        (tr("triggers", "触发词"), _some([_pick(item["text"]) for item in data["triggers"]])),
        (tr("recipes", "配方"), ", ".join(data["recipes"])),
        (tr("commands", "命令"), _names(data["commands"])),
        (tr("agents", "代理"), _names(data["agents"])),
        (tr("rules", "规则"), _names(data["rules"])),
        ("MCP", _names(data["mcp_servers"])),
    ]
    _pairs([fact for fact in facts if fact[1]])


def _pairs(facts: Sequence[tuple[str, str]]) -> None:
    """Print names and values in two columns, no wider than a page."""
    left = max(width(name) for name, _ in facts)
    for name, value in facts:
        lines = wrap(value, room() - left - 4)
        for at, line in enumerate(lines):
            head = name + " " * (left - width(name)) if at == 0 else " " * left
            echo(f"  {head}  {line}")


def _names(items: Sequence[dict[str, Any]]) -> str:
    return ", ".join(plain(item["name"]) for item in items)


def _some(words: Sequence[str], most: int = 12) -> str:
    shown = tr("; ", "；").join(clip(word, 60) for word in words[:most])
    more = len(words) - most
    return shown + (tr(f"; and {more} more", f"；另有 {more} 个") if more > 0 else "")


def _flat(section: dict[str, Any], depth: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    if section["level"]:
        yield depth, section
    for child in section["sections"]:
        yield from _flat(child, depth + 1 if section["level"] else depth)


def _sections(data: dict[str, Any]) -> None:
    trees = [list(_flat(document["root"])) for document in data["documents"]]
    paths = [plain(document["path"].rpartition("/")[2]) for document in data["documents"]]
    if len(trees) == 2 and [depth for depth, _ in trees[0]] == [depth for depth, _ in trees[1]]:
        _section_table(" + ".join(paths), list(zip(trees[0], trees[1], strict=True)))
        return
    for path, tree in zip(paths, trees, strict=True):
        _section_table(path, [(entry, None) for entry in tree])


def _languages(*sections: dict[str, Any]) -> str:
    found = {lang for section in sections for lang in section["blocks"]} - {"neutral"}
    if "mixed" in found:
        found = {"en", "zh"}
    return "+".join(sorted(found))


def _section_table(
    name: str,
    rows: Sequence[tuple[tuple[int, dict[str, Any]], tuple[int, dict[str, Any]] | None]],
) -> None:
    if not rows:
        return
    _heading(tr("Sections", "章节"), name)
    lines = []
    for (depth, section), twin in rows:
        titles = [section["title"]["en"], section["title"]["zh"]]
        if twin is not None:
            titles += [twin[1]["title"]["en"], twin[1]["title"]["zh"]]
        words = dict.fromkeys(plain(title) for title in titles if title)
        languages = _languages(section, *([twin[1]] if twin else []))
        role = section["role"] if section["role"] != "other" else ""
        scope = f" [{', '.join(section['platforms'])}]" if section["platforms"] else ""
        numbers = [section["line"], *([twin[1]["line"]] if twin else [])]
        lines.append(
            (
                "/".join(map(str, numbers)),
                clip("  " * depth + " / ".join(words), max(24, min(60, room() - 30))),
                role + scope,
                languages,
            )
        )
    print_table(
        [Column("", right=True), Column(""), Column("", wrap=True), Column("")], lines, indent=2
    )


def _tests(data: dict[str, Any]) -> None:
    tests = data["tests"]
    if not tests:
        return
    _heading(tr("Tests", "测试"), str(len(tests)))
    triggers = {
        "should": tr("should trigger", "应触发"),
        "should_not": tr("should not trigger", "不应触发"),
    }
    print_table(
        [Column("", wrap=True), Column(""), Column(""), Column("")],
        [
            (
                plain(test["id"]),
                counted_word(len(test["criteria"]), "criterion", "criteria", "条标准"),
                counted(len(test["checks"]), "check", "项检查") if test["checks"] else "",
                triggers.get(test["trigger"] or "", ""),
            )
            for test in tests
        ],
        indent=2,
    )


def counted_word(number: int, one: str, many: str, zh: str) -> str:
    """Return a number with a noun whose plural is irregular."""
    return tr(f"{number} {one if number == 1 else many}", f"{number} {zh}")


def _size(number: int) -> str:
    return f"{number} B" if number < 1024 else f"{number / 1024:,.1f} KiB"


def _resources(data: dict[str, Any]) -> None:
    resources = data["resources"]
    if not resources:
        return
    total = _size(sum(item["bytes"] for item in resources))
    _heading(
        tr("Resources", "资源"),
        f"{counted(len(resources), 'file', '个文件')}{tr(', ', '，')}{total}",
    )
    print_table(
        [Column("", wrap=True), Column("", right=True), Column("")],
        [
            (
                plain(item["path"]),
                _size(item["bytes"]),
                tr("executable", "可执行") if item["executable"] else "",
            )
            for item in resources
        ],
        indent=2,
    )


def _each_view(data: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, views in data["platforms"].items():
        for lang, view in views.items():
            if isinstance(view, dict):
                yield name, lang, view


def _platforms(data: dict[str, Any]) -> None:
    rows = [
        (
            name,
            lang,
            str(len(view["files"])),
            f"{view['tokens']['always']:,}",
            f"{view['tokens']['on_demand']:,}",
            str(len(view["losses"])),
            str(len(view["withheld"])),
        )
        for name, lang, view in _each_view(data)
    ]
    rows += [
        (name, views["error"], *[""] * 5)
        for name, views in data["platforms"].items()
        if "error" in views
    ]
    if not rows:
        return
    _heading(tr("Platforms", "平台"))
    print_table(
        [
            Column(tr("platform", "平台")),
            Column(tr("language", "语言")),
            Column(tr("files", "文件"), right=True),
            Column(tr("tokens always", "常驻 token"), right=True),
            Column(tr("on demand", "按需 token"), right=True),
            Column(tr("losses", "损失"), right=True),
            Column(tr("held back", "不发布"), right=True),
        ],
        rows,
        indent=2,
    )


def _losses(data: dict[str, Any]) -> dict[str, list[str]]:
    """Every loss once, with the targets that have it."""
    found: dict[str, list[str]] = {}
    for name, lang, view in _each_view(data):
        for loss in view["losses"]:
            found.setdefault(f"{loss['construct']}: {loss['detail']}", []).append(f"{name}/{lang}")
    return found


def _withheld(data: dict[str, Any]) -> dict[str, list[str]]:
    return held_back(
        (f"{name}/{lang}", item["title"], item["reason"], item["line"])
        for name, lang, view in _each_view(data)
        for item in view["withheld"]
    )


def _loss_list(data: dict[str, Any]) -> None:
    gathered: Iterable[tuple[str, Callable[[dict[str, Any]], dict[str, list[str]]]]] = (
        (tr("Losses", "损失"), _losses),
        (tr("Sections held back", "不发布的章节"), _withheld),
    )
    for heading, gather in gathered:
        found = gather(data)
        if found:
            _heading(heading, str(len(found)))
            print_places(found)
