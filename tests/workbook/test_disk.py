"""Disks that are full, read-only or cannot replace a file: one sentence, and the old file."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from permu_xl.cli.program import main
from tests.workbook.districts import filled, spread_firms

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")

COMMAND = [sys.executable, "-m", "permu_xl.cli.program", "run", "--in-place"]
DISK_BYTES = 1 << 20


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, int]:
    """A workbook, and how many bytes it has after a run."""
    folder = tmp_path_factory.mktemp("district")
    path = filled(folder / "a.xlsx", spread_firms(12), spread_firms(12))
    assert main(["run", str(path), "-o", str(folder / "b.xlsx")]) == 0
    return path.read_bytes(), (folder / "b.xlsx").stat().st_size


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", f"size={DISK_BYTES}", "permu-xl-test", folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def mount(*arguments: str | Path) -> None:
    """Mount something, where only root may: skipped elsewhere, but not in CI."""
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True)
    if done.returncode:
        reason = f"NOT TESTED, no mount without root: {done.stderr.strip()}"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)


def leave_free(disk: Path, size: int) -> None:
    """Fill a disk up to so many bytes."""
    state = os.statvfs(disk)
    (disk / "filler").write_bytes(bytes(state.f_bavail * state.f_frsize - size))


def refused(book: Path, *command: str) -> str:
    """Check that a run changes and leaves nothing, and return the sentence that it says."""
    before, names = book.read_bytes(), set(book.parent.iterdir())
    modified = book.stat().st_mtime_ns
    done = subprocess.run([*command, *COMMAND, str(book)], capture_output=True, text=True)
    assert done.returncode == 3, done.stdout + done.stderr
    assert book.read_bytes() == before
    assert book.stat().st_mtime_ns == modified
    assert set(book.parent.iterdir()) == names
    [said] = [line for line in done.stderr.splitlines() if line.strip()]
    assert book.stem in said
    return said


# 某区.bak.xlsx is written last; a tenth of each file stands for "almost".
@pytest.mark.parametrize(
    ("files", "words"),
    [(0, "磁盘空间不足"), (0.9, "磁盘空间不足"), (1.9, "无法写备份"), (2.3, "")],
)
def test_full_disk(disk: Path, sizes: tuple[bytes, int], files: float, words: str) -> None:
    old, size = sizes
    book = disk / "某区.xlsx"
    book.write_bytes(old)
    leave_free(disk, int(min(files, 1) * size + max(files - 1, 0) * len(old)) // 4096 * 4096)
    if words:
        assert words in refused(book)
    else:
        assert main([*COMMAND[3:], str(book)]) == 0
        assert (disk / "某区.bak.xlsx").read_bytes() == old


def test_file_beyond_the_allowed_size(tmp_path: Path, sizes: tuple[bytes, int]) -> None:
    # The same for who cannot mount: the system lets no file grow any further.
    old, size = sizes
    book = tmp_path / "某区.xlsx"
    book.write_bytes(old)
    limited = shutil.which("prlimit")
    if limited is None:
        pytest.skip("no prlimit")
    said = refused(book, limited, f"--fsize={size // 2}")
    assert "磁盘空间不足或超过限额" in said
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_disk_mounted_read_only(disk: Path, sizes: tuple[bytes, int]) -> None:
    book = disk / "某区.xlsx"
    book.write_bytes(sizes[0])
    mount("-o", "remount,ro", disk)
    assert "只读" in refused(book)


def test_folder_without_rights(tmp_path: Path, sizes: tuple[bytes, int]) -> None:
    folder = tmp_path / "只读"
    folder.mkdir()
    book = folder / "某区.xlsx"
    book.write_bytes(sizes[0])
    folder.chmod(0o555)
    # root may write everywhere unless it gives that right up.
    command = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    try:
        said = refused(book, *command)
    finally:
        folder.chmod(0o755)
    assert "所在的文件夹是只读的" in said


def test_file_without_rights(tmp_path: Path, sizes: tuple[bytes, int]) -> None:
    book = tmp_path / "某区.xlsx"
    book.write_bytes(sizes[0])
    book.chmod(0o444)
    command = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    assert "只读文件" in refused(book, *command)


def test_disk_that_cannot_replace_a_file(tmp_path: Path, sizes: tuple[bytes, int]) -> None:
    # A file that is a mount of its own cannot be replaced, as on some network disks.
    book = tmp_path / "某区.xlsx"
    book.write_bytes(sizes[0])
    mount("--bind", book, book)
    try:
        done = subprocess.run([*COMMAND, str(book)], capture_output=True, text=True)
        assert done.returncode == 3
        assert "不支持整体替换" in done.stderr
        assert book.read_bytes() == sizes[0]
        assert {each.name for each in tmp_path.iterdir()} == {"某区.xlsx", "某区.bak.xlsx"}
    finally:
        subprocess.run(["umount", book], check=True)
