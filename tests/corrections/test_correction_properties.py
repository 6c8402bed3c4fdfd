"""What holds for any corrections: nothing changes nothing, quotes stand, order does not matter."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from correction_cases import PMID, passage, row, statement
from hypothesis import given
from hypothesis import strategies as st
from perennial.corrections.anchor import anchor, nearly
from perennial.corrections.apply import apply
from perennial.corrections.correction import ADD, CONTEXT, Correction, Corrections
from perennial.decisions.verdicts import person
from perennial.passage import Statement
from subject import vocabulary

SENTENCES = (
    "TWIST1 wakes the resting cells of the lung.",
    "Nothing is known of the others so far.",
    "SOX9 keeps the resting cells of the bone at rest.",
    "TWIST1 wakes the resting cells of the bone.",
)
BEFORE = {"abstract": " ".join(SENTENCES), "results.1": " ".join(reversed(SENTENCES))}
SAID = tuple(
    f"{factor} {direction} {section}: {SENTENCES[at]}"
    for section in BEFORE
    for factor, direction, at in (("TWIST1", "REA", 0), ("SOX9", "MNT", 2), ("TWIST1", "REA", 3))
)

_texts = st.fixed_dictionaries(
    {},
    optional={
        section: st.lists(st.sampled_from([*SENTENCES, "Well — see."]), min_size=1).map(" ".join)
        for section in BEFORE
    },
)


@st.composite
def _judgement(draw: st.DrawFn) -> Correction:
    said = draw(st.sampled_from(SAID))
    action = draw(st.sampled_from(["confirm", "reject", "correct"]))
    given_ = {"action": action, "on": said, "reviewer": draw(st.sampled_from(["Ada", "Bo", "Cy"]))}
    if action == "correct":
        given_["direction"] = draw(st.sampled_from(["REA", "MNT"]))
        given_[draw(st.sampled_from(CONTEXT))] = draw(st.sampled_from(["-", "lung"]))
    return row(0, given_, BEFORE)


@st.composite
def _addition(draw: st.DrawFn) -> Correction:
    section = draw(st.sampled_from(sorted(BEFORE)))
    text = BEFORE[section]
    a, b = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True)))
    given_ = {"action": ADD, "pmid": PMID, "section": section, "start": a, "end": b}
    given_ |= {"quote": text[a:b].strip(), "factor": "TWIST1", "direction": "IND"}
    given_ |= {"reviewer": draw(st.sampled_from(["Ada", "Bo"])), "text": "0123456789ab"}
    return row(0, given_, BEFORE)


_rows = st.lists(_judgement() | _addition(), max_size=8).map(
    lambda rows: [replace(one, line=at) for at, one in enumerate(rows, 2)]
)


def _drawn(texts: dict[str, str]) -> list[Statement]:
    """What a machine would draw: of each sentence that is there, once."""
    found = [statement(s, texts) for s in SAID if _there(s, texts)]
    return sorted(found, key=lambda s: (s.section, s.start))


def _there(said: str, texts: dict[str, str]) -> bool:
    head, quote = said.split(": ", 1)
    return quote in texts.get(head.split(" ")[2], "")


def _apply(texts: dict[str, str], rows: list[Correction]) -> tuple[list[Statement], Corrections]:
    passages = [passage(section, text) for section, text in texts.items()]
    return apply(_drawn(texts), passages, rows, [PMID], vocabulary())


@given(_texts)
def test_no_corrections_change_nothing(texts: dict[str, str]) -> None:
    statements, told = _apply(texts, [])
    assert statements == _drawn(texts)
    assert told.outcomes == ()
    assert set(told.counts.values()) == {0}


@given(_texts, _rows)
def test_every_quote_stands_and_every_row_is_told(
    texts: dict[str, str], rows: list[Correction]
) -> None:
    statements, told = _apply(texts, rows)
    for s in statements:
        assert s.quote
        assert s.quote == texts[s.section][s.start : s.end]
        assert s.text_sha256 == passage(s.section, texts[s.section]).sha256
    assert len({s.id for s in statements}) == len(statements)
    assert [o.line for o in told.outcomes] == [one.line for one in rows]
    assert {s.id for s in statements if not s.reviewed} <= {s.id for s in _drawn(texts)}


@given(_texts, _rows)
def test_the_order_of_different_reviewers_does_not_matter(
    texts: dict[str, str], rows: list[Correction]
) -> None:
    by_name = sorted(rows, key=lambda one: person(one.reviewer))
    turned = [
        one
        for _, own in sorted(
            ((who, list(own)) for who, own in groupby(by_name, lambda r: person(r.reviewer))),
            reverse=True,
        )
        for one in own
    ]
    first, told = _apply(texts, rows)
    second, again = _apply(texts, turned)
    assert first == second
    assert told.counts == again.counts
    assert told.agreement == again.agreement
    assert sorted(told.outcomes, key=lambda o: o.line) == sorted(
        again.outcomes, key=lambda o: o.line
    )


@given(st.lists(st.sampled_from(["the", "TWIST1", "wakes", "(lung)", "β-cells"]), min_size=1))
def test_words_are_found_whatever_stands_between_them(words: list[str]) -> None:
    text = f"Well. {'  '.join(words)} So."
    spans = list(nearly(" ".join(words), text))
    assert (6, len(text) - 4) in spans


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_quote_in_any_text_gives_words_of_the_text_or_nothing(quote: str, text: str) -> None:
    sought = row(2, {"action": ADD, "section": "abstract", "quote": quote}, BEFORE)
    spot = anchor(sought, {"abstract": passage("abstract", text.encode(errors="ignore").decode())})
    assert spot is None or spot.quote == spot.passage.text[spot.start : spot.end]
