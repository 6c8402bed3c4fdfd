"""What 10,000 reviews of PubMed cost, as formulas over the parameters; seconds, bytes, records."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from parameters import Parameters

Sizes = NDArray[np.float64]
DAY, WEEK = 86_400.0, 604_800.0


def sizes(p: Parameters, count: int = 0) -> Sizes:
    """Records held by each review, the largest first."""
    return np.floor(p.largest / np.arange(1, (count or p.reviews) + 1) ** p.zipf)


def sift(p: Parameters, reviews: int) -> dict[str, float]:
    """Seconds for one file and ``reviews`` at once, by what they go into.

    Candidates of different reviews are taken to be independent: topics that overlap leave fewer.
    """
    alone = p.per_file * p.candidates
    judging, parsing = p.judge * 1e-6, p.parse / p.per_file
    match = p.sift - p.unpack - alone * (judging + parsing)
    words = reviews**p.heaps  # times one review's
    power = math.log(p.match_growth, 1_000)
    return {
        "unpack": p.unpack,
        "match": match * words**power,
        "parse": p.per_file * parsing * (1 - (1 - p.candidates) ** reviews),
        "judge": alone * reviews * judging,
    }


def distinct(p: Parameters, reviews: int) -> tuple[float, float]:
    """Records held by the reviews, each counted as often as it is held, and once.

    The reviews are a fair draw of all; a topic's literature is what its reviews draw from.
    """
    chance = np.random.default_rng(p.seed)
    ranks = np.arange(1, p.topics + 1)
    held = chance.permutation(sizes(p))[:reviews]
    topic = chance.choice(p.topics, size=p.reviews, p=(1 / ranks) / (1 / ranks).sum())[:reviews]
    pools = ranks**-p.topic_size
    pools = p.pubmed * pools / pools.sum()
    np.maximum.at(pools, topic, 2 * held)  # no review holds more than half of its topic
    unseen = np.zeros(p.topics)
    np.add.at(unseen, topic, np.log1p(-held / pools[topic]))
    return float(held.sum()), float((pools * -np.expm1(unseen)).sum())


def requests(
    p: Parameters, held: Sizes, days: float, strategies: int, quiet: bool = False
) -> Sizes:
    """E-utilities requests of one refresh after ``days``.

    Two EInfo, a search per strategy, the revisions of all that is held, the studies read anew,
    and, unless it is quiet, what is new and what was revised.
    """
    base = 2 + strategies + np.ceil(held / p.uids) + np.ceil(held * p.included / p.batch)
    if quiet:
        return base
    new, revised = held * p.growth / 365 * days, held * p.revised / p.pubmed * days
    return base + np.ceil(new / p.batch) + np.ceil(revised / p.batch)


def link(p: Parameters, held: Sizes) -> Sizes:
    """Seconds; the time per record grows by the power seen between 2,000 and 8,000."""
    power = math.log(p.link_four / p.link, 4)
    return held * p.link * 1e-3 * np.maximum(held / 2_000, 1.0) ** power


def rebuild(p: Parameters, held: Sizes) -> dict[str, Sizes]:
    """Seconds of one core to build a review anew, by what they go into."""
    studies = held * p.included
    parse = p.parse / p.per_file
    tables = (p.table_write + p.readers * p.table_read) * 1e-3
    judged = 2 * p.judge * 1e-6  # screen and prioritise both ask the rules
    return {
        "whatever its size": np.full_like(held, p.build),
        "read and write tables": held * (parse + tables),
        "link": link(p, held),
        "screen": held * judged,
        "rank": held * p.rank * 1e-3,
        "full texts": studies * p.with_text * p.article_passages / p.passages,
        "page": studies * p.page * 1e-3,
    }


def journal(p: Parameters, held: Sizes, years: float, a_year: float) -> Sizes:
    """Bytes of requests.jsonl after ``years`` with ``a_year`` refreshes each.

    Counted are the lines that grow with what is held: records fetched, and asked about.
    """
    asked_about = held * (1 + p.growth * years / 2) * a_year * years
    return held * (1 + p.growth * years) * p.fetched + asked_about * p.polled


def hours_of_people(p: Parameters, spared: float) -> dict[str, float]:
    """Hours a year for all reviews together; ``spared`` is a share of titles and abstracts."""
    new = float(sizes(p).sum()) * p.growth
    studies = new * p.included
    return {
        "titles and abstracts": new * p.to_people * (1 - spared) * p.reviewers * p.minutes / 60,
        "full texts": studies * p.read_per_study * p.reviewers * p.text_minutes / 60,
        "statements": studies * p.statements * p.check_minutes / 60,
    }
