"""A disk that is really full: the archive lies on a small one of its own, in a namespace.

Four sizes by default; PERENNIAL_LONG=1 tries sixty-five.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from living_source import Memory, Paper, opened, settings, strategies
from perennial.archive import Archive
from perennial.commands.records import command as records_command
from perennial.verify import verify

DAYS = ("2026-02-01", "2026-02-08")
NEWS = 10  # the exit status of a refresh that brought something
PAGE = 4  # kB; the pieces in which such a disk gives room
# By how much the disk is too small, in kB: for the index, a ledger, and records, early and late.
SHORT = range(PAGE, 1300, 5 * PAGE) if os.environ.get("PERENNIAL_LONG") else (4, 32, 484, 1280)
JOB = """
import sys
from contextlib import nullcontext
from pathlib import Path
from perennial import cli, fetch
from perennial.commands import refresh
from perennial.entrez import Source
url, folder = sys.argv[1], Path(sys.argv[2])
fetch._PUBMED = fetch._Kind("pubmed", "PubmedArticleSet", 7, fetch._pmids)
refresh.source = lambda _: nullcontext(Source("example", url))
sys.argv = ["perennial", "refresh", str(folder / "search.yaml"), "--no-build"]
for option in ("archive", "results"):
    sys.argv += [f"--{option}", str(folder / option)]
sys.argv += ["--config", str(folder / "config.yaml")]
cli.main()
"""
# $1: size in kB, $2: the archive, $3: where to tell; then the job. Status 77: not permitted.
SCRIPT = """
size=$1 archive=$2 told=$3
shift 3
cp -a "$archive" "$told/before"
mount -t tmpfs -o "size=${size}k" tmpfs "$archive" || exit 77
cp -a "$told/before/." "$archive"
"$@" > "$told/full.out" 2> "$told/full.err"
echo $? > "$told/full.status"
perennial archive verify "$archive" > "$told/verify.out" 2>&1
echo $? > "$told/verify.status"
cp -a "$archive" "$told/full"
mount -o remount,size=64m "$archive" || exit 77
"$@" > "$told/again.out" 2> "$told/again.err"
echo $? > "$told/again.status"
cp -a "$archive" "$told/again"
"""


def memory_on(day: str) -> Memory:
    """The source on two days; most records are new on the second, and do not compress."""
    memory = Memory()
    memory.put(*(Paper(pmid, title=_long(pmid)) for pmid in range(1, 31)))
    if day == DAYS[1]:
        new = range(101, 411)
        memory.put(*(Paper(pmid, "2026-02-05", "2026-02-05", _long(pmid)) for pmid in new))
    return memory


def _long(pmid: int) -> str:
    return random.Random(pmid).randbytes(3000).hex()


def refreshed(folder: Path, day: str) -> None:
    with opened(memory_on(day), day) as source:
        done = subprocess.run(command(folder, source.url), check=False)
    assert done.returncode == NEWS


def command(folder: Path, url: str) -> list[str]:
    return [sys.executable, "-c", JOB, url, str(folder)]


def pages(*paths: Path) -> int:
    """The room that files take, in kB."""
    return sum(-(-path.stat().st_size // (PAGE * 1024)) * PAGE for path in paths)


def table(archive: Path) -> dict[str, bytes]:
    """results/1_records as the stage writes it."""
    target = archive.parent / f"records-{archive.name}"
    arguments = ["--archive", str(archive), "--source", "example", "-o", str(target)]
    records_command.main(arguments, standalone_mode=False)
    return {path.name: path.read_bytes() for path in sorted(target.iterdir())}


@pytest.fixture(scope="module", autouse=True)
def _permitted(tmp_path_factory: pytest.TempPathFactory) -> None:
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs"]
    probe.append(str(tmp_path_factory.mktemp("probe")))
    if shutil.which("unshare") is None:
        pytest.skip("NOT CHECKED: a full disk needs the program unshare")
    done = subprocess.run(probe, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"NOT CHECKED: a full disk needs a mount in a namespace: {done.stderr}")


@dataclass(frozen=True)
class Undisturbed:
    """The project after the first day; what the second day takes, and the records table then."""

    first: Path
    room: int  # kB
    table: dict[str, bytes]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    first, both = (tmp_path_factory.mktemp(name) / "review" for name in ("first", "both"))
    first.mkdir()
    settings(first), strategies(first)
    refreshed(first, DAYS[0])
    shutil.copytree(first, both)
    refreshed(both, DAYS[1])
    files = [path for path in (both / "archive").rglob("*") if path.is_file()]
    replaced = first / "archive/index/records.json"  # is there until the new one is
    yield Undisturbed(first, pages(*files, replaced), table(both / "archive"))


@pytest.mark.parametrize("short", SHORT)
def test_a_full_disk_is_told_costs_nothing_and_is_made_up_for(
    undisturbed: Undisturbed, tmp_path: Path, short: int
) -> None:
    folder, told = tmp_path / "review", tmp_path / "told"
    shutil.copytree(undisturbed.first, folder)
    told.mkdir()
    with opened(memory_on(DAYS[1]), DAYS[1]) as source:
        script = ["unshare", "-rm", "sh", "-c", SCRIPT, "sh", str(undisturbed.room - short)]
        done = subprocess.run(
            [*script, str(folder / "archive"), str(told), *command(folder, source.url)],
            env={"PATH": f"{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/sbin:/bin"},
            check=False,
        )
    assert done.returncode == 0
    said = {path.name: path.read_text() for path in told.glob("*.*")}
    assert said["full.status"] == "2\n", said["full.err"]
    _is_one_message(said["full.err"])
    assert said["verify.status"] == "0\n", said["verify.out"]
    _nothing_is_lost(told / "before", told / "full")
    assert said["again.status"] == f"{NEWS}\n", said["again.err"]
    found = verify(Archive(told / "again"))
    assert (found.faults, found.staged) == ((), 0)
    assert table(told / "again") == undisturbed.table


def _is_one_message(said: str) -> None:
    """Beside the lines that tell how far it has come."""
    message, hint = [line for line in said.splitlines() if not line.endswith(" ids asked for")]
    assert message.startswith("perennial: ")
    assert message.endswith("cannot be written: No space left on device")
    assert hint.startswith("  hint: ")


def _nothing_is_lost(before: Path, after: Path) -> None:
    """The journal has grown, perhaps; the index, which is derived, may be new."""
    kept = [path.relative_to(before) for path in before.rglob("*") if path.is_file()]
    assert len(kept) > 5
    for path in (path for path in kept if path.parts[0] != "index"):
        assert (after / path).read_bytes().startswith((before / path).read_bytes()), path
