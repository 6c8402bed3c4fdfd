"""A table on disk looked up by PMID: of 20,000 records a reviewer sees some dozens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import pyarrow.parquet as pq

from perennial.canonical import typed

Row = TypeVar("Row")


class Lookup(Mapping[str, Row]):
    """The rows of a parquet table with a column ``pmid``; each is built when it is asked for."""

    def __init__(self, path: Path, kind: type[Row]) -> None:
        self._table, self._kind = pq.read_table(path), kind
        self._at = {pmid: at for at, pmid in enumerate(self._table["pmid"].to_pylist())}

    def __getitem__(self, pmid: str) -> Row:
        row: Row = typed(self._table.slice(self._at[pmid], 1).to_pylist()[0], self._kind)
        return row

    def __contains__(self, pmid: object) -> bool:
        return pmid in self._at  # the inherited one builds the row

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)
