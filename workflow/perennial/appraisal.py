"""The appraisal: what a study's text reports of how it was done, with the words that report it.

It finds words and judges nothing: that a text is silent on an item does not show that the
item was neglected, least of all where only an abstract was read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perennial.errors import InputError
from perennial.extract import phrasing, sentences
from perennial.extract.masked import tokens
from perennial.extract.phrasing import Phrases
from perennial.passage import Passage
from perennial.tier import Tiers, load_tiers

VIABILITY, REVERSIBILITY = "viability", "reversibility"  # items with a column of their own
# What a document may leave out; nothing is then asked of it.
LEFT_OUT: Mapping[str, Any] = {
    **dict.fromkeys(("tier_rules", "changed", "groups", "skipped", "open", "items"), ()),
    **dict.fromkeys(("barriers", "conjunctions"), ()),
    **{key: {} for key in ("designs", "tiers", "denials", "phrases")},
}
# Sentences kept of one item: enough to check it, and no study's row grows without bound.
MOST = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """Words that report an item: ``quote == passage.text[start:end]`` of (pmid, section)."""

    item: str
    section: str
    start: int
    end: int
    quote: str

    def __str__(self) -> str:
        return f"{self.item}: “{self.quote}” ({self.section}, {self.start}–{self.end})"


@dataclass(frozen=True, slots=True)
class Item:
    """One question to a text; ``unless``: words of a sentence that speaks of something else."""

    id: str
    designs: tuple[str, ...]  # asked of studies with any of these; of all if there is none
    cues: re.Pattern[str]
    unless: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Checklist:
    """config/appraisal.yaml as checked, compiled values."""

    tiers: Tiers
    items: tuple[Item, ...]
    skipped: tuple[str, ...]  # section types that are not read
    open: re.Pattern[str]  # a sentence with these words shows nothing
    denied_before: re.Pattern[str]  # found at the end of what stands before a cue
    denied_after: re.Pattern[str]  # found at the beginning of what follows it


def load_checklist(document: Mapping[str, Any]) -> Checklist:
    """Compile a document that satisfies ``appraisal.schema.json``.

    Raises ``InputError`` naming the key for what a schema cannot see: an item defined twice, an
    unknown design, list or group, a bad expression.
    """
    document = {**LEFT_OUT, **document}
    known = phrasing.phrases(
        document["phrases"], (), document["barriers"], document["conjunctions"]
    )
    groups = {group["id"]: tuple(group.get("designs", ())) for group in document["groups"]}
    _known(groups, document["designs"])
    before, after = (
        _any(document["denials"].get(key, ()), known, f"denials.{key}")
        for key in ("before", "after")
    )
    return Checklist(
        tiers=load_tiers(document, known),
        items=tuple(_items(document["items"], groups, known)),
        skipped=tuple(document["skipped"]),
        open=_any(document["open"], known, "open"),
        denied_before=re.compile(rf"(?<!\S)(?:{before.pattern}) $"),
        denied_after=re.compile(rf"^ (?:{after.pattern})"),
    )


def _known(groups: Mapping[str, Sequence[str]], designs: Collection[str]) -> None:
    for group, named in groups.items():
        if odd := sorted(set(named) - set(designs)):
            raise InputError(
                f"groups: {group} names the design {odd[0]!r}, which is not defined",
                hint=f"designs: {', '.join(designs)}",
            )


def _items(
    entries: Sequence[Mapping[str, Any]], groups: Mapping[str, tuple[str, ...]], known: Phrases
) -> Iterator[Item]:
    seen: set[str] = set()
    for i, entry in enumerate(entries):
        if entry["id"] in seen:
            raise InputError(f"items[{i}].id: the item {entry['id']!r} is defined twice")
        if entry["group"] not in groups:
            raise InputError(
                f"items[{i}].group: there is no group {entry['group']!r}",
                hint=f"groups: {', '.join(groups)}",
            )
        seen.add(entry["id"])
        yield Item(
            entry["id"],
            groups[entry["group"]],
            _any(entry["cues"], known, f"items[{i}].cues"),
            _any(entry.get("unless", ()), known, f"items[{i}].unless"),
        )


def _any(texts: Sequence[str], known: Phrases, path: str) -> re.Pattern[str]:
    """One expression for a list, each member checked under its own index."""
    each = [
        phrasing.over_tokens(text, known, f"{path}[{i}]").pattern for i, text in enumerate(texts)
    ]
    return re.compile("|".join(each) or r"(?!)")


def asked(designs: Sequence[str], checklist: Checklist) -> tuple[str, ...]:
    """The ids of the items that a study of these ``designs`` is asked, in their order."""
    return tuple(
        item.id for item in checklist.items if not item.designs or set(item.designs) & set(designs)
    )


def appraise(
    passages: Sequence[Passage], designs: Sequence[str], checklist: Checklist
) -> tuple[Shown, ...]:
    """The words of ``passages`` that report what a study of these ``designs`` is asked.

    In the order of the items and then of the text, ``MOST`` sentences of an item. What is
    denied, supposed, or told of other people's work reports nothing.
    """
    wanted = set(asked(designs, checklist))
    told = [
        (line, passage, start, end)
        for passage in passages
        for start, end in sentences_read(passage, checklist)
        if not checklist.open.search(line := tokens(passage.text[start:end]))
    ]
    return tuple(
        shown
        for item in checklist.items
        if item.id in wanted
        for shown in _of(item, told, checklist)
    )


def _of(
    item: Item, told: Sequence[tuple[str, Passage, int, int]], checklist: Checklist
) -> list[Shown]:
    found = [
        Shown(item.id, passage.section, start, end, passage.text[start:end])
        for line, passage, start, end in told
        if reported(item, line, checklist)
    ]
    return found[:MOST]


def reported(item: Item, line: str, checklist: Checklist) -> bool:
    """Whether ``line`` (tokens divided by one blank) has a cue of ``item`` and does not deny it."""
    if item.unless.search(line):
        return False
    return any(
        not checklist.denied_before.search(line[: cue.start()])
        and not checklist.denied_after.search(line[cue.end() :])
        for cue in item.cues.finditer(line)
    )


def sentences_read(passage: Passage, checklist: Checklist) -> list[tuple[int, int]]:
    """Offsets of the sentences of a passage; none of a section that is not read."""
    if passage.section.partition(".")[0] in checklist.skipped:
        return []
    return sentences.spans(passage.text)
