"""The shipped scheme files and how they become ``Scheme`` objects.

>>> from permu_xl.schemes import available, load
>>> "shenyang_2021" in available()
True
>>> load("shenyang_2021").indicator("tax_per_mu").weight
30.0
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.schemes.files import available, layers, merged, read, shipped_file
from permu_xl.schemes.parsing import parse_scheme
from permu_xl.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permu_xl.engine.model import Scheme

__all__ = ["DEFAULT", "called", "industries", "load", "load_file"]

DEFAULT = "shenyang_2021"


@lru_cache
def load(id: str = DEFAULT) -> Scheme:
    """Return the shipped scheme with this id; SchemeError when there is none.

    >>> load("shenyang_2021").region
    '沈阳市'
    """
    file = shipped_file(id)
    return parse_scheme(merged(layers(read(file, file.name))), file.name)


@lru_cache
def called(text: str) -> tuple[str, ...]:
    """Return the ids of the shipped schemes that people call so, without regard to width or case.

    A scheme is called by its id, title, document or region, by the last part of its region with or
    without 市, 区 or 县, and by that with the year of its id.

    >>> called("沈阳"), called("黄岩区2022"), called("台州市黄岩区")
    (('shenyang_2021',), ('huangyan_2022',), ('huangyan_2021', 'huangyan_2022'))
    """
    wanted = fold(text)
    return tuple(id for id in available() if wanted in map(fold, _names(load(id))))


def _names(scheme: Scheme) -> set[str]:
    place = re.sub(r".*[省市](?=.*[市区县]$)", "", scheme.region)
    places = {scheme.region, place, re.sub("[市区县]$", "", place)}
    year = "".join(re.findall(r"_(\d{4})$", scheme.id))
    dated = {f"{each}{year}{end}" for each in places for end in ("", "年", "年度") if year}
    return {scheme.id, scheme.title, scheme.document} | places | dated


@lru_cache
def industries() -> Mapping[str, str]:
    """Return the industrial codes of GB/T 4754-2017 with their names.

    >>> industries()["3421"]
    '金属切削机床制造'
    """
    text = (Path(__file__).parent / "data" / "industries.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def load_file(path: Path) -> Scheme:
    """Return the scheme in a file of the user's own, usually an overlay on a shipped one.

    Raises SchemeError for a breach of the rules, FileAccessError when it cannot be read.
    """
    return parse_scheme(merged(layers(read(path, path.name))), path.name)
