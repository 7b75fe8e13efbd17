"""数据来源 and 运行记录: where figures came from and who ran what."""

from __future__ import annotations

from permu_xl.workbook.layout.fields import Field

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


RUNS = "运行记录"

RUNS_TITLE = "运行记录（审计）"

RUNS_NOTE = "程序写入，一次评价一行，最多50行；请不要手改。用 permu-xl verify 核对。"

RUN_INPUTS = "输入各行的校验值"
"""Header of the column of 运行记录, apart from its table, with a hash of each row of the inputs."""

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
