"""A recipe in several processes, begun by accelerate or torchrun."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ..language import tr
from ..output import fail

__all__ = ["launch"]

_LAUNCHERS = {
    "accelerate": ("accelerate.commands.launch", "accelerate"),
    "torchrun": ("torch.distributed.run", "torch"),
}


def launch(
    launcher: str,
    method: str,
    config: Path,
    changes: Sequence[str],
    *,
    out: str | None,
    resume: bool,
) -> int:
    """Run a recipe under a launcher and return its exit status.

    ``launcher`` is ``accelerate`` or ``torchrun`` with its own options, as in a shell. What is
    wrong with the configuration is told before anything is launched.
    """
    from polyskill.runtime.judge.missing import need
    from polyskill.runtime.train.config import load
    from polyskill.runtime.train.overrides import parse_override

    try:
        words = shlex.split(launcher)
    except ValueError as error:
        fail(tr(f"`--launch {launcher}`: {error}", f"`--launch {launcher}`：{error}"))
    name, options = "".join(words[:1]), words[1:]
    if options[:1] == ["launch"]:  # as it is typed: accelerate launch …
        del options[0]
    if name not in _LAUNCHERS:
        names = " | ".join(_LAUNCHERS)
        fail(
            tr(
                f"`--launch {name}`: it must begin with {names}",
                f"`--launch {name}`：应以 {names} 开头",
            )
        )
    load(config, dict(map(parse_override, changes)))
    module, library = _LAUNCHERS[name]
    need(library, "train")
    command = [sys.executable, "-m", module, *options]
    command += ["-m", f"polyskill.runtime.train.recipes.{method}", str(config)]
    for change in changes:
        command += ["--set", change]
    command += (["--out", out] if out is not None else []) + (["--resume"] if resume else [])
    return subprocess.run(command, check=False).returncode
