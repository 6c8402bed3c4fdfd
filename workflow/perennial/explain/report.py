"""An explanation as people read it: in a terminal, in a pipe, and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rich.style import Style
from rich.text import Text

from perennial import standalone
from perennial.explain.near import Apart, sentence
from perennial.explain.path import FOR_PEOPLE, SETTLED, Explanation, Piece, Shown, Step
from perennial.printable import plain

# Okabe and Ito (2008), told apart by people with any kind of colour vision; the ink on it is the
# one of black and white that contrasts by 4.5 to 1 at least (WCAG 2.2).
PALETTE = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
INK = {"#0072B2": "#FFFFFF"}
NEARS = 3  # told of a criterion; a protocol of many blocks may hold dozens
FIELDS = {
    "publication_types": "types",
    "vernacular_title": "own title",
    "journal_abbreviation": "journal",
}


def colours(explanations: Sequence[Explanation]) -> dict[str, int]:
    """Each criterion's place in the palette; those that found words come first."""
    steps = [step for explanation in explanations for step in explanation.steps]
    order = dict.fromkeys([*(s.id for s in steps if s.words), *(s.id for s in steps)])
    return {id_: number % len(PALETTE) for number, id_ in enumerate(order)}


def lines(explanation: Explanation, colour: Mapping[str, int]) -> Iterator[Text]:
    """The explanation line by line; whoever prints it says whether with colours."""
    record = explanation.record
    source = (f"PMID {record.pmid}", record.journal_abbreviation, record.date)
    yield _plain(" · ".join(filter(None, source)))
    yield Text()
    for field in explanation.fields:
        yield _field(field, colour)
    yield Text("\nThe way through the criteria", "bold")
    width = max((len(step.id) for step in explanation.steps), default=0)
    yield from (_step(step, width, colour) for step in explanation.steps)
    yield Text()
    yield from map(_plain, outcome(explanation))


def outcome(explanation: Explanation) -> Iterator[str]:
    """What it comes to, in sentences."""
    final, rule = explanation.final, explanation.by_rule
    yield f"By rules: {_settled(rule.outcome, rule.criterion)}: {rule.reason}"
    for row in explanation.decisions:
        what = _settled(row.outcome, row.criterion)
        told = " · ".join(filter(None, (row.stage, row.role, row.date, row.note)))
        yield f"Decision: {row.reviewer}: {what} ({told})"
    if verdict := explanation.verdict:
        stale = "; stale, since its criterion has changed" if verdict.stale else ""
        yield f"Decisions come to: {verdict.state}{stale}"
    for notice in explanation.notices:
        yield " ".join(["Notice:", notice.kind, notice.notice_pmid, notice.citation]).rstrip()
    yield from (f"Link: {link.kind} {link.other} ({link.rule})" for link in explanation.links)
    if explanation.duplicate_of:
        yield f"It is not screened itself, but as {explanation.duplicate_of}."
        return
    yield f"Outcome: {_settled(final.outcome, final.criterion)}, by {_who(final.decided_by)}"
    yield from _stored(explanation)


def _stored(explanation: Explanation) -> Iterator[str]:
    stored = explanation.stored
    if stored is None:
        yield "No screening of this record is stored."
    elif explanation.differs:
        was = _settled(stored.outcome, stored.criterion)
        yield f"The last screening said otherwise: {was}, by {_who(stored.decided_by)}"


def _settled(outcome_: str, criterion: str) -> str:
    words = {"include": "include", "exclude": "exclude", "human": "ask a human"}[outcome_]
    return f"{words} ({criterion})" if criterion else words


def _who(name: str) -> str:
    return "rule" if name == "rule" else f"reviewer {name}"


def _plain(text: str) -> Text:
    return Text(plain(text))


def _field(field: Shown, colour: Mapping[str, int]) -> Text:
    """A field with its words marked; the ids of the criteria stand behind each run of words."""
    shown = Text(f"{FIELDS.get(field.field, field.field)}: ", "bold")
    for at, row in enumerate(field.rows):
        shown.append(" · " if at else "")
        for ids, run in runs(row):
            for piece in run:
                shown.append(plain(piece.text), _style(piece.criteria, colour))
            shown.append(f"[{' '.join(ids)}]" if ids else "", "bold")
    return shown


def runs(row: Sequence[Piece]) -> Iterator[tuple[tuple[str, ...], list[Piece]]]:
    """Marked pieces that touch, with the criteria of them all; and what is between."""
    for _, group in groupby(row, key=lambda piece: bool(piece.criteria)):
        run = list(group)
        yield tuple(dict.fromkeys(id_ for piece in run for id_ in piece.criteria)), run


def _style(criteria: Sequence[str], colour: Mapping[str, int]) -> Style:
    if not criteria:
        return Style.null()
    paper = PALETTE[colour[criteria[0]]]
    return Style(color=INK.get(paper, "#000000"), bgcolor=paper)


def _step(step: Step, width: int, colour: Mapping[str, int]) -> Text:
    shown = Text("→ " if step.what == SETTLED else "  ")
    shown.append(f"{step.id:{width}}", _style([step.id], colour) if step.words else "bold")
    shown.append(f"  {step.action:7}  {says(step):9} {plain(step.label)}: {step.what}")
    if step.words:
        shown.append(f"\n{'':{width + 4}}words: {', '.join(words(step))}")
    for one in step.near[:NEARS]:
        shown.append(f"\n{'':{width + 4}}{plain(near(one))}")
        shown.append(_passage(one, width + 6))
    if (more := len(step.near) - NEARS) > 0:
        shown.append(f"\n{'':{width + 4}}and {more} NEAR more that failed")
    return shown


def near(one: Apart) -> str:
    """How close two sides came, as a sentence."""
    return sentence(one, FIELDS)


def _passage(one: Apart, indent: int) -> Text:
    """The passage in which they came nearest, the words themselves in bold."""
    shown = Text(f"\n{'':{indent}}" if one.shown else "")
    for at, piece in enumerate(one.shown):
        shown.append(plain(piece), "bold" if at in (1, 3) else "")
    return shown


def says(step: Step) -> str:
    """``held`` or ``not held``; what no rule asks is ``not asked``."""
    if step.what == FOR_PEOPLE:
        return "not asked"
    return "held" if step.held else "not held"


def words(step: Step) -> list[str]:
    """The words that met the criterion, each once, case aside."""
    return list({match.text.casefold(): plain(match.text) for match in step.words}.values())


def page(explanations: Sequence[Explanation]) -> bytes:
    """One file that runs nothing and asks nothing of any server."""
    tools = {"runs": runs, "words": words, "says": says, "outcome": outcome, "near": near}
    marks = [(paper, INK.get(paper, "#000000")) for paper in PALETTE]
    return standalone.page(
        "explain.html.j2",
        explanations=explanations,
        colour=colours(explanations),
        names=FIELDS,
        marks=marks,
        settled=SETTLED,
        nears=NEARS,
        **tools,
    )
