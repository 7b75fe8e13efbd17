"""The forms of formulas that ``docs/formulas.md`` allows, as a check of single formulas."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from permu_xl.workbook.formulas import EPSILON
from permu_xl.workbook.proof.lifting import lifts
from tests.places import DOCS

_SCALAR_ONLY = {"IF", "IFERROR", "INDEX", "N", "AND", "OR", "NOT", "MATCH"}
"""Within SUMPRODUCT these look at single cells only."""
_WHOLE_RANGES = {
    "SUM", "COUNT", "MAX", "MIN", "SMALL", "LARGE", "MEDIAN", "SUMPRODUCT", "INDEX", "MATCH",
    "AND", "OR", "ROW",
}  # fmt: skip
"""What takes a range as a whole."""
_OPERATORS = (Token.OP_PRE, Token.OP_IN, Token.OP_POST)
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)$")
_TELLING = re.compile(rf"(?:\+0\.5|-0\.5|[+-]{re.escape(EPSILON)})$")


@functools.cache
def allowed_functions() -> frozenset[str]:
    """Return the functions of the table in ``docs/formulas.md``."""
    text = (DOCS / "formulas.md").read_text(encoding="utf-8")
    table = text.partition("## 函数")[2].partition("## 写法")[0]
    cells = re.findall(r"^\| ([A-Z][A-Z, ]*) \|", table, re.MULTILINE)
    return frozenset(name for cell in cells for name in cell.split(", "))


def pattern(formula: str) -> str:
    """Return a formula with all rows alike, so that a column's formulas are one."""
    return re.sub(r"(?<=[A-Z])(\$?)(?<![A-Z]{4})\d+(?![(\d])", r"\g<1>9", formula)


def calls(formula: str, *, array: bool = False) -> set[tuple[str, ...]]:
    """Return what a formula (without the equals sign) asks of a program: operators and functions.

    A function stands with the kinds of its arguments: a range, a cell, a number, a text, the
    result of another function or an expression.  Within an array formula all of them are others.
    """
    place = "array" if array else "cell"
    found: set[tuple[str, ...]] = set()
    opened: list[list[list[str]]] = []
    for token in Tokenizer(f"={formula}").items:
        if token.subtype == Token.OPEN:
            opened.append([[token.value.upper()], []])
        elif token.subtype == Token.CLOSE:
            (name,), *arguments = opened.pop()
            if name != "(":
                kinds = (each[0] if len(each) == 1 else "expression" for each in arguments)
                found.add((place, name, *kinds))
            if opened:
                opened[-1][-1].append(name)
        elif token.type == Token.SEP and opened:
            opened[-1].append([])
        elif token.type != Token.WSPACE:
            if token.type in _OPERATORS:
                found.add((place, token.type, token.value))
            if opened:
                opened[-1][-1].append(_kind(token))
    return found


def _kind(token: Token) -> str:
    if token.type == Token.OPERAND and token.subtype == Token.RANGE:
        return "RANGE" if ":" in token.value else "CELL"
    return token.subtype if token.type == Token.OPERAND else token.value


def faults(formula: str, *, array: bool = False) -> list[str]:
    """Return what in a formula (without the equals sign) is not allowed."""
    return list(_faults(formula, array))


def _faults(formula: str, array: bool) -> Iterator[str]:
    yield from _text_faults(formula)
    if lifts(formula) and not array:
        yield "a function over a range in SUMPRODUCT, no array formula"
    tokens = [t for t in Tokenizer(f"={formula}").items if t.type != Token.WSPACE]
    functions: list[str] = []
    arguments: list[list[str]] = []
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            name = token.value[:-1].upper()
            if name not in allowed_functions():
                yield f"function {name}"
            functions.append(name)
            arguments.append([""])
        elif token.type == Token.PAREN and token.subtype == Token.OPEN:
            functions.append("(")
            arguments.append([""])
        elif token.subtype == Token.CLOSE:
            name, inside = functions.pop(), arguments.pop()
            yield from _call_faults(name, inside)
            if arguments:
                arguments[-1][-1] += f"{'' if name == '(' else name}({','.join(inside)})"
        elif token.type == Token.SEP and arguments:
            arguments[-1].append("")
        else:
            if token.type == Token.OPERAND:
                combined = any(t is not None and t.type in _OPERATORS for t in (before, after))
                yield from _operand_faults(token, functions, combined, array)
            if arguments:
                arguments[-1][-1] += token.value


def _text_faults(formula: str) -> Iterator[str]:
    bare = re.sub(r"'[^']*'!", "", re.sub(r'"(?:[^"]|"")*"', '""', formula))
    if "--" in bare:
        yield "--"
    if re.search(r"(?<![A-Z$\d])\d+(?:\.\d+)?E[+-]?\d", bare):
        yield "scientific notation"
    if re.search(r"(?:^|[(,=<>*/^+-])-\s*\d+\^", bare):
        yield "a sign before a power"


def _operand_faults(
    token: Token, functions: list[str], combined: bool, array: bool
) -> Iterator[str]:
    if token.subtype == Token.LOGICAL:
        yield token.value
    if token.subtype == Token.RANGE:
        yield from _range_faults(token.value, functions, combined, array)


def _call_faults(name: str, arguments: list[str]) -> Iterator[str]:
    if name == "INDEX" and len(arguments) == 2:
        found = _RANGE.search(arguments[0])
        if found and found[2] == found[4] and found[1] != found[3]:
            yield "INDEX of one row with one number"
    if name == "MATCH" and arguments[2:] not in (["0"], ["1"]):
        yield "MATCH without 0 or 1"
    if (
        name == "MATCH"
        and arguments[2:] == ["1"]
        and not (_TELLING.search(arguments[0]) or _is_list(arguments[1]))
    ):
        yield "MATCH among ties"


def _is_list(cells: str) -> bool:
    """Return whether a range is one row: a list of the scheme, in which nothing stands twice."""
    found = _RANGE.search(cells)
    return found is not None and found[2] == found[4]


def _range_faults(value: str, functions: list[str], combined: bool, array: bool) -> Iterator[str]:
    found = _RANGE.search(value)
    if found is None or found.group(1, 2) == found.group(3, 4):
        return
    named = [each for each in functions if each != "("]
    if "SUMPRODUCT" in named:
        within = named[named.index("SUMPRODUCT") + 1 :]
        if any(each in _SCALAR_ONLY for each in within):
            yield f"{'/'.join(within)} over a range in SUMPRODUCT"
    elif not named or named[-1] not in _WHOLE_RANGES or functions[-1] == "(":
        if not array:
            yield f"the range {value} as one value"
    elif combined and not array:
        yield f"the range {value} as one value"
