"""What a query asks for that no record can have: it is read, it runs, and it finds nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from perennial.query.compile import Query, parse
from perennial.query.languages import CODES
from perennial.query.mesh import Mesh
from perennial.query.nodes import Subject, Value
from perennial.query.publication_types import BROAD, is_known
from perennial.query.syntax import Token, tokens
from perennial.query.tags import SUBJECT, TAGS, VALUE, normal
from perennial.query.words import key

_LANGUAGES = frozenset(CODES.values())


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that looks like a slip: ``query.text[start:end]`` is the term that is meant.

    ``local`` says that it matters only where records are judged here: PubMed knows its own
    hierarchy and maps entry terms to headings.
    """

    start: int
    end: int
    message: str
    hint: str = ""
    local: bool = False


def doubts(
    query: Query, mesh: Mesh | None = None, known: Collection[str] | None = None
) -> tuple[Doubt, ...]:
    """What in a query's own text, blocks it names left out, may be a slip; in its order.

    ``mesh`` is the hierarchy that headings will be exploded by. ``known`` are the headings of
    the records held, if the caller has them.
    """
    found = [*_torn_tags(query), *_unfound(query, mesh or Mesh({}), known)]
    return tuple(sorted(found, key=lambda doubt: doubt.start))


def _torn_tags(query: Query) -> Iterator[Doubt]:
    """A tag that lacks one of its brackets is read as a word."""
    for term in tokens(query.text)[0]:
        if term.kind == "term" and not term.text.startswith('"') and set("[]") & set(term.text):
            message = f"{term.text!r} is read as words: a field tag has two square brackets"
            yield Doubt(term.start, term.end, message, "for example [tiab]")


def _unfound(query: Query, mesh: Mesh, known: Collection[str] | None) -> Iterator[Doubt]:
    held = None if known is None else frozenset(map(key, known))
    for start, end, node, written in _leaves(query):
        for message, hint, local in _said(node, written, mesh, held):
            yield Doubt(start, end, message, hint, local)


_Leaf = tuple[int, int, object, str]


def _leaves(query: Query) -> Iterator[_Leaf]:
    """Each tagged term of the text: where it stands, the node it becomes, how it is written."""
    found, _ = tokens(query.text)
    read: dict[str, object] = {}
    for term, tag in pairwise(found):
        if term.kind == "term" and tag.kind == "tag" and _kind(tag) in (SUBJECT, VALUE):
            text = query.text[term.start : tag.end]
            if text not in read:
                read[text] = parse(text).root
            yield term.start, term.end, read[text], _bare(term)


def _kind(tag: Token) -> str:
    return TAGS[normal(tag.text[1:-1]).partition(":~")[0]].kind


def _bare(term: Token) -> str:
    return term.text.strip().strip('"').strip()


_Said = Iterator[tuple[str, str, bool]]


def _said(node: object, written: str, mesh: Mesh, held: frozenset[str] | None) -> _Said:
    match node:
        case Subject(wanted=wanted) if "*" not in wanted:
            yield from _of_heading(node, written.partition("/")[0].strip(), mesh)
            if held is not None and not held & _asked(node, mesh):
                yield f"no record held has the heading {written}", "", True
        case Value(wanted=wanted, fields=("publication_types",)) if "*" not in wanted:
            if not is_known(wanted) and not mesh.knows(written):
                hint = "docs/query.md; PubMed's user guide lists them"
                yield f"PubMed has no publication type {written!r}", hint, False
            elif wanted in BROAD and node.explode and not mesh.knows(written):
                yield (
                    f"types below {written} are not known: only {written} itself is looked for",
                    "put them into mesh.yaml (perennial mesh --from NLM's file),"
                    " or write [pt:noexp] if that is what is meant",
                    True,
                )
        case Value(wanted=wanted, fields=("languages",)) if wanted not in _LANGUAGES:
            hint = "a name such as english, or a code such as eng"
            yield f"{written!r} is no language that is known here", hint, False


def _of_heading(node: Subject, name: str, mesh: Mesh) -> _Said:
    if mesh.knows(name):
        return
    if heading := mesh.heading_of(name):
        yield f"MeSH has {name!r} as an entry term of {heading!r}", "write the heading", True
    elif mesh.complete:
        yield f"MeSH has no heading {name!r}", "", False
    elif node.explode:
        yield (
            f"narrower headings of {name} are not known: only {name} itself is looked for",
            "put them into mesh.yaml (perennial mesh --from NLM's file),"
            " or write [mh:noexp] if that is what is meant",
            True,
        )


def _asked(node: Subject, mesh: Mesh) -> frozenset[str]:
    return mesh.keys_under(node.wanted) if node.explode else frozenset({node.wanted})
