"""What a reader of a living review asks: what changed, what was struck, and what that alters."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import synthetic
from perennial.claim import Audit
from perennial.errors import LedgerError
from perennial.ledger import Change
from perennial.render.changes import fates, news
from perennial.render.comparisons import rows
from perennial.render.files import render
from perennial.render.review import Review, check
from perennial.step import Step
from reading import docx_text, markdown_page, page, squeezed

STRUCK = synthetic.pmid(18)


@pytest.fixture(scope="module")
def first(templates) -> dict[str, bytes]:
    """The first edition, rendered."""
    return render(synthetic.first_edition(), templates)


def forms(files: dict[str, bytes]) -> dict[str, str]:
    return {
        "html": squeezed(page(files).text_content()),
        "md": squeezed(markdown_page(files).text_content()),
        "docx": docx_text(files),
    }


def lacking(files: dict[str, bytes], *told: str) -> list[tuple[str, str]]:
    return [
        (form, text)
        for form, whole in forms(files).items()
        for text in told
        if squeezed(text) not in whole
    ]


def section(files: dict[str, bytes], name: str):
    return page(files).get_element_by_id(name)


def words(element) -> str:
    return " ".join(element.text_content().split())


def test_a_study_set_aside_stands_last_in_the_table_and_is_flagged(files):
    last = section(files, "studies").xpath(".//tbody/tr")[-1]
    assert last.get("class") == "aside"
    assert "RETRACTED" in words(last) and "set aside, not counted" in words(last)
    assert words(last).endswith("3, not counted")


def test_a_set_aside_study_is_told_of_in_every_form(files):
    assert not lacking(
        files,
        "Included studies (9), then those set aside (1)",
        "1 study is set aside for a notice of retraction: it stands at the end of the table",
        "Set aside: from studies with a notice of retraction",
        "With the set-aside study counted: Confirmed",
        "Of the excluded, 1 is set aside: without a notice of retraction it would be included.",
        "1 study that counted before is now set aside",
    )


def test_its_statements_stand_apart_and_count_nowhere(files):
    evidence = section(files, "evidence")
    apart = evidence.xpath(".//ul[contains(@class, 'aside')]//li//@id")
    aside = synthetic.review().stated_aside
    assert sorted(apart) == sorted(f"s-{s.id}" for s in aside) and len(aside) == 3
    counts = re.findall(r"\((\d+) statements? from (\d+) stud", words(evidence))
    results = [s for s in synthetic.review().stated if s.standing == "result"]
    assert sum(int(statements) for statements, _ in counts) == len(results) == 5


def test_no_number_of_the_evidence_counts_what_is_set_aside(files, first):
    def numbers(of: dict[str, bytes]) -> list[str]:
        told = words(section(of, "evidence"))
        return re.findall(r"\(\d+ statements? from \d+ stud\w+\)|hypothesis: \d+ statements?", told)

    assert numbers(files) == numbers(first) != []


def test_the_figures_count_only_what_counts(files, first):
    def figures(of: dict[str, bytes]) -> dict[str, str]:
        cards = section(of, "summary").xpath(".//dl/div")
        return {card.find("dt").text: card.find("dd").text for card in cards}

    now, before = figures(files), figures(first)
    assert now["statements extracted"] == before["statements extracted"] == "7"
    assert now["studies included"] == before["studies included"] == "9"
    assert now["study set aside"] == "1" and "study set aside" not in before


def test_a_claim_shows_on_which_side_a_set_aside_study_would_be(files):
    claims = {c.get("id"): words(c) for c in page(files).xpath("//li[contains(@class,'claim')]")}
    assert "Set aside, would support: Family18" in claims["claim-B1"]
    assert "With the set-aside" not in claims["claim-B1"]  # the status is the same
    assert "With the set-aside study counted: Confirmed. Set aside, would" in claims["claim-B2"]
    assert "et aside" not in claims["claim-B3"]


def test_the_synthesis_with_and_without_them(files):
    table = section(files, "integrity").xpath(".//table[contains(caption, 'otherwise')]")[0]
    told = [[words(cell) for cell in row] for row in table.xpath("./tbody/tr")]
    assert told == [
        [
            "B1 FAC1 brings cells to rest.",
            "Refined 2 for, 1 against",
            "Refined 3 for, 1 against",
            "Confirmed 2 for",
        ],
        ["B2 FAC9 wakes them.", "Not re-examined no study", "Confirmed 1 for", "the same"],
    ]


def unaltered(review: Review) -> Review:
    made = tuple(replace(each, altered=()) for each in review.synthesis.comparisons)
    return replace(review, synthesis=replace(review.synthesis, comparisons=made))


def test_where_nothing_would_be_otherwise_a_sentence_says_so(templates):
    same = unaltered(synthetic.review())
    assert rows(same) == ()
    files = render(same, templates)
    assert not lacking(
        files,
        "With or without them, every claim of the baseline review stands as it does.",
        "Every claim has the status that it had before.",
    )


def test_what_the_last_change_brought(files):
    told = words(section(files, "changes"))
    for text in (
        "1 June 2026",
        "1 study joined: Family7 2022. PMID 900000007",
        "RETRACTED J Made-up Res. 2026;3:4 PMID 900000091",
        "1 claim has another status than before: Confirmed → Not re-examined FAC9 wakes them. (B2)",
        "1 claim keeps its status but weighs other findings than before: B1.",
        "5 records were new: 1 included, 1 excluded, 1 awaiting a person, 2 not screened",
        "2 records were revised at the source; 1 of them is that of a study: Family18",
        "1 new notice bears on a study",
        "1 record is no longer given by the source",
        "1 search strategy was edited",
    ):
        assert text in told
    rows = section(files, "changes").xpath(".//tbody/tr")
    assert [[words(cell) for cell in row] for row in rows] == [
        ["1 May 2026", "0", "1", "1", "1"],
        ["1 April 2026 (the first search)", "13", "0", "0", "0"],
    ]


def test_the_headline_stands_at_a_glance(files):
    headline = (
        "The last change, on 1 June 2026: 1 study joined, 1 study was set aside for a notice,"
        " 1 claim has another status."
    )
    assert headline in words(section(files, "summary"))
    assert not lacking(files, headline)


def test_a_first_edition_says_so(first):
    assert not lacking(
        first, "This is the first edition: since the first search, no source has told anything new."
    )
    assert "The last change" not in words(page(first))
    assert "et aside" not in words(section(first, "studies"))


def quiet(review: Review) -> Review:
    """``review`` after a change that brought one withdrawn record, and nothing else."""
    *earlier, last = review.ledger.changes
    gone = Change("2026-06-02", (), (), (), last.withdrawn)
    before = tuple(
        replace(c, left_out=(), taken_in=(), altered=()) if c.kind.startswith("before") else c
        for c in review.synthesis.comparisons
    )
    return replace(
        review,
        ledger=replace(review.ledger, changes=(*earlier, last, gone)),
        synthesis=replace(review.synthesis, comparisons=before),
        step=Step(gone.day, (), ()),
    )


def test_a_change_that_brought_little(templates):
    files = render(quiet(synthetic.review()), templates)
    assert not lacking(
        files,
        "No study joined.",
        "No study was struck for a notice.",
        "Every claim has the status that it had before.",
        "No record was new.",
        "No study came to carry a notice.",
        "1 record is no longer given by the source",
        "no studies joined, no studies were set aside for a notice, no claims have another status",
    )


def test_every_new_record_has_a_fate():
    review = synthetic.review()
    told = news(review)
    assert told is not None
    parts = (told.fates.included, told.fates.excluded, told.fates.awaiting, told.fates.unscreened)
    assert sorted(pmid for part in parts for pmid in part) == sorted(told.change.new)
    with pytest.raises(LedgerError, match="900000077"):
        fates(review, replace(told.change, new=(*told.change.new, synthetic.pmid(77))))


def test_a_new_study_that_was_retracted_before_it_came_is_told():
    review = synthetic.review()
    change = replace(review.ledger.changes[-1], new=(STRUCK,))
    assert fates(review, change).excluded == (STRUCK,)


def test_the_living_mode_is_told_item_by_item(files, first):
    told = (
        ("The source is asked for what is new", "every week"),
        ("Each time it looks back, beyond the last time", "30 days"),
        ("The search is run in full again", "once 90 days have passed"),
        ("Records held that are read again each time, revised or not", "those of studies"),
        ("A new edition is published", "When a claim stands otherwise."),
        ("The review stops being living", "not stated"),
        ("People and their roles", "A. Reviewer: screening"),
    )
    assert not lacking(files, *(item + stated for item, stated in told))
    assert not lacking(first, *(item + "not stated" for item, _ in told))


def test_changes_of_method_are_told(files, first):
    assert not lacking(
        files,
        "2 May 2026Abstracts alone are read.Time was short.",
        "2 edits of the search strategies",
        "1 May 2026: words was edited",
        "Before:#rest AND #cellsAfter:#rest NEAR/5 #cells",
        "1 June 2026: headings was added",
    )
    assert not lacking(
        first,
        "The reviewers state no change of method.",
        "No search strategy was edited since the first search.",
    )


def test_the_blocks_of_the_criteria_are_printed(files):
    assert not lacking(files, "#rest NEAR/5 #cells", "#restrest[tiab] OR quiescen*[tiab]")
    assert not lacking(files, "a notice found by linking: retracted")


def test_a_reference_begins_with_its_retraction(files):
    entry = page(files).xpath("//ol[@class='references']/li")[-1]
    assert words(entry).startswith("RETRACTED CORRECTED set aside, not counted Family18")
    note = "Retracted; corrected; set aside, not counted"
    assert f"N1  - {note}\n" in files["references.ris"].decode()
    assert f"note = {{{note}}}" in files["references.bib"].decode()
    assert files["references.bib"].count(b"note = ") == 2  # the other is that of the concern


def audited(review: Review, **sides: tuple[str, ...]) -> Review:
    first, *rest = review.synthesis.audits
    return replace(
        review, synthesis=replace(review.synthesis, audits=(replace(first, **sides), *rest))
    )


def compared(review: Review, kind: str, **other: object) -> Review:
    made = tuple(
        replace(c, **other) if c.kind == kind else c  # type: ignore[arg-type]
        for c in review.synthesis.comparisons
    )
    return replace(review, synthesis=replace(review.synthesis, comparisons=made))


NOWHERE = Audit("B1", "refined", ("nowhere",), (), (), "")
BROKEN = {
    "an audit that weighs a statement of a study set aside": lambda r: audited(
        r, supports=(r.stated_aside[0].id,)
    ),
    "a study that screening does not set aside": lambda r: replace(
        r, screened=tuple(replace(s, set_aside=False) for s in r.screened)
    ),
    "a study that screening sets aside and that counts": lambda r: replace(
        r, studies=tuple(replace(s, set_aside=False) for s in r.studies)
    ),
    "a study set aside but not excluded": lambda r: replace(
        r, screened=tuple(replace(s, set_aside=s.outcome == "human") for s in r.screened)
    ),
    "a step without a history": lambda r: replace(r, ledger=replace(r.ledger, changes=())),
    "a history without a step": lambda r: replace(r, step=None),
    "a step of another day": lambda r: replace(r, step=replace(r.step, day="2026-05-01")),
    "a study that joined and is not included": lambda r: replace(
        r, step=replace(r.step, joined=(STRUCK,))
    ),
    "a study that was struck and counts": lambda r: replace(
        r, step=replace(r.step, struck=(synthetic.pmid(1),))
    ),
    "no comparison with the study set aside": lambda r: replace(
        r,
        synthesis=replace(
            r.synthesis,
            comparisons=tuple(c for c in r.synthesis.comparisons if "aside" not in c.kind),
        ),
    ),
    "a comparison that cites no statement": lambda r: compared(
        r, "with set aside", altered=(NOWHERE,)
    ),
    "a comparison of no claim": lambda r: compared(
        r, "with set aside", altered=(replace(NOWHERE, claim="B9", supports=()),)
    ),
    "a comparison without a study that does not count": lambda r: compared(
        r, "without doubtful", left_out=(STRUCK,)
    ),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_a_history_that_contradicts_itself_is_refused(change):
    review = synthetic.review()
    check(review)
    with pytest.raises(LedgerError):
        check(change(review))
