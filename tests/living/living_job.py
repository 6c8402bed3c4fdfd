"""What is killed in the kill tests. As a program: a process that forks one job for each line.

It has imported everything, so that a job starts at once. For each line, a JSON list of the job's
name, folder and URL, it says the job's process id, and when that has ended, its exit status.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType

import pyarrow.dataset  # noqa: F401 - else each job that reads a table would import it anew
from living_source import settings, strategies
from perennial import fetch
from perennial.archive import Archive
from perennial.commands import fetch_fulltext
from perennial.entrez import Source
from perennial.refresh import refresh

BATCH = 7  # so that a fetch of a few dozen records takes several requests
ARTICLES = 3


def refreshed(folder: Path, url: str) -> None:
    """Bring the archive in ``folder`` up to date with the source at ``url``."""
    fetch._PUBMED = fetch._Kind("pubmed", "PubmedArticleSet", BATCH, fetch._pmids)
    archive = Archive(folder / "archive")
    refresh(settings(folder), strategies(folder), Source("example", url), archive)


def fulltext(folder: Path, url: str) -> None:
    """`perennial fetch-fulltext` for the tables in ``folder``."""
    fetch._PMC = fetch._Kind("pmc", "pmc-articleset", ARTICLES, fetch._pmcids)
    settings(folder)
    fetch_fulltext.source = lambda _: nullcontext(Source("example", url))
    arguments = [folder / "records.parquet", folder / "screened.parquet"]
    arguments += ["--config", folder / "config.yaml", "--archive", folder / "archive"]
    arguments += ["-o", folder / "archive/index/fulltext.json"]
    fetch_fulltext.command.main(list(map(str, arguments)), standalone_mode=False)


JOBS = {"refresh": refreshed, "fulltext": fulltext}


class Jobs:
    """The program, to be given jobs one after another."""

    def __enter__(self) -> Jobs:
        command = [sys.executable, __file__]
        pipe = subprocess.PIPE
        self.program = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1)
        assert self.program.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.program.stdin.close()
        self.program.wait(10)

    def run(
        self,
        folder: Path,
        url: str,
        kill: Callable[[], bool] = lambda: False,
        job: str = "refresh",
    ) -> int:
        """Run a job, and kill it with -9 as soon as ``kill`` says so; returns its status."""
        self.program.stdin.write(json.dumps([job, str(folder), url]) + "\n")
        process = int(self.program.stdout.readline())
        while not select.select([self.program.stdout], [], [], 0.001)[0]:
            if kill():
                os.kill(process, signal.SIGKILL)
                break
        assert self.program.stdout.readline() == "ended\n"
        self.program.stdin.write("\n")
        return int(self.program.stdout.readline())


def _forked(job: str, folder: str, url: str) -> None:
    process = os.fork()
    if process == 0:
        status = 1
        try:
            JOBS[job](Path(folder), url)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    print(process, flush=True)
    # Until the other side has noticed, the id stays taken, so that nobody else can be killed.
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    print("ended", flush=True)
    sys.stdin.readline()
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)


if __name__ == "__main__":
    print("ready", flush=True)
    for line in sys.stdin:
        _forked(*json.loads(line))
