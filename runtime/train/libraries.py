"""The libraries that train, of versions that this code was written for."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping
from importlib.metadata import version
from types import ModuleType

from ..judge.missing import need
from .errors import TrainError

__all__ = ["EXTRA", "SUPPORTED", "numbers", "quiet", "torch", "trl", "wanted"]

EXTRA = "train"
#: First version that works, first that may not; names of trainers and arguments change between.
SUPPORTED: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "trl": ((1, 16), (2, 0)),
    "transformers": ((5, 17), (6, 0)),
    "peft": ((0, 21), (1, 0)),
}


def wanted(package: str) -> str:
    """Return the requirement of one of :data:`SUPPORTED`, as pip reads it."""
    low, high = SUPPORTED[package]
    return f"{package}>={low[0]}.{low[1]},<{high[0]}" + (f".{high[1]}" if high[1] else "")


def numbers(found: str) -> tuple[int, int] | None:
    """Return a version's first two numbers; ``None`` where it does not begin with one."""
    major, _, rest = found.partition(".")
    minor = rest.partition(".")[0]
    if not major.isdecimal():
        return None
    return int(major), int(minor) if minor.isdecimal() else 0


def quiet() -> None:
    """Let libraries keep to themselves what is trained; to be called before they are imported.

    TRL reports each trainer that is made (``Trainer._send_telemetry``) unless it is told not to,
    and tokenizers warn of processes that are forked.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
    if not sys.stderr.isatty():
        os.environ.setdefault("TQDM_DISABLE", "1")  # bars are for people
    # TRL's own argument has another name since transformers 5.24; 5.17 knows the old one only.
    warnings.filterwarnings("ignore", ".*gradient_checkpointing.*", FutureWarning)


def torch() -> ModuleType:
    """Return torch. Raises ``MissingLibrary`` where it is not installed."""
    quiet()
    return need("torch", EXTRA)


def trl() -> ModuleType:
    """Return TRL.

    Raises:
        MissingLibrary: it is not installed.
        TrainError: it is older or newer than what this code was written for.
    """
    quiet()
    for name in ("torch", "peft", "datasets", "trl"):
        need(name, EXTRA)
    found = version("trl")
    low, high = SUPPORTED["trl"]
    known = numbers(found)
    if known is not None and not low <= known < high:
        fitting = wanted("trl")
        raise TrainError(
            f"trl {found} is installed, but this needs {fitting}: pip install '{fitting}'",
            f"已安装 trl {found}，但需要 {fitting}：pip install '{fitting}'",
        )
    return need("trl", EXTRA)
