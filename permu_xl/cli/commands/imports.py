"""The command ``permu-xl import``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from permu_xl.cli.command import argument, command, option
from permu_xl.cli.options import DATA_ERRORS, DONE, PATH, WHOLE, tell_open, with_ending
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.intake import Imported, Request

__all__ = ["import_tables"]


@command("import", "把部门的表格导入工作簿：换算单位、匹配企业、列出问题和来源")
@argument(
    "tables", "部门的表", "部门的表格（.xlsx、.xls、.csv 等）", type=PATH, nargs=-1, required=False
)
@option(
    "-o",
    "book",
    metavar="工作簿",
    type=PATH,
    required=True,
    help="要填的工作簿；还没有就新建",
)
@option(
    "--last-year",
    metavar="上年工作簿",
    type=PATH,
    multiple=True,
    help="上年的工作簿，用来填“上年数据”；第一年没有的，写上年的部门的表，可以写几次",
)
@option("--synonyms", metavar="同义词", type=PATH, help="自己的同义词文件（.toml），加在自带的上面")
@option(
    "--roster",
    metavar="部门的表",
    type=PATH,
    multiple=True,
    help="企业名单以这张表为准，默认是统计部门的表；可以写几次",
)
@option(
    "--prefer",
    metavar="部门的表",
    type=PATH,
    multiple=True,
    help="几张表不一致时以这张为准；可以写几次，先写的优先",
)
@option("--assume-units", is_flag=True, help="没有写单位的列当作工作簿的单位（给警告）")
@option("--overwrite", is_flag=True, help="工作簿已有不同的数时用部门的数替换（给警告）")
@option(
    "--factors",
    metavar="系数",
    type=PATH,
    help="自己的当量值、折标系数文件（.csv），用来折算污染物、能源",
)
@option("--all-pollutants", is_flag=True, help="污染物全部相加，不按法律只计每一排放口的前几项")
@option("--accept-year", is_flag=True, help="表里写的是别的年份也读取（给警告）")
@option("--firms", is_flag=True, help="同一原因的问题逐户列出，默认合成一条")
@option("--district", metavar="名称", help="新建工作簿时的地区名称")
@option("--year", metavar="年份", type=WHOLE, help="新建工作簿时的评价年度")
@option("--scheme", metavar="方案", help="新建工作簿时的方案编号或方案文件（.toml）")
@option("--preview", is_flag=True, help="只看每张表读懂了什么、有什么问题，什么都不写")
def import_tables(preview: bool, **given: Any) -> int:
    """Import the tables of departments."""
    from permu_xl import intake
    from permu_xl.cli import screen

    statuses = []
    for each in _wanted(preview, _requests(**given)):
        steps = len(each.tables) + (each.last_year is not None) + 2
        with screen.progress(steps) as step:
            done = intake.import_tables(each, step, write=not preview)
        statuses.append(_show(done, each, preview=preview))
        for path in (*each.tables, *((each.last_year,) if each.last_year is not None else ())):
            tell_open(path)
    return max(statuses)


def _wanted(preview: bool, requests: tuple[Request | None, Request]) -> list[Request]:
    """Return what is done; of last year's tables, without writing them, only what they say."""
    from dataclasses import replace

    first, request = requests
    if first is None:
        return [request]
    return [first, replace(request, last_year=None)] if preview else [first, request]


def _requests(
    book: Path,
    tables: tuple[Path, ...],
    last_year: tuple[Path, ...],
    year: int | None,
    **others: Any,
) -> tuple[Request | None, Request]:
    """Return what is to be imported, and before that the tables of last year, if there are any."""
    from permu_xl.cli.paths import expanded
    from permu_xl.intake.sources import ENDINGS
    from permu_xl.tasks import BOOKS, import_requests

    with_ending(book, *BOOKS)
    tables, last_year = (expanded(each, ENDINGS, [book]) for each in (tables, last_year))
    if not book.exists() and book.suffix.lower() != ".xlsx":
        raise UsageError(f"{book} 还没有；新建的工作簿扩展名应为 .xlsx")
    if year is not None and not 1990 <= year <= 2199:
        raise UsageError("--year 应是四位数的年份，如2022")
    return import_requests(book, tables, last_year, year=year, **others)


def _show(done: Imported, request: Request, *, preview: bool) -> int:
    """Print what became of the tables, the findings by kind, and what to do next."""
    from pathlib import Path

    from permu_xl.cli import screen
    from permu_xl.findings import Level
    from permu_xl.intake import Status

    console = screen.results_console()
    for summary in done.tables:
        table = summary.table
        listed = "；企业名单" if summary.is_roster else ""
        console.print(
            f"{table.name}（{table.how}{listed}）：读到{len(table.rows)}行，"
            f"匹配{summary.matched}行、{summary.firms}户"
        )
        for sheet in table.sheets:
            units = "、".join(
                f"{header}［{unit}］" if unit else header for header, unit in sheet.columns.values()
            )
            console.print(
                f"  {sheet.name}：表头在第{sheet.header_row + 1}行，"
                f"企业{len(sheet.rows)}行；{units or '没有一列数据'}"
                + (f"；没有用到：{'、'.join(sheet.unused)}" if sheet.unused else "")
            )
    screen.show_findings(
        done.details, console, list(Level), written=not preview, firms=request.firms
    )
    if preview:
        console.print(f"{screen.counts(done)}；只是看看，没有写入 {done.book}。")
        return DATA_ERRORS if done.count(Level.ERROR) else DONE
    made = "新建了" if done.is_new else "更新了"
    written = done.counts[Status.WRITTEN] + done.counts[Status.REPLACED]
    console.print(
        f"{made} {done.book}：{done.firms}户企业"
        + (f"（新增{done.added}户）" if done.added and not done.is_new else "")
        + f"，写入{written}个数，原来就相同的{done.counts[Status.SAME]}个"
        + (f"；“上年数据”{done.previous}户" if done.previous else "")
        + "。"
    )
    console.print(
        f"数据核查：{screen.counts(done)}；每个数的来历在“数据来源”表。"
        f"改好后用 permu-xl check {done.book} 核查。"
    )
    own = request.scheme
    if done.is_new and own is not None and own.lower().endswith(".toml"):
        file = Path(own)
        if file.resolve().parent != done.book.resolve().parent:
            print(f"请把方案文件 {file.name} 复制到工作簿所在的文件夹，评价时要用。")
    return DATA_ERRORS if done.count(Level.ERROR) else DONE
