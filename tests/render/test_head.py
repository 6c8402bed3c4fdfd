"""What the page tells machines, and what it brings along."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
import synthetic
from perennial.render import head, listing
from perennial.render.declared import Declared
from reading import page

HELD = "vendor/vendor.json"


def test_every_vendored_file_is_the_one_that_was_taken_in(templates):
    told = json.loads((templates / HELD).read_text("utf-8"))
    here = {str(f.relative_to(templates / "vendor")) for f in templates.glob("vendor/*/*.js")}
    assert here and here == set(told)
    for name, about in told.items():
        file = templates / "vendor" / name
        assert hashlib.sha256(file.read_bytes()).hexdigest() == about["sha256"]
        licence = (templates / "vendor" / about["licence_text"]).read_text("utf-8")
        assert about["licence"] in licence
        assert about["version"] in file.read_text("utf-8")


def test_no_script_ends_itself_or_makes_code_of_text(templates):
    for script in head.assets(templates).scripts:
        assert not [
            sign for sign in ("</script", "<!--", "eval(", "new Function") if sign in script
        ]


def test_the_pages_own_script_can_be_read_in_one_sitting(templates):
    assert len((templates / "page.js").read_text("utf-8").splitlines()) <= 150


def test_a_citation_manager_finds_a_report(files):
    review = synthetic.review()
    found: dict[str, list[str]] = {}
    for meta in page(files).iter("meta"):
        found.setdefault(meta.get("name"), []).append(meta.get("content"))
    assert found["citation_title"] == found["DC.title"] == [review.title]
    assert found["citation_author"] == found["DC.creator"] == list(review.maintainers)
    assert found["citation_technical_report_institution"] == ["A. Reviewer and B. Reviewer"]
    assert found["citation_technical_report_number"] == [review.version]
    assert found["citation_publication_date"] == ["2026/06/01"]
    assert found["DC.date"] == ["2026-06-01"]
    assert found["DC.relation"] == ["https://doi.org/10.0000/base"]


def test_only_a_review_that_has_a_doi_gives_one():
    review = synthetic.review()
    own = replace(review, declared=Declared(doi="10.0000/own"))
    assert "citation_doi" not in dict(head.tags(review))
    assert dict(head.tags(own))["citation_doi"] == "10.0000/own"
    assert json.loads(head.linked(own))["identifier"] == "https://doi.org/10.0000/own"


def test_search_engines_find_an_article_and_its_data(files):
    [script] = page(files).xpath("//script[@type='application/ld+json']")
    told = json.loads(script.text_content())
    assert told["@type"] == "ScholarlyArticle" and told["name"] == synthetic.review().title
    for part in told["hasPart"]:
        assert part["distribution"]["contentUrl"] in files


@pytest.mark.parametrize(
    "text",
    ["</script><script>x()</script>", "<!--<script>", "]]>", "\u2028", "\u202etxt", "\ud83d"],
)
def test_no_title_ends_the_data_that_holds_it(text, templates):
    told = head.linked(replace(synthetic.review(), title=text))
    assert not [sign for sign in "<>&\u2028\u202e" if sign in told]
    assert json.loads(told)["name"] == str(listing.visible(text))
