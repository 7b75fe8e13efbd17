"""One desk for one user: who starts another one hands its files to the one that is there.

So several workbooks share one window of the browser, and two pages on one workbook know of each
other.  Where the desk that is there listens, and the word by which it knows its own user, stand in
a file that only the user can read.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import urllib.request
from typing import TYPE_CHECKING

from permu_xl import __version__
from permu_xl.errors import PermuError
from permu_xl.hosts.desk.serving.security import HOST
from permu_xl.xlsx.files import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from permu_xl.hosts.desk.serving.security import Keys

__all__ = ["WORD", "hand_over", "known"]

WORD = "X-Permu-Word"
"""The header that carries the word."""
_SECONDS = 5.0


def hand_over(file: Path, files: Sequence[Path]) -> str:
    """Give files to the desk that is there; return an address to open, "" where there is none."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["version"] != __version__:
            return ""
        request = urllib.request.Request(
            f"http://{HOST}:{int(found['port'])}/launch",
            json.dumps([os.path.abspath(each) for each in files]).encode(),
            {WORD: str(found["word"]), "Content-Type": "application/json"},
        )
        # Never by way of a proxy: this computer asks itself.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=_SECONDS) as answer:
            return str(answer.read(1000).decode("ascii"))
    except (OSError, ValueError, KeyError, TypeError):
        return ""


@contextlib.contextmanager
def known(file: Path, keys: Keys) -> Iterator[None]:
    """Let further starts find this desk until the block ends."""
    content = {"version": __version__, "port": keys.port, "word": keys.word}
    # A desk that nobody finds is still a desk.
    with contextlib.suppress(OSError, PermuError):
        make_folder(file.parent)
        fresh = file.with_name(f"{file.name}-{secrets.token_hex(4)}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
            json.dump(content, written)
        try:
            fresh.replace(file)
        finally:
            fresh.unlink(missing_ok=True)
    try:
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):
            if json.loads(file.read_text(encoding="utf-8")) == content:
                file.unlink()
