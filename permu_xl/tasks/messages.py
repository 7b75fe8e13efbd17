"""What a command on an open workbook tells its user: the same words in every host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.errors import BookError, UsageError
from permu_xl.findings import Level
from permu_xl.workbook import Outcome, layout
from permu_xl.xlsx.files import same_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "STATUS",
    "TITLE",
    "checked",
    "exported",
    "failed",
    "free_name",
    "named_file",
    "not_saved",
    "recalculated",
    "unexpected",
    "unwritable",
]

TITLE = "亩均评价"
STATUS = "亩均评价：{}……"


def recalculated(outcome: Outcome, *, charts_followed: bool, recorded: bool) -> str:
    """Return the sentence after 整区重算."""
    if outcome.evaluation is None:
        return f"{_counted(outcome)}。只更新了“{layout.FINDINGS}”，结果没有改；请先改正错误。"
    e = outcome.evaluation
    classes = "，".join(f"{letter}类{e.count(letter)}户" for letter in e.scheme.letters)
    chart = "" if charts_followed else f"“{layout.SUMMARY}”的散点图没能改成新的行数，请手工核对。"
    record = "" if recorded else f"工作簿的结构受保护，没有留下“{layout.RUNS}”。"
    return f"已完成：参评{e.firms_ranked}户，{classes}；{_counted(outcome)}。{chart}{record}"


def checked(outcome: Outcome) -> str:
    """Return the sentence after 数据核查."""
    return f"核查完毕：{_counted(outcome)}。"


def _counted(outcome: Outcome) -> str:
    return "，".join(f"{level.value}{outcome.count(level)}条" for level in Level)


def exported(target: Path) -> str:
    """Return the sentence after 导出定稿."""
    return f"已导出 {target}：只有数值，不含宏和公式，可以上报，也可以用 WPS 打开。"


def failed(error: Exception) -> str:
    """Return the first line of an error that is meant for the user, as a sentence.

    >>> failed(BookError("缺少工作表“参数”"))
    '缺少工作表“参数”。'
    """
    line = str(error).split("\n")[0]
    return line if line.endswith("。") else f"{line}。"


def unexpected(error: BaseException) -> str:
    """Return the sentence about a failure that nobody foresaw; it quotes no figures."""
    return (
        f"没有完成：遇到没有料到的问题（{type(error).__name__}），"
        "请保存工作簿后在命令行用 permu-xl run --debug 重试，把显示的内容交给维护人员。"
    )


def unwritable(sheet: str) -> BookError:
    """Return the error about a sheet that cannot be written."""
    return BookError(
        f"工作表“{sheet}”写不进去，请确认它没有被保护、没有合并单元格，"
        "也没有正在编辑的格子，再试一次。"
    )


def free_name(source: Path, what: str = "定稿", suffix: str = ".xlsx") -> Path:
    """Return the first name beside a workbook that is not taken: ``NAME-定稿.xlsx`` and so on."""
    target = source.with_name(f"{source.stem}-{what}{suffix}")
    number = 1
    while target.exists():
        number += 1
        target = source.with_name(f"{source.stem}-{what}{number}{suffix}")
    return target


def named_file(target: Path, source: Path | None, what: str, suffix: str = ".xlsx") -> Path:
    """Return a file that a macro has named for something new, once it is known to be fit.

    Raises UsageError where the ending is another one, or the file is the open workbook.
    """
    if target.suffix.lower() != suffix:
        raise UsageError(f"{what}的扩展名应为 {suffix}，写的是 {target.name}。")
    if source is not None and same_file(target, source):
        raise UsageError(f"{what}不能覆盖打开的工作簿，请换一个文件名。")
    return target


def not_saved(what: str) -> UsageError:
    """Return the error about a workbook that is in no folder of this computer."""
    return UsageError(f"工作簿还没有存到本机的文件夹，请先另存到本机再{what}。")
