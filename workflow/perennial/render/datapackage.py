"""The data dictionary for programs (a Frictionless Data Package) and for people (Markdown)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from perennial.render.dictionary import BOOLEAN, INTEGER, LIST, Column
from perennial.render.review import Review
from perennial.render.sheets import Table
from perennial.render.workbook import DICTIONARY

_TYPES = {INTEGER: "integer", BOOLEAN: "boolean"}  # in a CSV the rest is text
_SEVERAL = "Several values are parted by a semicolon and a blank."
# Table → (its column, the table whose key that is).
_POINTS_TO = {"evidence": ("pmid", "studies"), "studies": ("pmid", "screening")}


def package(review: Review, tables: Sequence[Table], written: Mapping[str, bytes]) -> bytes:
    """``datapackage.json`` (Data Package and Table Schema, version 1) of the CSV files.

    ``written`` holds each table's file; its size and SHA-256 go in, so that a validator tells
    a table that was changed.
    """
    told = {
        "profile": "tabular-data-package",
        "name": "review",
        "title": review.title,
        "description": review.question,
        "version": review.version,
        "contributors": [{"title": name, "role": "maintainer"} for name in review.maintainers],
        "resources": [_resource(table, written[f"{table.name}.csv"]) for table in tables],
    }
    text = json.dumps(told, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def lines(tables: Sequence[Table]) -> Iterator[tuple[str, ...]]:
    """The dictionary's rows, under the names of ``workbook.DICTIONARY``."""
    for table in tables:
        for column in table.columns:
            yield table.name, column.name, column.kind, column.description, _values(column)


def markdown(review: Review, tables: Sequence[Table]) -> bytes:
    """The dictionary as a page: a table of columns for each table of the review."""
    parts = [f"# Data dictionary: {_plain(review.title)}\n\n"]
    parts.append(f"Version {_plain(review.version)}, as of {_plain(review.as_of)}. {_ABOUT}\n")
    rows = list(lines(tables))
    for table in tables:
        parts.append(f"\n## {table.name}\n\n{table.title}; `{table.key}` names a row.\n\n")
        own = [row[1:] for row in rows if row[0] == table.name]
        parts += [_line(DICTIONARY[1:]), _line(["---"] * 4)]
        parts += [_line([f"`{row[0]}`", *map(_plain, row[1:])]) for row in own]
    return "".join(parts).encode()


_ABOUT = (
    "Each table is there as CSV (UTF-8, for programs), as parquet (with types and lists) and as"
    " a sheet of `data.xlsx` (for people). An empty cell means that nothing is known or that"
    " nothing applies; the column says which. In CSV and XLSX the values of a list are parted by"
    " a semicolon and a blank. In CSV a cell that a spreadsheet would run as a formula begins"
    " with an apostrophe that is not part of the text; in XLSX characters that cannot be seen"
    " are written out, as [U+202E]; parquet has every text as it was."
)


def _resource(table: Table, content: bytes) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(table, column) for column in table.columns],
            "missingValues": [""],
            "primaryKey": table.key,
            **_foreign(table.name),
        },
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    told = [column.description, *([_SEVERAL] if column.kind == LIST else [])]
    values = _values(column)
    told += [f"Values: {values}."] if values else []
    limits: dict[str, Any] = {"required": True, "unique": True} if column.name == table.key else {}
    if column.allowed:
        limits["enum"] = list(column.allowed)
    field = {"name": column.name, "type": _TYPES.get(column.kind, "string")}
    return field | {"description": " ".join(told)} | ({"constraints": limits} if limits else {})


def _foreign(table: str) -> dict[str, Any]:
    if table not in _POINTS_TO:
        return {}
    column, other = _POINTS_TO[table]
    reference = {"resource": other, "fields": column}
    return {"foreignKeys": [{"fields": column, "reference": reference}]}


def _values(column: Column) -> str:
    codes = "; ".join(f"{code} = {meaning.rstrip('.')}" for code, meaning in column.codes.items())
    return codes or column.values


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _plain(text: str) -> str:
    """Without what Markdown or HTML would read as theirs, on one line."""
    marks = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]|~"} | {"<": "&lt;", "&": "&amp;"})
    return " ".join(text.translate(marks).split())
