"""How long a record takes from PubMed into the review: refreshes in a queue of two stations.

First the source, which serves one request at a time from one address, then W workers of two
cores, of which a rebuild uses one. Both take who came first. A record is visible when the first
refresh that began after it was published is built.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import model
import numpy as np
from model import DAY, WEEK
from numpy.typing import NDArray
from parameters import Parameters

WORKERS = (1, 2, 4, 8, 16, 32)
DRAWN = 100_000  # records whose lag is looked at
SUNDAY = 6 * DAY + 9 * 3600 + 600  # docs/schedules/crontab
FILES_COME = 10 * 3600.0  # of each day, from midnight; an assumption

Times = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Each review refreshed once in ``every`` seconds, at ``starts``."""

    name: str
    every: float
    starts: Times  # seconds from the beginning of the period, a review each
    asking: Times  # seconds at the source, a review each
    building: Times  # seconds on a worker
    chance: Times  # that a refresh finds something to build


def schedules(p: Parameters) -> list[Schedule]:
    """Three ways to keep all reviews up to date."""
    held = model.sizes(p)
    chance = np.random.default_rng(p.seed)
    building = sum(model.rebuild(p, held).values(), np.zeros_like(held))
    asking = model.requests(p, held, 7, p.strategies) * p.spacing
    order = chance.permutation(len(held))
    spread: Times = np.asarray((order + 0.5) / len(held) * WEEK, dtype=np.float64)
    # Simultaneous refreshes come in a random order.
    bunched: Times = np.asarray(SUNDAY + order * 1e-3, dtype=np.float64)
    weekly = 1 - np.exp(-held * p.touched * 7)
    daily = 1 - np.exp(-held * p.touched)
    seconds = sum(model.sift(p, p.reviews).values())
    files = (p.new + p.revised) / p.per_file
    sifted: Times = np.asarray(FILES_COME + seconds * files + order * 1e-3, dtype=np.float64)
    nothing = np.zeros_like(held)
    return [
        Schedule("weekly, all by the crontab in docs/", WEEK, bunched, asking, building, weekly),
        Schedule("weekly, spread over the week", WEEK, spread, asking, building, weekly),
        Schedule("daily, from one sift", DAY, sifted, nothing, building, daily),
    ]


def load(schedule: Schedule, workers: int) -> float:
    """Share of the workers' time that is taken; from 1 on the queue grows for ever."""
    return float((schedule.building * schedule.chance).sum()) / schedule.every / workers


def lags(p: Parameters, schedule: Schedule, workers: int) -> tuple[float, float]:
    """Median and 95th percentile, in days, of the lag of a record."""
    chance = np.random.default_rng(p.seed)
    done = _done(schedule, workers, round(2 * WEEK / schedule.every))
    held = model.sizes(p)
    review = chance.choice(len(held), size=DRAWN, p=held / held.sum())
    weights = np.array(p.weekdays)
    day = chance.choice(7, size=DRAWN, p=weights / weights.sum())
    published = day * DAY + chance.random(DRAWN) * DAY
    # The first refresh that starts after publication, in the weeks simulated.
    number = np.ceil((published - schedule.starts[review]) / schedule.every).astype(int)
    lag = done[np.maximum(number, 0), review] - published
    middle, late = np.percentile(lag, [50, 95])
    return float(middle) / DAY, float(late) / DAY


def _done(schedule: Schedule, workers: int, periods: int) -> Times:
    """When each period's refresh of each review is built, if it finds something to build.

    One that may find nothing holds its worker for as long as it does on average.
    """
    asked = _source(schedule, periods)
    idle = [0.0] * workers
    done = np.zeros((periods, len(schedule.starts)))
    for at in np.argsort(asked, axis=None, kind="stable"):
        period, review = divmod(int(at), len(schedule.starts))
        arrived = float(asked[period, review])
        free = heapq.heappop(idle)
        begun, took = max(free, arrived), float(schedule.building[review])
        done[period, review] = begun + took
        heapq.heappush(idle, begun + took * float(schedule.chance[review]))
    return done


def _source(schedule: Schedule, periods: int) -> Times:
    order: Sequence[int] = np.argsort(schedule.starts, kind="stable").tolist()
    asked = np.zeros((periods, len(order)))
    free = 0.0
    for period in range(periods):
        for review in order:
            start = max(free, schedule.starts[review] + period * schedule.every)
            free = start + schedule.asking[review]
            asked[period, review] = free
    return asked
