"""What must not matter: the order of rows and columns, titles above, blank rows between."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from permu_xl.intake.sources.open import SourceFile, SourceSheet
from permu_xl.intake.tables.model import TableRead
from permu_xl.intake.tables.reader import Reader
from permu_xl.intake.tables.words.synonyms import load_synonyms
from permu_xl.intake.tables.words.vocabulary import Vocabulary
from permu_xl.schemes import load
from permu_xl.xlsx.cells.grid import Grid
from tests.intake.support import CODES, NAMES, do, listed, text, xlsx

SCHEME, SYNONYMS = load(), load_synonyms()
READER = Reader(SCHEME, 2022, Vocabulary(SYNONYMS, SYNONYMS.wanted(SCHEME)))

HEADS = [
    "企业名称",
    "统一社会信用代码",
    "实缴税收（元）",
    "主营业务收入（千元）",
    "备注",
    "污染当量数",
]
FIGURES = st.one_of(
    st.none(), st.integers(-(10**9), 10**9), st.decimals(-1000, 1000, places=2).map(float)
)
ROWS = st.lists(st.tuples(FIGURES, FIGURES, st.just("说明"), FIGURES), min_size=1, max_size=8)
TITLES = st.sampled_from(["2022年纳税情况", "填报单位：税务局", "单位：亿元", "（示例）", ""])


def read(rows: list[list[Any]]) -> TableRead:
    cells = [["" if cell is None else cell for cell in row] for row in rows]
    sheet = SourceSheet(Grid("表", cells, {}))
    return READER.read(0, SourceFile(Path("税务.xlsx"), (sheet,), "工作簿"))


def said(table: TableRead) -> dict[tuple[str, str], dict[str, object]]:
    """What a table says of each firm, without where it says it."""
    return {(r.code, r.name): {x.item: x.value for x in r.readings} for r in table.rows}


def rows_of(figures: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [[NAMES[i], CODES[i], *each] for i, each in enumerate(figures)]


@given(ROWS, st.data())
def test_order_titles_and_gaps_do_not_matter(figures: list[tuple[Any, ...]], data: Any) -> None:
    rows = rows_of(figures)
    plain = said(read([HEADS, *rows]))
    order = data.draw(st.permutations(range(len(HEADS))))
    shuffled = data.draw(st.permutations(rows))
    titles = [[title] for title in data.draw(st.lists(TITLES, max_size=4))]
    body: list[list[Any]] = []
    for row in shuffled:
        body.append([row[c] for c in order])
        body += [[]] * data.draw(st.integers(0, 1))
    table = read([*titles, [HEADS[c] for c in order], *body, [], ["注：完"]])
    assert said(table) == plain


@given(ROWS)
def test_what_is_read_is_the_exact_decimal(figures: list[tuple[Any, ...]]) -> None:
    told = said(read([HEADS, *rows_of(figures)]))
    for i, (tax, revenue, _, emission) in enumerate(figures):
        row = told[CODES[i], NAMES[i]]
        expected = {"tax": (tax, 10000), "revenue": (revenue, 10), "emission": (emission, 1)}
        for item, (raw, divisor) in expected.items():
            assert row.get(item) == (None if raw is None else Fraction(str(raw)) / divisor)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8), st.data())
def test_parcels_add_up_in_any_order_and_split(areas: list[int], data: Any) -> None:
    kinds = data.draw(st.lists(st.sampled_from(["自有", "租入", "租出"]), min_size=8, max_size=8))
    rows = [[NAMES[0], CODES[0], kind, area] for kind, area in zip(kinds, areas, strict=False)]
    head = ["企业名称", "信用代码", "用地方式", "面积（平方米）"]
    table = read([head, *data.draw(st.permutations(rows))])
    total = sum((x.value for r in table.rows for x in r.readings), Fraction(0))  # type: ignore[misc]
    if not any(f.code == "W619" for f in table.findings):
        signs = {"自有": 1, "租入": 1, "租出": -1}
        assert total == sum(
            signs[k] * Fraction(a * 15, 10000) for k, a in zip(kinds, areas, strict=False)
        )


@settings(max_examples=6, deadline=None)
@given(st.permutations(range(3)), st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]))
def test_the_order_of_tables_and_the_encoding_do_not_matter(
    order: list[int], encoding: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = [
            xlsx(folder / "统计.xlsx", listed(3)),
            text(folder / "税务.csv", [HEADS[:3], [NAMES[1], CODES[1], 50000]], encoding),
            xlsx(folder / "国土.xlsx", [["权利人", "面积（亩）"], [NAMES[0], 3], [NAMES[0], 4]]),
        ]
        result = do(folder / "b.xlsx", *(tables[i] for i in order))
        assert result.column("tax", 3) == [None, 5, None]
        assert result.column("land", 3) == [7, None, None]
        assert result.column("name", 3) == list(NAMES[:3])
