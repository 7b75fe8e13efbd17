"""The command ``permu-xl notices``.  Heavy modules are imported when needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.cli.command import argument, command, option
from permu_xl.cli.options import DONE, PATH, existing_book, tell_open, unused_file
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from permu_xl.reports.notices import Written

__all__ = ["notices"]

ONE_FILE = "企业确认单.docx"

_MANY = 50
"""From so many PDFs on, the time they take is named before."""


@command(
    "notices", "给每户企业出一份数据确认单（Word，可转 PDF）：数据、得分、排名、分类、升类条件"
)
@argument("book", "工作簿", "填好的工作簿", type=PATH, required=False)
@option("-o", "folder", metavar="文件夹", type=PATH, help="放确认单的文件夹")
@option(
    "--firm",
    "wanted",
    metavar="企业",
    multiple=True,
    help="只出这户（统一社会信用代码或名称）；可以写几次",
)
@option("--one-file", is_flag=True, help=f"全部写进一个文件（{ONE_FILE}），每户另起一页")
@option("--pdf", is_flag=True, help="再转成 PDF（要装 LibreOffice）")
@option("--template", metavar="模板", type=PATH, help="自己改过的 Word 模板（.docx）")
@option("--save-template", metavar="模板", type=PATH, help="把自带的模板存成文件，供修改")
@option("--until", metavar="日期", default="", help="异议期限，如 2023年7月20日")
@option("--where", metavar="文字", default="", help="受理异议的单位、地址、电话")
@option("--sender", metavar="单位", default="", help="落款单位，默认是地区名称")
@option("--date", metavar="日期", default="", help="落款日期，默认留空待填")
@option("--force", is_flag=True, help="没有变化的也重新生成")
def notices(
    book: Path | None,
    folder: Path | None,
    wanted: Sequence[str],
    one_file: bool,
    pdf: bool,
    template: Path | None,
    save_template: Path | None,
    force: bool,
    **settings: str,
) -> int:
    """Make a notice for each firm; ``settings`` are those of ``reports.notices.Settings``."""
    if save_template is not None:
        return _save_template(save_template, force=force)
    if book is None or folder is None:
        raise UsageError("要写工作簿和 -o 文件夹；只要模板请用 --save-template 模板.docx")

    from permu_xl.cli import screen
    from permu_xl.engine.explain import find_firm
    from permu_xl.reports import notices as made
    from permu_xl.reports.verification import outdated_note
    from permu_xl.text import printable
    from permu_xl.workbook import assess
    from permu_xl.workbook.reading import open_workbook

    layout = made.notice_template(template)
    opened = open_workbook(existing_book(book))
    outcome = assess(opened.book)
    if outcome.evaluation is None:
        return screen.show_check(outcome)
    e = outcome.evaluation
    noticing = made.noticing_of(outcome, e)
    chosen = [find_firm(e.roster, text) for text in wanted] or list(range(e.roster.size))
    firms = list(dict.fromkeys(chosen))
    texts = made.Settings(**settings)
    with screen.count(len(firms), "确认单") as progress:
        if one_file:
            file = folder / ONE_FILE
            written = made.write_one(noticing, firms, file, layout, texts, progress=progress)
        else:
            written = made.write_each(
                noticing, firms, folder, layout, texts, force=force, progress=progress
            )
    tell_open(book)
    if note := outdated_note(opened, outcome):
        print(f"注意：{printable(note)}")
    if written.kept:
        print(
            f"有{len(written.kept)}份确认单写好以后有人改动过，改动过的留在旁边（名字加 .bak）："
            f"{'、'.join(path.name for path in written.kept[:5])}"
            f"{'等' if len(written.kept) > 5 else ''}。"
        )
    print(made.noticed(e, firms, folder, written.skipped))
    if pdf:
        _pdf(written, force=force)
    if not (texts.until and texts.where):
        print("没有写 --until 或 --where 的，异议期限、受理单位留了横线，请填好再发。")
    return DONE


def _save_template(file: Path, *, force: bool) -> int:
    from permu_xl.reports.notices import SHIPPED
    from permu_xl.xlsx import files as atomic

    unused_file(file, ".docx", force=force, kept="改好的模板")
    kept = atomic.replace_content(file, SHIPPED.read_bytes(), made=True)
    if kept is not None:
        print(atomic.kept_note(file, kept))
    print(f"已生成 {file}：在 Word 或 WPS 里改好，用 --template {file} 使用。")
    return DONE


def _pdf(written: Written, *, force: bool) -> None:
    from permu_xl.cli import screen
    from permu_xl.reports.notices import convert, outdated, time_needed

    files = list(written.files) if force else outdated(written.files)
    if len(files) >= _MANY:
        print(
            f"由 LibreOffice 转{len(files)}个 PDF，{time_needed(len(files))}；"
            "可以随时按 Ctrl+C 停下，转好的留着，再做一次接着转。",
            flush=True,
        )
    with screen.count(len(files), "转 PDF") as progress:
        for done in convert(files):
            progress(done.name)
    print(f"转了{len(files)}个 PDF。")
