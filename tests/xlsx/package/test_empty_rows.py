"""Empty rows below all content are set aside in one piece, or not at all."""

from __future__ import annotations

import pytest

from permu_xl.xlsx.package.empty_rows import part_empty_rows

HEAD = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
REST = b"</sheetData><mergeCells/></worksheet>"


def rows(first: int, count: int = 30_000, cell: bytes = b'<c r="A%d" s="5"/>') -> bytes:
    return b"".join(
        b'\n<row r="%d" spans="1:1">%s</row>' % (n, cell % n) for n in range(first, first + count)
    )


def test_empty_rows_are_set_aside() -> None:
    empty = rows(2)
    assert part_empty_rows(HEAD + empty + REST) == (HEAD, empty, REST)


def test_rows_that_are_to_be_filled_stay() -> None:
    content, empty, rest = part_empty_rows(HEAD + rows(2) + REST, below=9)
    assert content.endswith(b'<row r="9" spans="1:1"><c r="A9" s="5"/></row>\n')
    assert empty.startswith(b'<row r="10"')
    assert content + empty + rest == HEAD + rows(2) + REST


@pytest.mark.parametrize(
    "xml",
    [
        HEAD + rows(2, 100) + REST,
        HEAD + rows(2, cell=b'<c r="A%d" t="s"><x/></c>') + REST,
        HEAD + rows(2, cell=b'<c r="A%d"/><!-- x -->') + REST,
        HEAD + rows(2) + b'<row r="99999"></c>' + REST,
        HEAD + rows(2).replace(b"<c ", b"<x:c ") + REST,
        HEAD.replace(b"<v>1</v>", b"") + rows(2) + REST,
    ],
    ids=["few", "filled", "comment", "broken", "prefixed", "no content"],
)
def test_all_else_stays_whole(xml: bytes) -> None:
    assert part_empty_rows(xml) == (xml, b"", b"")


def test_content_in_the_last_row_leaves_nothing() -> None:
    xml = HEAD + rows(2) + b'<row r="90000"><c r="A90000"><f>1</f></c></row>' + REST
    assert part_empty_rows(xml) == (xml, b"", b"")
