"""The command `polyskill`, also as `python -m polyskill`."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit."""
    if sys.argv[1:] in (["--version"], ["-V"]):  # answered before anything heavy is imported
        from . import __version__

        try:
            os.write(1, f"polyskill {__version__}\n".encode())  # no buffer that could fail later
        except OSError as error:  # a full disk, a closed pipe
            sys.exit(f"polyskill: {error.strerror}")
        return
    from .cli.app import run

    run()


if __name__ == "__main__":
    main()
