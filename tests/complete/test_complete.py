"""A result above the cap is the whole truth, in few requests, or it is an error."""

from __future__ import annotations

import os
import random
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from crowded import CROWDS, SIZE, TODAY, Records, Server, crowded, least_by_uid
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from perennial import entrez
from perennial.archive import Archive
from perennial.canonical import from_json, to_json
from perennial.complete import CAP, CEILING, Complete, Given, complete
from perennial.config import load
from perennial.entrez import Source
from perennial.errors import InputError, SourceError
from perennial.eutils.server import listening
from perennial.ledger import Search
from perennial.search import search

LONG = os.environ.get("PERENNIAL_LONG") == "1"
STRATEGIES = "strategies:\n  - {id: S1, label: all, query: 'x[ti]'}\n"


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(entrez.pace, "SPACING", 0.0)


def searched(server: Server, folder: Path, since: str = "") -> Search:
    config = folder / "search.yaml"
    config.write_text(STRATEGIES, "utf-8")
    with listening(server.respond, today=TODAY.isoformat()) as url:
        source, archive = Source("test", url), Archive(folder / "archive")
        return search(load(config, "search"), source, archive, since)


@pytest.mark.parametrize("seed", range(20) if LONG else range(3))
def test_sixty_thousand_records_in_few_requests(seed: int, tmp_path: Path) -> None:
    server = Server(crowded(seed))
    assert sorted(CROWDS)[-1] > CAP and sum(CROWDS) == 31_500
    run = searched(server, tmp_path)
    found = run.strategies[0]
    assert set(found.ids) == server.records.ids
    assert len(found.ids) == found.count == SIZE
    assert server.searches <= 1.25 * least_by_uid(server.records)


def test_the_ledger_holds_slices_that_tile_the_result(tmp_path: Path) -> None:
    run = searched(Server(crowded(7)), tmp_path)
    slices = run.strategies[0].slices
    assert from_json(to_json(run), Search) == run
    bounds = [tuple(map(int, one.narrowed.removesuffix("[uid]").split(":"))) for one in slices]
    assert [high for _, high in bounds] == [CEILING, *(low - 1 for low, _ in bounds[:-1])]
    assert bounds[-1][0] == 1
    archive, listed = Archive(tmp_path / "archive"), []
    for one in slices:
        trees = [etree.fromstring(archive.answer(digest)) for digest in one.answers]
        ids = [node.text for tree in trees for node in tree.iterfind("IdList/Id")]
        assert len(ids) == one.count <= CAP
        listed += ids
    assert sorted(listed) == sorted(run.strategies[0].ids)


def test_a_source_that_heeds_no_order_costs_requests_and_nothing_else(tmp_path: Path) -> None:
    server = Server(crowded(1), sorts=False)
    assert set(searched(server, tmp_path).pmids) == server.records.ids
    assert server.searches <= 3 * least_by_uid(server.records)


@pytest.mark.parametrize("over", [0, 1])
def test_the_cap_itself_takes_one_request_and_one_more_record_three(
    over: int, tmp_path: Path
) -> None:
    server = Server(crowded(2, CAP + over, ()))
    found = searched(server, tmp_path).strategies[0]
    assert set(found.ids) == server.records.ids
    assert (server.searches, len(found.slices)) == ((3, 2) if over else (1, 1))


def test_the_server_keeps_the_cap_in_its_three_faces() -> None:
    server = Server(crowded(3, CAP + 100, ()))
    with listening(server.respond, today=TODAY.isoformat()) as url:

        def got(question: str) -> etree._Element:
            with urllib.request.urlopen(f"{url}{question}", timeout=30) as answer:
                return etree.fromstring(answer.read())

        whole = got("esearch.fcgi?term=(x[ti])&retmax=10000")
        assert whole.findtext("Count") == str(CAP + 100)
        assert len(whole.findall("IdList/Id")) == CAP
        beyond = got(f"esearch.fcgi?term=(x[ti])&retstart={CAP}")
        assert "cannot be larger than 9998" in beyond.findtext("ERROR", "")
        with pytest.raises(urllib.error.HTTPError) as raised:
            got(f"efetch.fcgi?WebEnv=W&query_key=1&retstart={CAP}")
        with raised.value as refused:
            assert refused.code == 400


def test_the_server_knows_days_of_entry() -> None:
    records = crowded(4)
    days, counts = np.unique(records.days, return_counts=True)
    crowd = days[counts > CAP]
    assert sorted(counts)[-3:] >= sorted(CROWDS)
    assert len(crowd) >= 1


def asking(held: Callable[[], list[int]], cap: int) -> Callable[[str], Given]:
    """``held`` is the list at each request, in the order in which the source would list it."""

    def asked(narrowed: str) -> Given:
        listed = held()
        low, high = map(int, (narrowed.removesuffix("[uid]") or f"1:{CEILING}").split(":"))
        found = [str(pmid) for pmid in listed if low <= pmid <= high]
        return Given(len(found), tuple(found[:cap]), narrowed)

    return asked


def completed(asked: Callable[[str], Given], cap: int) -> Complete:
    return complete(asked, asked(""), cap)


# Dense, sparse, and clustered; up to the ceiling itself.
PMIDS = st.one_of(
    st.lists(st.integers(1, 60), unique=True, max_size=60),
    st.lists(st.integers(1, CEILING), unique=True, max_size=60),
    st.lists(
        st.tuples(st.sampled_from([0, 10**4, 10**7, CEILING - 100]), st.integers(1, 100)).map(sum),
        unique=True,
        max_size=90,
    ),
)


@settings(max_examples=2000 if LONG else 300)
@given(pmids=PMIDS, cap=st.integers(1, 12), order=st.sampled_from(["as drawn", "up", "down"]))
def test_any_distribution_is_given_whole(pmids: list[int], cap: int, order: str) -> None:
    listed = pmids if order == "as drawn" else sorted(pmids, reverse=order == "down")
    result = completed(asking(lambda: listed, cap), cap)
    assert result.ids == tuple(map(str, sorted(pmids, reverse=True)))
    assert all(one.count <= cap for one in result.slices)
    assert sum(one.count for one in result.slices) == len(pmids)


def drifting(seed: int, come: float, go: float) -> Iterator[list[int]]:
    """A list that loses and gains records between requests, seeded."""
    chance = random.Random(seed)
    held = chance.sample(range(1, 10**6), 60)
    while True:
        yield list(held)
        if chance.random() < come:
            held.insert(chance.randrange(len(held) + 1), chance.randrange(10**6, 10**7))
        if chance.random() < go:
            held.pop(chance.randrange(len(held)))


@pytest.mark.parametrize(("come", "go"), [(0.02, 0.0), (0.0, 0.02), (0.3, 0.0), (0.05, 0.05)])
def test_drift_converges_or_fails(come: float, go: float) -> None:
    outcomes = set()
    for seed in range(2000 if LONG else 150):
        history: list[set[str]] = []
        moments = drifting(seed, come, go)

        def held(moments=moments, history=history) -> list[int]:
            now = next(moments)
            history.append(set(map(str, now)))
            return now

        try:
            result = set(completed(asking(held, 10), 10).ids)
        except SourceError as error:
            assert "do not add up" in str(error) or "announced" in str(error)
            outcomes.add("failed")
            continue
        outcomes.add("gave")
        assert set.intersection(*history) <= result <= set.union(*history)
        if not (come and go):  # exact for one moment
            assert result in history
    assert "gave" in outcomes
    assert ("failed" in outcomes) == (come == 0.3)


def come(server: Server) -> None:
    """One more record, with a PMID above all others."""
    old = server.records
    server.records = Records(
        np.append(old.pmids, old.pmids.max() + 1),
        np.append(old.days, TODAY.toordinal()),
        np.append(old.authors, -1),
    )


def test_a_record_that_comes_meanwhile_costs_a_recount(tmp_path: Path) -> None:
    def change(server: Server) -> None:
        if server.searches == 2:
            come(server)

    server = Server(crowded(5, 25_000, (12_000,)), change=change)
    found = searched(server, tmp_path).strategies[0]
    assert set(found.ids) == server.records.ids
    assert found.count == 25_001 == sum(one.count for one in found.slices)
    assert server.searches == least_by_uid(server.records) + 1


def test_a_source_that_never_rests_gives_no_ledger(tmp_path: Path) -> None:
    server = Server(crowded(6, 25_000, (12_000,)), change=come)
    with pytest.raises(SourceError, match=r"strategy S1: .*do not add up.*25,002 of 25,001, then"):
        searched(server, tmp_path)
    assert not list((tmp_path / "archive").glob("searches/*"))


@pytest.mark.parametrize(
    ("ids", "count", "complaint"),
    [
        (("5", "6"), 3, "3 records announced, 2 ids given"),
        (("5", "5"), 2, "2 records announced, 1 ids given"),
        (("5", "5", "6"), 2, "2 records announced, 2 ids given"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused(ids, count: int, complaint: str) -> None:
    with pytest.raises(SourceError, match=complaint):
        completed(lambda _: Given(count, ids, ""), 10)


def test_a_source_that_ignores_the_range_is_found_out() -> None:
    numbers = tuple(map(str, range(1, 21)))
    calls = iter([Given(20, numbers[:10], "")] + [Given(9, numbers[:9], "")] * 9)
    with pytest.raises(SourceError, match="the source gave 1"):
        completed(lambda _: next(calls), 10)


def test_a_source_that_gives_too_many_for_one_pmid_is_an_error() -> None:
    with pytest.raises(SourceError, match="more than 10 records are said to have PMID"):
        completed(lambda _: Given(11, tuple(map(str, range(1, 11))), ""), 10)


def test_an_update_asks_for_what_is_new_and_says_so(tmp_path: Path) -> None:
    asked = []

    class Updated(Server):
        def _found(self, term: str, sort: str) -> list[int]:
            asked.append(term)
            assert term.startswith("(x[ti]) AND (")
            return [1, 2]

    run = searched(Updated(crowded(0, 10, ())), tmp_path, since="2026-06-01")
    new = "(2026/06/01:3000[crdt] OR 2026/06/01:3000[edat] OR 2026/06/01:3000[mhda])"
    assert asked == [f"(x[ti]) AND {new}"]
    assert run.since == "2026-06-01"
    assert run.strategies[0].sent == "(x[ti])"
    assert [one.narrowed for one in run.strategies[0].slices] == [new]


def test_an_update_needs_a_day(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'June' is not a date"):
        searched(Server(crowded(0, 10, ())), tmp_path, since="June")


def test_an_id_that_is_no_number_is_refused(tmp_path: Path) -> None:
    class Odd(Server):
        def _found(self, term: str, sort: str) -> list[int]:
            return ["../1"]  # type: ignore[list-item]

    with pytest.raises(SourceError, match=r"gave '\.\./1' for a count"):
        searched(Odd(crowded(0, 10, ())), tmp_path)
