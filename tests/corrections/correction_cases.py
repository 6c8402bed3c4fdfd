"""Cases of corrections: texts now and before, what was drawn, the rows, what comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from perennial.corrections.correction import COLUMNS, Correction
from perennial.extract.statements import identity
from perennial.passage import Passage, Statement
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
PMID = "900000001"

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Case:
    note: str
    passages: tuple[Passage, ...]
    drawn: tuple[Statement, ...]
    rows: tuple[Correction, ...]
    expect: Mapping[str, Any]


def passage(section: str, text: str, pmid: str = PMID) -> Passage:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Passage(pmid, section, "pubmed", "", text, digest)


def statement(said: str, texts: Texts, pmid: str = PMID) -> Statement:
    """``FACTOR DIRECTION section: quote`` as a statement drawn from ``texts``."""
    head, quote = said.split(": ", 1)
    factor, direction, section = head.split(" ")
    place = passage(section, texts[section], pmid)
    start = place.text.index(quote)
    end = start + len(quote)
    return Statement(
        id=identity(pmid, section, start, end, factor, direction),
        pmid=pmid,
        factor=factor,
        factor_kind="gene",
        factor_text=factor,
        direction=direction,
        perturbation="",
        mechanism="",
        condition="breast",
        site="",
        model="",
        species="",
        standing="result",
        quote=quote,
        section=section,
        start=start,
        end=end,
        text_sha256=place.sha256,
        rule="a rule",
    )


def row(line: int, given: Mapping[str, str], before: Texts) -> Correction:
    """A row as a case writes it: ``on`` is the statement that the reviewer had before them."""
    cells = dict.fromkeys(COLUMNS, "") | {k: str(v) for k, v in given.items() if k != "on"}
    if "on" in given:
        of = statement(given["on"], before)
        seen = {"id": of.id, "pmid": of.pmid, "section": of.section, "quote": of.quote}
        seen |= {"start": str(of.start), "end": str(of.end), "text": of.text_sha256[:12]}
        judged = {"factor": of.factor, "direction": of.direction}
        cells |= seen | (judged if cells["action"] in ("confirm", "reject") else {})
        cells |= {k: str(v) for k, v in given.items() if k != "on"}
    return replace(Correction(**cells), line=line)


def load_case(path: Path) -> Case:
    data = YAML(typ="safe").load(path)
    now, before = data["texts"], {**data["texts"], **data.get("before", {})}
    return Case(
        data["note"],
        tuple(passage(section, text) for section, text in now.items()),
        tuple(statement(said, now) for said in data["drawn"]),
        tuple(row(i, given, before) for i, given in enumerate(data["rows"], 2)),
        data["expect"],
    )
