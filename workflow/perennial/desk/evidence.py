"""Evidence: studies with their text and statements, and what a reviewer says of each statement."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from perennial.corrections.anchor import Spot
from perennial.corrections.correction import (
    ADD,
    CONTEXT,
    CORRECT,
    EMPTIED,
    STANDINGS,
    VALUES,
    Correction,
)
from perennial.corrections.filled import (
    HEADER,
    as_drawn,
    filled_row,
    said_last,
    says_again,
    shown,
)
from perennial.corrections.material import Material
from perennial.corrections.names import names
from perennial.decisions.sitting import LONGEST_NOTE
from perennial.desk.quoted import Quote, quoted, sentence_ends
from perennial.desk.review import Review
from perennial.desk.studies import DONE, Live, Lying, Studies, fitting, went_wrong
from perennial.errors import InputError, Place
from perennial.extract.statements import identity
from perennial.passage import Passage
from perennial.printable import printable

CHANGED = "the texts or the statements of this study have changed since the page was made"
FORMS = {"correct": CORRECT, "add": ADD}

Given = Mapping[str, str]


def pages(review: Review) -> Blueprint:
    """The pages under /evidence."""
    of = Blueprint("evidence", __name__)
    here = Here(review)
    Thread(target=here.read_ahead, daemon=True).start()

    @of.get("/evidence")
    def show() -> str:
        return here.studies_page(request.args.get("q", ""))

    @of.get("/evidence/<pmid>")
    def study(pmid: str) -> str:
        return here.study_page(pmid, request.args, request.args.get("form", ""))

    @of.post("/evidence/<pmid>")
    def judge(pmid: str) -> ResponseReturnValue:
        try:
            row, told = here.take(pmid, request.form)
        except InputError as refused:
            form = request.form.get("action", "")
            return here.study_page(pmid, request.form, form, refused), 409
        of = ADD if row.action == ADD else request.form.get("s", "")
        flash(told, f"{pmid} {of}")  # as what holds the note is named
        after = here.after(row, request.form.get("s", ""))
        return redirect(url_for("evidence.study", pmid=pmid, s=after), 303)

    return of


class Here:
    """The pages of evidence over one review, and the one way in which they write a row."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._studies = Studies(review.results, review.config, review.as_of)
        self._writing = Lock()

    @property
    def _blind(self) -> bool:
        return self._review.conduct().unseen

    def read_ahead(self) -> None:
        """Read everything before it is asked for: compiling the vocabulary takes seconds."""
        with suppress(InputError):  # the page says it to whoever opens it
            self._studies.live()

    def _live(self, pmid: str) -> Live:
        live = self._studies.live()
        if pmid not in live.texts.studies:
            abort(404, "No study that was read has this PMID.")
        return live

    def _lying(self, live: Live, pmid: str) -> list[Lying]:
        return live.lying(pmid, session["reviewer"], self._blind)

    def studies_page(self, words: str) -> str:
        """All studies that were read, first those in which most waits for the reviewer."""
        reviewer, blind = session["reviewer"], self._blind
        live = self._studies.live()
        every = live.listed(reviewer, blind)
        return render_template(
            "evidence.html.j2",
            words=words,
            studies=fitting(every, words),
            every=every,
            blind=blind,
            agreement=live.told.agreement,
            wrong=went_wrong(live, reviewer, blind),
        )

    def study_page(
        self, pmid: str, given: Given, form: str = "", refused: InputError | None = None
    ) -> str:
        """A study with its text, its statements, and perhaps a form filled in so far."""
        live = self._live(pmid)
        lying, texts = self._lying(live, pmid), live.texts
        now = _current(lying, given.get("s", ""))
        if form == CORRECT and now is None:
            form = ""
        id_ = now.id if now else ""
        return render_template(
            "study.html.j2",
            study=texts.studies[pmid],
            digest=texts.digest(pmid),
            passages=[(p, *_told(p, lying, id_)) for p in texts.passages(pmid)],
            lying=lying,
            now=now,
            form=form if form in FORMS else "",
            filled=_filled(now if form == CORRECT else None, given, texts.material.texts[pmid]),
            note=given.get("note", now.own.note if now and now.own and form != ADD else ""),
            longest=LONGEST_NOTE,
            refused=refused,
            choices={
                n: sorted(names(n, texts.material.vocabulary), key=str.casefold) for n in VALUES
            },
            standings=STANDINGS,
            contexts=CONTEXT,
            labels=texts.material.vocabulary.labels,
            directions=texts.material.vocabulary.directions,
            done=DONE,
            following=self._following(live, pmid),
        )

    def _following(self, live: Live, pmid: str) -> str:
        """Another study in which something waits, "" if there is none."""
        every = live.listed(session["reviewer"], self._blind)
        return next((s.study.pmid for s in every if s.waiting and s.study.pmid != pmid), "")

    def after(self, row: Correction, before: str) -> str:
        """The id of the statement to show after a row: what it adds, else the next that waits.

        The same as ``before`` if none does, or if a build begins that moment: the row is kept.
        """
        if row.action == ADD and row.span:
            return identity(row.pmid, row.section, *row.span, row.factor, row.direction)
        with suppress(InputError):
            lying = self._lying(self._live(row.pmid), row.pmid)
            at = next((each.number for each in lying if each.id == before), 0)
            waiting = [each for each in [*lying[at:], *lying[:at]] if each.own is None]
            return waiting[0].id if waiting else before
        return before

    def take(self, pmid: str, given: Given) -> tuple[Correction, str]:
        """Write what was said of a statement: the row, and what to tell. InputError writes none."""
        with self._writing:  # what is said already must not be said by two threads
            live = self._live(pmid)
            if given.get("digest") != live.texts.digest(pmid):
                hint = "nothing was written; look at what it says now, then judge"
                raise InputError(CHANGED, None, hint)
            reviewer = session["reviewer"]
            row = _row(pmid, given, live.material, reviewer, self._review.day)
            if says_again(row, said_last(live.rows, reviewer)):
                return row, "Said already, and not written again."
            self._review.keep_corrections(row)
        return row, _kept(row, live.material)


def _kept(row: Correction, material: Material) -> str:
    if as_drawn(row, material):
        return "Kept. This is what was drawn already, so the correction confirms it."
    return f"Kept: {DONE[row.action]} {row.factor} {row.direction}".rstrip() + "."


def _current(lying: list[Lying], asked: str) -> Lying | None:
    """The statement asked for, else the first that waits, else the first."""
    waiting = (each for each in lying if each.own is None)
    first = next(waiting, lying[0] if lying else None)
    return next((each for each in lying if each.id == asked), first)


def _told(passage: Passage, lying: list[Lying], now: str) -> tuple[Any, str]:
    """The text of a passage with its quotes, and where its sentences stand."""
    versions = [(each, each.version) for each in lying]
    quotes = [
        Quote(each.id, each.number, s.start, s.end)
        for each, s in versions
        if s.section == passage.section
    ]
    return quoted(passage.text, quotes, now), sentence_ends(passage.text)


def _filled(now: Lying | None, given: Given, passages: Mapping[str, Passage]) -> dict[str, str]:
    """What the form is filled with: what was given so far, else the present values."""
    columns = (*VALUES, "section", "start", "end", "quote")
    present = {n: printable(str(getattr(now.version, n))) if now else "" for n in columns}
    if now is None:
        present["standing"] = STANDINGS[0]
    filled = {name: given.get(name, present[name]) for name in columns}
    if _typed(given):
        filled |= {"start": "", "end": ""}
    elif "start" in given and (spot := _spot(given, passages)):
        filled["quote"] = printable(spot.quote)
    return filled | {"placed": filled["quote"] if filled["start"] else ""}


def _spot(given: Given, passages: Mapping[str, Passage]) -> Spot | None:
    """The stretch that was pointed at, None if it is none."""
    passage = passages.get(given.get("section", ""))
    start, end = given.get("start", ""), given.get("end", "")
    if passage is None or not (start.isdecimal() and end.isdecimal()):
        return None
    if len(start) > 9 or len(end) > 9 or not int(start) < int(end) <= len(passage.text):
        return None
    return Spot(passage, int(start), int(end))


def _row(pmid: str, given: Given, material: Material, reviewer: str, day: str) -> Correction:
    """The row that a form comes to, by way of the cells that a sheet would have."""
    action, id_ = given.get("action", ""), given.get("s", "")
    cells = dict.fromkeys(HEADER, "") | {"pmid": pmid}
    if action != ADD:
        if id_ not in material.statements or material.statements[id_].pmid != pmid:
            raise InputError(CHANGED, None, "nothing was written: no statement has this id now")
        cells = shown(material.statements[id_], material.titles)
    cells |= {"action": action, "note": _note(given)}
    spot = None
    if action in (ADD, CORRECT):
        spot = _pointed(given, material.texts[pmid])
        cells |= _new(action, given, cells, spot)
    return filled_row(cells, material, reviewer, day, _place, spot if cells["new quote"] else None)


def _note(given: Given) -> str:
    """The note; InputError for one that is too long to be a cell that can be read again."""
    note = given.get("note", "")
    if (signs := len(" ".join(note.split()))) > LONGEST_NOTE:
        wrong = f"the note has {signs:,} characters, and at most {LONGEST_NOTE:,} are kept"
        raise InputError(wrong, _place("note"), "nothing was written; say it in fewer")
    return note


def _new(action: str, given: Given, cells: Given, spot: Spot | None) -> dict[str, str]:
    """The cells of new values: in a correction only those that differ from what was drawn."""
    new = {name: " ".join(given.get(name, "").split()) for name in (*VALUES, "quote")}
    if action == ADD:
        return {f"new {name}": cell for name, cell in new.items()} | {
            "section": given.get("section", "")
        }
    drawn = {name: " ".join(cells[name].split()) for name in new}
    changed = {name: cell for name, cell in new.items() if cell != drawn[name]}
    emptied = {name: EMPTIED for name in CONTEXT if name in changed and not changed[name]}
    if spot:  # the same words may stand at another place
        there = (spot.passage.section, str(spot.start), str(spot.end))
        here = (cells["section"], cells["start"], cells["end"])
        changed["quote"] = "" if there == here else new["quote"]
    return {f"new {name}": cell for name, cell in (changed | emptied).items()}


def _pointed(given: Given, passages: Mapping[str, Passage]) -> Spot | None:
    """Where the quote was pointed at in the text, None if its words were typed.

    InputError if other words stand there.
    """
    quote = given.get("quote", "")
    if not given.get("start") or _typed(given):
        return None
    spot = _spot(given, passages)
    if spot is None or printable(spot.quote).split() != printable(quote).split():
        wrong, hint = "the quote does not stand where it was pointed at", "choose its words again"
        raise InputError(wrong, _place("quote"), hint)
    return spot


def _typed(given: Given) -> bool:
    """Whether the words are others than those of the place that the form was made with.

    Without scripts that place is sent all the same.
    """
    return (
        "quote" in given and given["quote"].split() != given.get("placed", given["quote"]).split()
    )


def _place(column: str) -> Place:
    """The field of the form that holds a column."""
    return Place(column.removeprefix("new "))
