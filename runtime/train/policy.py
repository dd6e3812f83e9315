"""What the recipes of policy gradients share: rewards, their judge, and what both tell a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..judge.missing import need
from .drive import Stop
from .libraries import EXTRA
from .processes import first
from .record import Recorder
from .rewards.askers import LocalAsker, ProviderAsker
from .rewards.frozen import FrozenPolicy
from .rewards.held_out import HeldOut
from .rewards.make import Makings, make_rewards, needs_policy
from .rewards.parting import Parting
from .rewards.step import StepReward

if TYPE_CHECKING:
    from .config import Run

__all__ = ["PARTED", "Policy", "common", "prepared"]

#: The state of a run that was ended because its reward and the held-out judge parted.
PARTED = "stopped"


def common(run: Run) -> dict[str, Any]:
    """Return the arguments that GRPO and RLOO share, from the method's options."""
    options = run.method_options
    return {
        "num_generations": options["group"],
        "max_completion_length": options["max_new_tokens"],
        "temperature": options["temperature"],
        "top_p": options["top_p"],
        "beta": options["beta"],
        "num_iterations": options["iterations"],
        # Groups whose answers were all graded alike, and lengths, are logged by TRL itself.
        "log_completions": False,
    }


@dataclass
class Policy:
    """The reward function of a run, and who has to know its trainer."""

    reward: StepReward
    recorder: Recorder
    stop: Stop
    frozen: FrozenPolicy | None = None
    parting: Parting | None = field(default=None)

    def bind(self, trainer: Any) -> None:
        """Connect the trainer: the frozen policy takes its model, the judge may end it.

        Raises:
            RewardError: the initial policy cannot be had from this trainer.
        """
        if self.frozen is not None:
            self.frozen.bind(trainer)
        if self.parting is not None:
            trainer.add_callback(_watch(self.parting, self.stop, self.recorder))

    def tell(self) -> None:
        """Note in run.json which items of the rubrics always or never passed."""
        dead = self.reward.rates.dead()
        if first() and self.reward.rates.records:
            items = [
                {"id": key, "text": one.text, "seen": one.seen, "rate": one.rate}
                for key, one in sorted(dead.items())
            ]
            self.recorder.note(
                rubric={"items": len(self.reward.rates.records), "dead": items[:200]}
            )


def prepared(run: Run, folder: Path) -> Policy:
    """Return what a run needs beside its trainer; nothing heavy is loaded for it.

    Raises:
        RewardError: a reward is unknown, or cannot be made.
        MissingLibrary: a library that one needs is not installed.
    """
    options = run.method_options
    recorder = Recorder(folder)
    frozen = FrozenPolicy() if needs_policy(options["rewards"]) else None
    policy = LocalAsker(frozen) if frozen else None
    rewards = make_rewards(options["rewards"], Makings(folder, Path(), policy))
    held_out = None
    if options["held_out"]:
        journal = folder / "held-out.jsonl"
        asker = ProviderAsker(options["held_out"], journal)
        held_out = HeldOut(asker, options["held_out_every"])

    def record(step: int, prompt: str, completion: str, figures: dict[str, Any]) -> None:
        recorder.sample(step, prompt, completion, **figures)

    reward = StepReward(rewards, held_out=held_out, record=record if first() else None)
    parting = Parting() if held_out and options["stop_when_parted"] else None
    return Policy(reward, recorder, Stop(), frozen, parting)


def _watch(parting: Parting, stop: Stop, recorder: Recorder) -> Any:
    """Return a callback that ends a run when the two have parted; all processes log the same."""
    transformers: Any = need("transformers", EXTRA)

    class Watching(transformers.TrainerCallback):  # type: ignore[misc]
        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if not logs or "judge/held_out" not in logs or "reward" not in logs:
                return
            if parting.add(logs["reward"], logs["judge/held_out"]):
                control.should_training_stop = control.should_save = True
                stop.reason = stop.reason or PARTED
                if first():
                    recorder.note(
                        parted={
                            "step": state.global_step,
                            "reward": logs["reward"],
                            "held_out": logs["judge/held_out"],
                        }
                    )

    return Watching()
