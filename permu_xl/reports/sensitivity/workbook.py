"""The sheet 敏感性, added to a workbook's package or made anew there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from permu_xl.errors import BookError
from permu_xl.reports.sensitivity.layout import SENSITIVITY, SENSITIVITY_TABLES, SENSITIVITY_WIDTHS
from permu_xl.text import show_number, show_points
from permu_xl.workbook import layout
from permu_xl.workbook import look as sizes
from permu_xl.workbook.look import look_of
from permu_xl.xlsx import package as ooxml
from permu_xl.xlsx import reading
from permu_xl.xlsx.files import kept_note, same_file
from permu_xl.xlsx.package import Package, add_sheet
from permu_xl.xlsx.writing import CellWriter

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.engine.model import Roster
    from permu_xl.reports.sensitivity.trial import Near, Outcome, Sensitivity
    from permu_xl.workbook.layout import TableAt
    from permu_xl.workbook.reading import Book, OpenedWorkbook
    from permu_xl.xlsx.cells import Value

__all__ = ["class_shown", "moves_text", "near_text", "write_sensitivity"]

_TITLE = "敏感性：文件没有写明的地方换一种口径会怎样"
_KINDS = {
    "readings": ("text", "text", "text", "text", "count", "share", "text"),
    "firms": ("code", "text", "choice", "choice", "points", "points", "text"),
    "near": ("code", "text", "text", "text", "points", "points", "text"),
}
_TITLE_HEIGHT, _NOTE_HEIGHT = 30.0, 18.0

Looks = Mapping[str, str]


def write_sensitivity(
    opened: OpenedWorkbook,
    s: Sensitivity,
    target: Path,
    *,
    backup: bool = False,
    tell: Callable[[str], None] = lambda text: None,
) -> None:
    """Write an opened workbook with the sheet 敏感性 to ``target``; all else stays.

    ``backup`` keeps the file that was there.
    ``tell`` is called with a sentence where a person has changed another ``target``, which is kept.
    Raises BookError where the workbook has a sheet of this name that is not ours.
    """
    package, book = opened.package, opened.book
    opened.refuse_changed()
    namespace = ooxml.namespace_of(package.xml(package.workbook_part))
    xml = _sheet(s, _looks(package, book), namespace)
    if SENSITIVITY in package.sheets:
        part = package.sheet(SENSITIVITY).part
        if not _is_ours(package):
            raise BookError(
                f"{book.path.name} 里已有工作表“{SENSITIVITY}”，但不是程序写的那种表，"
                "请改名后重新运行"
            )
        package.replace(part, xml)
    else:
        add_sheet(package, SENSITIVITY, xml)
    made = not same_file(target, book.path)
    kept = package.save(target, backup=backup and not made, made=made)
    if made and kept is not None:
        tell(kept_note(target, kept))


def class_shown(letter: str) -> str:
    """Return a class as shown; a firm that has none is 不参评."""
    return letter or layout.NOT_EVALUATED


def moves_text(outcome: Outcome) -> str:
    """Return which classes firms move between, in words.

    C→B 2户，B→C 2户.
    """
    if outcome.problem:
        return outcome.problem
    return "，".join(
        f"{class_shown(now)}→{class_shown(then)} {count}户"
        for (now, then), count in outcome.moves.items()
    )


def near_text(near: Near) -> str:
    """Return how close a firm is and what lies on either side, in words."""
    shown = show_points if near.points else show_number
    unit = f"{near.unit}，" if near.unit else ""
    if near.distance <= 1e-9:
        if near.drawn:
            return f"{unit}正好在分数线上，{near.side}"
        return f"{unit}与线那边的企业相同，按并列次序{near.side}"
    if near.drawn:
        line = shown(near.limit)
        return f"{unit}分数线是{line}，现在{near.side}，越线则{near.across}"
    return f"{unit}线那边是{shown(near.limit)}，现在{near.side}，越线则{near.across}"


def _is_ours(package: Package) -> bool:
    rows = reading.Sheets(package).top(SENSITIVITY, 1)
    return bool(rows and rows[0] and rows[0][0] == _TITLE)


def _rows(s: Sensitivity) -> dict[str, list[list[Value]]]:
    e, roster = s.evaluation, s.evaluation.roster
    readings: list[list[Value]] = [
        [
            f"{o.alternative.reading}（{o.alternative.clause}）", o.alternative.question,
            o.alternative.now, o.alternative.then, len(o.firms),
            len(o.firms) / e.roster.size if e.roster.size else None,
            moves_text(o) or "没有影响",
        ]
        for o in s.outcomes
    ]  # fmt: skip
    firms: list[list[Value]] = [
        [
            *_who(roster, d.firm), class_shown(d.now), class_shown(d.then),
            d.total_now, d.total_then,
            f"{o.alternative.reading} {o.alternative.question}："
            f"{o.alternative.now}改为{o.alternative.then}",
        ]
        for d, o in sorted(
            ((d, o) for o in s.outcomes for d in o.firms), key=lambda pair: pair[0].firm
        )
    ]  # fmt: skip
    near: list[list[Value]] = [
        [*_who(roster, n.firm), n.cut, n.what, n.value, n.distance, near_text(n)] for n in s.near
    ]
    return {"readings": readings, "firms": firms, "near": near}


def _who(roster: Roster, firm: int) -> list[Value]:
    return [str(roster.codes[firm]), str(roster.names[firm])]


def _sheet(s: Sensitivity, looks: Looks, namespace: str) -> bytes:
    writer, lines = CellWriter(None), []
    number = 0

    def line(values: Sequence[Value], kinds: Sequence[str], height: float) -> None:
        nonlocal number
        number += 1
        cells = "".join(
            writer.column(column, looks.get(kind) or None, range(number, number + 1), [value])[0]
            for column, (value, kind) in enumerate(zip(values, kinds, strict=True), 1)
        )
        lines.append(f'<row r="{number}" ht="{height:g}" customHeight="1">{cells}</row>')

    line([_TITLE], ["title"], _TITLE_HEIGHT)
    note = (
        f"共试{len(s.outcomes)}种别的口径，{len(s.depending)}户的分类取决于口径；"
        f"分数与分界线另一边最近的企业相差{show_number(s.margin)}分以内为贴近"
        f"（不按分数排序的，相差{show_number(s.margin)}%以内）。程序写入，请不要手改。"
    )
    line([note], ["note"], _NOTE_HEIGHT)
    for key, rows in _rows(s).items():
        title, headers = SENSITIVITY_TABLES[key]
        number += 1
        line([title], ["section"], sizes.row_height(1))
        line(headers, ["header"] * len(headers), sizes.row_height(1))
        for row in rows or [["没有", *[None] * (len(headers) - 1)]]:
            line(row, _KINDS[key] if rows else ["text"] * len(headers), _height(row))
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(SENSITIVITY_WIDTHS, 1)
    )
    last = get_column_letter(len(SENSITIVITY_WIDTHS))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{namespace}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{last}{number}"/>'
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="16.5"/><cols>{widths}</cols>'
        f"<sheetData>{''.join(lines)}</sheetData>"
        '<pageMargins left="0.47" right="0.47" top="0.51" bottom="0.63" header="0.28"'
        ' footer="0.28"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "</worksheet>"
    ).encode()


def _height(row: Sequence[Value]) -> float:
    lines = (
        sizes.line_count(value, width)
        for value, width in zip(row, SENSITIVITY_WIDTHS, strict=True)
        if isinstance(value, str)
    )
    return sizes.row_height(max(lines, default=1))


def _looks(package: Package, book: Book) -> dict[str, str]:
    """Return cell formats by role, as they are on the workbook's own result sheets."""
    found: dict[str, str] = {}
    sources: tuple[tuple[str, dict[str, str]], ...] = (
        (
            layout.FINDINGS,
            {"header": "problem", "text": "problem", "code": "firm_code", "choice": "level"},
        ),
        (layout.SCORES, {"points": "total", "count": "rank"}),
    )
    for title, kinds in sources:
        at: TableAt | None = book.outputs.get(title)
        if at is None:
            continue
        look = look_of(package, book.sheets[title], at.first_row + 1)
        for kind, key in kinds.items():
            row = at.header_row + 1 if kind == "header" else at.first_row + 1
            found[kind] = look.get((row, at.columns[key] + 1), "")
        if title == layout.FINDINGS:
            found["title"] = look.get((layout.TITLE_ROW, 1), "")
            found["note"] = look.get((layout.NOTE_ROW, 1), "")
    if layout.SUMMARY in book.sheets:
        table = layout.summary_tables(book.scheme)["classes"]
        look = look_of(package, book.sheets[layout.SUMMARY], table.header_row + 1)
        found["section"] = look.get((table.header_row - 1, 1), "")
        found["share"] = look.get((table.header_row + 1, 3), "")
    return found
