"""A project whose corpus is the dated example, asked through the example's server or as files."""

from __future__ import annotations

from pathlib import Path

from baseline_files import CORPUS, document, example, publish
from perennial import asked
from perennial.config import load
from perennial.query import Mesh
from perennial.query.doubts import doubts
from project import ROOT, Project, fresh

RECORDS = example()
SCREENED = "results/3_screened/screened.parquet"
_SAID = "  #   baseline:\n  #     files: /data/pubmed\n  #     group: 8\n"


def through_server(folder: Path) -> Project:
    """The example's records, each with a day of revision, behind the example's server."""
    project = fresh(folder)
    for number, name in enumerate(CORPUS):
        part = document(RECORDS[number :: len(CORPUS)])
        (project.folder / f"resources/example/{name}.xml").write_bytes(part)
    _know_headings(project)
    return project


def as_files(folder: Path) -> Project:
    """The same records as three files of the baseline; two files make a group."""
    project = fresh(folder)
    read_from(project, "pubmed")
    _know_headings(project)
    third = -(-len(RECORDS) // 3)
    for number in (1, 2, 3):
        part = RECORDS[(number - 1) * third : number * third]
        publish(project.folder / "pubmed/baseline", number, part)
    return project


def read_from(project: Project, files: str) -> None:
    """Make the baseline in ``files`` the source."""
    project.edit("config/config.yaml", "server: example", "server: baseline")
    said = f"  baseline:\n    files: {files}\n    group: 2\n"
    project.edit("config/config.yaml", _SAID, said)


def _know_headings(project: Project) -> None:
    """Add to mesh.yaml what the strategies explode and the example leaves out."""
    strategies, mesh = load(ROOT / "config/search.yaml", "search"), Mesh.load(_mesh(project))
    told = (one.message for _, query in asked.queries(strategies) for one in doubts(query, mesh))
    names = [said.partition(" are not known")[0].partition(" headings of ")[2] for said in told]
    lines = [f'"{name or "Clinical Trial"}": []\n' for name in dict.fromkeys(names)]
    _mesh(project).write_text(_mesh(project).read_text() + "".join(lines))


def _mesh(project: Project) -> Path:
    return project.folder / "config/mesh.yaml"
