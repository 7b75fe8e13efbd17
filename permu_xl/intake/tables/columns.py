"""The columns of a department's table: years, units, signs, and what is odd about them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from rapidfuzz import fuzz, process

from permu_xl.findings import Finding, Level
from permu_xl.intake.sources import SourceFile, SourceSheet
from permu_xl.intake.tables.headers import ColumnAt, Header, Vocabulary
from permu_xl.intake.tables.model import address, source_finding
from permu_xl.intake.tables.synonyms import ATTRIBUTES, IDENTITY, Kinds, key
from permu_xl.workbook.reading import Column, Terms
from permu_xl.xlsx.cells import is_blank, show, unit_factor

__all__ = ["IMPORTED", "Asked", "Columns", "Figure", "Notes"]

IMPORTED = Terms(
    ("E671", "E672", "W673", "W674", "W675", "W676"), "没有导入", "照样读取了", "重新导入"
)
"""How it is said that a department's table shows something else than it holds."""

_ALIKE = 80
_TITLE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of all tables.

    ``units`` are the workbook's, ``names`` what items are called; ``whole`` gives for a part of
    an item that item and the part's sign.  ``assume_units`` takes figures without any unit for
    such in the workbook's own, with a warning, instead of leaving them out.
    """

    year: int
    vocabulary: Vocabulary
    units: Mapping[str, str]
    names: Mapping[str, str]
    whole: Mapping[str, tuple[str, int]]
    assume_units: bool

    def name(self, item: str) -> str:
        """Return what an item, or the one that it is a part of, is called."""
        whole = self.whole.get(item)
        return self.names.get(whole[0] if whole else item, item)


@dataclass(frozen=True, slots=True)
class Figure:
    """A column of figures: the item in the scheme, the unit, the factor, the sign."""

    at: ColumnAt
    whole: str
    unit: str
    factor: Fraction
    sign: int


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes findings about cells of one sheet."""

    names: Mapping[str, str]
    file: SourceFile
    sheet: SourceSheet
    findings: list[Finding]

    def note(
        self, level: Level, code: str, row: int, column: int | None, item: str, problem: str,
        remedy: str, firm: tuple[str, str] = ("", ""), value: str | None = None, cells: str = "",
    ) -> None:  # fmt: skip
        """Note a finding about a cell by 0-based row and column; ``firm`` is code and name.

        ``cells`` is an address of several that it is about.
        """
        cell = cells or ("" if column is None else address(row, column))
        if value is None:
            value = "" if column is None else show(self.sheet.grid.cell(row, column))
        self.findings.append(
            source_finding(
                level, code, self.file.name, self.sheet.name, cell,
                self.names.get(item, item), value, problem, remedy, firm,
            )
        )  # fmt: skip


class Columns:
    """The columns of one sheet that are to be read."""

    def __init__(self, asked: Asked, sheet: SourceSheet, header: Header, notes: Notes) -> None:
        self.asked, self.sheet, self.header = asked, sheet, header
        self.note = notes.note
        self.units = asked.vocabulary.synonyms.units
        self._check_years()
        self.usable = self._usable_columns()
        self.kind_at, self.kinds = self._kind_column()
        self.sheet_sign, self.sheet_kind = self._sheet_kind()
        self.figures = [
            figure
            for column in self.usable
            if column.item not in (*IDENTITY, *ATTRIBUTES)
            and (figure := self._figure(column)) is not None
        ]
        self.attributes = [column for column in self.usable if column.item in ATTRIBUTES]
        self._suggest()

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

    def _check_years(self) -> None:
        for column, shown in self.header.other_years.items():
            self.note(
                Level.HINT, "H604", self.header.bottom, column, "",
                f"“{shown}”不是{self.asked.year}年的数据，没有读取", "不需要处理", value=shown,
            )  # fmt: skip
        told = [year for title in self.header.titles for year in _TITLE_YEAR.findall(title)]
        if told and str(self.asked.year) not in told:
            self.note(
                Level.WARNING, "W605", 0, None, "",
                f"标题写的是{'、'.join(dict.fromkeys(told))}年，评价年度是{self.asked.year}年",
                "核对是不是拿错了年份的表", value="、".join(told),
            )  # fmt: skip

    def _usable_columns(self) -> list[ColumnAt]:
        """Return the columns wanted once; a second one of the same item bars both."""
        times = Counter(column.item for column in self.header.columns)
        usable = []
        for column in self.header.columns:
            if times[column.item] > 1 and column.item not in IDENTITY:
                self.note(
                    Level.ERROR, "E616", self.header.bottom, column.column, column.item,
                    f"“{column.header}”和另一列都是“{self.asked.name(column.item)}”，分不清用哪一列，"
                    "都没有导入", "改掉其中一列的表头后重新导入", value=column.header,
                )  # fmt: skip
                continue
            if column.doubtful:
                self.note(
                    Level.WARNING, "W617", self.header.bottom, column.column, column.item,
                    f"“{column.header}”当作“{self.asked.name(column.item)}”读取，两者口径可能不同",
                    "请确认；不对就改掉表头后重新导入", value=column.header,
                )  # fmt: skip
            usable.append(column)
        return usable

    def _kind_column(self) -> tuple[int | None, Kinds | None]:
        for column, shown in self.header.unknown.items():
            found = self.asked.vocabulary.kinds.get(key(shown.split("／")[-1]))
            if found is None or all(c.item != found.item for c in self.header.columns):
                continue
            words = [
                show(cell)
                for row in range(self.header.bottom + 1, len(self.sheet.grid.rows))
                if not is_blank(cell := self.sheet.grid.cell(row, column))
            ]
            if any(found.sign(word) is not None for word in words):
                return column, found
            self.note(
                Level.WARNING, "W619", self.header.bottom, column, found.item,
                f"“{shown}”这一列看不出哪些是租入、租出，面积全部按自有计算",
                "有租出的，把这一列改成自有、租入、租出，或加进同义词文件", value=shown,
            )  # fmt: skip
        return None, None

    def _sheet_kind(self) -> tuple[int, str]:
        """A sheet of its own for land rented out says so in its name or title only."""
        if self.kinds is not None:
            return 1, ""
        items = {column.item for column in self.header.columns}
        for known in self.asked.vocabulary.kinds.values():
            if known.item not in items:
                continue
            for text in (self.sheet.name, *self.header.titles):
                signs = {-1: [w for w in known.minus if w in text]}
                signs[1] = [w for w in known.plus if w in text]
                if signs[-1] and not signs[1]:
                    return -1, signs[-1][0]
        return 1, ""

    def _figure(self, column: ColumnAt) -> Figure | None:
        whole, sign = self.asked.whole.get(column.item, (column.item, self.sheet_sign))
        target = self.asked.units[whole]
        unit = self._unit(column, target)
        if unit is None:
            return None
        factor = self.units.factor(unit, target or "当量") if unit or target else Fraction(1)
        if factor is None:
            self.note(
                Level.ERROR, "E614", self.header.bottom, column.column, column.item,
                f"“{column.header}”的单位是“{unit}”，换算不成“{target or '当量数'}”，"
                "这一列没有导入",
                "请部门按规定的单位提供，或改正表头的单位", value=column.header,
            )  # fmt: skip
            return None
        return Figure(column, whole, unit, factor, sign)

    def _unit(self, column: ColumnAt, target: str) -> str | None:
        """Return a column's unit: from its header, from the title; None where nothing says it."""
        if column.unit:
            return column.unit
        family = self.units.family(target or "当量")
        told: list[str] = []
        for title in self.header.titles:
            told += [u for u in self.units.told(title) if u not in told]
        fitting = [unit for unit in told if self.units.family(unit) is family]
        if len(fitting) == 1 and family is not None:
            return fitting[0]
        if len(fitting) > 1:
            self.note(
                Level.ERROR, "E615", self.header.bottom, column.column, column.item,
                f"标题里写了两种单位（{'、'.join(fitting)}），分不清“{column.header}”用哪一种，"
                "这一列没有导入", "在这一列的表头里写明单位", value=column.header,
            )  # fmt: skip
            return None
        if not target:
            return family.plain if family is not None else ""
        if family is not None and family.plain:
            self.note(
                Level.HINT, "H613", self.header.bottom, column.column, column.item,
                f"“{column.header}”没有写单位，按“{family.plain}”读取", "请确认",
                value=column.header,
            )  # fmt: skip
            return family.plain
        if self.asked.assume_units:
            self.note(
                Level.WARNING, "W612", self.header.bottom, column.column, column.item,
                f"“{column.header}”没有写单位，按 --assume-units 当作“{target}”",
                "请向部门确认单位", value=column.header,
            )  # fmt: skip
            return target
        self.note(
            Level.ERROR, "E611", self.header.bottom, column.column, column.item,
            f"“{column.header}”没有写单位，标题里也没有，这一列没有导入",
            f"在表头写明单位，如“（{target}）”；确认就是{target}的，也可以加 --assume-units",
            value=column.header,
        )  # fmt: skip
        return None

    def _suggest(self) -> None:
        """Point out headers that look like one that is wanted and not there."""
        there = {column.item for column in self.header.columns}
        names = {
            name: item for name, item in self.asked.vocabulary.exact.items()
            if item not in there and item not in self.asked.whole and len(name) > 2
        }  # fmt: skip
        for column, shown in self.header.unknown.items():
            text = key(self.asked.vocabulary.label(shown.split("／")[-1]).name)
            if column == self.kind_at or len(text) < 3:
                continue
            found = process.extractOne(text, list(names), scorer=fuzz.ratio, score_cutoff=_ALIKE)
            if found is not None:
                self.note(
                    Level.HINT, "H618", self.header.bottom, column, names[found[0]],
                    f"没有认出“{shown}”，它与“{self.asked.name(names[found[0]])}”的写法相近，没有读取",
                    "如果就是它，把这个写法加进同义词文件，用 --synonyms 指定", value=shown,
                )  # fmt: skip
