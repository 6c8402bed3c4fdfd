"""What an edited protocol would change of the review, told while somebody types."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Lock

from perennial.config import load
from perennial.decisions.decision import Decision
from perennial.decisions.verdicts import person
from perennial.desk.background import Background
from perennial.desk.decided import Decided
from perennial.desk.fresh import Fresh, mark
from perennial.desk.newest import Newest
from perennial.desk.review import Review
from perennial.desk.veil import theirs
from perennial.errors import InputError
from perennial.preview.flips import Version
from perennial.preview.gold import load_gold
from perennial.preview.held import Held, load_held
from perennial.preview.live import Live, Told
from perennial.preview.protocol import Protocol, load_protocol
from perennial.preview.revision import commit_of, take
from perennial.preview.version import (
    files_otherwise,
    gold_otherwise,
    load_version,
    same,
    version_of,
)
from perennial.query import Mesh

COMMIT, SAVED = "commit", "saved"
AGAINST = (COMMIT, SAVED)
LISTED = 50  # flips, clashes and stale decisions that are shown
MOST = 6  # of what texts are compared with, at once: each holds some 50 MB for 10,000 records
PATIENCE = 0.25  # seconds that a small review takes to be read; for another the page asks again
_HEAD = "HEAD"
_FILES = ("screening.yaml", "mesh.yaml", "decisions.tsv")
_TABLES = ("1_records/records.parquet", "2_linked/links.parquet", "2_linked/integrity.parquet")


@dataclass(frozen=True)
class Compared:
    """What texts are compared with; ``files`` say what besides a text differs.

    ``alone`` names the reviewer whose decisions alone are in it, "" if all are.
    """

    live: Live
    files: tuple[str, ...]
    pmids: frozenset[str]
    before: Protocol
    alone: str


class Consequences:
    """The previews of one review, against its last commit and against the file as it is saved.

    What they need is read when a page first asks, in the background, and again once the
    records, the commit or a file of config/ has changed. With ``alone``, the name of a reviewer
    who works unseen, only that reviewer's decisions are read.
    """

    def __init__(self, review: Review) -> None:
        self.review = review
        self._mesh_file = review.config / "mesh.yaml"
        self.mesh = Fresh(partial(Mesh.found, self._mesh_file), self._mesh_file)
        tables = (review.results / name for name in _TABLES)
        self._held = Fresh(partial(load_held, review.results), *tables)
        self._made: dict[tuple[str, str], Background[Compared]] = {}
        self.newest = Newest()
        self.decided = Decided(review.decided, review.as_of)
        self._commit = ""
        self._keeping = Lock()
        self._one = Lock()  # a preview takes a whole core: two at a time would both be late

    def begin(self, against: str, alone: str = "") -> Future[Compared]:
        """Read what texts are compared with, unless that is done or going on."""
        kind = COMMIT if against == COMMIT and self._commit else SAVED
        of = kind, self._commit if kind == COMMIT else "", self._ingredients(kind, alone)
        return self._background(kind, alone).get(of, partial(self._make, kind, alone))

    def _background(self, kind: str, alone: str) -> Background[Compared]:
        """Where it is made; of many reviewers only the last are kept in mind."""
        with self._keeping:
            key = kind, person(alone)
            kept = self._made.pop(key) if key in self._made else Background[Compared]()
            self._made[key] = kept  # the last asked for stands last
            while len(self._made) > MOST:
                del self._made[next(iter(self._made))]
            return kept

    def compared(self, against: str, alone: str = "") -> Compared | None:
        """What texts are compared with; None while it is still being read.

        InputError if there are no records, or if it cannot be right.
        """
        try:
            return self.begin(against, alone).result(PATIENCE)
        except TimeoutError:
            return None

    def told(self, protocol: Protocol, compared: Compared, sender: tuple[str, int]) -> Told | None:
        """What the protocol would change; None if the sender has sent another one since.

        InputError for a decision that cannot be right.
        """
        every = Version(protocol, self.decided(protocol.criteria, compared.pmids))
        after = _by(every, compared.alone)
        with self._one:
            if not self.newest.is_newest(*sender):
                return None
            return compared.live.told(after, LISTED, compared.files)

    def look(self, alone: str = "") -> str:
        """See which commit is the last; what is another once anything compared with has changed.

        Git takes too long to be asked at every stroke of a key.
        """
        try:
            self._commit = commit_of(_HEAD, self.review.config)
        except InputError:  # no git: there is still the saved file to compare with
            self._commit = ""
        made_of = self._commit, *(self._ingredients(kind, alone) for kind in AGAINST)
        return sha256(repr(made_of).encode()).hexdigest()

    def _ingredients(self, kind: str, alone: str) -> Hashable:
        """What tells the files that are compared with from others."""
        named = [
            self._mesh_file,
            *self.review.as_of.paths,
            *([self.review.gold] if self.review.gold else []),
        ]
        if kind == SAVED:
            named += [self.review.screening, *([] if alone else [self.review.decided])]
        own = {self.review.decided.name, self.review.corrected.name}
        beside = [p for p in self.review.config.glob("[!.]*") if p.suffix != ".yaml"]
        named += [path for path in sorted(beside) if path.name not in own]  # spellings
        said = self._said(alone) if alone and kind == SAVED else ()
        return self._held.mark(), tuple(named), mark(*named), said

    def _said(self, alone: str) -> tuple[Decision, ...]:
        """One reviewer's decisions; none while the file cannot be read, which previews tell."""
        try:
            return theirs(self.review.decisions(), alone) if self.review.decided.exists() else ()
        except InputError:
            return ()

    def _make(self, kind: str, alone: str) -> Compared:
        held, gold = self._held(), self.review.gold
        wanted = load_gold(gold) if gold else None
        every, name, files = self._before(kind, held)
        before = _by(every, alone)
        live = Live(held, before, wanted, against=name)
        pmids = frozenset(record.pmid for record in held.records)
        return Compared(live, files, pmids, before.protocol, alone)

    def _before(self, kind: str, held: Held) -> tuple[Version, str, tuple[str, ...]]:
        with tempfile.TemporaryDirectory(prefix="perennial-") as made:
            former = Path(made)
            if kind == COMMIT and (name := self._taken(former)):
                return self._committed(former, held), name, self._otherwise(former)
        screening = self.review.screening
        saved = dataclasses.replace(load_protocol(screening, None), mesh=self.mesh())
        pmids = [record.pmid for record in held.records]
        every = version_of(saved, self.review.decided, pmids, self.review.as_of())
        return every, f"{screening} as it is saved", ()

    def _taken(self, former: Path) -> str:
        """Take the files as they were committed; "" if no protocol was."""
        config = self.review.config
        try:
            return f"{_HEAD} ({take(_HEAD, {name: config / name for name in _FILES}, former)})"
        except InputError:
            if (former / _FILES[0]).exists():
                raise
            return ""

    def _committed(self, former: Path, held: Held) -> Version:
        alike = same(self._mesh_file, former / "mesh.yaml")
        like = Version(Protocol((), self.mesh())) if alike else None
        return load_version(former, held, like, self.review.as_of())

    def _otherwise(self, former: Path) -> tuple[str, ...]:
        spelling = load(former / "screening.yaml", "screening").get("spelling")
        phrases = [*files_otherwise(spelling, self.review.config, former)]
        if gold := self.review.gold:
            phrases += gold_otherwise(gold, load_gold(gold), _HEAD, former / ".gold")
        return tuple(phrases)


def _by(version: Version, alone: str) -> Version:
    """The version with one reviewer's decisions alone, or, with no name, as it is."""
    if not alone:
        return version
    return dataclasses.replace(version, decisions=theirs(version.decisions, alone))
