"""Examples as the trainer will see them: token by token, and which of them are learnt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from ..columns import to_columns
from ..config import load
from ..data import read_examples
from ..errors import TrainError
from ..examples import Example
from ..sections import Run
from ..skill_weights import is_recording, recorded_pairs
from .chat import training_template
from .finding import Report
from .texts import flat
from .tokenizer import Counter, load_counter

__all__ = ["Part", "Shown", "shown_examples"]

#: What a stretch of tokens is to the training: seen but not learnt; learnt, preferred or rejected
#: (pairs); or lost to ``data.max_length``.
GIVEN, LEARNT, CHOSEN, REJECTED, CUT = "given", "learnt", "chosen", "rejected", "cut"


@dataclass(frozen=True, slots=True)
class Part:
    """Tokens that stand together and are one thing to the training; ``role`` says which."""

    role: str
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One example. Without the model's tokenizer (not ``exact``), special tokens are not seen."""

    where: str
    parts: tuple[Part, ...]
    exact: bool
    drawn: bool = False  # whether what is learnt is the model's own answers, drawn in training


def shown_examples(
    path: Path | str, overrides: Mapping[str, Any] | None = None, most: int = 3
) -> tuple[Shown, ...]:
    """Return the first, the longest and the middle example of a run, as it trains on them.

    TRL's ``_prepare_dataset`` of 1.16 is followed token by token (sft_trainer.py, dpo_trainer.py,
    reward_trainer.py), without packing, which only puts whole examples together.

    Raises:
        ConfigError, DataError: the configuration or the data cannot be used.
        TrainError: the chat template refuses an example.
    """
    run = load(path, overrides)
    counter = load_counter(run.model, Report())
    template = counter.tokenizer.chat_template if counter.exact else None
    chat = run.data.chat == "yes" or (bool(template) and run.data.chat != "no")
    examples = _chosen(_examples(run), most)
    if not examples:
        return ()
    columns = to_columns(examples, run.method, chat=chat, loss_on=run.data.loss_on)
    rows = [{name: values[at] for name, values in columns.items()} for at in range(len(examples))]
    drawn = run.method in ("grpo", "rloo") or run.method_options.get("mode") == "on-policy"
    if drawn:  # an answer that stands in the data is not shown to the model
        rows = [{"prompt": row["prompt"]} for row in rows]
    look = _Exact(run, counter.tokenizer) if counter.exact else _Estimate(run, counter)
    return tuple(
        Shown(one.where, tuple(look.parts(row)), counter.exact, drawn)
        for one, row in zip(examples, rows, strict=True)
    )


def _examples(run: Run) -> list[Example]:
    if run.method == "distill" and is_recording(run.data.train):
        return [Example(pair, run.data.train) for pair in recorded_pairs(run.data.train)]
    return list(read_examples(run.data.train, run.data))


def _chosen(examples: Sequence[Example], most: int) -> list[Example]:
    if not examples:
        return []
    sizes = [sum(len(flat(value)) for value in one.columns.values()) for one in examples]
    longest = max(range(len(examples)), key=lambda at: sizes[at])
    places = dict.fromkeys((0, longest, len(examples) // 2))
    return [examples[at] for at in list(places)[:most]]


class _Exact:
    """Parts by the model's own tokenizer."""

    def __init__(self, run: Run, tokenizer: Any) -> None:
        self._run = run
        self._tokenizer = tokenizer
        self._most = run.data.max_length
        self._marked = run.method == "sft" and run.data.loss_on == "assistant"
        self._template = training_template(tokenizer, run.backend) if self._marked else None

    def parts(self, row: Mapping[str, Any]) -> Iterator[Part]:
        method = self._run.method
        if method in ("dpo", "reward"):
            yield from self._pair(row)
        elif "completion" in row:
            given, whole, marks = self._completed(row["prompt"], row["completion"])
            if self._run.data.loss_on == "all" and method == "sft":
                given = 0
            yield from self._grouped(whole, self._roles(given, marks, len(whole)))
        elif method == "sft":
            whole, marks = self._tokens(row.get("messages") or self._ended(row["text"]))
            yield from self._grouped(whole, self._roles(0, marks, len(whole)))
        else:
            whole, _ = self._tokens(row["prompt"], prompt=True)
            yield from self._grouped(whole, [GIVEN] * len(whole))

    def _pair(self, row: Mapping[str, Any]) -> Iterator[Part]:
        """DPO learns from what follows the prompt, a reward model from all of both texts."""
        if self._run.method == "reward":
            for role in (CHOSEN, REJECTED):
                ids, _ = self._tokens(self._ended(_joined(row.get("prompt"), row[role])))
                fits = len(ids) <= self._most  # longer ones are left out, both of them
                yield from self._grouped(ids, [role if fits else CUT] * len(ids))
            return
        prompt, answers = row.get("prompt"), {one: row[one] for one in (CHOSEN, REJECTED)}
        if prompt is None:
            prompt, answers = _shared(answers)
        sides = {role: self._completed(prompt, answer) for role, answer in answers.items()}
        given = min(one[0] for one in sides.values())
        first = sides[CHOSEN][1][:given]
        yield from self._grouped(first, self._cut([GIVEN] * given))
        for role, (_, ids, _) in sides.items():
            roles = self._cut([GIVEN] * given + [role] * (len(ids) - given))
            yield from self._grouped(ids[given:], roles[given:])

    def _completed(self, prompt: Any, answer: Any) -> tuple[int, list[int], list[int] | None]:
        """Return how many tokens are given, all tokens, and the marks of assistant turns."""
        before, _ = self._tokens(prompt, prompt=True)
        whole, marks = self._tokens(_joined(prompt, self._ended(answer)))
        same = 0
        for one, other in zip(before, whole, strict=False):
            if one != other:
                break
            same += 1
        return same, whole, marks

    def _tokens(self, value: Any, *, prompt: bool = False) -> tuple[list[int], list[int] | None]:
        if isinstance(value, str):
            return list(self._tokenizer(text=value)["input_ids"]), None
        words: dict[str, Any] = {"add_generation_prompt": True} if prompt else {}
        marked = self._marked and not prompt
        if marked:
            words["return_assistant_tokens_mask"] = True
        try:
            made = self._tokenizer.apply_chat_template(
                value, tokenize=True, return_dict=True, chat_template=self._template, **words
            )
        except Exception as error:  # whatever a template raises: TemplateError, TypeError, …
            said = " ".join(str(error).split())[:200]
            raise TrainError(
                f"the chat template refuses an example: {said}",
                f"对话模板无法渲染样本：{said}",
            ) from error
        return list(made["input_ids"]), list(made["assistant_masks"]) if marked else None

    def _ended(self, answer: Any) -> Any:
        """Return a text with the end of text that the trainer adds; messages have their own."""
        end = self._tokenizer.eos_token or ""
        if isinstance(answer, str) and not answer.endswith(end):
            return answer + end
        return answer

    def _roles(self, given: int, marks: list[int] | None, count: int) -> list[str]:
        learnt = [at >= given and (marks is None or bool(marks[at])) for at in range(count)]
        return self._cut([LEARNT if one else GIVEN for one in learnt])

    def _cut(self, roles: list[str]) -> list[str]:
        over = len(roles) - self._most
        if over <= 0 or self._run.data.packing:
            return roles
        if self._run.trainer.get("truncation_mode") == "keep_end":
            return [CUT] * over + roles[over:]
        return roles[: self._most] + [CUT] * over

    def _grouped(self, ids: Sequence[int], roles: Sequence[str]) -> Iterator[Part]:
        for role, group in groupby(zip(roles, ids, strict=True), key=lambda pair: pair[0]):
            tokens = [token for _, token in group]
            text = self._tokenizer.decode(
                tokens, skip_special_tokens=False, clean_up_tokenization_spaces=False
            )
            yield Part(role, str(text), len(tokens))


class _Estimate:
    """Parts as plain texts, where the model's tokenizer is not here."""

    def __init__(self, run: Run, counter: Counter) -> None:
        self._run = run
        self._count = counter.count

    def parts(self, row: Mapping[str, Any]) -> Iterator[Part]:
        all_learnt = self._run.method == "sft" and self._run.data.loss_on == "all"
        if "messages" in row:
            for turn in row["messages"]:
                learnt = all_learnt or turn["role"] == "assistant"
                yield self._part(LEARNT if learnt else GIVEN, flat([turn]))
            return
        if row.get("prompt") is not None:
            yield self._part(LEARNT if all_learnt else GIVEN, flat(row["prompt"]))
        for name, role in (
            ("completion", LEARNT),
            ("text", LEARNT),
            ("chosen", CHOSEN),
            ("rejected", REJECTED),
        ):
            if row.get(name) is not None:
                yield self._part(role, flat(row[name]))

    def _part(self, role: str, text: str) -> Part:
        return Part(role, text, self._count(text))


def _joined(prompt: Any, answer: Any) -> Any:
    return answer if prompt is None else prompt + answer


def _shared(answers: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return what both answers begin with, and the rest of each (``extract_prompt`` of TRL)."""
    one, other = answers[CHOSEN], answers[REJECTED]
    at = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)) - 1,
    )
    if at and one[at - 1] == " ":
        at -= 1
    return one[:at], {role: answer[at:] for role, answer in answers.items()}
