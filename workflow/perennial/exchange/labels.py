"""Labels: what reviewers decided in another tool, as each tool writes it.

A label that an export of ours put into the file is none: whoever screens there did not give it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from perennial.errors import InputError
from perennial.exchange.ours import SENT, TAG
from perennial.exchange.told import Told, header_key

# ASReview's names for the column of labels, the first before the later ones: its documentation,
# "Data format"; asreview_label is that of version 2.
_ASREVIEW = (
    *("asreview_label", "included", "label", "final_included", "label_included"),
    *("included_label", "included_final", "included_flag", "include"),
)
_NUMBERS = {"1": "include", "1.0": "include", "0": "exclude", "0.0": "exclude"}
_UNSEEN = ("", "-1", "-1.0", "nan")
_NOTED = {"relevant": "include", "irrelevant": "exclude"}
_WORDS = {
    **dict.fromkeys(("include", "included", "yes"), "include"),
    **dict.fromkeys(("exclude", "excluded", "no"), "exclude"),
    **dict.fromkeys(("human", "maybe", "unsure"), "human"),
}
_PART = re.compile(r"(RAYYAN-[A-Z-]+|USER-NOTES)\s*:\s*")
_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"(\w+)"')
_COVIDENCE = re.compile(r"Exclusion reason:\s*([^;\n]+)", re.I)


@dataclass(frozen=True, slots=True)
class Label:
    """One decision; ``reviewer`` is "" where the file does not name who made it."""

    told: Told
    outcome: str  # include | exclude | human
    reasons: tuple[str, ...] = ()
    reviewer: str = ""
    date: str = ""  # ISO day, "" where the file has none
    note: str = ""


def asreview(told: Told) -> Iterator[Label]:
    """ASReview's CSV (a column of 1, 0 or nothing) or RIS (a word in a note)."""
    column = next((key for key in map(header_key, _ASREVIEW) if key in told.cells), "")
    if told.cells and not column:
        raise InputError("no column of labels", told.place, f"one of: {', '.join(_ASREVIEW)}")
    written = told.cells.get(column, "") if told.cells else _noted(told)
    outcome = _NUMBERS.get(written.lower(), "") if told.cells else written
    if told.cells and not outcome and written.lower() not in _UNSEEN:
        raise InputError(f"{written!r} is no label of ASReview", told.place, "1, 0 or nothing")
    if outcome and outcome != _sent(told):
        cells = told.cells or dict(_asides(told))
        note, reason = cells.get("asreviewnote", ""), cells.get("exclusionreason", "")
        reasons = tuple(filter(None, (reason, note)))
        who, day = cells.get("asreviewusername", ""), _day(cells.get("asreviewtime", ""))
        yield Label(told, outcome, reasons, who, day, note)


def rayyan(told: Told) -> Iterator[Label]:
    """Rayyan's notes, ``RAYYAN-INCLUSION: {"Name"=>"Included"} | RAYYAN-EXCLUSION-REASONS: …``.

    Rayyan does not say whose a reason is: it stands for everybody who excluded. It adds what was
    decided behind the notes that were imported, and these may be an earlier export with a reason
    of its own: only what stands from the last decisions on counts.
    """
    notes = " | ".join(told.notes)
    parts = dict(_parts(notes[max(notes.rfind("RAYYAN-INCLUSION"), 0) :]))
    written = parts.get("RAYYAN-EXCLUSION-REASONS", "")
    reasons = tuple(dict.fromkeys(filter(None, (written, *map(str.strip, written.split(","))))))
    for name, word in _PAIR.findall(parts.get("RAYYAN-INCLUSION", "")):
        outcome = _WORDS.get(word.lower())
        if not outcome:
            raise InputError(f"{word!r} is no decision of Rayyan", told.place, "export it again")
        if name != "perennial":
            why = reasons if outcome == "exclude" else ()
            yield Label(told, outcome, why, name, "", written if why else "")


def covidence(told: Told) -> Iterator[Label]:
    """Covidence's CSV or RIS. One file holds one category, which it does not name: only a note
    with a reason says that the reference was excluded, else the caller must."""
    note = " ".join(told.notes)
    reasons = tuple(reason.strip() for reason in _COVIDENCE.findall(note))
    yield Label(told, "exclude" if reasons else "", reasons, "", "", "; ".join(reasons))


def zotero(told: Told) -> Iterator[Label]:
    """Tags: ``include``, ``exclude``, ``maybe``, ``exclude: reason``; any other tag may be
    a reason too. One that begins with ``perennial:`` is an export's own."""
    own = [tag.strip() for tag in told.tags if not tag.strip().startswith(TAG)]
    named = [(_WORDS.get(tag.partition(":")[0].strip().lower()), tag) for tag in own]
    outcomes = {outcome for outcome, _ in named if outcome}
    if len(outcomes) > 1:
        raise InputError("tags that contradict each other", told.place, "leave one of them")
    said = [tag.partition(":")[2].strip() for outcome, tag in named if outcome]
    others = [tag for outcome, tag in named if not outcome]
    for outcome in outcomes:
        reasons = tuple(filter(None, (*said, *others))) if outcome == "exclude" else ()
        yield Label(told, outcome, reasons, "", "", "; ".join(filter(None, said)))


def table(told: Told) -> Iterator[Label]:
    """Any table with a column ``decision``, and perhaps criterion, exclusion_reason, date, note."""
    if "decision" not in told.cells:
        raise InputError("no column named decision", told.place, "with include, exclude or human")
    written = told.cells["decision"].lower()
    outcome = _WORDS.get(written) or _NUMBERS.get(written)
    if written and not outcome:
        raise InputError(
            f"{written!r} is no decision", told.place, "include, exclude, human or nothing"
        )
    if outcome:
        names = ("criterion", "exclusionreason", "reason")
        reasons = tuple(told.cells[key] for key in names if told.cells.get(key))
        cells = told.cells
        who, day, note = (cells.get(key, "") for key in ("reviewer", "datedecided", "note"))
        yield Label(told, outcome, reasons, who, _day(day), note)


FROM: Mapping[str, Callable[[Told], Iterator[Label]]] = {
    "asreview": asreview,
    "rayyan": rayyan,
    "covidence": covidence,
    "zotero": zotero,
    "csv": table,
}


def _noted(told: Told) -> str:
    words = set(re.findall(r"\bASReview_(relevant|irrelevant)\b", " ".join(told.notes)))
    if len(words) > 1:
        raise InputError("labels that contradict each other", told.place, "leave one of them")
    return _NOTED[words.pop()] if words else ""


def _sent(told: Told) -> str:
    """The label that our export gave the reference; ASReview keeps columns and notes."""
    noted = re.search(rf"\b{SENT}: (\w+)", " ".join(told.notes))
    return told.cells.get(header_key(SENT), "") or (noted[1] if noted else "")


def _asides(told: Told) -> Iterator[tuple[str, str]]:
    """ASReview 2 writes its other columns as notes, ``asreview_note: "…"``, in JSON."""
    for note in told.notes:
        name, colon, value = note.partition(": ")
        if colon and name.startswith("asreview_"):
            yield header_key(name), _json(value)


def _json(value: str) -> str:
    try:
        read = json.loads(value)
    except json.JSONDecodeError:
        return value
    return "" if read is None else str(read)


def _day(written: str) -> str:
    """The day of an ISO time, or of seconds since 1970 (UTC)."""
    if found := re.match(r"\d{4}-\d{2}-\d{2}", written):
        return found[0]
    if re.fullmatch(r"1\d{9}(?:\.\d+)?", written):
        return datetime.fromtimestamp(float(written), UTC).date().isoformat()
    return ""


def _parts(note: str) -> Iterator[tuple[str, str]]:
    """The parts of a Rayyan note by name; a bar stands between them."""
    marks = list(_PART.finditer(note))
    ends = [*(mark.start() for mark in marks[1:]), len(note)]
    for mark, end in zip(marks, ends, strict=False):  # a note may have no part at all
        yield mark[1], note[mark.end() : end].strip().rstrip("|").strip()
