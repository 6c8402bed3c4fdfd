"""Two versions of a protocol side by side: where they could judge a record differently.

What a criterion judges is compared as it is compiled, with blocks, spellings and narrower
headings written out, so that layout, names and words for people make no difference.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, TypeAlias

from perennial.config import Config, load
from perennial.query import Mesh, Query
from perennial.screen import Criterion, load_criteria
from perennial.settings import Settings, settings

# What people read of a criterion, which settles nothing.
_WORDING = ("label", "reason")
# Of a query or a block: its text and name; what it means is in the tree.
_NAMING = {"Query": ("text", "warnings", "blocks", "depth"), "Ref": ("name",)}

_USUAL = Settings()

Pair: TypeAlias = tuple[Criterion | None, Criterion | None]


@dataclass(frozen=True)
class Protocol:
    """Criteria in their order, the hierarchy of headings, and how people are to screen."""

    criteria: tuple[Criterion, ...]
    mesh: Mesh | None = None
    settings: Settings = _USUAL

    @property
    def reviewers(self) -> int:
        """How many must agree, 1 or 2."""
        return self.settings.reviewers_per_record


def load_protocol(screening: Path, mesh: Path | None) -> Protocol:
    """The protocol of screening.yaml and, if there is one, mesh.yaml. InputError at its place."""
    return protocol_of(load(screening, "screening"), Mesh.found(mesh))


def protocol_of(config: Config, mesh: Mesh | None) -> Protocol:
    """The protocol of a screening.yaml that is read already. InputError at its place."""
    return Protocol(load_criteria(config), mesh, settings(config))


def aligned(before: Protocol, after: Protocol) -> list[Pair]:
    """The criteria of both versions, paired where they keep id, kind and order.

    A criterion that is new, gone, moved, or acts otherwise stands alone, once for each version.
    """
    old, new = before.criteria, after.criteria
    matcher = SequenceMatcher(None, list(map(_kind, old)), list(map(_kind, new)), autojunk=False)
    pairs: list[Pair] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pairs += zip(old[i1:i2], new[j1:j2], strict=True)
        else:
            pairs += [(criterion, None) for criterion in old[i1:i2]]
            pairs += [(None, criterion) for criterion in new[j1:j2]]
    return pairs


def differing(before: Protocol, after: Protocol) -> list[Pair]:
    """The pairs of ``aligned`` that could settle a record differently."""
    return [
        (old, new)
        for old, new in aligned(before, after)
        if old is None or new is None or meaning(old, before.mesh) != meaning(new, after.mesh)
    ]


def resettled(before: Mapping[str, Any], after: Settings) -> Iterator[str]:
    """The settings that differ, ``before`` as plain data: ``reviewers_per_record 1 → 2``."""
    for name, value in dataclasses.asdict(after).items():
        if name in before and before[name] != value:
            yield f"{name} {_plain(before[name])} → {_plain(value)}"


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def meaning(criterion: Criterion, mesh: Mesh | None) -> str:
    """A hash of all that a criterion judges by: equal hashes judge every record alike."""
    known: dict[Query, str] = {}
    parts = [
        f"{field.name}={digest(getattr(criterion, field.name), mesh, known)}"
        for field in dataclasses.fields(criterion)
        if field.name not in _WORDING
    ]
    return _hash("\n".join(parts))


def fingerprint(protocol: Protocol) -> str:
    """A hash of all that rules judge by, order included."""
    return _hash("\n".join(meaning(criterion, protocol.mesh) for criterion in protocol.criteria))


def _kind(criterion: Criterion) -> tuple[Any, ...]:
    """Everything but what it asks: its place in line, and what follows when it holds.

    A notice weighs otherwise than words, so which of the two it asks for belongs to it.
    """
    asked = ("query", "integrity", *_WORDING)
    kept = (f.name for f in dataclasses.fields(criterion) if f.name not in asked)
    return bool(criterion.integrity), *(getattr(criterion, name) for name in kept)


def digest(value: Any, mesh: Mesh | None, known: dict[Query, str]) -> str:
    """A hash of a part of a query, however deep; ``known`` remembers the blocks met so far."""
    if isinstance(value, Query) and value in known:
        return known[value]
    parts = [type(value).__name__]
    # Loops in place of comprehensions: a query may be 200 steps deep, and each frame counts.
    for part in _parts(value, mesh):
        parts.append(digest(part, mesh, known))
    hashed = _hash("\n".join(parts) if len(parts) > 1 else f"{parts[0]} {_scalar(value)}")
    if isinstance(value, Query):
        known[value] = hashed
    return hashed


def _parts(value: Any, mesh: Mesh | None) -> Iterator[Any]:
    if isinstance(value, tuple):
        yield from value
    elif dataclasses.is_dataclass(value):
        hidden = _NAMING.get(type(value).__name__, ())
        for field in dataclasses.fields(value):
            if field.name not in hidden:
                yield getattr(value, field.name)
        if mesh is not None and getattr(value, "explode", False):
            wanted: str = getattr(value, "wanted", "")
            told = (mesh.keys_under(wanted) - {wanted}, mesh.heading_of(wanted))
            yield from filter(None, told)


def _scalar(value: Any) -> str:
    return repr(sorted(value)) if isinstance(value, frozenset) else repr(value)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
