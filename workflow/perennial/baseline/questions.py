"""What is asked of the baseline: the strategies of search.yaml and the records that it names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from perennial.baseline import needs
from perennial.config import Config
from perennial.identifiers import Identifier, identify
from perennial.query import Mesh, Panel, Query, parse
from perennial.record import Record
from perennial.strategy import strategies_of


@dataclass(frozen=True)
class Questions:
    """Queries as they would be sent, by the strategy's id; identifiers, as people wrote them.

    ``digest`` is a hash of all that an answer depends on besides the record.
    """

    sent: Mapping[str, str]
    named: Mapping[str, Identifier]
    mesh: Mesh | None
    digest: str

    @classmethod
    def of(cls, strategies: Config, mesh: Path | None) -> Questions:
        """The questions of search.yaml; InputError, at its place, for one that cannot be read."""
        sent = {strategy.id: strategy.sent for strategy in strategies_of(strategies)}
        written = strategies.get("ids") or ()
        named = {w: identify(w, strategies.place("ids", i)) for i, w in enumerate(written)}
        tree = mesh.read_bytes() if mesh is not None and mesh.exists() else b""
        asked = json.dumps([sent, list(named)], sort_keys=True).encode()
        digest = hashlib.sha256(asked + b"\0" + tree).hexdigest()
        return cls(sent, named, Mesh.found(mesh), digest)

    @cached_property
    def need(self) -> needs.Need:
        """The words that a record must hold to answer any of them, but one that ``pmids`` names."""
        asked = [needs.of_query(query.root, self.mesh) for query in self.queries.values()]
        others = (one for one in self.named.values() if one.kind != "pmid")
        return needs.any_of(asked + list(map(needs.of_identifier, others)))

    @cached_property
    def fields(self) -> frozenset[str]:
        """The fields of a record in which any of them looks for words."""
        return frozenset().union(*(needs.fields(query.root) for query in self.queries.values()))

    @cached_property
    def pmids(self) -> frozenset[int]:
        """The records that are named by PMID."""
        return frozenset(int(one.value) for one in self.named.values() if one.kind == "pmid")

    @cached_property
    def queries(self) -> dict[str, Query]:
        """The strategies' queries, read, by the strategy's id."""
        return {id_: parse(text) for id_, text in self.sent.items()}

    @cached_property
    def panel(self) -> Panel:
        """The queries, to be asked of a record together."""
        return Panel(self.queries, self.mesh)

    def answered(self, record: Record) -> tuple[str, ...]:
        """Which of them ``record`` answers: ids of strategies, then identifiers as written."""
        own = {record.pmid, record.pmcid, record.doi.lower()} - {""}
        named = (written for written, one in self.named.items() if one.value in own)
        return (*self.panel.held(record), *named)
