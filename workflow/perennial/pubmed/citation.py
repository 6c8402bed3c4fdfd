"""One PubmedArticle or PubmedBookArticle element to one record."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from perennial.pubmed import fields
from perennial.pubmed.dates import published
from perennial.pubmed.fields import Elements, Named, children, every, first_text, texts
from perennial.record import Heading, Record
from perennial.text import clean, plain

_NO_ENGLISH_TITLE = "[Not Available]."  # stands where there is only a title in another language
_heading = lru_cache(maxsize=2**14)(Heading)  # the same few thousand headings in any file


def pmid_element(element: etree._Element) -> etree._Element | None:
    """Return the record's own PMID element, never that of a reference or a notice."""
    for name in ("MedlineCitation", "BookDocument"):
        for pmid in every(every((element,), name), "PMID"):
            return pmid
    return None


def record(element: etree._Element) -> Record:
    """Read a PubmedArticle or PubmedBookArticle that has a PMID."""
    return _book(element) if element.tag == "PubmedBookArticle" else _article(element)


def _identity(element: etree._Element) -> tuple[str, str]:
    own = pmid_element(element)
    return (plain(own), clean(own.get("Version"))) if own is not None else ("", "")


def _inside(elements: Elements) -> Named:
    """The children of the first of ``elements``."""
    return children(elements[:1])


def _article(element: etree._Element) -> Record:
    parts = children((element,))
    citation, data = _inside(parts["MedlineCitation"]), _inside(parts["PubmedData"])
    article = _inside(citation["Article"])
    journal, medline = _inside(article["Journal"]), children(citation["MedlineJournalInfo"])
    issue, summary = _inside(journal["JournalIssue"]), children(article["Abstract"])
    pmid, version = _identity(element)
    ids = every(data["ArticleIdList"], "ArticleId")
    title, vernacular_title = _titles(article)
    abstract = fields.abstract(summary["AbstractText"])
    year, date, date_text = published(issue["PubDate"], article["ArticleDate"])
    dates = fields.record_dates(data["History"], citation["DateRevised"])
    return Record(
        pmid=pmid,
        version=version,
        pmcid=fields.pmcid(ids),
        doi=fields.doi([*ids, *article["ELocationID"]]),
        kind="article",
        title=title,
        vernacular_title=vernacular_title,
        abstract=abstract.text,
        sections=abstract.sections,
        other_abstracts=fields.other_abstracts(citation["OtherAbstract"]),
        copyright=first_text(summary["CopyrightInformation"]),
        authors=fields.authors(article["AuthorList"]),
        journal=first_text(journal["Title"]),
        journal_abbreviation=first_text(journal["ISOAbbreviation"] + medline["MedlineTA"]),
        issn=first_text(journal["ISSN"] + medline["ISSNLinking"]),
        year=year,
        date=date,
        date_text=date_text,
        volume=first_text(issue["Volume"]),
        issue=first_text(issue["Issue"]),
        pages=fields.pages(article["Pagination"]),
        languages=texts(article["Language"]),
        publication_types=texts(every(article["PublicationTypeList"], "PublicationType")),
        headings=tuple(map(_read_heading, every(citation["MeshHeadingList"], "MeshHeading"))),
        keywords=_once(every(citation["KeywordList"], "Keyword")),
        substances=_once(_substances(citation)),
        databanks=tuple(_databanks(article)),
        notices=fields.notices(citation["CommentsCorrectionsList"]),
        status=clean(parts["MedlineCitation"][0].get("Status")) if citation else "",
        **dates._asdict(),
    )


def _once(elements: Elements) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts(elements)))


def _titles(article: Named) -> tuple[str, str]:
    title, vernacular = first_text(article["ArticleTitle"]), first_text(article["VernacularTitle"])
    return ("" if vernacular and title == _NO_ENGLISH_TITLE else title), vernacular


def _read_heading(element: etree._Element) -> Heading:
    descriptor, ui, major = "", "", False
    qualifiers: tuple[str, ...] = ()
    for name in element:
        if name.get("MajorTopicYN") == "Y":
            major = True
        if name.tag == "QualifierName":
            qualifiers += texts((name,))
        elif name.tag == "DescriptorName" and not descriptor:
            descriptor, ui = plain(name), clean(name.get("UI"))
    return _heading(descriptor, ui, major, qualifiers)


def _substances(citation: Named) -> Elements:
    """Chemicals and supplementary concepts: what PubMed searches as [nm]."""
    chemicals = every(every(citation["ChemicalList"], "Chemical"), "NameOfSubstance")
    return [*chemicals, *every(citation["SupplMeshList"], "SupplMeshName")]


def _databanks(article: Named) -> Iterator[str]:
    for bank in every(article["DataBankList"], "DataBank"):
        parts = children((bank,))
        name = first_text(parts["DataBankName"])
        numbers = texts(every(parts["AccessionNumberList"], "AccessionNumber"))
        yield from (f"{name}/{number}" for number in numbers)
        if not numbers:
            yield name


def _book(element: etree._Element) -> Record:
    """A chapter is named by itself and its book stands as ``journal``; a whole book by itself."""
    parts = children((element,))
    document, data = _inside(parts["BookDocument"]), _inside(parts["PubmedBookData"])
    book = _inside(document["Book"])
    pmid, version = _identity(element)
    ids = every([*document["ArticleIdList"], *data["ArticleIdList"]], "ArticleId")
    abstract = fields.abstract(every(document["Abstract"], "AbstractText"))
    year, date, date_text = published(document["ContributionDate"], book["PubDate"])
    chapter, book_title = first_text(document["ArticleTitle"]), first_text(book["BookTitle"])
    dates = fields.record_dates(data["History"], document["DateRevised"])
    return Record(
        pmid=pmid,
        version=version,
        pmcid=fields.pmcid(ids),
        doi=fields.doi([*ids, *document["ELocationID"], *book["ELocationID"]]),
        kind="book",
        title=chapter or book_title,
        vernacular_title=first_text(document["VernacularTitle"]),
        abstract=abstract.text,
        sections=abstract.sections,
        other_abstracts=fields.other_abstracts(document["OtherAbstract"]),
        copyright=first_text(every(document["Abstract"], "CopyrightInformation")),
        authors=fields.authors(_book_authors(document, book)),
        journal=book_title if chapter else first_text(book["CollectionTitle"]),
        year=year,
        date=date,
        date_text=date_text,
        volume=first_text(book["Volume"]),
        pages=fields.pages(document["Pagination"]),
        languages=texts(document["Language"]),
        publication_types=texts(document["PublicationType"]),
        keywords=_once(every(document["KeywordList"], "Keyword")),
        **dates._asdict(),
    )


def _book_authors(document: Named, book: Named) -> Elements:
    """The chapter's authors, else the book's; its editors are not authors."""
    for place in (document, book):
        lists = [names for names in place["AuthorList"] if names.get("Type") != "editors"]
        if lists:
            return lists
    return []
