"""Typed access to a model's configuration: what is missing or no number is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from .errors import ToolError

__all__ = ["Fields"]

#: No layer, head or vocabulary of a real model comes near; beyond it a number is a mistake.
MOST = 10**9


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one configuration; ``origin`` is how messages call it."""

    values: Mapping[str, Any]
    origin: str

    def require(self, *keys: str) -> None:
        """Check that all keys are there, so that one message names all that are not.

        Raises:
            ToolError: some are missing.
        """
        missing = ", ".join(f"`{key}`" for key in keys if self.values.get(key) is None)
        if missing:
            raise ToolError(
                f"{self.origin}: the configuration has no {missing}; take the `config.json` that "
                "was published with the model, whole",
                f"{self.origin}：配置中缺少 {missing}；请使用随模型发布的完整 `config.json`",
            )

    def has(self, key: str) -> bool:
        """Whether the key has a value."""
        return self.values.get(key) is not None

    def whole(self, key: str, default: int | None = None, *, least: int = 1) -> int:
        """Return a whole number of at least ``least``; ``default`` where the key is absent.

        Raises:
            ToolError: the key is missing without a default, or its value is no such number.
        """
        value = self.values.get(key)
        if value is None and default is not None:
            return default
        self.require(key)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST:
            self._wrong(
                key, f"a whole number from {least} to {MOST:,}", f"{least} 到 {MOST:,} 之间的整数"
            )
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return a boolean.

        Raises:
            ToolError: the value is none.
        """
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self._wrong(key, "true or false", "true 或 false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where the key is absent.

        Raises:
            ToolError: the value is no such list.
        """
        return tuple(self._list(key, str, "a list of texts", "文本列表"))

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers, empty where the key is absent.

        Raises:
            ToolError: the value is no such list.
        """
        return tuple(self._list(key, int, "a list of whole numbers", "整数列表"))

    def _list(self, key: str, kind: type, wanted: str, wanted_zh: str) -> Sequence[Any]:
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(type(one) is kind for one in value):
            self._wrong(key, wanted, wanted_zh)
        return list(value)

    def _wrong(self, key: str, wanted: str, wanted_zh: str) -> NoReturn:
        shown = repr(self.values.get(key))[:60]
        raise ToolError(
            f"{self.origin}: `{key}` is {shown}; it must be {wanted}",
            f"{self.origin}：`{key}` 的值为 {shown}；应为{wanted_zh}",
        )
