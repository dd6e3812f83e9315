"""Downloads over http(s) with the standard library: bounded, and never by a worse way than asked.

At most 64 MiB, 30 seconds of silence and 5 minutes for the body (``Limits``); at most 5 redirects,
never from https to http. Plain http is for this machine only, unless it is allowed. Proxies are
taken from the environment as ``urllib`` does.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from http.client import HTTPMessage
from typing import IO, Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text

from .errors import SourceError
from .model import Context

__all__ = ["Missing", "absolute", "download", "name_in"]

_CHUNK = 64 * 1024
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_MEANING = {
    401: "a login is needed",
    403: "access is forbidden",
    404: "not found",
    410: "it is gone",
    429: "too many requests",
}
_MEANING_ZH = {
    401: "需要登录",
    403: "禁止访问",
    404: "未找到",
    410: "已被移除",
    429: "请求过多",
}


class Missing(SourceError):
    """The server says that there is nothing (404 or 410)."""


def download(url: str, context: Context, before: str = "") -> bytes:
    """Return what is at ``url``; ``before`` is the address of the list that names it.

    Raises:
        Missing: there is nothing.
        SourceError: it is refused, too large, too slow, cut short, or the server fails.
    """
    _allow(url, context, url, before)
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(context, url),
    ):
        opener.add_handler(handler)
    headers = {"User-Agent": "polyskill", "Accept": "*/*", "Accept-Encoding": "identity"}
    request = urllib.request.Request(absolute(url), headers=headers)
    began = time.monotonic()
    try:
        with opener.open(request, timeout=context.limits.silence) as answer:
            return _body(answer, context, url, began)
    except urllib.error.HTTPError as error:
        with error:
            kind = Missing if error.code in {404, 410} else SourceError
            raise kind(codes.DOWNLOAD_FAILED, url, reason=_status(error.code)) from None
    except TimeoutError:
        raise _slow(url, context.limits.silence) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        cause = getattr(error, "reason", None) or error
        text = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
        raise SourceError(codes.DOWNLOAD_FAILED, url, reason=Text(text, text)) from None


def _status(code: int) -> Text:
    return Text(
        f"the server answers {code} ({_MEANING.get(code, 'it failed')})",
        f"服务器返回 {code}（{_MEANING_ZH.get(code, '请求失败')}）",
    )


def _slow(where: str, seconds: float) -> SourceError:
    return SourceError(
        codes.DOWNLOAD_FAILED,
        where,
        reason=Text(f"no answer for {seconds:g} seconds", f"{seconds:g} 秒内没有响应"),
    )


def _body(answer: Any, context: Context, where: str, began: float) -> bytes:
    limits = context.limits
    declared = answer.headers.get("Content-Length", "")
    total = int(declared) if declared.isascii() and declared.isdigit() else 0
    data = bytearray()
    while True:
        if max(total, len(data)) > limits.download:
            mib = limits.download // (1024 * 1024)
            raise SourceError(codes.DOWNLOAD_TOO_LARGE, where, limit=mib)
        if time.monotonic() - began > limits.deadline:
            seconds = f"{limits.deadline:g}"
            reason = Text(f"it took longer than {seconds} seconds", f"用时超过 {seconds} 秒")
            raise SourceError(codes.DOWNLOAD_FAILED, where, reason=reason)
        more = answer.read1(_CHUNK)
        if not more:
            break
        data += more
        context.progress(where, len(data), total)
    if declared and len(data) != total:
        reason = Text(
            f"it was cut short after {len(data)} of {total} bytes",
            f"传输中断，仅收到 {total} 字节中的 {len(data)} 字节",
        )
        raise SourceError(codes.DOWNLOAD_FAILED, where, reason=reason)
    return bytes(data)


def _allow(url: str, context: Context, where: str, before: str = "") -> None:
    """Check the way to ``url``; ``before`` is the address that led to it.

    Raises:
        SourceError: the way is refused.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in {"http", "https"} or not host:
        reason = Text(f"`{url}` is no web address", f"`{url}` 不是网址")
    elif before.startswith("https:") and parts.scheme == "http":
        reason = Text("it leads from https to http", "它从 https 转向 http")
    elif parts.scheme == "http" and host not in _LOCAL and not context.allow_http:
        reason = Text("plain http is not encrypted", "http 未加密")
    else:
        return
    raise SourceError(codes.DOWNLOAD_REFUSED, where, reason=reason)


class _Redirects(urllib.request.BaseHandler):
    """Follows redirects as far as they are allowed; their own bodies are never read."""

    def __init__(self, context: Context, where: str) -> None:
        self.context, self.where = context, where
        self.count = 0

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> Any:
        """Ask the address that the answer names instead."""
        del code, msg
        fp.close()
        target = headers.get("location")
        limit = self.context.limits.redirects
        self.count += 1
        if not target:
            reason = Text("it redirects nowhere", "重定向没有目标地址")
        elif self.count > limit:
            reason = Text(f"it redirects more than {limit} times", f"重定向超过 {limit} 次")
        else:
            url = urljoin(req.full_url, target)
            _allow(url, self.context, self.where, req.full_url)
            following = urllib.request.Request(absolute(url), headers=dict(req.headers))
            return self.parent.open(following, timeout=req.timeout)
        raise SourceError(codes.DOWNLOAD_REFUSED, self.where, reason=reason)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def absolute(url: str, reference: str = "") -> str:
    """Return ``reference`` as seen from ``url`` (``url`` itself without one), in ASCII."""
    parts = urlsplit(urljoin(url, reference))
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    safe = "/%:@!$&'()*+,;=~-._"
    path, query = quote(parts.path, safe), quote(parts.query, safe + "?")
    return urlunsplit((parts.scheme, host, path or "/", query, ""))


def name_in(url: str) -> str:
    """Return the last part of the path of an address."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]
