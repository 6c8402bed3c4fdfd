"""``as_of`` rebuilds the review, byte for byte, as the run of that day made it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import lxml.html
import pytest
from project import Project, fresh

# What the source is like on each day: an edit to the corpus, and what the refresh must say.
ADDED = "40897974"  # on the first day the source does not have it yet
RETRACTED, DELETED, MERGED = "37699010", "35110548", "33268511"
DAYS = ("2026-06-01", "2026-06-08", "2026-06-15", "2026-06-22")
LONG = bool(os.environ.get("PERENNIAL_LONG"))
NOTICE = (
    '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>A notice'
    " made for a test.</RefSource></CommentsCorrections></CommentsCorrectionsList>"
)


def _without(xml: str, pmid: str) -> str:
    articles = re.split(r"(?=  <PubmedArticle>)", xml)
    kept = [part for part in articles if f">{pmid}</PMID>" not in part]
    assert len(kept) == len(articles) - 1
    tail = "" if kept[-1].rstrip().endswith("</PubmedArticleSet>") else "</PubmedArticleSet>\n"
    return "".join(kept) + tail


def _retracted(xml: str, pmid: str) -> str:
    before, found, after = xml.partition(f">{pmid}</PMID>")
    assert found
    info, end, rest = after.partition("</MedlineJournalInfo>")
    return before + found + info + end + NOTICE + rest


def _dated(xml: str, pmid: str) -> str:
    """An update is found by its dates, which the example corpus does not have."""
    day = "<Year>2026</Year><Month>6</Month><Day>5</Day></PubMedPubDate>"
    dates = "".join(f'<PubMedPubDate PubStatus="{kind}">{day}' for kind in ("entrez", "pubmed"))
    before, found, after = xml.partition(f">{pmid}</PMID>")
    return (
        before
        + found
        + after.replace("<PublicationStatus>", f"<History>{dates}</History><PublicationStatus>", 1)
    )


def _corpora(whole: str) -> list[str]:
    """The source day by day: an addition, then a retraction, then a deletion and a merger."""
    second = _dated(whole, ADDED)
    third = _retracted(second, RETRACTED)
    fourth = _without(_without(third, DELETED), MERGED)
    return [_without(whole, ADDED), second, third, fourth]


@contextmanager
def _serving(project: Project, port: int, day: str) -> Iterator[None]:
    command = [sys.executable, "-m", "perennial", "serve", "corpus.xml"]
    server = subprocess.Popen(
        [*command, "--port", str(port), "--today", day],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert str(port) in server.stdout.readline()
        yield
    finally:
        server.terminate()
        server.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_as_of_an_earlier_day_gives_the_bytes_of_that_day(tmp_path: Path) -> None:
    project, port = fresh(tmp_path / "project"), _free_port()
    url = f"http://127.0.0.1:{port}/entrez/eutils/"
    project.edit("config/config.yaml", "server: example", f"server: {url}")
    project.edit("config/config.yaml", 'email: ""', "email: nobody@example.org")
    whole = (project.folder / "resources/example/primary.xml").read_text("utf-8")
    made: dict[str, dict[str, str]] = {}
    days = list(zip(DAYS, _corpora(whole), strict=True))
    for day, corpus in days if LONG else days[1:3]:
        (project.folder / "corpus.xml").write_text(corpus, "utf-8")
        with _serving(project, port, day):
            if not made:
                project.snakemake()
            else:
                done = project.run("perennial", "refresh")
                assert done.returncode == 10, done.stdout + done.stderr
        made[day] = project.digests()
        if day == DAYS[2]:
            _shows_the_retraction(project.folder / "results")
    assert len({str(digests) for digests in made.values()}) == len(made)
    for day in list(made)[:-1]:
        project.edit("config/config.yaml", "\nas_of:", f"\nas_of: {day} #")
        project.snakemake()  # without a server
        assert project.digests() == made[day], day
        project.edit("config/config.yaml", f"\nas_of: {day} #", "\nas_of:")


def _shows_the_retraction(results: Path) -> None:
    """In the table, in its section, in what changed; and the synthesis with and without it."""
    page = lxml.html.parse(results / "review/review.html").getroot()
    text = {id_: page.get_element_by_id(id_).text_content() for id_ in page.xpath("//section/@id")}
    changed, studies = text["changes"], text["studies"]
    assert re.search(rf"set aside.*PMID {RETRACTED}", changed, re.S)
    assert re.search("RETRACTED.*set aside, not counted", studies, re.S)
    assert "Set aside: from studies with" in text["evidence"]
    assert re.search(
        "With the set-aside studies.*Without the studies in doubt", text["integrity"], re.S
    )
    synthesis = json.loads((results / "6_synthesis/claims.json").read_text("utf-8"))
    compared = {each["kind"]: each for each in synthesis["comparisons"]}
    assert compared["with set aside"]["taken_in"] == [RETRACTED]
    assert compared["before the last change"]["taken_in"] == [RETRACTED]
    flow = json.loads((results / "6_synthesis/flow.json").read_text("utf-8"))
    boxes = {
        box["id"]: [p for part in box["parts"] for p in part["pmids"]] for box in flow["boxes"]
    }
    assert RETRACTED in boxes["excluded"]
    assert RETRACTED not in boxes["included"]


@pytest.mark.skipif(LONG, reason="the long form has all four days")
def test_the_corpora_differ_as_they_should() -> None:
    whole = Path(__file__).parents[2].joinpath("resources/example/primary.xml").read_text("utf-8")
    first, second, third, fourth = _corpora(whole)
    assert ADDED not in first
    assert ADDED in second
    assert third.count("RetractionIn") == 1
    assert DELETED not in fourth
