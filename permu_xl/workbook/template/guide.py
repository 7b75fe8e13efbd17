"""The sheet 使用说明: what a clerk needs to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.styles import Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink

from permu_xl import __version__
from permu_xl.findings import Level
from permu_xl.workbook import layout, look

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme

Line = tuple[str, str, str]
_WIDTHS = (14.0, 30.0, 78.0)
_BOOK = "工作簿.xlsx"
_CLERK, _PROGRAM, _FIXED = "您", "程序", "不用改"

_SHEETS = (
    (layout.PARAMETERS, _CLERK, "地区、评价年度，各指标的权重、基准方法和封顶倍数。"),
    (layout.DATA, _CLERK, "评价年度的企业数据，一户一行。"),
    (layout.PREVIOUS, _CLERK, "上一年的企业数据，列与“原始数据”相同；用来算基准值、发现单位填错。"),
    (layout.ADJUSTMENTS, _CLERK, "按会议纪要或文件改定的分类；没有就留空。"),
    (
        layout.LAST_CLASSES,
        _CLERK,
        "可以不填：上一年的最终分类，用来与本年对照；导入上年工作簿时自动填。",
    ),
    (layout.EVENTS, _CLERK, "可以不填：两年之间迁出、注销、合并、分立、更名等，与上年比较时用。"),
    (layout.OBJECTIONS, _CLERK, "可以不填：企业的异议和处理结果，没有办结的会提醒。"),
    (layout.BASELINES, _PROGRAM, "每项指标的基准值从哪里来。"),
    (layout.SCORES, _PROGRAM, "每户企业的指标值、得分、总分和名次，行次与“原始数据”相同。"),
    (layout.CLASSES, _PROGRAM, "初步分类、最终分类和判定依据，行次与“原始数据”相同。"),
    (layout.FINDINGS, _PROGRAM, "数据里的错误、警告和提示，每条写明单元格和处理办法。"),
    (layout.SUMMARY, _PROGRAM, "各类户数、总分分布、与基准的比较、分行业情况，附图。"),
    (layout.MOVES, _PROGRAM, "上年分类与本年分类对照：哪类到哪类各几户，附图和逐户名单。"),
    (layout.PROOF, _PROGRAM, "用普通表格公式把结果从头再算一遍，逐项对照；全部为TRUE才可交付。"),
    (layout.MEASURES, _FIXED, "各类企业对应的用地、用电、用水等政策，附条款号。"),
)
_LIVE_SHEETS = {
    layout.BASELINES: "公式算出",
    layout.SCORES: "公式算出",
    layout.CLASSES: "公式算出",
    layout.FINDINGS: "点按钮写入",
    layout.SUMMARY: "点按钮写入",
    layout.MOVES: "点按钮写入",
    layout.PROOF: "点按钮写入",
}
"""In a workbook with live formulas: where results come from."""
_LEVELS = {
    Level.ERROR: ("必须改正", "有错误时程序只写“数据核查”，其他结果保持原样。"),
    Level.WARNING: ("请核实", "多半是填错了（如单位差一千倍）；数据确实如此，可以不改。"),
    Level.HINT: ("请过目", "程序按自己的理解读取或处理了某个格子，看是否符合本意。"),
}


def build_guide(sheet: Worksheet, scheme: Scheme, live_rows: int | None = None) -> None:
    """Write the instructions for a scheme; ``live_rows`` is how far live formulas reach."""
    look.head(sheet, "亩均综合评价工作簿　使用说明", f"{scheme.title}　依据：{scheme.document}")
    for letter, width in zip("ABC", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    writer = _Writer(sheet, layout.HEADER_ROW - 1)
    writer.section("一、五步完成评价")
    writer.table(_steps(_run_steps(scheme) if live_rows is None else _live_steps(scheme)))
    writer.section("二、颜色")
    _legend(writer, scheme, live=live_rows is not None)
    writer.section("三、各工作表")
    for title, who, what in _SHEETS:
        told = f"{who}填写" if who == _CLERK else f"{who}写入"
        if live_rows is not None:
            told = _LIVE_SHEETS.get(title, told)
        writer.line(title, told, what, link=title)
        if who == _FIXED:
            writer.change(2, "固定内容")
    writer.section("四、怎样处理“数据核查”")
    _remedies(writer, live=live_rows is not None)
    writer.section("五、填数要点")
    writer.table(_advice(scheme))
    writer.table(_whole_book() if live_rows is None else _live_limits(scheme, live_rows))
    writer.section("六、版本")
    writer.table(
        (
            ("程序", f"permu_xl {__version__}", ""),
            ("方案", scheme.id, scheme.title),
            ("文件", scheme.document, scheme.source),
            (
                "有效期",
                f"{scheme.valid_from} 至 {scheme.valid_until}",
                f"最后评价{scheme.last_year}年度的数据；评价年度不在其中的，程序会提醒。",
            ),
        )
    )
    look.page(sheet, scheme, header_row=None, upright=True)
    sheet.page_setup.fitToHeight = 1


def _steps(last: Iterable[Line]) -> Iterable[Line]:
    named = "、".join(f"“{title}”" for title in layout.INPUT_SHEETS)
    return (
        (
            "第1步", "填“参数”",
            "写上地区和评价年度，核对指标权重与基准方法（合计应为100）。"
            f"整本工作簿只需填四张表：{named}；橙色标签的其余各表可以不填。",
        ),
        (
            "第2步", "填“原始数据”",
            "把各部门的数据贴进来，一户一行；粘贴时选“只粘贴数值”。"
            "鼠标停在表头上，会显示这一列填什么、向哪个部门要。",
        ),
        (
            "第3步", "填“上年数据”",
            "列与“原始数据”完全相同，贴上一年的最终数据。最好包含上一年全部规上企业，基准值由它算出。",
        ),
        *last,
    )  # fmt: skip


_PRINTING = "各表已设好A4横向、表头逐页重复，可以直接打印。"


def _run_steps(scheme: Scheme) -> tuple[Line, Line]:
    return (
        (
            "第4步", "核查并计算",
            f"存盘并关闭工作簿，在命令行运行：permu-xl run {_BOOK}\n"
            f"结果存为“{_BOOK.removesuffix('.xlsx')}-结果.xlsx”，原来的文件不动。"
            "按“数据核查”改正后再运行，直到没有错误。",
        ),
        (
            "第5步", "看结果、打印",
            f"依次看“核验”“分类结果”“汇总”。{_PRINTING}{_proposal(scheme, '再运行一次')}",
        ),
    )  # fmt: skip


def _live_steps(scheme: Scheme) -> tuple[Line, Line]:
    return (
        (
            "第4步", "看结果、核查",
            "基准值、得分和分类随输入自动算出。这三张表第2行变红时没有结果，红字写明原因和办法。"
            "再点“亩均评价”里的“整区重算”（Excel 在上方的选项卡，LibreOffice 在菜单），"
            "写出“数据核查”“汇总”“核验”；按“数据核查”改正后再点，直到没有错误。",
        ),
        (
            "第5步", "定稿、打印",
            "“核验”全部为TRUE后点“导出定稿”，得到旁边只有数值的文件，用它上报、打印。"
            f"{_PRINTING}{_proposal(scheme, '结果随之改变')}",
        ),
    )  # fmt: skip


def _proposal(scheme: Scheme, then: str) -> str:
    """Return what to do after a decision on the proposed classes (R17, R18)."""
    proposed = [s.label for s in scheme.selections if s.flagged]
    lists = "、".join(f"{label}类" for label in dict.fromkeys(proposed))
    head = f"{lists}名单报批后有变动的，" if lists else "分类另有决定的，"
    return f"{head}记入“分类调整”，{then}。"


def _legend(writer: _Writer, scheme: Scheme, *, live: bool) -> None:
    writer.line("填写", "浅黄底色", "由您填写的格子。")
    writer.paint(look.INPUT_FILL)
    results = (
        "公式算出或按钮写入的格子，请不要改。"
        if live
        else "程序写入的格子，请不要手改：下次运行会重写。"
    )
    writer.line("结果", "白色底色", results)
    writer.line("表头", "深色表头", "这一列要有数据；没有的格子会提醒或扣分。")
    writer.paint(look.ACCENT, "FFFFFF")
    writer.line("表头", "浅色表头", "选填列，没有就留空。")
    writer.paint(look.ACCENT_SOFT, look.ACCENT)
    names = {definition.letter: definition.name for definition in scheme.classes}
    for letter, colour in look.class_colours(scheme.letters).items():
        writer.line(letter, f"{letter}类", names[letter])
        writer.paint(look.tint(colour), look.shade(colour))
    writer.line(layout.NOT_EVALUATED, "灰色", "不参加评价的企业，原因写在“判定依据”。")
    writer.paint("F1F3F5", look.MUTED)


def _remedies(writer: _Writer, *, live: bool) -> None:
    for level, (todo, text) in _LEVELS.items():
        if live and level is Level.ERROR:
            text = "有错误时得分和分类都不显示。"
        colour = look.LEVEL_COLOURS[level]
        writer.line(level.value, todo, text)
        writer.paint(look.tint(colour), look.shade(colour))
    again = "再点“整区重算”" if live else "重新运行"
    writer.line(
        "定位",
        "点带下划线的“单元格”",
        f"直接跳到出问题的格子，没有下划线的是整张表的问题；改好以后{again}，核查表会跟着更新。",
    )


def _advice(scheme: Scheme) -> Iterable[Line]:
    yield (
        "空白和0", "没有数据就留空", "0表示“报的就是0”，空白表示“没有数据”，两者计分可能不同。",
    )  # fmt: skip
    yield (
        "代码", "按文本填写",
        "统一社会信用代码和行业代码两列已设为文本。从别处粘贴时选“只粘贴数值”，以免变成数字、丢失末几位或前面的0。",
    )  # fmt: skip
    years = scheme.scope.new_firm_years
    young = f"、投产不满{years}年的新企业" if years else ""
    yield (
        "是否参评", "一般留空",
        f"程序按行业代码和投产日期判断不参评的行业{young}（{scheme.scope.clause}）；"
        "填“是”或“否”时以您填的为准，结果里注明。",
    )  # fmt: skip


def _whole_book() -> Iterable[Line]:
    yield (
        "表格",
        "可以加行、加列",
        "程序按工作表名和表头文字找数据；可以插入行列、换列的次序，但请不要改工作表名和表头文字。",
    )


def _live_limits(scheme: Scheme, rows: int) -> Iterable[Line]:
    last = layout.FIRST_ROW + rows - 1
    yield (
        "行数", f"最多{rows}行企业",
        f"“原始数据”“上年数据”都只算到第{last}行；下面还有内容时，结果一概不显示并用红字说明。"
        "更多的企业请用行数更多的模板：permu-xl template 某区.xlsx --live --rows 行数。",
    )  # fmt: skip
    yield (
        "表格", "填写的表可以改",
        "四张填写的表可以加行、删行、移动、排序、换列的次序，但请不要改工作表名和表头文字；"
        "结果三张表里不能加行、删行、排序。",
    )  # fmt: skip
    yield (
        "方案", "不能换",
        f"公式是为方案{scheme.id}做的；别的方案请用它自己的模板，自己的方案文件请用不带公式的模板。",
    )  # fmt: skip
    yield (
        "加载项", "必须装好",
        "公式由 permu_xl 加载项（.xlsm 由自带的宏和本机的程序）计算；"
        "没有装好的电脑上显示红字，不显示旧的结果。",
    )  # fmt: skip


class _Writer:
    """Writes lines of three cells one below the other."""

    def __init__(self, sheet: Worksheet, row: int) -> None:
        self.sheet, self.row = sheet, row - 1

    def section(self, title: str) -> None:
        self.row += 2 if self.row >= layout.HEADER_ROW else 1
        look.put(self.sheet, self.row, 1, title, look.SECTION)
        self.sheet.row_dimensions[self.row].height = 22

    def table(self, lines: Iterable[Line]) -> None:
        for first, second, third in lines:
            self.line(first, second, third)

    def line(self, first: str, second: str, third: str, *, link: str = "") -> None:
        self.row += 1
        text = look.cell_style("output", "text")
        lead = look.cell_style("output", "link" if link else "choice")
        for column, (value, style) in enumerate(((first, lead), (second, text), (third, text)), 1):
            look.put(self.sheet, self.row, column, value or None, style)
        if link:
            cell = self.sheet.cell(self.row, 1)
            cell.hyperlink = Hyperlink(
                ref=cell.coordinate, location=f"{quote_sheetname(link)}!A1", display=first
            )
            cell.style = lead
        lines = max(
            look.line_count(value, width)
            for value, width in zip((first, second, third), _WIDTHS, strict=True)
        )
        self.sheet.row_dimensions[self.row].height = look.row_height(lines)

    def change(self, column: int, value: str) -> None:
        """Replace a cell of the last line."""
        self.sheet.cell(self.row, column, value)

    def paint(self, fill: str, ink: str = look.INK) -> None:
        """Give the first cell of the last line a colour as an example."""
        cell = self.sheet.cell(self.row, 1)
        cell.fill = PatternFill("solid", start_color=fill)
        cell.font = Font(look.FONT, 10, bold=True, color=ink)
