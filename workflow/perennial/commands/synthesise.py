"""``perennial synthesise``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from perennial.canonical import from_json, to_json
from perennial.claim import ASIDE, BEFORE, DOUBTFUL
from perennial.commands import _options
from perennial.config import load
from perennial.passage import Statement
from perennial.screened import Screened
from perennial.stances import load_stances
from perennial.step import Before, last_step
from perennial.study import Study
from perennial.synthesise import compare, load_claims, synthesise, with_pmids
from perennial.tables import read_parquet, write_whole

# Notices that put a study's findings in doubt; a correction does not.
DOUBTS = {"retracted", "concern", "editor's note"}


@click.command
@click.argument("results", type=_options.folder)
@click.option("--claims", type=_options.file, required=True, help="baseline.yaml")
@click.option("--vocabulary", type=_options.file, required=True, help="evidence.yaml")
@_options.output
def command(results: Path, claims: Path, vocabulary: Path, output: Path) -> None:
    """Audit the baseline review's claims against the statements; set contradictions side by side.

    Then audit them again over other studies: without those in doubt, with those set aside, and
    as they stood before the last change.
    """
    baseline = load(claims, "baseline")
    studies = read_parquet(results / "5_evidence/studies.parquet", Study)
    words = load(vocabulary, "evidence")
    stated = read_parquet(results / "5_evidence/statements.parquet", Statement)
    years = {study.pmid: study.year for study in studies}
    counted = {study.pmid for study in studies if not study.set_aside}
    since = baseline.get("review", {}).get("year", 0)
    frame = (years, load_stances(words), since, _families(words["factors"]))
    pmids = {study.doi.lower(): study.pmid for study in studies if study.doi}
    synthesis = synthesise(
        with_pmids(load_claims(baseline.data), pmids),
        [statement for statement in stated if statement.pmid in counted],
        *frame,
    )
    others = _others(results, studies, counted)
    comparisons = (
        compare(kind, synthesis, stated, counted, rest, *frame) for kind, rest in others.items()
    )
    write_whole(output, to_json(replace(synthesis, comparisons=tuple(comparisons))))


def _families(factors: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The members of each factor that the vocabulary declares a family."""
    return {
        name: tuple(factor["members"])
        for name, factor in factors.items()
        if factor["kind"] == "family" and factor.get("members")
    }


def _others(
    results: Path, studies: Iterable[Study], counted: set[str]
) -> Mapping[str, Iterable[str]]:
    """The studies that the audits are made over again, by the kind of comparison."""
    known = list(studies)
    then = from_json((results / "3_screened/before.json").read_bytes(), Before)
    step = last_step(then, read_parquet(results / "4_fulltext/assessed.parquet", Screened))
    others = {
        DOUBTFUL: counted - {s.pmid for s in known if DOUBTS & set(s.integrity)},
        ASIDE: counted | {s.pmid for s in known if s.set_aside},
    }
    if step:
        others[BEFORE] = counted - set(step.joined) | set(step.struck)
    return others
