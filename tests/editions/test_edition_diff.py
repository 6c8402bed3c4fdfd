"""`perennial diff`: in a terminal, as JSON, and as a page that runs nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
import synthetic
from perennial.canonical import to_json
from perennial.editions import shelf
from perennial.editions.compare import compare
from perennial.editions.edition import Conclusion, Edition, Named, Said
from perennial.editions.told import lines, page
from perennial.identifiers import pubmed
from perennial.render.state import state

PAGE = b"<!doctype html>"
HOSTILE = json.loads((Path(__file__).parents[1] / "data/render/hostile.json").read_text("utf-8"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with two published editions and a built review."""
    now = state(synthetic.review())
    for edition in synthetic.published(now):
        shelf.publish(tmp_path / "editions", edition, PAGE)
    (tmp_path / "results/review").mkdir(parents=True)
    (tmp_path / "results/review/edition.json").write_bytes(to_json(now))
    return tmp_path


def diff(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "perennial", "diff", *arguments]
    return subprocess.run(
        command, cwd=project, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_terminal_is_told_what_changed(project: Path) -> None:
    done = diff(project, "2025.2")
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout
    assert said.startswith("2025.2 (2026-05-01) → 2026.1 as built now (2026-06-01)\n")
    assert "\n1 study joined, 1 study left, 1 conclusion reversed, 1 new" in said
    assert "\nStudies that joined (1)\n  Family7 2022 · PMID 900000007 · Synthetic" in said
    assert "(now set aside: Retracted (notice))\n" in said
    assert "\nConclusions: reversed (1)\n  B3, FAC2 wakes cells.: confirmed (on 1 study) →" in said
    assert "\nStatements that are gone (3)\n" in said
    assert "\nRecords in one of the two only (2)\n  1: not screened → awaiting\n" in said
    assert re.search(r"^  Records screened +13 +16 +\+3$", said, re.M)
    assert "\x1b" not in said


def test_the_other_way_round_it_is_the_other_way_round(project: Path) -> None:
    said = diff(project, "now", "2025.2").stdout
    assert "Studies that joined (1)\n  Family18" in said
    assert re.search(r"^  Records screened +16 +13 +−3$", said, re.M)


def test_nothing_changed_is_said(project: Path) -> None:
    said = diff(project, "now", "now").stdout
    assert "\nNo record, statement or conclusion changed.\n" in said
    assert "Studies that joined" not in said


def test_json_is_the_changes(project: Path) -> None:
    told = json.loads(diff(project, "2025.1", "2025.2", "--json").stdout)
    assert [turn["how"] for turn in told["conclusions"]] == ["reversed"]
    assert told["turned_statements"][0]["after"]["direction"] == "No effect"
    assert told["joined"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2024.1"], "no edition 2024.1 in editions\n  hint: published: 2025.1, 2025.2; or"),
        (["../editions/2025.1"], "is no number of an edition"),
        (["now", "--results", "elsewhere"], "elsewhere/review/edition.json: no review is built"),
    ],
)
def test_what_is_not_there_is_told(project: Path, arguments: list[str], message: str) -> None:
    done = diff(project, *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_the_page_is_written_alike_each_time(project: Path) -> None:
    for name in ("a.html", "b.html"):
        done = diff(project, "2025.2", "now", "--html", name)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (project / "a.html").read_bytes() == (project / "b.html").read_bytes()
    tree = lxml.html.fromstring((project / "a.html").read_bytes())
    heads = [head.text_content() for head in tree.iter("h2")]
    assert heads[:3] == [
        "Studies that joined (1)",
        "Studies that left (1)",
        "Conclusions: reversed (1)",
    ]
    rows = [[c.text_content() for c in row.iter("th", "td")] for row in tree.iter("tr")]
    assert ["Records screened", "13", "16", "+3"] in rows


def poisoned(edition: Edition, text: str) -> Edition:
    """``edition`` with ``text`` wherever the outside world, or a config, could put one."""

    def said(one: Said) -> Said:
        return replace(one, factor=text, condition=text, site=text, quote=text, direction=text)

    def concluded(one: Conclusion) -> Conclusion:
        return replace(one, text=text)

    return replace(
        edition,
        title=text,
        records=tuple(replace(g, reason=text, criterion=text) for g in edition.records),
        studies=tuple(Named(s.pmid, text, text, text) for s in edition.studies),
        statements=tuple(map(said, edition.statements)),
        conclusions=tuple(map(concluded, edition.conclusions)),
        contradictions=tuple(replace(o, factor=text) for o in edition.contradictions),
        flow=tuple(replace(box, label=text) for box in edition.flow),
        manifest={text: text},
    )


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["note"])
def test_hostile_text_is_text(case: dict) -> None:
    text = case["text"] * case.get("times", 1)
    now = state(synthetic.review())
    plain, _ = synthetic.published(now)
    changes = compare(plain, poisoned(now, text))
    written = page(changes, pubmed).decode()
    tree = lxml.html.fromstring(written)
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    assert tags <= {
        *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "ul", "li"),
        *("a", "bdi", "strong", "q", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    }
    assert {link.get("href").split("/")[2] for link in tree.iter("a")} == {
        "pubmed.ncbi.nlm.nih.gov"
    }
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", written)
    for line in lines(changes):
        assert not re.search("[\x00-\x08\x1b\u202a-\u202e\u2066-\u2069]", line.plain)


def test_the_page_runs_nothing_and_asks_nothing() -> None:
    now = state(synthetic.review())
    written = page(compare(synthetic.published(now)[0], now), pubmed).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', written)
    style = re.search(r"<style>(.*?)</style>", written, re.S)
    assert policy and style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy[1] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"<script|<img|<link|\sstyle=|\son\w+=|url\(|@import", written)
