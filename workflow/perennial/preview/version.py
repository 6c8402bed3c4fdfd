"""A protocol with the decisions beside it, as a config folder holds them."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from perennial.config import load
from perennial.decisions.table import load_decisions
from perennial.preview.flips import Version
from perennial.preview.gold import amended, load_gold
from perennial.preview.held import Held
from perennial.preview.protocol import Protocol, load_protocol
from perennial.preview.revision import taken


def load_version(folder: Path, held: Held, like: Version | None = None, as_of: str = "") -> Version:
    """The version in ``folder``; with the hierarchy of ``like``, if that is known to be the same.

    ``as_of`` is the day up to which decisions count, "" for all. InputError, at its place, for a
    criterion or a decision that cannot be right.
    """
    protocol = load_protocol(folder / "screening.yaml", None if like else folder / "mesh.yaml")
    if like:
        protocol = dataclasses.replace(protocol, mesh=like.protocol.mesh)
    pmids = [record.pmid for record in held.records]
    return version_of(protocol, folder / "decisions.tsv", pmids, as_of)


def version_of(
    protocol: Protocol, decisions: Path, pmids: Iterable[str] | None, as_of: str = ""
) -> Version:
    """A protocol with the decisions of a file held against it, and against the records' PMIDs."""
    exist = decisions.exists()
    rows = load_decisions(decisions, pmids, protocol.criteria, as_of) if exist else []
    return Version(protocol, tuple(rows))


def same(one: Path, other: Path) -> bool:
    """Whether two files hold the same, or neither is there."""
    texts = [path.read_bytes() if path.is_file() else None for path in (one, other)]
    return texts[0] == texts[1]


def files_otherwise(spelling: str | None, folder: Path, former: Path) -> Iterator[str]:
    """What of a protocol lies in files of its own and differs, as phrases."""
    for name in filter(None, ("mesh.yaml", spelling)):
        if not same(folder / name, former / name):
            yield f"{name} is another"


def gold_otherwise(
    gold: Path, wanted: Mapping[str, str], revision: str, into: Path
) -> Iterator[str]:
    """How the gold set differs from that of a revision, as a phrase, if it does.

    What is measured is measured by the present one, before and after.
    """
    was = load_gold(into) if taken(revision, gold, into) else wanted
    yield from filter(None, [amended(was, wanted)])


def take_spelling(screening: Path, *folders: Path) -> None:
    """Put the spellings that a screening.yaml names beside it, from the first folder with them.

    InputError if it cannot be read.
    """
    name = load(screening, "screening").get("spelling")
    beside = screening.parent
    for folder in folders if name else ():
        if not (beside / name).exists() and (folder / name).is_file():
            shutil.copyfile(folder / name, beside / name)
