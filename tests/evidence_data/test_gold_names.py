"""Names of genes and cancers against what annotators marked in 400 abstracts on cancer.

Only names that the vocabulary has can be missed; whatever we find can be wrong. A mention is
right if it overlaps a marked one of its kind. That says nothing of which gene it is, so a
second measure looks at marked names that are longer than ours: ``VEGF-C`` read as VEGF-A is
another molecule. Run with -s for the table, the errors and the misses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from perennial.extract import sentences
from perennial.extract.fold import fold
from perennial.extract.terms import Terms, find, key
from subject import vocabulary
from third_party import ABSTRACTS, needs

pytestmark = needs(ABSTRACTS)

# The corpus marks "tumour cells" and cell lines as cells; ours file a study under its cancer.
MALIGNANT = re.compile(r"cancer|carcinoma|tumou?r|oma\b|leuk|\bSCC|\bHCC|[A-Z]\w*-?\d", re.ASCII)
# What behind (or within) a longer name makes it another molecule's.
FURTHER = re.compile(r"^(?:[- ]?[B-E]\b|-?\d|[- ]?RI+\b|-H\d|-activated| homology|-homology)")
RECEPTORS = frozenset({"ERBB2", "EGFR", "PLAUR", "ESR1", "FLT1", "MET", "VEGFR"})


class Marked(NamedTuple):
    kind: str
    start: int
    end: int
    text: str


class Ours(NamedTuple):
    start: int
    end: int
    ids: tuple[str, ...]
    text: str


@dataclass
class Score:
    right: int = 0
    wrong: list[str] = field(default_factory=list)
    hit: int = 0
    missed: list[str] = field(default_factory=list)
    another: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        return self.right + len(self.wrong)

    def __str__(self) -> str:
        known = self.hit + len(self.missed)
        return (
            f"precision {self.right}/{self.found} = {self.right / self.found:.3f}, "
            f"recall {self.hit}/{known} = {self.hit / known:.3f}, "
            f"of another molecule {len(self.another)}"
        )


def abstracts() -> list[Path]:
    return sorted(ABSTRACTS.rglob("*.a1"))


def marked(path: Path) -> Iterator[Marked]:
    for line in path.read_text(encoding="utf-8").splitlines():
        _, place, text = line.split("\t")
        kind, start, *_, end = place.split()
        yield Marked(kind, int(start), int(end), text)


def mentions(text: str, terms: Terms) -> Iterator[Ours]:
    for a, b in sentences.spans(text):
        for m in find(terms, text[a:b], fold(text[a:b])):
            yield Ours(a + m.start, a + m.end, m.ids, text[a + m.start : a + m.end])


def over(one: Ours | Marked, others: list[Marked]) -> list[Marked]:
    return [o for o in others if one.start < o.end and o.start < one.end]


def known(text: str, names: frozenset[str]) -> bool:
    return bool({key(text), key(text).removesuffix("s")} & names)


def is_another(ours: Ours, gold: Marked) -> bool:
    if gold.start > ours.start or gold.end < ours.end or gold.text == ours.text:
        return False
    behind = gold.text[ours.end - gold.start :]
    receptor = "receptor" in gold.text.lower() and "receptor" not in ours.text.lower()
    family = vocabulary().factors[ours.ids[0]].kind == "family"
    coincidence = "polyposis" in gold.text
    further = bool(FURTHER.match(behind)) and not family
    return coincidence or further or (receptor and not RECEPTORS & set(ours.ids))


def score(text: str, ours: list[Ours], gold: list[Marked], names: frozenset[str], s: Score) -> None:
    for one in ours:
        here = over(one, gold)
        s.right += bool(here)
        if not here:
            s.wrong.append(f"{one.text} ({', '.join(one.ids)}) in …{context(text, one)}…")
        elif any(is_another(one, g) for g in here if g.kind == "Gene_or_gene_product"):
            s.another.append(f"{one.text} ({', '.join(one.ids)}) in {here[0].text}")
    spans = [Marked("", one.start, one.end, "") for one in ours]
    for g in gold:
        if g.kind in {"Gene_or_gene_product", "Cancer"} and known(g.text, names):
            s.hit += bool(over(g, spans))
            if not over(g, spans):
                s.missed.append(f"{g.text} in …{context(text, g)}…")


def context(text: str, one: Ours | Marked) -> str:
    return " ".join(text[max(one.start - 40, 0) : one.end + 40].split())


@lru_cache(maxsize=1)
def genes() -> Score:
    total, terms = Score(), vocabulary().terms
    factors = vocabulary().factors
    wanted = {id_ for id_, f in factors.items() if f.kind in {"gene", "family"}}
    names = frozenset(
        name
        for name in terms.automaton
        if any(wanted & set(alias.ids) for alias in terms.automaton.get(name)[1])
    )
    for path in abstracts():
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        ours = [one for one in mentions(text, terms) if wanted & set(one.ids)]
        gold = [g for g in marked(path) if g.kind == "Gene_or_gene_product"]
        score(text, ours, gold, names, total)
    return total


@lru_cache(maxsize=2)
def cancers(cells: bool) -> Score:
    total, terms = Score(), vocabulary().contexts["conditions"]
    names = frozenset(terms.automaton)
    for path in abstracts():
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        gold = [
            g
            for g in marked(path)
            if g.kind == "Cancer" or (cells and g.kind == "Cell" and MALIGNANT.search(g.text))
        ]
        score(text, list(mentions(text, terms)), gold, names, total)
    return total


def told(title: str, found: Score) -> None:
    print(f"\n{title}: {found}")
    for kind in ("wrong", "missed", "another"):
        for line in getattr(found, kind):
            print(f"  {kind}: {line}")


def test_there_are_abstracts() -> None:
    assert len(abstracts()) >= 400


def test_genes() -> None:
    found = genes()
    told("genes", found)
    assert found.found > 1000
    assert found.right / found.found >= 0.97
    assert found.hit / (found.hit + len(found.missed)) >= 0.96


def test_genes_are_not_taken_for_their_namesakes() -> None:
    """At most one in nine is a longer name of another molecule."""
    assert 1 - len(genes().another) / genes().found >= 0.89


def test_cancers() -> None:
    """Every listed name is found; what else is found are organs without a tumour in them."""
    found = cancers(cells=True)
    told("cancers, with malignant cells", found)
    print(f"cancers, without: {cancers(cells=False)}")
    assert found.found > 500
    assert found.right / found.found >= 0.88
    assert found.hit / (found.hit + len(found.missed)) >= 0.99
