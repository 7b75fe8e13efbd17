"""What the commands of the year ask and tell: the same words in every host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.findings import IN_WORKBOOK, Finding, Level
from permu_xl.reports.publication import OPEN
from permu_xl.reports.sensitivity import SENSITIVITY
from permu_xl.reports.verification import CHANGED, NEVER_RUN
from permu_xl.workbook import layout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from permu_xl.intake import Imported
    from permu_xl.reports.city import Applied
    from permu_xl.reports.comparison import Comparison
    from permu_xl.reports.notices import Registered
    from permu_xl.reports.sensitivity import Sensitivity
    from permu_xl.reports.verification import Verdict

__all__ = [
    "CHOOSE_EARLIER",
    "CHOOSE_FOLDER",
    "CHOOSE_RETURNED",
    "CHOOSE_TABLES",
    "CONFIRMED",
    "LINES_LEFT",
    "MENU",
    "TITLES",
    "also_pdf",
    "applied",
    "compared",
    "data_errors",
    "data_published",
    "imported",
    "imported_into",
    "not_published",
    "previewed",
    "published",
    "registered",
    "registered_into",
    "sensitive",
    "verified",
    "where_to",
]

TITLES: Mapping[str, str] = {
    "notices": "一企一单",
    "publish": "公示与上报表",
    "publish_data": "数据公示",
    "register": "登记异议",
    "sensitivity": "敏感性",
    "compare": "与另一份比较",
    "verify": "核对结果",
    "import": "导入部门表",
}
"""What messages call the commands."""

CHOOSE_EARLIER = "选更正以前的那一份（打开的这一份作为更正以后的）"
CHOOSE_FOLDER = "选放确认单的文件夹"
CONFIRMED = "末尾的分类（如C、D类）已经市里确认了吗？选“否”，公示表注明是初步名单；选“取消”不生成。"
CHOOSE_TABLES = "选部门的表（可以多选）"
CHOOSE_RETURNED = "选企业退回的确认单（可以多选）"
LINES_LEFT = "异议期限、受理单位留了横线，请填好再发。"

SHOWN = 10
"""How many cells that differ go into a message."""

_AGREES = {True: "一致", False: "不一致", None: "无从核对"}
MENU: Mapping[str, str] = {
    **IN_WORKBOOK,
    "evaluate": "点“整区重算”",
    "evaluate_again": "点“整区重算”",
    "check_and_mend": "点“数据核查”并改正",
    "verify": "点“核对结果”查看",
}
"""What a remedy asks to be done with the program, for the user of a menu."""


def where_to(count: int, folder: Path, *, again: bool) -> str:
    """Return the question where the notices are to go; no means another folder."""
    there = "这个文件夹已经有了：数据有变化的确认单会重新生成，没有变化的不动。" if again else ""
    return (
        f"给{count}户企业各出一份确认单，放在 {folder} 吗？{there}"
        "选“否”另选文件夹，选“取消”不出；企业多时要几分钟。"
    )


def also_pdf(count: int) -> str:
    """Return the question whether PDF files are wanted as well."""
    from permu_xl.reports.notices import time_needed

    return (
        f"确认单已写好。要不要再由 LibreOffice 转成{count}个 PDF？"
        f"{time_needed(count)}，选“否”不转。"
    )


def data_errors(findings: Sequence[Finding], remedies: Mapping[str, str]) -> str:
    """Return the sentence about figures that cannot be evaluated."""
    count = sum(finding.level is Level.ERROR for finding in findings)
    return f"数据有错误{count}条，没有生成；请{remedies['check_and_mend']}后再试。"


def not_published(findings: Sequence[Finding], remedies: Mapping[str, str]) -> str:
    """Return the sentence about a workbook that must not be handed in as it is."""
    first = findings[0]
    if first.code not in (NEVER_RUN, CHANGED, OPEN):
        return data_errors(findings, remedies)
    where = f"{first.sheet}!{first.cell}" if first.cell else first.sheet
    who = f" {first.who}" if first.who else ""
    more = f"（共{len(findings)}处不一致）" if len(findings) > 1 else ""
    return f"没有生成：{where}{who}：{first.problem}{more}；{first.remedy_in(remedies)}。"


def published(out: Path, *, confirmed: bool) -> str:
    """Return the sentence after 公示与上报表."""
    first = "" if confirmed else "末尾的分类注明是初步名单，"
    return (
        f"已生成 {out}：公示、上报表、分类名单；公示表没有公布总分，{first}"
        "公示期和受理单位留空待填。"
    )


def data_published(out: Path) -> str:
    """Return the sentence after 数据公示."""
    return f"已生成 {out}：数据公示，没有得分和分类；公示期和受理单位留空待填。"


def registered_into(done: Registered, files: int, path: Path) -> str:
    """Return the sentences after 登记异议 into the workbook itself."""
    from permu_xl.reports.notices import registered as told

    lines = [f"{told(done, files)}已写入 {path}。"]
    if done.added:
        lines.append(
            f"请在“{layout.OBJECTIONS}”里逐条填办理结果；核实有误的，改“{layout.DATA}”，"
            "再重新评价。"
        )
    return "\n".join(lines)


def registered(done: Registered, files: int, out: Path) -> str:
    """Return the sentences after 登记异议, with the first notices that need a look."""
    from permu_xl.reports.notices import registered as told

    lines = [f"{told(done, files)}已写入 {out}，打开的工作簿没有改，以后接着用新的这一份。"]
    lines += [
        f"{f.file} {f.who}：{f.problem}；{f.remedy_in(MENU)}。" for f in done.findings[:SHOWN]
    ]
    if len(done.findings) > SHOWN:
        lines.append(
            f"……另有{len(done.findings) - SHOWN}份，用命令行的 permu-xl register 全部列出。"
        )
    return "\n".join(lines)


def sensitive(s: Sensitivity, out: Path) -> str:
    """Return the sentence after 敏感性."""
    near = len({each.firm for each in s.near})
    return (
        f"已生成 {out}，见“{SENSITIVITY}”表：试了{len(s.outcomes)}种别的口径，"
        f"{len(s.depending)}户的分类取决于口径，{near}户贴近分界线（{s.margin:g}分以内）；"
        "发布前请先定下有影响的口径。"
    )


def compared(c: Comparison, out: Path) -> str:
    """Return the sentence after 与另一份比较."""
    premises = "".join(f"注意：{premise}。" for premise in c.premises)
    if not c.evaluated:
        wrong = "、".join(
            outcome.book.path.name for outcome in (c.old, c.new) if outcome.evaluation is None
        )
        return (
            f"{premises}已生成 {out}，只对照了输入的数据，有{len(c.changes)}处改动："
            f"{wrong} 的数据有错误，不能评价，改正后再比较结果。"
        )
    moved = sum(change.moved for change in c.baselines)
    if c.without_objection:
        premises += f"注意：原始数据有{c.without_objection}处变动在“异议台账”里没有记录。"
    return (
        f"{premises}已生成 {out}：数据改动{len(c.changes)}处，基准值变动{moved}项，"
        f"得分、排名或分类有变动的{len(c.firms)}户，其中分类变动{len(c.classes)}户。"
    )


def verified(verdict: Verdict, remedies: Mapping[str, str], shown: int = SHOWN) -> str:
    """Return the message after 核对结果: what agrees, and the first cells that do not.

    With ``shown`` 0 only how many: the host lists them itself.
    """
    count = len(verdict.differences)
    differ = f"，有{count}格不同" if count else ""
    lines = ["核对一致。" if verdict.agrees else f"核对不一致{differ}。"]
    lines += [
        f"{check.name}：{_AGREES[check.agrees]}。{check.text_in(remedies)}。"
        for check in verdict.checks
    ]
    if shown:
        lines += _unlike(verdict, shown)
    return "\n".join([*lines, *(f"注意：{note}" for note in verdict.notes)])


def _unlike(verdict: Verdict, shown: int) -> list[str]:
    """Return what has changed in the inputs, then the cells that differ, the first of each."""
    inputs, cells = verdict.inputs, verdict.differences
    lines = [change.told for change in inputs[:shown]]
    if len(inputs) > shown:
        lines.append(f"……输入另有{len(inputs) - shown}处改过。")
    lines += [difference.told for difference in cells[:shown]]
    if len(cells) > shown:
        lines.append(f"……另有{len(cells) - shown}格，用命令行的 permu-xl verify 全部列出。")
    return lines


def imported(done: Imported, out: Path) -> str:
    """Return the sentence after 导入部门表 into a copy."""
    return (
        f"已生成 {out}，打开的工作簿没有改：{_firms(done)}，写入{_written(done)}个数；"
        f"{_found(done)}，列在它的“{layout.FINDINGS}”，每个数的来历在“{layout.PROVENANCE}”；"
        "请先处理完这些问题，再点“数据核查”。"
    )


def imported_into(done: Sequence[Imported]) -> str:
    """Return the sentences after 导入部门表 into workbooks themselves; one line each."""
    return "\n".join(
        f"已写入 {each.book}：{_firms(each)}，写入{_written(each)}个数{_last_year(each)}；"
        f"{_found(each)}，列在“{layout.FINDINGS}”，每个数的来历在“{layout.PROVENANCE}”。"
        for each in done
    )


def previewed(done: Sequence[Imported]) -> str:
    """Return the sentences about what would be imported; one line a workbook."""
    return "\n".join(
        f"还没有写入 {each.book.name}。读懂了{len(each.tables)}张表，{_firms(each)}，"
        f"能写入{_written(each)}个数{_last_year(each)}；{_found(each)}。"
        for each in done
    )


def _firms(done: Imported) -> str:
    return f"{done.firms}户企业" + (f"（新增{done.added}户）" if done.added else "")


def _written(done: Imported) -> int:
    from permu_xl.intake import Status

    return done.counts[Status.WRITTEN] + done.counts[Status.REPLACED]


def _last_year(done: Imported) -> str:
    return f"，“上年数据”{done.previous}户" if done.previous else ""


def _found(done: Imported) -> str:
    return "，".join(f"{level.value}{done.count(level)}条" for level in Level)


def applied(done: Applied) -> list[str]:
    """Return what became of the city's decisions in each district."""
    lines = [
        f"{each.district}（{each.path.name}）：新写入{each.added}户，"
        f"原来就有{each.present}户，没有写入{each.refused}户"
        for each in done.books
    ]
    if done.undecided:
        lines.append(f"名单里还有{done.undecided}户没有填市级意见。")
    if done.unread:
        lines.append(f"名单里有{done.unread}户的意见有读不懂的单元格，没有写回，见所列的“错误”。")
    if any(each.backup for each in done.books):
        lines.append("写回前的工作簿备份在旁边（名字加 .bak）。")
    return lines
