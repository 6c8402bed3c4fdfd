"""What is held of the review's records: the tables that screening reads, and what it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from perennial.errors import InputError, Place
from perennial.record import Record
from perennial.screened import Integrity, Link, Screened, unscreened
from perennial.tables import read_parquet


@dataclass(frozen=True)
class Held:
    """Records, links and notices; ``tables`` are the files that they stand in."""

    records: tuple[Record, ...]
    links: tuple[Link, ...]
    integrity: tuple[Integrity, ...]
    tables: tuple[Path, ...]

    @property
    def screened(self) -> list[Record]:
        """The records that are screened, as the stage screens them."""
        aside = unscreened(self.links)
        return [record for record in self.records if record.pmid not in aside]


def load_held(results: Path) -> Held:
    """Read results/1_records and 2_linked. InputError if they are not there."""
    records = results / "1_records" / "records.parquet"
    links = results / "2_linked" / "links.parquet"
    integrity = results / "2_linked" / "integrity.parquet"
    for path in (records, links, integrity):
        if not path.exists():
            raise InputError("there are no records yet", Place(str(path)), "run `snakemake` first")
    return Held(
        tuple(read_parquet(records, Record)),
        tuple(read_parquet(links, Link)),
        tuple(read_parquet(integrity, Integrity)),
        (records, links, integrity),
    )


def stored_outcomes(results: Path) -> dict[str, Screened]:
    """What screening last wrote, by PMID; nothing if it has not run."""
    path = results / "3_screened" / "screened.parquet"
    return {row.pmid: row for row in read_parquet(path, Screened)} if path.exists() else {}
