"""Questions about 分类调整 (R18)."""

from __future__ import annotations

from collections.abc import Iterator

from permu_xl.engine.adjustments import Adjustment, match_adjustments
from permu_xl.engine.model import Roster, Scheme
from permu_xl.engine.scope import participation
from permu_xl.findings import Finding, Level


def check_adjustments(
    scheme: Scheme, roster: Roster, adjustments: tuple[Adjustment, ...], *, year: int
) -> Iterator[Finding]:
    """Yield what is wrong with the sheet of class adjustments (R18)."""
    included = participation(scheme.scope, roster, year).included
    seen: dict[int, int] = {}
    matches = match_adjustments(adjustments, roster)
    for row, (adjustment, firm) in enumerate(zip(adjustments, matches, strict=True)):

        def finding(
            level: Level, code: str, column: str, item: str, value: str, problem: str, remedy: str,
            row: int = row, adjustment: Adjustment = adjustment,
        ) -> Finding:  # fmt: skip
            return Finding(
                level, code, "adjustments", row, column, item, value, problem, remedy,
                firm_code=adjustment.code, firm_name=adjustment.name,
            )  # fmt: skip

        if adjustment.letter not in scheme.letters:
            allowed = "、".join(scheme.letters)
            problem = f"调整后分类“{adjustment.letter}”不是{allowed}之一"
            yield finding(
                Level.ERROR, "E251", "letter", "调整后分类", adjustment.letter,
                problem if adjustment.letter else "没有填写调整后分类",
                f"填写{allowed}之一；不是企业的行请清空",
            )  # fmt: skip
        if firm < 0:
            yield finding(
                Level.ERROR, "E252", "code", "统一社会信用代码", adjustment.code,
                "要调整的企业在原始数据里找不到，或同名不止一户", "核对代码和名称，填写代码",
            )  # fmt: skip
            continue
        if firm in seen:
            yield finding(
                Level.ERROR, "E253", "code", "统一社会信用代码", adjustment.code,
                f"同一户企业调整了两次（另见第{seen[firm] + 1}条）", "只保留一条",
            )  # fmt: skip
        seen[firm] = row
        if not included[firm]:
            yield finding(
                Level.WARNING, "W254", "letter", "调整后分类", adjustment.letter,
                "该企业不参评，调整没有生效",
                "要参评请在原始数据的“是否参评”填“是”，否则删去这一条",
            )  # fmt: skip
        if not (adjustment.reason and adjustment.document):
            yield finding(
                Level.WARNING, "W255", "reason", "调整原因、依据", adjustment.reason,
                "分类调整没有写明原因或依据", "补写调整原因和依据文件",
            )  # fmt: skip
        name = str(roster.names[firm])
        if adjustment.code and adjustment.name and adjustment.name != name:
            yield finding(
                Level.WARNING, "W256", "name", "企业名称", adjustment.name,
                f"代码对应的企业是“{name}”，与这里写的名称不同", "核对代码是否填错",
            )  # fmt: skip
