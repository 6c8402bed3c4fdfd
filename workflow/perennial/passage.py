"""The passage: an addressable stretch of a study's text, and the statement drawn from one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text with an address: (``pmid``, ``section``) is unique.

    ``section`` is ``title``, ``abstract``, or for full text the section type and a
    running number, ``results.3``. ``source`` is ``pubmed`` or ``pmc``. Offsets into a
    passage count Unicode code points from 0.
    """

    pmid: str
    section: str
    source: str
    heading: str  # as printed, "" where there is none
    text: str
    sha256: str  # of text in UTF-8


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of evidence: factor × direction × condition × site × model, with its quote.

    ``quote == passage.text[start:end]`` holds for the passage (pmid, section).
    ``direction`` is always that of *more* factor: a knock-down is already inverted.
    """

    id: str  # stable: short hash of pmid, section, start, end, factor, direction
    pmid: str
    factor: str  # HGNC symbol, or the vocabulary's id for an agent, cell or process
    factor_kind: str  # gene | family | agent | cell | process
    factor_text: str  # the words that named it
    direction: str  # a code of config/evidence.yaml
    perturbation: str  # gain | loss | "" (observed)
    mechanism: str  # category of config/evidence.yaml, e.g. C1
    condition: str
    site: str
    model: str
    species: str
    standing: str  # result | background | hypothesis | combination (of factors, not of each)
    quote: str
    section: str
    start: int
    end: int
    text_sha256: str
    rule: str  # id of the sentence pattern in config/evidence.yaml, "" if a person added it
    # By config/corrections.tsv: "" | confirmed | corrected | added | conflict (reviewers differ,
    # and it stands as it was drawn).
    reviewed: str = ""
    corrected_from: str = ""  # what it was: "direction INC; site lung"
    basis: str = ""  # perturbed (by loss, gain or an agent) | associated (seen together) | ""
