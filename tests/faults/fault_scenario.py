"""Runs a scenario: search, fetch and records as a user runs them, against a server that fails.

A scenario is a YAML file: which of the behaviours of NCBI's servers it is (``behaviour``), the
``faults`` that the server commits, and what may come of it when they heal after a while
(``heals``) and when they stay (``stays``, the same faults without their ``times``):

    complete          every record that the searches state, the same bytes as without faults
    changed           every record, some of which changed at the source meanwhile
    gone: 123 456     these records are missing, since the source no longer lists them
    accepted: 123     these are missing, though it lists them: search.yaml said to go on without
    stopped: regex    a stage ended with a status other than 0; its message matches
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from perennial import cli, entrez
from perennial.archive import ACCEPTED, UNLISTED
from perennial.canonical import from_json
from perennial.entrez import pace, transport
from perennial.eutils import serving
from perennial.ledger import Ledger
from ruamel.yaml import YAML
from tenacity import wait_none

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CORPUS = ROOT / "resources/example/primary.xml"
TODAY = "2026-11-01"
KEY = "MARKER0KEY0MARKER"  # the API key in every scenario
SEARCH = {
    "strategies": [
        {"id": "S1", "label": "one", "query": "dormancy[ti]"},
        {"id": "S2", "label": "two", "query": "metasta*[ti]"},
    ],
    "ids": ["40614736", "PMC2515937"],
}
_KEPT = tempfile.TemporaryDirectory(prefix="perennial-faults-")
BEHAVIOURS = {
    1: "the 9,999 cap in its faces",
    2: "429 with and without Retry-After",
    3: "missing ids, empty set, 400",
    4: "ERROR inside 200",
    5: "silent query rewriting",
    6: "transients",
    7: "history and its expiry",
    8: "drift between calls",
    9: "414 on a long GET",
    10: "churn",
    11: "PMC and ELink",
    12: "a bad key echoed; a redirect",
}


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    verdict: str  # "complete", "changed", "gone: …", "accepted: …", "stopped: …", or "LOST: …"
    said: str  # everything that the commands printed

    def fits(self, expected: str | list[str]) -> bool:
        allowed = [expected] if isinstance(expected, str) else expected
        return any(self._fits(one) for one in allowed)

    def _fits(self, expected: str) -> bool:
        kind, _, pattern = expected.partition(": ")
        if kind == "stopped":
            return self.verdict.startswith("stopped: ") and bool(re.search(pattern, self.verdict))
        return self.verdict == expected


@dataclass(frozen=True)
class Scenario:
    """One file of this folder."""

    name: str
    behaviour: int
    note: str
    heals: str | list[str]
    stays: str | list[str]
    faults: dict
    search: dict

    def expected(self, healing: bool) -> str | list[str]:
        return self.heals if healing else self.stays

    def run(self, folder: Path, healing: bool) -> Outcome:
        rules = [
            {key: value for key, value in rule.items() if healing or key != "times"}
            for rule in self.faults["rules"]
        ]
        clean = _clean(json.dumps(self.search))
        return _judged(clean, _run(folder / "run", self.search, {**self.faults, "rules": rules}))


def scenarios() -> list[Scenario]:
    return [_scenario(path) for path in sorted(HERE.glob("*.yaml"))]


def _scenario(path: Path) -> Scenario:
    told = YAML(typ="safe").load(path.read_text("utf-8"))
    search = told.pop("search", SEARCH)
    return Scenario(path.stem, search=search, **told)


@dataclass(frozen=True)
class _Ran:
    folder: Path
    codes: list[int]
    said: str

    @property
    def table(self) -> bytes:
        return (self.folder / "records/records.csv").read_bytes()

    @property
    def ledger(self) -> Ledger:
        return from_json((self.folder / "records/ledger.json").read_bytes(), Ledger)

    @property
    def pmids(self) -> set[str]:
        return {line.split(b",")[0].decode() for line in _rows(self.table)}


_REASONS = {UNLISTED: "gone", ACCEPTED: "accepted"}


def _rows(table: bytes) -> list[bytes]:
    lines = table.splitlines()
    return [line for line in lines[1:] if re.match(rb"\d+,", line)]


def _judged(clean: _Ran, ran: _Ran) -> Outcome:
    failed = [code for code in ran.codes if code]
    if failed:
        message = ran.said.rsplit("perennial: ", 1)[-1].strip()
        return Outcome(f"stopped: {message}", ran.said)
    missing = {absence.pmid: absence.reason for absence in ran.ledger.missing}
    stated = {pmid for pmid, reason in missing.items() if reason in _REASONS}
    if unstated := (clean.pmids - ran.pmids | missing.keys()) - stated:
        return Outcome(f"LOST: {' '.join(sorted(unstated))}", ran.said)
    if missing:
        kinds = [
            f"{kind}: {' '.join(sorted(pmid for pmid in missing if missing[pmid] == reason))}"
            for reason, kind in _REASONS.items()
            if reason in missing.values()
        ]
        return Outcome("; ".join(kinds), ran.said)
    return Outcome("complete" if ran.table == clean.table else "changed", ran.said)


@cache
def _clean(search: str) -> _Ran:
    """The same without faults."""
    folder = Path(_KEPT.name) / hashlib.sha256(search.encode()).hexdigest()
    ran = _run(folder, json.loads(search), None)
    assert ran.codes == [0, 0, 0], ran.said
    return ran


def _run(folder: Path, search: dict, faults: dict | None) -> _Ran:
    folder.mkdir(parents=True)
    _write(folder / "search.yaml", search)
    if faults is not None:
        _write(folder / "faults.yaml", faults)
    file = folder / "faults.yaml" if faults else None
    with serving([CORPUS], today=TODAY, faults=file) as url, hurried(folder):
        _write(folder / "config.yaml", _config(url))
        codes, said = _commands(folder, url)
    _keep_the_key_out(folder, said)
    return _Ran(folder, codes, said)


def _config(url: str) -> dict:
    config = YAML(typ="safe").load((ROOT / "config/config.yaml").read_text("utf-8"))
    config["entrez"] |= {"server": url, "email": "reader@example.org"}
    return {**config, "as_of": None}


def _write(path: Path, data: dict) -> None:
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(data, file)


def _commands(folder: Path, url: str) -> tuple[list[int], str]:
    common = ["--config", str(folder / "config.yaml"), "--archive", str(folder / "archive")]
    found, held = str(folder / "search.json"), str(folder / "held.json")
    stages = [
        ["search", str(folder / "search.yaml"), *common, "-o", found],
        ["fetch", found, "--strategies", str(folder / "search.yaml"), *common, "-o", held],
        ["records", *common[2:], "--source", url, "-o", str(folder / "records")],
    ]
    codes, said = [], ""
    for stage in stages:
        code, printed = _command(["--log", str(folder / f"{stage[0]}.log"), *stage])
        codes, said = [*codes, code], said + printed
        if code:
            break
    return codes, said


def _command(arguments: list[str]) -> tuple[int, str]:
    said = io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["perennial", *arguments]),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return code, said.getvalue()


@contextlib.contextmanager
def hurried(folder: Path) -> Iterator[None]:
    """The real transport, without its pauses; a slow answer is one of half a second."""
    still = SimpleNamespace(time=time.time, monotonic=time.monotonic, sleep=lambda seconds: None)
    environment = {"NCBI_API_KEY": KEY, "XDG_CACHE_HOME": str(folder / "cache")}
    with (
        mock.patch.dict("os.environ", environment),
        mock.patch.object(entrez, "PAUSE", wait_none()),
        mock.patch("tenacity.nap.time", still),
        mock.patch.object(pace, "time", still),
        mock.patch.object(transport, "READ", 0.5),
        mock.patch.object(transport, "LARGEST", 20_000_000),
    ):
        yield


def _keep_the_key_out(folder: Path, said: str) -> None:
    assert KEY not in said
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        plain = gzip.decompress(content) if path.suffix == ".gz" else content
        assert KEY.encode() not in plain, path
