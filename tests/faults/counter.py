"""One of many processes on one root: `counter.py ROOT WORKER ROUNDS`.

Each round is one transaction: add one to a counter that all share, and put or delete a file of
one's own. Lost or doubled counts, and a worker's rounds out of order, show in `state.json`.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

from polyskill.platforms.deliver.transaction import (
    Change,
    Delete,
    Put,
    RemoveFolder,
    exclusive,
)


def sha(data: bytes) -> str:
    return sha256(data).hexdigest()


def main() -> None:
    root, worker, rounds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder = f"skills/技能-{worker}"
    own = f"{folder}/SKILL.md"
    for number in range(rounds):
        with exclusive(root, wait=120) as session:
            assert session.recovered is None
            old = (root / "state.json").read_bytes()
            state = json.loads(old)
            state["count"] += 1
            state["order"].append([worker, number])
            changes: list[Change] = [Put("state.json", json.dumps(state).encode(), before=sha(old))]
            if number % 2:
                changes += [Delete(own, sha(b"%d" % (number - 1))), RemoveFolder(folder)]
            else:
                changes.append(Put(own, b"%d" % number))
            session.commit(changes)


if __name__ == "__main__":
    main()
