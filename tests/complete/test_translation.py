"""Every case of ``translations.tsv``: which terms a reading has dropped; and what a search does."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from perennial import entrez
from perennial.archive import Archive
from perennial.config import load
from perennial.entrez import Source
from perennial.errors import SourceError
from perennial.eutils.answer import Answer, Request
from perennial.eutils.server import listening
from perennial.search import search
from perennial.translation import Read, dropped

HERE = Path(__file__).parent
with (HERE / "translations.tsv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_there_are_cases() -> None:
    assert len(CASES) >= 30
    assert {bool(case["dropped"]) for case in CASES} == {True, False}


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_dropped_terms_are_told(case: dict[str, str]) -> None:
    mapped, unfound = (
        tuple(filter(None, case[name].split("; "))) for name in ("mapped", "unfound")
    )
    lost = dropped(case["sent"], Read(case["translation"], mapped, unfound))
    assert "; ".join(term.text for term in lost) == case["dropped"]


RESULT = """<eSearchResult><Count>1</Count><RetMax>1</RetMax><RetStart>0</RetStart>
<IdList><Id>1</Id></IdList><TranslationSet/>
<QueryTranslation>{}</QueryTranslation>{}</eSearchResult>"""
INFO = "<eInfoResult><DbInfo><DbName>pubmed</DbName></DbInfo></eInfoResult>"
CONFIG = """blocks:
  fruit: |
    pear[ti]
    OR quince[ti]
strategies:
  - id: S1
    label: one
    query: |
      #fruit
      AND moth[ti]
{}"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(entrez.pace, "SPACING", 0.0)

    def started(translation: str, told: str = "", more: str = ""):
        def respond(request: Request) -> Answer:
            result = RESULT.format(escape(translation), told)
            return Answer(200, (INFO if request.utility == "einfo" else result).encode())

        config = tmp_path / "search.yaml"
        config.write_text(CONFIG.format(more), "utf-8")
        with listening(respond, today="2026-11-20") as url:
            archive = Archive(tmp_path / "archive")
            return search(load(config, "search"), Source("test", url), archive)

    return started


WHOLE = '(("pear"[Title] OR "quince"[Title]) AND "moth"[Title])'


def test_a_reading_with_every_term_passes_and_is_kept(run) -> None:
    assert run(WHOLE).strategies[0].translation == WHOLE


@pytest.mark.parametrize(
    ("translation", "place"),
    [
        ('("pear"[Title] OR "quince"[Title])', "10:11"),
        ('"quince"[Title] AND "moth"[Title]', "3:5"),
        ('"pear"[Title] AND "moth"[Title]', "4:8"),
    ],
)
def test_a_dropped_term_stops_the_search_at_its_place(
    run, translation: str, place: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=rf"search\.yaml:{place}: strategy S1: the source left"):
        run(translation)
    assert not list((tmp_path / "archive").glob("searches/*"))


@pytest.mark.parametrize("allowed", ["moth[ti]", "Moth"])
def test_a_term_may_be_dropped_where_the_config_says_so(run, allowed: str) -> None:
    found = run('("pear"[Title] OR "quince"[Title])', more=f"    may_drop: ['{allowed}']\n")
    assert found.strategies[0].count == 1


def test_another_term_may_not(run) -> None:
    with pytest.raises(SourceError, match=r"left moth\[ti\] out"):
        run('("pear"[Title] OR "quince"[Title])', more="    may_drop: ['mouth[ti]']\n")


def test_a_term_that_stands_nowhere_may_be_dropped_beside_others(run) -> None:
    told = "<ErrorList><PhraseNotFound>quince[ti]</PhraseNotFound></ErrorList>"
    found = run('"pear"[Title] AND "moth"[Title]', told).strategies[0]
    assert found.warnings == ("PhraseNotFound: quince[ti]",)


def test_a_field_that_the_source_does_not_know_always_stops_the_search(run) -> None:
    told = "<ErrorList><FieldNotFound>ti</FieldNotFound></ErrorList>"
    with pytest.raises(SourceError, match=r"8:12: strategy S1: the source knows no field \[ti\]"):
        run(WHOLE, told, "    may_drop: ['moth[ti]', 'ti']\n")
