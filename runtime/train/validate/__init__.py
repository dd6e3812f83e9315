"""Everything that can be known of a run before a minute of GPU is spent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .checks import check_file
from .finding import Finding, Level, Report
from .shown import Part, Shown, shown_examples

__all__ = ["Finding", "Level", "Part", "Report", "Shown", "shown_examples", "validate"]


def validate(path: Path | str, overrides: Mapping[str, Any] | None = None) -> Report:
    """Check a configuration, its data and its model; nothing is fetched, written or trained.

    Raises:
        MissingLibrary: PyYAML is not installed.
    """
    return check_file(path, overrides)
