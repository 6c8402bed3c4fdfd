"""``perennial check``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import click

from perennial.appraisal import load_checklist
from perennial.commands import _options
from perennial.config import Config, at_the_door, load
from perennial.corrections.table import load_corrections
from perennial.decisions.table import load_decisions
from perennial.entrez.origin import EXAMPLE, live
from perennial.extract import load_vocabulary
from perennial.imports.load import load_imports
from perennial.query import Mesh, Query, parse, parse_blocks
from perennial.query.doubts import Doubt, doubts
from perennial.query.leaf import UNMAPPED
from perennial.record import Record
from perennial.screen import load_criteria
from perennial.strategy import sent_queries
from perennial.synthesise import load_claims
from perennial.tables import read_parquet

_MOST = 40  # warnings; who has more than that reads none


@click.command
@click.argument("folder", type=_options.folder, default=Path("config"))
@click.option("--mesh", type=_options.file, help="The hierarchy; FOLDER/mesh.yaml if there is one.")
@click.option(
    "--records", type=_options.file, help="records.parquet: also name headings none of them has."
)
def command(folder: Path, mesh: Path | None, records: Path | None) -> None:
    """Check every file of a config FOLDER: its shape, its queries, its identifiers."""
    at_the_door(folder)
    settings = load(folder / "config.yaml", "config")
    if settings["entrez"]["server"] != EXAMPLE:
        live(settings)
    strategies = load(folder / "search.yaml", "search")
    protocol = load(folder / "screening.yaml", "screening")
    queries = sent_queries(strategies)
    load_imports(strategies)
    criteria = load_criteria(protocol)
    load_decisions(folder / "decisions.tsv", None, criteria)
    vocabulary = load_vocabulary(load(folder / "evidence.yaml", "evidence").data)
    load_checklist(load(folder / "appraisal.yaml", "appraisal").data, vocabulary.designs)
    if (folder / "corrections.tsv").exists():  # a project of a former version has none
        load_corrections(folder / "corrections.tsv", None, vocabulary)
    claims = load_claims(load(folder / "baseline.yaml", "baseline").data)
    hierarchy, known = _hierarchy(mesh or folder / "mesh.yaml"), _headings(records)
    warned = [*_doubts(strategies, hierarchy, None), *_doubts(protocol, hierarchy, known)]
    _say(warned)
    counts = f"{len(queries)} strategies, {len(criteria)} criteria, {len(claims)} claims"
    found = f"{len(warned)} warning{'s' * (len(warned) > 1)}" if warned else "all well"
    click.echo(f"{folder}: {counts}: {found}")


def _hierarchy(path: Path) -> Mesh:
    return Mesh.load(path) if path.exists() else Mesh({})


def _headings(records: Path | None) -> Collection[str] | None:
    if records is None:
        return None
    held = read_parquet(records, Record)
    return {heading.descriptor for record in held for heading in record.headings}


_Path = tuple[str | int, ...]
_Warning = tuple[Config, _Path, Doubt]


def _doubts(config: Config, mesh: Mesh, known: Collection[str] | None) -> Iterator[_Warning]:
    """What reading the queries of a file warned of, and the doubts about them.

    Strategies are answered by PubMed, which has its own hierarchy: what is ``local`` is left out.
    """
    here = "criteria" in config.data
    for path, query in _queries(config):
        for doubt in (*_warnings(query), *doubts(query, mesh, known)):
            if here or not doubt.local:
                yield config, path, doubt


def _warnings(query: Query) -> Iterator[Doubt]:
    for said in query.warnings:
        yield Doubt(0, len(query.text), said, local=UNMAPPED in said)


def _queries(config: Config) -> Iterator[tuple[_Path, Query]]:
    blocks = parse_blocks(config.get("blocks") or {})
    for name, block in blocks.items():
        yield ("blocks", name), block
    for key in ("criteria", "strategies"):
        for index, row in enumerate(config.get(key) or ()):
            if "query" in row:
                yield (key, index, "query"), parse(row["query"], blocks)
    if limits := config.get("limits"):
        yield ("limits",), parse(limits, blocks)


def _say(warned: list[_Warning]) -> None:
    for config, path, doubt in warned[:_MOST]:
        hint = f"\n  hint: {doubt.hint}" if doubt.hint else ""
        place = config.place(*path, offset=doubt.start)
        click.echo(f"{place}: warning: {doubt.message}{hint}", err=True)
    if len(warned) > _MOST:
        click.echo(f"and {len(warned) - _MOST} warnings more", err=True)
