"""The commands ``permu-xl publish`` and ``permu-xl city``.  Heavy modules are imported late."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from permu_xl.cli.command import Command, Decorator, argument, command, first_word, option
from permu_xl.cli.options import (
    DATA_ERRORS,
    DONE,
    PATH,
    existing_book,
    print_lines,
    tell_open,
    unused_file,
)
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.reports.city import Applied

__all__ = ["apply", "city", "publish"]

_CLASSES = option(
    "--classes", metavar="分类", help="要报请确认的分类，如 C,D；默认按方案取末尾的分类"
)
_FORCE = option("--force", is_flag=True, help="文件已存在时覆盖")
_APPLIES = "permu-xl city apply 全市工作簿 各区工作簿 ..."


@command("publish", "从评价完的工作簿生成公示表和上报表；--data 是评价以前的数据公示")
@argument("book", "工作簿", "评价完的工作簿", type=PATH)
@option(
    "-o",
    "out",
    metavar="新文件",
    type=PATH,
    help="新文件（.xlsx），默认在旁边加“-上报”，数据公示加“-数据公示”",
)
@option("--data", is_flag=True, help="评价以前的数据公示（用地公示）：只列数据供企业核对，没有得分")
@option("--items", metavar="数据列", help="数据公示只列这些数据，如 用地面积,实缴税收；默认全部")
@option("--no-codes", is_flag=True, help="公示表不列统一社会信用代码")
@option("--totals", is_flag=True, help="公示表列出总分（默认不公布）")
@option("--confirmed", is_flag=True, help="分类已经市里确认，公示表不再注明“初步结果”")
@_CLASSES
@_FORCE
def publish(
    book: Path, out: Path | None, classes: str | None, items: str | None, **flags: bool
) -> int:
    """Make the tables that are published and handed in."""
    from permu_xl.cli import screen
    from permu_xl.reports import publication
    from permu_xl.xlsx.files import same_file

    existing_book(book)
    data = flags["data"]
    if data and (classes or flags["totals"] or flags["confirmed"]):
        raise UsageError("--data 是评价以前的公示，不能和 --classes、--totals、--confirmed 一起用")
    if items is not None and not data:
        raise UsageError("--items 与 --data 一起使用")
    out = out or book.with_name(f"{book.stem}-{'数据公示' if data else '上报'}.xlsx")
    if same_file(out, book):
        raise UsageError("-o 写的是评价工作簿自己，请换个文件名")
    unused_file(out, ".xlsx", force=flags["force"], kept="已有的文件")
    told: list[str] = []
    if data:
        return _publish_data(book, out, items, codes=not flags["no_codes"])
    choices = publication.Choices(
        codes=not flags["no_codes"],
        totals=flags["totals"],
        confirmed=flags["confirmed"],
        classes=classes,
    )
    with screen.progress(len(publication.STEPS)) as step:
        findings = publication.publish(book, out, choices, step, told.append)
    if findings:
        screen.show_list(findings)
        waiting = findings[0].code == publication.OPEN
        print(
            "没有生成：异议全部办结后再公布最终结果。"
            if waiting
            else "没有生成：工作簿有错误，或者结果与输入数据不一致；请改正、重新评价后再试。"
        )
        return DATA_ERRORS
    tell_open(book)
    print_lines(told)
    print(f"已生成 {out}：公示、上报表、分类名单。")
    return DONE


def _publish_data(book: Path, out: Path, items: str | None, *, codes: bool) -> int:
    """Make the table of figures that firms are to confirm before the evaluation."""
    from permu_xl.cli import screen
    from permu_xl.reports import publication

    told: list[str] = []
    wanted = tuple(text for text in re.split(r"[,，、;；]", items or "") if text.strip())
    if items is not None and not wanted:
        raise UsageError("--items 后面没有写数据列，如 --items 用地面积,实缴税收；要全部就不写它")
    choices = publication.DataChoices(codes, wanted)
    with screen.progress(len(publication.DATA_STEPS)) as step:
        errors = publication.publish_data(book, out, choices, step, told.append)
    if errors:
        screen.show_list(errors)
        print("没有生成：原始数据有错误，请改正后再试。")
        return DATA_ERRORS
    tell_open(book)
    print_lines(told)
    print(f"已生成 {out}：数据公示，没有得分和分类；公示期和受理单位留空待填。")
    return DONE


def _elsewhere(name: str, text: str, **settings: Any) -> Decorator:
    """Refuse an option that belongs to the other command of ``city``, saying ``text``."""

    def refuse(_context: click.Context, _param: click.Parameter, value: Any) -> None:
        if value:
            raise UsageError(text)

    return option(name, hidden=True, expose_value=False, callback=refuse, **settings)


class _City(Command):
    """``city``, which becomes ``city apply`` where that is the first word.

    A workbook has an ending, so that nothing but the word can be meant.
    """

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **more: Any,
    ) -> click.Context:
        """Return the call of the command that is meant; options may stand before the word."""
        place = first_word(args, self, apply)
        if place is None or args[place] != "apply":
            return super().make_context(info_name, args, parent, **more)
        words = [*args[:place], *args[place + 1 :]]
        return apply.make_context(f"{info_name} apply", words, parent, **more)


@click.command(
    "city",
    cls=_City,
    help="汇总各区评价完的工作簿；apply 把市级意见写回各区",
    epilog=f"把市级意见写回各区：{_APPLIES}，用 permu-xl city apply -h 查看用法。",
)
@argument("files", "各区工作簿", "各区评价完的工作簿", type=PATH, nargs=-1, required=True)
@option("-o", "out", metavar="全市工作簿", type=PATH, help="要生成的全市工作簿")
@option(
    "--industry-growth",
    "growth",
    metavar="百分数",
    help="公布的全市工业平均增速（%），增速目标与它比；不写则各区与汇入地区的合计比",
)
@_CLASSES
@_FORCE
@_elsewhere("--document", "--document 只用于 city apply")
@_elsewhere("--no-backup", "--no-backup 只用于 city apply", is_flag=True)
@_elsewhere("--ignore-lock", "--ignore-lock 只用于 city apply", is_flag=True)
def city(
    files: tuple[Path, ...],
    out: Path | None,
    growth: str | None,
    classes: str | None,
    force: bool,
) -> int:
    """Collect the workbooks of the districts."""
    from permu_xl.cli.paths import expanded
    from permu_xl.tasks import BOOKS, growth_in, refuse_twice, sum_up

    goal = None if growth is None else growth_in(growth)
    if out is None:
        raise UsageError("请用 -o 写明要生成的全市工作簿")
    files = expanded(files, BOOKS, [out])
    refuse_twice(files, out)
    unused_file(out, ".xlsx", force=force, kept="填好的市级意见")
    from permu_xl.cli import screen
    from permu_xl.findings import Level

    with screen.progress(len(files) + 1) as step:
        done = sum_up(files, out, step, growth=goal, classes=classes)
    screen.show_list(done.city.findings)
    for path in files:
        tell_open(path)
    print_lines(done.told)
    sound = done.city.scheme is not None and not done.city.count(Level.ERROR)
    return DONE if sound else DATA_ERRORS


@command("apply", "把市级意见写回各区的工作簿")
@argument("files", "工作簿", "填好市级意见的全市工作簿，然后是各区的工作簿", type=PATH, nargs=-1)
@option("--document", metavar="文号", default="", help="没有填依据文件的行，用这个作依据")
@option("--no-backup", is_flag=True, help="写回各区时不留备份")
@option(
    "--ignore-lock",
    is_flag=True,
    help="确实没有人打开，却因留下的锁文件不能写回时使用",
)
@_elsewhere("-o", "city apply 直接写回各区的工作簿，不用 -o")
@_elsewhere("--industry-growth", "--industry-growth 只用于汇总，city apply 不用")
@_elsewhere("--classes", "--classes 只用于汇总，city apply 不用")
@_elsewhere("--force", "--force 只用于汇总，city apply 不用", is_flag=True)
def apply(files: tuple[Path, ...], document: str, no_backup: bool, ignore_lock: bool) -> int:
    """Write the city's decisions into the workbooks of the districts."""
    from permu_xl.cli.paths import expanded
    from permu_xl.tasks import BOOKS, applied, refuse_twice

    files = expanded(files, BOOKS, files[:1])
    if len(files) < 2:
        raise UsageError(f"apply 后面先写全市工作簿，再写各区的工作簿。用法：{_APPLIES}")
    refuse_twice(files)
    from permu_xl.cli import screen
    from permu_xl.findings import has_errors
    from permu_xl.reports import city as report

    book, *districts = files
    existing_book(book)
    in_place = report.InPlace(not no_backup, ignore_lock)
    with screen.progress(len(districts) + 1) as step:
        done = report.apply(book, districts, step, document=document, in_place=in_place)
    screen.show_list(done.findings)
    print_lines(applied(done))
    _tell_next(done)
    return DATA_ERRORS if has_errors(done.findings) else DONE


def _tell_next(done: Applied) -> None:
    changed = [str(each.path) for each in done.books if each.added]
    if changed:
        print("分类调整已写入，评价结果还没有变；请各区重新评价：")
        for path in changed:
            shown = f'"{path}"' if " " in path else path
            print(f"  permu-xl run {shown} --in-place")
