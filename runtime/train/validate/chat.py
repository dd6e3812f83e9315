"""Whether the model's chat template can be used for the loss that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from ...judge.missing import need
from ..examples import Example
from ..libraries import EXTRA
from ..sections import Run
from .finding import Report
from .tokenizer import Counter

__all__ = ["Renderer", "check_chat", "training_template"]

_MARKED = re.compile(r"\{%-?\s*generation\s*-?%\}")
_PROBE = [{"role": "user", "content": "polyskill-question"}]
_ANSWER = [{"role": "assistant", "content": "polyskill-answer"}]


class Renderer:
    """Turns prompts and answers into the text that the model sees."""

    def __init__(self, counter: Counter, chat: bool) -> None:
        self._tokenizer = counter.tokenizer
        self.chat = chat

    def pair(self, prompt: Any, answer: Any) -> tuple[str, str]:
        """Return the text of a prompt, and that of an answer after it.

        Raises:
            ValueError: the template refuses the messages.
        """
        if (
            not self.chat
            and not isinstance(prompt, list)
            and not (answer and isinstance(answer, list))
        ):
            return prompt or "", answer or ""
        asked = _messages(prompt, "user")
        whole = [*asked, *_messages(answer, "assistant")]
        if self._tokenizer is None or not self._tokenizer.chat_template:
            return _plain(asked), _plain(whole[len(asked) :])
        before = self._render(asked, prompt=True) if asked else ""
        after = self._render(whole, prompt=False) if len(whole) > len(asked) else before
        return before, after.removeprefix(before)

    def _render(self, messages: Sequence[dict[str, Any]], *, prompt: bool) -> str:
        try:
            return str(
                self._tokenizer.apply_chat_template(
                    list(messages), tokenize=False, add_generation_prompt=prompt
                )
            )
        except Exception as error:  # whatever a template raises: TemplateError, TypeError, …
            raise ValueError(" ".join(str(error).split())[:200]) from error


def _messages(value: Any, role: str) -> list[dict[str, Any]]:
    if isinstance(value, str):
        return [{"role": role, "content": value}] if value else []
    return list(value or ())


def _plain(messages: Sequence[dict[str, Any]]) -> str:
    return "".join(str(one.get("content") or "") for one in messages)


def check_chat(run: Run, examples: Sequence[Example], counter: Counter, report: Report) -> bool:
    """Check the chat template against the data and the loss; return whether texts become chats."""
    tokenizer = counter.tokenizer
    spoken = any(
        isinstance(one.get(name), list)
        for one in examples[:1]
        for name in ("prompt", "completion", "messages", "chosen")
    )
    if tokenizer is None:
        return run.data.chat == "yes"
    template = tokenizer.chat_template
    if not template:
        if spoken or run.data.chat == "yes":
            why, why_zh = (
                ("the examples are messages", "样本是对话消息")
                if spoken
                else ("`data.chat` is yes", "`data.chat` 为 yes")
            )
            report.error(
                "chat-template",
                "model.chat_template",
                f"{why}, but the model has no chat template: name a Jinja file, or use plain texts",
                f"{why_zh}，但模型没有对话模板：请指定 Jinja 文件，或改用纯文本",
            )
        return False
    chat = spoken or (run.data.chat != "no" and not _has_text(examples))
    report.facts["chat"] = chat
    if run.method == "sft" and run.data.loss_on == "assistant":
        _markers(tokenizer, run.backend, report)
    if chat:
        _probe(Renderer(counter, chat=True), tokenizer, report)
    return chat


def _has_text(examples: Sequence[Example]) -> bool:
    return any(one.get("text") is not None for one in examples[:1])


def training_template(tokenizer: Any, backend: str) -> str | None:
    """Return the template that the trainer takes instead, to know where answers stand.

    TRL has one, with `{% generation %}` around the answers, for the templates of some families;
    ``None`` stands for the tokenizer's own.

    Raises:
        ValueError: the tokenizer's own does not mark the answers, and the back end knows no other.
    """
    if _MARKED.search(str(tokenizer.chat_template)):
        return None
    if backend != "trl" or find_spec("trl") is None:
        msg = "the template does not mark the answers"
        raise ValueError(msg)
    known = need("trl.chat_template_utils", EXTRA)
    found: str | None = known.get_training_chat_template(tokenizer)
    return found


def _markers(tokenizer: Any, backend: str, report: Report) -> None:
    """A loss on every assistant turn needs to know where the turns are (`generation` markers)."""
    try:
        training_template(tokenizer, backend)
    except ValueError:
        report.error(
            "chat-template",
            "data.loss_on",
            "`assistant` needs a chat template with `{% generation %}` around the answers, which "
            "this model's has not: use `completion` (the last answer), or give one in "
            "`model.chat_template`",
            "`assistant` 要求对话模板用 `{% generation %}` 标出回答，而该模型的模板没有：请用 "
            "`completion`（最后一个回答），或在 `model.chat_template` 中提供",
        )


def _probe(renderer: Renderer, tokenizer: Any, report: Report) -> None:
    """Render one exchange and see what the template does with it."""
    try:
        _, after = renderer.pair(_PROBE, _ANSWER)
        plain = renderer.pair(_PROBE, "")[0]
    except ValueError as error:
        report.error(
            "chat-template",
            "model.chat_template",
            f"refuses a question and its answer: {error}",
            f"无法渲染一问一答：{error}",
        )
        return
    if "polyskill-question" in after:
        report.warning(
            "chat-template",
            "model.chat_template",
            "renders the question otherwise once it is answered, so that where the completion "
            "begins is not certain; compare a rendered example before a long run",
            "加入回答后提示部分的渲染结果发生变化，无法确定回答从何处开始；"
            "长时间训练前请核对一个渲染后的样本",
        )
    if tokenizer.eos_token and tokenizer.eos_token not in after:
        report.warning(
            "chat-template",
            "model.chat_template",
            f"does not end an answer with `{tokenizer.eos_token}`, so the model is not taught to "
            "stop",
            f"回答末尾没有 `{tokenizer.eos_token}`，模型学不到何时停止",
        )
    head = plain.partition("polyskill-question")[0]
    if "system" in head.lower() and len(head) > 60:
        said = " ".join(head.split())[:120]
        report.advice(
            "chat-template",
            "model.chat_template",
            f"adds a system prompt where there is none: `{said}`; use the same in practice, or "
            "give your own `system` message",
            f"在没有系统提示时会自动添加：`{said}`；实际使用时须保持一致，或自行给出 `system` 消息",
        )
