"""Which family a model is of, by its name: a judge should not be a relative of whom it judges."""

from __future__ import annotations

import re

from .base import Model

__all__ = ["family"]

# Words of the name → the family. Who made the weights counts, not who serves them.
_WORDS = {
    "anthropic": "claude|anthropic",
    "openai": r"gpt|chatgpt|o\d(?![\d.])|davinci|codex|openai",
    "google": "gemini|gemma|palm|google",
    "meta": "llama|codellama|tinyllama|meta",
    "qwen": "qwen|qwq|qvq|tongyi|alibaba",
    "deepseek": "deepseek",
    "mistral": "mistral|mixtral|ministral|magistral|codestral|devstral|pixtral|voxtral",
    "moonshot": "kimi|moonshot",
    "zhipu": "glm|chatglm|zhipu|z-ai|zai",
    "xai": "grok|x-ai|xai",
    "minimax": "minimax|abab",
    "bytedance": "doubao|bytedance",
    "tencent": "hunyuan|tencent",
    "baidu": "ernie|baidu",
    "stepfun": r"step-\d|stepfun",
    "yi": "yi|01-ai",
    "internlm": "internlm|intern",
    "baichuan": "baichuan",
    "cohere": "command|cohere|aya",
    "microsoft": r"phi-?\d|microsoft",
    "nvidia": "nemotron|nvidia",
    "amazon": "nova|titan|amazon",
    "ibm": "granite|ibm",
    "ai21": "jamba|ai21",
    "allenai": "olmo|tulu|allenai",
    "huggingface": "smollm|zephyr|huggingface",
    "tii": "falcon",
}
_PATTERNS = {
    name: re.compile(rf"(?<![a-z0-9])(?:{words})(?:ai)?(?![a-z])") for name, words in _WORDS.items()
}


def family(model: Model) -> str:
    """Return the family of a model ("anthropic", "openai", "qwen" …), "" where it is unknown.

    The last part of a path says more than the ones before (``openrouter/meta-llama/…``), and the
    first word of it more than the next (``deepseek-r1-distill-qwen`` is DeepSeek's).
    """
    last, *others = reversed(model.name.lower().split("/"))
    for part in (last, *others):
        places = {
            name: found.start()
            for name, pattern in _PATTERNS.items()
            if (found := pattern.search(part))
        }
        if places:
            return min(places, key=places.__getitem__)
    return model.provider if model.provider in ("anthropic", "openai") else ""
