"""Imports in the ledger: records of all sources in one table, each with boxes of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from perennial.config import Config
from perennial.errors import InputError
from perennial.flow import check, flow
from perennial.imports.ids import from_pubmed, own_id, sort_key
from perennial.imports.join import join
from perennial.imports.load import Imported, files, load_imports
from perennial.ledger import Absence, Database, Found, Ledger, Search
from perennial.link import link
from perennial.record import Author, Record
from perennial.screened import Screened

FROST, SNOW = "Frost hardiness of winter wheat", "Snow cover and the hardening of rye"


def ledger(*ids: str, missing: tuple[str, ...] = ()) -> Ledger:
    found = Found("S1", "", "q", "q", "q", len(ids), ids, ())
    database = Database("pubmed", "", "", "")
    search = Search("example", "2026-11-01T00:00:00Z", database, (found,), ())
    return Ledger(search, tuple(Absence(pmid, "why") for pmid in missing), ())


def imported(id_: str, *records: Record) -> Imported:
    ids = tuple(record.pmid for record in records)
    return Imported(
        Found(id_, f"Base {id_}", "q", "", "", len(ids), ids, ()), "2026-10-01", records
    )


def test_without_imports_nothing_changes() -> None:
    records, before = [Record("2"), Record("10")], ledger("2", "10", missing=("3",))
    assert join(records, before, []) == (records, before)


def test_pubmeds_own_text_is_kept_and_the_import_counted() -> None:
    held = Record("2", title=FROST, abstract="PubMed's")
    same, new, own = (
        Record("2", title=FROST.upper()),
        Record("1", title=SNOW),
        Record("xa", title="A"),
    )
    records, after = join([held], ledger("2"), [imported("E1", same, new, own)])
    assert records == [new, held, own]
    assert after.search.strategies[-1].ids == ("2", "1", "xa")


def test_a_claimed_pmid_under_another_title_is_doubted() -> None:
    held, claims = Record("2", title=FROST), Record("2", title=SNOW)
    records, after = join([held], ledger("2"), [imported("E1", claims)])
    (other,) = (record for record in records if record.pmid != "2")
    assert not from_pubmed(other.pmid)
    assert other.databanks == ("PubMed/2",)
    assert after.search.strategies[-1].ids == (other.pmid,)
    ((found,), _) = link(records)
    assert (found.kind, found.other) == ("maybe duplicate of", "2")


def test_what_the_source_did_not_give_may_be_imported() -> None:
    records, after = join(
        [], ledger("2", missing=("2",)), [imported("E1", Record("2", title=FROST))]
    )
    assert [record.pmid for record in records] == ["2"]
    assert after.missing == ()


def test_every_import_has_its_boxes_and_the_flow_adds_up() -> None:
    author = (Author("Aalto"),)
    held = [Record("2", title=FROST, doi="10.1000/a"), Record("10", title=SNOW, doi="10.1000/b")]
    first = imported("E1", Record("xa", title=FROST, doi="10.1000/a"), Record("10", title=SNOW))
    second = imported("E2", Record("xb", title=SNOW, doi="10.1000/b"), Record("xc", authors=author))
    records, joined = join(held, ledger("2", "10"), [first, second])
    links, _ = link(records)
    copies = {found.pmid for found in links if found.kind == "duplicate of"}
    screened = [
        Screened(record.pmid, "human", "I1", "", "rule", (), ())
        for record in records
        if record.pmid not in copies
    ]
    ids = [record.pmid for record in records]
    counted = flow(joined, ids, links, screened, {"I1": "not shown"}, {}, set())
    check(counted)
    boxes = {part.id: part.pmids for box in counted.boxes for part in box.parts}
    assert boxes["E1"] == ("xa", "10")
    assert boxes["E2"] == ("xb", "xc")
    assert boxes["duplicates"] == ()
    assert boxes["duplicates_E1"] == ("xa",)
    assert boxes["duplicates_E2"] == ("xb",)
    assert boxes["repeated"] == ("10",)
    assert boxes["screened"] == ("2", "10", "xc")


def config(tmp_path: Path, *rows: dict[str, Any]) -> Config:
    (tmp_path / "a.ris").write_text(f"TY  - JOUR\nTI  - {FROST}\nER  - \n")
    base = {"label": "Base", "searched": "2026-10-01", "files": ["a.ris"]}
    strategies = [{"id": "S1", "label": "", "query": "frost"}]
    imports = [base | row for row in rows]
    return Config(str(tmp_path / "search.yaml"), {"strategies": strategies, "imports": imports})


def test_as_of_a_day_only_what_had_been_searched_counts(tmp_path: Path) -> None:
    search = config(tmp_path, {"id": "E1"}, {"id": "E2", "searched": "2026-10-02"})
    assert [one.found.id for one in load_imports(search, "2026-10-01")] == ["E1"]
    assert [one.found.id for one in load_imports(search)] == ["E1", "E2"]
    assert files(search) == [tmp_path / "a.ris"] * 2


def test_the_same_entry_in_two_databases_is_two_records_and_one_link(tmp_path: Path) -> None:
    one, two = load_imports(config(tmp_path, {"id": "E1"}, {"id": "E2"}))
    assert one.records[0].pmid != two.records[0].pmid


@pytest.mark.parametrize("ids", [("S1",), ("E1", "E1")])
def test_an_id_that_is_taken_is_refused(tmp_path: Path, ids: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="defined twice"):
        load_imports(config(tmp_path, *({"id": id_} for id_ in ids)))


def test_the_databases_own_count_guards_against_a_file_cut_between_entries(tmp_path: Path) -> None:
    assert load_imports(config(tmp_path, {"id": "E1", "count": 1}))
    with pytest.raises(InputError, match="1 entries in the files, 2 announced"):
        load_imports(config(tmp_path, {"id": "E1", "count": 2}))


def test_ids_sort_pmids_by_number_and_come_first() -> None:
    own = own_id("E1", "something")
    assert sorted([own, "10", "x0", "9"], key=sort_key) == ["9", "10", *sorted(["x0", own])]
    assert own == own_id("E1", "something") != own_id("E2", "something")
