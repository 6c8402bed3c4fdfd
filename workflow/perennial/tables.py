"""Tables on disk: parquet for the next stage, CSV for people.

A table's columns are the fields of a frozen dataclass, so a type is written down
once. Files appear whole or not at all, and the same rows give the same bytes.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import os
import tempfile
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from perennial.canonical import fields_of, typed

Row = TypeVar("Row")

_SCALARS: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_whole(path: str | Path, data: bytes) -> None:
    """Write ``data`` to ``path`` so that a reader sees the old file or the new, never half.

    Raises OSError, with the file's name, where it cannot be written.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):  # a full disk gives no name
            error.filename = str(target)
        raise


def write_parquet(path: str | Path, rows: Iterable[Any], row_type: type) -> None:
    """Write dataclass instances as a parquet table with the columns of ``row_type``."""
    table = pa.Table.from_pylist(
        [dataclasses.asdict(row) for row in rows], schema=_schema(row_type)
    )
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    write_whole(path, sink.getvalue())


def read_parquet(path: str | Path, row_type: type[Row]) -> list[Row]:
    """Read back what ``write_parquet`` wrote; nested values become their dataclasses."""
    return [typed(row, row_type) for row in pq.read_table(path).to_pylist()]


def write_csv(path: str | Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write ``csv_bytes`` to a file."""
    write_whole(path, csv_bytes(header, rows))


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """A spreadsheet-safe CSV (UTF-8, LF): a cell that would run as a formula begins with '."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(list(header))
    writer.writerows([_cell(value) for value in row] for row in rows)
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


def _schema(row_type: type) -> pa.Schema:
    return pa.schema([pa.field(name, _arrow(hint)) for name, hint in fields_of(row_type).items()])


def _arrow(hint: Any) -> pa.DataType:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if typing.get_origin(hint) is tuple:
        return pa.list_(_arrow(typing.get_args(hint)[0]))
    return pa.struct([pa.field(name, _arrow(inner)) for name, inner in fields_of(hint).items()])
