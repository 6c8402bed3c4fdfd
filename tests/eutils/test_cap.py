"""PubMed's cap in its three faces, over 10,050 synthetic records."""

from __future__ import annotations

import gzip
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from lxml import etree
from perennial.eutils import serving

MANY = 10_050
FIRST = 90_000_001
RECORD = """<PubmedArticle><MedlineCitation Status="Publisher" Owner="NLM"><PMID>{}</PMID>
<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate><Year>2024</Year>
</PubDate></JournalIssue><Title>T</Title></Journal><ArticleTitle>moth</ArticleTitle></Article>
</MedlineCitation><PubmedData><ArticleIdList/></PubmedData></PubmedArticle>"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("many") / "many.xml.gz"
    records = "".join(RECORD.format(FIRST + n) for n in range(MANY))
    file.write_bytes(gzip.compress(f"<PubmedArticleSet>{records}</PubmedArticleSet>".encode(), 1))
    with serving([file], today="2025-03-01") as base:
        yield base


def got(url: str, question: str) -> etree._Element:
    with urllib.request.urlopen(f"{url}{question}", timeout=30) as answer:
        return etree.fromstring(answer.read())


def search(url: str, **parameters: str | int) -> etree._Element:
    more = "".join(f"&{name}={value}" for name, value in parameters.items())
    return got(url, f"esearch.fcgi?db=pubmed&term=moth[ti]{more}")


def test_the_first_face_ids_end_at_9999_and_the_count_does_not(url: str):
    found = search(url, retmax=10_000)
    assert found.findtext("Count") == str(MANY)
    assert found.findtext("RetMax") == str(len(found.findall("IdList/Id"))) == "9999"
    assert found.findtext("WarningList/OutputMessage", "").startswith("Restrictions achieved")


def test_a_page_across_the_line_is_short(url: str):
    found = search(url, retstart=9_990, retmax=100)
    assert len(found.findall("IdList/Id")) == 9


def test_the_second_face_an_offset_beyond_it_is_an_error_inside_a_200(url: str):
    found = search(url, retstart=9_999)
    assert "cannot be larger than 9998" in found.findtext("ERROR", "")


def test_the_third_face_the_history_ends_there_too(url: str):
    stored = search(url, usehistory="y", retmax=0)
    webenv, key = stored.findtext("WebEnv"), stored.findtext("QueryKey")
    fetch = f"efetch.fcgi?db=pubmed&WebEnv={webenv}&query_key={key}"
    across = got(url, f"{fetch}&retstart=9990&retmax=100")
    assert len(across.findall("PubmedArticle")) == 9
    with pytest.raises(urllib.error.HTTPError) as raised:
        got(url, f"{fetch}&retstart=9999")
    with raised.value as answer:
        assert answer.code == 400


def test_slices_by_pmid_reach_what_the_cap_hides(url: str):
    middle = FIRST + MANY // 2
    low = search(url, retmax=9_999).getroottree().getroot()
    slices = [
        got(url, f"esearch.fcgi?db=pubmed&retmax=9999&term={first}:{last}[uid]")
        for first, last in ((1, middle), (middle + 1, FIRST + MANY))
    ]
    ids = [node.text for one in slices for node in one.iterfind("IdList/Id")]
    assert len(ids) == len(set(ids)) == MANY > len(low.findall("IdList/Id"))


def test_efetch_gives_ten_thousand_at_most(url: str):
    ids = ",".join(str(FIRST + n) for n in range(MANY))
    request = urllib.request.Request(f"{url}efetch.fcgi", data=f"db=pubmed&id={ids}".encode())
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert len(etree.fromstring(answer.read())) == 10_000
