"""The columns of a department's table: years, units, signs, and what is odd about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rapidfuzz import fuzz, process

from permu_xl.findings import Level
from permu_xl.intake.sources import SourceSheet
from permu_xl.intake.tables.asked import Asked, Notes
from permu_xl.intake.tables.column_units import ColumnUnits
from permu_xl.intake.tables.figures import exact, resolution
from permu_xl.intake.tables.headers import ColumnAt, Header
from permu_xl.intake.tables.land_kinds import kind_column, sheet_kind
from permu_xl.intake.tables.synonyms import (
    ATTRIBUTES,
    COUNTERPARTS,
    IDENTITY,
    key,
    part_id,
)
from permu_xl.workbook.reading import Column, Terms
from permu_xl.xlsx.cells import CellError, is_blank, unit_factor

__all__ = ["IMPORTED", "Columns", "Figure"]

IMPORTED = Terms(
    ("E671", "E672", "W673", "W674", "W675", "W676"), "没有导入", "照样读取了", "重新导入"
)
"""How it is said that a department's table shows something else than it holds."""

_ALIKE = 80
_PERIOD_HEADER = re.compile(
    r"年[度份月]|[月]份|季度|(?:数据|统计|报告|所属|会计|纳税)(?:年[度份])"
    r"|(?:报告|统计|申报|入库|税款所属|所属|会计)期[间别]?|(?:税款)?所属(?:时期|期间)"
    r"|(?:数据|统计)时[间期]|时期|期间|期别"
)
_SERIAL = {"序号", "编号", "行号", "no"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A column of figures: the item in the scheme, the unit, the factor, the sign."""

    at: ColumnAt
    whole: str
    unit: str
    factor: Fraction
    sign: int


class Columns:
    """The columns of one table that are to be read, and those that are not."""

    def __init__(self, asked: Asked, sheet: SourceSheet, header: Header, notes: Notes) -> None:
        self.asked, self.sheet, self.header = asked, sheet, header
        self.note = notes.note
        self.units = asked.vocabulary.synonyms.units
        self.unused: dict[int, str] = {c: h for c, h in header.unknown.items() if h.strip()}
        """Headers by column of what is not read."""
        self._tell_other_years()
        self.kind_at, self.kinds = kind_column(asked, sheet, header, notes)
        self.period_at = self._period_column()
        self.sheet_sign, self.sheet_kind = (
            (1, "") if self.kinds is not None else sheet_kind(asked, sheet, header)
        )
        self.unit_of = ColumnUnits(asked, header, notes).of
        self.identity = {
            item: [c.column for c in header.columns if c.item == item]
            for item in (*IDENTITY, *COUNTERPARTS)
        }
        plain = [c for c in header.columns if c.item not in self.identity]
        self.attributes = self._attributes(plain)
        self.figures = self._figures([c for c in plain if c.item not in ATTRIBUTES])
        self._suggest()
        self._tell_beside()

    @property
    def not_used(self) -> list[str]:
        """The headers of the columns that are not read, those of serial numbers aside."""
        told = [self.kind_at, self.period_at]
        return [
            shown
            for column, shown in sorted(self.unused.items())
            if column not in told and key(shown) not in _SERIAL
        ]

    def seen(self) -> dict[int, Column]:
        """Return the columns that are read, by place, as their look is judged."""

        def worth(unit: str) -> Callable[[str], Fraction | None]:
            def factor(words: str) -> Fraction | None:
                if self.units.find(words) is None:
                    return unit_factor(words, unit)
                return self.units.factor(words, unit) or Fraction(0)

            return factor

        read = {
            f.at.column: Column(f.at.column, f.whole, f.at.header, f.unit, worth(f.unit))
            for f in self.figures
        }
        others = {
            c.column: Column(c.column, c.item, c.header, "", lambda words: None)
            for c in self.attributes
        }
        return others | read

    def _tell_other_years(self) -> None:
        for column, shown in self.header.other_years.items():
            self.unused[column] = shown
            self.note(
                Level.HINT,
                "H604",
                self.header.bottom,
                column,
                "",
                f"“{shown}”不是{self.asked.year}年的数据，没有读取",
                "不需要处理",
                value=shown,
            )

    def _leave(self, column: ColumnAt) -> None:
        self.unused[column.column] = column.header

    def _tell_doubt(self, column: ColumnAt) -> None:
        if column.doubtful:
            self.note(
                Level.WARNING,
                "W617",
                self.header.bottom,
                column.column,
                column.item,
                f"“{column.header}”当作“{self.asked.name(column.item)}”读取，两者口径可能不同",
                "请确认；不对就改掉表头后重新导入",
                value=column.header,
            )

    def _bar_repeated(self, columns: Sequence[ColumnAt], why: str = "分不清用哪一列") -> None:
        for column in columns:
            self._leave(column)
            self.note(
                Level.ERROR,
                "E616",
                self.header.bottom,
                column.column,
                column.item,
                f"“{column.header}”和另一列都是“{self.asked.name(column.item)}”，{why}，都没有导入",
                "改掉其中一列的表头后重新导入",
                value=column.header,
            )

    def _attributes(self, columns: Sequence[ColumnAt]) -> list[ColumnAt]:
        found = []
        for item in ATTRIBUTES:
            same = [column for column in columns if column.item == item]
            if len(same) > 1:
                self._bar_repeated(same)
            elif same:
                self._tell_doubt(same[0])
                found += same
        return found

    def _figures(self, columns: Sequence[ColumnAt]) -> list[Figure]:
        columns = self._whole_sets(columns)
        found: list[Figure] = []
        for item in dict.fromkeys(column.item for column in columns):
            same = self._of_basis([column for column in columns if column.item == item])
            figures = [figure for column in same if (figure := self._figure(column)) is not None]
            for column in same:
                if all(figure.at is not column for figure in figures):
                    self._leave(column)
            if len(figures) > 1:
                figures = self._agreeing(figures)
            elif len(same) > 1:
                # The other one has no unit that could be compared.
                self._bar_repeated([figure.at for figure in figures])
                figures = []
            for figure in figures:
                self._tell_doubt(figure.at)
            found += figures
        return found

    def _whole_sets(self, columns: Sequence[ColumnAt]) -> list[ColumnAt]:
        """Return the columns without those that add up to an item only with one that is missing."""
        there = {column.item for column in columns}
        kept = set()
        for item in self.asked.vocabulary.wanted.values():
            for names in item.add:
                ids = {part_id(item.id, name) for name in names}
                kept |= ids if ids <= there else set()
        usable = []
        for column in columns:
            if "+" not in column.item or column.item in kept:
                usable.append(column)
                continue
            self._leave(column)
            whole = self.asked.whole[column.item][0]
            if whole not in there:
                self.note(
                    Level.ERROR,
                    "E683",
                    self.header.bottom,
                    column.column,
                    whole,
                    f"“{column.header}”只是“{self.asked.name(whole)}”的一部分，表里没有其余部分，"
                    "没有导入",
                    "补上其余的列；确实就是全部的，把表头改成规范的名称",
                    value=column.header,
                )
        return usable

    def _of_basis(self, columns: Sequence[ColumnAt]) -> list[ColumnAt]:
        """Return the columns of the basis that the scheme asks for (R22)."""
        told = {column.basis for column in columns} - {""}
        if not told:
            return list(columns)
        item = columns[0].item
        wanted = self.asked.bases.get(item, "")
        fitting = [column for column in columns if wanted and column.basis in ("", wanted)]
        if any(column.basis for column in fitting) or (not wanted and len(columns) == 1):
            for column in columns:
                if wanted and column not in fitting:
                    self._leave(column)
                    self.note(
                        Level.HINT,
                        "H684",
                        self.header.bottom,
                        column.column,
                        item,
                        f"方案用{wanted}值，“{column.header}”没有读取",
                        "不需要处理",
                        value=column.header,
                    )
            return [column for column in fitting if column.basis] or list(columns)
        if not wanted and len(told) == 1 and all(column.basis for column in columns):
            return list(columns)
        for column in columns:
            self._leave(column)
        shown = "、".join(f"“{column.header}”" for column in columns)
        problem = (
            f"方案用{wanted}值，表里只有{shown}"
            if wanted
            else f"{shown}口径不同（当量值与等价值相差可达三分之一），方案没有写用哪一种"
        )
        remedy = (
            f"请部门提供{wanted}值"
            if wanted
            else "只留要用的一列，或在方案文件的这一列写上 basis（当量或等价）"
        )
        self.note(
            Level.ERROR,
            "E684",
            self.header.bottom,
            columns[0].column,
            item,
            f"{problem}，没有导入",
            remedy,
            value=columns[0].header,
        )
        return []

    def _agreeing(self, figures: Sequence[Figure]) -> list[Figure]:
        """Return one of several columns of an item that say the same in every row, or none."""
        clash = compared = 0
        filled = [0] * len(figures)
        for row in range(self.header.bottom + 1, self.header.end):
            told = [self._told(row, figure) for figure in figures]
            known = [each for each in told if each is not None]
            filled = [n + (each is not None) for n, each in zip(filled, told, strict=True)]
            if len(known) < 2:
                continue
            compared += 1
            first = known[0]
            clash += any(abs(v - first[0]) > max(r, first[1]) / 2 for v, r in known[1:])
        if clash or not compared:
            why = f"有{clash}行不一致" if clash else "分不清用哪一列"
            self._bar_repeated([figure.at for figure in figures], why)
            return []
        target = self.asked.units[figures[0].whole]
        order = sorted(
            range(len(figures)),
            key=lambda n: (-filled[n], figures[n].unit != target, figures[n].at.doubtful, n),
        )
        taken = figures[order[0]]
        others = [figure.at for figure in figures if figure is not taken]
        for other in others:
            self._leave(other)
        self.note(
            Level.HINT,
            "H616",
            self.header.bottom,
            taken.at.column,
            taken.whole,
            f"“{taken.at.header}”和{'、'.join(f'“{o.header}”' for o in others)}各行一致，"
            f"取“{taken.at.header}”",
            "不需要处理",
            value=taken.at.header,
        )
        return [taken]

    def _told(self, row: int, figure: Figure) -> tuple[Fraction, Fraction] | None:
        try:
            cell = self.sheet.grid.trusted(row, figure.at.column)
            if is_blank(cell):
                return None
            return exact(cell)[0] * figure.factor, resolution(cell) * figure.factor
        except CellError:
            return None

    def _period_column(self) -> int | None:
        for column, shown in self.header.unknown.items():
            if _PERIOD_HEADER.fullmatch(key(shown.split("／")[-1])):
                return column
        return None

    def _figure(self, column: ColumnAt) -> Figure | None:
        whole, sign = self.asked.whole.get(column.item, (column.item, self.sheet_sign))
        target = self.asked.units[whole]
        unit = self.unit_of(column, target)
        if unit is None:
            return None
        factor = self.units.factor(unit, target or "当量") if unit or target else Fraction(1)
        if factor is None:
            self.note(
                Level.ERROR,
                "E614",
                self.header.bottom,
                column.column,
                column.item,
                f"“{column.header}”的单位是“{unit}”，换算不成“{target or '当量数'}”，"
                "这一列没有导入",
                "请部门按规定的单位提供，或改正表头的单位",
                value=column.header,
            )
            return None
        return Figure(column, whole, unit, factor, sign)

    def _suggest(self) -> None:
        """Point out headers that look like one that is wanted and not there."""
        there = {column.item for column in self.header.columns}
        names = {
            name: item
            for name, item in self.asked.vocabulary.exact.items()
            if item not in there
            and item not in self.asked.whole
            and item not in COUNTERPARTS
            and len(name) > 2
        }
        for column, shown in self.header.unknown.items():
            text = key(self.asked.vocabulary.label(shown.split("／")[-1]).name)
            if column in (self.kind_at, self.period_at) or len(text) < 3:
                continue
            found = process.extractOne(text, list(names), scorer=fuzz.ratio, score_cutoff=_ALIKE)
            if found is not None:
                self.note(
                    Level.HINT,
                    "H618",
                    self.header.bottom,
                    column,
                    names[found[0]],
                    f"没有认出“{shown}”，它与“{self.asked.name(names[found[0]])}”的写法相近，没有读取",
                    "如果就是它，把这个写法加进同义词文件，用 --synonyms 指定",
                    value=shown,
                )

    def _tell_beside(self) -> None:
        """Say which column was taken where others nearly like it stand beside it."""
        for item in self.asked.vocabulary.wanted.values():
            taken = [f for f in self.figures if item.id in (f.at.item, f.whole)]
            near = {key(name) for name in item.check}
            others = [
                shown
                for column, shown in self.header.unknown.items()
                if any(word in shown for word in item.beside)
                or key(self.asked.vocabulary.label(shown.split("／")[-1]).name) in near
            ]
            if not taken or not others:
                continue
            self.note(
                Level.WARNING,
                "W682",
                self.header.bottom,
                taken[0].at.column,
                item.id,
                f"“{self.asked.name(item.id)}”取自{'、'.join(f'“{f.at.header}”' for f in taken)}，"
                f"旁边的{'、'.join(f'“{other}”' for other in others)}没有计入",
                "请确认取的是该用的一列；要加进去的，写进同义词文件的 add",
                value=taken[0].at.header,
            )
