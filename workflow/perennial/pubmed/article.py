"""One PubmedArticle or PubmedBookArticle element to one record."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from perennial.pubmed import fields
from perennial.pubmed.dates import published
from perennial.pubmed.fields import first_text, texts
from perennial.record import Heading, Record
from perennial.text import clean, plain

_NO_ENGLISH_TITLE = "[Not Available]."  # stands where there is only a title in another language
_EMPTY = etree.Element("Absent")


def pmid_element(element: etree._Element) -> etree._Element | None:
    """Return the record's own PMID element, never that of a reference or a notice."""
    own = element.find("MedlineCitation/PMID")
    return own if own is not None else element.find("BookDocument/PMID")


def record(element: etree._Element) -> Record:
    """Read a PubmedArticle or PubmedBookArticle that has a PMID."""
    return _book(element) if element.tag == "PubmedBookArticle" else _article(element)


def _child(parent: etree._Element, path: str) -> etree._Element:
    found = parent.find(path)
    return _EMPTY if found is None else found


def _identity(element: etree._Element) -> tuple[str, str]:
    own = pmid_element(element)
    return (plain(own), clean(own.get("Version"))) if own is not None else ("", "")


def _article(element: etree._Element) -> Record:
    citation, data = _child(element, "MedlineCitation"), _child(element, "PubmedData")
    article = _child(citation, "Article")
    journal, issue = _child(article, "Journal"), _child(article, "Journal/JournalIssue")
    pmid, version = _identity(element)
    ids = data.findall("ArticleIdList/ArticleId")
    title, vernacular_title = _titles(article)
    abstract = fields.abstract(article.iterfind("Abstract/AbstractText"))
    year, date, date_text = published(issue.find("PubDate"), article.find("ArticleDate"))
    dates = fields.record_dates(data.find("History"), citation.find("DateRevised"))
    return Record(
        pmid=pmid,
        version=version,
        pmcid=fields.pmcid(ids),
        doi=fields.doi([*ids, *article.iterfind("ELocationID")]),
        kind="article",
        title=title,
        vernacular_title=vernacular_title,
        abstract=abstract.text,
        sections=abstract.sections,
        other_abstracts=fields.other_abstracts(citation),
        copyright=first_text(article, "Abstract/CopyrightInformation"),
        authors=fields.authors(article.iterfind("AuthorList")),
        journal=first_text(journal, "Title"),
        journal_abbreviation=first_text(journal, "ISOAbbreviation")
        or first_text(citation, "MedlineJournalInfo/MedlineTA"),
        issn=first_text(journal, "ISSN") or first_text(citation, "MedlineJournalInfo/ISSNLinking"),
        year=year,
        date=date,
        date_text=date_text,
        volume=first_text(issue, "Volume"),
        issue=first_text(issue, "Issue"),
        pages=fields.pages(article),
        languages=texts(article, "Language"),
        publication_types=texts(article, "PublicationTypeList/PublicationType"),
        headings=tuple(_headings(citation)),
        keywords=tuple(fields.unique(texts(citation, "KeywordList/Keyword"))),
        substances=tuple(fields.unique(_substances(citation))),
        databanks=tuple(_databanks(article)),
        notices=fields.notices(citation),
        status=clean(citation.get("Status")),
        **dates._asdict(),
    )


def _titles(article: etree._Element) -> tuple[str, str]:
    title, vernacular = (first_text(article, name) for name in ("ArticleTitle", "VernacularTitle"))
    return ("" if vernacular and title == _NO_ENGLISH_TITLE else title), vernacular


def _headings(citation: etree._Element) -> Iterator[Heading]:
    for heading in citation.iterfind("MeshHeadingList/MeshHeading"):
        descriptor = _child(heading, "DescriptorName")
        yield Heading(
            descriptor=plain(descriptor),
            ui=clean(descriptor.get("UI")),
            major=any(name.get("MajorTopicYN") == "Y" for name in heading),
            qualifiers=texts(heading, "QualifierName"),
        )


def _substances(citation: etree._Element) -> Iterator[str]:
    """Chemicals and supplementary concepts: what PubMed searches as [nm]."""
    yield from texts(citation, "ChemicalList/Chemical/NameOfSubstance")
    yield from texts(citation, "SupplMeshList/SupplMeshName")


def _databanks(article: etree._Element) -> Iterator[str]:
    for bank in article.iterfind("DataBankList/DataBank"):
        name = first_text(bank, "DataBankName")
        numbers = texts(bank, "AccessionNumberList/AccessionNumber")
        yield from (f"{name}/{number}" for number in numbers)
        if not numbers:
            yield name


def _book(element: etree._Element) -> Record:
    """A chapter is named by itself and its book stands as ``journal``; a whole book by itself."""
    document, data = _child(element, "BookDocument"), _child(element, "PubmedBookData")
    book = _child(document, "Book")
    pmid, version = _identity(element)
    ids = [*document.iterfind("ArticleIdList/ArticleId"), *data.iterfind("ArticleIdList/ArticleId")]
    abstract = fields.abstract(document.iterfind("Abstract/AbstractText"))
    year, date, date_text = published(document.find("ContributionDate"), book.find("PubDate"))
    chapter, book_title = first_text(document, "ArticleTitle"), first_text(book, "BookTitle")
    dates = fields.record_dates(data.find("History"), document.find("DateRevised"))
    return Record(
        pmid=pmid,
        version=version,
        pmcid=fields.pmcid(ids),
        doi=fields.doi([*ids, *document.iterfind("ELocationID"), *book.iterfind("ELocationID")]),
        kind="book",
        title=chapter or book_title,
        vernacular_title=first_text(document, "VernacularTitle"),
        abstract=abstract.text,
        sections=abstract.sections,
        other_abstracts=fields.other_abstracts(document),
        copyright=first_text(document, "Abstract/CopyrightInformation"),
        authors=fields.authors(_book_authors(document, book)),
        journal=book_title if chapter else first_text(book, "CollectionTitle"),
        year=year,
        date=date,
        date_text=date_text,
        volume=first_text(book, "Volume"),
        pages=fields.pages(document),
        languages=texts(document, "Language"),
        publication_types=texts(document, "PublicationType"),
        keywords=tuple(fields.unique(texts(document, "KeywordList/Keyword"))),
        **dates._asdict(),
    )


def _book_authors(document: etree._Element, book: etree._Element) -> list[etree._Element]:
    """The chapter's authors, else the book's; its editors are not authors."""
    for place in (document, book):
        lists = [names for names in place.iterfind("AuthorList") if names.get("Type") != "editors"]
        if lists:
            return lists
    return []
