"""Who else is at the workbook: other runs of ours, Excel, WPS, LibreOffice."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from permu_xl.cli.program import main
from permu_xl.errors import FileAccessError
from permu_xl.xlsx.files import locks
from permu_xl.xlsx.files.atomic import clear_scratch
from permu_xl.xlsx.files.locks import claimed
from permu_xl.xlsx.files.names import backup_path, scratch_path
from tests.workbook.districts import filled, spread_firms

COMMAND = [sys.executable, "-m", "permu_xl.cli.program", "run"]
HOLDER = """
import sys
from pathlib import Path
from permu_xl.xlsx.files import claimed
with claimed(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
HERE = socket.gethostname()


def owner_file(name: str) -> bytes:
    """Return what Excel writes into its mark: the name in one byte a letter, then in two."""
    narrow = name.encode("gbk")
    head = bytes([len(narrow)]) + narrow.ljust(54, b" ")
    return (
        head
        + len(name).to_bytes(2, "little")
        + name.encode("utf-16-le")
        + bytes(108 - 2 * len(name))
    )


LIBREOFFICE = ".~lock.某区.xlsx#"
OF_OTHERS = f",zhang\\, san,PC-7,23.11.2026 16:05,file:///home/zhang/.config/libreoffice/4;{HERE}"
OF_HERE = f",zhang,{HERE},23.11.2026 16:05,file:///home/zhang/.config/libreoffice/4;"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("district") / "a.xlsx"
    return filled(path, spread_firms(12), spread_firms(12)).read_bytes()


@pytest.fixture
def book(tmp_path: Path, district: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    processes = tmp_path / "proc"
    processes.mkdir()
    monkeypatch.setattr(locks, "_PROCESSES", processes)
    folder = tmp_path / "district"
    folder.mkdir()
    path = folder / "某区.xlsx"
    path.write_bytes(district)
    return path


def office_runs(tmp_path: Path) -> None:
    """Let a LibreOffice be among the running programs."""
    for number, name in ((7, "bash"), (4242, "soffice.bin")):
        (tmp_path / "proc" / str(number)).mkdir()
        (tmp_path / "proc" / str(number) / "comm").write_text(f"{name}\n")


class TestOpenElsewhere:
    @pytest.mark.parametrize(
        ("mark", "content", "words"),
        [
            (LIBREOFFICE, OF_OTHERS.encode(), "LibreOffice 中打开（zhang, san在电脑 PC-7 上，23"),
            (LIBREOFFICE, b"", "LibreOffice 中打开，"),
            (LIBREOFFICE, b"\xff" * 5000, "LibreOffice 中打开，"),
            ("~$某区.xlsx", owner_file("王五"), "Excel 或 WPS 中打开（王五）"),
            ("~$某区.xlsx", b"", "Excel 或 WPS 中打开，"),
            (".~某区.xlsx", b"", "WPS 中打开，"),
        ],
    )
    def test_one_sentence_and_the_old_file(
        self,
        book: Path,
        capsys: pytest.CaptureFixture[str],
        mark: str,
        content: bytes,
        words: str,
    ) -> None:
        (book.parent / mark).write_bytes(content)
        before = book.read_bytes()
        assert main(["run", str(book), "--in-place"]) == 3
        [said] = [line for line in capsys.readouterr().err.splitlines() if "区.xlsx" in line]
        assert words in said
        assert str(book) in said
        assert "--ignore-lock" in said
        assert f"“{mark}”" in said
        assert book.read_bytes() == before
        assert {each.name for each in book.parent.iterdir()} == {book.name, mark}
        assert main(["run", str(book), "--in-place", "--ignore-lock"]) == 0
        assert book.read_bytes() != before
        assert (book.parent / mark).read_bytes() == content

    def test_only_the_file_that_is_written_counts(self, book: Path) -> None:
        (book.parent / LIBREOFFICE).write_text(OF_OTHERS)
        assert main(["run", str(book)]) == 0
        (book.parent / ".~lock.某区-结果.xlsx#").write_text(OF_OTHERS)
        assert main(["run", str(book)]) == 3

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells")
    def test_mark_of_a_crash_on_this_computer(self, book: Path, tmp_path: Path) -> None:
        (book.parent / LIBREOFFICE).write_text(OF_HERE)
        with claimed(book):
            pass
        office_runs(tmp_path)
        with pytest.raises(FileAccessError, match=f"zhang在电脑 {HERE} 上"), claimed(book):
            pass

    def test_on_windows_the_file_itself_tells(
        self, book: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (book.parent / "~$某区.xlsx").write_bytes(owner_file("王五"))
        kept = Path.open

        def sharing_violation(self: Path, mode: str = "r", *rest: object) -> object:
            if self == book and mode == "r+b":
                raise PermissionError(13, "used by another process")
            return kept(self, mode, *rest)  # type: ignore[call-overload]

        monkeypatch.setattr(locks, "_ON_WINDOWS", True)
        with claimed(book):
            pass
        monkeypatch.setattr(Path, "open", sharing_violation)
        with pytest.raises(FileAccessError, match="王五"), claimed(book):
            pass


class TestTwoRuns:
    def hold(self, book: Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(book)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    @pytest.mark.parametrize("end", ["kill", "close"])
    def test_second_is_refused_until_the_first_ends(
        self, book: Path, capsys: pytest.CaptureFixture[str], end: str
    ) -> None:
        before = book.read_bytes()
        first = self.hold(book)
        assert main(["run", str(book), "--in-place"]) == 3
        assert f"另一个 permu-xl 正在处理“{book}”" in capsys.readouterr().err
        assert book.read_bytes() == before
        assert not backup_path(book).exists()
        # To another file it is none of the first one's business.
        assert main(["run", str(book), "-o", str(book.with_name("别的.xlsx"))]) == 0
        if end == "kill":
            first.kill()
        first.communicate()
        left = {each.name for each in book.parent.iterdir()} - {book.name, "别的.xlsx"}
        assert bool(left) is (end == "kill")
        assert main(["run", str(book), "--in-place"]) == 0
        names = {each.name for each in book.parent.iterdir()}
        assert names == {"某区.xlsx", "某区.bak.xlsx", "别的.xlsx"}

    def test_many_at_once(self, book: Path, tmp_path: Path) -> None:
        before = book.read_bytes()
        alone = tmp_path / "alone.xlsx"
        alone.write_bytes(before)
        assert main(["run", str(alone), "--in-place", "--no-backup"]) == 0
        runs = [
            subprocess.Popen(
                [*COMMAND, str(book), "--in-place"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(6)
        ]
        said = [run.communicate()[1] for run in runs]
        states = Counter(run.returncode for run in runs)
        assert set(states) <= {0, 3}
        assert states[0] >= 1
        refused = [s for s, run in zip(said, runs, strict=True) if run.returncode == 3]
        assert all("另一个 permu-xl 正在处理" in each for each in refused)
        assert book.read_bytes() == alone.read_bytes()
        assert {e.name for e in book.parent.iterdir()} == {"某区.xlsx", "某区.bak.xlsx"}

    def test_by_another_way_to_the_same_file(self, book: Path, tmp_path: Path) -> None:
        link = tmp_path / "link.xlsx"
        link.symlink_to(book)
        with claimed(link), pytest.raises(FileAccessError, match="另一个"), claimed(book):
            pass

    def test_lock_that_someone_else_left(self, book: Path) -> None:
        left = scratch_path(book, ".lock")
        left.write_bytes(b"")
        with claimed(book):
            assert left.exists()
        assert not left.exists()

    def test_disk_without_locks(self, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fcntl = pytest.importorskip("fcntl")
        scratch = scratch_path(book, "-0.tmp")
        scratch.touch()

        def unknown(*_: object) -> None:
            raise OSError(95, "not supported")

        monkeypatch.setattr(fcntl, "flock", unknown)
        with claimed(book):
            pass
        assert scratch.exists(), "it may belong to a run that cannot be seen"

    def test_lock_removed_between_opening_and_locking(
        self, book: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fcntl = pytest.importorskip("fcntl")
        kept, calls = fcntl.flock, []

        def removed_once(handle: int, how: int) -> None:
            if not calls:
                scratch_path(book, ".lock").unlink()
            calls.append(how)
            kept(handle, how)

        monkeypatch.setattr(fcntl, "flock", removed_once)
        with claimed(book):
            assert len(calls) == 2
            assert scratch_path(book, ".lock").exists()
            with pytest.raises(FileAccessError, match="另一个"), claimed(book):
                pass


def test_only_own_scratch_is_cleared(tmp_path: Path) -> None:
    book = tmp_path / "某区.xlsx"
    mine = scratch_path(book, "-0123.tmp")
    others = [scratch_path(tmp_path / "别区.xlsx", "-0123.tmp"), tmp_path / "某区.tmp"]
    for path in (mine, *others):
        path.touch()
    clear_scratch(book)
    assert sorted(tmp_path.iterdir()) == sorted(others)


def test_workbook_changed_while_it_was_read(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from permu_xl.workbook import district

    kept = district.open_workbook

    def read(path: Path) -> object:
        found = kept(path)
        os.utime(path, ns=(0, 0))
        return found

    monkeypatch.setattr(district, "open_workbook", read)
    assert main(["run", str(book)]) == 3
    assert "在处理期间被别人改动过" in capsys.readouterr().err
    assert [each.name for each in book.parent.iterdir()] == [book.name]
