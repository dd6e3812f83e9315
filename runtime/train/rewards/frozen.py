"""The initial policy as a grader: the model that is trained, its adapter switched off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...judge.missing import need
from .base import RewardError

__all__ = ["FrozenPolicy"]

_BATCH = 8


class FrozenPolicy:
    """Generates greedily with the model as it was before training; see :class:`LocalAsker`.

    With LoRA that is the model without its adapter, which costs no memory. Without LoRA, and where
    the weights are spread over devices (FSDP, DeepSpeed ZeRO-3), there is no such model at hand: a
    grader of a provider or a local server has to do it.
    """

    def __init__(self, max_new_tokens: int = 1024) -> None:
        self._most = max_new_tokens
        self._trainer: Any = None
        self._tokenizer: Any = None

    def bind(self, trainer: Any) -> None:
        """Say whose model it is.

        Raises:
            RewardError: the initial policy cannot be had from this trainer.
        """
        model = trainer.accelerator.unwrap_model(trainer.model)
        sharded = trainer.is_fsdp_enabled or getattr(trainer, "is_deepspeed_enabled", False)
        if sharded or not hasattr(model, "disable_adapter"):
            raise RewardError(
                "a reward is graded by the initial policy (`judge: self`), which needs a `lora` "
                "section and whole weights on each device: set `judge` to a model, such as "
                "openai-compatible:http://127.0.0.1:8000/v1#NAME",
                "有奖励由初始策略评分（`judge: self`），这需要 `lora` 小节且每个设备持有完整"
                "权重：请把 `judge` 设为某个模型，例如 openai-compatible:http://127.0.0.1:8000/v1#模型名",
            )
        self._trainer, self._tokenizer = trainer, trainer.processing_class

    def __call__(self, asked: Sequence[tuple[str, str]]) -> list[str]:
        """Return a text for each (system, user) pair."""
        torch = need("torch", "train")
        model = self._trainer.accelerator.unwrap_model(self._trainer.model)
        training = model.training
        texts: list[str] = []
        try:
            model.eval()
            with torch.no_grad(), model.disable_adapter():
                for start in range(0, len(asked), _BATCH):
                    texts += self._generate(model, asked[start : start + _BATCH])
        finally:
            model.train(training)
        return texts

    def _generate(self, model: Any, asked: Sequence[tuple[str, str]]) -> list[str]:
        tokenizer = self._tokenizer
        words: dict[str, Any] = {"return_tensors": "pt", "padding": True, "padding_side": "left"}
        prompts = [self._prompt(system, user) for system, user in asked]
        special = not tokenizer.chat_template  # a template writes them itself
        batch = tokenizer(prompts, add_special_tokens=special, **words).to(model.device)
        made = model.generate(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            max_new_tokens=self._most,
            do_sample=False,
            use_cache=True,
            pad_token_id=tokenizer.pad_token_id,
        )
        start = batch["input_ids"].shape[1]
        return list(tokenizer.batch_decode(made[:, start:], skip_special_tokens=True))

    def _prompt(self, system: str, user: str) -> str:
        if not self._tokenizer.chat_template:
            return f"{system}\n\n{user}\n\n"
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        return str(
            self._tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=True
            )
        )
