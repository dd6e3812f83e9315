"""The libraries that train, of versions that this code was written for."""

from __future__ import annotations

import os
import sys
import warnings
from importlib.metadata import version
from types import ModuleType

from ..judge.missing import need
from .errors import TrainError

__all__ = ["EXTRA", "quiet", "torch", "trl"]

EXTRA = "train"
#: First version that works, first that may not; names of trainers and arguments change between.
_TRL = ((1, 16), (2, 0))


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
    low, high = _TRL
    if not low <= _numbers(found) < high:
        wanted = f"trl>={low[0]}.{low[1]},<{high[0]}"
        raise TrainError(
            f"trl {found} is installed, but this needs {wanted}: pip install '{wanted}'",
            f"已安装 trl {found}，但需要 {wanted}：pip install '{wanted}'",
        )
    return need("trl", EXTRA)


def _numbers(found: str) -> tuple[int, int]:
    major, _, rest = found.partition(".")
    minor = rest.partition(".")[0]
    return int(major), int(minor) if minor.isdecimal() else 0
