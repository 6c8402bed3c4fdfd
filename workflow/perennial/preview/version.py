"""A protocol with the decisions beside it, as a config folder holds them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from perennial.decisions.table import load_decisions
from perennial.preview.flips import Version
from perennial.preview.held import Held
from perennial.preview.protocol import load_protocol


def load_version(folder: Path, held: Held, like: Version | None = None) -> Version:
    """The version in ``folder``; with the hierarchy of ``like``, if that is known to be the same.

    InputError, at its place, for a criterion or a decision that cannot be right.
    """
    protocol = load_protocol(folder / "screening.yaml", None if like else folder / "mesh.yaml")
    if like:
        protocol = dataclasses.replace(protocol, mesh=like.protocol.mesh)
    pmids = [record.pmid for record in held.records]
    path = folder / "decisions.tsv"
    decisions = load_decisions(path, pmids, protocol.criteria) if path.exists() else []
    return Version(protocol, tuple(decisions))
