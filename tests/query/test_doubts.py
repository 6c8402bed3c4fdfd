"""What is read and can find nothing: named, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from perennial.asked import queries
from perennial.commands.check import command
from perennial.config import load
from perennial.query import Mesh, parse, parse_blocks
from perennial.query.doubts import doubts
from perennial.query.publication_types import NAMES
from perennial.record import Heading, Record
from perennial.tables import write_parquet
from small_config import CONFIG, small_config

OWN = Mesh({"Alpha Things": ["Beta Things"], "Clinical Trial": ["Randomized Controlled Trial"]})
NLM = Mesh.numbered({"X01": "Alpha Things", "X01.1": "Beta Things"}, {"Alphas": "Alpha Things"})


@pytest.mark.parametrize(
    ("query", "mesh", "meant", "says"),
    [
        ("x[ti] OR Gamma[mh]", OWN, "Gamma", "narrower headings of Gamma are not known"),
        ('"Gamma Things/therapy"[majr]', OWN, '"Gamma Things/therapy"', "headings of Gamma Things"),
        ("Gamma[mh]", None, "Gamma", "narrower headings of Gamma"),
        ("Gamma[mh]", NLM, "Gamma", "MeSH has no heading 'Gamma'"),
        ("Gamma[mh:noexp]", NLM, "Gamma", "MeSH has no heading"),
        ("alphas[mh]", NLM, "alphas", "an entry term of 'Alpha Things'"),
        ("trial[pt]", None, "trial", "PubMed has no publication type 'trial'"),
        ('x[ti] NOT "case report"[pt]', None, '"case report"', "no publication type"),
        ("clinical trial[pt]", None, "clinical trial", "types below clinical trial are not known"),
        ("englisch[la]", None, "englisch", "no language"),
        ("x[ti] AND rest[title", None, "rest[title", "two square brackets"),
    ],
)
def test_doubts(query: str, mesh: Mesh | None, meant: str, says: str) -> None:
    (doubt,) = doubts(parse(query), mesh)
    assert query[doubt.start : doubt.end] == meant
    assert says in doubt.message


@pytest.mark.parametrize(
    ("query", "mesh"),
    [
        ('"Alpha Things"[mh] OR "beta things"[mh]', OWN),
        ('"Alpha Things"[mh] OR "Beta Things/therapy"[mh]', NLM),
        ("Gamma[mh:noexp] OR gamm*[mh]", OWN),
        ("gamm*[mh]", NLM),
        ('review[pt] OR "case reports"[pt] OR research support*[pt]', None),
        ("clinical trial[pt] OR clinical study[pt:noexp]", OWN),
        ("english[la] OR ger[la] OR humans[sb] OR french[filter]", None),
        ('"rest[title" OR "[x]"[ti] OR trial[ti]', None),
        ("therapy[sh] AND 2016:3000[dp]", None),
    ],
)
def test_no_doubts(query: str, mesh: Mesh | None) -> None:
    assert doubts(parse(query), mesh) == ()


def test_headings_that_no_record_has() -> None:
    query = parse('"Alpha Things"[mh] OR "Alpha Things"[mh:noexp] OR alpha*[mh]')
    assert doubts(query, OWN, ["beta things"])[0].start == 22
    assert len(doubts(query, OWN, ["beta things"])) == 1
    assert len(doubts(query, OWN, ["Alpha Things"])) == 0
    assert len(doubts(query, OWN, [])) == 2


def test_a_block_is_doubted_once_and_by_itself() -> None:
    blocks = parse_blocks({"a": "x[ti] OR trial[pt]"})
    assert len(doubts(blocks["a"])) == 1
    assert doubts(parse("#a AND y[ti]", blocks)) == ()


def test_publication_types_are_those_of_the_list() -> None:
    assert len(NAMES) == len(set(NAMES)) >= 80
    assert {"Journal Article", "Review", "Preprint", "Retraction of Publication"} <= set(NAMES)


def config(folder: Path, query: str, search: str = "x[ti]") -> Path:
    made = small_config(folder / "config")
    (made / "search.yaml").write_text(
        f"strategies:\n  - id: S1\n    label: x\n    query: {search}\n"
    )
    (made / "screening.yaml").write_text(
        "criteria:\n  - id: A1\n    action: tag\n    label: x\n    reason: x\n"
        f"    query: >-\n      x[ti] OR y[ti]\n      OR {query}\n"
    )
    return made


def test_check_prints_them_as_warnings_with_their_place(tmp_path: Path) -> None:
    folder = config(tmp_path, "Gamma[mh]")
    result = CliRunner().invoke(command, [str(folder)])
    assert result.exit_code == 0
    place = f"{folder}/screening.yaml:8:10: warning: narrower headings of Gamma"
    assert result.stderr.startswith(place)
    assert result.stdout.endswith("1 claim: 1 warning\n")


def test_check_is_quiet_when_all_is_well(tmp_path: Path) -> None:
    # PubMed explodes by its own hierarchy: a strategy's heading need not be known.
    folder = config(tmp_path, '"Alpha Things"[mh]', search="Gamma[mh]")
    result = CliRunner().invoke(command, [str(folder)])
    assert (result.stderr, result.stdout.endswith(": all well\n")) == ("", True)


def test_check_looks_into_strategies_too(tmp_path: Path) -> None:
    folder = config(tmp_path, "x[ti]", search="x[ti] AND trials[pt]")
    result = CliRunner().invoke(command, [str(folder)])
    assert "search.yaml:4:22: warning: PubMed has no publication type 'trials'" in result.stderr


def test_check_takes_a_hierarchy_and_records(tmp_path: Path) -> None:
    folder, mesh, held = config(tmp_path, "Gamma[mh]"), tmp_path / "mtrees", tmp_path / "r.parquet"
    mesh.write_text("Alpha Things;X01\nGamma;X01.1\n")
    write_parquet(held, [Record("1", headings=(Heading("Alpha Things"),))], Record)
    options = ["--mesh", str(mesh), "--records", str(held)]
    result = CliRunner().invoke(command, [str(folder), *options])
    assert "no record held has the heading Gamma" in result.stderr
    assert "narrower" not in result.stderr


def test_check_prints_what_reading_warns_of(tmp_path: Path) -> None:
    folder = config(tmp_path, "z[ti] AND plain", search="x[ti] OR y[ti] AND plain")
    result = CliRunner().invoke(command, [str(folder)])
    assert result.exit_code == 0
    mixed = "AND, OR and NOT are mixed without brackets"
    assert f"{folder}/search.yaml:4:12: warning: {mixed}" in result.stderr
    assert f"{folder}/screening.yaml:7:7: warning: {mixed}" in result.stderr
    untagged = "warning: 'plain' has no field tag"
    assert f"{folder}/screening.yaml:7:7: {untagged}" in result.stderr
    assert result.stderr.count(untagged) == 1  # PubMed maps it
    assert result.stdout.endswith(": 3 warnings\n")


def test_the_default_queries_are_well() -> None:
    for name in ("search", "screening"):
        for path, query in queries(load(CONFIG / f"{name}.yaml", name)):
            assert query.warnings == (), path
