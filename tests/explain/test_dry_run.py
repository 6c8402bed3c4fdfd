"""``perennial dry-run``: what strategies would find among the records held, and what they miss."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perennial.config import load
from perennial.explain.dry_run import NO, UNKNOWN, YES, dry_run, load_local, operands
from perennial.query import Document, evaluate, parse
from perennial.record import Record
from small_project import Small, small

GOLD = "pmid\texpected\n11\tinclude\n13\tinclude\n14\tinclude\n77\tinclude\n"
CUT = {
    "#a AND #b": [("#a", False), ("#b", False)],
    "(#a OR x[ti]) AND y[ti] NOT z[ti]": [("(#a OR x[ti])", False), ("y[ti]", False),
                                          ("z[ti]", True)],
    "(#a AND #b)": [("#a", False), ("#b", False)],
    "(#a) AND (#b)": [("(#a)", False), ("(#b)", False)],
    "#a AND #b OR #c": [("#a AND #b OR #c", False)],
    '"this AND that"[ti] AND x[ti]': [('"this AND that"[ti]', False), ("x[ti]", False)],
    "x[ti]": [("x[ti]", False)],
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Small:
    return small(tmp_path / "project")


@pytest.mark.parametrize("text", CUT)
def test_a_query_is_cut_at_its_top(text: str) -> None:
    assert operands(text) == CUT[text]


def test_counts_misses_and_the_parts_that_fail(project: Small, tmp_path: Path) -> None:
    gold = tmp_path / "gold.tsv"
    gold.write_text(GOLD, "utf-8")
    done = project.run("dry-run", "--gold", str(gold), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    first, second, every = told["runs"]
    assert (first["found"], first["relevant"], first["relevant_found"]) == (1, 3, 1)
    missed = {m["pmid"]: [part["met"] for part in m["parts"]] for m in first["missed"]}
    assert missed == {"13": [YES, NO, YES], "14": [YES, YES, NO]}
    assert {m["pmid"]: m["otherwise"] for m in first["missed"]}["13"] == "named one by one"
    # S2 asks for affiliations, which records do not hold: 11 may be found, 13 cannot.
    assert (second["found"], second["open"]) == (0, 2)
    assert {m["pmid"] for m in second["missed"]} == {"13", "14"}
    assert [part["met"] for part in second["missed"][0]["parts"]] == [NO, UNKNOWN, YES]
    assert any("affiliations" in note for note in second["notes"])
    assert {m["pmid"] for m in every["missed"]} == {"13", "14"}
    assert told["not_held"] == ["77"]
    text = project.run("dry-run", "S1", "--gold", str(gold)).stdout
    assert "S1 misses 2 relevant records" in text and "no  2016/01/01:3000[dp]" in text


def test_decisions_say_what_is_relevant(project: Small) -> None:
    project.decide("13|include||Ada||")
    told = json.loads(project.run("dry-run", "S1", "--json").stdout)
    assert [(m["pmid"], m["known"]) for m in told["runs"][0]["missed"]] == [
        ("13", "included by Ada")
    ]


def test_an_unknown_strategy_and_a_query_that_cannot_be_read(project: Small) -> None:
    done = project.run("dry-run", "S11")
    assert (done.returncode, "there is no strategy 'S11'" in done.stderr) == (2, True)
    assert "one of: S1, S2" in project.run("dry-run", "S99").stderr
    assert "one of: S1, S2" in done.stderr
    path = project.folder / "config/search.yaml"
    path.write_text(path.read_text("utf-8").replace("old[tiab]", "old[tiabb]"), "utf-8")
    done = project.run("dry-run")
    assert (done.returncode, "config/search.yaml:7:" in done.stderr) == (2, True)


_terms = st.sampled_from(["seed[tiab]", "soil[ti]", "root[tiab]", '"old seed"[ti]'])
_joined = st.recursive(
    _terms,
    lambda part: st.lists(
        st.tuples(st.sampled_from(["AND", "OR", "NOT"]), part), min_size=1, max_size=3
    ).flatmap(lambda rest: part.map(lambda p: f"({p} {' '.join(f'{o} {t}' for o, t in rest)})")),
    max_leaves=6,
)


@given(_joined, st.lists(st.sampled_from(["old", "seed", "soil", "root"]), max_size=4))
def test_the_parts_together_say_what_the_query_says(tmp_path_factory, query, words) -> None:
    record = Record("1", title=" ".join(words), abstract="seed root" if len(words) > 2 else "")
    file = tmp_path_factory.mktemp("config") / "search.yaml"
    file.write_text(
        f"strategies:\n  - id: S1\n    label: x\n    query: |\n      {query}\n", "utf-8"
    )
    told = dry_run(load_local(load(file, "search")), [record], {})
    wanted = evaluate(parse(query), Document.of(record)).holds
    assert told.runs[0].found == int(wanted)
