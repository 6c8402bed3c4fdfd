"""The data dictionary: what each column of the review's tables means, said once for all formats."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from perennial.errors import LedgerError

STRING, INTEGER, BOOLEAN, LIST = "string", "integer", "boolean", "list"
_KINDS: dict[Any, str] = {str: STRING, int: INTEGER, bool: BOOLEAN}
_NAMES = "names of config/evidence.yaml"
_WHERE = "code points from 0, within the passage"
_JUDGED = "shown; not stated"

# Table → column → (what it means, its unit or values; "" where it is free text).
DESCRIBED: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "evidence": {
        "pmid": ("The study that the statement is drawn from.", "PubMed identifier"),
        "factor": (
            "What acts: the official symbol of a gene, or the vocabulary's name of an agent, a"
            " cell or a process.",
            _NAMES,
        ),
        "direction": ("What more of the factor does; a loss is already turned round.", ""),
        "condition": (
            "The condition, such as a disease, in which it was seen; empty where not said.",
            _NAMES,
        ),
        "site": ("The part of the body where it was seen; empty where not said.", _NAMES),
        "model": ("The kind of experiment or patients; empty where not said.", _NAMES),
        "quote": ("The words of the text that state it, exactly.", ""),
        "section": (
            "The part of the text that holds the quote.",
            "title; abstract; or of a full text the kind of section and its number, as results.3",
        ),
        "start": ("Where the quote begins.", _WHERE),
        "end": ("Where the quote ends: the first place after it.", _WHERE),
        "id": ("A short hash that names the statement and stays when others come.", "unique"),
        "factor_kind": ("What kind of thing the factor is.", "gene; family; agent; cell; process"),
        "factor_text": ("The words that named the factor.", ""),
        "perturbation": (
            "What the experiment did to the factor; empty where it was only observed.",
            "gain; loss",
        ),
        "mechanism": ("The section of the review that the statement belongs to.", ""),
        "species": ("The organism that the experiment was made in; empty where not said.", _NAMES),
        "standing": (
            "In what role the text says it: as its own result, as what was known, as what it"
            " supposes, or of several factors together and of none alone.",
            "result; background; hypothesis; combination",
        ),
        "text_sha256": ("SHA-256 of the passage, in UTF-8, that the offsets count in.", "hex"),
        "rule": (
            "The sentence pattern that drew the statement; empty if a person added it.",
            "ids of config/evidence.yaml",
        ),
        "reviewed": (
            "What reviewers said of it; empty where none has looked. In a conflict it stands as it"
            " was drawn.",
            "confirmed; corrected; added; conflict",
        ),
        "corrected_from": (
            "What a correction changed, as it was before.",
            "column and former value, parted by semicolons",
        ),
        "basis": (
            "Whether the factor was changed by the experiment, or only seen together with the"
            " effect; empty where the words decide neither.",
            "perturbed; associated",
        ),
        "set_aside": (
            "Whether the study carries a notice, such as a retraction, for which it does not"
            " count.",
            "true; false",
        ),
    },
    "studies": {
        "pmid": ("The study.", "PubMed identifier, unique"),
        "title": ("Its title as PubMed gives it.", ""),
        "first_author": (
            "Family name and initials of the first author, or the group; empty where the record"
            " has none.",
            "",
        ),
        "year": ("The year of publication; 0 where the record gives none.", "year"),
        "journal": ("The journal's full title.", ""),
        "doi": ("Its DOI, without an address before it; empty where the record has none.", "DOI"),
        "design": (
            "The kinds of study it is, parted by semicolons; empty where the text shows none.",
            "designs of config/evidence.yaml",
        ),
        "conditions": ("The conditions that its text names, the most frequent first.", _NAMES),
        "sites": ("The parts of the body that its text names, the most frequent first.", _NAMES),
        "models": ("The experiments that its text names, the most frequent first.", _NAMES),
        "species": ("The organisms that its text names, the most frequent first.", _NAMES),
        "tier": (
            "How close its evidence is to showing that a factor causes an effect; empty where the"
            " text does not decide it.",
            "tiers of config/appraisal.yaml",
        ),
        "integrity": (
            "Kinds of notices that it carries.",
            "retracted; concern; editor's note; corrected; republished",
        ),
        "statements": ("How many rows of the table of evidence come from it.", "count"),
        "text": ("How much of it was read.", "title; title and abstract; full text"),
        "set_aside": (
            "Whether it was read but, for a notice such as a retraction, does not count.",
            "true; false",
        ),
        "tier_why": ("The rule that gave the tier, in words.", ""),
        "viability": ("Whether its text reports that what it studied was alive.", _JUDGED),
        "reversibility": (
            "Whether its text reports that the state it studied can be undone.",
            _JUDGED,
        ),
        "reported": (
            "Points of the appraisal that its text reports.",
            "ids of config/appraisal.yaml",
        ),
        "not_reported": (
            "Points of the appraisal, asked of its designs, that its text does not report; they"
            " may have been done all the same.",
            "ids of config/appraisal.yaml",
        ),
        "shown": (
            "The words behind each point that is reported: its id, the quote, the section, and"
            " where in the section the quote stands.",
            "",
        ),
    },
    "screening": {
        "pmid": ("The record that was screened.", "PubMed identifier, unique"),
        "outcome": ("What became of it; human: it waits for a person.", "include; exclude; human"),
        "criterion": (
            "The criterion that settled it; empty where all rules let it pass.",
            "",
        ),
        "matched": ("The words that met the criteria, each after the field that holds it.", ""),
        "reason": ("Why, in words.", ""),
        "decided_by": ("Who settled it.", "rule, or a reviewer's name"),
        "title": ("The record's title as PubMed gives it.", ""),
    },
}
# Columns whose values are fixed by the package, so that a validator may insist on them.
FIXED = (
    *(("evidence", name) for name in ("factor_kind", "perturbation", "standing", "reviewed")),
    *(("evidence", "basis"), ("screening", "outcome")),
    *(("studies", name) for name in ("viability", "reversibility")),
)


@dataclass(frozen=True)
class Column:
    """A column as every format tells of it.

    ``kind`` is STRING, INTEGER, BOOLEAN or LIST (of strings); ``values`` says in words what it
    may hold, or its unit; ``codes`` are values that config names, each with its meaning.
    """

    name: str
    kind: str
    description: str
    values: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()  # all that it may hold beside nothing; (): anything


def columns(
    table: str, hints: Mapping[str, Any], codes: Mapping[str, Mapping[str, str]]
) -> tuple[Column, ...]:
    """The columns of ``table``, described; ``hints`` are their Python types, in order.

    Raises ``LedgerError`` for a column that nobody has described: no table is published with
    a column that its reader would have to guess at.
    """
    if unknown := [name for name in hints if name not in DESCRIBED[table]]:
        raise LedgerError(f"nothing describes these columns of {table}: {', '.join(unknown)}")
    return tuple(_column(table, name, hint, codes.get(name, {})) for name, hint in hints.items())


def _column(table: str, name: str, hint: Any, codes: Mapping[str, str]) -> Column:
    description, values = DESCRIBED[table][name]
    allowed = tuple(values.split("; ")) if (table, name) in FIXED else ()
    return Column(name, kind(hint), description, values, codes, allowed)


def kind(hint: Any) -> str:
    """The kind of a column that holds values of a Python type; tuples of anything are lists."""
    return LIST if typing.get_origin(hint) is tuple else _KINDS[hint]


def hints_of(rows: Iterable[Any], otherwise: type) -> dict[str, Any]:
    """Field → type of the dataclass that ``rows`` are of, or of ``otherwise`` if there is none."""
    row_type = next((type(row) for row in rows), otherwise)
    known = typing.get_type_hints(row_type)
    return {each.name: known[each.name] for each in dataclasses.fields(row_type)}
