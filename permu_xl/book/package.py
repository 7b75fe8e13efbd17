"""The workbook as a package: a zip whose parts are replaced one by one, the others kept whole."""

from __future__ import annotations

import io
import lzma
import os
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from lxml import etree

from permu_xl.book import ooxml
from permu_xl.book.atomic import cannot_read, replace_file
from permu_xl.errors import BookError, FileAccessError

OLE_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
"""Begins an encrypted workbook and an old .xls alike."""

MAX_RATIO = 400
"""A part may unpack to this many times its packed size; sheets of real districts reach 20."""
RATIO_FREE_BYTES = 32 << 20
"""Parts up to this size may be packed as tightly as they like."""
MAX_UNPACKED_BYTES = 2 << 30
"""All parts together."""

_ZIP_DATE, _UNIX = (1980, 1, 1, 0, 0, 0), 3
"""Date and system of new parts, the same wherever they are made."""

_LEVEL = 2
"""How hard parts are packed: up to a third larger than by default, in a third of the time."""

_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    OSError,  # the bz2 module's word for broken data; the bytes are in memory already
)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of the workbook and the part that holds it; ``state`` is visible, hidden or
    veryHidden."""

    name: str
    part: str
    sheet_id: str
    state: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship; ``part`` is None where it leads out of the package."""

    id: str
    type: str
    part: str | None


class Package:
    """A workbook file in memory, with the parts replaced or removed so far.

    The file is read once and not held open.  Part names are spelled without a leading slash;
    as in Excel, upper and lower case do not matter.
    """

    def __init__(self, path: Path, raw: bytes, stamp: tuple[int, int] | None) -> None:
        """Use ``Package.open``."""
        self.path = path
        self._stamp = stamp
        if raw.startswith(OLE_SIGNATURE):
            raise BookError(
                f"“{path}”设有打开密码，或是旧版 .xls 文件；请在 Excel 或 WPS 中取消密码、"
                "另存为 .xlsx 后再试。"
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
        except _BROKEN_ZIP as error:
            raise BookError(
                f"“{path}”不是 .xlsx 或 .xlsm 工作簿，或者文件已损坏，请换用完好的工作簿。"
            ) from error
        self._infos = self._checked_entries()
        self._replaced: dict[str, tuple[bytes, ...]] = {}
        self._removed: set[str] = set()
        self.workbook_part = self._find_workbook()
        self.sheets: Mapping[str, SheetPart] = MappingProxyType(self._find_sheets())

    @classmethod
    def open(cls, path: str | Path) -> Package:
        """Read a workbook file.

        Raises FileAccessError where the file cannot be read, BookError where it is not a
        workbook that can be used: no zip, encrypted, without a workbook part.
        """
        source = Path(path)
        try:
            with source.open("rb") as file:
                stamp = _stamp(file.fileno())
                raw = file.read()
        except OSError as error:
            raise cannot_read(source, error) from error
        return cls(source, raw, stamp)

    def parts(self) -> list[str]:
        """Return the names of the parts, in the order of the file."""
        return [i.filename for k, i in self._infos.items() if k not in self._removed]

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._infos and _key(part) not in self._removed

    def sheet(self, name: str) -> SheetPart:
        """Return a sheet by name; BookError where there is none."""
        if name not in self.sheets:
            raise BookError(f"“{self.path}”里没有工作表“{name}”，请恢复这张表。")
        return self.sheets[name]

    def read(self, part: str) -> bytes:
        """Return a part's content as it stands now; BookError where it is absent or broken."""
        return b"".join(self._chunks(self._present(part)))

    def xml(self, part: str) -> etree._Element:
        """Parse a part and return its root; BookError where it is absent or broken."""
        try:
            return ooxml.parse(self.read(part))
        except (etree.XMLSyntaxError, ooxml.UnsafeXmlError) as error:
            raise self._broken(part) from error

    def replace(self, part: str, data: bytes | Iterable[bytes]) -> None:
        """Give a part of the package new content, whole or in pieces."""
        pieces = (data,) if isinstance(data, bytes) else tuple(data)
        self._replaced[self._present(part)] = pieces

    def add(self, part: str, data: bytes) -> None:
        """Put a new part into the package; what is to refer to it is the caller's to write."""
        key = _key(part)
        if key in self._infos and key not in self._removed:
            raise ValueError(f"{part} is there already")
        info = zipfile.ZipInfo(part, _ZIP_DATE)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = _UNIX
        self._infos[key] = info
        self._removed.discard(key)
        self._replaced[key] = (data,)

    def refresh_sheets(self) -> None:
        """Read the list of sheets again, after the workbook's own part has been replaced."""
        self.sheets = MappingProxyType(self._find_sheets())

    def remove(self, part: str) -> None:
        """Drop a part; what refers to it is the caller's to clear up."""
        self._removed.add(self._present(part))

    def relations(self, part: str = "") -> list[Relation]:
        """Return the relationships of a part; without one, those of the package."""
        holder = ooxml.relations_part(part)
        if holder not in self:
            return []
        return [
            Relation(
                each.get("Id", ""),
                each.get("Type", ""),
                None
                if each.get("TargetMode") == "External"
                else ooxml.resolve_target(part, each.get("Target", "")),
            )
            for each in self.xml(holder)
            if ooxml.local_name(each) == "Relationship"
        ]

    def related(self, part: str, kind: str) -> list[str]:
        """Return the parts that ``part`` leads to by relationships of a kind, such as "chart"."""
        types = {f"{namespace}/{kind}" for namespace in ooxml.RELATION_NAMESPACES}
        return [r.part for r in self.relations(part) if r.type in types and r.part is not None]

    def save(self, path: str | Path) -> None:
        """Write the package to ``path`` in one step: it is wholly written or not at all.

        Raises FileAccessError where that is impossible, and where the file that was read is to
        be overwritten but someone else has changed it meanwhile; BookError where a part turns
        out to be broken.  In all cases the file at ``path`` stays as it was.
        """
        target = Path(os.path.realpath(path))
        is_own = target == Path(os.path.realpath(self.path))
        if is_own and _stamp(target) not in (None, self._stamp):
            raise FileAccessError(
                f"“{target}”在处理期间被别人改动过，没有覆盖它；请关闭该文件后重新运行。"
            )
        replace_file(target, self._write)
        if is_own:
            self._stamp = _stamp(target)

    def _write(self, file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w") as out:
            out.comment = self._zip.comment
            for key, info in self._infos.items():
                if key in self._removed:
                    continue
                entry = zipfile.ZipInfo(info.filename, info.date_time)
                entry.compress_type = info.compress_type
                entry.create_system = info.create_system
                entry.internal_attr = info.internal_attr
                entry.comment = info.comment
                out.writestr(entry, b"".join(self._chunks(key)), compresslevel=_LEVEL)
                # Only now: when an entry is begun, zipfile puts its own in place of none.
                entry.external_attr = info.external_attr

    def _chunks(self, key: str) -> Iterator[bytes]:
        if key in self._replaced:
            yield from self._replaced[key]
            return
        info = self._infos[key]
        # A read of the whole, since only that checks the sum at the end.
        try:
            content = self._zip.read(info)
        except _BROKEN_ZIP as error:
            raise self._broken(info.filename) from error
        yield content

    def _present(self, part: str) -> str:
        if part not in self:
            raise BookError(f"“{self.path}”已损坏：缺少 {part}；请在 Excel 或 WPS 中修复后再试。")
        return _key(part)

    def _broken(self, part: str) -> BookError:
        return BookError(
            f"“{self.path}”已损坏：无法读取其中的 {part}；请在 Excel 或 WPS 中修复后再试。"
        )

    def _checked_entries(self) -> dict[str, zipfile.ZipInfo]:
        entries: dict[str, zipfile.ZipInfo] = {}
        total = 0
        for info in self._zip.infolist():
            key = _key(info.filename)
            total += info.file_size
            if info.flag_bits & _ENCRYPTED:
                raise BookError(f"“{self.path}”设有密码，请取消密码后再试。")
            # Names that are neither ASCII nor marked as UTF-8 could not be written as they are.
            named = info.filename.isascii() or bool(info.flag_bits & _UTF8_NAME)
            usual = named and not _escapes(info.filename) and info.compress_type in _COMPRESSIONS
            if not usual or key in entries:
                raise BookError(
                    f"“{self.path}”的内部结构不正常（{info.filename}），"
                    "请在 Excel 或 WPS 中打开并另存为 .xlsx 后再试。"
                )
            tight = info.file_size > MAX_RATIO * max(info.compress_size, 1)
            if (tight and info.file_size > RATIO_FREE_BYTES) or total > MAX_UNPACKED_BYTES:
                raise BookError(f"“{self.path}”解压后过大，不像正常的工作簿，已停止处理。")
            entries[key] = info
        return entries

    def _find_workbook(self) -> str:
        found = self.related("", "officeDocument")
        if not found or found[0] not in self:
            raise BookError(f"“{self.path}”里没有工作簿，请换用 .xlsx 或 .xlsm 文件。")
        if posixpath.splitext(found[0])[1].lower() == ".bin":
            raise BookError(f"“{self.path}”是 .xlsb 工作簿，请另存为 .xlsx 后再试。")
        return found[0]

    def _find_sheets(self) -> dict[str, SheetPart]:
        root = self.xml(self.workbook_part)
        if ooxml.local_name(root) != "workbook":
            raise BookError(f"“{self.path}”不是 Excel 工作簿，请换用 .xlsx 或 .xlsm 文件。")
        targets = {r.id: r.part for r in self.relations(self.workbook_part)}
        holder = ooxml.find_child(root, "sheets")
        sheets: dict[str, SheetPart] = {}
        for each in () if holder is None else holder.iterchildren("{*}sheet"):
            part = targets.get(ooxml.relation_id(each) or "")
            if part is None:
                raise self._broken(self.workbook_part)
            name = each.get("name", "")
            sheets[name] = SheetPart(
                name, part, each.get("sheetId", ""), each.get("state", "visible")
            )
        return sheets


def _stamp(file: Path | int) -> tuple[int, int] | None:
    """Return what changes whenever someone writes a file; None where there is none."""
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _key(part: str) -> str:
    """Return what part names are compared by; some writers use backslashes."""
    return part.replace("\\", "/").removeprefix("/").lower()


def _escapes(name: str) -> bool:
    spelled = name.replace("\\", "/")
    return spelled.startswith("/") or ":" in spelled.split("/")[0] or ".." in spelled.split("/")
