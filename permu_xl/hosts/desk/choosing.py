"""Files that a step works on: chosen in folders, or handed over by the browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from permu_xl.errors import PermuError, UsageError
from permu_xl.intake.sources import ENDINGS
from permu_xl.tasks import BOOKS, YEAR_STEPS, failed, kind
from permu_xl.xlsx.files import make_folder, replace_content, same_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from werkzeug.datastructures import FileStorage

    from permu_xl.hosts.desk.session import Session
    from permu_xl.hosts.desk.workspace import Workspace

__all__ = ["ENDINGS_FOR", "PURPOSES", "choose", "drop", "open_files", "serving", "take_in"]

PURPOSES: Mapping[str, str] = {
    "tables": "import",
    "last_year": "import",
    "earlier": "compare",
    "districts": "city",
    "city": "apply",
}
"""What files are chosen for, and the step that it is for."""

ENDINGS_FOR: Mapping[str, tuple[str, ...]] = {
    "tables": tuple(ENDINGS),
    "last_year": tuple(ENDINGS),
    "earlier": BOOKS,
    "districts": BOOKS,
    "city": BOOKS,
}
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
    """Open the workbooks among files and choose the departments' tables among them for the first.

    Returns the first workbook; what is wrong with a file is told on the first page.
    """
    first: Session | None = None
    tables = []
    for path in files:
        try:
            if path.is_file() and kind(path, "book") == "table":
                tables.append(path)
                continue
            session = workspace.open(path)
        except PermuError as error:
            workspace.notes.append(failed(error))
            continue
        first = first or session
        # While the browser starts; what is wrong is told on the page.
        session.begin_reading(0)
    if first is not None:
        choose(first, "tables", tables)
    elif tables:
        names = "、".join(path.name for path in tables)
        workspace.places += [path.parent for path in tables[:1]]
        workspace.notes.append(
            f"{names} 是部门的表：先打开或新建评价工作簿，再在“导入”这一步里选它们。"
        )
    return first


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


def take_in(session: Session, files: Iterable[FileStorage]) -> list[Path]:
    """Keep files that the browser hands over beside the workbook, and return where.

    A file of the same name with another content is never replaced.  Raises UsageError for endings
    that cannot be read.
    """
    folder = session.path.with_name(f"{session.path.stem}-部门表")
    kept = []
    for each in files:
        name = _UNFIT.sub("", (each.filename or "").replace("\\", "/").rpartition("/")[2])
        name = name.strip(". ")[-_LONGEST:]
        if not name:
            continue
        if not name.lower().endswith(tuple(ENDINGS)):
            raise UsageError(f"{name} 不是能读的表格（{'、'.join(ENDINGS)}）。")
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
