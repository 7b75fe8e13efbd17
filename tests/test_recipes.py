"""The recipes of CONTRIBUTING.md, followed on a copy of the project: they are what it takes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT

FUNCTION = '''

@worksheet_function(
    "PERMU_MU",
    "平方米折合的亩数。",
    english="Square metres as mu.",
    result=each_cell("一个面积"),
    arguments=(
        Argument("square_metres", "面积", "，平方米；单元格或区域。", "Area in square metres."),
    ),
    example=Example("一亩。", (2000 / 3,)),
)
def mu(square_metres: Block) -> Grid:
    """Return areas in mu: 1/15 hectare."""
    given = figures(square_metres)
    return grid(given.values * 3 / 2000, given.faults)
'''
GENERATE = "import runpy; runpy.run_path('docs/make_generated.py', run_name='__main__')"
KIND = """    kind("H999", "园区的企业", "企业名称里有“园区”", "确认是企业本身"),
)
"""
NOTICED = '''

def parks(roster: Roster) -> Iterator[Finding]:
    """Yield the firms that may be a park."""
    for firm, name in enumerate(roster.names.tolist()):
        if "园区" in name:
            yield Finding.of("H999", At("current", firm, "name", "企业名称", name))
'''


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project that can be changed."""
    ignored = shutil.ignore_patterns("__pycache__", "*.png")
    for folder in ("permu_xl", "docs", "workbook"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    return tmp_path


def run(copy: Path, code: str) -> str:
    """Run Python in the copy and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_worksheet_function(copy: Path) -> None:
    """One file by hand; every host, the manual and the fuzzer know it then."""
    module = copy / "permu_xl" / "functions" / "library" / "money.py"
    text = module.read_text(encoding="utf-8")
    text = text.replace("    fault_where,\n", "    fault_where,\n    figures,\n", 1)
    module.write_text(text + FUNCTION, encoding="utf-8")
    call = "from permu_xl.functions import call; print(call('PERMU_MU', [[[2000], [1000]]]))"
    assert run(copy, call) == "[[3.0], [1.5]]"
    assert "docs/functions.md" in run(copy, GENERATE)
    assert "PERMU_MU(square_metres)" in (copy / "docs" / "functions.md").read_text("utf-8")
    hosts = (
        "from permu_xl.functions import REGISTRY\n"
        "from permu_xl.hosts.calc.setup.build import function_help, interface\n"
        "from permu_xl.hosts.excel import udfs\n"
        "from permu_xl.hosts.excel.setup.texts import intellisense\n"
        "from permu_xl.hosts.excel.setup.vba import functions_module\n"
        "every = REGISTRY.values()\n"
        "for made in (functions_module, interface, function_help, intellisense):\n"
        "    print('permumu' in made(every).lower().replace('_', ''))\n"
        "print(hasattr(udfs, 'PERMU_MU'))"
    )
    assert run(copy, hosts).split() == ["True"] * 5


def test_a_finding(copy: Path) -> None:
    """The catalogue and the place that notices it; the table of codes follows."""
    firms = copy / "permu_xl" / "findings" / "codes" / "firms.py"
    text = firms.read_text(encoding="utf-8")
    assert text.endswith("\n)\n")
    firms.write_text(text.removesuffix(")\n") + KIND, encoding="utf-8")
    module = copy / "permu_xl" / "engine" / "checks" / "identity.py"
    module.write_text(module.read_text(encoding="utf-8") + NOTICED, encoding="utf-8")
    noticed = (
        "from permu_xl.engine.checks.identity import parks\n"
        "from permu_xl.engine.model import Roster\n"
        "[told] = parks(Roster.from_columns({}, names=['甲厂', '乙园区']))\n"
        "print(told.level.value, told.row, told.problem, told.remedy)"
    )
    assert run(copy, noticed) == "提示 1 企业名称里有“园区” 确认是企业本身"
    assert "docs/rules.md" in run(copy, GENERATE)
    assert "| H999 | 园区的企业 |" in (copy / "docs" / "rules.md").read_text("utf-8")
