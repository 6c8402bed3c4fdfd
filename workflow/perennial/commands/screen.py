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
from perennial.query import Mesh
from perennial.record import Record
from perennial.screen import load_criteria, screen
from perennial.screened import TITLE_ABSTRACT, Integrity, Link, Screened, unscreened
from perennial.settings import settings
from perennial.step import before
from perennial.tables import read_parquet, write_parquet, write_whole

log = logging.getLogger(__name__)


@click.command
@click.argument("results", type=_options.folder)
@_options.judging
@_options.output_folder
def command(
    results: Path,
    criteria: Path,
    decisions: Path,
    mesh: Path | None,
    as_of: str,
    output: Path,
) -> None:
    """Judge each record of RESULTS by the criteria; the reviewers' decisions have the last word.

    So too the records as they were before the last change, to tell what it changed.
    """
    protocol = load(criteria, "screening")
    rules = load_criteria(protocol)
    held = read_parquet(results / "1_records/records.parquet", Record)
    former = read_parquet(results / "1_records/former.parquet", Record)
    ledger = from_json((results / "1_records/ledger.json").read_bytes(), Ledger)
    made = load_decisions(decisions, (record.pmid for record in held), rules, as_of)
    judged = verdicts(made, settings(protocol).reviewers_per_record, TITLE_ABSTRACT, hashes(rules))
    tree = Mesh.found(mesh)

    def judge(
        records: Iterable[Record], integrity: Sequence[Integrity], links: Iterable[Link]
    ) -> list[Screened]:
        aside = unscreened(links)
        unique = [record for record in records if record.pmid not in aside]
        return screen(unique, integrity, rules, judged, tree)

    links = read_parquet(results / "2_linked/links.parquet", Link)
    integrity = read_parquet(results / "2_linked/integrity.parquet", Integrity)
    screened = judge(held, integrity, links)
    outcomes = Counter(row.outcome for row in screened)
    log.info("%s", ", ".join(f"{outcome}: {n}" for outcome, n in sorted(outcomes.items())))
    write_parquet(output / "screened.parquet", screened, Screened)
    then = before(held, former, ledger.changes, integrity, judge)
    write_whole(output / "before.json", to_json(then))
