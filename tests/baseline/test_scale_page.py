"""docs/scale.md is what its script writes, and the script's numbers are those of their sources."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from perennial import archive, fetch, revised
from perennial.entrez import pace

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "benchmarks/scale"
OURS = ("model", "parameters")


@pytest.fixture(scope="module")
def loaded() -> Iterator[dict[str, ModuleType]]:
    """The script's modules; other benchmarks have modules of such names as well."""
    before = {name: sys.modules.pop(name, None) for name in OURS}
    sys.path.insert(0, str(SCRIPTS))
    try:
        yield {name: __import__(name) for name in OURS}
    finally:
        sys.path.remove(str(SCRIPTS))
        for name, module in before.items():
            sys.modules.pop(name)
            if module:
                sys.modules[name] = module


@pytest.fixture
def p(loaded: dict[str, ModuleType]) -> Any:
    return loaded["parameters"].Parameters()


@pytest.fixture
def model(loaded: dict[str, ModuleType]) -> Any:
    return loaded["model"]


def run(*words: str) -> str:
    command = [sys.executable, str(SCRIPTS / "simulate.py"), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def test_page_and_picture_are_what_the_script_writes(tmp_path: Path) -> None:
    run("--write", "--docs", str(tmp_path))
    for name in ("scale.md", "scale.svg"):
        told = f"docs/{name} is old: python benchmarks/scale/simulate.py --write"
        assert (tmp_path / name).read_bytes() == (ROOT / "docs" / name).read_bytes(), told


def test_every_table_printed_is_on_the_page_and_no_other() -> None:
    page = (ROOT / "docs/scale.md").read_text("utf-8")
    tables = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
    printed = tables.findall(run())
    assert len(printed) >= 9
    assert sorted(printed) == sorted(tables.findall(page))


def test_every_number_tells_its_unit_and_source(loaded: dict[str, ModuleType], p: Any) -> None:
    for name, value, unit, source in loaded["parameters"].rows(p):
        assert all((value, unit, source)), name
        for file in re.findall(r"`((?:benchmarks|docs)/[\w./-]+)`", source):
            assert (ROOT / file).exists(), f"{name}: {file}"


def test_numbers_of_the_code_are_the_codes(p: Any) -> None:
    assert (p.uids, p.batch, p.articles) == (revised.UIDS, fetch.BATCH, fetch.ARTICLES)
    assert (p.spacing, p.spacing_key) == (pace.SPACING, pace.SPACING_WITH_KEY)
    assert p.patience == archive.PATIENCE


def test_numbers_of_the_docs_are_the_docs(p: Any) -> None:
    measured = (ROOT / "docs/screening-measured.md").read_text("utf-8")
    rows = [line.strip("|").split("|") for line in measured.splitlines()]
    wss = [float(r[3]) for r in rows if len(r) == 9 and re.fullmatch(r" [-\d.]+ ", r[3])]
    assert len(wss) == 7
    assert p.wss_most == float(np.median(wss))
    assert p.wss_least == next(float(row[-1]) for row in rows if row[0].strip() == "all")


def test_numbers_of_the_benchmarks_are_about_theirs(p: Any) -> None:
    """The page is measured anew now and then; the reckoning need not follow each wobble."""
    page = (ROOT / "docs/benchmarks.md").read_text("utf-8")
    for start, number in (
        ("| unpacking (isal) |", p.unpack),
        ("| **sifting** for the default search |", p.sift),
        ("| **parsing** every field |", p.parse),
        ("| passages per s |", p.passages),
    ):
        told = re.search(re.escape(start) + r" ([\d.,]+)", page)
        assert told, start
        assert float(told[1].replace(",", "")) == pytest.approx(number, rel=0.25), start


def test_a_refresh_asks_as_often_as_was_counted(p: Any, model: Any) -> None:
    """tests/living counts 45 requests: 20,000 held, one strategy, no study yet, 42 to fetch."""
    counted = replace(p, included=0.0)
    held = np.array([20_000.0])
    assert model.requests(counted, held, 7, 1).tolist() == [45.0]
    assert model.requests(counted, held, 7, 1, quiet=True).tolist() == [43.0]


def test_one_pass_for_one_review_takes_what_was_measured(p: Any, model: Any) -> None:
    assert sum(model.sift(p, 1).values()) == pytest.approx(p.sift)


@pytest.mark.parametrize("reviews", [2, 100, 10_000])
def test_together_is_less_than_apart_and_no_less_than_the_dearest(
    p: Any, model: Any, reviews: int
) -> None:
    together = model.sift(p, reviews)
    assert p.sift < sum(together.values()) < p.sift * reviews
    assert together["parse"] <= p.parse


def test_records_held_once_are_no_more_than_held_and_no_fewer_than_the_largest(
    p: Any, model: Any
) -> None:
    held, once = model.distinct(p, p.reviews)
    assert held == model.sizes(p).sum()
    assert p.largest <= once <= min(held, p.pubmed)
    few, few_once = model.distinct(p, 1)
    assert few == pytest.approx(few_once)


def test_reviews_that_hold_the_same_topic_share_it(p: Any, model: Any) -> None:
    """Two reviews of half their topic each hold three quarters of it between them."""
    one = replace(p, topics=1, reviews=2, zipf=0.0, largest=p.pubmed // 2)
    held, once = model.distinct(one, 2)
    assert (held, once) == (pytest.approx(p.pubmed), pytest.approx(0.75 * p.pubmed))
