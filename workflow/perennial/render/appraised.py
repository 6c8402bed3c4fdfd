"""The appraisal as tables: which study reports which item, and the words that report it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perennial.appraisal import REVERSIBILITY, VIABILITY, Shown
from perennial.render.review import Review

EVERY = {VIABILITY, REVERSIBILITY}  # items that every study is asked


@dataclass(frozen=True)
class Mark:
    """One cell: an item that the study was asked, with the words that report it, if any do."""

    item: str
    label: str
    words: tuple[Shown, ...]


@dataclass(frozen=True)
class Part:
    """One table: the items of a group, and the studies that were asked them."""

    id: str
    label: str
    about: str
    items: tuple[Mapping[str, Any], ...]
    rows: tuple[tuple[Any, tuple[Mark, ...]], ...]


def parts(review: Review, studies: Sequence[Any]) -> tuple[Part, ...]:
    """One part for each group of config/appraisal.yaml that some of ``studies`` was asked."""
    made = (_part(review, group, studies) for group in review.appraisal.get("groups", ()))
    return tuple(part for part in made if part.rows)


def _part(review: Review, group: Mapping[str, Any], studies: Sequence[Any]) -> Part:
    items = tuple(item for item in review.appraisal["items"] if item["group"] == group["id"])
    rows = ((study, tuple(_marks(study, items))) for study in studies)
    return Part(
        group["id"],
        group["label"],
        group["about"],
        items,
        tuple((study, marks) for study, marks in rows if marks),
    )


def _marks(study: Any, items: Sequence[Mapping[str, Any]]) -> Iterator[Mark]:
    asked = EVERY | {*study.reported, *study.not_reported}
    for item in items:
        if item["id"] in asked:
            words = tuple(shown for shown in study.shown if shown.item == item["id"])
            yield Mark(item["id"], item["label"], words)


def quoted(
    made: Sequence[Part], studies: Sequence[Any]
) -> tuple[tuple[Any, tuple[Mark, ...]], ...]:
    """Each of ``studies`` whose text reports something, with its marks that have words."""
    found: dict[str, list[Mark]] = {}
    for part in made:
        for study, marks in part.rows:
            found.setdefault(study.pmid, []).extend(mark for mark in marks if mark.words)
    return tuple((s, tuple(found[s.pmid])) for s in studies if found.get(s.pmid))
