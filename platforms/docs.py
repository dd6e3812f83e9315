"""Generated pages: ``docs/platforms.md`` from the registry, ``docs/rules/`` from the codes.

    python -m polyskill.platforms.docs [--check] [FOLDER]

Run in the root of the repository; ``--check`` writes nothing and exits 1 if a page is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from polyskill.compiler.checks.docs import rule_pages

from . import clients
from .base import Platform
from .clients import Copies
from .deliver import atomic
from .registry import all_platforms
from .verify.record import recorded

__all__ = ["main", "pages", "platforms_page"]

_INTRO = """\
# Platforms

Generated from the registry by `python -m polyskill.platforms.docs`; the same data as JSON:
`polyskill platforms --json`. How a fact is known: **ran** (seen in the running client), **shipped**
(read out of its package), **docs** (the vendor's documentation), **secondary**, **unverified**.

本页由注册表生成；JSON 形式见 `polyskill platforms --json`。
依据（how）：**ran** 实际运行客户端所见，**shipped** 从发行包中读出，**docs** 厂商文档，
**secondary** 二手来源，**unverified** 未核实。
"""

_CLIENTS = """\
## Where assistants look

What `polyskill install` plans with: one copy for as many assistants as possible, none sees a skill
twice. `polyskill install` 据此规划：尽量多个助手共用一份，任何助手都不会看到重复的技能。
"""
_PROOF = """\
## Proof of load

What reached the model when the real assistants ran offline against our own model server:
`polyskill verify SOURCE --json | python -m polyskill.platforms.verify.record` writes this table.
Of Cursor there is no client to run: its files are checked against the published format.

真实助手离线运行、连接本机模拟模型时实际送达模型的内容。
Cursor 没有可运行的客户端，仅检查其文件格式。
"""
_ANSWERS = ("listed", "description", "body", "reference", "instructions")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ") or "–"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _code(path: str) -> str:
    return f"`{path}`" if path else "–"


def _platform(platform: Platform) -> str:
    parts = [
        f"## {platform.title} (`{platform.id}`)",
        f"Checked with: {platform.version}. {platform.homepage}",
        "### Paths",
        _table(
            ("what", "in a project", "under the home folder", "source", "checked"),
            (
                (item.what, _code(item.project), _code(item.user), item.source, item.checked)
                for item in platform.locations
            ),
        ),
        "### Limits",
        _table(
            ("subject", "maximum", "beyond it", "source", "checked"),
            (
                (
                    item.subject,
                    f"{item.maximum:,} {item.unit}",
                    item.effect,
                    item.source,
                    item.checked,
                )
                for item in platform.limits
            ),
        ),
        "### Facts",
        _table(
            ("fact", "value", "how", "source", "checked"),
            (
                (item.key, item.value, item.how, item.source, item.checked)
                for item in platform.facts
            ),
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def platforms_page(platforms: Sequence[Platform]) -> str:
    """Return ``docs/platforms.md``."""
    constructs = list(dict.fromkeys(key for item in platforms for key in item.supports))
    overview = _table(
        ("construct", *(item.title for item in platforms)),
        (
            (
                key,
                *(item.supports[key].value if key in item.supports else "–" for item in platforms),
            )
            for key in constructs
        ),
    )
    parts = [_INTRO.rstrip(), overview, _clients(), _proof(), *map(_platform, platforms)]
    return "\n\n".join(parts) + "\n"


def _clients() -> str:
    """Return where each assistant looks for skills, and what it does with several copies."""
    words = {Copies.FIRST: "the first", Copies.ANY: "one, by chance", Copies.ALL: "all"}
    rows = []
    for name in clients.names():
        client = clients.get(name)
        project, user = (
            ", ".join(map(_code, client.reads(scope).skills)) for scope in ("project", "user")
        )
        rows.append((f"{client.title} (`{name}`)", project, user, words[client.copies],
                     client.source, client.checked))  # fmt: skip
    headings = (
        "assistant", "skills in a project", "skills under the home folder", "of copies it lists",
        "source", "checked",
    )  # fmt: skip
    return "\n\n".join([_CLIENTS.rstrip(), _table(headings, rows)])


def _proof() -> str:
    """Return what the running assistants received (``polyskill verify``)."""

    def mark(value: bool | None) -> str:
        return "" if value is None else "yes" if value else "no"

    rows = [
        (
            clients.get(row["client"]).title,
            row["version"],
            row["skill"],
            row["lang"],
            row["status"],
            *(mark(row[key]) for key in _ANSWERS),
            row["reason"],
            row["date"],
        )
        for row in recorded()
    ]
    headings = ("client", "version", "skill", "language", "result", *_ANSWERS, "why", "date")
    return "\n\n".join([_PROOF.rstrip(), _table(headings, rows)])


def pages() -> dict[str, str]:
    """Return every generated page: path below ``docs/`` → text."""
    made = {f"rules/{name}": text for name, text in rule_pages().items()}
    made["platforms.md"] = platforms_page(all_platforms())
    return made


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or check them; return the exit status."""
    check = "--check" in arguments
    folders = [argument for argument in arguments if not argument.startswith("-")]
    docs = Path(folders[0] if folders else "docs")
    made = pages()
    stale = [
        name
        for name, text in made.items()
        if not (docs / name).is_file() or (docs / name).read_text("utf-8") != text
    ]
    extra = {
        path.relative_to(docs).as_posix() for path in (docs / "rules").glob("*.md")
    } - made.keys()
    for name in sorted({*stale, *extra}):
        sys.stdout.write(f"{'stale' if check else 'written'}: {docs / name}\n")
    if check:
        return 1 if stale or extra else 0
    for name in stale:
        atomic.make_directory((docs / name).parent)
        atomic.write(docs / name, made[name].encode())
    for name in extra:
        atomic.remove(docs / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
