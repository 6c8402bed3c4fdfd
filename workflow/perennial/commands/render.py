"""``perennial render``."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from perennial import __version__
from perennial.appraisal import LEFT_OUT
from perennial.archive import Archive
from perennial.canonical import from_json
from perennial.claim import Synthesis
from perennial.commands import _options
from perennial.config import Config, load
from perennial.currency import DEFAULTS, next_refresh, polled
from perennial.editions.shelf import load as load_editions
from perennial.flow import Flow
from perennial.labels import labels
from perennial.ledger import NOBODY, Ledger
from perennial.passage import Passage, Statement
from perennial.places import TEMPLATES
from perennial.record import Record
from perennial.render.declared import declared
from perennial.render.files import render
from perennial.render.living import Amendment, Living, Role
from perennial.render.narrative import files as narrative_files
from perennial.render.narrative import load_narrative, strays
from perennial.render.review import STYLE, Criterion, Direction, Mechanism, Review
from perennial.screened import Integrity, Link, Screened
from perennial.stances import load_stances
from perennial.step import Before, last_step
from perennial.study import Study
from perennial.tables import read_parquet, write_whole

FILES = ("config", "search", "screening", "evidence", "baseline", "appraisal")
NOTES = {
    "example": "It was built from records that lie with the review.",
    "ncbi": "The records come from PubMed, through NCBI's E-utilities.",
    "baseline": "The records come from PubMed's baseline and update files, all of which were gone"
    " through. Studies are read from their abstracts: no full text was asked for.",
    "none": "The records come from exports of databases. Studies are read from their abstracts: no"
    " full text was asked for.",
}


@click.command
@click.argument("results", type=_options.folder)
@click.option("--config", type=_options.folder, default=Path("config"), show_default=True)
@_options.archive
@_options.editions
@click.option("--templates", type=_options.folder, default=TEMPLATES)
@_options.output_folder
def command(
    results: Path, config: Path, archive: Path, editions: Path, templates: Path, output: Path
) -> None:
    """Write the review of RESULTS: HTML, DOCX, PDF, Markdown, its tables and references."""
    review = gathered(results, config, archive, editions)
    _warn(review, config / "narrative")
    for name, content in render(review, templates).items():
        write_whole(output / name, content)


def gathered(results: Path, config: Path, archive: Path, editions: Path) -> Review:
    """The review as the results and the config give it now, in a folder each."""
    configs = {name: load(config / f"{name}.yaml", name) for name in FILES}
    current = _currency(configs["config"], Archive(archive))
    framed = _framed(configs)
    prose = load_narrative(config / "narrative", [one.id for one in framed["mechanisms"]])
    found = _found(results)
    return Review(
        **framed,
        **found,
        **current,
        manifest=_manifest(config, results),
        narrative=prose,
        editions=load_editions(editions, until=found["as_of"]),
    )


def _warn(review: Review, folder: Path) -> None:
    """Name each citation in people's prose that the review no longer bears out."""
    for stray in strays(review.narrative, {study.pmid for study in review.included}):
        where = f"{folder / stray.section}.md:{stray.line}"
        why = "is not included" if stray.pmid in review.records else "is no record of this review"
        click.echo(f"warning: {where}: [@pmid:{stray.pmid}] {why}", err=True)


def _framed(configs: Mapping[str, Config]) -> dict[str, Any]:
    """What the config says of the review."""
    about, evidence = configs["config"]["review"], configs["evidence"]
    criteria = configs["screening"]["criteria"]
    entrez = configs["config"]["entrez"]
    source = entrez["server"]
    note = NOTES.get(source, f"The records come from the server at {source}.")
    return {
        "title": about["title"],
        "question": about["question"],
        "version": about["version"],
        "maintainers": tuple(about["maintainers"]),
        "source": source,
        "source_note": entrez["example"].get("note", note) if source == "example" else note,
        "living": _living(configs["config"]),
        "declared": declared(about),
        "citation_style": about.get("citation_style", STYLE),
        "criteria": tuple(map(_criterion, criteria)),
        "blocks": {
            name: query.strip()
            for name, query in (configs["screening"].get("blocks") or {}).items()
        },
        "mechanisms": tuple(
            Mechanism(row["id"], row["label"], row.get("description", ""))
            for row in evidence["mechanisms"]
        ),
        "directions": {
            code: Direction(row["label"], row["meaning"], row.get("side", ""))
            for code, row in evidence["directions"].items()
        },
        "oppositions": load_stances(evidence).oppositions,
        "labels": labels(evidence.get("contexts", {})),
        "factors": {
            id_: row.get("label", id_.replace("+", "/")) for id_, row in evidence["factors"].items()
        },
        "appraisal": {**LEFT_OUT, **configs["appraisal"].data},
        "baseline_review": dict(configs["baseline"].get("review", {})),
        "baseline_errors": tuple(dict(row) for row in configs["baseline"].get("errors", ())),
    }


def _criterion(row: Mapping[str, Any]) -> Criterion:
    judged = "query" in row or "integrity" in row
    kind = row["action"] if judged else "reviewers only"
    words = row["id"], kind, row["label"], row["reason"], row.get("query", "").strip()
    return Criterion(*words, tuple(row.get("integrity", ())))


def _living(config: Config) -> Living:
    """The living mode: what the config states of it, and what holds where it leaves a key out."""
    about = config["review"]
    kept = {"watch": "included", **DEFAULTS, **(config.get("refresh") or {})}
    if config["entrez"]["server"] == NOBODY:  # nothing is asked at any time
        kept = {"every": "", "overlap_days": 0, "full_every_days": 0, "watch": ""}
    return Living(
        **{key: kept[key] for key in ("every", "overlap_days", "full_every_days", "watch")},
        editions=about.get("editions", "").strip(),
        ends=about.get("ends", "").strip(),
        roles=tuple(Role(row["name"], row["role"]) for row in about.get("roles") or ()),
        amendments=tuple(
            Amendment(row["date"], row["what"], row["why"]) for row in about.get("amendments") or ()
        ),
    )


def _currency(config: Config, archive: Archive) -> dict[str, Any]:
    """When the source was last asked, and by when it should be asked again."""
    source, until = config["entrez"]["server"], config.get("as_of") or ""
    return {
        "polled": polled(archive, source, until),
        "next_refresh": next_refresh(config, archive, source, until),
    }


def _found(results: Path) -> dict[str, Any]:
    """What the stages found."""
    ledger = from_json((results / "1_records/ledger.json").read_bytes(), Ledger)
    records = read_parquet(results / "1_records/records.parquet", Record)
    passages = read_parquet(results / "4_fulltext/passages.parquet", Passage)
    statements = tuple(read_parquet(results / "5_evidence/statements.parquet", Statement))
    screened = tuple(read_parquet(results / "4_fulltext/assessed.parquet", Screened))
    then = from_json((results / "3_screened/before.json").read_bytes(), Before)
    return {
        "as_of": max([ledger.search.searched_at[:10], *(told.day for told in ledger.changes)]),
        "ledger": ledger,
        "flow": from_json((results / "6_synthesis/flow.json").read_bytes(), Flow),
        "records": {record.pmid: record for record in records},
        "step": last_step(then, screened),
        "screened": screened,
        "conduct": json.loads((results / "3_screened/conduct.json").read_bytes()),
        "links": tuple(read_parquet(results / "2_linked/links.parquet", Link)),
        "integrity": tuple(read_parquet(results / "2_linked/integrity.parquet", Integrity)),
        "studies": _studies(results, statements),
        "statements": statements,
        "extraction": json.loads((results / "5_evidence/extraction.json").read_bytes()),
        "corrections": json.loads((results / "5_evidence/corrections.json").read_bytes()),
        "passages": {(passage.pmid, passage.section): passage for passage in passages},
        "synthesis": from_json((results / "6_synthesis/claims.json").read_bytes(), Synthesis),
    }


def _studies(results: Path, statements: Iterable[Statement]) -> tuple[Study, ...]:
    """The studies, each with as many statements as stand once people have had their say."""
    standing = Counter(statement.pmid for statement in statements)
    studies = read_parquet(results / "5_evidence/studies.parquet", Study)
    return tuple(replace(study, statements=standing[study.pmid]) for study in studies)


def _manifest(config: Path, results: Path) -> dict[str, str]:
    """What this edition was made with: the same values give the same bytes.

    ``as_of`` is left out of the config's digest, so that a review rebuilt as of a day is the
    review that was made on that day.
    """
    files = [*sorted(config.glob("*.yaml")), *sorted(config.glob("*.tsv"))]
    files += narrative_files(config / "narrative")
    files.append(results / "1_records/ledger.json")
    digests = {file.name: hashlib.sha256(_timeless(file)).hexdigest() for file in files}
    return {"perennial": __version__, **digests}


def _timeless(file: Path) -> bytes:
    content = file.read_bytes()
    return re.sub(rb"^as_of:.*$", b"as_of:", content, flags=re.M)
