"""The engine against a bare loop on the SDK, over a fake provider on loopback; and a replay.

python tests/bench/evals.py [--cells 10000] [--concurrency 64]

CPU seconds and peak memory are those of the client process; the fake provider is another one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FAKE = Path(__file__).resolve().parents[1] / "evals" / "fakes" / "provider.py"
AIM_CPU_MS, AIM_RSS_MIB, AIM_REPLAY_S = 3.0, 150.0, 20.0
SYSTEM = "You are a careful reviewer of experiments. " * 50
QUESTION = "Is the sample large enough to tell the two arms apart? "


def prompt(number: int) -> str:
    """Return the question of a cell."""
    return f"{QUESTION * 10} Case {number}."


def engine(url: str, cells: int, concurrency: int, folder: Path) -> None:
    """Ask all cells through the engine and the Anthropic provider."""
    done = run_engine(url, cells, concurrency, folder)
    assert done.outcomes.get("ok", 0) == cells, done


def replay(url: str, cells: int, concurrency: int, folder: Path) -> None:
    """Run over a journal that has every reply, and read every reply back."""
    from polyskill.runtime.judge.engine.rows import replies, reply_of

    done = run_engine(url, cells, concurrency, folder)
    assert (done.kept, done.asked) == (cells, 0), done
    assert sum(len(reply_of(row).text) > 0 for row in replies(folder / "journal.jsonl")) == cells


def run_engine(url: str, cells: int, concurrency: int, folder: Path) -> Any:
    """Run the engine over the cells, with a journal in the folder."""
    from polyskill.runtime.judge.base import Call, Message, Model, Request
    from polyskill.runtime.judge.engine.journal import Journal
    from polyskill.runtime.judge.engine.key import cell_key, request_digest
    from polyskill.runtime.judge.engine.run import Settings, run_calls_sync
    from polyskill.runtime.judge.providers import open_provider

    model = Model("anthropic-compatible", "claude-fake", url)

    def calls() -> Iterator[Call]:
        for number in range(cells):
            request = Request((Message("user", prompt(number)),), system=SYSTEM, max_tokens=256)
            key = cell_key(request=request_digest(request, model), repeat=0)
            yield Call(key, model, request, {"case": number})

    with Journal(folder / "journal.jsonl") as journal:
        return run_calls_sync(
            calls(),
            journal=journal,
            open_provider=open_provider,
            settings=Settings(concurrency=concurrency),
            on_progress=lambda now: None,
        )


def bare(url: str, cells: int, concurrency: int, folder: Path) -> None:
    """Ask all cells with the SDK, a semaphore, and a line of JSON flushed per reply."""
    import anthropic

    async def go() -> None:
        client = anthropic.AsyncAnthropic(api_key="x", base_url=url, max_retries=0)
        slots = asyncio.Semaphore(concurrency)

        async def one(number: int, file: Any) -> None:
            async with slots:
                stream = await client.messages.create(
                    model="claude-fake",
                    max_tokens=256,
                    system=SYSTEM,
                    messages=[{"role": "user", "content": prompt(number)}],
                    stream=True,
                )
                text, stop = "", None
                async for event in stream:
                    if event.type == "content_block_delta" and event.delta.type == "text_delta":
                        text += event.delta.text
                    elif event.type == "message_delta":
                        stop = event.delta.stop_reason
            file.write(json.dumps({"case": number, "text": text, "stop": stop}) + "\n")
            file.flush()

        with (folder / "bare.jsonl").open("w") as file:
            await asyncio.gather(*(one(number, file) for number in range(cells)))
        await client.close()

    asyncio.run(go())


def measured(name: str, url: str, cells: int, concurrency: int, folder: Path) -> dict[str, float]:
    """Run a client in a process of its own; return what it says of itself."""
    command = [sys.executable, __file__, "--as", name, "--url", url, "--folder", str(folder)]
    command += ["--cells", str(cells), "--concurrency", str(concurrency)]
    environment = {**os.environ, "ANTHROPIC_API_KEY": "x", "POLYSKILL_API_KEY": "x"}
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment, check=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def client(given: argparse.Namespace) -> None:
    """Be a client: run, then print CPU seconds, wall seconds and peak memory in MiB."""
    started = time.perf_counter()
    run = {"engine": engine, "bare": bare, "replay": replay}[given.as_]
    run(given.url, given.cells, given.concurrency, Path(given.folder))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "cpu": used.ru_utime + used.ru_stime,
                "wall": time.perf_counter() - started,
                "rss": used.ru_maxrss / 1024,
            }
        )
    )


def main() -> None:
    """Measure, print a table, exit 1 if an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--as", dest="as_", choices=("engine", "bare", "replay"))
    parser.add_argument("--url", default="")
    parser.add_argument("--folder", default="")
    given = parser.parse_args()
    if given.as_:
        client(given)
        return
    command = [sys.executable, str(FAKE), "--port", "0"]
    with (
        tempfile.TemporaryDirectory() as name,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server,
    ):
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            folder = Path(name)
            results = {}
            for kind in ("bare", "engine"):
                start = measured(kind, url, 1, given.concurrency, folder)
                (folder / "journal.jsonl").unlink(missing_ok=True)
                full = measured(kind, url, given.cells, given.concurrency, folder)
                results[kind] = full | {"start": start["cpu"]}
            full = measured("replay", url, given.cells, given.concurrency, folder)
            results["replay"] = full | {"start": 0.0}
        finally:
            server.terminate()
    report(results, given.cells)


def report(results: dict[str, dict[str, float]], cells: int) -> None:
    """Print the table; the start (imports) is taken off the cost of a cell."""
    per_cell = {kind: (one["cpu"] - one["start"]) / cells * 1000 for kind, one in results.items()}
    print(f"{cells} cells   CPU ms/cell   ratio   wall s   start CPU s   peak MiB")
    for kind, one in results.items():
        ratio = per_cell[kind] / per_cell["bare"]
        print(
            f"{kind:12}{per_cell[kind]:13.2f}{ratio:8.2f}{one['wall']:9.1f}"
            f"{one['start']:14.2f}{one['rss']:11.0f}"
        )
    missed = []
    if per_cell["engine"] - per_cell["bare"] > AIM_CPU_MS:
        missed.append(f"overhead per cell: at most {AIM_CPU_MS} ms of CPU beyond the bare loop")
    if results["engine"]["rss"] > AIM_RSS_MIB:
        missed.append(f"memory: at most {AIM_RSS_MIB} MiB")
    if results["replay"]["cpu"] > AIM_REPLAY_S:
        missed.append(f"replay: at most {AIM_REPLAY_S} s of CPU")
    print("\n".join(f"MISSED {aim}" for aim in missed) or "all aims are met")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
