"""How kinds of findings are made, and what those of several subjects say alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.findings.kinds import Kind, Said

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CONFIRM_IT",
    "NORMAL_FORM",
    "NO_NEED",
    "hard_to_see",
    "kind",
    "noted",
    "shown_otherwise",
    "told",
]

NORMAL_FORM = "核对是否正确；最好改成规范写法"
NO_NEED = "不需要处理"
CONFIRM_IT = "请确认"


def kind(
    code: str,
    meaning: str,
    problem: str,
    remedy: str,
    clause: str = "",
    *,
    own: Iterable[str] = (),
    apart: bool = False,
    **cases: tuple[str, str],
) -> Kind:
    """Make a kind; a case whose remedy is empty has the usual one."""
    others = {name: Said(said, to_do or remedy) for name, (said, to_do) in cases.items()}
    return Kind(code, meaning, Said(problem, remedy), clause, others, frozenset(own), apart)


def told(code: str, meaning: str, clause: str = "") -> Kind:
    """Make a kind whose problem and remedy are told by whoever could not read a cell or table."""
    return kind(code, meaning, "{problem}", "{remedy}", clause, own=("problem",))


def noted(code: str, meaning: str, clause: str = "") -> Kind:
    """Make a kind of hint about a cell that was read although it is not written as it should be."""
    return kind(code, meaning, "{hint}", NORMAL_FORM, clause)


def shown_otherwise(
    scale: str, unit: str, covered: str, refused: str, again: str, **cases: Said
) -> tuple[Kind, ...]:
    """Make the kinds about figures that are not taken since a person sees others.

    They are said of the district's own workbook and of departments' tables: ``refused`` says what
    becomes of the figures, ``again`` what to do afterwards.
    """
    return (
        Kind(
            scale,
            f"存的数与显示的数不一样，{refused}",
            Said(
                "“{header}”的{cells}存的数与看到的不是一个数（存的是{value}，{by}显示成“{text}”），"
                + refused,
                f"把单元格格式改成“常规”，核对数和单位后{again}",
            ),
            cases=cases,
        ),
        kind(
            unit,
            f"显示格式里的单位与表头不一致，{refused}",
            "“{header}”的{cells}显示为“{text}”，格式里的单位“{told}”与这一列的单位“{unit}”不一致，"
            + refused,
            f"核对这一列到底是什么单位，改正表头或去掉格式里的单位后{again}",
        ),
        kind(
            covered,
            f"合并单元格下面有看不见的数，{refused}",
            "“{header}”的{cells}被合并单元格盖住，下面还有看不见的数，" + refused,
            f"核对合并的几行是不是同一个数；要各算各的，取消合并、逐行填写后{again}",
        ),
    )


def hard_to_see(rows: str, column: str, struck: str, kept: str, again: str) -> tuple[Kind, ...]:
    """Make the kinds about rows and columns that are taken although they may not be meant."""
    return (
        kind(
            rows,
            f"隐藏的或被筛选掉的行，{kept}",
            "{rows}是隐藏的或被筛选掉的，" + kept,
            f"不要的行请删除，要的请取消隐藏或筛选，再{again}",
        ),
        kind(
            column,
            f"隐藏的列，{kept}",
            "“{value}”这一列是隐藏的，" + kept,
            f"核对要用的是不是这一列；不是的，删除它或改掉表头后{again}",
        ),
        kind(
            struck,
            f"画了删除线的，{kept}",
            "{rows}画了删除线，" + kept,
            f"作废的行请删除，有效的请去掉删除线，再{again}",
            column=(
                "“{header}”的{cells}画了删除线，" + kept,
                f"作废的数请删除，有效的请去掉删除线，再{again}",
            ),
        ),
    )
