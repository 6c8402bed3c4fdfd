"""The words that tell two versions of a query apart, where they are all that does.

Most edits add a term or take one out. In a record without that term both versions say the same,
so only records that hold it need be asked more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from perennial.preview.protocol import digest
from perennial.query import Mesh, Query
from perennial.query.nodes import And, BlockNear, Node, Not, Or, Ref

Known = dict[Query, str]


def telling(old: Query, new: Query, mesh: Mesh | None) -> list[Node]:
    """Leaves such that a record in which none of them holds answers both versions alike.

    Empty if there is no such list: then every record has to be asked.
    """
    leaves = [{digest(leaf, mesh, {}): leaf for leaf in _leaves(q.root, {})} for q in (old, new)]
    alone = {**leaves[0], **leaves[1]}
    for shared in leaves[0].keys() & leaves[1].keys():
        del alone[shared]
    less = [_Without(set(alone), mesh).of(query.root) for query in (old, new)]
    return list(alone.values()) if less[0] == less[1] else []


def any_of(leaves: list[Node], like: Query) -> Query:
    """A query that holds where any of ``leaves`` does."""
    return replace(like, text="", root=leaves[0] if len(leaves) == 1 else Or(tuple(leaves)))


def _leaves(node: Node, seen: Known) -> Iterator[Node]:
    """Every leaf under ``node``; a block that several name is entered once."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part, seen)
        case Not(kept, dropped):
            for part in (kept, *dropped):
                yield from _leaves(part, seen)
        case Ref(_, query):
            if query not in seen:
                seen[query] = ""
                yield from _leaves(query.root, seen)
        case BlockNear(left, right, _):
            yield from _leaves(left, seen)
            yield from _leaves(right, seen)
        case _:
            yield node


class _Without:
    """What is left of a query if some leaves never hold, as a text; "" if it then cannot hold.

    An OR without a part that does not hold finds the same words as with it, so this is true of
    the words that NEAR binds, too.
    """

    def __init__(self, gone: set[str], mesh: Mesh | None) -> None:
        self.gone, self.mesh = gone, mesh
        self.known: Known = {}

    def of(self, node: Node) -> str:
        """The text of what is left of ``node``."""
        match node:
            case And(parts):
                left = [self.of(part) for part in parts]
                return f"AND({','.join(left)})" if all(left) else ""
            case Or(parts):
                left = [text for text in map(self.of, parts) if text]
                return left[0] if len(left) == 1 else f"OR({','.join(left)})" if left else ""
            case Not(kept, dropped):
                return self._not(self.of(kept), [t for t in map(self.of, dropped) if t])
            case Ref(_, query):
                return self._block(query)
            case BlockNear(one, other, distance):
                both = self.of(one), self.of(other)
                return f"NEAR{distance}({','.join(both)})" if all(both) else ""
        hashed = digest(node, self.mesh, {})
        return "" if hashed in self.gone else hashed

    @staticmethod
    def _not(kept: str, dropped: list[str]) -> str:
        return f"NOT({','.join([kept, *dropped])})" if kept and dropped else kept

    def _block(self, query: Query) -> str:
        """A block as a hash, since blocks written out can grow without end."""
        if query not in self.known:
            left = self.of(query.root)
            self.known[query] = left and digest(left, None, {})
        return self.known[query]
