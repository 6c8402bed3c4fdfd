"""Made-up full texts in JATS: as long as real ones, with words of no meaning.

40 paragraphs of 120 words, in sentences of about 20, with a table, a figure and citations. One
word in sixty is a name or a phrase that the vocabulary looks for, so that sentences which
name a factor are as frequent as in articles about the subject, and more of them hold one than in
others. The same seed gives the same articles.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

PARAGRAPHS, WORDS, SENTENCE = 40, 120, 20
SHARE = 1 / 60
SECTIONS = {"intro": "Introduction", "methods": "Methods"}
SECTIONS |= {"results": "Results", "discussion": "Discussion"}


def sought(vocabulary: Path) -> list[str]:
    """Names of factors and contexts that need no escaping in XML, as the vocabulary has them."""
    document = YAML(typ="safe").load(vocabulary.read_text("utf-8"))
    entries: list[Any] = [a for one in document["factors"].values() for a in one.get("aliases", ())]
    kinds = [kind for name, kind in document["contexts"].items() if name != "labels"]
    entries += [alias for kind in kinds for aliases in kind.values() for alias in aliases]
    names = (entry if isinstance(entry, str) else entry["text"] for entry in entries)
    return sorted({name for name in names if not set(name) & set("<>&")})


def made(number: int, names: Sequence[str]) -> str:
    """The article of PMID ``number`` and ``PMC`` with the same number."""
    draw = random.Random(number)  # noqa: S311 - prose, not secrets
    ids = f'<article-id pub-id-type="pmid">{number}</article-id>'
    ids += f'<article-id pub-id-type="pmc">PMC{number}</article-id>'
    body = "".join(_section(kind, title, draw, names) for kind, title in SECTIONS.items())
    front = f"<front><article-meta>{ids}</article-meta></front>"
    return f"<article>{front}<body>{body}</body></article>"


def _section(kind: str, title: str, draw: random.Random, names: Sequence[str]) -> str:
    each = PARAGRAPHS // len(SECTIONS)
    paragraphs = "".join(f"<p>{' '.join(_sentences(draw, names))}</p>" for _ in range(each))
    floats = _floats(draw) if kind == "results" else ""
    return f'<sec sec-type="{kind}"><title>{title}</title>{paragraphs}{floats}</sec>'


def _sentences(draw: random.Random, names: Sequence[str]) -> Iterator[str]:
    for _ in range(WORDS // SENTENCE):
        said = " ".join(_word(draw, names) for _ in range(SENTENCE))
        cited = f' <xref ref-type="bibr" rid="b">[{draw.randint(1, 60)}]</xref>'
        yield f"The {said}{cited if draw.random() < 0.3 else ''}."


def _word(draw: random.Random, names: Sequence[str]) -> str:
    if draw.random() < SHARE:
        return draw.choice(names)
    word = "".join(draw.choices("aeiourstlnmdc", k=draw.randint(2, 9)))
    return f"<italic>{word}</italic>" if draw.random() < 0.02 else word


def _floats(draw: random.Random) -> str:
    cells = "".join(f"<td>{draw.random():.3f}</td>" for _ in range(5))
    rows = f"<tr>{cells}</tr>" * 8
    table = f"<table-wrap><label>Table 1</label><table><tbody>{rows}</tbody></table></table-wrap>"
    return f"{table}<fig><label>Figure 1</label><caption><p>What was seen.</p></caption></fig>"
