"""What the columns of the tables of firms are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import layout
from permu_xl.workbook.proof import needs
from permu_xl.workbook.proof.explanations import key_name

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme
    from permu_xl.workbook.proof.board import Board, Table
    from permu_xl.workbook.proof.plan import Plan

__all__ = ["put_headers"]

_HEADERS = {
    "name": layout.NAME.name,
    "code": layout.CODE.name,
    "at:scores": "在“得分”的第几行",
    "at:classes": "在“分类结果”的第几行",
    "differences": "不一致数",
    "identity": "识别",
    "known_as": "计算时的识别",
    "order": "识别的次序",
    "industry_told": "行业代码（原样）",
    "included_told": "是否参评（原样）",
    "industry": "行业代码",
    "start_date": "投产日期",
    "included": "参评",
    "track": "赛道序号",
    "subtotal": "指标得分合计",
    "labels": "加分项",
    "label_points": "加分项得分",
    "points": "加分合计",
    "bonus": "计入加分",
    "total": "总分",
    "ungraded": "不参加排名的类别",
    "ranked": "参加排名的总分",
    "unit": "排名单元",
    "unit_number": "排名单元序号",
    "counted_unit": "不排名而计入名额的单元",
    "sorted": "总分从低到高",
    "standing": "单元内位置",
    "standings": "位置从低到高",
    "rank": "总分排名",
    "tied": "同分户数",
    "tie": "同分时比较",
    "place": "总分次序",
    "half": "半区",
    "pool_list": "名单序号",
    "pool": "名单内排序分",
    "pool_sorted": "排序分从低到高",
    "pool_standing": "名单内位置",
    "pool_standings": "名单内位置从低到高",
    "pool_rank": "名单内名次",
    "pool_tied": "名单内同分户数",
    "pool_place": "名单内次序",
    "grade": "按名次的分类序号",
    "proposed": "初步分类",
    "final": "最终分类",
    "letter": "调整后分类",
    "row": "本表行号",
    "repeated": "重复",
}


def put_headers(board: Board, plan: Plan, table: Table) -> None:
    """Write the header row of a table."""
    members = {key: member for member, key in needs.memberships(plan.scheme).items()}
    for key, column in table.columns.items():
        member = members.get(key)
        header = _header(plan, key) if member is None else _member_name(plan.scheme, member)
        board.put(table.header_row, column, header)


def _member_name(scheme: Scheme, member: needs.Membership) -> str:
    tracks = "、".join(scheme.tracks[n - 1].name for n in member.tracks)
    by = scheme.attributes[member.by].name if member.by else ""
    return "，".join(part for part in (tracks, f"{by}序号" if by else "") if part)


def _header(plan: Plan, key: str) -> str:
    if key in _HEADERS:
        return _HEADERS[key]
    if key in layout.PROOF_TESTS:
        return layout.PROOF_TESTS[key]
    scheme = plan.scheme
    what, _, id = key.partition(":")
    if what in needs.STANDING:
        return f"“{what}”{_result(plan, id)}"
    match what:
        case "figure":
            return scheme.figure(id).name
        case "flag":
            return scheme.flags[id].name
        case "attribute":
            return scheme.attributes[id].name
        case "guard":
            return next(guard.name for guard in scheme.guards if guard.id == id)
        case "key":
            return f"{id}类排序分"
        case "sum":
            return key_name(scheme, next(k for k, column in plan.keys.items() if column == key))
    name = scheme.indicator(id).name
    return (
        name + {"value": "", "score": "得分", "points": "有数据的得分", "highest": "比最高"}[what]
    )


def _result(plan: Plan, key: str) -> str:
    """Return what a looked-up figure is called, as its own column here is."""
    what, _, label = key.partition(":")
    return f"{label}类排序分" if what == "key" else _header(plan, key)
