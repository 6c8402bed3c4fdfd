"""The engine against a naive reading of the docs, on random queries and records."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from functools import cache

import naive_query
import pytest
from perennial.query import (
    Document,
    Panel,
    Query,
    QueryError,
    Spelling,
    evaluate,
    lexicon,
    parse,
    parse_blocks,
)
from perennial.query.evaluate import Result
from perennial.record import Heading, Record

LONG = bool(os.environ.get("PERENNIAL_LONG"))
ROUNDS = 400 if LONG else 40
RECORDS = 25  # asked of each round's queries

# Words as authors write them, and as searchers do: few, so that they meet; PubMed wants four
# characters before an asterisk.
WRITTEN = tuple(
    str.split(
        """
        alpha ALPHA α Alphabet beta β tgf TGF-β2 TGFβ2 tgfbeta2 cell cells cellular tumor tumour
        Tumoral tumourous fibre ﬁbre fiber naïve nai\u0308ve naive dor\u00admant dormant
        Dormancy\u00ad ½ H₂O h2o µm straße STRASSE Σίσυφος İstanbul istanbul don't don’t e.g. 5.2
        Œdema oedema 𝛼 日本 x_y ﷺ Fig. et al. ’’ ±3
        """
    )
)
SIGNS = [" "] * 9 + [", ", ". ", "-", "–", " (", ") ", "/", "  ", "\u00ad", "\u2009", "… ", "? "]
SIGNS += ["; ", "", "\n", "\u200b", ".\u0301 "]
ASKED = tuple(
    str.split(
        """
        alpha alph* alph*ha alpha* beta tgf tgfbeta2 tgfb* TGF-β2 TGF-beta2 cell cells cell* tumor
        tumo*r tumour tumor* tumou*s fibre fiber fibr* naive naiv* dormant dorm* dormanc* h2o mum
        strasse stra*e istanbul don't 2 5 al fig oedema oede*a x sisu*
        """
    )
)
TAGS = ("ti", "ab", "tiab", "tiab", "tiab", "ot", "tw", "tt")
PAIRS = [("tumour", "tumor"), ("fibre", "fiber"), ("oedem", "edem")]


def text(chance: random.Random, most: int) -> str:
    row = [chance.choice(WRITTEN) + chance.choice(SIGNS) for _ in range(chance.randint(0, most))]
    return "".join(row).strip()


def record(chance: random.Random) -> Record:
    return Record(
        "1",
        title=text(chance, 6),
        abstract=text(chance, 40),
        vernacular_title=text(chance, 3),
        keywords=tuple(text(chance, 3) for _ in range(chance.randint(0, 3))),
        publication_types=tuple(chance.sample(["Review", "Letter", "Case Reports"], 1)),
        headings=(Heading("Tumor Cells", qualifiers=("alpha",)),) if chance.random() < 0.3 else (),
    )


def leaf(chance: random.Random) -> str:
    words = [chance.choice(ASKED) for _ in range(chance.choice((1, 1, 1, 2, 2, 3)))]
    if chance.random() < 0.04:
        return chance.choice(("hasabstract", "review[pt]", '"tumor cells"[mh]', "alpha beta"))
    if chance.random() < 0.12 and len(words) > 1 and not any("*" in word for word in words):
        return f'"{" ".join(words)}"[{chance.choice(("ti", "tiab"))}:~{chance.randint(0, 4)}]'
    return f'"{" ".join(words)}"[{chance.choice(TAGS)}]'


def query(chance: random.Random, names: tuple[str, ...] = (), deep: int = 2) -> str:
    draw = chance.random()
    if names and draw < 0.35:
        a, b = chance.choice(names), chance.choice(names)
        return f"#{a}" if draw < 0.1 else f"#{a} NEAR/{chance.randint(0, 5)} #{b}"
    if deep == 0 or draw < 0.5:
        return leaf(chance)
    parts = [query(chance, names, deep - 1) for _ in range(chance.randint(2, 5))]
    row = [parts[0], *(f"{chance.choice(('AND', 'OR', 'OR', 'NOT'))} {p}" for p in parts[1:])]
    return f"({' '.join(row)})"


@cache
def case(seed: int) -> tuple[dict[str, Query], tuple[Record, ...]]:
    """Four queries over three blocks, and records to ask them of."""
    chance = random.Random(seed)
    spelling = Spelling(PAIRS) if seed % 3 == 0 else None
    rows = {name: " OR ".join(leaf(chance) for _ in range(6)) for name in "ab"}
    texts = {**rows, "c": f"{query(chance)} OR #a NEAR/{chance.randint(0, 4)} #b"}
    blocks = parse_blocks(texts, spelling)
    queries = {str(n): parse(query(chance, ("a", "b", "c")), blocks, spelling) for n in range(4)}
    return {**blocks, **queries}, tuple(record(chance) for _ in range(RECORDS))


@pytest.mark.parametrize("start", range(0, ROUNDS, 20))
def test_the_engine_agrees_with_a_naive_reading_of_the_docs(start: int) -> None:
    held = asked = 0
    for seed in range(start, start + 20):
        queries, records = case(seed)
        panel = Panel(queries)
        for number, one in enumerate(records):
            answers = panel.ask(one)
            # Each record with some of the queries: the others come with the next ones.
            for name in [n for at, n in enumerate(queries) if (at + number) % 7 == 0]:
                wanted = naive_query.spans(queries[name].root, one)
                found = answers[name]
                said = (found.holds, [tuple(span) for span in found.spans])
                assert said == (wanted is not None, wanted or []), (seed, queries[name].text, one)
                held, asked = held + found.holds, asked + 1
    assert asked == 20 * RECORDS
    assert 0.1 < held / asked < 0.9


def test_what_runs_over_a_full_stop_hides_no_nearer_word() -> None:
    blocks = parse_blocks({"a": "alpha[ti]", "b": '"beta cells dormant"[ti] OR cells[ti]'})
    one = Record("1", title="alpha beta cells. Dormant ones wait here.")
    result = evaluate(parse("#a NEAR/3 #b", blocks), Document.of(one))
    assert [span.text for span in result.spans] == ["alpha", "cells"]


@pytest.mark.parametrize("seed", range(30))
def test_a_panel_says_what_each_query_alone_says(seed: int) -> None:
    queries, records = case(seed)
    panel = Panel(queries)
    for one in records[:8]:
        document = Document.of(one)
        alone = {name: evaluate(query, document) for name, query in queries.items()}
        assert panel.ask(one) == alone
        assert list(alone) == list(queries)


@pytest.mark.parametrize("seed", range(1000, 1030))
def test_set_algebra_over_blocks(seed: int) -> None:
    chance = random.Random(seed)
    blocks = parse_blocks({"a": query(chance), "b": query(chance)})
    texts = {"a": "#a", "b": "#b", "and": "#a AND #b", "or": "#a OR #b", "not": "#a NOT #b"}
    texts |= {"none": "#a NOT #a", "turned": "#b AND #a", "split": "(#a AND #b) OR (#a NOT #b)"}
    panel = Panel({name: parse(text, blocks) for name, text in texts.items()})
    for _ in range(10):
        said: dict[str, Result] = panel.ask(record(chance))
        a, b = said["a"].holds, said["b"].holds
        assert said["and"].holds == (a and b)
        assert said["or"].holds == (a or b)
        assert said["not"].holds == (a and not b)
        assert not said["none"].holds
        assert said["turned"] == said["and"]
        assert said["split"].holds == a
        if a and b:
            assert set(said["and"].spans) == {*said["a"].spans, *said["b"].spans}
        if said["not"].holds:
            assert said["not"].spans == said["a"].spans


def test_random_records_have_what_makes_words_hard() -> None:
    everything = "".join(one.abstract for seed in range(20) for one in case(seed)[1])
    assert all(sign in everything for sign in "αβﬁ\u00ad\u0308½’–\n\u200b日İ")


# What anyone may send. Work is counted in calls of Python functions, so that no clock decides.


def calls(work: Callable[[], object]) -> int:
    """How many Python functions ``work`` calls, itself included."""
    count = 0

    def note(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


LONGEST_OR = " OR ".join(f"term{number:05d}*[ti]" for number in range(5_500))
MANY_ASTERISKS = "abcd" + "*a" * 20_000 + "*b[ti]"


@pytest.mark.parametrize(
    ("asked", "title", "most"),
    [
        # Each word is looked up, whatever the number of patterns.
        (LONGEST_OR, "word " * 5_000, 1_000),
        # Patterns that share a beginning are tried at each word that has it, once.
        (" OR ".join(f"abcd*{n}[ti]" for n in range(5_000)), "abcd " * 3_000, 30_000),
        (MANY_ASTERISKS, "abcd" + "a" * 100_000, 1_000),
        (MANY_ASTERISKS, ("abcd" + "a" * 50 + " ") * 1_000, 5_000),
        # A phrase is compared at each place of its first word.
        (f'"{"word " * 249}end"[ti]', "word " * 2_000, 600_000),
        (f'"{"word " * 249}end"[ti:~9]', "word " * 9_000 + "end", 50_000),
        ("#a NEAR/9999 #b", "one two " * 2_000, 200_000),
    ],
    ids=["or", "stems", "asterisks", "asterisks again", "phrase", "near", "blocks"],
)
def test_work_is_bounded(asked: str, title: str, most: int) -> None:
    blocks = parse_blocks({"a": "one[ti]", "b": "two[ti]"})
    panel = Panel({"asked": parse(asked, blocks)})
    assert calls(lambda: panel.ask(Record("1", title=title))) < most


@pytest.mark.parametrize("tag", ["[ti]", "[tiab:~5]", ""])
def test_a_phrase_longer_than_any_abstract_is_refused(tag: str) -> None:
    with pytest.raises(QueryError, match="too long") as caught:
        parse(f'x[ti] OR "{"word " * 5_001}"{tag}')
    assert caught.value.start == 9
    assert parse(f'"{"word " * 5_000}"{tag}')


def test_what_a_lexicon_learns_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "_MOST", 100)
    query = parse("alpha[ti] OR word9*[ti]")
    for start in range(0, 5_000, 50):
        title = " ".join(f"word{number}" for number in range(start, start + 50)) + " alpha"
        assert evaluate(query, Document.of(Record("1", title=title))).holds
    [(_, words)] = query.plan.lexicon
    assert 0 < len(words) <= 100
    long = "word9" + "x" * 10_000
    assert evaluate(query, Document.of(Record("1", title=long))).holds
    assert not any(long in word for word in words)
