"""The wheel holds the whole workflow: reviews that init begins are built by it, and go live."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from perennial.config import load
from perennial.eutils import serving
from perennial.init.answers import answers_of
from perennial.init.practice import FINDINGS, FIRST, records

TOPICS = sorted((Path(__file__).parent / "topics").glob("*.yaml"))
ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "resources/example/primary.xml"
WAYS = {"included": "include", "waits": "human", "excluded": "exclude"}
STATED = tuple(f"included: {way}" for way in FINDINGS)


def outcomes(folder: Path) -> dict[str, str]:
    table = pd.read_parquet(folder / "results/4_fulltext/assessed.parquet")
    return dict(zip(table["pmid"], table["outcome"], strict=True))


@pytest.fixture(
    params=[
        pytest.param(
            path,
            id=path.stem,
            marks=[pytest.mark.skipif(
                index > 0 and not os.environ.get("PERENNIAL_LONG"),
                reason="one topic is built each time; PERENNIAL_LONG=1 builds all",
            )],
        )
        for index, path in enumerate(TOPICS)
    ]
)  # fmt: skip
def topic(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_from_an_empty_folder_to_an_open_review(installed, topic: Path, tmp_path: Path) -> None:
    """By the wheel alone; and then live, where the practice records and the Snakefile are gone."""
    installed.perennial(tmp_path, "init", "review", "--answers", str(topic))
    review = tmp_path / "review"
    said = installed.perennial(review, "run")
    assert said.endswith(f"The review: {review / 'results/review/review.html'}\n")
    assert str(ROOT / "workflow") not in said
    _every_record_goes_its_way(review, topic)
    page = (review / "results/review/review.md").read_text("utf-8")
    assert "This is a demonstration." in page and "practice records" in page
    (review / "Snakefile").unlink()  # the package has one
    with _live(review):
        said = installed.perennial(review, "run", "results/1_records/records.parquet")
    assert "The review:" not in said
    held = pd.read_parquet(review / "results/1_records/records.parquet")["pmid"]
    assert len(held) and not [pmid for pmid in held if int(pmid) >= FIRST]


def _every_record_goes_its_way(review: Path, topic: Path) -> None:
    went, drawn = outcomes(review), review / "results/5_evidence/statements.parquet"
    stated = set(pd.read_parquet(drawn)["pmid"])
    for number, record in enumerate(records(answers_of(load(topic, "answers"))), FIRST):
        pmid, way = str(number), record.way
        if way != "excluded: the notice of it":  # linked, and not screened by itself
            assert went[pmid] == WAYS[way.partition(":")[0]], way
        assert pmid in stated or way not in STATED, way


@contextmanager
def _live(review: Path):
    """The review's search asks another server, which has other records."""
    with serving([EXAMPLE], today="2026-11-01") as url:
        config = review / "config/config.yaml"
        text = config.read_text("utf-8")
        config.write_text(text.replace("server: example", f"server: {url}"), "utf-8")
        search = review / "config/search.yaml"
        search.write_text(search.read_text("utf-8") + '\nids: ["23728425"]\n', "utf-8")
        yield


def test_it_holds_every_file_of_the_workflow(installed) -> None:
    kept = [*(ROOT / "workflow").rglob("*"), *(ROOT / "profiles").rglob("*")]
    wanted = {
        path.relative_to(ROOT)
        for path in kept
        if path.is_file() and not {"__pycache__", "perennial.egg-info"} & {*path.parts}
    }
    package = installed.folder / "perennial"
    lacking = [
        str(path)
        for path in wanted
        if not (installed.folder / Path(*path.parts[1:])).exists()  # workflow/perennial/…
        and not (package / path).exists()  # workflow/rules/…
        and not (package / "workflow" / path).exists()  # profiles/…
    ]
    assert lacking == []
    assert len(wanted) > 300


def test_where_no_review_lies_it_says_so(installed, tmp_path: Path) -> None:
    said = installed.perennial(tmp_path, "run", status=2)
    assert "config: no review lies here" in said
    assert "perennial init" in said
