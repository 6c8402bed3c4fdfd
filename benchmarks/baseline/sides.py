"""One side of the comparison on one file of the baseline, warmed up, timed, told as JSON.

python benchmarks/baseline/sides.py SIDE FILE --warm SMALL_FILE
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks")]

from measure import timed  # noqa: E402

_CHUNK = 2**20
Work = Callable[[Path], int]


def unpacked(path: Path) -> int:
    """Bytes, by isal."""
    from isal import igzip  # noqa: PLC0415 - a side loads what it needs itself

    with igzip.open(path) as file:
        return _all(file)


def unpacked_at_once(path: Path) -> int:
    """Bytes, by isal, in one piece in memory, as it is mostly done."""
    from isal import igzip  # noqa: PLC0415

    with igzip.open(path) as file:
        return len(file.read())


def unpacked_by_python(path: Path) -> int:
    """Bytes, by the standard library."""
    with gzip.open(path) as file:
        return _all(file)


def _all(file: gzip.GzipFile) -> int:
    return sum(map(len, iter(lambda: file.read(_CHUNK), b"")))


def digest(path: Path) -> int:
    """Packed bytes, hashed."""
    md5 = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            md5.update(chunk)
    return path.stat().st_size


def blocked(path: Path) -> int:
    """Bytes, in blocks of whole records, the MD5 compared on the way."""
    from perennial.baseline.files import file_of  # noqa: PLC0415
    from perennial.baseline.unpack import blocks  # noqa: PLC0415

    return sum(map(len, blocks(file_of(path))))


def trees(path: Path) -> int:
    """Trees of a few articles each, as our parsing makes them of what is printed otherwise."""
    from isal import igzip  # noqa: PLC0415
    from perennial.pubmed import printed  # noqa: PLC0415
    from perennial.pubmed.blocks import SIZE, documents  # noqa: PLC0415

    printed.articles = lambda _: None  # as if nothing were printed as usual
    with igzip.open(path) as file:
        return _count(documents(iter(lambda: file.read(SIZE), b"")))


def sifter() -> Work:
    """Records that the default search finds."""
    from perennial.baseline.files import file_of  # noqa: PLC0415
    from perennial.baseline.questions import Questions  # noqa: PLC0415
    from perennial.baseline.sift import sift  # noqa: PLC0415
    from perennial.config import load  # noqa: PLC0415

    search = load(ROOT / "config/search.yaml", "search")
    questions = Questions.of(search, ROOT / "config/mesh.yaml")
    given: list[Path] = []
    job = sift((file_of(given.pop()) for _ in iter(int, 1)), questions)

    def next_file(path: Path) -> int:
        given.append(path)
        return len(next(job).hits)

    return next_file  # a job chooses by its first file what it looks for in all


def parsed(path: Path) -> int:
    """Records, every field of each; none is kept."""
    from perennial import pubmed  # noqa: PLC0415

    return sum(len(part.records) for part in pubmed.stream(path))


def parsed_by_pubmed_parser(path: Path) -> int:
    """Records as dictionaries; none is kept."""
    from pubmed_parser import parse_medline_xml  # noqa: PLC0415

    return _count(parse_medline_xml(str(path), author_list=True))


def parsed_by_biopython(path: Path) -> int:
    """Records as Bio.Entrez gives them, all at once (``Entrez.parse`` refuses such a file)."""
    from Bio import Entrez  # noqa: PLC0415

    with gzip.open(path) as file:
        return len(Entrez.read(file)["PubmedArticle"])


def _count(records: Iterable[object]) -> int:
    return sum(1 for _ in records)


# What is run, and how it gets ready; the order is that of the table.
SIDES: dict[str, Callable[[], Work]] = {
    "unpacking (isal)": lambda: unpacked,
    "unpacking into one piece (isal)": lambda: unpacked_at_once,
    "unpacking (Python's gzip)": lambda: unpacked_by_python,
    "MD5 of the packed file": lambda: digest,
    "unpacking into whole records, MD5 compared": lambda: blocked,
    "unpacking into trees (lxml), no field read": lambda: trees,
    "**sifting** for the default search": sifter,
    "**parsing** every field": lambda: parsed,
    "pubmed_parser, `parse_medline_xml`": lambda: parsed_by_pubmed_parser,
    "Biopython, `Entrez.read`": lambda: parsed_by_biopython,
}


def told(side: str, path: Path, warm: Path) -> dict[str, object]:
    """What one side takes; ``missing`` if what it needs is not installed or not there."""
    try:
        work = SIDES[side]()
        work(warm)
    except ImportError as error:
        return {"seconds": 0.0, "processor": 0.0, "peak": 0.0, "missing": str(error.name or error)}
    return timed(lambda: work(path))


def main() -> None:
    """Run one side."""
    reader = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    reader.add_argument("side", choices=SIDES)
    reader.add_argument("file", type=Path)
    reader.add_argument("--warm", type=Path, required=True)
    given = reader.parse_args()
    print(json.dumps(told(given.side, given.file, given.warm)))


if __name__ == "__main__":
    main()
