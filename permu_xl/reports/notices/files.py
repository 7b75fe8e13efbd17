"""Writing the notices of a district: file names, what is up to date already, one file or many."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import permu_xl
from permu_xl.reports.notices.data import Notice, Noticing, clean
from permu_xl.reports.notices.fields import Settings, common, fields
from permu_xl.xlsx import files as atomic
from permu_xl.xlsx.files import claimed

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.engine.model import Roster
    from permu_xl.reports.notices.render import NoticeTemplate

__all__ = ["MANIFEST", "Manifest", "file_names", "write_each", "write_one"]

MANIFEST = ".permu-notices.json"
"""Beside the notices: by file name the hashes of all that went into it, no figures."""

_UNFIT = re.compile(r'[\\/:*?"<>|%\x00-\x1f\x7f]')
_LONGEST = 40
"""Characters of a name in a file name; Chinese ones take three bytes of the 255 there are."""
_SAVED_EVERY = 50

Progress = Callable[[str], None]
"""Told the firm's name before each notice."""


def file_names(roster: Roster) -> list[str]:
    """Return a file name without ending for each firm: its code and name, safe and unique.

    Names do not depend on which firms are chosen, so that a later call finds them again.
    """
    taken: set[str] = set()
    names = []
    for code, name in zip(roster.codes, roster.names, strict=True):
        shown = "-".join(part for part in (_safe(str(code)), _safe(str(name))) if part)
        # A name of its own even where the firm is called CON or NUL.
        plain = shown if "-" in shown else f"企业-{shown}" if shown else "企业"
        unique, again = plain, 1
        while unique.casefold() in taken:
            again += 1
            unique = f"{plain}-{again}"
        taken.add(unique.casefold())
        names.append(unique)
    return names


def _safe(text: str) -> str:
    return _UNFIT.sub("_", clean(text))[:_LONGEST].strip(" .-")


@dataclass(slots=True)
class Manifest:
    """What is known of the files in a folder: hashes of the district's inputs and the notice."""

    folder: Path
    hashes: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Return the manifest of a folder; an empty one where there is none that can be read."""
        try:
            found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            hashes = {str(name): str(value) for name, value in found["files"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            hashes = {}
        return cls(folder, hashes)

    def known(self, name: str) -> str:
        """Return the hashes of a file that is there; "" for any other."""
        return self.hashes.get(name, "") if (self.folder / name).is_file() else ""

    def save(self) -> None:
        """Write the manifest."""
        text = json.dumps({"files": self.hashes}, ensure_ascii=False, indent=0, sort_keys=True)
        atomic.replace_content(self.folder / MANIFEST, text.encode())

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Save the manifest at the end, also after an error or an interruption."""
        try:
            yield
        finally:
            self.save()


@dataclass(frozen=True, slots=True)
class Written:
    """What was done: the files of all chosen firms, and how many of them were up to date.

    ``kept`` are the copies of those that a person had changed before they were made anew.
    """

    files: tuple[Path, ...]
    skipped: int
    kept: tuple[Path, ...] = ()


def write_each(
    noticing: Noticing,
    firms: Sequence[int],
    folder: Path,
    template: NoticeTemplate,
    settings: Settings,
    *,
    force: bool = False,
    progress: Progress = lambda name: None,
) -> Written:
    """Write a .docx for each firm; those made from the same figures and template are left alone.

    A notice depends on the whole district.  Where nothing in it has changed, a file that is there
    is left alone without a look; where something has, if the firm's own notice says the same.
    """
    atomic.make_folder(folder)
    manifest = Manifest.read(folder)
    shared = common(noticing, settings)
    inputs = inputs_digest(noticing, template, settings)
    names = file_names(noticing.evaluation.roster)
    files, skipped = [], 0
    kept: list[Path | None] = []
    with claimed(folder / MANIFEST, ignore_office=True), manifest.kept():
        _clear(folder, names)
        for done, firm in enumerate(firms, start=1):
            progress(str(noticing.evaluation.roster.names[firm]))
            name = f"{names[firm]}.docx"
            files.append(folder / name)
            if not force and manifest.known(name).startswith(inputs):
                skipped += 1
                continue
            notice = noticing.notice(firm)
            digest = _digest(notice, template, settings)
            if not force and manifest.known(name).endswith(digest):
                skipped += 1
            else:
                content = template.single(shared | fields(notice))
                kept.append(atomic.replace_content(folder / name, content, made=True))
            manifest.hashes[name] = f"{inputs} {digest}"
            if not done % _SAVED_EVERY:
                manifest.save()
    return Written(tuple(files), skipped, tuple(filter(None, kept)))


def write_one(
    noticing: Noticing,
    firms: Sequence[int],
    file: Path,
    template: NoticeTemplate,
    settings: Settings,
    *,
    progress: Progress = lambda name: None,
) -> Written:
    """Write one .docx for printing, every firm beginning on a new page numbered 1."""
    atomic.make_folder(file.parent)

    shared = common(noticing, settings)

    def each() -> Iterable[dict[str, object]]:
        for firm in firms:
            progress(str(noticing.evaluation.roster.names[firm]))
            yield shared | fields(noticing.notice(firm))

    kept = atomic.replace_content(file, template.joined(each(), shared), made=True)
    return Written((file,), 0, () if kept is None else (kept,))


def _clear(folder: Path, names: Iterable[str]) -> None:
    """Remove what a killed run left half written; only for who has claimed the folder."""
    ours = {atomic.scratch_path(folder / f"{name}.docx", "").name for name in names}
    for left in folder.glob(".permu-*.tmp"):
        if left.name.rpartition("-")[0] in ours:
            left.unlink(missing_ok=True)


def inputs_digest(noticing: Noticing, template: NoticeTemplate, settings: Settings) -> str:
    """Return a hash of all that the notices of a district are made from."""
    e = noticing.evaluation
    digest = hashlib.sha256()
    told = [permu_xl.__version__, template.digest, noticing.district, e.year, e.scheme, settings]
    stories = sorted(noticing.told.items())
    for text in (*told, sorted(noticing.sources.items()), e.adjustments, stories):
        digest.update(repr(text).encode("utf-8", "surrogatepass"))
    for roster in (e.roster, e.previous):
        if roster is not None:
            digest.update(roster.digest().encode())
    return digest.hexdigest()


def _digest(notice: Notice, template: NoticeTemplate, settings: Settings) -> str:
    text = repr((permu_xl.__version__, template.digest, settings, notice))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
