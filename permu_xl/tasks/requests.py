"""What an import is asked to do, from what a person has chosen: once for all hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from permu_xl.errors import FileAccessError, UsageError
from permu_xl.tasks.file_kinds import kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from permu_xl.intake import Request

__all__ = ["among", "import_requests"]


def import_requests(
    book: Path,
    tables: tuple[Path, ...],
    last_year: tuple[Path, ...],
    roster: Sequence[Path] = (),
    prefer: Sequence[Path] = (),
    year: int | None = None,
    **others: Any,
) -> tuple[Request | None, Request]:
    """Return what is to be imported, after the import of last year's tables, if there are any.

    ``last_year`` is last year's workbook, or, in the first year, the departments' tables of last
    year: they become a workbook of their own first.  ``others`` are further fields of
    ``intake.Request``.  Raises UsageError for what does not fit together, FileAccessError for files
    that are not there.
    """
    from permu_xl.intake import Request, refuse_unfit

    if not tables and not last_year:
        raise UsageError("没有写要导入的表格；至少写一张部门的表，或 --last-year")
    for path in (*tables, *last_year):
        if not path.is_file():
            raise FileAccessError(f"找不到文件 {path}，请核对文件名和文件夹。")
    refuse_unfit(book, tables)
    refuse_unfit(book, last_year)
    first = None
    if last_year and (len(last_year) > 1 or kind(last_year[0], "book") == "table"):
        first = _first_year(book, last_year, year, others)
    last = first.book if first is not None else last_year[0] if last_year else None
    request = Request(
        book=book,
        tables=tables,
        last_year=last,
        roster=among(roster, tables, "--roster"),
        prefer=among(prefer, tables, "--prefer"),
        year=year,
        **others,
    )
    return first, request


def _first_year(
    book: Path, tables: tuple[Path, ...], year: int | None, others: Mapping[str, Any]
) -> Request:
    """Return how the departments' tables of last year become a workbook of last year.

    In the first year there is none yet; it stays beside the other one, so that what is wrong in
    those tables can be put right there.
    """
    from permu_xl.intake import Request
    from permu_xl.workbook.reading import read_book

    books = [path.name for path in tables if kind(path) != "table"]
    if books:
        raise UsageError(
            f"--last-year 写了几个文件，其中 {books[0]} 是评价工作簿；"
            "写一份上年的工作簿，或者只写上年的部门的表"
        )
    if book.exists():
        year = read_book(book).parameters.year
    elif year is None:
        raise UsageError(f"{book} 还没有，新建时请用 --year 写明评价年度")
    made = book.with_name(f"{book.stem}-上年数据{year - 1}.xlsx")
    if made.exists():
        raise UsageError(
            f"{made} 已经有了，没有重新导入上年的部门的表；请改用 --last-year {made}，"
            "要重新导入就先把它移走"
        )
    return Request(book=made, tables=tables, year=year - 1, **others)


def among(named: Sequence[Path], tables: Sequence[Path], option: str) -> tuple[Path, ...]:
    """Return those of the tables that an option names, by path or by file name."""
    from pathlib import Path

    from permu_xl.xlsx.files import same_file

    found = []
    for each in named:
        fitting = [t for t in tables if each in (t, Path(t.name)) or same_file(each, t)]
        if not fitting:
            raise UsageError(f"{option} 写的 {each} 不在要导入的表里")
        found.append(fitting[0])
    return tuple(found)
