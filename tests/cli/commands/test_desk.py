"""The command that opens the desk, where the desk cannot be opened."""

from __future__ import annotations

import subprocess
import sys

_WITHOUT = """
import sys
sys.modules[{name!r}] = None
from permu_xl.cli import main
sys.exit(main(["desk", "--no-browser"]))
"""


def test_without_its_extra_it_says_what_to_run() -> None:
    words = [sys.executable, "-c", _WITHOUT.format(name="flask")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    told = done.stdout + done.stderr
    assert f'"{sys.executable}" -m pip install "permu-xl[desk]"' in told
    assert "亩均评价-安装.exe" in told
    assert "Traceback" not in told
