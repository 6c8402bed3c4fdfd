"""The MeSH hierarchy, as far as a review needs it, from a file a reviewer can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from perennial.errors import InputError, Place
from perennial.query.words import key


class Mesh:
    """Which headings are narrower than which.

    ``tree`` maps a heading to narrower ones: all of them or just the next step down,
    since the steps are followed. A heading it does not know stands for itself alone.
    """

    def __init__(self, tree: Mapping[str, Iterable[str]]) -> None:
        self._names: dict[str, str] = {}
        self._below: dict[str, tuple[str, ...]] = {}
        for heading, narrower in tree.items():
            self._below[self._known(heading)] = tuple(self._known(name) for name in narrower)
        self._closed: dict[str, frozenset[str]] = {}

    @classmethod
    def load(cls, path: str | Path) -> Mesh:
        """Read a YAML mapping, heading → list of headings or mapping of the same kind.

        InputError with line and column if the file is not of this form.
        """
        try:
            loaded = YAML(typ="rt").load(Path(path).read_text(encoding="utf-8"))
        except MarkedYAMLError as error:
            mark = error.problem_mark
            place = Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path))
            raise InputError("this is not YAML", place, str(error.problem or "")) from error
        tree: dict[str, list[str]] = {}
        try:
            _flatten(loaded, tree, Place(str(path), 1))
        except RecursionError:  # an alias that names what it stands in
            raise InputError("the file holds itself", Place(str(path)), "drop the alias") from None
        return cls(tree)

    def narrower(self, heading: str) -> frozenset[str]:
        """The heading and all that are narrower, as the file spells them."""
        return frozenset(self._names.get(k, heading) for k in self.keys_under(key(heading)))

    def keys_under(self, folded: str) -> frozenset[str]:
        """``narrower`` for names already folded by ``words.key``."""
        if folded not in self._closed:
            self._closed[folded] = self._close(folded)
        return self._closed[folded]

    def _close(self, folded: str) -> frozenset[str]:
        found, waiting = {folded}, [folded]
        while waiting:
            new = set(self._below.get(waiting.pop(), ())) - found
            found |= new
            waiting.extend(new)
        return frozenset(found)

    def _known(self, name: str) -> str:
        folded = key(name)
        self._names.setdefault(folded, name)
        return folded


def _flatten(loaded: Any, tree: dict[str, list[str]], place: Place) -> list[str]:
    """Add ``loaded`` to ``tree`` and return the headings it names at its own level."""
    match loaded:
        case None:
            return []
        case str():
            return [loaded]
        case CommentedMap():
            for heading, below in loaded.items():
                here = Place(place.file, loaded.lc.key(heading)[0] + 1)
                if not isinstance(heading, str):
                    _refuse(heading, here)
                tree.setdefault(heading, []).extend(_flatten(below, tree, here))
            return list(loaded)
        case CommentedSeq():
            lines = [loaded.lc.item(i)[0] + 1 for i in range(len(loaded))]
            each = zip(loaded, lines, strict=True)
            return [n for item, line in each for n in _flatten(item, tree, Place(place.file, line))]
    return _refuse(loaded, place)


def _refuse(value: Any, place: Place) -> NoReturn:
    raise InputError(
        f"a heading is a name, not {value!r}", place, "write “Heading: [Narrower, Narrower]”"
    )
