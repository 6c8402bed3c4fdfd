"""Every case in cases/*.yaml: a query, a small record, the words that must be found."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from perennial.query import Document, Mesh, QueryError, evaluate, parse, parse_blocks
from perennial.record import Author, Heading, Record
from ruamel.yaml import YAML

CASES = Path(__file__).parent / "cases"


def load(name: str) -> Any:
    return YAML(typ="safe").load((CASES / name).read_text(encoding="utf-8"))


def record(fields: dict[str, Any]) -> Record:
    made = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
    made["authors"] = tuple(Author(**a) for a in fields.get("authors", ()))
    made["headings"] = tuple(
        Heading(**h | {"qualifiers": tuple(h.get("qualifiers", ()))})
        for h in fields.get("headings", ())
    )
    return Record(**made)


def groups() -> list[tuple[str, dict[str, Any]]]:
    files = sorted(path.name for path in CASES.glob("*.yaml") if path.name != "invalid.yaml")
    assert files, "no case files"
    return [(name, group) for name in files for group in load(name)]


VALID = [
    pytest.param(group, case, id=f"{name}:{case['ask']}")
    for name, group in groups()
    for case in group["cases"]
]
INVALID = [pytest.param(case, id=repr(case["ask"])) for case in load("invalid.yaml")]


def test_there_are_cases() -> None:
    assert len(VALID) >= 80
    assert len(INVALID) >= 25


@pytest.mark.parametrize(("group", "case"), VALID)
def test_finds(group: dict[str, Any], case: dict[str, Any]) -> None:
    blocks = parse_blocks(group.get("blocks", {}))
    asked, mesh = record(group["record"]), Mesh(group.get("mesh", {}))
    result = evaluate(parse(case["ask"], blocks), Document.of(asked), mesh)
    wanted = case["finds"]
    assert result.holds == (wanted != "no"), case["why"]
    found = [f"{span.field}: {span.text}" for span in result.spans]
    assert found == ([] if wanted == "no" else wanted), case["why"]
    for span in result.spans:
        value = getattr(asked, span.field)
        if isinstance(value, str):
            assert value[span.start : span.end] == span.text
        else:
            assert (span.start, span.end) == (0, 0)


@pytest.mark.parametrize("case", INVALID)
def test_refuses(case: dict[str, Any]) -> None:
    blocks = parse_blocks(case.get("blocks", {}))
    with pytest.raises(QueryError) as caught:
        parse(case["ask"], blocks)
    error = caught.value
    assert re.search(case["says"].replace("[", r"\["), error.message), error.message
    assert error.start == case["at"], (error.start, error.message)
    assert error.start <= error.end <= len(case["ask"])
    assert case.get("hint", "") in error.hint
    assert "QQ" not in str(error)
    assert "[ti " not in str(error)
