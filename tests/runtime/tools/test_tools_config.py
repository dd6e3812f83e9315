"""Configurations become shapes; what cannot is refused with a sentence that helps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.tools.config import known_models, read_config, shape_of
from polyskill.runtime.tools.errors import ToolError
from polyskill.runtime.tools.shape import Group, Shape

# Counted by `sum(p.numel() for p in model.parameters())` on the meta device: transformers 5.24.
PARAMETERS = {
    "Llama-3.1-8B": 8_030_261_248,
    "Llama-3.2-1B": 1_235_814_400,
    "Llama-3.1-405B": 405_853_388_800,
    "Qwen3-8B": 8_190_735_360,
    "Qwen3-30B-A3B": 30_532_122_624,
    "Qwen2.5-7B": 7_615_616_512,
    "Qwen3.5-9B": 8_953_803_264,
    "Qwen3.5-35B-A3B": 34_660_610_688,
    "SmolLM2-135M": 134_515_008,
    "SmolLM3-3B": 3_075_098_624,
    "gemma-3-1b": 999_885_952,
    "gemma-2-9b": 9_241_705_984,
    "Mixtral-8x7B-v0.1": 46_702_792_704,
    "phi-4": 14_659_507_200,
    "OLMo-2-1124-7B": 7_298_617_344,
    "gpt-oss-20b": 20_914_757_184,
    "gpt-oss-120b": 116_829_156_672,
    "DeepSeek-V3": 671_026_404_352,
    "Kimi-K2": 1_026_408_209_408,
}


@pytest.mark.parametrize(("name", "count"), PARAMETERS.items())
def test_parameters_are_those_of_the_real_module(name: str, count: int) -> None:
    assert shape_of(name).parameters == count


@pytest.mark.parametrize(
    ("name", "active"),
    [("Qwen3-30B-A3B", 3.35e9), ("gpt-oss-120b", 5.7e9), ("DeepSeek-V3", 37.5e9)],
)
def test_active_parameters(name: str, active: float) -> None:
    assert shape_of(name).active_parameters == pytest.approx(active, rel=0.01)


def test_every_known_model_has_a_source_and_is_found_by_its_name() -> None:
    assert len(known_models()) > 30
    for name in known_models():
        shape = shape_of(name)
        assert shape.name == name
        assert "20" in shape.source


@pytest.mark.parametrize(
    "name",
    ["meta-llama/Llama-3.1-8B-Instruct", "llama-3.1-8b", "LLAMA-3.1-8B", "Meta-Llama-3.1-8B"],
)
def test_names_need_no_owner_no_stage_and_no_capitals(name: str) -> None:
    assert shape_of(name).name == "meta-llama/Llama-3.1-8B"


def test_a_file_its_folder_and_a_byte_order_mark(config: Callable[..., Path]) -> None:
    path = config()
    by_file, by_folder = shape_of(str(path)), shape_of(str(path.parent))
    assert by_file == by_folder
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert shape_of(str(path)) == by_file


def test_the_text_part_of_a_model_of_images(config: Callable[..., Path]) -> None:
    inner = json.loads(config().read_text("utf-8"))
    del inner["tie_word_embeddings"]
    path = config(model_type="llava", text_config=inner, tie_word_embeddings=True)
    shape = read_config(path)
    assert shape.family == "llama"
    assert shape.tied


def test_an_embedding_that_is_tied_counts_once(small: Callable[..., Shape]) -> None:
    untied, tied = small(), small(tie_word_embeddings=True)
    assert untied.parameters - tied.parameters == 100 * 64
    assert untied.weights_per_token == tied.weights_per_token


def test_layers_are_counted_by_their_kind() -> None:
    gemma, hybrid = shape_of("gemma-3-27b"), shape_of("Qwen3.5-9B")
    assert [(one.layers, one.window) for one in gemma.attentions] == [(10, None), (52, 1024)]
    assert [(one.layers, one.recurrent) for one in hybrid.attentions] == [(8, False), (24, True)]
    mixed = {one.group for one in shape_of("DeepSeek-V3").linears}
    assert mixed == set(Group)


def test_layer_types_win(small: Callable[..., Shape]) -> None:
    kinds = ["full_attention", "sliding_attention", "sliding_attention"]
    shape = small(model_type="gemma2", head_dim=16, layer_types=kinds, sliding_window=8)
    assert [(one.layers, one.window) for one in shape.attentions] == [(1, None), (2, 8)]


def test_a_window_that_is_switched_off(small: Callable[..., Shape]) -> None:
    qwen = {"model_type": "qwen2", "sliding_window": 16}
    off, on = small(**qwen), small(**qwen, use_sliding_window=True, max_window_layers=2)
    assert [one.window for one in off.attentions] == [None]
    assert [(one.layers, one.window) for one in on.attentions] == [(2, None), (1, 16)]


def test_heads_of_their_own_where_a_type_allows_it(small: Callable[..., Shape]) -> None:
    shape = small(num_key_value_heads=None)
    [key] = [one for one in shape.linears if one.name == "k_proj"]
    assert key.outputs == 64


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model_type": "mamba"}, "mamba"),
        ({"model_type": None}, "model_type"),
        ({"hidden_size": None, "vocab_size": None}, "`hidden_size`, `vocab_size`"),
        ({"hidden_size": 0}, "`hidden_size` is 0"),
        ({"hidden_size": "64"}, "`hidden_size` is '64'"),
        ({"hidden_size": True}, "`hidden_size` is True"),
        ({"hidden_size": 10**12}, "1,000,000,000"),
        ({"hidden_size": 65}, "`head_dim`"),
        ({"num_key_value_heads": 3}, "evenly"),
        ({"model_type": "qwen3"}, "`head_dim`"),
        ({"model_type": "mistral", "num_key_value_heads": None}, "`num_key_value_heads`"),
        ({"model_type": "deepseek_v3"}, "`kv_lora_rank`"),
        ({"model_type": "gemma2", "head_dim": 16}, "`sliding_window`"),
        ({"layer_types": ["full_attention"]}, "3 layers"),
        ({"layer_types": ["x", "x", "x"]}, "`x`"),
        ({"layer_types": "full"}, "list"),
        ({"tie_word_embeddings": 1}, "true or false"),
        (
            {"model_type": "mixtral", "num_local_experts": 2, "num_experts_per_tok": 3},
            "3 of 2 experts",
        ),
    ],
)
def test_what_is_missing_or_impossible_is_named(
    config: Callable[..., Path], changes: dict[str, object], said: str
) -> None:
    path = config(**changes)
    with pytest.raises(ToolError) as caught:
        read_config(path)
    assert said in caught.value.en
    assert str(path) in caught.value.en
    assert str(path) in caught.value.zh
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.zh)


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "not JSON"), ("[]", "JSON object"), ("", "not JSON"), ("[" * 100_000, "not JSON")],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ToolError) as caught:
        shape_of(str(path))
    assert said in caught.value.en


@pytest.mark.parametrize("name", ["./nowhere", "no/such/config.json", "", "  ", "x\0y", "x" * 9999])
def test_nothing_there(name: str) -> None:
    with pytest.raises(ToolError):
        shape_of(name)


def test_an_unknown_name_brings_near_ones_to_mind() -> None:
    with pytest.raises(ToolError) as caught:
        shape_of("Qwen3-7B")
    assert "Qwen/Qwen3-8B" in caught.value.en
    assert "config.json" in caught.value.en


@given(st.dictionaries(st.sampled_from(["hidden_size", "layer_types", "vocab_size"]), st.none()))
def test_only_tool_errors_leave(values: dict[str, object]) -> None:
    from polyskill.runtime.tools.architectures import build
    from polyskill.runtime.tools.fields import Fields

    with pytest.raises(ToolError):
        build(Fields({"model_type": "llama", **values}, "x"), "x", "x")
