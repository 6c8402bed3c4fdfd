"""``perennial extract``."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from functools import cache, partial
from itertools import groupby
from pathlib import Path

import click

from perennial.canonical import to_json
from perennial.commands import _options
from perennial.config import load
from perennial.extract import Account, Thrown, Unread, extractor, load_vocabulary
from perennial.extract.extractors import PATTERNS
from perennial.memo import Memo
from perennial.parted.studies import Drawing
from perennial.passage import Passage, Statement
from perennial.screened import Screened
from perennial.tables import columns_of, parquet, rows_of, write_whole

log = logging.getLogger(__name__)


@click.command
@click.argument("records", type=_options.table)
@click.argument("passages", type=_options.file)
@click.option("--assessed", type=_options.file, required=True, help="assessed.parquet")
@click.option("--vocabulary", type=_options.file, required=True, help="evidence.yaml")
@click.option("--account", type=_options.new_file, required=True, help="extraction.json to write.")
@_options.memo
@_options.output
def command(
    records: Path,
    passages: Path,
    assessed: Path,
    vocabulary: Path,
    account: Path,
    memo: Path | None,
    output: Path,
) -> None:
    """Draw statements from PASSAGES; one whose quote is not in its text is thrown out."""
    document = load(vocabulary, "evidence").data
    words = cache(partial(load_vocabulary, document))
    name = document.get("extractor", PATTERNS)
    said = json.dumps(document) if name == PATTERNS else ""
    drawing = Drawing(extractor(name), words, said, Memo(memo))
    about = _about(records, _read(assessed))
    tally = Counter(studies=0, statements=0, overlong=0, disputed=0)
    thrown: Counter[str] = Counter()
    with parquet(output, Statement) as write:
        for pmid, texts in _studies(passages, about):
            drawn = drawing.study(texts, *about[pmid])
            for statement in drawn.kept:
                write(statement)
            _warn(pmid, drawn.thrown)
            thrown.update(each.reason for each in drawn.thrown)
            tally.update(_counts(drawn.kept, drawn.unread))
    if not tally["studies"]:  # what nothing is drawn by is checked all the same
        words()
    told = Account(name, thrown=dict(thrown), **tally)
    write_whole(account, to_json(told))
    _tell(told)


def _read(assessed: Path) -> set[str]:
    """The studies whose texts are read."""
    rows = columns_of(assessed, "pmid", "outcome", "set_aside")
    return {
        pmid
        for pmid, outcome, aside in rows
        if Screened(pmid, outcome, "", "", "", (), (), aside).read
    }


def _about(records: Path, wanted: set[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Title and publication types of each record that is read."""
    held = columns_of(records, "pmid", "title", "publication_types")
    return {pmid: (title, tuple(kinds)) for pmid, title, kinds in held if pmid in wanted}


def _studies(passages: Path, wanted: Container[str]) -> Iterator[tuple[str, list[Passage]]]:
    """The passages of each study but those excluded for their full text."""
    for pmid, cut in groupby(rows_of(passages, Passage), key=lambda passage: passage.pmid):
        if pmid in wanted:
            yield pmid, list(cut)


def _counts(kept: Sequence[Statement], unread: Sequence[Unread]) -> dict[str, int]:
    disputed = sum(bool(row.factor) for row in unread)
    return {
        "studies": 1,
        "statements": len(kept),
        "overlong": len(unread) - disputed,
        "disputed": disputed,
    }


def _warn(pmid: str, thrown: Sequence[Thrown]) -> None:
    for each in thrown:
        said = each.statement
        log.warning(
            "PMID %s: thrown out, %s: %r %s %r in %r",
            *(pmid, each.reason, said.factor, said.direction, said.quote, said.section),
        )


def _tell(account: Account) -> None:
    log.info(
        "%s: %d statements from %d studies",
        *(account.extractor, account.statements, account.studies),
    )
    reasons = ", ".join(f"{n} {reason}" for reason, n in sorted(account.thrown.items()))
    log.info("thrown out: %s", reasons or "none")
    log.info(
        "not drawn: %d overlong sentences, %d factors sent both ways by one sentence",
        *(account.overlong, account.disputed),
    )
