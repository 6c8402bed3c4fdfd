"""Every number that a reader sees is a query on the review, and a mutated ledger shows.

A numeral is traced where it stands in a phrase whose numbers are counted again from the raw
parts of the review (quantities.py), or in a text that a record or the config holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import lxml.html
import mutations
import pictured
import pytest
import quantities
import synthetic
from perennial.errors import LedgerError
from perennial.render import diagram
from perennial.render import page as pages
from perennial.render.pictures import canvas
from perennial.render.renewed import renewed
from perennial.render.review import Review, check
from reading import page
from visible import Block, blocks

NUMERAL = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
TEMPLATES = Path(__file__).parents[2] / "workflow/templates"


SAVED = canvas.saved


def _on_screen(*args: Any, **options: Any) -> bytes:
    """A picture is not drawn for paper."""
    return b"" if options["format"] == "png" else SAVED(*args, **options)


def html(review: Review) -> lxml.html.HtmlElement:
    """The page alone: documents are made of the same templates."""
    check(review)
    picture = diagram.svg(review.flow, "", renewed(review))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas, "saved", _on_screen)
        return lxml.html.document_fromstring(
            pages.Pages(review, TEMPLATES, picture).html().decode()
        )


def pattern(phrase: str) -> re.Pattern[str]:
    """A phrase as an expression, each of its counted numbers a group."""
    pieces = re.split(r"(⟦.*?⟧|[…¶])", " ".join(phrase.split()))
    made = "".join(map(_piece, pieces))
    return re.compile(rf"(?<![\w.,]){made}(?!\d)" if made[:1] == "(" else rf"{made}(?!\d)", re.I)


def _piece(piece: str) -> str:
    if piece == "…":
        return ".*?"
    if piece == "¶":
        return "(?= Quote|$)"
    if piece[:1] == "⟦":
        return f"({re.escape(piece[1:-1])})"
    return re.escape(piece)


def covered(text: str, phrases: Iterable[re.Pattern[str]], quotes: Iterable[str]) -> str:
    """``text`` with each traced numeral, and each quote, made blank."""
    letters = list(text)
    for quote in quotes:
        for match in re.finditer(rf"(?<![\w]){re.escape(quote)}(?!\w)", text, re.I):
            letters[match.start() : match.end()] = " " * len(match[0])
    for phrase in phrases:
        for match in phrase.finditer(text):
            for group in range(1, (phrase.groups or 0) + 1):
                start, end = match.span(group)
                letters[start:end] = " " * (end - start)
    return "".join(letters)


class Ledger:
    """What accounts for the numbers of one review."""

    def __init__(self, review: Review, page: Iterable[Block]) -> None:
        ticked = quantities.ticked(b.text for b in page if b.section == "checklists")
        told = {*quantities.phrases(review), *ticked}
        self.phrases = [pattern(phrase) for phrase in told if "⟦" in phrase]
        texts = {*quantities.quoted(review), *quantities.FIXED}
        self.quotes = sorted(texts, key=len, reverse=True)
        self.drawn = pictured.drawn(review)

    def rest(self, block: Block) -> str:
        """The block with all that is accounted for made blank."""
        if block.kind.startswith("svg picture"):
            told = covered(block.text, [], self.quotes)
            return _undrawn(told, self.drawn[block.kind.split()[-1]])
        return covered(block.text, self.phrases, self.quotes)


def untraced(review: Review, root: lxml.html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    """(section, numeral, its block) of every number that nothing accounts for."""
    known = Ledger(review, blocks(root))
    for block in blocks(root):
        if NUMERAL.search(block.text):
            found = NUMERAL.finditer(known.rest(block))
            yield from ((block.section, match[0], block.text) for match in found)


def _undrawn(text: str, expected: Counter[str]) -> str:
    """The numbers of a picture that are not the expected ones, and those that are lacking."""
    found = Counter(match[0] for match in NUMERAL.finditer(text))
    return " ".join(((found - expected) + (expected - found)).elements())


REVIEWS = {
    "made up": synthetic.review,
    "with all that people did": mutations.peopled,
    "a first edition": synthetic.first_edition,
}


@pytest.mark.parametrize("review", REVIEWS.values(), ids=REVIEWS)
def test_every_number_is_traced(review):
    assert list(untraced(review(), html(review()))) == []


def wrong(block: Block, known: Ledger) -> Iterator[tuple[Block, str]]:
    """The block with one of its counted numbers one too high, each in turn."""
    for match in NUMERAL.finditer(covered(block.text, [], known.quotes)):
        number = f"{float(match[0].replace(',', '')) + 1:g}"
        text = block.text[: match.start()] + number + block.text[match.end() :]
        yield block._replace(text=text), number


def test_no_number_could_be_another(files):
    """Were any number of the page one higher, nothing would account for it."""
    told, tried = list(blocks(page(files))), 0
    known = Ledger(synthetic.review(), told)
    for block in told:
        for altered, number in wrong(block, known):
            if altered in told:  # the true row of another year
                continue
            tried += 1
            assert NUMERAL.search(known.rest(altered)), (number, altered)
    assert tried > 300


# ------------------------------------------------------------------ a mutated ledger

EXPECTED = Path(__file__).parents[1] / "data/render/mutations.tsv"
REFUSED = "refused"


def expectations() -> dict[str, list[str]]:
    """Mutation → the sections whose numbers it must change; of one that is refused, REFUSED."""
    lines = [line for line in EXPECTED.read_text("utf-8").splitlines() if line[0] != "#"]
    return {name: told.split() for name, told in (line.split("\t") for line in lines)}


def numbers(root: lxml.html.HtmlElement) -> dict[str, Counter[str]]:
    """Section → its numbers, each with the word that follows it."""
    found: dict[str, Counter[str]] = {}
    for block in blocks(root):
        told = re.findall(r"\d[\d,.–]*\W*[^\W\d]*", block.text)
        found.setdefault(block.section, Counter()).update(told)
    return found


@cache
def unchanged() -> dict[str, Counter[str]]:
    return numbers(html(mutations.peopled()))


def test_every_mutation_is_expected_to_do_something():
    assert set(expectations()) == set(mutations.MUTATIONS)
    assert all(expectations().values())


@pytest.mark.parametrize("name", mutations.MUTATIONS)
def test_a_mutated_ledger_is_refused_or_shows(name):
    told, mutated = expectations()[name], mutations.MUTATIONS[name](mutations.peopled())
    if told == [REFUSED]:
        with pytest.raises(LedgerError):
            html(mutated)
        return
    now, before = numbers(html(mutated)), unchanged()
    assert [section for section in told if now[section] == before[section]] == []
