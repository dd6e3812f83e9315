"""Hooks belong to one host: they are handed on as they are, with their paths put right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from polyskill.compiler.view import View

from ..base import Loss
from .placeholders import own_paths

__all__ = ["hooks_for"]


def hooks_for(
    view: View, host: str, root: str, plugin_root: str = ""
) -> tuple[dict[str, Any], tuple[Loss, ...]]:
    """Return the events of the skill's hooks for ``host``, and the others as losses.

    ``root`` is how the host's hooks write the folder that the skill's files lie in;
    ``plugin_root`` the same for the whole plugin. Neither may hold quotation marks.
    """
    events: dict[str, Any] = {}
    losses: dict[Loss, None] = {}
    for hook in view.skill.hooks:
        path = hook.path or view.skill.path
        if hook.host != host:
            losses[Loss("hooks", f"hooks for `{hook.host}` are not run by this client", path)] = (
                None
            )
            continue
        try:
            text, lost = own_paths(
                json.dumps(hook.data, ensure_ascii=False), view, root, plugin_root
            )
            data = json.loads(text)
        except (TypeError, ValueError, RecursionError):
            losses[Loss("hooks", "not a JSON document; left out", path)] = None
            continue
        losses.update(dict.fromkeys(lost))
        inner = data.get("hooks", data) if isinstance(data, Mapping) else None
        if not isinstance(inner, Mapping):
            losses[Loss("hooks", "no mapping of events; left out", path)] = None
            continue
        for event, groups in inner.items():
            if isinstance(groups, list):
                events.setdefault(event, []).extend(groups)
            else:
                losses[Loss("hooks", f"`{event}` is no list; left out", path)] = None
    return events, tuple(losses)
