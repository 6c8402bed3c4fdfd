"""Folding: in whatever groups files are joined, what stands is what a replay in order gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perennial.baseline.fold import Pile, fold, join, pile
from perennial.baseline.sifted import Hit, Refused, Sifted
from perennial.baseline.sifted_files import piles, read_sifted, write_sifted
from perennial.errors import InputError

PMIDS = st.integers(1, 6)
KEYS = st.tuples(PMIDS, st.integers(1, 3))


@st.composite
def sifted_files(draw: st.DrawFn) -> list[Sifted]:
    """Files that give, revise and delete a handful of records, some of them hits."""
    return [_drawn(draw, number) for number in range(1, draw(st.integers(1, 7)) + 1)]


def _drawn(draw: st.DrawFn, number: int) -> Sifted:
    present = draw(st.lists(KEYS, max_size=6))
    hits = draw(st.lists(st.sampled_from(present), unique=True)) if present else []
    return sifted(
        number,
        present,
        draw(st.lists(KEYS, max_size=3)),
        tuple(Hit(*key, ("S1",), b"<a>%d</a>" % number) for key in hits),
        latest=draw(st.sampled_from(["", "2026-01-01", "2026-02-01"])),
        refused=tuple(Refused(str(pmid), "no") for pmid in draw(st.lists(PMIDS, max_size=2))),
    )


def sifted(
    number: int,
    present: Sequence[tuple[int, int]] = (),
    deleted: Sequence[tuple[int, int]] = (),
    hits: tuple[Hit, ...] = (),
    *,
    asked: str = "q",
    latest: str = "2026-01-01",
    refused: tuple[Refused, ...] = (),
    year: int = 26,
) -> Sifted:
    name = f"pubmed{year}n{number:04}.xml.gz"
    told = (asked, latest, tuple(present), tuple(deleted), hits, refused)
    return Sifted(name, number, f"{number:032x}", *told)


def _replayed(files: Sequence[Sifted]) -> tuple[set[int], dict[int, tuple[int, Hit]]]:
    """What stands, and the hits among it, by going through all events one by one."""
    standing: dict[tuple[int, int], tuple[int, Hit] | None] = {}
    for file in files:
        hits = {(hit.pmid, hit.version): hit for hit in file.hits}
        for key in file.present:
            standing[key] = (file.number, hits[key]) if key in hits else None
        for key in file.deleted:
            standing.pop(key, None)
    highest: dict[int, tuple[int, int]] = {}
    for pmid, version in sorted(standing):
        highest[pmid] = (pmid, version)
    shown = {pmid: standing[key] for pmid, key in highest.items()}
    return set(highest), {pmid: found for pmid, found in shown.items() if found is not None}


def _told(whole: Pile) -> tuple[set[int], dict[int, tuple[int, Hit]]]:
    found = {pmid: (one.number, one.hit) for pmid, one in whole.found().items()}
    return set((whole.shown >> 8).tolist()), found


def _same(one: Pile, other: Pile) -> bool:
    assert one.events.tolist() == other.events.tolist()
    assert dict(one.hits) == dict(other.hits)
    told = [(p.files, p.asked, p.latest, p.refused) for p in (one, other)]
    return told[0] == told[1]


def _grouped(draw: st.DrawFn, parts: list[Pile]) -> Pile:
    """The files joined in an order of joining that is drawn, neighbours with neighbours."""
    while len(parts) > 1:
        at = draw(st.integers(0, len(parts) - 2))
        parts[at : at + 2] = [join(parts[at], parts[at + 1])]
    return parts[0]


@given(st.data(), sifted_files())
def test_any_grouping_gives_what_a_replay_in_order_gives(
    data: st.DataObject, files: list[Sifted]
) -> None:
    grouped = _grouped(data.draw, [pile(one) for one in files])
    assert _told(grouped) == _replayed(files)
    assert _same(grouped, fold(map(pile, files)))
    assert grouped.latest == max(file.latest for file in files)
    assert len(grouped.refused) == sum(len(file.refused) for file in files)


@given(sifted_files())
def test_a_group_on_disk_is_what_was_sifted(
    tmp_path_factory: pytest.TempPathFactory, files: list[Sifted]
) -> None:
    folder = tmp_path_factory.mktemp("group")
    write_sifted(folder / "a.parquet", files)
    write_sifted(folder / "b.parquet", iter(files))
    assert (folder / "a.parquet").read_bytes() == (folder / "b.parquet").read_bytes()
    assert read_sifted(folder / "a.parquet") == tuple(files)
    assert _same(fold(piles(folder / "a.parquet")), fold(map(pile, files)))


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([1, 3], "not the next file"),
        ([2, 1], "out of order"),
        ([1, 1], "out of order, or twice"),
        ([1, 2, 2], "pubmed26n0002.xml.gz cannot follow pubmed26n0002.xml.gz"),
        ([1, 2, 1, 2], "out of order"),
    ],
)
def test_files_that_do_not_follow_each_other(numbers: list[int], said: str) -> None:
    with pytest.raises(InputError, match=said):
        fold(pile(sifted(number)) for number in numbers)


def test_other_questions_and_other_years_are_refused() -> None:
    with pytest.raises(InputError, match="different questions"):
        join(pile(sifted(1)), pile(sifted(2, asked="p")))
    with pytest.raises(InputError, match="different years"):
        join(pile(sifted(1, year=25)), pile(sifted(2)))
    with pytest.raises(InputError, match="nothing was sifted"):
        fold([])


def test_the_highest_version_that_stands_is_shown() -> None:
    first = Hit(7, 1, ("S1",), b"first")
    both = sifted(1, [(7, 1), (7, 2)], hits=(first,))
    assert pile(both).found() == {}  # the second version no longer answers
    gone = join(pile(both), pile(sifted(2, deleted=[(7, 2)])))
    assert [one.hit for one in gone.found().values()] == [first]
    none = join(gone, pile(sifted(3, deleted=[(7, 1)])))
    assert len(none.shown) == 0


@pytest.mark.parametrize("key", [(0, 1), (-1, 1), (5, 256), (2**40, 1)])
def test_numbers_that_no_record_has_are_refused(tmp_path: Path, key: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="pubmed26n0001"):
        write_sifted(tmp_path / "a.parquet", [sifted(1, [key])])


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"<html>"])
def test_a_file_that_is_no_group(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(damage)
    with pytest.raises(InputError, match="not a group of sifted files"):
        read_sifted(path)
    write_sifted(path, [sifted(1, [(1, 1)])])
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="not a group of sifted files"):
        list(piles(path))
