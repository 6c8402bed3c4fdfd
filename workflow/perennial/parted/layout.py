"""Layout: how the parts of a table lie on disk, as one file or as a folder of files.

One file holds the same bytes as ``tables.write_parquet`` writes of the same rows. In a folder
each part is a file of its own, shared with the memo, so that a part that has not changed is
neither written nor takes any room.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from perennial.columns import rows_in, schema_of, table_of
from perennial.memo import Memo
from perennial.parted import cuts
from perennial.tables import (
    GROUP,
    files_of,
    read_parquet,
    replacing,
    see_to_disk,
    write_whole,
)

Row = TypeVar("Row")


class Layout(Protocol):
    """A table that grows part by part, in order."""

    def lay(self, name: str, digest: str) -> bool:
        """Add the part with this SHA-256, from the memo; False if it is not there whole."""
        ...

    def put(self, name: str, data: bytes) -> None:
        """Add a part: a parquet table."""
        ...


@dataclass
class _Folder:
    folder: Path
    memo: Memo

    def lay(self, name: str, digest: str) -> bool:
        return self.memo.lay(digest, self.folder / name)

    def put(self, name: str, data: bytes) -> None:
        if not self.memo.lay(self.memo.hold(data), self.folder / name):
            write_whole(self.folder / name, data)


class _File:
    """Parts joined into one table, in row groups as ``write_parquet`` has them."""

    def __init__(self, table: pq.ParquetWriter, schema: pa.Schema, memo: Memo) -> None:
        self._table, self._memo = table, memo
        self._rest = schema.empty_table()

    def lay(self, name: str, digest: str) -> bool:
        data = self._memo.read(digest)
        if data is not None:
            self._add(data)
        return data is not None

    def put(self, name: str, data: bytes) -> None:
        self._memo.hold(data)
        self._add(data)

    def _add(self, data: bytes) -> None:
        held = pa.concat_tables([self._rest, opened(data)])
        while held.num_rows > GROUP:
            self._table.write_table(held.slice(0, GROUP).combine_chunks())
            held = held.slice(GROUP)
        self._rest = held

    def end(self) -> None:
        self._table.write_table(self._rest.combine_chunks())


@contextmanager
def laid_out(path: Path, row_type: type, memo: Memo, in_parts: bool) -> Iterator[Layout]:
    """The table at ``path``, which takes the place of what was there once all is well."""
    if in_parts:
        with _replacing_folder(path) as folder:
            yield _Folder(folder, memo)
        return
    schema = schema_of(row_type)
    whole = partial(pq.ParquetWriter, schema=schema, compression="zstd")
    with replacing(path) as file, whole(file) as table:
        joined = _File(table, schema, memo)
        yield joined
        joined.end()
        _cleared(path)


@contextmanager
def _replacing_folder(target: Path) -> Iterator[Path]:
    target.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        yield new
        new.chmod(0o755)
        see_to_disk(new)
        with _aside(target):
            new.replace(target)
        see_to_disk(target.parent)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


@contextmanager
def _aside(target: Path) -> Iterator[None]:
    """What was there waits beside until its place is taken: a kill leaves one of the two."""
    if not target.is_dir():
        target.unlink(missing_ok=True)
        yield
        return
    old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    target.replace(old)
    yield
    shutil.rmtree(old)


def _cleared(target: Path) -> None:
    """Make way for a file where the table was a folder before."""
    if target.is_dir():
        shutil.rmtree(target)


def encoded(table: pa.Table) -> bytes:
    """A part as a file: what ``tables.write_parquet`` would write of its rows."""
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, table.schema, compression="zstd") as file:
        for start in range(0, max(table.num_rows, 1), GROUP):
            file.write_table(table.slice(start, GROUP).combine_chunks())
    return bytes(memoryview(sink.getvalue()))


def encoded_rows(rows: list[Any], row_type: type) -> bytes:
    """As ``encoded``, of dataclass instances."""
    return encoded(table_of(rows, row_type))


def opened(data: bytes) -> pa.Table:
    """The table that is a part."""
    return pq.ParquetFile(pa.BufferReader(data)).read()


def rows_within(data: bytes, row_type: type[Row]) -> list[Row]:
    """The rows of a part."""
    return _rows(opened(data), row_type)


@dataclass(frozen=True)
class Part(Generic[Row]):
    """A part of a table; its rows are read when they are asked for."""

    digest: str  # SHA-256 of its bytes as ``encoded``
    rows: Callable[[], list[Row]]


def parts_of(path: Path, row_type: type[Row]) -> list[Part[Row]]:
    """The parts of a table on disk; one that is a single file is cut where it would be."""
    if path.is_dir():
        files = files_of(path)
        with ThreadPoolExecutor() as pool:  # reading and hashing leave Python to others
            digests = list(pool.map(_digest, files))
        rows = (partial(read_parquet, file, row_type) for file in files)
        return [Part(*each) for each in zip(digests, rows, strict=True)]
    whole, at, parts = _as_written(pq.ParquetFile(path).read(), row_type), 0, []
    for ids in cuts.cut(whole["pmid"].to_pylist(), str):
        cut = whole.slice(at, len(ids))
        digest = hashlib.sha256(encoded(cut)).hexdigest()
        parts.append(Part(digest, partial(_rows, cut, row_type)))
        at += len(ids)
    return parts


def _as_written(table: pa.Table, row_type: type) -> pa.Table:
    """Parquet gives the elements of a list another name than Arrow, which would stay."""
    schema = schema_of(row_type)
    return table.cast(schema) if table.schema.equals(schema) else table


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _rows(table: pa.Table, row_type: type[Row]) -> list[Row]:
    return [row for batch in table.to_batches() for row in rows_in(batch, row_type)]
