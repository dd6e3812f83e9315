"""How many tokens a text has: by the model's own tokenizer where it is here, else an estimate."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...judge.missing import need
from ..libraries import EXTRA, quiet
from ..sections import ModelSection
from .finding import Report

__all__ = ["Counter", "load_counter"]

_WIDE = re.compile(r"[぀-ヿ㐀-鿿가-힯豈-﫿]")


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts tokens. ``tokenizer`` is that of transformers, None where figures are estimates."""

    count: Callable[[str], int]
    tokenizer: Any = None

    @property
    def exact(self) -> bool:
        """Whether the model's own tokenizer counts."""
        return self.tokenizer is not None


def _estimate(text: str) -> int:
    """One token a Chinese, Japanese or Korean character, and four other characters."""
    wide = len(_WIDE.findall(text))
    return wide + -(-(len(text) - wide) // 4)


def load_counter(model: ModelSection, report: Report) -> Counter:
    """Return what counts tokens for a model; a tokenizer that cannot be loaded is reported.

    Nothing is fetched: a name on the hub is found only where it was fetched before.
    """
    if find_spec("transformers") is None or find_spec("tokenizers") is None:
        report.advice(
            "tokens-estimated",
            "data",
            "transformers is not installed here, so numbers of tokens are estimates (4 characters "
            "a token, 1 in Chinese)",
            "此处未安装 transformers，词元数为估计值（4 个字符计 1 个词元，中文 1 字计 1 个）",
        )
        return Counter(_estimate)
    quiet()
    auto = need("transformers", EXTRA).AutoTokenizer

    path = Path(model.path).expanduser()
    words: dict[str, Any] = {"local_files_only": True}
    source = str(path) if path.exists() else model.path
    if path.suffix == ".gguf":
        source, words["gguf_file"] = str(path.parent), path.name
    if model.revision:
        words["revision"] = model.revision
    try:
        tokenizer = auto.from_pretrained(source, **words)
        if model.chat_template:
            tokenizer.chat_template = Path(model.chat_template).read_text("utf-8")
    except (OSError, ValueError, KeyError, ImportError) as error:
        if path.exists():  # of a name on the hub, it is said elsewhere
            why = " ".join(str(error).split())[:200]
            report.error(
                "tokenizer",
                "model.path",
                f"the tokenizer cannot be loaded, so numbers of tokens are estimates: {why}",
                f"无法加载分词器，词元数为估计值：{why}",
            )
        return Counter(_estimate)

    def count(text: str) -> int:
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    return Counter(count, tokenizer)
