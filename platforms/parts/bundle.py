"""Small makers for pieces and bundles."""

from __future__ import annotations

from ..base import Bundle, File, Placed, Tokens

__all__ = ["join", "piece"]

_NOTHING = Tokens()


def piece(
    path: str, data: bytes, *, user_path: str | None = None, executable: bool = False
) -> Placed:
    """Return a file of its own and where it goes."""
    return Placed(path, File(data, executable), user_path)


def join(*bundles: Bundle) -> Bundle:
    """Return one bundle with the contents of all; a file that two of them hold alike stays once."""
    full = [
        bundle
        for bundle in bundles
        if bundle.pieces or bundle.losses or bundle.diagnostics or bundle.tokens != _NOTHING
    ]
    if len(full) == 1:
        return full[0]
    seen: dict[tuple[str, str | None], Placed] = {}
    pieces: list[Placed] = []
    for bundle in full:
        for placed in bundle.pieces:
            key = (placed.path, placed.user_path)
            if isinstance(placed.piece, File) and seen.get(key) == placed:
                continue
            seen[key] = placed
            pieces.append(placed)
    return Bundle(
        pieces=tuple(pieces),
        losses=tuple(dict.fromkeys(loss for bundle in full for loss in bundle.losses)),
        tokens=sum((bundle.tokens for bundle in full), Tokens()),
        diagnostics=tuple(found for bundle in full for found in bundle.diagnostics),
    )
