"""Stopping: when screening in ranked order may end before the last record is read.

The test of Callaghan and Müller-Hansen (Statistical stopping criteria for automated screening in
systematic reviews, Systematic Reviews 2020;9:273, doi 10.1186/s13643-020-01521-4), in its form for
ranked screening, as in their program buscarpy 0.0.2. The null hypothesis says that the target is
missed. Take the last n records screened as if they had been drawn at random from themselves and
all that is left. Were the target missed, at least K of these would be relevant; the
hypergeometric distribution says how seldom so few of n would then be. This is asked of every n,
and the smallest p counts. A ranking that works puts the relevant records first, so what is left
is poorer than the draw, which makes the test careful; a ranking worse than chance would not.

A living review adds what the paper need not ask: records that came after a draw cannot have been
in its urn. Only what was screened since the newest record left came in counts as drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Stopping:
    """Where screening stands; ``p`` is the chance of such labels had the target been missed."""

    p: float  # rounded to 6 places
    target: float  # share of the relevant records to be found
    confidence: float
    may_stop: bool
    screened: int
    found: int
    left: int
    comparable: int  # the last so many screened are those that drew from what is left


def stopping(
    labels: Sequence[bool],
    records: int,
    target: float = 0.95,
    confidence: float = 0.95,
    comparable: int | None = None,
) -> Stopping:
    """Whether so much is found that the rest may stay unread.

    ``labels`` are the decisions in the order in which they were made, True for an inclusion,
    ``records`` is the number to be screened in all. ``comparable`` says how many of the last
    labels were made while every record now left was waiting (None: all of them).
    Raises ValueError for more labels than records, or more ``comparable`` than labels.
    """
    drawn = len(labels) if comparable is None else comparable
    if not 0 <= drawn <= len(labels) <= records:
        raise ValueError(f"{drawn} comparable of {len(labels)} labels of {records} records")
    left = records - len(labels)
    p = 0.0 if left == 0 else round(p_missed(labels, records, target, drawn), 6)
    may = left == 0 or p < round(1 - confidence, 9)
    return Stopping(p, target, confidence, may, len(labels), sum(labels), left, drawn)


def p_missed(labels: Sequence[bool], records: int, target: float, comparable: int) -> float:
    """The smallest p over all starts of the draw; 1 if nothing counts as drawn."""
    if comparable == 0:
        return 1.0
    from scipy.stats import hypergeom  # noqa: PLC0415 - seconds to import

    backwards = np.array(labels[::-1][:comparable], dtype=np.int64)
    drawn, relevant = np.arange(1, comparable + 1), backwards.cumsum()
    found, left = sum(labels), records - len(labels)
    needed = least_missed(found, target) + relevant
    p = hypergeom.cdf(relevant, left + drawn, np.minimum(needed, left + drawn), drawn)
    possible: NDArray[np.bool_] = needed <= left + relevant
    return float(np.where(possible, p, 0.0).min())  # more missed than there are left: impossible


def least_missed(found: int, target: float) -> int:
    """The smallest number of relevant records unread that puts recall below ``target``.

    ``target`` is taken as written: 0.95 is 19/20, not the nearest binary fraction.
    """
    return int(found / Fraction(str(target))) + 1 - found
