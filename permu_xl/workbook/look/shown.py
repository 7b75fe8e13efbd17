"""What the formulas of a new workbook show: titles, and the sum of the weights.

They are written beside the formulas as cached values, so that a preview, Protected View and
programs that only read values show them.  核验 has none on purpose: every program must calculate
it when it opens, or a changed copy would still show TRUE.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from permu_xl.workbook import layout
from permu_xl.workbook.look import sheet_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["Shown", "shown_values"]

Shown = Mapping[str, Mapping[str, Any]]
"""What formulas show, by sheet and address: numbers, texts, truth values, errors by their text."""

_TITLE = re.compile(r'=.*?(?:-(\d+)\)&"年度".*)?&"亩均综合评价　(.*)"', re.DOTALL)
_MARKED = re.compile(r'="([^"]*)"&(.*)', re.DOTALL)
"""A text before the title, as the made-up district has it."""
_WEIGHTS = re.compile(r"=IF\(ROUND\(SUM\((?P<cells>[A-Z0-9:]+)\)-(?P<due>[0-9.]+),6\)=0,")


def shown_values(workbook: Workbook) -> Shown:
    """Return the text of each formula that is known here, by sheet and address."""
    if layout.PARAMETERS not in workbook.sheetnames:
        return {}
    parameters = workbook[layout.PARAMETERS]
    district, year = (
        parameters.cell(*layout.parameter_cell(key)).value for key in ("district", "year")
    )
    found: dict[str, Mapping[str, Any]] = {
        sheet.title: dict(_titles(sheet, district, year)) for sheet in workbook.worksheets
    }
    found[parameters.title] = {**found[parameters.title], **dict(_weights(parameters))}
    return {name: texts for name, texts in found.items() if texts}


def _titles(sheet: Worksheet, district: Any, year: Any) -> Iterator[tuple[str, str]]:
    cell = sheet.cell(layout.TITLE_ROW, 1)
    marked = _MARKED.match(str(cell.value))
    mark, formula = (marked[1], f"={marked[2]}") if marked else ("", str(cell.value))
    known = _TITLE.fullmatch(formula)
    if known is None:
        return
    subject, back = known[2].replace('""', '"'), int(known[1] or 0)
    if formula != f"={sheet_frame.live_title(known[2], back)}":
        return
    whole = isinstance(year, int) and not isinstance(year, bool)
    dated = f"{year - back}年度" if whole else ""
    if whole or year is None or isinstance(year, str):
        place = "" if district is None else district
        yield cell.coordinate, f"{mark}{place}{dated}亩均综合评价　{subject}"


def _weights(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    """Yield what the formula says that adds up the weights on 参数."""
    for (cell,) in sheet.iter_rows(max_row=layout.PARAMETER_HEADER_ROW, min_col=2, max_col=2):
        known = _WEIGHTS.match(str(cell.value))
        if known is not None:
            rows: Any = sheet[known["cells"]]
            weights = [each.value for (each,) in rows]
            total = math.fsum(float(w) for w in weights if isinstance(w, (int, float)))
            due = known["due"]
            right = round(total - float(due), 6) == 0
            told = f"合计{due}，正确" if right else f"合计{total:.15g}，应为{due}"
            yield str(cell.coordinate), told
