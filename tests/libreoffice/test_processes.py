"""Running LibreOffice's programs: what they are given, and that nothing of them stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from permu_xl.libreoffice import processes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")

# As soffice is: a script that starts the office proper and waits for it.
ENDLESS = """#!/bin/sh
echo x > "$TMPDIR/lu1.tmp"
sh -c 'trap "echo asked > {said}; exit" TERM; echo $$ > {pid}; while :; do sleep 0.1; done' &
wait
"""
DEAF = """#!/bin/sh
trap "" TERM
echo $$ > {pid}
while :; do sleep 0.1; done
"""


def script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # ended, only not yet collected by whoever has inherited it


def test_what_it_says_and_where_it_may_write(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    told = "import json, os, tempfile; print(json.dumps([tempfile.mkdtemp(), dict(os.environ)]))"
    done = processes.run([sys.executable, "-c", told], 60)
    folder, environment = json.loads(done.stdout)
    assert done.returncode == 0
    assert Path(folder).parent.parent == temporary
    assert list(temporary.iterdir()) == []
    assert "PYTHONPATH" not in environment
    assert environment["PATH"].startswith("/usr/bin:/bin:")
    failed = processes.run([script(tmp_path / "p", "#!/bin/sh\necho 坏了 >&2\nexit 7\n")], 60)
    assert (failed.returncode, failed.stdout, failed.stderr) == (7, "", "坏了\n")
    with pytest.raises(FileNotFoundError):
        processes.run([tmp_path / "absent"], 60)


def test_all_that_it_started_ends_with_it(tmp_path: Path, temporary: Path) -> None:
    pid, said = tmp_path / "pid", tmp_path / "said"
    endless = script(tmp_path / "soffice", ENDLESS.format(pid=pid, said=said))
    with pytest.raises(subprocess.TimeoutExpired):
        processes.run([endless], 2)
    assert not is_running(int(pid.read_text()))
    # Asked to end, LibreOffice removes its socket, which lies elsewhere.
    assert said.read_text() == "asked\n"
    assert list(temporary.iterdir()) == []


def test_what_does_not_listen_is_killed(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_END_SECONDS", 0.5)
    pid = tmp_path / "pid"
    with pytest.raises(subprocess.TimeoutExpired):
        processes.run([script(tmp_path / "soffice", DEAF.format(pid=pid))], 1)
    deadline = time.monotonic() + 10
    while is_running(int(pid.read_text())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(int(pid.read_text()))
    assert os.listdir(temporary) == []
