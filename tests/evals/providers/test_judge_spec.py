"""How a model is written, which family it is of, and where its key is."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.judge.base import Model
from polyskill.runtime.judge.missing import MissingLibrary, need
from polyskill.runtime.judge.spec import (
    ModelError,
    family,
    find_key,
    is_loopback,
    key_variable,
    parse_model,
)


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("anthropic/claude-x", Model("anthropic", "claude-x")),
        (" openai/ft:gpt-4o:org::id ", Model("openai", "ft:gpt-4o:org::id")),
        (
            "openai-compatible:http://127.0.0.1:8080/v1/#qwen3:8b",
            Model("openai-compatible", "qwen3:8b", "http://127.0.0.1:8080/v1"),
        ),
        (
            "openai-compatible:https://host.example/api#org/name#2",
            Model("openai-compatible", "org/name#2", "https://host.example/api"),
        ),
        (
            "anthropic-compatible:http://[::1]:9/v1#m",
            Model("anthropic-compatible", "m", "http://[::1]:9"),
        ),
    ],
)
def test_forms(text, model):
    assert parse_model(text) == model
    assert parse_model(model.id) == model


NAMES = st.text(st.characters(categories=["L", "N"], include_characters="-_.:/#@"), min_size=1)


@given(NAMES, st.sampled_from(["anthropic", "openai", "a", "o"]), st.integers(1, 65535))
def test_what_is_written_is_read_back(name, kind, port):
    base = f"http://localhost:{port}/v2"
    provider = {"a": "anthropic-compatible", "o": "openai-compatible"}.get(kind, kind)
    model = Model(provider, name, base if provider.endswith("compatible") else "")
    assert parse_model(model.id) == model


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "anthropic/NAME"),
        ("claude-x", "probably anthropic/claude-x"),
        ("openrouter/gpt-5", "probably openai/gpt-5"),
        ("google/gemini-pro", "openai-compatible:URL#NAME"),
        ("anthropic/", "lacks the model's name"),
        ("anthropic/two words", "lacks the model's name"),
        ("openai-compatible:http://127.0.0.1:8080/v1", "lacks the model's name"),
        ("openai-compatible:127.0.0.1:8080#m", "no address"),
        ("openai-compatible:http://#m", "no address"),
        ("openai-compatible:http://h:port/v1#m", "no address"),
        ("openai-compatible:http://[::1/v1#m", "no address"),
        ("openai-compatible:file:///etc/passwd#m", "no address"),
        ("openai-compatible:https://me:secret@host.example/v1#m", "POLYSKILL_API_KEY"),
        ("openai-compatible:https://host.example/v1?key=secret#m", "POLYSKILL_API_KEY"),
    ],
)
def test_what_is_no_model(text, hint):
    with pytest.raises(ModelError) as caught:
        parse_model(text)
    assert hint in str(caught.value)
    assert caught.value.text["en"] == str(caught.value)
    assert any("一" <= sign <= "鿿" for sign in caught.value.text["zh"])
    assert "secret" not in "".join(caught.value.text.values())


@given(st.text())
def test_any_text_is_a_model_or_an_error(text):
    with contextlib.suppress(ModelError):
        assert parse_model(text).name


def test_parameters():
    assert parse_model("openai/x", {"temperature": 0, "max_tokens": 5}).params == {
        "temperature": 0,
        "max_tokens": 5,
    }
    for bad in ({"stream": False}, {"messages": []}, {"n": 2}):
        with pytest.raises(ModelError, match="cannot be set"):
            parse_model("openai/x", bad)
    for limit in (0, -1, "many", True, 1.5):
        with pytest.raises(ModelError, match="whole number"):
            parse_model("openai/x", {"max_tokens": limit})


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("claude-sonnet-4-5", "anthropic"),
        ("us.anthropic.claude-opus-4-v1:0", "anthropic"),
        ("anthropic/some-code-name", "anthropic"),
        ("gpt-5-mini", "openai"),
        ("o3-mini", "openai"),
        ("chatgpt-4o-latest", "openai"),
        ("openai/gpt-oss-120b", "openai"),
        ("google/gemini-2.5-pro", "google"),
        ("gemma3:270m", "google"),
        ("meta-llama/Llama-3.3-70B-Instruct", "meta"),
        ("accounts/fireworks/models/llama-v3p1-8b", "meta"),
        ("qwen3:8b", "qwen"),
        ("Qwen/QwQ-32B", "qwen"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "deepseek"),
        ("mistralai/Mixtral-8x7B", "mistral"),
        ("moonshotai/Kimi-K2", "moonshot"),
        ("glm-4.6", "zhipu"),
        ("x-ai/grok-4", "xai"),
        ("SmolLM2-135M", "huggingface"),
        ("ollama/phi3", "microsoft"),
        ("my-own-finetune", ""),
        ("foo1-bar", ""),
        ("metamorphosis", ""),
        ("command-r-plus", "cohere"),
        ("moonshotai/unnamed", "moonshot"),
        ("01-ai/Yi-34B", "yi"),
    ],
)
def test_families(name, wanted):
    assert family(Model("openai-compatible", name, "http://localhost")) == wanted


def test_the_provider_itself_knows_its_family():
    assert family(Model("anthropic", "code-name")) == "anthropic"
    assert family(Model("openai", "code-name")) == "openai"
    assert family(Model("agent", "claude")) == "anthropic"


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:1234/v1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:80", True),
        ("http://0.0.0.0:11434", True),
        ("http://box.localhost/", True),
        ("http://192.168.1.5", False),
        ("https://localhost.example", False),
        ("", False),
    ],
)
def test_loopback(url, local):
    assert is_loopback(url) is local


def test_keys():
    far = Model("openai-compatible", "m", "https://host.example/v1")
    near = Model("openai-compatible", "m", "http://127.0.0.1:1/v1")
    assert key_variable(Model("anthropic", "x")) == "ANTHROPIC_API_KEY"
    assert key_variable(Model("openai", "x")) == "OPENAI_API_KEY"
    assert key_variable(far) == "POLYSKILL_API_KEY"
    assert find_key(far, {"POLYSKILL_API_KEY": " abc\n"}) == "abc"
    assert find_key(near, {}) == ""
    assert find_key(near, {"POLYSKILL_API_KEY": "abc"}) == "abc"
    with pytest.raises(ModelError, match="set POLYSKILL_API_KEY; any word"):
        find_key(far, {})
    with pytest.raises(ModelError, match="set OPENAI_API_KEY") as caught:
        find_key(Model("openai", "x"), {"POLYSKILL_API_KEY": "abc"})
    assert "请设置" in caught.value.text["zh"]


@pytest.mark.parametrize("key", ["two words", "sk-“quoted”", "a\nb", "key\u200b1"])
def test_a_key_that_can_be_none_is_told_and_not_shown(key):
    with pytest.raises(ModelError, match="OPENAI_API_KEY") as caught:
        find_key(Model("openai", "x"), {"OPENAI_API_KEY": key})
    assert key not in str(caught.value)


def test_a_library_that_is_missing_is_named_with_its_command():
    with pytest.raises(MissingLibrary, match=r"pip install 'polyskill\[eval\]'") as caught:
        need("no_such_library.part", "eval")
    assert "no_such_library" in str(caught.value)
    assert need("json.decoder", "eval").JSONDecoder


def test_a_library_that_breaks_by_itself_is_not_called_missing(tmp_path, monkeypatch):
    (tmp_path / "broken_library_here.py").write_text("import another_missing_one")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError) as caught:
        need("broken_library_here", "eval")
    assert not isinstance(caught.value, MissingLibrary)
