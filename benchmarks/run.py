"""Every figure that the README and the docs name, measured anew: a page in Markdown.

    python benchmarks/run.py [--quick] [--date 2026-11-22] [--data FOLDER] [-o docs/benchmarks.md]

One subject after the other, each a script that can be run by itself. ``--quick`` takes a few
minutes, and its figures say little. ``--data`` is a folder of labelled sets for the ranking.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import figure, prose, table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


@dataclass(frozen=True)
class Subject:
    """What is measured, by which script, with which arguments: in full, quickly, least of all."""

    title: str
    about: str
    script: str
    full: Sequence[str] = ()
    quick: Sequence[str] = ()
    least: Sequence[str] = ()
    needs: str = ""  # "browser" or "data", without which it is not measured


SUBJECTS = (
    Subject(
        "All of PubMed",
        "one file of the yearly baseline, made up but as large and as odd as real ones: what the "
        "machine must do in any case (unpack, hash), what we do, and what others do. Each side "
        "runs in a process of its own, is warmed up, and takes turns with the others; a ratio is "
        "of two runs of one round, given as the median with the least and the most.",
        "baseline/run.py",
        quick=("--records", "3000", "--rounds", "3"),
        least=("--records", "60", "--rounds", "1"),
    ),
    Subject(
        "A change among many records",
        "a criterion edited, or a few records added, in archives of different sizes, against "
        "working everything out anew. Seconds of a command, start-up included.",
        "change/run.py",
        quick=("--sizes", "1000,4000", "--rounds", "1"),
        least=("--sizes", "40,80", "--rounds", "1"),
    ),
    Subject(
        "Screening",
        "the default protocol on made-up records, by this engine with the words that met each "
        "criterion, by pandas' regexes, yes or no only, and by one pass of an Aho-Corasick "
        "automaton, which answers nothing yet. Processor time.",
        "screening/compare.py",
        full=("--records", "20000"),
        quick=("--records", "4000", "--rounds", "3"),
        least=("--records", "40", "--rounds", "1"),
    ),
    Subject(
        "Previewing an edit",
        "a preview of one edited criterion, as a share of a full screening.",
        "preview/run.py",
        quick=("--records", "2000", "--repeat", "2"),
        least=("--records", "20", "--repeat", "1"),
    ),
    Subject(
        "Evidence",
        "made-up full texts to passages and statements, against a floor: one Aho-Corasick pass "
        "for the vocabulary's names, and nupunkt's sentences. Processor time; memory in MB.",
        "evidence/run.py",
        quick=("--articles", "100", "--timed", "10", "--rounds", "3"),
        least=("--articles", "2", "--timed", "1", "--rounds", "1"),
    ),
    Subject(
        "The page",
        "the page of a large made-up review, against pandoc alone on its references; then a "
        "reader who types into the table's search field, in Chromium.",
        "page/run.py",
        quick=("500",),
        least=("5",),
        needs="browser",
    ),
    Subject(
        "The desk",
        "what reviewers wait for at the desk: a key in the protocol until its consequences are on "
        "the screen, and an answer until it is kept and the next record there, in Chromium; and "
        "what working the consequences out takes, against `preview()`, which finds the same.",
        "desk/run.py",
        quick=("--records", "1000", "--strokes", "20"),
        least=("--records", "200", "--strokes", "4"),
        needs="browser",
    ),
    Subject(
        "The order of reading",
        "records ranked for reading on labelled sets, against ASReview on the same sets, with the "
        "same priors.",
        "ranking/run.py",
        quick=("--seeds", "1", "--without-asreview"),
        needs="data",
    ),
)


def measured(subject: Subject, size: str, data: Path | None) -> str:
    """The figures of one subject. Raises CalledProcessError if its script fails."""
    if why := _lacking(subject, data):
        return f"Not measured in this run: {why}.\n"
    script = HERE / subject.script
    line = [sys.executable, str(script), *getattr(subject, size)]
    line += ["--data", str(data)] if subject.needs == "data" else []
    path = os.pathsep.join([str(ROOT / "workflow"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(  # noqa: S603 - our own script
        line, env={**os.environ, "PYTHONPATH": path}, check=True, stdout=subprocess.PIPE, text=True
    )
    return _told(done.stdout.strip())


def _lacking(subject: Subject, data: Path | None) -> str:
    if not (HERE / subject.script).exists():
        return f"there is no benchmarks/{subject.script}"
    if subject.needs == "data" and data is None:
        return "no folder of labelled sets was given (`DATA=`)"
    if subject.needs == "browser" and not any(map(shutil.which, ("chromium", "chromium-browser"))):
        return "there is no Chromium"
    return ""


def _told(text: str) -> str:
    """What a script printed, as Markdown: a table of its lines of JSON, other lines as they are."""
    if "| --- |" in text or "|---|" in text:
        return f"{text}\n"
    lines = text.splitlines()
    figures = [json.loads(line) for line in lines if line.startswith("{")]
    rest = [line for line in lines if not line.startswith("{")]
    parts = [_table(figures)] if figures else []
    parts += ["\n".join(["```text", *rest, "```\n"])] if rest else []
    return "\n".join(parts)


def _table(figures: Sequence[Mapping[str, object]]) -> str:
    """One object as a row a figure, several as a row each."""
    if len(figures) == 1:
        return table(("figure", "value"), [(name, _shown(of)) for name, of in _flat(figures[0])])
    return table([*figures[0]], [[_shown(of) for of in one.values()] for one in figures])


def _shown(value: object) -> str:
    if isinstance(value, float):
        return figure(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _flat(told: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    for name, value in told.items():
        full = f"{before}{name.replace('_', ' ')}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{full}, ")
        else:
            yield full, value


def machine() -> str:
    """What it was measured on, without names."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return (
        f"{cores} cores ({platform.machine()}), {memory:.0f} GB of memory, {platform.system()}, "
        f"{platform.python_implementation()} {platform.python_version()}; "
        f"{os.getloadavg()[0]:.1f} processes ran or waited on average in the minute before"
    )


_HOW = (
    "`make benchmark` measures all of this anew, in an environment of its own, with the peers "
    "beside us in the same run, and writes this page; `make benchmark QUICK=1` takes a few minutes "
    "and prints; `ONLY=` and the name of a section measure that one. Seconds are the machine's; "
    "ratios hold on others too."
)
_SMALL = " **A quick run on small inputs: its figures say little.**"


def section(subject: Subject, size: str, date: str, data: Path | None) -> str:
    """One subject, measured: what, on which machine, and the figures."""
    print(subject.title, file=sys.stderr, flush=True)
    day = f" on {date}" if date else ""
    on = f"Measured{day} on {machine()}.{'' if size == 'full' else _SMALL}"
    about = prose(f"`benchmarks/{subject.script}`: {subject.about}")
    return "\n".join([about, prose(on), measured(subject, size, data)])


def page(sections: Mapping[str, str]) -> str:
    """The whole page, from sections by title."""
    titles = [subject.title for subject in SUBJECTS if subject.title in sections]
    parts = [f"## {title}\n\n{sections[title]}" for title in titles]
    return "\n".join(["# Benchmarks\n", prose(_HOW), *parts])


def kept(file: Path | None) -> dict[str, str]:
    """The sections of a page written before."""
    text = file.read_text("utf-8") if file and file.exists() else ""
    _, *parts = f"\n{text}".split("\n## ")
    named = (part.partition("\n\n") for part in parts)
    return {title: f"{rest.rstrip()}\n" for title, _, rest in named}


def main() -> None:
    """Measure, and write the page."""
    reader = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    sizes = reader.add_mutually_exclusive_group()
    sizes.add_argument("--quick", dest="size", action="store_const", const="quick", default="full")
    sizes.add_argument("--least", dest="size", action="store_const", const="least")
    titles = [subject.title for subject in SUBJECTS]
    reader.add_argument("--only", action="append", choices=titles, help="keep the other sections")
    reader.add_argument("--date", default="", help="written into the page; the clock is not asked")
    reader.add_argument("--data", type=Path, help="labelled sets for the ranking")
    reader.add_argument("-o", "--output", type=Path, help="instead of printing")
    given = reader.parse_args()
    sections = kept(given.output)
    for subject in SUBJECTS:
        if not given.only or subject.title in given.only:
            sections[subject.title] = section(subject, given.size, given.date, given.data)
    if given.output:
        given.output.write_text(page(sections), "utf-8")
    else:
        print(page(sections))


if __name__ == "__main__":
    main()
