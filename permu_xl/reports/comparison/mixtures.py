"""Two evaluations of the same firms, and every mixture of them.

Why a firm's class has changed is found by putting single parts of the newer workbook back to what
they were in the older one and evaluating again.  To that end both are brought to one list of
firms; a firm that one of them lacks is there in both, and takes part in one only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import Evaluation, evaluate, match_adjustments
from permu_xl.engine.model import (
    IN,
    OUT,
    BoolArray,
    Indicator,
    IntArray,
    Roster,
    Scheme,
    TextArray,
)
from permu_xl.errors import PermuError

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Mixer", "Part", "Side", "match_firms", "union"]

NOBODY = -1


class Part(Enum):
    """A part of the inputs that can be put back by itself, seen from one firm."""

    OWN = "本企业数据"
    MARKS = "本企业标记"
    TAKING_PART = "本企业是否参评"
    DECISION = "分类调整"
    BASELINES = "基准值"
    OTHERS = "其他企业数据"
    COMPANY = "参评企业增减"
    RULES = "方案或参数"


def match_firms(old: Roster, new: Roster) -> tuple[IntArray, IntArray]:
    """Return the common list of firms: for each its position in either roster, -1 for none.

    The firms of ``new`` come first, in their order, then those that only ``old`` has.  A firm is
    found by its code, else by its name where that is the only one left of this name on both sides.
    """
    found = np.full(new.size, NOBODY, dtype=np.int64)
    by_code = {code: firm for firm, code in enumerate(old.codes) if code}
    for firm, code in enumerate(new.codes):
        found[firm] = by_code.get(code, NOBODY) if code else NOBODY
    free_old = _by_name(old.names, set(range(old.size)) - set(found.tolist()))
    free_new = _by_name(new.names, set(np.flatnonzero(found < 0).tolist()))
    for name, firm in free_new.items():
        if firm >= 0 and free_old.get(name, NOBODY) >= 0:
            found[firm] = free_old[name]
    gone = np.array(sorted(set(range(old.size)) - set(found.tolist())), dtype=np.int64)
    new_at = np.concatenate([np.arange(new.size), np.full(len(gone), NOBODY)])
    return np.concatenate([found, gone]), new_at


def _by_name(names: TextArray, firms: Collection[int]) -> dict[str, int]:
    """Return firms by name; -1 for a name that several carry."""
    found: dict[str, int] = {}
    for firm in firms:
        if names[firm]:
            found[names[firm]] = NOBODY if names[firm] in found else firm
    return found


def union(old: Roster, new: Roster, old_at: IntArray, new_at: IntArray) -> Roster:
    """Return a roster of twice the common list: its firms as in ``old``, then as in ``new``.

    A firm that one side lacks has the figures of the other there.
    """
    before = np.where(old_at >= 0, old_at, old.size + new_at)
    after = np.where(new_at >= 0, old.size + new_at, old_at)
    return old.concat(new).rows(np.concatenate([before, after]))


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two evaluations; ``at`` has the position of each common firm in it, -1: none."""

    evaluation: Evaluation
    at: IntArray

    def included(self) -> BoolArray:
        """Return which common firms take part."""
        return np.append(self.evaluation.included, False)[self.at]

    def letters(self, *, decided: bool) -> TextArray:
        """Return the classes of the common firms, after decisions or by the rules alone."""
        e = self.evaluation
        return np.append(e.final if decided else e.proposed, "")[self.at]

    def decided(self) -> TextArray:
        """Return the letter that a decision on record gives each common firm, "" for none."""
        e = self.evaluation
        letters = np.full(e.roster.size + 1, "", dtype=object)
        for adjustment, firm in zip(
            e.adjustments, match_adjustments(e.adjustments, e.roster), strict=True
        ):
            if firm >= 0:
                letters[e.joined.members(firm)] = adjustment.letter
        return letters[self.at]

    def baselines(self) -> dict[tuple[str, str], float]:
        """Return the baselines in use by indicator id and group; those not needed are absent."""
        found = {(b.indicator.id, b.group): b.value for b in self.evaluation.baselines}
        return {key: value for key, value in found.items() if value > 0}


@dataclass(slots=True)
class Mixer:
    """Evaluates mixtures of an older and a newer evaluation.

    ``both`` has the common firms twice (see ``union``); the classes that come of each mixture
    are kept.
    """

    old: Side
    new: Side
    both: Roster
    size: int
    figures_differ: BoolArray
    marks_differ: BoolArray
    part_differs: BoolArray
    rules_differ: bool
    _taking: tuple[BoolArray, BoolArray]
    _decided: tuple[TextArray, TextArray]
    _letters: tuple[tuple[TextArray, TextArray], tuple[TextArray, TextArray]]
    _baselines: tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]
    _kept: dict[object, TextArray | None] = field(default_factory=dict)

    @classmethod
    def of(cls, old: Evaluation, new: Evaluation) -> Mixer:
        """Bring two evaluations to one list of firms."""
        old_at, new_at = match_firms(old.roster, new.roster)
        sides = Side(old, old_at), Side(new, new_at)
        both = union(old.roster, new.roster, old_at, new_at)
        size = len(old_at)
        taking = sides[0].included(), sides[1].included()
        older, newer = (both.rows(np.arange(size) + first) for first in (0, size))
        return cls(
            *sides,
            both,
            size,
            *older.differing(newer),
            taking[0] != taking[1],
            _plain(old.scheme) != _plain(new.scheme),
            taking,
            (sides[0].decided(), sides[1].decided()),
            (_letters(sides[0]), _letters(sides[1])),
            (sides[0].baselines(), sides[1].baselines()),
        )

    def letters(self, new: bool, *, decided: bool) -> TextArray:
        """Return the classes of the common firms in the newer (or older) workbook."""
        return self._letters[new][decided]

    def changed_parts(self, firm: int) -> tuple[Part, ...]:
        """Return what is different between the two, seen from one firm."""

        def others(differ: BoolArray) -> bool:
            return bool(np.count_nonzero(differ) - int(differ[firm]))

        differs = {
            Part.OWN: bool(self.figures_differ[firm]),
            Part.MARKS: bool(self.marks_differ[firm]),
            Part.TAKING_PART: bool(self.part_differs[firm]) or self._out_otherwise(firm),
            Part.DECISION: self._decided[0][firm] != self._decided[1][firm],
            Part.BASELINES: self._baselines[0] != self._baselines[1],
            Part.OTHERS: others(self.figures_differ | self.marks_differ),
            Part.COMPANY: others(self.part_differs),
            Part.RULES: self.rules_differ,
        }
        return tuple(part for part in Part if differs[part])

    def _out_otherwise(self, firm: int) -> bool:
        """Return whether a firm is out on both sides, with different classes."""
        out = not (self._taking[False][firm] or self._taking[True][firm])
        return out and bool(self._letters[False][0][firm] != self._letters[True][0][firm])

    def letter(
        self,
        firm: int,
        restored: Collection[Part],
        *,
        decided: bool = True,
        baselines: Collection[tuple[str, str]] = (),
        others: Collection[int] = (),
    ) -> str | None:
        """Return the class of a firm with parts as in the older workbook, the rest as in the newer.

        ``baselines`` and ``others`` put back single baselines and single other firms besides.
        None where this mixture cannot be evaluated.
        """
        part = Part.TAKING_PART not in restored
        if not self._taking[part][firm]:
            return str(self._letters[part][decided][firm])
        decision = self._decided[Part.DECISION not in restored][firm]
        if decided and decision:
            return str(decision)
        letters = self._mixed(firm, restored, baselines, others)
        return None if letters is None else str(letters[firm])

    def _mixed(
        self,
        firm: int,
        restored: Collection[Part],
        baselines: Collection[tuple[str, str]],
        others: Collection[int],
    ) -> TextArray | None:
        """Return the classes by the rules in a mixture; None where it cannot be evaluated."""
        rows = np.arange(self.size)
        figures, marks, part = (
            self._back(firm, own in restored, rest in restored, differ)
            for own, rest, differ in (
                (Part.OWN, Part.OTHERS, self.figures_differ),
                (Part.MARKS, Part.OTHERS, self.marks_differ),
                (Part.TAKING_PART, Part.COMPANY, self.part_differs),
            )
        )
        for other in others:
            figures[other] = marks[other] = part[other] = True
            figures &= self.figures_differ
            marks &= self.marks_differ
            part &= self.part_differs
        rules, whole = Part.RULES in restored, Part.BASELINES in restored
        key = (
            figures.tobytes(), marks.tobytes(), part.tobytes(),
            rules, whole, frozenset(baselines),
        )  # fmt: skip
        if key not in self._kept:
            side = self.old if rules else self.new
            scheme = self._fixed(side.evaluation.scheme, whole, frozenset(baselines))
            included = np.where(np.where(part, *self._taking), IN, OUT).astype(np.int8)
            mixed, marked = (
                self.both.rows(np.where(back, rows, rows + self.size)) for back in (figures, marks)
            )
            mixed = mixed.with_marks(marked, included)
            try:
                e = side.evaluation
                before = e.previous if scheme.growing else None
                self._kept[key] = evaluate(scheme, mixed, before, year=e.year).proposed
            except PermuError:
                self._kept[key] = None
        return self._kept[key]

    def _back(self, firm: int, own: bool, others: bool, differ: BoolArray) -> BoolArray:
        """Return which firms are put back, of those that differ at all."""
        back = np.full(self.size, others, dtype=bool)
        back[firm] = own
        back &= differ
        return back

    def _fixed(self, scheme: Scheme, whole: bool, single: frozenset[tuple[str, str]]) -> Scheme:
        """Return a scheme with the baselines of one side, some of the other."""

        def value(id: str, group: str) -> float:
            back = whole or (id, group) in single
            first, second = self._baselines if back else self._baselines[::-1]
            # Where neither has one, nobody has the indicator and any number will do.
            return first.get((id, group), second.get((id, group), 1.0))

        def fixed(i: Indicator) -> Indicator:
            groups = {group: value(i.id, group) for group in scheme.baseline_groups(i)}
            rule = replace(i.baseline, method="manual", manual=groups.get(""), manual_by=groups)
            return replace(i, baseline=rule)

        return scheme.with_indicators(tuple(map(fixed, scheme.indicators)))


def _letters(side: Side) -> tuple[TextArray, TextArray]:
    return side.letters(decided=False), side.letters(decided=True)


def _plain(scheme: Scheme) -> Scheme:
    """Return a scheme without what shows in the values of its baselines."""
    return scheme.with_indicators(
        tuple(
            replace(i, baseline=replace(i.baseline, method="manual", manual=None, manual_by={}))
            for i in scheme.indicators
        )
    )
