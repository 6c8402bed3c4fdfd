"""All files of the review, from the review and nothing else."""

from __future__ import annotations

from pathlib import Path

from perennial.canonical import to_json
from perennial.editions.shelf import with_page
from perennial.render import csl, datapackage, diagram, documents, ris, sheets, workbook
from perennial.render.page import Pages, notices, ordered_studies
from perennial.render.renewed import renewed
from perennial.render.review import Review, check
from perennial.render.state import state
from perennial.render.wording import listed, sentence


def render(review: Review, templates: Path) -> dict[str, bytes]:
    """File name → content; the same review and templates give the same bytes.

    ``templates`` is ``workflow/templates``. Raises ``LedgerError`` if parts of the review
    contradict each other, ``InputError`` if pandoc refuses its input.
    """
    check(review)
    since = renewed(review)
    picture = diagram.svg(review.flow, _in_words(review), since)
    pages = Pages(review, templates, picture)
    images = {f"{drawn.id}.png": drawn.png for drawn in pages.pictures if drawn.rows}
    images["flow.png"] = diagram.png(review.flow, since)
    studies = [review.records[study.pmid] for study in ordered_studies(review)]
    baseline, notes = review.baseline_review, _notes(review)
    first = [csl.baseline_item(baseline)] if baseline else []
    items = [*first, *(csl.item(record, notes.get(record.pmid, "")) for record in studies)]
    drawings = {f"{drawn.id}.svg": drawn.svg for drawn in pages.pictures}
    drawings["flow.svg"] = picture
    body, looks = pages.body("docx"), templates / "document"
    page = pages.html()
    return {
        "review.html": page,
        "review.docx": documents.docx(body, images, looks, review.as_of),
        "review.pdf": documents.pdf(body, drawings, looks, review.as_of),
        "review.md": documents.markdown(pages.body("md")),
        "flow.svg": picture,
        **{f"{drawn.id}.svg": drawn.svg for drawn in pages.pictures},
        **_data(review),
        "references.bib": csl.bibtex(items),
        "references.biblatex.bib": csl.biblatex(items),
        "references.json": csl.csl_json(items),
        "references.ris": ris.ris(baseline, studies, notes),
        "edition.json": to_json(with_page(state(review), page)),
    }


def _data(review: Review) -> dict[str, bytes]:
    """The tables in three formats, and the dictionary of their columns in three."""
    tables = sheets.tables(review)
    written = sheets.files(tables)
    return {
        **written,
        "data.xlsx": workbook.as_xlsx(tables, datapackage.lines(tables)),
        "data-dictionary.md": datapackage.markdown(review, tables),
        "datapackage.json": datapackage.package(review, tables, written),
    }


def _notes(review: Review) -> dict[str, str]:
    """What a reference manager should tell of a study: its notices, and that it is set aside."""
    aside = {study.pmid for study in review.set_aside}
    return {
        pmid: sentence("; ".join([*kinds, *(["set aside, not counted"] if pmid in aside else [])]))
        for pmid, kinds in notices(review).items()
    }


def _in_words(review: Review) -> str:
    since = renewed(review)
    boxes = (*review.flow.boxes, *(since.boxes if since else ()))
    return listed(f"{box.label}: {box.count}" for box in boxes) + "."
