"""Configuration, checked at the door: every complaint names file, line and key."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.reader import ReaderError

from perennial.errors import InputError, Place
from perennial.places import SCHEMAS

_LONGEST = 600  # characters of a message
_LONGEST_OF_SCHEMA = 200  # of one that says what the schema refuses: it quotes the value whole
LARGEST = 2_000_000  # bytes; a hand-written config is a hundredth of it
_NLM = "this is NLM's own file: `perennial mesh --from FILE` takes from it what is needed"


@dataclass(frozen=True)
class Config:
    """A YAML file's content, and where in the file each key stands.

    ``text`` is what was read; without one, the file is read again to tell a place in a query.
    """

    file: str
    data: Mapping[str, Any]
    text: str | None = field(default=None, repr=False, compare=False)

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a top-level key, or ``default``."""
        return self.data.get(key, default)

    def place(self, *path: str | int, offset: int | None = None) -> Place:
        """Where the value at ``path`` stands; ``offset`` counts characters into a text value."""
        return _place(self.file, self.data, path, offset, text=self.text)


def load(path: str | Path, schema: str) -> Config:
    """Read a YAML file and check it against ``workflow/schemas/<schema>.schema.json``.

    Raises InputError with file, line and key for anything that YAML or the schema refuses,
    for a key given twice, and for aliases (``*name``), which can blow a small file up.
    """
    try:
        text = _text(Path(path))
        data = _data(text, str(path))
    except InputError as error:
        hint = _NLM if schema == "mesh" and _is_nlms(Path(path)) else error.hint
        raise InputError(error.message, error.place, hint) from None
    return _checked(Config(str(path), data, text), schema)


def parsed(text: str, file: str, schema: str) -> Config:
    """As ``load``, of a text that is to stand in ``file``, which need not be there."""
    return _checked(Config(file, _data(text, file), text), schema)


def _checked(config: Config, schema: str) -> Config:
    complaint = next(iter(_complaints(config.data, schema)), None)
    if complaint is not None:
        raise _explained(config.file, config.data, complaint)
    return config


def _data(text: str, file: str) -> Mapping[str, Any]:
    try:
        data = _loaded(text)
    except _AliasUsed as error:
        place = Place(file, error.mark.line + 1, error.mark.column + 1)
        hint = "write the value out, or name a query block and use it as #name"
        raise InputError(f"YAML alias *{error.anchor} is not allowed", place, hint) from None
    except ReaderError as error:
        raise _unreadable(text, file, error) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise InputError(f"not valid YAML: {error.problem}", place, _yaml_hint(error)) from None
    except RecursionError:
        raise InputError("nested too deep", Place(file)) from None
    except (ValueError, KeyError, AttributeError) as error:  # what ruamel makes of a wrong !!tag
        wrong = f"a value is not what its tag or its form says: {_shortened(str(error))}"
        raise InputError(wrong, Place(file), "write values without !! tags") from None
    if not isinstance(data, Mapping):
        raise InputError("the file holds no keys", Place(file))
    return data


@lru_cache(maxsize=12)
def _loaded(text: str) -> Any:
    """What the text holds, shared by all who read the same again: nobody changes it."""
    return _yaml().load(text)


def _unreadable(text: str, file: str, error: ReaderError) -> InputError:
    at: int = error.position
    line, begun = text.count("\n", 0, at) + 1, text.rfind("\n", 0, at) + 1
    message = f"U+{error.character:04X} is a character that YAML cannot hold"
    return InputError(message, Place(file, line, at - begun + 1), "take it out")


def _is_nlms(path: Path) -> bool:
    """Whether a file that is no YAML is XML, packed, or lines of ``Heading;number``."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        first = file.readline(500).removeprefix(b"\xef\xbb\xbf")
    return first.startswith((b"<", b"\x1f\x8b")) or b";" in first


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
    if "'\\t'" in str(error.problem):
        return "write spaces in place of the tab"
    return "queries hold ':' '#' and '\"'; start them with '|' on the line before"


@cache
def _validator(schema: str) -> Validator:
    rules = json.loads((SCHEMAS / f"{schema}.schema.json").read_text("utf-8"))
    strict = cast("Any", extend)(Draft202012Validator, {"pattern": _unmatched})
    validator: Validator = strict(rules, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return validator


def _unmatched(_: object, pattern: str, text: object, __: object) -> Iterator[ValidationError]:
    """As JSON Schema has it, ``$`` is the very end; to Python a line break may stand behind."""
    if isinstance(text, str) and not re.search(pattern.replace("$", r"\Z"), text):
        yield ValidationError(f"{text!r} does not match {pattern!r}")


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
    if error.instance is None:
        return _nothing(file, data, path, schema.get("description", ""))
    wanted = schema.get("description", "")
    message = f"{_dotted(path) or 'the file'}: {_said(error)}"
    return InputError(message, _place(file, data, path), f"expected: {wanted}" if wanted else "")


def _nothing(file: str, data: Any, path: Sequence[Any], wanted: str) -> InputError:
    """What a key without a value is told as, at the key: what follows it is another's place."""
    place = _place(file, data, path, at_key=True)
    if path[-1] in ("query", "limits") or (path[0] == "blocks" and len(path) > 1):
        wrong = f"{_dotted(path)}: the query is empty: “ #” begins a comment in YAML"
        return InputError(wrong, place, "write it after | on a new line")
    hint = f"expected: {wanted}" if wanted else ""
    return InputError(f"{_dotted(path)}: nothing is written here", place, hint)


def _said(error: ValidationError) -> str:
    return _shortened(_worded(error), _LONGEST_OF_SCHEMA)


def _worded(error: ValidationError) -> str:
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
    file: str,
    data: Any,
    path: Sequence[str | int],
    offset: int | None = None,
    at_key: bool = False,
    text: str | None = None,
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
    if isinstance(value, str) and offset is not None and line:
        source = _text(Path(file)) if text is None else text
        return _inside(file, source, line, column, value, offset)
    return Place(file, line, column + (offset or 0))


_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # YAML's line breaks
# What may stand before a scalar's text: a tag or an anchor, and the header of a block.
_PROPERTIES = re.compile(r"(?:[!&]\S*\s+)*")
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(?:#.*)?")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^\r\n])")
_WHITE_ESCAPES = "tnrvfN_LP \t"


def _inside(file: str, source: str, line: int, column: int, text: str, offset: int) -> Place:
    """Where a character of a scalar's text stands, in whatever style the scalar is written.

    Styles differ in the white space that they add and drop, never in the signs between: the
    n-th sign of the text is the n-th sign of the source, an escape being one.
    """
    before = text[:offset]
    signs = len(before) - sum(map(str.isspace, before))
    start = _start(source, line, column)
    if offset < len(text) and not text[offset].isspace():
        at = _sign(source, start, signs)
    else:  # between two signs, or behind the last: as far behind the one before it
        behind = len(before) - len(before.rstrip())
        at = _sign(source, start, signs - 1) + 1 + behind if signs else start
    breaks = [match.end() for match in _BREAK.finditer(source, 0, at)]
    return Place(file, len(breaks) + 1, at - (breaks[-1] if breaks else 0) + 1)


def offset_of(source: str, place: Place) -> int:
    """How many characters of ``source`` stand before a place in it; 0 for one that is unknown."""
    return min(_start(source, place.line, max(place.column, 1)), len(source)) if place.line else 0


def _start(source: str, line: int, column: int) -> int:
    """The offset in ``source`` of a line and column, both from 1."""
    breaks = [0, *(match.end() for match in _BREAK.finditer(source))]
    return breaks[min(line, len(breaks)) - 1] + column - 1


def _sign(source: str, start: int, number: int) -> int:
    """The offset of the scalar's n-th sign that is no white space, counted from 0."""
    properties = _PROPERTIES.match(source, start)
    at = properties.end() if properties else start
    quote = source[at] if source[at : at + 1] in ("'", '"') else ""
    header = _HEADER.match(source, at)
    at = header.end() if header else at + len(quote)
    while at < len(source):
        width, white = _width(source, at, quote)
        if not white:
            if number == 0:
                return at
            number -= 1
        at += width
    return at


def _width(source: str, at: int, quote: str) -> tuple[int, bool]:
    """How many signs of the source stand for one of the text, and whether it is white space."""
    if quote == "'" and source.startswith("''", at):
        return 2, False
    if quote == '"' and source[at] == "\\":
        escape = _ESCAPE.match(source, at)
        if escape is None:  # a line break that is escaped stands for nothing
            return 1, True
        return len(escape[0]), escape[0][1] in _WHITE_ESCAPES or _is_white(escape[0])
    return 1, source[at].isspace()


def _is_white(escape: str) -> bool:
    return escape[1] in "xuU" and chr(int(escape[2:], 16)).isspace()


def misread(config: Config, error: InputError, *path: str | int) -> InputError:
    """A query's error (``start``: offset into its text), told at its file, line and column."""
    offset = max(getattr(error, "start", 0), 0)
    message = f"{_dotted(path)}: {_shortened(error.message)}"
    return InputError(message, config.place(*path, offset=offset), error.hint)


def _shortened(message: str, longest: int = _LONGEST) -> str:
    """A message may quote what is wrong, and that may be as long as a query."""
    half = longest // 2
    return message if len(message) <= longest else f"{message[:half]} … {message[-half:]}"


def at_the_door(folder: str | Path, *needed: str) -> dict[str, Config]:
    """Every YAML file of a config folder by its name without ``.yaml``, its shape checked.

    Raises InputError as ``load`` does; also for a file that is none of Perennial's, and for one
    of those ``needed`` that is not there.
    """
    configs = {}
    there = sorted(Path(folder).glob("*.yaml"))
    missing = {Path(folder) / f"{name}.yaml" for name in needed} - {*there}
    for path in (*there, *sorted(missing)):  # what is there is looked at first
        if not (SCHEMAS / f"{path.stem}.schema.json").exists():
            known = ", ".join(sorted(s.name.split(".")[0] for s in SCHEMAS.glob("*.schema.json")))
            raise InputError(
                "not a config file that Perennial knows", Place(str(path)), f"known: {known}"
            )
        configs[path.stem] = load(path, path.stem)
    return configs
