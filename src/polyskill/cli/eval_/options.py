"""Options of the evaluation commands, spelled and explained alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..language import tr

__all__ = [
    "AllowUnderpowered",
    "Alpha",
    "Arms",
    "Budget",
    "Concurrency",
    "Folder",
    "GateBy",
    "Judges",
    "Langs",
    "Margin",
    "MaxMissing",
    "MaxTokens",
    "Metric",
    "Models",
    "Only",
    "Out",
    "Params",
    "Prices",
    "Repeat",
]

_MODEL = tr("MODEL", "模型")

Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        metavar=_MODEL,
        help=tr(
            "Model under test: anthropic/NAME, openai/NAME, openai-compatible:URL#NAME, or a "
            "client: agent/claude, agent/codex; repeatable",
            "被测模型：anthropic/名称、openai/名称、openai-compatible:URL#名称，"
            "或客户端：agent/claude、agent/codex；可重复",
        ),
    ),
]
Judges = Annotated[
    list[str] | None,
    typer.Option(
        "--judge",
        metavar=_MODEL,
        help=tr(
            "Model that grades, written like --model; several sit together; repeatable",
            "评判模型，写法同 --model；可重复，多个模型共同评判",
        ),
    ),
]
Arms = Annotated[
    str,
    typer.Option(
        "--arms",
        metavar=tr("LIST", "列表"),
        help=tr(
            "none, current, previous[:REVISION], platform[:ID]; default: none,current",
            "none、current、previous[:版本]、platform[:标识]；默认 none,current",
        ),
    ),
]
Langs = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="en,zh",
        help=tr("Languages of the cases; default: en,zh", "用例语言；默认 en,zh"),
    ),
]
Repeat = Annotated[
    int,
    typer.Option(
        "--repeat",
        "-n",
        min=1,
        metavar=tr("N", "数"),
        help=tr("How often each cell is asked; default: 1", "每个单元提问的次数；默认 1"),
    ),
]
Budget = Annotated[
    float | None,
    typer.Option(
        "--budget",
        metavar="USD",
        help=tr(
            "Stop before the call that could exceed this sum; exit status 5",
            "在可能超出该金额（美元）的调用之前停止；退出状态 5",
        ),
    ),
]
Prices = Annotated[
    Path | None,
    typer.Option(
        "--prices",
        metavar=tr("FILE", "文件"),
        help=tr(
            "JSON with prices of models, over the built-in table", "模型价格 JSON，优先于内置价格表"
        ),
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar=tr("CASE", "用例"),
        help=tr(
            "Only cases with this id, glob or tag; repeatable",
            "只运行该标识、通配或标签的用例；可重复",
        ),
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar=tr("DIR", "文件夹"),
        help=tr(
            "Folder of the run; an unfinished run in it goes on; default: runs/SKILL-TIME",
            "运行文件夹；其中未完成的运行会继续；默认 runs/技能-时间",
        ),
    ),
]
Concurrency = Annotated[
    int,
    typer.Option(
        "--concurrency",
        "-j",
        min=1,
        metavar=tr("N", "数"),
        help=tr(
            "Most calls at once for a provider; adapts to its limits; default: 16",
            "每个服务同时调用的上限，会随限流自动调整；默认 16",
        ),
    ),
]
MaxTokens = Annotated[
    int,
    typer.Option(
        "--max-tokens",
        min=1,
        metavar=tr("N", "数"),
        help=tr(
            "Longest answer; one that is cut is not graded; default: 4096",
            "回答长度上限；被截断的回答不评分；默认 4096",
        ),
    ),
]
Params = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        metavar="KEY=VALUE",
        help=tr(
            "Request parameter of the models under test, e.g. temperature=0; repeatable",
            "被测模型的请求参数，例如 temperature=0；可重复",
        ),
    ),
]
Margin = Annotated[
    float,
    typer.Option(
        "--margin",
        metavar=tr("SHARE", "比例"),
        help=tr("Loss of score that does not matter; default: 0.1", "可忽略的得分下降；默认 0.1"),
    ),
]
Alpha = Annotated[
    float,
    typer.Option(
        "--alpha",
        metavar=tr("SHARE", "比例"),
        help=tr(
            "False alarms allowed over the gate; default: 0.05", "整个门禁允许的误报率；默认 0.05"
        ),
    ),
]
MaxMissing = Annotated[
    float,
    typer.Option(
        "--max-missing",
        metavar=tr("SHARE", "比例"),
        help=tr(
            "Share of cells without a grade beyond which the verdict is invalid; default: 0.1",
            "未能评分的单元超过该比例即判为无效；默认 0.1",
        ),
    ),
]
Metric = Annotated[
    str,
    typer.Option(
        "--metric",
        metavar="score|pairwise",
        help=tr(
            "What the gate looks at: scores, or wins before a judge; default: score",
            "门禁依据：得分，或评判的两两胜负；默认 score",
        ),
    ),
]
GateBy = Annotated[
    str,
    typer.Option(
        "--gate-by",
        metavar="each|model|all",
        help=tr(
            "One test for each model and language, for each model, or for all; default: each",
            "按模型与语言分别检验、按模型检验，或合并检验；默认 each",
        ),
    ),
]
AllowUnderpowered = Annotated[
    bool,
    typer.Option(
        "--allow-underpowered",
        help=tr(
            "Exit with 0 where the cases are too few to tell", "用例太少而无法判断时，退出状态为 0"
        ),
    ),
]
Folder = Annotated[
    Path,
    typer.Argument(
        metavar=tr("RUN", "运行"), readable=False, help=tr("Folder of a run", "运行文件夹")
    ),
]
