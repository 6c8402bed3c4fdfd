"""Made-up files of PubMed's yearly baseline: as large as real ones, laid out as they are.

    python benchmarks/baseline/made_up.py FOLDER --files 2 --records 30000 --updates 1

Nothing is taken from PubMed: words, names and titles are invented, PMIDs begin at 90,000,000
(PubMed stood at 42 million in 2026), DOIs at 10.5555, which belongs to nobody. What is real is how
long things are and how often oddities occur: shares counted in a few hundred records of public
test sets, and estimated where those say little. A real file holds records of one time, whereas each
of these is a cross-section: a third old and short, the others newer and longer.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import get_args

import layout
from inventing import Oddities, Writer
from vocabulary import DEFAULT, Rates, Vocabulary

FIRST_PMID = 90_000_000
_STEPS = (1, 1, 1, 1, 1, 1, 1, 2, 2, 3)  # from a PMID to the next: some are never given out


@dataclass(frozen=True, slots=True)
class Written:
    """A file as written: its number, PMIDs in their order, what it deletes, its MD5."""

    path: Path
    number: int
    pmids: tuple[int, ...]
    deleted: tuple[int, ...]
    md5: str


def write_file(
    path: str | Path,
    number: int,
    records: int = 30_000,
    seed: int = 0,
    first_pmid: int | None = None,
    oddities: Oddities = "real",
    rates: Rates = DEFAULT,
    *,
    words: Sequence[str] | None = None,
    revised: Sequence[int] = (),
    deleted: Sequence[int] = (),
    books: int = 0,
    level: int = 6,
) -> Written:
    """Write one file (``.gz`` by its name) and its MD5 beside it.

    ``number`` is that of the file; the same number, seed and so on give the same bytes.
    ``first_pmid`` is by default one that leaves room for the files before. ``words`` are what
    ``oddities="adversarial"`` spells by its tricks, by default those of ``rates``; "strange"
    adds comments, CDATA and instructions, which NLM never writes. ``revised`` PMIDs come before
    the new ones, ``deleted`` ones at the end. ``books`` records are chapters, which a real
    baseline has none of.
    """
    chance = random.Random(f"{seed} {number}")  # noqa: S311 - chance, not secrecy
    first = FIRST_PMID + 3 * records * (number - 1) if first_pmid is None else first_pmid
    pmids = (*sorted(revised), *_rising(first, records, chance))
    phrases = tuple(words or rates.words)
    writer = Writer(_vocabulary(seed), chance, oddities, rates, phrases, number)
    chapters = frozenset(chance.sample(range(len(pmids)), books))
    parts = (writer.book(p) if at in chapters else writer.article(p) for at, p in enumerate(pmids))
    md5 = _write(Path(path), chain((layout.HEAD,), parts, (_deletion(deleted), layout.FOOT)), level)
    return Written(Path(path), number, pmids, tuple(deleted), md5)


def write_baseline(
    folder: str | Path,
    files: int,
    records: int = 30_000,
    updates: int = 0,
    seed: int = 0,
    oddities: Oddities = "real",
    rates: Rates = DEFAULT,
    *,
    words: Sequence[str] | None = None,
    year: int = 26,
    level: int = 6,
) -> list[Written]:
    """Write ``files`` of the baseline and ``updates`` after them, numbered on as NLM does.

    An update revises three of five of its records (their PMIDs are of earlier files), adds the
    others, and deletes a few that earlier files gave, as well as one that none did.
    """
    written: list[Written] = []
    for number in range(1, files + updates + 1):
        path = Path(folder) / f"pubmed{year}n{number:04}.xml.gz"
        first = written[-1].pmids[-1] + 1 if written else FIRST_PMID
        changes = _changes(written, records, seed) if number > files else _NO_CHANGES
        written.append(
            write_file(
                path, number, records - len(changes[0]), seed, first, oddities, rates,
                words=words, revised=changes[0], deleted=changes[1], level=level,
            )
        )  # fmt: skip
    return written


_NO_CHANGES: tuple[Sequence[int], Sequence[int]] = ((), ())


def _changes(
    before: Sequence[Written], records: int, seed: int
) -> tuple[Sequence[int], Sequence[int]]:
    """PMIDs that an update revises, and that it deletes."""
    chance = random.Random(f"{seed} changes {len(before)}")  # noqa: S311 - chance, not secrecy
    gone = {pmid for file in before for pmid in file.deleted}
    known = sorted({pmid for file in before for pmid in file.pmids} - gone)
    many, few = records * 3 // 5, max(1, records // 2_000)
    drawn = chance.sample(known, min(len(known), many + few))
    return drawn[few:], (*sorted(drawn[:few]), 99_999_999)


def _rising(first: int, count: int, chance: random.Random) -> Iterator[int]:
    for step in chance.choices(_STEPS, k=count):
        yield first
        first += step


def _deletion(pmids: Iterable[int]) -> str:
    lines = "".join(map(layout.DELETED.format, pmids))
    return layout.DELETION.format(lines) if lines else ""


def _write(path: Path, parts: Iterable[str], level: int) -> str:
    """Write ``parts``, compressed without a time or a name, and the MD5 as NLM words it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", level, raw, mtime=0) as packed:
                packed.writelines(part.encode() for part in parts)
        else:
            raw.writelines(part.encode() for part in parts)
    md5 = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    path.with_name(path.name + ".md5").write_text(f"MD5({path.name})= {md5}\n")
    return md5


@cache
def _vocabulary(seed: int) -> Vocabulary:
    return Vocabulary.of(seed)


def main() -> None:
    """Write a baseline and say what was written."""
    reader = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    reader.add_argument("folder", type=Path)
    reader.add_argument("--files", type=int, default=1)
    reader.add_argument("--records", type=int, default=30_000, help="in each file")
    reader.add_argument("--updates", type=int, default=0, help="files after those")
    reader.add_argument("--seed", type=int, default=0)
    reader.add_argument("--oddities", choices=get_args(Oddities), default="real")
    given = reader.parse_args()
    for file in write_baseline(
        given.folder, given.files, given.records, given.updates, given.seed, given.oddities
    ):
        size = file.path.stat().st_size / 1e6
        print(
            f"{file.path}: {len(file.pmids):,} records, {len(file.deleted)} deleted, {size:.1f} MB"
        )


if __name__ == "__main__":
    main()
