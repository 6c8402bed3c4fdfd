"""EInfo: which databases there are, how large, and as of when."""

from __future__ import annotations

from itertools import starmap

from lxml import etree

from perennial.eutils.answer import EINFO, Answer, Refusal, Request, document
from perennial.eutils.corpus import Corpus
from perennial.eutils.element import element
from perennial.eutils.history import History

# name: menu name, description, and the one link to the other database
_DATABASES = {
    "pubmed": ("PubMed", "Bibliographic records", ("pubmed_pmc", "Full text in PMC", "pmc")),
    "pmc": ("PMC", "Full-text articles", ("pmc_pubmed", "Record in PubMed", "pubmed")),
}


def einfo(corpus: Corpus, history: History, request: Request) -> tuple[Answer, History]:
    """The list of databases, or one database's size and date (that of the corpus)."""
    database = request.value("db")
    if not database:
        names = (element("DbName", name) for name in _DATABASES)
        return document(EINFO, element("DbList", *names)), history
    if database not in _DATABASES:
        raise Refusal(f"Can not retrieve DbInfo for db={database}")
    return document(EINFO, _info(corpus, database)), history


def _info(corpus: Corpus, database: str) -> etree._Element:
    menu, description, link = _DATABASES[database]
    count = len(corpus.records) if database == "pubmed" else len(corpus.pmc)
    told = {
        "DbName": database,
        "MenuName": menu,
        "Description": description,
        "DbBuild": f"Build-{corpus.today.replace('-', '.')}.00.00",
        "Count": str(count),
        "LastUpdate": f"{corpus.today.replace('-', '/')} 00:00",
    }
    return element("DbInfo", *starmap(element, told.items()), element("LinkList", _link(*link)))


def _link(name: str, menu: str, to: str) -> etree._Element:
    told = {"Name": name, "Menu": menu, "Description": menu, "DbTo": to}
    return element("Link", *starmap(element, told.items()))
