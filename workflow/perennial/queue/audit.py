"""Audit: what the rules may have missed, from a sample of what they excluded.

A person judges a random sample of the records that no person saw. Of how many there are, how many
were looked at and how many of those should have been included, the hypergeometric distribution
gives the most that can be relevant among all of them: the exact one-sided limit for a finite
population (the argument of Clopper and Pearson, Biometrika 1934;26:404, drawn without
replacement). It holds with at least the confidence asked for, whatever the true number is.
"""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """What the audit shows of the records that rules excluded."""

    excluded: int  # by rule
    audited: int  # of these, in the sample and judged by people
    missed: int  # of these, included by people
    confidence: float
    at_most: int  # relevant among all excluded, the missed ones that were found among them
    share: float  # at_most of excluded, rounded to 6 places


def sample(excluded: Iterable[str], size: int, seed: int) -> tuple[str, ...]:
    """``size`` of the PMIDs at random, in random order (all, if there are fewer).

    Those whose SHA-256 with the seed is smallest: a record's place depends on itself and the seed
    alone, so that new records take a few places and do not draw the whole sample anew. The
    order is random too: who stops half-way has still audited a random sample.
    """
    return tuple(sorted(set(excluded), key=lambda pmid: (_lot(pmid, seed), pmid))[:size])


def _lot(pmid: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{pmid}".encode()).hexdigest()


def bound(audited: int, missed: int, excluded: int, confidence: float = 0.95) -> Bound:
    """The most relevant records that ``missed`` of ``audited`` leave room for among ``excluded``.

    Raises ValueError unless 0 ≤ missed ≤ audited ≤ excluded.
    """
    if not 0 <= missed <= audited <= excluded:
        raise ValueError(f"{missed} missed of {audited} audited of {excluded} excluded")
    if not audited:  # nothing was seen, and any number of them may be relevant
        return Bound(excluded, 0, 0, confidence, excluded, 1.0 if excluded else 0.0)
    possible = range(missed, excluded - audited + missed + 1)
    beyond = bisect.bisect_left(
        possible, True, key=lambda d: _so_few(missed, excluded, d, audited) <= 1 - confidence
    )
    at_most = possible[beyond - 1]  # the first possible number is never refused: it gives 1
    share = round(at_most / excluded, 6) if excluded else 0.0
    return Bound(excluded, audited, missed, confidence, at_most, share)


def _so_few(missed: int, excluded: int, relevant: int, audited: int) -> float:
    """The chance that so few are seen; it falls as there are more."""
    from scipy.stats import hypergeom  # noqa: PLC0415 - seconds to import

    return float(hypergeom.cdf(missed, excluded, relevant, audited))


def recall(included: int, limit: Bound) -> float:
    """The least share of relevant records that is in the review, as far as rules lose them.

    ``included`` counts every record in the review, those that the audit brought back among them.
    1 if there is nothing to find.
    """
    unseen = limit.at_most - limit.missed
    return round(included / (included + unseen), 6) if included + unseen else 1.0
