"""What annotators marked in 119 trial reports is found again in our passages of them.

Their text comes from a reader of their own, which runs a paragraph into the caption of the
figure behind it and puts each cell of a table on a line. So a span counts as found as it is,
up to white space, up to punctuation (cells of a row), or run on (over the end of a passage);
abstracts are PubMed's to give, and no passages of ours.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache

from perennial import jats
from perennial.extract import extract
from perennial.text import clean, plain
from subject import vocabulary
from third_party import INFERENCE, needs, passage, stated_pmid, tree

pytestmark = needs(INFERENCE)


@lru_cache(maxsize=1)
def articles() -> dict[str, tuple[jats.FullText, str]]:
    """The text of each article and its abstract, by PMCID; one that names no PMID gets 1."""
    found = {}
    for path in sorted((INFERENCE / "xml").glob("*.nxml")):
        xml = path.read_bytes()
        root = tree(xml)
        (full,) = jats.parse(xml, stated_pmid(root) or "1", path.name)
        found[path.stem] = full, " ".join(plain(a) for a in root.iter("abstract", "article-title"))
    return found


def gold() -> Iterator[tuple[str, str]]:
    """PMCID and text of each span, once."""
    with (INFERENCE / "v2_annotations.csv").open(encoding="utf-8", newline="") as file:
        marked = {(f"PMC{row['PMCID']}", row["Annotations"]) for row in csv.DictReader(file)}
    return ((id_, text) for id_, text in sorted(marked) if id_ in articles() and text.strip())


def letters(text: str) -> str:
    return re.sub(r"\W+", "", clean(text).casefold())


def where(span: str, full: jats.FullText, abstract: str) -> str:
    """The closest way in which ``span`` is found."""
    texts = [passage.text for passage in full.passages]
    bare = [letters(text) for text in texts]
    ways = {
        "exactly": any(span in text for text in texts),
        "up to white space": any(clean(span) in text for text in texts),
        "up to punctuation": any(letters(span) in text for text in bare),
        "in the abstract": letters(span) in letters(abstract),
        "run on into the next passage": letters(span) in "".join(bare),
    }
    return next((way for way, found in ways.items() if found), "lost")


def test_every_gold_span_survives() -> None:
    ways: Counter[str] = Counter()
    lost: dict[str, list[str]] = defaultdict(list)
    for id_, span in gold():
        way = where(span, *articles()[id_])
        ways[way] += 1
        if way == "lost":
            lost[id_].append(span)
    print(f"\n{ways.total()} spans of {len(articles())} articles: {dict(ways)}")
    assert len(articles()) >= 119
    assert ways.total() > 450
    assert not lost
    assert ways["exactly"] + ways["up to white space"] >= 0.59 * ways.total()
    assert ways["run on into the next passage"] <= 0.02 * ways.total()


def test_articles_without_text_hold_none() -> None:
    """Told from the file itself: no paragraph and no cell in body or floats."""
    short = {id_ for id_, (full, _) in articles().items() if full.status == "front matter only"}
    empty = set()
    for path in (INFERENCE / "xml").glob("*.nxml"):
        root = tree(path.read_bytes())
        held = [*root.iterfind("body"), *root.iterfind("floats-group")]
        if not any(plain(p) for part in held for p in part.iter("p", "td")):
            empty.add(path.stem)
    assert short == empty
    assert empty  # scanned pages, and an article that PMC gives the front matter of


def test_captions_and_tables_of_the_back_are_read() -> None:
    """Eight of these articles keep all figures and tables in a section of the back matter."""
    checked = 0
    for path in (INFERENCE / "xml").glob("*.nxml"):
        wanted = tree(path.read_bytes()).xpath("back/sec[@sec-type='display-objects']//caption")
        told = " ".join(p.text for p in articles()[path.stem][0].passages)
        assert all(plain(c) in told for c in wanted), path.name
        checked += len(wanted)
    assert checked >= 20


def test_nothing_is_drawn_from_trials_of_other_things() -> None:
    drawn = [
        f"{full.pmcid} {found.factor} {found.direction}: {found.quote}"
        for full, _ in articles().values()
        for found in extract(full.passages, vocabulary(), title="", publication_types=[])
    ]
    assert not drawn, "\n".join(drawn)


SENTENCE = "In mice, NR2F1 induced dormancy of disseminated tumour cells."


def test_a_sentence_in_the_midst_of_real_text_is_found_where_it_stands() -> None:
    """Real prose on both sides, with its signs, numbers and abbreviations."""
    found = 0
    texts = [[p for p in full.passages if p.text.endswith(".")] for full, _ in articles().values()]
    pairs = [(kept[0].text, kept[-1].text) for kept in texts if kept]
    for before, after in pairs:
        woven = passage("1", "results.1", f"{before} {SENTENCE} {after}")
        for drawn in extract([woven], vocabulary(), title="", publication_types=[]):
            assert drawn.quote == woven.text[drawn.start : drawn.end]
            assert drawn.quote == SENTENCE
            found += 1
    print(f"\n{found} of {len(pairs)} found")
    assert len(pairs) > 100
    assert found >= 0.97 * len(pairs)
