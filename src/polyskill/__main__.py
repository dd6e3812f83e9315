"""The command `polyskill`, also as `python -m polyskill`."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit."""
    if sys.argv[1:] in (["--version"], ["-V"]):  # answered before anything heavy is imported
        from . import __version__

        sys.stdout.write(f"polyskill {__version__}\n")
        return
    from .cli.app import run

    run()


if __name__ == "__main__":
    main()
