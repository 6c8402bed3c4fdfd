"""``perennial labels``."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from perennial.commands import _behind, _options
from perennial.config import load
from perennial.decisions.decision import OUTCOMES, STAGES
from perennial.decisions.table import append, cannot_exclude, excludes, load_decisions
from perennial.errors import InputError, Place
from perennial.exchange import told
from perennial.exchange.labels import FROM, Label
from perennial.exchange.match import Held
from perennial.exchange.rows import Terms, take
from perennial.record import Record
from perennial.render.wording import counted
from perennial.screen import Criterion, load_criteria
from perennial.screened import Link, Screened
from perennial.tables import read_parquet

log = logging.getLogger(__name__)
NAMING = ("rayyan", "csv", "asreview")  # whose files name the reviewers, or may


@click.command
@click.argument("file", type=_options.file)
@click.option("--from", "tool", type=click.Choice(tuple(FROM)), required=True)
@click.option(
    "--reviewer", "names", multiple=True, required=True,
    help="Who decided; of several in the file, NAME or 'name in the file=NAME', repeatable.",
)  # fmt: skip
@click.option(
    "--reason", "reasons", multiple=True,
    help="'a reason of the tool=X1'; a criterion's id, label and reason are known. Repeatable.",
)  # fmt: skip
@click.option("--default-criterion", default="", help="For exclusions whose reason is not mapped.")
@click.option(
    "--outcome", type=click.Choice(OUTCOMES), help="For a file of one category, as Covidence's."
)
@click.option("--stage", type=click.Choice(STAGES), default=STAGES[0], show_default=True)
@_options.dated("Day of decisions without one; today if left out.")
@_options.results
@click.option(
    "--criteria", type=_options.file, default=Path("config/screening.yaml"), show_default=True
)
@click.option("--dry-run", is_flag=True, help="Tell, and write nothing.")
@click.option(
    "-o", "--output", type=_options.new_file, default=Path("config/decisions.tsv"),
    show_default=True, help="The table of decisions, to which rows are added.",
)  # fmt: skip
def command(
    file: Path,
    tool: str,
    names: Sequence[str],
    reasons: Sequence[str],
    default_criterion: str,
    outcome: str | None,
    stage: str,
    day: str,
    results: Path,
    criteria: Path,
    dry_run: bool,
    output: Path,
) -> None:
    """Add what reviewers decided in another tool, read from its export FILE, to the decisions.

    The same file twice adds nothing. A reference that is not surely one of the records is listed
    and left out.
    """
    protocol = load_criteria(load(criteria, "screening"))
    usable = [criterion.id for criterion in protocol if excludes(criterion, stage)]
    mapped = _pairs(reasons, usable)
    for named in filter(None, (*mapped.values(), default_criterion)):
        _refuse_unusable(named, protocol, stage, f"one of: {', '.join(usable)}")
    reviewers = _reviewers(names, tool)
    labels = [label for one in told.read(file) for label in FROM[tool](one)]
    if tool == "asreview":
        reviewers = _only_one(labels, reviewers)
    terms = Terms(stage, day, reviewers, mapped, default_criterion, outcome or "")
    _refuse_strangers(labels, reviewers, file)
    _behind.warn("the screening", results, criteria)  # new decisions change nothing here
    records = {r.pmid: r for r in read_parquet(results / "1_records/records.parquet", Record)}
    before = load_decisions(output, records, protocol) if output.exists() else []
    taken = take(
        labels, Held(list(records.values()), _links(results)), records, protocol,
        _settled(results), before, terms,
    )  # fmt: skip
    for sentence in taken.unmatched:
        log.warning("left out: %s", sentence)
    if taken.rows and not dry_run:
        append(output, *taken.rows)
    log.info(
        "%s %s; %s known already; %s left out",
        counted(len(taken.rows), "decision"), "to add" if dry_run else "added",
        taken.known, len(taken.unmatched),
    )  # fmt: skip


def _pairs(written: Iterable[str], ids: Sequence[str]) -> dict[str, str]:
    """``a reason=X1``; the last = parts them, since a reason may hold one."""
    pairs = {}
    for text in written:
        reason, equals, id_ = text.rpartition("=")
        if not equals or not reason.strip():
            raise InputError(f"--reason {text!r}", None, f"'a reason={(*ids, 'X1')[0]}'")
        pairs[reason.strip()] = id_.strip()
    return pairs


def _refuse_unusable(id_: str, protocol: Sequence[Criterion], stage: str, hint: str) -> None:
    found = next((criterion for criterion in protocol if criterion.id == id_), None)
    wrong = cannot_exclude(found, stage) if found else f"unknown criterion {id_!r}"
    if wrong:
        raise InputError(wrong, None, hint)


def _reviewers(names: Sequence[str], tool: str) -> dict[str, str]:
    """Names of the file → names of the review; "" is for labels without a name."""
    pairs = [(name.partition("=")[0].strip(), name.rpartition("=")[2].strip()) for name in names]
    if any(not mine or not theirs for theirs, mine in pairs):
        raise InputError("a reviewer has no name", None, "--reviewer NAME")
    if tool in NAMING:  # ASReview's files may name nobody: then one name stands for all
        unnamed = {"": pairs[0][1]} if tool != "rayyan" and len(pairs) == 1 else {}
        return unnamed | dict(pairs)
    if len(pairs) > 1:
        raise InputError(f"{tool} does not say who decided", None, "give one --reviewer")
    return {"": pairs[0][1]}


def _only_one(labels: Sequence[Label], reviewers: dict[str, str]) -> dict[str, str]:
    """ASReview names its user where it has users: if it is one, that is who is meant."""
    found = {label.reviewer for label in labels} - {""}
    if not found and "" not in reviewers:
        raise InputError("the file does not say who decided", None, "give one --reviewer")
    if len(found) == 1 and "" in reviewers:
        return reviewers | dict.fromkeys(found, reviewers[""])
    return reviewers


def _refuse_strangers(labels: Sequence[Label], reviewers: Mapping[str, str], file: Path) -> None:
    """A file in which no label is of those who are asked for is not what was meant."""
    found = sorted({label.reviewer for label in labels})
    if not labels:
        raise InputError("no decision in the file", Place(str(file)), "is --from the right tool?")
    if not set(found) & set(reviewers):
        hint = f"the file names: {', '.join(filter(None, found)) or 'nobody'}"
        raise InputError("no decision of this reviewer", Place(str(file)), hint)


def _links(results: Path) -> list[Link]:
    path = results / "2_linked/links.parquet"
    return read_parquet(path, Link) if path.exists() else []


def _settled(results: Path) -> dict[str, str]:
    """The criterion by which rules settled a record."""
    path = results / "3_screened/screened.parquet"
    rows = read_parquet(path, Screened) if path.exists() else []
    return {row.pmid: row.criterion for row in rows if row.decided_by == "rule"}
