"""The checklists: complete, true of the document, and turning when the review turns."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import synthetic
from perennial.render.checklists import LISTS, PREDICATES, STATES, checklists
from perennial.render.living import Living
from perennial.render.review import Review
from reading import docx_text, page, squeezed
from ruamel.yaml import YAML

TABLE = Path(__file__).parents[1] / "data/render/checklist.tsv"
# The numbers of the published checklists.
_PRISMA = (
    "1 2 3 4 5 6 7 8 9 10a 10b 11 12 13a 13b 13c 13d 13e 13f 14 15 16a 16b 17 18 19"
    " 20a 20b 20c 20d 21 22 23a 23b 23c 23d 24a 24b 24c 25 26 27"
)
NUMBERS = {
    "prisma2020": tuple(_PRISMA.split()),
    "prisma-abstracts": tuple(str(n) for n in range(1, 13)),
    "prisma-s": tuple(str(n) for n in range(1, 17)),
    "prisma-lsr": ("L1", "L2", "L3", "L4"),
}


def expected() -> list[dict[str, str]]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line[0] != "#"]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


EXPECTED = expected()


def states(review: Review, templates: Path) -> dict[tuple[str, str], str]:
    made = checklists(review, templates)
    return {(each.id, row.number): row.state for each in made for row in each.rows}


def shown(files: dict[str, bytes], name: str, number: str) -> list[str]:
    """The cells of an item's row on the page."""
    row = page(files).get_element_by_id(f"item-{name}-{number}").getparent()
    return [" ".join(cell.text_content().split()) for cell in row]


def section_of(files: dict[str, bytes], anchor: str) -> str:
    found = page(files).get_element_by_id(anchor)
    section = found if found.tag == "section" else next(found.iterancestors("section"))
    return squeezed(section.text_content())


def test_every_item_of_every_list_is_there_once_and_in_order(templates):
    made = {each.id: [row.number for row in each.rows] for each in _made(templates)}
    assert {name: tuple(numbers) for name, numbers in made.items()} == NUMBERS
    assert tuple(made) == LISTS
    assert len(NUMBERS["prisma2020"]) == 42


def _made(templates):
    return checklists(synthetic.review(), templates)


def test_each_row_has_one_state_and_says_why_it_is_not_met(templates):
    for each in _made(templates):
        for row in each.rows:
            assert row.state in STATES and row.topic and row.asks
            assert row.why or row.state == "met", (each.id, row.number)
            assert row.where or row.topic == "Title" or row.state == "not met"


def test_the_table_of_expectations_is_whole():
    assert [(row["list"], row["item"]) for row in EXPECTED] == [
        (name, number) for name in LISTS for number in NUMBERS[name]
    ]


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: f"{row['list']} {row['item']}")
def test_the_page_says_what_a_reader_found(row, files):
    number, asks, state, where = shown(files, row["list"], row["item"])
    assert asks.startswith(f"{row['topic']}. ")
    assert (number, state) == (row["item"], row["state"].capitalize())
    cell = page(files).get_element_by_id(f"item-{row['list']}-{number}").getparent()[3]
    assert [a.get("href")[1:] for a in cell.iter("a")] == row["where"].split()
    assert where or state == "Met"


@pytest.mark.parametrize(
    "row", [r for r in EXPECTED if r["where"]], ids=lambda row: f"{row['list']} {row['item']}"
)
def test_what_is_said_to_be_met_stands_where_the_link_leads(row, files):
    texts = [section_of(files, anchor) for anchor in row["where"].split()]
    assert row["words"] and any(squeezed(row["words"]) in text for text in texts)


def test_the_summary_counts_the_rows(files):
    text = " ".join(page(files).get_element_by_id("checklists").text_content().split())
    for name in LISTS:
        counts = Counter(row["state"] for row in EXPECTED if row["list"] == name)
        total = sum(counts.values())
        assert f"{counts['met']} of {total} items met" in text
        for state in STATES[1:]:
            assert (f"{counts[state]} {state}" in text) or not counts[state]


def test_documents_have_the_rows_too(files):
    text = docx_text(files)
    for each in _made(Path(__file__).parents[2] / "workflow/templates"):
        assert squeezed(each.source) in text
        assert all(squeezed(f"{row.topic}. {row.asks}") in text for row in each.rows)


DECLARED = synthetic.review().declared
CONDUCT = {"settings": {}}
TURNS = {
    "a title that says it": (
        lambda r: replace(r, title="At rest: a living Systematic Review"),
        {("prisma2020", "1"): "met", ("prisma-abstracts", "1"): "met"},
    ),
    "a registration": (
        lambda r: replace(r, declared=DECLARED._replace(registration="Register 1")),
        {("prisma2020", "24a"): "met", ("prisma-abstracts", "12"): "met"},
    ),
    "a protocol": (
        lambda r: replace(r, declared=DECLARED._replace(protocol="P")),
        {("prisma2020", "24b"): "met"},
    ),
    "funding": (
        lambda r: replace(r, declared=DECLARED._replace(funding="None")),
        {("prisma2020", "25"): "met", ("prisma-abstracts", "11"): "met"},
    ),
    "interests": (
        lambda r: replace(r, declared=DECLARED._replace(interests="None")),
        {("prisma2020", "26"): "met"},
    ),
    "availability": (
        lambda r: replace(r, declared=DECLARED._replace(availability="All")),
        {("prisma2020", "27"): "met"},
    ),
    "how people screen": (
        lambda r: replace(r, conduct=CONDUCT),
        {("prisma2020", "8"): "met"},
    ),
    "what people corrected": (
        lambda r: replace(r, corrections={"counts": {}}),
        {("prisma2020", "9"): "met"},
    ),
    "a reason to make it": (
        lambda r: replace(r, narrative={"background": "Why."}),
        {("prisma2020", "3"): "met"},
    ),
    "conclusions": (
        lambda r: replace(r, narrative={"conclusions": "So."}),
        {
            ("prisma2020", "23a"): "met",
            ("prisma2020", "23d"): "partly met",
            ("prisma-abstracts", "10"): "met",
        },
    ),
    "an end": (
        lambda r: replace(r, living=replace_living(r.living, ends="In 2030.")),
        {("prisma-lsr", "L1"): "met"},
    ),
    "no living mode": (
        lambda r: replace(r, living=Living()),
        {
            ("prisma-lsr", "L1"): "not met",
            ("prisma-lsr", "L4"): "partly met",
            ("prisma-s", "12"): "not met",
        },
    ),
    "no edit of a search": (
        lambda r: replace(r, ledger=replace(r.ledger, changes=unedited(r.ledger.changes))),
        {("prisma2020", "24c"): "met", ("prisma-lsr", "L2"): "met"},
    ),
    "a strategy that was a file": (
        lambda r: replace(r, ledger=imported(r.ledger)),
        {
            ("prisma2020", "6"): "partly met",
            ("prisma2020", "7"): "partly met",
            **{("prisma-s", n): "partly met" for n in ("1", "2", "8", "13")},
        },
    ),
    "no comparison": (
        lambda r: replace(r, synthesis=replace(r.synthesis, comparisons=())),
        {("prisma2020", "13f"): "not met", ("prisma2020", "20d"): "not met"},
    ),
    "no notice": (
        lambda r: replace(r, integrity=()),
        {("prisma2020", "20d"): "not applicable"},
    ),
    "nothing excluded": (
        lambda r: replace(r, screened=tuple(s for s in r.screened if s.outcome != "exclude")),
        {("prisma2020", "16b"): "not applicable"},
    ),
    "no question": (
        lambda r: replace(r, question=" "),
        {("prisma2020", "4"): "not met", ("prisma-abstracts", "2"): "not met"},
    ),
    "a first edition": (
        lambda r: replace(r, step=None),
        {("prisma-lsr", "L3"): "not applicable"},
    ),
    "no result": (
        lambda r: replace(
            r, statements=tuple(replace(s, standing="background") for s in r.statements)
        ),
        {
            **{("prisma2020", n): "not applicable" for n in ("19", "20a", "20c")},
            ("prisma-abstracts", "8"): "not applicable",
        },
    ),
}


def replace_living(living: Living, **parts: str) -> Living:
    return living._replace(**parts)


def unedited(changes):
    return tuple(replace(change, edits=()) for change in changes)


def imported(ledger):
    first, *rest = ledger.search.strategies
    search = replace(ledger.search, strategies=(replace(first, sent=""), *rest))
    return replace(ledger, search=search)


@pytest.mark.parametrize(("change", "turned"), TURNS.values(), ids=TURNS)
def test_a_state_turns_with_the_review_and_no_other_does(change, turned, templates):
    before = states(synthetic.review(), templates)
    after = states(change(synthetic.review()), templates)
    assert {item: after[item] for item in before if after[item] != before[item]} == turned


def test_every_predicate_is_asked_and_every_one_asked_is_known(templates):
    asked = [
        state["when"]
        for name in LISTS
        for item in _read(templates, name)["items"]
        for state in item["states"]
        if "when" in state
    ]
    assert set(asked) == set(PREDICATES)


def _read(templates: Path, name: str):
    return YAML(typ="safe", pure=True).load((templates / f"checklists/{name}.yaml").read_text())
