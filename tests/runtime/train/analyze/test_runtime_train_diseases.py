"""Every disease is found where it is, and called what it is; health is not called a disease."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.runtime.train.analyze.curves import curves_of
from polyskill.runtime.train.analyze.report import DETECTORS, analyse
from polyskill.runtime.train.config import load

SEEDS = range(12)


@pytest.mark.parametrize("spread", [0.02, 0.06, 0.2])
def test_healthy_sft_runs_raise_no_alarm(runs: Any, spread: float) -> None:
    alarmed = [seed for seed in range(40) if runs.kinds(runs.sft(seed, 120, spread=spread))]
    assert len(alarmed) <= 1, alarmed


@pytest.mark.parametrize("steps", [40, 120])
def test_healthy_grpo_runs_raise_no_alarm(runs: Any, steps: int) -> None:
    alarmed = [seed for seed in range(60) if runs.kinds(runs.grpo(seed, steps), "grpo")]
    assert len(alarmed) <= 2, alarmed


@pytest.mark.slow
def test_false_alarms_are_rarer_than_one_in_fifty(runs: Any) -> None:
    made: list[tuple[Callable[[int], Any], str]] = [
        (lambda seed: runs.sft(seed, 200), "sft"),
        (lambda seed: runs.sft(seed, 200, spread=0.2), "sft"),
        (lambda seed: runs.sft(seed, 40), "sft"),
        (lambda seed: runs.grpo(seed, 120), "grpo"),
        (lambda seed: runs.grpo(seed, 300), "grpo"),
    ]
    for make, method in made:
        alarms = sum(bool(runs.kinds(make(seed), method)) for seed in range(1000, 1200))
        assert alarms <= 4


def test_a_short_run_says_nothing(runs: Any) -> None:
    assert not runs.kinds([])
    assert not runs.kinds([{"step": 1, "loss": 3.0}])
    assert not runs.kinds(runs.sft(1, 4))


def test_the_measured_collapse_is_called_collapse(runs: Any) -> None:
    found = runs.analysed(runs.collapse(), "grpo")
    assert [(each.kind, each.sureness) for each in found.findings] == [("collapse", "sure")]
    assert "19.5" in found.findings[0].evidence[0]["en"]
    assert "奖励" in found.findings[0].evidence[1]["zh"]
    assert found.spoilt


@pytest.mark.parametrize("seed", SEEDS)
def test_shorter_answers_are_no_collapse(runs: Any, seed: int) -> None:
    rows = runs.grpo(seed)
    for row in rows:
        row["length"] *= 1 - 0.3 * row["step"] / len(rows)
    assert "collapse" not in runs.kinds(rows, "grpo")


def test_the_measured_sft_run_is_learnt_by_heart(runs: Any) -> None:
    found = runs.kinds(runs.by_heart())
    assert found["memorised"] == "sure"
    assert "spikes" not in found
    assert "divergence" not in found


@pytest.mark.parametrize("value", [math.nan, math.inf, "nan", None])
def test_a_loss_that_is_no_number_is_divergence(runs: Any, value: Any) -> None:
    rows = runs.sft(1, 60)
    for row in rows[40:]:
        row["loss"] = value
    finding = runs.analysed(rows).findings[0]
    assert (finding.kind, finding.sureness, finding.steps) == ("divergence", "sure", (41, 60))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_loss_that_blows_up_is_divergence(runs: Any, seed: int) -> None:
    rows = runs.sft(seed, 100)
    for row in rows[60:]:
        row["loss"] += 0.15 * (row["step"] - 60)
    assert runs.kinds(rows)["divergence"] == "sure"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_loss_that_gives_back_its_gain_is_divergence(runs: Any, seed: int) -> None:
    rows = runs.sft(seed, 100, spread=0.03, evals=False)
    low, high = rows[59]["loss"], rows[0]["loss"]
    for row in rows[60:]:
        row["loss"] += 0.8 * (high - low) * min(1.0, (row["step"] - 60) / 20)
    assert runs.kinds(rows)["divergence"] in ("likely", "sure")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_spike_is_found_at_its_step(runs: Any, seed: int) -> None:
    rows = runs.sft(seed, 150)
    for step in (70, 110):
        rows[step - 1]["loss"] *= 3
        rows[step - 1]["grad_norm"] = 40.0
    found = {each.kind: each for each in runs.analysed(rows).findings}
    assert found["spikes"].sureness == "sure"
    assert found["spikes"].steps == (70, 110)
    assert "divergence" not in found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_curve_that_ended_early_is_a_plateau(runs: Any, seed: int) -> None:
    chance = random.Random(seed)
    rows = [
        {"step": step, "loss": 1 + 2 * math.exp(-step / 15) + chance.gauss(0, 0.02)}
        for step in range(1, 201)
    ]
    assert runs.kinds(rows) == {"plateau": "likely"}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_that_learns_nothing_is_told(runs: Any, seed: int) -> None:
    chance = random.Random(seed)
    rows = [{"step": at, "loss": 2.5 + chance.gauss(0, 0.05)} for at in range(1, 101)]
    config = runs.config("sft", 100)["run"]
    tiny = config["optim"] | {"learning_rate": 1e-7}
    assert runs.kinds(rows, optim=tiny) == {"flat": "likely"}
    still = [row | {"grad_norm": 0.0} for row in rows]
    finding = runs.analysed(still).findings[0]
    assert (finding.kind, finding.sureness) == ("flat", "sure")
    assert finding.advice[0].key == "lora.targets"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_straight_fall_at_a_low_rate_is_a_small_rate(runs: Any, seed: int) -> None:
    chance = random.Random(seed)
    rows = [
        {"step": at, "loss": 3 - 0.005 * at + chance.gauss(0, 0.03), "lr": 1e-6}
        for at in range(1, 101)
    ]
    assert runs.kinds(rows) == {"rate-too-small": "possible"}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_first_step_that_hurts_is_a_large_rate(runs: Any, seed: int) -> None:
    rows = runs.sft(seed, 120, evals=False)
    first = rows[0]["loss"]
    for row in rows[2:22]:
        row["loss"] = first * 1.6
    assert runs.kinds(rows)["rate-too-large"] == "likely"


@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_that_grow_are_a_large_rate(runs: Any, seed: int) -> None:
    chance = random.Random(seed)
    rows = [
        {"step": at, "loss": 2 + chance.gauss(0, 0.1), "grad_norm": math.exp(at / 30)}
        for at in range(1, 101)
    ]
    assert runs.kinds(rows)["rate-too-large"] == "likely"


@pytest.mark.parametrize("seed", SEEDS)
def test_held_out_loss_that_rises_is_overfitting(runs: Any, seed: int) -> None:
    rows = runs.sft(seed, 200)
    best = next(row["eval_loss"] for row in rows if row["step"] == 80)
    for row in rows:
        if row["step"] > 80 and "eval_loss" in row:
            row["eval_loss"] = best * (1 + 0.002 * (row["step"] - 80))
    finding = next(e for e in runs.analysed(rows).findings if e.kind == "overfitting")
    assert (finding.sureness, finding.steps) == ("sure", (80, 200))


def test_a_loss_that_drops_by_epochs_is_learnt_by_heart(runs: Any) -> None:
    chance = random.Random(5)
    rows = [
        {
            "step": at,
            "loss": (2.0, 1.4, 0.8)[(at - 1) // 50] + chance.gauss(0, 0.02),
            "epoch": at / 50,
        }
        for at in range(1, 151)
    ]
    finding = next(e for e in runs.analysed(rows).findings if e.kind == "memorised")
    assert finding.steps == (50, 150)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("kind", "name", "course"),
    [
        ("clipped", "clipped", lambda share: 0.2 + 0.7 * share),
        ("silent-groups", "zero_std", lambda share: 0.1 + 0.8 * share),
        ("entropy-collapse", "entropy", lambda share: 0.9 * math.exp(-4 * share)),
        ("kl-runaway", "kl", lambda share: 0.005 * math.exp(6 * share)),
        ("dead-items", "items/a", lambda _share: 1.0),
        ("unrewarded", "reward", lambda share: 0.4 - 0.3 * share),
    ],
)
def test_rewarded_runs(
    runs: Any, kind: str, name: str, course: Callable[[float], float], seed: int
) -> None:
    rows = runs.grpo(seed)
    for row in rows:
        row[name] = course(row["step"] / len(rows))
    assert set(runs.kinds(rows, "grpo")) == {kind}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_reward_that_parts_from_the_judge_is_fooled(runs: Any, seed: int) -> None:
    rows = runs.grpo(seed, 200)
    chance = random.Random(seed)
    for row in rows:
        row["reward"] += 0.002 * row["step"]
        if "judge/held_out" in row:
            peak = row["step"] - 80
            row["judge/held_out"] = 0.6 - 0.003 * abs(peak) + chance.gauss(0, 0.03)
    found = {each.kind: each for each in runs.analysed(rows, "grpo").findings}
    assert set(found) == {"fooled"}
    assert found["fooled"].sureness in ("likely", "sure")
    assert 50 <= found["fooled"].steps[0] <= 120


def test_a_judge_that_falls_with_the_reward_is_not_fooled(runs: Any) -> None:
    rows = runs.grpo(3, 200)
    for row in rows:
        fall = 0.003 * max(0, row["step"] - 80)
        row["reward"] -= fall
        if "judge/held_out" in row:
            row["judge/held_out"] -= fall
    assert "fooled" not in runs.kinds(rows, "grpo")


def test_what_the_settings_and_the_clock_tell(runs: Any) -> None:
    rows = runs.sft(1, 100)
    attention = {"rank": 16, "targets": ["q_proj", "v_proj"]}
    assert runs.kinds(rows, lora=attention) == {"layers": "sure"}
    mixed = {"rank": 16, "targets": ["q_proj", "up_proj"]}
    assert not runs.kinds(rows, lora=mixed)
    recorded = runs.recorded(rows[:60])
    for state, sureness in (("interrupted", "sure"), ("running", "possible")):
        run = recorded.run | {"state": state, "run": runs.config("sft", 100)["run"]}
        [finding] = analyse(type(recorded)(recorded.folder, run, recorded.metrics)).findings
        assert (finding.kind, finding.sureness) == ("interrupted", sureness)
        assert "60 of 100" in finding.evidence[0]["en"]
    for row in rows:
        row["time"] += max(0, row["step"] - 60) * 2
    assert runs.kinds(rows) == {"slow": "likely"}


def test_pairs_that_are_told_apart_at_once(runs: Any) -> None:
    rows = [{"step": at, "loss": 0.4 * 0.7**at, "accuracy": 1.0} for at in range(1, 9)]
    assert runs.kinds(rows, "reward")["easy-pairs"] == "possible"


def test_a_resumed_run_counts_each_step_once_as_it_was_last() -> None:
    rows = [{"step": 1, "loss": 3.0}, {"step": 2, "loss": 9.0}, {"step": 2, "loss": 2.0}]
    curve = curves_of({}, rows)["loss"]
    assert (curve.steps, curve.values) == ((1, 2), (3.0, 2.0))


VALUES = st.one_of(
    st.none(), st.floats(), st.integers(-(10**400), 10**400), st.text(max_size=3), st.booleans()
)
NAMES = (
    "step",
    "time",
    "loss",
    "eval_loss",
    "reward",
    "length",
    "kl",
    "items/a",
    "judge/x",
    "extra",
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES), max_size=40))
def test_no_rows_break_the_analysis(runs: Any, rows: list[dict[str, Any]]) -> None:
    for method in ("sft", "grpo", ""):
        run = {"run": {"method": method, "lora": {"targets": 7}, "optim": None}}
        analyse(type(runs.recorded([]))(runs.recorded([]).folder, run, tuple(rows)))


def test_findings_speak_both_languages(runs: Any) -> None:
    rows = runs.grpo(1)
    for row in rows:
        row |= {"length": 1.0 if row["step"] > 9 else 90.0, "clipped": 1.0, "zero_std": 0.9}
    for found in runs.analysed(rows, "grpo").findings:
        for text in (found.title, *found.evidence, *(each.text for each in found.advice)):
            assert set(text) == {"en", "zh"}
            assert text["en"].isascii() or "–" in text["en"]
            assert any("一" <= sign <= "鿿" for sign in text["zh"])
    assert len({each.kind for each in DETECTORS}) == len(DETECTORS) >= 18


#: What a user may write for each key that advice names; a key that is missing here fails the test.
WRITTEN = {
    "beta": 0.05,
    "group": 4,
    "held_out": "fake/judge",
    "max_new_tokens": 900,
    "rewards": ["length"],
    "temperature": 1.0,
    "variant": "dapo",
    "data.train": "other.jsonl",
    "eval_every": 5,
    "lora.rank": 64,
    "lora.targets": "all-linear",
    "optim.learning_rate": 1e-4,
    "optim.epochs": 2,
    "optim.steps": 50,
    "optim.warmup": 0.1,
    "trainer.mask_truncated_completions": True,
}


@pytest.mark.parametrize("method", ["grpo", "rloo", "sft", "dpo", "reward"])
def test_every_key_that_advice_names_can_be_written(runs: Any, method: str, tmp_path: Path) -> None:
    rewards = "{rewards: [length], group: 4}" if method in ("grpo", "rloo") else "{}"
    config = tmp_path / "run.yaml"
    config.write_text(
        f"method: {method}\nmodel: {{path: m}}\ndata: {{train: d.jsonl}}\n"
        f"optim: {{learning_rate: auto}}\n{method}: {rewards}\n"
    )
    keys = {
        one.key
        for rows in _diseased(runs, method)
        for found in runs.analysed(rows, method, lora={"rank": 8, "targets": ["q_proj"]}).findings
        for one in found.advice
        if one.key
    }
    assert any(key.startswith(f"{method}.") for key in keys) == (method in ("grpo", "rloo"))
    for key in keys:
        load(config, {key: WRITTEN[key.removeprefix(f"{method}.")]})


def _diseased(runs: Any, method: str) -> Iterator[list[dict[str, Any]]]:
    courses: dict[str, Callable[[float], float]] = {
        "clipped": lambda share: 0.2 + 0.7 * share,
        "zero_std": lambda share: 0.1 + 0.8 * share,
        "entropy": lambda share: 0.9 * math.exp(-4 * share),
        "kl": lambda share: 0.005 * math.exp(6 * share),
        "items/a": lambda _share: 1.0,
        "length": lambda share: 100 * math.exp(-4 * share),
        "reward": lambda share: 0.4 - 0.3 * share,
        "judge/held_out": lambda share: 0.9 - 0.5 * share,
        "loss": lambda share: 1 + 2 * share,
        "eval_loss": lambda share: 1 + share,
        "grad_norm": lambda share: math.exp(8 * share),
        "accuracy": lambda _share: 1.0,
    }
    for name, course in courses.items():
        rows = runs.grpo(2, 200) if method in ("grpo", "rloo") else runs.sft(2, 200)
        for row in rows:
            row[name] = course(row["step"] / len(rows))
        yield rows
