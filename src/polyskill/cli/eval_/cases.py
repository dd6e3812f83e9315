"""``polyskill eval cases``: whether test cases tell good answers from flawed ones, offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..language import counted, tr
from ..options import Json, Sources
from ..output import complain, echo, print_diagnostics, print_json, print_summary, styled
from ..sources import resolve
from ..tables import Column, print_table
from ..text import plain
from .asked import languages
from .loading import read_skills
from .options import Langs, Only

if TYPE_CHECKING:
    from polyskill.compiler.model import Skill, TestCase
    from polyskill.evals.proof import Proof

__all__ = ["HELP", "cases"]

HELP = tr(
    """Test the test cases: good reference answers must pass, flawed ones fail for their reason.

polyskill eval cases skills/llm-research-scientist
polyskill eval cases my-skill --lang zh --strict --json""",
    """检验测试用例本身：好的参考答案应通过，有缺陷的应因所写明的原因而失败。

polyskill eval cases skills/llm-research-scientist
polyskill eval cases my-skill --lang zh --strict --json""",
)


def cases(
    sources: Sources = None,
    lang: Langs = "en,zh",
    only: Only = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help=tr(
                "What is not shown counts as an error: no reference answer, a trivial check",
                "未得到证明的也视为错误：缺少参考答案、形同虚设的检查等",
            ),
        ),
    ] = False,
    json: Json = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            "-v",
            help=tr(
                "Show notes, too: what no flawed answer fails", "同时显示提示：哪些判据尚无反例"
            ),
        ),
    ] = False,
) -> None:
    """Test the test cases (see :data:`HELP`)."""
    from polyskill.compiler.diagnostics import Severity
    from polyskill.evals.cases import cases_of
    from polyskill.evals.proof import prove

    chosen = languages(lang)
    skills, findings = read_skills(resolve(sources or []))
    proofs: list[tuple[Skill, list[Proof]]] = []
    for skill in skills:
        found, said = cases_of(skill, chosen, only or ())
        proved = [prove(case) for case in found]
        proofs.append((skill, proved))
        findings += said
        findings += [one for proof in proved for one in proof.findings]
    bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    empty = not any(proved for _, proved in proofs)
    ok = not empty and not any(found.severity in bad for found in findings)
    if json:
        from polyskill.compiler.checks.as_json import to_json

        listed = [as_json(skill, proved) for skill, proved in proofs]
        print_json({"ok": ok, "skills": listed, "diagnostics": to_json(findings)})
    else:
        show_proofs(proofs)
        print_diagnostics(findings, least=Severity.INFO if verbose else Severity.WARNING)
        print_summary(findings, hidden_notes=not verbose)
        if empty and skills:
            complain(
                tr(
                    "there are no cases to grade; `polyskill eval init SKILL` drafts some",
                    "没有可评分的用例；`polyskill eval init 技能` 可生成草稿",
                )
            )
    if not ok:
        raise typer.Exit(1)


def as_json(skill: Skill, proved: Sequence[Proof]) -> dict[str, Any]:
    rows = []
    for proof in proved:
        row = {"verdict": proof.verdict, **asdict(proof)}
        del row["findings"]
        rows.append(row)
    return {
        "skill": skill.name,
        "path": skill.path,
        "cases": rows,
        "trigger_only": [case.id for case in _trigger_only(skill)],
    }


def _trigger_only(skill: Skill) -> list[TestCase]:
    return [case for case in skill.all_tests if not (case.criteria or case.checks)]


def show_proofs(proofs: Sequence[tuple[Skill, Sequence[Proof]]]) -> None:
    verdicts = {
        "distinguishes": tr("distinguishes", "能区分"),
        "incomplete": tr("incomplete", "不完整"),
        "contradicted": tr("contradicted", "自相矛盾"),
    }
    layout = (
        Column(tr("Case", "用例"), wrap=True),
        Column(tr("Language", "语言")),
        Column(tr("Good", "好"), right=True),
        Column(tr("Flawed", "有缺陷"), right=True),
        Column(tr("Criteria shown", "已证判据"), right=True),
        Column(tr("Checks shown", "已证检查"), right=True),
        Column(tr("Verdict", "结论")),
    )
    for at, (skill, proved) in enumerate(proofs):
        if at:
            echo()
        echo(styled(plain(skill.name), "bold"))
        if proved:
            print_table(
                layout, [_row(proof, verdicts[proof.verdict]) for proof in proved], indent=2
            )
        if others := _trigger_only(skill):
            count = counted(len(others), "more case", "个用例")
            echo("  " + tr(f"{count} for triggering alone", f"另有 {count}只测试触发"))
    total = [proof.verdict for _, proved in proofs for proof in proved]
    if total:
        good = total.count("distinguishes")
        parts = [
            tr(
                f"{good} of {len(total)} tell good answers from flawed ones",
                f"{len(total)} 个中有 {good} 个能区分好的回答与有缺陷的回答",
            )
        ]
        parts += [
            f"{total.count(key)} {word}"
            for key, word in verdicts.items()
            if key in total and key != "distinguishes"
        ]
        echo()
        echo(tr(", ", "，").join(parts))


def _row(proof: Proof, verdict: str) -> tuple[str, ...]:
    labels = [answer.label for answer in proof.answers]
    return (
        plain(proof.case),
        proof.lang,
        str(labels.count("good")),
        str(labels.count("flawed")),
        _share(proof.criteria - len(proof.unproven), proof.criteria),
        _share(proof.checks - len(proof.unproven_checks), proof.checks),
        verdict,
    )


def _share(shown: int, total: int) -> str:
    return f"{shown}/{total}" if total else "–"
