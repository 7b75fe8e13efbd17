"""The files that the desk is started with, by its command or dropped on its icon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.errors import PermuError
from permu_xl.hosts.desk.choosing import choose
from permu_xl.intake.sources import ENDINGS
from permu_xl.tasks import kind, meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from permu_xl.hosts.desk.session import Session
    from permu_xl.hosts.desk.workspace import Workspace

__all__ = ["open_given"]


def open_given(workspace: Workspace, files: Sequence[Path]) -> str:
    """Open what there is and choose the rest for its step; return the query of the first address.

    As ``permu-xl FILE ...`` by content: tables of departments are for the import into the workbook
    among them, or into the next that is opened; several districts are for the city's collection;
    the city's workbook is for writing back.  What is wrong with a file is noted for the page.
    """
    kinds: dict[str, list[Path]] = {"book": [], "city": [], "table": []}
    for path in _expanded(files):
        kinds[kind(path, "book") if path.is_file() else "book"].append(path)
    books, cities, tables = kinds["book"], kinds["city"], kinds["table"]
    sessions = [opened for path in books if (opened := _opened(workspace, path)) is not None]
    step = ""
    if tables and len(sessions) == 1:
        choose(sessions[0], "tables", tables)
        step = "import"
    elif tables:
        workspace.tables.extend(tables)
        workspace.notes.append(
            f"收到{len(tables)}个部门的表：请打开要导入的工作簿，或者新建一本；"
            "它们已经选好，在“导入”这一步里。"
        )
    elif cities and sessions:
        choose(sessions[0], "city", cities[:1])
        step = "apply"
    elif len(sessions) > 1:
        choose(sessions[0], "districts", books)
    elif cities:
        workspace.notes.append(
            f"{cities[0].name} 是全市工作簿：请打开一个区的工作簿，在“写回”这一步里选它。"
        )
    if not sessions:
        return f"?dir={workspace.paths.name(tables[0].parent)}" if tables else ""
    return f"?b={sessions[0].id}&step={step}"


def _expanded(files: Iterable[Path]) -> Iterable[Path]:
    """Yield the files, and instead of folders what is in them."""
    for path in files:
        if path.is_dir():
            yield from meant(sorted(path.iterdir()), ENDINGS)
        else:
            yield path.absolute()


def _opened(workspace: Workspace, path: Path) -> Session | None:
    try:
        return workspace.open(path)
    except PermuError as error:
        workspace.notes.append(str(error))
        return None
