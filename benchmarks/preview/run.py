"""How much of a full screening a preview of one edited criterion costs.

    python benchmarks/preview/run.py [--records 10000] [--repeat 3]

Records are made of words drawn with a fixed seed, 180 to a record, some of them those
that the criteria of config/screening.yaml look for. Both sides are the project's own
engine: the full screening is what the first preview against a version does, and what a later
one is spared. Processor time; reading files and start-up are not counted. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from perennial.preview.flips import Version, preview, standing
from perennial.preview.protocol import load_protocol
from perennial.record import Record
from ruamel.yaml import YAML

Told = TypeVar("Told")

ROOT = Path(__file__).resolve().parents[2]
LENGTH = 180  # words of an abstract, about what PubMed's have


def made(count: int, screening: Path, seed: int = 1) -> list[Record]:
    """Records with words of no meaning, and one in thirty that the protocol looks for."""
    draw = random.Random(seed)  # noqa: S311 - records, not secrets
    common = [f"word{number}" for number in range(4_000)]
    text = screening.read_text("utf-8")
    sought = re.findall(r'"?([A-Za-z][A-Za-z -]{3,})\*?"?\[tiab\]', text)
    return [_record(str(number), draw, common, sought) for number in range(1, count + 1)]


def _record(pmid: str, draw: random.Random, common: list[str], sought: list[str]) -> Record:
    def words(count: int) -> str:
        drawn = (draw.choice(sought if draw.random() < 1 / 30 else common) for _ in range(count))
        return " ".join(word + ("." if draw.random() < 1 / 15 else "") for word in drawn)

    types = ("Journal Article", "Review") if draw.random() < 0.2 else ("Journal Article",)
    return Record(pmid, title=words(14), abstract=words(LENGTH), publication_types=types)


def edited(screening: Path, id_: str, folder: Path) -> Path:
    """The protocol's file with one criterion made to ask for one thing more."""
    yaml = YAML()
    protocol = yaml.load(screening.read_text("utf-8"))
    row = next(row for row in protocol["criteria"] if row["id"] == id_)
    row["query"] = f"({row['query'].strip()}) NOT word7[ti]"
    target = folder / screening.name
    with target.open("w", encoding="utf-8") as file:
        yaml.dump(protocol, file)
    return target


def measured(count: int, repeat: int, id_: str = "") -> dict[str, object]:
    """Processor seconds of each, the best of ``repeat``, and their ratio."""
    screening = ROOT / "config/screening.yaml"
    before = load_protocol(screening, ROOT / "config/mesh.yaml")
    chosen = id_ or next(c.id for c in before.criteria if c.query)
    with tempfile.TemporaryDirectory() as folder:
        file = edited(screening, chosen, _beside(screening, Path(folder)))
        after = replace(load_protocol(file, None), mesh=before.mesh)
    records = made(count, screening)
    versions = Version(before), Version(after)
    full, stood = _best(repeat, lambda: standing(records, [], versions[0]))
    short, told = _best(repeat, lambda: preview(records, [], *versions, stood))
    return {
        "records": count,
        "edited": chosen,
        "flips": len(told.flips),
        "full_screening_s": round(full, 3),
        "preview_s": round(short, 3),
        "ratio": round(short / full, 3),
    }


def _beside(screening: Path, folder: Path) -> Path:
    """The folder, with whatever screening.yaml names beside it."""
    for path in screening.parent.glob("*"):
        if path.is_file() and path.name != screening.name:
            shutil.copyfile(path, folder / path.name)
    return folder


def _best(repeat: int, work: Callable[[], Told]) -> tuple[float, Told]:
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        told = work()
        best = min(best, time.process_time() - start)
    return best, told


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--records", type=int, default=10_000)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--criterion", default="", help="which to edit; the first if left out")
    asked = options.parse_args()
    print(json.dumps(measured(asked.records, asked.repeat, asked.criterion)))
