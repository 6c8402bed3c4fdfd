"""Forty queries that real reviews sent to PubMed: asked of real records, or refused with reason.

``real_queries.tsv`` names those that are refused, and why.
"""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from perennial.errors import InputError
from perennial.pubmed import parse_file
from perennial.query import Document, Query, QueryError, evaluate, parse
from perennial.query.doubts import doubts
from perennial.query.elsewhere import translate
from perennial.query.nodes import Not
from perennial.query.publication_types import is_known
from perennial.query.words import key
from perennial.record import Record

SHARED = Path(__file__).parents[3] / "shared/data"
QUERIES = SHARED / "screening/sysrev_seed_queries.jsonl"
XML = SHARED / "pubmed_xml"
REFUSED = Path(__file__).parent / "real_queries.tsv"
MOST = 120  # records

pytestmark = pytest.mark.skipif(
    not (QUERIES.exists() and XML.exists()),
    reason=f"THE QUERIES OF REAL REVIEWS OR THE REAL RECORDS ARE NOT HERE: {SHARED}",
)


@cache
def queries() -> dict[str, str]:
    lines = QUERIES.read_text(encoding="utf-8").splitlines()
    return {row["id"]: row["query"] for row in map(json.loads, lines)}


def every_record() -> list[Record]:
    found: dict[str, Record] = {}
    for path in sorted(XML.rglob("*.xml*")):
        try:
            found |= {record.pmid: record for record in parse_file(path).records}
        except InputError:  # some of the files are damaged on purpose
            continue
    return list(found.values())


def parts(query: Query) -> list[Query]:
    """The operands of a query's outermost AND, each as a query."""
    root = query.root.kept if isinstance(query.root, Not) else query.root
    return [replace(query, root=part) for part in getattr(root, "parts", ())]


def reasons() -> dict[str, str]:
    with REFUSED.open(encoding="utf-8", newline="") as file:
        return {row["query"]: row["reason"] for row in csv.DictReader(file, delimiter="\t")}


def test_each_is_evaluated_or_refused_with_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    documents = [Document.of(record) for record in islice(every_record(), MOST)]
    assert len(documents) == MOST
    refused, found = {}, {}
    for number, text in queries().items():
        try:
            query = parse(text)
        except QueryError as error:
            assert 0 <= error.start < error.end <= len(text)
            refused[number] = error.message
        else:
            found[number] = max(
                sum(evaluate(part, document).holds for document in documents)
                for part in (query, *parts(query))
            )
    some = sum(count > 0 for count in found.values())
    with capsys.disabled():
        print(
            f"\n{len(found)} real queries asked of {MOST} records ({some} hold in part of some), "
            f"{len(refused)} refused: {refused}"
        )
    assert (len(found), len(refused)) == (37, 3)
    assert refused.keys() == reasons().keys()
    assert all(reasons().values())
    # Chance records meet no whole review's query, but one half or other of nearly all of them.
    assert some >= 30


def test_their_doubts_stand_where_they_say() -> None:
    for number in queries().keys() - reasons().keys():
        query = parse(queries()[number])
        for doubt in doubts(query):
            assert query.text[doubt.start : doubt.end].strip()
            assert doubt.message


def test_every_publication_type_of_real_records_is_known() -> None:
    types = {kind for record in every_record() for kind in record.publication_types}
    assert len(types) > 15
    assert not {kind for kind in types if not is_known(key(kind))}


def test_each_is_translated_or_its_losses_are_named() -> None:
    numbers = sorted(queries().keys() - reasons().keys(), key=int)[::3]
    for number in numbers:
        for to in ("wos", "ebsco"):
            translation = translate(queries()[number], to)
            assert translation.text or translation.lost, number
            assert "so it is not shown" not in "".join(translation.lost), number
