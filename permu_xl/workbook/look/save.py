"""Saving a built workbook: the same content gives the same bytes, and never half a file."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, BinaryIO

from lxml import etree
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from permu_xl.workbook.look.habits import as_usual, usual_name
from permu_xl.workbook.look.shown import Shown, shown_values
from permu_xl.xlsx import files
from permu_xl.xlsx.files import claimed

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

_CORE = "docProps/core.xml"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip entry can carry."""


def save_workbook(
    workbook: Workbook, path: Path, *, made: bool = False, shown: Shown | None = None
) -> Path | None:
    """Write a workbook to ``path``, replacing what is there in one step.

    The time of writing is kept out of the file: its date of change is that of its creation.
    ``shown`` is what formulas show besides those that are known here (``shown_values``).
    ``made`` keeps what a person has changed there (``atomic.replace_file``); returns where.
    Raises FileAccessError when the file cannot be written; an older file stays whole then.
    """
    content = _fixed(workbook, {**shown_values(workbook), **(shown or {})})

    def write(file: BinaryIO) -> None:
        file.write(content)

    with claimed(path):
        return files.replace_file(path, write, made=made)


class _InMemory(ExcelWriter):
    """openpyxl's writer without its temporary files, in which a killed run would leave firms."""

    _archive: zipfile.ZipFile

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts = ws._charts
        ws._drawing.images = ws._images
        content = io.BytesIO()
        writer: Any = WorksheetWriter(ws, content)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], content.getvalue())
        self.manifest.append(ws)


def _fixed(workbook: Workbook, shown: Shown) -> bytes:
    """Return the package with all dates fixed, its parts as Excel would spell them."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        _InMemory(workbook, package).save()
    texts = {sheet.path[1:]: shown.get(sheet.title, {}) for sheet in workbook.worksheets}
    fixed = io.BytesIO()
    with (
        zipfile.ZipFile(written) as source,
        zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == _CORE:
                part = _unmodified(part)
            part = as_usual(name, part, texts.get(name, {}))
            entry = zipfile.ZipInfo(usual_name(name), _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            # The same on every system: Windows would note itself as the maker.
            entry.create_system = 3
            target.writestr(entry, part)
    return fixed.getvalue()


def _unmodified(core: bytes) -> bytes:
    """Return the core properties with the date of change set to that of creation."""
    properties = etree.fromstring(core)
    created, modified = (properties.find(f"{{*}}{name}") for name in ("created", "modified"))
    if created is not None and modified is not None:
        modified.text = created.text
    return etree.tostring(properties, encoding="UTF-8", xml_declaration=True, standalone=True)
