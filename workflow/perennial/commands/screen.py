"""``perennial screen``."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from perennial.canonical import from_json, to_json
from perennial.commands import _options
from perennial.config import load
from perennial.decisions.judged import hashes
from perennial.decisions.table import load_decisions
from perennial.decisions.verdicts import verdicts
from perennial.ledger import Ledger
from perennial.memo import Memo
from perennial.parted.layout import Part, laid_out, parts_of
from perennial.parted.links import linked
from perennial.parted.screen import Docket, Screening, before_change
from perennial.query import Mesh
from perennial.record import Record
from perennial.screen import Bench, load_criteria
from perennial.screened import TITLE_ABSTRACT, Integrity, Link, Screened, unscreened
from perennial.settings import settings
from perennial.step import before
from perennial.tables import read_parquet, write_whole

log = logging.getLogger(__name__)


@click.command
@click.argument("results", type=_options.folder)
@_options.judging
@_options.memo
@_options.in_parts
@_options.output_folder
def command(
    results: Path,
    criteria: Path,
    decisions: Path,
    mesh: Path | None,
    as_of: str,
    memo: Path | None,
    in_parts: bool,
    output: Path,
) -> None:
    """Judge each record of RESULTS by the criteria; the reviewers' decisions have the last word.

    So too the records as they were before the last change, to tell what it changed.
    """
    protocol = load(criteria, "screening")
    rules = load_criteria(protocol)
    store = Memo(memo)
    screening = Screening(rules, Mesh.found(mesh), store)
    parts = parts_of(results / "1_records/records.parquet", Record)
    ids = {id_ for part in parts for id_ in screening.ids(part)}
    made = load_decisions(decisions, ids, rules, as_of)
    judged = verdicts(made, settings(protocol).reviewers_per_record, TITLE_ABSTRACT, hashes(rules))

    def docket(links: Iterable[Link], integrity: Sequence[Integrity]) -> Docket:
        return Docket(Bench.of(integrity, rules, judged), frozenset(unscreened(links)))

    links = read_parquet(results / "2_linked/links.parquet", Link)
    integrity = read_parquet(results / "2_linked/integrity.parquet", Integrity)
    today, outcomes = docket(links, integrity), Counter[str]()
    with laid_out(output / "screened.parquet", Screened, store, in_parts) as table:
        for part in parts:
            outcomes.update(screening.judge(part, today, table).counts)
    log.info("%s", ", ".join(f"{outcome}: {n}" for outcome, n in sorted(outcomes.items())))
    ledger = from_json((results / "1_records/ledger.json").read_bytes(), Ledger)
    former = {r.pmid: r for r in read_parquet(results / "1_records/former.parquet", Record)}

    def then() -> tuple[Iterable[str], Iterable[Integrity]]:
        told = [(part, screening.ids(part)) for part in parts]
        old = list(before_change(told, former, set(ledger.changes[-1].new)))
        links, carried = linked([part.digest for part in old], lambda: _all(old), store)
        state = docket(links, carried)
        return [id_ for part in old for id_ in screening.judge(part, state).included], carried

    write_whole(output / "before.json", to_json(before(ledger.changes, integrity, then)))


def _all(parts: Iterable[Part[Record]]) -> list[Record]:
    return [record for part in parts for record in part.rows()]
