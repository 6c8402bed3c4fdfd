"""The lexicon: for each word of a text, what queries look for that begins with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from perennial.query.nodes import And, BlockNear, Near, Node, Not, Or, Phrase, Ref
from perennial.query.words import matches

# Words kept with their answer: those of some 100,000 abstracts. Beyond it learning starts anew.
_MOST = 500_000
# A word longer than this is looked at each time that it comes; PubMed's longest have about 100.
_LONGEST = 60


@dataclass(slots=True, eq=False)
class Sought:
    """A phrase after its first word, the fields in which it counts, the nodes that ask for it.

    ``owners`` are nodes by their id; whoever keeps the lexicon keeps the nodes.
    """

    rest: tuple[str, ...]
    fields: frozenset[str]
    owners: list[int] = field(default_factory=list)


class Lexicon(dict[str, tuple[Sought, ...]]):
    """Word → the phrases that may begin with it, learned word by word: ``lexicon[word]``.

    A phrase that several nodes ask for, or the same node twice, is sought once. ``fields``
    are those in which anything is sought.
    """

    def __init__(self, roots: Iterable[Node]) -> None:
        super().__init__()
        sought: dict[Phrase, Sought] = {}
        for phrase, owner in phrases(roots):
            one = sought.setdefault(phrase, Sought(phrase.words[1:], phrase.fields))
            one.owners += [] if owner in one.owners[-1:] else [owner]
        self.fields = tuple(sorted({name for phrase in sought for name in phrase.fields}))
        self._whole: dict[str, list[Sought]] = {}
        self._stems: dict[str, list[tuple[str, Sought]]] = {}
        for phrase, one in sought.items():
            for spelling in phrase.words[0].split("|"):
                stem, asterisk, _ = spelling.partition("*")
                if asterisk:
                    self._stems.setdefault(stem, []).append((spelling, one))
                else:
                    self._whole.setdefault(stem, []).append(one)
        self._lengths = sorted({len(stem) for stem in self._stems})

    def __missing__(self, word: str) -> tuple[Sought, ...]:
        found = tuple(dict.fromkeys(self._begun_by(word)))
        if len(word) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[word] = found
        return found

    def _begun_by(self, word: str) -> Iterator[Sought]:
        yield from self._whole.get(word, ())
        for length in self._lengths:
            if length > len(word):
                return
            for pattern, one in self._stems.get(word[:length], ()):
                if matches(pattern, word):
                    yield one


def phrases(roots: Iterable[Node]) -> Iterator[tuple[Phrase, int]]:
    """Every phrase under ``roots`` with the id of its owner, blocks included, each block once.

    An OR owns the phrases in it, so that to ask it is to look up one list.
    """
    waiting: list[Node] = list(roots)
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        match node:
            case Phrase():
                yield node, id(node)
            case Near(parts):
                waiting.extend(parts)
            case Or(parts):
                yield from ((part, id(node)) for part in parts if isinstance(part, Phrase))
                waiting.extend(node.others)
            case And(parts):
                waiting.extend(parts)
            case Not(kept, dropped):
                waiting.extend((kept, *dropped))
            case BlockNear(left, right):
                waiting.extend((left.query.root, right.query.root))
            case Ref(_, query):
                waiting.append(query.root)
