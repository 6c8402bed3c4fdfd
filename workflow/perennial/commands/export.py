"""``perennial export``."""

from __future__ import annotations

import logging
from pathlib import Path

import click
import pyarrow.parquet as pq

from perennial.commands import _behind, _options
from perennial.decisions.decision import STAGES
from perennial.errors import InputError, Place
from perennial.exchange.formats import TOOLS, choose
from perennial.exchange.loss import losses
from perennial.exchange.sent import SETS, chosen
from perennial.record import Record
from perennial.render.wording import counted
from perennial.screened import Screened
from perennial.tables import read_parquet, write_whole

log = logging.getLogger(__name__)


@click.command
@click.argument("tool", type=click.Choice(TOOLS))
@click.option(
    "--set", "which", type=click.Choice(SETS), default="screened", show_default=True,
    help="queue: what awaits a reviewer, in its order and without outcomes.",
)  # fmt: skip
@click.option("--stage", type=click.Choice(STAGES), help=f"Of the queue; {STAGES[0]} if left out.")
@click.option(
    "--results", type=_options.folder, default=Path("results"), show_default=True,
    help="Where the review was built.",
)  # fmt: skip
@click.option(
    "--config", type=_options.folder, default=Path("config"), show_default=True,
    help="To tell whether what was built is older than the protocol and the decisions.",
)  # fmt: skip
@_options.output
def command(
    tool: str, which: str, stage: str | None, results: Path, config: Path, output: Path
) -> None:
    """Write records with their outcome as TOOL reads them.

    The ending of the file chooses the format: asreview .csv .ris; rayyan .csv .ris;
    covidence .ris; zotero .ris .bib .json; plain .csv .ris .nbib .bib .json.
    """
    if stage and which != "queue":
        raise InputError(f"the set {which!r} is not parted by stage", hint="--set queue")
    form = choose(tool, output)
    what = "the queue" if which == "queue" else "the screening"
    _behind.warn(what, results, config / "screening.yaml", config / "decisions.tsv")
    records = read_parquet(_file(results / "1_records/records.parquet"), Record)
    judged = "3_screened/screened.parquet"
    screened = [] if which == "queue" else read_parquet(_file(results / judged), Screened)
    waiting = results / "3_screened/queue.parquet"
    queue = _queue(waiting, stage or STAGES[0]) if which == "queue" else []
    sent = chosen(which, records, screened, queue)
    if not sent:
        raise _empty(which, stage or STAGES[0])
    write_whole(output, form.write(sent))
    log.info("%s written to %s", counted(len(sent), "record"), output)
    for lost in losses(sent, form):
        log.warning("not carried: %s", lost)


def _empty(which: str, stage: str) -> InputError:
    if which == "queue":
        others = ", ".join(other for other in STAGES if other != stage)
        return InputError(f"nothing awaits a reviewer at {stage}", hint=f"--stage {others!r}?")
    return InputError(f"no record is in the set {which!r}", hint=f"one of: {', '.join(SETS)}")


def _queue(path: Path, stage: str) -> list[str]:
    """The ids of one stage's queue in the order of their rank."""
    rows = pq.read_table(_file(path), columns=["pmid", "stage", "rank"]).to_pylist()
    here = [row for row in rows if row["stage"] == stage]
    return [row["pmid"] for row in sorted(here, key=lambda row: row["rank"])]


def _file(path: Path) -> Path:
    if not path.exists():
        raise InputError("this part of the review is not built", Place(str(path)), "run snakemake")
    return path
