"""Searches arXiv through its public API (info.arxiv.org/help/api, version 1).

One search is one request, and requests of one process are three seconds apart, as the terms of use
ask for. ``ARXIV_API_URL`` names another server that speaks the same (a mirror, a test).
"""

from __future__ import annotations

import http.client
import os
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence

from .atom import Feed, parse_feed
from .errors import ToolError, Unavailable
from .numbers import whole

__all__ = ["API", "ORDERS", "query", "search"]

API = "https://export.arxiv.org/api/query"
VARIABLE = "ARXIV_API_URL"
#: Names of sort orders, and arXiv's own.
ORDERS = {"relevance": "relevance", "submitted": "submittedDate", "updated": "lastUpdatedDate"}
_MOST = 2000  # what arXiv gives at once
_LARGEST = 20_000_000  # bytes; 2,000 papers with long abstracts are a third of that
_PAUSE = 3.0
_PREFIXES = ("all:", "ti:", "au:", "abs:", "co:", "jr:", "cat:", "rn:")
_ID = re.compile(r"(?:arXiv:)?(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)")

_lock = threading.Lock()
_last = 0.0


def query(
    words: Sequence[str], *, authors: Sequence[str] = (), categories: Sequence[str] = ()
) -> dict[str, str]:
    """Return the parameters of a search for all words, any of the authors and of the categories.

    A word may be a phrase, carry arXiv's own prefix (``ti:``, ``abs:``, …), or be the number of a
    paper; where all words are numbers, these papers are asked for.

    Raises:
        ToolError: there is nothing to search for.
    """
    terms = [word.strip() for word in words if word.strip()]
    numbers = [found[1] for term in terms if (found := _ID.fullmatch(term))]
    if numbers and len(numbers) == len(terms) and not authors and not categories:
        return {"id_list": ",".join(numbers)}
    parts = [_term("all:", term) for term in terms]
    for prefix, names in (("au:", authors), ("cat:", categories)):
        any_of = [_term(prefix, name.strip()) for name in names if name.strip()]
        if any_of:
            joined = " OR ".join(any_of)
            parts.append(f"({joined})" if len(any_of) > 1 else joined)
    if not parts:
        raise ToolError(
            "nothing to search for; give words, an author or a category",
            "没有搜索内容；请给出关键词、作者或分类",
        )
    return {"search_query": " AND ".join(parts)}


def _term(prefix: str, text: str) -> str:
    for own in _PREFIXES:
        if text.startswith(own):
            prefix, text = own, text[len(own) :]
    plain = text.replace('"', " ").strip()
    return f'{prefix}"{plain}"' if re.search(r"[\s()]", plain) else prefix + plain


def search(
    words: Sequence[str],
    *,
    authors: Sequence[str] = (),
    categories: Sequence[str] = (),
    most: int = 10,
    start: int = 0,
    order: str = "relevance",
    url: str = "",
    timeout: float = 30.0,
    pause: float = _PAUSE,
) -> Feed:
    """Return papers, at most ``most`` of them from the ``start``-th on.

    ``url`` is the server; default: ``ARXIV_API_URL``, else arXiv. ``timeout`` and ``pause`` are in
    seconds.

    Raises:
        ToolError: there is nothing to search for, the server cannot be reached or refuses, or its
            answer is none.
    """
    if order not in ORDERS:
        known = ", ".join(ORDERS)
        raise ToolError(
            f"the order `{order[:40]}` is none of {known}", f"排序 `{order[:40]}` 不在 {known} 之中"
        )
    asked = query(words, authors=authors, categories=categories) | {
        "start": str(whole("start", start, 0, 30_000)),
        "max_results": str(whole("max", most, 1, _MOST)),
        "sortBy": ORDERS[order],
        "sortOrder": "descending",
    }
    base = url or os.environ.get(VARIABLE) or API
    if not base.startswith(("https://", "http://")):
        raise ToolError(
            f"`{base[:80]}` is no web address; it must begin with https:// or http://",
            f"`{base[:80]}` 不是网址；应以 https:// 或 http:// 开头",
        )
    mark = "&" if "?" in base else "?"
    _wait(pause)
    return parse_feed(
        _get(f"{base}{mark}{urllib.parse.urlencode(asked, errors='replace')}", base, timeout)
    )


def _wait(pause: float) -> None:
    """Let ``pause`` seconds pass between requests of this process."""
    global _last  # noqa: PLW0603 - the time of the last request belongs to the process
    with _lock:
        left = _last + pause - time.monotonic() if _last else 0.0
        if left > 0:
            time.sleep(left)
        _last = time.monotonic()


def _get(address: str, base: str, timeout: float) -> bytes:
    host = urllib.parse.urlsplit(base).netloc
    request = urllib.request.Request(
        address, headers={"User-Agent": "research-tools/1 (one request a search)"}
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            data: bytes = answer.read(_LARGEST + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(host, error) from error
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise Unavailable(
            f"{host} cannot be reached: {why}. The search needs the internet; behind a proxy, set "
            f"HTTPS_PROXY; a mirror can be named in {VARIABLE}",
            f"无法连接 {host}：{why}。搜索需要联网；使用代理时请设置 HTTPS_PROXY；"
            f"也可在 {VARIABLE} 中指定镜像",
        ) from error
    if len(data) > _LARGEST:
        raise Unavailable(
            f"the answer of {host} is larger than {_LARGEST:,} bytes; ask for fewer papers",
            f"{host} 的返回内容超过 {_LARGEST:,} 字节；请减少论文数量",
        )
    return data


def _refused(host: str, error: urllib.error.HTTPError) -> ToolError:
    after = error.headers.get("Retry-After", "") if error.headers else ""
    if error.code in (429, 503):
        wait = f"{after} seconds" if after.isdecimal() else "some seconds"
        wait_zh = f"{after} 秒" if after.isdecimal() else "数秒"
        return Unavailable(
            f"{host} has too much to do (HTTP {error.code}); try again in {wait}",
            f"{host} 繁忙（HTTP {error.code}）；请在{wait_zh}后重试",
        )
    try:
        parse_feed(error.read(_LARGEST))
    except ToolError as told:  # arXiv puts the reason of a 400 into a feed
        if "refuses" in told.en:
            return told
    except OSError:
        pass  # the body of an error page adds nothing then
    return Unavailable(
        f"{host} answered HTTP {error.code} ({error.reason})",
        f"{host} 返回 HTTP {error.code}（{error.reason}）",
    )
