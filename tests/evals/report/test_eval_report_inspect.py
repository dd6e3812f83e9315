"""Logs that Inspect itself reads back."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polyskill.evals.report.inspect_log import inspect_logs
from polyskill.evals.results import Run
from polyskill.runtime.judge.missing import MissingLibrary

installed = importlib.util.find_spec("inspect_ai") is not None


@pytest.mark.skipif(not installed, reason="inspect-ai is not installed (extra `inspect`)")
@pytest.mark.filterwarnings("default")
def test_inspect_reads_what_was_written(tmp_path: Path, rich_run: Run) -> None:
    from inspect_ai.log import read_eval_log

    broken = replace(rich_run.samples[2], answer="lone \ud83d surrogate")
    run = replace(rich_run, samples=(*rich_run.samples[:2], broken, *rich_run.samples[3:]))
    logs = inspect_logs(run)
    assert len(logs) == 6
    seen: dict[tuple[str, str], Any] = {}
    for name, data in logs.items():
        path = tmp_path / name
        path.write_bytes(data)
        log = read_eval_log(str(path))
        seen[log.eval.task, log.eval.model] = log
    for (task, model), log in seen.items():
        arm = task.rpartition("/")[2]
        wanted = [each for each in run.samples if (each.arm, each.model) == (arm, model)]
        scores = [each.score for each in wanted if each.score is not None]
        assert log.status == "success"
        assert log.results.total_samples == len(wanted)
        assert log.results.completed_samples == len(scores)
        assert log.results.scores[0].metrics["mean"].value == pytest.approx(
            sum(scores) / len(scores)
        )
        troubled = [each for each in log.samples if each.error]
        assert len(troubled) == (4 if "qwen" in model else 0)
        assert all(each.scores is None for each in troubled)
        by_id = {(each.id, each.epoch): each for each in log.samples}
        for each in wanted:
            found = by_id[f"{each.case}:{each.lang}", each.repeat + 1]
            assert found.output.completion == each.answer.replace("\ud83d", "?")
            assert found.output.usage.input_tokens == each.input_tokens


def test_without_inspect_the_message_says_what_to_install(
    rich_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str, *rest: Any) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name.partition(".")[0])

    monkeypatch.setattr("polyskill.runtime.judge.missing.import_module", absent)
    with pytest.raises(MissingLibrary, match=r"pip install 'polyskill\[inspect\]'"):
        inspect_logs(rich_run)
