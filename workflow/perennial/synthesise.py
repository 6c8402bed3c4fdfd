"""The synthesis: what the results of the included studies say of each baseline claim.

A statement bears on a claim when their factors agree, or when its factor is a member of the
family that the claim is about; a family says nothing of one member, nor one member of another.
It then supports the claim,
contradicts it, or is unclear: it points neither way, or was made in a context that the
claim excludes. Statements are never averaged: findings that disagree are listed side by
side, with the contexts that keep them apart (``contradictions``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from perennial.claim import Audit, Claim, Comparison, Expectation, Synthesis
from perennial.contradictions import Families, contradictions, values
from perennial.errors import InputError
from perennial.imports.ids import sort_key
from perennial.passage import Statement
from perennial.stances import Stances

NO_FAMILIES: Families = {}

SUPPORTS, CONTRADICTS, UNCLEAR = "supports", "contradicts", "unclear"

# What a claim has only where it is a claim of the review that this one updates.
_OF_A_REVIEW = ("reference", "study", "provenance", "error", "note")

_CONTRACT = "the keys are described in workflow/schemas/baseline.schema.json"


def load_claims(document: Mapping[str, Any]) -> tuple[Claim, ...]:
    """Read the claims of a parsed ``config/baseline.yaml``, in its order.

    There are none where no review is updated and none is watched. Raises ``InputError`` if a key
    is missing or two claims share an id.
    """
    if "claims" not in document:
        raise InputError("there are no claims", hint=_CONTRACT)
    claims = tuple(_claim(entry) for entry in document["claims"])
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            raise InputError(f"two claims are called {claim.id}", hint="give each its own id")
        seen.add(claim.id)
    return claims


def with_pmids(claims: Iterable[Claim], pmids: Mapping[str, str]) -> tuple[Claim, ...]:
    """Name each claim's study by its PMID where ``pmids`` (DOI in lower case → PMID) has it.

    Without this a study known by DOI only cannot be told from an independent one.
    """
    return tuple(
        replace(claim, study=pmids.get(claim.study.lower(), claim.study)) for claim in claims
    )


def synthesise(
    claims: Sequence[Claim],
    statements: Sequence[Statement],
    years: Mapping[str, int],
    stances: Stances,
    since: int,
    families: Families = NO_FAMILIES,
) -> Synthesis:
    """Audit every claim against the results, and list where results or claims disagree.

    ``years`` gives the year of each study (pmid → year, 0 unknown); a study is new if its year is
    ``since`` or later: any, where no review is updated and that is 0. ``families`` gives the
    members of a factor that is a family. Only statements with standing ``result`` count; their
    order does not matter. Raises ``InputError`` for a study without a year entry or a direction
    that ``stances`` does not have.
    """
    _known(claims, statements, years, stances)
    results = [s for s in statements if s.standing == "result"]
    results.sort(key=lambda s: _reading_order(s, years))
    by_factor = _grouped(results)
    audits = tuple(_audit(claim, by_factor, years, stances, since, families) for claim in claims)
    against = contradictions(results, claims, stances, families)
    return Synthesis(tuple(claims), audits, against)


def compare(
    kind: str,
    synthesis: Synthesis,
    statements: Sequence[Statement],
    counted: Iterable[str],
    otherwise: Iterable[str],
    years: Mapping[str, int],
    stances: Stances,
    since: int,
    families: Families = NO_FAMILIES,
) -> Comparison:
    """Audit the claims of ``synthesis`` over the studies ``otherwise`` in place of ``counted``.

    Both are PMIDs; ``statements`` are those of all studies. The rest is as for ``synthesise``.
    """
    now, then = set(counted), set(otherwise)
    kept = _of(statements, then)
    again = synthesise(synthesis.claims, kept, years, stances, since, families).audits
    pairs = zip(synthesis.audits, again, strict=True)
    altered = tuple(new for old, new in pairs if old != new)
    return Comparison(kind, _by_number(now - then), _by_number(then - now), altered)


def _of(statements: Iterable[Statement], pmids: set[str]) -> list[Statement]:
    return [statement for statement in statements if statement.pmid in pmids]


def _by_number(pmids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(pmids, key=sort_key))


@dataclass(frozen=True, slots=True)
class Tally:
    """Studies that bear on a claim; independent ones unless said otherwise."""

    supporting: int
    supporting_new: int
    contradicting: int
    divided: int  # results on either side within one study, which is counted on neither
    unclear_new: int
    own: tuple[str, ...]  # where the results of the claim's own study stand
    misprinted: bool  # the baseline review is known to state the claim wrongly


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the status table."""

    status: str
    holds: Callable[[Tally], bool]
    words: str


# The first row that holds gives the status. Confirmation must be both independent and new;
# a contradiction counts whenever it was published, since age does not make it less true.
# A claim that is printed wrongly is at best refined: what holds is its corrected form.
RULES = (
    Rule(
        "refined",
        lambda t: t.supporting > 0 and t.contradicting > 0,
        "independent studies stand on both sides",
    ),
    Rule("refined", lambda t: t.divided > 0, "a study has results on both sides"),
    Rule(
        "contradicted",
        lambda t: t.contradicting > 0,
        "independent studies contradict it and none supports it",
    ),
    Rule(
        "refined",
        lambda t: t.misprinted and (t.supporting > 0 or SUPPORTS in t.own),
        "it holds in its corrected form, not as the baseline review words it",
    ),
    Rule(
        "confirmed",
        lambda t: t.supporting_new > 0,
        "new independent studies support it and none contradicts it",
    ),
    Rule(
        "not re-examined",
        lambda t: t.supporting > 0,
        "independent studies support it, but none is new",
    ),
    Rule(
        "not re-examined",
        lambda t: t.unclear_new > 0,
        "new independent studies touch it only in another context or aspect",
    ),
    Rule(
        "not re-examined",
        lambda t: SUPPORTS in t.own,
        "nothing but its own study, re-read here, supports it",
    ),
    Rule("not re-examined", lambda t: True, "no result supports or contradicts it"),
)


def bearing(expected: Expectation, statement: Statement, stances: Stances) -> str:
    """How a statement on the expected factor bears on one expectation.

    A context the statement leaves open does not disagree.
    """
    if not _same_context(expected, statement):
        return UNCLEAR
    pair = (stances.of[expected.direction], stances.of[statement.direction])
    if pair[0] == pair[1]:
        return SUPPORTS
    return CONTRADICTS if stances.opposed(*pair) else UNCLEAR


def _same_context(expected: Expectation, statement: Statement) -> bool:
    pairs = ((expected.condition, statement.condition), (expected.site, statement.site))
    return all(not wanted or not found or wanted in values(found) for wanted, found in pairs)


def _bearing_on(claim: Claim, statement: Statement, stances: Stances, families: Families) -> str:
    """The one place of a statement: what meets two expectations opposite ways decides nothing.

    What the claim expects of the very factor goes before what it expects of its family.
    """
    by_name = [e for e in claim.expects if e.factor == statement.factor]
    by_family = [e for e in claim.expects if statement.factor in families.get(e.factor, ())]
    expected = by_name or by_family
    decided = {bearing(e, statement, stances) for e in expected} - {UNCLEAR}
    return decided.pop() if len(decided) == 1 else UNCLEAR


def _audit(
    claim: Claim,
    by_factor: Mapping[str, Sequence[Statement]],
    years: Mapping[str, int],
    stances: Stances,
    since: int,
    families: Families,
) -> Audit:
    placed: dict[str, list[Statement]] = {SUPPORTS: [], CONTRADICTS: [], UNCLEAR: []}
    named = {expected.factor for expected in claim.expects}
    factors = named.union(*(families.get(name, ()) for name in named))
    met = [s for factor in factors for s in by_factor.get(factor, ())]
    met.sort(key=lambda s: _reading_order(s, years))
    for statement in met:
        placed[_bearing_on(claim, statement, stances, families)].append(statement)
    tally = _tally(claim, placed, years, since)
    rule = next(rule for rule in RULES if rule.holds(tally))
    supports, contradicts, unclear = (_ids(placed[side]) for side in placed)
    words = rule.words if since else rule.words.removeprefix("new ")
    why = f"{words} ({_in_words(tally, since)})"
    return Audit(claim.id, rule.status, supports, contradicts, unclear, why)


def _tally(
    claim: Claim, placed: Mapping[str, Sequence[Statement]], years: Mapping[str, int], since: int
) -> Tally:
    studies = {side: {s.pmid for s in rows} for side, rows in placed.items()}
    others = {side: pmids - {claim.study} for side, pmids in studies.items()}
    divided = others[SUPPORTS] & others[CONTRADICTS]
    others = {side: pmids - divided for side, pmids in others.items()}
    new = {side: sum(years[p] >= since for p in pmids) for side, pmids in others.items()}
    return Tally(
        supporting=len(others[SUPPORTS]),
        supporting_new=new[SUPPORTS],
        contradicting=len(others[CONTRADICTS]),
        divided=len(divided),
        unclear_new=new[UNCLEAR],
        own=tuple(side for side, pmids in studies.items() if claim.study in pmids),
        misprinted=bool(claim.error),
    )


def _in_words(tally: Tally, since: int) -> str:
    """The counts that are not nought; none at all is said in a word."""
    on = f" from {since} on" if since else ""
    counts = [
        (
            tally.supporting,
            f"supporting, of which {tally.supporting_new}{on}" if on else "supporting",
        ),
        (tally.contradicting, "contradicting"),
        (tally.divided, "on both sides"),
        (tally.unclear_new, f"unclear{on}"),
    ]
    told = [f"{count} {what}" for count, what in counts if count]
    own = f"; its own study: {' and '.join(tally.own)}" if tally.own else ""
    return f"independent studies: {'; '.join(told) or 'none'}{own}"


def _known(
    claims: Iterable[Claim],
    statements: Iterable[Statement],
    years: Mapping[str, int],
    stances: Stances,
) -> None:
    codes = {s.direction for s in statements} | {e.direction for c in claims for e in c.expects}
    if odd := sorted(codes - set(stances.of)):
        raise InputError(
            f"there are no directions {', '.join(odd)}",
            hint="add them to the directions of config/evidence.yaml",
        )
    if lost := sorted({s.pmid for s in statements} - set(years)):
        raise InputError(
            f"statements come from records that are not in the table: {', '.join(lost[:10])}",
            hint="evidence and records are out of step; run both stages again",
        )


def _grouped(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    groups: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        groups[statement.factor].append(statement)
    return dict(groups)


def _reading_order(statement: Statement, years: Mapping[str, int]) -> tuple[Any, ...]:
    place = (statement.section, statement.start, statement.end, statement.id)
    return (years[statement.pmid], statement.pmid, *place)


def _ids(statements: Iterable[Statement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s.id for s in statements))


def _claim(entry: Mapping[str, Any]) -> Claim:
    name = entry.get("id", "without an id")
    try:
        return Claim(
            **{key: str(entry[key]) for key in ("id", "mechanism", "text")},
            **{key: str(entry.get(key, "")) for key in _OF_A_REVIEW},
            expects=tuple(_expectation(item) for item in entry["expects"]),
        )
    except KeyError as error:
        raise InputError(f"the claim {name} has no {error.args[0]}", hint=_CONTRACT) from error


def _expectation(item: Mapping[str, Any]) -> Expectation:
    narrowed = {key: str(item.get(key, "")) for key in ("condition", "site")}
    return Expectation(factor=str(item["factor"]), direction=str(item["direction"]), **narrowed)
