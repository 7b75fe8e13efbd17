"""``python -m permu_xl`` is ``permu-xl``."""

from __future__ import annotations

import sys

from permu_xl.cli import main

if __name__ == "__main__":
    sys.exit(main())
