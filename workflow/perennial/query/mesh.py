"""The MeSH hierarchy: which headings are narrower than which, and what else they are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from perennial.query import mesh_files
from perennial.query.words import key


class Mesh:
    """Which headings are narrower than which.

    ``tree`` maps a heading to narrower ones: all of them or just the next step down,
    since the steps are followed. A heading it does not know stands for itself alone.
    ``complete`` says that the hierarchy is NLM's own, so that what it does not know is
    no heading at all.
    """

    complete = False

    def __init__(self, tree: Mapping[str, Iterable[str]]) -> None:
        self._names: dict[str, str] = {}
        self._entries: dict[str, str] = {}
        # A heading stands in one place or more; below a place are others. With NLM's files a
        # place is a tree number, else the folded heading itself.
        self._places: dict[str, list[str]] = {}
        self._headings: dict[str, str] = {}
        self._below: dict[str, list[str]] = {}
        for heading, narrower in tree.items():
            place = self._put(heading, key(heading))
            names = [self._put(name, key(name)) for name in narrower]
            self._below.setdefault(place, []).extend(names)
        self._closed: dict[str, frozenset[str]] = {}

    @classmethod
    def numbered(
        cls,
        numbers: Mapping[str, str],
        entries: Mapping[str, str] | None = None,
        others: Iterable[str] = (),
        complete: bool = True,
    ) -> Mesh:
        """A hierarchy by tree numbers: number → heading.

        ``entries`` maps entry terms to their heading; ``others`` are headings without a number.
        """
        mesh = cls(dict.fromkeys(others, ()))
        mesh.complete = complete
        for number, heading in numbers.items():
            mesh._put(heading, number)
            above = next((n for n in _above(number) if n in numbers), None)
            if above is not None:
                mesh._below.setdefault(above, []).append(number)
        for term, heading in (entries or {}).items():
            mesh._entries.setdefault(key(term), heading)
        return mesh

    @classmethod
    def load(cls, path: str | Path) -> Mesh:
        """Read a YAML mapping, or NLM's ``desc20xx.xml`` or ``mtrees20xx.bin``, by content.

        InputError with file and line if the file is of none of these forms.
        """
        return cls.of(mesh_files.read(Path(path)))

    @classmethod
    def found(cls, path: Path | None) -> Mesh | None:
        """As ``load``; None where there is no file, since a protocol can do without."""
        return cls.load(path) if path is not None and path.exists() else None

    @classmethod
    def of(cls, read: mesh_files.Numbered | Mapping[str, Iterable[str]]) -> Mesh:
        """What ``mesh_files.read`` read, as a hierarchy."""
        if isinstance(read, mesh_files.Numbered):
            return cls.numbered(read.numbers, read.entries, read.others, read.complete)
        return cls(read)

    def narrower(self, heading: str) -> frozenset[str]:
        """The heading and all that are narrower, as the file spells them."""
        return frozenset(self._names.get(k, heading) for k in self.keys_under(key(heading)))

    def keys_under(self, folded: str) -> frozenset[str]:
        """``narrower`` for names already folded by ``words.key``."""
        if folded not in self._closed:
            self._closed[folded] = self._close(folded)
        return self._closed[folded]

    def knows(self, heading: str) -> bool:
        """Whether the heading stands in the hierarchy."""
        return key(heading) in self._names

    @property
    def headings(self) -> Iterable[str]:
        """All headings, as the file spells them."""
        return self._names.values()

    def heading_of(self, term: str) -> str:
        """The heading that has ``term`` as an entry term, "" if none has."""
        return self._entries.get(key(term), "")

    def _close(self, folded: str) -> frozenset[str]:
        waiting = list(self._places.get(folded, ()))
        found = set(waiting)
        while waiting:
            new = set(self._below.get(waiting.pop(), ())) - found
            found |= new
            waiting.extend(new)
        return frozenset({folded} | {self._headings[place] for place in found})

    def _put(self, name: str, place: str) -> str:
        folded = key(name)
        self._names.setdefault(folded, name)
        self._headings[place] = folded
        places = self._places.setdefault(folded, [])
        if place not in places:
            places.append(place)
        return place


def _above(number: str) -> Iterator[str]:
    """The tree numbers above one, the nearest first."""
    while "." in number:
        number = number.rpartition(".")[0]
        yield number
