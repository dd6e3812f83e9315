"""``polyskill tools significance``: whether two models differ on a benchmark."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ..language import tr
from ..options import Json
from ..output import echo, print_json, styled
from ..tables import Column, print_table
from .shown import whence

__all__ = ["HELP", "significance"]

HELP = tr(
    """Tell whether two models differ on a benchmark, and how many questions show it.

polyskill tools significance --accuracies 0.70 0.72 --questions 14042
polyskill tools significance --table 9000 830 1111 3101
polyskill tools significance a.jsonl b.jsonl --score correct --cluster subject""",
    """判断两个模型在基准上是否确有差异，以及需要多少道题才能看出。

polyskill tools significance --accuracies 0.70 0.72 --questions 14042
polyskill tools significance --table 9000 830 1111 3101
polyskill tools significance a.jsonl b.jsonl --score correct --cluster subject""",
)


def significance(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=tr("FILE", "文件"),
            help=tr(
                "Two files of results, A then B: JSONL or CSV, one question a line",
                "两个结果文件，先 A 后 B：JSONL 或 CSV，每行一道题",
            ),
        ),
    ] = None,
    accuracies: Annotated[
        tuple[float, float] | None,
        typer.Option(
            "--accuracies",
            metavar="A B",
            help=tr("Two accuracies, from 0 to 1", "两个准确率，0 到 1"),
        ),
    ] = None,
    questions: Annotated[
        int | None,
        typer.Option(
            "--questions",
            "-n",
            metavar=tr("N", "数"),
            help=tr("Of how many questions", "题目数量"),
        ),
    ] = None,
    table: Annotated[
        tuple[int, int, int, int] | None,
        typer.Option(
            "--table",
            metavar=tr("BOTH A B NONE", "都对 仅A 仅B 都错"),
            help=tr(
                "How many both got right, only A, only B, neither",
                "两者都对、仅 A 对、仅 B 对、都错的题数",
            ),
        ),
    ] = None,
    id_: Annotated[
        str,
        typer.Option(
            "--id",
            metavar=tr("FIELD", "字段"),
            help=tr("Field that names the question; default: id", "题目标识字段；默认 id"),
        ),
    ] = "id",
    score: Annotated[
        str,
        typer.Option(
            "--score",
            metavar=tr("FIELD", "字段"),
            help=tr("Field of the score, 0 to 1; default: score", "分数字段（0 到 1）；默认 score"),
        ),
    ] = "score",
    cluster: Annotated[
        str,
        typer.Option(
            "--cluster",
            metavar=tr("FIELD", "字段"),
            help=tr(
                "Field that tells which questions belong together",
                "标明哪些题目同源的字段",
            ),
        ),
    ] = "",
    alpha: Annotated[
        float,
        typer.Option(
            "--alpha",
            metavar=tr("SHARE", "比例"),
            help=tr("Chance of a false alarm; default: 0.05", "误报概率；默认 0.05"),
        ),
    ] = 0.05,
    power: Annotated[
        float,
        typer.Option(
            "--power",
            metavar=tr("SHARE", "比例"),
            help=tr(
                "Chance to see a true difference; default: 0.8", "检出真实差异的概率；默认 0.8"
            ),
        ),
    ] = 0.8,
    json: Json = False,
) -> None:
    """Test a difference (see :data:`HELP`)."""
    from polyskill.runtime.tools import calls

    told = calls.significance(
        accuracies=list(accuracies) if accuracies is not None else None,
        questions=questions,
        table=list(table) if table is not None else None,
        files=files or None,
        id_field=id_,
        score_field=score,
        cluster_field=cluster,
        alpha=alpha,
        power=power,
    )
    if json:
        print_json(told)
        return
    _show(told)
    whence(told)


def _test(name: str) -> str:
    """Return a test's name in the user's language."""
    return {
        "two proportions, z": tr("two proportions, z", "双比例 z 检验"),
        "McNemar, exact": tr("McNemar, exact", "McNemar 精确检验"),
        "sign flips, exact": tr("sign flips, exact", "精确符号翻转检验"),
    }.get(name, tr("sign flips, drawn", "抽样符号翻转检验"))


def _show(told: dict[str, Any]) -> None:
    p = "p < 0.0001" if told["p"] < 1e-4 else f"p = {told['p']:.4f}"
    if told["significant"]:
        said = styled(tr("significant", "差异显著"), "green")
    else:
        said = styled(tr("not significant", "差异不显著"), "yellow")
    echo(f"{said}{tr(', ', '，')}{p}{tr(' (', '（')}{_test(told['test'])}{tr(')', '）')}")
    level = f"{(1 - told['alpha']) * 100:g} %"
    difference = f"{told['difference'] * 100:+.2f}"
    if told["low"] is not None:
        low, high = f"{told['low'] * 100:+.2f}", f"{told['high'] * 100:+.2f}"
        difference += tr(
            f" points ({level}: {low} to {high})", f" 个百分点（{level}：{low} 至 {high}）"
        )
    else:
        difference += tr(" points", " 个百分点")
    clusters = told["clusters"]
    unit = tr("questions", "题") if clusters == told["n"] else tr("clusters", "组")
    rows = [
        ("A", f"{told['accuracy_a'] * 100:.2f} %"),
        ("B", f"{told['accuracy_b'] * 100:.2f} %"),
        (tr("B less A", "B 减 A"), difference),
        (tr("questions", "题数"), f"{told['n']:,}"),
    ]
    power = f"{told['power'] * 100:g} %"
    if told["needed"] is not None:
        label = tr(f"needed for this difference, power {power}", f"检出此差异所需（功效 {power}）")
        rows.append((label, f"{told['needed']:,} {unit}"))
    if told["detectable"] is not None:
        label = tr(
            f"smallest difference they show, power {power}", f"可检出的最小差异（功效 {power}）"
        )
        points = f"{told['detectable'] * 100:.2f}"
        rows.append((label, tr(f"{points} points", f"{points} 个百分点")))
    print_table([Column(""), Column("")], rows)
