"""A process that waits for commands: one JSON line in, one JSON line out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lab import install, project, remove, skill_at

from polyskill.platforms.deliver.transaction import Conflict, TransactionError
from polyskill.platforms.install.errors import InstallError


def do(asked: dict[str, str]) -> dict[str, object]:
    scope = project(Path(asked["root"]))
    try:
        if asked["do"] == "remove":
            outcome = remove(scope, asked["skill"])
        else:
            outcome = install(scope, skill_at(Path(asked["source"])), asked["to"].split(","))
    except (InstallError, Conflict, TransactionError) as error:
        return {"error": error.diagnostic.message()}
    return {"refused": outcome.refused, "unchanged": outcome.unchanged}


for line in sys.stdin:
    print(json.dumps(do(json.loads(line))), flush=True)
