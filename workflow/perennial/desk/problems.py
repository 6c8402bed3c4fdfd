"""What is wrong with a text of screening.yaml, and what in it may be a slip, each at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from perennial import asked, growing
from perennial.config import Config, offset_of, parsed
from perennial.decisions.table import LAYOUTS
from perennial.decisions.verdicts import person
from perennial.desk.decided import Decided
from perennial.desk.veil import veiled
from perennial.errors import InputError, Place
from perennial.preview.protocol import Protocol, protocol_of
from perennial.query import Mesh, Query
from perennial.query.doubts import Doubt, doubts

ERROR, WARNING = "error", "warning"
MOST = 40  # warnings, as on the command line; who has more than that reads none
# What is underlined from a place on: a tag, a phrase, a word, tabs, or a single sign.
_PIECE = re.compile(r'\[[^\[\]\n]*\]?|"[^"\n]*"?|[^\s()\[\]"]+|\t+|\S')


@dataclass(frozen=True, slots=True)
class Problem:
    """An error or a warning; ``place`` as people are told it.

    ``start`` and ``end`` count UTF-16 units of the text, as browsers do; both are -1 for what
    stands in another file.
    """

    severity: str
    message: str
    hint: str
    place: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True)
class Checked:
    """A text held against all that `perennial check` holds it against."""

    protocol: Protocol | None  # None for a text that cannot be right
    problems: tuple[Problem, ...]


def checked(
    text: str, file: Path, decisions: Decided, mesh: Mesh | None, alone: str = ""
) -> Checked:
    """Check a text that is to stand in ``file``: its YAML, its shape, its queries and decisions.

    There is one error at most, since what follows one cannot be trusted. ``alone`` names who must
    not learn what others said, "" if that is no secret.
    """
    try:
        config = parsed(text, str(file), "screening")
        protocol = protocol_of(config, mesh)
        decisions(protocol.criteria)
        warned = _warnings(config, mesh)
        return Checked(
            protocol, tuple(warning for warning, _ in zip(warned, range(MOST), strict=False))
        )
    except InputError as error:
        told = _alone(error, alone) if alone and error.place.file == str(decisions.path) else error
        return Checked(None, (problem(told, text, file),))


def _alone(error: InputError, you: str) -> InputError:
    """What is wrong with a decision, if it is your own; without its line, which counts others'."""
    with suppress(InputError):
        path = Path(error.place.file)
        for place, cells in growing.rows(growing.read(path), str(path), LAYOUTS):
            if place == error.place and person(cells.get("reviewer", "")) == person(you):
                return InputError(error.message, Place(str(path)), error.hint)
    return veiled(error, " of another reviewer")


def problem(error: InputError, text: str, file: Path) -> Problem:
    """An error at its place in ``text``, or in another file."""
    place = error.place
    if place.file != str(file):
        return Problem(ERROR, error.message, error.hint, str(place))
    start = offset_of(text, place)
    return _at(text, place, start, _piece(text, start), (ERROR, error.message, error.hint))


def _warnings(config: Config, mesh: Mesh | None) -> Iterator[Problem]:
    for path, query in asked.queries(config):
        for doubt in (*_of_query(query), *_doubts(_Asked(query.text, mesh, query))):
            yield _doubt(config, path, doubt)


@dataclass(frozen=True)
class _Asked:
    """A query by all that doubts about it depend on: its own text, and the hierarchy."""

    text: str
    mesh: Mesh | None
    query: Query = field(compare=False)


@lru_cache(maxsize=1_000)  # at a stroke of a key all queries but one are what they were
def _doubts(asked: _Asked) -> tuple[Doubt, ...]:
    return doubts(asked.query, asked.mesh)


def _of_query(query: Query) -> Iterator[Doubt]:
    """What reading a query warned of: it says no place, so the query's beginning is shown."""
    yield from (Doubt(0, 0, said) for said in query.warnings)


def _doubt(config: Config, path: asked.Path, doubt: Doubt) -> Problem:
    text, place = config.text or "", config.place(*path, offset=doubt.start)
    start = offset_of(text, place)
    end = offset_of(text, config.place(*path, offset=doubt.end)) if doubt.end else 0
    end = end if end > start else _piece(text, start)
    return _at(text, place, start, end, (WARNING, doubt.message, doubt.hint))


def _piece(text: str, start: int) -> int:
    """Where the word, phrase or tag at ``start`` ends."""
    found = _PIECE.match(text, start)
    return found.end() if found else start


def _at(text: str, place: Place, start: int, end: int, said: tuple[str, str, str]) -> Problem:
    where = f"line {place.line}, column {place.column}" if place.line else "the whole file"
    return Problem(*said, where, _units(text, start), _units(text, end))


def _units(text: str, offset: int) -> int:
    """An offset into ``text`` as browsers count it: signs beyond U+FFFF are two units."""
    return offset + sum(sign > "\uffff" for sign in text[:offset])
