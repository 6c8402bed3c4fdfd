"""People's own prose: what it may say, how it cites, and what happens when a study leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import synthetic
from markupsafe import Markup
from perennial.errors import InputError
from perennial.render.files import render
from perennial.render.narrative import Stray, fragment, load_narrative, strays

CASES = json.loads((Path(__file__).parents[1] / "data/narrative/cases.json").read_text("utf-8"))
assert CASES


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_prose_becomes_plain_markup(case):
    told = fragment(case["text"], lambda name: Markup("[{}]").format(name))
    assert " ".join(str(told).split()) == case["html"]


def test_each_file_is_a_section(tmp_path):
    (tmp_path / "plain.md").write_text("Words.\n")
    (tmp_path / "M1.md").write_text("More words.\n")
    (tmp_path / "README.md").write_text("![for writers](x.png)\n")
    assert load_narrative(tmp_path, ["M1"]) == {"plain": "Words.\n", "M1": "More words.\n"}
    assert load_narrative(tmp_path / "none", ["M1"]) == {}


@pytest.mark.parametrize(
    ("name", "content", "line", "message", "hint"),
    [
        ("plane.md", b"Words.", 0, "there is no section 'plane'", "did you mean plain.md?"),
        ("plain.md", b"\xff", 0, "the file is not UTF-8", ""),
        ("plain.md", b"![x](x.png)", 0, "prose shows no pictures", "take the picture out"),
        ("plain.md", b"One.\n\n[@doi:10/x].", 3, "[@doi:10/x] cites nothing", "cite as"),
        ("plain.md", b"[@pmid:12a].", 1, "[@pmid:12a] cites nothing", "cite as"),
    ],
)
def test_what_prose_may_not_do_is_said_with_its_place(tmp_path, name, content, line, message, hint):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_narrative(tmp_path, [])
    error = caught.value
    assert message in str(error)
    assert hint in (error.hint or "")
    assert (error.place.file, error.place.line) == (str(tmp_path / name), line)


def test_a_citation_of_what_no_longer_counts_is_found_and_marked(templates):
    prose = "One [@pmid:900000001].\n\nTwo [@pmid:123; @baseline].\n"
    assert list(strays({"plain": prose}, {"900000001"})) == [Stray("plain", 3, "123")]
    review = replace(synthetic.review(), narrative={"plain": "Two [@pmid:123]."})
    files = render(review, templates)
    assert b"PMID 123: NOT INCLUDED" in files["review.html"]
    assert b"PMID 123: NOT INCLUDED" in files["review.md"]
