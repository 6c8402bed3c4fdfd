"""One PubmedArticle or PubmedBookArticle element to one record."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from perennial.pubmed import elements, fields
from perennial.pubmed.elements import Elements, Named, children, every, first_text, published, texts
from perennial.pubmed.fields import PMID
from perennial.record import Heading, Record
from perennial.text import clean, local_name, plain

ARTICLES = ("PubmedArticle", "PubmedBookArticle")
DELETIONS = ("DeleteCitation", "DeleteDocument")
_heading = lru_cache(maxsize=2**14)(Heading)  # the same few thousand headings in any file


def pmid_element(element: etree._Element) -> etree._Element | None:
    """Return the record's own PMID element, never that of a reference or a notice."""
    for name in ("MedlineCitation", "BookDocument"):
        for pmid in every(every((element,), name), "PMID"):
            return pmid
    return None


def why_refused(element: etree._Element) -> str:
    """Return why ``element`` cannot be read, ``""`` if it can."""
    if element.tag not in ARTICLES + DELETIONS:
        return f"{local_name(element) or 'this'} is not an element that PubMed puts into a set"
    entity = next(element.iter(etree.Entity), None)
    if entity is not None:
        return f"the text holds an entity that nothing defines: {entity.text}"
    if element.tag in DELETIONS:
        return (
            ""
            if all(map(PMID.fullmatch, texts(every((element,), "PMID"))))
            else "a PMID is not a number"
        )
    pmid = plain(pmid_element(element))
    if not pmid:
        return f"it has no PMID{_claimed(element)}"
    return "" if PMID.fullmatch(pmid) else "its PMID is not a number"


def _claimed(element: etree._Element) -> str:
    path = "PubmedData/ArticleIdList/ArticleId[@IdType='pubmed']"
    claim = first_text(element.iterfind(path))
    return f", though its list of identifiers names {claim}" if claim else ""


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
    ids = [*every(data["ArticleIdList"], "ArticleId"), *article["ELocationID"]]
    told = elements.identifiers(ids)
    title, vernacular_title = fields.titles(
        first_text(article["ArticleTitle"]), first_text(article["VernacularTitle"])
    )
    abstract = elements.abstract(summary["AbstractText"])
    year, date, date_text = published(issue["PubDate"], article["ArticleDate"])
    dates = elements.record_dates(data["History"], citation["DateRevised"])
    return Record(
        pmid=pmid,
        version=version,
        pmcid=fields.pmcid(told),
        doi=fields.doi(told),
        kind="article",
        title=title,
        vernacular_title=vernacular_title,
        abstract=abstract.text,
        sections=abstract.sections,
        other_abstracts=elements.other_abstracts(citation["OtherAbstract"]),
        copyright=first_text(summary["CopyrightInformation"]),
        authors=elements.authors(article["AuthorList"]),
        journal=first_text(journal["Title"]),
        journal_abbreviation=first_text(journal["ISOAbbreviation"] + medline["MedlineTA"]),
        issn=first_text(journal["ISSN"] + medline["ISSNLinking"]),
        year=year,
        date=date,
        date_text=date_text,
        volume=first_text(issue["Volume"]),
        issue=first_text(issue["Issue"]),
        pages=elements.pages(article["Pagination"]),
        languages=texts(article["Language"]),
        publication_types=texts(every(article["PublicationTypeList"], "PublicationType")),
        headings=tuple(map(_read_heading, every(citation["MeshHeadingList"], "MeshHeading"))),
        keywords=fields.once(texts(every(citation["KeywordList"], "Keyword"))),
        substances=fields.once(texts(_substances(citation))),
        databanks=tuple(_databanks(article)),
        notices=elements.notices(citation["CommentsCorrectionsList"]),
        status=clean(parts["MedlineCitation"][0].get("Status")) if citation else "",
        **dates._asdict(),
    )


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
        yield from fields.accessions(name, numbers)


def _book(element: etree._Element) -> Record:
    """A chapter is named by itself and its book stands as ``journal``; a whole book by itself."""
    parts = children((element,))
    document, data = _inside(parts["BookDocument"]), _inside(parts["PubmedBookData"])
    book = _inside(document["Book"])
    pmid, version = _identity(element)
    ids = every([*document["ArticleIdList"], *data["ArticleIdList"]], "ArticleId")
    told = elements.identifiers([*ids, *document["ELocationID"], *book["ELocationID"]])
    abstract = elements.abstract(every(document["Abstract"], "AbstractText"))
    year, date, date_text = published(document["ContributionDate"], book["PubDate"])
    chapter, book_title = first_text(document["ArticleTitle"]), first_text(book["BookTitle"])
    dates = elements.record_dates(data["History"], document["DateRevised"])
    return Record(
        pmid=pmid,
        version=version,
        pmcid=fields.pmcid(told),
        doi=fields.doi(told),
        kind="book",
        title=chapter or book_title,
        vernacular_title=first_text(document["VernacularTitle"]),
        abstract=abstract.text,
        sections=abstract.sections,
        other_abstracts=elements.other_abstracts(document["OtherAbstract"]),
        copyright=first_text(every(document["Abstract"], "CopyrightInformation")),
        authors=elements.authors(_book_authors(document, book)),
        journal=book_title if chapter else first_text(book["CollectionTitle"]),
        year=year,
        date=date,
        date_text=date_text,
        volume=first_text(book["Volume"]),
        pages=elements.pages(document["Pagination"]),
        languages=texts(document["Language"]),
        publication_types=texts(document["PublicationType"]),
        keywords=fields.once(texts(every(document["KeywordList"], "Keyword"))),
        **dates._asdict(),
    )


def _book_authors(document: Named, book: Named) -> Elements:
    """The chapter's authors, else the book's; its editors are not authors."""
    for place in (document, book):
        lists = [names for names in place["AuthorList"] if names.get("Type") != "editors"]
        if lists:
            return lists
    return []
