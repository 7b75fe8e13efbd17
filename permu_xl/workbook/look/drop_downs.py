"""What the input cells accept, and what the spreadsheet says when something else is typed.

Where the rules define an outcome for odd input (a negative figure, a date written as text), the
spreadsheet only asks; the program reports it on 数据核查.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from permu_xl.workbook.layout import FIRST_ROW, LAST_ROW, Field

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme

CODE_LENGTH = 18
INDUSTRY_LENGTHS = (2, 5)
"""Shortest and longest industry code: a division's two digits, a letter and four digits."""

_ANY = "1000000000000000"
_TITLE_LIMIT, _TEXT_LIMIT = 32, 255


def validate(
    sheet: Worksheet,
    field: Field,
    column: int,
    scheme: Scheme,
    first_row: int = FIRST_ROW,
    last_row: int = LAST_ROW,
) -> None:
    """Attach the check that suits a field to the cells below its header; text gets none."""
    check = _check(field, scheme)
    if check is None:
        return
    letter = get_column_letter(column)
    check.add(f"{letter}{first_row}:{letter}{last_row}")
    sheet.add_data_validation(check)


def validate_cell(sheet: Worksheet, cell: str, check: DataValidation) -> None:
    """Attach a check to a single cell."""
    check.add(cell)
    sheet.add_data_validation(check)


def inline_list(
    choices: tuple[str, ...], title: str, prompt: str, *, strict: bool = True
) -> DataValidation:
    """Return a drop-down list; unless ``strict`` other values are possible after a question."""
    return _validation(
        "list",
        title,
        prompt,
        f"请从下拉列表里选：{'、'.join(choices)}。",
        style="stop" if strict else "warning",
        formula1=f'"{",".join(choices)}"',
    )


def whole_between(low: int, high: int, title: str, prompt: str, error: str) -> DataValidation:
    """Return a question about anything but a whole number from ``low`` to ``high``."""
    return _validation(
        "whole", title, prompt, error, operator="between", formula1=str(low), formula2=str(high)
    )


def _check(field: Field, scheme: Scheme) -> DataValidation | None:
    title = field.header
    if field.choices:
        return inline_list(field.choices, title, field.note)
    match field.kind:
        case "code":
            return _code(field)
        case "date":
            return _validation(
                "date", title, field.note,
                "这里应当是日期，如 2019-05-01，并且不晚于今天。写成“2019年5月1日”也能识别。",
                operator="between", formula1="1", formula2="TODAY()",
            )  # fmt: skip
        case "number":
            return _number(field, scheme)
    return None


def _code(field: Field) -> DataValidation:
    if field.key == "industry":
        low, high = INDUSTRY_LENGTHS
        return _validation(
            "textLength", field.header, field.note,
            "行业代码是2到4位数字，前面可以带门类字母，如 3421、C3421。",
            operator="between", formula1=str(low), formula2=str(high),
        )  # fmt: skip
    return _validation(
        "textLength", field.header, field.note,
        f"统一社会信用代码应为{CODE_LENGTH}位，请与营业执照核对。",
        operator="equal", formula1=str(CODE_LENGTH),
    )  # fmt: skip


def _number(field: Field, scheme: Scheme) -> DataValidation:
    column = scheme.columns.get(field.key)
    if column is None:
        # A district's own parameters must be positive; points of a firm may be deductions.
        if field.key == "bonus_points":
            return _any_number(field)
        return _validation(
            "decimal", field.header, field.note, f"{field.name}应当是大于0的数。",
            style="stop", operator="greaterThan", formula1="0",
        )  # fmt: skip
    if column.may_be_negative:
        return _any_number(field)
    unit = f"，单位{column.unit}" if column.unit else ""
    least = "大于0" if column.positive else "不小于0"
    kind: Literal["whole", "decimal"] = "whole" if column.whole else "decimal"
    noun = "整数" if column.whole else "数"
    return _validation(
        kind, field.header, _delivered(field), f"{column.name}应当是{least}的{noun}{unit}。"
        "没有数据请留空。",
        operator="greaterThan" if column.positive else "greaterThanOrEqual", formula1="0",
    )  # fmt: skip


def _any_number(field: Field) -> DataValidation:
    return _validation(
        "decimal", field.header, _delivered(field), f"{field.name}应当是数字，可以为负。",
        operator="between", formula1=f"-{_ANY}", formula2=_ANY,
    )  # fmt: skip


def _delivered(field: Field) -> str:
    return f"{field.note}\n提供部门：{field.source}" if field.source else field.note


def _validation(
    kind: Literal["list", "whole", "decimal", "date", "textLength"],
    title: str,
    prompt: str,
    error: str,
    *,
    formula1: str,
    formula2: str | None = None,
    operator: Literal["between", "equal", "greaterThan", "greaterThanOrEqual"] | None = None,
    style: Literal["stop", "warning"] = "warning",
) -> DataValidation:
    return DataValidation(
        type=kind,
        operator=operator,
        formula1=formula1,
        formula2=formula2,
        allowBlank=True,
        errorStyle=style,
        showErrorMessage=True,
        errorTitle=title[:_TITLE_LIMIT],
        error=error[:_TEXT_LIMIT],
        showInputMessage=bool(prompt),
        promptTitle=title[:_TITLE_LIMIT] if prompt else None,
        prompt=prompt[:_TEXT_LIMIT] if prompt else None,
    )
