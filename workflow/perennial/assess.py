"""Assess: the criteria and decisions of the full-text stage, for what screening let through.

A rule judges a study at this stage only where its full text could be read; a reviewer may judge
any. Whatever is not settled here stands as screening left it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from perennial.decisions.decision import Verdict
from perennial.passage import Passage
from perennial.query import Mesh, Panel, Result, Span
from perennial.record import Record
from perennial.screen import Criterion, decided, outranks, panel_of, ruled
from perennial.screened import FULL_TEXT, Screened

_GAP = "\n\n"  # no phrase runs from one passage into the next


def assess(
    screened: Sequence[Screened],
    passages: Iterable[Passage],
    criteria: Sequence[Criterion],
    verdicts: Mapping[str, Verdict],
    mesh: Mesh | None = None,
) -> list[Screened]:
    """The rows of ``screened``, in their order, with what the full text changes in them.

    ``passages`` stand study by study. A study that is set aside and fails here is excluded like
    any other.
    """
    here = [criterion for criterion in criteria if criterion.stage == FULL_TEXT]
    panel = panel_of(here, mesh)
    texts = {pmid: list(cut) for pmid, cut in groupby(passages, key=lambda p: p.pmid)}
    return [
        _assessed(row, texts.get(row.pmid, []), here, panel, verdicts.get(row.pmid), criteria)
        if row.read
        else row
        for row in screened
    ]


def _assessed(
    row: Screened,
    passages: Sequence[Passage],
    here: Sequence[Criterion],
    panel: Panel,
    verdict: Verdict | None,
    criteria: Sequence[Criterion],
) -> Screened:
    read = any(passage.section not in ("title", "abstract") for passage in passages)
    by_rule = _ruled(row.pmid, passages, here, panel) if read and here else None
    judged = decided(by_rule or row, verdict, criteria)
    silent = verdict is None or not outranks(verdict)
    if silent and (by_rule is None or by_rule.outcome == "include"):
        return row
    if judged.outcome == "include":
        return row if row.set_aside else replace(judged, stage=FULL_TEXT, matched=row.matched)
    return replace(judged, stage=FULL_TEXT, tags=row.tags, set_aside=False)


def _ruled(
    pmid: str, passages: Sequence[Passage], here: Sequence[Criterion], panel: Panel
) -> Screened:
    text = _Joined(tuple(p for p in passages if p.section != "title"))
    title = next((p.text for p in passages if p.section == "title"), "")
    found = panel.ask(Record(pmid, title=title, abstract=text.whole))
    met = {c.id: text.placed(found[c.id]) if c.query else Result(False, ()) for c in here}
    return ruled(pmid, here, met)


@dataclass(frozen=True)
class _Joined:
    """Passages as one text, so that a criterion may find one thing here and another there."""

    passages: tuple[Passage, ...]

    @property
    def whole(self) -> str:
        return _GAP.join(passage.text for passage in self.passages)

    def placed(self, result: Result) -> Result:
        """The result with each span in the passage that holds it."""
        return Result(result.holds, tuple(self._placed(result.spans)))

    def _placed(self, spans: Iterable[Span]) -> Iterator[Span]:
        sizes = (len(passage.text) + len(_GAP) for passage in self.passages)
        starts = list(accumulate(sizes, initial=0))
        for span in spans:
            if span.field != "abstract":
                yield span
                continue
            at = bisect_right(starts, span.start) - 1
            start, end = span.start - starts[at], span.end - starts[at]
            yield span._replace(field=self.passages[at].section, start=start, end=end)
