"""Random protocols and records over a handful of words, so that edits often matter."""

from __future__ import annotations

from hypothesis import strategies as st
from perennial.decisions.decision import STAGES, Decision
from perennial.preview.flips import Version
from perennial.preview.protocol import Protocol
from perennial.query import Mesh, parse, parse_blocks
from perennial.record import Heading, Record
from perennial.screen import Criterion
from perennial.screened import Integrity
from perennial.settings import Settings

WORDS = ("seed", "soil", "root", "leaf", "moss")
NOTICES = ("retracted", "concern")
BLOCKS = {"one": "seed[tiab] OR soil[ti]", "two": "#one AND root[tiab]"}
OTHER_BLOCKS = {**BLOCKS, "one": "seed[tiab]"}
MESHES = (None, Mesh({}), Mesh({"Plants": ["Mosses"]}), Mesh({"Plants": ["Ferns"]}))
IDS = ("X1", "X2", "X3", "I1", "I2", "T1")

_terms = st.one_of(
    st.sampled_from(WORDS).map(lambda word: f"{word}[tiab]"),
    st.sampled_from(WORDS).map(lambda word: f"{word}[ti]"),
    st.sampled_from(["#one", "#two", '"Plants"[mh]', "hasabstract", "(#one NEAR/1 #two)"]),
)
_queries = st.recursive(
    _terms,
    lambda part: st.tuples(part, st.sampled_from(["AND", "OR", "NOT"]), part).map(
        lambda parts: f"({' '.join(parts)})"
    ),
    max_leaves=4,
)


@st.composite
def criteria(draw, id_: str, blocks: dict) -> Criterion:
    kind = draw(st.sampled_from(["query", "query", "query", "notice", "people"]))
    return Criterion(
        id_,
        draw(st.sampled_from(["exclude", "exclude", "require", "tag"])),
        "a label",
        "a reason",
        parse(draw(_queries), blocks) if kind == "query" else None,
        (draw(st.sampled_from(NOTICES)),) if kind == "notice" else (),
        draw(st.sampled_from([*STAGES, STAGES[0]])),
        draw(st.sampled_from(["human", "judge"])),
    )


@st.composite
def edits(draw) -> tuple[Protocol, Protocol]:
    """A protocol and one made of it: some criteria replaced, dropped, added or moved."""
    old_blocks = parse_blocks(BLOCKS)
    new_blocks = parse_blocks(draw(st.sampled_from([BLOCKS, OTHER_BLOCKS])))
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=5, unique=True))
    old = [draw(criteria(id_, old_blocks)) for id_ in ids]
    new = [
        draw(criteria(c.id, new_blocks)) if draw(st.integers(0, 3)) == 0 else _again(c, new_blocks)
        for c in old
        if draw(st.integers(0, 4))
    ]
    for id_ in IDS:
        if id_ not in ids and draw(st.integers(0, 5)) == 0:
            new.insert(draw(st.integers(0, len(new))), draw(criteria(id_, new_blocks)))
    if draw(st.booleans()):
        new = draw(st.permutations(new))
    mesh = draw(st.sampled_from(MESHES))
    other = draw(st.sampled_from([mesh, *MESHES]))
    reviewers = draw(st.sampled_from([1, 1, 2])), draw(st.sampled_from([1, 1, 2]))
    one, two = (Settings(number) for number in reviewers)
    return Protocol(tuple(old), mesh, one), Protocol(tuple(new), other, two)


def _again(criterion: Criterion, blocks: dict) -> Criterion:
    """The same criterion as another file would give it, perhaps with blocks that changed."""
    query = parse(criterion.query.text, blocks) if criterion.query else None
    return Criterion(
        criterion.id,
        criterion.action,
        criterion.label,
        criterion.reason,
        query,
        criterion.integrity,
        criterion.stage,
        criterion.without_abstract,
    )


@st.composite
def records(draw) -> list[Record]:
    words = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
    headings = st.lists(st.sampled_from(["Plants", "Mosses", "Ferns"]), max_size=1)
    return [
        Record(
            str(number),
            title=draw(words),
            abstract=draw(words),
            headings=tuple(map(Heading, draw(headings))),
        )
        for number in range(1, draw(st.integers(2, 7)))
    ]


def notices(pmids: list[str]) -> st.SearchStrategy[list[Integrity]]:
    one = st.builds(
        Integrity, st.sampled_from(pmids), st.sampled_from(NOTICES), st.just(""), st.just("")
    )
    return st.lists(one, max_size=3)


@st.composite
def decisions(draw, pmids: list[str]) -> list[Decision]:
    return [
        Decision(
            draw(st.sampled_from(pmids)),
            draw(st.sampled_from([STAGES[0], STAGES[0], STAGES[1]])),
            outcome := draw(st.sampled_from(["include", "exclude", "human"])),
            draw(st.sampled_from(IDS)) if outcome == "exclude" else "",
            draw(st.sampled_from(["Ada", "Bo"])),
            "",
            "",
            "",
            "",
            "",
        )
        for _ in range(draw(st.integers(0, 4)))
    ]


@st.composite
def scenes(draw) -> tuple[list[Record], list[Integrity], Version, Version]:
    """Records, notices, and two versions; the file of decisions may have grown between them."""
    before, after = draw(edits())
    held = draw(records())
    pmids = [record.pmid for record in held]
    rows = draw(decisions(pmids))
    former = rows[: draw(st.integers(0, len(rows)))]
    return (
        held,
        draw(notices(pmids)),
        Version(before, tuple(former)),
        Version(after, tuple(rows)),
    )
