"""A whole run on the service.

polyskill train sft run.yaml        # with `backend: tinker` in it
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...tools.config import shape_of
from ...tools.errors import ToolError
from ..callback import Report, Stop
from ..claim import claim
from ..errors import TrainError
from ..rates import AUTO, rate_of
from ..record import Recorder
from ..samples import Samples
from .answers import Answers
from .gradients import Gradients
from .limits import check
from .loop import Loop, state_of
from .preferences import Preferences
from .service import explained, library, opened, trained
from .supervised import Supervised
from .work import Work

if TYPE_CHECKING:
    from ..sections import Run

__all__ = ["train"]


def train(run: Run, folder: str | Path, *, resume: bool, report: Report) -> None:
    """Train as ``run`` says, into ``folder``; ``report`` is given each row that is measured.

    Raises:
        TrainError, DataError: it cannot be done, with what to do.
        MissingLibrary: a library is not installed.
        KeyboardInterrupt: interrupted; saved, and can be resumed.
    """
    check(run)
    library()
    rate = _rate(run)
    with claim(run, folder, resume=resume) as claimed:
        gradients: Gradients | None = None
        try:
            service = opened()
            training = trained(service, run, state_of(claimed.checkpoint))
            tokenizer = _tokenizer(training, run)
            if run.method in ("grpo", "rloo"):
                gradients = Gradients(run, tokenizer, claimed.folder)
            work: Work = gradients or _supervised(run, tokenizer, service)
            answers = Answers(run, tokenizer, training) if run.samples.count else None
        except TrainError:
            raise
        except Exception as error:
            said = explained(error, claimed.folder)
            if said is None:
                raise
            raise said from error
        recorder = gradients.policy.recorder if gradients else Recorder(claimed.folder)
        stop = gradients.policy.stop if gradients else Stop()
        samples = Samples(answers, recorder, stop, report) if answers else None
        Loop(work, training, run, claimed, rate, report, recorder, stop, samples).drive()
        if gradients:
            gradients.policy.tell()


def _supervised(run: Run, tokenizer: Any, service: Any) -> Work:
    if run.method == "dpo":
        reference = service.create_sampling_client(base_model=run.model.path).result()
        return Preferences(run, tokenizer, reference)
    return Supervised(run, tokenizer)


def _tokenizer(training: Any, run: Run) -> Any:
    tokenizer = training.get_tokenizer()
    if run.model.chat_template:
        try:
            tokenizer.chat_template = Path(run.model.chat_template).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise TrainError(
                f"`model.chat_template: {run.model.chat_template}` cannot be read: {error}",
                f"无法读取 `model.chat_template: {run.model.chat_template}`：{error}",
            ) from error
    return tokenizer


def _rate(run: Run) -> float:
    """Return the learning rate; "auto" needs a model of the table, as its files are not here."""
    if run.optim.learning_rate != AUTO:
        return float(run.optim.learning_rate)
    try:
        return rate_of(run, shape_of(run.model.path))
    except ToolError as error:
        raise TrainError(
            f"`optim.learning_rate: auto` does not work here: {error.en}. Write a number instead",
            f"此处无法使用 `optim.learning_rate: auto`：{error.zh}。请改写为具体数值",
        ) from error
