"""How long the criteria page computes at a stroke of a key, and how long ``preview`` would.

    python benchmarks/desk/live.py [--records 10000] [--every 8] [--strokes 20]

Somebody edits config/screening.yaml letter by letter: adds a term to a block and takes it out,
widens and narrows a NEAR, shortens a common stem, types a word into a criterion. Strokes after
which the file cannot be read are left out, since nothing is previewed then. Both sides are given
the same two versions, read already; ``preview`` is asked of every eighth stroke, and has the
standing of the version before at hand, as the engine has. Processor time of one core, in
milliseconds; a ratio is of one stroke. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from perennial.errors import InputError
from perennial.preview.flips import Version, preview, standing
from perennial.preview.held import Held
from perennial.preview.live import Live
from perennial.preview.protocol import Protocol, load_protocol
from perennial.record import Heading, Record

Told = TypeVar("Told")

ROOT = Path(__file__).resolve().parents[2]
LENGTH = 180  # words of an abstract, about what PubMed's have

# Behind what in screening.yaml, and what is typed there letter by letter.
SESSION = (
    ("G0[tiab] OR indolent[tiab]", " OR stagna*[tiab]"),  # a term into a block, a rare word
    ("G0[tiab] OR indolent[tiab]", " OR metastasis[tiab]"),  # and a common one
    ("OR glioblastoma*[tiab]", " OR carcinogenes*[tiab]"),
    ("#pathogen NEAR/4", "0"),  # NEAR/4 to NEAR/40
    ("#dormant NEAR/6", "0"),
    ("  cancer: |\n    cancer", "ous"),  # every record with the commonest word
    ("dormanc*[tiab] OR dormant[tiab]", " NOT prim*[tiab]"),
    ("senescen*[tiab] NOT (#dormant OR #exit)", " AND irreversible[tiab]"),
    ("OR efflux[tiab]) NOT #dormant", " NOT #latent"),
    ("OR volcan*[tiab])\n      AND #dormant", " AND normal[ti]"),
    ('"Neoplasms"[mh]', ' OR "Neoplasm Metastasis"[mh]'),
    ("#latent NEAR/3 #spread_cell", ' OR "dormant tumor cells"[tiab:~3]'),
)


def made(count: int, screening: Path, seed: int = 1) -> list[Record]:
    """Records of sentences of no meaning; one word in thirty is one that the protocol seeks."""
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
    headings = [Heading(name) for name in ("Mice", "Neoplasms") if draw.random() < 0.5]
    text = words(LENGTH) if draw.random() < 0.95 else ""
    return Record(
        pmid,
        title=words(14),
        abstract=text,
        publication_types=types,
        headings=tuple(headings),
    )


def typed(text: str) -> Iterator[str]:
    """The file after each stroke of the session: what is typed is taken out again."""
    for where, more in SESSION:
        if where not in text:
            raise SystemExit(f"{where!r} stands no longer in the protocol")
        lengths = [*range(1, len(more) + 1), *range(len(more) - 1, -1, -1)]
        yield from (text.replace(where, where + more[:length], 1) for length in lengths)


def readable(screening: Path, like: Protocol) -> Iterator[Protocol]:
    """The protocols of the session, those that can be read."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / screening.name
        for path in screening.parent.glob("*.tsv"):
            shutil.copyfile(path, file.parent / path.name)
        for text in typed(screening.read_text("utf-8")):
            file.write_text(text, "utf-8")
            try:
                yield replace(load_protocol(file, None), mesh=like.mesh)
            except InputError:
                continue


def measured(count: int, every: int, most: int | None) -> dict[str, object]:
    """Milliseconds at the median and at other shares of the strokes, and the ratio."""
    screening = ROOT / "config/screening.yaml"
    before = Version(load_protocol(screening, ROOT / "config/mesh.yaml"))
    records = made(count, screening)
    built, live = _timed(lambda: Live(Held(tuple(records), (), (), ()), before))
    stood = standing(records, [], before)
    read = islice(readable(screening, before.protocol), most)
    strokes = [Version(protocol) for protocol in read]
    took, flips, long = [], [], []
    for number, after in enumerate(strokes):
        spent, told = _timed(partial(live.told, after))
        took.append(spent)
        flips.append(told.flipped)
        if number % every == 0:
            again, whole = _timed(partial(preview, records, [], before, after, stood))
            if whole.flips[:50] != told.preview.flips:
                raise SystemExit(f"stroke {number}: the two do not agree")
            long.append((spent, again))
    return {
        "records": count,
        "strokes": len(took),
        "flips": {"median": statistics.median(flips), "most": max(flips)},
        "made_s": round(built / 1000, 2),
        "live_ms": shares(took),
        "preview_ms": shares([again for _, again in long]),
        "ratio": ratios(*zip(*long, strict=True)),
    }


def shares(took: Sequence[float], digits: int = 1) -> dict[str, float]:
    """The median, where the middle nine tenths begin and end, and the most."""
    cuts = statistics.quantiles(took, n=20, method="inclusive")
    told = {"median": statistics.median(took), "5 %": cuts[0], "95 %": cuts[-1], "most": max(took)}
    return {name: round(value, digits) for name, value in told.items()}


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, float]:
    """The shares of the one's times over the other's, pair by pair."""
    return shares([one / other for one, other in zip(ours, theirs, strict=True)], 3)


def _timed(work: Callable[[], Told]) -> tuple[float, Told]:
    start = time.process_time()
    told = work()
    return 1000 * (time.process_time() - start), told


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--records", type=int, default=10_000)
    options.add_argument("--every", type=int, default=8, help="strokes of which preview is asked")
    options.add_argument("--strokes", type=int, help="the first so many; all, if left out")
    asked = options.parse_args()
    print(json.dumps(measured(asked.records, asked.every, asked.strokes)))
