"""DOCX and PDF: what a journal, a validator and a screen reader find in them."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import time
import unicodedata
import zipfile
from html import escape
from itertools import pairwise
from pathlib import Path

import lxml.html
import pypdf
import pytest
import synthetic
from lxml import etree
from perennial.errors import InputError
from perennial.render import documents, paper, typeset
from perennial.render.page import Pages
from perennial.render.word import w
from perennial.render.wording import visible
from test_hostile import poisoned

DAY = "2026-06-01"
HOSTILE = json.loads((Path(__file__).parents[1] / "data/render/hostile.json").read_text("utf-8"))
TYPESETTERS = json.loads(
    (Path(__file__).parents[1] / "data/render/typesetting.json").read_text("utf-8")
)
WIDE = "<table><caption>Wide</caption><thead><tr>{}</tr></thead><tbody><tr>{}</tr></tbody></table>"
WIDE = WIDE.format("<th>Head</th>" * 9, "<td class='number'>1</td>" * 9)


@pytest.fixture(scope="session")
def looks(templates: Path) -> Path:
    return templates / "document"


@pytest.fixture(scope="session")
def body(templates: Path) -> str:
    return Pages(synthetic.review(), templates, b"<svg/>").body("docx")


@pytest.fixture(scope="session")
def parts(files: dict[str, bytes]) -> dict[str, bytes]:
    return parts_of(files["review.docx"])


@pytest.fixture(scope="session")
def word(parts: dict[str, bytes]) -> etree._Element:
    return etree.fromstring(parts["word/document.xml"])


@pytest.fixture(scope="session")
def pdf(files: dict[str, bytes]) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(files["review.pdf"]))


def parts_of(document: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(element: etree._Element) -> str:
    return "".join(t.text or "" for t in element.iter(w("t")))


def style_of(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return "" if style is None else style.get(w("val"))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", unicodedata.normalize("NFKC", text))


def pdf_text(document: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return squeezed("".join(page.extract_text() for page in pages))


def captions(root: etree._Element) -> list[str]:
    kinds = ("TableCaption", "ImageCaption")
    return [text_of(p) for p in root.iter(w("p")) if style_of(p) in kinds]


# --- DOCX -------------------------------------------------------------------------------------


def test_every_style_that_is_used_is_defined(word, parts):
    styles = etree.fromstring(parts["word/styles.xml"])
    defined = {style.get(w("styleId")) for style in styles.iter(w("style"))}
    used = {e.get(w("val")) for e in word.iter(w("pStyle"), w("rStyle"), w("tblStyle"))}
    assert {"Title", "Heading1", "Heading2", "TableCaption", "ImageCaption", "TableText"} <= used
    assert used <= defined


def test_headings_skip_no_level_and_stand_over_something(word):
    blocks = [b for b in word.find(w("body")) if b.tag in (w("p"), w("tbl"))]
    levels = [int(style_of(b)[7:]) if style_of(b).startswith("Heading") else 0 for b in blocks]
    headings = [level for level in levels if level]
    assert headings[0] == 1
    assert len(set(headings)) > 2
    assert all(b <= a + 1 for a, b in pairwise(headings))
    followed = zip(levels, [*levels[1:], 1], strict=True)
    assert not [(a, b) for a, b in followed if a and b and b <= a]


def test_tables_repeat_their_heads_and_keep_their_rows(word):
    tables = list(word.iter(w("tbl")))
    assert len(tables) > 10
    for table in tables:
        first, *rows = table.findall(w("tr"))
        assert first.find(f"{w('trPr')}/{w('tblHeader')}") is not None
        assert all(row.find(f"{w('trPr')}/{w('cantSplit')}") is not None for row in (first, *rows))


def test_figures_and_tables_are_numbered_in_their_order(word):
    found = captions(word)
    for kind, root in (("Figure", "drawing"), ("Table", "tbl")):
        numbers = [int(c.split(".")[0].split()[1]) for c in found if c.startswith(kind)]
        assert numbers == list(range(1, len(list(word.iter(w(root)))) + 1))
    assert len(found) == len(list(word.iter(w("fldSimple"))))
    assert all(re.match(r"(Figure|Table) \d+\. \S", caption) for caption in found)


def test_every_picture_says_what_it_shows(word):
    described = [e for e in word.iter() if etree.QName(e).localname == "docPr"]
    assert len(described) > 1
    assert all(len(e.get("descr")) > 20 for e in described)
    assert len({e.get("id") for e in described}) == len({e.get("name") for e in described})


def test_links_within_lead_to_bookmarks(word):
    marks = [mark.get(w("name")) for mark in word.iter(w("bookmarkStart"))]
    links = {link.get(w("anchor")) for link in word.iter(w("hyperlink"))} - {None}
    assert len(links) > 10
    assert links <= set(marks)
    assert len(marks) == len(set(marks))
    assert all(len(mark) <= 40 for mark in marks)  # the most that Word takes


def test_language_and_properties_are_set(parts):
    styles = etree.fromstring(parts["word/styles.xml"])
    assert {lang.get(w("val")) for lang in styles.iter(w("lang"))} == {"en-GB"}
    core = etree.fromstring(parts["docProps/core.xml"])
    held = {etree.QName(e).localname: e.text for e in core}
    review = synthetic.review()
    assert held["title"] == review.title
    assert held["subject"] == review.question
    assert held["creator"] == "; ".join(review.maintainers)
    assert held["language"] == "en-GB"


def test_pages_have_numbers(word, parts):
    assert all(e.find(w("footerReference")) is not None for e in word.iter(w("sectPr")))
    assert b" PAGE " in parts["word/footer1.xml"]


def test_a_wide_table_lies_on_its_side_with_its_heading(looks):
    html = f"<h1>A</h1><p>before</p><h2>B</h2>{WIDE}<p class='small'>note</p><p>after</p>"
    document = parts_of(documents.docx(html, {}, looks, DAY))["word/document.xml"]
    root = etree.fromstring(document)
    pages = [size.get(w("orient"), "portrait") for size in root.iter(w("pgSz"))]
    assert pages == ["portrait", "landscape", "portrait"]
    blocks = [text_of(b) or style_of(b) for b in root.find(w("body")) if b.tag != w("sectPr")]
    blocks = [b for b in blocks if b]
    assert blocks[:4] == ["A", "before", "PortraitEnds", "B"]
    assert blocks[-3:] == ["note", "LandscapeEnds", "after"]


def test_a_row_too_long_for_a_page_may_break(looks):
    html = "<table><tbody><tr><td>{}</td></tr><tr><td>x</td></tr></tbody></table>"
    document = documents.docx(html.format("word " * 4000), {}, looks, DAY)
    root = etree.fromstring(parts_of(document)["word/document.xml"])
    assert len(list(root.iter(w("tr")))) == 2
    assert len(list(root.iter(w("cantSplit")))) == 1


@pytest.mark.parametrize("html", ["<title>t</title>", "<title>t</title><p>x</p>"])
def test_a_document_with_next_to_nothing_is_one(html, looks):
    document = parts_of(documents.docx(html, {}, looks, DAY))["word/document.xml"]
    assert captions(etree.fromstring(document)) == []
    assert documents.pdf(html, {}, looks, DAY).startswith(b"%PDF")


# --- what both are made from ------------------------------------------------------------------


def test_headings_are_levelled():
    html = "<h1>a</h1><h4>b</h4><h2>c</h2><h3>d</h3><h1>e</h1><h3>f</h3>"
    root = lxml.html.fromstring(paper.ready(html))
    assert [h.tag for h in root.find("body")] == ["h1", "h2", "h2", "h3", "h1", "h2"]


def test_a_link_to_nothing_becomes_text_and_is_logged(caplog):
    html = paper.ready('<p id="a">x <a href="#a">there</a> <a href="#b">nowhere</a></p>')
    assert re.findall(r"<a [^>]*>\w+", html) == ['<a href="#a">there']
    assert "nowhere" in html
    assert "#b" in caplog.text


def test_an_id_stands_once():
    assert paper.ready('<p id="a">x</p><p id="a">y</p>').count('id="a"') == 1


# --- PDF --------------------------------------------------------------------------------------


def test_the_pdf_is_tagged(pdf):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert pdf.metadata.title == synthetic.review().title
    assert pdf.metadata.author == ", ".join(synthetic.review().maintainers)
    assert pdf.metadata.subject == synthetic.review().question
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert len(pdf.outline) > 10


def structure(node, found):
    """All elements of the structure tree, depth first."""
    held = node.get("/K")
    for each in held if isinstance(held, list) else [held]:
        kid = each.get_object() if hasattr(each, "get_object") else each
        if isinstance(kid, dict) and "/S" in kid:
            found.append(kid)
            structure(kid, found)
    return found


def test_its_pictures_and_tables_have_what_a_screen_reader_needs(pdf, word):
    elements = structure(pdf.trailer["/Root"]["/StructTreeRoot"], [])
    pictures = [e for e in elements if e["/S"] == "/Figure"]
    wanted = [e.get("descr") for e in word.iter() if etree.QName(e).localname == "docPr"]
    assert [squeezed(e["/Alt"]) for e in pictures] == list(map(squeezed, wanted))
    kinds = [e["/S"] for e in elements]
    assert kinds.count("/Table") == len(list(word.iter(w("tbl"))))
    assert {"/TH", "/THead", "/H1", "/H2", "/L", "/Link", "/Caption"} <= set(kinds)


def test_it_has_the_captions_of_the_docx_with_their_numbers(files, word):
    text = pdf_text(files["review.pdf"])
    found = captions(word)
    assert len(found) > 10
    assert not [caption for caption in found if squeezed(caption) not in text]


def test_it_has_all_the_words_of_the_docx(files, word):
    text = pdf_text(files["review.pdf"])
    paragraphs = [squeezed(text_of(p)) for p in word.iter(w("p")) if not p.findall(w("fldSimple"))]
    # A paragraph may be broken by the head of a page: then its two ends are there.
    assert len(paragraphs) > 200
    lost = [p for p in paragraphs if p[:20] not in text or p[-20:] not in text]
    assert not lost


def test_wide_tables_have_wide_pages(looks):
    html = f"<title>t</title><h1>A</h1><p>before</p><h2>B</h2>{WIDE}<h2>C</h2><p>after</p>"
    pages = pypdf.PdfReader(io.BytesIO(documents.pdf(html, {}, looks, DAY))).pages
    assert [p.mediabox.width > p.mediabox.height for p in pages][-2:] == [True, False]
    assert "B" in pages[-2].extract_text()


def test_a_short_table_stands_on_one_page(looks):
    rows = "".join(f"<tr><td>row{n}</td></tr>" for n in range(8))
    table = f"<table><caption>c</caption><thead><tr><th>Head</th></tr></thead>{rows}</table>"
    for lines in (30, 32, 34, 36, 38, 40):
        html = f"<title>t</title>{'<p>x</p>' * lines}{table}"
        pages = pypdf.PdfReader(io.BytesIO(documents.pdf(html, {}, looks, DAY))).pages
        assert [
            page.extract_text().count("row") for page in pages if "row" in page.extract_text()
        ] == [8]
    document = parts_of(documents.docx(table, {}, looks, DAY))["word/document.xml"]
    first, *others, last = etree.fromstring(document).iter(w("tr"))
    assert all(row.find(f".//{w('keepNext')}") is not None for row in (first, *others))
    assert last.find(f".//{w('keepNext')}") is None


def test_a_table_of_many_pages_repeats_its_heads(looks):
    rows = "".join(f"<tr><td>{n}</td></tr>" for n in range(200))
    html = (
        f"<title>t</title><table><thead><tr><th>Head</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    pages = pypdf.PdfReader(io.BytesIO(documents.pdf(html, {}, looks, DAY))).pages
    assert len(pages) > 3
    assert all("Head" in page.extract_text() for page in pages)


def test_a_row_longer_than_a_page_loses_nothing(looks):
    row = f"<tr><th>a</th><td>{'word ' * 4000}</td></tr>"
    html = f"<title>t</title><table><thead><tr><th>h</th><th>i</th></tr></thead>{row}</table>"
    pages = pypdf.PdfReader(io.BytesIO(documents.pdf(html, {}, looks, DAY))).pages
    found = [page.extract_text().count("word") for page in pages]
    assert sum(found) == 4000
    assert max(found) < 2500  # about what a page can hold


def test_twenty_thousand_letters_without_a_blank_are_broken_into_lines(looks):
    html = f"<title>t</title><p>{'W' * 20_000}</p>"
    pages = pypdf.PdfReader(io.BytesIO(documents.pdf(html, {}, looks, DAY))).pages
    found = [line for page in pages for line in page.extract_text().splitlines()]
    assert sum(line.count("W") for line in found) == 20_000
    assert max(map(len, found)) < 120


def typed(text: str) -> str:
    """A document with ``text`` wherever a document can have one."""
    e = escape(str(visible(text)))
    metas = "".join(f'<meta name="{n}" content="{e}">' for n in ("author", "subject", "version"))
    return (
        f"<html><head><title>{e}</title>{metas}</head><body><div class='banner'><p>{e}</p></div>"
        f"<h1>{e}</h1><p>{e}</p><p><a href='https://example.org/'>{e}</a> <strong>{e}</strong>"
        f" <em>{e}</em> <code>{e}</code></p><pre><code>{e}</code></pre>"
        f"<blockquote><p>{e}</p></blockquote><ul><li><p>{e}</p><p>x</p></li></ul>"
        f'<figure><img src="a.png" alt="{e}"><figcaption>{e}</figcaption></figure>'
        f"<table><caption>{e}</caption><thead><tr><th>{e}</th></tr></thead>"
        f"<tbody><tr><td>{e}</td></tr></tbody></table></body></html>"
    )


DRAWN = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">x</text></svg>'


@pytest.mark.parametrize("case", HOSTILE + TYPESETTERS, ids=lambda case: case["note"])
def test_no_text_is_markup(case, looks):
    text = case["text"] * min(case.get("times", 1), 1000)  # pypdf reads long words slowly
    reader = documents.pdf(typed(text), {"a.svg": DRAWN}, looks, DAY)
    shown = pdf_text(reader)
    wanted = squeezed(typeset.settable(str(visible(text))))
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text):
        # Extracted in the order in which it is drawn: its letters are there, each as often.
        assert set(wanted) <= set(shown)
    else:
        assert shown.count(wanted) >= (8 if len(text) < 200 else 1)


def test_no_text_of_a_review_is_markup(templates):
    text = " ".join(case["text"] for case in TYPESETTERS)
    review = poisoned(synthetic.review(), text)
    pages = Pages(review, templates, DRAWN)
    drawings = {f"{p.id}.svg": p.svg for p in pages.pictures} | {"flow.svg": DRAWN}
    shown = pdf_text(documents.pdf(pages.body("docx"), drawings, templates / "document", DAY))
    assert shown.count(squeezed(text)) > 20


def test_there_are_texts_that_only_typst_would_run():
    assert len(HOSTILE) > 15
    assert len(TYPESETTERS) > 10


def test_typst_reads_no_file_but_its_own():
    with pytest.raises(InputError, match="typst failed"):
        typeset.pdf('#set document(title: "t")\n#read("/etc/hostname")', {}, 0)


def test_what_no_font_has_is_spelled_out_and_logged(looks, caplog):
    known = "αβγ ≥ → é ñ Å"
    html = f"<title>t</title><p>{known} 漢 字</p><p><img src='a.png' alt='drawn'></p>"
    drawn = DRAWN.replace(b"x</", "語</".encode())
    shown = pdf_text(documents.pdf(html, {"a.svg": drawn}, looks, DAY))
    assert squeezed(f"{known} [U+6F22] [U+5B57]") in shown
    assert "[U+8A9E]" in shown
    assert "U+6F22" in caplog.text
    assert "U+8A9E" in caplog.text


@pytest.mark.parametrize("tag", ["img", "iframe", "embed", "source", "svg"])
@pytest.mark.parametrize("write", [documents.docx, documents.pdf])
def test_the_documents_show_nothing_that_was_not_given(tag, write, looks):
    with pytest.raises(InputError, match=f"hostname|<{tag}>"):
        write(f"<p><{tag} src='/etc/hostname'></p>", {"flow.svg": DRAWN}, looks, DAY)


# --- both, again and elsewhere ----------------------------------------------------------------


def test_they_are_the_same_in_another_place_and_time_zone(
    files, templates, body, tmp_path, monkeypatch
):
    pages = Pages(synthetic.review(), templates, b"<svg/>")
    png = {f"{p.id}.png": p.png for p in pages.pictures} | {"flow.png": pages.pictures[0].png}
    svg = {f"{p.id}.svg": p.svg for p in pages.pictures} | {"flow.svg": DRAWN}
    looks = templates.resolve() / "document"

    def both() -> tuple[bytes, bytes]:
        return documents.docx(body, png, looks, DAY), documents.pdf(body, svg, looks, DAY)

    here = both()
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.chdir(tmp_path)
    time.tzset()
    try:
        assert both() == here
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_date_is_that_of_the_evidence(files, parts):
    assert b"2026-06-01T00:00:00Z" in parts["docProps/core.xml"]
    reader = pypdf.PdfReader(io.BytesIO(files["review.pdf"]))
    assert reader.metadata.creation_date.date().isoformat() == DAY


# --- tools that are not everywhere ------------------------------------------------------------


def test_the_schema_validator_finds_no_error(files, tmp_path):
    tool = os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator")
    if not tool:
        pytest.skip("no ooxml-validator on PATH or in OOXML_VALIDATOR: DOCX NOT VALIDATED")
    (tmp_path / "review.docx").write_bytes(files["review.docx"])
    done = subprocess.run([tool, str(tmp_path / "review.docx")], capture_output=True, check=False)
    told = json.loads(done.stdout)
    assert told["errors"] == []
    assert told["ok"] is True


def test_libreoffice_opens_it(files, tmp_path):
    office = shutil.which("soffice")
    if not office:
        pytest.skip("no soffice on PATH: DOCX NOT OPENED IN LIBREOFFICE")
    (tmp_path / "review.docx").write_bytes(files["review.docx"])
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path]
    subprocess.run(
        [*command, tmp_path / "review.docx"], check=True, capture_output=True, timeout=120
    )
    there = pypdf.PdfReader(tmp_path / "review.pdf")
    here = pypdf.PdfReader(io.BytesIO(files["review.pdf"]))
    assert 0.5 < len(there.pages) / len(here.pages) < 2
    assert all(page.extract_text().strip() for page in there.pages)
