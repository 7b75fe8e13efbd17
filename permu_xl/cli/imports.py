"""The command ``permu-xl import``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from permu_xl.cli.command import argument, command, option
from permu_xl.cli.options import DATA_ERRORS, DONE, PATH, WHOLE, with_ending
from permu_xl.errors import FileAccessError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.intake import Imported, Request

__all__ = ["import_tables"]

_BOOK_ENDINGS = (".xlsx", ".xlsm")


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
@option("--last-year", metavar="上年工作簿", type=PATH, help="上年评价完的工作簿，用来填“上年数据”")
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
@option("--district", metavar="名称", help="新建工作簿时的地区名称")
@option("--year", metavar="年份", type=WHOLE, help="新建工作簿时的评价年度")
@option("--scheme", metavar="方案", help="新建工作簿时的方案编号或方案文件（.toml）")
def import_tables(**given: Any) -> int:
    """Import the tables of departments."""
    from permu_xl import intake
    from permu_xl.cli import screen

    request = _request(**given)
    steps = len(request.tables) + (request.last_year is not None) + 2
    with screen.progress(steps) as step:
        done = intake.import_tables(request, step)
    return _show(done, request)


def _request(
    book: Path,
    tables: tuple[Path, ...],
    last_year: Path | None,
    roster: tuple[Path, ...],
    prefer: tuple[Path, ...],
    year: int | None,
    **others: Any,
) -> Request:
    from permu_xl.intake import Request, refuse_unfit

    with_ending(book, *_BOOK_ENDINGS)
    if not book.exists() and book.suffix.lower() != ".xlsx":
        raise UsageError(f"{book} 还没有；新建的工作簿扩展名应为 .xlsx")
    if not tables and last_year is None:
        raise UsageError("没有写要导入的表格；至少写一张部门的表，或 --last-year")
    if year is not None and not 1990 <= year <= 2199:
        raise UsageError("--year 应是四位数的年份，如2022")
    read = [*tables, *([last_year] if last_year is not None else [])]
    for path in read:
        if not path.is_file():
            raise FileAccessError(f"找不到文件 {path}，请核对文件名和文件夹。")
    refuse_unfit(book, tables)
    refuse_unfit(book, read[len(tables) :])
    return Request(
        book=book,
        tables=tables,
        last_year=last_year,
        roster=_among(roster, tables, "--roster"),
        prefer=_among(prefer, tables, "--prefer"),
        year=year,
        **others,
    )


def _among(named: Sequence[Path], tables: Sequence[Path], option: str) -> tuple[Path, ...]:
    """Return those of the tables that an option names, by path or by file name."""
    from pathlib import Path

    found = []
    for each in named:
        fitting = [t for t in tables if each in (t, Path(t.name)) or each.resolve() == t.resolve()]
        if not fitting:
            raise UsageError(f"{option} 写的 {each} 不在要导入的表里")
        found.append(fitting[0])
    return tuple(found)


def _show(done: Imported, request: Request) -> int:
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
                f"企业{len(sheet.rows)}行；{units}"
            )
    if done.findings:
        console.print(_kinds(done))
    screen.show_findings(done, console, list(Level), written=True)
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


def _kinds(done: Imported) -> Any:
    """Return a table of how many findings there are of each kind."""
    from rich.table import Table

    from permu_xl.findings import MEANINGS

    table = Table(title="发现的问题")
    for header in ("级别", "代码", "条数", "含义"):
        table.add_column(header, justify="right" if header == "条数" else "left", overflow="fold")
    levels = {finding.code: finding.level.value for finding in done.findings}
    for code, times in Counter(finding.code for finding in done.findings).items():
        table.add_row(levels[code], code, str(times), MEANINGS.get(code, "工作簿本身的问题"))
    return table
