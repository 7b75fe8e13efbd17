"""Commands run in processes of their own, with their time and peak memory."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.places import ROOT

ADDRESS_MB = 6144
"""Enough for every input that is accepted; what wants more dies and is seen."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command.

    ``status`` is None where it did not end in time, negative where it was killed, ``touched`` are
    the files and addresses that Python code opened or changed.
    """

    status: int | None
    out: str
    err: str
    seconds: float
    peak_mb: float
    touched: list[str]


class Commands:
    """Runs ``permu-xl`` commands; a context manager."""

    def __enter__(self) -> Self:
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._worker.stdin is not None
        assert self._worker.stdout is not None
        self._worker.stdin.close()
        self._worker.wait(30)
        self._worker.stdout.close()

    def run(
        self, *arguments: str | Path, seconds: float = 60, address_mb: int = ADDRESS_MB
    ) -> Done:
        """Run one command."""
        assert self._worker.stdin is not None
        assert self._worker.stdout is not None
        order = {
            "arguments": [str(each) for each in arguments],
            "seconds": seconds,
            "address_mb": address_mb,
        }
        self._worker.stdin.write(json.dumps(order) + "\n")
        self._worker.stdin.flush()
        return Done(**json.loads(self._worker.stdout.readline()))
