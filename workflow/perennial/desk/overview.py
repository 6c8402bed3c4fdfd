"""The first page: the review's flow, how fresh it is, and what waits for whom; and its lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import Any, TypeVar

import pyarrow as pa
from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from perennial import growing
from perennial.building import building
from perennial.canonical import from_json
from perennial.corrections.correction import COLUMNS, Corrections
from perennial.decisions.agreement import told
from perennial.decisions.decision import ROLES, STAGES, Decision
from perennial.decisions.sitting import LONGEST_NOTE
from perennial.decisions.verdicts import said_by
from perennial.desk import awaiting, boxes, currency
from perennial.desk.again import Again, act, answered
from perennial.desk.awaiting import Evidence
from perennial.desk.boxes import HEADER, Fates, Row, load_fates, load_flow
from perennial.desk.currency import Currency, load_currency
from perennial.desk.fresh import Fresh
from perennial.desk.record import shown
from perennial.desk.review import Review
from perennial.desk.veil import Desks, Veil, blind, unseen_by, veil
from perennial.desk.whole import missing, unreadable
from perennial.errors import InputError
from perennial.flow import Box, Flow, Part
from perennial.queue.behind import COMMAND, behind, folded
from perennial.render.renewed import Renewed
from perennial.render.wording import counted, long_date
from perennial.spreadsheet import as_csv
from perennial.tables import columns_of

PER_PAGE = 100
REFRESH = "perennial refresh"

Told = TypeVar("Told")


class Overview:
    """What the pages read besides the desk, read again once a file has changed."""

    def __init__(self, review: Review) -> None:
        results, self.review = review.results, review
        self.editions = review.config.parent / "editions"
        self._flow: Fresh[Flow] = Fresh(partial(load_flow, results), results / boxes.FLOW)
        self._fates: Fresh[Fates] = Fresh(
            partial(load_fates, results), *(results / name for name in boxes.TABLES)
        )
        # Runs of the search are added to these folders, which then change.
        self.currency: Fresh[Currency] = Fresh(
            partial(load_currency, review.config, review.archive, self.editions),
            review.config / "config.yaml",
            review.archive / "searches",
            self.editions,
        )

        config = (review.config / "config.yaml", *review.protocol, review.decided)
        told = (results / "3_screened/conduct.json", *config)
        # How many decisions there are tells who works unseen of others'.
        self._behind: dict[bool, Fresh[tuple[str, ...]]] = {
            unseen: Fresh(partial(behind, results, review.screening, decided), *told)
            for unseen, decided in ((False, review.decided), (True, None))
        }
        self._unseen = unseen_by(review.screening)

    @property
    def you(self) -> str:
        """Who asks."""
        return str(session.get("reviewer", ""))

    def desks(self) -> Desks:
        """The desk of each stage."""
        return {stage: self.review.desk(stage) for stage in STAGES}

    def decisions(self) -> tuple[Decision, ...]:
        """What is decided, none without a file."""
        return self.review.decisions() if self.review.decided.exists() else ()

    @property
    def alone(self) -> str:
        """Who asks, if they must not learn of others; else ""."""
        return self.you if self._unseen() else ""

    def behind(self) -> tuple[str, ...]:
        """What the queue does not know yet, as far as whoever asks may know it."""
        return self._behind[bool(self.alone)]()

    def uncommitted(self) -> list[str]:
        """What git has not committed; where people work unseen, not the files in which they do."""
        found = currency.uncommitted(self.review.config)
        people = (self.review.decided.name, self.review.corrected.name) if self.alone else ()
        return [file for file in found if not any(name in file for name in people)]  # and locks

    def veil(self) -> Veil:
        """What whoever asks may see."""
        return veil(self.desks(), self.decisions(), self.you)

    def flow(self) -> Flow:
        """The flow, as whoever asks may know it."""
        return self._told()[0] if self.alone else self._flow()

    def fates(self) -> Fates:
        """What the stages say of records, as far as whoever asks may know it."""
        return self._told()[1] if self.alone else self._fates()

    def _told(self) -> tuple[Flow, Fates]:
        """Once for each page."""
        if "told" not in g:
            built = self._flow(), self._fates()
            g.told = boxes.unseen(*built, self.veil(), self.review.desk())
        told: tuple[Flow, Fates] = g.told
        return told

    def since(self) -> Renewed | None:
        """What the last change made of the flow."""
        return self.fates().since(self.flow())

    def boxes(self, since: Renewed | None) -> tuple[Box, ...]:
        """The boxes of the diagram."""
        return (*self.flow().boxes, *(since.boxes if since else ()))

    def evidence(self) -> Evidence:
        """How far people have come with the statements."""
        folder = self.review.results / "5_evidence"
        path, file = folder / "corrections.json", self.review.corrected
        applied = from_json(path.read_bytes(), Corrections, str(path))
        # What stands once others have rejected and added tells of them; what was drawn does not.
        table = "drawn" if self.alone else "statements"
        ids = (str(id_) for (id_,) in columns_of(folder / f"{table}.parquet", "id"))
        until = self.currency().as_of
        rows = growing.rows(growing.read(file), str(file), (COLUMNS,)) if file.exists() else ()
        dated = (cells for _, cells in rows if not until or cells["date"] <= until)
        made = [(cells["id"], cells["reviewer"]) for cells in dated]
        return awaiting.evidence(ids, applied.outcomes, made, self.alone)


def pages(review: Review) -> Blueprint:
    """The pages under /."""
    of, seen, turn = Blueprint("overview", __name__), Overview(review), Lock()

    @of.get("/")
    def show() -> str:
        return render_template("overview.html.j2", **_state(seen))

    @of.get("/box/<box>")
    @of.get("/box/<box>/<path:part>")
    def box(box: str, part: str = "") -> ResponseReturnValue:
        return _there(seen, partial(_box, seen, box, part))

    @of.get("/record/<pmid>")
    def record(pmid: str) -> ResponseReturnValue:
        return _there(seen, partial(_record, seen, pmid))

    @of.post("/record/<pmid>")
    def answer(pmid: str) -> ResponseReturnValue:
        stage, role = request.form.get("stage"), request.form.get("role")
        if stage not in STAGES or role not in ROLES or pmid not in review.desk().records:
            abort(404, "There is no such answer.")
        with turn:  # what is checked holds until it is written
            told, kept = act(Again(review, pmid, stage, seen.you, role), request.form, review.day)
        flash(told, f"{pmid} {stage} {role}" if kept else "")  # as what holds the note is named
        return redirect(url_for("overview.record", pmid=pmid), 303)

    return of


def _there(seen: Overview, page: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """A page; InputError where a file that it is made of has gone or cannot be read."""
    try:
        return page()
    except (OSError, pa.ArrowException) as error:
        raise unreadable(seen.review.results, missing(error)) from error


def _state(seen: Overview) -> dict[str, Any]:
    """All that the overview tells; what cannot be read is told as a trouble instead."""
    troubles: list[str] = []
    tell = partial(_told, seen.review, troubles)
    since = tell(seen.since)
    drawn = tell(lambda: seen.boxes(since))
    now = tell(seen.currency)
    return {
        "currency": now,
        "due": currency.due(now, seen.review.day) if now else ("", False),
        "phases": boxes.phases(drawn or ()),
        "since": since,
        "people": tell(lambda: _people(seen)),
        "evidence": tell(seen.evidence),
        "searches": tell(lambda: [s for s in seen.fates().ledger.search.strategies if s.warnings]),
        "behind": list(map(folded, tell(seen.behind) or ())),
        "uncommitted": seen.uncommitted(),
        "building": building(seen.review.config.parent),
        "troubles": list(dict.fromkeys(troubles)),
        "whom": ", ".join(now.maintainers) if now else "",
        "rebuild": COMMAND,
        "refresh": REFRESH,
        "long_date": long_date,
        "counted": counted,
    }


def _told(review: Review, troubles: list[str], read: Callable[[], Told]) -> Told | None:
    """What ``read`` gives, or None and one trouble more."""
    try:
        return read()
    except InputError as refused:
        error = review.told(refused)
        troubles.append(f"{error.place}: {error.message}" if str(error.place) else error.message)
    except (OSError, pa.ArrowException) as error:
        troubles.append(missing(error))
    return None


def _people(seen: Overview) -> dict[str, Any]:
    desks, decisions = seen.desks(), seen.decisions()
    every = awaiting.of_all(desks, decisions, seen.you)
    return {
        "all": every,
        "you": every[0],
        "blind": blind(desks),
        "two": any(desk.per_record > 1 for desk in desks.values()),
        "stages": {stage: awaiting.stage_word(stage) for stage in desks},
        "first": STAGES[0],
        "conflicts": awaiting.conflicts(desks, decisions, every[0]),
        "agreement": awaiting.agreed(desks, decisions, every[0]),
        "told": told,
    }


def _box(seen: Overview, box_id: str, part_id: str) -> ResponseReturnValue:
    veil, since = seen.veil(), seen.since()
    box = next((b for b in seen.boxes(since) if b.id == box_id), None)
    if box is None:
        abort(404, "The flow has no such box.")
    parts = [part for part in box.parts if part_id in ("", part.id)]
    if not parts and part_id:
        abort(404, "The box has no such part.")
    ruled = seen.review.desk().ruled
    rows = boxes.rows(box, parts, seen.fates(), veil, ruled)
    if request.args.get("new"):
        rows = [row for row in rows if row.pmid in seen.fates().brought]
    found = list(boxes.matching(rows, request.args.get("q", "")))
    if (kind := request.args.get("as", "")) in ("csv", "txt"):
        return _file(kind, box, found)
    part = parts[0] if part_id else None
    return render_template("box.html.j2", **_page(box, part, rows, found), since=since)


def _page(box: Box, part: Part | None, rows: list[Row], found: list[Row]) -> dict[str, Any]:
    last = max(-(-len(found) // PER_PAGE), 1)
    number = min(max(request.args.get("page", 1, int), 1), last)
    first = (number - 1) * PER_PAGE
    return {
        "box": box,
        "part": part,
        "all": len(rows),
        "found": len(found),
        "first": first + 1 if found else 0,
        "rows": found[first : first + PER_PAGE],
        "settled": any(row.by for row in rows),
        "page": number,
        "pages": last,
        "q": request.args.get("q", ""),
        "new": request.args.get("new", ""),
        "long_date": long_date,
        "here": partial(_address, box, part),
    }


def _address(box: Box, part: Part | None, asked: Mapping[str, Any]) -> str:
    """This list's own address, with what is ``asked`` of it."""
    path: dict[str, Any] = {"box": box.id, **({"part": part.id} if part else {})}
    return url_for("overview.box", **path, **{key: value for key, value in asked.items() if value})


def _file(kind: str, box: Box, rows: list[Row]) -> Response:
    if kind == "csv":
        content, mime = as_csv(HEADER, (row.cells for row in rows)), "text/csv"
    else:
        content, mime = "".join(f"{r.pmid}\n" for r in rows if r.pmid).encode(), "text/plain"
    answer = Response(content, mimetype=mime)
    # Ids of boxes are the program's own words, so that they can name a file.
    answer.headers["Content-Disposition"] = f'attachment; filename="{box.id}.{kind}"'
    return answer


def _record(seen: Overview, pmid: str) -> str:
    desk, fates = seen.review.desk(), seen.fates()
    if pmid not in desk.records:
        abort(404, "No such record is held.")
    way = shown(desk, pmid, seen.decisions(), fates, seen.veil())
    yours = list(answered(seen.review, pmid, seen.you)) if seen.decisions() else []
    told = {"yours": yours, "said_by": said_by, "longest": LONGEST_NOTE, "long_date": long_date}
    return render_template("record_page.html.j2", **way, **told, trail=_trail(seen, request.args))


def _trail(seen: Overview, given: Mapping[str, str]) -> tuple[Box, Part | None] | None:
    """The list that the reader came from, if there is such a list."""
    known = seen.boxes(seen.since())
    box = next((b for b in known if b.id == given.get("box")), None)
    if box is None:
        return None
    return box, next((p for p in box.parts if p.label and p.id == given.get("part")), None)
