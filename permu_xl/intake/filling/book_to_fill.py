"""The workbook that an import fills: the user's own, or a new one by scheme and year."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.errors import BookError, UsageError
from permu_xl.schemes import DEFAULT, available, load, load_file
from permu_xl.workbook import layout
from permu_xl.workbook.look import save_workbook
from permu_xl.workbook.reading import UNUSABLE_SCHEME, Book, OpenedWorkbook, open_workbook
from permu_xl.workbook.template import build_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine.model import Scheme
    from permu_xl.intake.request import Request

__all__ = ["existing_book", "new_book", "refuse_unusable", "scheme_of", "year_of"]

_ROWS = 500
"""For so many firms a new workbook has room at least."""


@contextmanager
def existing_book(request: Request) -> Iterator[OpenedWorkbook]:
    """Yield the user's workbook."""
    for given, name in (
        (request.year, "--year"), (request.scheme, "--scheme"), (request.district, "--district")
    ):  # fmt: skip
        if given is not None:
            raise UsageError(f"{request.book} 已经存在，{name} 以它的“参数”表为准，不用再写")
    yield open_workbook(request.book)


@contextmanager
def new_book(
    request: Request, last: Book | None, scheme: Scheme, year: int, firms: int
) -> Iterator[OpenedWorkbook]:
    """Yield a new template for some firms, in a folder of its own that is gone afterwards."""
    wanted = request.scheme or ""
    own = Path(wanted) if wanted.lower().endswith(".toml") else None
    workbook = build_template(
        scheme,
        rows=max(_ROWS, min(firms, layout.LAST_ROW - layout.FIRST_ROW)),
        district=request.district or (last.parameters.district if last is not None else ""),
        year=year,
        scheme_name="" if own is None else own.name,
    )
    with tempfile.TemporaryDirectory(prefix="permu-xl-") as folder:
        # Empty but for the template: no firm's data is ever in it.
        blank = Path(folder) / request.book.name
        save_workbook(workbook, blank)
        if own is not None:
            (Path(folder) / own.name).write_bytes(own.read_bytes())
        yield open_workbook(blank)


def year_of(request: Request, last: Book | None) -> int:
    """Return the year of a new workbook: the one asked for, or that after last year's workbook."""
    if request.year is not None:
        return request.year
    if last is None:
        raise UsageError(f"{request.book} 还没有，新建时请用 --year 写明评价年度")
    return last.parameters.year + 1


def scheme_of(request: Request, last: Book | None) -> Scheme:
    """Return the scheme of a new workbook; raise UsageError where it has to be said."""
    wanted = request.scheme
    if wanted is None:
        if last is None:
            return load(DEFAULT)
        named = last.parameters.interpreted.get(last.parameters.cells.get("scheme", ""), "")
        if str(named).lower().endswith(".toml") or last.scheme.id not in available():
            raise UsageError(
                f"{last.path.name} 用的是自己的方案文件，新建工作簿请用 --scheme 写明用哪个方案"
            )
        return load(last.scheme.id)
    return load_file(Path(wanted)) if wanted.lower().endswith(".toml") else load(wanted)


def refuse_unusable(book: Book) -> None:
    """Raise BookError for a workbook whose scheme cannot be used."""
    for finding in book.findings:
        if finding.code == UNUSABLE_SCHEME:
            raise BookError(f"{book.path.name} 的“参数”：{finding.problem}；{finding.remedy}。")
