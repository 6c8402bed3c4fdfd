"""Preview: what an edited protocol would change, before it changes anything.

Only criteria that differ are asked of all records. A record of which none of these holds
differently keeps its outcome; the whole protocol judges the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from perennial.decisions.decision import Decision, Verdict
from perennial.decisions.judged import hashes
from perennial.decisions.verdicts import by_record, grounds, said_by, verdicts
from perennial.preview.deltas import Counts, Delta, deltas
from perennial.preview.differences import Change, besides, changes, could_flip
from perennial.preview.gold import Accuracy, accuracy
from perennial.preview.protocol import Protocol
from perennial.record import Record
from perennial.screen import outranks, screen
from perennial.screened import TITLE_ABSTRACT, Integrity, Screened

Heard: TypeAlias = Mapping[str, Verdict]  # by PMID

DEFINITE = {"include", "exclude"}
UNLIKE = ("gone", "asks otherwise", "acts otherwise")  # not the criterion decided under


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a record, and the id of the criterion that settled it ("" for none)."""

    outcome: str  # include | exclude | human
    criterion: str


@dataclass(frozen=True)
class Version:
    """A protocol with the decisions that stand beside it."""

    protocol: Protocol
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class Standing:
    """The fate of every record, by PMID: by rules alone, and with the reviewers' decisions."""

    by_rule: Mapping[str, Fate]
    final: Mapping[str, Fate]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a record that met a criterion, each once."""

    criterion: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flip:
    """A record whose outcome or criterion changes; words are those of the criteria named.

    ``by`` is ``rule``, or the reviewers whose decision makes the difference.
    """

    pmid: str
    title: str
    before: Fate
    after: Fate
    words_before: tuple[Words, ...]
    words_after: tuple[Words, ...]
    by: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A record that people decided one way and the edited rules would decide the other."""

    pmid: str
    title: str
    decided: Fate
    reviewer: str
    rule_before: Fate
    rule_after: Fate


@dataclass(frozen=True, slots=True)
class Stale:
    """Decisions on a record whose criterion is not the one any more that they were made under."""

    pmid: str
    title: str
    answers: Mapping[str, str]  # ``include``, ``exclude X1`` or ``unsure``, by reviewer


@dataclass(frozen=True, slots=True)
class Measured:
    """The gold set before and after; ``lost`` are those to be included that are now excluded."""

    before: Accuracy
    after: Accuracy
    lost: tuple[str, ...]
    regained: tuple[str, ...]
    not_held: int  # records of the gold set that are not among those screened


@dataclass(frozen=True, slots=True)
class Preview:
    """All that would change."""

    against: str
    records: int
    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]
    clashes: tuple[Clash, ...]  # that the edit brings about
    overruled: int  # decisions in all that contradict the edited rules
    stale: tuple[Stale, ...]
    deltas: tuple[Delta, ...]
    gold: Measured | None
    to_humans: int  # records that newly await a human
    from_humans: int  # records that no longer do
    minutes_per_record: float
    besides: tuple[str, ...] = ()  # what differs that is no criterion, in phrases

    @property
    def minutes(self) -> float:
        """Minutes of screening added; negative if saved."""
        return (self.to_humans - self.from_humans) * self.minutes_per_record

    @property
    def harmful(self) -> bool:
        """Whether a gold record would be lost, or a person's decision contradicted."""
        return bool(self.clashes or (self.gold and self.gold.lost))


def standing(
    records: Sequence[Record], integrity: Sequence[Integrity], version: Version
) -> Standing:
    """Every record judged in full, by rules alone and with the reviewers."""
    said = in_force(version)
    by_rule = _fates(records, integrity, version.protocol, {})
    decided = [record for record in records if record.pmid in said]
    return Standing(by_rule, {**by_rule, **_fates(decided, integrity, version.protocol, said)})


def preview(
    records: Sequence[Record],
    integrity: Sequence[Integrity],
    before: Version,
    after: Version,
    stood: Standing,
    gold: Mapping[str, str] | None = None,
    minutes: float = 0.5,
    against: str = "",
    files: Sequence[str] = (),
) -> Preview:
    """What replacing ``before`` by ``after`` does to ``records`` (duplicates left out).

    ``stood`` is the ``standing`` of the version before; ``minutes`` how long a person takes for
    a record; ``files`` are phrases on files that differ and are no part of a version.
    """
    versions = before, after
    opinions = heard(before), heard(after), heard(Version(before.protocol, after.decisions))
    said = counting(opinions[0]), counting(opinions[1])
    stands = _again(records, integrity, versions, said, stood)
    shift = _shift(records, stood.final, stands.final)
    titles = {record.pmid: record.title for record in records}
    told = compared(titles, integrity, versions, opinions, (stood, stands), shift, gold)
    more = (*told.besides, *files)
    return replace(told, against=against, minutes_per_record=minutes, besides=more)


@dataclass(frozen=True)
class Shift:
    """How the final fates of all records differ: who flips, and the numbers of each fate."""

    flipped: Sequence[Record]
    counts: tuple[Counts, Counts]
    to_humans: int
    from_humans: int


def _shift(records: Sequence[Record], old: Mapping[str, Fate], new: Mapping[str, Fate]) -> Shift:
    human = [{p for p, fate in fates.items() if fate.outcome == "human"} for fates in (old, new)]
    return Shift(
        [record for record in records if old[record.pmid] != new[record.pmid]],
        (_counts(old), _counts(new)),
        len(human[1] - human[0]),
        len(human[0] - human[1]),
    )


def _counts(fates: Mapping[str, Fate]) -> Counts:
    return Counter((fate.outcome, fate.criterion) for fate in fates.values())


def compared(
    titles: Mapping[str, str],
    integrity: Sequence[Integrity],
    versions: tuple[Version, Version],
    opinions: tuple[Heard, Heard, Heard],
    standings: tuple[Standing, Standing],
    shift: Shift,
    gold: Mapping[str, str] | None,
) -> Preview:
    """The preview of the second version against the first; ``titles`` are those of all records.

    ``opinions`` are what is ``heard`` of the first version, of the second, and of the decisions
    of the second under the protocol of the first.
    """
    before, after = protocols = versions[0].protocol, versions[1].protocol
    said = counting(opinions[0]), counting(opinions[1])
    by_rule = standings[0].by_rule, standings[1].by_rule
    final = standings[0].final, standings[1].final
    changed = tuple(changes(before, after))
    return Preview(
        against="",
        records=len(titles),
        changes=changed,
        flips=tuple(_flips(shift.flipped, integrity, protocols, final, said)),
        clashes=tuple(_clashes(titles, by_rule, said)),
        overruled=sum(_contradicts(v, by_rule[1][p]) for p, v in said[1].items() if p in titles),
        stale=tuple(_stale(titles, changed, versions[1], opinions[2], opinions[1])),
        deltas=tuple(deltas(before, after, *shift.counts)),
        gold=None if gold is None else _measured(gold, *by_rule),
        to_humans=shift.to_humans,
        from_humans=shift.from_humans,
        minutes_per_record=0.0,
        besides=tuple(besides((before, versions[0].decisions), (after, versions[1].decisions))),
    )


def _again(
    records: Sequence[Record],
    integrity: Sequence[Integrity],
    versions: tuple[Version, Version],
    said: tuple[Mapping[str, Verdict], Mapping[str, Verdict]],
    stood: Standing,
) -> Standing:
    """The standing of the version after: only what could flip is judged again."""
    before, after = (version.protocol for version in versions)
    could = {record.pmid for record in could_flip(records, integrity, before, after)}
    could |= {p for p in {**said[0], **said[1]} if _said(said[0], p) != _said(said[1], p)}
    judged = [record for record in records if record.pmid in could]
    by_rule = _fates(judged, integrity, after, {})
    decided = [record for record in judged if record.pmid in said[1]]
    final = {**by_rule, **_fates(decided, integrity, after, said[1])}
    return Standing({**stood.by_rule, **by_rule}, {**stood.final, **final})


def _said(verdicts_: Mapping[str, Verdict], pmid: str) -> Fate | None:
    return _fate(verdicts_[pmid]) if pmid in verdicts_ else None


def _fates(
    records: Sequence[Record],
    integrity: Sequence[Integrity],
    protocol: Protocol,
    said: Mapping[str, Verdict],
) -> dict[str, Fate]:
    rows = screen(records, integrity, protocol.criteria, said, protocol.mesh)
    return {row.pmid: Fate(row.outcome, row.criterion) for row in rows}


def in_force(version: Version) -> dict[str, Verdict]:
    """The verdicts that outrank the rules, by PMID, as screening reads them."""
    return counting(heard(version))


def counting(opinions: Heard) -> dict[str, Verdict]:
    """Those verdicts that outrank the rules."""
    return {pmid: verdict for pmid, verdict in opinions.items() if outranks(verdict)}


def heard(version: Version) -> dict[str, Verdict]:
    """What reviewers' decisions come to, by PMID, whether they count yet or not."""
    protocol = version.protocol
    asked = hashes(protocol.criteria)
    return verdicts(version.decisions, protocol.reviewers, TITLE_ABSTRACT, asked)


def _fate(verdict: Verdict) -> Fate:
    return Fate(verdict.outcome, verdict.criterion)


def _rows(
    records: Sequence[Record], integrity: Sequence[Integrity], of: Protocol
) -> dict[str, Screened]:
    return {row.pmid: row for row in screen(records, integrity, of.criteria, {}, of.mesh)}


def _flips(
    flipped: Sequence[Record],
    integrity: Sequence[Integrity],
    protocols: tuple[Protocol, Protocol],
    final: tuple[Mapping[str, Fate], Mapping[str, Fate]],
    said: tuple[Mapping[str, Verdict], Mapping[str, Verdict]],
) -> Iterator[Flip]:
    old, new = (_rows(flipped, integrity, protocol) for protocol in protocols)
    for record in flipped:
        pmid = record.pmid
        fates = final[0][pmid], final[1][pmid]
        yield _flip(record, fates, (old[pmid], new[pmid]), (said[0].get(pmid), said[1].get(pmid)))


def _flip(
    record: Record,
    fates: tuple[Fate, Fate],
    rows: tuple[Screened, Screened],
    said: tuple[Verdict | None, Verdict | None],
) -> Flip:
    settled = {fate.criterion for fate in fates} - {""}
    by = next((v.reviewer for v in reversed(said) if v), "rule") if said[0] != said[1] else "rule"
    old, new = (_words(row, settled) for row in rows)
    return Flip(record.pmid, record.title, fates[0], fates[1], old, new, by)


def _words(row: Screened, settled: set[str]) -> tuple[Words, ...]:
    """The words that met the criteria which settle the record, each once, case aside."""
    found: dict[str, dict[str, str]] = {}
    for match in row.matched:
        if match.criterion in settled:
            found.setdefault(match.criterion, {}).setdefault(match.text.casefold(), match.text)
    return tuple(Words(criterion, tuple(texts.values())) for criterion, texts in found.items())


def _contradicts(verdict: Verdict | None, fate: Fate) -> bool:
    return verdict is not None and {verdict.outcome, fate.outcome} == DEFINITE


def _clashes(
    titles: Mapping[str, str],
    ruled: tuple[Mapping[str, Fate], Mapping[str, Fate]],
    said: tuple[Mapping[str, Verdict], Mapping[str, Verdict]],
) -> Iterator[Clash]:
    """Contradictions that were not there before."""
    for pmid, verdict in said[1].items():
        if pmid not in titles or not _contradicts(verdict, ruled[1][pmid]):
            continue
        if not _contradicts(said[0].get(pmid), ruled[0][pmid]):
            fates = ruled[0][pmid], ruled[1][pmid]
            yield Clash(pmid, titles[pmid], _fate(verdict), verdict.reviewer, *fates)


def _stale(
    titles: Mapping[str, str],
    changed: Sequence[Change],
    version: Version,
    old: Heard,
    new: Heard,
) -> Iterator[Stale]:
    """Verdicts that the edit makes stale; where no hash was noted, by the criterion they name."""
    unlike = {change.id for change in changed if change.how in UNLIKE}
    noted = {decision.pmid for decision in version.decisions if decision.under}
    rows = by_record(version.decisions, TITLE_ABSTRACT)
    for pmid, verdict in new.items():
        newly = verdict.stale and not old[pmid].stale
        by_name = pmid not in noted and verdict.criterion in unlike
        if pmid in titles and (newly or by_name):
            made = grounds(rows[pmid], version.protocol.reviewers)
            yield Stale(pmid, titles[pmid], {row.reviewer: said_by(row) for row in made})


def _measured(
    gold: Mapping[str, str], old: Mapping[str, Fate], new: Mapping[str, Fate]
) -> Measured:
    outcomes = [{p: fates[p].outcome for p in gold if p in fates} for fates in (old, new)]
    lost, regained = (
        tuple(
            pmid
            for pmid, wanted in gold.items()
            if wanted == "include" and pmid in new
            and one[pmid] != "exclude" and other[pmid] == "exclude"
        )
        for one, other in (outcomes, outcomes[::-1])
    )  # fmt: skip
    before, after = (accuracy(gold, known) for known in outcomes)
    return Measured(before, after, lost, regained, len(gold.keys() - new.keys()))
