"""The worked example of a whole year: the commands of a clerk, one after the other.

Every command is carried out as it is shown, and can be typed again as it stands.  What a person
would do in a spreadsheet program (the city's decisions) is done here by ``decide``, and said.

Longer than other modules: one year, told from its first command to its last.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from permu_xl.cli.options import DONE
from permu_xl.engine import ACCEPTED
from permu_xl.intake import CORRECTION, TAX, build_correction, build_departments
from permu_xl.reports.city import read_decisions, write_decisions
from permu_xl.reports.notices import WORDS
from permu_xl.schemes import load
from permu_xl.text import day_number
from permu_xl.workbook import run
from permu_xl.workbook.example import SECOND, YEAR, build_example, build_last_year, corrected_firms
from permu_xl.workbook.look import save_workbook
from permu_xl.workbook.reading import open_workbook
from permu_xl.xlsx.cells import Block, Column
from permu_xl.xlsx.files import make_folder
from permu_xl.xlsx.writing import write_blocks

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Step", "decide", "fill_in", "play", "settle", "steps"]

Command = Callable[[Sequence[str]], int]


_RULES = "┏┃┡│├└"
"""What the lines of tables on the screen begin with."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something done in the year: what, by which commands, how many of their last lines to show.

    ``before`` is what people do first, outside of this program.
    """

    title: str
    commands: tuple[tuple[str, ...], ...]
    shown: int
    before: Callable[[], None] = lambda: None


_NAMES = {
    "departments": "部门",
    "last": f"示例区{YEAR - 1}.xlsx",
    "book": f"示例区{YEAR}.xlsx",
    "result": f"示例区{YEAR}-结果.xlsx",
    "data": f"示例区{YEAR}-数据公示.xlsx",
    "notices": "确认单",
    "returned": "退回的确认单",
    "corrected": f"示例区{YEAR}-更正.xlsx",
    "changes": f"示例区{YEAR}-更正-变动.xlsx",
    "margins": f"示例区{YEAR}-更正-敏感性.xlsx",
    "first": f"示例区{YEAR}-报市.xlsx",
    "published": f"示例区{YEAR}-报市-上报.xlsx",
    "second_book": f"示范区{YEAR}.xlsx",
    "second": f"示范区{YEAR}-报市.xlsx",
    "city": f"全市{YEAR}.xlsx",
    "final": f"示例区{YEAR}-公示.xlsx",
}


def _files(folder: Path) -> dict[str, Path]:
    return {key: folder / name for key, name in _NAMES.items()}


def play(folder: Path, command: Command) -> int:
    """Go through the year in a folder; return the status of the first command that fails.

    ``command`` carries out one command of the command line and returns its exit status; what it
    prints is shown shortened.  What an earlier run of the example left there is replaced.
    """
    files = _files(folder)
    make_folder(folder)
    _prepare(files)
    for number, step in enumerate(steps(folder), 1):
        print(f"\n第{number}步　{step.title}")
        step.before()
        for words in step.commands:
            print(f"  $ permu-xl {_typed(words)}", flush=True)
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                status = command(words)
            for line in _shortened(said.getvalue().splitlines(), step.shown if not status else 0):
                print(f"    {line}")
            if status:
                return status
    print(f"\n全年走完了，文件都在 {folder}：")
    for name, what in _RESULTS:
        print(f"  {files[name].name}　{what}")
    return DONE


_RESULTS = (
    ("book", "由部门表导入的工作簿，“数据来源”表里有每个数的来历"),
    ("data", "评价以前公示的数据，没有得分"),
    ("notices", "一企一单，Word"),
    ("returned", "企业退回的确认单"),
    ("changes", "更正前后的数据、得分、分类，分类变动的原因"),
    ("margins", "分类取决于口径的企业、贴近分界线的企业"),
    ("published", "公示、上报表、分类名单"),
    ("city", "全市汇总、指标均值、分行业、待确认名单"),
    ("final", "市里确认以后的公示表"),
)


def steps(folder: Path) -> Iterator[Step]:
    """Yield the steps of the year; paths are below ``folder``."""
    f = _files(folder)
    departments, last = f["departments"], str(f["last"])
    correction = departments / CORRECTION
    tables = [str(path) for path in sorted({*departments.iterdir()}.difference({correction}))]
    book, corrected, city = str(f["book"]), str(f["corrected"]), str(f["city"])
    districts = str(f["first"]), str(f["second"])
    yield Step(
        "部门的四张表导入新工作簿，“上年数据”取自上年的工作簿",
        (
            ("import", "-o", book, *tables, "--last-year", last, "--prefer", TAX),
        ),
        3,
    )  # fmt: skip
    yield Step("核查", (("check", book),), 40)
    yield Step("评价以前公示数据，供企业核对", (("publish", book, "--data"),), 1)
    yield Step("评价", (("run", book),), 6)
    yield Step(
        "反馈给企业：每户一份确认单",
        (
            ("notices", book, "-o", str(f["notices"]), "--until", f"{YEAR + 1}年7月20日",
             "--where", "示例区工信局（虚构）"),
        ),
        2,
    )  # fmt: skip
    yield Step(
        "企业退回填好的确认单：异议读进“异议台账”",
        (("register", book, str(f["returned"]), "--received", f"{YEAR + 1}-07-10", "--in-place"),),
        2,
        lambda: print(f"  （企业填好退回：{fill_in(f['notices'], f['returned'])}份）"),
    )
    yield Step(
        "统计局核实，更正一户的能耗、补报一户的总产值：导入副本，看变了什么",
        (
            ("import", "-o", corrected, str(correction), "--overwrite"),
            ("compare", book, corrected, "-o", str(f["changes"])),
        ),
        0,
        lambda: _copy(f["book"], f["corrected"]),
    )  # fmt: skip
    yield Step(
        "异议办结，登记处理结果；台账提醒还没有办结的",
        (("check", corrected),),
        4,
        lambda: print(f"  （在“异议台账”填处理结果：{settle(f['corrected'])}条）"),
    )
    yield Step("发布以前：哪些企业的分类取决于口径", (("sensitivity", corrected),), 5)
    yield Step(
        "按更正后的数据评价，出公示表和上报表",
        (
            ("run", corrected, "-o", districts[0]),
            ("publish", districts[0], "-o", str(f["published"])),
        ),
        2,
    )
    yield Step(
        "市里汇总两个区",
        (
            ("run", str(f["second_book"]), "-o", districts[1]),
            ("city", *districts, "-o", city, "--industry-growth", "5.2"),
        ),
        2,
    )
    yield Step(
        "市级意见写回各区，各区重新评价，市里再汇总",
        (
            ("city", "apply", city, *districts, "--document", "会议纪要〔2023〕3号（虚构）"),
            *(("run", district, "--in-place") for district in districts),
            ("city", *districts, "-o", city, "--industry-growth", "5.2", "--force"),
        ),
        2,
        lambda: print(f"  （在“待确认名单”填市级意见：{decide(f['city'])}户）"),
    )
    yield Step(
        "公布，并核对结果没有被改过",
        (
            ("publish", districts[0], "--confirmed", "-o", str(f["final"])),
            *(("verify", district) for district in districts),
        ),
        8,
    )


def fill_in(notices: Path, returned: Path) -> int:
    """Fill in two of the notices as firms would, into another folder; return how many.

    One firm writes the right figure of energy, one its output; two more agree with everything.
    """
    from docx import Document

    make_folder(returned)
    slip, silent = corrected_firms()
    claims = {
        slip.code: ("综合能耗", slip.figures["energy"], "能源统计报表（虚构）"),
        silent.code: ("总产值", silent.figures["output"], "统计年报（虚构）"),
    }
    files = sorted(path for path in notices.iterdir() if path.suffix == ".docx")
    agreeing = [path for path in files if path.name[:18] not in claims][:2]
    for path in (*agreeing, *(path for path in files if path.name[:18] in claims)):
        document: Any = Document(str(path))
        item, claimed, evidence = claims.get(path.name[:18], ("", 0, ""))
        for row in (row for table in document.tables for row in table.rows if item):
            if row.cells[0].text == item:
                row.cells[-1].text = f"{claimed:g}"
            elif row.cells[0].text == WORDS:
                row.cells[-1].text = evidence
        document.save(str(returned / path.name))
    return len(agreeing) + len(claims)


def settle(book: Path) -> int:
    """Fill in what was decided on the objections as a clerk would; return how many."""
    opened = open_workbook(book)
    register = opened.book.objections
    assert register is not None  # the step before has made the entries
    rows = range(len(register.entries))
    decided = day_number(dt.date(YEAR + 1, 7, 18), from_1904=opened.book.from_1904)
    told: dict[str, int | str] = {"outcome": ACCEPTED, "decided": decided, "by": "经办人甲（虚构）"}
    columns = [
        Column(register.placed.at.columns[key] + 1, [text for _ in rows])
        for key, text in told.items()
    ]
    first = register.placed.rows[0]
    block = Block(first, columns, last_row=first + len(rows) - 1, template_row=False)
    write_blocks(opened.package, {register.placed.sheet: [block]})
    opened.package.save(book)
    return len(rows)


def _copy(book: Path, copy: Path) -> None:
    shutil.copyfile(book, copy)
    print(f"  （把 {book.name} 复制为 {copy.name}）")


def decide(city: Path) -> int:
    """Fill in the city's decisions as people would; return how many.

    All classes are confirmed as they are, but for one firm: the last of the list that is in the
    last class but one gets the class before.
    """
    decisions, _ = read_decisions(city)
    letters = load().letters
    decided = [decision.final for decision in decisions]
    moved = max(k for k, letter in enumerate(decided) if letter == letters[-2])
    decided[moved] = letters[-3]
    wanted: list[dict[str, str | dt.date | None]] = [{"letter": letter} for letter in decided]
    wanted[moved]["reason"] = "整改已验收（虚构）"
    write_decisions(city, decisions, wanted)
    return len(decided)


def _prepare(files: Mapping[str, Path]) -> None:
    """Make what the year begins with; remove what an earlier run made."""
    for path in files.values():
        if path.is_file():
            path.unlink()
    print("先备好（全部是虚构的）：上年评价完的工作簿、四个部门的表、另一个区填好的工作簿。")
    save_workbook(build_last_year(), files["last"])
    run(files["last"], files["last"])
    make_folder(files["departments"])
    build_departments(files["departments"])
    build_correction(files["departments"])
    save_workbook(build_example(SECOND), files["second_book"])


def _shortened(lines: Sequence[str], most: int) -> Sequence[str]:
    """Return the last lines that are no part of a table; all lines where ``most`` is 0."""
    if not most:
        return lines
    told = [
        line
        for line, below in zip(lines, [*lines[1:], ""], strict=True)
        if line and line[0] not in _RULES and not below.startswith(_RULES[0])
    ]
    hidden = len(lines) - min(most, len(told))
    return [f"……（另有{hidden}行没有显示）", *told[-most:]] if hidden else lines


def _typed(words: Sequence[str]) -> str:
    """Return a command as it is typed: quoted where a shell wants it."""
    return " ".join(
        word if re.fullmatch(r"[\w./\\:〔〕（）-]+", word) else f'"{word}"' for word in words
    )
