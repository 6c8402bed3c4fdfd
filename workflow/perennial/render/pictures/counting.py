"""What the pictures count: studies, by what their own findings say.

Only statements that count, and of these only results: what a study takes from others, supposes,
or found for several factors at once is no finding of its own, and the synthesis does not weigh
it either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from perennial.passage import Statement
from perennial.render.review import Review
from perennial.render.wording import counted, grouped
from perennial.stances import Pairs

NOT_STATED = "not stated"


class Group(NamedTuple):
    """Directions that are drawn alike."""

    label: str
    directions: tuple[str, ...]
    stance: str  # as the synthesis has it: their side, or the code of one without a side


def findings(review: Review) -> list[Statement]:
    """The statements that are counted."""
    return [statement for statement in review.stated if statement.standing == "result"]


def left_out(review: Review) -> str:
    """A sentence on the statements that count but are no findings, "" if there are none."""
    rest = len(review.stated) - len(findings(review))
    if not rest:
        return ""
    verb = "is" if rest == 1 else "are"
    why = "taken from others, supposed, or of several factors at once"
    return f"Not counted {verb} {counted(rest, 'statement')} {why}."


def named(value: str) -> tuple[str, ...]:
    """The names in a context such as "a; b"."""
    return tuple(dict.fromkeys(filter(None, value.split("; ")))) or (NOT_STATED,)


def most(studies: Mapping[str, set[str]], limit: int) -> tuple[list[str], list[str]]:
    """The names with most studies, in that order, and those that are beyond ``limit``.

    What is not stated comes last of those shown, however many studies it has.
    """
    known = sorted(set(studies) - {NOT_STATED}, key=lambda n: (-len(studies[n]), n.casefold(), n))
    last = [NOT_STATED] if NOT_STATED in studies else []
    room = limit - len(last)
    if len(known) <= room:
        return known + last, []
    return known[: room - 1] + last, known[room - 1 :]


def groups(review: Review) -> list[Group]:
    """The sides, then each direction without a side by itself."""
    stances: dict[str, list[str]] = {}
    for code, direction in review.directions.items():
        stances.setdefault(direction.side or code, []).append(code)
    found = [
        Group(_label(review, stance), tuple(codes), stance) for stance, codes in stances.items()
    ]
    return sorted(found, key=lambda group: group.stance in review.directions)


def _label(review: Review, stance: str) -> str:
    alone = review.directions.get(stance)
    return alone.label if alone else f"towards {stance}"


def opposed(stances: Iterable[str], oppositions: Pairs) -> bool:
    """Whether both of two opposite ends are among ``stances``."""
    found = set(stances)
    return any(found.issuperset(ends) for ends in oppositions)


def itemised(numbers: Iterable[tuple[str, int]]) -> str:
    """Names with their numbers, but for those that are 0: lung: 2; brain: 1."""
    return "; ".join(f"{name}: {grouped(number)}" for name, number in numbers if number)


def joined(names: Iterable[str], others: Sequence[str]) -> list[str]:
    """``names``, and after them one for the ``others`` together, which says how many they are."""
    return [*names, *([f"{len(others)} others"] if others else [])]
