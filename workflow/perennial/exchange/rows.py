"""Rows: labels from another tool as decisions of the review, each exclusion with its criterion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from perennial.decisions.decision import ADJUDICATOR, Decision
from perennial.decisions.judged import text_hash, under
from perennial.decisions.table import excludes
from perennial.decisions.verdicts import person
from perennial.errors import InputError
from perennial.exchange.labels import Label
from perennial.exchange.match import Held
from perennial.record import Record
from perennial.screen import Criterion


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms labels are taken over.

    ``reviewers`` maps the names of the file to those of the review; the key "" is for labels that
    name nobody. ``reasons`` maps a reason as the tool has it to the id of a criterion, ``default``
    ("" for none) is for a reason that is not mapped. ``outcome`` is for a file that holds one
    category of references; ``date`` for labels that have none.
    """

    stage: str
    date: str
    reviewers: Mapping[str, str]
    reasons: Mapping[str, str]
    default: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The new rows, and the labels that became none: each as a sentence, or counted."""

    rows: tuple[Decision, ...]
    unmatched: tuple[str, ...]
    known: int  # decided so already


def take(
    labels: Sequence[Label],
    held: Held,
    records: Mapping[str, Record],
    criteria: Sequence[Criterion],
    settled: Mapping[str, str],
    before: Sequence[Decision],
    terms: Terms,
) -> Taken:
    """The decisions that ``labels`` are, without those that stand in ``before`` already.

    ``settled`` gives the criterion by which rules had settled a record, for ``under``. Raises
    InputError for exclusions without a criterion, and for references that do not say whether they
    were included.
    """
    mine = list(_named(labels, terms))
    _refuse_silent(mine)
    chosen = {id(label): _criterion(label, criteria, terms) for label in mine}
    _refuse_reasonless([label for label in mine if chosen[id(label)] is None])
    found: dict[tuple[str, str], list[Decision]] = {}
    unmatched = []
    for label in mine:
        pmid, why = held.find(label.told)
        if not pmid:
            unmatched.append(f"{label.told.place}: {label.told.title or label.told.pmid!r}: {why}")
            continue
        row = _row(label, records[pmid], chosen[id(label)] or "", criteria, settled, terms)
        found.setdefault((pmid, person(label.reviewer)), []).append(row)
    single, twice = _single(found)
    last = _last_words(before)
    new = [row for row in single if not _same(row, last)]
    return Taken(tuple(new), (*unmatched, *twice), len(single) - len(new))


def _row(
    label: Label,
    record: Record,
    criterion: str,
    criteria: Sequence[Criterion],
    settled: Mapping[str, str],
    terms: Terms,
) -> Decision:
    judged = criterion or settled.get(record.pmid, "")
    return Decision(
        pmid=record.pmid,
        stage=terms.stage,
        outcome=label.outcome,
        criterion=criterion,
        reviewer=label.reviewer,
        role="",
        date=label.date or terms.date,
        under=next((under(c) for c in criteria if c.id == judged), ""),
        text=text_hash(record),
        note=label.note,
    )


def _named(labels: Iterable[Label], terms: Terms) -> Iterator[Label]:
    """The labels of the reviewers that are asked for, under their names in the review."""
    for label in labels:
        if label.reviewer in terms.reviewers:
            yield Label(
                label.told,
                label.outcome or terms.outcome,
                label.reasons,
                terms.reviewers[label.reviewer],
                label.date,
                label.note,
            )


def _refuse_silent(labels: Iterable[Label]) -> None:
    for label in labels:
        if not label.outcome:
            wrong = "the file does not say whether this was included"
            raise InputError(
                wrong, label.told.place, "say it for the whole file: --outcome include"
            )


def _criterion(label: Label, criteria: Sequence[Criterion], terms: Terms) -> str | None:
    """The criterion of an exclusion, "" for what needs none, None where none is known.

    Of several that the reasons name, the first of the protocol: any of them excludes.
    """
    if label.outcome != "exclude":
        return ""
    told = {reason.strip().casefold() for reason in label.reasons}
    mapped = {id_ for reason, id_ in terms.reasons.items() if reason.strip().casefold() in told}
    for criterion in (c for c in criteria if excludes(c, terms.stage)):
        words = {w.strip().casefold() for w in (criterion.id, criterion.label, criterion.reason)}
        if criterion.id in mapped or words & told:
            return criterion.id
    return terms.default or None


def _refuse_reasonless(labels: Sequence[Label]) -> None:
    if not labels:
        return
    reasons = dict.fromkeys(r for label in labels for r in (label.reasons[-1:] or ("",)))
    named = ", ".join(f"{reason!r}" if reason else "none" for reason in list(reasons)[:8])
    wrong = f"{len(labels):,} exclusions without a criterion; their reasons: {named}"
    hint = '--reason "the reason=X1" for each, or --default-criterion X1 for what is left'
    raise InputError(wrong, labels[0].told.place, hint)


def _single(
    found: Mapping[tuple[str, str], Sequence[Decision]],
) -> tuple[list[Decision], list[str]]:
    """One decision of a reviewer on a record; two that differ are none."""
    single, twice = [], []
    for (pmid, _), rows in found.items():
        if len({(row.outcome, row.criterion) for row in rows}) == 1:
            single.append(rows[0])
        else:
            said = " and ".join(f"{row.outcome} {row.criterion}".strip() for row in rows)
            twice.append(f"record {pmid}: {rows[0].reviewer} says both {said}")
    return single, twice


def _last_words(before: Iterable[Decision]) -> dict[tuple[str, str, str], Decision]:
    """What each reviewer said last of a record at a stage; adjudication is another matter."""
    plain = (row for row in before if row.role != ADJUDICATOR)
    return {(row.pmid, row.stage, person(row.reviewer)): row for row in plain}


def _same(row: Decision, last: Mapping[tuple[str, str, str], Decision]) -> bool:
    other = last.get((row.pmid, row.stage, person(row.reviewer)))
    return other is not None and (other.outcome, other.criterion) == (row.outcome, row.criterion)
