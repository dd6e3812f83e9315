"""The files for many GPUs: read by what they are for, where that is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from polyskill.cli.train import app
from polyskill.runtime.train.fields import installed
from polyskill.runtime.train.scale.generation import generation, serve
from polyskill.runtime.train.scale.processes import KINDS, accelerate
from polyskill.runtime.train.scale.rows import rendered
from polyskill.runtime.train.scale.slurm import slurm

SIZES = (1, 8, 64)
METHODS = ("sft", "dpo", "reward", "grpo", "rloo", "distill")


@pytest.mark.parametrize("gpus", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_accelerate_reads_its_configuration(kind: str, gpus: int, tmp_path: Path) -> None:
    if find_spec("accelerate") is None:
        pytest.skip("accelerate not installed: pip install 'polyskill[train]'")
    from accelerate.commands.config.config_args import load_config_from_file
    from accelerate.commands.launch import launch_command_parser

    path = tmp_path / "processes.yaml"
    path.write_text(rendered(accelerate(kind, gpus), "zh"), "utf-8")
    found = load_config_from_file(str(path))
    assert (found.num_processes, found.num_machines) == (gpus, max(1, gpus // 8))
    assert found.mixed_precision == "bf16"
    options = set(vars(launch_command_parser().parse_args(["script.py"])))
    for section, prefix in ((found.fsdp_config, ""), (found.deepspeed_config, "")):
        unknown = {f"{prefix}{name}" for name in section} - options
        assert not unknown
    if kind == "fsdp2" and gpus > 1:
        assert found.fsdp_config["fsdp_version"] == 2
        # The trainer and FSDP refuse to recompute both, and recipes let the trainer do it.
        assert found.fsdp_config["fsdp_activation_checkpointing"] is False
    if kind.startswith("zero") and gpus > 1:
        assert found.deepspeed_config["zero_stage"] == int(kind[-1])


@pytest.mark.parametrize("gpus", SIZES)
def test_the_trainer_knows_the_keys_of_generation(gpus: int) -> None:
    keys = yaml.safe_load(rendered(generation(gpus), "en"))["trainer"]
    assert keys["vllm_mode"] == ("server" if gpus > 8 else "colocate")
    for method in ("grpo", "rloo"):
        trainer = installed(method)
        if trainer is None:
            pytest.skip("trl not installed: pip install 'polyskill[train]'")
        assert set(keys) <= trainer.fields


def test_the_line_of_the_server_is_one_that_trl_takes() -> None:
    if find_spec("trl") is None:
        pytest.skip("trl not installed: pip install 'polyskill[train]'")
    from trl.scripts.vllm_serve import make_parser

    given = make_parser().parse_args(serve("models/x", 8).split()[2:])
    assert (given.model, given.data_parallel_size, given.port) == ("models/x", 8, 8000)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("gpus", SIZES)
@pytest.mark.parametrize("method", METHODS)
def test_bash_reads_the_script(method: str, gpus: int, lang: str, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash not installed")
    path = tmp_path / "train.sbatch"
    text = rendered(slurm(method, "fsdp2", gpus), lang)
    path.write_text(text, "utf-8")
    done = subprocess.run([bash, "-n", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    server = method in ("grpo", "rloo") and gpus > 8
    assert ("trl vllm-serve" in text) is server
    assert f"--nodes={max(1, gpus // 8) + server}\n" in text
    # sbatch reads no line of its own below the first command.
    first = next(at for at, line in enumerate(text.splitlines()) if line.startswith("set "))
    assert not any(line.startswith("#SBATCH") for line in text.splitlines()[first:])


FAKES = {
    "scontrol": 'case $1 in show) printf "n%s\\n" 1 2 3 4 5 6 7 8 9;; *) echo "scontrol $*";; esac',
    "srun": 'while [[ $1 == --* ]]; do shift; done; SLURM_PROCID=0 exec "$@"',
    "trl": "echo trl $*; exec sleep 60",
    "polyskill": 'printf "[%s]" "$@"; echo; [[ -z ${SLOW:-} ]] || exec sleep 60; exit ${END:-0}',
}


def _job(folder: Path, method: str, gpus: int, **env: str) -> subprocess.Popen[str]:
    tools = folder / "bin"
    tools.mkdir()
    for name, text in FAKES.items():
        (tools / name).write_text(f"#!/bin/bash\n{text}\n", "utf-8")
        (tools / name).chmod(0o755)
    script = folder / "train.sbatch"
    script.write_text(rendered(slurm(method, "fsdp2", gpus), "en"), "utf-8")
    words = {"PATH": f"{tools}:/usr/bin:/bin", "SLURM_JOB_ID": "7", "SLURM_JOB_NODELIST": "n[1-9]"}
    return subprocess.Popen(
        ["bash", str(script)],
        cwd=folder,
        env=words | {"MODEL": "models/x"} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _needs_bash() -> None:
    if shutil.which("bash") is None or not Path("/usr/bin/env").exists():
        pytest.skip("bash not installed")


def test_a_job_trains_beside_its_server_and_goes_on_where_it_was(tmp_path: Path) -> None:
    _needs_bash()
    (tmp_path / "runs/grpo/checkpoints/step-8").mkdir(parents=True)
    said, _ = (job := _job(tmp_path, "grpo", 64)).communicate(timeout=30)
    assert job.returncode == 0, said
    [line] = [line for line in said.splitlines() if line.startswith("[train]")]
    words = re.findall(r"\[([^\]]*)\]", line)
    assert words[:5] == ["train", "grpo", "grpo.yaml", "--out", "runs/grpo"]
    assert "--resume" in words
    assert "trainer.vllm_server_base_url=http://n9:8000" in words
    assert words[-2:] == [
        "--launch",
        "accelerate --config_file fsdp2.yaml --machine_rank 0 --main_process_ip n1 "
        "--main_process_port 20007",
    ]
    assert "trl vllm-serve --model models/x" in said


def test_a_failed_run_fails_the_job(tmp_path: Path) -> None:
    _needs_bash()
    said, _ = (job := _job(tmp_path, "sft", 8, END="3")).communicate(timeout=30)
    assert job.returncode == 3, said
    assert "--resume" not in said


def test_a_job_whose_time_is_up_queues_again(tmp_path: Path) -> None:
    import signal
    import time

    _needs_bash()
    job = _job(tmp_path, "sft", 8, SLOW="1")
    assert job.stdout is not None
    assert job.stdout.readline().startswith("[train]")
    job.send_signal(signal.SIGUSR1)
    assert job.stdout.readline() == "scontrol requeue 7\n"
    time.sleep(0.1)
    assert job.poll() is None  # it trains on until SLURM ends it
    job.send_signal(signal.SIGTERM)
    job.communicate(timeout=30)
    assert job.returncode == 143


def test_the_command_prints_what_it_is_asked_for() -> None:
    run = CliRunner().invoke
    done = run(app, ["launch", "zero3", "--gpus", "64"])
    assert done.exit_code == 0, done.output
    assert yaml.safe_load(done.output)["num_processes"] == 64
    assert run(app, ["launch", "slurm", "--method", "dpo"]).output.startswith("#!/bin/bash\n")


@pytest.mark.parametrize(
    "words",
    [["zero9"], ["ddp", "--gpus", "12"], ["ddp", "--gpus", "0"], ["slurm", "--method", "ppo"]],
)
def test_what_cannot_be_is_refused(words: list[str]) -> None:
    assert CliRunner().invoke(app, ["launch", *words]).exit_code == 2
