"""Branches: as much of NLM's hierarchy as a protocol asks for, as a file of its own.

A heading stands at tree numbers, and what is below one of them is narrower. So numbers are kept,
not names: a narrower heading that also stands elsewhere must not bring along what is below it
there. The file is a few hundred lines where NLM's has 300 MB, and a new year of MeSH is a
difference that git shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from perennial.query.compile import Query
from perennial.query.mesh_files import Numbered
from perennial.query.nodes import And, BlockNear, Not, Or, Ref, Subject, Value
from perennial.query.words import key

MARK = "# Source:"  # opens the paragraph of a file's head that says where its branches are from
# A name that YAML takes for nothing but a name, unless it is one of its words.
_PLAIN = re.compile(r"[A-Za-z](?:[\w ,()'./+-]*[\w)])?", re.ASCII)
_WORDS = ("null", "true", "false", "yes", "no", "on", "off")


def asked(queries: Iterable[Query]) -> tuple[str, ...]:
    """The folded names of headings and publication types that ``queries`` explode, each once."""
    seen: dict[Query, None] = {}
    return tuple(dict.fromkeys(name for q in queries for name in _exploded(q.root, seen)))


def _exploded(node: Any, seen: dict[Query, None]) -> Iterator[str]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _exploded(part, seen)
        case Not(kept, dropped):
            for part in (kept, *dropped):
                yield from _exploded(part, seen)
        case BlockNear(left, right, _):
            for side in (left, right):
                yield from _exploded(side, seen)
        case Ref(_, query) if query not in seen:
            seen[query] = None
            yield from _exploded(query.root, seen)
        case Subject(wanted=wanted, explode=True) | Value(wanted=wanted, explode=True):
            yield from (wanted,) if "*" not in wanted else ()


def branches(hierarchy: Numbered, wanted: Iterable[str]) -> dict[str, list[str]]:
    """Heading → tree numbers, of the ``wanted`` (folded) names and all that is below them.

    In the order of the numbers; headings without one come last. A name that the hierarchy does
    not have is left out.
    """
    names = set(wanted)
    roots = {number for number, heading in hierarchy.numbers.items() if key(heading) in names}
    found: dict[str, list[str]] = {}
    for number, heading in sorted(hierarchy.numbers.items()):
        if any(above in roots for above in _upwards(number)):
            found.setdefault(heading, []).append(number)
    bare = sorted(heading for heading in hierarchy.others if key(heading) in names)
    return found | {heading: [] for heading in bare}


def _upwards(number: str) -> Iterator[str]:
    """A tree number, and those above it."""
    yield number
    while "." in number:
        number = number.rpartition(".")[0]
        yield number


def written(found: Mapping[str, Iterable[str]], source: str, former: str = "") -> str:
    """The file: the head of ``former`` with ``source`` told in it, then a line for a heading.

    Of the comments at the head, the paragraph that says where the branches are from is written
    anew and the others stay; comments between headings go with the headings.
    """
    kept = [part for part in _paragraphs(former) if not part.startswith(MARK)]
    head = "\n#\n".join([*kept, f"{MARK} {source}"])
    rows = [f"{_scalar(name)}: [{', '.join(numbers)}]" for name, numbers in found.items()]
    return "\n".join([head, *(rows or ["{}"])]) + "\n"


def _paragraphs(text: str) -> list[str]:
    """The comments before the first key, apart where a # stands alone or a line is empty."""
    lines = iter(text.splitlines())
    head: list[str] = []
    for line in lines:
        if line.strip() and not line.startswith("#"):
            break
        head.append(line.rstrip() if line.strip("# \t") else "")
    return [part for part in "\n".join(head).strip("\n").split("\n\n") if part.strip()]


def _scalar(name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name.lower() not in _WORDS
    return name if plain else json.dumps(name, ensure_ascii=False)
