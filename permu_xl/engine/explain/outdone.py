"""When a trial that does not suffice speaks for the smaller changes before it, untried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.explain.trials import follows
from permu_xl.engine.model import CutPoints, TwoStage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permu_xl.engine.evaluation import Evaluation
    from permu_xl.engine.explain.trials import Trials
    from permu_xl.engine.model import FloatArray, Selection

__all__ = ["are_outdone"]


def are_outdone(
    trials: Trials, changes: Mapping[str, float], best: Evaluation, end: Evaluation
) -> bool:
    """Whether a firm's class is nowhere better than in ``best`` on its way to ``end``.

    On that way one of its figures moves from what is on record to that in ``end``; ``changes`` are
    those of ``best``, that figure's among them.  True only where it follows from the rules:
    nothing changes for the other firms, whatever places the firm rises or falls evenly on the way
    and is in ``best`` at least what it is at both ends, and more of it never leads to a worse
    class.  False says nothing.
    """
    e, firm = trials.e, trials.firm
    if not (_others_stay(e, changes) and _moves_evenly(trials, changes) and _rises(e, firm)):
        return False
    before, after, most = (_standing(each, e, firm) for each in (e, end, best))
    return bool((most >= np.maximum(before, after)).all())


def _others_stay(e: Evaluation, changes: Mapping[str, float]) -> bool:
    """Whether changed figures of a firm's leave all others with what they have."""
    scheme = e.scheme
    if e.joined.any or scheme.sums or scheme.growing or scheme.scope.limits:
        return False
    touched = [r.indicator for r in e.results if not changes.keys().isdisjoint(r.indicator.columns)]
    averaged = any(i.missing is not None and i.missing.score == "average" for i in touched)
    return not averaged and not any(map(follows, touched))


def _moves_evenly(trials: Trials, changes: Mapping[str, float]) -> bool:
    """Whether what the firm scores only rises, or only falls, as one of the figures moves."""
    measured = {r.indicator.id for r in trials.measured}
    counted = {count.column for count in trials.e.scheme.bonus.counts}
    # Without a denominator there is no value, with a small one a large value.
    return counted.isdisjoint(changes) and all(
        r.indicator.id in measured for r in trials.results if r.indicator.denominator in changes
    )


def _rises(e: Evaluation, firm: int) -> bool:
    """Whether more points and larger keys never lead the firm to a worse class."""
    if e.scheme.conditions or any(hit[firm] for hit in e.classes.hits):
        return False
    if any(label.ratio < 0 for label in e.scheme.bonus.labels.values()):
        return False
    rule = e.classes.units[e.classes.unit[firm]].rule
    places = {letter: k for k, letter in enumerate(e.scheme.letters)}
    if isinstance(rule, CutPoints):
        found = [places[cut.letter] for cut in rule.cuts]
        return found == sorted(found)
    rest = places[rule.remainder]
    picked = {(s.half, s.take): places[_letter(e, s, firm)] for s in rule.selections}
    # At most the best of the upper half, for the better, and the last of the lower, for the worse.
    up, down = picked.pop(("upper", "first"), rest), picked.pop(("lower", "last"), rest)
    return not picked and len(rule.selections) <= 2 and up <= rest <= down


def _letter(e: Evaluation, selection: Selection, firm: int) -> str:
    """Return the letter that a selection gives a firm, which may carry a flag."""
    flagged = (x for flag, x in selection.flagged.items() if e.judged.flag(flag)[firm])
    return next(flagged, selection.letter)


def _standing(of: Evaluation, e: Evaluation, firm: int) -> FloatArray:
    """Return all that places a firm: its scores and what its sort keys add up; 0 for missing."""
    unit = e.classes.units[e.classes.unit[firm]]
    keys = [unit.ranked.track.ranking.ties]
    if isinstance(unit.rule, TwoStage):
        keys += [selection.key for selection in unit.rule.selections]
    found = [float(r.score[firm]) for r in of.results_of(firm)]
    results = {r.indicator.id: r for r in of.results}
    for key in keys:
        for id in key.ids:
            if key.kind == "values":
                found.append(float(results[id].value[firm]))
            elif key.kind == "columns":
                found.append(float(of.figure(id)[firm]))
    standing: FloatArray = np.nan_to_num(np.array(found))
    return standing
