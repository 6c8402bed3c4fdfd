"""Screening part by part: of each record, only a criterion that is new to it is asked.

What is remembered of a part lies in two layers. What the query of a criterion found is kept
under the part and what the query means, so that an edit asks that one criterion alone. The rows
of the outcome are kept under those, the criteria's other settings, and the notices and decisions
that bear on the part, so that a decision settles its own part anew and asks nothing.

A part that is new is compared with the one that stood there before, record by record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import pyarrow as pa

from perennial.memo import Memo, key
from perennial.parted.cuts import cut, ends, name
from perennial.parted.layout import Layout, Part, encoded_rows
from perennial.preview.protocol import digest as meaning
from perennial.query import Mesh, Panel, Query, Result, Span
from perennial.record import Record
from perennial.screen import NOT_MET, Bench, Criterion
from perennial.screened import Screened
from perennial.sources import made_by
from perennial.step import earlier

_PACKED = pa.Codec("zstd")


@dataclass(frozen=True)
class Row:
    """What the outcome of a record depends on, but for the criteria."""

    pmid: str
    digest: str  # of the whole record
    abstract: bool  # whether there is one


@dataclass(frozen=True)
class Outcome:
    """What became of the records of a part."""

    digest: str  # SHA-256 of the rows as a parquet table
    counts: Mapping[str, int]  # by outcome
    included: tuple[str, ...]


@dataclass(frozen=True)
class Docket:
    """What bears on records but their words: notices, decisions, and who is not screened."""

    bench: Bench
    aside: frozenset[str]  # copies, and notices about others

    @cached_property
    def concerned(self) -> frozenset[str]:
        """The ids that any of it bears on."""
        return self.aside.union(self.bench.kinds, self.bench.verdicts)

    def on(self, ids: Iterable[str]) -> str:
        """What bears on some records, in words."""
        kinds, verdicts = self.bench.kinds, self.bench.verdicts
        return repr(
            [
                (id_, sorted(kinds.get(id_, ())), verdicts.get(id_), id_ in self.aside)
                for id_ in sorted(self.concerned.intersection(ids))
            ]
        )


class Screening:
    """Parts of the records table screened by one protocol, with what is remembered of them."""

    def __init__(self, criteria: Sequence[Criterion], mesh: Mesh | None, memo: Memo) -> None:
        self._criteria, self._mesh, self._memo = criteria, mesh, memo
        self._code = made_by("perennial.parted.screen", "nupunkt", "pyarrow")
        self._ids: dict[str, list[str]] = {}

    def ids(self, part: Part[Record]) -> list[str]:
        """The ids of a part's records, in order."""
        if part.digest not in self._ids:
            here = key("ids", self._code, part.digest)
            kept = self._memo.recall(here)
            if kept is None:
                ids = [record.pmid for record in part.rows()]
                self._memo.keep(here, "\n".join(ids).encode())
            else:
                ids = kept.decode().split("\n") if kept else []
            self._ids[part.digest] = ids
        return self._ids[part.digest]

    def judge(self, part: Part[Record], docket: Docket, table: Layout | None = None) -> Outcome:
        """Screen a part, and add the rows of the outcome to ``table``."""
        ids = self.ids(part)
        here = key("screened", self._code, part.digest, self._protocol, docket.on(ids))
        kept = self._memo.recall(here)
        if kept is not None:
            told = json.loads(kept)
            if table is None or table.lay(name(ids), told["digest"]):
                return Outcome(told["digest"], told["counts"], tuple(told["included"]))
        rows = self._settled(part, docket)
        data = encoded_rows(rows, Screened)
        if table is not None:
            table.put(name(ids), data)
        else:
            self._memo.hold(data)
        return self._kept(here, rows, hashlib.sha256(data).hexdigest())

    def _kept(self, here: str, rows: Sequence[Screened], digest: str) -> Outcome:
        counts: dict[str, int] = {}
        for row in rows:
            counts[row.outcome] = counts.get(row.outcome, 0) + 1
        included = [row.pmid for row in rows if row.outcome == "include"]
        told = {"digest": digest, "counts": counts, "included": included}
        self._memo.keep(here, json.dumps(told).encode())
        return Outcome(digest, counts, tuple(included))

    def _settled(self, part: Part[Record], docket: Docket) -> list[Screened]:
        asked = _Asked(part, self._memo, self._code, self._panel)
        found = asked.answers(question.key for question in self._queries)
        own, settle = [(q.criterion, found[q.key]) for q in self._queries], docket.bench.settle
        return [
            settle(row.pmid, row.abstract, {id_: results[at] for id_, results in own})
            for at, row in enumerate(asked.rows)
            if row.pmid not in docket.aside
        ]

    @cached_property
    def _protocol(self) -> str:
        plain = [
            (c.id, c.action, c.label, c.reason, c.integrity, c.stage, c.without_abstract)
            for c in self._criteria
        ]
        return key(repr(plain), *(asked.key for asked in self._queries))

    @cached_property
    def _queries(self) -> list[_Question]:
        known: dict[Query, str] = {}
        here = Bench(self._criteria, {}, {}).here
        return [_Question.of(c, self._mesh, known) for c in here if c.query is not None]

    @cached_property
    def _panel(self) -> Callable[[frozenset[str]], Panel]:
        """Queries to be asked together, by their keys; two criteria may have the same."""
        queries = {asked.key: asked.query for asked in self._queries}

        @cache
        def panel(wanted: frozenset[str]) -> Panel:
            return Panel({key_: queries[key_] for key_ in queries if key_ in wanted}, self._mesh)

        return panel


@dataclass(frozen=True)
class _Question:
    """The query of a criterion, and a key for what it means."""

    criterion: str
    query: Query
    key: str

    @classmethod
    def of(cls, criterion: Criterion, mesh: Mesh | None, known: dict[Query, str]) -> _Question:
        if criterion.query is None:
            raise ValueError(criterion.id)
        means = meaning(criterion.query, mesh, known)
        return cls(criterion.id, criterion.query, key(str(mesh is None), means))


class _Asked:
    """What queries find in the records of one part, by the query's key."""

    def __init__(
        self,
        part: Part[Record],
        memo: Memo,
        code: str,
        panel: Callable[[frozenset[str]], Panel],
    ) -> None:
        self._part, self._memo, self._code, self._panel = part, memo, code, panel
        self.rows = self._recalled_rows(part.digest) or self._told_rows()

    def answers(self, keys: Iterable[str]) -> dict[str, list[Result]]:
        """What each query found in each record."""
        wanted = dict.fromkeys(keys)
        kept = {each: self._recalled(self._part.digest, each) for each in wanted}
        found = {each: results for each, results in kept.items() if results is not None}
        new = frozenset(wanted.keys() - found.keys())
        return found | self._ask(new) if new else found

    def _ask(self, keys: frozenset[str]) -> dict[str, list[Result]]:
        """Ask of each record what it was not asked in the part that stood here before."""
        before, panel, records = self._before(keys), self._panel(keys), _Lazily(self._part)
        found = [
            before.get(row.digest) or panel.ask(records[at]) for at, row in enumerate(self.rows)
        ]
        told = {each: [of_record[each] for of_record in found] for each in sorted(keys)}
        for each, results in told.items():
            self._memo.keep(self._key(self._part.digest, each), _packed(results))
        last = self.rows[-1].pmid if self.rows else ""
        self._memo.keep(self._slot(last), self._part.digest.encode())
        return told

    def _before(self, keys: Iterable[str]) -> dict[str, Mapping[str, Result]]:
        """What is known of records that stood here before, by their digest; all of it or none."""
        slots = (self._slot(self.rows[-1].pmid), self._slot("")) if self.rows else ()
        digest = next(filter(None, map(self._memo.recall, slots)), b"").decode()
        rows = self._recalled_rows(digest) if digest else None
        if not rows:
            return {}
        kept = {each: self._recalled(digest, each) for each in keys}
        found = {each: results for each, results in kept.items() if results is not None}
        if len(found) < len(kept):
            return {}
        told = ({each: results[at] for each, results in found.items()} for at in range(len(rows)))
        return dict(zip((row.digest for row in rows), told, strict=True))

    def _recalled(self, digest: str, question: str) -> list[Result] | None:
        kept = self._memo.recall(self._key(digest, question))
        return _unpacked(kept) if kept is not None else None

    def _recalled_rows(self, digest: str) -> list[Row] | None:
        kept = self._memo.recall(key("rows", self._code, digest))
        return [Row(*row) for row in json.loads(kept)] if kept is not None else None

    def _told_rows(self) -> list[Row]:
        rows = [_row(record) for record in self._part.rows()]
        plain = [(row.pmid, row.digest, row.abstract) for row in rows]
        self._memo.keep(key("rows", self._code, self._part.digest), json.dumps(plain).encode())
        return rows

    def _key(self, digest: str, question: str) -> str:
        return key("asked", self._code, digest, question)

    def _slot(self, last: str) -> str:
        """The place of a part: the id that ends it, or the end of the table."""
        return key("place in screening", self._code, last if ends(last) else "")


class _Lazily:
    """The records of a part, read when the first is needed."""

    def __init__(self, part: Part[Record]) -> None:
        self._part = part

    @cached_property
    def _records(self) -> list[Record]:
        return self._part.rows()

    def __getitem__(self, at: int) -> Record:
        return self._records[at]


def _row(record: Record) -> Row:
    digest = hashlib.sha256(repr(record).encode()).hexdigest()
    return Row(record.pmid, digest, bool(record.abstract))


def _packed(results: Iterable[Result]) -> bytes:
    """Null for what does not hold, else its spans."""
    plain = [list(map(list, result.spans)) if result.holds else None for result in results]
    data = json.dumps(plain, ensure_ascii=False).encode()
    return len(data).to_bytes(8, "big") + _PACKED.compress(data, asbytes=True)


def _unpacked(data: bytes) -> list[Result]:
    size = int.from_bytes(data[:8], "big")
    plain: list[Any] = json.loads(_PACKED.decompress(data[8:], size, asbytes=True))
    return [
        NOT_MET if spans is None else Result(True, tuple([Span(*span) for span in spans]))
        for spans in plain
    ]


def before_change(
    parts: Iterable[tuple[Part[Record], Sequence[str]]],
    former: Mapping[str, Record],
    new: AbstractSet[str],
) -> Iterator[Part[Record]]:
    """The parts of the table before a change; ``parts`` are those of today, each with its ids.

    Parts that it did not touch are the same, and the others are cut as they were.
    """
    moved = former.keys() | new
    rest: list[Record] = []
    some = False
    for part, ids in parts:
        if not rest and moved.isdisjoint(ids):
            yield part
            some = True
            continue
        *whole, rest = cut([*rest, *earlier(part.rows(), former, new)], lambda r: r.pmid)
        if rest and ends(rest[-1].pmid):
            whole, rest = [*whole, rest], []
        for rows in whole:
            yield _part(rows)
            some = True
    if rest or not some:
        yield _part(rest)


def _part(rows: list[Record]) -> Part[Record]:
    return Part(hashlib.sha256(encoded_rows(rows, Record)).hexdigest(), lambda: rows)
