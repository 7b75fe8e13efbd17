"""Putting figures into the workbook, with their origins, and saying what could not be put there."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding
from permu_xl.intake.deciding import Claim, Figure, as_cell, show_content
from permu_xl.intake.filling.firm_table import Status, Target
from permu_xl.intake.filling.provenance import Origin
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.intake.deciding import Match
    from permu_xl.intake.tables import SourceRow, TableRead

__all__ = ["Work", "complete", "listed_origin", "place"]


@dataclass(slots=True)
class Work:
    """What is gathered on the way."""

    findings: list[Finding] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    counts: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))


def listed_origin(table: TableRead, row: SourceRow, target: Target, firm: int) -> Origin:
    """Return where a firm on the list came from."""
    name = row.name or row.code
    return Origin(
        target.sheet, target.cell(firm, "name"), row.code, row.name, "企业名称", name, "",
        Status.WRITTEN.value, table.name, row.sheet, row.cell, "", name, "", "", "企业名单",
    )  # fmt: skip


def place(
    figure: Figure,
    names: Mapping[str, str],
    units: Mapping[str, str],
    tables: Sequence[TableRead],
    target: Target,
    work: Work,
) -> None:
    """Fill one cell, or say why not; note where the figure came from either way."""
    firm, key = target.firms[figure.firm], figure.item
    name, unit = names.get(key, key), units.get(key, "")
    cell = target.cell(figure.firm, key)

    def origins(claim: Claim, status: str, value: float | int | str | None) -> None:
        told = [(reading, status) for reading in claim.readings]
        told += [(reading, f"没有计入：{why}") for reading, why in claim.left]
        for reading, became in told:
            counted = reading.value
            work.origins.append(
                Origin(
                    target.sheet, cell, firm.code, firm.name, name, value, unit, became,
                    tables[reading.table].name, reading.sheet, reading.cell, reading.header,
                    reading.raw, reading.unit,
                    as_cell(counted) if isinstance(counted, Fraction) else str(counted),
                    claim.how.value,
                )
            )  # fmt: skip

    claim = figure.taken
    if claim is None:
        present = target.present(figure.firm, key) if cell else None
        for other in figure.others:
            origins(other, f"没有写入：{figure.conflict}", _shown(present))
        return
    present = _shown(target.present(figure.firm, key))
    status = target.fill(figure.firm, key, claim.value)
    work.counts[status] += 1
    standing = status in (Status.WRITTEN, Status.SAME, Status.REPLACED)
    value = _origin_value(claim) if standing else present
    origins(claim, status.value, value)
    for other in figure.others:
        agrees = other.value == claim.value
        origins(other, "与采用的数相同" if agrees else "没有采用：与采用的数不同", value)
    if standing and status is not Status.REPLACED:
        return
    shown, before = show_content(claim.value), _in_words(present)
    where = f"{tables[claim.table].name} {claim.readings[0].sheet}!{claim.readings[0].cell}"
    at = At(
        "current",
        column=key,
        item=name,
        value=str(present or ""),
        firm_code=firm.code,
        firm_name=firm.name,
        sheet=target.sheet,
        cell=cell,
    )
    if status is Status.KEPT:
        told = Finding.of("W651", at, before=before, where=where, shown=shown)
    elif status is Status.FORMULA:
        told = Finding.of("W652", at, where=where, shown=shown)
    elif status is Status.REPLACED:
        told = Finding.of("W653", at, before=before, where=where, shown=shown)
    elif any(f.code == "W654" and f.item == name for f in work.findings):
        return
    else:
        told = Finding.of("W654", at, sheet=target.sheet)
    work.findings.append(told)


def _shown(cell: object) -> float | int | str | None:
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        return None if cell is None else str(cell)
    return cell or (0 if isinstance(cell, (int, float)) else None)


def _in_words(cell: float | int | str | None) -> str:
    """Return what a cell holds as it is shown to people.

    >>> _in_words(28400.0), _in_words("约三百"), _in_words(None)
    ('28,400', '约三百', '空')
    """
    if cell is None:
        return "空"
    return cell if isinstance(cell, str) else show_number(float(cell))


def _origin_value(claim: Claim) -> float | int | str:
    return as_cell(claim.value) if isinstance(claim.value, Fraction) else str(claim.value)


def complete(
    matches: Sequence[Match], tables: Sequence[TableRead], target: Target, work: Work
) -> None:
    """Fill in the code or name that the list lacks where the tables agree on one."""
    for key, item in (("code", "统一社会信用代码"), ("name", "企业名称")):
        told: dict[int, dict[str, Match]] = {}
        for match in matches:
            firm = target.firms[match.firm]
            value = getattr(match.row, key)
            if value and not getattr(firm, key) and target.column(key) is not None:
                told.setdefault(match.firm, {})[value] = match
        for number, values in told.items():
            firm = target.firms[number]
            (value, match), *others = values.items()
            if others or target.fill(number, key, value) is not Status.WRITTEN:
                continue
            at = At(
                "current",
                column=key,
                item=item,
                value=value,
                firm_code=firm.code,
                firm_name=firm.name,
                sheet=target.sheet,
                cell=target.cell(number, key),
            )
            row = match.row
            where = f"{tables[row.table].name} {row.sheet}!{row.cell}"
            work.findings.append(Finding.of("W637", at, where=where))
