"""The real assistants, where they are installed: what we compile arrives, and plants are caught.

They are looked for under the folder that POLYSKILL_CLIENTS names (``install_clients.py`` fills
one) and on PATH.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from polyskill.platforms import clients
from polyskill.platforms.verify import PINNED, Options, Seen, Status, expectations, find, verify

ROOT = Path(__file__).resolve().parents[2]
PREFIX = os.environ.get("POLYSKILL_CLIENTS")
OPTIONS = Options(prefix=Path(PREFIX) if PREFIX else None, timeout=180)
# Who writes what a client without a platform of its own reads.
WRITERS = {"continue": "claude"}
# What each client does with a byte-order mark, a description of 2,294 characters, and two copies
# in two of its folders, in the version that is pinned; the rest takes all three.
BOM = {"codex", "continue", "gemini", "pi"}
LONG = {
    "claude": Status.TRUNCATED,
    "codex": Status.TRUNCATED,
    "kimi": Status.TRUNCATED,
    "copilot": Status.NOT_SEEN,
}
TWICE = {"codex", "continue"}

pytestmark = pytest.mark.slow
every_client = pytest.mark.parametrize("client", sorted(PINNED))


@pytest.fixture
def version(client: str) -> str:
    """The client's version; skips the test where it is not installed."""
    found = find(client, OPTIONS)
    if found is None:
        [row] = verify(ROOT, ROOT, [client], None, OPTIONS)
        pytest.skip(row.reason)
    return found.version


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bilingual fixture, compiled for every platform in both languages."""
    out = tmp_path_factory.mktemp("compiled")
    source = ROOT / "tests" / "fixtures" / "release-notes"
    command = [sys.executable, "-m", "polyskill", "build", str(source), "-o", str(out), "-q"]
    subprocess.run([*command, "--no-bundles"], check=True, timeout=120)
    return out


def show(row: Seen) -> str:
    return f"{row.client} {row.version} {row.skill} {row.status}: {row.reason}"


@every_client
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_we_compile_arrives(client: str, lang: str, version: str, compiled: Path) -> None:
    platform = clients.get(client).platform or WRITERS.get(client, "agents")
    project = compiled / platform / lang
    home = project / "user"
    home.mkdir(exist_ok=True)
    found = {row.skill: row for row in verify(project, home, [client], None, OPTIONS)}
    row = found["release-notes"]
    assert row.status is Status.ARRIVED, show(row)
    assert (row.listed, row.body, row.reference, row.copies) == (True, True, True, 1)
    assert row.description is (None if client == "cline" else True)
    assert all(each.ok for each in found.values()), [*map(show, found.values())]
    wanted = expectations(client, project, home, ["release-notes"])[0]
    for text in (wanted.description, wanted.body, (wanted.reference or ("", ""))[1]):
        assert bool(re.search(r"[\u4e00-\u9fff]", text)) is (lang == "zh"), text


@every_client
def test_plants_are_caught(
    client: str, version: str, project: Path, home: Path, plant: Callable[..., Path]
) -> None:
    if version != PINNED[client].version.partition("-")[0]:
        pytest.skip(f"{client} {version} is here; the expectations are of {PINNED[client].version}")
    read = clients.get(client).project.skills
    lost = next(
        place for place in (".claude/skills", ".qwen/skills", ".codex/skills") if place not in read
    )
    first = project / read[0]
    plant(first, "good-notes", "撰写发布说明。Use it for good notes.", "按受影响的人分组的正文。")
    plant(first, "bom-notes", "带字节顺序标记的描述。", "带标记的文件的正文。", bom=True)
    long = "长描述：" + "".join(f"第{number}项用途；" for number in range(300))
    plant(first, "long-notes", long, "长描述的技能的正文。")
    for place in read[:2]:
        plant(project / place, "twin-notes", "出现在两个文件夹中的描述。", "孪生技能的正文。")
    plant(project / lost, "lost-notes", "放错位置的技能的描述。", "放错位置的技能的正文。")
    names = ["good-notes", "bom-notes", "long-notes", "lost-notes"]
    names += ["twin-notes"] if len(read) > 1 else []
    found = {row.skill: row for row in verify(project, home, [client], names, OPTIONS)}
    wanted = {
        "good-notes": Status.ARRIVED,
        "bom-notes": Status.NOT_SEEN if client in BOM else Status.ARRIVED,
        "long-notes": LONG.get(client, Status.ARRIVED),
        "twin-notes": Status.DUPLICATED if client in TWICE else Status.ARRIVED,
        "lost-notes": Status.NOT_SEEN,
    }
    assert {name: row.status for name, row in found.items()} == {
        name: status for name, status in wanted.items() if name in names
    }, [*map(show, found.values())]
    assert all(row.reason and row.reason_zh for row in found.values() if not row.ok)
    assert f"`{lost}/lost-notes`" in found["lost-notes"].reason
