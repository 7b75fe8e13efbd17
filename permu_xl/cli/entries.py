"""What the entries of Windows start: the Start menu, the desktop, Explorer's Send to.

    python -P -m permu_xl.cli.entries WORD FILE ...

A check, a run, an import and notices are told in a window of text that stays until it has been
read: it needs no browser, takes several files one after the other, asks where a question is open,
and says the same as the command line does.  The others show what they open; if they cannot, a
message box says why.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.cli.options import DONE, FILE_TROUBLE, WRONG_CALL
from permu_xl.errors import PermuError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["TOLD", "main"]

_DOCUMENTS = 5
"""What Windows calls the user's folder of documents (CSIDL_PERSONAL)."""
_FOLDER = "亩均评价"
_ERROR_BOX = 0x10


def main(words: Sequence[str]) -> int:
    """Carry out an entry's word on the files that follow it; return the exit status."""
    word, *files = words
    told = TOLD.get(word)
    if told is None:
        return _shown(_OPENED[word], files)
    status = told(files)
    if sys.stdin is not None and sys.stdin.isatty():
        with contextlib.suppress(EOFError, KeyboardInterrupt):
            input("\n看完以后按回车键，窗口就关闭。")
    return status


def _command(*words: str) -> int:
    """Carry out a command of ``permu-xl``, also where it wants to end the program."""
    from permu_xl.cli import main as command

    try:
        return command(words)
    except SystemExit as ended:
        return int(ended.code or 0)


def _each(shown: str, words: Callable[[str], Sequence[str]]) -> Callable[[Sequence[str]], int]:
    """Return what carries out a command on one file after the other; ``words`` are the command's.

    ``shown`` is the name of the entry.
    """

    def told(files: Sequence[str]) -> int:
        if not files:
            print(f"请在文件夹里选中评价工作簿，点右键，发送到，{shown}。")
            return WRONG_CALL
        worst = DONE
        for file in files:
            print(f"【{shown}】{Path(file).name}\n")
            worst = max(worst, _command(*words(file)))
        return worst

    return told


def _import(files: Sequence[str]) -> int:
    """Import what was sent: a workbook among the tables is the one to import into."""
    from permu_xl.tasks import kind

    if not any(Path(file).is_dir() or kind(Path(file)) == "table" for file in files):
        print(
            "这里没有部门的表：请选中统计局、税务局等给的表格（可以连同要导入的评价工作簿），"
            "点右键，发送到，导入部门表。"
        )
        return WRONG_CALL
    return _command(*files)


def _notices(file: str) -> Sequence[str]:
    book = Path(file)
    return ["notices", file, "-o", str(book.with_name(f"{book.stem}-一企一单"))]


TOLD: dict[str, Callable[[Sequence[str]], int]] = {
    "check": _each("核查", lambda file: ["check", file]),
    "run": _each("评价", lambda file: ["run", file]),
    "notices": _each("一企一单", _notices),
    "import": _import,
    "doctor": lambda files: _command("excel", "doctor", *files),
}
"""The words whose doing is told in a window of text."""


# ---------------------------------------------------------------- without a window of text


def _shown(entry: Callable[[Sequence[str]], int], files: Sequence[str]) -> int:
    """Carry out an entry that has no window; what it says is shown only where it fails."""
    said = io.StringIO()
    nowhere = sys.stderr is None
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            status = entry(files)
        except (PermuError, OSError) as error:
            print(error)
            status = FILE_TROUBLE
    if status != DONE:
        text = said.getvalue().strip() or f"没有打开（{status}）。"
        if nowhere:
            _message_box(f"{text}\n\n请运行开始菜单里“亩均评价”的“检查”。")
        else:
            print(text, file=sys.stderr)
    return status


def _desk(files: Sequence[str]) -> int:
    return _command("desk", *files)


def _blank(_: Sequence[str]) -> int:
    """Put a blank workbook among the user's documents and open it."""
    file = _unused("空白工作簿.xlsx")
    return _command("template", str(file)) or _open(file)


def _examples(_: Sequence[str]) -> int:
    """Put the examples of functions among the user's documents and open them."""
    from permu_xl.hosts.excel.setup import EXAMPLES, shipped

    source = shipped(EXAMPLES)
    file = _unused(EXAMPLES, source.read_bytes())
    if not file.exists():
        shutil.copyfile(source, file)
    return _open(file)


_OPENED: dict[str, Callable[[Sequence[str]], int]] = {
    "desk": _desk,
    "blank": _blank,
    "examples": _examples,
}


def _unused(name: str, content: bytes | None = None) -> Path:
    """Return a file in the user's documents that is not there yet, or has the content already."""
    folder = _documents() / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    first = file = folder / name
    number = 1
    while file.exists() and file.read_bytes() != content:
        number += 1
        file = first.with_stem(f"{first.stem}{number}")
    return file


def _documents() -> Path:
    if sys.platform == "win32":
        import ctypes

        found = ctypes.create_unicode_buffer(260)
        ctypes.windll.shell32.SHGetFolderPathW(None, _DOCUMENTS, None, 0, found)
        if found.value:
            return Path(found.value)
    return Path.home() / "Documents"


def _open(file: Path) -> int:
    """Open a file in the program that is meant for it."""
    if sys.platform == "win32":
        try:
            os.startfile(file)
        except OSError:
            print(f"{file} 已经放好了，但没有能打开它的程序：请安装 Excel、WPS 或 LibreOffice。")
            return WRONG_CALL
    return DONE


def _message_box(text: str) -> None:
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, "亩均评价", _ERROR_BOX)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
