"""Whatever NCBI's servers do: the data are complete, or the run stops and says why."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fault_scenario import (
    BEHAVIOURS,
    CORPUS,
    ROOT,
    SEARCH,
    TODAY,
    Scenario,
    hurried,
    scenarios,
)
from perennial.archive import Archive
from perennial.entrez import Source, ask
from perennial.errors import InputError, SourceError
from perennial.eutils import serving
from perennial.eutils.answer import Answer, Request
from perennial.eutils.corpus import load
from perennial.eutils.faults import responder, script
from perennial.fetch import fetch_fulltext

SCENARIOS = scenarios()


LONG = bool(os.environ.get("PERENNIAL_LONG"))
# Each scenario each time, every other one healing; in the long run (and table.py) both ways.
RUNS = [
    pytest.param(scenario, healing, id=f"{scenario.name}-{'heals' if healing else 'stays'}")
    for number, scenario in enumerate(SCENARIOS)
    for healing in (True, False)
    if LONG or healing == number % 2
]


@pytest.mark.parametrize(("scenario", "healing"), RUNS)
def test_a_run_is_complete_or_stops(scenario: Scenario, healing: bool, tmp_path: Path) -> None:
    outcome = scenario.run(tmp_path, healing)
    assert not outcome.verdict.startswith("LOST")
    assert outcome.fits(scenario.expected(healing)), (outcome.verdict, outcome.said)


POOL = [
    {"close": True},
    {"cut": {"after": 300}},
    {"cut": {"after": -1, "announced": False}},
    {"too_many": {}},
    {"too_many": {"status": 200, "retry_after": "1"}},
    {"error": "Search Backend failed: read failed"},
    {"type": "text/html"},
    {"pack": "broken gzip"},
    {"answer": {"type": "text/xml", "body": "<PubmedArticleSet/>"}},
    {"answer": {"status": 400, "body": "502 Bad Gateway"}},
    {"cap": 2},
]


@pytest.mark.parametrize("seed", range(200 if LONG else 4))
def test_faults_drawn_by_lot_never_lose_a_record(seed: int, tmp_path: Path) -> None:
    drawn = random.Random(seed).sample(POOL, 5)
    rules = [{"probability": 0.15, "do": do} for do in drawn]
    # Not hidden from a search: what a source never names, nobody can miss.
    rules.append({"utility": "efetch", "probability": 0.3, "do": {"hide": ["22530051"]}})
    faults = {"seed": seed, "rules": rules}
    lot = Scenario("lot", 6, "", "complete", "complete", faults, SEARCH)
    outcome = lot.run(tmp_path, healing=True)
    assert outcome.fits(["complete", "stopped: ."]), (outcome.verdict, rules)


def test_full_texts_are_whole_or_refused(tmp_path: Path) -> None:
    rules = "rules:\n  - {{utility: efetch, db: pmc, {}do: {{cut: {{after: -20}}}}}}\n"
    heals, stays = tmp_path / "heals.yaml", tmp_path / "stays.yaml"
    heals.write_text(rules.format("times: 1, "), "utf-8")
    stays.write_text(rules.format(""), "utf-8")
    with hurried(tmp_path), serving([CORPUS], today=TODAY, faults=heals) as url:
        held = fetch_fulltext(["PMC2515937"], Source("a", url), Archive(tmp_path / "a"))
    assert list(held.held) == ["PMC2515937"]
    with (
        hurried(tmp_path),
        serving([CORPUS], today=TODAY, faults=stays) as url,
        pytest.raises(SourceError, match="ends after"),
    ):
        fetch_fulltext(["PMC2515937"], Source("b", url), Archive(tmp_path / "b"))


def test_serve_takes_a_file_of_faults(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules:\n  - {times: 1, do: {answer: {status: 418}}}\n", "utf-8")
    command = [sys.executable, "-m", "perennial", "serve", str(CORPUS), "--faults", str(rules)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        with pytest.raises(SourceError, match="HTTP 418"):
            ask(Source("example", url), "einfo", "eInfoResult", db="pubmed")
        assert ask(Source("example", url), "einfo", "eInfoResult", db="pubmed").body
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0


def test_serve_tells_what_is_wrong_with_a_file_of_faults(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules:\n  - {do: {expolde: true}}\n", "utf-8")
    command = [sys.executable, "-m", "perennial", "serve", str(CORPUS), "--faults", str(rules)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert f"{rules}:2:" in ended.stderr


def test_each_behaviour_has_a_scenario() -> None:
    assert {scenario.behaviour for scenario in SCENARIOS} == set(BEHAVIOURS)


def test_each_scenario_can_heal() -> None:
    for scenario in SCENARIOS:
        assert any("times" in rule or "probability" in rule for rule in scenario.faults["rules"]), (
            scenario.name
        )


def respond_to(tmp_path: Path, rules: str):
    file = tmp_path / "rules.yaml"
    file.write_text(rules, "utf-8")
    return responder(load([CORPUS], today=TODAY), script(file))


def statuses(respond, utilities: str) -> list[int]:
    told = {"i": "einfo", "s": "esearch"}
    answers = [respond(Request(told[u], {"db": ("pubmed",), "term": ("x",)})) for u in utilities]
    return [answer.status for answer in answers]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("", [503] * 8),
        ("times: 2, ", [503, 503, 200, 200, 200, 200, 200, 200]),
        ("nth: 3, times: 1, ", [200, 200, 503, 200, 200, 200, 200, 200]),
        ("nth: 2, every: 3, ", [200, 503, 200, 200, 503, 200, 200, 503]),
        ("utility: esearch, ", [200, 200, 200, 200, 503, 503, 503, 503]),
        ("utility: esearch, nth: 2, times: 1, ", [200, 200, 200, 200, 200, 503, 200, 200]),
        ("db: pmc, ", [200] * 8),
        ("probability: 0, ", [200] * 8),
    ],
)
def test_when_a_rule_meets(tmp_path: Path, rule: str, expected: list[int]) -> None:
    respond = respond_to(tmp_path, f"rules:\n  - {{{rule}do: {{answer: {{status: 503}}}}}}\n")
    assert statuses(respond, "iiiissss") == expected


def test_chance_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    rules = "seed: {}\nrules:\n  - {{probability: 0.5, do: {{answer: {{status: 503}}}}}}\n"
    first, again, other = (
        statuses(respond_to(tmp_path, rules.format(seed)), "i" * 40) for seed in (1, 1, 2)
    )
    assert first == again != other
    assert {200, 503} == set(first)


@pytest.mark.parametrize(
    ("rule", "place", "complaint"),
    [
        ("do: {explode: true}", 3, "unknown key 'rules.0.do.explode'"),
        ("do: {close: true, delay: 1}", 3, "rules.0.do"),
        ("times: 0\n    do: {close: true}", 3, "rules.0.times"),
        ('do: {hide: ["1"]}', 3, "no record '1'"),
        ('do: {rewrite: {pattern: "(", to: ""}}', 3, "rules.0.do.rewrite"),
    ],
)
def test_a_wrong_rule_is_told_with_its_line(
    tmp_path: Path, rule: str, place: int, complaint: str
) -> None:
    with pytest.raises(InputError) as refusal:
        respond_to(tmp_path, f"rules:\n  - note: x\n    {rule}\n")
    assert complaint in str(refusal.value)
    assert refusal.value.place.line == place


def test_a_change_of_the_corpus_is_seen_by_search_and_fetch_alike(tmp_path: Path) -> None:
    rules = 'rules:\n  - {do: {churn: {pmid: "22530051", mesh: "Unheard-of Heading"}}}\n'
    respond = respond_to(tmp_path, rules)

    def said(utility: str, **params: str) -> Answer:
        return respond(Request(utility, {"db": ("pubmed",)} | {k: (v,) for k, v in params.items()}))

    assert b"<Id>22530051</Id>" in said("esearch", term='"Unheard-of Heading"[mh]').body
    assert b"Unheard-of Heading" in said("efetch", id="22530051").body


def test_served_over_http_the_faults_are_there(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules:\n  - {do: {answer: {status: 404}}}\n", "utf-8")
    with (
        serving([CORPUS], today=TODAY, faults=rules) as url,
        pytest.raises(SourceError, match="404"),
    ):
        ask(Source("example", url), "einfo", "eInfoResult", db="pubmed")


def test_the_corpus_is_there() -> None:
    assert CORPUS.is_relative_to(ROOT)
    assert len(load([CORPUS], today=TODAY).records) > 20
