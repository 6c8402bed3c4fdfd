"""How close the sides of a NEAR came that did not hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from perennial.explain.near import apart, sentence
from perennial.query import Document, evaluate, parse, parse_blocks
from perennial.record import Record
from small_project import RECORDS, Small, small

BLOCKS = parse_blocks({
    "moss": "moss*[tiab] OR sphagnum[tiab]",
    "sleep": "sleep*[tiab] OR dorm*[tiab]",
    "bound": "#moss NEAR/2 #sleep",
})  # fmt: skip
FAR = "The moss of the bog was seen by us to sleep. It slept under snow."


def told(text: str, query: str = "#bound", **fields: object) -> list[str]:
    record = Record("1", abstract=text, **fields)
    return [sentence(one, {}) for one in apart(parse(query, BLOCKS), record, None)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (FAR, ["nearest: 'moss' … 'sleep', 8 words apart, same sentence; NEAR/2 asked"]),
        (
            "Moss. Sleep is what the bog of the north gives to moss.",
            [
                "nearest: 'Moss' … 'Sleep', 0 words apart, other sentence; NEAR/2 asked",
                "nearest: 'Sleep' … 'moss', 9 words apart, same sentence; NEAR/2 asked",
            ],
        ),
        ("Sleeping by a green and wet moss", [
            "nearest: 'Sleeping' … 'moss', 5 words apart, same sentence; NEAR/2 asked"
        ]),
        ("Moss sleeps.", []),  # it holds
        ("Moss alone.", []),  # the other side is absent
    ],
)  # fmt: skip
def test_the_nearest_and_the_nearest_in_one_sentence(text: str, says: list[str]) -> None:
    assert told(text) == says


def test_words_in_two_fields_are_nowhere_together() -> None:
    (said,) = told("It sleeps.", title="A moss")
    assert said == "nowhere together: 'moss' in title, 'sleeps' in abstract; NEAR/2 asked"
    (said,) = told("", keywords=("moss", "sleep"))
    assert said.startswith("nowhere together: 'moss' in keywords, 'sleep' in keywords")


def test_only_what_could_have_made_it_hold() -> None:
    assert told(FAR, "snow[tiab] NOT (#moss NEAR/2 #sleep)") == []
    assert len(told(FAR, "(#moss NEAR/3 #sleep) OR (#bound AND fern[tiab]) OR #bound")) == 2


def test_proximity_of_two_words() -> None:
    (said,) = told(FAR, '"moss snow"[tiab:~3]')
    assert said == "nearest: 'moss' … 'snow', 12 words apart, other sentence; ~3 asked"


def test_a_long_way_between_is_shortened() -> None:
    text = "One two three four five moss " + "so " * 40 + "sleep and then all is still here."
    (one,) = apart(parse("#bound", BLOCKS), Record("1", abstract=text), None)
    assert one.apart == 40
    assert "".join(one.shown) == (
        "… two three four five moss so so so so so so … so so so so so so sleep and then all is …"
    )


_words = st.lists(st.sampled_from(["moss", "sleep", "slow-moss", "β", "a", "x."]), max_size=14)


@given(_words, st.integers(0, 4))
def test_what_is_told_is_why_it_does_not_hold(words: list[str], distance: int) -> None:
    record = Record("1", abstract=" ".join(words))
    query = parse(f"#moss NEAR/{distance} #sleep", BLOCKS)
    holds = evaluate(query, Document.of(record)).holds
    found = apart(query, record, None)
    both = {"moss", "sleep"} <= {part for word in words for part in word.split("-")}
    assert bool(found) == (both and not holds)
    for one in found:
        assert one.apart > distance or not one.one_sentence


@pytest.fixture
def project(tmp_path: Path) -> Small:
    odd = Record("15", title="A new seed <i>", abstract="The seed was kept for years & sown old.")
    made = small(tmp_path / "project", (*RECORDS, odd))
    made.edit('seed: "seed*[tiab]"', 'seed: "seed*[tiab]"\n  sown: "sown[tiab]"')
    made.edit('"#seed"', '"#seed NEAR/2 #sown"')
    return made


def test_the_terminal_and_the_page_tell_it(project: Small) -> None:
    shown = project.run("explain", "15").stdout
    assert "nearest: 'seed' … 'sown', 4 words apart, same sentence; NEAR/2 asked" in shown
    assert "\n        The seed was kept for years & sown old." in shown
    project.run("explain", "15", "--html", "page.html")
    page = html.fromstring((project.folder / "page.html").read_bytes())
    (near,) = page.find_class("near")
    assert "4 words apart, same sentence" in near.text_content()
    assert [bold.text for bold in near.iter("b")] == ["seed", "sown"]
    assert near.xpath("string(.//q)") == "The seed was kept for years & sown old."
