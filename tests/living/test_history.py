"""Four dates in the life of a source; `as_of` gives the tables of earlier ones to the byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from living_source import Paper, settings, strategies, xml
from perennial.archive import Archive
from perennial.commands.records import command as records_command
from perennial.entrez import Source
from perennial.errors import InputError
from perennial.eutils import serving
from perennial.ledger import Absence
from perennial.records import records
from perennial.refresh import refresh
from perennial.verify import verify

START = {pmid: Paper(pmid, doi=f"10.5555/{pmid}") for pmid in range(1, 9)}


def _additions(papers: dict[int, Paper]) -> dict[int, Paper]:
    return papers | {p: Paper(p, "2026-02-03", "2026-02-03") for p in (21, 22, 23)}


def _retraction(papers: dict[int, Paper]) -> dict[int, Paper]:
    notices = (("RetractionIn", 31),)
    return papers | {3: replace(papers[3], revised="2026-02-20", notices=notices)}


def _deletion_and_merger(papers: dict[int, Paper]) -> dict[int, Paper]:
    """Record 6 is deleted; 5 turns out to be the same paper as 4, and only 4 goes on."""
    joined = replace(papers[4], revised="2026-05-20", doi=papers[5].doi)
    kept = {pmid: paper for pmid, paper in papers.items() if pmid not in (5, 6)}
    return kept | {4: joined}


CHANGES = {
    "2026-02-01": lambda papers: papers,
    "2026-02-08": _additions,
    "2026-03-01": _retraction,
    "2026-06-01": _deletion_and_merger,
}


class History:
    """The archive after all four dates, and the records table as it was made on each of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.archive = folder, Archive(folder / "archive")
        self.tables: dict[str, dict[str, bytes]] = {}
        papers = START
        for day, change in CHANGES.items():
            papers = change(papers)
            self._refresh(papers, day)
            self.tables[day] = self.table("")

    def _refresh(self, papers: dict[int, Paper], day: str) -> None:
        file = self.folder / f"{day}.xml"
        file.write_bytes(xml(papers.values()))
        asked = settings(self.folder), strategies(self.folder)
        with serving([file], today=day) as url:
            refresh(*asked, Source("example", url), self.archive)

    def table(self, as_of: str) -> dict[str, bytes]:
        """results/1_records as the stage writes it."""
        target = self.folder / "records" / (as_of or "now")
        options = ["--archive", str(self.archive.root), "--source", "example"]
        options += ["--as-of", as_of, "-o", str(target)]
        records_command.main(options, standalone_mode=False)
        return {path.name: path.read_bytes() for path in sorted(target.iterdir())}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return History(tmp_path_factory.mktemp("history"))


def test_the_dates_differ(history: History) -> None:
    tables = [table["records.parquet"] for table in history.tables.values()]
    assert len(set(tables)) == len(CHANGES)


@pytest.mark.parametrize("day", CHANGES)
def test_as_of_a_date_gives_the_table_of_that_date(history: History, day: str) -> None:
    assert len(history.tables[day]) == 4
    assert history.table(day) == history.tables[day]


def test_a_day_between_two_refreshes_is_as_the_earlier_one_left_it(history: History) -> None:
    assert history.table("2026-02-28") == history.tables["2026-02-08"]
    with pytest.raises(InputError, match="on or before 2026-01-31"):
        history.table("2026-01-31")


def test_what_was_deleted_or_merged_keeps_its_history(history: History) -> None:
    found, ledger = records(history.archive, "example")
    assert {record.pmid for record in found} >= {"5", "6"}
    why = ("not given by the source since 2026-06-01", "2026-06-01")
    assert ledger.withdrawn == (Absence("5", *why), Absence("6", *why))
    assert ledger.earlier == ("5", "6")
    assert records(history.archive, "example", "2026-03-01")[1].withdrawn == ()


def test_the_retraction_is_in_the_table_from_its_date_on(history: History) -> None:
    for day in CHANGES:
        record = next(r for r in records(history.archive, "example", day)[0] if r.pmid == "3")
        assert bool(record.notices) == (day >= "2026-03-01"), day


def test_the_archive_is_whole(history: History) -> None:
    assert verify(history.archive).faults == ()
