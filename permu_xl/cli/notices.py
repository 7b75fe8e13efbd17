"""The command ``permu-xl notices``.  Heavy modules are imported when needed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.cli.options import DONE, add_command, existing_book, unused_file
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from permu_xl.reports.notices import NoticeTemplate, Noticing, Progress, Written

__all__ = ["add_notices_command"]

ONE_FILE = "企业确认单.docx"


def add_notices_command(commands: Any) -> None:
    """Add ``notices`` to a parser's commands."""
    text = "给每户企业出一份数据确认单（Word，可转 PDF）：数据、得分、排名、分类、升类条件"
    made = add_command(commands, "notices", _notices, text)
    made.add_argument("book", metavar="BOOK", type=Path, nargs="?", help="填好的工作簿")
    made.add_argument("-o", dest="folder", metavar="DIR", type=Path, help="放确认单的文件夹")
    made.add_argument(
        "--firm", metavar="企业", action="append", default=[],
        help="只出这户（统一社会信用代码或名称）；可以写几次",
    )  # fmt: skip
    made.add_argument(
        "--one-file", action="store_true", help=f"全部写进一个文件（{ONE_FILE}），每户另起一页"
    )
    made.add_argument("--pdf", action="store_true", help="再转成 PDF（要装 LibreOffice）")
    made.add_argument("--template", metavar="FILE", type=Path, help="自己改过的 Word 模板（.docx）")
    made.add_argument(
        "--save-template", metavar="FILE", type=Path, help="把自带的模板存成文件，供修改"
    )
    made.add_argument("--until", metavar="日期", default="", help="异议期限，如 2023年7月20日")
    made.add_argument("--where", metavar="文字", default="", help="受理异议的单位、地址、电话")
    made.add_argument("--sender", metavar="单位", default="", help="落款单位，默认是地区名称")
    made.add_argument("--date", metavar="日期", default="", help="落款日期，默认留空待填")
    made.add_argument("--force", action="store_true", help="没有变化的也重新生成")


def _notices(options: argparse.Namespace) -> int:
    if options.save_template is not None:
        return _save_template(options)
    if options.book is None or options.folder is None:
        raise UsageError("要写工作簿和 -o 文件夹；只要模板请用 --save-template FILE")

    from permu_xl.cli import screen
    from permu_xl.engine.explain import find_firm
    from permu_xl.reports.notices import notice_template, noticed, noticing_of
    from permu_xl.workbook import assess
    from permu_xl.workbook.reading import read_book

    template = notice_template(options.template)
    book = read_book(existing_book(options.book))
    outcome = assess(book)
    if outcome.evaluation is None:
        return screen.show_check(outcome)
    e = outcome.evaluation
    noticing = noticing_of(outcome, e)
    chosen = [find_firm(e.roster, text) for text in options.firm] or list(range(e.roster.size))
    firms = list(dict.fromkeys(chosen))
    with screen.count(len(firms), "确认单") as progress:
        written = _written(options, noticing, firms, template, progress)
    print(noticed(e, firms, options.folder, written.skipped))
    if options.pdf:
        _pdf(written, force=options.force)
    if not (options.until and options.where):
        print("没有写 --until 或 --where 的，异议期限、受理单位留了横线，请填好再发。")
    return DONE


def _save_template(options: argparse.Namespace) -> int:
    from permu_xl.reports.notices import SHIPPED
    from permu_xl.xlsx import files as atomic

    file = unused_file(options.save_template, ".docx", force=options.force, kept="改好的模板")
    atomic.replace_content(file, SHIPPED.read_bytes())
    print(f"已生成 {file}：在 Word 或 WPS 里改好，用 --template {file} 使用。")
    return DONE


def _written(
    options: argparse.Namespace,
    noticing: Noticing,
    firms: Sequence[int],
    template: NoticeTemplate,
    progress: Progress,
) -> Written:
    from permu_xl.reports.notices import Settings, write_each, write_one

    settings = Settings(options.until, options.where, options.sender, options.date)
    folder: Path = options.folder
    if options.one_file:
        file = folder / ONE_FILE
        return write_one(noticing, firms, file, template, settings, progress=progress)
    return write_each(
        noticing, firms, folder, template, settings, force=options.force, progress=progress
    )


def _pdf(written: Written, *, force: bool) -> None:
    from permu_xl.cli import screen
    from permu_xl.reports.notices import convert, outdated

    files = list(written.files) if force else outdated(written.files)
    with screen.count(len(files), "转 PDF") as progress:
        for done in convert(files):
            progress(done.name)
    print(f"转了{len(files)}个 PDF。")
