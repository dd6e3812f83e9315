"""Names and versions as npm and PyPI want them."""

from __future__ import annotations

import re

__all__ = ["is_npm_name", "is_pep440", "is_pypi_name", "module_name"]

# npm: https://docs.npmjs.com/cli/configuring-npm/package-json#name
_NPM = re.compile(r"(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*")
_NPM_LONGEST = 214
# PyPI: packaging.python.org, "Names and normalization"
_PYPI = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
# Of the pre-releases that Semantic Versioning allows, those that PEP 440 reads as well.
_PEP440 = re.compile(r"\d+\.\d+\.\d+(?:-(?:a|alpha|b|beta|c|rc|pre|preview|dev)\.?\d*)?")


def is_npm_name(text: str) -> bool:
    """Whether npm takes it for a new package, with or without a scope."""
    return len(text) <= _NPM_LONGEST and _NPM.fullmatch(text) is not None


def is_pypi_name(text: str) -> bool:
    """Whether PyPI takes it for a project."""
    return _PYPI.fullmatch(text) is not None


def is_pep440(version: str) -> bool:
    """Whether a semantic version is one for Python packages too."""
    return _PEP440.fullmatch(version) is not None


def module_name(name: str) -> str:
    """Return the importable name of a project: ``my.skills-zh`` → ``my_skills_zh``."""
    made = re.sub(r"[._-]+", "_", name).lower()
    return f"_{made}" if made[0].isdecimal() else made
