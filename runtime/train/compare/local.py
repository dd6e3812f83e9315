"""A model of this machine as a provider: requests that come together are answered together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...judge.base import Clocks, Model, Outcome, Reply, Request, Usage
from ...judge.missing import need
from .. import models
from ..errors import TrainError
from ..libraries import EXTRA, torch
from .subjects import Subject

__all__ = ["Generator", "LocalProvider", "Text", "load_generator"]

_PAUSE = 0.02  # seconds in which requests of one batch come together


@dataclass(frozen=True, slots=True)
class Text:
    """What was generated; ``whole`` is whether it came to its end. ``read`` and ``made`` count."""

    text: str
    whole: bool
    read: int
    made: int


Generator = Callable[[Sequence[Request]], Sequence[Text]]


class LocalProvider:
    """Answers with ``generate``, at most ``batch`` requests at once, in a thread of its own.

    ``load`` makes it when the first request comes, so that a run whose answers are all kept loads
    nothing. What it raises passes through: no other attempt would help.
    """

    def __init__(self, model: Model, load: Callable[[], Generator], *, batch: int) -> None:
        self._model = model
        self._load = load
        self._batch = batch
        self._generate: Generator | None = None
        self._waiting: list[tuple[Request, asyncio.Future[Text]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def complete(self, request: Request, clocks: Clocks) -> Reply:
        """Answer one request; the clocks do not run, since this machine takes what it takes."""
        del clocks
        done: asyncio.Future[Text] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        text = await done
        return Reply(
            Outcome.OK if text.whole else Outcome.TRUNCATED,
            text.text,
            stop_reason="stop" if text.whole else "length",
            usage=Usage(text.read, text.made),
            model=self._model.name,
        )

    async def aclose(self) -> None:
        """End the work and let the model go."""
        if self._worker is not None:
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker
        self._generate = None

    async def _work(self) -> None:
        await asyncio.sleep(_PAUSE)
        while self._waiting:
            group, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
            try:
                if self._generate is None:
                    self._generate = await asyncio.to_thread(self._load)
                texts = await asyncio.to_thread(self._generate, [each for each, _ in group])
            except Exception as error:
                told = _too_large(len(group)) if "out of memory" in str(error) else error
                for _, done in group:
                    if not done.done():
                        done.set_exception(told)
                continue
            for (_, done), text in zip(group, texts, strict=True):
                if not done.done():
                    done.set_result(text)


def _too_large(prompts: int) -> TrainError:
    return TrainError(
        f"the memory of the device does not suffice for {prompts} prompts at once: lower the batch "
        "or the longest length of answers, and go on with the same command",
        f"设备内存不足以同时回答 {prompts} 个提示：请减小批量或回答长度上限，再用同一命令继续",
    )


def load_generator(subject: Subject, *, temperature: float, seed: int) -> Generator:
    """Load a model, with its adapter if it has one, and return what generates with it.

    ``temperature`` 0 takes the likeliest token each time.

    Raises:
        TrainError: the model cannot be loaded.
        MissingLibrary: torch, transformers or peft is not installed.
    """
    assert subject.section is not None
    library = torch()
    loaded = models.load(subject.section)
    model, tokenizer = loaded.model, loaded.tokenizer
    if subject.adapter is not None:
        model = _with_adapter(model, subject.adapter)
    model = model.to(loaded.device).eval()
    library.manual_seed(seed)
    chat = subject.chat != "no" and tokenizer.chat_template is not None
    ends = _ends(model, tokenizer)
    how: dict[str, Any] = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
    if temperature:
        how = {"do_sample": True, "temperature": temperature, "top_p": 1.0, "top_k": 0}

    def generate(requests: Sequence[Request]) -> list[Text]:
        shown = [_shown(request, tokenizer, chat=chat) for request in requests]
        given = tokenizer(
            shown,
            return_tensors="pt",
            padding=True,
            padding_side="left",
            add_special_tokens=not chat,
            return_token_type_ids=False,
        ).to(loaded.device)
        with library.inference_mode():
            out = model.generate(
                **given,
                max_new_tokens=max(request.max_tokens for request in requests),
                pad_token_id=tokenizer.pad_token_id,
                **how,
            )
        read = given["attention_mask"].sum(dim=1).tolist()
        made = out[:, given["input_ids"].shape[1] :].tolist()
        return [_text(tokenizer, row, n, ends) for row, n in zip(made, read, strict=True)]

    return generate


def _with_adapter(model: Any, adapter: Path) -> Any:
    torn = need("safetensors", EXTRA).SafetensorError
    try:
        return need("peft", EXTRA).PeftModel.from_pretrained(model, str(adapter))
    except (torn, OSError, ValueError, KeyError, RuntimeError) as error:
        said = " ".join(str(error).split())[:300]
        raise TrainError(
            f"the adapter {adapter} does not load on {model.name_or_path} ({said}): name the run "
            "that made it, or the model that it was trained on",
            f"适配器 {adapter} 无法加载到 {model.name_or_path}（{said}）："
            "请指定产生它的训练文件夹，或它所基于的模型",
        ) from error


def _shown(request: Request, tokenizer: Any, *, chat: bool) -> str:
    if not chat:
        parts = [request.system, *(message.text for message in request.messages)]
        return "\n\n".join(part for part in parts if part)
    turns = [{"role": "system", "content": request.system}] if request.system else []
    turns += [{"role": each.role, "content": each.text} for each in request.messages]
    made = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    return str(made)


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """Return the tokens that end an answer."""
    named = model.generation_config.eos_token_id
    listed = named if isinstance(named, list) else [named]
    return frozenset(one for one in (*listed, tokenizer.eos_token_id) if one is not None)


def _text(tokenizer: Any, tokens: list[int], read: int, ends: frozenset[int]) -> Text:
    at = next((at for at, token in enumerate(tokens) if token in ends), None)
    kept = tokens if at is None else tokens[:at]
    text = tokenizer.decode(kept, skip_special_tokens=True).strip()
    return Text(text, at is not None, read, len(kept))
