"""The workbook as a package: a zip whose parts are replaced one by one, the others kept whole.

Longer than other modules: one class, the package.
"""

from __future__ import annotations

import os
import posixpath
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Literal, TypeAlias

from lxml import etree

from permu_xl.errors import BookError, FileAccessError
from permu_xl.text import printable
from permu_xl.xlsx.files import (
    Limits,
    describe_other_package,
    file_stamp,
    is_mark,
    read_raw,
    replace_file,
    too_large,
)
from permu_xl.xlsx.package import ooxml
from permu_xl.xlsx.package.deflate import packer
from permu_xl.xlsx.package.zip_copy import copy_entry
from permu_xl.xlsx.package.zip_entries import (
    BROKEN_ZIP,
    checked_entries,
    entry_key,
    entry_pieces,
    open_zip,
)

CONTENT_TYPES = "[Content_Types].xml"

_BOOK_TYPES = tuple(
    f"{kind}.main+xml"
    for kind in ("sheet", "template", "sheet.macroenabled", "template.macroenabled",
                 "addin.macroenabled")
)  # fmt: skip
"""How the content types of workbooks end, in small letters."""
_SHOWN = 80
"""How much of a name from the file goes into a message."""
_ZIP_DATE, _UNIX = (1980, 1, 1, 0, 0, 0), 3
"""Date and system of new parts, the same wherever they are made."""


Text: TypeAlias = bytes | Callable[[], bytes]
"""A piece of a part, or what makes it: then it takes no memory before it is written."""


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of the workbook and the part that holds it.

    ``state`` is visible, hidden or veryHidden.
    """

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

    def __init__(
        self, path: Path, raw: bytes, stamp: tuple[int, int] | None, limits: Limits
    ) -> None:
        """Use ``Package.open``."""
        self.path = path
        self.limits = limits
        self._stamp = stamp
        self._zip = open_zip(path, raw, limits)
        self._infos = checked_entries(path, self._zip, limits)
        self._replaced: dict[str, tuple[Text, ...]] = {}
        self._removed: set[str] = set()
        self._whole: set[str] = set()
        self.workbook_part = self._find_workbook()
        self.sheets: Mapping[str, SheetPart] = MappingProxyType(self._find_sheets())

    @classmethod
    def open(cls, path: str | Path, limits: Limits | None = None) -> Package:
        """Read a workbook file, within limits: those of the environment unless told otherwise.

        Raises FileAccessError where the file cannot be read, BookError where it is not a
        workbook that can be used: no zip, encrypted, too large, without a workbook part.
        """
        source = Path(path)
        known = limits or Limits.from_environment()
        raw, stamp = read_raw(source, known)
        return cls(source, raw, stamp, known)

    def parts(self) -> list[str]:
        """Return the names of the parts, in the order of the file."""
        return [i.filename for k, i in self._infos.items() if k not in self._removed]

    def __contains__(self, part: str) -> bool:
        return entry_key(part) in self._infos and entry_key(part) not in self._removed

    def sheet(self, name: str) -> SheetPart:
        """Return a sheet by name; BookError where there is none."""
        if name not in self.sheets:
            raise BookError(f"“{self.path}”里没有工作表“{name}”，请恢复这张表。")
        return self.sheets[name]

    def read(self, part: str) -> bytes:
        """Return a part's content as it stands now; BookError where it is absent or broken."""
        return b"".join(self._chunks(self._present(part)))

    def beginning(self, part: str, size: int) -> bytes:
        """Return at least the first ``size`` bytes of a part, all of a shorter one.

        Whether the rest of it is whole is not looked at.  Errors as in ``read``.
        """
        found = b""
        for piece in self._chunks(self._present(part)):
            found += piece
            if len(found) >= size:
                break
        return found

    def xml(self, part: str, limit: Literal["tree_mb", "part_mb"] = "tree_mb") -> etree._Element:
        """Parse a part and return its root; BookError where it is absent, broken or too large."""
        self.refuse_large(part, limit)
        try:
            return ooxml.parse(self.read(part))
        except (etree.XMLSyntaxError, ooxml.UnsafeXmlError) as error:
            raise self._broken(part) from error

    def sheet_xml(self, name: str) -> bytes:
        """Return a sheet that is to be rewritten; BookError where it is too large for that."""
        part = self.sheet(name).part
        self.refuse_large(part, "part_mb")
        xml = self.read(part)
        # A tag has three bytes or more: most sheets need not be counted.
        if len(xml) > 3 * self.limits.sheet_tags and xml.count(b"<") > self.limits.sheet_tags:
            what = f"的工作表“{name}”里的标记超过{self.limits.sheet_tags}个"
            remedy = "请从模板重新复制这张表"
            raise too_large(self.path, what, "sheet_tags", remedy)
        return xml

    def refuse_large(self, part: str, limit: Literal["tree_mb", "part_mb"]) -> None:
        """Raise BookError where a part of the file unpacks to more than the limit."""
        info = self._infos.get(entry_key(part))
        most = self.limits.tree_mb if limit == "tree_mb" else self.limits.part_mb
        if info is not None and info.file_size > most << 20:
            raise too_large(self.path, f"里的 {part} 超过{most} MB", limit)

    def replace(self, part: str, data: bytes | Iterable[Text]) -> None:
        """Give a part of the package new content, whole or in pieces."""
        pieces = (data,) if isinstance(data, bytes) else tuple(data)
        self._replaced[self._present(part)] = pieces

    def add(self, part: str, data: bytes) -> None:
        """Put a new part into the package; what is to refer to it is the caller's to write."""
        key = entry_key(part)
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

    @property
    def stamp(self) -> tuple[int, int] | None:
        """What changes when someone writes the file, as it was when the file was read."""
        return self._stamp

    def save(self, path: str | Path, *, backup: bool = False, made: bool = False) -> Path | None:
        """Write the package to ``path`` in one step: it is wholly written or not at all.

        ``backup`` keeps what was there before, ``made`` only what a person has changed there
        (``atomic.replace_file``).  Returns where that is kept, None where it is not.
        Raises FileAccessError where that is impossible, and where the file that was read is to
        be overwritten but someone else has changed it meanwhile; BookError where a part turns
        out to be broken.  In all cases the file at ``path`` stays as it was.
        """
        target = Path(os.path.realpath(path))
        is_own = target == Path(os.path.realpath(self.path))

        def check() -> None:
            if is_own and file_stamp(target) not in (None, self._stamp):
                raise changed_meanwhile(target)

        check()
        kept = replace_file(target, self._write, backup=backup, made=made, check=check)
        if is_own:
            self._stamp = file_stamp(target)
        return kept

    def _write(self, file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w") as out:
            if not is_mark(self._zip.comment):
                out.comment = self._zip.comment
            for key, info in self._infos.items():
                if key in self._removed:
                    continue
                entry = zipfile.ZipInfo(info.filename, info.date_time)
                entry.compress_type = info.compress_type
                entry.create_system = info.create_system
                entry.internal_attr = info.internal_attr
                entry.comment = info.comment
                if key in self._replaced:
                    with out.open(entry, "w") as part:
                        if entry.compress_type == zipfile.ZIP_DEFLATED:
                            # Where zipfile itself keeps what packs.
                            part._compressor = packer()  # type: ignore[attr-defined]
                        for chunk in self._chunks(key):
                            part.write(chunk)
                else:
                    if key not in self._whole:
                        for _ in self._chunks(key):
                            pass  # Only at its end it is known to be whole.
                    copy_entry(self._zip, info, out, entry)
                # Only now: when an entry is begun, zipfile puts its own in place of none.
                entry.external_attr = info.external_attr

    def _chunks(self, key: str) -> Iterator[bytes]:
        if key in self._replaced:
            for piece in self._replaced[key]:
                yield piece if isinstance(piece, bytes) else piece()
            return
        try:
            yield from entry_pieces(self._zip, self._infos[key])
        except BROKEN_ZIP as error:
            raise self._broken(self._infos[key].filename) from error
        self._whole.add(key)

    def _present(self, part: str) -> str:
        if part not in self:
            raise BookError(
                f"“{self.path}”已损坏：缺少 {part[:_SHOWN]}；请在 Excel 或 WPS 中修复后再试。"
            )
        return entry_key(part)

    def _broken(self, part: str) -> BookError:
        return BookError(
            f"“{self.path}”已损坏：无法读取其中的 {part[:_SHOWN]}；请在 Excel 或 WPS 中修复后再试。"
        )

    def _find_workbook(self) -> str:
        found = self.related("", "officeDocument")
        if not found or found[0] not in self:
            raise BookError(f"“{self.path}”里没有工作簿，请换用 .xlsx 或 .xlsm 文件。")
        if posixpath.splitext(found[0])[1].lower() == ".bin":
            raise BookError(f"“{self.path}”是 .xlsb 工作簿，请另存为 .xlsx 后再试。")
        kind = self._content_type(found[0])
        if not kind.endswith(_BOOK_TYPES):
            raise BookError(f"“{self.path}”{describe_other_package(kind)}。")
        return found[0]

    def _content_type(self, part: str) -> str:
        """Return what the package says a part is, in small letters; "" where it does not say."""
        name, ending = f"/{part}".lower(), posixpath.splitext(part)[1].lower()
        found = ""
        for each in ooxml.children(self.xml(CONTENT_TYPES)):
            kind = each.get("ContentType", "").lower().partition(";")[0].strip()
            if each.get("PartName", "").lower() == name:
                return kind
            if f".{each.get('Extension', '').lower()}" == ending:
                found = kind
        return found

    def _find_sheets(self) -> dict[str, SheetPart]:
        root = self.xml(self.workbook_part)
        if ooxml.local_name(root) != "workbook":
            raise BookError(f"“{self.path}”不是 Excel 工作簿，请换用 .xlsx 或 .xlsm 文件。")
        targets = {r.id: r.part for r in self.relations(self.workbook_part)}
        holder = ooxml.find_child(root, "sheets")
        listed = [] if holder is None else list(holder.iterchildren("{*}sheet"))
        if len(listed) > self.limits.sheets:
            raise too_large(
                self.path, f"有{len(listed)}张工作表，超过{self.limits.sheets}张", "sheets",
                "请删除不需要的工作表",
            )  # fmt: skip
        sheets: dict[str, SheetPart] = {}
        seen: set[str] = set()
        for each in listed:
            id = ooxml.relation_id(each) or ""
            if not id:
                # A sheet of macros from before 1997 has none: Excel shows the others.
                continue
            part = targets.get(id)
            if part is None:
                raise self._broken(self.workbook_part)
            name = each.get("name", "")
            # What is read from one and written into the other would be lost.
            for key in (f"name {name.lower()}", f"part {entry_key(part)}"):
                if key in seen:
                    raise BookError(
                        f"“{self.path}”里有两张同名或同内容的工作表“{printable(name[:_SHOWN])}”，"
                        "请在 Excel 或 WPS 中打开并另存为 .xlsx 后再试。"
                    )
                seen.add(key)
            sheets[name] = SheetPart(
                name, part, each.get("sheetId", ""), each.get("state", "visible")
            )
        return sheets


def changed_meanwhile(path: Path) -> FileAccessError:
    """Return what to say about a workbook that someone else wrote while it was worked on."""
    return FileAccessError(
        f"“{path}”在处理期间被别人改动过，没有写入任何结果；请关闭该文件后重新运行。"
    )
