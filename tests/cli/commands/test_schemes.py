"""The commands ``permu-xl schemes ...``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from permu_xl.cli.program import main
from permu_xl.schemes import available
from tests.places import DOCS


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schemes"]) == 0
    out = capsys.readouterr().out
    assert [line.split("　")[0] for line in out.splitlines() if line[0] != " "] == list(available())


def test_the_command_line_starts_without_the_engine() -> None:
    code = "import sys, permu_xl.cli.program; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_show(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["schemes", "show", "huaian_2024"]) == 0
    assert "B类：20%以后到60%" in capsys.readouterr().out
    own = tmp_path / "本区.toml"
    own.write_text('extends = "huaian_2024"\ntitle = "某县"', encoding="utf-8")
    assert main(["schemes", "show", str(own)]) == 0
    out = capsys.readouterr().out
    assert "　某县\n" in out
    assert "继承自：huaian_2024" in out


def test_show_what_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["schemes", "show", "atlantis"]) == 2
    assert "没有这个方案，现有方案：" in capsys.readouterr().err
    assert main(["schemes", "show", str(tmp_path / "x.toml")]) == 3
    assert "找不到方案文件 x.toml" in capsys.readouterr().err


def test_check(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The example of docs/schemes.md."""
    own = tmp_path / "本区.toml"
    text = 'extends = "shenyang_2021"\nid = "a"\ntitle = "某区"\n\n[indicators.tax_per_mu]\n'
    own.write_text(text + "weight = 31\nwieght = 30\n", encoding="utf-8")
    assert main(["schemes", "check", str(own)]) == 1
    out = capsys.readouterr().out
    assert out in (DOCS / "schemes.md").read_text(encoding="utf-8")
    own.write_text(text + "weight = 30\n", encoding="utf-8")
    assert main(["schemes", "check", str(own)]) == 0
    assert capsys.readouterr().out == (
        "方案文件 本区.toml 没有问题：某区，6项指标，分类A、B、C、D。\n"
    )
    assert main(["schemes", "check", str(tmp_path / "没有.toml")]) == 3


def test_new(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["schemes", "new", "--from", "anyang_2018"]) == 0
    assert "已生成 anyang_2018-本地.toml" in capsys.readouterr().out
    made = tmp_path / "anyang_2018-本地.toml"
    assert b"\r" not in made.read_bytes()
    assert main(["schemes", "check", made.name]) == 0
    made.write_text("mine", encoding="utf-8")
    capsys.readouterr()
    assert main(["schemes", "new", "--from", "anyang_2018"]) == 2
    assert "已经存在，没有覆盖" in capsys.readouterr().err
    assert made.read_text(encoding="utf-8") == "mine"
    assert main(["schemes", "new", "--from", "anyang_2018", "-o", "x.toml"]) == 0
    assert main(["schemes", "check", "x.toml"]) == 0


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--from", "atlantis", "-o", "x.toml"], 2, "没有这个方案"),
        (["--from", "anyang_2018", "-o", "x.txt"], 2, "扩展名应为 .toml"),
        (["--from", "anyang_2018", "-o", "no/x.toml"], 3, "写不进去"),
    ],
)
def test_new_that_cannot_be(
    arguments: list[str],
    status: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["schemes", "new", *arguments]) == status
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
