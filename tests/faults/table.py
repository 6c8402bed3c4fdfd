"""Prints what comes of each behaviour of NCBI's servers, healing and staying, as a table.

python tests/faults/table.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from fault_scenario import BEHAVIOURS, Outcome, Scenario, scenarios


def main() -> int:
    print("| behaviour | scenario | faults | outcome | as expected |")
    print("|---|---|---|---|---|")
    rows = [(one, healing) for one in scenarios() for healing in (True, False)]
    unexpected = [not _row(*row) for row in sorted(rows, key=lambda row: row[0].behaviour)]
    return sum(unexpected)


def _row(scenario: Scenario, healing: bool) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        outcome = scenario.run(Path(folder), healing)
    fits = outcome.fits(scenario.expected(healing))
    kind = f"{scenario.behaviour} {BEHAVIOURS[scenario.behaviour]}"
    when = "heal" if healing else "stay"
    print(f"| {kind} | {scenario.name} | {when} | {_short(outcome)} | {'yes' if fits else 'NO'} |")
    return fits


def _short(outcome: Outcome) -> str:
    text = " ".join(outcome.verdict.split()).replace("|", "/")
    return text if len(text) <= 110 else text[:109] + "…"


if __name__ == "__main__":
    raise SystemExit(main())
