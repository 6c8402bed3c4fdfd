"""``perennial dry-run``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from perennial.canonical import from_json, to_json
from perennial.commands import _options
from perennial.config import Config, load
from perennial.errors import InputError, Place
from perennial.explain import dry_run_report
from perennial.explain.dry_run import dry_run, load_local
from perennial.ledger import Ledger
from perennial.preview.flips import in_force
from perennial.preview.gold import load_gold
from perennial.preview.held import Held, load_held, stored_outcomes
from perennial.preview.version import load_version
from perennial.query import Mesh
from perennial.queue.behind import as_of


@click.command
@click.argument("strategies", nargs=-1)
@click.option("--config", "folder", type=_options.folder, default=Path("config"), show_default=True)
@click.option("--results", type=_options.folder, default=Path("results"), show_default=True)
@click.option("--gold", type=_options.file, help="TSV with pmid and expected: more that is known.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    strategies: tuple[str, ...], folder: Path, results: Path, gold: Path | None, as_json: bool
) -> None:
    """Ask the STRATEGIES of search.yaml (all of them if none is named) of the records held.

    Lists the relevant records that each would miss, and the part of the query that misses them.
    Relevant is what screening or reviewers included, and what the gold set says.
    """
    config = load(folder / "search.yaml", "search")
    _check(strategies, config)
    held = load_held(results)
    mesh = folder / "mesh.yaml"
    told = dry_run(
        load_local(config, strategies),
        held.screened,
        _relevant(folder, held, results, gold),
        _named(results),
        Mesh.found(mesh),
    )
    click.echo(to_json(told) if as_json else dry_run_report.text(told), nl=False)


def _check(strategies: Iterable[str], config: Config) -> None:
    known = [row["id"] for row in config.get("strategies", ())]
    for asked in strategies:
        if asked not in known:
            hint = f"one of: {', '.join(known)}"
            raise InputError(f"there is no strategy {asked!r}", Place(config.file), hint)


def _relevant(folder: Path, held: Held, results: Path, gold: Path | None) -> dict[str, str]:
    """PMID → how it is known to be relevant; the gold set, if given, says so first."""
    by_gold = load_gold(gold) if gold else {}
    stored = stored_outcomes(results).values()
    until = as_of(folder / "config.yaml")
    said = in_force(load_version(folder, held, as_of=until)).values()
    return {
        **{row.pmid: f"included by {row.decided_by}" for row in stored if row.outcome == "include"},
        **{v.pmid: f"included by {v.reviewer}" for v in said if v.outcome == "include"},
        **{pmid: "gold set" for pmid, expected in by_gold.items() if expected == "include"},
    }


def _named(results: Path) -> Sequence[str]:
    path = results / "1_records" / "ledger.json"
    if not path.exists():
        return ()
    ledger = from_json(path.read_bytes(), Ledger, str(path))
    return [named.pmid for named in ledger.search.named if named.pmid]
