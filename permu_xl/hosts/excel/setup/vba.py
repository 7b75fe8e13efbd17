"""The VBA of the workbook and the add-in: wrappers made from the registry, and fixed modules.

The text is ASCII with CRLF line ends, as VBA projects keep source in a code page.  Chinese texts
stand in very hidden sheets (``permu_xl.hosts.excel.setup.texts``), where VBA reads them.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from permu_xl.hosts.excel.error_values import ERROR_NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from permu_xl.functions import Argument, Function

__all__ = ["ERROR_NUMBERS", "XLWINGS_VERSION", "argument_name", "functions_module", "modules"]

XLWINGS_VERSION = "0.37.8"
"""The DLL's name carries it: workbook, add-in and wheel must be of the same version."""

UDF_MODULE = "permu_xl.hosts.excel.udfs"
COMMAND_MODULE = "permu_xl.hosts.excel.macros"

_FIXED = (
    "permu_tools", "permu_texts", "permu_python", "permu_native", "permu_repair", "permu_plain",
    "permu_ribbon",
)  # fmt: skip

LINE_LIMIT = 1023
"""The longest line the VBA editor takes."""

_RESERVED = frozenset(
    str.split("""
    abs addressof alias and any array as attribute boolean byref byte byval call case cbool cbyte
    ccur cdate cdbl cdec cint circle clng clnglng clngptr close const csng cstr currency cvar cverr
    date debug decimal declare defbool defbyte defcur defdate defdbl defdec defint deflng defobj
    defsng defstr defvar dim do doevents double each else elseif empty end endif enum eqv erase
    event exit false fix for friend function get global gosub goto if imp implements in input
    inputb int integer is lbound len lenb let like line long longlong longptr loop lset me mod name
    new next not nothing null on open option optional or paramarray preserve print private pset
    public put raiseevent redim rem resume return rset scale seek select set sgn shared single spc
    static step stop string sub tab then to true type typeof ubound unlock until variant wend while
    with withevents write xor
    """)
)
"""Words that VBA does not take as the name of an argument, and a few that only confuse it."""


def argument_name(argument: Argument) -> str:
    """Return an argument's name in VBA: words of the language get an underscore."""
    return f"{argument.name}_" if argument.name.lower() in _RESERVED else argument.name


def functions_module(functions: Iterable[Function]) -> str:
    """Return the module of worksheet functions: one wrapper a function, calling Python."""
    head = [
        "Option Explicit",
        "",
        "' The worksheet functions, made from the registry of permu_xl; do not edit.",
        "' Each hands its arguments on as they are, ranges included.",
    ]
    return "\n".join([*head, *(line for function in functions for line in _wrapper(function))])


def _wrapper(function: Function) -> list[str]:
    name = function.name
    names = [argument_name(argument) for argument in function.arguments]
    declared = [
        f"{'Optional ' if argument.optional else ''}ByRef {spelled} As Variant"
        for argument, spelled in zip(function.arguments, names, strict=True)
    ]
    given = [
        f"PermuGiven({spelled})" if argument.optional else spelled
        for argument, spelled in zip(function.arguments, names, strict=True)
    ]
    dates = "".join("1" if argument.dates else "0" for argument in function.arguments)
    return [
        "",
        f"Public Function {name}( _",
        *_listed(declared, ") As Variant"),
        f'    {name} = PermuCall("{name}", "{dates}", Array( _',
        *_listed(given, "))"),
        "End Function",
    ]


def _listed(items: list[str], end: str) -> list[str]:
    """Return one item a line, continued up to the last, which gets the end."""
    return [f"        {item}, _" for item in items[:-1]] + [f"        {items[-1]}{end}"]


def modules(functions: Mapping[str, Function], *, addin: bool) -> dict[str, str]:
    """Return the source of every module by name; ``ThisWorkbook`` is the workbook's own."""
    cases = [
        f'    Case "{text}": PermuValue = CVErr({number})' for text, number in ERROR_NUMBERS.items()
    ]
    filled = {
        "{error_cases}": "\n".join(cases),
        "{udf_module}": UDF_MODULE,
        "{command_module}": COMMAND_MODULE,
        "{version}": XLWINGS_VERSION,
    }
    written = {
        "ThisWorkbook": _fixed("addin_workbook" if addin else "template_workbook", filled),
        "permu_functions": functions_module(functions.values()),
        **{name: _fixed(name, filled) for name in _FIXED},
    }
    return {name: _checked(name, text) for name, text in written.items()}


def _fixed(name: str, filled: Mapping[str, str]) -> str:
    text = (files(__package__) / "vba" / f"{name}.bas").read_text(encoding="ascii")
    for mark, content in filled.items():
        text = text.replace(mark, content)
    return text


def _checked(name: str, text: str) -> str:
    """Return the text with CRLF line ends; what VBA could not keep is a mistake of this module."""
    lines = text.splitlines()
    if not text.isascii() or any(len(line) > LINE_LIMIT for line in lines):
        raise ValueError(f"VBA module {name}: not ASCII, or a line is too long")
    return "\r\n".join(lines) + "\r\n"
