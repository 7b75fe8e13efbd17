"""Files that a step works on: chosen in folders, or handed over by the browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from permu_xl.errors import PermuError, UsageError
from permu_xl.intake.sources import ENDINGS
from permu_xl.tasks import BOOKS, YEAR_STEPS, failed, kind, meant
from permu_xl.xlsx.files import make_folder, replace_content, same_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from werkzeug.datastructures import FileStorage

    from permu_xl.hosts.desk.opened.session import Session
    from permu_xl.hosts.desk.opened.workspace import Workspace

__all__ = [
    "ENDINGS_FOR",
    "PURPOSES",
    "choose",
    "drop",
    "kept_in",
    "open_files",
    "serving",
    "take_in",
]

PURPOSES: Mapping[str, str] = {
    "tables": "import",
    "last_year": "import",
    "returned": "register",
    "earlier": "compare",
    "districts": "city",
    "city": "apply",
}
"""What files are chosen for, and the step that it is for."""

ENDINGS_FOR: Mapping[str, tuple[str, ...]] = {
    "tables": tuple(ENDINGS),
    "last_year": tuple(ENDINGS),
    "returned": (".docx", ".docm"),
    "earlier": BOOKS,
    "districts": BOOKS,
    "city": BOOKS,
}
_KEPT_IN: Mapping[str, str] = {"tables": "部门表", "returned": "退回的确认单"}
"""Folders for what the browser hands over, by what it is for; called after the workbook."""
KINDS: Mapping[str, str] = {"earlier": "book", "districts": "book", "city": "city"}
"""What a workbook must be to serve; of the others only the ending is looked at."""
_MOST_OPENED = 200
"""So many files of a folder are opened to see what they are."""
_MADE = re.compile(rf".+-(?:{'|'.join(step.made for step in YEAR_STEPS if step.made)})\d*")
_ONE = ("earlier", "city")
"""What there is only one file for."""
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_LONGEST = 100


def open_files(workspace: Workspace, files: Iterable[Path]) -> Session | None:
    """Open the workbooks among files and choose the others for their steps, by content.

    Departments' tables are for the import into the first workbook, or into the next that is opened;
    several districts are for the city's collection, the city's workbook for writing back.  A folder
    stands for the tables in it.
    Returns the first workbook; what is wrong with a file is told on the first page.
    """
    opened: list[Session] = []
    others: dict[str, list[Path]] = {"table": [], "city": []}
    for path in _within(files):
        found = kind(path, "book") if path.is_file() else "book"
        if found in others:
            others[found].append(path)
            continue
        try:
            session = workspace.open(path)
        except PermuError as error:
            workspace.notes.append(failed(error))
            continue
        opened.append(session)
        # While the browser starts; what is wrong is told on the page.
        session.begin_reading(0)
    tables, cities = others["table"], others["city"]
    if not opened:
        _keep_for_later(workspace, tables, cities)
        return None
    choose(opened[0], "tables", tables)
    choose(opened[0], "city", cities)
    if len(opened) > 1:
        choose(opened[0], "districts", [session.path for session in opened])
    return opened[0]


def _within(files: Iterable[Path]) -> Iterator[Path]:
    """Yield the files, and instead of a folder what is in it."""
    for path in files:
        if path.is_dir():
            yield from meant(sorted(path.iterdir()), ENDINGS)
        else:
            yield path


def _keep_for_later(workspace: Workspace, tables: list[Path], cities: list[Path]) -> None:
    """Say what files are for that no workbook came with."""
    for path in cities:
        workspace.notes.append(
            f"{path.name} 是全市工作簿；请打开一个区的工作簿，在“写回”这一步里选它。"
        )
    if tables:
        workspace.tables += tables
        workspace.places.append(tables[0].parent)
        names = "、".join(path.name for path in tables)
        workspace.notes.append(
            f"{names} 是部门的表：请打开或新建评价工作簿，它们在“导入”这一步里已经选好。"
        )


def serving(purpose: str, files: Sequence[Path]) -> tuple[Path, ...]:
    """Return those of a folder's files that may serve a purpose, by what is in them.

    What the steps of a year have made of a workbook is left out; a file that cannot be read is not:
    whoever reads it says what is wrong.
    """
    wanted = KINDS.get(purpose)
    if wanted is None:
        return tuple(files)
    own = [path for path in files if not _MADE.fullmatch(path.stem)]
    return (
        *(path for path in own[:_MOST_OPENED] if _is(wanted, path)),
        *own[_MOST_OPENED:],
    )


def _is(wanted: str, path: Path) -> bool:
    try:
        return kind(path, wanted) == wanted
    except PermuError:
        return True


def choose(session: Session, purpose: str, files: Iterable[Path]) -> None:
    """Add files to those that are chosen for something.

    Last year's evaluated workbook among departments' tables goes where it belongs; any other
    workbook of ours there raises UsageError.
    """
    for path in files:
        target = purpose
        if purpose == "tables" and kind(path) != "table":
            if same_file(path, session.path):
                raise UsageError(f"{path.name} 就是打开的这一份，不能再作为部门的表导入。")
            if kind(path) == "city":
                raise UsageError(f"{path.name} 是全市工作簿，不是部门的表。")
            target = "last_year"
        known = session.chosen.setdefault(target, [])
        if target in _ONE:
            known.clear()
        if not any(same_file(each, path) for each in known):
            known.append(path)


def drop(session: Session, purpose: str, path: Path) -> None:
    """Take a file from those that are chosen; the file itself stays."""
    known = session.chosen.get(purpose, [])
    known[:] = [each for each in known if each != path]


def kept_in(session: Session, purpose: str) -> Path | None:
    """Return where files for something are kept that the browser hands over; None for nowhere."""
    what = _KEPT_IN.get(purpose)
    return None if what is None else session.path.with_name(f"{session.path.stem}-{what}")


def take_in(session: Session, purpose: str, files: Iterable[FileStorage]) -> list[Path]:
    """Keep files that the browser hands over beside the workbook, and return where.

    A file of the same name with another content is never replaced.  Raises UsageError for endings
    that cannot be read.
    """
    folder, endings = kept_in(session, purpose), tuple(ENDINGS_FOR[purpose])
    if folder is None:
        raise UsageError("这一步要的是文件夹里的工作簿，请从文件夹里选。")
    kept = []
    for each in files:
        name = _UNFIT.sub("", (each.filename or "").replace("\\", "/").rpartition("/")[2])
        name = name.strip(". ")[-_LONGEST:]
        if not name:
            continue
        if not name.lower().endswith(endings):
            raise UsageError(f"{name} 不是这里能读的文件（{'、'.join(endings)}）。")
        make_folder(folder)
        kept.append(_kept(folder / name, each.read()))
    return kept


def _kept(path: Path, content: bytes) -> Path:
    number, target = 1, path
    while target.exists():
        if target.read_bytes() == content:
            return target
        number += 1
        target = path.with_name(f"{path.stem}（{number}）{path.suffix}")
    replace_content(target, content)
    return target
