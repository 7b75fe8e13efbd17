"""Charts and pivot tables of the user's that read from our sheets: told of, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from permu_xl.errors import BookError
from permu_xl.xlsx.cells import MAX_ROW, Area, Block
from permu_xl.xlsx.package import Package, ooxml
from permu_xl.xlsx.writing.chart_references import reference

__all__ = ["reading_notes", "refuse_pivots"]


def refuse_pivots(package: Package, part: str, blocks: Sequence[Block], where: str) -> None:
    """Raise BookError where a pivot table stands in the place of results on a sheet."""
    owned = [_owned(block) for block in blocks if block.columns]
    for each in package.related(part, "pivotTable"):
        root = package.xml(each)
        location = ooxml.find_child(root, "location")
        area = Area.parse(location.get("ref", "")) if location is not None else None
        if area is not None and any(area.meets(other) for other in owned):
            raise BookError(
                f"{where}上的数据透视表“{root.get('name', '')}”（{area.text}）占着要写结果的地方；"
                "请把它移到别的工作表后再运行。"
            )


def reading_notes(package: Package, blocks: Mapping[str, Sequence[Block]]) -> list[str]:
    """Return a sentence for each chart and pivot table that does not show all results now.

    ``blocks`` are what was written, by sheet; meant are references that begin at a block.
    """
    written = {name.casefold(): (name, each) for name, each in blocks.items()}
    return [*_charts(package, written), *_pivots(package, written)]


_Written = Mapping[str, tuple[str, Sequence[Block]]]


def _charts(package: Package, written: _Written) -> Iterator[str]:
    for sheet in package.sheets.values():
        told = set()
        for drawing in package.related(sheet.part, "drawing"):
            for part in package.related(drawing, "chart"):
                for formula in package.xml(part).iter("{*}f"):
                    named, area = reference(formula.text or "")
                    short = area and _short(written, named, area)
                    if short and short not in told:
                        told.add(short)
                        yield (
                            f"工作表“{sheet.name}”上的图表只取到{short}，"
                            "请在 Excel 里扩大它的数据区域。"
                        )


def _pivots(package: Package, written: _Written) -> Iterator[str]:
    tables = _table_places(package, written)
    for part in package.related(package.workbook_part, "pivotCacheDefinition"):
        root = package.xml(part)
        source = next(root.iter(ooxml.sibling_name(root, "worksheetSource")), None)
        if source is None or ooxml.relation_id(source):
            continue
        sheet, area = source.get("sheet", ""), Area.parse(source.get("ref", ""))
        if source.get("name"):
            sheet, area = tables.get(source.get("name", "").casefold(), ("", None))
        name, blocks = written.get(sheet.casefold(), ("", ()))
        if area is None or not any(area.meets(_owned(block)) for block in blocks):
            continue
        if short := _short(written, sheet, area):
            yield f"数据透视表的数据源只到{short}，请在 Excel 里“更改数据源”，然后刷新。"
        elif not ooxml.is_true(root.get("refreshOnLoad")):
            yield f"数据透视表取数于“{name}”，打开后请点“数据→全部刷新”。"


def _table_places(package: Package, written: _Written) -> dict[str, tuple[str, Area | None]]:
    """Return by name where the Excel tables on the written sheets stand."""
    places = {}
    for name, _ in written.values():
        for part in package.related(package.sheet(name).part, "table"):
            root = package.xml(part)
            for key in ("name", "displayName"):
                places[root.get(key, "").casefold()] = (name, Area.parse(root.get("ref", "")))
    return places


def _short(written: _Written, sheet: str, area: Area) -> str:
    """Return in words where a reference ends and the results go on; "" where all are in it."""
    name, blocks = written.get(sheet.casefold(), ("", ()))
    # Tables of fixed size are nothing that grows under a chart.
    for block in (each for each in blocks if each.template_row):
        last = block.first_row + block.height - 1
        begins = area.top in (block.first_row - 1, block.first_row)
        within = any(area.left <= column.number <= area.right for column in block.columns)
        # A single cell is a title or a figure, not a column of results.
        if begins and within and block.first_row <= area.bottom < last and area.top < area.bottom:
            return f"“{name}”第{area.bottom}行，而结果到第{last}行"
    return ""


def _owned(block: Block) -> Area:
    numbers = [column.number for column in block.columns]
    return Area(block.first_row, min(numbers), block.last_row or MAX_ROW, max(numbers))
