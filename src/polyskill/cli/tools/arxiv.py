"""``polyskill tools arxiv``: papers."""

from __future__ import annotations

from typing import Annotated

import typer

from ..language import tr
from ..options import Json
from ..output import echo, print_json, styled
from ..text import clip, plain

__all__ = ["HELP", "arxiv"]

HELP = tr(
    """Search arXiv for papers: words, authors, categories, or numbers of papers.

polyskill tools arxiv "rubric rewards" --category cs.LG --max 5
polyskill tools arxiv --author Goel --order submitted
polyskill tools arxiv 2512.23707 --json""",
    """在 arXiv 上搜索论文：关键词、作者、分类或论文编号。

polyskill tools arxiv "rubric rewards" --category cs.LG --max 5
polyskill tools arxiv --author Goel --order submitted
polyskill tools arxiv 2512.23707 --json""",
)
_AUTHORS, _SUMMARY = 4, 300


def arxiv(
    query: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=tr("WORD", "关键词"),
            help=tr(
                "Words, phrases in quotes, or numbers; with a prefix of arXiv: ti:lora",
                "关键词、引号中的短语或论文编号；可用 arXiv 前缀，如 ti:lora",
            ),
        ),
    ] = None,
    author: Annotated[
        list[str] | None,
        typer.Option(
            "--author",
            metavar=tr("NAME", "姓名"),
            help=tr("One of these authors; repeatable", "作者之一；可重复"),
        ),
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option(
            "--category",
            metavar=tr("ID", "标识"),
            help=tr("In one of these, e.g. cs.LG; repeatable", "所属分类之一，如 cs.LG；可重复"),
        ),
    ] = None,
    most: Annotated[
        int,
        typer.Option(
            "--max",
            "-n",
            metavar=tr("N", "数"),
            help=tr("At most so many papers; default: 10", "最多返回的论文数；默认 10"),
        ),
    ] = 10,
    start: Annotated[
        int,
        typer.Option(
            "--start",
            metavar=tr("N", "数"),
            help=tr("Leave out so many; default: 0", "跳过的论文数；默认 0"),
        ),
    ] = 0,
    order: Annotated[
        str,
        typer.Option(
            "--order",
            metavar="relevance|submitted|updated",
            help=tr("Newest or best first; default: relevance", "排序方式；默认 relevance"),
        ),
    ] = "relevance",
    url: Annotated[
        str,
        typer.Option(
            "--url",
            metavar="URL",
            help=tr(
                "Another server; default: ARXIV_API_URL, else arXiv",
                "其他服务器；默认 ARXIV_API_URL，否则为 arXiv",
            ),
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Search papers (see :data:`HELP`)."""
    from dataclasses import asdict

    from polyskill.runtime.tools.arxiv import search

    found = search(
        query or [],
        authors=author or (),
        categories=category or (),
        most=most,
        start=start,
        order=order,
        url=url,
    )
    told = asdict(found)
    if json:
        print_json(told)
        return
    papers = told["papers"]
    total = told["total"]
    if not papers:
        echo(tr("nothing found", "没有找到"))
    for paper in papers:
        names = [plain(name) for name in paper["authors"]]
        shown = tr(", ", "、").join(names[:_AUTHORS])
        if len(names) > _AUTHORS:
            shown += tr(f" and {len(names) - _AUTHORS} more", f" 等 {len(names)} 人")
        echo(f"{styled(plain(paper['id']), 'bold')}  {plain(paper['title'])}")
        echo(f"  {shown}; {plain(paper['published'][:10])}; {plain(paper['category'])}")
        echo(f"  {clip(plain(paper['summary']), _SUMMARY)}")
        echo(styled(f"  {plain(paper['url'])}", "dim"))
        echo()
    if total > len(papers):
        echo(
            tr(
                f"{len(papers)} of {total:,}; `--start {start + len(papers)}` goes on",
                f"共 {total:,} 篇，显示 {len(papers)} 篇；`--start {start + len(papers)}` 查看后续",
            )
        )
