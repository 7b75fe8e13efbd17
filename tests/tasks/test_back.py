"""Taking back what was written last."""

from __future__ import annotations

from pathlib import Path

import pytest

from permu_xl.errors import FileAccessError, UsageError
from permu_xl.tasks.back import take_back
from permu_xl.xlsx.files import backup_path


def test_it_changes_places_with_the_backup(tmp_path: Path) -> None:
    path = tmp_path / "某区.xlsx"
    path.write_bytes(b"new")
    backup_path(path).write_bytes(b"old")
    assert "再撤回一次就换回来" in take_back(path)
    assert (path.read_bytes(), backup_path(path).read_bytes()) == (b"old", b"new")
    take_back(path)
    assert (path.read_bytes(), backup_path(path).read_bytes()) == (b"new", b"old")
    assert {each.name for each in tmp_path.iterdir()} == {"某区.xlsx", "某区.bak.xlsx"}


def test_without_a_backup_it_says_so(tmp_path: Path) -> None:
    path = tmp_path / "某区.xlsx"
    path.write_bytes(b"new")
    with pytest.raises(UsageError, match="没有备份"):
        take_back(path)


def test_an_open_workbook_stays(tmp_path: Path) -> None:
    path = tmp_path / "某区.xlsx"
    path.write_bytes(b"new")
    backup_path(path).write_bytes(b"old")
    path.with_name(f"~${path.name}").write_bytes(b"")
    with pytest.raises(FileAccessError, match="请保存并关闭"):
        take_back(path)
    assert path.read_bytes() == b"new"
