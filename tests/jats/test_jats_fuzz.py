"""Articles nobody would write, and files nobody would send: text or InputError, nothing else.

200 inputs by default, 5,000 with PERENNIAL_LONG=1.
"""

from __future__ import annotations

import os
import unicodedata
from hashlib import sha256
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from perennial import jats
from perennial.errors import InputError
from perennial.extract import sentences

CASES = sorted((Path(__file__).parents[1] / "data/jats").rglob("*.xml"))
SCALE = 25 if os.environ.get("PERENNIAL_LONG") == "1" else 1
KINDS = {"intro", "methods", "results", "discussion", "conclusions", "other"}
KINDS |= {"caption", "table", "supplement"}

many = settings(
    max_examples=100 * SCALE,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
some = settings(max_examples=50 * SCALE, suppress_health_check=[HealthCheck.too_slow])

PROSE = ["Cells rested.", "p < 0.05", " ", "\n\t", "\u00a0", "\u2009", "β1", "e\u0301", "\u200b"]
PROSE += ["\u0092", "H", "2", "; ", " | ", "et al. 3", "ﬁ", "𝛼", "&", "'"]
RAW = ["<!-- aside -->", "<?layout break?>", "<![CDATA[a < b]]>", "&#xA0;", "&#946;", "&amp;"]
INLINE = ["italic", "bold", "sup", "sub", "named-content", "unheard-of", "mml:math", "mml:mi"]
INLINE += ["inline-formula", "tex-math", "alternatives", "ext-link", "inline-graphic", "fn"]
BLOCK = ["sec", "list", "list-item", "fig", "fig-group", "table-wrap", "caption", "boxed-text"]
BLOCK += ["disp-formula", "disp-quote", "supplementary-material", "media", "def-list", "app"]
BLOCK += ["floats-group", "table", "thead", "tbody", "tr", "td", "table-wrap-foot", "ref-list"]
BLOCK += ["title", "label", "p", "ack", "statement", "verse-group", "sub-article", "body"]
TITLES = ["Methods", "2.1. Results and Discussion", "★ Methods", "Funding", "", "Appendix"]

words = st.lists(st.sampled_from(PROSE).map(escape) | st.sampled_from(RAW), max_size=4)
loose = words.map("".join)
cited = st.sampled_from(["bibr", "fig", "table", ""]).map(
    lambda kind: f'<xref ref-type="{kind}" rid="x">12</xref>'
)


def wrapped(names: list[str], inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.lists(inner, max_size=4).map("".join)
    return st.builds(lambda name, text: f"<{name}>{text}</{name}>", st.sampled_from(names), parts)


def titled(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda title, kind, text: f'<sec sec-type="{kind}"><title>{title}</title>{text}</sec>',
        st.sampled_from(TITLES),
        st.sampled_from(["", "methods", "results|discussion", "COI-statement"]),
        st.lists(inner, max_size=4).map("".join),
    )


run = st.recursive(loose | cited, lambda inner: wrapped(INLINE, inner), max_leaves=8)
paragraph = st.lists(run, max_size=3).map(lambda runs: f"<p>{''.join(runs)}</p>")
block = st.recursive(
    paragraph | run, lambda inner: wrapped(BLOCK, inner) | titled(inner), max_leaves=14
)
parts = st.sampled_from(["body", "back", "floats-group", "front", "response", "processing-meta"])
MATHML = "http://www.w3.org/1998/Math/MathML"


@st.composite
def article(draw: st.DrawFn) -> bytes:
    """An article with any of its parts missing, doubled or out of order."""
    ids = draw(st.sampled_from(["", '<article-id pub-id-type="pmid">7</article-id>']))
    ids += draw(st.sampled_from(["", '<article-id pub-id-type="pmc">PMC9</article-id>']))
    front = draw(st.sampled_from(["", f"<front><article-meta>{ids}</article-meta></front>"]))
    held = draw(st.lists(st.tuples(parts, st.lists(block, max_size=4)), max_size=4))
    rest = "".join(f"<{name}>{''.join(blocks)}</{name}>" for name, blocks in held)
    return f'<article xmlns:mml="{MATHML}">{front}{rest}</article>'.encode()


def keeps_the_contract(full: jats.FullText) -> None:
    assert (full.status == "full text") == bool(full.passages) == (not full.reason)
    sections = [passage.section for passage in full.passages]
    assert len(set(sections)) == len(sections)
    assert {section.partition(".")[0] for section in sections} <= KINDS
    for passage in full.passages:
        assert passage.text == unicodedata.normalize("NFC", " ".join(passage.text.split())) != ""
        assert passage.sha256 == sha256(passage.text.encode()).hexdigest()
        _quotes_stand_in_place(passage.text)


def _quotes_stand_in_place(text: str) -> None:
    """Every sentence is cut from the text itself, in order, none over another."""
    last = 0
    for start, end in sentences.spans(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip() != ""
        last = end


def read(xml: bytes) -> tuple[jats.FullText, ...]:
    texts = jats.parse(xml, "7", "fuzz.xml")
    for full in texts:
        keeps_the_contract(full)
    return texts


@many
@given(article())
@example(b"<article><body/></article>")
@example(b"<article><body><p/></body><body><p>Two.</p></body></article>")
def test_any_article_is_read(xml: bytes) -> None:
    """All of it is well-formed, so none of it may be refused; and twice gives the same."""
    assert read(xml) == jats.parse(xml, "7", "fuzz.xml")


@some
@given(article(), st.integers(1, 3))
def test_white_space_between_blocks_says_nothing(xml: bytes, width: int) -> None:
    """A set of one article, indented, is the article."""
    (alone,) = read(xml)
    gap = b"\n" + b" " * width
    (in_set,) = read(b"<pmc-articleset>" + gap + xml + gap + b"</pmc-articleset>")
    assert in_set == alone


@some
@given(st.sampled_from(CASES), st.data())
def test_any_byte_may_be_wrong(path: Path, data: st.DataObject) -> None:
    body = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(body) - 1, 0)))
        kind = data.draw(st.sampled_from(["set", "cut", "double", "swap", "end"]))
        reach = at + data.draw(st.integers(1, 60))
        if kind == "set":
            body[at:reach] = data.draw(st.binary(max_size=6) | st.sampled_from([b"<", b"&x;"]))
        elif kind == "cut":
            del body[at:reach]
        elif kind == "double":
            body[at:at] = body[at:reach]
        elif kind == "swap":
            body[at:reach] = body[at:reach][::-1]
        else:
            del body[at:]
    try:
        read(bytes(body))
    except InputError as error:
        assert error.message
        assert error.place.file == "fuzz.xml"


def test_there_are_cases() -> None:
    assert len(CASES) > 20


def declared(*declarations: str, text: str = "&a;") -> bytes:
    inside = "".join(declarations)
    return f"<!DOCTYPE article [{inside}]><article><body><p>{text}</p></body></article>".encode()


LAUGHS = [f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)]
SECRET = Path(__file__).as_uri()


@pytest.mark.parametrize(
    "xml",
    [
        declared('<!ENTITY a "aaaa">'),
        declared('<!ENTITY a "ha">', *LAUGHS, text="&j;"),
        declared(f'<!ENTITY a "{"a" * 100_000}">', text="&a;" * 1_000),
        declared(f'<!ENTITY a SYSTEM "{SECRET}">'),
        declared('<!ENTITY a SYSTEM "http://127.0.0.1:9/a">'),
        declared(f'<!ENTITY % a SYSTEM "{SECRET}"> %a;', text=""),
        declared('<!ENTITY a "&b;"><!ENTITY b "&a;">'),
        declared(text="&undefined;"),
    ],
    ids=["own", "laughs", "quadratic", "file", "network", "parameter", "circle", "undefined"],
)
def test_entities_are_refused(xml: bytes) -> None:
    with pytest.raises(InputError) as caught:
        jats.parse(xml, "7", "fuzz.xml")
    assert "def declared" not in str(caught.value)  # nothing of the file that was pointed at


def test_an_outside_dtd_is_named_and_not_read() -> None:
    xml = f'<!DOCTYPE article SYSTEM "{SECRET}"><article><body><p>Text.</p></body></article>'
    (full,) = read(xml.encode())
    assert [passage.text for passage in full.passages] == ["Text."]


@pytest.mark.parametrize("name", ["sec", "italic", "fig", "table", "boxed-text"])
def test_bottomless_nesting_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        jats.parse(f"<article><body>{f'<{name}>' * 100_000}".encode(), "7")


@pytest.mark.parametrize("name", ["p", "sec", "fig", "xref", "td"])
def test_thirty_thousand_siblings_are_read(name: str) -> None:
    """Time grows with length; a square of it would not end."""
    siblings = f"<{name}>a</{name}>" * 30_000
    assert read(f"<article><body><sec>{siblings}</sec></body></article>".encode())
