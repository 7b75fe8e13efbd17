"""The one place that knows the workbook's sheets, headers and fixed cells.

Tables are found by header text, never by position (``permu_xl.book.headers``); the positions
here are those of a fresh template.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from permu_xl.engine.baseline import METHOD_NAMES
from permu_xl.engine.scheme import Indicator, Scheme, TwoStage

GUIDE = "使用说明"
PARAMETERS = "参数"
DATA = "原始数据"
PREVIOUS = "上年数据"
ADJUSTMENTS = "分类调整"
BASELINES = "基准值"
SCORES = "得分"
CLASSES = "分类结果"
FINDINGS = "数据核查"
SUMMARY = "汇总"
PROOF = "核验"
MEASURES = "分类政策"

SHEETS = (
    GUIDE, PARAMETERS, DATA, PREVIOUS, ADJUSTMENTS,
    BASELINES, SCORES, CLASSES, FINDINGS, SUMMARY, PROOF, MEASURES,
)  # fmt: skip
INPUT_SHEETS = (PARAMETERS, DATA, PREVIOUS, ADJUSTMENTS)
RESULT_SHEETS = (BASELINES, SCORES, CLASSES, FINDINGS, SUMMARY, PROOF)

TITLE_ROW = 1
NOTE_ROW = 2
HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
"""Where the tables of a fresh template begin (1-based); one empty row above the header."""

LAST_ROW = 60000
"""How far down the lists, checks and colours of a fresh template reach."""

YES, NO = "是", "否"
NOT_EVALUATED = "不参评"

Kind = Literal["text", "code", "date", "number", "integer", "points", "choice", "link"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table.

    ``header`` is what the template writes: name and unit; ``unit`` alone as in the brackets.
    ``choices`` are the values a drop-down list offers; ``source`` is the delivering department.
    """

    key: str
    name: str
    kind: Kind
    unit: str = ""
    width: float = 12
    note: str = ""
    source: str = ""
    choices: tuple[str, ...] = ()
    required: bool = True

    @property
    def header(self) -> str:
        """The header text: the name, with the unit in full-width brackets."""
        return f"{self.name}（{self.unit}）" if self.unit else self.name


SERIAL = Field("serial", "序号", "integer", width=6, required=False, note="可以不填，只供查看。")
CODE = Field(
    "code", "统一社会信用代码", "code", width=22, source="市场监管部门",
    note="18位，按文本填写；按数字填写会丢失末尾几位。",
)  # fmt: skip
NAME = Field("name", "企业名称", "text", width=30, note="营业执照上的全称。")


def data_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 原始数据 and 上年数据."""
    yes_no = (YES, NO)
    return (
        SERIAL,
        CODE,
        NAME,
        Field(
            "industry", "行业代码", "code", width=10, source="统计部门",
            note="国民经济行业分类（GB/T 4754-2017）代码，如 3421 或 C3421；"
            "决定是否属于不参评行业。",
        ),
        Field(
            "start_date", "投产日期", "date", width=12, source="统计部门",
            note="如 2019-05-01；决定投产是否满规定年限。",
        ),
        *(
            Field(
                a.id, a.name, "choice" if a.values else "text", width=14, note=a.help,
                choices=a.values, required=not a.default,
            )
            for a in scheme.asked_attributes
        ),
        *(
            Field(c.id, c.name, "number", c.unit, 14, c.help, c.source)
            for c in scheme.columns.values()
        ),
        Field(
            "bonus_points", "加分", "number", width=8, required=False,
            note="直接给出的加分，扣分填负数；没有留空。",
        ),
        Field(
            "bonus_labels", "加分项", "text", width=16, required=False,
            note="方案加分表里的名称，几项用顿号隔开；可填："
            + ("、".join(scheme.bonus.labels) or "本方案没有列出加分项，请用“加分”列。"),
        ),
        *(
            Field(f.id, f.name, "choice", width=10, note=f.help, choices=yes_no, required=False)
            for f in scheme.flags.values()
        ),
        Field(
            "included", "是否参评", "choice", width=9, choices=yes_no, required=False,
            note="留空按规则判断；填“是”或“否”以此为准，结果里注明。",
        ),
        Field("remark", "备注", "text", width=36, required=False, note="自由填写，不参与计算。"),
    )  # fmt: skip


PARAMETER_NAMES = {"district": "地区", "year": "评价年度", "scheme": "方案"}
PARAMETER_FIRST_ROW = 4
"""Row of the first name/value pair in a fresh template, names in column A, values in B."""
PARAMETER_HEADER_ROW = 9


def parameter_cell(key: str) -> tuple[int, int]:
    """Return row and column (1-based) of a parameter's value in a fresh template."""
    return PARAMETER_FIRST_ROW + list(PARAMETER_NAMES).index(key), 2


def parameter_rows(scheme: Scheme) -> tuple[tuple[Indicator, str], ...]:
    """Return indicator and group of each row of the table on 参数, in order.

    The row of an indicator has the group ""; rows for the manual baselines of its groups follow.
    """
    rows: list[tuple[Indicator, str]] = []
    for i in scheme.indicators:
        rows += [(i, ""), *((i, group) for group in scheme.baseline_groups(i) if group)]
    return tuple(rows)


def parameter_fields() -> tuple[Field, ...]:
    """Return the columns of the table on 参数, one row an indicator."""
    return (
        Field("indicator", "指标", "text", width=22),
        Field("weight", "权重", "number", width=24, note="基本分值；各项指标合计应为方案的满分。"),
        Field(
            "method", "基准方法", "choice", width=14, choices=tuple(METHOD_NAMES.values()),
            note="总量法：合计除以合计；企业均值：各户指标的平均；最高值：最高的一户；"
            "人工核定：用右边填写的数。",
        ),
        Field(
            "manual", "人工核定基准值", "number", width=18, required=False,
            note="基准方法为“人工核定”时必填，大于0。",
        ),
        Field("cap", "封顶倍数", "number", width=12, note="单项最高得分是基本分值的几倍。"),
    )  # fmt: skip


def adjustment_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 分类调整."""
    return (
        CODE,
        NAME,
        Field("letter", "调整后分类", "choice", width=12, choices=scheme.letters),
        Field("reason", "调整原因", "text", width=30),
        Field("document", "依据", "text", width=30, note="文件号或会议纪要。"),
        Field("date", "日期", "date", width=15, required=False),
    )


def baseline_fields() -> tuple[Field, ...]:
    """Return the columns of 基准值, one row an indicator."""
    return (
        Field("indicator", "指标", "text", width=20),
        Field("unit", "单位", "text", width=16),
        Field("numerator", "上年分子合计", "number", width=16),
        Field("denominator", "上年分母合计", "number", width=16),
        Field("aggregate", "总量法均值", "number", width=14),
        Field("mean", "企业均值", "number", width=14),
        Field("highest", "本年最高值", "number", width=14),
        Field("method", "采用方法", "text", width=12),
        Field("value", "采用基准值", "number", width=14),
        Field("note", "说明", "text", width=50),
    )


def score_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 得分; keys are ``value:ID`` and ``score:ID`` for the indicators."""
    return (
        SERIAL,
        CODE,
        NAME,
        *(Field(f"value:{i.id}", i.name, "number", i.unit, 13) for i in scheme.indicators),
        *(Field(f"score:{i.id}", f"{i.name}得分", "points", "", 11) for i in scheme.indicators),
        Field("subtotal", "指标得分合计", "points", width=11),
        Field("bonus", "加分", "points", width=8),
        Field("total", "总分", "points", width=9),
        Field("rank", "总分排名", "integer", width=8),
        Field("notes", "提示", "text", width=50),
    )


def has_units(scheme: Scheme) -> bool:
    """Return whether a scheme may rank firms in several units."""
    return len(scheme.tracks) > 1 or any(track.ranking.within for track in scheme.tracks)


def has_halves(scheme: Scheme) -> bool:
    """Return whether a track of the scheme has the two-stage rule."""
    return any(isinstance(track.rule, TwoStage) for track in scheme.tracks)


def selection_labels(scheme: Scheme) -> tuple[str, ...]:
    """Return the labels of all selections, each once: tracks share the columns of a label."""
    return tuple(dict.fromkeys(s.label for s in scheme.selections))


def class_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 分类结果; keys are ``key:LABEL`` for the selections' sort keys.

    排名单元 is there when not all firms are ranked together, 半区 under a two-stage rule.
    """
    return (
        SERIAL,
        CODE,
        NAME,
        Field("total", "总分", "points", width=9),
        Field("rank", "总分排名", "integer", width=8),
        *((Field("unit", "排名单元", "text", width=16),) if has_units(scheme) else ()),
        *((Field("half", "半区", "text", width=9),) if has_halves(scheme) else ()),
        *(
            Field(f"key:{label}", f"{label}类排序分", "points", width=12)
            for label in selection_labels(scheme)
        ),
        Field("proposed", "初步分类", "text", width=9),
        Field("final", "最终分类", "text", width=9),
        Field("basis", "判定依据", "text", width=60),
    )


def finding_fields() -> tuple[Field, ...]:
    """Return the columns of 数据核查."""
    return (
        Field("level", "级别", "text", width=7),
        Field("code", "代码", "text", width=8),
        Field("sheet", "工作表", "text", width=11),
        Field("cell", "单元格", "link", width=9),
        Field("firm_code", "统一社会信用代码", "code", width=22),
        Field("firm_name", "企业名称", "text", width=28),
        Field("item", "项目", "text", width=18),
        Field("value", "当前值", "text", width=22),
        Field("problem", "问题", "text", width=48),
        Field("remedy", "处理建议", "text", width=40),
    )


def measure_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 分类政策, one row a class."""
    return (
        Field("letter", "分类", "text", width=8),
        Field("name", "类别名称", "text", width=14),
        *(
            Field(f"measure:{m.id}", f"{m.name}（{m.clause}）", "text", width=34)
            for m in scheme.measures
        ),
    )


# ---- 汇总: several tables on one sheet, each with its own columns ------------------------------


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """A table on 汇总: headers in ``header_row`` from ``first_column`` on (both 1-based).

    ``rows`` is the fixed number of rows, None where it follows the data.
    """

    key: str
    title: str
    headers: tuple[str, ...]
    header_row: int
    first_column: int
    rows: int | None


SCORE_BINS = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110)
"""Lower ends of the classes of the score distribution; the first also takes what is below 0."""

SUMMARY_POINTS_COLUMN = 30
"""Column (AD) where the points of the scatter chart begin: far right, not printed."""


def bin_labels() -> tuple[str, ...]:
    """Return the names of the score bins.

    >>> bin_labels()[0], bin_labels()[1], bin_labels()[-1]
    ('10以下', '10–20', '110及以上')
    """
    inner = [f"{low}–{high}" for low, high in pairwise(SCORE_BINS[1:])]
    return (f"{SCORE_BINS[1]}以下", *inner, f"{SCORE_BINS[-1]}及以上")


def scatter_axes(scheme: Scheme) -> tuple[str, str]:
    """Return what the scatter chart shows across and up: header texts of 得分 or 分类结果.

    The last and the first selection's sort keys; without selections the total and the score of
    the first indicator.
    """
    labels = selection_labels(scheme)
    if len(labels) > 1:
        return f"{labels[-1]}类排序分", f"{labels[0]}类排序分"
    return "总分", f"{scheme.indicators[0].name}得分"


def summary_tables(scheme: Scheme) -> dict[str, SummaryTable]:
    """Return the tables of 汇总 by key: classes, bins, indicators, industries, points.

    ``classes``: one row a class, then 不参评 and 合计.  ``bins``: participants by total.
    ``indicators``: district averages against the baselines.  ``industries``: by division.
    ``points``: the scatter chart's data: one row a participant, the sort key of the last
    selection (or the total, see ``scatter_axes``), then that of the first selection in the column
    of the firm's final class.
    """
    letters = scheme.letters
    classes_row = 4
    bins_row = classes_row + len(letters) + 2 + 3
    indicators_row = bins_row + len(SCORE_BINS) + 3
    industries_row = indicators_row + len(scheme.baseline_rows) + 3
    tables = (
        SummaryTable(
            "classes", "各类企业数",
            ("分类", "户数", "占参评企业比例", "平均总分", "用地面积合计", "占用地比例"),
            classes_row, 1, len(letters) + 2,
        ),
        SummaryTable(
            "bins", "总分分布", ("总分区间", "户数"), bins_row, 1, len(SCORE_BINS)
        ),
        SummaryTable(
            "indicators", "本区平均与基准值",
            (
                "指标", "单位", "基准值", "本年总量均值", "本年企业均值",
                "相当于基准（%）", "基准（%）",
            ),
            indicators_row, 1, len(scheme.baseline_rows),
        ),
        SummaryTable(
            "industries", "分行业（大类）",
            ("行业代码", "行业名称", "参评户数", "平均总分", *(f"{x}类" for x in letters)),
            industries_row, 1, None,
        ),
        SummaryTable(
            "points", "排序分散点（图表数据）",
            (scatter_axes(scheme)[0], *(f"{x}类" for x in letters)),
            HEADER_ROW, SUMMARY_POINTS_COLUMN, None,
        ),
    )  # fmt: skip
    return {table.key: table for table in tables}


# ---- 核验 --------------------------------------------------------------------------------------

PROOF_LIMIT = 5000
"""Districts with more firms get no proof sheet: its formulas would take too long."""

PROOF_TESTS = {
    "test_identity": "代码、名称与原始数据一致",
    "test_participation": "参评与否",
    "test_baselines": "基准值",
    "test_indicators": "指标值",
    "test_scores": "各项得分",
    "test_totals": "合计、加分与总分",
    "test_ranks": "总分排名",
    "test_halves": "前后半区",
    "test_keys": "排序分",
    "test_quotas": "各类名额",
    "test_classes": "初步分类",
    "test_final": "最终分类（含调整）",
    "test_all": "全部核验",
}
"""Defined names of the checks in the order of their rows, and what each one checks."""

PROOF_RESULT_COLUMN = 3
"""Columns of the checks on 核验: A what is checked, B how many differ, C TRUE or FALSE."""

PROOF_HEADERS = ("核验项目", "不一致数", "结果", "说明")


def proof_cell(name: str) -> tuple[int, int]:
    """Return row and column (1-based) of a check's result on 核验."""
    return FIRST_ROW + list(PROOF_TESTS).index(name), PROOF_RESULT_COLUMN


PROOF_BODY_ROW = FIRST_ROW + len(PROOF_TESTS) + 3
"""Header row of the recomputation below the checks; its columns follow the scheme."""


# ---- 数据来源: made by the import of department tables, not part of a fresh template ------------

PROVENANCE = "数据来源"


def provenance_fields() -> tuple[Field, ...]:
    """Return the columns of 数据来源, one row a source cell."""
    return (
        Field("sheet", "工作表", "text", width=11),
        Field("cell", "单元格", "link", width=9),
        Field("firm_code", "统一社会信用代码", "code", width=22),
        Field("firm_name", "企业名称", "text", width=28),
        Field("item", "项目", "text", width=16),
        Field("value", "工作簿的值", "number", width=28),
        Field("unit", "单位", "choice", width=11),
        Field("status", "处理", "text", width=24),
        Field("file", "来源文件", "text", width=28),
        Field("source_sheet", "来源工作表", "text", width=16),
        Field("source_cell", "来源单元格", "choice", width=11),
        Field("header", "来源表头", "text", width=24),
        Field("raw", "原值", "text", width=28),
        Field("source_unit", "原单位", "choice", width=11),
        Field("counted", "折算计入", "number", width=14),
        Field("matched", "匹配依据", "text", width=18),
    )


# ---- the workbooks for handing in, and the city's ----------------------------------------------

NOTICE, REPORT, REPORT_LIST = "公示", "上报表", "分类名单"
"""Sheets of the workbook that ``permu-xl publish`` makes."""

CITY_SUMMARY, CITY_AVERAGES, CITY_INDUSTRIES = "全市汇总", "指标均值", "分行业"
CITY_DECISIONS, CITY_CHECKS, CITY_BOOKS = "待确认名单", "核对", "汇总范围"
"""Sheets of the workbook that ``permu-xl city`` makes."""


def city_book_fields() -> tuple[Field, ...]:
    """Return the columns of 汇总范围, one row a district's workbook."""
    return (
        Field("district", "地区", "text", width=16),
        Field("file", "文件", "text", width=28),
        Field("scheme", "方案", "text", width=16),
        Field("year", "评价年度", "choice", width=10),
        Field("firms", "企业数", "integer", width=9),
        Field("participants", "参评户数", "integer", width=9),
        Field("inputs_hash", "输入校验值", "text", width=19),
        Field("scheme_hash", "方案校验值", "text", width=19),
        Field("version", "程序版本", "text", width=10),
        Field("time", "评价时间", "text", width=22),
        Field("state", "状态", "text", width=24),
    )


def decision_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 待确认名单; keys as in 分类结果 where the columns are the same."""
    units = (Field("unit", "排名单元", "text", width=14),) if has_units(scheme) else ()
    return (
        Field("serial", "序号", "integer", width=6, required=False),
        Field("district", "地区", "text", width=12),
        CODE,
        Field("name", "企业名称", "text", width=24),
        Field("total", "总分", "points", width=8, required=False),
        Field("rank", "总分排名", "integer", width=8, required=False),
        *units,
        Field("proposed", "初步分类", "text", width=8),
        Field("final", "区级分类", "text", width=8),
        Field("figures", "主要数据", "text", width=70, required=False),
        Field("basis", "判定依据", "text", width=30, required=False),
        Field("letter", "市级意见", "choice", width=9, choices=scheme.letters),
        Field("reason", "理由", "text", width=20),
        Field("document", "依据文件", "text", width=16, required=False),
        Field("date", "日期", "date", width=12, required=False),
    )  # fmt: skip


# ---- 运行记录: very hidden, made by the first run that writes results --------------------------

RUNS = "运行记录"
RUNS_TITLE = "运行记录（审计）"
RUNS_NOTE = "程序写入，一次评价一行，最多50行；请不要手改。用 permu-xl verify 核对。"
RUNS_KEPT = 50
"""How many runs are remembered; the oldest ones go first."""


def run_fields() -> tuple[Field, ...]:
    """Return the columns of 运行记录, one row a run; every cell is a text."""
    return (
        Field("time", "时间（UTC）", "text", width=22),
        Field("who", "操作人", "text", width=14),
        Field("version", "程序版本", "text", width=10),
        Field("year", "评价年度", "text", width=10),
        Field("scheme", "方案", "text", width=18),
        Field("scheme_hash", "方案校验值", "text", width=24),
        Field("inputs_hash", "输入校验值", "text", width=24),
        Field("results_hash", "结果校验值", "text", width=24),
        Field("firms", "企业数", "text", width=9),
        Field("participants", "参评企业数", "text", width=10),
        Field("classes", "各类户数", "text", width=30),
        Field("findings", "数据核查条数", "text", width=24),
        Field("previous", "上一行的行校验值", "text", width=24, required=False),
        Field("seal", "行校验值", "text", width=24),
    )


# ---- reports: workbooks of their own ------------------------------------------------------------

CHANGED_DATA = "数据变动"
CHANGED_BASELINES = "基准变动"
CHANGED_SCORES = "得分排名变动"
CHANGED_CLASSES = "分类变动"


def changed_data_fields() -> tuple[Field, ...]:
    """Return the columns of 数据变动, one row a difference."""
    return (
        Field("kind", "变动", "choice", width=7),
        Field("sheet", "工作表", "choice", width=11),
        Field("old_cell", "原单元格", "choice", width=9),
        Field("new_cell", "新单元格", "choice", width=9),
        CODE,
        NAME,
        Field("item", "项目", "text", width=24),
        Field("old", "原值", "number", width=18),
        Field("new", "新值", "number", width=18),
        Field("difference", "增减", "number", width=14),
    )


def changed_baseline_fields() -> tuple[Field, ...]:
    """Return the columns of 基准变动, one row a baseline."""
    return (
        Field("indicator", "指标", "text", width=24),
        Field("unit", "单位", "choice", width=16),
        Field("old_origin", "原来源", "choice", width=14),
        Field("new_origin", "新来源", "choice", width=14),
        Field("value", "原基准值", "number", width=14),
        Field("value", "新基准值", "number", width=14),
        Field("growth", "变动（%）", "points", width=11),
        Field("why", "原因", "text", width=60),
    )


def changed_score_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 得分排名变动, one row a firm whose score, rank or class differs."""
    return (
        CODE,
        NAME,
        *((Field("unit", "排名单元", "text", width=16),) if has_units(scheme) else ()),
        Field("own", "本企业数据", "choice", width=11),
        Field("old_total", "原总分", "points", width=9),
        Field("new_total", "新总分", "points", width=9),
        Field("difference", "总分增减", "points", width=9),
        Field("rank", "原排名", "integer", width=8),
        Field("rank", "新排名", "integer", width=8),
        Field("places", "名次升降", "integer", width=9),
        Field("old_final", "原分类", "choice", width=8),
        Field("new_final", "新分类", "choice", width=8),
        *(
            Field(f"score:{i.id}", f"{i.name}得分增减", "points", width=12)
            for i in scheme.indicators
        ),
    )


def changed_class_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 分类变动, one row a firm whose class differs."""
    return (
        CODE,
        NAME,
        *((Field("unit", "排名单元", "text", width=16),) if has_units(scheme) else ()),
        Field("old_final", "原分类", "choice", width=8),
        Field("new_final", "新分类", "choice", width=8),
        Field("old_proposed", "原初步分类", "choice", width=9),
        Field("new_proposed", "新初步分类", "choice", width=9),
        Field("old_total", "原总分", "points", width=9),
        Field("new_total", "新总分", "points", width=9),
        Field("rank", "原排名", "integer", width=8),
        Field("rank", "新排名", "integer", width=8),
        Field("cause", "变动原因", "text", width=80),
        Field("parts", "起作用的变动", "text", width=20),
    )


# ---- 敏感性: three tables one below the other, written into a copy of the workbook ---------------

SENSITIVITY = "敏感性"
SENSITIVITY_WIDTHS = (24, 40, 24, 26, 11, 11, 62)
SENSITIVITY_TABLES = {
    "readings": (
        "每种读法影响几户",
        ("读法（条款）", "问题", "现在的读法", "别的读法", "变动户数", "占企业数", "分类变动"),
    ),
    "firms": (
        "分类取决于读法的企业",
        ("统一社会信用代码", "企业名称", "现在的分类", "改读后的分类", "现在总分", "改读后总分",
         "哪一种读法"),
    ),
    "near": (
        "贴近分界线的企业",
        ("统一社会信用代码", "企业名称", "分界线", "比较什么", "本企业", "相差", "说明"),
    ),
}  # fmt: skip
"""Title and headers of the tables, which share the columns of the sheet."""
