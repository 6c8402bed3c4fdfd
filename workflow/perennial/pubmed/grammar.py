"""How NLM prints an article: the elements of the DTD in their order, as one pattern of its text.

The pattern is strict: each element and attribute that an article may hold is named, so what
matches is well-formed, if its characters and references are, and nothing in it is passed over
unseen. What else an article may be (another order, a formula, namespaces) it does not match.
No part of it is ever tried a second time (``*+``, ``?+``), so it takes time in proportion to the
text, whatever that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

_BLANK = r"[ \t\r\n]*+"
_TEXT = r"[^<]*+"
_VALUE = r'[^"<&]*+'
_WORDS = r'[^"<]*+'  # the value of an attribute in which the publisher's words stand
_GROUP = f"({_TEXT})"
_INLINE = ("b", "i", "sub", "sup", "u")
_CAPTURE = re.compile(r"\((?!\?)")


def _attribute(given: str) -> str:
    """A name, in brackets if its value is captured."""
    name = given.strip("()")
    value = _WORDS if name == "Label" else _VALUE
    return f' {name}="({value})"' if name != given else f' {name}="{value}"'


def _open(given: str) -> tuple[str, str]:
    """A name, then the attributes that may follow it: the name, and how its tag begins."""
    name, *attributes = given.split()
    return name, f"<{name}{''.join(_maybe(_attribute(each)) for each in attributes)}"


def _leaf(given: str, text: str = _TEXT) -> str:
    name, opened = _open(given)
    return f"{opened}(?:>{text}</{name}|/)>{_BLANK}"


def _list(given: str, *content: str) -> str:
    name, opened = _open(given)
    return f"{opened}>{_BLANK}{''.join(content)}</{name}>{_BLANK}"


def _maybe(pattern: str) -> str:
    return f"(?:{pattern})?+"


def _many(pattern: str) -> str:
    """So many as there are; what ``pattern`` captures is for whoever reads them one by one."""
    return f"(?:{_CAPTURE.sub('(?:', pattern)})*+"


def _leaves(*given: str, text: str = _TEXT) -> str:
    """Those of them that there are."""
    return "".join(_maybe(_leaf(each, text)) for each in given)


def _kept(name: str, pattern: str = _TEXT) -> str:
    return f"(?P<{name}>{pattern})"


def _marked(text: str) -> str:
    """Text in which there may be inline elements, and in these ``text``."""
    inline = "|".join(f"{name}(?:>{text}</{name}|/)" for name in _INLINE)
    return f"{_TEXT}(?:<(?:{inline})>{_TEXT})*+"


_MARKED = _marked(_marked(_TEXT))
_DATE = _leaves("Year", "Month", "Season", "Day", "Hour", "Minute", "Second", "MedlineDate")
_PAGES = _leaves("StartPage", "EndPage", "MedlinePgn")
_PART = rf"<(\w+)>{_GROUP}"  # of a date, or the pages

_ABSTRACT_TEXT = _leaf("AbstractText (Label) NlmCategory", f"({_MARKED})")
_OTHER_ABSTRACT = _list(
    "OtherAbstract (Type) (Language)",
    f"({_many(_ABSTRACT_TEXT)})",
    _many(_leaf("CopyrightInformation", _MARKED)),
)
_IDENTIFIER = _leaf("Identifier Source")
_ORCID = f'<Identifier Source="ORCID">{_GROUP}</Identifier>{_BLANK}'
_NAMES = ("LastName", "ForeName", "Initials", "Suffix", "CollectiveName Investigators")
_PERSON = _leaves(*_NAMES, text=_GROUP)
_AFFILIATIONS = _many(_list("AffiliationInfo", _leaf("Affiliation", _MARKED), _many(_IDENTIFIER)))
_AUTHOR = _list("Author (ValidYN) EqualContrib", _PERSON, _maybe(_ORCID), _AFFILIATIONS)
_INVESTIGATOR = _list("Investigator ValidYN", _PERSON, _many(_IDENTIFIER), _AFFILIATIONS)
_ACCESSION = _leaf("AccessionNumber", _GROUP)
_DATABANK = _list(
    "DataBank",
    _leaf("DataBankName", _GROUP),
    _maybe(_list("AccessionNumberList", f"({_many(_ACCESSION)})")),
)
_GRANT = _list("Grant", _leaves("GrantID", "Acronym", "Agency", "Country"))
_NOTICE = _list(
    "CommentsCorrections (RefType)",
    _leaf("RefSource", _GROUP),
    _maybe(_leaf("PMID Version", _GROUP)),
    _maybe(_leaf("Note")),
)
_LOCATION = _leaf("ELocationID (EIdType) (ValidYN)", _GROUP)
_ID = _leaf("ArticleId (IdType)", _GROUP)
_HISTORY = _list("PubMedPubDate PubStatus", _DATE)
_DESCRIPTOR = _leaf("DescriptorName (UI) (MajorTopicYN) Type", _GROUP)
_QUALIFIER = _leaf("QualifierName UI (MajorTopicYN)", _GROUP)
_HEADING = _list("MeshHeading", _DESCRIPTOR, f"({_many(_QUALIFIER)})")
_LANGUAGE = _leaf("Language", _GROUP)
_TYPE = _leaf("PublicationType UI", _GROUP)
_SUBSTANCE = _list("Chemical", _leaf("RegistryNumber"), _leaf("NameOfSubstance UI", _GROUP))
_CONCEPT = _leaf("SupplMeshName Type UI", _GROUP)
_KEYWORD = _leaf("Keyword MajorTopicYN", f"({_MARKED})")
_OBJECT = _list("Object Type", _many(_leaf("Param Name")))
_CITED = _list("Reference", _leaf("Citation", _MARKED), _maybe(_list("ArticleIdList", _many(_ID))))
_INDEXING, _OWNER = _attribute("IndexingMethod"), _attribute("Owner")


class Printed(NamedTuple):
    """What the pattern of an article captures, as it is written; "" for what is not there."""

    status: str
    version: str
    pmid: str
    revised: str
    issn: str
    volume: str
    issue: str
    published: str
    journal: str
    abbreviation: str
    title: str
    pages: str
    locations: str
    abstract: str
    copyright: str
    authors: str
    languages: str
    databanks: str
    types: str
    vernacular: str
    electronic: str
    medline: str
    linking: str
    substances: str
    concepts: str
    notices: str
    headings: str
    others: str
    keywords: str
    history: str
    ids: str


# NLM's DTD of 2025 (pubmed_250101.dtd)
_ARTICLE = (
    f'<PubmedArticle>{_BLANK}<MedlineCitation Status="{_kept("status", _VALUE)}"'
    f"(?:{_INDEXING}{_OWNER}|{_OWNER}{_maybe(_INDEXING)})>{_BLANK}",
    f'<PMID Version="{_kept("version", _VALUE)}">{_kept("pmid", "[1-9][0-9]{0,9}")}</PMID>{_BLANK}',
    _maybe(_list("DateCompleted", _DATE)),
    _maybe(_list("DateRevised", _kept("revised", _DATE))),
    f"<Article{_maybe(_attribute('PubModel'))}>{_BLANK}<Journal>{_BLANK}",
    _maybe(_leaf("ISSN IssnType", _kept("issn"))),
    f"<JournalIssue{_maybe(_attribute('CitedMedium'))}>{_BLANK}",
    _maybe(_leaf("Volume", _kept("volume"))),
    _maybe(_leaf("Issue", _kept("issue"))),
    _list("PubDate", _kept("published", _DATE)),
    f"</JournalIssue>{_BLANK}",
    _maybe(_leaf("Title", _kept("journal"))),
    _maybe(_leaf("ISOAbbreviation", _kept("abbreviation"))),
    f"</Journal>{_BLANK}",
    _leaf("ArticleTitle", _kept("title", _MARKED)),
    _maybe(_list("Pagination", _kept("pages", _PAGES))),
    _kept("locations", _many(_LOCATION)),
    _maybe(
        _list(
            "Abstract",
            _kept("abstract", _many(_ABSTRACT_TEXT)),
            _maybe(_leaf("CopyrightInformation", _kept("copyright", _MARKED))),
        )
    ),
    _maybe(_list("AuthorList CompleteYN Type", _kept("authors", _many(_AUTHOR)))),
    _kept("languages", _many(_LANGUAGE)),
    _maybe(_list("DataBankList CompleteYN", _kept("databanks", _many(_DATABANK)))),
    _maybe(_list("GrantList CompleteYN", _many(_GRANT))),
    _maybe(_list("PublicationTypeList", _kept("types", _many(_TYPE)))),
    _maybe(_leaf("VernacularTitle", _kept("vernacular", _MARKED))),
    _maybe(_list("ArticleDate DateType", _kept("electronic", _DATE))),
    f"</Article>{_BLANK}<MedlineJournalInfo>{_BLANK}",
    _maybe(_leaf("Country")),
    _leaf("MedlineTA", _kept("medline")),
    _maybe(_leaf("NlmUniqueID")),
    _maybe(_leaf("ISSNLinking", _kept("linking"))),
    f"</MedlineJournalInfo>{_BLANK}",
    _maybe(_list("ChemicalList", _kept("substances", _many(_SUBSTANCE)))),
    _maybe(_list("SupplMeshList", _kept("concepts", _many(_CONCEPT)))),
    _many(_leaf("CitationSubset")),
    _maybe(_list("CommentsCorrectionsList", _kept("notices", _many(_NOTICE)))),
    _maybe(_list("GeneSymbolList", _many(_leaf("GeneSymbol")))),
    _maybe(_list("MeshHeadingList", _kept("headings", _many(_HEADING)))),
    _maybe(_leaf("NumberOfReferences")),
    _maybe(_list("PersonalNameSubjectList", _many(_list("PersonalNameSubject", _PERSON)))),
    _many(_leaf("OtherID Source")),
    _kept("others", _many(_OTHER_ABSTRACT)),
    _kept("keywords", _many(_list("KeywordList Owner", _many(_KEYWORD)))),
    _maybe(_leaf("CoiStatement", _MARKED)),
    _many(_leaf("SpaceFlightMission")),
    _maybe(_list("InvestigatorList ID", _many(_INVESTIGATOR))),
    _many(_leaf("GeneralNote Owner")),
    f"</MedlineCitation>{_BLANK}<PubmedData>{_BLANK}",
    _maybe(_list("History", _kept("history", _many(_HISTORY)))),
    _leaf("PublicationStatus"),
    _list("ArticleIdList", _kept("ids", _many(_ID))),
    _maybe(_list("ObjectList", _many(_OBJECT))),
    _many(_list("ReferenceList", _maybe(_leaf("Title")), _many(_CITED))),
    f"</PubmedData>{_BLANK}</PubmedArticle>{_BLANK}",
)


_One = Callable[[str], list[str]]
_Two = Callable[[str], list[tuple[str, str]]]
_Three = Callable[[str], list[tuple[str, str, str]]]
_Four = Callable[[str], list[tuple[str, str, str, str]]]


def _each(pattern: str) -> Callable[[str], list[Any]]:
    """Reads what ``pattern`` captures: a text for one group, else a tuple of texts."""
    return re.compile(pattern).findall


ARTICLE = re.compile("".join(_ARTICLE))
parts: _Two = _each(_PART)  # name, text
abstract_texts: _Two = _each(_ABSTRACT_TEXT)  # label, text
other_abstracts: _Three = _each(_OTHER_ABSTRACT)  # kind, language, abstract texts
authors: Callable[[str], list[tuple[str, ...]]] = _each(_AUTHOR)  # ValidYN, five names, ORCID
databanks: _Two = _each(_DATABANK)  # name, accessions
accessions: _One = _each(_ACCESSION)
notices: _Three = _each(_NOTICE)  # kind, source, PMID
locations: _Three = _each(_LOCATION)  # kind, ValidYN, text
ids: _Two = _each(_ID)  # kind, text
headings: _Four = _each(_HEADING)  # identifier, MajorTopicYN, name, qualifiers
qualifiers: _Two = _each(_QUALIFIER)  # MajorTopicYN, name
languages: _One = _each(_LANGUAGE)
types: _One = _each(_TYPE)
substances: _One = _each(_SUBSTANCE)
concepts: _One = _each(_CONCEPT)
keywords: _One = _each(_KEYWORD)


def split(written: str, name: str) -> list[str]:
    """So many elements of that name as stand one behind another, without their ends."""
    return written.split(f"</{name}>")[:-1]
