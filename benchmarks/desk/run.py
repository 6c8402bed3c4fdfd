"""The desk: what its reviewers wait for, each time beside the least that it could be.

    python benchmarks/desk/run.py [--records 10000] [--strokes 100]

Runs keystrokes.py, live.py and deciding.py, one after the other. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from measure import Spread, figure, prose, table  # noqa: E402

SCREEN, DISK = 300, 50  # milliseconds at the median that the desk is meant to stay under
HEAD = ("time", "of", "ms", "at most", "beside it", "its ms", "times that")
BARE = "a small file of the desk fetched, a frame drawn"
WHOLE = "the stroke"

Told = Mapping[str, Any]


def told(script: str, *arguments: object) -> Told:
    """What one script prints. Raises CalledProcessError if it fails."""
    print(f"  {script}", file=sys.stderr, flush=True)
    line = [sys.executable, str(HERE / script), *map(str, arguments)]
    done = subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return dict(json.loads(done.stdout))


def report(keys: Told, live: Told, deciding: Told) -> str:
    """The three as a page's section."""
    return "\n".join(
        [
            _of(keys, live, deciding),
            table(HEAD, _rows(keys, live, deciding)),
            _goals(keys, deciding),
        ]
    )


def _of(keys: Told, live: Told, deciding: Told) -> str:
    return prose(
        f"{keys['records']:,} made-up records under the default protocol; {deciding['decided']:,} "
        "are decided already where answers are given. The text after a stroke changes what becomes "
        f"of {live['flips']['median']:,.0f} records at the median, of {live['flips']['most']:,} at "
        "most. Milliseconds by the clock, or the processor's where it says so: the median, and "
        "where the middle nine tenths begin and end. What stands beside a time was done in turn "
        "with it, and a ratio is of one turn."
    )


def _rows(keys: Told, live: Told, deciding: Told) -> list[list[object]]:
    strokes, answers = keys["strokes"], deciding["answers"]
    parts = {
        "of it, until the text is sent (a pause is waited for)": "until_sent",
        "of it, until the desk has answered": "until_answered",
        "of it, until the answer is drawn": "until_drawn",
    }
    return [
        _row(
            "**key to consequences on the screen**",
            strokes,
            keys["key_to_screen_ms"],
            BARE,
            keys["bare_ms"],
            keys["ratio"],
        ),
        *(
            _row(
                name,
                strokes,
                keys[f"{of}_ms"],
                WHOLE,
                keys["key_to_screen_ms"],
                keys[f"{of}_share"],
            )
            for name, of in parts.items()
        ),
        _row(
            "working the consequences out (processor)",
            live["strokes"],
            live["live_ms"],
            "`preview()`",
            live["preview_ms"],
            live["ratio"],
        ),
        _row(
            "key to the next record on the screen",
            answers,
            deciding["key_to_next_ms"],
            BARE,
            deciding["bare_ms"],
            deciding["key_ratio"],
        ),
        _row(
            "**row on disk**",
            answers,
            deciding["row_on_disk_ms"],
            "a file as long, written whole with a line more, synced, renamed",
            deciding["barest_ms"],
            deciding["row_ratio"],
        ),
    ]


def _row(name: str, count: int, ours: Told, beside: str, theirs: Told, ratio: Told) -> list[object]:
    return [name, count, _shown(ours), figure(ours["most"]), beside, _shown(theirs), _shown(ratio)]


def _shown(of: Told) -> str:
    return str(Spread(of["median"], of["5 %"], of["95 %"]))


def _goals(keys: Told, deciding: Told) -> str:
    screen, disk = keys["key_to_screen_ms"]["median"], deciding["row_on_disk_ms"]["median"]
    return "\n".join(
        [
            prose(
                f"Two targets, both of the median. **{SCREEN} ms from a key to its consequences on "
                "the screen**, the pause that the page waits for included: what a word does is "
                "seen while it is typed, and not after. "
                f"{_met(screen, SCREEN)} **{DISK} ms until a row is on disk**: only then is the "
                "next record shown, so a reviewer waits for it at every answer, and whatever "
                f"stops the machine after it takes no answer away. {_met(disk, DISK)}"
            ),
            prose(
                f"The page of screening opens in {deciding['page_opens_ms']:,} ms, the first time "
                "that it is asked for."
            ),
        ]
    )


def _met(median: float, goal: float) -> str:
    """Whether a median kept to a target."""
    return (
        f"This run met it: {figure(median)} ms."
        if median <= goal
        else f"This run did **not** meet it: {figure(median)} ms."
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--records", type=int, default=10_000)
    options.add_argument("--strokes", type=int, default=100, help="and as many answers")
    asked = options.parse_args()
    size = ("--records", asked.records)
    keys = told("keystrokes.py", *size, "--strokes", asked.strokes)
    live = told("live.py", *size, "--strokes", 2 * asked.strokes)
    answers = ("--decided", asked.records // 2, "--answers", asked.strokes)
    print(report(keys, live, told("deciding.py", *size, *answers)))


if __name__ == "__main__":
    main()
