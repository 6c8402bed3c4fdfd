"""The crate: all that the review was made from, by and into, as a Workflow Run RO-Crate.

What is packed is what it takes to make the review again: the archive whole (it is append-only, so
the crate of a day holds that day's), the configuration, the workflow with its code, the locks,
and the review itself. Unpacked, it is a project: ``make review`` in it asks no source, and gives
the same bytes. Nothing of the crate depends on the clock, or on who packs it where.
"""

from __future__ import annotations

import hashlib
import io
import json
import mimetypes
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from rocrate.model.contextentity import ContextEntity  # type: ignore[import-untyped]
from rocrate.rocrate import ROCrate  # type: ignore[import-untyped]

from perennial.errors import InputError, Place

METADATA = "ro-crate-metadata.json"
# What is packed of a project, where it is there, in this order: some programs unpack each file
# as if it were made then, and Snakemake must not find the archive older than what it answers.
# results/ is the review alone: the rest is made again on the way to it.
PARTS = (
    *("Snakefile", "Makefile", "pyproject.toml", "README.md", "LICENSE"),
    *("requirements.lock", "requirements.txt", "environment.yml"),
    *("profiles", "workflow", "resources"),
    *("config", "editions", "archive", "results/review"),
)
_FOLDERS = {
    "config/": "The configuration: strategies, criteria, decisions, vocabulary, claims, prose",
    "editions/": "The editions published before, which the review compares itself with",
    "archive/": "Every answer of the sources as it was received, with the request it answers",
    "resources/": "What comes with the workflow: the example corpus",
    "results/review/": "The review: its pages, documents, pictures, tables and references",
}
_TAKEN = ("config/", "editions/", "archive/", "resources/")
_MADE = "results/review/"
# Made by Python; answers that were never finished; PubMed's files, of which the archive has what
# the review needs.
_LEFT_OUT = {"__pycache__", "incoming", "mirror"}
_RUN = "https://w3id.org/ro/wfrun"
_PROFILES = {
    f"{_RUN}/process/0.5": ("Process Run Crate", "0.5"),
    f"{_RUN}/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
_HOMES = {"snakemake": "https://snakemake.github.io/"}
_FORMAL = "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"
_WORKFLOW = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
_TYPES = {
    **{".parquet": "application/vnd.apache.parquet", ".bib": "application/x-bibtex"},
    **{".ris": "application/x-research-info-systems", ".jsonl": "application/jsonl"},
    **{".yaml": "application/yaml", ".yml": "application/yaml", ".md": "text/markdown"},
    **{".tsv": "text/tab-separated-values", ".py": "text/x-python", ".gz": "application/gzip"},
    **{".csv": "text/csv", ".json": "application/json", ".svg": "image/svg+xml"},
    **{".html": "text/html", ".xml": "application/xml", ".pdf": "application/pdf"},
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class About:
    """What the crate says of the review, beside its files."""

    title: str
    question: str
    version: str
    as_of: str  # ISO 8601 date: what the run's end is told as
    maintainers: tuple[str, ...]
    licence: str  # SPDX id of the software's licence
    software: Mapping[str, str]  # name → version: Snakemake and Perennial


def gathered(root: Path, secret: Collection[Path] = ()) -> dict[str, bytes]:
    """Path in the crate → content of everything that ``PARTS`` names under ``root``.

    Hidden files, and those of ``secret`` (such as one that holds a key), stay out. Raises
    ``InputError`` for a symbolic link, which could lead anywhere, and where there is no review.
    The order is that of ``PARTS``, and within a part that of the names.
    """
    hidden = {path.resolve() for path in secret}
    found = {path.relative_to(root).as_posix(): path for path in _files(root)}
    if f"{_MADE}review.html" not in found:
        raise InputError("no review to pack", Place(str(root / _MADE)), "run snakemake first")
    return {name: path.read_bytes() for name, path in found.items() if path.resolve() not in hidden}


def metadata(about: About, files: Mapping[str, bytes]) -> bytes:
    """``ro-crate-metadata.json`` of ``files``, which conforms to Workflow Run Crate 0.5."""
    crate = ROCrate(version="1.1")
    crate.metadata.extra_terms = {"sha256": "http://schema.org/sha256"}
    crate.name, crate.description = about.title, _described(about)
    people = _entity(crate, "#maintainers", "Organization", name=", ".join(about.maintainers))
    crate.root_dataset["author"] = crate.root_dataset["publisher"] = people
    crate.root_dataset["datePublished"] = about.as_of
    crate.root_dataset["version"] = about.version
    crate.license = _licence(crate, about.licence)
    workflow = _workflow(crate, about, files)
    entities = {name: _file(crate, name, content) for name, content in files.items()}
    if "README.md" in entities:
        entities["README.md"]["about"] = crate.root_dataset
    folders = {name: _folder(crate, name, entities) for name in _FOLDERS if _under(name, files)}
    _formal(crate, workflow, folders)
    _run(crate, about, workflow, folders, [entities[name] for name in _under(_MADE, files)])
    crate.root_dataset["conformsTo"] = [
        _entity(crate, uri, "CreativeWork", name=name, version=number)
        for uri, (name, number) in _PROFILES.items()
    ]
    told = crate.metadata.generate()
    told["@graph"].sort(key=lambda entity: entity["@id"])
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files, in their order, as a ZIP without a clock: all are of its first possible day."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as packed:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(info, content)
    return sink.getvalue()


def _files(root: Path) -> Iterator[Path]:
    for part in PARTS:
        start = root / part
        yield from (
            p for p in (start, *sorted(_below(start))) if _packed(p, p.relative_to(root).parts)
        )


def _below(folder: Path) -> Iterable[Path]:
    return folder.rglob("*") if folder.is_dir() and not folder.is_symlink() else ()


def _packed(path: Path, parts: tuple[str, ...]) -> bool:
    if any(part.startswith(".") or part.endswith(".egg-info") for part in parts):
        return False
    if _LEFT_OUT & set(parts):
        return False
    if path.is_symlink():
        raise InputError("a symbolic link cannot be packed", Place(str(path)), "put the file there")
    return path.is_file()


def _under(folder: str, files: Iterable[str]) -> list[str]:
    return [name for name in files if name.startswith(folder)]


def _described(about: About) -> str:
    return (
        f"{about.question} Edition {about.version}, as of {about.as_of}, with the archive,"
        " configuration, code and environment that it was made from; running the workflow"
        " here makes the same review, byte for byte, without asking a source."
    )


def _entity(crate: Any, id_: str, type_: str, **told: Any) -> Any:
    return crate.add(ContextEntity(crate, id_, properties={"@type": type_, **told}))


def _licence(crate: Any, spdx: str) -> Any:
    return _entity(
        crate,
        f"https://spdx.org/licenses/{spdx}",
        "CreativeWork",
        name=spdx,
        description="Of the software and of what was written for the review. Records, abstracts"
        " and quotes are their publishers' and their databases'.",
    )


def _file(crate: Any, name: str, content: bytes) -> Any:
    digest = hashlib.sha256(content).hexdigest()
    told = {
        "name": name,
        "contentSize": str(len(content)),
        "encodingFormat": _type(name),
        "sha256": digest,
    }
    known = crate.get(name)  # the workflow is there already
    entity = known or crate.add_file(dest_path=name)
    for key, value in told.items():
        entity[key] = value
    return entity


def _type(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "text/plain")


def _folder(crate: Any, name: str, entities: Mapping[str, Any]) -> Any:
    parts = [entities[path] for path in _under(name, entities)]
    told = {"name": name, "description": _FOLDERS[name], "hasPart": parts}
    return crate.add_dataset(dest_path=name, properties=told)


def _workflow(crate: Any, about: About, files: Mapping[str, bytes]) -> Any:
    version = about.software["snakemake"]
    workflow = crate.add_workflow(
        dest_path="Snakefile", main=True, lang="snakemake", lang_version=version
    )
    needs = [_software(crate, *each) for each in about.software.items()]
    workflow["version"] = about.software["perennial"]
    workflow["license"] = crate.license
    workflow["author"] = crate.root_dataset["author"]
    workflow["conformsTo"] = {"@id": _WORKFLOW}
    workflow["softwareRequirements"] = needs
    return workflow


def _software(crate: Any, name: str, version: str) -> Any:
    """A program; one without a home on the web is named within the crate."""
    home = _HOMES.get(name)
    told = {"name": name, "softwareVersion": version, **({"url": home} if home else {})}
    return _entity(crate, home or f"#{name}", "SoftwareApplication", **told)


def _formal(crate: Any, workflow: Any, folders: Mapping[str, Any]) -> None:
    """The workflow's parameters: folders that it takes, and the one that it makes."""
    formal = {name: _parameter(crate, name, folder) for name, folder in folders.items()}
    workflow["input"] = [formal[name] for name in _TAKEN if name in formal]
    workflow["output"] = formal[_MADE]


def _parameter(crate: Any, name: str, folder: Any) -> Any:
    told = {
        "name": name.strip("/").rpartition("/")[2],
        "description": _FOLDERS[name],
        "additionalType": "Dataset",
        "conformsTo": {"@id": _FORMAL},
        "valueRequired": name in ("config/", "archive/"),
    }
    made = _entity(crate, f"#parameter-{told['name']}", "FormalParameter", **told)
    made["workExample"], folder["exampleOfWork"] = folder, made
    return made


def _run(
    crate: Any, about: About, workflow: Any, folders: Mapping[str, Any], made: list[Any]
) -> None:
    """The run: what the workflow made of what; its end is the review's day, not the clock's."""
    action = _entity(
        crate,
        "#run",
        "CreateAction",
        name=f"The run that made edition {about.version} as of {about.as_of}",
        description="Snakemake, on the files of this crate. The time is the last answer's, by the"
        " source's own clock.",
        endTime=about.as_of,
        actionStatus="http://schema.org/CompletedActionStatus",
    )
    action["instrument"], action["agent"] = workflow, crate.root_dataset["author"]
    action["object"] = [folders[name] for name in _TAKEN if name in folders]
    action["result"] = [folders[_MADE], *made]
    crate.root_dataset["mentions"] = action
