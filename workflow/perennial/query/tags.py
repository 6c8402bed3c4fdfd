"""PubMed's field tags: what each one searches here, and which cannot be answered.

Names and abbreviations are those of PubMed's user guide (2025). Compared without
case, with blanks squeezed.
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT, VALUE, SUBJECT, NAME, DATE, FILTER = "text", "value", "subject", "name", "date", "filter"

_TIAB = ("title", "abstract", "keywords")
_TEXT_WORDS = (*_TIAB, "vernacular_title", "headings", "substances", "publication_types")
ALL_FIELDS = (*_TEXT_WORDS, "authors", "journal", "journal_abbreviation", "pmid")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag in its short form, the way it compares, and the record's fields it looks at."""

    name: str
    kind: str
    fields: tuple[str, ...] = ()


_ANSWERED = (
    # name, kind, fields, long names
    ("all", TEXT, ALL_FIELDS, "all fields"),
    ("tiab", TEXT, _TIAB, "title/abstract"),
    ("ti", TEXT, ("title",), "title"),
    ("ab", TEXT, ("abstract",), "abstract"),
    ("tw", TEXT, _TEXT_WORDS, "text word|text words"),
    ("ot", TEXT, ("keywords",), "other term|other terms"),
    ("tt", TEXT, ("vernacular_title",), "transliterated title"),
    ("mh", SUBJECT, (), "mesh|mesh terms"),
    ("mh:noexp", SUBJECT, (), "mesh:noexp|mesh terms:noexp"),
    ("majr", SUBJECT, (), "mj|mesh major topic"),
    ("majr:noexp", SUBJECT, (), "mesh major topic:noexp"),
    ("sh", VALUE, ("qualifiers",), "subheading|mesh subheading"),
    ("pt", VALUE, ("publication_types",), "ptyp|publication type"),
    ("pt:noexp", VALUE, ("publication_types",), "publication type:noexp"),
    ("la", VALUE, ("languages",), "lang|language"),
    ("ta", VALUE, ("journal", "journal_abbreviation", "issn"), "jour|journal"),
    ("nm", VALUE, ("substances",), "substance name|supplementary concept"),
    ("si", VALUE, ("databanks",), "secondary source id"),
    ("vi", VALUE, ("volume",), "vol|volume"),
    ("ip", VALUE, ("issue",), "issue"),
    ("pg", VALUE, ("pages",), "page|pagination"),
    ("aid", VALUE, ("doi",), "doi|article identifier"),
    ("lid", VALUE, ("doi",), "location id"),
    ("pmid", VALUE, ("pmid",), "uid"),
    ("au", NAME, ("any",), "auth|author|fau|full author name|author - full"),
    ("1au", NAME, ("first",), "first author|first author name|author - first"),
    ("lastau", NAME, ("last",), "last author|last author name|author - last"),
    ("cn", NAME, ("any",), "corporate author|author - corporate"),
    ("dp", DATE, ("date",), "pdat|publication date|date - publication"),
    ("edat", DATE, ("entered",), "entry date|entrez date|date - entry|date - entrez"),
    ("crdt", DATE, ("created",), "create date|date - create"),
    ("mhda", DATE, ("indexed",), "mesh date|date - mesh"),
    ("lr", DATE, ("revised",), "mdat|modification date|date - modification|date - last revision"),
    ("sb", FILTER, (), "subset|filter"),
)

_UNANSWERED = {
    "affiliations": "ad|affl|affiliation",
    "author identifiers": "auid|author identifier|author - identifier",
    "conflict of interest statements": "cois|conflict of interest statement|"
    "conflict of interest statements",
    "completion dates": "dcom|completion date|date - completion",
    "electronic and print dates apart": "epdat|ppdat|electronic publication date|"
    "print publication date|electronic date of publication|print date of publication",
    "registry numbers": "rn|ec/rn number",
    "editors": "ed|editor",
    "grants": "gr|grant number|grants and funding",
    "investigators": "ir|fir|investigator|full investigator name|investigator - full",
    "ISBNs": "isbn",
    "NLM catalogue numbers": "jid|nlm unique id",
    "personal names as subject": "ps|personal name as subject|subject - personal name",
    "pharmacological actions": "pa|pharmacological action",
    "places of publication": "pl|place of publication",
    "publishers": "pubn|publisher",
}


def _aliases(long_names: str, *short: str) -> tuple[str, ...]:
    return (*short, *long_names.split("|"))


TAGS = {
    alias: Tag(name, kind, fields)
    for name, kind, fields, long_names in _ANSWERED
    for alias in _aliases(long_names, name)
}

UNANSWERABLE = {alias: what for what, names in _UNANSWERED.items() for alias in _aliases(names)}

NO_TAG = TAGS["all"]
OURS_ALONE = ("ab",)  # not in PubMed's list, which would search without any tag instead
PROXIMITY_TAGS = ("tiab", "ti")


def normal(tag: str) -> str:
    """A tag's content as it is looked up: lower case, single blanks, none around signs."""
    squeezed = " ".join(tag.lower().split())
    for sign in (":", "/", "~"):
        squeezed = sign.join(part.strip() for part in squeezed.split(sign))
    return squeezed
