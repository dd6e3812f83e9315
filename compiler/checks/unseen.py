"""Find characters that cannot be seen, and tell whether they belong where they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ..codes import safety
from ..diagnostics import Code

__all__ = ["CONTROLS", "Run", "name_of", "runs_in"]

# Tab, LF, FF (which parts the pages of old licences) and CR are text.
CONTROLS = bytes(code for code in range(32) if code not in {9, 10, 12, 13}) + b"\x7f"

_NEAR = re.compile(
    "[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff]+"
)
# Characters beyond the basic plane have a pattern of their own: with them in it, the first one
# would take three times as long.
_FAR = re.compile(
    "[\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]+"
)
_FAR_BYTES = (b"\xf3", b"\xf4", b"\xf0\x9b\xb2", b"\xf0\x9d\x85")

# Scripts whose spelling needs joiners (Arabic, the Indic scripts, Khmer, Mongolian …).
_JOINING = re.compile(
    "[\u0600-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1cff\ua840-\ua87f\ua8e0-\uabff"
    "\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff]"
)
# Scripts that write no spaces and mark where a line may break.
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff"
    "\U0001e800-\U0001efff]"
)
_PICTOGRAPH = re.compile(
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_IDEOGRAPH = re.compile(
    "[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
# What has standardised variants besides ideographs: mathematics, Myanmar, Phags-pa, and the
# punctuation whose place in its square differs between China and Japan.
_VARIED = re.compile(
    "[\u2010-\u2027\u2200-\u22ff\u2a00-\u2aff\u1000-\u109f\u3001\u3002\ua840-\ua877\uff01\uff0c"
    "\uff0e\uff1a\uff1b\uff1f]"
)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_BASE = "\U0001f3f4"
_FLAG_END = "\U000e007f"
_FLAGS = frozenset(
    "".join(chr(0xE0000 + ord(char)) for char in region) + _FLAG_END
    for region in ("gbeng", "gbsct", "gbwls")
)
_LONGEST_FLAG = 6
_RTL_WINDOW = 80

_NAMES = {
    0x00: "NULL", 0x07: "BELL", 0x08: "BACKSPACE", 0x0B: "LINE TABULATION", 0x0E: "SHIFT OUT",
    0x0F: "SHIFT IN", 0x1B: "ESCAPE", 0x7F: "DELETE", 0x85: "NEXT LINE",
    0x90: "DEVICE CONTROL STRING", 0x98: "START OF STRING", 0x9B: "CONTROL SEQUENCE INTRODUCER",
    0x9C: "STRING TERMINATOR", 0x9D: "OPERATING SYSTEM COMMAND", 0x9E: "PRIVACY MESSAGE",
    0x9F: "APPLICATION PROGRAM COMMAND",
}  # fmt: skip
_ESCAPES = frozenset("\x1b\x90\x98\x9b\x9d\x9e\x9f")


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters ``[start, end)`` of one class."""

    code: Code
    start: int
    end: int


def name_of(char: str) -> str:
    """Return ``U+202E RIGHT-TO-LEFT OVERRIDE``."""
    code = ord(char)
    name = unicodedata.name(char, "") or _NAMES.get(code, "")
    if not name:
        name = {"Co": "PRIVATE USE", "Cc": "CONTROL"}.get(unicodedata.category(char), "UNASSIGNED")
    return f"U+{code:04X} {name}"


def runs_in(text: str) -> Iterator[Run]:
    """Yield the characters of ``text`` that should not be there, neighbours together."""
    for found in _suspects(text):
        code: Code | None = None
        start = found.start()
        for at in range(found.start(), found.end()):
            now = _judge(text, at)
            if now is not code:
                if code is not None:
                    yield Run(code, start, at)
                code, start = now, at
        if code is not None:
            yield Run(code, start, found.end())


def _suspects(text: str) -> list[re.Match[str]]:
    found = list(_NEAR.finditer(text))
    if not text.isascii():
        raw = text.encode("utf-8", "surrogatepass")
        if any(start in raw for start in _FAR_BYTES):
            found += _FAR.finditer(text)
            found.sort(key=re.Match.start)
    return found


def _judge(text: str, at: int) -> Code | None:
    """Return what is wrong with the character at ``at`` (``None`` where it belongs)."""
    code = ord(text[at])
    before = text[at - 1 : at]
    after = text[at + 1 : at + 2]
    found: Code | None
    if code < 0x20 or 0x7F <= code <= 0x9F:
        found = safety.TERMINAL_ESCAPE if text[at] in _ESCAPES else safety.CONTROL_CHARACTER
    elif code == 0xFEFF:
        found = safety.INNER_BOM
    elif 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069:
        found = safety.BIDI_CONTROL
    elif code in {0x200E, 0x200F, 0x061C}:
        near = text[max(0, at - _RTL_WINDOW) : at + _RTL_WINDOW]
        found = None if _RIGHT_TO_LEFT.search(near.replace("\u061c", "")) else safety.ZERO_WIDTH
    elif code in {0x200C, 0x200D}:
        found = None if _joins(text, at, code) else safety.ZERO_WIDTH
    elif code == 0x200B:
        found = None if _SPACELESS.match(before) or _SPACELESS.match(after) else safety.ZERO_WIDTH
    elif code in {0x2060, 0x180E}:
        found = None if code == 0x180E and _mongolian(before) else safety.ZERO_WIDTH
    elif 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or 0x180B <= code <= 0x180F:
        found = None if _varies(before, code, after) else safety.VARIATION_SELECTOR
    elif 0xE0000 <= code <= 0xE007F:
        found = None if _in_flag(text, at) else safety.TAG_CHARACTER
    elif 0xE000 <= code <= 0xF8FF or (code >= 0xF0000 and code & 0xFFFE != 0xFFFE):
        found = safety.PRIVATE_USE
    else:
        found = None if _at_home(code, before, after) else safety.INVISIBLE_CHARACTER
    return found


def _mongolian(char: str) -> bool:
    return "\u1820" <= char <= "\u18af"


def _joins(text: str, at: int, code: int) -> bool:
    """Whether a joiner or non-joiner stands inside an emoji, or in a script that spells with it."""
    if _JOINING.match(text[at - 1 : at]):
        return True
    if code != 0x200D or not _PICTOGRAPH.match(text, at + 1):
        return False
    back = at - 1
    if back >= 0 and text[back] == "\ufe0f":
        back -= 1
    if back >= 0 and ord(text[back]) in _SKIN_TONES:
        back -= 1
    return back >= 0 and _PICTOGRAPH.match(text, back) is not None


def _varies(before: str, code: int, after: str) -> bool:
    """Whether a variation selector has something before it that it can vary."""
    if code >= 0xE0100:
        return _IDEOGRAPH.match(before) is not None
    if 0x180B <= code <= 0x180F:
        return _mongolian(before)
    if code >= 0xFE0E:
        keycap = before in set("0123456789#*") and after == "\u20e3"
        return keycap or _PICTOGRAPH.match(before) is not None
    return code <= 0xFE02 and bool(_IDEOGRAPH.match(before) or _VARIED.match(before))


def _in_flag(text: str, at: int) -> bool:
    """Whether a tag character spells one of the flags that are made of them."""
    base = text.rfind(_FLAG_BASE, max(0, at - _LONGEST_FLAG), at)
    return base >= 0 and at <= base + _LONGEST_FLAG and text[base + 1 : base + 7] in _FLAGS


def _at_home(code: int, before: str, after: str) -> bool:
    """Whether a character that is seldom visible stands among its own kind."""
    if code == 0x2800:
        return any("\u2800" < char <= "\u28ff" for char in (before, after))
    if code == 0x034F:
        return any(char and unicodedata.combining(char) for char in (before, after))
    if code in {0x115F, 0x1160}:
        return any("\u1100" <= char <= "\u11ff" and char != chr(code) for char in (before, after))
    return False
