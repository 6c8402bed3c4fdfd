"""Studies and their statements as they lie before one reviewer.

A statement is shown as it was drawn. What others said of it is shown to who may know it: where
people screen blinded, to who has judged it already.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from perennial.corrections.anchor import anchor
from perennial.corrections.apply import apply
from perennial.corrections.correction import (
    ADD,
    CONFIRM,
    CONFLICT,
    CORRECT,
    LOST,
    MOVED,
    REJECT,
    STALE,
    SUPERSEDED,
    Correction,
    Corrections,
    Outcome,
)
from perennial.corrections.material import Material, load_material
from perennial.corrections.revise import corrected, difference
from perennial.corrections.table import load_corrections
from perennial.decisions.desk import by_number
from perennial.decisions.verdicts import person
from perennial.desk.fresh import Fresh
from perennial.desk.whole import unreadable, whole
from perennial.passage import Passage, Statement
from perennial.study import Study
from perennial.tables import read_parquet

AS_DRAWN, CONFLICTING = "as drawn", "in conflict"
_TABLES = (
    "1_records/records.parquet",
    "4_fulltext/passages.parquet",
    "5_evidence/drawn.parquet",
    "5_evidence/statements.parquet",
    "5_evidence/studies.parquet",
)
DONE = {CONFIRM: "confirmed", CORRECT: "corrected", REJECT: "rejected", ADD: "added"}


@dataclass(frozen=True)
class Texts:
    """What the stages wrote: the desk, each study, and what was drawn from each, in order."""

    material: Material
    studies: Mapping[str, Study]
    drawn: Mapping[str, Sequence[Statement]]

    @cached_property
    def all_drawn(self) -> list[Statement]:
        """The statements as drawn, of all studies."""
        return [statement for of_study in self.drawn.values() for statement in of_study]

    @property
    def agree(self) -> bool:
        """Whether the tables are of one build: each statement was drawn from the text of here."""
        texts = self.material.texts
        return self.studies.keys() == texts.keys() and all(
            (passage := texts.get(s.pmid, {}).get(s.section)) and passage.sha256 == s.text_sha256
            for s in self.all_drawn
        )

    def passages(self, pmid: str) -> list[Passage]:
        """What was read of a study, in its order."""
        return list(self.material.texts[pmid].values())

    def digest(self, pmid: str) -> str:
        """What tells the texts and the drawn statements of a study from later ones."""
        texts = [(p.section, p.sha256) for p in self.passages(pmid)]
        return hashlib.sha256(repr((texts, self.drawn.get(pmid, ()))).encode()).hexdigest()


@dataclass(frozen=True)
class Lying:
    """A statement as it lies before a reviewer.

    ``version`` is the statement with the reviewer's own correction; ``stands`` says how it stands
    by all that was said, ``now`` what of it is no more as drawn; "" if the reviewer must not know.
    """

    number: int
    drawn: Statement
    version: Statement
    added: bool
    own: Outcome | None
    others: tuple[Outcome, ...]
    stands: str
    now: str

    @property
    def id(self) -> str:
        """The statement's."""
        return self.drawn.id

    @property
    def mine(self) -> str:
        """What the reviewer's own correction makes of it: ``direction DEC; site lung``."""
        return difference(self.version, self.drawn)


@dataclass(frozen=True)
class Counted:
    """A study in the list: how many statements, how many of them judged, in conflict, waiting."""

    study: Study
    statements: int
    judged: int
    conflicts: int
    words: str  # what the filter looks in

    @property
    def waiting(self) -> int:
        """How many statements the reviewer has not judged."""
        return self.statements - self.judged


@dataclass(frozen=True)
class Live:
    """The rows of corrections.tsv as they are now, and what they come to over some texts."""

    texts: Texts
    rows: Sequence[Correction]
    stands: Mapping[str, Statement]
    told: Corrections
    added: Mapping[str, Sequence[Statement]]  # by study, whatever others said of them

    @cached_property
    def said(self) -> Mapping[str, Sequence[Outcome]]:
        """What counts of each reviewer on each statement."""
        said: defaultdict[str, list[Outcome]] = defaultdict(list)
        for outcome in self.told.outcomes:
            if outcome.statement and outcome.became != SUPERSEDED:
                said[outcome.statement].append(outcome)
        return said

    @cached_property
    def material(self) -> Material:
        """What corrections are made against: what was drawn, and all that people add by now."""
        material = self.texts.material
        added = {s.id: s for of_study in self.added.values() for s in of_study}
        return replace(material, statements={**added, **material.statements})

    def lying(self, pmid: str, reviewer: str, blind: bool) -> list[Lying]:
        """The statements of a study as they lie before a reviewer, in the order of its text."""
        drawn, added = self.texts.drawn.get(pmid, ()), self.added.get(pmid, ())
        place = {section: at for at, section in enumerate(self.texts.material.texts[pmid])}
        found = sorted([*drawn, *added], key=lambda s: (place[s.section], s.start))
        new = {statement.id for statement in added}
        return [
            _lying(number, s, s.id in new, self, reviewer, blind)
            for number, s in enumerate(found, 1)
        ]

    def listed(self, reviewer: str, blind: bool) -> list[Counted]:
        """All studies, first those in which the most waits."""
        studies = self.texts.studies.values()
        every = (self._counted(study, reviewer, blind) for study in studies)
        return sorted(every, key=lambda each: (-each.waiting, *by_number(each.study.pmid)))

    def _counted(self, study: Study, reviewer: str, blind: bool) -> Counted:
        lying = self.lying(study.pmid, reviewer, blind)
        names = (word for each in lying for word in (each.drawn.factor, each.drawn.factor_text))
        words = " ".join((study.pmid, study.title, study.first_author, str(study.year), *names))
        judged = sum(each.own is not None for each in lying)
        conflicts = sum(each.stands == CONFLICTING for each in lying)
        return Counted(study, len(lying), judged, conflicts, words.casefold())


class Studies:
    """The studies that were read; read again when a file changes."""

    def __init__(self, results: Path, config: Path, as_of: Fresh[str]) -> None:
        self._results, self._config, self._as_of = results, config, as_of
        self._file = config / "corrections.tsv"
        self._tables = tuple(results / name for name in _TABLES)
        paths = (*self._tables, config / "evidence.yaml")
        self._texts = Fresh(self._read, *paths)
        self._live = Fresh(self._apply, self._file, *paths, *as_of.paths)

    def live(self) -> Live:
        """What corrections.tsv comes to over what the stages wrote.

        InputError if they have not yet, or at a row that cannot be right.
        """
        return self._live()

    def _read(self) -> Texts:
        with whole(self._results):
            for table in self._tables:
                table.stat()
            material = load_material(self._results, self._config)
            drawn: defaultdict[str, list[Statement]] = defaultdict(list)
            for statement in read_parquet(self._tables[2], Statement):
                drawn[statement.pmid].append(statement)
            studies = read_parquet(self._tables[4], Study)
        texts = Texts(material, {study.pmid: study for study in studies}, drawn)
        if not texts.agree:
            raise unreadable(self._results, "statements and texts are of two builds")
        return texts

    def _apply(self) -> Live:
        texts = self._texts()
        material = texts.material
        rows = self._rows(material) if self._file.exists() else []
        every = [p for of_study in material.texts.values() for p in of_study.values()]
        stand, told = apply(texts.all_drawn, every, rows, material.texts, material.vocabulary)
        added: defaultdict[str, list[Statement]] = defaultdict(list)
        for statement in _added(rows, texts).values():
            added[statement.pmid].append(statement)
        return Live(texts, rows, {s.id: s for s in stand}, told, added)

    def _rows(self, material: Material) -> list[Correction]:
        """The corrections of what is held; as of a day, later ones may be of more than that."""
        known = None if self._as_of() else material.titles
        found = load_corrections(self._file, known, material.vocabulary)
        return [row for row in found if row.pmid in material.titles]


def fitting(studies: Iterable[Counted], words: str) -> list[Counted]:
    """The studies in which all ``words`` occur, case aside."""
    sought = words.casefold().split()
    return [study for study in studies if all(word in study.words for word in sought)]


def _lying(
    number: int, drawn: Statement, added: bool, live: Live, reviewer: str, blind: bool
) -> Lying:
    said = live.said.get(drawn.id, ())
    own = next((o for o in said if person(o.reviewer) == person(reviewer)), None)
    others = tuple(o for o in said if o is not own)
    version = _version(own, drawn, live)
    if blind and own is None:
        return Lying(number, drawn, version, added, None, (), "", "")
    stands, now = _standing(drawn, said, live)
    return Lying(number, drawn, version, added, own, others, stands, now)


def _version(own: Outcome | None, drawn: Statement, live: Live) -> Statement:
    """The statement as the reviewer's own correction has it."""
    if own is None or own.action != CORRECT:
        return drawn
    row = next(row for row in live.rows if row.line == own.line)
    moved = row.quote or row.span
    material = live.texts.material
    spot = anchor(row, material.texts[drawn.pmid]) if moved else None
    return corrected(row, drawn, spot, material.vocabulary)


def _standing(drawn: Statement, said: Sequence[Outcome], live: Live) -> tuple[str, str]:
    """How a statement stands by all that was said, and what is no more as it was drawn."""
    stand = live.stands.get(drawn.id)
    if any(outcome.became == CONFLICT for outcome in said):
        return CONFLICTING, "" if stand else "it does not stand until reviewers agree"
    if stand is None:
        why = next((outcome.reason for outcome in said if outcome.reason), "")
        return ("left out", why) if why else ("rejected", "")
    return stand.reviewed or AS_DRAWN, difference(stand, drawn)


def went_wrong(live: Live, reviewer: str, blind: bool) -> list[Outcome]:
    """The rows that were moved, stale or lost; where people screen blinded, one's own alone."""
    found = [o for o in live.told.outcomes if o.became in (MOVED, STALE, LOST)]
    return [o for o in found if not blind or person(o.reviewer) == person(reviewer)]


def _added(rows: Iterable[Correction], texts: Texts) -> dict[str, Statement]:
    """What people add and nobody drew, by id, the first row first."""
    drawn = {statement.id for statement in texts.all_drawn}
    found: dict[str, Statement] = {}
    for row in rows:
        if row.action == ADD and row.pmid in texts.studies:
            passages, vocabulary = texts.passages(row.pmid), texts.material.vocabulary
            for s in apply([], passages, [row], {row.pmid}, vocabulary)[0]:
                if s.id not in drawn:
                    found.setdefault(s.id, s)
    return found
