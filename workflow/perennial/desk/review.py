"""What the desk shows: the tables of results/ and the files of config/, as they are now."""

from __future__ import annotations

from datetime import date
from functools import cached_property, partial
from pathlib import Path

from perennial.corrections import table as corrections
from perennial.corrections.correction import Correction
from perennial.decisions import table as decisions
from perennial.decisions.decision import STAGES, Decision
from perennial.decisions.desk import Desk, load_desk
from perennial.desk.fresh import Fresh

_TABLES = (
    "1_records/records.parquet",
    "2_linked/integrity.parquet",
    "3_screened/screened.parquet",
    "3_screened/queue.parquet",
)


class Review:
    """Where the review lies, and what is read of it; read again once a file has changed.

    ``day`` is the day of the rows that are written, "" for the day on which each is.
    """

    def __init__(self, results: Path, config: Path, archive: Path, day: str = "") -> None:
        self.results, self.config, self.archive, self._day = results, config, archive, day
        tables = [results / name for name in _TABLES]
        protocol = [self.screening, config / "mesh.yaml", config / "spelling.tsv"]
        self._desks = {
            stage: Fresh(partial(load_desk, results, config, stage), *tables, *protocol)
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
    def _decisions(self) -> Fresh[tuple[Decision, ...]]:
        return Fresh(self._load_decisions, self.decided, *self._desks[STAGES[0]].paths)

    def _load_decisions(self) -> tuple[Decision, ...]:
        desk = self.desk()
        return tuple(decisions.load_decisions(self.decided, desk.records, desk.criteria))

    def decisions(self) -> tuple[Decision, ...]:
        """The rows of decisions.tsv, held against the protocol and the records."""
        return self._decisions()

    def keep(self, *rows: Decision) -> None:
        """Add rows to decisions.tsv; they are on disk when this returns."""
        decisions.append(self.decided, *rows)

    def keep_corrections(self, *rows: Correction) -> None:
        """Add rows to corrections.tsv; they are on disk when this returns."""
        corrections.append(self.corrected, *rows)
