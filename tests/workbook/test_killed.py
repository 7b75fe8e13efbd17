"""Runs that are killed: at any moment the workbook is the old one or the new one, whole."""

from __future__ import annotations

import json
import os
import queue
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from permu_xl.xlsx.files.names import backup_path
from tests.workbook.districts import filled, spread_firms

MOMENTS = 24
"""Between the steps of saving, each of which is tried, nothing on the disk changes."""
REALLY_KILLED = 8
"""Of so many steps of saving one run is really killed, which takes a run each."""
WORKERS = min(4, os.cpu_count() or 1)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


class Runs:
    """Processes that start runs and kill them, one for each worker."""

    def __init__(self, stack: ExitStack, book: Path) -> None:
        self._free: queue.Queue[subprocess.Popen[str]] = queue.Queue()
        command = [sys.executable, "-m", "tests.workbook.run_server", "check", str(book)]
        # Threads of a library would not survive the fork.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        for _ in range(WORKERS):
            server = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
            )
            stack.callback(self._end, server)
            self._free.put(server)

    @staticmethod
    def _end(server: subprocess.Popen[str]) -> None:
        server.kill()
        server.communicate()

    def ask(self, book: Path, **request: Any) -> dict[str, Any]:
        """Run in place and return exit status and seconds; see ``run_server.serve``."""
        request |= {"command": ["run", "--in-place", str(book)]}
        server = self._free.get()
        try:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(json.dumps(request) + "\n")
            server.stdin.flush()
            answer: dict[str, Any] = json.loads(server.stdout.readline())
            return answer
        finally:
            self._free.put(server)


class Trial:
    """A workbook in a folder of its own, and what it may be after a run."""

    def __init__(self, folder: Path, runs: Runs, old: bytes, new: bytes) -> None:
        self.book = folder / "某区.xlsx"
        self.runs, self.old, self.new = runs, old, new
        if not folder.exists():
            folder.mkdir()
            self.book.write_bytes(old)

    def killed(self, **moment: Any) -> str:
        """Kill a run and return which workbook is left, "old" or "new"."""
        self.status = self.runs.ask(self.book, **moment)["status"]
        assert self.status in (0, -signal.SIGKILL)
        return self.state()

    def run(self) -> float:
        """Run to the end and return how many seconds that took."""
        answer = self.runs.ask(self.book)
        assert answer["status"] == 0
        seconds: float = answer["seconds"]
        return seconds

    def state(self) -> str:
        """Check that the workbook and its backup are whole; return which one the workbook is."""
        content = self.book.read_bytes()
        assert content in (self.old, self.new), "half a workbook"
        backup = backup_path(self.book)
        kept = backup.exists()
        assert not kept or backup.read_bytes() == self.old, "half a backup"
        assert kept or content == self.old, "replaced without a backup"
        for name in self.names() - {self.book.name, backup.name}:
            assert name.startswith(".permu-")
            assert name.endswith((".tmp", ".lock"))
        return "old" if content == self.old else "new"

    def names(self) -> set[str]:
        return {each.name for each in self.book.parent.iterdir()}

    def kinds(self) -> list[str]:
        """Return the names without what is drawn at random, and whether there is anything."""
        return sorted(
            f"{re.sub('-[^-]*[.]tmp$', '.tmp', each.name)} {each.stat().st_size > 0}"
            for each in self.book.parent.iterdir()
        )

    def clear_up(self) -> None:
        """Check that the next run removes what the killed one left."""
        self.run()
        assert self.names() == {"某区.xlsx", "某区.bak.xlsx"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Runs, bytes, bytes]]:
    """The processes, and the workbook before and after a run."""
    folder = tmp_path_factory.mktemp("whole")
    source = filled(folder / "source.xlsx", spread_firms(12), spread_firms(12))
    with ExitStack() as stack:
        started = Runs(stack, source)
        trial = Trial(folder / "run", started, source.read_bytes(), b"")
        trial.run()
        new = trial.book.read_bytes()
        assert new != trial.old
        assert backup_path(trial.book).read_bytes() == trial.old
        yield started, trial.old, new


def test_killed_at_random_moments(tmp_path: Path, runs: tuple[Runs, bytes, bytes]) -> None:
    def timed(number: int) -> float:
        trial = Trial(tmp_path / f"timed{number}", *runs)
        return trial.run()

    def killed(number: int, seconds: float) -> tuple[str, Trial]:
        trial = Trial(tmp_path / f"killed{number}", *runs)
        return trial.killed(seconds=seconds), trial

    draw = random.Random(27)
    with ThreadPoolExecutor(WORKERS) as workers:
        # Timed side by side, as they are killed; some moments come after the end.
        times = sorted(workers.map(timed, range(4 * WORKERS)))
        whole = 1.25 * times[3 * len(times) // 4]
        # One moment in each of the equal parts of a run, in any order.
        moments = [(k + draw.random()) / MOMENTS * whole for k in range(MOMENTS)]
        draw.shuffle(moments)
        found = list(workers.map(killed, range(MOMENTS), moments))
    # On a busy machine the moments may all have come too early: later ones must see the new file.
    while "new" not in Counter(state for state, _ in found):
        whole *= 2
        found.append(killed(len(found), whole))
        assert whole < 60, "no run has come to its end"
    assert "old" in Counter(state for state, _ in found)
    left = [trial for _, trial in found if len(trial.names() - {"某区.xlsx", "某区.bak.xlsx"}) > 0]
    assert left
    for trial in left[:5]:
        trial.clear_up()


def test_killed_at_every_step_of_saving(tmp_path: Path, runs: tuple[Runs, bytes, bytes]) -> None:
    """What a kill leaves is what is on the disk at that step; some steps show that it is."""
    whole, copies = Trial(tmp_path / "whole", *runs), tmp_path / "copies"
    request = {"copy": [str(whole.book.parent), str(copies)]}
    assert whole.runs.ask(whole.book, **request)["status"] == 0
    steps = range(1, len(list(copies.iterdir())) + 1)
    assert len(steps) > 50
    found = {step: Trial(copies / str(step), *runs) for step in steps}
    states = [trial.state() for trial in found.values()]
    assert states == sorted(states, reverse=True), "once it is the new one, it stays that"
    assert set(states) == {"old", "new"}

    def really_killed(step: int) -> None:
        trial = Trial(tmp_path / f"step{step}", *runs)
        assert trial.killed(step=step) == found[step].state()
        assert trial.status == -signal.SIGKILL
        assert trial.kinds() == found[step].kinds(), step

    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(really_killed, steps[::REALLY_KILLED]))
    left = [t for t in found.values() if any(name.endswith(".tmp") for name in t.names())]
    assert left
    for trial in left[:: max(1, len(left) // 5)]:
        trial.clear_up()
