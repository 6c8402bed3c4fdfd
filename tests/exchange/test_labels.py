"""Labels of other tools: read, matched, given a criterion, added once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import click.testing
import pytest
from perennial.commands.export import command as export
from perennial.commands.labels import command as labels
from perennial.config import load
from perennial.decisions.decision import Decision
from perennial.decisions.table import load_decisions
from perennial.errors import InputError
from perennial.record import Author, Record
from perennial.screen import load_criteria
from perennial.screened import Link, Screened
from perennial.tables import write_parquet

SNOW, ICE_TITLE = "Snow on the western slopes", "Ice in the northern harbours"
AX = (Author("Ax", "Ann"),)
RECORDS = [
    Record("11", doi="10.1000/A", title=SNOW, authors=AX, year=2020),
    Record("12", title=ICE_TITLE, authors=(Author("Bo", "Bea"),), year=2021),
    Record("13", title="=Frost, and what it does", authors=(Author("Cy", "Cat"),), year=2019),
    Record("14", doi="10.1000/d", title="Frost and barley in three winters", year=2018),
    Record("x0123456789", title=ICE_TITLE, authors=(Author("Do"),), year=2021),
    Record("15", doi="10.1000/A", title=SNOW, authors=AX, year=2020),
]
SCREENED = [
    ("11", "include", "", "rule"),
    ("12", "human", "I1", "rule"),
    ("13", "exclude", "X1", "rule"),
    ("14", "human", "I1", "rule"),
    ("x0123456789", "human", "I1", "rule"),
]
SCREENING = """
criteria:
  - {id: X1, action: exclude, label: Is it rye?, reason: wrong plant, query: "rye[tiab]"}
  - {id: X2, action: exclude, label: Is it a review?, reason: review, query: "review[pt]"}
  - {id: I1, action: require, label: Is it cold?, reason: not cold, query: "ice[tiab]"}
  - {id: X3, action: exclude, label: Is it there?, reason: not there, stage: full text}
  - {id: T1, action: tag, label: Old?, reason: old, query: "old[tiab]"}
"""


@dataclass
class Review:
    """A review on disk, and its two commands."""

    folder: Path

    def labels(
        self, file: str, text: str, tool: str, *options: str, who: str = "Ann"
    ) -> list[tuple[str, ...]]:
        """Every decision after the file was read."""
        if text:
            (self.folder / file).write_text(text, "utf-8")
        given = [str(self.folder / file), "--from", tool, "--reviewer", who, "--date", "2026-06-01"]
        self._run(labels, [*given, *self._where(), *options])
        return [(d.pmid, d.outcome, d.criterion, d.reviewer) for d in self.decisions()]

    def decisions(self) -> list[Decision]:
        path = self.folder / "decisions.tsv"
        criteria = load_criteria(load(self.folder / "screening.yaml", "screening"))
        return load_decisions(path, None, criteria) if path.exists() else []

    def export(self, tool: str, file: str, which: str = "screened", *options: str) -> str:
        results = str(self.folder / "results")
        path = self.folder / file
        self._run(export, [tool, "--set", which, "--results", results, "-o", str(path), *options])
        return path.read_text("utf-8")

    def _where(self) -> list[str]:
        paths = {"--results": "results", "--criteria": "screening.yaml", "-o": "decisions.tsv"}
        return [part for name, path in paths.items() for part in (name, str(self.folder / path))]

    def _run(self, command: click.Command, given: list[str]) -> None:
        done = click.testing.CliRunner().invoke(command, given)
        if done.exception:
            raise done.exception


@pytest.fixture
def review(tmp_path: Path) -> Review:
    results = tmp_path / "results"
    write_parquet(results / "1_records/records.parquet", RECORDS, Record)
    write_parquet(results / "2_linked/links.parquet", [Link("15", "duplicate of", "11", "")], Link)
    rows = [Screened(p, o, c, "why", by, (), ()) for p, o, c, by in SCREENED]
    write_parquet(results / "3_screened/screened.parquet", rows, Screened)
    (tmp_path / "screening.yaml").write_text(SCREENING)
    return Review(tmp_path)


HEAD = "title,pubmed_id,doi,authors,year,"
ICE = "Ice in the northern harbours,12,,,,"


def test_asreview_labels_of_a_table(review: Review) -> None:
    text = (
        f'{HEAD}included\n{ICE}1\n"Frost and barley in three winters",,10.1000/D,,,0\nSnow,,,,,\n'
    )
    with pytest.raises(InputError, match="without a criterion"):
        review.labels("a.csv", text, "asreview")
    assert review.decisions() == []
    found = review.labels("a.csv", text, "asreview", "--default-criterion", "X2")
    assert found == [("12", "include", "", "Ann"), ("14", "exclude", "X2", "Ann")]
    assert review.labels("a.csv", text, "asreview", "--default-criterion", "X2") == found


def test_what_was_sent_out_comes_back_as_no_decision(review: Review) -> None:
    for file in ("a.csv", "a.ris"):
        text = review.export("asreview", file)
        with pytest.raises(InputError, match="no decision in the file"):
            review.labels(file, text, "asreview")
    assert "\nTI  - =Frost" in text
    changed = text.replace("ASReview_not_seen", "ASReview_relevant")
    assert review.labels("a.ris", changed, "asreview") == [
        ("12", "include", "", "Ann"),
        ("14", "include", "", "Ann"),
        ("x0123456789", "include", "", "Ann"),
    ]


def test_the_newer_asreview_has_its_own_column_time_and_note(review: Review) -> None:
    head = f"{HEAD}included,asreview_label,asreview_time,asreview_note\n"
    text = f"{head}{ICE}1,0,2026-02-03 10:00:00,wrong plant\n"
    assert review.labels("a.csv", text, "asreview") == [("12", "exclude", "X1", "Ann")]
    (row,) = review.decisions()
    assert (row.date, row.note) == ("2026-02-03", "wrong plant")
    assert row.under.startswith("X1:")
    assert len(row.text) == 12


RAYYAN = (
    'RAYYAN-INCLUSION: {""Ann""=>""Excluded"", ""Bo B.""=>""Included"", ""Cy""=>""Maybe""} '
    "| RAYYAN-EXCLUSION-REASONS: foreign language,wrong population "
    '| USER-NOTES: {""Ann""=>[""later""]}'
)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("Ann", ("12", "exclude", "X2", "Ann")),
        ("Bo B.=Bodil", ("12", "include", "", "Bodil")),
        ("Cy", ("12", "human", "", "Cy")),
    ],
)
def test_rayyan_notes_of_each_reviewer(review: Review, who: str, expected: tuple[str, ...]) -> None:
    text = f'{HEAD}notes\n{ICE}"{RAYYAN}"\n'
    mapped = ("--reason", "wrong population=X2")
    assert review.labels("r.csv", text, "rayyan", *mapped, who=who) == [expected]


def test_rayyan_reads_what_it_was_sent_without_taking_it_for_decisions(review: Review) -> None:
    for file in ("r.csv", "r.ris"):
        text = review.export("rayyan", file)
        with pytest.raises(InputError, match="no decision in the file"):
            review.labels(file, text, "rayyan")
        more = re.sub(r'("+)perennial("+=>"+)Maybe', r"\1Ann\2Included", text)
        assert len(review.labels(file, more, "rayyan")) == 3


def test_a_reviewer_whom_the_file_does_not_name_is_refused(review: Review) -> None:
    with pytest.raises(InputError, match=r"names: Ann, Bo B\., Cy"):
        review.labels("r.csv", f'{HEAD}notes\n{ICE}"{RAYYAN}"\n', "rayyan", who="Zoe")


def test_covidence_names_reasons_but_not_its_category(review: Review) -> None:
    head = "Title,Authors,Published Year,DOI,Covidence #,Ref,Notes\n"
    note = "Exclusion reason: Wrong plant; "
    out = f"{head}Frost and barley in three winters,,2018,10.1000/d,#7,1,{note}\n"
    assert review.labels("c.csv", out, "covidence") == [("14", "exclude", "X1", "Ann")]
    into = f"{head}Ice in the northern harbours,Bo B,2021,,#8,2,\n"
    with pytest.raises(InputError, match="does not say"):
        review.labels("c.csv", into, "covidence")
    found = review.labels(
        "c.csv", into, "covidence", "--outcome", "include", "--stage", "full text"
    )
    assert found[1:] == [("12", "include", "", "Ann")]
    assert review.decisions()[1].stage == "full text"


def test_zotero_tags_in_each_of_its_formats(review: Review) -> None:
    for file in ("z.ris", "z.bib"):
        text = review.export("zotero", file)
        with pytest.raises(InputError, match="no decision in the file"):
            review.labels(file, text, "zotero")
    text = review.export("zotero", "z.ris").replace("perennial:human", "exclude: Is it a review?")
    found = review.labels("z.ris", text, "zotero")
    assert found == [(p, "exclude", "X2", "Ann") for p in ("12", "14", "x0123456789")]
    bib = review.export("zotero", "z.bib").replace("perennial:human", "Include")
    assert [row[1] for row in review.labels("z.bib", bib, "zotero")[3:]] == ["include"] * 3
    table = "Key,Title,Author,Manual Tags\nK,Frost and barley in three winters,,snow; maybe\n"
    assert review.labels("z.csv", table, "zotero")[6:] == [("14", "human", "", "Ann")]


def test_the_table_that_a_person_fills_in(review: Review) -> None:
    text = review.export("plain", "p.csv")
    assert "'=Frost" in text
    with pytest.raises(InputError, match="no decision in the file"):
        review.labels("p.csv", text, "csv")
    filled = text.replace("human,I1,why,rule,,,,", "human,I1,why,rule,exclude,X1,,rye after all")
    found = review.labels("p.csv", filled, "csv")
    assert found == [(p, "exclude", "X1", "Ann") for p in ("12", "14", "x0123456789")]
    assert review.decisions()[0].note == "rye after all"


UNSURE = {
    "not among the records": "An unheard of work on thaw,,,,,",
    "the same title as 2 records": "Ice in the northern harbours,,,,2021,",
    "the same number as 12, but another title": "A wholly different piece on coal,12,,,,",
    "the same DOI as 14, but another title": "A wholly different piece on coal,,10.1000/d,,,",
    "first author differs": "Frost and barley in three winters,,,,1990,",
}


@pytest.mark.parametrize("row", UNSURE.values(), ids=UNSURE)
def test_what_is_not_surely_a_record_is_left_out(
    review: Review, row: str, caplog: pytest.LogCaptureFixture
) -> None:
    text = f"{HEAD}included\n{row}1\n{ICE}1\n"
    assert review.labels("a.csv", text, "asreview") == [("12", "include", "", "Ann")]
    assert "left out: " in caplog.text
    assert "a.csv:2" in caplog.text


def test_matching_by_doi_title_and_duplicate(review: Review) -> None:
    rows = (
        "Snow on the western slopes,15,,,,",
        'Ice in the Northern Harbours!,,,"Bo, Bea",2022,',
        "Frost and barley in three winters.,,https://doi.org/10.1000/D,,,",
    )
    text = f"{HEAD}included\n" + "".join(f"{row}1\n" for row in rows)
    found = review.labels("a.csv", text, "asreview")
    assert [row[0] for row in found] == ["11", "12", "14"]


def test_two_decisions_of_one_reviewer_on_one_record_are_none(
    review: Review, caplog: pytest.LogCaptureFixture
) -> None:
    text = f"{HEAD}included\n{ICE}1\n{ICE}0\n"
    assert review.labels("a.csv", text, "asreview", "--default-criterion", "X1") == []
    assert "Ann says both" in caplog.text


def test_a_changed_decision_is_added(review: Review) -> None:
    first, second = (f"{HEAD}included\n{ICE}{label}\n" for label in "10")
    review.labels("a.csv", first, "asreview")
    review.labels("b.csv", second, "asreview", "--default-criterion", "X1")
    assert [d.outcome for d in review.decisions()] == ["include", "exclude"]


def test_a_dry_run_writes_nothing(review: Review) -> None:
    assert review.labels("a.csv", f"{HEAD}included\n{ICE}1\n", "asreview", "--dry-run") == []


BOTH = "TY  - JOUR\nTI  - Ice\nN1  - ASReview_relevant\nN1  - ASReview_irrelevant\nER  - \n"
SO = '"RAYYAN-INCLUSION: {""A""=>""So""}"'
WRONG = {
    "is no label": ("asreview", "a.csv", f"{HEAD}included\n{ICE}perhaps\n"),
    "no column of labels": ("asreview", "a.csv", f"{HEAD}x\n{ICE}1\n"),
    "contradict": ("asreview", "a.ris", BOTH),
    "cells where": ("asreview", "a.csv", f"{HEAD}included\n{ICE}1,2\n"),
    "no decision of Rayyan": ("rayyan", "r.csv", f"{HEAD}notes\n{ICE}{SO}\n"),
    "is no decision": ("csv", "p.csv", f"{HEAD}decision\n{ICE}so\n"),
    "no column named decision": ("csv", "p.csv", f"{HEAD}x\n{ICE}so\n"),
    "not JSON": ("zotero", "z.json", "[{"),
    "no end": ("zotero", "z.ris", "TY  - JOUR\nTI  - Ice\n"),
}  # fmt: skip


@pytest.mark.parametrize(("says", "case"), WRONG.items(), ids=WRONG)
def test_a_file_that_cannot_be_right_is_refused(
    review: Review, says: str, case: tuple[str, str, str]
) -> None:
    tool, file, text = case
    with pytest.raises(InputError, match=says) as told:
        review.labels(file, text, tool)
    assert Path(told.value.place.file).name == file


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--reason", "so=X9"), "unknown criterion"),
        (("--default-criterion", "X9"), "unknown criterion"),
        (("--reason", "X1"), "--reason"),
        (("--reviewer", "Bo"), "does not say who"),
        (("--date", "1.6.2026"), "not a date"),
    ],
)
def test_options_that_cannot_be_right(review: Review, options: tuple[str, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        review.labels("a.csv", f"{HEAD}included\n{ICE}1\n", "asreview", *options)


def test_sets_are_told_apart(review: Review) -> None:
    counts = {which: review.export("covidence", "c.ris", which).count("TY  -") for which in
              ("screened", "included", "excluded", "awaiting", "all")}  # fmt: skip
    assert counts == {"screened": 5, "included": 1, "excluded": 1, "awaiting": 3, "all": 6}


def test_the_queue_keeps_its_order_and_tells_no_outcome(review: Review) -> None:
    @dataclass(frozen=True)
    class Queued:
        pmid: str
        stage: str
        rank: int

    here, later = "title/abstract", "full text"
    rows = [Queued("11", here, 3), Queued("14", here, 1), Queued("12", here, 2)]
    rows += [Queued("13", later, 1)]
    write_parquet(review.folder / "results/3_screened/queue.parquet", rows, Queued)
    text = review.export("asreview", "q.ris", "queue")
    assert [line[6:] for line in text.splitlines() if line.startswith("ID  -")] == [
        "14",
        "12",
        "11",
    ]
    assert text.count("ASReview_not_seen") == 3
    assert "perennial_sent" not in text
    text = review.export("asreview", "q.ris", "queue", "--stage", later)
    assert [line[6:] for line in text.splitlines() if line.startswith("ID  -")] == ["13"]
    write_parquet(review.folder / "results/3_screened/queue.parquet", rows[3:], Queued)
    with pytest.raises(InputError, match="nothing awaits a reviewer at title/abstract"):
        review.export("asreview", "q.ris", "queue")


def test_only_the_queue_is_parted_by_stage(review: Review) -> None:
    with pytest.raises(InputError, match="'included' is not parted by stage"):
        review.export("asreview", "q.ris", "included", "--stage", "full text")


def test_what_was_not_carried_is_told(review: Review, caplog: pytest.LogCaptureFixture) -> None:
    review.export("plain", "a.nbib")
    assert "not carried: 1 record: left out whole, having no PMID" in caplog.text
    assert "not carried: 5 records: the outcome left out" in caplog.text


def test_a_tool_that_reads_no_such_file_is_refused(review: Review) -> None:
    with pytest.raises(InputError, match=r"end the name in \.csv or \.ris"):
        review.export("rayyan", "r.bib")


UNUSABLE = {
    ("--default-criterion", "T1"): "T1 is a tag, which excludes nothing",
    ("--reason", "Snow=T1"): "T1 is a tag",
    ("--default-criterion", "X3"): "X3 excludes at full text, not at title/abstract",
    ("--reason", "Snow=X9"): "unknown criterion 'X9'",
}


@pytest.mark.parametrize("given", UNUSABLE)
def test_a_criterion_that_cannot_exclude_here_is_refused(
    review: Review, given: tuple[str, str]
) -> None:
    with pytest.raises(InputError) as refusal:
        review.labels("a.csv", f"{HEAD}included\n{ICE}0\n", "asreview", *given)
    assert UNUSABLE[given] in str(refusal.value)
    assert refusal.value.hint == "one of: X1, X2, I1"
    assert review.decisions() == []


def test_a_criterion_of_the_full_text_excludes_there(review: Review) -> None:
    given = ["--default-criterion", "X3", "--stage", "full text"]
    found = review.labels("a.csv", f"{HEAD}included\n{ICE}0\n", "asreview", *given)
    assert found == [("12", "exclude", "X3", "Ann")]
