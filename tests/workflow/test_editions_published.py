"""An edition is published, the evidence is corrected, and the next edition tells the difference."""

from __future__ import annotations

import json
import os

import lxml.html
import pytest
from perennial.corrections.correction import COLUMNS
from perennial.passage import Statement
from perennial.tables import read_parquet
from project import Project

PMID = "40614736"


@pytest.fixture(scope="module")
def first(made: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The example, with its first edition published."""
    project = made.copy(tmp_path_factory.mktemp("editions") / "project")
    done = project.run("perennial", "publish", "--note", "The first.")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(": the first\n")
    return project


@pytest.fixture(scope="module")
def second(first: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One statement corrected, another rejected, the version raised, built and published."""
    if not os.environ.get("PERENNIAL_LONG"):
        pytest.skip("NOT TRIED, it builds the review anew: set PERENNIAL_LONG=1")
    project = first.copy(tmp_path_factory.mktemp("second") / "project")
    drawn = read_parquet(project.folder / "results/5_evidence/drawn.parquet", Statement)
    of = {s.factor: s.id for s in drawn if s.pmid == PMID}
    corrected = {"id": of["cisplatin"], "action": "correct", "direction": "IND"}
    rejected = {"id": of["quercetin"], "action": "reject"}
    with (project.folder / "config/corrections.tsv").open("a", encoding="utf-8") as file:
        for row in (corrected, rejected):
            cells = {**dict.fromkeys(COLUMNS, ""), **row, "reviewer": "Ada"}
            file.write("\t".join(cells.values()) + "\n")
    refused = project.run("perennial", "publish")
    assert refused.returncode == 2
    assert "the page is older than what it shows (corrections.tsv changed since)" in refused.stderr
    project.edit("config/config.yaml", 'version: "0.1"', 'version: "0.2"')
    project.snakemake()
    done = project.run("perennial", "publish")
    assert (done.returncode, done.stderr) == (0, "")
    assert "edition 0.2" in done.stdout
    return project


def test_publishing_makes_the_page_due(first: Project) -> None:
    """The review lists the editions, so that a new one is to be shown."""
    assert first.due() == {"render"}


def test_the_page_kept_is_the_page_built(first: Project) -> None:
    kept = (first.folder / "editions/0.1.html").read_bytes()
    assert kept == (first.folder / "results/review/review.html").read_bytes()
    assert json.loads((first.folder / "editions/0.1.json").read_bytes())["note"] == "The first."


def test_the_difference_is_what_was_corrected(second: Project) -> None:
    told = json.loads(second.run("perennial", "diff", "0.1", "0.2", "--json").stdout)
    turned = [pair["after"] for pair in told["turned_statements"]]
    assert [(said["pmid"], said["factor"].lower()) for said in turned] == [(PMID, "cisplatin")]
    assert [said["pmid"] for said in told["gone_statements"]] == [PMID]
    assert told["new_statements"] == told["joined"] == told["left"] == []
    assert told["made_otherwise"] == ["config.yaml", "corrections.tsv"]
    factors = {turn["before"]["id"]: turn["how"] for turn in told["conclusions"] if turn["before"]}
    assert factors["cisplatin"] == "reversed"


def test_the_page_lists_both(second: Project) -> None:
    page = (second.folder / "results/review/review.html").read_bytes()
    section = lxml.html.fromstring(page).get_element_by_id("editions")
    heads = [head.text_content() for head in section.xpath(".//table[1]//tbody//th")]
    assert [head.split()[0].rstrip(",") for head in heads[:2]] == ["0.2", "0.1"]
    assert page == (second.folder / "editions/0.2.html").read_bytes()


def test_what_is_built_is_the_edition_published(second: Project) -> None:
    said = second.run("perennial", "diff", "0.2").stdout
    assert "No record, statement or conclusion changed." in said
    again = second.run("perennial", "publish")
    assert again.stdout == "edition 0.2 is published as it is: nothing to do\n"
