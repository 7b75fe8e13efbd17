"""The command ``permu-xl demo``.  Heavy modules are imported when needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.cli.command import argument, command, option
from permu_xl.cli.options import PATH

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["demo"]


@command("demo", "用虚构的示例区走一遍：生成、评价、显示结果")
@argument(
    "folder",
    "文件夹",
    "放示例文件的文件夹，默认 permu-demo",
    type=PATH,
    required=False,
    default="permu-demo",
)
@option(
    "--whole-year",
    is_flag=True,
    help="走完全年：导入、核查、评价、确认单、更正、敏感性、公示、全市汇总、写回、核对",
)
def demo(folder: Path, whole_year: bool) -> int:
    """Make a made-up district and evaluate it, or go through its whole year."""
    from permu_xl.cli import screen
    from permu_xl.workbook import STEPS, run
    from permu_xl.workbook.example import build_example
    from permu_xl.workbook.template import save_workbook
    from permu_xl.xlsx.files import kept_note, make_folder

    if whole_year:
        from permu_xl.cli.program import main
        from permu_xl.cli.whole_year import play

        return play(folder, main)
    make_folder(folder)
    book = folder / "示例区.xlsx"
    target = folder / "示例区-结果.xlsx"
    with screen.progress(len(STEPS) + 1) as step:
        step("生成虚构的示例区")
        kept = save_workbook(build_example(), book, made=True)
        outcome = run(book, target, step)
    if kept is not None:
        print(kept_note(book, kept))
    print(f"示例区的企业和数据全部是虚构的。填好的工作簿：{book}")
    return screen.show_run(outcome, target)
