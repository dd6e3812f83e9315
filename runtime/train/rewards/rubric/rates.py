"""How often each item of a rubric passes: an item that always or never does teaches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..base import ItemFinding

__all__ = ["ItemRates", "ItemRecord"]


@dataclass
class ItemRecord:
    """What is known of one item."""

    text: str
    seen: int = 0
    passed: int = 0

    @property
    def rate(self) -> float:
        """The share that passed."""
        return self.passed / self.seen if self.seen else 0.0


@dataclass
class ItemRates:
    """Counts, by the key of an item."""

    records: dict[str, ItemRecord] = field(default_factory=dict)

    def add(self, findings: Iterable[ItemFinding]) -> None:
        """Count what was found of the items of one answer."""
        for found in findings:
            record = self.records.setdefault(found.key, ItemRecord(found.text))
            record.seen += 1
            record.passed += found.passed

    def dead(self, least: int = 16) -> Mapping[str, ItemRecord]:
        """Return the items seen ``least`` times or more that passed always, or never.

        Of an item that passes half the time, 16 answers alike come once in 32,768.
        """
        return {
            key: record
            for key, record in self.records.items()
            if record.seen >= least and record.passed in (0, record.seen)
        }
