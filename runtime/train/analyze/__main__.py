"""``python -m …train.analyze runs/x``: see :mod:`.main`."""

from __future__ import annotations

import sys

from .main import main

sys.exit(main())
