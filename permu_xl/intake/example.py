"""Department tables of the example district in four awkward layouts: ``python -m ... DIR``.

税务局 (.xlsx): yuan, header of two levels with merged cells, other years beside this one, total.
自然资源局 (.xlsx): a row a parcel on three sheets in square metres, hectares and mu, firms' names
merged over their parcels, one sheet of land rented in and out.
统计局 (.csv, GB18030): titles above, thousand yuan and kilograms, subtotals by group, total.
科技局 (.xlsx): several sheets in thousand and ten thousand yuan, no codes on one of them.

Imported with ``--prefer`` for the tax bureau they give the figures of 原始数据 exactly.  What is
awkward on purpose, and listed by the import, stands in ``AWKWARD``.

Longer than other modules: four awkward tables, told row by row.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl.styles import Alignment, Font
from openpyxl.workbook import Workbook

from permu_xl.schemes import load
from permu_xl.text import number_in
from permu_xl.workbook import layout
from permu_xl.workbook.example import DISTRICT, YEAR, Cell, build_example, corrected_firms
from permu_xl.workbook.look import save_workbook
from permu_xl.xlsx.files import replace_content

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

__all__ = [
    "AWKWARD",
    "CORRECTION",
    "LAND",
    "SCIENCE",
    "STATISTICS",
    "TAX",
    "build_correction",
    "build_departments",
]

TAX, LAND = "税务局.xlsx", "自然资源局.xlsx"
STATISTICS, SCIENCE = "统计局.csv", "科技局.xlsx"
CORRECTION = "统计局-更正.csv"

AWKWARD: Mapping[str, str] = {
    "E641": "统计局的表也有主营业务收入，其中一户与税务局的不同；用 --prefer 税务局.xlsx 解决",
    "H631": "科技局的一张表没有代码，按名称匹配，其中有的括号和空格写法不同",
    "W632": "科技局把一户的“有限公司”写成“有限责任公司”",
    "H630": "税务局有一户不在名单里",
    "W634": "科技局有一户不在名单里，与名单里的一户只差一个字",
    "W648": "没有用地、没有报研发经费的企业，部门的表里没有",
    "W644": "科技局的一户在两张表里都有，数据相同",
    "H610": "各部门的表里都有用不到的列",
    "H694": "自然资源局的地块分在几张工作表里，按户相加",
    "H698": "自然资源局的租赁没有写另一方",
    "W617": "自然资源局的一张表写的是“占地面积”",
    "H626": "合计、小计、填表人等行",
}
"""By code of the finding what is awkward in the tables on purpose."""

_FICTION = "（虚构示例数据）"
_OWN_SHARE, _PARCEL = Fraction(3, 5), Fraction(3, 10)
_CREATED = dt.datetime(2022, 1, 1)


@dataclass(frozen=True, slots=True)
class _Row:
    """A firm of the example; figures as exact numbers, None where blank."""

    code: str
    name: str
    industry: Any
    start_date: Any
    figures: Mapping[str, Fraction | None]


def build_departments(folder: Path) -> list[Path]:
    """Write the four tables to a folder; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    firms = _firms()
    paths = [folder / name for name in (TAX, LAND, STATISTICS, SCIENCE)]
    save_workbook(_tax(firms), paths[0])
    save_workbook(_land(firms), paths[1])
    replace_content(paths[2], _statistics(firms))
    save_workbook(_science(firms), paths[3])
    return paths


def build_correction(folder: Path) -> Path:
    """Write the table by which the statistics bureau corrects two firms; return its path.

    Of one the energy on 原始数据 is in kilograms, of the other the output is blank.
    """
    slip, silent = corrected_firms()
    rows: list[list[Cell]] = [
        [f"{YEAR}年度统计数据更正{_FICTION}"],
        ["企业名称", "统一社会信用代码", "综合能源消费量（吨标准煤）", "工业总产值（万元）"],
        [slip.name, slip.code, slip.figures["energy"], None],
        [silent.name, silent.code, None, silent.figures["output"]],
    ]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path = folder / CORRECTION
    replace_content(path, text.getvalue().encode("utf-8-sig"))
    return path


def _firms() -> list[_Row]:
    """Return the firms of the example district as its workbook has them."""
    scheme = load()
    sheet = build_example()[layout.DATA]
    fields = layout.data_fields(scheme)
    rows = []
    for cells in sheet.iter_rows(min_row=layout.FIRST_ROW, values_only=True):
        row: dict[str, Any] = {f.key: cell for f, cell in zip(fields, cells, strict=False)}
        if not row["name"]:
            break
        rows.append(
            _Row(
                str(row["code"] or ""),
                str(row["name"]),
                row["industry"],
                row["start_date"],
                {id: _fraction(row[id]) for id in scheme.columns},
            )
        )
    return rows


def _fraction(cell: Any) -> Fraction | None:
    if cell is None:
        return None
    return Fraction(repr(number_in(cell) if isinstance(cell, str) else cell))


def _plain(value: Fraction | None) -> int | float | None:
    """Return an exact number for a cell."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def _written(value: Fraction | None) -> str:
    """Return an exact decimal as text."""
    if value is None:
        return ""
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"


def _sum(firms: Sequence[_Row], item: str) -> Fraction:
    return sum((firm.figures[item] or Fraction(0) for firm in firms), Fraction(0))


def _workbook() -> Workbook:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.created = workbook.properties.modified = _CREATED
    return workbook


def _put(sheet: Worksheet, row: int, cells: Sequence[Any]) -> None:
    for column, value in enumerate(cells, 1):
        if value is not None and value != "":
            cell = sheet.cell(row, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"


def _title(sheet: Worksheet, text: str, width: int) -> None:
    _put(sheet, 1, [text])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet.cell(1, 1).font = Font(size=16, bold=True)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center")
    for column in range(1, width + 1):
        sheet.column_dimensions[chr(ord("A") + column - 1)].width = 24 if column in (2, 3) else 15


def _tax(firms: Sequence[_Row]) -> Workbook:
    """税务局: sorted by tax paid, in yuan, with the parts of the tax and last year's beside it."""
    workbook = _workbook()
    sheet = workbook.create_sheet("纳税情况")
    _title(sheet, f"{DISTRICT}工业企业{YEAR}年度纳税情况表{_FICTION}", 9)
    _put(sheet, 2, ["填报单位：税务局", None, None, None, None, None, None, "金额单位：元"])
    _put(
        sheet, 4,
        ["序号", "纳税人识别号", "纳税人名称", "实缴税收", None, None, "上年同期", "主营业务收入",
         "污染当量数"],
    )  # fmt: skip
    _put(sheet, 5, [None, None, None, "增值税", "其他各税", "合计", "合计"])
    for column in (1, 2, 3, 8, 9):
        sheet.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
    sheet.merge_cells(start_row=4, end_row=4, start_column=4, end_column=6)
    ordered = sorted(firms, key=lambda firm: firm.figures["tax"] or Fraction(0), reverse=True)
    number = 0
    for number, firm in enumerate(ordered, 1):
        tax, revenue = firm.figures["tax"], firm.figures["revenue"]
        parts: list[Any] = [None] * 4
        if tax is not None:
            yuan = int(tax * 10000)
            vat = yuan * 3 // 5
            parts = [vat, yuan - vat, yuan, yuan * 9 // 10]
        _put(
            sheet, number + 5,
            [number, firm.code, firm.name, *parts,
             None if revenue is None else _plain(revenue * 10000),
             _plain(firm.figures["emission"])],
        )  # fmt: skip
    row = number + 6
    _put(
        sheet, row, [number + 1, "91990000MA9999990X", "示例外地商贸有限公司", 1200, 300, 1500, 900]
    )
    # A total for print: formulas would have no results in a file that no spreadsheet has seen.
    tax, revenue = _sum(firms, "tax") * 10000 + 1500, _sum(firms, "revenue") * 10000
    _put(sheet, row + 1, ["合计", None, None, None, None, _plain(tax), None, _plain(revenue)])
    _put(sheet, row + 3, ["填表人：示例员　　审核人：示例员　　联系电话：000-0000"])
    return workbook


def _land(firms: Sequence[_Row]) -> Workbook:
    """自然资源局: each firm's land split into parcels so that the sum is exact in any unit."""
    workbook = _workbook()
    own = workbook.create_sheet("国有土地")
    _title(own, f"{DISTRICT}工业企业用地台账{_FICTION}", 6)
    _put(own, 2, ["单位：平方米"])
    _put(own, 3, ["序号", "土地使用权人", "统一社会信用代码", "宗地号", "用地方式", "宗地面积"])
    other = workbook.create_sheet("租赁土地")
    _title(other, f"{DISTRICT}工业企业租赁土地情况{_FICTION}", 5)
    _put(other, 3, ["土地使用者", None, "租入（公顷）", "租出（公顷）", "备注"])
    _put(other, 4, ["名称", "统一社会信用代码"])
    other.merge_cells("A3:B3")
    for column in "CDE":
        other.merge_cells(f"{column}3:{column}4")
    rest = workbook.create_sheet("集体土地")
    _title(rest, f"{DISTRICT}工业企业使用集体土地情况{_FICTION}", 4)
    _put(rest, 3, ["序号", "用地单位", "统一社会信用代码", "占地面积（亩）"])
    own_row, other_row, rest_row = 4, 5, 4
    for number, firm in enumerate(firms):
        mu = firm.figures["land"]
        if mu is None:
            continue
        # 0.3 mu are 200 square metres and 0.02 hectares: such parcels are exact in every unit.
        owned = (mu * _OWN_SHARE // _PARCEL) * _PARCEL
        rented_in = _PARCEL * 20 if number % 5 == 1 else Fraction(0)
        rented_out = _PARCEL * 10 if number % 7 == 2 else Fraction(0)
        pieces = [owned]
        if number % 3 == 0:
            first = (owned / 3 // _PARCEL) * _PARCEL
            pieces = [first, owned - first]
        for piece, area in enumerate(pieces):
            square = area * Fraction(2000, 3)
            _put(
                own, own_row + piece,
                [own_row + piece - 3, firm.name if piece == 0 else None,
                 firm.code if piece == 0 else None, f"示{number + 1:04d}-{piece + 1}", "出让",
                 _plain(square)],
            )  # fmt: skip
        if len(pieces) > 1:
            for column in "BC":
                own.merge_cells(f"{column}{own_row}:{column}{own_row + len(pieces) - 1}")
        own_row += len(pieces)
        if rented_in or rented_out:
            _put(
                other, other_row,
                [firm.name, firm.code, _plain(rented_in / 15) or None,
                 _plain(rented_out / 15) or None],
            )  # fmt: skip
            other_row += 1
        left = mu - owned - rented_in + rented_out
        _put(rest, rest_row, [rest_row - 3, firm.name, firm.code, _plain(left)])
        rest_row += 1
    _put(own, own_row, ["注：面积以不动产登记为准。"])
    notes = workbook.create_sheet("填表说明")
    _put(notes, 1, ["本表按宗地填报，租入、租出按合同面积。"])
    return workbook


_GROUPS = (("一、轻工和化工", "1", "2"), ("二、装备和电子", "3"), ("三、其他", ""))


def _statistics(firms: Sequence[_Row]) -> bytes:
    """统计局: text in GB18030, in groups by industry, with subtotals."""
    out = io.StringIO(newline="")
    write = csv.writer(out, lineterminator="\r\n").writerow
    write([f"{DISTRICT}规模以上工业企业主要指标{_FICTION}"])
    write([f"{YEAR}年1-12月", "", "", "", "", "", "单位：千元"])
    write(["统一社会", "单位详细名称", "行业代码", "投产时间", "总产值", "", "从业人员", "综合能源",
           "主营业务"])  # fmt: skip
    write(["信用代码", "", "", "", "本年", "上年同期", "平均人数（人）", "消费量（千克标准煤）",
           "收入"])  # fmt: skip
    write(["甲", "乙", "丙", "丁", "1", "2", "3", "4", "5"])
    rest = list(firms)
    disputed = _disputed(firms)
    for title, *digits in _GROUPS:
        group = [f for f in rest if _division(f).startswith(tuple(digits))]
        rest = [f for f in rest if f not in group]
        write(["", title])
        for firm in group:
            figures = firm.figures
            output, energy = figures["output"], figures["energy"]
            revenue = figures["revenue"] if firm is disputed else None
            write(
                [firm.code, firm.name, _shown(firm.industry), _shown(firm.start_date),
                 _written(None if output is None else output * 10),
                 _written(None if output is None else output * 9),
                 _written(figures["employees"]),
                 _written(None if energy is None else energy * 1000),
                 _written(None if revenue is None else (revenue + 12) * 10)]
            )  # fmt: skip
        total = _sum(group, "output") * 10
        write(["", "小计", "", "", _written(total)])
    write(["", "合计", "", "", _written(_sum(firms, "output") * 10)])
    write(["单位负责人：示例员", "填表人：示例员", "", "报出日期：2023年2月10日"])
    return out.getvalue().encode("gb18030")


def _disputed(firms: Sequence[_Row]) -> _Row:
    """Return the firm for which two departments have different revenue."""
    return next(firm for firm in firms[40:] if firm.figures["revenue"] is not None)


def _division(firm: _Row) -> str:
    return str(firm.industry).removeprefix("C")


def _shown(cell: Any) -> str:
    if isinstance(cell, dt.date):
        return f"{cell.year}/{cell.month}/{cell.day}"
    return "" if cell is None else str(cell)


def _science(firms: Sequence[_Row]) -> Workbook:
    """科技局: firms with much research in thousand yuan, the others without codes."""
    workbook = _workbook()
    cover = workbook.create_sheet("封面")
    _put(cover, 2, [f"{YEAR}年度研发投入统计{_FICTION}"])
    high = workbook.create_sheet("高新技术企业")
    _title(high, f"{YEAR}年度高新技术企业研发投入{_FICTION}", 4)
    _put(high, 3, ["序号", "企业名称", "统一社会信用代码", "研究与试验发展（R&D）经费支出（千元）"])
    other = workbook.create_sheet("其他企业")
    _title(other, f"{YEAR}年度其他企业研发投入{_FICTION}", 3)
    _put(other, 2, [None, None, "单位：万元"])
    _put(other, 3, ["序号", "企业名称", "研发经费支出"])
    high_row, other_row = 4, 4
    repeated = False
    renamed = False
    for number, firm in enumerate(firms):
        spent = firm.figures["rd"]
        if spent is None:
            continue
        if spent >= 200 or not firm.code:
            _put(high, high_row, [high_row - 3, firm.name, firm.code, _plain(spent * 10)])
            high_row += 1
            if repeated or not firm.code:
                continue
            repeated = True
            _put(other, other_row, [other_row - 3, firm.name, _plain(spent)])
        else:
            name = firm.name
            if number % 4 == 0:
                name = f" {name[:4]} {name[4:]}"
            elif not renamed and name.endswith("有限公司") and "股份" not in name:
                name, renamed = name.replace("有限公司", "有限责任公司"), True
            _put(other, other_row, [other_row - 3, name, _plain(spent)])
        other_row += 1
    near = next(f.name for f in firms[5:] if f.figures["rd"])
    _put(other, other_row, [other_row - 3, near.replace("示例", "示范", 1), 35])
    _put(other, other_row + 1, ["制表人：示例员"])
    return workbook


def main(arguments: Sequence[str]) -> int:
    """Build into the folder given as the only argument."""
    if len(arguments) != 1:
        print("用法：python -m permu_xl.intake.example 文件夹", file=sys.stderr)
        return 2
    for path in build_departments(Path(arguments[0])):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
