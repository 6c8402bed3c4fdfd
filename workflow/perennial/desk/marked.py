"""The words that met criteria, coloured in the text where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from markupsafe import Markup, escape

from perennial.decisions.card import stretches
from perennial.printable import printable
from perennial.record import Record
from perennial.screened import Match

HUES = 6  # desk.css has so many; a criterion's is its place in the protocol modulo this


def hue(id_: str, ids: Sequence[str]) -> str:
    """The class of a criterion's colour; none for one that is not in the protocol."""
    return f"hue-{ids.index(id_) % HUES}" if id_ in ids else ""


def marked(text: str, matches: Iterable[Match], ids: Sequence[str]) -> Markup:
    """The text, escaped, each matched stretch in a ``mark`` that ends with its criteria's ids.

    ``matches`` are all of this text, ``ids`` those of the protocol in its order.
    """
    shown, at, pieces = printable(text), 0, list[Markup]()
    for start, end, found in stretches(matches):
        pieces.append(escape(shown[at:start]))
        pieces.append(_mark(shown[start:end], found, ids))
        at = end
    return Markup("").join([*pieces, escape(shown[at:])])


def _mark(words: str, found: Sequence[str], ids: Sequence[str]) -> Markup:
    form = Markup('<mark class="{}">{}<sup>{}</sup></mark>')
    return form.format(hue(found[0], ids), words, " ".join(found))


def paragraphs(record: Record, matches: Iterable[Match], ids: Sequence[str]) -> list[Markup]:
    """The abstract with its words marked, a paragraph for each of its labelled parts."""
    text, found = record.abstract, [match for match in matches if match.field == "abstract"]
    cuts = sorted({0, *_beginnings(record), len(text)})
    spans = [(a, b) for a, b in pairwise(cuts) if text[a:b].strip()]
    return [marked(text[a:b], _within(found, a, b), ids) for a, b in spans]


def _beginnings(record: Record) -> list[int]:
    """Where the labels of the parts stand, as far as the text bears them out."""
    places = [s.start - len(s.label) - 2 for s in record.sections if s.label]
    labels = [s.label for s in record.sections if s.label]
    pairs = zip(places, labels, strict=True)
    return [at for at, label in pairs if at >= 0 and record.abstract.startswith(f"{label}:", at)]


def _within(matches: Iterable[Match], start: int, end: int) -> list[Match]:
    """The matches that touch a stretch of the text, as they lie in it."""
    return [
        replace(m, start=max(m.start, start) - start, end=min(m.end, end) - start)
        for m in matches
        if m.start < end and m.end > start
    ]
