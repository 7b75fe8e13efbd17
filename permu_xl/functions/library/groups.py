"""The texts that sort firms into tracks, units and baseline groups, as a block beside the firms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import attribute_texts, sorted_by, track_index, used_attributes
from permu_xl.engine.model import Attribute, Categories, Roster, Scheme
from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import first_fault, how_to_select, scheme_of, single, text_grid
from permu_xl.functions.declare import SCHEME, Argument, Example, worksheet_function
from permu_xl.functions.kinds import GROUPS, ONE, by_row
from permu_xl.functions.values import CODES, Cell, ErrorValue, Faults, Grid
from permu_xl.schemes import industries
from permu_xl.text import fold, is_code, normal_industry, show

if TYPE_CHECKING:
    from permu_xl.functions.blocks import Block

__all__ = ["SORTED_BY", "Groups", "read_groups"]

Reader = Callable[[float | str | bool], str | ErrorValue]

NA, VALUE = ErrorValue.NA, ErrorValue.VALUE

SORTED_BY = Argument(
    "groups",
    "分组",
    "，方案要求的，如企业规模、产业集聚区；一行一户，各列次序同“原始数据”；"
    "方案按行业代码分组的，最后再加一列行业代码。空白按方案的默认值。",
    "What sorts the firms, such as size and zone: one row a firm; the defaults if left out.",
    "都按默认值",
    kind=GROUPS,
)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """One text a row for each attribute asked for, industry codes, and what is wrong with a row."""

    attributes: Mapping[str, Sequence[str]]
    industries: Sequence[str]
    faults: Faults


def read_groups(rules: Scheme, size: int, block: Block | None) -> Groups:
    """Read the block of groups; a text that the scheme does not know is #N/A in its row.

    Raises FunctionError (#VALUE!) for another shape, or when the block is left out although the
    scheme has no default for a group.
    """
    told = _Told.read(rules, _cells(rules, size, block))
    faults: Faults = np.zeros(size, dtype=np.int8)
    tracks = track_index(rules, told.roster)
    for id in used_attributes(rules):
        attribute = rules.attributes[id]
        own = first_fault(told.faults(attribute), told.unknown(rules, attribute))
        faults = first_fault(faults, own * sorted_by(rules, id, tracks))
    return Groups(told.columns, told.codes, faults)


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What a block of groups says: texts by attribute, industry codes, and the cells' faults."""

    columns: Mapping[str, Sequence[str]]
    codes: Sequence[str]
    column_faults: Mapping[str, Faults]
    code_faults: Faults
    roster: Roster

    @classmethod
    def read(cls, rules: Scheme, cells: Sequence[Sequence[Cell]]) -> _Told:
        """Read rows as wide as the scheme asks for."""
        columns: dict[str, list[str]] = {}
        column_faults: dict[str, Faults] = {}
        for k, attribute in enumerate(rules.asked_attributes):
            found = _texts(cells, k, _reader(attribute))
            columns[attribute.id], column_faults[attribute.id] = found
        size = len(cells)
        codes, code_faults = [""] * size, np.zeros(size, dtype=np.int8)
        if _width(rules) > len(columns):
            codes, code_faults = _texts(cells, len(columns), _industry)
        roster = Roster.from_columns({}, names=[""] * size, industries=codes, attributes=columns)
        return cls(columns, codes, column_faults, code_faults, roster)

    def faults(self, attribute: Attribute) -> Faults:
        """Return the faults of the cells that tell an attribute."""
        return self.code_faults if attribute.derived else self.column_faults[attribute.id]

    def texts(self, attribute: Attribute) -> Categories:
        """Return the attribute of every row: as told, by default or derived."""
        return attribute_texts(attribute, self.roster)

    def unknown(self, rules: Scheme, attribute: Attribute) -> Faults:
        """Return #N/A for the rows whose attribute is none that the scheme knows."""
        told = self.texts(attribute)
        known = set(attribute.values)
        if attribute.id == rules.track_attribute:
            known = {track.name for track in rules.tracks}
        alone = rules.joins_by(attribute.id)
        strange = told.take(
            [
                not (text or alone) or (bool(text and known) and text not in known)
                for text in told.values
            ]
        )
        return np.asarray(strange, dtype=bool) * CODES[NA]


def _width(rules: Scheme) -> int:
    """Return how many columns of groups the scheme asks for."""
    asked = rules.asked_attributes
    return len(asked) + (len(asked) < len(rules.attributes))


def _cells(rules: Scheme, size: int, block: Block | None) -> list[list[Cell]]:
    width = _width(rules)
    if block is None:
        used = used_attributes(rules)
        unsaid = [
            a.name
            for a in rules.attributes.values()
            if a.id in used and not a.default and not rules.joins_by(a.id)
        ]
        if unsaid:
            problem = f"方案按{'、'.join(unsaid)}分组，请填写“分组”，{how_to_select(size, width)}"
            raise FunctionError("#VALUE!", problem)
        return [[""] * width for _ in range(size)]
    if block.shape != (size, width):
        found = "×".join(map(str, block.shape))
        problem = f"“分组”是{found}格，应为{size}行{width}列，{how_to_select(size, width)}"
        raise FunctionError("#VALUE!", problem)
    cells = list(block.cells())
    return [cells[row * width : (row + 1) * width] for row in range(size)]


def _texts(cells: Sequence[Sequence[Cell]], column: int, read: Reader) -> tuple[list[str], Faults]:
    texts: list[str] = []
    faults: Faults = np.zeros(len(cells), dtype=np.int8)
    for row, line in enumerate(cells):
        cell = line[column]
        found = cell if isinstance(cell, ErrorValue) else read(cell)
        if isinstance(found, ErrorValue):
            faults[row] = CODES[found]
            found = ""
        texts.append(found)
    return texts, faults


def _reader(attribute: Attribute) -> Reader:
    allowed = {fold(value): value for value in attribute.values}

    def read(cell: float | str | bool) -> str:
        text = " ".join(show(cell).split())
        return allowed.get(fold(text), text)

    return read


def _industry(cell: float | str | bool) -> str | ErrorValue:
    code, _ = normal_industry(show(cell), was_number=isinstance(cell, float), known=industries())
    return code if code == "" or is_code(code) else VALUE


@worksheet_function(
    "PERMU_GROUP",
    "逐户给出一种分组的名称，如规模、产业集聚区、由行业代码推定的行业类别：统一写法，空白取默认值，"
    "没有默认值的和全行空白的返回空白。",
    english="The group of each firm by one grouping of the scheme, such as size or zone.",
    result=by_row("groups", "一段文字"),
    errors=((NA, "方案没有这种分组，或没有这一格写的组"),),
    arguments=(
        Argument(
            "grouping",
            "分组名称",
            "或代号，如“规模”或 size；一个单元格。",
            "Name or id of a grouping, such as size.",
            kind=ONE.of("企业规模", "size", "产业集聚区"),
        ),
        Argument(
            "groups",
            "分组",
            "，方案要求的各种；一行一户，各列次序同“原始数据”；"
            "方案按行业代码分组的，最后再加一列行业代码。",
            "What sorts the firms, such as size and zone: one row a firm.",
            kind=GROUPS,
        ),
        SCHEME,
    ),
    example=Example(
        "安阳方案的两种分组（规模、集聚区）里取企业规模；空格不计；全行空白的不是企业。",
        ("企业规模", (("规上", "东区"), (" 规下", "东区"), (None, None)), "anyang_2018"),
    ),
)
def group_texts(grouping: Block, groups: Block, scheme: Block | None) -> Grid:
    """Return the group of every row by one attribute; blank where nothing tells it.

    That is how firms are sorted for chapter 二 where a scheme has tracks, zones or trades.
    """
    rules = scheme_of(scheme)
    wanted = _attribute(rules, single(grouping, "分组名称"))
    cells = _cells(rules, groups.shape[0], groups)
    told = _Told.read(rules, cells)
    found = told.texts(wanted).texts(np.arange(len(cells)))
    blank = np.array([all(cell == "" for cell in line) for line in cells])
    texts = ["" if nothing else text for text, nothing in zip(found, blank, strict=True)]
    named = np.array([text != "" for text in texts])
    faults = first_fault(told.faults(wanted), told.unknown(rules, wanted) * named)
    return text_grid(texts, faults[:, None])


def _attribute(rules: Scheme, cell: Cell) -> Attribute:
    text = show(cell)
    attributes = rules.attributes.values()
    for attribute in attributes:
        if fold(text) in (fold(attribute.id), fold(attribute.name)):
            return attribute
    # “规模” for “企业规模”, where only one grouping can be meant.
    found = [a for a in attributes if len(text.strip()) > 1 and fold(text) in fold(a.name)]
    if len(found) == 1:
        return found[0]
    known = "、".join(attribute.name for attribute in rules.attributes.values())
    raise FunctionError("#N/A", f"方案没有这种分组，可用：{known or '无'}")
