"""Full screenings by rules, remembered by all that they were made of.

An edit is previewed again and again against one and the same version; only the first time need
all of it be asked of all records. What is remembered lies in the user's cache, may be deleted at
any time, and is never looked at again once a record, a criterion or the code is another.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from perennial.preview.flips import Fate, Standing, Version
from perennial.preview.protocol import fingerprint
from perennial.sources import digest
from perennial.tables import files_of, read_parquet, write_parquet

log = logging.getLogger(__name__)

MOST = 8  # screenings kept; one of 10,000 records has about 100 kB


@dataclass(frozen=True, slots=True)
class Row:
    """A record's fate by rules, and with the reviewers."""

    pmid: str
    outcome: str
    criterion: str
    final_outcome: str
    final_criterion: str


def remembered(
    tables: Iterable[Path], version: Version, judged: Callable[[], Standing]
) -> Standing:
    """What ``judged`` gives for the records in ``tables`` under ``version``."""
    path = _folder() / f"{_name(tables, version)}.parquet"
    try:
        rows = read_parquet(path, Row)
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.debug("nothing remembered: %s", error)
        standing = judged()
        _keep(path, [_row(pmid, standing) for pmid in standing.by_rule])
        return standing
    return Standing(
        {row.pmid: Fate(row.outcome, row.criterion) for row in rows},
        {row.pmid: Fate(row.final_outcome, row.final_criterion) for row in rows},
    )


def _row(pmid: str, standing: Standing) -> Row:
    rule, final = standing.by_rule[pmid], standing.final[pmid]
    return Row(pmid, rule.outcome, rule.criterion, final.outcome, final.criterion)


def _folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "perennial" / "screenings"


def _name(tables: Iterable[Path], version: Version) -> str:
    reviewers, decisions = version.protocol.reviewers, version.decisions
    judged_by = f"{digest('screen')} {fingerprint(version.protocol)} {reviewers} {decisions!r}"
    made_of = hashlib.sha256(judged_by.encode())
    for path in tables:
        for file in files_of(path):
            made_of.update(hashlib.sha256(file.read_bytes()).digest())
    return made_of.hexdigest()[:32]


def _keep(path: Path, rows: list[Row]) -> None:
    """A cache that cannot be written costs time, nothing else."""
    try:
        write_parquet(path, rows, Row)
        kept = sorted(path.parent.glob("*.parquet"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[MOST:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.info("the screening is not remembered: %s", error)
