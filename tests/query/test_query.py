"""Blocks, bounds, warnings, the hierarchy, and what real reviews wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from perennial.errors import InputError
from perennial.query import Document, Mesh, QueryError, evaluate, parse, parse_blocks
from perennial.query.filters import FILTERS
from perennial.query.tags import TAGS
from perennial.record import Heading, Record
from ruamel.yaml import YAML

REAL = Path(__file__).parents[3] / "shared/data/screening/sysrev_seed_queries.jsonl"


def test_blocks_come_in_any_order() -> None:
    blocks = parse_blocks({"c": "#a AND #b", "a": "one[ti]", "b": "two[ti] OR #a"})
    assert list(blocks) == ["c", "a", "b"]
    assert blocks["c"].blocks == ("a", "b")
    assert blocks["a"].blocks == ()
    assert evaluate(blocks["c"], Document.of(Record("1", title="one"))).holds


def test_names_in_quotation_marks_are_words() -> None:
    blocks = parse_blocks({"a": '"#b"[ti]', "b": "#a"})
    assert blocks["a"].blocks == ()
    assert blocks["b"].blocks == ("a",)


@pytest.mark.parametrize(
    ("texts", "block", "says", "start"),
    [
        ({"a": "#a"}, "a", "#a → #a", 0),
        ({"a": "x[ti] OR #b", "b": "#c", "c": "y[ti] AND #a"}, "abc", "uses itself", None),
        ({"a": "x[ti]", "b": "#a OR #missing"}, "b", "no block #missing", 6),
        ({"a": "x[ti]", "b": "#a OR ("}, "b", "bracket", None),
        ({"a": "#b NEAR/3 #a", "b": "x[ti]"}, "a", "uses itself", 10),
        ({"not good": "x[ti]"}, "not good", "no name", 0),
    ],
)
def test_a_faulty_block_is_named(
    texts: dict[str, str], block: str, says: str, start: int | None
) -> None:
    with pytest.raises(QueryError) as caught:
        parse_blocks(texts)
    error = caught.value
    assert error.block
    assert error.block in block
    assert says in error.message
    assert str(error).startswith(f"#{error.block}: ")
    if start is not None:
        assert error.start == start
    assert error.end <= len(texts[error.block])


def test_many_blocks_built_on_one_another_stay_quick() -> None:
    texts = {"b0": "one[ti]"} | {f"b{i}": f"#b{i - 1} AND #b{i - 1}" for i in range(1, 60)}
    result = evaluate(parse_blocks(texts)["b59"], Document.of(Record("1", title="one")))
    assert [span.text for span in result.spans] == ["one"]


@pytest.mark.parametrize(
    "text",
    [
        "a[ti] OR " * 20_000 + "a[ti]",
        "(" * 201 + "a[ti]" + ")" * 201,
        "a[ti] " + "OR b[ti] AND c[ti] " * 3_000,
    ],
    ids=["long", "deep", "mixed"],
)
def test_bounds(text: str) -> None:
    with pytest.raises(QueryError):
        parse(text)


def test_blocks_within_blocks_are_bounded() -> None:
    texts = {"b0": "one[ti]"} | {f"b{i}": f"#b{i - 1}" for i in range(1, 300)}
    with pytest.raises(QueryError, match="deep") as caught:
        parse_blocks(texts)
    assert caught.value.block


def test_within_the_bounds_all_is_well() -> None:
    record = Document.of(Record("1", title="word"))
    row = " OR ".join(f"term{i}[ti]" for i in range(4_000)) + " OR word[ti]"
    assert evaluate(parse(row), record).holds
    assert evaluate(parse("(" * 190 + "word[ti]" + ")" * 190), record).holds
    many = "abcd" + "*a" * 200 + "*b[ti]"
    assert not evaluate(parse(many), Document.of(Record("1", title="abcd" + "a" * 5000))).holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a[ti] OR b[ti] AND c[ti]", "left to right"),
        ("a[ti] or b[ti]", "capital"),
        ("a[ti] | b[ti]", "AND, OR, NOT"),
        ("one two", "no field tag"),
        ("a[ab]", "no tag of PubMed's"),
    ],
)
def test_warnings(text: str, said: str) -> None:
    assert any(said in warning for warning in parse(text).warnings), parse(text).warnings


@pytest.mark.parametrize(
    "text",
    ["a[ti] OR b[ti] OR c[ti]", "a[ti] AND b[ti] NOT c[ti]", '"a b"[tiab:~3] AND 2016:3000[dp]'],
)
def test_a_plain_query_has_no_warnings(text: str) -> None:
    assert parse(text).warnings == ()


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    parse("a or b[ti] AND c")
    with pytest.raises(QueryError):
        parse("(a OR b")
    assert capsys.readouterr() == ("", "")


def test_spans_of_a_document_used_twice() -> None:
    document = Document.of(Record("1", title="one two"))
    query = parse("one[ti] OR two[ti]")
    assert evaluate(query, document) == evaluate(query, document)


def test_mesh_file(tmp_path: Path) -> None:
    path = tmp_path / "mesh.yaml"
    path.write_text("Plants:\n  Trees: [Oak, Elm]\n  Herbs:\nTrees: [Ash]\nOak: [Plants]\n")
    mesh = Mesh.load(path)
    everything = {"Plants", "Trees", "Oak", "Elm", "Herbs", "Ash"}
    assert mesh.narrower("plants") == everything  # a circle does no harm
    assert mesh.narrower("Herbs") == {"Herbs"}
    assert mesh.narrower("Stones") == {"Stones"}
    document = Document.of(Record("1", headings=(Heading("Ash"),)))
    query = parse("Trees[mh]")
    assert evaluate(query, document, mesh).holds
    assert not evaluate(query, document).holds


@pytest.mark.parametrize(
    ("text", "line"), [("Plants: 7\n", 1), ("A: [B]\nC: [[1]]\n", 2), ("a: [", 1)]
)
def test_mesh_file_with_a_fault(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "mesh.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        Mesh.load(path)
    assert caught.value.place.file == str(path)
    assert caught.value.place.line >= line


def test_real_queries_are_read_or_refused_with_a_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    if not REAL.exists():
        pytest.skip(f"the queries of real reviews are not here: {REAL}")
    document = Document.of(Record("1", title="A title", abstract="An abstract"))
    read, refused = 0, []
    for line in REAL.read_text(encoding="utf-8").splitlines():
        review = json.loads(line)
        try:
            evaluate(parse(review["query"]), document)
            read += 1
        except QueryError as error:
            assert error.message
            assert 0 <= error.start < error.end <= len(review["query"])
            refused.append(f"{review['id']}: {error.message}")
    with capsys.disabled():
        print(f"\n{read} real queries read, {len(refused)} refused: {'; '.join(refused)}")
    assert read + len(refused) == 40
    assert read >= 37


DOCS = Path(__file__).parents[2] / "docs/query.md"


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


def test_the_examples_in_the_docs_are_read(tmp_path: Path) -> None:
    (queries,) = fenced("pubmed")
    assert [parse(line) for line in queries.splitlines()]
    blocks, *hierarchies = fenced("yaml")
    named = parse_blocks(YAML(typ="safe").load(blocks)["blocks"])
    asleep = Document.of(Record("1", title="Dormant disseminated tumour cells"))
    infected = Document.of(Record("1", title="Dormant virus; tumour cells"))
    assert evaluate(named["wanted"], asleep).holds
    assert not evaluate(named["wanted"], infected).holds
    for hierarchy in hierarchies:
        (tmp_path / "mesh.yaml").write_text(hierarchy)
        mesh = Mesh.load(tmp_path / "mesh.yaml")
        assert "Breast Neoplasms" in mesh.narrower("Neoplasms")


def test_every_tag_answered_is_in_the_docs() -> None:
    text = DOCS.read_text(encoding="utf-8")
    missing = {tag.name for tag in TAGS.values() if f"[{tag.name.partition(':')[0]}]" not in text}
    assert not missing
    assert all(name in text.replace(" ", "") for name in FILTERS)
