"""Verify: the archive is what its sources answered, and all of it is there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from perennial.archive import Archive, entry_of
from perennial.canonical import from_json
from perennial.errors import InputError, Place
from perennial.ledger import Refresh, Search

_LEDGERS = {"searches": Search, "refreshes": Refresh}


@dataclass(frozen=True, slots=True)
class Verified:
    """What was counted, and every fault with its file. ``torn`` and ``staged`` are no faults."""

    answers: int
    lines: int
    searches: int
    refreshes: int
    torn: int  # journal lines that a kill cut short; their answers were asked for again
    staged: int  # answers on their way into the archive when a writer was killed
    faults: tuple[str, ...]


def verify(archive: Archive) -> Verified:
    """Hash every answer anew, and hold journal, answers and ledgers against each other.

    Raises OSError for a folder that cannot be read.
    """
    lines, torn, faults = _journal(archive)
    answers = sorted(path for path in (archive.root / "raw").rglob("*") if path.is_file())
    staged = {path.stem for path in (archive.root / "incoming").glob("*.gz")}
    faults += [*_spoilt(archive, answers), *_unpaired(archive, lines, answers, staged)]
    ledgers = {name: sorted((archive.root / name).glob("*.json")) for name in _LEDGERS}
    for name, files in ledgers.items():
        faults += (fault for file in files for fault in _misled(file, _LEDGERS[name], lines))
    counts = (len(answers), sum(map(len, lines.values())))
    runs = (len(ledgers["searches"]), len(ledgers["refreshes"]))
    return Verified(*counts, *runs, torn, len(staged), tuple(faults))


def _journal(archive: Archive) -> tuple[dict[str, list[int]], int, list[str]]:
    """The lines that name each answer, how many lines are torn, and faults of the others."""
    lines: dict[str, list[int]] = {}
    torn, faults = 0, []
    text = archive.journal.read_bytes() if archive.journal.exists() else b""
    for number, line in enumerate(text.split(b"\n"), 1):
        try:
            entry = entry_of(line, Place(str(archive.journal), number))
        except InputError as error:
            faults.append(str(error))
            continue
        if entry:
            lines.setdefault(entry.answer, []).append(number)
        torn += bool(line) and not entry
    return lines, torn, faults


def _spoilt(archive: Archive, answers: list[Path]) -> Iterator[str]:
    for path in answers:
        try:
            if archive.path(path.stem) != path:
                yield f"{path}: an answer does not belong here"
            archive.answer(path.stem)
        except InputError as error:
            yield f"{path}: {error.message}"


def _unpaired(
    archive: Archive, lines: Mapping[str, list[int]], answers: list[Path], staged: set[str]
) -> Iterator[str]:
    for path in answers:
        if path.stem not in lines:
            yield f"{path}: no line of the journal names this answer"
    for digest in sorted(set(lines) - {path.stem for path in answers} - staged):
        yield f"{archive.journal}:{lines[digest][0]}: its answer {digest} is not in the archive"


def _misled(
    file: Path, kind: type[Search] | type[Refresh], lines: Mapping[str, list[int]]
) -> Iterator[str]:
    """A ledger's name ends with the beginning of its hash; its slices name answers."""
    body = file.read_bytes()
    if not file.stem.endswith(f"-{hashlib.sha256(body).hexdigest()[:8]}"):
        yield f"{file}: not what was written"
        return
    ledger = from_json(body, kind, str(file))
    slices = (s for found in getattr(ledger, "strategies", ()) for s in found.slices)
    for digest in {digest for part in slices for digest in part.answers} - set(lines):
        yield f"{file}: no line of the journal names its answer {digest}"
