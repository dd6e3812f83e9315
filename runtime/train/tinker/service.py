"""The service itself: a client of it, and what its errors mean."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ...judge.missing import need
from .. import checkpoints
from ..errors import TrainError
from ..libraries import quiet
from .limits import TARGETS

if TYPE_CHECKING:
    from ..sections import Run

__all__ = ["EXTRA", "KEY", "explained", "library", "opened", "trained", "without_key"]

EXTRA = "tinker"
KEY = "TINKER_API_KEY"


def library() -> ModuleType:
    """Return the SDK, which keeps to itself how it is used.

    Raises:
        MissingLibrary: it is not installed.
    """
    quiet()
    os.environ.setdefault("TINKER_TELEMETRY", "0")
    return need("tinker", EXTRA)


def opened() -> Any:
    """Return a ``ServiceClient``; it takes the key from the environment or its own login."""
    return library().ServiceClient()


def trained(service: Any, run: Run, state: str | None) -> Any:
    """Return a ``TrainingClient``: a new adapter, or one that goes on from a saved state.

    The unembedding gets no adapter, as none of ``all-linear`` does in PEFT: a run has the same
    parameters on both back ends.
    """
    if state is not None:
        return service.create_training_client_from_state_with_optimizer(state).result()
    assert run.lora is not None
    mlp, attention = TARGETS[str(run.lora.targets)]
    return service.create_lora_training_client(
        base_model=run.model.path,
        rank=run.lora.rank,
        seed=run.optim.seed,
        train_mlp=mlp,
        train_attn=attention,
        train_unembed=False,
    ).result()


def explained(error: BaseException, folder: Path) -> TrainError | None:
    """Return what an error of the service means; ``None`` for one of another kind."""
    tinker = library()
    while error.__cause__ is not None and not isinstance(error, tinker.TinkerError):
        error = error.__cause__  # "a previous request failed" tells of its cause
    if not isinstance(error, tinker.TinkerError | OSError | TimeoutError):
        return None
    last = checkpoints.latest(folder)
    kept = f"the state of step {last[0]} is saved: `--resume` goes on" if last else "nothing saved"
    kept_zh = f"第 {last[0]} 步的状态已保存，可用 `--resume` 继续" if last else "尚无已保存的状态"
    said = without_key(error)
    en, zh = _meaning(tinker, error)
    return TrainError(f"Tinker: {en} ({said}); {kept}", f"Tinker：{zh}（{said}）；{kept_zh}")


def without_key(error: BaseException) -> str:
    """Return an error's text on one line, 300 characters at most, the key taken out."""
    said = " ".join(str(error).split())
    secret = os.environ.get(KEY)
    return (said.replace(secret, "…") if secret else said)[:300]


def _meaning(tinker: ModuleType, error: BaseException) -> tuple[str, str]:
    if isinstance(error, tinker.AuthenticationError | tinker.PermissionDeniedError):
        return f"the key was refused: check {KEY}", f"密钥被拒绝：请检查 {KEY}"
    if isinstance(error, tinker.BillingError):
        return "the account cannot pay for this", "账户余额或额度不足"
    if isinstance(error, tinker.RateLimitError):
        return "too many requests, after all retries: wait", "请求过多，重试后仍被拒：请稍候"
    if isinstance(error, tinker.NotFoundError | tinker.BadRequestError):
        return "it does not take the model or the request", "不接受该模型或请求"
    if isinstance(error, tinker.APIConnectionError | OSError | TimeoutError):
        return "it cannot be reached", "无法连接"
    if isinstance(error, tinker.RequestFailedError):
        return "it could not do its work", "服务端未能完成该请求"
    if "api_key" in str(error):
        return f"it needs a key: set {KEY}", f"需要密钥：请设置 {KEY}"
    return "it failed", "出错"
