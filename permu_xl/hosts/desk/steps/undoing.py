"""撤回: which workbooks were written last, and putting all of them back together.

Writing back the city's decisions writes several districts at once.  They go back together, except
for those that have been changed since: what was done with them is not lost by taking something
back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl import tasks
from permu_xl.errors import PermuError, UsageError
from permu_xl.hosts.desk.opened import Result
from permu_xl.xlsx.files import backup_path, file_stamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from permu_xl.hosts.desk.opened import Session

__all__ = ["note_together", "take_back", "take_back_together", "written_together"]


def note_together(session: Session, paths: Iterable[Path]) -> None:
    """Remember workbooks that have just been written by one step, and as what."""
    session.together = {path: file_stamp(path) for path in paths}


def written_together(session: Session) -> tuple[Path, ...]:
    """Return the workbooks that were written with this one when it was written last.

    None where it was written alone, or has been changed since.
    """
    stamp = session.together.get(session.path)
    now = file_stamp(session.path)
    return tuple(session.together) if stamp is not None and stamp == now else ()


def take_back(session: Session) -> Result:
    """Put the workbook back to what it was before it was written last.

    A write-back of the city's decisions may have been before this desk was started; then nobody
    knows which other districts it wrote, and that is said.
    """
    before = _decided(session)
    text = tasks.take_back(session.path)
    if _decided(session) != before:
        text += "\n这里面有写回的市级意见；别的区没有一起撤回，要撤回的请打开各区的工作簿分别撤回。"
    return Result(text, session.note_made([session.path]))


def take_back_together(session: Session) -> Result:
    """Put every workbook back that the last writing back wrote; tell of each that is not."""
    if not session.together:
        raise UsageError("没有记着上一次写回了哪几份，不能一起撤回；请到各区的工作簿里分别撤回。")
    lines, done = [], []
    for path, stamp in session.together.items():
        if file_stamp(path) != stamp:
            lines.append(
                f"“{path.name}”没有撤回：写回以后又改过；"
                f"要恢复的，写回以前的备份是旁边的“{backup_path(path).name}”，请核对后再用。"
            )
            continue
        try:
            lines.append(tasks.take_back(path))
        except PermuError as error:
            lines.append(f"“{path.name}”没有撤回：{tasks.failed(error)}")
            continue
        done.append(path)
    good = len(done) == len(session.together)
    session.together |= {path: file_stamp(path) for path in done}
    told = f"撤回了{len(done)}份，共{len(session.together)}份；名单里的市级意见没有动。"
    return Result("\n".join([told, *lines]), session.note_made(done), good=good)


def _decided(session: Session) -> int:
    """Return how many firms stand on 分类调整."""
    table = session.outcome.book.adjustments
    return 0 if table is None else len(table.adjustments)
