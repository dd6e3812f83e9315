"""Whether the installed trainer takes what `trainer:` passes to it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from ..fields import Trainer, check_version, installed
from ..marked import Marked
from ..translate import DEPRECATED, gone, translate
from .finding import Report

__all__ = ["check_trainer"]

#: What a section of its own decides; there it is also checked.
_OWNED: Mapping[str, str] = {
    "output_dir": "out",
    "max_steps": "optim.steps",
    "num_train_epochs": "optim.epochs",
    "per_device_train_batch_size": "optim.micro_batch",
    "gradient_accumulation_steps": "optim.batch_size",
    "learning_rate": "optim.learning_rate",
    "seed": "optim.seed",
    "save_strategy": "save_every",
    "save_steps": "save_every",
}
_DOUBLED: Mapping[str, str] = {
    "lr_scheduler_type": "optim.schedule",
    "warmup_steps": "optim.warmup",
    "weight_decay": "optim.weight_decay",
    "eval_steps": "eval_every",
    "eval_strategy": "eval_every",
    "max_length": "data.max_length",
    "packing": "data.packing",
    "report_to": "trackers",
    "num_generations": "the method's `group`",
    "max_completion_length": "the method's `max_new_tokens`",
}


def check_trainer(method: str, marked: Marked, report: Report) -> None:
    """Check the version of the libraries and the keys of `trainer:`, without importing either."""
    report.problems("version", check_version())
    values = marked.values.get("trainer")
    section = marked.values.get(method)
    mode = section.get("mode") if isinstance(section, Mapping) else None
    backend = marked.values.get("backend", "trl")
    trainer = installed(method, mode) if backend == "trl" else None
    if trainer is None and backend == "trl":
        report.advice(
            "trainer-absent",
            "trainer",
            "trl is not installed here, so `trainer:` and versions are not checked: pip install "
            "'polyskill[train]'",
            "此处未安装 trl，未校验 `trainer:` 与版本：pip install 'polyskill[train]'",
        )
    if trainer is not None:
        report.facts["trainer"] = {"name": trainer.name, "version": trainer.version}
    for key in values if isinstance(values, Mapping) else ():
        _key(str(key), method, marked.place(f"trainer.{key}"), trainer, report)


def _key(key: str, method: str, place: str, trainer: Trainer | None, report: Report) -> None:
    if key in _OWNED:
        home = _OWNED[key]
        report.error(
            "trainer-key",
            place,
            f"`trainer.{key}` is decided by `{home}`: say it there",
            f"`trainer.{key}` 由 `{home}` 决定：请写在那里",
        )
    elif key in _DOUBLED:
        home = _DOUBLED[key]
        report.warning(
            "trainer-key",
            place,
            f"`trainer.{key}` overrides {_quoted(home)}; say it there",
            f"`trainer.{key}` 会覆盖 {_quoted(home)}；请写在那里",
        )
    elif old := DEPRECATED.get(key):
        report.warning(
            "trainer-key", place, f"`trainer.{key}` {old.en}", f"`trainer.{key}` {old.zh}"
        )
    elif trainer is not None and key not in trainer.fields:
        _unknown(key, method, place, trainer, report)
    elif trainer is None and (old := gone(key, method)):
        report.error("trainer-key", place, f"`trainer.{key}` {old.en}", f"`trainer.{key}` {old.zh}")


def _quoted(home: str) -> str:
    return home if "`" in home else f"`{home}`"


def _unknown(key: str, method: str, place: str, trainer: Trainer, report: Report) -> None:
    is_not = f"`trainer.{key}` is no field of {trainer.name} in trl {trainer.version}"
    is_not_zh = f"`trainer.{key}` 不是 trl {trainer.version} 中 {trainer.name} 的字段"
    old = translate(key, method, f"trainer.{key}")
    if old is not None:
        report.error("trainer-key", place, f"{is_not}: it {old.en}", f"{is_not_zh}：{old.zh}")
        return
    near = get_close_matches(key, trainer.fields, n=1)
    meant, meant_zh = ("; take it out", "；请删去")
    if near:
        meant, meant_zh = f"; did you mean `{near[0]}`?", f"；您是否指 `{near[0]}`？"
    report.error("trainer-key", place, is_not + meant, is_not_zh + meant_zh)
