"""What config.yaml says of the baseline, and what a change of the questions is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from perennial import asked
from perennial.baseline.files import PARTS, File
from perennial.config import Config
from perennial.errors import InputError
from perennial.query import Mesh
from perennial.query.doubts import doubts

BASELINE = "baseline"  # as `entrez.server` names it, and as the archive files what it tells
GROUP = 8  # files that one job reads: a fifth of a minute, so that few jobs are mostly start-up


@dataclass(frozen=True, slots=True)
class Mirror:
    """The files as they were found last (archive/index/mirror.json), in their order."""

    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """``files`` is a folder or a URL; ``group`` how many files a job reads."""

    files: str
    group: int

    @property
    def remote(self) -> bool:
        """Whether the files are to be copied from a server first."""
        return self.files.startswith(("https://", "http://"))

    def there(self, archive: Path) -> bool:
        """Whether the files, or the copies that ``archive`` keeps of them, are at hand."""
        return (archive / "mirror" if self.remote else Path(self.files)).is_dir()


def settings(config: Config, archived: bool = False) -> Settings | None:
    """Where config.yaml says the files are; None unless ``entrez.server`` is baseline.

    Raises InputError where it does not say so, and for a folder that is not there, unless what
    the review needs of it is ``archived``.
    """
    entrez = config["entrez"]
    if entrez["server"] != BASELINE:
        return None
    if "baseline" not in entrez:
        raise InputError(
            "'entrez.baseline' does not say where the files are",
            config.place("entrez", "server"),
            "add baseline: {files: FOLDER}, with pubmed26n0001.xml.gz and what follows",
        )
    said = Settings(entrez["baseline"]["files"], entrez["baseline"].get("group", GROUP))
    if not archived and not said.remote and not Path(said.files).is_dir():
        place = config.place("entrez", "baseline", "files")
        raise InputError(f"there is no folder {said.files}", place)
    return said


def groups(files: Sequence[File], size: int) -> dict[str, tuple[File, ...]]:
    """Files by the group that reads them: ``0000`` the first ``size`` numbers, and so on.

    A file stays in its group however many are added.
    """
    found: dict[str, list[File]] = {}
    for file in files:
        found.setdefault(f"{(file.number - 1) // size:04}", []).append(file)
    return {name: tuple(group) for name, group in found.items()}


def listing(folder: str | Path) -> str:
    """A hash of which files a folder holds, by name and size: another if one is added."""
    there = [path for name in ("", *PARTS) for path in (Path(folder) / name).glob("*.gz*")]
    said = sorted((path.name, path.stat().st_size) for path in there)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def question(strategies: Config, mesh: Path) -> str:
    """A hash of what in search.yaml and mesh.yaml can change an answer: no labels, no comments."""
    queries = [[row["id"], row["query"]] for row in strategies.get("strategies", ())]
    said = [queries, *(strategies.get(key) for key in ("blocks", "limits", "ids"))]
    tree = mesh.read_bytes() if mesh.exists() else b""
    return hashlib.sha256(json.dumps(said).encode() + b"\0" + tree).hexdigest()[:16]


def check_headings(strategies: Config, mesh: Mesh) -> None:
    """Raise InputError, at its place, for a heading whose narrower ones are not known.

    PubMed explodes by its own hierarchy; where it is not asked, records under a heading that
    ``mesh`` lacks would be missed without a word.
    """
    for path, query in asked.queries(strategies):
        for doubt in doubts(query, mesh):
            if doubt.local:
                place = strategies.place(*path, offset=doubt.start)
                raise InputError(doubt.message, place, doubt.hint)
