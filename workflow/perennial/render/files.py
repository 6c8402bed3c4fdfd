"""All files of the review, from the review and nothing else."""

from __future__ import annotations

from pathlib import Path

from perennial.render import csl, diagram, documents, ris, sheets
from perennial.render.page import Pages, notices, ordered_studies
from perennial.render.review import Review, check
from perennial.render.wording import listed, sentence


def render(review: Review, templates: Path) -> dict[str, bytes]:
    """File name → content; the same review and templates give the same bytes.

    ``templates`` is ``workflow/templates``. Raises ``LedgerError`` if parts of the review
    contradict each other, ``InputError`` if pandoc refuses its input.
    """
    check(review)
    picture = diagram.svg(review.flow, _in_words(review))
    pages = Pages(review, templates, picture)
    studies = [review.records[study.pmid] for study in ordered_studies(review)]
    baseline, notes = review.baseline_review, _notes(review)
    first = [csl.baseline_item(baseline)] if baseline else []
    items = [*first, *(csl.item(record, notes.get(record.pmid, "")) for record in studies)]
    return {
        "review.html": pages.html(),
        "review.docx": documents.docx(
            pages.body("docx"), diagram.png(review.flow), templates / "document", review.as_of
        ),
        "review.md": documents.markdown(pages.body("md")),
        "flow.svg": picture,
        "evidence.csv": sheets.evidence(review),
        "studies.csv": sheets.studies(review),
        "screening.csv": sheets.screening(review),
        "references.bib": csl.biblatex(items),
        "references.ris": ris.ris(baseline, studies, notes),
    }


def _notes(review: Review) -> dict[str, str]:
    """What a reference manager should tell of a study: its notices, and that it is set aside."""
    aside = {study.pmid for study in review.set_aside}
    return {
        pmid: sentence("; ".join([*kinds, *(["set aside, not counted"] if pmid in aside else [])]))
        for pmid, kinds in notices(review).items()
    }


def _in_words(review: Review) -> str:
    return listed(f"{box.label}: {box.count}" for box in review.flow.boxes) + "."
