"""A preview as people read it: in a terminal, and as a comment on a pull request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from perennial.preview.flips import Clash, Fate, Flip, Measured, Preview, Stale, Words
from perennial.preview.gold import Share
from perennial.printable import clip, code, plain

Item = TypeVar("Item")

LISTED = (
    40  # of each kind in a comment; GitHub takes 65,536 characters, and an item has up to 1,000
)
WORDS = 6  # of each side of a flip
_STATE = {"include": "include", "exclude": "exclude", "human": "awaits a reviewer"}


def text(preview: Preview, gold: str = "") -> str:
    """Lines for a terminal, every flip among them; ``gold`` is the gold set's file."""
    lines = [*_head(preview), *_flow(preview)]
    lines += _listed("Flips", preview.flips, _flip)
    lines += _listed("Clashes with decisions", preview.clashes, _clash)
    lines += _listed("Decisions that become stale", preview.stale, _stale)
    lines += [line for measure in _measures(preview, plain(gold)) for line in ("", measure)]
    return "\n".join([*lines, "", *_cost(preview)]) + "\n"


def markdown(preview: Preview, gold: str = "") -> str:
    """A comment: escaped, and bounded however much changes; ``gold`` is the gold set's file."""
    parts = [f"## Preview of the edited protocol\n\n{' '.join(_head(preview, code))}"]
    parts.append(_flow_table(preview))
    parts += _section("Flips", preview.flips, _flip_item)
    parts += _section("Clashes with decisions", preview.clashes, _clash_item)
    parts += _section("Decisions that become stale", preview.stale, _stale_item)
    parts += [*_measures(preview, code(gold) if gold else ""), *_cost(preview)]
    return "\n\n".join(parts) + "\n"


def _head(preview: Preview, mark: Callable[[str], str] = plain) -> list[str]:
    told = [f"{change.id} {change.how}" for change in preview.changes[:LISTED]]
    if (more := len(preview.changes) - LISTED) > 0:
        told[-1] += f" and {more} more"
    told += map(plain, preview.besides)
    flips = f"{len(preview.flips):,} of {preview.records:,} records change their outcome."
    what = ", ".join(told) or "nothing differs that screening reads"
    return [f"Against {mark(preview.against)}: {what}.", flips]


def _flow(preview: Preview) -> Iterator[str]:
    yield ""
    yield f"{'':36} {'before':>8} {'after':>8} {'change':>8}"
    for delta in preview.deltas:
        name = f"  {delta.criterion} {plain(delta.label)}" if delta.criterion else delta.label
        numbers = f"{delta.before:>8,} {delta.after:>8,} {_signed(delta.difference):>8}"
        yield f"{clip(name, 36):36} {numbers}"


def _flow_table(preview: Preview) -> str:
    rows = ["| | before | after | change |", "|---|---:|---:|---:|"]
    for delta in preview.deltas:
        name = f"{delta.criterion} {code(delta.label, 80)}" if delta.criterion else delta.label
        difference = _signed(delta.difference)
        rows.append(f"| {name} | {delta.before:,} | {delta.after:,} | {difference} |")
    if len(rows) > LISTED + 2:
        rows = [*rows[: LISTED + 2], f"| and {len(rows) - LISTED - 2} more rows | | | |"]
    return "\n".join(rows)


def _signed(number: int) -> str:
    return f"{number:+,}" if number else "·"


def _listed(
    heading: str, items: Sequence[Item], told: Callable[[Item], Iterable[str]]
) -> list[str]:
    if not items:
        return []
    return ["", f"{heading} ({len(items):,})", *(line for item in items for line in told(item))]


def _section(heading: str, items: Sequence[Item], told: Callable[[Item], str]) -> list[str]:
    if not items:
        return []
    lines = [told(item) for item in items[:LISTED]]
    left = len(items) - LISTED
    lines += [f"* and {left:,} more, left out here"] if left > 0 else []
    return [f"### {heading} ({len(items):,})", "\n".join(lines)]


def _flip(flip: Flip) -> Iterator[str]:
    yield f"  {plain(flip.pmid)}  {clip(plain(flip.title), 80)}"
    by = "" if flip.by == "rule" else f"  (decided by {plain(flip.by)})"
    yield f"    {said(flip.before)} → {said(flip.after)}{by}"
    if flip.by == "rule":
        yield f"    words before: {_words(flip.words_before, plain)}"
        yield f"    words after:  {_words(flip.words_after, plain)}"


def _flip_item(flip: Flip) -> str:
    by = "" if flip.by == "rule" else f", decided by {code(flip.by, 60)}"
    item = f"* {_record(flip.pmid, flip.title)}: {said(flip.before)} → {said(flip.after)}{by}"
    if flip.by != "rule":
        return item
    short = _words(flip.words_before, _short), _words(flip.words_after, _short)
    return f"{item}<br>words before: {short[0]}; after: {short[1]}"


def _short(words: str) -> str:
    return code(words, 60)


def _clash(clash: Clash) -> Iterator[str]:
    yield f"  {plain(clash.pmid)}  {clip(plain(clash.title), 80)}"
    yield f"    {plain(clash.reviewer)}: {said(clash.decided)}; {_rules(clash)}"


def _clash_item(clash: Clash) -> str:
    person = f"{code(clash.reviewer, 60)} decided {said(clash.decided)}"
    return f"* {_record(clash.pmid, clash.title)}: {person}; {_rules(clash)}"


def _rules(clash: Clash) -> str:
    return f"by rules {said(clash.rule_before)} → {said(clash.rule_after)}; the decision stands"


def _stale(stale: Stale) -> Iterator[str]:
    yield f"  {plain(stale.pmid)}  {clip(plain(stale.title), 80)}"
    yield f"    {answered(stale.answers, plain)}"


def _stale_item(stale: Stale) -> str:
    return f"* {_record(stale.pmid, stale.title)}: {answered(stale.answers, _short)}"


def _record(pmid: str, title: str) -> str:
    return f"{code(pmid, 20)} {code(title)}"


def said(fate: Fate) -> str:
    """An outcome with its criterion: ``exclude X1``, ``awaits a reviewer (I2)``, ``include``."""
    if fate.outcome == "human":
        return f"{_STATE['human']} ({fate.criterion})" if fate.criterion else _STATE["human"]
    return f"{_STATE[fate.outcome]} {fate.criterion}".strip()


def answered(answers: Mapping[str, str], show: Callable[[str], str] = str) -> str:
    """Who said what, names as ``show`` has them: ``Ada, Ben: include; Cy: unsure``."""
    names: dict[str, list[str]] = {}
    for reviewer, answer in answers.items():
        names.setdefault(answer, []).append(show(reviewer))
    return "; ".join(f"{', '.join(who)}: {answer}" for answer, who in names.items())


def _words(found: Sequence[Words], mark: Callable[[str], str]) -> str:
    return "; ".join(_of_criterion(words, mark) for words in found) or "none"


def _of_criterion(found: Words, mark: Callable[[str], str]) -> str:
    left = len(found.words) - WORDS
    more = [f"and {left} more"] if left > 0 else []
    return f"{found.criterion} {', '.join([*map(mark, found.words[:WORDS]), *more])}"


def _measures(preview: Preview, file: str) -> Iterator[str]:
    if preview.gold is not None:
        yield from _measured(preview.gold, f"Gold set {file}".strip())


def _measured(gold: Measured, name: str) -> Iterator[str]:
    before, after = gold.before, gold.after
    aside = f"; {gold.not_held:,} gold records are not held" if gold.not_held else ""
    yield (
        f"{name}, rules alone (95 % Wilson intervals{aside}): "
        f"recall (not excluded) {_share(before.recall)} → {_share(after.recall)}, "
        f"of these {before.waiting:,} → {after.waiting:,} wait for a person; "
        f"precision of inclusion {_share(before.precision)} → {_share(after.precision)}."
    )
    for pmids, what in ((gold.lost, "would be lost"), (gold.regained, "would be regained")):
        if pmids:
            more = f" and {len(pmids) - LISTED:,} more" if len(pmids) > LISTED else ""
            shown = ", ".join(map(plain, pmids[:LISTED]))
            yield f"Of those to be included, {len(pmids):,} {what}: {shown}{more}."


def _share(share: Share) -> str:
    if not share.of:
        return "nothing to measure"
    low, high = 100 * share.low, 100 * share.high
    return f"{share.hits}/{share.of} ({low:.1f} to {high:.1f} %)"


def _cost(preview: Preview) -> list[str]:
    sent = f"{preview.to_humans:,} records newly await a reviewer"
    back = f"{preview.from_humans:,} no longer do"
    rate = f"at {preview.minutes_per_record:g} minutes a record"
    standing = f"{preview.overruled:,} decisions overrule the edited rules in all."
    return [f"{sent}, {back}: {preview.minutes:+g} minutes of screening, {rate}. {standing}"]
