"""Sentences about findings: a study counts once, and one study never sounds like several."""

from __future__ import annotations

from dataclasses import replace

import synthetic
from perennial.render.files import render
from perennial.render.findings import findings
from perennial.render.targets import effects, trials
from reading import page


def statement(number: int, factor: str, direction: str = "IND", **more: str):
    model = synthetic.review().statements[0]
    fresh = {"id": f"s{number}{factor}{direction}", "pmid": synthetic.pmid(number)}
    return replace(model, factor=factor, direction=direction, standing="result", **fresh, **more)


def test_two_sentences_of_one_study_are_no_replication():
    review = synthetic.review()
    twice = [statement(1, "FAC1"), replace(statement(1, "FAC1"), id="another")]
    (found,) = findings(review, twice)
    assert (found.replicated, found.single) == ((), ("FAC1",))
    (found,) = findings(review, [*twice, statement(2, "FAC1"), statement(2, "FAC2")])
    assert (found.replicated, found.single) == ((("FAC1", 2),), ("FAC2",))


def test_what_is_no_result_is_no_finding():
    background = replace(statement(1, "FAC1"), standing="background")
    assert findings(synthetic.review(), [background]) == ()


def test_findings_come_in_the_order_of_directions_then_of_weight_then_of_names():
    stated = [statement(1, "B", "REA"), statement(1, "Z"), statement(2, "Z"), statement(1, "A")]
    found = findings(synthetic.review(), stated)
    assert [one.code for one in found] == ["IND", "REA"]
    assert (found[0].replicated, found[0].single) == ((("Z", 2),), ("A",))


def test_agents_are_told_apart_from_what_the_cells_have_themselves():
    review = synthetic.review()
    pmids = [study.pmid for study in review.included]
    agent = replace(review.stated[0], id="a", factor_kind="agent", factor="drug", pmid=pmids[0])
    other = replace(agent, id="b", standing="background")
    more = replace(review, statements=(*review.statements, agent, other))
    drug = [one for one in effects(more) if one.agent == "drug"]
    assert [(one.code, one.studies) for one in drug] == [(agent.direction, 1)]


def test_a_trial_is_known_by_its_type_its_register_or_its_design():
    review = synthetic.review()
    first, second, *rest = review.included
    known = dict(review.records)
    known[first.pmid] = replace(
        known[first.pmid], publication_types=("Journal Article", "Clinical Trial, Phase II")
    )
    known[second.pmid] = replace(
        known[second.pmid], databanks=("ClinicalTrials.gov/NCT00000000", "GENBANK/X1")
    )
    plain = [replace(study, design="in vivo") for study in (first, second, *rest)]
    found = trials(replace(review, records=known), plain)
    assert [(one.pmid, one.kinds, one.registered) for one in found] == [
        (first.pmid, ("Clinical Trial, Phase II",), ()),
        (second.pmid, (), ("ClinicalTrials.gov/NCT00000000",)),
    ]
    assert [one.pmid for one in trials(review, [replace(first, design="trial; patients")])]
    aside = replace(plain[0], set_aside=True)
    assert trials(replace(review, records=known), [aside]) == ()


def _abstract(files: dict[str, bytes]) -> str:
    return " ".join(page(files).get_element_by_id("abstract").text_content().split())


def test_the_abstract_counts_what_the_ledger_holds(files, templates):
    text = _abstract(files)
    review = synthetic.review()
    boxes = {box.id: box.count for box in review.flow.boxes}
    assert f"Of {boxes['identified']} records identified" in text
    assert f"{boxes['included']} stud" in text
    fewer = replace(review, declared=review.declared._replace(funding="A made-up fund."))
    again = _abstract(render(fewer, templates))
    assert "Funding: A made-up fund." in again
    assert "Funding: not stated." in text
