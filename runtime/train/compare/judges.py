"""Who judges: each judge once, and what ties a judge to the models that it compares."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from urllib.parse import urlsplit

from ...judge.base import Model
from ...judge.spec import is_loopback
from ..errors import TrainError

__all__ = ["check_judges", "same_model"]

_OWN = {"anthropic": "https://api.anthropic.com", "openai": "https://api.openai.com/v1"}
_PORTS = {"http": 80, "https": 443}


def check_judges(judges: Sequence[Model]) -> None:
    """See that there is a judge, and none of them twice: its opinion would count double.

    Raises:
        TrainError: there is none, or two names mean one model.
    """
    if not judges:
        raise TrainError("no judge is named: add `--judge MODEL`", "没有评判模型：请加上 `--judge`")
    for one, other in combinations(judges, 2):
        if same_model(one, other):
            named = one.id if one.id == other.id else f"{one.id}, {other.id}"
            raise TrainError(
                f"the same judge is named twice ({named}), and its opinion would count double: "
                "name each judge once",
                f"同一评判模型出现了两次（{named}），它的意见会被重复计算：每个评判模型只写一次",
            )


def same_model(one: Model, other: Model) -> bool:
    """Return whether two names mean one model: the same name at the same place."""
    return one.name == other.name and _place(one) == _place(other)


def _place(model: Model) -> tuple[str, int, str]:
    """Return where a model is served: the host, the port and the path, however they are written."""
    url = model.base_url or _OWN.get(model.provider, model.provider)
    parts = urlsplit(url)
    host = "localhost" if is_loopback(url) else (parts.hostname or url).rstrip(".")
    path = parts.path.rstrip("/").removesuffix("/v1")
    return host, parts.port or _PORTS.get(parts.scheme, 0), path if parts.hostname else ""
