"""An answer of whatever day, once more before who gave it: to be taken back, or given anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from flask import abort

from perennial.decisions.decision import ADJUDICATOR, DECIDED, ROLES, STAGES, Decision
from perennial.decisions.desk import Desk, Waiting, role_of, taken_back
from perennial.decisions.sitting import Sitting
from perennial.decisions.verdicts import person, said_by
from perennial.desk.review import Review
from perennial.desk.shown import DIGITS, digest
from perennial.imports.ids import called


class Again(Sitting):
    """A sitting over the one record on which its reviewer's answer stands."""

    def __init__(self, review: Review, pmid: str, stage: str, reviewer: str, role: str) -> None:
        desk, known = partial(review.desk, stage), review.decisions
        super().__init__(desk, known, review.keep, reviewer, role == ADJUDICATOR)
        self.pmid = pmid

    @property
    def said(self) -> list[Decision]:
        """All that the reviewer said of it here and did not take back; the last row counts."""
        here = self.desk.stage, role_of(self.adjudicate), person(self.reviewer)
        rows = (row for row in self.decisions if row.pmid == self.pmid)
        return [row for row in rows if (row.stage, row.role, person(row.reviewer)) == here]

    def _found(self, desk: Desk, decisions: Sequence[Decision]) -> list[Waiting]:
        return [Waiting(self.pmid, DECIDED)] if self.said else []

    @property
    def digest(self) -> str:
        """Of all that an answer rests on, and of those given so far, so that a form counts once."""
        told = repr((digest(self, self.pmid), self.said))
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]

    def withdraw(self, day: str) -> Decision:
        """Take the answer back by one more row; the answer."""
        row = self.said[-1]
        self._keep(taken_back(row, day))
        return row


def answered(review: Review, pmid: str, reviewer: str) -> Iterator[Again]:
    """Where a reviewer's answers on a record stand, by stage and role."""
    for stage in STAGES:
        for role in ROLES:
            again = Again(review, pmid, stage, reviewer, role)
            if again.said:
                yield again


def act(again: Again, form: Mapping[str, str], day: str) -> tuple[str, bool]:
    """Do what a form asks if all is as it was shown; what to tell, and whether a row was added."""
    with again.at_rest():
        if not again.said or form.get("digest") != again.digest:
            return "What this page showed has changed since: nothing was written.", False
        if form.get("answer") == "back":
            row = again.withdraw(day)
            return f"Taken back: {called(again.pmid)}, {said_by(row)}. {_now(again)}", True
        row = _answer(again, form, day)
    return f"Written: {called(again.pmid)}, {said_by(row)}.", True


def _now(again: Again) -> str:
    """What follows once the last of the answers, as they were, is taken back."""
    if before := again.said[:-1]:
        return f"What you had said before counts again: {said_by(before[-1])}."
    queued = again.queued(again.pmid)
    return "It waits for you again." if queued else "It is asked again after the next build."


def _answer(again: Again, form: Mapping[str, str], day: str) -> Decision:
    pmid, note, row = again.pmid, form.get("note", ""), None
    match form.get("answer", "exclude"):
        case "include":
            row = again.include(pmid, day, note)
        case "exclude":
            row = again.exclude(pmid, form.get("criterion", ""), day, note)
        case "unsure":
            row = again.unsure(pmid, day, note)
    return row or abort(400, "There is no such answer.")
