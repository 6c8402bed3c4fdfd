"""The records table in parts: of what the archive holds, only what is new is parsed.

A part is remembered under the ids that stand in it and the answers that gave them. One that is
not remembered is made of the part that stood there before, row by row, and of the archive.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

from perennial.archive import Archive
from perennial.imports.ids import from_pubmed, sort_key
from perennial.ledger import Absence
from perennial.memo import Memo, key
from perennial.parted.cuts import cut, ends, name
from perennial.parted.layout import Layout, encoded_rows, rows_within
from perennial.record import Record
from perennial.records import answered, row
from perennial.sources import made_by
from perennial.tables import csv_rows

# An id and what gave its record: the SHA-256 of an answer, or of what an import says.
Given: TypeAlias = tuple[str, str]
Sheet: TypeAlias = Callable[[bytes], object]  # takes the rows of a CSV, part by part


@dataclass
class Written:
    """What became of the ids: those of which their answer gives no record, and the refused."""

    unread: list[str] = field(default_factory=list)
    refused: list[Absence] = field(default_factory=list)


class Making:
    """How the parts are made: from the memo, from the parts before them, from the archive."""

    def __init__(
        self, archive: Archive, newest: Mapping[str, str], added: Iterable[Record], memo: Memo
    ) -> None:
        self._memo, self._code = memo, made_by("perennial.parted.records", "lxml", "pyarrow")
        self._added = {record.pmid: record for record in added}
        said = {pmid: _digest(repr(record)) for pmid, record in self._added.items()}
        self._given = {**newest, **said}
        self._answers = _Answers(archive, newest)

    def write(self, table: Layout, sheet: Sheet | None) -> Written:
        """Write every part, in order."""
        done = Written()
        parts = [[(id_, self._given[id_]) for id_ in ids] for ids in cut(self._ids(), str)]
        for given, behind in pairwise([*parts, []]):
            told = self._recalled(given, table, sheet) or self._made(given, behind, table, sheet)
            done.unread += told["unread"]
            done.refused += [Absence(*each) for each in told["refused"]]
        return done

    def _ids(self) -> list[str]:
        """All ids in the order of the table: PMIDs by number, then those of imports."""
        others = [id_ for id_ in self._added if not from_pubmed(id_)]
        numbers = self._given.keys() - set(others) if others else self._given
        return [*sorted(numbers, key=int), *sorted(others, key=sort_key)]

    def _recalled(
        self, given: Sequence[Given], table: Layout, sheet: Sheet | None
    ) -> dict[str, Any] | None:
        kept = self._memo.recall(self._key(given))
        if kept is None:
            return None
        told: dict[str, Any] = json.loads(kept)
        rows = self._memo.recall(key("rows of csv", self._code, told["digest"])) if sheet else b""
        if rows is None or not table.lay(_name(given), told["digest"]):
            return None
        if sheet:
            sheet(rows)
        return told

    def _made(
        self, given: Sequence[Given], behind: Sequence[Given], table: Layout, sheet: Sheet | None
    ) -> dict[str, Any]:
        before = self._before(given) or self._before(behind) or self._before(())
        found, refused = self._read(given, before)
        rows = [found[id_] for id_, _ in given if id_ in found]
        data = encoded_rows(rows, Record)
        table.put(_name(given), data)
        digest = hashlib.sha256(data).hexdigest()
        told = {
            "digest": digest,
            "unread": [id_ for id_, _ in given if id_ not in found and id_ not in refused],
            "refused": list(refused.items()),
        }
        if sheet is not None:
            cells = csv_rows(map(row, rows))
            sheet(cells)
            self._memo.keep(key("rows of csv", self._code, digest), cells)
        self._memo.keep(self._key(given), json.dumps(told).encode())
        whole = json.dumps({"digest": digest, "given": given}).encode()
        self._memo.keep(self._slot(given), whole)
        return told

    def _read(
        self, given: Sequence[Given], before: Mapping[Given, Record]
    ) -> tuple[dict[str, Record], dict[str, str]]:
        found = {id_: before[id_, by] for id_, by in given if (id_, by) in before}
        found |= {id_: self._added[id_] for id_, _ in given if id_ in self._added}
        return self._answers.complete(found, [id_ for id_, _ in given if id_ not in found])

    def _before(self, given: Sequence[Given]) -> dict[Given, Record]:
        """The rows of the part that ended here when last one was made."""
        kept = self._memo.recall(self._slot(given))
        if kept is None:
            return {}
        told: dict[str, Any] = json.loads(kept)
        data = self._memo.read(told["digest"])
        rows = {record.pmid: record for record in (rows_within(data, Record) if data else ())}
        return {(id_, by): rows[id_] for id_, by in told["given"] if id_ in rows}

    def _key(self, given: Sequence[Given]) -> str:
        return key("part of records", self._code, "\n".join(map(" ".join, given)))

    def _slot(self, given: Sequence[Given]) -> str:
        """The place of a part: the id that ends it, or the end of the table."""
        last = given[-1][0] if given else ""
        return key("place in records", self._code, last if ends(last) else "")


class _Answers:
    """The archive's answers, each parsed once, when the first of its records is asked for."""

    def __init__(self, archive: Archive, newest: Mapping[str, str]) -> None:
        self._archive, self._newest = archive, newest
        self._read: set[str] = set()
        self._found: dict[str, Record] = {}
        self._refused: dict[str, str] = {}

    def complete(
        self, found: dict[str, Record], pmids: Sequence[str]
    ) -> tuple[dict[str, Record], dict[str, str]]:
        """``found`` and the records of ``pmids``, which leave this; and why some are refused."""
        for digest in dict.fromkeys(self._newest[pmid] for pmid in pmids):
            if digest not in self._read:
                self._parse(digest)
        found |= {pmid: self._found.pop(pmid) for pmid in pmids if pmid in self._found}
        return found, {pmid: self._refused[pmid] for pmid in pmids if pmid in self._refused}

    def _parse(self, digest: str) -> None:
        self._read.add(digest)
        given, unread = answered(self._archive, digest, self._newest)
        self._found.update(given)
        self._refused.update(unread)


def _name(given: Sequence[Given]) -> str:
    return name(id_ for id_, _ in given)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
