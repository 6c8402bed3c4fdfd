"""One of each action on the example, through the whole workflow to the page."""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path

import pytest
from perennial.corrections.correction import COLUMNS
from perennial.passage import Passage, Statement
from perennial.study import Study
from perennial.tables import read_parquet
from project import Project

PMID = "40614736"


def _row(**cells: str) -> str:
    return "\t".join({**dict.fromkeys(COLUMNS, ""), **cells}.values()) + "\n"


@pytest.fixture(scope="module")
def corrected(
    made: Project, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, dict[str, Statement]]:
    """The project after four corrections, and the statements that they speak of, by factor."""
    project = made.copy(tmp_path_factory.mktemp("corrected") / "project")
    drawn = read_parquet(project.folder / "results/5_evidence/drawn.parquet", Statement)
    of = {s.factor: s for s in drawn if s.pmid == PMID}
    title = next(
        passage
        for passage in read_parquet(project.folder / "results/4_fulltext/passages.parquet", Passage)
        if (passage.pmid, passage.section) == (PMID, "title")
    )
    rows = [
        _row(id=of["doxorubicin"].id, action="confirm", reviewer="Ada <b>", date="2026-01-02"),
        _row(id=of["cisplatin"].id, action="correct", direction="SUR", reviewer="Ada <b>"),
        _row(id=of["quercetin"].id, action="reject", reviewer="Bo", note="not shown alone"),
        _row(
            action="add",
            pmid=PMID,
            section="title",
            quote=title.text,
            factor="NETs",
            direction="EVA",
            reviewer="Bo",
        ),
        _row(id=of["dasatinib"].id, action="confirm", reviewer="Ada <b>"),
        _row(id=of["dasatinib"].id, action="reject", reviewer="Bo"),
    ]
    with (project.folder / "config/corrections.tsv").open("a", encoding="utf-8") as file:
        file.writelines(rows)
    assert project.due() == {"correct", "appraise", "synthesise", "flow", "render"}
    project.snakemake()
    return project, of


def test_the_example_stands_as_drawn_without_corrections(made: Project) -> None:
    folder = made.folder / "results/5_evidence"
    assert (folder / "drawn.parquet").read_bytes() == (folder / "statements.parquet").read_bytes()


def test_each_action_does_what_it_says(corrected: tuple[Project, dict[str, Statement]]) -> None:
    project, of = corrected
    with (project.folder / "results/review/evidence.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        rows = {(r["factor"], r["direction"]): r for r in csv.DictReader(file) if r["pmid"] == PMID}
    assert rows["doxorubicin", "REA"]["reviewed"] == "confirmed"
    assert rows["cisplatin", "SUR"]["corrected_from"] == f"direction {of['cisplatin'].direction}"
    assert rows["NETs", "EVA"]["reviewed"] == "added"
    assert rows["dasatinib", of["dasatinib"].direction]["reviewed"] == "conflict"
    assert not [factor for factor, _ in rows if factor == "quercetin"]


def test_what_became_of_each_is_told(corrected: tuple[Project, dict[str, Statement]]) -> None:
    project, of = corrected
    file = project.folder / "results/5_evidence/corrections.json"
    told = json.loads(file.read_text("utf-8"))
    became = [row["became"] for row in told["outcomes"]]
    assert became == ["applied"] * 4 + ["conflict"] * 2
    assert told["outcomes"][2]["quote"] == of["quercetin"].quote
    assert told["agreement"]["overall"]["n"] == 1
    kinds = ("confirmed", "corrected", "rejected", "added", "conflicts")
    assert [told["counts"][kind] for kind in kinds] == [1] * 5


def test_the_page_says_who_reviewed_what(corrected: tuple[Project, dict[str, Statement]]) -> None:
    project, of = corrected
    page = (project.folder / "results/review/review.html").read_text("utf-8")
    assert "Ada <b>" not in page
    text = html.unescape(re.sub(r"<[^>]*>", "", page))
    text = " ".join(text.split())
    assert "Confirmed by Ada <b>." in text
    assert f"Corrected by Ada <b>: was direction {of['cisplatin'].direction}" in text
    assert "Added by Bo." in text
    assert "Ada <b> and Bo disagree on it; it stands as it was drawn." in text
    assert "1 confirmed as drawn, 1 corrected, 1 rejected, 1 added" in text
    assert of["quercetin"].quote in text
    markdown = (project.folder / "results/review/review.md").read_text("utf-8")
    assert "Added by Bo." in " ".join(markdown.split())


def test_studies_count_the_statements_that_stand(
    corrected: tuple[Project, dict[str, Statement]],
) -> None:
    folder: Path = corrected[0].folder / "results/review"
    with (folder / "evidence.csv").open(encoding="utf-8", newline="") as file:
        stand = [row["pmid"] for row in csv.DictReader(file)]
    with (folder / "studies.csv").open(encoding="utf-8", newline="") as file:
        counted = {row["pmid"]: int(row["statements"]) for row in csv.DictReader(file)}
    assert counted[PMID] == stand.count(PMID)
    studies = corrected[0].folder / "results/5_evidence/studies.parquet"
    assert {s.pmid: s.statements for s in read_parquet(studies, Study)} == counted
    assert sum(counted.values()) == len(stand)
