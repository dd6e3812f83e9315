"""Reads arXiv's Atom feeds. Markup that could expand (a DTD, entities) is refused, not parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError, ParserCreate

from .errors import ToolError, Unavailable

__all__ = ["Feed", "Paper", "parse_feed"]

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper; dates are as arXiv writes them (``2025-12-29T18:59:33Z``)."""

    id: str
    title: str
    authors: tuple[str, ...]
    summary: str
    published: str
    updated: str
    category: str
    categories: tuple[str, ...]
    url: str
    pdf: str
    doi: str
    journal: str
    comment: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The papers of one answer, and how many there are in all."""

    total: int
    papers: tuple[Paper, ...]


class _Refused(ValueError):
    """Markup that is not parsed."""


def _tree(data: bytes) -> Element:
    builder = TreeBuilder()
    parser = ParserCreate(namespace_separator="}")

    def name(raw: str) -> str:
        return "{" + raw if "}" in raw else raw

    def refuse(*_: object) -> NoReturn:
        raise _Refused

    def start(tag: str, attributes: dict[str, str]) -> None:
        builder.start(name(tag), {name(key): value for key, value in attributes.items()})

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: builder.end(name(tag))
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.Parse(data, True)
    return builder.close()


def parse_feed(data: bytes) -> Feed:
    """Return what an answer of arXiv says.

    Raises:
        ToolError: it is no Atom feed, or the feed is an error message of arXiv.
    """
    try:
        root = _tree(data)
    except (ExpatError, _Refused, LookupError, ValueError) as error:
        raise _no_feed(str(error) or "it declares a document type") from error
    if root.tag != f"{_ATOM}feed":
        raise _no_feed(f"its root is <{root.tag.rpartition('}')[2][:40]}>")
    entries = root.findall(f"{_ATOM}entry")
    for entry in entries:
        if "/api/errors" in _text(entry, f"{_ATOM}id"):
            said = _text(entry, f"{_ATOM}summary") or "unknown error"
            raise ToolError(
                f"arXiv refuses the query: {said[:200]}", f"arXiv 拒绝了该查询：{said[:200]}"
            )
    papers = tuple(_paper(entry) for entry in entries)
    total = _text(root, f"{_SEARCH}totalResults")
    return Feed(int(total) if total.isdecimal() else len(papers), papers)


def _no_feed(why: str) -> Unavailable:
    return Unavailable(
        f"the answer is no Atom feed ({why}); a proxy or a sign-in page may stand between",
        f"返回内容不是 Atom 源（{why}）；可能被代理或登录页面拦截",
    )


def _text(element: Element, path: str) -> str:
    return " ".join((element.findtext(path) or "").split())


def _paper(entry: Element) -> Paper:
    url = _text(entry, f"{_ATOM}id")
    links = entry.findall(f"{_ATOM}link")
    pdf = next((one.get("href", "") for one in links if one.get("title") == "pdf"), "")
    main = entry.find(f"{_ARXIV}primary_category")
    terms = [one.get("term", "") for one in entry.findall(f"{_ATOM}category")]
    names = [_text(one, f"{_ATOM}name") for one in entry.findall(f"{_ATOM}author")]
    return Paper(
        id=url.rpartition("/abs/")[2],
        title=_text(entry, f"{_ATOM}title"),
        authors=tuple(name for name in names if name),
        summary=_text(entry, f"{_ATOM}summary"),
        published=_text(entry, f"{_ATOM}published"),
        updated=_text(entry, f"{_ATOM}updated"),
        category=main.get("term", "") if main is not None else "",
        categories=tuple(term for term in terms if term),
        url=url,
        pdf=pdf,
        doi=_text(entry, f"{_ARXIV}doi"),
        journal=_text(entry, f"{_ARXIV}journal_ref"),
        comment=_text(entry, f"{_ARXIV}comment"),
    )
