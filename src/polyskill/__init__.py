"""polyskill: write a skill once, in two languages; compile it for every AI assistant."""

from pathlib import Path

__all__ = ["__version__"]

__version__ = "0.1.0"

_ROOT = Path(__file__).resolve().parent.parent.parent
if not (Path(__file__).parent / "compiler").is_dir() and (_ROOT / "compiler").is_dir():
    # A checkout without symbolic links (the default on Windows): the five folders sit at its root.
    __path__.append(str(_ROOT))
