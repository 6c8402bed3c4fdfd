"""A PubMed query for other databases: what can be said there, and what is lost on the way.

Terms are translated one by one by the ``search-query`` library, and believed only where its
answer names the expected fields: it is known to put authors among keywords and to cut a range
of dates to its first year. Operators, brackets and proximity are written here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

from search_query.parser import parse as read_by_library

from perennial.query.languages import CODES
from perennial.query.syntax import Token, tagged, tokens
from perennial.query.tags import DATE, FILTER, NAME, SUBJECT, TAGS, normal
from perennial.query.words import patterns

_NAME_OF = {code: name for name, code in reversed(CODES.items())}


@dataclass(frozen=True, slots=True)
class Database:
    """Another database: its name, how the library calls it, the fields its answers may name.

    ``fields`` maps one of PubMed's tags to those that the library must answer with.
    """

    name: str
    platform: str
    fields: dict[str, tuple[str, ...]]
    near: str  # a proximity search in one field; words are joined by ``joint``
    joint: str
    notes: dict[str, str] = field(default_factory=dict)


_TIAB = "[tiab] also looks at authors' keywords: here are title and abstract alone"
_ALL = "a term without a tag is not mapped to headings here"
DATABASES = {
    "wos": Database(
        "Web of Science",
        "wos",
        {"ti": ("TI=",), "tiab": ("AB=", "TI="), "all": ("ALL=",), "la": ("LA=",)},
        "{field}({words})",
        " NEAR/{n} ",
        {"tiab": _TIAB, "all": _ALL},
    ),
    "ebsco": Database(
        "EBSCO",
        "ebscohost",
        {
            "ti": ("TI ",),
            "tiab": ("AB ", "TI "),
            "all": ("TX ",),
            "la": ("LA ",),
            "pt": ("PT ",),
            "mh": ("MH ",),
            "mh:noexp": ("MH ",),
        },
        "{field}({words})",
        " N{n} ",
        {
            "tiab": _TIAB,
            "all": f"{_ALL}; TX looks at full texts too, where the database has them",
            "mh": 'MH is not exploded: MH "Heading+" is; and only EBSCO\'s MEDLINE has MeSH',
            "mh:noexp": "only EBSCO's MEDLINE has MeSH headings",
            "pt": "types below a publication type are not looked for",
        },
    ),
    "generic": Database(
        "generic form",
        "generic",
        {
            "ti": ("[title]",),
            "tiab": ("[abstract]", "[title]"),
            "tw": ("[text-word]",),
            "all": ("[all-fields]",),
            "la": ("[language]",),
            "pt": ("[publication-type]",),
            "ta": ("[journal]",),
            "mh": ("[mesh-term]",),
        },
        "NEAR/{n}[{words}]",
        ", ",
        {"tiab": _TIAB},
    ),
}
_CODES = {
    "wos": re.compile(r"\b[A-Z]{2,3}="),
    "ebsco": re.compile(r"(?<![\w\"])(?:AB|AU|KW|LA|MH|PT|SU|TI|TX) "),
    "generic": re.compile(r"\[[a-z-]+\](?![a-z])"),
}
_KINDS = {
    SUBJECT: "it has no MeSH headings",
    DATE: "set the dates in its own search form",
    FILTER: "it has no such filter",
    NAME: "the library takes names for keywords: search for them in its own form",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A term as written, its tag's short name ("all" for none), and a proximity's distance."""

    text: str
    tag: str
    near: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words, folded."""
        return patterns(self.text)

    def __str__(self) -> str:
        near = f":~{self.near}" if self.near else ""
        return f"{self.text}[{self.tag}{near}]" if self.tag != "all" else self.text


@dataclass(frozen=True, slots=True)
class Branch:
    """Operands joined by AND, OR or NOT; for NOT, all but the first are taken away."""

    operator: str
    parts: tuple[Node, ...]


Node: TypeAlias = Leaf | Branch


class Untranslatable(Exception):
    """A term that cannot be said; the message says why."""


@dataclass(frozen=True, slots=True)
class Translation:
    """``text`` is "" when nothing could be translated. ``lost`` and ``notes`` are sentences."""

    text: str
    lost: tuple[str, ...]
    notes: tuple[str, ...]


def translate(query: str, to: str) -> Translation:
    """Translate a query without blocks for ``to``, a key of ``DATABASES``.

    QueryError if the query cannot be read. Every term of it is in the translation or in ``lost``.
    """
    tree = read(query)
    said = _Sayer(to)
    text, pending = said.say(tree)
    said.lose(pending, "so nothing is left")
    if missing := _missing(tree, text, said.dropped):
        return Translation("", (f"the translation misses {missing[0]}, so it is not shown",), ())
    kept = [leaf for leaf in _leaves(tree) if leaf not in said.dropped]
    notes = [note for leaf in kept for note in _notes(leaf, to)] if text else []
    return Translation(text or "", tuple(dict.fromkeys(said.lost)), tuple(dict.fromkeys(notes)))


def read(query: str) -> Node:
    """A query without blocks as a tree, read from left to right."""
    found, _ = tokens(query)
    return _sequence(iter(_paired(found)))


def _paired(found: Sequence[Token]) -> Iterator[Node | str]:
    for token, tag in tagged(found):
        if token.kind == "term":
            yield _leaf(token.text.strip(), tag)
        elif token.kind == "range":
            text, _, last = token.text.rpartition("[")
            yield Leaf(text.strip(), TAGS[normal(last[:-1])].name)
        elif token.kind in ("block", "near"):
            raise Untranslatable(f"{token.text} is Perennial's own: write the blocks out")
        else:
            yield token.kind


def _leaf(text: str, tag: str) -> Node:
    name, _, near = normal(tag[1:-1]).partition(":~")
    if tag:
        return Leaf(text, TAGS[name].name, near)
    if text.startswith('"') or text.casefold() == "hasabstract":
        return Leaf(text, "all" if text.startswith('"') else "sb")
    each = tuple(Leaf(word, "all") for word in text.split())
    return each[0] if len(each) == 1 else Branch("AND", each)


def _sequence(parts: Iterator[Node | str]) -> Node:
    node, own = _operand(next(parts), parts), False
    for operator in parts:
        if operator == ")":
            break
        other = _operand(next(parts), parts)
        if own and isinstance(node, Branch) and node.operator == operator:
            node = Branch(node.operator, (*node.parts, other))
        else:
            node, own = Branch(str(operator), (node, other)), True
    return node


def _operand(part: Node | str, parts: Iterator[Node | str]) -> Node:
    return _sequence(parts) if isinstance(part, str) else part


class _Sayer:
    """Says a tree in another database's words, and keeps what could not be said."""

    def __init__(self, to: str) -> None:
        self.to = to
        self.lost: list[str] = []
        self.dropped: dict[Leaf, str] = {}

    def say(self, node: Node, more: str = "more", less: str = "less") -> tuple[str, list[Leaf]]:
        """The text, "" if nothing is left of the node, and the leaves whose loss led to that."""
        if isinstance(node, Leaf):
            return self._say_leaf(node)
        if node.operator == "NOT":
            return self._say_not(node, more, less)
        said = [self.say(part, more, less) for part in node.parts]
        kept = [text for text, _ in said if text]
        pending = [leaf for text, leaves in said if not text for leaf in leaves]
        if not kept:
            return "", pending
        self.lose(pending, f"left out, so {more if node.operator == 'AND' else less} is found")
        return self._joined(node.operator, kept), []

    def _say_leaf(self, leaf: Leaf) -> tuple[str, list[Leaf]]:
        try:
            return _said(leaf, self.to), []
        except Untranslatable as error:
            self.dropped[leaf] = str(error)
            return "", [leaf]

    def _say_not(self, node: Branch, more: str, less: str) -> tuple[str, list[Leaf]]:
        kept, pending = self.say(node.parts[0], more, less)
        away = Branch("OR", node.parts[1:]) if len(node.parts) > 2 else node.parts[1]
        if not kept:
            for leaf in _leaves(away):
                self.dropped.setdefault(leaf, "there is nothing left to take it from")
            return "", [*pending, *_leaves(away)]
        dropped, lost = self.say(away, less, more)
        if not dropped:
            self.lose(lost, f"left out, so {more} is found")
            return kept, []
        return self._joined("NOT", [kept, dropped]), []

    def _joined(self, operator: str, parts: Sequence[str]) -> str:
        if len(parts) == 1:
            return parts[0]
        if self.to == "generic":
            return f"{operator}[{', '.join(parts)}]"
        return "(" + f" {operator} ".join(parts) + ")"

    def lose(self, leaves: Sequence[Leaf], effect: str) -> None:
        """Note the loss of ``leaves``."""
        self.lost += [f"{leaf}: {self.dropped[leaf]}; {effect}" for leaf in leaves]


def _leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from _leaves(part)


@cache
def _said(leaf: Leaf, to: str) -> str:
    database = DATABASES[to]
    if leaf.tag not in database.fields:
        reason = _KINDS.get(TAGS[leaf.tag].kind, f"it has no field that is like [{leaf.tag}]")
        raise Untranslatable(reason)
    if leaf.near:
        return _near(leaf, to)
    return _by_library(_for_library(leaf), leaf, to)


def _near(leaf: Leaf, to: str) -> str:
    """Any order, each word within the distance of the next."""
    database = DATABASES[to]
    # Two words may have the others of the query between them.
    distance = int(leaf.near) + len(leaf.words) - 2
    if to == "ebsco":
        distance = max(distance, 1)  # there is no N0
    fields = database.fields[leaf.tag]
    words = [[f"{word}{one}" if to == "generic" else word for word in leaf.words] for one in fields]
    joint = database.joint.format(n=distance)
    each = [
        database.near.format(field=one, n=distance, words=joint.join(inside))
        for one, inside in zip(fields, words, strict=True)
    ]
    return _Sayer(to)._joined("OR", each)


def _for_library(leaf: Leaf) -> str:
    text = leaf.text.strip('"“”„‟«»＂').strip()
    if leaf.tag == "la":
        text = _NAME_OF.get(text.casefold(), text)
    plain = re.fullmatch(r"[\w*]+", text)
    tag = leaf.tag.partition(":")[0]
    written = text if plain else f'"{text}"'
    return f"{written}[{tag}]"


def _by_library(text: str, leaf: Leaf, to: str) -> str:
    database = DATABASES[to]
    try:
        with redirect_stdout(io.StringIO()):  # it prints its advice
            query = read_by_library(text, platform="pubmed").translate(database.platform)
            said = query.to_generic_string() if to == "generic" else query.to_string()
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise Untranslatable(f"the library cannot translate it ({reason})") from None
    fields = tuple(sorted(_CODES[to].findall(said)))
    times = len(database.fields[leaf.tag])
    if fields != tuple(sorted(database.fields[leaf.tag])) or _times(text, said) != times:
        raise Untranslatable(f"the library's translation of it is wrong ({said})")
    return f"({said})" if " OR " in said and to != "generic" else str(said)


def _times(text: str, said: str) -> int:
    """How often the term stands in its translation, letter by letter."""
    return said.count(text.rpartition("[")[0])


def _missing(tree: Node, text: str, dropped: Collection[Leaf]) -> list[Leaf]:
    """The terms that are neither in the text nor dropped: there must be none."""
    whole = "".join(patterns(text))
    return [
        leaf
        for leaf in _leaves(tree)
        if leaf not in dropped
        and leaf.tag != "la"  # a code becomes a name
        and not all(word in whole for word in leaf.words)
    ]


def _notes(leaf: Leaf, to: str) -> Iterator[str]:
    if leaf.near and len(leaf.words) > 2:
        yield f"{leaf}: each word is sought near the next, which finds more"
    if leaf.near and len(leaf.words) == 2 and int(leaf.near) == 0 and to == "ebsco":
        yield f"{leaf}: written as N1, which may find more"
    if leaf.tag in DATABASES[to].notes:
        yield DATABASES[to].notes[leaf.tag]
