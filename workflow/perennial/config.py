"""Configuration, checked at the door: every complaint names file, line and key."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.scalarstring import LiteralScalarString

from perennial.errors import InputError, Place

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
LARGEST = 2_000_000  # bytes; a hand-written config is a hundredth of it


@dataclass(frozen=True)
class Config:
    """A YAML file's content, and where in the file each key stands."""

    file: str
    data: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a top-level key, or ``default``."""
        return self.data.get(key, default)

    def place(self, *path: str | int, offset: int | None = None) -> Place:
        """Where the value at ``path`` stands; ``offset`` counts characters into a text value."""
        return _place(self.file, self.data, path, offset)


def load(path: str | Path, schema: str) -> Config:
    """Read a YAML file and check it against ``workflow/schemas/<schema>.schema.json``.

    Raises InputError with file, line and key for anything that YAML or the schema refuses,
    for a key given twice, and for aliases (``*name``), which can blow a small file up.
    """
    data = _read(Path(path))
    complaint = next(iter(_complaints(data, schema)), None)
    if complaint is not None:
        raise _explained(str(path), data, complaint)
    return Config(str(path), data)


def _read(path: Path) -> Mapping[str, Any]:
    text = _text(path)
    try:
        data = _yaml().load(text)
    except _AliasUsed as error:
        place = Place(str(path), error.mark.line + 1, error.mark.column + 1)
        hint = "write the value out, or name a query block and use it as #name"
        raise InputError(f"YAML alias *{error.anchor} is not allowed", place, hint) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path))
        raise InputError(f"not valid YAML: {error.problem}", place, _yaml_hint(error)) from None
    if not isinstance(data, Mapping):
        raise InputError("the file holds no keys", Place(str(path)))
    return data


class _Constructor(RoundTripConstructor):
    """A date stays the text that was typed: 2026-06-01 is as good as "2026-06-01"."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: str(node.value))


class _AliasUsed(Exception):
    """An alias (``*name``) stands in the file; ``mark`` says where."""

    def __init__(self, anchor: str, mark: Any) -> None:
        self.anchor, self.mark = anchor, mark
        super().__init__(anchor)


class _Composer(Composer):
    """Stops at the first alias, before anything is built of it."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.parser.check_event(AliasEvent):
            event = self.parser.peek_event()
            raise _AliasUsed(event.anchor, event.start_mark)
        return super().compose_node(parent, index)


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Composer = _Composer
    yaml.Constructor = _Constructor
    return yaml


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", Place(str(path))) from None
    if len(content) > LARGEST:
        raise InputError(f"larger than {LARGEST:,} bytes", Place(str(path)))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError("not UTF-8 text", Place(str(path), line), "save it as UTF-8") from None


def _yaml_hint(error: MarkedYAMLError) -> str:
    if "duplicate key" in str(error.problem):
        return "keep one of the two"
    return "queries hold ':' '#' and '\"'; start them with '|' on the line before"


@cache
def _validator(schema: str) -> Draft202012Validator:
    rules = json.loads((SCHEMAS / f"{schema}.schema.json").read_text("utf-8"))
    return Draft202012Validator(rules, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _complaints(data: Any, schema: str) -> Iterator[ValidationError]:
    errors = _validator(schema).iter_errors(data)
    return iter(sorted(errors, key=lambda error: [str(part) for part in error.absolute_path]))


def _explained(file: str, data: Any, error: ValidationError) -> InputError:
    path = list(error.absolute_path)
    schema: Any = error.schema
    if error.validator == "additionalProperties":
        allowed = list(schema.get("properties", {}))
        instance: Any = error.instance
        unknown = next(key for key in instance if key not in allowed)
        place = _place(file, data, [*path, unknown], at_key=True)
        message = f"unknown key {_dotted([*path, unknown])!r}"
        return InputError(message, place, _nearest(str(unknown), allowed))
    wanted = schema.get("description", "")
    message = f"{_dotted(path) or 'the file'}: {_said(error)}"
    return InputError(message, _place(file, data, path), f"expected: {wanted}" if wanted else "")


def _said(error: ValidationError) -> str:
    """The validator's words, but for the two kinds that are regular expressions or logic."""
    if error.validator in ("pattern", "format"):
        return f"{error.instance!r} is not one that can be used"
    if error.validator == "not":
        together: Any = error.validator_value
        return f"{' and '.join(together['required'])} cannot stand together"
    return error.message


def _nearest(word: str, allowed: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, allowed, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(allowed)}"


def _dotted(path: Sequence[Any]) -> str:
    return ".".join(str(part) for part in path)


def _place(
    file: str, data: Any, path: Sequence[str | int], offset: int | None = None, at_key: bool = False
) -> Place:
    line = column = 0
    value = data
    for part in path:
        marks = getattr(value, "lc", None)
        if marks is None or part not in (marks.data or {}):
            break
        mark = marks.data[part]  # key line and column, then those of the value, from 0
        line, column = mark[:2] if at_key else mark[-2:]
        line, column = line + 1, column + 1
        value = value[part]
    if isinstance(value, LiteralScalarString) and offset is not None:
        return _inside(file, line, value, offset)
    return Place(file, line, column + (offset or 0))


def _inside(file: str, line: int, text: str, offset: int) -> Place:
    """A literal block keeps its line breaks, so an offset is a line and a column in it."""
    before = text[:offset]
    row = line + 1 + before.count("\n")
    source = Path(file).read_text("utf-8-sig").splitlines()[row - 1]
    indent = len(source) - len(source.lstrip(" "))
    return Place(file, row, indent + offset - (before.rfind("\n") + 1) + 1)


def misread(config: Config, error: InputError, *path: str | int) -> InputError:
    """A query's error (``start``: offset into its text), told at its file, line and column."""
    offset = max(getattr(error, "start", 0), 0)
    message = f"{_dotted(path)}: {error.message}"
    return InputError(message, config.place(*path, offset=offset), error.hint)


def at_the_door(folder: str | Path) -> None:
    """Check the shape of every YAML file in a config folder before anything runs."""
    for path in sorted(Path(folder).glob("*.yaml")):
        if not (SCHEMAS / f"{path.stem}.schema.json").exists():
            known = ", ".join(sorted(s.name.split(".")[0] for s in SCHEMAS.glob("*.schema.json")))
            raise InputError(
                "not a config file that Perennial knows", Place(str(path)), f"known: {known}"
            )
        load(path, path.stem)
