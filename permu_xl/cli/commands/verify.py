"""The command ``permu-xl verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.cli.command import argument, command, option
from permu_xl.cli.options import DATA_ERRORS, DONE, PATH, existing_book, tell_open

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.reports.verification import Verdict

__all__ = ["verify"]

SHOWN_AT_MOST = 200
_WORDS = {True: ("一致", "green"), False: ("不一致", "red"), None: ("无从核对", "yellow")}


@command("verify", "由输入重算，核对结果、输入和运行记录是否一致")
@argument("book", "工作簿", "评价过的工作簿", type=PATH)
@option("--all", "everything", is_flag=True, help="不一致的单元格再多也全部列出")
@option(
    "--texts",
    metavar="文件夹",
    type=PATH,
    help="把算校验值的三份文本写到文件夹里，可用 sha256sum 核对",
)
def verify(book: Path, everything: bool, texts: Path | None) -> int:
    """Prove the results of a workbook from its inputs."""
    from permu_xl.cli import screen
    from permu_xl.reports import verification

    existing_book(book)
    with screen.progress(len(verification.STEPS)) as step:
        verdict = verification.verify(book, step)
    tell_open(book)
    if texts is not None:
        _write_texts(book, texts)
    return _show(verdict, book, everything)


def _show(verdict: Verdict, book: Path, everything: bool) -> int:
    from permu_xl.cli import screen

    console = screen.results_console()
    for check in verdict.checks:
        word, colour = _WORDS[check.agrees]
        console.print(f"{check.name}：{word}。{check.text}。", style=colour)
    for title, unit, found in (
        ("评价以后改过的输入", "处", [change.told for change in verdict.inputs]),
        ("与重算不同的结果", "格", [difference.told for difference in verdict.differences]),
    ):
        if found:
            console.print(f"{title}，{len(found)}{unit}：")
        for told in found if everything else found[:SHOWN_AT_MOST]:
            console.print(f"  {told}")
        if not everything and len(found) > SHOWN_AT_MOST:
            console.print(f"  ……另有{len(found) - SHOWN_AT_MOST}{unit}，加 --all 全部列出。")
    for note in verdict.notes:
        console.print(f"注意：{note}", style="yellow")
    if verdict.agrees:
        console.print(f"结论：{book.name} 核对一致。")
        return DONE
    console.print(f"结论：{book.name} 核对不一致，见上面标明“不一致”的各项。", style="red")
    return DATA_ERRORS


def _write_texts(path: Path, folder: Path) -> None:
    """Write the canonical texts that the hashes in 运行记录 are made of."""
    from permu_xl.reports.verification import written_cells
    from permu_xl.workbook.layout import BASELINES, CLASSES, SCORES
    from permu_xl.workbook.reading import open_workbook
    from permu_xl.workbook.record import inputs_text, results_text, scheme_text
    from permu_xl.xlsx import files

    opened = open_workbook(path)
    book = opened.book
    texts = {"输入.txt": inputs_text(book), "方案.txt": scheme_text(book.scheme)}
    if {BASELINES, SCORES, CLASSES} <= set(book.outputs):
        texts["结果.txt"] = results_text(book, written_cells(opened))
    files.make_folder(folder)
    for name, text in texts.items():
        kept = files.replace_content(folder / name, text.encode(), made=True)
        if kept is not None:
            print(files.kept_note(folder / name, kept))
