"""Pieces of plain spreadsheet formulas, in forms on which unrelated programs agree.

``docs/formulas.md`` lists them with what each program was found to do.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from permu_xl.engine.model import TOLERANCE, Rounding

if TYPE_CHECKING:
    from collections.abc import Sequence

_PIECE = 120
"""Longest string in a formula: Excel allows 255 characters, and rare ones count twice."""
_GUARD_LIMIT = 1000
"""Of longer cells only the beginning is compared: a whole formula may have 8,192 characters."""
_CONTROLS = {"\n": "CHAR(10)", "\t": "CHAR(9)", "\r": "CHAR(13)"}

POINTS_TOLERANCE = "0.000001"
_RELATIVE, _ABSOLUTE = "0.000001", "0.000000000001"
_TOP = "10^300"
"""Above every figure."""
NO_FIGURE = f"0-{_TOP}"
"""Stands for a missing figure where the highest is sought; -10^300 would be (-10)^300."""
_LIST = "100000"
"""More than there are firms: whole numbers tell lists and places apart."""
_PLAIN_DIGITS = 25
"""A number that can be written with so many digits needs no power of ten."""


def text(value: str) -> str:
    r"""Return a string as an expression: quotes doubled, long ones in pieces, no line breaks.

    >>> text('5"管'), text("甲\n乙")
    ('"5""管"', '"甲"&CHAR(10)&"乙"')
    """
    pieces: list[str] = []
    plain = ""
    for character in value:
        if character in _CONTROLS or len(plain) == _PIECE:
            pieces += [_quoted(plain)] if plain else []
            plain = ""
        if character in _CONTROLS:
            pieces.append(_CONTROLS[character])
        else:
            plain += character
    if plain or not pieces:
        pieces.append(_quoted(plain))
    return "&".join(pieces)


def _quoted(plain: str) -> str:
    return '"' + plain.replace('"', '""') + '"'


def number(value: float) -> str:
    """Return a number as an expression; powers of ten, which some programs cannot read, are rare.

    >>> number(30.0), number(-0.1), number(1e-07), number(2.5e99)
    ('30', '-0.1', '0.0000001', '2.5E+99')
    """
    written = f"{Decimal(repr(float(value))):f}".removesuffix(".0")
    return written if len(written) <= _PLAIN_DIGITS else repr(float(value)).upper()


EPSILON = number(TOLERANCE)
"""Figures closer than this are equal."""


def constant(value: str | float) -> str:
    """Return a text or a number as an expression."""
    return text(value) if isinstance(value, str) else number(value)


def guarded(cell: str, content: str | float, value: str) -> str:
    """Return an expression that is ``value`` while the cell holds ``content``, and #N/A after.

    For cells that the program reads with more understanding than a formula could: the reading is
    stated, and it holds for this very content only.

    >>> guarded("D5", 610.0, '"0610"')
    'IF(AND(ISNUMBER(D5),D5=610),"0610",NA())'
    """
    if isinstance(content, bool):
        return f"IF(AND(ISLOGICAL({cell}),1*{cell}={int(content)}),{value},NA())"
    if not isinstance(content, str):
        return f"IF(AND(ISNUMBER({cell}),{cell}={number(content)}),{value},NA())"
    if not content:
        return f'IF({cell}="",{value},NA())'
    compared = cell
    if len(content) > _GUARD_LIMIT:
        content = content[:_GUARD_LIMIT]
        compared = f"LEFT({cell},LEN({text(content)}))"
    return f"IF(EXACT({compared},{text(content)}),{value},NA())"


def differs(expected: str, written: str, tolerance: str) -> str:
    """Return a condition: two cells hold different numbers, or only one of them is blank.

    An error in ``expected`` makes it an error.
    """
    both = f"COUNT({expected},{written})=2"
    return f'IF({both},ABS({expected}-{written})>{tolerance},{expected}&{written}<>"")'


def relative(expected: str) -> str:
    """Return the tolerance for figures of any size."""
    return f"{_RELATIVE}*ABS({expected})+{_ABSOLUTE}"


def count_differences(conditions: Sequence[str]) -> str:
    """Return how many conditions hold; an error among them counts as one difference."""
    return f"IFERROR({'+'.join(f'({condition})' for condition in conditions)}+0,1)"


def errors_in(cells: str) -> str:
    """Return how many cells of a range are errors."""
    return f"SUMPRODUCT(1*ISERROR({cells}))"


def errors_among(cells: Sequence[str]) -> str:
    """Return how many of some single cells are errors."""
    return "+".join(f"ISERROR({cell})" for cell in cells)


def count_where(*conditions: str) -> str:
    """Return in how many rows all conditions hold, each over ranges of the same length.

    Comparisons in SUMPRODUCT, since COUNTIF and its kin read criteria each in their own way and
    may find formula cells that are not calculated yet.

    >>> count_where("A1:A9=1"), count_where('A1:A9=1', 'B1:B9<>""')
    ('SUMPRODUCT(1*(A1:A9=1))', 'SUMPRODUCT((A1:A9=1)*(B1:B9<>""))')
    """
    return f"SUMPRODUCT({_product(conditions)})"


def sum_where(figures: str, *conditions: str) -> str:
    """Return the sum of the figures in the rows where all conditions hold; texts count as 0."""
    return f"SUMPRODUCT({_product(conditions)},{figures})"


def _product(conditions: Sequence[str]) -> str:
    alone = "1*" if len(conditions) == 1 else ""
    return alone + "*".join(f"({condition})" for condition in conditions)


def rows_in_use(columns: Sequence[str]) -> str:
    """Return in how many rows any of these columns holds more than spaces (wide ones too)."""
    return count_where(f'TRIM(SUBSTITUTE({"&".join(columns)},"\u3000",""))<>""')


def share_of(numerator: str, denominator: str, n: str, rounding: Rounding) -> str:
    """Return a share of ``n`` as a whole number, in integers up to one exact division (R15).

    >>> share_of("E9", "F9", "B3", "half_up")
    'INT((2*B3*E9+F9)/(2*F9))'
    """
    match rounding:
        case "floor":
            return f"INT({n}*{numerator}/{denominator})"
        case "ceil":
            return f"-INT(-{n}*{numerator}/{denominator})"
        case "half_up":
            return f"INT((2*{n}*{numerator}+{denominator})/(2*{denominator}))"
    assert_never(rounding)


def sorted_up(keys: str, place: str, count: str) -> str:
    """Return the ``place``-th lowest of ``count`` keys, below the last one a figure above all.

    Down a column these make a list that ``not_above`` can search by halves.
    """
    return f"IF({place}<={count},SMALL({keys},{place}),{_TOP})"


def position(texts: str, numbers: str, wanted: str) -> str:
    """Return the place of a text in a list, 0 where it is not there; MATCH would see wildcards."""
    return f"SUMPRODUCT(EXACT({texts},{wanted})*{numbers})"


def choose(number: str, options: Sequence[str], otherwise: str = "NA()") -> str:
    """Return the option with this number, counted from 1; one alone when they are all the same.

    >>> choose("G5", ["a", "b"], "0"), choose("G5", ["a", "a"])
    ('IF(G5=1,a,IF(G5=2,b,0))', 'a')
    """
    if len(set(options)) == 1:
        return options[0]
    chosen = otherwise
    for place, option in reversed(list(enumerate(options, 1))):
        chosen = f"IF({number}={place},{option},{chosen})"
    return chosen


def standing(list_number: str, ordered: str, key: str) -> str:
    """Return a whole number that puts lists after each other and each in ascending order of keys.

    ``ordered`` holds the keys of all lists.  Equal keys of a list have the same number.
    """
    return f"{list_number}*{_LIST}+{not_above(ordered, key)}"


def from_best(end: str, standings: str, own: str) -> str:
    """Return the competition rank from the top; ``end`` counts this list and those before it."""
    # Which of several equal ones MATCH finds is left open: halves lie between whole numbers.
    return f"{end}-MATCH({own}+0.5,{standings},1)+1"


def as_good(end: str, rank: str, standings: str, own: str) -> str:
    """Return how many entries stand where this one does, whose rank ``from_best`` is known."""
    return f"{end}-{rank}+1-IFERROR(MATCH({own}-0.5,{standings},1),0)"


def highest_where(figures: str, members: str, group: str) -> str:
    """Return the highest figure of a group; no group has a figure of ``NO_FIGURE``."""
    return f"SUMPRODUCT(MAX({figures}-{_TOP}*({members}<>{group})))"


def nth_where(figures: str, members: str, group: str, place: str) -> str:
    """Return the figure of a group in a place from the highest; as ``highest_where``."""
    return f"SUMPRODUCT(LARGE({figures}-{_TOP}*({members}<>{group}),{place}))"


def not_above(ordered: str, key: str) -> str:
    """Return how many keys of an ascending list are ``key`` or lower, within the tolerance."""
    return f"MATCH({key}+{EPSILON},{ordered},1)"


def clearly_below(ordered: str, key: str) -> str:
    """Return how many keys of an ascending list are below ``key`` by more than the tolerance."""
    return f"IFERROR(MATCH({key}-{EPSILON},{ordered},1),0)"


def before_by_figure(first: tuple[str, str], second: tuple[str, str], last: tuple[str, str]) -> str:
    """Return how many firms of this firm's rank come before it by a second figure (R16).

    Each pair is a range and this firm's cell in it.  ``first`` holds ranks, ``second`` figures
    from high to low, ``last`` what is unique, from low to high; it is asked only where both tie.
    """
    # SUMPRODUCT: COUNTIFS with as many conditions takes LibreOffice several times as long.
    (ranks, rank), (figures, figure), (ids, id) = first, second, last
    same = f"({ranks}={rank})*"
    equal = f"({figures}>={figure}-{EPSILON})*({figures}<={figure}+{EPSILON})"
    return (
        f"SUMPRODUCT({same}({figures}>{figure}+{EPSILON}))"
        f"+IF(SUMPRODUCT({same}{equal})=1,0,SUMPRODUCT({same}{equal}*({ids}<{id})))"
    )


def before_by_rank(
    first: tuple[str, str], second: tuple[str, str], tied: str, last: tuple[str, str]
) -> str:
    """Return the same where ``second`` holds ranks too, 1 being best; ``tied`` share this one."""
    (ranks, rank), (others, other), (ids, id) = first, second, last
    same = f"({ranks}={rank})*"
    return (
        f"SUMPRODUCT({same}({others}<{other}))"
        f"+IF({tied}=1,0,SUMPRODUCT({same}({others}={other})*({ids}<{id})))"
    )
