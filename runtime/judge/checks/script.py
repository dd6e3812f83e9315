"""Whether a script of the skill's author accepts an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .base import Answer, CheckSpec, Finding, NotRun, inside, only
from .sandbox import Ended, run_script

__all__ = ["check_python"]

_SHOWN = 300  # characters of what the script printed
_CHINESE = {"network": "网络", "UDP": "UDP", "files": "文件"}


def _given(answer: Answer) -> dict[str, Any]:
    calls = [{"name": call.name, "arguments": call.arguments} for call in answer.tool_calls]
    return {
        "answer": answer.text,
        "lang": answer.lang,
        "input": answer.prompt,
        "tool_calls": calls,
        "tools_used": answer.tools_used,
        "skills_used": answer.skills_used,
    }


def check_python(spec: CheckSpec, answer: Answer, folder: Path | None) -> Finding:
    """Run the script ``value`` of ``folder``; it reads {"answer", "lang", "input" …} from stdin.

    It passes the answer with exit status 0 and fails it with 1 (``assert`` and ``sys.exit("why")``
    do that). Any other status, another exception, or running out of time or memory says that the
    check could not be run.
    """
    only(spec)
    script = inside(folder, spec.value, "value")
    try:
        ended = run_script(script, _given(answer))
    except OSError as error:
        raise NotRun(f"no process could be started: {error}", f"无法启动进程：{error}") from error
    said, said_zh = _said(ended)
    if ended.code not in (0, 1):
        why, why_zh = _why(ended)
        raise NotRun(why + said, why_zh + said_zh)
    return Finding(
        ended.code == 0, f"python {spec.value}", said.removeprefix(": "), said_zh.removeprefix("：")
    )


def _said(ended: Ended) -> tuple[str, str]:
    """Return the end of what a script printed, and what it was not cut off from."""
    text = ended.output.strip()
    text = text if len(text) <= _SHOWN else f"…{text[-_SHOWN:]}"
    english, chinese = (f": {text}", f"：{text}") if text else ("", "")
    if ended.open:
        english += f" (not cut off from: {', '.join(ended.open)})"
        chinese += f"（未隔离：{'、'.join(_CHINESE[part] for part in ended.open)}）"
    return english, chinese


def _why(ended: Ended) -> tuple[str, str]:
    if ended.code is None:
        return "stopped: its time was up", "超时中止"
    if ended.code < 0:
        return f"killed by signal {-ended.code}", f"被信号 {-ended.code} 终止"
    return f"the script broke ({ended.code})", f"脚本出错（{ended.code}）"
