"""A project of a few records in a git repository of its own, and the real commands run in it."""

from __future__ import annotations

import contextlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner
from perennial.canonical import to_json
from perennial.cli import cli
from perennial.errors import InputError
from perennial.ledger import Absence, Database, Found, Ledger, Named, Search
from perennial.link import link
from perennial.record import Record
from perennial.screened import Integrity, Link
from perennial.tables import write_parquet, write_whole

SCREENING = """\
blocks:
  seed: "seed*[tiab]"
criteria:
  - {id: X1, action: exclude, label: a weed, reason: Weeds, query: "weed[tiab]"}
  - {id: X2, action: exclude, label: retracted, reason: Retracted, integrity: [retracted]}
  - {id: I1, action: require, label: a seed, reason: No seed, query: "#seed"}
"""
SEARCH = """\
blocks:
  plant: "seed*[tiab] OR moss[tiab]"
strategies:
  - id: S1
    label: Plants
    query: |
      #plant AND (old[tiab] OR new[tiab])
  - id: S2
    label: By place
    query: "seed*[tiab] AND Kew[ad]"
limits: 2016/01/01:3000[dp]
"""
HEAD = "pmid\toutcome\tcriterion\treviewer\tdate\tnote\n"
RECORDS = (
    Record("11", title="An old seed", abstract="It is old.", date="2020", year=2020),
    Record("12", title="A seed among weeds", abstract="A weed.", date="2020", year=2020),
    Record("13", title="Moss", abstract="Green.", date="2020", year=2020),
    Record("14", title="A new seed", abstract="It is a fern.", date="2010", year=2010),
)


@dataclass(frozen=True)
class Small:
    folder: Path

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The command, in this process and in the project's folder; ends as ``main`` would."""
        with contextlib.chdir(self.folder):
            done = CliRunner().invoke(cli, command, env={"COLUMNS": "100", **environment})
        if done.exception is None or isinstance(done.exception, SystemExit):
            return subprocess.CompletedProcess(command, done.exit_code, done.stdout, done.stderr)
        if not isinstance(done.exception, InputError):
            raise done.exception
        said = f"{done.stderr}perennial: {done.exception}\n"
        return subprocess.CompletedProcess(command, 2, done.stdout, said)

    def edit(self, old: str, new: str) -> None:
        path = self.folder / "config/screening.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def decide(self, *rows: str) -> None:
        text = HEAD + "".join("\t".join(row.split("|")) + "\n" for row in rows)
        (self.folder / "config/decisions.tsv").write_text(text, "utf-8")

    def git(self, *arguments: str) -> None:
        who = {f"GIT_{w}_{k}": v for w in ("AUTHOR", "COMMITTER")
               for k, v in (("NAME", "A"), ("EMAIL", "a@example.org"))}  # fmt: skip
        environment = {**os.environ, **who}
        subprocess.run(["git", *arguments], cwd=self.folder, check=True, env=environment)


def small(folder: Path, records: tuple[Record, ...] = RECORDS, git: bool = True) -> Small:
    """The project, committed once."""
    config = folder / "config"
    config.mkdir(parents=True)
    (config / "screening.yaml").write_text(SCREENING, "utf-8")
    (config / "search.yaml").write_text(SEARCH, "utf-8")
    project = Small(folder)
    project.decide()
    results = folder / "results"
    links, integrity = link(records)
    write_parquet(results / "1_records/records.parquet", records, Record)
    write_parquet(results / "2_linked/links.parquet", links, Link)
    write_parquet(results / "2_linked/integrity.parquet", integrity, Integrity)
    write_whole(results / "1_records/ledger.json", to_json(_ledger(records)))
    if git:
        project.git("init", "--quiet")
        project.git("add", "config")
        project.git("commit", "--quiet", "--message", "protocol")
    return project


def _ledger(records: tuple[Record, ...]) -> Ledger:
    ids = tuple(record.pmid for record in records)
    found = Found("S1", "Plants", "", "", "", len(ids) + 1, (*ids, "98"), ())
    named = Named("13", "pmid", "13", "returned", "")
    search = Search("example", "2026-01-01T00:00:00Z", Database("", "", "", ""), (found,), (named,))
    return Ledger(search, (Absence("98", "asked for twice, not returned"),), ())
