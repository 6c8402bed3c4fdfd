"""What is held of the review's records: the tables that screening reads, and what it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from perennial.errors import InputError, Place
from perennial.record import Record
from perennial.screened import Integrity, Link, Screened
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
        """The records that are screened: a duplicate is judged with the record it repeats."""
        copies = {link.pmid for link in self.links if link.kind == "duplicate of"}
        return [record for record in self.records if record.pmid not in copies]


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
