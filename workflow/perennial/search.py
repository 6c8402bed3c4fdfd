"""Search: every strategy and every named record, asked of the source and written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from perennial.archive import Archive, Entry
from perennial.config import Config
from perennial.entrez import Answer, Source, ask
from perennial.errors import SourceError
from perennial.identifiers import Identifier, identify
from perennial.ledger import Database, Found, Named, Search
from perennial.strategy import sent_queries

# PubMed gives at most this many ids of one query, whatever retmax says (seen 2024-2026).
CAP = 9_999


def search(strategies: Config, source: Source, archive: Archive) -> Search:
    """Run every strategy and look up every named record; each answer goes to the archive.

    Raises InputError for a query that does not parse, SourceError for an answer that is
    incomplete. The ledger of the run is stored in the archive and returned.
    """
    queries = sent_queries(strategies)
    asked = _asker(source, archive)
    database, when = _database(asked)
    found = tuple(_found(asked, row, queries[row["id"]]) for row in strategies["strategies"])
    named = tuple(
        _named(asked, written, identify(written, strategies.place("ids", i)))
        for i, written in enumerate(strategies.get("ids") or ())
    )
    run = Search(source.name, when, database, found, named)
    archive.keep_search(run)
    return run


Asked = Callable[..., etree._Element]


def _asker(source: Source, archive: Archive) -> Callable[..., Answer]:
    def asked(utility: str, root: str, **params: str) -> Answer:
        answer = ask(source, utility, root, **params)
        archive.file(Entry(answer.when, source.name, utility, params), answer.body)
        return answer

    return asked


def _database(asked: Callable[..., Answer]) -> tuple[Database, str]:
    answer = asked("einfo", "eInfoResult", db="pubmed")
    info = answer.tree
    values = (
        info.findtext(f".//{tag}", "") for tag in ("DbName", "DbBuild", "LastUpdate", "Count")
    )
    return Database(*values), answer.when


def _found(asked: Callable[..., Answer], row: Mapping[str, str], sent: str) -> Found:
    result = asked("esearch", "eSearchResult", db="pubmed", term=sent, retmax=str(CAP)).tree
    count, ids = int(result.findtext("Count", "-1")), _ids(result)
    _whole(row["id"], count, ids)
    translation = result.findtext("QueryTranslation", "")
    label, query = row["label"], row["query"].strip()
    return Found(row["id"], label, query, sent, translation, count, ids, _warnings(result))


def _ids(result: etree._Element) -> tuple[str, ...]:
    return tuple(node.text or "" for node in result.iterfind("IdList/Id"))


def _whole(strategy: str, count: int, ids: tuple[str, ...]) -> None:
    if count > CAP:
        raise SourceError(
            f"strategy {strategy} finds {count:,} records, but PubMed gives out {CAP:,} at most",
            hint="narrow it, or split it by date into two strategies",
        )
    if count != len(set(ids)):
        raise SourceError(
            f"strategy {strategy}: {count} records announced, {len(set(ids))} ids given"
        )


def _warnings(result: etree._Element) -> tuple[str, ...]:
    told = [*result.iterfind("ErrorList/*"), *result.iterfind("WarningList/*")]
    return tuple(f"{node.tag}: {node.text}" for node in told if node.text)


def _named(asked: Callable[..., Answer], written: str, wanted: Identifier) -> Named:
    pmid = _LOOKUP[wanted.kind](asked, wanted.value)
    if pmid:
        return Named(written, wanted.kind, pmid, "returned", "")
    reason = f"the source knows no record with {wanted.kind.upper()} {wanted.value}"
    return Named(written, wanted.kind, "", "not returned", reason)


def _by_pmid(asked: Callable[..., Answer], pmid: str) -> str:
    return _only(_ids(asked("esearch", "eSearchResult", db="pubmed", term=f"{pmid}[uid]").tree))


def _by_doi(asked: Callable[..., Answer], doi: str) -> str:
    return _only(_ids(asked("esearch", "eSearchResult", db="pubmed", term=f'"{doi}"[aid]').tree))


def _by_pmcid(asked: Callable[..., Answer], pmcid: str) -> str:
    digits = pmcid.removeprefix("PMC")
    params = {"dbfrom": "pmc", "db": "pubmed", "linkname": "pmc_pubmed", "id": digits}
    linked = asked("elink", "eLinkResult", **params).tree.iterfind(".//LinkSetDb/Link/Id")
    return _only(tuple(node.text or "" for node in linked))


def _only(pmids: tuple[str, ...]) -> str:
    """The one record that an identifier stands for; an ambiguous one stands for none."""
    return pmids[0] if len(pmids) == 1 else ""


_LOOKUP = {"pmid": _by_pmid, "doi": _by_doi, "pmcid": _by_pmcid}
