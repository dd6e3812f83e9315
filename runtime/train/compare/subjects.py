"""What is compared: a run, an adapter, a model's folder, or a provider's model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...judge.base import Model
from ...judge.spec import FORMS, ModelError, parse_model
from .. import checkpoints
from ..errors import TrainError
from ..record import RUN, read_run
from ..sections import ModelSection

__all__ = ["BASE", "Subject", "resolve"]

#: The word for the model that the other side was trained from.
BASE = "base"
_MODEL, _ADAPTER = "model", "adapter_config.json"
_HASHED = 64 * 2**20  # bytes of a file that is read for the digest; larger ones go by size and time


@dataclass(frozen=True)
class Subject:
    """A model under comparison: ``model`` names it; one of this machine has a ``section``, too.

    ``adapter`` is a folder of PEFT's, on top of ``section``. ``chat`` says whether prompts go
    through the chat template ("auto": where there is one), as in the training.
    """

    model: Model
    section: ModelSection | None = None
    adapter: Path | None = None
    chat: str = "auto"

    @property
    def local(self) -> bool:
        """Whether it answers on this machine."""
        return self.section is not None

    def digest(self) -> str:
        """Return what tells this model from one that was trained anew in the same place."""
        if self.section is None:
            return ""
        seen = hashlib.sha256(f"{self.section.path}\n{self.section.dtype}\n{self.chat}".encode())
        for place in (Path(self.section.path).expanduser(), self.adapter):
            for path in _files(place):
                size = path.stat().st_size
                seen.update(f"{path.name} {size}\n".encode())
                if size <= _HASHED:
                    seen.update(path.read_bytes())
                else:
                    seen.update(str(path.stat().st_mtime_ns).encode())
        return seen.hexdigest()


def _files(place: Path | None) -> list[Path]:
    if place is None or not place.exists():
        return []
    return [place] if place.is_file() else sorted(p for p in place.iterdir() if p.is_file())


def resolve(baseline: str, candidate: str) -> tuple[Subject, Subject]:
    """Return what two names mean; one of them may be the word "base".

    Raises:
        TrainError: a name means nothing, or "base" is the base of nothing.
    """
    if baseline == candidate:
        raise TrainError(
            f"{baseline} is named twice: name two models, or `base` and a run",
            f"{baseline} 出现了两次：请给出两个模型，或 `base` 与一次训练",
        )
    if baseline == BASE:
        other = _subject(candidate)
        return _base(other, candidate), other
    if candidate == BASE:
        other = _subject(baseline)
        return other, _base(other, baseline)
    return _subject(baseline), _subject(candidate)


def _base(other: Subject, name: str) -> Subject:
    if other.section is None or (other.adapter is None and other.section.path == other.model.name):
        raise TrainError(
            f"`base` is the model that a run was trained from, and {name} is no run and no "
            "adapter: name that model itself",
            f"`base` 指训练所用的基础模型，而 {name} 既不是训练文件夹也不是适配器："
            "请直接写出该基础模型",
        )
    base = _run_base(Path(name)) or other.section
    return replace(other, model=Model("local", base.path), section=base, adapter=None)


def _run_base(folder: Path) -> ModelSection | None:
    if not (folder / RUN).is_file():
        return None
    return _section(read_run(folder).run)


def _subject(name: str) -> Subject:
    place = Path(name).expanduser()
    if (place / RUN).is_file():
        return _trained(place, name)
    if (place / _ADAPTER).is_file():
        base = str(_json(place / _ADAPTER).get("base_model_name_or_path") or "")
        return Subject(Model("local", name), ModelSection(base), place)
    if (place / "config.json").is_file() or (place.suffix == ".gguf" and place.is_file()):
        return Subject(Model("local", name), ModelSection(name))
    try:
        return Subject(parse_model(name))
    except ModelError as error:
        raise TrainError(
            f"{name!r} is no run, no adapter and no model: name a folder with {RUN}, {_ADAPTER} or "
            f"config.json, a .gguf file, or write {', '.join(FORMS)}",
            f"{name!r} 不是训练文件夹、适配器或模型：请给出含 {RUN}、{_ADAPTER} 或 config.json 的"
            f"文件夹、.gguf 文件，或写 {'、'.join(FORMS)}",
        ) from error


def _trained(folder: Path, name: str) -> Subject:
    """Return what a run made: its model, else its last checkpoint."""
    run = read_run(folder).run
    section = _section(run)
    data = run.get("run", {}).get("data") or {}
    chat = str(data.get("chat") or "auto")
    last = checkpoints.latest(folder)
    weights = folder / _MODEL if (folder / _MODEL).is_dir() else last[1] if last else None
    if weights is None:
        raise TrainError(
            f"{name} has no model yet, and no checkpoint: let the run go on",
            f"{name} 还没有模型，也没有检查点：请先继续训练",
        )
    if (weights / _ADAPTER).is_file():
        return Subject(Model("local", name), section, weights, chat)
    return Subject(Model("local", name), replace(section, path=str(weights)), None, chat)


def _section(run: Mapping[str, Any]) -> ModelSection:
    model = run.get("run", {}).get("model") or {}
    known = {
        key: str(model[key])
        for key in ("path", "dtype", "revision", "chat_template")
        if model.get(key)
    }
    return ModelSection(**({"path": ""} | known))


def _json(path: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TrainError(f"{path} cannot be read: {error}", f"无法读取 {path}：{error}") from error
    return data if isinstance(data, dict) else {}
