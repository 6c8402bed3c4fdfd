"""Frozen dataclasses as plain data and back: the one codec behind JSON files and tables.

JSON is canonical: keys are sorted, text is UTF-8 and unescaped, the indent is two blanks and the
last byte a newline, so that the same value is the same bytes and two versions can be compared
line by line.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

from perennial.errors import InputError, Place

Value = TypeVar("Value")
_SCALARS = frozenset({str, int, float, bool, type(None)})
_STALE = "the file is cut off or was edited; delete it and run again"


def to_json(value: Any) -> bytes:
    """Write a dataclass instance; its fields may be scalars, tuples, mappings and dataclasses."""
    return f"{''.join(_written(value, chr(10)))}\n".encode()


def _written(value: Any, line: str) -> Iterator[str]:
    """As ``json.dumps`` with sorted keys and an indent of two, in pieces.

    ``line`` is a line break and the indent so far. A list of scalars, of which a ledger has
    some with a million, is left to the library's C code, which knows no indent.
    """
    inner = line + "  "
    if dataclasses.is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping) and value:
        before = "{"
        for key in sorted(value):
            yield f"{before}{inner}{_scalar(key)}: "
            yield from _written(value[key], inner)
            before = ","
        yield line + "}"
    elif isinstance(value, (tuple, list)) and value:
        if set(map(type, value)) <= _SCALARS:
            yield f"[{inner}{_scalars(value, inner)}{line}]"
            return
        before = "["
        for item in value:
            yield before + inner
            yield from _written(item, inner)
            before = ","
        yield line + "]"
    else:
        yield _scalar(value)


def _scalars(values: Iterable[Any], inner: str) -> str:
    separators = f",{inner}", ": "
    listed = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=separators)
    return listed[1:-1]


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def from_json(data: bytes, kind: type[Value], file: str = "") -> Value:
    """Read back what ``to_json`` wrote of a ``kind``; ``file`` is named in errors.

    Raises ``InputError`` if the bytes are not JSON or do not have the fields of ``kind``.
    """
    try:
        return typing.cast(Value, typed(json.loads(data.decode()), kind))
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        raise InputError(f"not JSON: {error.msg}", place, _STALE) from error
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8", Place(file), _STALE) from error
    except TypeError as error:
        raise InputError(str(error), Place(file), _STALE) from error


def typed(value: Any, hint: Any) -> Any:
    """Plain data as the type that ``hint`` says; TypeError where it does not fit."""
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        if inner in _SCALARS and set(map(type, _expect(value, list))) <= {inner}:
            return tuple(value)
        return tuple(typed(item, inner) for item in _expect(value, list))
    if typing.get_origin(hint) is Mapping:
        return _expect(value, dict)
    if dataclasses.is_dataclass(hint):
        return _instance(_expect(value, dict), typing.cast(type, hint))
    return _expect(value, hint)


def _instance(value: dict[str, Any], kind: type) -> Any:
    hints = fields_of(kind)
    odd = (value.keys() - hints.keys()) | (hints.keys() - value.keys() - _optional(kind))
    if odd:
        raise TypeError(f"fields missing or unknown for {kind.__name__}: {', '.join(sorted(odd))}")
    return kind(**{name: typed(value[name], hints[name]) for name in value})


@cache
def _optional(kind: type) -> frozenset[str]:
    """Fields with a default may be absent: an archive outlives the version that wrote it."""
    missing = dataclasses.MISSING
    return frozenset(f.name for f in dataclasses.fields(kind) if f.default is not missing)


@cache
def fields_of(kind: type) -> dict[str, Any]:
    """The fields of a dataclass, in order, and their types."""
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _expect(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"expected {kind.__name__}, found {type(value).__name__}")
    return value
