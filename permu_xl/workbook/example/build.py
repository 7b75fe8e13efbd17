"""Build the workbooks that are shipped: ``python -m permu_xl.workbook.example.build DIR``."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.schemes import DEFAULT, load
from permu_xl.workbook.assessment import assess
from permu_xl.workbook.district import run
from permu_xl.workbook.example.function_examples import build_function_examples
from permu_xl.workbook.example.workbook import build_example
from permu_xl.workbook.reading import read_book
from permu_xl.workbook.record import WITHHELD, Stamp
from permu_xl.workbook.template import build_template, save_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

TEMPLATE_FILE, EXAMPLE_FILE = "permu_template.xlsx", "example_district.xlsx"
FUNCTIONS_FILE = "函数示例.xlsx"


def build(folder: Path) -> tuple[Path, ...]:
    """Write template, example district with results, and function examples; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    template, example = folder / TEMPLATE_FILE, folder / EXAMPLE_FILE
    save_workbook(build_template(load(DEFAULT)), template)
    save_workbook(build_example(), example)
    # Fixed, so that the same program gives the same file.
    when = dt.datetime.combine(load(DEFAULT).issued, dt.time(), dt.UTC)
    run(example, example, by=Stamp(WITHHELD, when))
    functions = folder / FUNCTIONS_FILE
    e = assess(read_book(example)).evaluation
    if e is not None:
        workbook, shown = build_function_examples(e)
        save_workbook(workbook, functions, shown=shown)
    return template, example, functions


def main(arguments: Sequence[str]) -> int:
    """Build into the folder given as the only argument."""
    if len(arguments) != 1:
        print("用法：python -m permu_xl.workbook.example.build 文件夹", file=sys.stderr)
        return 2
    for path in build(Path(arguments[0])):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
