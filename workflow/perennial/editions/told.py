"""What changed between two editions, in words: a sentence, lines for a terminal, and a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import SimpleNamespace

from rich.text import Text

from perennial import standalone
from perennial.editions.compare import (
    OTHERWISE,
    REVERSED,
    Changes,
    Counted,
    Fate,
    Moved,
    Restated,
    Turned,
)
from perennial.editions.edition import CLAIM, Conclusion, Opposed, Said
from perennial.printable import clip, plain
from perennial.render import wording
from perennial.render.wording import counted

LONGEST_TITLE, LONGEST_QUOTE = 160, 400  # signs, in a terminal; the page has them whole


def sentence(changes: Changes) -> str:
    """The changes in one sentence, without its full stop."""
    if changes.empty:
        return "no record, statement or conclusion changed"
    how = Counter(turn.how for turn in changes.conclusions)
    told = (
        _many(len(changes.joined), "study joined", "studies joined"),
        _many(len(changes.left), "study left", "studies left"),
        _many(how[REVERSED], "conclusion reversed", "conclusions reversed"),
        _many(how[OTHERWISE], "conclusion stands otherwise", "conclusions stand otherwise"),
        _many(len(changes.new_contradictions), "new contradiction", "new contradictions"),
        _many(len(changes.resolved_contradictions), "contradiction less", "contradictions less"),
    )
    return (
        ", ".join(filter(None, told)) or "the same studies, and every conclusion stands as it did"
    )


def _many(number: int, one: str, many: str) -> str:
    return counted(number, one, many) if number else ""


def lines(changes: Changes) -> Iterator[Text]:
    """The changes line by line, as a terminal shows them; text of records is made harmless."""
    heads = (changes.before, changes.after)
    yield Text(plain(" → ".join(f"{head.number} ({head.day})" for head in heads)), "bold")
    yield Text(plain(f"{wording.sentence(sentence(changes))}."))
    for title, rows in _topics(changes):
        shown = [Text(f"  {plain(row)}") for row in rows]
        if shown:
            yield Text(f"\n{title} ({len(shown):,})", "bold")
            yield from shown
    if changes.screened:
        yield Text(f"\nRecords in one of the two only ({len(changes.screened):,})", "bold")
        yield from (Text(f"  {plain(row)}") for row in fates(changes.screened))
    yield Text("\nFlow of records", "bold")
    yield from _flow(changes.flow)
    if changes.made_otherwise:
        yield Text("\nMade with other files or versions", "bold")
        yield Text(plain(f"  {', '.join(changes.made_otherwise)}"))


def _topics(changes: Changes) -> Iterator[tuple[str, Iterable[str]]]:
    yield "Studies that joined", (_study(m, m.before, "was") for m in changes.joined)
    yield "Studies that left", (_study(m, m.after, "now") for m in changes.left)
    for how in dict.fromkeys([REVERSED, OTHERWISE, *(t.how for t in changes.conclusions)]):
        turns = [_turn(turn) for turn in changes.conclusions if turn.how == how]
        yield f"Conclusions: {how}", turns
    yield "Contradictions that are new", map(_opposed, changes.new_contradictions)
    yield "Contradictions that are gone", map(_opposed, changes.resolved_contradictions)
    yield "Statements that are new", map(_said, changes.new_statements)
    yield "Statements that are gone", map(_said, changes.gone_statements)
    yield "Statements with another direction", map(_restated, changes.turned_statements)
    yield "Statements that read otherwise", map(_restated, changes.altered_statements)
    yield "Other records decided otherwise", (_decided(m) for m in changes.decided)


def _study(moved: Moved, fate: Fate, word: str) -> str:
    return (
        f"{moved.name or '(no author)'} · {identity(moved.pmid)} · "
        f"{clip(moved.title or '(no title)', LONGEST_TITLE)} ({word} {outcome(fate)})"
    )


def identity(pmid: str) -> str:
    """A record by its id; only a number is PubMed's."""
    return f"PMID {pmid}" if pmid.isdigit() else f"record {pmid}"


def outcome(fate: Fate) -> str:
    """A fate in words: ``excluded: Not a primary study (X1)``."""
    by = f"({fate.criterion})" if fate.criterion else ""
    why = " ".join(filter(None, (fate.reason, by)))
    return ": ".join(filter(None, (fate.outcome, why)))


def _decided(moved: Moved) -> str:
    return f"{identity(moved.pmid)}: {outcome(moved.before)} → {outcome(moved.after)}"


def fates(moved: Sequence[Moved]) -> list[str]:
    """Records that only one edition screened, counted by what became of them."""
    counts = Counter((m.before.outcome, m.after.outcome) for m in moved)
    return [f"{number:,}: {was} → {now}" for (was, now), number in sorted(counts.items())]


def weight(conclusion: Conclusion) -> str:
    """On how many studies it stands, and how many are against: ``on 3 studies, 1 against``."""
    others = ((conclusion.against, "against"), (conclusion.unclear, "unclear"))
    behind = _many(conclusion.behind, "study", "studies") or "no study"
    return ", ".join([f"on {behind}", *(f"{number:,} {word}" for number, word in others if number)])


def standing(conclusion: Conclusion | None) -> str:
    """What stands, and on how many studies."""
    return f"{conclusion.stands} ({weight(conclusion)})" if conclusion else "not drawn"


def _turn(turn: Turned) -> str:
    one = turn.one
    name = f"{one.id}, {clip(one.text, LONGEST_TITLE)}" if one.kind == CLAIM else one.text
    return f"{name}: {standing(turn.before)} → {standing(turn.after)}"


def _opposed(one: Opposed) -> str:
    apart = f", apart by {', '.join(one.separated_by)}" if one.separated_by else ""
    return (
        f"{one.factor} ({one.kind}): studies {' against '.join(f'{n:,}' for n in one.sides)}{apart}"
    )


def reading(said: Said) -> str:
    """A statement without its quote."""
    words = (said.condition, said.site, said.standing if said.standing != "result" else "")
    return " · ".join(filter(None, (f"{said.factor} {said.direction}", *words)))


def _said(said: Said) -> str:
    quote = clip(said.quote, LONGEST_QUOTE)
    return f"{reading(said)} · {identity(said.pmid)} · “{quote}”"


def _restated(pair: Restated) -> str:
    return f"{reading(pair.before)} → {_said(pair.after)}"


def _flow(rows: Sequence[Counted]) -> Iterator[Text]:
    width = max((len(row.label) for row in rows), default=0)
    for row in rows:
        numbers = (f"{_number(row.before):>9}", f"{_number(row.after):>9}", f"{difference(row):>9}")
        yield Text(f"  {plain(row.label):{width}}{''.join(numbers)}")


def _number(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def difference(row: Counted) -> str:
    """What a number gained or lost, with its sign; a point where it is the same."""
    change = (row.after or 0) - (row.before or 0)
    return f"{change:+,}".replace("-", "−") if change else "·"


def page(changes: Changes, link: Callable[[str], str]) -> bytes:
    """One file that runs nothing and asks nothing of any server.

    ``link`` gives the address of a record in PubMed, "" where there is none.
    """
    return standalone.page("diff.html.j2", changes=changes, tell=words(link))


def words(link: Callable[[str], str]) -> SimpleNamespace:
    """What templates need to tell of changes; ``link`` as in ``page``."""
    return SimpleNamespace(
        summary=sentence,
        outcome=outcome,
        fates=fates,
        standing=standing,
        identity=identity,
        difference=difference,
        link=link,
    )
