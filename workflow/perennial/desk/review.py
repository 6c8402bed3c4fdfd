"""What the desk shows: the tables of results/ and the files of config/, as they are now."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from threading import Thread

from perennial.config import load
from perennial.corrections.correction import Correction
from perennial.decisions.decision import STAGES, Decision
from perennial.decisions.desk import Desk, load_desk
from perennial.decisions.grown import Grown, grown
from perennial.decisions.verdicts import counted
from perennial.desk.fresh import Fresh
from perennial.desk.kept import kept_corrections, kept_decisions
from perennial.desk.veil import unseen_by, veiled
from perennial.errors import InputError
from perennial.queue.behind import as_of
from perennial.settings import Settings, settings

log = logging.getLogger(__name__)

LOOK = 0.5  # seconds between two looks at the files that are kept
_TABLES = (
    "1_records/records.parquet",
    "2_linked/integrity.parquet",
    "3_screened/screened.parquet",
    "3_screened/queue.parquet",
)


class Review:
    """Where the review lies, and what is read of it; read again once a file has changed.

    ``day`` is the day of the rows that are written, "" for the day on which each is. ``gold`` is
    a table of records of which it is known what screening should say. ``protocol`` are the files
    by which rules screen, ``conduct()`` tells how people do, ``as_of()`` up to which day what
    they say counts.
    """

    def __init__(
        self, results: Path, config: Path, archive: Path, day: str = "", gold: Path | None = None
    ) -> None:
        self.results, self.config, self.archive, self._day = results, config, archive, day
        self.gold = gold
        self._grown: Grown | None = None
        self._kept = kept_decisions(self.decided), kept_corrections(self.corrected)
        tables = [results / name for name in _TABLES]
        self.protocol = (self.screening, config / "mesh.yaml", config / "spelling.tsv")
        self._unseen = unseen_by(self.screening)
        self.as_of = Fresh(partial(as_of, config / "config.yaml"), config / "config.yaml")
        self.conduct: Fresh[Settings] = Fresh(self._load_conduct, self.screening)
        self._desks = {
            stage: Fresh(partial(load_desk, results, config, stage), *tables, *self.protocol)
            for stage in STAGES
        }

    @property
    def screening(self) -> Path:
        """The protocol of screening."""
        return self.config / "screening.yaml"

    @property
    def decided(self) -> Path:
        """The reviewers' decisions."""
        return self.config / "decisions.tsv"

    @property
    def corrected(self) -> Path:
        """The reviewers' corrections."""
        return self.config / "corrections.tsv"

    @property
    def day(self) -> str:
        """The day that a row written now gets."""
        return self._day or date.today().isoformat()

    def desk(self, stage: str = STAGES[0]) -> Desk:
        """Everything that deciding at one stage needs."""
        return self._desks[stage]()

    @cached_property
    def _decisions(self) -> Fresh[Grown]:
        paths = (*self.as_of.paths, *self._desks[STAGES[0]].paths)
        return Fresh(self._load_decisions, self.decided, *paths)

    def _load_conduct(self) -> Settings:
        return settings(load(self.screening, "screening"))

    def _load_decisions(self) -> Grown:
        self._grown = grown(self.decided, self.desk(), self._grown, self.as_of())
        return self._grown

    def decisions(self, until: str = "") -> tuple[Decision, ...]:
        """What decisions.tsv says, or said on a day, held against the protocol and the records."""
        with self._veiled():
            held = self._decisions()
        return tuple(counted(held.rows, until)) if until else held.counted

    def keep(self, *rows: Decision) -> None:
        """Add rows to decisions.tsv; they are on disk when this returns, and stay there."""
        with self._veiled():
            self._kept[0].keep(*rows)

    def keep_corrections(self, *rows: Correction) -> None:
        """Add rows to corrections.tsv; they are on disk when this returns, and stay there."""
        with self._veiled():
            self._kept[1].keep(*rows)

    @contextmanager
    def _veiled(self) -> Iterator[None]:
        try:
            yield
        except InputError as error:
            raise self.told(error) from None

    def told(self, error: InputError) -> InputError:
        """An error as a page may tell it: of files in which people work unseen, not a line."""
        theirs = str(self.decided), str(self.corrected)
        return veiled(error) if error.place.file in theirs and self._unseen() else error

    def look(self) -> None:
        """Add again the rows that were kept and that somebody has saved an older copy over.

        A file that another thread is mending or adding to is passed over.
        """
        for kept in self._kept:
            kept.look()

    def noticed(self) -> tuple[str, ...]:
        """What every page tells of the two files, in sentences; mostly nothing."""
        return tuple(said for kept in self._kept for said in kept.noticed(self._unseen()))

    def watch(self) -> None:
        """Look every ``LOOK`` seconds from now on, also while nobody asks for a page."""

        def run() -> None:
            while True:
                try:
                    self.look()
                except Exception:
                    log.exception("the files of the review could not be looked at")
                time.sleep(LOOK)

        Thread(target=run, name="watch", daemon=True).start()
