"""What docs/query.md says, read as plainly as can be: slow, and sharing no code with the engine.

Words are cut letter by letter, every leaf is tried at every word, and NEAR at every pair.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import product

import nupunkt
from perennial.query import nodes
from perennial.record import Record

Hit = tuple[str, int, int, str, int, int]  # a span, and its first and last word

LATIN = dict(zip("øłđðþæœħı", ["o", "l", "d", "d", "th", "ae", "oe", "h", "i"], strict=True))
GREEK = tuple(
    str.split(
        """
        alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho
        sigma sigma tau upsilon phi chi psi omega
        """
    )
)


def letters(character: str) -> str:
    """A character in plain small letters."""
    plain = unicodedata.normalize("NFKD", character.casefold()).casefold()
    marks = ("Mn", "Mc", "Me", "Cf")
    return "".join(
        GREEK[ord(c) - ord("α")] if "α" <= c <= "ω" else LATIN.get(c, c)
        for c in plain
        if unicodedata.category(c) not in marks
    )


def cut(text: str) -> list[tuple[str, int, int]]:
    """Words with their start and end."""
    row = [(c, at) for at, character in enumerate(text) for c in letters(character)]
    row.append((" ", len(text)))
    found, word, start = [], "", 0
    for place, (c, at) in enumerate(row):
        if re.match(r"[^\W_]", c):
            start = at if not word else start
            word += c
        elif word:
            found.append((word, start, max(at, row[place - 1][1] + 1)))
            word = ""
    return found


def agrees(pattern: str, word: str) -> bool:
    return any(re.fullmatch(one.replace("*", ".*"), word) for one in pattern.split("|"))


def units(record: Record, fields: frozenset[str]) -> list[tuple[str, str, bool]]:
    """(field, text, listed) of everything that is cut into words."""
    found = []
    for field in fields:
        value = getattr(record, field)
        if isinstance(value, str):
            found.append((field, value, False))
        elif field == "headings":
            named = [h.descriptor for h in value] + [q for h in value for q in h.qualifiers]
            found += [(field, name, True) for name in named]
        elif field != "authors":
            found += [(field, element, True) for element in value]
    return found


def stretch(unit: tuple[str, str, bool], first: int, last: int) -> Hit:
    field, text, listed = unit
    if listed:
        return field, 0, 0, text, first, last
    words = cut(text)
    start, end = words[first][1], words[last][2]
    return field, start, end, text[start:end], first, last


def ask(  # noqa: PLR0911 - one for each kind of node
    node: nodes.Node, record: Record
) -> set[Hit] | None:
    """The hits that make ``node`` hold, None if it does not."""
    match node:
        case nodes.Phrase(asked, fields):
            return phrase(asked, fields, record) or None
        case nodes.Near(parts, distance):
            asked = tuple(part.words[0] for part in parts)
            return near(asked, distance, parts[0].fields, record) or None
        case nodes.And(parts):
            answers = [ask(part, record) for part in parts]
            return None if None in answers else set().union(*(a or () for a in answers))
        case nodes.Or(parts):
            held = [a for part in parts if (a := ask(part, record)) is not None]
            return set().union(*held) if held else None
        case nodes.Not(kept, dropped):
            gone = any(ask(part, record) is not None for part in dropped)
            return None if gone else ask(kept, record)
        case nodes.Ref(_, query):
            return ask(query.root, record)
        case nodes.BlockNear(left, right, distance):
            return bound(ask(left, record), ask(right, record), distance, record) or None
        case nodes.Filter("hasabstract"):
            return set() if record.abstract else None
        case nodes.Value(wanted, fields):
            return {
                (field, 0, 0, value, 0, 0)
                for field in fields
                for value in getattr(record, field)
                if agrees(wanted, " ".join(word for word, _, _ in cut(value)))
            } or None
        case nodes.Subject(wanted, "", False, _):
            return {
                ("headings", 0, 0, heading.descriptor, 0, 0)
                for heading in record.headings
                if agrees(wanted, " ".join(word for word, _, _ in cut(heading.descriptor)))
            } or None
    raise AssertionError(f"no reading of {node}")


def phrase(asked: tuple[str, ...], fields: frozenset[str], record: Record) -> set[Hit]:
    found = set()
    for unit in units(record, fields):
        words = [word for word, _, _ in cut(unit[1])]
        for at in range(len(words) - len(asked) + 1):
            here = words[at : at + len(asked)]
            if all(agrees(a, w) for a, w in zip(asked, here, strict=True)):
                found.add(stretch(unit, at, at + len(asked) - 1))
    return found


def near(asked: tuple[str, ...], distance: int, fields: frozenset[str], record: Record) -> set[Hit]:
    """For each word asked for that can be the last: the shortest stretch up to it that has all."""
    found = set()
    for unit in units(record, fields):
        words = [word for word, _, _ in cut(unit[1])]
        for last in range(len(words)):
            if not any(agrees(a, words[last]) for a in asked):
                continue
            holding = [
                first
                for first in range(last + 1)
                if all(
                    sum(agrees(a, w) for w in words[first : last + 1]) >= asked.count(a)
                    for a in asked
                )
            ]
            if holding and last - holding[-1] + 1 - len(asked) <= distance:
                found.add(stretch(unit, holding[-1], last))
    return found


def bound(left: set[Hit] | None, right: set[Hit] | None, distance: int, record: Record) -> set[Hit]:
    return {
        hit
        for a, b in product(left or (), right or ())
        if together(a, b, distance, record)
        for hit in (a, b)
    }


def together(a: Hit, b: Hit, distance: int, record: Record) -> bool:
    if a[0] != b[0] or a[0] not in ("title", "abstract", "vernacular_title", "keywords"):
        return False
    if a[0] == "keywords":
        return a[3] == b[3] and len(cut(a[3])) <= distance + 2
    first, second = sorted((a, b), key=lambda hit: hit[4:])
    if second[4] - first[5] - 1 > distance:
        return False
    sentences = nupunkt.sent_spans(getattr(record, a[0]))
    offsets = (a[1], a[2] - 1, b[1], b[2] - 1)
    return len({sum(start <= at for start, _ in sentences) for at in offsets}) == 1


def spans(node: nodes.Node, record: Record) -> list[tuple[str, int, int, str]] | None:
    """The spans that make ``node`` hold, sorted, each once; None if it does not."""
    found = ask(node, record)
    return None if found is None else sorted({hit[:4] for hit in found})
