"""What abbreviations change in 400 abstracts on cancer: names are gained, and few are lost.

Run with -s for the list.
"""

from __future__ import annotations

from collections import Counter

from perennial.extract import sentences
from perennial.extract.fold import fold
from perennial.extract.meanings import within
from perennial.extract.terms import find
from subject import vocabulary
from third_party import ABSTRACTS, needs

pytestmark = needs(ABSTRACTS)

# "Blast crisis (BC)" and "basement membrane (BM)", read by hand.
RIGHTLY_LOST = {("BC", "breast"), ("BM", "bone marrow")}
# "Estrogen receptor (ER)", "chorioallantoic membrane (CAM)" and the like, read by hand.
RIGHTLY_GAINED = {
    ("RA", "retinoic acid"),
    ("IR", "radiotherapy"),
    ("ER", "ESR1"),
    ("PC", "prostate"),
    ("CRC", "colon"),
    ("RCC", "kidney"),
    ("LAC", "lung cancer"),
    ("CAM", "chick embryo"),
}


def _named(text: str, local: bool) -> Counter[tuple[str, str]]:
    words = within(vocabulary(), [text]) if local else vocabulary()
    return Counter(
        (text[a + m.start : a + m.end], m.ids[0])
        for a, b in sentences.spans(text)
        for terms in (words.terms, *words.contexts.values())
        for m in find(terms, text[a:b], fold(text[a:b]))
    )


def test_names_gained_and_lost() -> None:
    gained: Counter[tuple[str, str]] = Counter()
    lost: Counter[tuple[str, str]] = Counter()
    paths = sorted(ABSTRACTS.rglob("*.txt"))
    for path in paths:
        text = path.read_text(encoding="utf-8")
        before, after = _named(text, local=False), _named(text, local=True)
        gained += after - before
        lost += before - after
    print(f"\n{len(paths)} abstracts: gained {dict(gained)}\nlost {dict(lost)}")
    assert len(paths) >= 400
    assert lost.total() >= 4
    assert gained.total() >= 45
    assert set(lost) == RIGHTLY_LOST
    assert set(gained) == RIGHTLY_GAINED
