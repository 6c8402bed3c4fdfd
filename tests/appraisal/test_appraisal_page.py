"""The fold under the table of studies: every mark leads to its words, every blank says so."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass, fields, replace
from typing import Any

import lxml.html
import pytest
from appraisal_cases import ROOT, document
from perennial.appraisal import Shown
from perennial.render import appraised
from perennial.render.files import render
from perennial.render.review import Review

TEMPLATES = ROOT / "workflow" / "templates"


def _synthetic() -> Any:
    """The made-up review of the rendering tests."""
    path = ROOT / "tests" / "render" / "synthetic.py"
    spec = importlib.util.spec_from_file_location("synthetic", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault("synthetic", module)
    spec.loader.exec_module(module)
    return module


def _asked(study: Any, extra: dict[str, Any]) -> Any:
    own = {field.name: getattr(study, field.name) for field in fields(study)}
    types = {
        k: tuple[str, ...] if isinstance(v, tuple) else type(v) for k, v in (own | extra).items()
    }
    row = dataclass(frozen=True)(type("Row", (), {"__annotations__": types}))
    return row(**own, **extra)


@pytest.fixture(scope="module")
def review() -> Review:
    made = _synthetic().review()
    hostile = "Alive <script>alert(1)</script> & well"
    first = {
        "tier_why": "designs named: experiment",
        "viability": "shown",
        "reversibility": "not stated",
        "reported": ("animals-chance",),
        "not_reported": ("animals-hidden",),
        "shown": (
            Shown("viability", "abstract", 0, len(hostile), hostile),
            Shown("animals-chance", "methods.1", 5, 12, "By lot."),
        ),
    }
    none = first | {"viability": "not stated", "reported": (), "not_reported": (), "shown": ()}
    studies = [_asked(study, none) for study in made.studies]
    studies[0] = _asked(made.studies[0], first)
    claim = made.synthesis.claims[0].id
    error = {"claims": [claim, "B00"], "says": "x", "source_says": "y", "basis": "z"}
    kept = {key: document()[key] for key in ("tiers", "groups", "items")}
    return replace(made, studies=tuple(studies), appraisal=kept, baseline_errors=(error,))


@pytest.fixture(scope="module")
def files(review: Review) -> dict[str, bytes]:
    return render(review, TEMPLATES)


@pytest.fixture(scope="module")
def page(files: dict[str, bytes]) -> Any:
    return lxml.html.fromstring(files["review.html"].decode())


def _fold(page: Any) -> Any:
    return next(d for d in page.iter("details") if d.find("summary").text.startswith("Appraisal"))


def test_only_groups_that_were_asked_are_shown(review: Review):
    parts = appraised.parts(review, review.studies)
    assert [part.id for part in parts] == ["state", "animals"]
    assert [len(part.rows) for part in parts] == [len(review.studies), 1]


def test_every_mark_leads_to_its_words(page: Any):
    marks = [a for a in _fold(page).iter("a") if a.text == "✓"]
    assert len(marks) == 2
    for mark in marks:
        assert "reported" in mark.get("aria-label")
        target = page.get_element_by_id(mark.get("href").removeprefix("#"))
        assert target.getnext().tag == "blockquote"


def test_every_blank_says_what_it_is(page: Any, review: Review):
    blanks = [s for s in _fold(page).iter("span") if s.text == "—"]
    assert len(blanks) == 2 * len(review.studies) - 1 + 1
    assert all(s.get("role") == "img" and "not reported" in s.get("aria-label") for s in blanks)


def test_words_are_shown_as_text(files: dict[str, bytes], page: Any):
    assert b"<script>alert(1)" not in files["review.html"]
    assert "Alive <script>alert(1)</script> & well" in _fold(page).text_content()


def test_the_tiers_are_explained_and_the_methods_say_what_silence_means(page: Any, review: Review):
    told = _fold(page).text_content().casefold()
    assert all(words.casefold() in told for words in review.appraisal["tiers"].values())
    assert "“Not reported” in an abstract says little" in page.text_content()


def test_the_documents_have_it_too(files: dict[str, bytes]):
    text = files["review.md"].decode()
    assert "Appraisal: what the text that was read reports" in text
    assert "By lot." in text
    assert "viability: “Alive" in files["studies.csv"].decode()


def test_without_a_checklist_nothing_is_shown():
    plain = render(_synthetic().review(), TEMPLATES)["review.html"].decode()
    assert "Appraisal: what the text" not in plain
    assert "“Not reported”" not in plain


def test_an_error_of_the_baseline_review_leads_to_its_claim(page: Any, review: Review):
    links = [a.get("href") for a in page.get_element_by_id("errors").iter("a")]
    wanted = f"#claim-{review.synthesis.claims[0].id}"
    assert wanted in links
    assert "claim" in page.get_element_by_id(wanted[1:]).get("class")
    assert "#claim-B00" not in links  # what was not made a claim is named, not linked
