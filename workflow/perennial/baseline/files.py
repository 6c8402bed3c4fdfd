"""The files of the baseline: which there are, in what order, and that none is missing.

NLM numbers the yearly baseline and the update files after it in one sequence, and puts a
sidecar with the MD5 beside each. A later file replaces and deletes records of earlier ones, so
a gap, a copy or a wrong order would leave a wrong review without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from perennial.errors import InputError, Place

PARTS = ("baseline", "updatefiles")  # NLM's folders
_NAME = re.compile(r"pubmed(\d{2})n(\d{4,5})\.xml\.gz")
_SIDECAR = re.compile(r"MD5\s*\(\s*(?P<named>\S+)\s*\)\s*=\s*(?P<md5>[0-9a-fA-F]{32})")
_PLAIN = re.compile(r"(?P<md5>[0-9a-fA-F]{32})(?:\s+\*?(?P<named>\S+))?")
_LONGEST = 1024  # bytes of a sidecar; NLM's have about 60
_AGAIN = "fetch the file and its .md5 again"


@dataclass(frozen=True, slots=True)
class File:
    """One file of the baseline, as its name and its sidecar tell."""

    number: int  # 1: files apply in the order of their numbers
    name: str  # pubmed26n0001.xml.gz
    path: str
    md5: str  # lower case, of the compressed bytes


def numbered(name: str, place: Place | None = None) -> tuple[str, int]:
    """The year (two digits) and number that a file's name tells; InputError for another name."""
    match = _NAME.fullmatch(name)
    if not match or not int(match[2]):
        raise InputError(
            f"{name} is not named as PubMed names its files",
            place,
            "they are called pubmed26n0001.xml.gz: the year, then the number in the sequence",
        )
    return match[1], int(match[2])


def listed(folder: str | Path, place: Place | None = None) -> tuple[File, ...]:
    """The files of ``folder``, and of its ``baseline/`` and ``updatefiles/``, in their order.

    Raises InputError, before any file is read, for a name that is none of PubMed's, two years
    or one number twice, a number that is missing, a sidecar that is missing, unreadable or
    another file's, and a copy under another name. ``place`` is where the folder was named.
    """
    paths = sorted(_archives(Path(folder)), key=lambda path: path.name)
    if not paths:
        raise InputError(
            f"{folder} holds no file of the baseline",
            place,
            "it should hold pubmed26n0001.xml.gz and what follows, each with its .md5",
        )
    in_order([path.name for path in paths], str(folder))
    files = tuple(file_of(path) for path in paths)
    _no_copies(files)
    return files


def file_of(path: str | Path) -> File:
    """One file by its path, with the MD5 of its sidecar. Raises InputError as ``listed`` does."""
    path = Path(path)
    _, number = numbered(path.name, Place(str(path)))
    if not path.is_file():
        raise InputError("there is no such file", Place(str(path)))
    sidecar = path.with_name(f"{path.name}.md5")
    return File(number, path.name, str(path), md5_of(_told(sidecar), path.name, str(sidecar)))


def md5_of(text: str, name: str, file: str) -> str:
    """The MD5 that a sidecar, found in ``file``, gives for the file ``name``."""
    match = _SIDECAR.fullmatch(text.strip()) or _PLAIN.fullmatch(text.strip())
    if not match:
        said = f"{text.strip()[:80]!r} is no MD5" if text.strip() else "the sidecar is empty"
        raise InputError(said, Place(file), _AGAIN)
    if match["named"] and Path(match["named"]).name != name:
        raise InputError(
            f"the sidecar is that of {match['named']}, not of {name}",
            Place(file),
            "a file under another name would be applied in the wrong order: "
            "give both their own names back",
        )
    return match["md5"].lower()


def in_order(names: Sequence[str], where: str, first: int = 1) -> None:
    """Raise InputError unless sorted ``names`` are one year's files ``first``, next, and so on."""
    told = [(name, *numbered(name, Place(f"{where}/{name}"))) for name in names]
    told.sort(key=lambda one: one[2])
    for (name, year, number), (other, its_year, its_number) in pairwise(told):
        if year != its_year:
            raise InputError(
                f"{name} and {other} are of different years",
                Place(where),
                "each December's baseline begins anew: keep one year's files in a folder",
            )
        if number == its_number:
            raise InputError(f"{name} is there twice", Place(where), "keep one of the two")
    _no_gap([number for _, _, number in told], told[0][0], where, first)


def _no_gap(numbers: Iterable[int], sample: str, where: str, first: int) -> None:
    there = set(numbers)
    wanted = range(first, max(there) + 1)
    missing = [number for number in wanted if number not in there]
    if not missing:
        return
    width = len(sample) - len("pubmed26n.xml.gz")
    names = [f"{sample[:9]}{number:0{width}}.xml.gz" for number in missing[:5]]
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    raise InputError(
        f"missing: {', '.join(names)}{more}",
        Place(where),
        "files apply in the order of their numbers, and each may correct those before it",
    )


def _no_copies(files: Iterable[File]) -> None:
    seen: dict[str, File] = {}
    for file in files:
        if (other := seen.setdefault(file.md5, file)) is not file:
            raise InputError(
                f"{other.name} and {file.name} are the same file, by their MD5",
                Place(file.path),
                f"one is a copy under another name: {_AGAIN}",
            )


def _archives(folder: Path) -> Iterator[Path]:
    """What looks like a file of the baseline, under whatever name."""
    for part in (folder, *(folder / name for name in PARTS)):
        if part.is_dir():
            yield from (path for path in part.iterdir() if path.name.endswith(".gz"))


def _told(sidecar: Path) -> str:
    try:
        with sidecar.open("rb") as file:
            return file.read(_LONGEST).decode("ascii")
    except FileNotFoundError:
        raise InputError("there is no such sidecar", Place(str(sidecar)), _AGAIN) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", Place(str(sidecar)), _AGAIN) from None
