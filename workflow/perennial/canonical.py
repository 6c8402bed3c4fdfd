"""Canonical JSON: a tree of frozen dataclasses to bytes and back, the same bytes every time.

Keys are sorted, text is UTF-8 and unescaped, the indent is two blanks and the last byte a
newline, so that two versions of a result can be compared line by line.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from typing import Any, TypeVar

from perennial.errors import InputError, Place

Value = TypeVar("Value")


def to_json(value: Any) -> bytes:
    """Write a dataclass instance; its fields may be scalars, tuples and dataclasses."""
    plain = dataclasses.asdict(value)
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    return f"{text}\n".encode()


def from_json(data: bytes, kind: type[Value], file: str = "") -> Value:
    """Read back what ``to_json`` wrote of a ``kind``; ``file`` is named in errors.

    Raises ``InputError`` if the bytes are not JSON or do not have the fields of ``kind``.
    """
    try:
        plain = json.loads(data.decode())
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        raise InputError(f"not JSON: {error.msg}", place, _STALE) from error
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8", Place(file), _STALE) from error
    return typing.cast(Value, _typed(plain, kind, file))


_STALE = "the file is cut off or was edited; delete it and run again"


def _typed(value: Any, hint: Any, file: str) -> Any:
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        return tuple(_typed(item, inner, file) for item in _expect(value, list, file))
    if dataclasses.is_dataclass(hint):
        return _instance(_expect(value, dict, file), typing.cast(type, hint), file)
    return _expect(value, hint, file)


def _instance(value: dict[str, Any], kind: type, file: str) -> Any:
    hints = typing.get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    if set(value) != set(names):
        odd = ", ".join(sorted(set(value) ^ set(names)))
        raise InputError(
            f"fields missing or unknown for {kind.__name__}: {odd}", Place(file), _STALE
        )
    return kind(**{name: _typed(value[name], hints[name], file) for name in names})


def _expect(value: Any, kind: type, file: str) -> Any:
    if type(value) is not kind:
        found = type(value).__name__
        raise InputError(f"expected {kind.__name__}, found {found}", Place(file), _STALE)
    return value
