"""Every quantity of a review, counted from its raw parts by ways of their own.

A phrase is text of the page in which the numbers between ⟦ and ⟧ are counted here; … stands for
any words between. Nothing of ``perennial.render`` but the types is used.
"""

from __future__ import annotations

import csv
import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import between
import pictured
from counts import MONTHS, Counts, day, n, numbered, studies
from perennial.claim import Audit
from perennial.passage import Statement
from perennial.render.review import Review

CHECKLIST = Path(__file__).parents[1] / "data/render/checklist.tsv"
TITLES = {
    "prisma2020": "PRISMA 2020",
    "prisma-abstracts": "PRISMA 2020 for Abstracts",
    "prisma-s": "PRISMA-S",
    "prisma-lsr": "PRISMA-LSR",
}
# Of the literature and of standards, and of no review: what the templates cite.
FIXED = (
    *("PRISMA 2020", "SHA-256", "BMJ 2021;372:n71", "table 2", "Syst Rev 2021;10:39"),
    *("BMJ 2024;387:e079183", "Systematic Reviews 2020;9:273", "95 % interval"),
)


def phrases(review: Review) -> Iterator[str]:
    """All that the page may say with a number."""
    made = Counts(review)
    for part in (
        _told,
        _flow,
        _search,
        _changes,
        _living,
        _cited,
        _evidence,
        _audits,
        pictured.phrases,
    ):
        yield from part(review, made)
    yield from between.phrases(review, day)
    yield from _people(review)
    yield from _corrected(review)


def _told(review: Review, made: Counts) -> Iterator[str]:
    """The sentences of the abstract and of its like."""
    count, aside = made.boxes, len(made.aside)
    full = sum(study.text == "full text" for study in made.included)
    yield f"Of {n(count['identified'], 'record')} identified"
    yield f"{n(count['screened'], 'record')} screened"
    yield f"{n(count['screened'], 'scientific report')}"
    for verb in ("is", "are"):
        yield f"{studies(count['included'])} {verb} included"
        yield f"{studies(aside)} {verb} set aside"
        yield f"and ⟦{count['included']}⟧ {verb} included"
        yield f"Of the excluded, ⟦{aside}⟧ {verb} set aside"
    yield f"rests on {studies(count['included'])}"
    yield f"⟦{full}⟧ were read in full"
    yield f"⟦{full}⟧ was read in full"
    waiting = n(count["awaiting"], "record")
    yield from (f"{waiting} {verb}" for verb in ("await", "awaits", "could be"))
    yield from (f"{waiting} awaits a decision", f"{waiting} await a person’s decision")
    yield f"⟦{count['removed']}⟧ left before screening"
    for verb in ("was", "were"):
        yield f"⟦{count['excluded']}⟧ {verb} excluded"
        yield f"{n(count['excluded'], 'record')} {verb} excluded"
    yield f"⟦{count['awaiting']}⟧ await"
    figures = (
        ("identified", "record identified", "records identified"),
        ("screened", "record screened", "records screened"),
        ("included", "study included", "studies included"),
        ("awaiting", "record awaits a decision", "records await a decision"),
    )
    for box, *words in figures:
        yield from (f"{word} ⟦{count[box]}⟧" for word in words)
    yield from (f"{s} extracted ⟦{len(made.stated)}⟧" for s in ("statement", "statements"))
    yield from (f"{s} set aside ⟦{aside}⟧" for s in ("study", "studies"))
    yield f"Included studies (⟦{count['included']}⟧)"
    yield f"then those set aside (⟦{aside}⟧)"
    every = n(len(review.statements), "statement")
    yield from (f"{every}, those of studies", f"{every}, by factor")
    yield f"any of the ⟦{len(made.stated)}⟧"
    checked = sum(bool(s.reviewed) for s in made.stated)
    yield f"People have checked ⟦{checked}⟧ of ⟦{len(made.stated)}⟧"
    for study in review.studies:
        own = sum(s.pmid == study.pmid for s in review.statements)
        tail = ", not counted" if study.set_aside else ""
        yield f"Study={_name(review, study.pmid)} […Statements=⟦{own}⟧{tail}"
    carried = len({notice.pmid for notice in review.integrity})
    yield from (f"{n(carried, 'record')} {verb} a notice" for verb in ("carry", "carries"))
    criteria = n(len(review.criteria), "criterion", "criteria")
    yield from (f"judged by {criteria}", f"was put to {criteria}")
    hand = sum(row.decided_by != "rule" for row in review.screened)
    yield from (f"{n(hand, 'outcome')} {verb} people’s" for verb in ("is", "are"))
    yield from (f"{n(hand, 'outcome')} {verb} theirs" for verb in ("is", "are"))
    seen = sum(s.standing == "result" and s.basis == "associated" for s in made.stated)
    yield from (f"⟦{seen}⟧ {words} on things" for words in ("result stands", "results stand"))
    agents = {s.factor for s in made.results if s.factor_kind == "agent"}
    yield f"The results tell of {n(len(agents), 'agent')}"
    yield f"one of the ⟦{len(review.directions)}⟧ below"
    yield f"wrong in {n(len(review.baseline_errors), 'place')}"
    yield f"by identifier… ⟦{len(review.ledger.search.named)}⟧"
    yield f"for {n(len(review.ledger.search.named), 'record')} asked for by identifier"


def _name(review: Review, pmid: str) -> str:
    return f"{review.records[pmid].authors[0].family} {review.records[pmid].year}"


def _flow(review: Review, made: Counts) -> Iterator[str]:
    """The boxes, in the diagram and in its table."""
    for box in review.flow.boxes:
        count = made.boxes.get(box.id, box.count)
        new = sum(pmid in made.new for pmid in box.pmids)
        yield f"{box.label} (n = ⟦{count}⟧)"
        yield f"Step={box.label} | Of these=all | Records=⟦{count}⟧"
        yield f"Step={box.label} | Of these=all | Records={count} | New=⟦{new}⟧"
        if review.step:
            yield f"{box.label} (n = {count})…since {day(review.step.day)} (n = ⟦{new}⟧)"
        for part in box.parts:
            count = made.parts.get((box.id, part.id), part.count)
            new = sum(pmid in made.new for pmid in part.pmids)
            yield f"{part.label} (n = ⟦{count}⟧)" if part.label else ""
            yield f"Step= | Of these={part.label} | Records=⟦{count}⟧"
            yield f"Step= | Of these={part.label} | Records={count} | New=⟦{new}⟧"
            if box.id == "excluded":
                yield f"{part.label}: {n(count, 'record')}"
    if review.step:
        step, total = review.step, made.boxes["included"]
        still, struck, dropped = total - len(step.joined), len(step.struck), len(step.dropped)
        before = ("Studies included before " + day(step.day), still + struck + dropped)
        found = sum(pmid in made.new for pmid in step.joined)
        rest = (
            ("Still included", still),
            ("Set aside since, for a notice", struck),
            ("No longer included, for another reason", dropped),
            ("Studies newly included", len(step.joined)),
            ("Found since", found),
            ("Found before", len(step.joined) - found),
        )
        for label, count in (before, *rest):
            yield from (f"{label} (n = ⟦{count}⟧)", f"={label} | … Records=⟦{count}⟧ | New=")
            yield f"={label} | Records=⟦{count}⟧ | New="


def _search(review: Review, made: Counts) -> Iterator[str]:
    search, ledger = review.ledger.search, review.ledger
    yield f"with {n(len(search.strategies), 'strategy', 'strategies')}"
    yield from (f"{n(len(search.named), 'identifier')} {v} asked for" for v in ("was", "were"))
    yield f"with ⟦{search.database.count}⟧ records"
    yield from (f"Version ⟦{review.version}⟧", f"version ⟦{review.version}⟧")
    yield from (f"={name} | …=⟦{value}⟧" for name, value in review.manifest.items())
    for found in search.strategies:
        warned = len(found.warnings)
        yield f"Strategy={found.id} | … | Records=⟦{found.count}⟧ | Warnings=⟦{warned}⟧"
        yield f"It found {n(found.count, 'record')}"
        yield f"{n(warned, 'warning')} of the server"
    given = sum(one.status == "returned" for one in search.named)
    for number, word in ((len(search.named) - given, "but not returned"), (given, "and returned")):
        yield from (f"{n(number, 'record')} {v} requested {word}" for v in ("was", "were"))
    lost = n(len(ledger.missing) + len(ledger.refused), "identifier")
    yield from (f"{lost} that a strategy listed", f"{lost} that the search listed")
    copies = n(made.parts["removed", "duplicates"], "copy", "copies")
    yield from (f"{copies} {verb} found" for verb in ("was", "were"))


def _changes(review: Review, made: Counts) -> Iterator[str]:
    step, changes = review.step, review.ledger.changes
    if not step:
        return
    last = changes[-1]
    joined, struck = studies(len(step.joined)), studies(len(step.struck))
    yield f"{joined} joined"
    for verb in ("was", "were"):
        yield from (f"{struck} {verb} set aside", f"{struck} {verb} taken out")
    yield f"{struck} that counted before"
    before = next(c for c in review.synthesis.comparisons if c.kind == "before the last change")
    now = {audit.claim: audit.status for audit in review.synthesis.audits}
    turned = sum(audit.status != now[audit.claim] for audit in before.altered)
    yield from (f"{n(turned, 'claim')} {w}" for w in ("has another", "have another"))
    yield from (f"{n(turned, 'claim')} of the older review {w}" for w in ("stands", "stand"))
    kept = n(len(before.altered) - turned, "claim")
    yield from (f"{kept} keeps its status", f"{kept} keep their status")
    fate = Counter(row.outcome for row in review.screened if row.pmid in set(last.new))
    yield from (f"{n(len(last.new), 'record')} {v} new" for v in ("was", "were"))
    yield f"⟦{fate['include']}⟧ included, ⟦{fate['exclude']}⟧ excluded"
    yield f"⟦{sum(p in made.aside for p in last.new)}⟧ of them set aside"
    rest = len(last.new) - fate.total()
    yield f"⟦{fate['human']}⟧ awaiting a person, ⟦{rest}⟧ not screened"
    yield from (f"{n(len(last.revised), 'record')} {v} revised" for v in ("was", "were"))
    own = sum(pmid in {study.pmid for study in review.studies} for pmid in last.revised)
    yield from (f"⟦{own}⟧ of them {v}" for v in ("is", "are"))
    for verb in ("bears on", "bear on"):
        yield f"{n(len(step.notices), 'new notice')} {verb}"
    yield from (f"{n(len(last.withdrawn), 'record')} {v} no longer" for v in ("is", "are"))
    edits = n(len(last.edits), "search strategy", "search strategies")
    yield from (f"{edits} {verb} edited" for verb in ("was", "were"))
    for change in changes[:-1]:
        told = [len(p) for p in (change.new, change.revised, change.withdrawn, change.edits)]
        heads = ("New records", "Revised", "Withdrawn", "Strategies edited")
        cells = " | ".join(f"{h}=⟦{c}⟧" for h, c in zip(heads, told, strict=True))
        first = " (the first search)" if change is changes[0] else ""
        yield f"Day={day(change.day)}{first} | {cells}"


def _living(review: Review, made: Counts) -> Iterator[str]:
    yield f"As stated={n(review.living.overlap_days, 'day')}"
    yield f"once {n(review.living.full_every_days, 'day')} have passed"
    edits = sum(len(change.edits) for change in review.ledger.changes)
    yield f"{n(edits, 'edit')} of the search strategies"


def _cited(review: Review, made: Counts) -> Iterator[str]:
    """References by their numbers; a name goes with the number of its own study."""
    for pmid, number in numbered(review).items():
        name, year = review.records[pmid].authors[0].family, review.records[pmid].year
        for who in (f"{name} {year}", name, f"PMID {pmid}"):
            yield f"{who} [⟦{number}⟧]"
        yield f"{name} [⟦{number}⟧]… | Year=⟦{year}⟧ | Standing="
    base = review.baseline_review
    if not base:
        return
    yield f"{base['journal']}. ⟦{base['year']}⟧. doi"
    yield f"{base['first_author']} {base['year']} [⟦1⟧]"
    yield "baseline review [⟦1⟧]"
    for s in review.statements:
        setting = " · ".join(dict.fromkeys(filter(None, (s.condition, s.site, s.model, s.species))))
        mark = "" if s.standing == "result" else f" {s.standing}"
        label = review.factors.get(s.factor, s.factor)
        flag = _gravest(review, s.pmid)
        told = f"{label} {setting}{mark} [⟦{numbered(review)[s.pmid]}⟧]{flag}"
        yield told.replace("  ", " ")
        yield f"characters ⟦{s.start:,}⟧–⟦{s.end:,}⟧"


def _gravest(review: Review, pmid: str) -> str:
    """The notice that stands beside a study; where there is none, what follows a citation."""
    kinds = {notice.kind for notice in review.integrity if notice.pmid == pmid}
    order = ("retracted", "concern", "editor's note", "corrected", "republished")
    return next((f" {kind.upper()}" for kind in order if kind in kinds), "¶")


def _evidence(review: Review, made: Counts) -> Iterator[str]:
    listed = {m.id for m in review.mechanisms}
    strands: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    hearsay: Counter[str] = Counter()
    for s in made.stated:
        mechanism = s.mechanism if s.mechanism in listed else ""
        if s.standing == "result":
            strands[mechanism, s.direction].append(s)
        else:
            hearsay[mechanism] += 1
    for (_, code), found in strands.items():
        count = f"{n(len(found), 'statement')} from {studies(made.studies_of(found))}"
        yield f"{review.directions[code].label} ({count})"
    yield from (f"of a combination: {n(count, 'statement')}" for count in hearsay.values())
    pairs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for s in made.results:
        pairs[s.factor, s.direction].add(s.pmid)
    yield f"The results name {n(len(pairs), 'pair')} of a factor"
    alone = sum(len(found) == 1 for found in pairs.values())
    yield from (f"⟦{alone}⟧ {verb} on a single study" for verb in ("rest", "rests"))
    for (factor, _), found in pairs.items():
        yield f"{review.factors.get(factor, factor)} (⟦{len(found)}⟧ studies)"
    yield from _contradictions(review)


def _contradictions(review: Review) -> Iterator[str]:
    """Tested ones are counted by factor in the summary; each side tells its studies."""
    study = {s.id: s.pmid for s in review.statements}
    opposed: dict[str, set[str]] = defaultdict(set)
    for found in review.synthesis.contradictions:
        sides = [{study[i] for i in side.statements} for side in (found.one, found.other)]
        if all(sides):
            opposed[found.kind].add(found.factor)
        yield from (f"{n(len(side), 'study', 'studies')}." for side in sides if side)
        yield from (f"of which ⟦{len(sides[0] & sides[1])}⟧ also stand" for _ in sides)
    yield from (f"{n(len(found), 'factor')} with" for found in opposed.values())


def _audits(review: Review, made: Counts) -> Iterator[str]:
    claims, audits = review.synthesis.claims, review.synthesis.audits
    total = n(len(claims), "claim")
    yield from (f"Of {total} of the baseline", f"holds {total} that")
    for status, count in Counter(audit.status for audit in audits).items():
        yield from (f"⟦{count}⟧ {verb}{status}" for verb in ("is ", "are ", ""))
    untouched = sum(audit.status == "not re-examined" for audit in audits)
    again = next(
        (c.altered for c in review.synthesis.comparisons if c.kind == "with set aside"), ()
    )
    lifted = sum(
        a.status != "not re-examined"
        and _status(review, a.claim) != a.status
        and _status(review, a.claim) == "not re-examined"
        for a in again
    )
    yield f"Not re-examined: {n(untouched - lifted, 'claim')}"
    yield from _restated(review, "As counted", audits)
    for comparison in review.synthesis.comparisons:
        heads = {"with set aside": "With the set-aside studies"}
        head = heads.get(comparison.kind, "Without the studies in doubt")
        if comparison.kind != "before the last change":
            yield from _restated(review, head, comparison.altered)
    doubted = {p for c in review.synthesis.comparisons for p in c.left_out if "doubt" in c.kind}
    yield from (f"{studies(len(doubted))} that {v} put" for v in ("counts is", "count are"))


def _restated(review: Review, head: str, audits: Iterable[Audit]) -> Iterator[str]:
    known = {s.id: s.pmid for s in review.statements}
    for audit in audits:
        sides = (audit.supports, audit.contradicts, audit.unclear)
        weighed = zip(sides, ("for", "against", "unclear"), strict=True)
        counts = [(len({known[i] for i in ids}), word) for ids, word in weighed if ids]
        told = ", ".join(f"⟦{count}⟧ {word}" for count, word in counts)
        yield f"Claim={audit.claim} …| {head}={audit.status.capitalize()} {told}"


def _status(review: Review, claim: str) -> str:
    return next(audit.status for audit in review.synthesis.audits if audit.claim == claim)


# ------------------------------------------------------------------ people


def _people(review: Review) -> Iterator[str]:
    """What 3_screened/conduct.json holds, as the page words it."""
    state = review.conduct
    if not state:
        return
    bound, audit, rule = state["audit"]["bound"], state["audit"], state["stopping"]
    decided, common = state["decided"], state["agreement"][0]["overall"]
    yield f"settled {n(decided['title/abstract'], 'record')} on title"
    yield f"and {n(decided['full text'], 'report')} on the full text"
    yield f"judged {n(common['n'], 'record')} in common"
    yield f"agreed on ⟦{100 * common['raw'][0]:.0f}⟧ %"
    low, high = common["kappa"][1:]
    yield f"is ⟦{common['kappa'][0]:.2f}⟧ (95 % interval ⟦{low:.2f}⟧ to ⟦{high:.2f}⟧)"
    yield f"Rules excluded {n(bound['excluded'], 'record')}"
    yield f"⟦{audit['sample']}⟧ of them, drawn by lot"
    yield f"The first ⟦{bound['audited']}⟧ have been judged, ⟦{bound['missed']}⟧ of which"
    yield f"disputed (⟦{audit['disputed']}⟧)"
    sure = f"⟦{100 * bound['confidence']:.0f}⟧ % confidence"
    yield f"with {sure}"
    yield f"at most ⟦{bound['at_most']}⟧ of the ⟦{bound['excluded']}⟧ should"
    yield f"(⟦{100 * bound['share']:.1f}⟧ %; exact limit"
    yield f"at least ⟦{100 * audit['recall']:.0f}⟧ % of what the searches"
    yield f"an audit of ⟦{bound['audited']}⟧, at most ⟦{bound['at_most']}⟧ of them"
    waits = state["queue"]["title/abstract"]
    yield f"{n(waits['audit'], 'record')} of the audit"
    yield f"{n(rule['left'], 'record')} that rules could not settle"
    yield f"at least ⟦{100 * rule['target']:.0f}⟧ % of what is relevant"
    yield f"with ⟦{100 * rule['confidence']:.0f}⟧ % confidence"
    yield f"⟦{waits['conflict']}⟧ are open"
    yield f"⟦{waits['stale']}⟧ were decided"
    yield f"⟦{waits['second reviewer']}⟧ wait for another"


def _corrected(review: Review) -> Iterator[str]:
    """What 5_evidence/corrections.json holds, as the page words it."""
    if not review.corrections:
        return
    count, common = review.corrections["counts"], review.corrections["agreement"]["overall"]
    told = ("confirmed", "corrected", "rejected", "added", "conflicts")
    yield f"reviewed {n(sum(count[key] for key in told), 'statement')}"
    yield f"⟦{count['confirmed']}⟧ confirmed as drawn, ⟦{count['corrected']}⟧ corrected"
    yield f"⟦{count['rejected']}⟧ rejected, ⟦{count['added']}⟧ added"
    yield f"on ⟦{count['conflicts']}⟧ reviewers disagree"
    yield f"{n(count['lost'] + count['stale'], 'correction')} could not"
    yield f"⟦{count['lost']}⟧ because the words"
    yield f"⟦{count['stale']}⟧ because no such"
    yield f"judged {n(common['n'], 'statement')} in common"
    yield f"agreed on ⟦{100 * common['raw'][0]:.0f}⟧ % whether"
    yield f"kappa is ⟦{common['kappa'][0]:.2f}⟧"


def ticked(rows: Iterable[str]) -> Iterator[str]:
    """The summaries of the checklists, counted from the ``rows`` that the page shows.

    That each row is true is for test_checklists.py.
    """
    found = [
        re.fullmatch(r"(.*) \((\d+) items\): Item=(\w+) \| .*State=(.*?) \| .*", r) for r in rows
    ]
    items = [match.groups() for match in found if match]
    for title in {title for title, *_ in items}:
        states = Counter(state.lower() for name, _, _, state in items if name == title)
        yield f"{title}: ⟦{states['met']}⟧ of ⟦{states.total()}⟧ items met"
        yield f"{title} (⟦{states.total()}⟧ items)"
        yield from (f"{title}: …⟦{count}⟧ {s}" for s, count in states.items() if s != "met")
    for name, topics in _topics().items():
        for number, topic in topics:
            digits = re.sub(r"(\d+)", r"⟦\1⟧", number)
            yield f"{TITLES[name]} ({len(topics)} items): Item={digits} | What it asks={topic}. "


def _topics() -> Mapping[str, list[tuple[str, str]]]:
    lines = [line for line in CHECKLIST.read_text("utf-8").splitlines() if line[0] != "#"]
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        found[row["list"]].append((row["item"], row["topic"]))
    return found


# ------------------------------------------------------------------ what is quoted


def quoted(review: Review) -> set[str]:
    """Texts of records and config with a numeral in them, and names and days made of them."""
    found = {text for text in _texts(review) if re.search(r"\d", text)}
    days = {text for text in found if re.fullmatch(r"\d{4}-\d\d-\d\d\S*", text)}
    found |= {day(text) for text in days}
    for record in review.records.values():
        found |= {f"{author.family} {record.year}" for author in record.authors}
        # As the style sets them: 2016 Feb;1:101–9.
        month = MONTHS.split()[int(record.date[5:7]) - 1][:3]
        pages = record.pages.replace("-", "–")
        found.add(f"{record.year} {month};{record.volume}:{pages}")
    base = review.baseline_review
    found |= {f"{base['first_author']} {base['year']}"} if base else set()
    # A bare number is no quote: it must be traced.
    return {text for text in found if not re.fullmatch(r"[\d.,\s–-]{1,7}", text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from (*_texts(key), *_texts(each))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for part in dataclasses.fields(value):
            yield from _texts(getattr(value, part.name))
    elif isinstance(value, (tuple, list, set, frozenset)):
        for each in value:
            yield from _texts(each)
