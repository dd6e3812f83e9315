"""A model as the user writes it, and the key that its provider wants."""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from .base import Model
from .families import family

__all__ = [
    "FORMS",
    "ModelError",
    "family",
    "find_key",
    "is_loopback",
    "key_variable",
    "parse_model",
]

#: How a model is written.
FORMS = (
    "anthropic/NAME",
    "openai/NAME",
    "openai-compatible:URL#NAME",
    "anthropic-compatible:URL#NAME",
)
#: Parameters that a request sets by itself.
_RESERVED = frozenset(
    {"model", "messages", "system", "stream", "stream_options", "tools", "tool_choice", "n"}
    | {"response_format"}
)
_NO_PARAMS: Mapping[str, Any] = MappingProxyType({})


class ModelError(ValueError):
    """A model that cannot be used: not written as one, or without a key.

    ``text`` says so in English ("en") and Chinese ("zh").
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.text: Mapping[str, str] = {"en": en, "zh": zh}


def parse_model(text: str, params: Mapping[str, Any] = _NO_PARAMS) -> Model:
    """Read one of :data:`FORMS`; ``params`` are request parameters (see :class:`.base.Model`).

    Raises:
        ModelError: the text is of no such form, or a parameter is one that may not be set.
    """
    text = text.strip()
    _check_params(params)
    provider, colon, rest = text.partition(":")
    if colon and provider in ("openai-compatible", "anthropic-compatible"):
        url, _, name = rest.partition("#")
        return Model(provider, _name(name, text), _base_url(url, provider), dict(params))
    provider, slash, name = text.partition("/")
    if slash and provider in ("anthropic", "openai"):
        return Model(provider, _name(name, text), params=dict(params))
    maker = family(Model("", text))
    guess = f"{maker}/{text.rpartition('/')[2]}" if maker in ("anthropic", "openai") else ""
    raise ModelError(
        f"{text!r} names no model: write {', '.join(FORMS)}"
        + (f"; here probably {guess}" if guess else ""),
        f"{text!r} 不是模型的写法：请写 {'、'.join(FORMS)}"
        + (f"，这里大概是 {guess}" if guess else ""),
    )


def _name(name: str, text: str) -> str:
    name = name.strip()
    if not name or any(sign.isspace() or not sign.isprintable() for sign in name):
        raise ModelError(
            f"{text!r} lacks the model's name: write {', '.join(FORMS)}",
            f"{text!r} 没有写模型名：请写 {'、'.join(FORMS)}",
        )
    return name


def _base_url(url: str, provider: str) -> str:
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or any(map(str.isspace, url)):
        example = "http://127.0.0.1:8080/v1"
        raise ModelError(
            f"{url!r} is no address of a server: write {provider}:{example}#NAME",
            f"{url!r} 不是服务器地址：请写 {provider}:{example}#模型名",
        )
    if parts.username or parts.password or parts.query:
        raise ModelError(
            f"the address of {host} holds a user, a password or a query, which would be written "
            "into results: leave them out, and set POLYSKILL_API_KEY",
            f"{host} 的地址里有用户名、密码或查询参数，它们会被写进结果："
            "请去掉，改设 POLYSKILL_API_KEY",
        )
    if provider == "anthropic-compatible":  # the SDK appends /v1/messages
        url = url.removesuffix("/v1")
    return url


def _check_params(params: Mapping[str, Any]) -> None:
    for name in sorted(_RESERVED & set(params)):
        raise ModelError(
            f"the parameter {name!r} cannot be set: polyskill sets it for each request",
            f"参数 {name!r} 不能设置：polyskill 会为每次请求设置它",
        )
    for name in ("max_tokens", "max_completion_tokens"):
        limit = params.get(name, 1)
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
            raise ModelError(
                f"{name} is {limit!r}: it must be a whole number from 1",
                f"{name} 为 {limit!r}：必须是不小于 1 的整数",
            )


def is_loopback(url: str) -> bool:
    """Whether a server is on this machine."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def key_variable(model: Model) -> str:
    """Return the name of the environment variable that holds the key for a model."""
    variables = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY"}
    return variables.get(model.provider, "POLYSKILL_API_KEY")


def find_key(model: Model, environment: Mapping[str, str] | None = None) -> str:
    """Return the key for a model; "" where a server on this machine needs none.

    Raises:
        ModelError: the variable is not set, or what it holds can be no key.
    """
    variable = key_variable(model)
    key = (os.environ if environment is None else environment).get(variable, "").strip()
    if any(not "!" <= sign <= "~" for sign in key):
        raise ModelError(
            f"{variable} holds spaces or signs that no key has: copy the key again",
            f"{variable} 里有密钥不会有的空格或字符：请重新复制密钥",
        )
    if key or (model.base_url and is_loopback(model.base_url)):
        return key
    any_word = "; any word will do where the server wants none" if model.base_url else ""
    raise ModelError(
        f"{model.id} needs a key: set {variable}{any_word}",
        f"{model.id} 需要密钥：请设置 {variable}"
        + ("；服务器不需要密钥时随便填一个词" if any_word else ""),
    )
