"""Lists of things with the targets that they concern: losses, sections that are held back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .language import tr
from .output import columns, echo, styled
from .text import plain, wrap

__all__ = ["PAGE", "held_back", "print_places", "room"]

PAGE = 100  # running text is not set wider than this


def room() -> int:
    """Return how wide running text may be."""
    return min(columns() or PAGE, PAGE)


def held_back(found: Iterable[tuple[str, str, str, int]]) -> dict[str, list[str]]:
    """Name the sections that are kept out of what an assistant loads, and say why.

    Args:
        found: (target, title, reason, line); a section has a title in each language.
    """
    reasons = {
        "tests": tr("tests", "测试"),
        "history": tr("history", "版本历史"),
        "license": tr("license", "许可证"),
        "install": tr("how to install", "安装说明"),
        "platform": tr("for another assistant", "属于其他助手"),
    }
    titles: dict[tuple[int, str], dict[str, list[str]]] = {}
    for target, title, reason, line in found:
        titles.setdefault((line, reason), {}).setdefault(title, []).append(target)
    texts: dict[str, list[str]] = {}
    for (line, reason), targets in sorted(titles.items()):
        place = tr(f"line {line}", f"第 {line} 行")
        text = f"{' / '.join(targets)} ({place}): {reasons.get(reason, reason)}"
        texts[text] = [target for keys in targets.values() for target in keys]
    return texts


def print_places(found: Mapping[str, Sequence[str]], *, indent: int = 2) -> None:
    """Print each text with the targets (``claude/en``) that it is about below it."""
    margin = " " * indent
    for text, keys in found.items():
        lines = wrap(plain(text), room() - indent - 2)
        echo(f"{margin}- {lines[0]}")
        for line in lines[1:]:
            echo(f"{margin}  {line}")
        for line in wrap(_merged(keys), room() - indent - 4):
            echo(f"{margin}  {styled(line, 'dim')}")


def _merged(keys: Iterable[str]) -> str:
    """``claude/en claude/zh cursor/en`` → ``claude, cursor/en``: all languages need no mention."""
    languages: dict[str, list[str]] = {}
    for key in keys:
        platform, _, lang = key.rpartition("/")
        languages.setdefault(platform, []).append(lang.partition("-")[0])
    most = max(map(len, languages.values()), default=0)
    return ", ".join(
        platform if len(langs) == most > 1 else f"{platform}/{'+'.join(langs)}"
        for platform, langs in languages.items()
    )
