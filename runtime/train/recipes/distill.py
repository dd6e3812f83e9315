"""Distillation: a model learns to answer without a skill as it does with the skill before it.

    polyskill train distill run.yaml
    python -m polyskill.runtime.train.recipes.distill run.yaml --out runs/first

``distill.mode: off-policy`` is fine-tuning on recorded answers: ``data.train`` is a recording of
``polyskill eval record``, or prompts with completions that were written with the skill; the student
sees the prompts alone. ``on-policy`` is self-distillation (arXiv 2601.19897; for prompts, arXiv
2602.12275): the student answers without the skill, and is drawn, token by token, towards what the
same model would have said with it (TRL's ``experimental.sdft``). The teacher sees the text of
``distill.skill``, the student never does.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...judge.missing import need
from .. import libraries, models
from ..arguments import arguments, configured, made
from ..claim import claim
from ..columns import to_columns
from ..drive import Report, drive, untold
from ..examples import Example
from ..rates import rate
from ..sampling import watch
from ..sets import chats, data_sets
from ..skill_weights import is_recording, recorded_pairs, skill_texts, teachers

if TYPE_CHECKING:
    from ..config import Run

__all__ = ["DIVERGENCES", "train"]

_METHOD = "distill"
#: ``distillation_alpha`` of TRL's sdft/loss_utils.py: 1 is KL(student ‖ teacher), 0 the other way.
DIVERGENCES = {"reverse": 1.0, "forward": 0.0, "jsd": 0.5}


def train(run: Run, folder: str | Path, *, resume: bool = False, report: Report = untold) -> None:
    """Train as ``run`` says, into ``folder``; ``report`` is given each row that is measured.

    Raises:
        TrainError, DataError: it cannot be done, with what to do.
        MissingLibrary: a library is not installed.
        KeyboardInterrupt: interrupted; saved, and can be resumed.
    """
    trl = libraries.trl()
    on_policy = run.method_options["mode"] == "on-policy"
    with claim(run, folder, resume=resume) as claimed:
        texts = skill_texts(run.method_options["skill"]) if on_policy else {}
        loaded = models.load(run.model)
        asked = training, held_out = _examples(run, loaded.tokenizer)
        options = arguments(
            run,
            claimed.folder,
            loaded.device,
            learning_rate=rate(run, loaded.model.config),
            evaluates=held_out is not None,
        )
        if on_policy:
            sdft = need("trl.experimental.sdft", libraries.EXTRA)
            kind, configuration = sdft.SDFTTrainer, sdft.SDFTConfig
            options |= _on_policy(run)
            training, held_out = (_taught(one, texts) for one in (training, held_out))
        else:
            kind, configuration = trl.SFTTrainer, trl.SFTConfig
            options |= {"max_length": run.data.max_length, "packing": run.data.packing}
        trainer = made(
            kind,
            run,
            model=loaded.model,
            args=configured(configuration, run, options),
            train_dataset=training,
            eval_dataset=held_out,
            processing_class=loaded.tokenizer,
            peft_config=models.lora_config(run.lora, loaded.model) if run.lora else None,
        )
        watched = watch(trainer, run, claimed.folder, *asked, report=report)
        drive(trainer, run, claimed, report=report, recorder=watched.recorder, stop=watched.stop)


def _examples(run: Run, tokenizer: Any) -> tuple[Any, Any]:
    """Return the data sets; a recording becomes pairs of a question and an answer."""
    if not is_recording(run.data.train):
        return data_sets(run, tokenizer)
    pairs = [Example(pair, run.data.train) for pair in recorded_pairs(run.data.train)]
    columns = to_columns(pairs, _METHOD, chat=chats(run, tokenizer))
    return need("datasets", libraries.EXTRA).Dataset.from_dict(columns), None


def _on_policy(run: Run) -> dict[str, Any]:
    options = run.method_options
    return {
        "max_completion_length": options["max_new_tokens"],
        # TRL cuts longer prompts from the left, and the teacher's begins with the skill.
        "max_prompt_length": None,
        "temperature": options["temperature"],
        "num_generations": 1,
        "teacher_model_kind": options["teacher"],
        "teacher_prompt_template": "{privileged_context}\n\n{prompt}",
        "distillation_alpha": DIVERGENCES[options["divergence"]],
        "distillation_topk": options["top_k"],
    }


def _taught(examples: Any, texts: Mapping[str, str]) -> Any:
    """Add what the teacher sees to each example; the student's prompt stays as it is."""
    if examples is None:
        return None
    prompts = examples["prompt"]
    return examples.select_columns(["prompt"]).add_column(
        "privileged_context", teachers(list(prompts), texts)
    )


if __name__ == "__main__":
    from ..main import main

    sys.exit(main(_METHOD, sys.argv[1:]))
