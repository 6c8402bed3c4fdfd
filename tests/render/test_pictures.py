"""The pictures: their numbers counted again, their form, and whether everybody can read them."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import crowds
import pytest
import synthetic
from lxml import etree
from perennial.render.files import render
from perennial.render.picture import Picture
from perennial.render.pictures import evidence_map, inline, palette, pictures, site_grid, timeline
from perennial.render.review import Review
from reading import docx_text, page, squeezed

HOSTILE = json.loads((Path(__file__).parents[1] / "data/render/hostile.json").read_text("utf-8"))
REVIEWS = {
    "made up": synthetic.review(),
    "a first edition": synthetic.first_edition(),
    "one study": crowds.fewer(1),
    "a crowd": crowds.crowd(8, 27, 120, 15),
    "nothing": crowds.fewer(0),
}
TOLD = [name for name in REVIEWS if name != "nothing"]
SVG = "{http://www.w3.org/2000/svg}"
MODULES = {module.NAME: module for module in (evidence_map, timeline, site_grid)}


@cache
def drawn_of(name: str) -> tuple[Picture, ...]:
    """The pictures of one of REVIEWS."""
    return pictures(REVIEWS[name])


def named(review: Review, name: str) -> Picture:
    return MODULES[name].picture(review)


def drawn_as(review: str, name: str) -> Picture:
    return next(drawn for drawn in drawn_of(review) if drawn.id == name)


def words(svg: bytes) -> list[str]:
    """What is written in a picture, piece by piece."""
    return [text.text or "" for text in etree.fromstring(svg).iter(f"{SVG}text")]


def found(review: Review) -> list[dict[str, object]]:
    """The results that count, as rows, by a way of its own: from the fields alone."""
    aside = {row.pmid for row in review.screened if row.set_aside}
    return [
        {field: getattr(s, field) for field in s.__slots__}
        for s in review.statements
        if s.pmid not in aside and s.standing == "result"
    ]


def parts(told: str) -> dict[str, int]:
    """Of "lung: 2; brain: 1": what each name has."""
    pairs = (part.rsplit(": ", 1) for part in told.split("; ") if part)
    return {name: int(number.replace(",", "")) for name, number in pairs}


# ------------------------------------------------------------------ numbers, counted again


def cells(review: Review) -> Iterator[tuple[str, str, dict[str, object]]]:
    labels = {m.id: m.label for m in review.mechanisms} | {"": "no mechanism"}
    for row in found(review):
        for name in str(row["condition"] or "not stated").split("; "):
            yield labels[str(row["mechanism"])], name, row


@pytest.mark.parametrize("made", TOLD)
def test_the_map_counts_each_study_once_in_each_cell(made):
    review, drawn = REVIEWS[made], drawn_as(made, "evidence-map")
    columns = {column for _, column, *_ in drawn.rows}
    counted: dict[tuple[str, str], dict[str, set[str]]] = {}
    for label, column, row in cells(review):
        place = (label, column if column in columns else next(c for c in columns if "others" in c))
        side = review.directions[str(row["direction"])]
        group = f"towards {side.side}" if side.side else side.label
        counted.setdefault(place, {}).setdefault(group, set()).add(str(row["pmid"]))
    shown = {
        row[:2]: (row[2], parts(str(row[3]).removesuffix(" (opposite)"))) for row in drawn.rows
    }
    assert shown.pop(("all", "all"))[0] == len({row["pmid"] for row in found(review)}) > 0
    assert shown == {
        place: (len(set().union(*held.values())), {name: len(held[name]) for name in held})
        for place, held in counted.items()
    }
    opposite = {row[:2] for row in drawn.rows[1:] if str(row[3]).endswith(" (opposite)")}
    assert opposite == {
        place
        for place, held in counted.items()
        if {"towards dormancy", "towards exit"} <= set(held)
    }


@pytest.mark.parametrize("made", TOLD)
def test_the_grid_counts_each_study_once_in_each_cell(made):
    review, drawn = REVIEWS[made], drawn_as(made, "sites")
    rows = {
        (str(factor), site): number
        for factor, studies, where in drawn.rows
        for site, number in {**parts(str(where)), "all": studies}.items()
    }
    shown = {factor for factor, _ in rows} - {"all"}
    expected: dict[tuple[str, str], set[str]] = {}
    for row in found(review):
        name = review.factors.get(str(row["factor"]), str(row["factor"]))
        name = name if name in shown else next(f for f in shown if "others" in f)
        sites = [*str(row["site"] or "not stated").split("; "), "all"]
        for place in itertools.product((name, "all"), sites):
            expected.setdefault(place, set()).add(str(row["pmid"]))
    assert rows == {place: len(pmids) for place, pmids in expected.items()}


@pytest.mark.parametrize("made", TOLD)
def test_the_timeline_adds_up_both_ways(made):
    review, drawn = REVIEWS[made], drawn_as(made, "timeline")
    included = [study.pmid for study in review.studies if not study.set_aside]
    years = [review.records[pmid].year for pmid in included]
    assert drawn.rows[0][:2] == ("all", len(included))
    for column, studies, tiers, days in drawn.rows[1:]:
        last = int(str(column).removeprefix("up to "))
        mine = [y for y in years if y == last or (str(column)[0] == "u" and y < last)]
        assert studies == len(mine) > 0
        assert sum(parts(tiers).values()) == sum(parts(days).values()) == studies
    assert sum(row[1] for row in drawn.rows[1:]) == len(included)
    for kind in (2, 3):
        sums: dict[str, int] = {}
        for row in drawn.rows[1:]:
            for name, number in parts(str(row[kind])).items():
                sums[name] = sums.get(name, 0) + number
        assert sums == parts(str(drawn.rows[0][kind]))


def test_each_study_joins_on_the_day_that_its_change_has():
    review = crowds.crowd(4, 5, 30, 10)
    told = {pmid: change.day for change in review.ledger.changes for pmid in change.new}
    assert timeline.arrivals(review) == told and len(set(told.values())) == 10
    days = parts(str(named(review, "timeline").rows[0][3]))
    assert list(days.values()) == [3] * 10


def test_a_study_joins_with_the_change_that_brought_it_or_let_it_in():
    review = synthetic.review()
    arrivals = timeline.arrivals(review)
    assert arrivals[synthetic.pmid(1)] == "2026-04-01"
    assert arrivals[synthetic.pmid(7)] == "2026-06-01"
    let_in = replace(review.step, joined=(synthetic.pmid(7), synthetic.pmid(2)))
    assert timeline.arrivals(replace(review, step=let_in))[synthetic.pmid(2)] == "2026-06-01"
    silent = replace(review, ledger=replace(review.ledger, changes=()), step=None)
    assert named(silent, "timeline").rows[0][3] == "day not known: 9"


@pytest.mark.parametrize("made", TOLD)
def test_every_number_drawn_is_in_the_table(made):
    for drawn in drawn_of(made):
        cells_ = [str(cell) for row in drawn.rows for cell in row]
        told = {number for cell in cells_ for number in re.findall(r"\d+", cell.replace(",", ""))}
        alone = r"([\d,]+)(\s[A-Z]+\+?)?|.+ \(([\d,]+)\)"
        shown = [m for text in words(drawn.svg) if (m := re.fullmatch(alone, text))]
        numbers = {(m[1] or m[3]).replace(",", "") for m in shown} - {"0"}
        # Years without a study have a column, and no row in the table.
        empty = {str(year) for year in range(1900, 2100)} if drawn.id == "timeline" else set()
        assert numbers and numbers <= told | empty, drawn.id


CHANGED = {
    "a finding's direction": (
        "evidence-map",
        lambda r: replace(
            r, statements=(replace(r.statements[0], direction="REA"), *r.statements[1:])
        ),
    ),
    "a finding becomes a supposition": (
        "evidence-map",
        lambda r: replace(
            r, statements=(replace(r.statements[0], standing="hypothesis"), *r.statements[1:])
        ),
    ),
    "a study is set aside": (
        "sites",
        lambda r: replace(r, studies=(replace(r.studies[0], set_aside=True), *r.studies[1:])),
    ),
    "a finding's site": (
        "sites",
        lambda r: replace(
            r, statements=(replace(r.statements[0], site="lung; brain"), *r.statements[1:])
        ),
    ),
    "a study's tier": (
        "timeline",
        lambda r: replace(r, studies=(replace(r.studies[0], tier=""), *r.studies[1:])),
    ),
    "the day of a change": (
        "timeline",
        lambda r: replace(
            r,
            ledger=replace(
                r.ledger,
                changes=(replace(r.ledger.changes[0], day="2026-03-01"), *r.ledger.changes[1:]),
            ),
        ),
    ),
}


@pytest.mark.parametrize(("name", "change"), CHANGED.values(), ids=CHANGED)
def test_another_review_gives_another_picture(name, change):
    before, after = named(synthetic.review(), name), named(change(synthetic.review()), name)
    assert before.svg != after.svg and before.png != after.png
    assert before.rows != after.rows and before.alternative != after.alternative


def test_what_is_said_has_the_chief_numbers():
    said = named(synthetic.review(), "evidence-map").alternative
    total = len({row["pmid"] for row in found(synthetic.review())})
    assert said.startswith(f"{total} studies in 4 of 12 combinations")
    assert "towards dormancy: 3; towards exit: 1" in said
    assert "1 with findings that point opposite ways" in said
    assert "joined 1 June 2026: 1" in named(synthetic.review(), "timeline").alternative


# ------------------------------------------------------------------------------- form


def test_the_same_in_every_process_and_locale():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import crowds, hashlib;"
        "from perennial.render.pictures import pictures;"
        "drawn = pictures(crowds.crowd(4, 5, 30));"
        "print([hashlib.sha256(repr(p).encode()).hexdigest() for p in drawn])"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent)],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, locale, zone in (("1", "C", "UTC"), ("271", "C.UTF-8", "Asia/Kathmandu"))
    ]
    assert told[0] and told[0] == told[1]


@pytest.mark.parametrize("made", REVIEWS)
def test_the_svg_is_plain_and_named(made):
    for drawn in drawn_of(made):
        root = etree.fromstring(drawn.svg)
        tags = {etree.QName(e).localname for e in root.iter() if isinstance(e.tag, str)}
        assert tags <= {"svg", "title", "desc", "path", "text"}
        assert not root.xpath(
            "//@style | //@*[starts-with(name(), 'on')] | //@*[contains(., '(#')]"
        )
        ids = root.xpath("//@id")
        assert ids == [f"{drawn.id}-title", f"{drawn.id}-description"]
        assert root.get("role") == "img" and root.get("aria-labelledby") == " ".join(ids)
        assert [root[0].text, root[1].text] == [drawn.title, drawn.alternative]
        assert "1b2430" not in drawn.svg.decode()  # the ink is the page's own
        assert drawn.png.startswith(b"\x89PNG")


@pytest.mark.parametrize("made", TOLD)
def test_nothing_is_written_beyond_the_edge(made):
    for drawn in drawn_of(made):
        root = etree.fromstring(drawn.svg)
        width, height = float(root.get("width")), float(root.get("height"))
        for text in root.iter(f"{SVG}text"):
            place = text.get("transform", "") if text.get("x") is None else ""
            x, y = (
                (float(text.get("x")), float(text.get("y")))
                if not place
                else map(float, re.findall(r"-?[\d.]+", place)[:2])
            )
            turned = "rotate(-60" in text.get("transform", "")
            if text.get("text-anchor", "start") == "start" and "rotate(-90" not in str(place):
                x += (
                    len(text.text or "")
                    * float(text.get("font-size")[:-2])
                    * (0.25 if turned else 0.5)
                )
            assert 0 <= x <= width and 0 <= y <= height, (drawn.id, text.text)


def test_twenty_by_twenty_fits_a_page():
    drawn = named(crowds.crowd(20, 20), "evidence-map")
    root = etree.fromstring(drawn.svg)
    assert float(root.get("width")) < 934  # the column of a page 1280 wide, less the frame
    sizes = [float(size[:-2]) for size in root.xpath("//@font-size")]
    assert min(sizes) >= 8.5
    assert 0 < drawn.inches <= 6.6


def test_without_data_a_sentence_stands_for_the_picture(templates):
    review = crowds.fewer(0)
    for drawn in pictures(review):
        assert drawn.rows == () and words(drawn.svg) == [drawn.alternative]
    files = render(review, templates)
    section = page(files).xpath("//section[@id='pictures']")[0]
    assert not section.xpath(".//figure | .//table")
    assert "No study is included yet." in section.text_content()
    assert squeezed("No finding to map yet.") in docx_text(files)


def test_the_page_shows_each_picture_with_its_table(files):
    root = page(files)
    section = root.xpath("//section[@id='pictures']")[0]
    drawn = pictures(synthetic.review())
    assert [svg.get("aria-labelledby") for svg in section.iter("{*}svg", "svg")] == [
        f"{each.id}-title {each.id}-description" for each in drawn
    ]
    for each in drawn:
        table = section.xpath(f".//table[caption='{each.title}']")[0]
        assert len(table.xpath("./tbody/tr")) == len(each.rows)
        assert [th.text_content() for th in table.xpath("./thead//th")] == list(each.heads)
        assert files[f"{each.id}.svg"] == each.svg
        assert each.alternative.replace(" ", "") in docx_alternatives(files)


def docx_alternatives(files: dict[str, bytes]) -> str:
    with zipfile.ZipFile(io.BytesIO(files["review.docx"])) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return "".join(str(told) for told in root.xpath("//@descr")).replace(" ", "")


@pytest.mark.parametrize("case", HOSTILE, ids=[case["note"] for case in HOSTILE])
def test_hostile_words_stay_words(case):
    text = case["text"] * case.get("times", 1)
    review = synthetic.review()
    bad = replace(
        review,
        statements=tuple(
            replace(s, condition=text, site=text, factor=text) for s in review.statements
        ),
        mechanisms=tuple(m._replace(label=text) for m in review.mechanisms),
        directions={code: d._replace(label=text) for code, d in review.directions.items()},
        studies=tuple(replace(study, tier=text) for study in review.studies),
        factors={},
    )
    for drawn in (module.picture(bad) for module in MODULES.values()):
        root = etree.fromstring(drawn.svg)
        tags = {etree.QName(e).localname for e in root.iter() if isinstance(e.tag, str)}
        assert tags <= {"svg", "title", "desc", "path", "text"}
        assert max(map(len, words(drawn.svg))) <= 200 and len(drawn.svg) < 100_000
        assert etree.fromstring(inline(drawn.svg)).get("role") == "img"


# ------------------------------------------------------------------ for everybody's eyes

# Machado GM, Oliveira MM, Fernandes LA. IEEE Trans Vis Comput Graph 2009;15:1291-8: what those
# see who have one kind of cone less, as matrices on linear RGB.
SIGHT = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> list[float]:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def lab(colour: str, sight: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of a colour as seen."""
    rgb = linear(colour)
    seen = [min(1, max(0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in sight]
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(m * c for m, c in zip(row, seen, strict=True)) for row in to_xyz]
    f = [
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in (xyz[0] / 0.9505, xyz[1], xyz[2] / 1.089)
    ]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


@pytest.mark.parametrize("sight", SIGHT.values(), ids=SIGHT)
def test_colours_are_told_apart_by_every_kind_of_sight(sight):
    apart = {
        (a, b): sum((x - y) ** 2 for x, y in zip(lab(a, sight), lab(b, sight), strict=True)) ** 0.5
        for a, b in itertools.combinations(palette.OKABE_ITO, 2)
    }
    assert min(apart.values()) > 10  # a just noticeable difference is about 2.3
    assert apart[palette.OKABE_ITO[0], palette.OKABE_ITO[1]] > 60  # what opposes each other


def contrast(a: str, b: str) -> float:
    low, high = sorted((palette.luminance(a), palette.luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_what_is_written_on_a_colour_can_be_read():
    fills = [*palette.OKABE_ITO, palette.REST, *(palette.shade(n, 100) for n in range(101))]
    assert min(contrast(fill, palette.on(fill)) for fill in fills) >= 4.5


def test_deeper_is_more():
    light = [palette.luminance(palette.shade(n, 50)) for n in range(51)]
    assert light == sorted(light, reverse=True) and len(set(light)) == 51


@pytest.mark.parametrize("labels", [["a b", "a b", "c"], ["towards exit", "exit"], ["1", "2"]])
def test_no_two_groups_have_the_same_letter(labels):
    assert len(set(palette.letters(labels))) == len(labels)


def test_letters_are_the_labels_own():
    labels = ["towards dormancy", "towards exit", "kills", "immune evasion", "no effect"]
    assert palette.letters(labels) == ["D", "E", "K", "I", "N"]


def test_opposite_findings_are_framed():
    one = [(3, "IND"), (4, "REA")]
    grid = [synthetic.statement(n, n, "FAC1", code) for n, code in one]
    review = replace(synthetic.review(), statements=tuple(grid))
    told = [row[-1] for row in named(review, "evidence-map").rows]
    assert told == [f"towards dormancy: 1; towards exit: 1{what}" for what in ("", " (opposite)")]
    assert evidence_map.counts(review).framed == [("M1", "breast")]
    agreeing = replace(review, statements=(grid[0], replace(grid[1], direction="MNT")))
    assert evidence_map.counts(agreeing).framed == []


def test_the_rest_is_added_up_and_its_number_stated():
    review = crowds.crowd(studies=120)
    grid, (factors, _) = site_grid.counts(review)
    assert factors == 31 - site_grid.ROWS + 1
    assert grid.rows[-2] == f"{factors} others"
    assert f"{factors} factors with fewest studies are added up" in named(review, "sites").caption
