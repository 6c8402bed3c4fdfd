"""Columns: rows that are dataclasses as Arrow keeps them, column by column, and back.

Going by column is what makes a million rows bearable: a value of a row is touched once.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from operator import attrgetter
from typing import Any, TypeVar

import pyarrow as pa

from perennial.canonical import fields_of, typed

Row = TypeVar("Row")

_SCALARS: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
}


@cache
def schema_of(row_type: type) -> pa.Schema:
    """The columns of a dataclass: its fields, in order."""
    return pa.schema([pa.field(name, _arrow(hint)) for name, hint in fields_of(row_type).items()])


def table_of(rows: Iterable[Any], row_type: type) -> pa.Table:
    """Instances of ``row_type`` as a table with its columns."""
    kept, schema = list(rows), schema_of(row_type)
    columns = []
    for name, hint in fields_of(row_type).items():
        plain, values = _plain(hint), list(map(attrgetter(name), kept))
        columns.append(
            pa.array(list(map(plain, values)) if plain else values, schema.field(name).type)
        )
    return pa.Table.from_arrays(columns, schema=schema)


def rows_in(batch: pa.RecordBatch, row_type: type[Row]) -> list[Row]:
    """The rows of a batch. Raises TypeError where its columns are not those of ``row_type``.

    Columns with a default may be missing: a table outlives the version that wrote it.
    """
    if batch.schema.equals(schema_of(typing.cast(Any, row_type))):
        return _instances(batch.columns, row_type)
    return [typed(row, row_type) for row in batch.to_pylist()]


def _arrow(hint: Any) -> pa.DataType:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if typing.get_origin(hint) is tuple:
        return pa.list_(_arrow(typing.get_args(hint)[0]))
    return pa.struct([pa.field(name, _arrow(inner)) for name, inner in fields_of(hint).items()])


@cache
def _plain(hint: Any) -> Callable[[Any], Any] | None:
    """What turns a value into one that Arrow takes: a struct is a tuple; None for no change."""
    if hint in _SCALARS:
        return None
    if typing.get_origin(hint) is tuple:
        inner = _plain(typing.get_args(hint)[0])
        return None if inner is None else lambda values: [inner(value) for value in values]
    parts = [(attrgetter(name), _plain(field)) for name, field in fields_of(hint).items()]
    return lambda value: tuple([plain(get(value)) if plain else get(value) for get, plain in parts])


def _instances(columns: Sequence[Any], kind: type[Row]) -> list[Row]:
    hints = fields_of(typing.cast(Any, kind)).values()
    values = [_values(column, hint) for column, hint in zip(columns, hints, strict=True)]
    return [kind(*row) for row in zip(*values, strict=True)]


def _values(column: Any, hint: Any) -> list[Any]:
    if column.null_count:
        raise TypeError(f"expected {hint}, found nothing")
    if typing.get_origin(hint) is tuple:
        inner = _values(column.flatten(), typing.get_args(hint)[0])
        first, *ends = column.offsets.to_pylist()
        return [tuple(inner[a - first : b - first]) for a, b in pairwise((first, *ends))]
    if dataclasses.is_dataclass(hint):
        return _instances(column.flatten(), typing.cast(type, hint))
    values: list[Any] = column.to_pylist()
    return values
