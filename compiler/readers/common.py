"""What the readers of skills share: from a page and its metadata to the fields of a skill."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..codes import readers as codes
from ..diagnostics import report
from ..localized import Text
from ..model import Skill
from .lazy import analyse
from .meta import Meta
from .page import Page
from .words import first_paragraph, pair_triggers, squeeze, text_in

__all__ = ["describe", "make", "take_title"]


def describe(page: Page, meta: Meta, *, derive: bool = True) -> Text:
    """Return the description; without one, the first paragraph of the body if ``derive``."""
    meta.extra.pop("description.zh", None)
    chinese = squeeze(page.text("description.zh"))
    written = page.text("description")
    if written or chinese:
        own = text_in(written)
        return Text(own.en, chinese) if chinese else own
    if derive and not page.unreadable and (found := first_paragraph(page.prose)):
        where = page.span("description") or 0
        meta.diagnostics.append(report(codes.DESCRIPTION_DERIVED, page.source, where))
        return text_in(found)
    return Text()


def take_title(meta: Meta) -> Text:
    """Take the title out of the metadata: a skill holds it in both languages."""
    written = squeeze(meta.metadata.pop("title", ""))
    chinese = ""
    for key in ("title.zh", "display_name.zh"):
        chinese = squeeze(str(meta.extra.pop(key, ""))) or chinese
    own = text_in(written)
    return Text(own.en, chinese) if chinese else own


def make(page: Page, meta: Meta, translated_triggers: Iterable[str] = (), **fields: Any) -> Skill:
    """Make a skill of a page, its metadata, and what a reader adds or knows better."""
    given: dict[str, Any] = {
        "title": take_title(meta),
        "main": page.document(),
        "front_matter": page.front,
        "license": meta.license,
        "compatibility": meta.compatibility,
        "allowed_tools": meta.allowed_tools,
        "metadata": meta.metadata,
        "extra": meta.extra,
        "overrides": meta.overrides,
        "triggers": pair_triggers(meta.triggers, tuple(translated_triggers), page.span("triggers")),
        "analyse": analyse,
    }
    given.update(fields)
    given["diagnostics"] = (
        *page.diagnostics,
        *meta.diagnostics,
        *fields.get("diagnostics", ()),
    )
    return Skill(**given)
