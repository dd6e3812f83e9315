"""Reward ``custom:file.py:function``: a function of the user's own."""

from __future__ import annotations

import importlib.util
import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .base import Grade, RewardError, Sample

__all__ = ["CustomReward"]

_SINGLE, _MANY = "completion", "completions"


class CustomReward:
    """What a function says: ``f(completion, …)`` for one sample, ``f(completions, …)`` for many.

    It is called with keywords: ``prompt``/``prompts``, ``completion``/``completions``, and the
    columns of the data that it has parameters for (all of them, with ``**columns``); a function of
    many gets lists. ``options`` of the configuration are keywords, too. It returns a number, or
    ``None`` for a sample that cannot be graded (of many, a list of these). An error in it ends the
    run: it is a defect, not a bad answer.

    Raises:
        RewardError: there is no such file or function, or it cannot be called so.
    """

    def __init__(self, name: str, options: Mapping[str, Any], folder: Path) -> None:
        self.name = name
        path, _, function = name.removeprefix("custom:").rpartition(":")
        if not path or not function:
            raise RewardError(
                f"reward `{name}`: write custom:FILE.py:FUNCTION",
                f"奖励 `{name}`：请写成 custom:文件.py:函数名",
            )
        self._where = f"{path}:{function}"
        self._options = dict(options)
        self._function = _load(name, folder / Path(path).expanduser(), function)
        self._many, self._taken = self._read_signature()

    def grade(self, samples: Sequence[Sample]) -> list[Grade]:
        """Call the function, once for each sample or once for all.

        Raises:
            RewardError: it raised, or returned something else than it should.
        """
        if not self._many:
            return [self._grade(self._call(self._one(sample))) for sample in samples]
        keys = {key for sample in samples for key in sample.columns}
        given: dict[str, Any] = {
            key: [sample.columns.get(key) for sample in samples] for key in keys
        }
        given["prompts"] = [sample.prompt for sample in samples]
        given[_MANY] = [sample.completion for sample in samples]
        said = self._call(given)
        if not isinstance(said, Sequence) or isinstance(said, str) or len(said) != len(samples):
            raise self._wrong(
                f"returned {said!r:.60}, not a list of {len(samples)} numbers",
                f"返回了 {said!r:.60}，而不是 {len(samples)} 个数的列表",
            )
        return [self._grade(value) for value in said]

    @staticmethod
    def _one(sample: Sample) -> dict[str, Any]:
        return {**sample.columns, "prompt": sample.prompt, _SINGLE: sample.completion}

    def _read_signature(self) -> tuple[bool, frozenset[str] | None]:
        """Return whether it takes many samples, and its parameters (``None``: takes any)."""
        parameters = inspect.signature(self._function).parameters
        names = frozenset(parameters)
        if inspect.iscoroutinefunction(self._function):
            raise self._wrong("is async: write a plain function", "是异步函数：请写普通函数")
        if not names & {_SINGLE, _MANY}:
            raise self._wrong(
                "takes neither `completion` nor `completions`",
                "既没有参数 `completion` 也没有 `completions`",
            )
        open_ended = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
        unknown = sorted(set(self._options) - names)
        if unknown and not open_ended:
            raise self._wrong(
                f"has no parameter `{unknown[0]}`, which `options` sets",
                f"没有 `options` 所设的参数 `{unknown[0]}`",
            )
        return _MANY in names, None if open_ended else names

    def _call(self, given: Mapping[str, Any]) -> Any:
        taken = self._taken
        words = {key: value for key, value in given.items() if taken is None or key in taken}
        try:
            return self._function(**(words | self._options))
        except Exception as error:
            raise self._wrong(
                f"raised {type(error).__name__}: {error}", f"抛出 {type(error).__name__}：{error}"
            ) from error

    def _grade(self, value: Any) -> Grade:
        if value is None:
            return Grade(None, why=f"{self._where} says None")
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise self._wrong(
                f"returned {value!r:.60}: return a finite number, or None",
                f"返回了 {value!r:.60}：请返回有限的数或 None",
            )
        return Grade(number)

    def _wrong(self, en: str, zh: str) -> RewardError:
        return RewardError(f"reward `{self.name}`: it {en}", f"奖励 `{self.name}`：该函数{zh}")


def _load(name: str, path: Path, function: str) -> Callable[..., Any]:
    spec = importlib.util.spec_from_file_location(f"custom_reward_{path.stem}", path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise RewardError(
            f"reward `{name}`: there is no Python file {path}",
            f"奖励 `{name}`：没有 Python 文件 {path}",
        )
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise RewardError(
            f"reward `{name}`: {path} cannot be loaded: {type(error).__name__}: {error}",
            f"奖励 `{name}`：无法加载 {path}：{type(error).__name__}: {error}",
        ) from error
    found = getattr(module, function, None)
    if not callable(found):
        raise RewardError(
            f"reward `{name}`: {path} has no function `{function}`",
            f"奖励 `{name}`：{path} 中没有函数 `{function}`",
        )
    return found  # type: ignore[no-any-return]
