"""ONLYOFFICE's real engine, one process for many workbooks.

with OnlyOffice("10.0") as engine:
    fresh, changed, restored = engine.read(path, [{}, {"cell": ..., "value": ...}, ...])
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.engines import installed

WORKER = Path(__file__).with_name("onlyoffice_worker.py")
CALL_SECONDS = 120.0

_SCRIPT = """(function () {
  var asked = %s, found = [];
  function read() {
    var values = [];
    asked.cells.forEach(function (at) {
      values.push(String(Api.GetSheet(at[0]).GetRange(at[1]).GetValue()).toUpperCase());
    });
    found.push(values);
  }
  read();
  asked.changes.forEach(function (change) {
    var cell = Api.GetSheet(change.sheet).GetRange(change.cell), before = cell.GetValue2();
    cell.SetValue(change.value);
    read();
    cell.SetValue(before);
    read();
  });
  return JSON.stringify(found);
})()"""


class OnlyOfficeError(Exception):
    """The engine cannot do what was asked."""


@dataclass(frozen=True)
class Change:
    """A cell changed by hand, as through the program's own interface."""

    sheet: str
    cell: str
    value: str | float


class OnlyOffice:
    """The engine of one version; a context manager."""

    def __init__(self, version: str) -> None:
        self.version = version
        folder = installed.onlyoffice(version)
        self._folder = tempfile.TemporaryDirectory(prefix="permu-xl-onlyoffice-")
        self._process = subprocess.Popen(
            [sys.executable, str(WORKER), str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TMPDIR": self._folder.name},
        )  # fmt: skip
        self._answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def read(
        self,
        path: Path,
        cells: Sequence[tuple[str, str]],
        changes: Sequence[Change] = (),
        *,
        save: Path | None = None,
    ) -> list[list[str]]:
        """Open a workbook and return the texts of some cells (sheet, address).

        First as they are when it is opened, then for each change after it and after it was put
        back.  ``save`` keeps the workbook as the engine writes it, before any change.
        """
        asked = {"cells": list(cells), "changes": [asdict(change) for change in changes]}
        found: list[list[str]] = self._call(path, _SCRIPT % json.dumps(asked), save=save)
        return found

    def pdf(self, path: Path, target: Path) -> None:
        """Print a workbook, calculated."""
        self._call(path, "'[]'", pdf=target)

    def _call(
        self, path: Path, script: str, *, save: Path | None = None, pdf: Path | None = None
    ) -> Any:
        assert self._process.stdin is not None
        call = {
            "open": str(path.resolve()),
            "save": str(save or Path(self._folder.name) / "saved.xlsx"),
            "script": script,
            "print": None if pdf is None else str(pdf),
        }
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        try:
            line = self._answers.get(timeout=CALL_SECONDS)
        except queue.Empty:
            self._process.kill()
            raise OnlyOfficeError(f"no answer within {CALL_SECONDS:.0f} s about {path}") from None
        if not line:
            raise OnlyOfficeError(f"the engine ended over {path}")
        answer = json.loads(line)
        if "error" in answer:
            raise OnlyOfficeError(f"{answer['error']}: {path}")
        return answer["result"]
