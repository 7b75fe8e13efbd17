"""The commands ``permu-xl publish`` and ``permu-xl city``.  Heavy modules are imported late."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.cli.options import DATA_ERRORS, DONE, add_command, existing_book, unused_file
from permu_xl.errors import BookError, UsageError

if TYPE_CHECKING:
    from permu_xl.reports.city import Applied, Decision

__all__ = ["add_commands"]

_APPLY = "apply"
_CITY_USAGE = """permu-xl city DISTRICT [DISTRICT ...] -o CITY.xlsx
      permu-xl city apply CITY.xlsx DISTRICT [DISTRICT ...]"""


def add_commands(commands: Any) -> None:
    """Add ``publish`` and ``city`` to a parser's commands."""
    text = "从评价完的工作簿生成公示表和上报表"
    publish = add_command(commands, "publish", _publish, text)
    publish.add_argument("book", metavar="BOOK", type=Path, help="评价完的工作簿")
    publish.add_argument(
        "-o", dest="out", metavar="OUT.xlsx", type=Path, help="新文件，默认在旁边加“-上报”"
    )
    publish.add_argument("--no-codes", action="store_true", help="公示表不列统一社会信用代码")
    publish.add_argument("--totals", action="store_true", help="公示表列出总分（默认不公布）")
    publish.add_argument(
        "--confirmed", action="store_true", help="分类已经市里确认，公示表不再注明“初步结果”"
    )
    _common(publish)

    text = "汇总各区评价完的工作簿；apply 把市级意见写回各区"
    city = add_command(commands, "city", _city, text, usage=_CITY_USAGE)
    city.add_argument(
        "files", metavar="DISTRICT", nargs="+",
        help="各区评价完的工作簿；第一个写 apply 时，第二个是填好市级意见的全市工作簿",
    )  # fmt: skip
    city.add_argument("-o", dest="out", metavar="CITY.xlsx", type=Path, help="要生成的全市工作簿")
    city.add_argument(
        "--industry-growth", metavar="百分数", type=float,
        help="公布的全市工业平均增速（%%），增速目标与它比；不写则各区与汇入地区的合计比",
    )  # fmt: skip
    city.add_argument("--document", metavar="文号", help="apply：没有填依据文件的行，用这个作依据")
    city.add_argument("--no-backup", action="store_true", help="apply：写回各区时不留备份")
    city.add_argument(
        "--ignore-lock", action="store_true",
        help="apply：确实没有人打开，却因留下的锁文件不能写回时使用",
    )  # fmt: skip
    _common(city)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--classes", metavar="分类", help="要报请确认的分类，如 C,D；默认按方案取末尾的分类"
    )
    parser.add_argument("--force", action="store_true", help="文件已存在时覆盖")


def _publish(options: argparse.Namespace) -> int:
    from permu_xl.cli import screen
    from permu_xl.reports.publication import STEPS, Choices, publish

    book = existing_book(options.book)
    out: Path = options.out or book.with_name(f"{book.stem}-上报.xlsx")
    if out.resolve() == book.resolve():
        raise UsageError("-o 写的是评价工作簿自己，请换个文件名")
    unused_file(out, ".xlsx", force=options.force, kept="已有的文件")
    choices = Choices(
        codes=not options.no_codes,
        totals=options.totals,
        confirmed=options.confirmed,
        classes=options.classes,
    )
    with screen.progress(len(STEPS)) as step:
        findings = publish(book, out, choices, step)
    if findings:
        screen.show_list(findings)
        print("没有生成：工作簿有错误，或者结果与输入数据不一致；请改正、重新评价后再试。")
        return DATA_ERRORS
    print(f"已生成 {out}：公示、上报表、分类名单。")
    return DONE


def _city(options: argparse.Namespace) -> int:
    files = [Path(file) for file in options.files]
    # A workbook has an ending, so that nothing but the word can be meant.
    if options.files[0] == _APPLY:
        return _city_apply(options, files[1:])
    if options.document is not None:
        raise UsageError("--document 只用于 city apply")
    if options.out is None:
        raise UsageError("请用 -o 写明要生成的全市工作簿")
    _distinct(files, options.out)
    unused_file(options.out, ".xlsx", force=options.force, kept="填好的市级意见")
    from permu_xl.cli import screen
    from permu_xl.findings import Level
    from permu_xl.reports.city import build_city, gather
    from permu_xl.reports.publication import chosen_letters
    from permu_xl.workbook.look import save_workbook

    kept = _kept(options.out)
    growth = options.industry_growth
    with screen.progress(len(files) + 1) as step:
        city = gather(files, step)
        step("写入全市工作簿")
        if city.scheme is not None:
            watched = chosen_letters(city.scheme, options.classes)
            workbook = build_city(city, watched, None if growth is None else growth / 100, kept)
            save_workbook(workbook, options.out, backup=True)
    screen.show_list(city.findings)
    if city.scheme is None:
        print("没有一个区能汇总，没有生成文件；请改正后重试。")
        return DATA_ERRORS
    print(f"{city.year}年度：汇入{len(city.sound)}个地区，已写入 {options.out}")
    if city.missing:
        print(f"没有汇入：{'、'.join(city.missing)}；改正后重新汇总。")
    return DATA_ERRORS if city.count(Level.ERROR) else DONE


def _kept(out: Path) -> list[Decision]:
    """Return the decisions in a workbook that is to be replaced."""
    if not out.exists():
        return []
    from permu_xl.reports.city import read_decisions

    try:
        decisions = [decision for decision in read_decisions(out)[0] if decision.letter]
    except BookError:
        print(f"原来的 {out.name} 里没有可读的“待确认名单”，没有市级意见可以保留。")
        return []
    if decisions:
        print(f"原来填的{len(decisions)}条市级意见，仍在名单上、初步分类没有变的照样保留。")
    return decisions


def _distinct(files: Sequence[Path], *others: Path) -> None:
    same = [name for name, times in Counter(path.name for path in files).items() if times > 1]
    if same:
        raise UsageError(f"有几个工作簿同名（{'、'.join(same)}），问题会说不清是哪一个，请先改名")
    seen: set[Path] = set()
    for path in (*files, *others):
        if path.resolve() in seen:
            raise UsageError(f"{path} 写了两次")
        seen.add(path.resolve())


def _city_apply(options: argparse.Namespace, files: Sequence[Path]) -> int:
    if len(files) < 2:
        raise UsageError(f"apply 后面先写全市工作簿，再写各区的工作簿。用法：{_CITY_USAGE}")
    if options.out is not None:
        raise UsageError("city apply 直接写回各区的工作簿，不用 -o")
    _distinct(files)
    from permu_xl.cli import screen
    from permu_xl.findings import has_errors
    from permu_xl.reports.city import InPlace, apply

    city, *districts = files
    existing_book(city)
    with screen.progress(len(districts) + 1) as step:
        in_place = InPlace(not options.no_backup, options.ignore_lock)
        done = apply(city, districts, step, document=options.document or "", in_place=in_place)
    screen.show_list(done.findings)
    _tell(done)
    return DATA_ERRORS if has_errors(done.findings) else DONE


def _tell(done: Applied) -> None:
    for each in done.books:
        print(
            f"{each.district}（{each.path.name}）：新写入{each.added}户，"
            f"原来就有{each.present}户，没有写入{each.refused}户"
        )
    if done.undecided:
        print(f"名单里还有{done.undecided}户没有填市级意见。")
    changed = [str(each.path) for each in done.books if each.added]
    if any(each.backup for each in done.books):
        print("写回前的工作簿备份在旁边（名字加 .bak）。")
    if changed:
        print("分类调整已写入，评价结果还没有变；请各区重新评价：")
        for path in changed:
            shown = f'"{path}"' if " " in path else path
            print(f"  permu-xl run {shown} --in-place")
