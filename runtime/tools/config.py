"""From what a user names, a file, a folder or a model, to its shape."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

from .architectures import build
from .errors import ToolError
from .fields import Fields
from .shape import Shape

__all__ = ["known_models", "read_config", "shape_of"]

_LONGEST = 5_000_000  # bytes; published configurations have some thousand
_SUFFIXES = ("-instruct", "-base", "-it", "-pt", "-hf", "-chat")


def shape_of(model: str) -> Shape:
    """Return the shape of a model: a ``config.json``, its folder, or a name in the table.

    What looks like a path (an existing one, or with a slash at its start, or ending in ``.json``)
    is read; anything else is looked up.

    Raises:
        ToolError: nothing is there, or it cannot be understood.
    """
    if not model.strip():
        raise ToolError(
            "no model is named; give a `config.json`, its folder, or a known name",
            "未指定模型；请给出 `config.json`、其所在文件夹或已知名称",
        )
    path = Path(model)
    if model.endswith(".json") or model.startswith((".", "/", "~")) or _exists(path):
        return read_config(path.expanduser())
    entry = _table().get(_plain(model))
    if entry is None:
        _unknown(model)
    config = Fields(entry["config"], entry["repo"])
    return build(config, entry["repo"], f"{entry['source']} ({entry['checked']})")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, or with a null character
        return False


def read_config(path: Path) -> Shape:
    """Return the shape that a file ``config.json``, or the one in a folder, describes.

    A configuration of text and images is read for its text part (``text_config``).

    Raises:
        ToolError: the file cannot be read, or is no configuration of a known model type.
    """
    if path.is_dir():
        path = path / "config.json"
    try:
        if path.stat().st_size > _LONGEST:
            raise ToolError(
                f"{path}: too large for a configuration (more than {_LONGEST:,} bytes)",
                f"{path}：文件过大，不是模型配置（超过 {_LONGEST:,} 字节）",
            )
        data = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        why = error.strerror or str(error)
        raise ToolError(
            f"{path}: cannot be read: {why}; give a `config.json`, the folder that holds it, or a "
            "known name",
            f"{path}：无法读取：{why}；请给出 `config.json`、其所在文件夹或已知名称",
        ) from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, ToolError):
            raise
        raise ToolError(
            f"{path}: is not JSON: {error}", f"{path}：不是有效的 JSON：{error}"
        ) from error
    return build(_text_part(data, str(path)), path.parent.name or str(path), str(path))


def _text_part(data: Any, origin: str) -> Fields:
    if not isinstance(data, dict):
        raise ToolError(
            f"{origin}: a configuration is a JSON object",
            f"{origin}：模型配置应为 JSON 对象",
        )
    inner = data.get("text_config")
    if not isinstance(inner, dict):
        return Fields(data, origin)
    # the outer part says of the whole whether its embedding is tied, where the inner does not
    outer = {key: data[key] for key in ("tie_word_embeddings",) if key in data}
    return Fields({**outer, **inner}, f"{origin}, text_config")


@cache
def _table() -> dict[str, dict[str, Any]]:
    text = files(__package__ or "").joinpath("models.json").read_text("utf-8")
    table = json.loads(text)
    found: dict[str, dict[str, Any]] = {}
    for entry in table["models"]:
        whole = {**entry, "checked": table["checked"]}
        for name in (entry["repo"], *entry.get("also", ())):
            found[_plain(name)] = whole
    return found


def _plain(name: str) -> str:
    """Return a name without its owner, its training stage, and capitals."""
    plain = name.strip().lower().rpartition("/")[2]
    for suffix in _SUFFIXES:
        plain = plain.removesuffix(suffix)
    return plain


def known_models() -> tuple[str, ...]:
    """Return the names in the table, as their publishers write them."""
    return tuple(sorted({entry["repo"] for entry in _table().values()}, key=str.lower))


def _unknown(model: str) -> NoReturn:
    names = {_plain(name): name for name in known_models()}
    near = [names[found] for found in get_close_matches(_plain(model), names, n=3, cutoff=0.5)]
    said = f"; near are {', '.join(near)}" if near else ""
    said_zh = f"；相近的有 {'、'.join(near)}" if near else ""
    raise ToolError(
        f"`{model[:80]}` is no file, folder or known model{said}; any other model: download its "
        "`config.json` and give the path",
        f"`{model[:80]}` 不是文件、文件夹或已知模型{said_zh}；其他模型请下载其 "
        "`config.json` 并给出路径",
    )
