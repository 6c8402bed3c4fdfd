"""What a queue was made of, and what is said where that is no longer so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from perennial.commands.decide import command as decide
from perennial.commands.decisions import command as sheets
from perennial.commands.export import command as export
from perennial.commands.labels import command as labels
from perennial.commands.prioritise import command as prioritise
from perennial.decisions.table import COLUMNS
from perennial.queue.basis import Asked
from perennial.queue.behind import behind, edited, folded
from screening_job import decision, records, write_job

ROW = "\t".join(["101", "title/abstract", "include", "", "Bo", "", "2026-06-01", "", "", ""]) + "\n"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder with results, a queue in them, and the config that it was built by."""
    arguments = write_job(tmp_path, records(20), [decision("101", "include")])
    (tmp_path / "mesh.yaml").write_text("Plants: [Mosses]\n")
    text = (tmp_path / "screening.yaml").read_text()
    (tmp_path / "screening.yaml").write_text(
        text.replace('"rain[tiab]"', "'rain[tiab] OR \"Plants\"[mh]'")
    )
    arguments[-1] = str(tmp_path / "results/3_screened")
    done = CliRunner().invoke(prioritise, [*arguments, "--mesh", str(tmp_path / "mesh.yaml")])
    assert done.exit_code == 0, done.output
    return tmp_path


def _behind(folder: Path) -> tuple[str, ...]:
    return behind(folder / "results", folder / "screening.yaml", folder / "decisions.tsv")


def _edit(folder: Path, old: str, new: str, file: str = "screening.yaml") -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))


def test_nothing_is_said_of_a_queue_that_is_up_to_date(built: Path) -> None:
    assert _behind(built) == ()
    _edit(built, "label: rain", "label: the rain")
    _edit(built, "criteria:\n", "# a comment\ncriteria:\n")
    assert _behind(built) == ()


def test_criteria_are_named(built: Path) -> None:
    _edit(built, '"virus[tiab]"', '"virus*[tiab]"')
    assert _behind(built) == ("the protocol has changed: X1 edited",)
    _edit(built, "id: X1", "id: X9")
    assert _behind(built) == ("the protocol has changed: X9 new, X1 gone",)


def test_many_criteria_are_counted_and_their_ids_can_be_folded() -> None:
    then, now = ([Asked(f"X{n}", meaning) for n in range(9)] for meaning in ("1", "2"))
    (phrase,) = edited(then, [*now, Asked("I1", "")])
    ids = ", ".join(one.id for one in now)
    assert phrase == f"the protocol has changed: 9 criteria edited ({ids}), I1 new"
    assert folded(phrase) == ("the protocol has changed: 9 criteria edited, I1 new", ids)


def test_another_order(built: Path) -> None:
    text = (built / "screening.yaml").read_text()
    rows = [row for row in text.splitlines(keepends=True) if "- {id: I" in row]
    _edit(built, "".join(rows), "".join(reversed(rows)))
    assert _behind(built) == ("the protocol has changed: criteria in another order",)


def test_the_hierarchy_counts_where_a_criterion_asks_by_it(built: Path) -> None:
    _edit(built, "[Mosses]", "[Mosses]\nStones: [Pebbles]", "mesh.yaml")
    assert _behind(built) == ()
    _edit(built, "[Mosses]", "[Mosses, Ferns]", "mesh.yaml")
    assert _behind(built) == ("the protocol has changed: I2 edited",)


def test_settings(built: Path) -> None:
    _edit(built, "reviewers_per_record: 2", "reviewers_per_record: 1")
    assert _behind(built) == ("reviewers_per_record 2 → 1",)


def test_decisions_are_counted(built: Path) -> None:
    with (built / "decisions.tsv").open("a") as file:
        file.write(ROW)
    assert _behind(built) == ("1 decision is not in it yet",)
    with (built / "decisions.tsv").open("a") as file:
        file.write(ROW.replace("101", "103"))
    assert _behind(built) == ("2 decisions are not in it yet",)
    with (built / "decisions.tsv").open("a") as file:
        file.write(ROW.replace("101", "103").replace("include", "withdrawn"))
    assert _behind(built) == ("1 decision is not in it yet",)
    (built / "decisions.tsv").write_text("\t".join(COLUMNS) + "\n" + ROW)
    assert "taken back or not in decisions.tsv" in _behind(built)[0]


def test_a_queue_of_an_earlier_version(built: Path) -> None:
    path = built / "results/3_screened/conduct.json"
    told = json.loads(path.read_text())
    del told["basis"]
    path.write_text(json.dumps(told))
    assert "an earlier version" in _behind(built)[0]
    path.unlink()
    assert _behind(built) == ()


def test_what_cannot_be_compared_is_told_and_stops_nobody(built: Path) -> None:
    (built / "results/3_screened/conduct.json").write_text("{")
    done = _run(built, "export")
    assert done.exit_code == 0, done.output
    assert "is not known" in done.stderr and "conduct.json" in done.stderr


def test_decisions_do_not_matter_to_labels(built: Path) -> None:
    with (built / "decisions.tsv").open("a") as file:
        file.write(ROW)
    assert "not in it yet" in _run(built, "export").stderr
    assert "warning" not in _run(built, "labels").stderr


def _run(built: Path, name: str) -> Result:
    results, config = str(built / "results"), str(built)
    where = ["--results", results, "--config", config]
    told = built / "told.csv"
    told.write_text("pmid,title,decision\n103,Wind and sand,include\n")
    match name:
        case "export":
            out = str(built / "out.csv")
            return CliRunner().invoke(export, ["asreview", "--set", "queue", *where, "-o", out])
        case "decide":
            return CliRunner().invoke(decide, ["--reviewer", "Bo", *where], input="q")
        case "decisions":
            return CliRunner().invoke(sheets, ["export", str(built / "out.csv"), *where])
    criteria, out = str(built / "screening.yaml"), str(built / "decisions.tsv")
    asked = ["--from", "csv", "--reviewer", "Bo", "--results", results]
    return CliRunner().invoke(labels, [str(told), *asked, "--criteria", criteria, "-o", out])


@pytest.mark.parametrize("name", ["export", "decide", "decisions", "labels"])
def test_every_reader_of_the_queue_warns(built: Path, name: str) -> None:
    done = _run(built, name)
    assert done.exit_code == 0, done.output
    assert "warning" not in done.stderr
    _edit(built, '"virus[tiab]"', '"virus*[tiab]"')
    done = _run(built, name)
    assert done.exit_code == 0, done.output
    assert "not up to date: the protocol has changed: X1 edited" in done.stderr
    assert "snakemake" in done.stderr
