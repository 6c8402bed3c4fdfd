"""The tables that go with the review, each written as CSV and parquet from the same rows.

CSV is for programs, and safe where a spreadsheet opens it: no cell runs. It has no byte order
mark, which Python and R take into the first column's name; people have the workbook instead
(``workbook``). Parquet keeps types, lists and every character as it was.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from perennial.passage import Statement
from perennial.render.dictionary import BOOLEAN, INTEGER, LIST, STRING, Column, columns, hints_of
from perennial.render.review import Review
from perennial.screened import Screened
from perennial.study import Study
from perennial.tables import csv_bytes

_FIRST = (
    *("pmid", "factor", "direction", "condition", "site", "model"),
    *("quote", "section", "start", "end"),
)
_SCREENING: dict[str, Any] = {
    **{"pmid": str, "outcome": str, "criterion": str, "matched": tuple[str, ...]},
    **{"reason": str, "decided_by": str, "title": str},
}
_ARROW = {
    STRING: pa.string(),
    INTEGER: pa.int64(),
    BOOLEAN: pa.bool_(),
    LIST: pa.list_(pa.string()),
}


@dataclass(frozen=True)
class Table:
    """A table of the review; a cell is a str, an int, a bool or a tuple of str."""

    name: str
    title: str
    key: str  # the column that names a row
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


def tables(review: Review) -> tuple[Table, ...]:
    """Evidence, studies and screening, with their columns described."""
    return evidence(review), studies(review), screening(review)


def evidence(review: Review) -> Table:
    """One row per statement, with its exact quote.

    ``set_aside`` is true where the study carries a notice for which it does not count.
    """
    known = hints_of((), Statement)
    own = {name: known[name] for name in (*_FIRST, *(n for n in known if n not in _FIRST))}
    codes = {
        "direction": {
            code: f"{one.label}: {one.meaning}" for code, one in review.directions.items()
        },
        "mechanism": {one.id: one.label for one in review.mechanisms},
    }
    aside = {study.pmid for study in review.set_aside}
    rows = ((*(getattr(s, name) for name in own), s.pmid in aside) for s in review.statements)
    described = columns("evidence", {**own, "set_aside": bool}, codes)
    return Table("evidence", "Statements of the studies", "id", described, tuple(rows))


def studies(review: Review) -> Table:
    """One row per study, included or set aside, with every field that the study has."""
    hints = hints_of(review.studies, Study)
    rows = (tuple(_plain(getattr(row, name)) for name in hints) for row in review.studies)
    title = "Included studies, and those set aside"
    return Table("studies", title, "pmid", columns("studies", hints, {}), tuple(rows))


def screening(review: Review) -> Table:
    """One row per screened record, with the words that decided."""
    codes = {"criterion": {one.id: one.label for one in review.criteria}}
    described = columns("screening", _SCREENING, codes)
    rows = (_judged(review, row) for row in review.screened)
    return Table("screening", "Screened records", "pmid", described, tuple(rows))


def as_csv(table: Table) -> bytes:
    """UTF-8, LF; lists joined by "; ", truth as true and false, formulas defused by a '."""
    header = [column.name for column in table.columns]
    return csv_bytes(header, (map(_written, row) for row in table.rows))


def as_parquet(table: Table) -> bytes:
    """The rows with their types; each column carries its description."""
    fields = [
        pa.field(c.name, _ARROW[c.kind], metadata={"description": c.description})
        for c in table.columns
    ]
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(fields)), sink, compression="zstd")
    return sink.getvalue()


def files(found: Sequence[Table]) -> Mapping[str, bytes]:
    """File name → content of each table in both formats."""
    written = [(f"{table.name}.csv", as_csv(table)) for table in found]
    return dict([*written, *((f"{table.name}.parquet", as_parquet(table)) for table in found)])


def _plain(value: Any) -> Any:
    return tuple(map(str, value)) if isinstance(value, tuple) else value


def _written(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _judged(review: Review, row: Screened) -> tuple[Any, ...]:
    matched = tuple(dict.fromkeys(f"{match.field}: {match.text}" for match in row.matched))
    title = review.records[row.pmid].title
    return row.pmid, row.outcome, row.criterion, matched, row.reason, row.decided_by, title
