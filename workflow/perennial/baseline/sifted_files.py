"""Sifted files on disk: a group of them is a parquet table, a row for each.

The same ``Sifted`` give the same bytes. ``present`` and ``deleted`` are kept as keys (fold.py)
in the file's order, packed as differences: a file of 30,000 records takes some 40 kB.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from perennial.baseline.fold import VERSION_BITS, Keys, Origin, Pile, heap, keys_of
from perennial.baseline.sifted import Hit, Refused, Sifted
from perennial.errors import InputError, Place
from perennial.tables import write_whole

_KEYS = pa.list_(pa.field("element", pa.int64()))
_HIT = pa.struct(
    [
        pa.field("pmid", pa.int64()),
        pa.field("version", pa.int64()),
        pa.field("questions", pa.list_(pa.string())),
        pa.field("raw", pa.binary()),
    ]
)
_REFUSED = pa.struct([pa.field("pmid", pa.string()), pa.field("reason", pa.string())])
_FIELDS: list[pa.Field[Any]] = [
    pa.field("name", pa.string()),
    pa.field("number", pa.int64()),
    pa.field("md5", pa.string()),
    pa.field("asked", pa.string()),
    pa.field("latest", pa.string()),
    pa.field("present", _KEYS),
    pa.field("deleted", _KEYS),
    pa.field("hits", pa.list_(_HIT)),
    pa.field("refused", pa.list_(_REFUSED)),
]
SCHEMA = pa.schema(_FIELDS)
_PACKED = dict.fromkeys(("present.list.element", "deleted.list.element"), "DELTA_BINARY_PACKED")
Read = TypeVar("Read")


def write_sifted(path: str | Path, group: Iterable[Sifted]) -> None:
    """Write a group of sifted files, whole or not at all. InputError as ``keys_of``."""
    sink = io.BytesIO()
    with pq.ParquetWriter(
        sink, SCHEMA, compression="zstd", use_dictionary=False, column_encoding=_PACKED
    ) as table:
        for sifted in group:
            table.write_batch(pa.RecordBatch.from_pylist([_row(sifted)], schema=SCHEMA))
    write_whole(path, sink.getvalue())


def read_sifted(path: str | Path) -> tuple[Sifted, ...]:
    """Read back what ``write_sifted`` wrote; InputError for anything else."""
    return tuple(_rows(path, _sifted))


def piles(path: str | Path) -> Iterator[Pile]:
    """The sifted files of a group, one pile each, in the order in which they were written."""
    return _rows(path, _pile)


def _row(sifted: Sifted) -> dict[str, Any]:
    return {
        **{name: getattr(sifted, name) for name in ("name", "number", "md5", "asked", "latest")},
        "present": keys_of(sifted.present, sifted.name),
        "deleted": keys_of(sifted.deleted, sifted.name),
        "hits": [
            {"pmid": h.pmid, "version": h.version, "questions": list(h.questions), "raw": h.raw}
            for h in sifted.hits
        ],
        "refused": [{"pmid": one.pmid, "reason": one.reason} for one in sifted.refused],
    }


def _rows(path: str | Path, read: Callable[[pa.RecordBatch], Read]) -> Iterator[Read]:
    try:
        with pq.ParquetFile(path) as table:
            if not table.schema_arrow.equals(SCHEMA):
                raise pa.ArrowInvalid("its columns are not those of sifted files")
            for number in range(table.num_row_groups):
                yield from map(read, table.read_row_group(number).to_batches())
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            f"not a group of sifted files: {error}", Place(str(path)), "sift the files again"
        ) from None


def _sifted(row: pa.RecordBatch) -> Sifted:
    said = _said(row)
    present, deleted = (_pairs(_keys(row, name)) for name in ("present", "deleted"))
    origin = (said["name"], said["number"], said["md5"], said["asked"], said["latest"])
    return Sifted(*origin, present, deleted, _hits(said), _refused(said))


def _pile(row: pa.RecordBatch) -> Pile:
    said = _said(row)
    origin = Origin(said["name"], said["number"], said["md5"])
    present, deleted = _keys(row, "present"), _keys(row, "deleted")
    told = (_hits(said), _refused(said))
    return heap(origin, said["asked"], said["latest"], present, deleted, *told)


def _said(row: pa.RecordBatch) -> dict[str, Any]:
    said: dict[str, Any] = row.drop_columns(["present", "deleted"]).to_pylist()[0]
    return said


def _keys(row: pa.RecordBatch, name: str) -> Keys:
    lists: Any = row.column(name)
    keys: Keys = lists.flatten().to_numpy()
    return keys


def _pairs(keys: Keys) -> tuple[tuple[int, int], ...]:
    pmids, versions = keys >> VERSION_BITS, keys & ((1 << VERSION_BITS) - 1)
    return tuple(zip(pmids.tolist(), versions.tolist(), strict=True))


def _hits(said: dict[str, Any]) -> tuple[Hit, ...]:
    return tuple(
        Hit(one["pmid"], one["version"], tuple(one["questions"]), one["raw"])
        for one in said["hits"]
    )


def _refused(said: dict[str, Any]) -> tuple[Refused, ...]:
    return tuple(Refused(one["pmid"], one["reason"]) for one in said["refused"])
