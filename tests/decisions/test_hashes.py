"""What makes a decision stale: a criterion that judges otherwise, a text that reads otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perennial.config import load
from perennial.decisions.judged import under
from perennial.decisions.table import criterion_hash, text_hash
from perennial.query import parse, parse_blocks
from perennial.record import Record
from perennial.screen import load_criteria

PROTOCOL = """
blocks:
  deep: "germ[tiab] OR bud[tiab]"
  seed: "seed[tiab] OR #deep"
  root: "root[tiab]"
criteria:
  - id: X1
    action: exclude
    label: A virus?
    reason: about a virus
    query: "(virus[tiab] AND #root) OR #seed NEAR/4 #root"
  - id: X2
    action: exclude
    label: Retracted?
    reason: retracted
    integrity: [retracted, concern]
  - {id: X3, action: exclude, label: For people, reason: people}
"""
SAME = {
    "the label": ("A virus?", "Is it about a virus?"),
    "the reason": ("about a virus", "viral"),
    "the id": ("id: X1", "id: X9"),
    "blanks": ("(virus[tiab] AND #root)", "(virus[tiab]  AND   #root)"),
    "a block's blanks": ("germ[tiab] OR bud", "germ[tiab]  OR bud"),
    "the order of notices": ("[retracted, concern]", "[concern, retracted]"),
    "a block that is not used": ("blocks:", 'blocks:\n  more: "more[tiab]"'),
}
OTHER = {
    "the query": ("virus[tiab]", "viral[tiab]"),
    "a distance": ("NEAR/4", "NEAR/5"),
    "a block": ("root[tiab]", "root*[tiab]"),
    "a block in a block": ("germ[tiab]", "germs[tiab]"),
    "the action": ("id: X1\n    action: exclude", "id: X1\n    action: require"),
    "the stage": ("reason: about a virus", "reason: about a virus\n    stage: full text"),
}


def _hashes(folder: Path, text: str) -> list[str]:
    (folder / "screening.yaml").write_text(text, "utf-8")
    criteria = load_criteria(load(folder / "screening.yaml", "screening"))
    return [criterion_hash(criterion) for criterion in criteria]


@pytest.mark.parametrize("what", SAME)
def test_what_does_not_judge_does_not_matter(tmp_path: Path, what: str) -> None:
    old, new = SAME[what]
    assert old in PROTOCOL
    assert _hashes(tmp_path, PROTOCOL.replace(old, new)) == _hashes(tmp_path, PROTOCOL)


@pytest.mark.parametrize("what", OTHER)
def test_what_judges_matters_to_this_criterion_alone(tmp_path: Path, what: str) -> None:
    old, new = OTHER[what]
    assert old in PROTOCOL
    before, after = _hashes(tmp_path, PROTOCOL), _hashes(tmp_path, PROTOCOL.replace(old, new))
    assert [a == b for a, b in zip(before, after, strict=True)] == [False, True, True]


def test_the_name_of_a_block_does_not_matter(tmp_path: Path) -> None:
    renamed = PROTOCOL.replace("deep", "deeper").replace("root:", "stem:").replace("#root", "#stem")
    assert _hashes(tmp_path, renamed) == _hashes(tmp_path, PROTOCOL)


def test_the_order_of_criteria_does_not_matter(tmp_path: Path) -> None:
    head, *criteria = PROTOCOL.split("  - ")
    turned = "  - ".join([head, *(c.rstrip("\n") + "\n" for c in reversed(criteria))])
    assert _hashes(tmp_path, turned) == _hashes(tmp_path, PROTOCOL)[::-1]


def test_blocks_that_double_at_each_step_are_hashed_at_once(tmp_path: Path) -> None:
    texts = {"b0": "x[tiab]"} | {f"b{n}": f"#b{n - 1} OR #b{n - 1}" for n in range(1, 60)}
    blocks = parse_blocks(texts)
    from perennial.decisions.judged import hash_of_parts  # noqa: PLC0415

    assert len(hash_of_parts("exclude", parse("#b59", blocks), ())) == 12


def test_under_names_the_criterion(tmp_path: Path) -> None:
    (tmp_path / "screening.yaml").write_text(PROTOCOL, "utf-8")
    first = load_criteria(load(tmp_path / "screening.yaml", "screening"))[0]
    assert under(first) == f"X1:{criterion_hash(first)}"


RECORD = Record("1", title="t", abstract="a", keywords=("k", "l"), publication_types=("p",))
SEEN = {
    "title": "u",
    "abstract": "b",
    "keywords": ("kl",),
    "publication_types": ("p", "q"),
}


@pytest.mark.parametrize("field", SEEN)
def test_what_a_reviewer_reads_is_hashed(field: str) -> None:
    assert text_hash(replace(RECORD, **{field: SEEN[field]})) != text_hash(RECORD)


def test_what_a_reviewer_does_not_read_is_not() -> None:
    indexed = replace(RECORD, pmid="2", status="MEDLINE", revised="2026-01-01", doi="10.1/x")
    assert text_hash(indexed) == text_hash(RECORD)


@given(st.text(), st.text())
def test_no_text_flows_from_one_field_into_another(one: str, two: str) -> None:
    left, right = Record("1", title=one, abstract=two), Record("1", title=one + two)
    assert (text_hash(left) == text_hash(right)) == (two == "")
