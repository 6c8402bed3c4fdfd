"""What the screening page writes, and when it writes nothing: sent again, late, or unseen."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from perennial.decisions.decision import Decision
from perennial.decisions.desk import load_desk, taken_back
from perennial.decisions.table import append, decisions_in
from perennial.desk import app as desk_app
from perennial.desk import progress, screening
from perennial.record import Notice
from screening_visitor import DAY, HOST, Visitor, site
from small_review import RECORDS, TWO, UNTIL, Project, project

__all__ = ["project"]

Made = Callable[..., Project]
STAGE = "title/abstract"
OPEN = "conduct: {reviewers_per_record: 2, blinded: false}"


def _said(review: Project) -> list[tuple[str, str, str]]:
    return [(row.pmid, row.outcome, row.criterion) for row in review.decisions]


def _row(pmid: str, outcome: str, reviewer: str, criterion: str = "") -> Decision:
    return Decision(pmid, STAGE, outcome, criterion, reviewer, "", DAY, "", "", "")


def test_one_form_for_each_answer(project: Made) -> None:
    review = project()
    ada = Visitor(site(review), "Ada").look()
    assert (
        "By the rules: <strong>awaits a reviewer under I1</strong> (not shown: A seed)" in ada.text
    )
    assert ada.press("include", note="see\tp. 4").said == (
        "Written: PMID 1, include, with the note “see p. 4”."
    )
    assert ada.send(ada.form(), criterion="X3").said == "Written: PMID 3, exclude X3."
    ada.press("unsure")
    assert ada.pmid == ""
    assert "The end of the queue" in ada.text
    assert _said(review) == [("1", "include", ""), ("3", "exclude", "X3"), ("5", "human", "")]
    assert {(row.reviewer, row.role, row.date) for row in review.decisions} == {("Ada", "", DAY)}
    assert ada.press("again").pmid == "5"


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
@pytest.mark.parametrize("answer", ["include", "unsure", "skip", "back"])
def test_a_form_counts_once_however_often_it_is_sent(
    project: Made, answer: str, htmx: bool
) -> None:
    review = project()
    ada = Visitor(site(review), "Ada").press("include")
    form = ada.form()
    ada.send(form, htmx, answer=answer)
    after = _said(review)
    shown = ada.pmid
    for _ in range(3):
        ada.send(form, htmx, answer=answer)
        assert "nothing" in ada.said
        assert (ada.pmid, _said(review)) == (shown, after)


def test_a_form_of_before_an_undo_is_old(project: Made) -> None:
    review = project()
    ada = Visitor(site(review), "Ada").look()
    form = ada.form()
    ada.press("include").press("back")
    assert ada.pmid == form["pmid"] == "1"
    assert "nothing was written" in ada.send(form, answer="include").said
    assert _said(review) == [("1", "include", ""), ("1", "withdrawn", "")]


def test_what_serves_without_scripts_does_not_come_with_them(project: Made) -> None:
    """Parsed by htmx, a fallback would be live, and its field would be sent with every answer."""
    review = project()
    ada = Visitor(site(review), "Ada").look()
    assert "<noscript>" in ada.text
    assert "<noscript>" not in ada.press("include").text
    ada.send(ada.form(), False, answer="exclude", reason="X3")
    assert _said(review)[1:] == [("3", "exclude", "X3")]


def test_two_tabs_of_one_browser_decide_each_record_once(project: Made) -> None:
    review = project()
    one = Visitor(site(review), "Ada").look()
    form = one.form()
    one.press("include")
    assert one.send(form, answer="unsure").said == (
        "PMID 1 was answered already (include): nothing more was written."
    )
    assert _said(review) == [("1", "include", "")]


def test_what_somebody_settles_meanwhile_is_not_decided(project: Made) -> None:
    review = project()
    ada = Visitor(site(review), "Ada").look()
    append(review.file, _row("1", "include", "Bo"))
    assert ada.press("unsure").said == "PMID 1 waits for you no more: nothing was written."
    assert ada.pmid == "3"
    assert _said(review) == [("1", "include", "")]


CHANGES = {
    "a criterion": lambda review, _: review.protocol("seed[tiab]", "seeds[tiab]"),
    "a reason": lambda review, _: review.protocol("only people say so", "people say so"),
    "the text": lambda _, made: made(records=[replace(RECORDS[0], abstract="New."), *RECORDS[1:]]),
    "a notice": lambda _, made: made(
        records=[replace(RECORDS[0], notices=(Notice("ErratumIn", "9"),)), *RECORDS[1:]]
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_has_changed_since_it_was_shown_is_shown_anew(project: Made, what: str) -> None:
    review = project()
    ada = Visitor(site(review), "Ada").look()
    CHANGES[what](review, project)
    ada.press("include", note="kept & shown")
    assert ada.said.endswith("have changed since: nothing was written. Please look again.")
    assert ">kept &amp; shown</textarea>" in ada.text
    assert _said(review) == []
    ada.press("include", note="kept")
    assert [row[:2] for row in _said(review)] == [("1", "include")]


def test_a_page_of_somebody_else_decides_nothing(project: Made) -> None:
    review = project()
    ada = Visitor(site(review), "Ada").look()
    with ada.client.session_transaction(base_url="http://127.0.0.1:7") as session:
        session["reviewer"] = "Bo"
    assert "nothing was written" in ada.press("include").said
    assert _said(review) == []


@pytest.mark.parametrize("answer", ["back", "again", "skip", "include"])
def test_a_page_of_somebody_else_takes_nothing_back(project: Made, answer: str) -> None:
    """The name has changed in another tab, and both have gone as many steps."""
    review = project(TWO)
    ada = Visitor(site(review), "Ada").press("include")
    form = ada.form()
    with ada.client.session_transaction(base_url="http://127.0.0.1:7") as session:
        session["reviewer"] = "Ben"
    ada.look().press("unsure")
    before = _said(review)
    ada.send(form, answer=answer, note="hers")
    assert ada.said == ("That was another reviewer's page: nothing was written. This one is Ben's.")
    assert _said(review) == before == [("1", "include", ""), ("1", "human", "")]
    assert "hers" not in ada.look().press("skip").press("again").text


def test_a_note_that_is_not_written_is_told_and_kept_with_its_record(project: Made) -> None:
    review = project()
    ada = Visitor(site(review), "Ada").look()
    assert ada.press("skip", note="see p. 4").said == (
        "PMID 1 is skipped; nothing was written, nor was your note: it is there again when the"
        " record is."
    )
    assert "see p. 4" not in ada.press("include").text
    ada.press("back", note="half a thought")
    assert ada.said == (
        "Taken back: PMID 3, include. Your note on PMID 5 is not written; it waits there."
    )
    assert "half a thought</textarea>" not in ada.text
    assert ">half a thought</textarea>" in ada.press("include").text
    ada.press("unsure", note="a whole one").press("again")
    assert (ada.pmid, ">see p. 4</textarea>" in ada.text) == ("1", True)
    ada.press("include", note="see p. 5")
    assert [row.note for row in review.decisions][-2:] == ["a whole one", "see p. 5"]
    assert ">a whole one</textarea>" not in ada.text  # what was written is not offered again


def test_a_criterion_edited_in_the_midst_of_an_answer_is_not_what_was_judged(
    project: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = project()
    ada, checked = Visitor(site(review), "Ada").look(), screening.digest

    def edited_meanwhile(sitting, pmid: str) -> str:
        monkeypatch.setattr(screening, "digest", checked)
        found = checked(sitting, pmid)
        review.protocol("seed[tiab]", "seeds[tiab]")
        return found

    shown = load_desk(review.folder / "results", review.folder / "config", STAGE).hashes["I1"]
    monkeypatch.setattr(screening, "digest", edited_meanwhile)
    assert "Written: PMID 1, include." in ada.press("include").said
    assert review.decisions[0].under == f"I1:{shown}"


def test_during_a_build_the_page_waits_and_comes_back_by_itself(project: Made) -> None:
    review = project()
    path, again = review.folder / "results/3_screened/queue.parquet", HOST | {"HX-Trigger": "again"}
    row = {"pmid": "6", "why": "audit", "criterion": "X2", "score": 0.0, "stage": STAGE}
    rows = [row | {"pmid": pmid, "rank": rank} for rank, pmid in enumerate(("6", "1"))]
    pq.write_table(pa.Table.from_pylist(rows), path)
    ada, queue = Visitor(site(review), "Ada").look(), path.read_bytes()
    (review.folder / ".snakemake/locks").mkdir(parents=True)
    (review.folder / ".snakemake/locks/0.output.lock").touch()
    path.unlink()
    assert ada.press("include", note="long typed").status == 409
    for page in (ada.text, ada.look().text):
        assert "the review is being built" in page
        assert 'hx-get="/screening" hx-trigger="every' in page
        assert "PMID" not in page
    assert ada.client.get("/screening", headers=again).status_code == 204
    path.write_bytes(queue)
    assert ada.client.get("/screening", headers=again).headers["HX-Refresh"] == "true"
    assert ada.look().pmid == "6"
    assert ">long typed</textarea>" in ada.text
    assert "Written: PMID 6, include X2, with the note “long typed”." in (
        ada.press("include", note="long typed").said
    )


def test_while_the_screened_are_built_the_state_is_told_and_asked_for_again(project: Made) -> None:
    review = project()
    ada = Visitor(site(review), "Ada").look()
    path, htmx = review.folder / "results/3_screened/screened.parquet", {"HX-Request": "true"}
    held = path.read_bytes()
    row = {"pmid": "1", "why": "undecided", "criterion": "", "score": 0.0, "stage": STAGE}
    pq.write_table(pa.Table.from_pylist([row | {"rank": 1}]), path.with_name("queue.parquet"))
    path.unlink()
    told = ada.client.get("/screening/state", headers=HOST | htmx)
    assert (told.status_code, "screened.parquet" in told.get_data(as_text=True)) == (409, True)
    assert 'id="sitting"' not in told.get_data(as_text=True)
    again = HOST | htmx | {"HX-Trigger": "again-state"}
    assert ada.client.get("/screening/state", headers=again).status_code == 204
    path.write_bytes(held)
    done = ada.client.get("/screening/state", headers=again)
    assert "The stopping rule" in done.get_data(as_text=True)


def test_a_study_with_a_notice_is_included_by_naming_its_criterion(project: Made) -> None:
    review = project()
    row = {"pmid": "6", "why": "audit", "criterion": "X2", "score": 0.0, "stage": STAGE, "rank": 1}
    pq.write_table(pa.Table.from_pylist([row]), review.folder / "results/3_screened/queue.parquet")
    ada = Visitor(site(review), "Ada").look()
    assert "Notice: retracted" in ada.text
    assert "Include in spite of X2" in ada.text
    ada.press("include")
    assert _said(review) == [("6", "include", "X2")]


WRONG = {
    "no such stage": ({"stage": "abstract"}, 400),
    "no such answer": ({"answer": "maybe"}, 400),
    "no such criterion": ({"answer": "exclude", "criterion": "X9"}, 409),
    "no criterion": ({"answer": "exclude"}, 409),
    "a tag": ({"answer": "exclude", "criterion": "T1"}, 409),
    "another session": ({"token": "guessed", "answer": "include"}, 403),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_no_form_of_the_page_says_is_refused(project: Made, what: str) -> None:
    review = project()
    told, status = WRONG[what]
    ada = Visitor(site(review), "Ada").look()
    assert ada.send({**ada.form(), **told}).status == status
    assert _said(review) == []


def test_a_broken_table_is_told_in_place_of_the_record(project: Made) -> None:
    review = project()
    ada = Visitor(site(review), "Ada").look()
    review.file.write_text("<<<<<<< HEAD\n" + review.file.read_text("utf-8"), "utf-8")
    assert ada.press("include").status == 409
    assert ada.text.lstrip().startswith('<div id="sitting"')
    assert "git left two versions of the file in one" in ada.text


def test_as_of_a_day_later_rows_may_be_on_records_that_are_not_held(project: Made) -> None:
    review = project()
    config = review.folder / "config/config.yaml"
    config.write_text(UNTIL, "utf-8")
    ada = Visitor(site(review), "Ada").look()
    append(review.file, _row("99", "include", "Bo"))
    assert "Written: PMID 1, include." in ada.press("include").said
    assert (ada.pmid, ada.status) == ("3", 200)  # a later answer is not asked for again
    config.write_text(UNTIL.replace("2026-01-01", ""), "utf-8")
    assert (ada.look().status, "unknown record '99'" in html.unescape(ada.text)) == (409, True)


def test_an_answer_of_another_day_is_given_anew_or_taken_back(
    copied: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_app, "PAGES", ("overview", "screening"))
    folder, file = copied(tmp_path / "built"), tmp_path / "built/config/decisions.tsv"
    sitting = Visitor(site(folder), "Ada").look()
    pmid = sitting.pmid
    sitting.press("include", note="at first")
    ada = Visitor(site(folder, "2026-02-02"), "ada", f"/record/{pmid}").look()
    told = " ".join(re.sub(r"<[^>]+>", " ", ada.text).split())
    assert "include, by you (Ada) on 2 January 2026, on title/abstract" in told
    assert "by rule" not in told and "human" not in told
    assert ">at first</textarea>" in ada.text
    before, desk = ada.form(), load_desk(folder / "results", folder / "config", STAGE)
    others = Visitor(site(folder), "Bo", ada.path)
    assert "by you" not in others.look().text
    others.send(before | {"token": others.token}, htmx=False, answer="back")
    assert "nothing was written" in others.text
    ada.send(before, htmx=False, criterion="X3", note="on second thoughts")
    assert f"Written: PMID {pmid}, exclude X3." in ada.text
    ada.send(before, htmx=False, answer="unsure")  # sent once more, from the page of before
    assert "has changed since: nothing was written" in ada.text
    ada.send(ada.form(), htmx=False, answer="back")
    assert "What you had said before counts again: include." in ada.text
    ada.send(ada.form(), htmx=False, answer="back")
    assert "It waits for you again." in ada.text
    assert "by you" not in ada.text
    first, *rows = decisions_in(file.read_text("utf-8"), "", None, desk.criteria)
    day, note = "2026-02-02", "on second thoughts"
    anew = desk.decision(pmid, "exclude", "X3", "ada", day, note)
    assert rows == [anew, taken_back(anew, day), taken_back(first, day)]
    for wrong in ({"stage": "abstract"}, {"role": "reviewer"}, {"token": "guessed"}):
        assert ada.send(before | wrong, answer="back").status in (403, 404)


def test_a_record_is_text_and_nothing_else(project: Made) -> None:
    evil = replace(RECORDS[0], title="<script>alert(1)</script> x\u202e", doi='"><b>x')
    text = Visitor(site(project(records=[evil, *RECORDS[1:]])), "Ada").look().text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "<b>x" not in text


def test_the_stopping_rule_counts_what_was_decided_now(project: Made) -> None:
    review = project()
    ada = Visitor(site(review), "Ada")
    ada.press("include")
    told = ada.client.get("/screening/state", headers=HOST).get_data(as_text=True)
    figures = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", told))
    assert figures == {"settled by people": "1", "of these included": "1", "not settled yet": "2"}
    assert "Go on screening." in told
    ada.press("unsure").press("include")
    told = ada.client.get("/screening/state", headers=HOST).get_data(as_text=True)
    assert dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", told))["not settled yet"] == "1"


def test_what_is_left_is_told_with_the_pace(project: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = Visitor(site(project()), "Ada").look()
    assert "<strong>0</strong> of 3 answered, <strong>3</strong> left" in ada.text
    assert "if a record takes 30 seconds" in ada.text
    ada.press("include")
    assert "<strong>2</strong> left</label>: about 1 minute, if" in ada.text
    assert "<strong>1</strong> left</label>: less than a minute, if" in ada.press("include").text
    monkeypatch.setattr(progress, "ENOUGH", 1)
    assert "less than a minute, at 1 second a record" in ada.press("skip").text


def _veiled(text: str, *tokens: str) -> str:
    for token in tokens:
        text = text.replace(token, "TOKEN")
    return text


@pytest.mark.parametrize("others", ["one who includes", "one who excludes with a note", "both"])
def test_a_blinded_page_is_the_same_whatever_others_said(project: Made, others: str) -> None:
    """The pages of a whole sitting, byte for byte, with others' rows and without."""
    review = project(TWO)

    def pages() -> list[str]:
        bo = Visitor(site(review), "Bo")
        seen = [bo.look().text]
        seen += [bo.press(answer).text for answer in ("skip", "skip", "skip", "back", "again")]
        seen.append(bo.client.get("/screening/state", headers=HOST).get_data(as_text=True))
        return [_veiled(text, bo.token) for text in seen]

    alone = pages()
    if others != "one who excludes with a note":
        append(review.file, _row("1", "include", "Ada"))
    if others != "one who includes":
        append(review.file, replace(_row("3", "exclude", "Ada", "X1"), note="secret"))
    assert pages() == alone
    assert not re.search(r"kappa|secret|Ada", "".join(alone))


def test_a_blinded_answer_tells_nothing_either(project: Made) -> None:
    review = project(TWO)
    seen = []
    for before in ("", "include"):
        review.file.unlink()
        project(TWO)
        if before:
            append(review.file, _row("1", before, "Ada"))
        bo = Visitor(site(review), "Bo").look()
        texts = [bo.press("include").text, bo.press("unsure").text, bo.press("back").text]
        seen.append([_veiled(text, bo.token) for text in texts])
    assert seen[0] == seen[1]


def test_disputes_are_adjudicated_with_all_answers_side_by_side(project: Made) -> None:
    review = project(TWO)
    app = site(review)
    Visitor(app, "Ada").press("include", note="mine").press("include").press("unsure")
    bo = Visitor(app, "Bo").look()
    bo.send(bo.form(), criterion="X1")
    bo.press("include").press("include")
    cy = Visitor(app, "Cy", "/screening/adjudicate").look("?others=shown")
    assert cy.pmid == "1"
    assert re.findall(r"<strong>(Ada|Bo)</strong>", cy.text) == ["Ada", "Bo"]
    assert "exclude X1" in cy.text
    assert "about a virus" in cy.text
    assert "mine" in cy.text
    told = cy.client.get("/screening/adjudicate/state", headers=HOST).get_data(as_text=True)
    assert "Ada and Bo" in told
    assert "0.50" in told
    assert "<strong>PMID 1</strong>: Ada include; Bo exclude X1" in told
    cy.send(cy.form(), criterion="X3")
    last = review.decisions[-1]
    assert (last.pmid, last.role, last.outcome, last.criterion) == (
        "1",
        "adjudicator",
        "exclude",
        "X3",
    )
    assert cy.pmid == "5"  # Ada stays unsure
    told = cy.client.get("/screening/adjudicate/state", headers=HOST).get_data(as_text=True)
    assert "<strong>PMID 1</strong> (settled)" in told


def test_an_answer_that_is_new_to_the_adjudicator_is_shown_first(project: Made) -> None:
    review = project(TWO)
    append(review.file, _row("1", "include", "Ada"), _row("1", "exclude", "Bo", "X1"))
    cy = Visitor(site(review), "Cy", "/screening/adjudicate").look("?others=shown")
    append(review.file, _row("1", "exclude", "Bo", "X3"))
    assert "nothing was written" in cy.press("include").said
    assert "exclude X3" in cy.text
    assert len(review.decisions) == 3


def test_a_blinded_reviewer_is_asked_before_others_answers_are_shown(project: Made) -> None:
    review = project(TWO)
    append(review.file, _row("1", "include", "Ada"), _row("1", "exclude", "Bo", "X1"))
    bo = Visitor(site(review), "Bo", "/screening/adjudicate").look()
    assert "Screening is blinded" in bo.text
    assert "Ada" not in bo.text
    assert bo.client.get("/screening/adjudicate/state", headers=HOST).status_code == 403
    assert "Ada" in bo.look("?others=shown").text


def test_agreement_stands_on_the_page_where_nobody_is_blind(project: Made) -> None:
    review = project(OPEN)
    append(review.file, _row("1", "include", "Ada"), _row("1", "include", "Bo"))
    bo = Visitor(site(review), "Bo").look()
    told = bo.client.get("/screening/state", headers=HOST).get_data(as_text=True)
    assert "Ada and Bo" in told


# What is no id of its kind is put into no address.
ARTICLES = {
    ("PMC7", "10.1000/a"): ("https://pmc.ncbi.nlm.nih.gov/articles/PMC7/", "in PMC (PMC7)"),
    ("../PMC7", "10.1000/a<b>"): ("https://doi.org/10.1000/a%3Cb%3E", "by its DOI"),
    ("PMC7?x", "//10.1000.org/"): ("https://pubmed.ncbi.nlm.nih.gov/2/", "from PubMed on"),
}


@pytest.mark.parametrize(("pmcid", "doi"), ARTICLES, ids=["PMC", "DOI", "PubMed"])
def test_full_texts_are_those_of_included_records(project: Made, pmcid: str, doi: str) -> None:
    review = project(records=[replace(record, pmcid=pmcid, doi=doi) for record in RECORDS])
    first = Visitor(site(review), "Ada").look().text
    assert "<h1>Screening titles and abstracts</h1>" in first
    assert 'class="article"' not in first
    ada = Visitor(site(review), "Ada").look("?stage=full+text")
    assert ada.pmid == "2"
    where, said = ARTICLES[pmcid, doi]
    link = f'<a class="article" href="{where}" target="_blank" rel="noopener">'
    assert f"{link}Read the article {said}</a>" in ada.text
    assert "<h1>Screening full texts</h1>" in ada.text
    assert "<title>Screening full texts" in ada.text
    assert "<strong>1</strong> left</label></p>" in ada.text  # no time: nobody has measured any
    ada.press("include")
    assert [(row.pmid, row.stage) for row in review.decisions] == [("2", "full text")]
