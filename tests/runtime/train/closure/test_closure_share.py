"""The share of an effect, and where there is none to be told."""

from __future__ import annotations

import pytest

from polyskill.runtime.train.closure.share import closure


def test_closure_has_an_interval_where_the_skill_has_an_effect() -> None:
    pytest.importorskip("scipy", reason="pip install 'polyskill[eval]'")
    base = [0.1, 0.2, 0.0, 0.1, 0.3, 0.2]
    taught = [0.9, 0.8, 0.9, 1.0, 0.9, 0.7]
    half = [(one + other) / 2 for one, other in zip(base, taught, strict=True)]
    found = closure(half, base, taught)
    assert found.value == pytest.approx(0.5)
    assert closure(taught, base, taught).value == pytest.approx(1.0)
    assert closure(base, base, taught).value == pytest.approx(0.0)
    noisy = closure([0.5, 0.1, 0.4, 0.9, 0.2, 0.3], base, taught)
    assert noisy.low is not None
    assert noisy.high is not None
    assert noisy.low < noisy.value < noisy.high
    no_effect = closure(half, base, [0.2, 0.1, 0.1, 0.0, 0.4, 0.2])
    assert no_effect.low is None


def test_the_same_ratio_everywhere_shows_nothing_of_the_spread() -> None:
    pytest.importorskip("scipy", reason="pip install 'polyskill[eval]'")
    for student in ([1.0, 1.0, 0.0, 1.0], [0.0] * 4):
        found = closure(student, [0.0] * 4, [1.0, 1.0, 0.0, 1.0])
        assert found.value == student[0]
        assert (found.low, found.high) == (None, None)
