"""``perennial check``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import click

from perennial import asked
from perennial.appraisal import load_checklist
from perennial.baseline.files import listed
from perennial.baseline.settings import Settings, check_headings, settings
from perennial.commands import _options
from perennial.config import Config, at_the_door
from perennial.corrections.table import load_corrections
from perennial.decisions.table import load_decisions
from perennial.entrez.origin import EXAMPLE, check_url, live
from perennial.errors import InputError
from perennial.extract import load_vocabulary
from perennial.extract.extractors import PATTERNS, extractor
from perennial.imports.load import alone, load_imports
from perennial.query import Mesh, Query
from perennial.query.doubts import Doubt, doubts
from perennial.query.leaf import UNMAPPED
from perennial.record import Record
from perennial.render import csl
from perennial.render.narrative import load_narrative
from perennial.render.review import STYLE
from perennial.render.wording import counted
from perennial.screen import load_criteria
from perennial.stances import load_stances
from perennial.strategy import sent_queries
from perennial.synthesise import load_claims
from perennial.tables import read_parquet

NEEDED = ("config", "search", "screening", "evidence", "appraisal", "baseline")
_MOST = 40  # warnings; who has more than that reads none


@click.command
@click.argument("folder", type=_options.folder, default=Path("config"))
@click.option("--mesh", type=_options.file, help="The hierarchy; FOLDER/mesh.yaml if there is one.")
@click.option(
    "--records", type=_options.table, help="records.parquet: also name headings none of them has."
)
def command(folder: Path, mesh: Path | None, records: Path | None) -> None:
    """Check every file of a config FOLDER: its shape, its queries, its identifiers."""
    click.echo(checked(folder, mesh, records))


def checked(folder: Path, mesh: Path | None = None, records: Path | None = None) -> str:
    """What a sound config holds, in a line; warnings are printed. InputError if it is not sound."""
    configs = at_the_door(folder, *NEEDED)
    strategies, protocol = configs["search"], configs["screening"]
    nobody = alone(configs["config"], strategies)
    sent, files = sent_queries(strategies), None if nobody else _source(configs["config"])
    hierarchy, known = _hierarchy(mesh or folder / "mesh.yaml"), _headings(records)
    if files:
        check_headings(strategies, hierarchy)
    imported = load_imports(strategies)
    criteria = load_criteria(protocol)
    load_decisions(folder / "decisions.tsv", None, criteria)
    vocabulary = load_vocabulary(configs["evidence"].data)
    extractor(configs["evidence"].get("extractor", PATTERNS))
    load_checklist(configs["appraisal"].data)
    if (folder / "corrections.tsv").exists():  # a project of a former version has none
        load_corrections(folder / "corrections.tsv", None, vocabulary)
    claims = load_claims(configs["baseline"].data)
    _expected(configs["baseline"], load_stances(configs["evidence"]).of)
    load_narrative(folder / "narrative", [row["id"] for row in configs["evidence"]["mechanisms"]])
    style = configs["config"]["review"].get("citation_style", STYLE)
    csl.style(style, configs["config"].place("review", "citation_style"))
    here = (protocol, strategies) if files else (protocol,)
    warned = [
        *_doubts(strategies, hierarchy, None, here),
        *_doubts(protocol, hierarchy, known, here),
    ]
    _say(warned)
    said = {
        ("strategy", "strategies"): sent,
        ("import", ""): imported,
        ("criterion", "criteria"): criteria,
        ("claim", ""): claims,
    }
    counts = ", ".join(counted(len(those), *nouns) for nouns, those in said.items() if those)
    found = counted(len(warned), "warning") if warned else "all well"
    return f"{folder}: {counts}: {found}"


def _expected(baseline: Config, directions: Collection[str]) -> None:
    """Refuse a claim that expects a direction which the vocabulary does not have."""
    for i, claim in enumerate(baseline.get("claims", ())):
        for j, expected in enumerate(claim["expects"]):
            if (code := expected["direction"]) not in directions:
                place = baseline.place("claims", i, "expects", j, "direction")
                hint = f"known: {', '.join(directions)}"
                raise InputError(f"there is no direction {code!r}", place, hint)


def _source(config: Config) -> Settings | None:
    """Check what answers the strategies; the settings of the baseline, if that is it."""
    files = settings(config)
    if files is None and config["entrez"]["server"] != EXAMPLE:
        live(config)
    if files and files.remote:
        check_url(files.files, config.place("entrez", "baseline", "files"))
    elif files:
        listed(files.files, config.place("entrez", "baseline", "files"))
    return files


def _hierarchy(path: Path) -> Mesh:
    return Mesh.load(path) if path.exists() else Mesh({})


def _headings(records: Path | None) -> Collection[str] | None:
    if records is None:
        return None
    held = read_parquet(records, Record)
    return {heading.descriptor for record in held for heading in record.headings}


_Warning = tuple[Config, asked.Path, Doubt]


def _doubts(
    config: Config, mesh: Mesh, known: Collection[str] | None, here: Collection[Config]
) -> Iterator[_Warning]:
    """What reading the queries of a file warned of, and the doubts about them.

    What is not asked ``here`` is answered by PubMed, which has its own hierarchy: what is
    ``local`` is left out.
    """
    for path, query in asked.queries(config):
        for doubt in (*_warnings(query), *doubts(query, mesh, known)):
            if config in here or not doubt.local:
                yield config, path, doubt


def _warnings(query: Query) -> Iterator[Doubt]:
    for said in query.warnings:
        yield Doubt(0, len(query.text), said, local=UNMAPPED in said)


def _say(warned: list[_Warning]) -> None:
    for config, path, doubt in warned[:_MOST]:
        hint = f"\n  hint: {doubt.hint}" if doubt.hint else ""
        place = config.place(*path, offset=doubt.start)
        click.echo(f"{place}: warning: {doubt.message}{hint}", err=True)
    if len(warned) > _MOST:
        click.echo(f"and {len(warned) - _MOST} warnings more", err=True)
