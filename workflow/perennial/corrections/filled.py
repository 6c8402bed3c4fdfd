"""A correction made of what somebody filled in beside a statement, on a sheet or on a page.

What is filled in are cells by the columns of a sheet. They come to the same row, or are refused in
the same words, wherever they were filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from perennial.corrections.anchor import Spot, anchor
from perennial.corrections.correction import ADD, COLUMNS, CORRECT, EMPTIED, VALUES, Correction
from perennial.corrections.material import Material
from perennial.corrections.names import as_known
from perennial.corrections.table import cells_of, complaints, correction
from perennial.decisions.judged import DIGITS
from perennial.decisions.verdicts import person
from perennial.errors import InputError, Place
from perennial.passage import Statement
from perennial.printable import printable
from perennial.spreadsheet import LONGEST_CELL

NEW = tuple(f"new {name}" for name in (*VALUES, "quote"))
SHOWN = ("id", "pmid", "title", "section", "quote", *VALUES)
ADDRESS = ("start", "end", "text")
FILLED = ("action", *NEW, "note")
HEADER = (*SHOWN, *FILLED, *ADDRESS)
NEEDED = tuple(name for name in HEADER if name != "title")
NO_WORDS = "the study has no such words"

Cells = Mapping[str, str]
Where = Callable[[str], Place]  # where a column was filled in
Said = tuple[str, ...]


def shown(statement: Statement, titles: Mapping[str, str]) -> dict[str, str]:
    """The cells of ``HEADER`` for a statement, before anything is filled in."""
    values = (getattr(statement, name) for name in VALUES)
    s = statement
    told = (s.id, s.pmid, titles.get(s.pmid, ""), s.section, s.quote, *values)
    address = (str(s.start), str(s.end), s.text_sha256[:DIGITS])
    cells = (printable(cell)[:LONGEST_CELL] for cell in (*told, *[""] * len(FILLED), *address))
    return dict(zip(HEADER, cells, strict=True))


def filled_row(
    cells: Cells,
    material: Material,
    reviewer: str,
    date: str,
    where: Where,
    spot: Spot | None = None,
) -> Correction:
    """The row that filled cells come to, those of ``NEEDED``.

    ``spot`` is where the new quote was pointed at; without it, its words are looked for. Raises
    InputError at the place of what cannot be right.
    """
    row = _placed(_row(cells, material, reviewer, date, where), cells, material, where, spot)
    unseen = replace(row, text="")  # with a text, names that have gone would be let pass
    for column, wrong, hint in complaints(unseen, set(material.titles), material.vocabulary):
        raise InputError(wrong, where(column), hint)
    return row


def said_last(rows: Iterable[Correction], reviewer: str) -> dict[Said, Correction]:
    """The last row of a reviewer on each subject."""
    return {subject(row): row for row in rows if person(row.reviewer) == person(reviewer)}


def subject(row: Correction) -> Said:
    """What a row is about: a statement, or what it adds."""
    if row.action != ADD:
        return (row.id,)
    return (row.pmid, row.section, " ".join(row.quote.split()), row.factor, row.direction)


def says_again(row: Correction, last: Mapping[Said, Correction]) -> bool:
    """Whether a row says what the last one on its subject says."""
    before = last.get(subject(row))
    return before is not None and _said(before) == _said(row)


def as_drawn(row: Correction, material: Material) -> bool:
    """Whether a correction fills in nothing but what its statement says as it is."""
    of = material.statements.get(row.id)
    if of is None or row.action != CORRECT:
        return False
    filled = {name: cell for name in VALUES if (cell := getattr(row, name))}
    place = row.quote in ("", of.quote) and row.span in (None, (of.start, of.end))
    return place and all((getattr(of, n) or EMPTIED) == cell for n, cell in filled.items())


def _row(given: Cells, material: Material, reviewer: str, date: str, where: Where) -> Correction:
    cells = {name: " ".join(printable(given[name]).split()) for name in NEEDED}
    action = cells["action"].casefold()
    new = {name: as_known(name, cells[f"new {name}"], material.vocabulary) for name in VALUES}
    _refuse(action, [name for name in NEW if cells[name]], where)
    if action == ADD:
        values = {name: new[name] or cells[name] for name in VALUES}
        cells |= {"quote": cells["new quote"] or cells["quote"], "start": "", "end": "", "text": ""}
    elif action == CORRECT:
        values = new | {"factor": new["factor"] or cells["factor"]}
    else:
        values = dict.fromkeys(VALUES, "") | {n: cells[n] for n in ("factor", "direction")}
    said = {"action": action, "reviewer": reviewer, "date": date}
    return correction({name: cells.get(name, "") for name in COLUMNS} | values | said)


def _refuse(action: str, filled: Sequence[str], where: Where) -> None:
    """Raise what the columns of new values tell of a row that means something else."""
    if action == CORRECT and not filled:
        wrong, hint = "the correction corrects nothing", "fill in one of the columns “new …”"
        raise InputError(wrong, where("action"), hint)
    if action not in (CORRECT, ADD) and filled:
        wrong = f"{filled[0]} is filled in, but the action is {action or 'empty'}"
        hint = f"to change a statement, the action is {CORRECT}"
        raise InputError(wrong, where(filled[0]), hint)


def _placed(
    row: Correction, cells: Cells, material: Material, where: Where, spot: Spot | None
) -> Correction:
    """The row with the address and the very words of its quote, as the text has them."""
    new = " ".join(cells["new quote"].split())
    if row.action == ADD or new:
        return _pointed(replace(row, quote=new or row.quote), row, material, where, spot)
    held = material.statements.get(row.id)  # its words are those of the text, the sheet's printable
    return replace(row, quote=held.quote) if held and _as_shown(held, row) else row


def _pointed(
    quoted: Correction, row: Correction, material: Material, where: Where, spot: Spot | None
) -> Correction:
    if spot is None and quoted.quote:
        sought = replace(quoted, start="", end="", text="")
        spot = anchor(sought, material.texts.get(row.pmid, {}))
        if spot is None and row.pmid in material.titles:
            raise InputError(NO_WORDS, where("quote"), "copy them from its text")
    return _at(row, spot) if spot else row


def _as_shown(statement: Statement, row: Correction) -> bool:
    return bool(row.text) and statement.text_sha256.startswith(row.text)


def _at(row: Correction, spot: Spot) -> Correction:
    place = spot.passage
    return replace(
        row,
        section=place.section,
        start=str(spot.start),
        end=str(spot.end),
        quote=spot.quote,
        text=place.sha256[:DIGITS],
    )


def _said(row: Correction) -> Said:
    """A correction but for who made it when."""
    cells = dict(zip(COLUMNS, cells_of(row), strict=True))
    return tuple(" ".join(cells[n].split()) for n in COLUMNS if n not in ("reviewer", "date"))
