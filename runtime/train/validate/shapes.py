"""The shape of the model that a configuration names, without loading it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from ...judge.missing import need
from ...tools.architectures import build
from ...tools.config import read_config, shape_of
from ...tools.errors import ToolError
from ...tools.fields import Fields
from ...tools.shape import Shape
from ..libraries import EXTRA
from ..sections import ModelSection
from .finding import Report

__all__ = ["model_shape"]


def model_shape(model: ModelSection, report: Report) -> Shape | None:
    """Return the shape of a model, from its folder, its GGUF file, or the table of known names.

    Where there is none, the report says that parameters, memory and time are not estimated.
    """
    path = Path(model.path).expanduser()
    try:
        if path.suffix == ".gguf":
            return _gguf(path)
        return read_config(path) if path.exists() else shape_of(model.path)
    except ToolError as error:
        report.advice(
            "shape",
            "model.path",
            f"parameters, memory and time are not estimated: {error.en}",
            f"无法估算参数量、显存与时间：{error.zh}",
        )
        return None


def _gguf(path: Path) -> Shape:
    if find_spec("transformers") is None or find_spec("gguf") is None:
        raise ToolError(
            "a GGUF file is read by transformers and gguf, which are not installed",
            "读取 GGUF 文件需要 transformers 与 gguf，尚未安装",
        )
    auto = need("transformers", EXTRA).AutoConfig

    try:
        config = auto.from_pretrained(str(path.parent), gguf_file=path.name)
    except (OSError, ValueError, KeyError) as error:
        why = " ".join(str(error).split())[:200]
        raise ToolError(f"{path}: {why}", f"{path}：{why}") from error
    return build(Fields(config.to_dict(), path.name), path.stem, str(path))
