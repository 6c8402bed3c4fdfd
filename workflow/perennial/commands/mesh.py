"""``perennial mesh``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from perennial import asked
from perennial.commands import _options
from perennial.config import Config, load
from perennial.errors import InputError, Place
from perennial.query import Mesh, Query, branches, mesh_files
from perennial.query.doubts import doubts
from perennial.tables import write_whole

_HEAD = 20_000  # bytes in which the comments at the head of a file end
_SHOWN = 8  # headings that are new or gone, by name
_HINT = "desc20xx.gz, desc20xx.xml or mtrees20xx.bin, from nlm.nih.gov/mesh"


@click.command
@click.argument("folder", type=_options.folder, default=Path("config"))
@click.option("--from", "file", type=_options.file, required=True, help=f"NLM's file: {_HINT}.")
def command(folder: Path, file: Path) -> None:
    """Write FOLDER/mesh.yaml anew: of NLM's file, the branches that the protocol explodes.

    These are the headings and publication types that search.yaml and screening.yaml ask for with
    all that is below them. The file tells its source, and is the same whenever it is made of it.
    """
    configs = [load(folder / f"{name}.yaml", name) for name in ("search", "screening")]
    hierarchy = _hierarchy(file)
    found = [(c, *each) for c in configs for each in asked.queries(c)]
    names = branches.asked(query for _, _, query in found)
    taken = branches.branches(hierarchy, names)
    path = folder / "mesh.yaml"
    former = path.read_bytes()[:_HEAD].decode("utf-8-sig", "replace") if path.exists() else ""
    before = _headings(path)
    write_whole(path, branches.written(taken, _source(file), former).encode())
    for said in _unknown(found, Mesh.of(hierarchy)):
        click.echo(said, err=True)
    click.echo(f"{path}: headings: {len(taken):,}; asked for by the protocol: {len(names):,}")
    _say("new", taken.keys() - before)
    _say("gone", before - taken.keys())


def _hierarchy(file: Path) -> mesh_files.Numbered:
    read = mesh_files.read(file)
    if isinstance(read, mesh_files.Numbered) and read.complete:
        return read
    raise InputError("this is not a file of NLM's", Place(str(file)), _HINT)


def _source(file: Path) -> str:
    """The file by name, year and hash: no path, which would tell of the machine."""
    year = mesh_files.year(file)
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    of = f"MeSH {year}, " if year else ""
    return (
        f"{of}{''.join(filter(str.isprintable, file.name))}, SHA-256\n# {digest}\n"
        "# Written by `perennial mesh`: the headings that search.yaml and screening.yaml explode\n"
        "# and all below them, each with its tree numbers."
    )


def _headings(path: Path) -> set[str]:
    """The headings that the file had, however it told them; none if it cannot be read."""
    try:
        read = mesh_files.read(path)
    except InputError:
        return set()
    if isinstance(read, mesh_files.Numbered):
        return {*read.numbers.values(), *read.others}
    return {*read, *(name for below in read.values() for name in below)}


def _unknown(found: Iterable[tuple[Config, asked.Path, Query]], mesh: Mesh) -> Iterator[str]:
    """What NLM's file does not have, each at its place in the protocol."""
    for config, path, query in found:
        for doubt in doubts(query, mesh):
            place = config.place(*path, offset=doubt.start)
            hint = f"\n  hint: {doubt.hint}" if doubt.hint else ""
            yield f"{place}: warning: {doubt.message}{hint}"


def _say(what: str, headings: Iterable[str]) -> None:
    names = sorted(headings)
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    if names:
        click.echo(f"{what} ({len(names):,}): {'; '.join(names[:_SHOWN])}{more}")
