"""Snakemake, loaded once: each run is a fork of this process, with a folder and environment given.

Loading takes longer than most runs. Orders are lines of JSON, answered by the exit status.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any

from snakemake.cli import main


def _run(order: dict[str, Any]) -> None:
    signal.alarm(600)  # seconds
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number in (1, 2):
        os.dup2(os.open(f"{order['said']}{number}", os.O_WRONLY | os.O_CREAT), number)
    sys.path[0] = os.environ["PYTHONPATH"]
    sys.argv = order["command"]
    main()
    sys.exit()


if __name__ == "__main__":
    for line in sys.stdin:
        process = os.fork()
        if not process:
            _run(json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
