"""The history server: sets of identifiers kept under a WebEnv and a running query key."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from perennial.eutils.answer import Refusal, Request
from perennial.eutils.element import element

# A test bench is no archive: the oldest environment is forgotten when one more is opened,
# which a client sees as an expired WebEnv.
CAPACITY = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """One stored set: PMIDs or the digits of PMCIDs, in the order in which they are paged."""

    database: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """All environments; query key n is the n-th set of its environment. Never changed in place."""

    opened: int = 0
    environments: Mapping[str, tuple[Kept, ...]] = field(default_factory=dict)

    def keep(self, request: Request, kept: Kept) -> tuple[list[etree._Element], History]:
        """Store a set under the request's WebEnv; the QueryKey and WebEnv elements to answer."""
        history, webenv, key = self.store(request.value("webenv"), kept)
        return [element("QueryKey", str(key)), element("WebEnv", webenv)], history

    def store(self, webenv: str, kept: Kept) -> tuple[History, str, int]:
        """The history with ``kept`` added, its WebEnv and its key; "" opens a new WebEnv.

        Raises Refusal for a WebEnv that is unknown or forgotten.
        """
        if webenv and webenv not in self.environments:
            raise Refusal("Unable to obtain the history of that WebEnv")
        if webenv:
            sets = (*self.environments[webenv], kept)
            return (
                replace(self, environments={**self.environments, webenv: sets}),
                webenv,
                len(sets),
            )
        name = _name(self.opened + 1)
        environments = dict([*self.environments.items(), (name, (kept,))][-CAPACITY:])
        return History(self.opened + 1, environments), name, 1

    def recall(self, database: str, request: Request) -> tuple[str, ...]:
        """The set that ``webenv`` and ``query_key`` name.

        Raises Refusal, inside a 200, when it is unknown, forgotten, or of another database.
        """
        key = request.number("query_key", 0)
        sets = self.environments.get(request.value("webenv"), ())
        if not (1 <= key <= len(sets) and sets[key - 1].database == database):
            raise Refusal(f"Unable to obtain query #{key}")
        return sets[key - 1].ids


def _name(number: int) -> str:
    """A name in the shape of NCBI's, the same for the same sequence of requests."""
    return f"MCID_{hashlib.sha256(str(number).encode()).hexdigest()[:24]}"
