"""Biopython's own client and parser read the server's answers, validating as they go."""

from __future__ import annotations

from urllib.error import HTTPError

import pytest
from lxml import etree


def read(entrez, handle):
    with handle:
        return entrez.read(handle)


def test_esearch(entrez):
    found = read(entrez, entrez.esearch(db="pubmed", term="moths", retmax=2))
    assert (found["Count"], found["RetMax"]) == ("3", "2")
    assert found["IdList"] == ["90000002", "90000001"]


def test_esearch_warnings(entrez):
    found = read(entrez, entrez.esearch(db="pubmed", term="unicorns[xyz]"))
    assert found["ErrorList"] == {"PhraseNotFound": ["unicorns"], "FieldNotFound": ["xyz"]}
    assert found["WarningList"]["OutputMessage"] == ["No items found."]


def test_an_error_inside_a_200_is_raised(entrez):
    with pytest.raises(RuntimeError, match="Empty term and query_key"):
        read(entrez, entrez.esearch(db="pubmed", term=""))


def test_a_long_term_travels_by_post(entrez):
    term = " OR ".join(f"word{n}[ti]" for n in range(2_000)) + " OR moths[ti]"
    found = read(entrez, entrez.esearch(db="pubmed", term=term))
    assert found["Count"] == "3"
    assert len(found["ErrorList"]["PhraseNotFound"]) == 2_000


def test_epost_then_efetch(entrez):
    posted = read(entrez, entrez.epost(db="pubmed", id="90000001,90000003,5"))
    with entrez.efetch(
        db="pubmed", webenv=posted["WebEnv"], query_key=posted["QueryKey"], retmode="xml"
    ) as handle:
        tree = etree.fromstring(handle.read())
    assert tree.xpath("PubmedArticle/MedlineCitation/PMID/text()") == ["90000001", "90000003"]


def test_efetch_is_read_by_biopython(entrez):
    found = read(entrez, entrez.efetch(db="pubmed", id="90000002", retmode="xml"))
    (article,) = found["PubmedArticle"]
    assert "<i>nocturnal</i>" in article["MedlineCitation"]["Article"]["ArticleTitle"]


def test_elink_by_repeated_ids(entrez):
    sets = read(entrez, entrez.elink(dbfrom="pmc", db="pubmed", id=["99000002", "99000001"]))
    assert [one["IdList"] for one in sets] == [["99000002"], ["99000001"]]
    linked = [one["LinkSetDb"][0]["Link"][0]["Id"] for one in sets]
    assert linked == ["90000002", "90000001"]


def test_elink_by_a_joined_list(entrez):
    (one,) = read(entrez, entrez.elink(dbfrom="pmc", db="pubmed", id="99000002,99000001"))
    assert [link["Id"] for link in one["LinkSetDb"][0]["Link"]] == ["90000002", "90000001"]


def test_einfo(entrez):
    (info,) = read(entrez, entrez.einfo(db="pubmed"))["DbInfo"]
    assert (info["DbName"], info["Count"]) == ("pubmed", "3")
    assert (info["DbBuild"], info["LastUpdate"]) == ("Build-2025.03.01.00.00", "2025/03/01 00:00")
    assert read(entrez, entrez.einfo())["DbList"] == ["pubmed", "pmc"]


def test_a_malformed_list_is_a_400(entrez):
    with pytest.raises(HTTPError) as raised:
        entrez.efetch(db="pubmed", id="nonsense", retmode="xml")
    with raised.value as answer:
        assert answer.code == 400
        assert b"<ERROR>ID list is empty!" in answer.read()


def test_history_keys_increase_in_one_environment(entrez):
    first = read(entrez, entrez.esearch(db="pubmed", term="quartz", usehistory="y"))
    webenv = first["WebEnv"]
    second = read(
        entrez, entrez.esearch(db="pubmed", term="cupboard", usehistory="y", WebEnv=webenv)
    )
    third = read(entrez, entrez.epost(db="pubmed", id="90000001", WebEnv=webenv))
    assert [one["QueryKey"] for one in (first, second, third)] == ["1", "2", "3"]
    assert {one["WebEnv"] for one in (first, second, third)} == {webenv}
    other = read(entrez, entrez.esearch(db="pubmed", term="moths", usehistory="y"))
    assert other["QueryKey"] == "1"
    assert other["WebEnv"] != webenv


def test_a_stored_set_narrows_a_search_and_can_be_paged(entrez):
    stored = read(entrez, entrez.esearch(db="pubmed", term="quartz", usehistory="y"))
    key = {"WebEnv": stored["WebEnv"], "query_key": stored["QueryKey"]}
    narrowed = read(entrez, entrez.esearch(db="pubmed", term="eng[la]", **key))
    assert narrowed["IdList"] == ["90000001"]
    page = read(entrez, entrez.esearch(db="pubmed", retstart=1, retmax=1, term="", **key))
    assert (page["Count"], page["IdList"]) == ("2", ["90000001"])


def test_a_set_of_pubmed_is_not_one_of_pmc(entrez):
    posted = read(entrez, entrez.epost(db="pmc", id="PMC99000001"))
    key = {"WebEnv": posted["WebEnv"], "query_key": posted["QueryKey"]}
    with entrez.efetch(db="pmc", **key) as handle:
        assert b"<body>" in handle.read()
    with entrez.efetch(db="pubmed", **key) as handle:
        assert b"Unable to obtain query #1" in handle.read()
