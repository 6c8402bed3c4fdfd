"""What each rule asks of a cluster: something, and more than it was seen to use."""

from __future__ import annotations

import csv
import re
import warnings
from pathlib import Path

import pytest
from project import ROOT, Project
from ruamel.yaml import YAML

RULES = sorted((ROOT / "workflow/rules").glob("*.smk"))
NETWORK = {"search", "fetch", "fetch_fulltext", "mirror"}
_RULE = re.compile(r"^(?:rule|checkpoint) (\w+):\n(.*?)(?=^\S|\Z)", re.M | re.S)


def _bodies() -> dict[str, str]:
    return {name: body for file in RULES for name, body in _RULE.findall(file.read_text("utf-8"))}


def test_every_rule_asks_for_memory_and_time_by_its_own_name() -> None:
    bodies = _bodies()
    assert len(bodies) >= 16
    assert [name for name, body in bodies.items() if f'**needs("{name}")' not in body] == []


def test_the_table_has_no_other_rules() -> None:
    table = (ROOT / "workflow/rules/common.smk").read_text("utf-8")
    listed = table[table.index("NEEDS = {") :].partition("}")[0]
    assert set(re.findall(r'"(\w+)":', listed)) == set(_bodies())


def test_rules_that_talk_to_a_server_stay_where_one_submits() -> None:
    """One pace for all requests is kept on one machine."""
    local = {
        name
        for file in RULES
        for listed in re.findall(r"^localrules:\n((?:    \w+,\n)+)", file.read_text("utf-8"), re.M)
        for name in re.findall(r"\w+", listed)
    }
    paced = {name for name, body in _bodies().items() if "entrez=1" in body}
    assert paced == NETWORK
    assert local == NETWORK | {"all"}


@pytest.mark.parametrize("name", ["slurm", "kubernetes"])
def test_a_cluster_s_profile_groups_only_rules_that_are_sent(name: str) -> None:
    profile = YAML(typ="safe").load(ROOT / f"profiles/{name}/config.yaml")
    assert profile["executor"] == name
    assert profile["groups"]
    assert set(profile["groups"]) <= set(_bodies()) - NETWORK
    assert profile["resources"] == {"entrez": 1}  # what profiles/default says, which it replaces
    assert profile["rerun-incomplete"]
    assert profile["retries"] == 2


@pytest.fixture(scope="module")
def declared(made: Project) -> dict[str, tuple[int, int]]:
    """Memory (MB) and time (minutes) that each rule of a run asks for."""
    said = made.snakemake("--dry-run", "--forceall")
    blocks = re.findall(r"^(?:local)?rule (\w+):\n(.*?)\n(?:Shell|\n|\Z)", said, re.M | re.S)
    return {
        name: (int(memory[1]), int(time[1]))
        for name, block in blocks
        if (memory := re.search(r"\bmem_mb=(\d+)", block))
        and (time := re.search(r"\bruntime=(\d+)", block))
    }


def _used(file: Path) -> tuple[float, float] | None:
    """Memory (MB) and time (s), the peak of all runs; None if it ended before it was looked at."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert rows, file
    if any("-" in (row["max_rss"], row["s"]) for row in rows):
        return None
    return max(float(row["max_rss"]) for row in rows), max(float(row["s"]) for row in rows)


def test_no_rule_of_the_example_uses_what_it_did_not_ask_for(
    made: Project, declared: dict[str, tuple[int, int]]
) -> None:
    """With room for the two Snakemakes (BESIDE) that a job on a cluster carries."""
    common = (ROOT / "workflow/rules/common.smk").read_text("utf-8")
    beside = int(re.findall(r"^BESIDE = (\d+)$", common, re.M)[0])
    measured = 0
    for file in sorted((made.folder / "logs/benchmarks").rglob("*.tsv")):
        rule = file.relative_to(made.folder / "logs/benchmarks").parts[0].removesuffix(".tsv")
        if (used := _used(file)) is None:
            warnings.warn(f"{rule} ended before its memory was measured", stacklevel=1)
            continue
        memory, minutes = declared[rule]
        assert used[0] + beside < memory, rule
        assert used[1] < minutes * 60, rule
        measured += 1
    assert measured >= 10
    assert {"records", "screen", "extract", "render"} <= set(declared)
