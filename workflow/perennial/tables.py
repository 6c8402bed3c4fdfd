"""Tables on disk: parquet for the next stage, CSV for people.

A table's columns are the fields of a frozen dataclass, so a type is written down
once. Files appear whole or not at all, and the same rows give the same bytes. A table may
also be a folder of parts, each a table (``parts.py``); whoever reads takes both.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import pyarrow.parquet as pq

from perennial.columns import rows_in, schema_of, table_of

Row = TypeVar("Row")

# Rows of a row group: of passages, the largest rows, about two megabytes of text.
GROUP = 2_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_whole(path: str | Path, data: bytes) -> None:
    """Write ``data`` to ``path`` so that a reader sees the old file or the new, never half.

    Raises OSError, with the file's name, where it cannot be written.
    """
    with replacing(Path(path)) as file:
        file.write(data)


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of ``target`` once it is whole and on disk, or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
        see_to_disk(target.parent)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):  # a full disk gives no name
            error.filename = str(target)
        raise


def see_to_disk(folder: Path) -> None:
    """Have a folder's own entries on disk: a renamed file outlives a power cut only then."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_parquet(path: str | Path, rows: Iterable[Any], row_type: type) -> None:
    """Write dataclass instances as a parquet table with the columns of ``row_type``.

    ``rows`` are taken one at a time and held ``GROUP`` at a time; the same rows give the same
    bytes, however they come.
    """
    with parquet(path, row_type) as write:
        for row in rows:
            write(row)


@contextmanager
def parquet(path: str | Path, row_type: type) -> Iterator[Callable[[Any], None]]:
    """A table that grows by a row with each call of what this gives; on disk when all is well."""
    schema, held = schema_of(row_type), list[Any]()
    whole = partial(pq.ParquetWriter, schema=schema, compression="zstd")
    with replacing(Path(path)) as file, whole(file) as table:

        def flush() -> None:
            table.write_table(table_of(held, row_type))
            held.clear()

        def write(row: Any) -> None:
            if len(held) == GROUP:
                flush()
            held.append(row)

        yield write
        flush()


def read_parquet(path: str | Path, row_type: type[Row]) -> list[Row]:
    """Read back what ``write_parquet`` wrote; nested values become their dataclasses."""
    return list(rows_of(path, row_type))


def rows_of(path: str | Path, row_type: type[Row]) -> Iterator[Row]:
    """As ``read_parquet``, one row at a time, of which ``GROUP`` are held at a time."""
    for file in files_of(path):
        with pq.ParquetFile(file) as table:
            for batch in table.iter_batches(batch_size=GROUP):
                yield from rows_in(batch, row_type)


def columns_of(path: str | Path, *names: str) -> Iterator[tuple[Any, ...]]:
    """Some columns of a table, row by row; the others are not read."""
    for file in files_of(path):
        with pq.ParquetFile(file) as table:
            for batch in table.iter_batches(batch_size=GROUP, columns=list(names)):
                columns = (batch.column(name).to_pylist() for name in names)
                yield from zip(*columns, strict=True)


def files_of(table: str | Path) -> list[Path]:
    """The files that a table stands in: itself, or the parts of a folder in their order."""
    path = Path(table)
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


def write_csv(path: str | Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write ``csv_bytes`` to a file."""
    write_whole(path, csv_bytes(header, rows))


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """A spreadsheet-safe CSV (UTF-8, LF): a cell that would run as a formula begins with '."""
    return _lines([list(header)]) + csv_rows(rows)


def csv_rows(rows: Iterable[Iterable[Any]]) -> bytes:
    """As ``csv_bytes``, without a header."""
    return _lines([_cell(value) for value in row] for row in rows)


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    sink = io.StringIO(newline="")
    csv.writer(sink, lineterminator="\n").writerows(rows)
    return sink.getvalue().encode()


def _cell(value: Any) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)
    defused = f"'{text}" if text.startswith(_FORMULA_STARTS) and not _is_number(text) else text
    return defused.replace("\r", "\n")  # a bare CR would end the row


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
