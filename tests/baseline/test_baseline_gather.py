"""Gathering: what the files come to, in the archive as a server's answers would be there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from baseline_files import ROOT, article, pmid_of, publish, revised
from perennial import archive as archive_module
from perennial.archive import Archive, holding
from perennial.baseline import gather as gather_module
from perennial.baseline.files import listed
from perennial.baseline.fold import fold, pile
from perennial.baseline.gather import Gathered, gather
from perennial.baseline.questions import Questions
from perennial.baseline.sift import sift
from perennial.baseline.sifted import Hit, Refused, Sifted
from perennial.config import Config, load
from perennial.errors import InputError
from perennial.records import former, records, survey
from perennial.verify import verify

SEARCH = """
strategies:
  - {id: S1, label: Waking, query: "waking[tiab]"}
  - {id: S2, label: Sleep, query: "sleep[tiab] OR resting"}
ids: ["5", "doi:10.1234/ab", "PMC77"]
"""
FILLER = tuple((pmid, 1) for pmid in range(1000, 1010))


@pytest.fixture
def strategies(tmp_path: Path) -> Config:
    (tmp_path / "search.yaml").write_text(SEARCH)
    return load(tmp_path / "search.yaml", "search")


def hit(pmid: int, title: str, *asked: str, day: str = "2026-01-01", version: int = 1) -> Hit:
    return Hit(pmid, version, asked or ("S1",), article(pmid, title, day, version))


def a_file(
    number: int,
    hits: Sequence[Hit] = (),
    deleted: Sequence[tuple[int, int]] = (),
    others: Sequence[tuple[int, int]] = (),
    latest: str = "2026-01-01",
    refused: Sequence[Refused] = (),
) -> Sifted:
    present = (*((one.pmid, one.version) for one in hits), *others)
    name = f"pubmed26n{number:04}.xml.gz"
    told = (latest, present, tuple(deleted), tuple(hits), tuple(refused))
    return Sifted(name, number, f"{number:032x}", "", *told)


def gathered(archive: Path, strategies: Config, files: Sequence[Sifted]) -> Gathered:
    questions = Questions.of(strategies, None)
    asked = [replace(one, asked=questions.digest) for one in files]
    return gather(fold(map(pile, asked)), strategies, questions, Archive(archive))


def digests(folder: Path) -> dict[str, bytes]:
    kept = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in kept}


FIRST = a_file(1, [hit(5, "Waking", "S1", "5"), hit(6, "Waking and sleep", "S1", "S2")], (), FILLER)
SECOND = a_file(2, [hit(7, "Sleep", "S2"), hit(8, "Rest", "S2")], latest="2026-01-05")
BASE = [FIRST, SECOND]
UPDATE = a_file(
    3,
    [
        hit(6, "Waking and sleep, revised", "S1", "S2", day="2026-02-01"),
        replace(hit(8, "Rest", "S2"), raw=article(8, "Rest").replace(b"><", b">\n  <")),
        hit(9, "Waking anew", "S1", day="2026-02-01"),
    ],
    deleted=[(7, 1)],
    others=[(5, 1)],  # revised, and no longer an answer
    latest="2026-02-01",
)


def test_the_first_gathering(tmp_path: Path, strategies: Config) -> None:
    told = gathered(tmp_path / "a", strategies, BASE)
    assert (told.stored, told.gone, told.refused) == (4, 0, ())
    search = told.search
    assert (search.source, search.searched_at) == ("baseline", "2026-01-05T00:00:00Z")
    assert search.database.build == "pubmed26n0001 to pubmed26n0002"
    assert search.database.count == "14"
    assert [(one.id, one.ids, one.count) for one in search.strategies] == [
        ("S1", ("6", "5"), 2),
        ("S2", ("8", "7", "6"), 3),
    ]
    assert [(one.pmid, one.status) for one in search.named] == [
        ("5", "returned"),
        ("", "not returned"),
        ("", "not returned"),
    ]
    store = Archive(tmp_path / "a")
    held, ledger = records(store, "baseline")
    assert [(record.pmid, record.title) for record in held] == [
        ("5", "Waking"),
        ("6", "Waking and sleep"),
        ("7", "Sleep"),
        ("8", "Rest"),
    ]
    assert not (*ledger.missing, *ledger.refused, *ledger.withdrawn)
    assert verify(store).faults == ()


def test_a_term_without_a_tag_is_told(tmp_path: Path, strategies: Config) -> None:
    search = gathered(tmp_path / "a", strategies, BASE).search
    assert search.strategies[0].warnings == ()
    assert "'resting' has no field tag" in search.strategies[1].warnings[0]


def test_gathering_again_adds_nothing(tmp_path: Path, strategies: Config) -> None:
    gathered(tmp_path / "a", strategies, BASE)
    before = digests(tmp_path / "a")
    assert gathered(tmp_path / "a", strategies, BASE).stored == 0
    assert digests(tmp_path / "a") == before


def test_an_update_is_a_refresh(tmp_path: Path, strategies: Config) -> None:
    gathered(tmp_path / "a", strategies, BASE)
    told = gathered(tmp_path / "a", strategies, [*BASE, UPDATE])
    assert (told.stored, told.gone) == (2, 1)  # 8 is laid out otherwise, and the same
    store = Archive(tmp_path / "a")
    held, ledger = records(store, "baseline")
    assert [record.pmid for record in held] == ["5", "6", "7", "8", "9"]
    last = ledger.changes[-1]
    assert (last.day, last.new, last.revised) == ("2026-02-01", ("9",), ("6",))
    assert [(one.pmid, one.reason) for one in last.withdrawn] == [
        ("5", "found by no strategy since 2026-02-01"),
        ("7", "not given by the source since 2026-02-01"),
    ]
    before = former(store, survey(store, "baseline"), ledger)
    assert [record.title for record in before] == ["Waking and sleep"]
    assert verify(store).faults == ()


def test_as_of_a_day_before_the_update(tmp_path: Path, strategies: Config) -> None:
    gathered(tmp_path / "a", strategies, BASE)
    before = records(Archive(tmp_path / "a"), "baseline")
    gathered(tmp_path / "a", strategies, [*BASE, UPDATE])
    assert records(Archive(tmp_path / "a"), "baseline", "2026-01-31") == before
    with pytest.raises(InputError, match="no search of 'baseline'"):
        records(Archive(tmp_path / "a"), "baseline", "2026-01-04")


def test_files_without_news_change_nothing_that_stands(tmp_path: Path, strategies: Config) -> None:
    gathered(tmp_path / "a", strategies, BASE)
    store = Archive(tmp_path / "a")
    before = store.search_as_of("baseline"), holding(store, "baseline", "pubmed")
    quiet = a_file(3, [hit(8, "Rest", "S2")], others=[(1003, 1)], latest="2026-01-09")
    assert gathered(tmp_path / "a", strategies, [*BASE, quiet]).stored == 0
    assert (store.search_as_of("baseline"), holding(store, "baseline", "pubmed")) == before


def test_a_deleted_record_that_comes_back(tmp_path: Path, strategies: Config) -> None:
    back = a_file(4, [hit(7, "Sleep", "S2")], latest="2026-03-01")
    gathered(tmp_path / "a", strategies, BASE)
    gathered(tmp_path / "a", strategies, [*BASE, UPDATE])
    assert "7" in holding(Archive(tmp_path / "a"), "baseline", "pubmed").gone
    told = gathered(tmp_path / "a", strategies, [*BASE, UPDATE, back])
    assert told.stored == 0
    assert "7" not in holding(Archive(tmp_path / "a"), "baseline", "pubmed").gone
    before = digests(tmp_path / "a")
    gathered(tmp_path / "a", strategies, [*BASE, UPDATE, back])
    assert digests(tmp_path / "a") == before


def test_next_years_baseline_begins_anew(tmp_path: Path, strategies: Config) -> None:
    gathered(tmp_path / "a", strategies, [*BASE, UPDATE])
    anew = a_file(1, [hit(6, "Waking, 2027", "S1", day="2026-12-10")], latest="2026-12-10")
    anew = replace(anew, name="pubmed27n0001.xml.gz")
    told = gathered(tmp_path / "a", strategies, [anew])
    assert (told.stored, told.gone) == (1, 2)  # 8 and 9; it never held 5 and 7
    assert told.search.database.build == "pubmed27n0001 to pubmed27n0001"


def test_a_doi_that_two_records_bear_names_neither(tmp_path: Path, strategies: Config) -> None:
    both = [hit(pmid, "One", "doi:10.1234/ab") for pmid in (3, 4)]
    assert gathered(tmp_path / "a", strategies, [a_file(1, both)]).search.named[1].pmid == ""
    one = gathered(tmp_path / "b", strategies, [a_file(1, both[:1])]).search.named[1]
    assert (one.pmid, one.status, one.reason) == ("3", "returned", "")


def test_a_record_that_cannot_be_read_is_told(tmp_path: Path, strategies: Config) -> None:
    bad = a_file(3, refused=[Refused("6", "no journal")], latest="2026-02-01")
    told = gathered(tmp_path / "a", strategies, [*BASE, bad])
    assert told.refused == ("pubmed26n0003.xml.gz: PMID 6: no journal",)
    assert all("1 records cannot be read: 6" in f.warnings[-1] for f in told.search.strategies)
    held, _ = records(Archive(tmp_path / "a"), "baseline")
    assert "6" in {record.pmid for record in held}  # as the file before gave it


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([SECOND, UPDATE], "pubmed26n0002.xml.gz is the first file"),
        ([FIRST], "the files end with pubmed26n0001.xml.gz, and those gathered last with"),
        ([FIRST, UPDATE], "not the next file"),
        ([replace(one, latest="") for one in BASE], "no record of the files says when"),
        ([], "nothing was sifted"),
    ],
)
def test_what_is_refused_leaves_the_archive_as_it_was(
    tmp_path: Path, strategies: Config, files: list[Sifted], said: str
) -> None:
    gathered(tmp_path / "a", strategies, BASE)
    before = digests(tmp_path / "a")
    with pytest.raises(InputError, match=said):
        gathered(tmp_path / "a", strategies, files)
    assert digests(tmp_path / "a") == before


def test_other_questions_are_refused(tmp_path: Path, strategies: Config) -> None:
    questions = Questions.of(strategies, None)
    with pytest.raises(InputError, match="sifted for other questions"):
        gather(fold([pile(FIRST)]), strategies, questions, Archive(tmp_path / "a"))
    assert not (tmp_path / "a").exists()


class _Killed(Exception):
    pass


def test_a_kill_at_any_write_is_made_good_by_the_next_run(
    tmp_path: Path, strategies: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather_module, "BATCH", 2)
    whole = tmp_path / "whole"
    gathered(whole, strategies, BASE)
    gathered(whole, strategies, [*BASE, UPDATE])
    for step in range(1, 100):
        archive = tmp_path / f"killed-{step}"
        gathered(archive, strategies, BASE)
        if not _killed_at(step, archive, strategies):
            break
        gathered(archive, strategies, [*BASE, UPDATE])
        assert verify(Archive(archive)).faults == ()
        assert digests(archive) == digests(whole)
    assert step > 8


def _killed_at(step: int, archive: Path, strategies: Config) -> bool:
    """Gather the update, dying before the n-th write; whether there was one."""
    writes = iter(range(1, 100))

    def mortal(write: object) -> object:
        def writing(*args: object) -> object:
            if next(writes) == step:
                raise _Killed
            return write(*args)  # type: ignore[operator]

        return writing

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive_module, "write_whole", mortal(archive_module.write_whole))
        for name in ("_append", "_publish"):
            patch.setattr(Archive, name, mortal(getattr(Archive, name)))
        try:
            gathered(archive, strategies, [*BASE, UPDATE])
        except _Killed:
            return True
    return False


def test_the_records_of_an_answer_are_those_of_the_files(
    tmp_path: Path, strategies: Config
) -> None:
    gathered(tmp_path / "a", strategies, BASE)
    store = Archive(tmp_path / "a")
    entry = next(store.entries("baseline", "efetch", "pubmed"))
    answer = store.answer(entry.answer)
    for one in (*FIRST.hits, *SECOND.hits):
        assert one.raw in answer
    assert entry.params["files"] == "pubmed26n0001.xml.gz pubmed26n0002.xml.gz"
    assert pmid_of(revised(FIRST.hits[0].raw, "2026-01-02")) == 5


REAL = ROOT.parent / "shared/data/pubmed_xml"
RECORD = re.compile(rb"<Pubmed(?:Book)?Article>.*?</Pubmed(?:Book)?Article>", re.DOTALL)


def test_records_of_pubmeds_own_files_are_archived_once(tmp_path: Path) -> None:
    """With all their oddities: what is archived is read again as what the files give."""
    if not REAL.exists():
        pytest.skip(f"{REAL} is not there: third-party records cannot be gathered")
    found = [
        raw for path in sorted(REAL.rglob("*.xml")) for raw in RECORD.findall(path.read_bytes())
    ]
    unique = {m[1]: raw for raw in found if (m := re.search(rb"<PMID[^>]*>(\d+)<", raw))}
    assert len(unique) > 50
    for number in (1, 2):
        publish(tmp_path / "files", number, [*unique.values()][number - 1 :: 2])
    (tmp_path / "search.yaml").write_text(
        "strategies: [{id: S1, label: All, query: '1900:3000[dp]'}]\n"
    )
    strategies = load(tmp_path / "search.yaml", "search")
    questions, store = Questions.of(strategies, None), Archive(tmp_path / "a")
    whole = fold(map(pile, sift(listed(tmp_path / "files"), questions)))
    assert gather(whole, strategies, questions, store).stored == len(unique)
    before = digests(tmp_path / "a")
    assert gather(whole, strategies, questions, store).stored == 0
    assert digests(tmp_path / "a") == before
    held, ledger = records(store, "baseline")
    assert {record.pmid.encode() for record in held} == unique.keys()
    assert not (*ledger.missing, *ledger.refused)
