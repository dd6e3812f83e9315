"""An HTML page in two languages that needs nothing but itself, loads nothing and runs no script."""

from __future__ import annotations

import base64
import hashlib
import html
import re

from .analyze.finding import Text

__all__ = ["sheet", "two"]

_CODE = re.compile("`([^`]+)`")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def sheet(title: str, body: str, style: str, lang: str) -> str:
    """Return a page that starts in ``lang`` ("en" or "zh") and can be switched to the other.

    ``body`` is HTML in which everything foreign is escaped. The page's policy allows this one
    ``style`` and nothing else, so that even markup that slipped in could load and run nothing.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    tongues = "".join(
        f'<input type="radio" name="tongue" id="{each}"{" checked" if each == lang else ""}>'
        for each in ("en", "zh")
    )
    made = (
        f'<!doctype html><html lang="{"zh-Hans" if lang == "zh" else "en"}"><head>'
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{style}</style></head><body>{tongues}<main>"
        '<div class="tongues"><label for="en" lang="en">English</label>'
        f'<label for="zh" lang="zh-Hans">中文</label></div>{body}</main></body></html>\n'
    )
    return _CONTROL.sub("", made).encode("utf-8", "replace").decode("utf-8")


def two(said: Text) -> str:
    """Return a text in both languages, of which the style sheet shows one; `code` is marked."""
    en, zh = (_CODE.sub(r"<code>\1</code>", html.escape(said[each])) for each in ("en", "zh"))
    if en == zh:
        return en
    return f'<span class="en" lang="en">{en}</span><span class="zh" lang="zh-Hans">{zh}</span>'
