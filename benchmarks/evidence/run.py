"""How fast full texts become passages and statements, and in how much memory.

    python benchmarks/evidence/run.py [--articles 1000] [--timed 40] [--rounds 5]

Speed: the made-up articles (articles.py) are cut into passages and read for statements, against
one Aho-Corasick pass for the vocabulary's names and nupunkt's sentences over the same text: what
a reader of sentences cannot do without. Each round times both, one after the other, and the
ratio is that of one round; medians are printed. The floor has only the sections that are read for
statements. Processor time, start-up and models not counted.

Memory: the two commands of the workflow, each in a process of its own, on an archive of
``--articles`` full texts and on one of a tenth; the difference is what an article costs.
Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import ahocorasick
import nupunkt
from articles import made, sought
from perennial import jats
from perennial.archive import Archive, Entry
from perennial.config import load
from perennial.extract import Vocabulary, extract, load_vocabulary
from perennial.passage import Passage
from perennial.record import Record
from perennial.screened import Screened
from perennial.tables import write_parquet

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY = ROOT / "config/evidence.yaml"
BATCH = 10  # articles of one answer, as the workflow asks for them
FIRST = 10_000_000
# A title about the subject, so that every sentence is read to its end; others are left sooner.
TITLE = "Dormant cancer cells"


def texts(count: int) -> list[bytes]:
    """The first ``count`` articles."""
    names = sought(VOCABULARY)
    return [made(FIRST + number, names).encode() for number in range(count)]


def ours(articles: Sequence[bytes], words: Vocabulary) -> list[tuple[Passage, ...]]:
    """Passages of each article, read for statements."""
    cut = [jats.parse(xml)[0].passages for xml in articles]
    for passages in cut:
        extract(passages, words, title=TITLE, publication_types=[])
    return cut


def floor(passages: Sequence[str], names: ahocorasick.Automaton, model: Any) -> int:
    """Names and sentences of each text, counted."""
    found = 0
    for text in passages:
        found += sum(1 for _ in names.iter(text.lower()))
        found += sum(1 for _ in model.spans(text))
    return found


def automaton(names: Sequence[str]) -> ahocorasick.Automaton:
    """The names of the vocabulary in lower case."""
    built = ahocorasick.Automaton()
    for name in names:
        built.add_word(name.lower(), name)
    built.make_automaton()
    return built


def speed(count: int, rounds: int) -> dict[str, object]:
    """Passages a second, and the time taken as a multiple of the floor's."""
    words, names = load_vocabulary(load(VOCABULARY, "evidence").data), automaton(sought(VOCABULARY))
    articles, model, skipped = texts(count), nupunkt.load_default_model(), words.sections.skipped
    cut = ours(articles[:1], words)  # what is loaded once is loaded
    taken, ratios, parsing = [], [], []
    for _ in range(rounds):
        parsing.append(_timed(lambda: [jats.parse(xml) for xml in articles]))
        taken.append(_timed(lambda: cut.__setitem__(slice(None), ours(articles, words))))
        read = [p.text for each in cut for p in each if p.section.partition(".")[0] not in skipped]
        ratios.append(taken[-1] / _timed(partial(floor, read, names, model)))
    passages = sum(len(each) for each in cut)
    return {
        "articles": count,
        "passages": passages,
        "passages_per_s": round(passages / statistics.median(taken)),
        "parsing_share": round(statistics.median(parsing) / statistics.median(taken), 2),
        "ratio_to_floor": round(statistics.median(ratios), 2),
    }


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def archived(count: int, folder: Path) -> int:
    """An archive of ``count`` articles and the tables that name them; returns bytes of XML."""
    archive, names, size = Archive(folder / "archive"), sought(VOCABULARY), 0
    ids = [str(FIRST + number) for number in range(count)]
    with archive.writing():
        for start in range(0, count, BATCH):
            held = ids[start : start + BATCH]
            inside = "".join(made(int(id_), names) for id_ in held)
            body = f"<pmc-articleset>{inside}</pmc-articleset>".encode()
            holds = tuple(f"PMC{id_}" for id_ in held)
            entry = Entry("2026-01-01T00:00:00Z", "made", "efetch", {"db": "pmc"}, holds)
            archive.file(entry, body)
            size += len(body)
    types = ("Journal Article",)
    records = [Record(id_, pmcid=f"PMC{id_}", title=TITLE, publication_types=types) for id_ in ids]
    rows = [Screened(id_, "include", "", "", "rule", (), ()) for id_ in ids]
    write_parquet(folder / "records.parquet", records, Record)
    write_parquet(folder / "screened.parquet", rows, Screened)
    return size


def commands(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The command lines of the two stages."""
    at = {name: str(folder / f"{name}.parquet") for name in ("records", "screened")}
    cut = [at["records"], at["screened"], "--archive", str(folder / "archive")]
    yield "passages", [*cut, "--source", "made", "-o", str(folder)]
    read = [at["records"], str(folder / "passages.parquet"), "--assessed", at["screened"]]
    read += ["--vocabulary", str(VOCABULARY), "--account", str(folder / "extraction.json")]
    read += ["-o", str(folder / "drawn.parquet")]
    yield "extract", read


def memory(count: int) -> dict[str, float]:
    """Peak resident megabytes of each command on ``count`` articles."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = {"xml": round(archived(count, folder) / 1e6, 1)}
        for stage, arguments in commands(folder):
            told[stage] = _peak([sys.executable, "-m", "perennial", stage, *arguments])
    return told


def _peak(line: list[str]) -> float:
    path = os.pathsep.join([str(ROOT / "workflow"), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(line, env={**os.environ, "PYTHONPATH": path}) as child:  # noqa: S603
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(line[:4])} ended with {child.returncode}")
    return round(used.ru_maxrss / 1024, 1)  # kilobytes on Linux


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--articles", type=int, default=1_000)
    options.add_argument("--timed", type=int, default=40)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    sizes = sorted({max(asked.articles // 10, 1), asked.articles})
    peaks = {size: memory(size) for size in sizes}
    print(json.dumps({**speed(asked.timed, asked.rounds), "peak_mb": peaks}))
