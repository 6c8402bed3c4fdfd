"""What lies before who corrects: the statements as drawn and added, and the texts they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from perennial.config import load
from perennial.corrections.correction import ADDED
from perennial.errors import InputError, Place
from perennial.extract.vocabulary import Vocabulary, load_vocabulary
from perennial.passage import Passage, Statement
from perennial.study import Study
from perennial.tables import columns_of, read_parquet


@dataclass(frozen=True)
class Material:
    """What a sheet or a page is made of, and read against."""

    statements: Mapping[str, Statement]  # as drawn, and added, by id
    texts: Mapping[str, Mapping[str, Passage]]  # of each study read, by PMID and section
    titles: Mapping[str, str]  # of every record found, by PMID
    vocabulary: Vocabulary


def load_material(results: Path, config: Path) -> Material:
    """Read what the stages wrote under ``results``, and the vocabulary in ``config``.

    InputError if the review is not built so far.
    """
    evidence = results / "5_evidence"
    drawn = read_parquet(_table(evidence / "drawn.parquet"), Statement)
    stand = read_parquet(_table(evidence / "statements.parquet"), Statement)
    added = [statement for statement in stand if statement.reviewed == ADDED]
    studies = read_parquet(_table(evidence / "studies.parquet"), Study)
    texts: dict[str, dict[str, Passage]] = {study.pmid: {} for study in studies}
    for passage in read_parquet(_table(results / "4_fulltext/passages.parquet"), Passage):
        texts.get(passage.pmid, {})[passage.section] = passage
    records = _table(results / "1_records/records.parquet")
    return Material(
        {statement.id: statement for statement in (*drawn, *added)},
        texts,
        dict(columns_of(records, "pmid", "title")),
        load_vocabulary(load(config / "evidence.yaml", "evidence").data, patterns=False),
    )


def _table(path: Path) -> Path:
    if not path.exists():
        raise InputError("there is no such file yet", Place(str(path)), "run `snakemake` first")
    return path
