"""What accelerators can do at most, from a dated table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .errors import ToolError

__all__ = ["Device", "device", "device_names"]


@dataclass(frozen=True, slots=True)
class Device:
    """One accelerator: ``bf16`` in FLOP/s, dense; ``bandwidth`` in bytes/s; ``memory`` in bytes."""

    name: str
    bf16: float
    bandwidth: float
    memory: float
    source: str


@cache
def _table() -> dict[str, Device]:
    text = files(__package__ or "").joinpath("devices.json").read_text("utf-8")
    table = json.loads(text)
    found = {}
    for row in table["devices"]:
        made = Device(
            row["name"],
            row["bf16"],
            row["bandwidth"],
            row["memory"],
            f"{row['source']}, {table['checked']}",
        )
        for name in (row["name"], *row.get("also", ())):
            found[name.lower()] = made
    return found


def device_names() -> tuple[str, ...]:
    """Return the names of the devices in the table."""
    return tuple(dict.fromkeys(one.name for one in _table().values()))


def device(name: str) -> Device:
    """Return a device by its name, in capitals or not.

    Raises:
        ToolError: it is not in the table.
    """
    found = _table().get(name.strip().lower())
    if found is None:
        known = ", ".join(device_names())
        raise ToolError(
            f"no figures for the device `{name[:60]}`; known are {known}; of any other, give the "
            "dense bf16 peak in FLOP/s (`--peak 165e12`)",
            f"没有设备 `{name[:60]}` 的数据；已知 {known}；其他设备请给出 bf16 稠密峰值，"
            "单位 FLOP/s（`--peak 165e12`）",
        )
    return found
