"""The charts of the workbook that is open in Calc."""

from __future__ import annotations

import re
from typing import Any

from permu_xl.xlsx.cells import Area, Block

__all__ = ["extend_charts"]

_REFERENCE = re.compile(r"(\$?(?:'(?:[^']|'')+'|[^'.]+))\.(\$[A-Z]+\$\d+:)\$([A-Z]+)\$(\d+)")


def extend_charts(document: Any, name: str, points: Block) -> bool:
    """Let the charts of a sheet reach to the end of the table behind them; return whether all did.

    They are never made shorter: rows without points show nothing, and 撤销 does not take changes
    of charts back, so that a chart must also do for what stood there before.
    """
    charts = document.Sheets.getByName(name).Charts
    done = True
    for title in charts.ElementNames:
        try:
            _extend(charts.getByName(title).EmbeddedObject, name, points)
        except Exception:
            # A chart is not worth losing the results for.
            done = False
    return done


def _extend(chart: Any, name: str, points: Block) -> None:
    for system in chart.FirstDiagram.CoordinateSystems:
        for kind in system.ChartTypes:
            for series in kind.DataSeries:
                for each in series.DataSequences:
                    before = each.Values.SourceRangeRepresentation
                    after = _extended(before, name, points)
                    if after != before:
                        role = each.Values.Role
                        longer = chart.DataProvider.createDataSequenceByRangeRepresentation(after)
                        longer.Role = role
                        each.setValues(longer)


def _extended(reference: str, sheet: str, points: Block) -> str:
    """Return a reference into the table, as Calc's charts spell it, long enough for the table.

    >>> from permu_xl.xlsx.cells.blocks import Column
    >>> points = Block(5, (Column(1, [1, 2, 3]),))
    >>> _extended("$汇总.$A$5:$A$6", "汇总", points), _extended("$汇总.$A$5:$A$9", "汇总", points)
    ('$汇总.$A$5:$A$7', '$汇总.$A$5:$A$9')
    >>> _extended("$'a b'.$B$5:$B$6", "a b", points), _extended("$x.$A$5:$A$6", "汇总", points)
    ("$'a b'.$B$5:$B$6", '$x.$A$5:$A$6')
    """
    matched = _REFERENCE.fullmatch(reference)
    if matched is None:
        return reference
    named, first, letters, last = matched.groups()
    bare = named.removeprefix("$")
    bare = bare[1:-1].replace("''", "'") if bare.startswith("'") else bare
    area = Area.parse(f"{first}${letters}${last}")
    columns = {column.number for column in points.columns}
    bottom = points.first_row + points.height - 1
    if (
        area is None
        or bare.casefold() != sheet.casefold()
        or area.top != points.first_row
        or not columns.issuperset(range(area.left, area.right + 1))
        or area.bottom >= bottom
    ):
        return reference
    return f"{named}.{first}${letters}${bottom}"
