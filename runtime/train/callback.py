"""What a trainer of TRL measures, written in the one schema; its checkpoints, made whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import checkpoints
from .order import Rounds, replay
from .processes import together
from .record import Recorder

__all__ = ["Report", "Stop", "callback", "renamed"]

#: Is given each row that was recorded, with "of": how many steps there are in all.
Report = Callable[[Mapping[str, Any]], None]

_NAMES = {
    "learning_rate": "lr",
    "num_tokens": "tokens",
    "mean_token_accuracy": "accuracy",
    "rewards/accuracies": "accuracy",
    "rewards/margins": "margin",
    "frac_reward_zero_std": "zero_std",
    "completions/mean_length": "length",
    "completions/clipped_ratio": "clipped",
    "mean_reward": "reward",
}
#: Log-ratios to the reference that DPO calls rewards; they are nobody's reward.
_EXTRA = ("rewards/chosen", "rewards/rejected")
_UNTOLD = ("eval_runtime", "eval_samples_per_second", "eval_steps_per_second", "eval_num_tokens")
_SUMMARY = ("train_runtime", "train_loss", "total_flos")


class Stop:
    """Asks a run to save and to end after the round it is in: ``reason`` is its state then.

    A round is a step, unless several steps share the answers that were generated for them.
    """

    reason = ""


def renamed(logs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what TRL logged, under the names of :mod:`.metrics`."""
    pairs = "rewards/accuracies" in logs  # DPO logs the accuracy of tokens beside that of pairs
    found: dict[str, Any] = {}
    for name, value in logs.items():
        if name in _UNTOLD:
            continue
        if name.startswith("eval_") and name != "eval_loss":
            inner = renamed({name.removeprefix("eval_"): value})
            found |= {f"eval/{one}": kept for one, kept in inner.items()}
        elif name in _EXTRA or (name == "mean_token_accuracy" and pairs):
            found[f"dpo_{name}"] = value
        elif name.startswith("rewards/") and name.endswith("/mean"):
            found[name.removesuffix("/mean")] = value
        elif name.startswith("rewards/") and name.endswith("/std"):
            found[f"std_of_{name.removesuffix('/std')}"] = value
        else:
            found[_NAMES.get(name, name)] = value
    return found


def callback(
    transformers: Any,
    recorder: Recorder | None,
    folder: Path,
    *,
    keep: int,
    stop: Stop,
    report: Report,
    tokens_before: float = 0,
) -> Any:
    """Return a ``TrainerCallback``; ``recorder`` is ``None`` in all processes but the first.

    ``keep`` is how many checkpoints stay. ``tokens_before`` is added to counts of tokens that a
    trainer begins anew when it resumes.
    """

    class Recording(transformers.TrainerCallback):  # type: ignore[misc]
        missing: float | None = None
        rounds: Rounds
        owed = False  # a checkpoint, until the round ends

        def offset(self, tokens: float) -> float:
            """Return what a count lacks: the first after a resumption shows if it began anew."""
            if self.missing is None:
                self.missing = tokens_before if tokens < tokens_before else 0.0
            return self.missing

        def on_train_begin(
            self, args: Any, state: Any, control: Any, train_dataloader: Any = None, **_: Any
        ) -> None:
            # A sum of fractions may fall a little short of the whole number that it means.
            replay(train_dataloader, int((state.epoch or 0) + 1e-6))
            self.rounds = Rounds(args, len(train_dataloader))

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if recorder is None or not logs or any(name in logs for name in _SUMMARY):
                return
            values = renamed(logs)
            if "tokens" in values:
                values["tokens"] += self.offset(values["tokens"])
            row = recorder.metric(state.global_step, values)
            report({**row, "of": state.max_steps})

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            last = control.should_training_stop
            self.owed = self.owed or control.should_save
            control.should_save = self.owed and (last or self.rounds.ends_with(state.global_step))
            self.owed = self.owed and not control.should_save
            if stop.reason and self.rounds.ends_with(state.global_step):
                control.should_save = control.should_training_stop = True

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            together()  # until all have written their part
            if recorder is not None:
                recorder.sync()
                staged = Path(args.output_dir) / f"checkpoint-{state.global_step}"
                checkpoints.promote(staged, folder, state.global_step)
                checkpoints.keep_latest(folder, keep)
            together()

    return Recording()
