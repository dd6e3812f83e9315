"""Where damaged sources come from: real ones, cut up, mixed and mutated; always the same ones.

Input `n` depends on nothing but `n` and the seed files, so a failure is told by its number.
"""

from __future__ import annotations

import codecs
import random
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXTS = (".md", ".mdc", ".json", ".yaml", ".toml")

MARKUP = (
    "# ", "## 1. ", "### § 2 ", "#", "---\n", "---", "***\n", "===\n", "> ", ">> ", "- ", "* ",
    "1. ", "- [ ] ", "- [x] ", "☑ ", "| a | b |\n", "| --- | --- |\n", "|", "||", "```", "````",
    "```json\n", "~~~\n", "`", "``", "<!-- ", " -->", "<!-- 中文 -->",
    "<!-- polyskill: only=claude -->\n\n", "<!-- polyskill: only=", "<!--", "-->", "<div>\n",
    "</div>", "<br/>", "[a](references/a.md)", "[a]: b\n", "![i](x.png)", "[[", "]]", "[", "](",
    "**", "*", "_", "~~", "\\", "&amp;", "&#0;", " / ", "/ 中文", "（中文）", "English / 中文",
    "**Test 1: a**\n", "- Input: \"x\"\n", "- Expected: y\n", "Test Cases:\n", "测试用例\n",
    "触发词：\"甲\"、\"乙\"\n", "Triggers: \"a\", \"b\"\n", "User: \"hi\"\n",
    "Assistant: \"no\"\n", "$ARGUMENTS", "$1", "${CLAUDE_SKILL_DIR}/a", "!`ls`", "@file.md ",
    "{{args}}", "\n", "\n\n", "\n\n\n\n", "\t", "    ", "  ", " ", "\r\n", "\r", "\x0b", "\x0c",
    "\x1c", "\u2028", "\u0085",
)  # fmt: skip
YAML = (
    "name: x\n", "name: ", "description: ", "description: >\n  ", "description: |\n  a\n",
    "a: b: c\n", "globs: **/*\n", "globs: *.py\n", "tags: [a, b]\n", "tags: [a, [b, {c: d}]]\n",
    "- item\n", "  - item\n", "? a\n: b\n", "a: &x 1\nb: *x\n", "!!python/object:os.system x\n",
    "<<: *x\n", "'", '"', "{", "}", "[", "]", ": ", " #", "# c\n", "%YAML 1.2\n", "...\n", "---\n",
    "metadata:\n  a: 1\n  b: [1]\n", "metadata: text\n", "overrides:\n  cursor: {a: b}\n",
    "platforms: [claude]\n", "kind: agent\n", "kind: rules\n", "always: true\n",
    "triggers: a, b\n", "triggers:\n  - a / 甲\n", "date: 2020-01-01\n", "n: 0x1F\n", "n: 1_000\n",
    "n: .inf\n", "n: 12:30:45\n", "null: ~\n", "1: 2\n", "? [a]\n: b\n", "\t\n", "name: CON\n",
    "name: ../up\n", "name: 技能\n", "license: MIT\n", "allowed-tools: Bash(git:*), Read\n",
)  # fmt: skip
UNSEEN = (
    "\u200b", "\u200d", "\u200e", "\u202e", "\u2066", "\ufeff", "\u00ad", "\U000e0041", "\ufe0f",
    "\u3164", "\x1b[31m", "\x00", "\x07", "\x7f", "\u009b", "\ufffe", "\U0010ffff", "e\u0301",
    "𝒳", "👩‍💻", "ﬁ", "㍿",
)  # fmt: skip
INVALID = (
    b"\xff", b"\xc3", b"\xe4\xb8", b"\xf0\x9f", b"\xed\xa0\x80", b"\xc0\xaf", b"\x80", b"\xfe\xff",
)  # fmt: skip
NESTED = (
    "> ", "- ", "1. ", "  - ", "[", "(", "*", "**", "_", "`", "<b>", "<!--", "![", "{", "[{", "\\",
    "| ", "# ", "&a ", "*a ", "- - ", "? ", "[a](", "a: {", "\t", "$", "~", "<", "](", "'", '"',
)  # fmt: skip


def seed_files() -> list[tuple[str, bytes]]:
    """The texts to start from: fixtures; the corpus too where it is at hand. In a fixed order.

    The skills of this repository are no seeds: each change to their text would make other inputs.
    """
    roots = [ROOT / "tests" / "fixtures"]
    roots += [ROOT.parent / "shared" / "corpus", ROOT.parent / "shared" / "sources"]
    found = [
        (path.relative_to(root).as_posix(), path.read_bytes())
        for root in roots
        for path in sorted(root.rglob("*"))
        if path.suffix in TEXTS and path.is_file()
    ]
    return [(name, data) for name, data in found if data]


class Maker:
    """Makes the files of input `n`."""

    def __init__(self, seeds: list[tuple[str, bytes]]) -> None:
        self.seeds = seeds
        self.pages = [data for name, data in seeds if name.endswith((".md", ".mdc"))]
        self.json = [data for name, data in seeds if name.endswith(".json")]
        self.yaml = [data for name, data in seeds if name.endswith(".yaml")]

    def __call__(self, number: int) -> dict[str, bytes]:
        """Return the files of one input by relative path."""
        rng = random.Random(f"polyskill {number}")
        return rng.choices(SHAPES, WEIGHTS)[0](self, rng)

    # -- parts ---------------------------------------------------------------------------------

    def head(self, rng: random.Random) -> bytes:
        """Return a front matter: a real one, a made one, or none."""
        kind = rng.random()
        if kind < 0.45:
            data = rng.choice(self.pages)
            if data.startswith(b"---"):
                lines = data.split(b"\n", 40)[:40]
                ends = [at for at, line in enumerate(lines) if at and line.startswith(b"---")]
                return b"\n".join(lines[: (ends or [12])[0] + 1]) + b"\n"
        if kind < 0.9:
            keys = "".join(rng.choices(YAML, k=rng.randrange(6)))
            name = rng.choice(("thing", "s", "a-b", "Some Name", "技能"))
            words = rng.choice(("Does it. Use when asked.", "做事。用于测试。", "a: b", "'", "[x"))
            return f"---\nname: {name}\ndescription: {words}\n{keys}---\n\n".encode()
        return b""

    def body(self, rng: random.Random) -> bytes:
        """Return some lines of one or two real texts, or markup without rhyme or reason."""
        kind = rng.random()
        if kind < 0.2:
            parts = rng.choices((*MARKUP, "word", "词语", "a b", "。"), k=rng.randrange(80))
            return "".join(parts).encode()
        made = b""
        for _ in range(1 if kind < 0.8 else 2):
            lines = rng.choice(self.pages).splitlines(keepends=True)
            start = rng.randrange(len(lines))
            made += b"".join(lines[start : start + rng.choice((5, 15, 30, 45))])
        return made[:6000]

    def page(self, rng: random.Random) -> bytes:
        """Return a Markdown file, most often damaged."""
        whole = rng.random() < 0.015
        made = rng.choice(self.pages) if whole else self.head(rng) + self.body(rng)
        return self.damage(rng, made)

    def data(self, rng: random.Random, seeds: list[bytes], fallback: bytes) -> bytes:
        """Return a data file, most often damaged."""
        return self.damage(rng, (rng.choice(seeds) if seeds else fallback)[:8000])

    # -- damage --------------------------------------------------------------------------------

    def damage(self, rng: random.Random, data: bytes) -> bytes:
        """Return `data` after some mutations."""
        for _ in range(rng.choice((0, 1, 1, 2, 3, 5))):
            data = rng.choice(DAMAGES)(self, rng, data)
        return data

    def flip(self, rng: random.Random, data: bytes) -> bytes:
        made = bytearray(data)
        for _ in range(rng.randrange(1, 9)):
            if made:
                made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
        return bytes(made)

    def lines(self, rng: random.Random, data: bytes) -> bytes:
        """Delete, repeat, swap, indent or join lines."""
        lines = data.splitlines(keepends=True)
        if not lines:
            return data
        at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        match rng.randrange(6):
            case 0:
                del lines[at : at + rng.randrange(1, 4)]
            case 1:
                lines[at:at] = lines[at : at + rng.randrange(1, 6)] * rng.choice((1, 2, 30))
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                by = rng.choice((b"  ", b"    ", b"> ", b"\t", b"- ", b"#", b"| "))
                low, high = sorted((at, other))
                lines[low:high] = [by + line for line in lines[low:high]]
            case 4:
                lines[at] = lines[at].rstrip(b"\r\n")
            case _:
                lines[at] = lines[at].lstrip(b" \t>#-*|")
        return b"".join(lines)

    def insert(self, rng: random.Random, data: bytes) -> bytes:
        """Insert markup, YAML, invisible characters or bytes that are no text."""
        for _ in range(rng.randrange(1, 5)):
            at = rng.choice((rng.randrange(len(data) + 1), rng.randrange(min(len(data), 400) + 1)))
            if rng.random() < 0.1:
                token = rng.choice(INVALID)
            else:
                token = rng.choice(rng.choice((MARKUP, YAML, UNSEEN))).encode()
            data = data[:at] + token + data[at:]
        return data

    def splice(self, rng: random.Random, data: bytes) -> bytes:
        other = rng.choice(self.seeds)[1]
        start, at = rng.randrange(len(other)), rng.randrange(len(data) + 1)
        return data[:at] + other[start : start + rng.randrange(1, 600)] + data[at:]

    def cut(self, rng: random.Random, data: bytes) -> bytes:
        """Cut anywhere, also in the middle of a character."""
        at = rng.randrange(len(data) + 1)
        return data[:at] if rng.random() < 0.7 else data[at:]

    def nest(self, rng: random.Random, data: bytes) -> bytes:
        """Insert a construct in itself, over and over."""
        token = rng.choice(NESTED) + rng.choice(("", "", "a", "\n", " "))
        depth = rng.choice((10, 60, 150, 150, 400)) if rng.random() < 0.97 else 12_000 // len(token)
        at = rng.choice((0, rng.randrange(len(data) + 1), data.find(b"\n") + 1))
        bomb = (token * depth).encode()
        if rng.random() < 0.2:
            bomb = b"".join(b" " * n * 2 + b"- a\n" for n in range(min(depth, 150)))
        return data[:at] + bomb + data[at:]

    def long(self, rng: random.Random, data: bytes) -> bytes:
        """Insert one huge line, or very many empty ones."""
        token = rng.choice((*MARKUP, *UNSEEN, "a", "词", "a ", "a / 词 ", "|a", "- ", "x: ", "\n"))
        size = rng.choice((500, 2000)) if rng.random() < 0.97 else 20_000
        at = rng.randrange(len(data) + 1)
        return data[:at] + (token * (size // len(token) + 1)).encode() + data[at:]

    def recode(self, rng: random.Random, data: bytes) -> bytes:
        """Change line endings, the byte-order mark or the encoding."""
        text = data.decode("utf-8", "replace")
        match rng.randrange(9):
            case 0:
                return data.replace(b"\n", b"\r\n")
            case 1:
                return data.replace(b"\n", b"\r")
            case 2:
                return b"".join(
                    line.rstrip(b"\n") + rng.choice((b"\n", b"\r\n", b"\r", b"\n\n"))
                    for line in data.splitlines(keepends=True)
                )
            case 3:
                return codecs.BOM_UTF8 + data
            case 4:
                return text.encode("utf-16")
            case 5:
                return text.encode("gb18030", "replace")
            case 6:
                return data.rstrip()
            case 7:
                return data.replace(b"\n", b" \n")
            case _:
                return text.swapcase().encode()

    # -- shapes --------------------------------------------------------------------------------

    def expert(self, rng: random.Random) -> dict[str, bytes]:
        return {"some-expert.md": self.page(rng)}

    def folder(self, rng: random.Random) -> dict[str, bytes]:
        return {
            "thing/SKILL.md": self.page(rng),
            "thing/references/a.md": self.damage(rng, b"# A\n"),
        }

    def twins(self, rng: random.Random) -> dict[str, bytes]:
        one = self.page(rng)
        two = self.page(rng) if rng.random() < 0.5 else self.damage(rng, one)
        return {
            "thing/SKILL.md": one,
            "thing/SKILL.zh.md": two,
            "thing/evals/cases.yaml": self.data(rng, self.yaml, b"version: 1\ncases: []\n"),
            "thing/commands/go.md": self.page(rng),
            "thing/agents/helper.md": self.damage(rng, b"---\ndescription: d\n---\nHelp.\n"),
            "thing/rules/style.md": self.damage(rng, b"---\nglobs: ['*.py']\n---\nTabs.\n"),
        }

    def single(self, rng: random.Random) -> dict[str, bytes]:
        name = rng.choice(
            ("style.mdc", ".clinerules/a.md", "AGENTS.md", ".cursorrules", "x.instructions.md",
             "x.agent.md", "agents/x.md", "commands/x.md", "x.prompt.md", "x.chatmode.md")
        )  # fmt: skip
        return {name: self.page(rng)}

    def toml(self, rng: random.Random) -> dict[str, bytes]:
        text = b'description = "Fix."\nprompt = """\nFix {{args}} !{ls} @{a}\n"""\n'
        return {"commands/fix.toml": self.damage(rng, text)}

    def plugin(self, rng: random.Random) -> dict[str, bytes]:
        manifest = b'{"name": "pack", "version": "1.0.0", "skills": ["./skills/"], "x": [1, {}]}'
        servers = b'{"mcpServers": {"a": {"command": "b", "args": ["${X}"], "env": {"K": "v"}}}}'
        return {
            ".claude-plugin/plugin.json": self.data(rng, self.json, manifest)
            if rng.random() < 0.3
            else self.damage(rng, manifest),
            "skills/one/SKILL.md": self.page(rng),
            "skills/two.md": self.page(rng),
            "agents/helper.md": self.page(rng),
            "commands/go.md": self.page(rng),
            ".mcp.json": self.damage(rng, servers),
            "hooks/hooks.json": self.damage(rng, b'{"hooks": {"Stop": [{"type": "command"}]}}'),
        }

    def locales(self, rng: random.Random) -> dict[str, bytes]:
        seeds = [data for data in self.json if b'"systemRole"' in data]
        plain = b'{"config": {"systemRole": "You."}, "meta": {"title": "T", "description": "D"}}'
        return {
            "index.json": self.data(rng, seeds, plain),
            "index.zh-CN.json": self.data(rng, seeds, plain),
        }


SHAPES: tuple[Callable[[Maker, random.Random], dict[str, bytes]], ...] = (
    Maker.expert, Maker.folder, Maker.twins, Maker.single, Maker.toml, Maker.plugin, Maker.locales
)  # fmt: skip
WEIGHTS = (40, 25, 10, 14, 3, 5, 3)
DAMAGES: tuple[Callable[[Maker, random.Random, bytes], bytes], ...] = (
    Maker.flip, Maker.lines, Maker.lines, Maker.insert, Maker.insert, Maker.splice, Maker.cut,
    Maker.nest, Maker.long, Maker.recode,
)  # fmt: skip


@pytest.fixture(scope="session")
def make_input() -> Maker:
    """The files of input `n`."""
    return Maker(seed_files())
