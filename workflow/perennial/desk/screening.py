"""Screening: one record at a time from a reviewer's queue, and the adjudication of disputes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

from flask import Blueprint, abort, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from perennial.decisions.agreement import agreement, told
from perennial.decisions.decision import STAGES, Decision
from perennial.decisions.desk import role_of
from perennial.decisions.sitting import LONGEST_NOTE, Sitting
from perennial.decisions.verdicts import person, said_by
from perennial.desk.awaiting import stage_word
from perennial.desk.progress import Pace, State, progress
from perennial.desk.review import Review
from perennial.desk.shown import digest, reasons, shown
from perennial.desk.veil import concerned
from perennial.errors import InputError
from perennial.imports.ids import called
from perennial.queue.behind import COMMAND, folded

MOST_SEATS = 200  # sittings kept in mind; a review has a handful


@dataclass
class Seat:
    """A sitting in one browser, and what its page has to say next."""

    sitting: Sitting
    pace: Pace = field(default_factory=Pace)
    said: str = ""
    refused: bool = False
    written: str = ""  # the PMID of the answer, if what is said is that it was written
    notes: dict[str, str] = field(default_factory=dict)  # typed and not written, by PMID
    opened: bool = False  # a reviewer has asked to see what others said

    def say(self, text: str, refused: bool = False, written: str = "") -> None:
        """What was written, or why nothing was."""
        self.said, self.refused, self.written = text, refused, written

    def typed(self, pmid: str, note: str) -> str:
        """Keep a note until it is written with an answer; what is kept, "" for none."""
        self.notes.pop(pmid, None)
        if note.strip():
            self.notes[pmid] = note[:LONGEST_NOTE]
        return self.notes.get(pmid, "")

    def heard(self) -> dict[str, object]:
        """What there is to say, once."""
        said = {"said": self.said, "refused": self.refused, "written": self.written}
        self.say("")
        return said


class Room:
    """The sittings of all who are there. They take turns: what one checks holds until it writes."""

    def __init__(self, review: Review) -> None:
        self.review, self.state, self.turn = review, State(review), Lock()
        self._seats: dict[tuple[str, str, str, bool], Seat] = {}

    def seat(self, stage: str, adjudicate: bool) -> Seat:
        """Where this browser's reviewer sits; a new seat the first time."""
        reviewer = session["reviewer"]
        key = session["in"], person(reviewer), stage, adjudicate
        if key not in self._seats:
            if len(self._seats) >= MOST_SEATS:
                self._seats.pop(next(iter(self._seats)))
            desk, known = partial(self.review.desk, stage), self.review.decisions
            self._seats[key] = Seat(Sitting(desk, known, self.review.keep, reviewer, adjudicate))
        return self._seats[key]

    def opened(self, stage: str, adjudicate: bool) -> Seat:
        """As ``seat``, for what shows others' answers: refused while those are closed to it."""
        seat = self.seat(stage, adjudicate)
        if self.closed(seat):
            abort(403, "This shows what others answered.")
        return seat

    def closed(self, seat: Seat) -> int:
        """How many records of their own keep a blinded reviewer from what others answered."""
        sitting = seat.sitting
        if not sitting.adjudicate or seat.opened or not sitting.desk.blind:
            return 0
        return concerned(sitting.desk, self.review.decisions(), sitting.reviewer)


def pages(review: Review) -> Blueprint:
    """The pages under /screening."""
    of, room = Blueprint("screening", __name__), Room(review)

    @of.errorhandler(InputError)
    def trouble(error: InputError) -> ResponseReturnValue:
        """In place of the record alone, if only that was asked for; it asks again by itself."""
        if _asks_again():
            return "", 204  # htmx leaves the page as it is
        part = "HX-Request" in request.headers
        page = "screening_trouble.html.j2" if part else "screening_cannot.html.j2"
        of_state = part and request.path.endswith("/state")
        here = _address(request.path.removesuffix("/state"), request.values.get("stage", STAGES[0]))
        return render_template(page, error=error, here=here, of_state=of_state), 409

    @of.get("/screening", defaults={"adjudicate": False})
    @of.get("/screening/adjudicate", defaults={"adjudicate": True})
    def show(adjudicate: bool) -> ResponseReturnValue:
        with room.turn, room.seat(_stage(request.args), adjudicate).sitting.at_rest():
            if _asks_again():
                return "", {"HX-Refresh": "true"}
            seat = room.seat(_stage(request.args), adjudicate)
            seat.opened = seat.opened or request.args.get("others") == "shown"
            if mine := room.closed(seat):
                stage = seat.sitting.desk.stage
                told = {"mine": mine, "stage": stage, "what": stage_word(stage)}
                return render_template("screening_closed.html.j2", **told)
            behind = map(folded, room.state.behind(seat.sitting.blind))
            told = {"behind": list(behind), "stages": STAGES, "whom": "", "rebuild": COMMAND}
            return render_template("screening.html.j2", **told, **_shown(seat))

    @of.post("/screening", defaults={"adjudicate": False})
    @of.post("/screening/adjudicate", defaults={"adjudicate": True})
    def answer(adjudicate: bool) -> ResponseReturnValue:
        with room.turn:
            seat = room.opened(_stage(request.form), adjudicate)
            try:
                with seat.sitting.at_rest():
                    act(seat, request.form, review.day)
            except InputError:
                _keep_note(seat, request.form)
                raise
            if "HX-Request" not in request.headers:
                return redirect(_here(seat.sitting), 303)
            with seat.sitting.at_rest():
                part = make_response(render_template("screening_sitting.html.j2", **_shown(seat)))
        part.headers["HX-Trigger-After-Settle"] = "decided"
        return part

    @of.get("/screening/state", defaults={"adjudicate": False})
    @of.get("/screening/adjudicate/state", defaults={"adjudicate": True})
    def state(adjudicate: bool) -> str:
        with room.turn:
            seat = room.opened(_stage(request.args), adjudicate)
            page = "screening_state" if "HX-Request" in request.headers else "screening_progress"
            with seat.sitting.at_rest():
                return render_template(f"{page}.html.j2", **_state(room, seat.sitting))

    return of


def _stage(given: Mapping[str, str]) -> str:
    stage = given.get("stage", STAGES[0])
    if stage not in STAGES:
        abort(400, "There is no such stage.")
    return stage


def _here(sitting: Sitting) -> str:
    """The address of a sitting's page; of its stage there are two, so nothing needs quoting."""
    page = "/screening/adjudicate" if sitting.adjudicate else "/screening"
    return _address(page, sitting.desk.stage)


def _address(page: str, stage: str) -> str:
    return page if stage == STAGES[0] else f"{page}?stage=full+text"


def _asks_again() -> bool:
    """Whether a page that told of a trouble asks if it is over."""
    return request.headers.get("HX-Trigger", "").startswith("again")


def act(seat: Seat, form: Mapping[str, str], day: str) -> None:
    """Do what a form asks if it is of the record as it stands now; say what came of it."""
    asked, pmid = form.get("answer", "exclude"), form.get("pmid", "")
    if not _theirs(seat, form):
        now = seat.sitting.reviewer
        wrong = f"That was another reviewer's page: nothing was written. This one is {now}'s."
        seat.say(wrong, refused=True)
    elif form.get("moves") != str(seat.sitting.moves):
        seat.say(_twice(seat, pmid, form), refused=True)
    elif asked == "again":
        seat.sitting.begin_again()
    elif asked == "back":
        _back(seat, form, day)
    elif wrong := _outdated(seat.sitting, pmid, form.get("digest", "")):
        _keep_note(seat, form)
        seat.say(wrong, refused=True)
    else:
        _answer(seat, asked, pmid, form, day)


def _theirs(seat: Seat, form: Mapping[str, str]) -> bool:
    """Whether a form is of a page of whoever sits here now."""
    return person(form.get("reviewer", "")) == person(seat.sitting.reviewer)


def _keep_note(seat: Seat, form: Mapping[str, str]) -> str:
    """The note that was typed, and that is there when the record is shown again; "" for none."""
    return seat.typed(form.get("pmid", ""), form.get("note", "")) if _theirs(seat, form) else ""


def _twice(seat: Seat, pmid: str, form: Mapping[str, str]) -> str:
    """A form counts once: it was sent again, or from a page that is no longer the present one."""
    rows = [step.row for step in seat.sitting.steps if step.pmid == pmid and step.row]
    if rows:
        was = said_by(rows[-1])
        return f"{called(pmid)} was answered already ({was}): nothing more was written."
    _keep_note(seat, form)
    return "That was not the present page: nothing was written. This is the record that is next."


def _outdated(sitting: Sitting, pmid: str, seen: str) -> str:
    """Why an answer to what was seen cannot be taken; "" if it can."""
    if all(waiting.pmid != pmid for waiting in sitting.waiting()):
        return f"{called(pmid)} waits for you no more: nothing was written."
    if digest(sitting, pmid) != seen:
        changed = (
            "the record, the criteria or the answers have"
            if sitting.adjudicate
            else ("the record or the criteria have")
        )
        return f"{called(pmid)}: {changed} changed since: nothing was written. Please look again."
    return ""


def _answer(seat: Seat, asked: str, pmid: str, form: Mapping[str, str], day: str) -> None:
    sitting, note = seat.sitting, form.get("note", "")
    if asked == "skip":
        sitting.skip(pmid)
        note = _keep_note(seat, form)
        neither = ", nor was your note: it is there again when the record is" if note else ""
        seat.say(f"{called(pmid)} is skipped; nothing was written{neither}.")
        return
    if asked == "include":
        row = sitting.include(pmid, day, note)
    elif asked == "exclude":
        criterion = form.get("criterion") or form.get("reason", "")
        row = sitting.exclude(pmid, criterion, day, note)
    elif asked == "unsure":
        row = sitting.unsure(pmid, day, note)
    else:
        abort(400, "There is no such answer.")
    if row is not None:
        seat.pace.answered(pmid)
        seat.typed(pmid, "")
        noted = f", with the note “{row.note}”" if row.note else ""
        seat.say(f"Written: {called(pmid)}, {said_by(row)}{noted}.", written=pmid)


def _back(seat: Seat, form: Mapping[str, str], day: str) -> None:
    pmid, step = form.get("pmid", ""), seat.sitting.back(day)
    note = _keep_note(seat, form)
    kept = f" Your note on {called(pmid)} is not written; it waits there." if note else ""
    if step is None:
        seat.say("There is nothing to take back in this sitting.", refused=True)
    elif step.row is None:
        seat.say(f"Back at {called(step.pmid)}; nothing was written.{kept}")
    else:
        if step.row.note:
            seat.typed(step.pmid, step.row.note)
        queued = seat.sitting.queued(step.pmid)
        later = "" if queued else " It is asked again after the next build."
        seat.say(f"Taken back: {called(step.pmid)}, {said_by(step.row)}.{later}{kept}")


def _shown(seat: Seat) -> dict[str, object]:
    """What the part of the page that changes with each answer is made of."""
    sitting, ahead = seat.sitting, seat.sitting.ahead()
    record = shown(sitting, ahead[0]) if ahead else None
    if record:
        seat.pace.shows(record.pmid)
    return {
        "sitting": sitting,
        "here": _here(sitting),
        "what": stage_word(sitting.desk.stage),
        "record": record,
        "reasons": reasons(sitting.desk),
        "progress": progress(sitting, seat.pace),
        **seat.heard(),
        "role": role_of(sitting.adjudicate),
        "note": seat.notes.get(record.pmid, "") if record else "",
        "longest": LONGEST_NOTE,
    }


def _state(room: Room, sitting: Sitting) -> dict[str, object]:
    """How far all have come; of that, a blinded reviewer is told nothing."""
    stage, blind = sitting.desk.stage, sitting.blind
    rows: Sequence[Decision] = [] if blind else room.state.decisions()
    found = agreement(rows, stage)
    disputed = {w.pmid for w in sitting.waiting()} if sitting.adjudicate else set()
    return {
        "blind": blind,
        "here": _here(sitting),
        "stopping": None if blind or stage != STAGES[0] else room.state.stopping(),
        "agreement": found if found.pairs or sitting.adjudicate else None,
        "disputed": disputed,
        "told": told,
    }
