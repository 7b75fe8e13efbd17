"""``permu-xl FILE ...``: what the content of the files asks for, without a command.

Only what can be undone is done unasked: a check, an import into a workbook that is named (a copy is
kept), a city workbook where there is none yet.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from permu_xl.cli.command import argument, command
from permu_xl.cli.options import DONE, PATH, WRONG_CALL, existing_book
from permu_xl.errors import FileAccessError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["opened"]


@command("", "按文件的内容办：评价工作簿、部门的表、全市工作簿", hidden=True)
@argument("words", "文件", "文件、文件夹，或 *.xlsx 这样的写法", type=PATH, nargs=-1, required=True)
def opened(words: tuple[Path, ...]) -> int:
    """Do what the files ask for."""
    from permu_xl.cli.paths import expanded
    from permu_xl.intake.sources import ENDINGS
    from permu_xl.tasks import kind

    files = expanded(words, ENDINGS)
    kinds: dict[str, list[Path]] = {"book": [], "city": [], "table": []}
    for file in files:
        kinds[kind(existing_book(file))].append(file)
    books, cities, tables = kinds["book"], kinds["city"], kinds["table"]
    if cities:
        return _with_city(cities, books, tables)
    if tables:
        return _departments(books, tables)
    return _district(books[0]) if len(books) == 1 else _districts(books)


def _asked(question: str) -> bool:
    """Return whether the person agrees; nobody is asked where nobody can answer."""
    return _can_ask() and click.confirm(question, default=True)


def _can_ask() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _typed(*words: object) -> str:
    """Return a command as it is typed."""
    shown = (f'"{word}"' if " " in str(word) else str(word) for word in words)
    return f"permu-xl {' '.join(shown)}"


def _called(name: str, *words: object) -> int:
    """Carry out a command, shown as it is typed."""
    from permu_xl.cli.program import program

    print(f"（{_typed(name, *words)}）")
    context = click.get_current_context()
    found = program.get_command(context, name)
    assert found is not None
    with found.make_context(name, [str(word) for word in words], context.parent) as call:
        return int(found.invoke(call))


def _district(book: Path) -> int:
    """Check a workbook, and evaluate it where that is wanted."""
    status = _called("check", book)
    if status == DONE:
        if _asked("现在评价吗？"):
            return _called("run", book)
        print(f"评价请用 {_typed('run', book)}")
    return status


def _districts(books: Sequence[Path]) -> int:
    """Collect evaluated workbooks into one of the city."""
    from permu_xl.workbook.reading import read_book

    read = [read_book(book) for book in books]
    not_yet = [book.path for book in read if not (book.runs and book.runs.entries)]
    if not_yet:
        print(f"这些工作簿还没有评价，评价完才能汇总：{'、'.join(path.name for path in not_yet)}")
        for path in not_yet:
            print(f"  {_typed('run', path)}")
        return WRONG_CALL
    out = books[0].with_name(f"全市{read[0].parameters.year}.xlsx")
    if out.exists():
        print(f"{out} 已经有了；要重新汇总请用 {_typed('city', *books, '-o', out, '--force')}")
        return WRONG_CALL
    return _called("city", *books, "-o", out)


def _departments(books: Sequence[Path], tables: Sequence[Path]) -> int:
    """Import the tables of departments into the workbook among the files, or into a new one."""
    if len(books) > 1:
        print(f"部门的表要导入哪一份，请写明：{_typed('import', '-o', '工作簿', *tables)}")
        return WRONG_CALL
    into = books[0] if books else _chosen_beside(tables)
    if into is not None:
        return _called("import", "-o", into, *tables)
    if _asked(f"这{len(tables)}个文件是部门的表，导入新的工作簿吗？"):
        year = click.prompt("评价年度", type=click.IntRange(1990, 2199))
        out = tables[0].with_name(f"亩均评价{year}.xlsx")
        return _called("import", "-o", out, *tables, "--year", year)
    print(
        "这些文件是部门的表，导入新的工作簿请写："
        f"{_typed('import', '-o', '新工作簿.xlsx', *tables, '--year', '年份')}"
    )
    return WRONG_CALL


def _chosen_beside(tables: Sequence[Path]) -> Path | None:
    """Return the workbook beside the tables that the person chooses, None for none of them."""
    from permu_xl.cli.paths import expanded
    from permu_xl.tasks import BOOKS, kind

    if not _can_ask():
        return None
    try:
        beside = expanded([tables[0].absolute().parent], BOOKS)
    except FileAccessError:
        return None
    found = [file for file in beside if kind(file) == "book"]
    if not found:
        return None
    print(f"这{len(tables)}个文件是部门的表，导入哪一本？")
    for number, file in enumerate(found, 1):
        print(f"  {number}  {file.name}")
    print("  0  都不是，导入新的工作簿")
    number = click.prompt("序号", type=click.IntRange(0, len(found)))
    return found[number - 1] if number else None


def _with_city(cities: Sequence[Path], books: Sequence[Path], tables: Sequence[Path]) -> int:
    """Write the city's decisions into the workbooks of the districts, where that is wanted."""
    if len(cities) == 1 and books and not tables:
        words = ("apply", cities[0], *books)
        if _asked(f"把 {cities[0].name} 里的市级意见写回{len(books)}个区的工作簿吗？"):
            return _called("city", *words)
        print(f"把市级意见写回各区请用 {_typed('city', *words)}")
        return WRONG_CALL
    print(
        f"{cities[0].name} 是全市工作簿；写回各区请用 {_typed('city', 'apply', cities[0], '各区')}"
    )
    return WRONG_CALL
