"""What the directions stand for, and which of that stands against what: config/evidence.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perennial.config import Config
from perennial.errors import InputError

Pairs = tuple[tuple[str, str], ...]
PAIRS = ("oppositions", "tensions", "denials")


@dataclass(frozen=True, slots=True)
class Stances:
    """How directions stand to one another. The ends of a pair are values of ``of``."""

    of: Mapping[str, str]  # direction → its side, or itself where it has none
    oppositions: Pairs = ()  # both cannot be true in one setting
    tensions: Pairs = ()  # both can be true, and are set side by side all the same
    denials: Pairs = ()  # an effect, and that this one was looked for and not seen
    no_effect: str = ""  # the direction that denies every other; "" if there is none

    def opposed(self, one: str, other: str) -> bool:
        """Whether what two directions stand for cannot both be true in one setting."""
        pair, back = (one, other), (other, one)
        denied = self.no_effect in pair and one != other
        pairs = (*self.oppositions, *self.denials)
        return denied or pair in pairs or back in pairs


def load_stances(words: Config) -> Stances:
    """The stances of a parsed ``config/evidence.yaml``.

    Raises InputError, with its line, for an end that no direction stands for: an unknown one,
    or the code of a direction that has a side.
    """
    directions = words["directions"]
    of = {code: row.get("side", code) for code, row in directions.items()}
    for key in PAIRS:
        for i, pair in enumerate(words.get(key, ())):
            for j, end in enumerate(pair):
                _known(end, of, words, key, i, j)
    if no_effect := words.get("no_effect", ""):
        _known(no_effect, of, words, "no_effect")
    pairs = {key: tuple((one, other) for one, other in words.get(key, ())) for key in PAIRS}
    return Stances(of, **pairs, no_effect=no_effect)


def _known(end: str, of: Mapping[str, str], words: Config, *path: str | int) -> None:
    if end in of.values():
        return
    wrong = f"{'.'.join(map(str, path))}: no direction has the side or the code {end!r}"
    hint = f"known: {', '.join(dict.fromkeys(of.values()))}"
    if end in of:
        wrong = f"{'.'.join(map(str, path))}: the direction {end} stands for its side"
        hint = f"name the side, {of[end]}"
    raise InputError(wrong, words.place(*path), hint)
