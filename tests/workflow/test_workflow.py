"""The workflow as a whole: reruns what is stale and nothing else, gives the same bytes again."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path

import pytest
from perennial.passage import Passage, Statement
from perennial.screened import Screened
from perennial.tables import read_parquet, write_parquet
from project import ROOT, Project, fresh

LONG = bool(os.environ.get("PERENNIAL_LONG"))
NETWORK_AND_BEFORE_SCREENING = {"search", "fetch", "records", "link"}
BEFORE_RENDERING = ("results/6_synthesis/flow.json", "results/3_screened/conduct.json")
AFTER_SCREENING = {
    "prioritise",
    "fetch_fulltext",
    "passages",
    "assess",
    "extract",
    "correct",
    "appraise",
    "synthesise",
    "flow",
    "render",
}


@pytest.fixture
def project(made: Project, tmp_path: Path) -> Project:
    return made.copy(tmp_path / "a copy")


def _evidence(made: Project, pmid: str) -> set[tuple[str, str]]:
    with (made.folder / "results/review/evidence.csv").open(encoding="utf-8", newline="") as file:
        return {(r["factor"], r["direction"]) for r in csv.DictReader(file) if r["pmid"] == pmid}


def test_a_second_run_has_nothing_to_do(project: Project) -> None:
    assert "Nothing to be done" in project.snakemake()


def test_two_projects_give_the_same_bytes(made: Project, tmp_path: Path) -> None:
    """To the flow each time, to the last page in the long run; tests/render has pages as well."""
    again = fresh(tmp_path / "another-project")
    again.snakemake(*([] if LONG else BEFORE_RENDERING))
    first, second = made.digests(), again.digests()
    assert len(second) >= 18
    assert {name: first[name] for name in second} == second
    assert not LONG or len(first) == len(second)


def test_an_edited_criterion_reruns_screening_and_what_follows(project: Project) -> None:
    project.edit("config/screening.yaml", "indolent[tiab]", "indolent[tiab] OR sleeping[tiab]")
    assert project.due() == {"screen", *AFTER_SCREENING}


def test_an_edited_strategy_runs_the_search_again(project: Project) -> None:
    project.edit("config/search.yaml", "- id: S7", "- id: S70")
    assert {"search", "fetch"} <= project.due()


@pytest.mark.parametrize(
    ("module", "due"),
    [
        ("link", {"link", "screen", *AFTER_SCREENING}),
        ("extract/statements", {"extract", "correct", "appraise", "synthesise", "flow", "render"}),
        ("render/wording", {"render"}),
        ("entrez/transport", set()),
    ],
)
def test_an_edited_module_reruns_the_stages_that_use_it(
    project: Project, module: str, due: set[str]
) -> None:
    path = project.folder / f"workflow/perennial/{module}.py"
    path.write_text(path.read_text("utf-8") + "\n# edited\n", "utf-8")
    assert project.due() == due


def test_an_edited_template_reruns_rendering(project: Project) -> None:
    project.edit("workflow/templates/style.css", "{", "{ ")
    assert project.due() == {"render"}


def test_the_named_study_says_what_it_found(made: Project) -> None:
    stated = _evidence(made, "40614736")
    assert {
        ("doxorubicin", "REA"),
        ("cisplatin", "REA"),
        ("senescent fibroblasts", "REA"),
        ("NETs", "REA"),
        ("dasatinib", "BLK"),
        ("quercetin", "BLK"),
    } <= stated


def test_the_named_study_is_included_and_cited(made: Project) -> None:
    results = made.folder / "results"
    rows = read_parquet(results / "3_screened/screened.parquet", Screened)
    assert {row.outcome for row in rows if row.pmid == "40614736"} == {"include"}
    html = (results / "review/review.html").read_text("utf-8")
    assert 'id="pmid-40614736"' in html
    assert "https://pubmed.ncbi.nlm.nih.gov/40614736/" in html


def test_a_record_asked_for_and_not_returned_is_shown(made: Project) -> None:
    ledger = json.loads((made.folder / "results/1_records/ledger.json").read_text("utf-8"))
    named = {row["asked"]: row["status"] for row in ledger["search"]["named"]}
    assert named["PMC12719572"] == "not returned"
    for name in ("review.html", "review.md"):
        assert "PMC12719572" in (made.folder / "results/review" / name).read_text("utf-8")


def test_every_quote_equals_its_text_at_its_offsets(made: Project) -> None:
    results = made.folder / "results"
    passages = read_parquet(results / "4_fulltext/passages.parquet", Passage)
    texts = {(passage.pmid, passage.section): passage.text for passage in passages}
    statements = read_parquet(results / "5_evidence/statements.parquet", Statement)
    assert len(statements) >= 80
    for s in statements:
        assert texts[s.pmid, s.section][s.start : s.end] == s.quote


def test_the_evidence_table_is_that_of_the_statements(made: Project) -> None:
    """By the CSVs alone: a quote is found in records.csv at its offsets."""
    results = made.folder / "results"
    with (results / "1_records/records.csv").open(encoding="utf-8", newline="") as file:
        records = {row["pmid"]: row for row in csv.DictReader(file)}
    with (results / "review/evidence.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 80
    for row in rows:
        text = records[row["pmid"]][row["section"]]
        assert text[int(row["start"]) : int(row["end"])] == row["quote"]


def test_the_docs_show_what_preview_and_explain_say(project: Project) -> None:
    """The edit of docs/editing.md, in a repository; only the commit has another name."""
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "config"], ["commit", "-qm", "protocol"]):
        assert project.run(*git, *command).returncode == 0
    project.edit("config/screening.yaml", "#dormant NEAR/6", "#dormant NEAR/2")
    said = _nameless(project.run("perennial", "preview").stdout)
    said += project.run("perennial", "explain", "38308117", "--text").stdout
    blocks = [
        _nameless(block)
        for page in ("README.md", "docs/editing.md")
        for block in re.findall(
            r"^```text\n(?:\$ [^\n]*\n)?(.*?)^```$", (ROOT / page).read_text("utf-8"), re.M | re.S
        )
    ]
    assert len(blocks) == 4
    assert [block for block in blocks if block not in said] == []


def _nameless(text: str) -> str:
    return re.sub(r"(?<=HEAD \()\w+", "", text)


def test_a_lost_record_stops_the_build(project: Project) -> None:
    path = project.folder / "results/4_fulltext/assessed.parquet"
    rows = read_parquet(path, Screened)
    write_parquet(path, rows[1:], Screened)
    before = (project.folder / "results/6_synthesis/flow.json").read_bytes()
    done = project.run(
        "perennial", "flow", "results", "--criteria", "config/screening.yaml",
        "-o", "results/6_synthesis/flow.json",
    )  # fmt: skip
    assert done.returncode == 2
    assert f"1 of the linked records are not among the screened: {rows[0].pmid}" in done.stderr
    assert (project.folder / "results/6_synthesis/flow.json").read_bytes() == before


AS_OF = (ROOT / "config/config.yaml").read_text("utf-8").splitlines().index("as_of:") + 1

BAD = {
    "an unknown key": (
        ("config/config.yaml", "\nas_of:\n", "\nasof:\n"),
        f"config/config.yaml:{AS_OF}:1: unknown key 'asof'",
    ),
    "an unbalanced bracket": (
        ("config/screening.yaml", "senescen*[tiab] NOT (#dormant OR #exit)",
         "senescen*[tiab] NOT (#dormant OR #exit"),
        "config/screening.yaml:151:27: criteria.6.query: Unbalanced opening bracket",
    ),
    "an unknown field tag": (
        ("config/search.yaml", "limits: 2016/01/01:3000[dp]", "limits: 2016/01/01:3000[dpp]"),
        "PubMed has no field tag [dpp]",
    ),
    "a decision on an unknown record": (
        ("config/decisions.tsv", "note\n",
         "note\n99999999\t\tinclude\t\tAda\t\t2026-11-01\t\t\t\n"),
        "config/decisions.tsv:2: decision on unknown record '99999999'",
    ),
    "a decision by an unknown criterion": (
        ("config/decisions.tsv", "note\n",
         "note\n40614736\t\texclude\tX99\tAda\t\t2026-11-01\t\t\t\n"),
        "config/decisions.tsv:2: unknown criterion 'X99'",
    ),
    "malformed XML": (
        ("resources/example/decoys.xml", "</ArticleTitle>", "</ArticleTitel>"),
        "resources/example/decoys.xml:",
    ),
    "a record without PMID": (
        ("resources/example/decoys.xml", "<PMID Version=\"1\">", "<PMID Version=\"1\"></PMID><!--"),
        "resources/example/decoys.xml:",
    ),
}  # fmt: skip


# One of each kind of file each time, all in the long run.
TRIED = (
    BAD if LONG else ("an unbalanced bracket", "a decision on an unknown record", "malformed XML")
)


@pytest.mark.parametrize("what", TRIED)
def test_bad_input_is_one_clear_message_and_nothing_half(project: Project, what: str) -> None:
    (file, old, new), message = BAD[what]
    project.edit(file, old, new)
    if what == "a record without PMID":
        project.edit(file, "</PMID>\n", "-->\n")
    before = project.digests()
    done = project.run("snakemake")
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert message in said
    assert "hint:" in said[said.index(message) :]
    after = project.digests()
    assert all(before[name] == digest for name, digest in after.items())
