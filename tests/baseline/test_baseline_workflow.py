"""The workflow on PubMed's files: the same records and the same screening as through a server."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from baseline_files import document, name_of, pmid_of, publish, put, revised
from baseline_project import RECORDS, SCREENED, as_files, through_server
from perennial.archive import Archive
from perennial.canonical import from_json
from perennial.ledger import Ledger
from perennial.record import Record
from perennial.screened import Screened
from perennial.tables import read_parquet
from perennial.verify import verify
from project import Project

TABLES = ("results/1_records/records.parquet", SCREENED)
AFTER_LINKING = {
    *("screen", "prioritise", "fetch_fulltext", "passages", "assess", "extract", "correct"),
    *("appraise", "synthesise", "flow", "render"),
}
REVISED, DELETED, SAME = 25636082, 24985346, 24161934


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = through_server(tmp_path_factory.mktemp("server") / "project")
    project.snakemake(SCREENED)
    return project


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = as_files(tmp_path_factory.mktemp("files") / "project")
    project.snakemake(SCREENED)
    return project


@pytest.fixture
def project(files: Project, tmp_path: Path) -> Project:
    return files.copy(tmp_path / "copy")


def _ledger(project: Project) -> Ledger:
    return from_json((project.folder / "results/1_records/ledger.json").read_bytes(), Ledger)


def _update(project: Project) -> None:
    """A file that revises one record, gives another as it was, and deletes a third."""
    known = {pmid_of(raw): raw for raw in RECORDS}
    anew = known[REVISED].replace(b"</ArticleTitle>", b" Corrected.</ArticleTitle>")
    changed = [revised(anew, "2026-11-15"), known[SAME]]
    publish(project.folder / "pubmed/updatefiles", 4, changed, [(DELETED, 1)])


def test_the_tables_are_those_of_a_search_through_a_server(server: Project, files: Project) -> None:
    for table in TABLES:
        assert (server.folder / table).read_bytes() == (files.folder / table).read_bytes()
    assert len(read_parquet(files.folder / SCREENED, Screened)) > 30


def test_the_ledger_is_that_of_a_search_through_a_server(server: Project, files: Project) -> None:
    one, other = _ledger(server).search, _ledger(files).search
    assert one.named == other.named
    for found, as_file in zip(one.strategies, other.strategies, strict=True):
        told = (found.id, found.label, found.query, found.sent, found.translation, found.ids)
        it = (as_file.id, as_file.label, as_file.query, as_file.sent, as_file.translation)
        assert told == (*it, as_file.ids)
    assert other.database.count == str(len(RECORDS))
    assert verify(Archive(files.folder / "archive")).faults == ()


def test_an_update_file_is_a_refresh(project: Project) -> None:
    first = project.folder / "results/0_sifted/0000.parquet"
    before, sifted = _ledger(project), first.stat().st_mtime_ns
    table = {row.pmid: row for row in read_parquet(project.folder / TABLES[0], Record)}
    _update(project)
    project.snakemake(SCREENED)
    assert first.stat().st_mtime_ns == sifted  # its files are the same
    after = _ledger(project)
    assert after.search.searched_at == "2026-11-15T00:00:00Z"
    assert after.search.database.count == str(len(RECORDS) - 1)
    assert after.changes[:-1] == before.changes
    last = after.changes[-1]
    assert (last.new, last.revised) == ((), (str(REVISED),))
    assert [one.pmid for one in last.withdrawn] == [str(DELETED)]
    now = {row.pmid: row for row in read_parquet(project.folder / TABLES[0], Record)}
    assert now.keys() == table.keys()
    assert {pmid for pmid in now if now[pmid] != table[pmid]} == {str(REVISED)}
    assert now[str(REVISED)].title.endswith("Corrected.")


def test_a_label_is_no_reason_to_read_all_files_again(project: Project) -> None:
    project.edit("config/search.yaml", "label: Trials", "label: Trials (all)")
    assert project.due() == {"gather", "records", "link", *AFTER_LINKING}


Damage = Callable[[Path], object]


def _cut(folder: Path) -> None:
    path = folder / f"baseline/{name_of(3)}"
    path.write_bytes(path.read_bytes()[:-500])


def _flipped(folder: Path) -> None:
    path = folder / f"baseline/{name_of(3)}"
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 4
    path.write_bytes(damaged)


def _exchanged(folder: Path) -> None:
    one, other = (folder / f"baseline/{name_of(number)}" for number in (2, 3))
    for suffix in ("", ".md5"):
        first, second = (path.with_name(path.name + suffix) for path in (one, other))
        kept = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(kept)


def _missing(folder: Path) -> None:
    (folder / f"baseline/{name_of(2)}").unlink()


def _copied(folder: Path) -> None:
    put(folder / f"updatefiles/{name_of(4)}", (folder / f"baseline/{name_of(3)}").read_bytes())


def _unclosed(folder: Path) -> None:
    put(folder / f"baseline/{name_of(3)}", gzip.compress(document(RECORDS[-9:])[:-30]))


SNAKEMAKE = ("snakemake", "--keep-going", SCREENED)
MIRROR = ("perennial", "mirror", "-o", "archive/index/mirror.json")
SIFT = ("perennial", "sift", f"pubmed/baseline/{name_of(3)}", "-o", "results/0_sifted/0001.parquet")


@pytest.mark.parametrize(
    ("damage", "said", "command"),
    [
        (_cut, name_of(3), SNAKEMAKE),
        (_flipped, name_of(3), SIFT),
        (_unclosed, f"{name_of(3)}: does not end with", SIFT),
        (_exchanged, f"the sidecar is that of {name_of(3)}, not of {name_of(2)}", MIRROR),
        (_missing, f"missing: {name_of(2)}", MIRROR),
        (_copied, f"{name_of(3)} and {name_of(4)} are the same file", MIRROR),
    ],
)
def test_a_damaged_folder_changes_nothing(
    project: Project, damage: Damage, said: str, command: tuple[str, ...]
) -> None:
    kept = _kept(project)
    assert len(kept) > 10
    _update(project)  # what is new and good is not applied either, before all is
    damage(project.folder / "pubmed")
    done = project.run(*command)
    assert done.returncode != 0
    assert said in done.stdout + done.stderr
    assert _kept(project) == kept


def _kept(project: Project) -> dict[str, str]:
    """What the review stands on; which files there are, and what they left, is made anew."""
    found = [p for part in ("archive", "results") for p in (project.folder / part).rglob("*")]
    made_anew = ("results/0_sifted/", "archive/index/mirror.json", "archive/.lock")
    told = {p.relative_to(project.folder).as_posix(): p for p in found if p.is_file()}
    return {
        name: sha256(path.read_bytes()).hexdigest()
        for name, path in sorted(told.items())
        if not name.startswith(made_anew)
    }


def test_headings_whose_narrower_ones_are_unknown_stop_it_at_the_door(project: Project) -> None:
    project.edit("config/mesh.yaml", '"Autophagy": []', "")
    done = project.run("snakemake", "--dry-run", SCREENED)
    assert done.returncode != 0
    assert "narrower headings of Autophagy are not known" in done.stdout + done.stderr


def test_the_archive_alone_gives_the_same_review(project: Project) -> None:
    """The files are large and replaced each year: what the review needs of them is archived."""
    before = {table: (project.folder / table).read_bytes() for table in TABLES}
    for gone in ("pubmed", "results"):
        shutil.rmtree(project.folder / gone)
    project.snakemake(SCREENED)
    assert {table: (project.folder / table).read_bytes() for table in TABLES} == before


def test_there_is_no_pmc_to_ask(project: Project) -> None:
    tables = (TABLES[0], SCREENED)
    done = project.run("perennial", "fetch-fulltext", *tables, "-o", "archive/index/fulltext.json")
    assert done.returncode == 0, done.stderr
    assert "read from their abstracts alone" in done.stderr
    held = json.loads((project.folder / "archive/index/fulltext.json").read_text())
    assert held == {"gone": {}, "held": {}, "lacking": {}, "source": "baseline"}


def test_refresh_tells_whether_there_are_new_files(project: Project) -> None:
    quiet = project.run("perennial", "refresh", "--no-build")
    assert (quiet.returncode, "Nothing new." in quiet.stdout) == (0, True), quiet.stderr
    _update(project)
    told = project.run("perennial", "refresh", "--no-build")
    assert (told.returncode, name_of(4) in told.stdout) == (10, True), told.stderr
    owed = project.run("perennial", "refresh", "--no-build")  # until it is built
    assert (owed.returncode, "Nothing new." in owed.stdout) == (10, True), owed.stderr
