"""A review of another subject that updates none, and whose records all come from exports."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from pathlib import Path

import pytest
from lxml import html
from perennial.config import load, parsed
from perennial.errors import InputError
from perennial.imports.load import alone, files
from perennial.screened import Screened
from perennial.tables import read_parquet
from project import ROOT, Project

sys.path.insert(0, str(ROOT / "tests" / "desk"))

from driven import Browser, running

REVIEW = ROOT / "tests" / "data" / "new-review"
WATCHED = """claims:
  - id: B01
    mechanism: M1
    text: Flower strips bring more wild bees.
    expects: [{factor: flower strips, direction: INC}]
  - id: B02
    mechanism: M1
    text: Hedges bring more wild bees.
    expects: [{factor: hedges, direction: INC}]
"""


@pytest.fixture(scope="session")
def new(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The new review, built once. Copy it to change it."""
    project = Project(tmp_path_factory.mktemp("new") / "review")
    shutil.copytree(REVIEW, project.folder)
    return built(project)


@pytest.fixture(scope="session")
def empty(new: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The next edition: people have excluded every record, and a claim is watched."""
    project = new.copy(tmp_path_factory.mktemp("empty") / "review")
    assert done(project, "perennial", "publish") == "edition 0.1 of 2026-03-02: the first\n"
    rows = read_parquet(project.folder / "results/3_screened/screened.parquet", Screened)
    decided = [row.pmid for row in rows if row.outcome != "exclude"]
    with (project.folder / "config/decisions.tsv").open("a") as file:
        for pmid in decided:
            file.write(f"{pmid}\ttitle/abstract\texclude\tX1\tAB\t\t2026-03-03\t\t\t\n")
    (project.folder / "config/baseline.yaml").write_text(WATCHED)
    project.edit("config/config.yaml", '"0.1"', '"0.2"')
    return built(project)


def done(project: Project, *command: str) -> str:
    """What a command says that goes well."""
    told = project.run(*command)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def built(project: Project) -> Project:
    done(project, "perennial", "run", "--cores", "2", "--quiet", "all")
    return project


def flow(project: Project) -> dict[str, int]:
    told = json.loads((project.folder / "results/6_synthesis/flow.json").read_bytes())
    return {b["id"]: sum(len(p["pmids"]) for p in b["parts"]) for b in told["boxes"]}


def rows(project: Project, table: str) -> list[dict[str, str]]:
    with (project.folder / f"results/review/{table}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def page(project: Project) -> str:
    """What stands on the page, white space and the names of files aside."""
    root = html.parse(project.folder / "results/review/review.html").getroot()
    text = root.get_element_by_id("main").text_content().replace("baseline.yaml", "")
    return " ".join(text.split())


def test_the_flow_counts_what_the_export_brought(new: Project) -> None:
    assert flow(new) == {
        "identified": 12,
        "removed": 1,  # given twice
        "screened": 11,
        "excluded": 3,
        "awaiting": 2,
        "sought": 6,
        "included": 6,
    }
    assert len(rows(new, "screening")) == 11


def test_records_without_a_pmid_are_read_like_others(new: Project) -> None:
    found = {(row["factor"], row["direction"]) for row in rows(new, "evidence")}
    strips = {("flower strips", "INC"), ("flower strips", "DEC")}
    assert found == strips | {("bare ground", "INC"), ("hedges", "INC")}
    read = [row["text"] for row in rows(new, "studies")]
    assert sorted(read) == ["title"] + 5 * ["title and abstract"]
    (side_by_side,) = json.loads((new.folder / "results/review/edition.json").read_bytes())[
        "contradictions"
    ]
    assert side_by_side["factor"] == "flower strips"


def test_the_page_tells_of_exports_and_of_no_earlier_review(new: Project) -> None:
    text = page(new)
    for said in (
        "This review updates no earlier one.",
        "Bare ground matters too [3].",
        "1 export of Test database was brought in as a file, from searches up to 2 March 2026; "
        "no server was asked",
        "Reports read",
        "One source was searched, Test database",
        "people bring in new exports of the databases",
    ):
        assert said in text
    for unsaid in ("baseline", "claim", "PubMed was", "PMC", "PMID x", "overdue"):
        assert unsaid not in text
    assert "Known errors" not in (new.folder / "results/review/review.md").read_text("utf-8")
    archived = sorted(p for p in (new.folder / "archive").rglob("*") if p.is_file())
    assert [p.name for p in archived] == ["fulltext.json"]


def test_nobody_is_asked(new: Project) -> None:
    assert done(new, "perennial", "refresh").startswith("There is nobody to ask")
    searched = new.run("perennial", "search", "config/search.yaml", "-o", "search.json")
    assert searched.returncode == 2
    assert "config.yaml:7:11: there is nobody to ask" in searched.stderr


def test_a_review_may_include_nothing(empty: Project) -> None:
    assert flow(empty) == {
        **{"identified": 12, "removed": 1, "screened": 11, "excluded": 11},
        **{"awaiting": 0, "sought": 0, "included": 0},
    }
    assert rows(empty, "studies") == rows(empty, "evidence") == []
    text = page(empty)
    for said in (
        "No study is included.",
        "xe0ae6daa53: NOT INCLUDED",
        "No finding to map yet.",
        "No study is included yet.",
        "No finding to place yet.",
        "No statement was extracted.",
        "No record awaits a decision.",
        "Since edition 0.1 of 2 March 2026: 6 studies left",
        "Of 2 claims that this review watches: 2 not re-examined.",
        "No result supports or contradicts it (independent studies: none).",
    ):
        assert said in text
    assert "baseline" not in text
    assert done(empty, "perennial", "publish").startswith("edition 0.2 of 2026-03-02; since")


def test_the_desk_shows_it(empty: Project, tmp_path: Path) -> None:
    with running(empty.copy(tmp_path / "review").folder, "--reviewer", "AB") as desk:
        browser = Browser(desk.port, desk.token)
        pages = {path: browser.get(path) for path in ("/", "/screening", "/evidence", "/criteria")}
    assert {path: answer.status for path, answer in pages.items()} == dict.fromkeys(pages, 200)
    assert "exports of databases" in pages["/"].text
    assert "nothing falls due" in pages["/"].text


def test_claims_may_be_watched_where_no_review_is_updated(new: Project, tmp_path: Path) -> None:
    (tmp_path / "baseline.yaml").write_text(WATCHED)
    files = ("--claims", str(tmp_path / "baseline.yaml"), "-o", str(tmp_path / "claims.json"))
    done(new, "perennial", "synthesise", "results", "--vocabulary", "config/evidence.yaml", *files)
    audits = json.loads((tmp_path / "claims.json").read_bytes())["audits"]
    assert [(audit["status"], audit["why"]) for audit in audits] == [
        (
            "refined",
            "independent studies stand on both sides"
            " (independent studies: 1 supporting; 1 contradicting)",
        ),
        (
            "confirmed",
            "independent studies support it and none contradicts it"
            " (independent studies: 1 supporting)",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("strategies: [{id: S1, label: L, query: bees}]", "strategies: there is nobody to ask"),
        ("ids: ['1']", "ids: there is nobody to ask"),
        ("limits: bees", "nothing brings records"),
    ],
)
def test_what_nobody_would_answer_is_refused(text: str, said: str) -> None:
    config = load(REVIEW / "config/config.yaml", "config")
    with pytest.raises(InputError, match=said):
        alone(config, parsed(text, "search.yaml", "search"))


def test_an_export_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    shutil.copy(REVIEW / "config/search.yaml", tmp_path)
    with pytest.raises(InputError) as told:
        files(load(tmp_path / "search.yaml", "search"))
    assert str(told.value.place) == f"{tmp_path / 'search.yaml'}:5:13"
    assert "may not be shared" in told.value.hint
