"""The command ``permu-xl register``.  Heavy modules are imported when needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.cli.command import argument, command, option
from permu_xl.cli.options import (
    DATA_ERRORS,
    DONE,
    PATH,
    Target,
    existing_book,
    print_lines,
    target_options,
    tell_open,
)
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

__all__ = ["register"]


@command("register", "登记异议：把企业退回的确认单读进“异议台账”，没有的登记表补上")
@argument("book", "工作簿", "评价工作簿", type=PATH)
@argument("files", "确认单", "企业填好退回的确认单（.docx）或放它们的文件夹", type=PATH, nargs=-1)
@option("--received", metavar="日期", help="收到日期，如 2023-07-10，默认今天")
@target_options(
    out="登记以后的工作簿，默认在旁边加“-登记”",
    in_place="直接写回原工作簿，并把原来的留作备份（名字加 .bak）",
)
def register(book: Path, files: tuple[Path, ...], received: str | None, target: Target) -> int:
    """Register the objections in returned notices."""
    from permu_xl.cli import screen
    from permu_xl.findings import Level, has_errors
    from permu_xl.reports import notices
    from permu_xl.workbook import refuse_inputs
    from permu_xl.workbook.reading import open_workbook
    from permu_xl.xlsx.files import backup_path, claimed

    out = target.path(existing_book(book), "-登记")
    when = _day(received)
    returned = _documents(files)
    told: list[str] = []
    with claimed(out, ignore_office=target.ignore_lock):
        opened = open_workbook(book)
        refuse_inputs(out, opened.book, force=target.force)
        with screen.count(len(returned), "确认单") as progress:
            done = notices.register(
                opened, returned, out, when,
                backup=target.backup, progress=progress, tell=told.append,
            )  # fmt: skip
    if not target.in_place:
        tell_open(book)
    for path in returned:
        tell_open(path)
    for finding in done.findings:
        # Each is a notice that was not registered: none may be passed over.
        if finding.level is Level.ERROR:
            print(screen.sentence(finding))
    screen.show_list([each for each in done.findings if each.level is not Level.ERROR])
    print_lines(told)
    if target.backup:
        print(f"原来的工作簿备份在 {backup_path(book)}")
    print(f"{notices.registered(done, len(returned))}已写入 {out}")
    return DATA_ERRORS if has_errors(done.findings) else DONE


def _documents(given: tuple[Path, ...]) -> list[Path]:
    """Return the files named, those of a folder in its place; Word's own scratch files are none."""
    found: list[Path] = []
    for path in given:
        if path.is_dir():
            found += sorted(p for p in path.iterdir() if p.suffix.lower() in (".docx", ".docm"))
        else:
            found.append(existing_book(path))
    return [path for path in found if not path.name.startswith("~$")]


def _day(text: str | None) -> dt.date:
    import datetime as dt

    from permu_xl.text import date_in

    if text is None:
        return dt.datetime.now().astimezone().date()
    try:
        found = date_in(text)
    except ValueError:
        found = None
    if found is None:
        raise UsageError(f"--received “{text}”不是日期，写成 2023-07-10 这样的年月日")
    return found
