"""Generated pages: ``docs/platforms.md`` from the registry, ``docs/rules/`` from the codes.

    python -m polyskill.platforms.docs [--check] [FOLDER]

Run in the root of the repository; ``--check`` writes nothing and exits 1 if a page is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from polyskill.compiler.checks.docs import rule_pages

from .base import Platform
from .deliver import atomic
from .registry import all_platforms

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
    return "\n\n".join([_INTRO.rstrip(), overview, *map(_platform, platforms)]) + "\n"


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
