"""How long the program takes to start, as whole processes beside ``python -c "import numpy"``.

The last row is the time until the first function call answers as in the xlwings server: the
module of the functions is imported and one of them called (without COM, for which see
``functions.py``).  The modules are compiled once and kept as installed ones are, whatever the
environment says.  Usage: ``python benchmarks/startup.py [REPEATS]`` (default 15).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from district import PERMU, cost

BARE = "import sys; sys.modules['pandas'] = sys.modules['matplotlib'] = None;"
"""xlwings imports these where they are installed; our bundle does not bring them."""
SERVER = (
    f"{BARE}"
    "from permu_xl.hosts.excel import udfs;udfs.UDFS['PERMU_SCORE']([[5.0]], [[4.0]], [[30.0]])"
)
COMMANDS: dict[str, list[str | Path]] = {
    "import numpy": [sys.executable, "-c", "import numpy"],
    "import permu_xl": [sys.executable, "-c", "import permu_xl"],
    "permu-xl --help": [PERMU, "--help"],
    "import xlwings, numpy": [sys.executable, "-c", f"{BARE}import numpy, xlwings"],
    "first function call": [sys.executable, "-c", SERVER],
}


def main(repeats: int) -> None:
    """Print one row a command; they take turns, so that a busy moment is everybody's."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    best = dict.fromkeys(COMMANDS, (float("inf"), float("inf")))
    for _ in range(repeats):
        for name, command in COMMANDS.items():
            wall, processor, _ = cost(*command)
            best[name] = min(best[name][0], wall), min(best[name][1], processor)
    wall_of_numpy, processor_of_numpy = best["import numpy"]
    print(f"{'':<24}{'wall ms':>9}{'cpu ms':>9}{'wall, x':>9}{'cpu, x':>9}")
    for name, (wall, processor) in best.items():
        print(
            f"{name:<24}{1000 * wall:>9.0f}{1000 * processor:>9.0f}"
            f"{wall / wall_of_numpy:>9.2f}{processor / processor_of_numpy:>9.2f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
