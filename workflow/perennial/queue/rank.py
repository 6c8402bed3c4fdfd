"""Rank: what a reviewer should see next, learned from the decisions made so far.

The recipe is ELAS u4 of ASReview LAB 2.2 (asreview/models/models.py, AI_MODEL_CONFIGURATIONS,
read 2026-11; tuned by its authors on the SYNERGY data sets): TF-IDF of single words and pairs,
a linear support vector classifier, and sample weights that let the exclusions, together, weigh a
set share of what the inclusions weigh. A rank moves a record up or down; it decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perennial.imports.ids import sort_key
from perennial.record import Record
from perennial.screened import Screened

# The numbers of ELAS u4, from the same place.
COST = 0.11
LOSS = "squared_hinge"
BALANCE = 9.8  # all inclusions weigh as much as all exclusions times this
WORDS = {"ngram_range": (1, 2), "sublinear_tf": True, "min_df": 1, "max_df": 0.95}

PLACES = 6  # of a score; what lies beyond is the machine's arithmetic, not the model's opinion


def rank(
    records: Sequence[Record],
    labels: Mapping[str, bool],
    seed: int,
    screened: Iterable[Screened] = (),
    required: Collection[str] = (),
) -> list[tuple[str, float]]:
    """Every record's PMID and score, the likeliest inclusion first; ties stand by PMID.

    ``labels`` are decisions by PMID, True for an inclusion; those on records not given are left
    out. Until there is an inclusion and an exclusion to learn from, ``by_protocol`` gives the
    order, from the rows in ``screened`` and the ids of the criteria that are ``required``, and
    every score is 0.
    """
    ordered = sorted(records, key=lambda record: sort_key(record.pmid))
    known = {i: labels[r.pmid] for i, r in enumerate(ordered) if r.pmid in labels}
    texts = [text_of(record) for record in ordered]
    words = features(texts) if can_learn(known.values()) else None
    if words is None:
        return [(pmid, 0.0) for pmid in by_protocol(records, screened, required)]
    scores = learned(words, known, seed)
    pairs = [(r.pmid, float(score)) for r, score in zip(ordered, scores, strict=True)]
    return sorted(pairs, key=lambda pair: (-pair[1], sort_key(pair[0])))


def by_protocol(
    records: Iterable[Record], screened: Iterable[Screened], required: Collection[str]
) -> list[str]:
    """PMIDs by requirements that the words met, then by words that matched, then newest first."""
    rows = {row.pmid: row for row in screened}

    def standing(record: Record) -> tuple[int, int, str]:
        matched = rows[record.pmid].matched if record.pmid in rows else ()
        met = {match.criterion for match in matched} & set(required)
        return len(met), len(matched), record.entered or record.date

    ordered = sorted(records, key=lambda record: sort_key(record.pmid))
    return [record.pmid for record in sorted(ordered, key=standing, reverse=True)]


def can_learn(labels: Iterable[bool]) -> bool:
    """Whether there is at least one inclusion and one exclusion."""
    return len(Counter(labels)) == 2


def text_of(record: Record) -> str:
    """What is learned from: title and abstract, joined by a blank as ASReview joins them."""
    return f"{record.title} {record.abstract}"


def features(texts: Sequence[str]) -> Any:
    """TF-IDF, a sparse matrix of texts by terms; None where the texts share or hold no terms.

    Weights come of all texts, read by people or not: word counts give no decision away.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - seconds to import

    try:
        return TfidfVectorizer(**WORDS).fit_transform(texts)
    except ValueError:  # no term is left: empty texts, or so few that each term is in all
        return None


def learned(words: Any, labels: Mapping[int, bool], seed: int) -> NDArray[np.float64]:
    """Signed distance of every row from the boundary that the labelled rows draw, rounded."""
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - seconds to import

    rows = sorted(labels)
    truth = np.array([int(labels[row]) for row in rows])
    model = LinearSVC(C=COST, loss=LOSS, random_state=seed)
    model.fit(words[rows], truth, sample_weight=weights(truth))
    scores: NDArray[np.float64] = np.round(model.decision_function(words), PLACES)
    return scores + 0.0  # no negative nought


def weights(truth: NDArray[np.int64]) -> NDArray[np.float64]:
    """A weight for each label, so that a few inclusions are not drowned; they average 1."""
    included, excluded = int(truth.sum()), int((truth == 0).sum())
    raw = np.where(truth == 1, 1.0, included / (BALANCE * excluded))
    scaled: NDArray[np.float64] = raw * (len(truth) / raw.sum())
    return scaled
