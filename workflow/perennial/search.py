"""Search: every strategy and every named record, asked of the source and written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from perennial.archive import Archive, Entry
from perennial.complete import CAP, Complete, Given, complete
from perennial.config import Config
from perennial.entrez import Source, ask
from perennial.errors import SourceError
from perennial.identifiers import Identifier, identify
from perennial.ledger import Database, Found, Named, Search
from perennial.strategy import Strategy, check_reading, since_clause, strategies_of
from perennial.translation import Read


def search(strategies: Config, source: Source, archive: Archive, since: str = "") -> Search:
    """Run every strategy and look up every named record; each answer goes to the archive.

    ``since`` (YYYY-MM-DD) asks only for records added, dated or indexed since that day. Raises
    InputError for a query that does not parse, SourceError for an answer that is incomplete or
    to another question. The ledger of the run is stored in the archive and returned.
    """
    wanted = strategies_of(strategies)
    added = since_clause(since)
    asked = _asker(source, archive)
    database, when = _database(asked)
    found = tuple(_found(asked, strategies, strategy, added) for strategy in wanted)
    named = tuple(
        _named(asked, written, identify(written, strategies.place("ids", i)))
        for i, written in enumerate(strategies.get("ids") or ())
    )
    run = Search(source.name, when, database, found, named, since)
    archive.keep_search(run)
    return run


@dataclass(frozen=True, slots=True)
class _Filed:
    """An answer that the archive holds under ``digest``."""

    tree: etree._Element
    when: str
    digest: str


Asked = Callable[..., _Filed]


def _asker(source: Source, archive: Archive) -> Asked:
    def asked(utility: str, root: str, **params: str) -> _Filed:
        answer = ask(source, utility, root, **params)
        entry = Entry(answer.when, source.name, utility, params)
        return _Filed(answer.tree, answer.when, archive.file(entry, answer.body))

    return asked


def _database(asked: Asked) -> tuple[Database, str]:
    answer = asked("einfo", "eInfoResult", db="pubmed")
    info = answer.tree
    values = (
        info.findtext(f".//{tag}", "") for tag in ("DbName", "DbBuild", "LastUpdate", "Count")
    )
    return Database(*values), answer.when


def _found(asked: Asked, config: Config, strategy: Strategy, added: str) -> Found:
    def answered(narrowed: str) -> _Filed:
        term = _and(strategy.sent, added, narrowed)
        # In the order of authors the ids are a fair sample, where they are not all (complete.py).
        params = {"db": "pubmed", "term": term, "retmax": str(CAP), "sort": "Author"}
        return asked("esearch", "eSearchResult", **params)

    first = answered("")
    check_reading(config, strategy, _and(strategy.sent, added), _read(first.tree))
    whole = _complete(strategy, lambda narrowed: _given(answered(narrowed)), first)
    slices = tuple(replace(one, narrowed=_and(added, one.narrowed)) for one in whole.slices)
    return Found(
        strategy.id,
        strategy.label,
        strategy.query,
        strategy.sent,
        first.tree.findtext("QueryTranslation", ""),
        len(whole.ids),
        whole.ids,
        _warnings(first.tree),
        slices,
    )


def _and(*parts: str) -> str:
    return " AND ".join(part for part in parts if part)


def _complete(strategy: Strategy, asked: Callable[[str], Given], first: _Filed) -> Complete:
    try:
        return complete(asked, _given(first))
    except SourceError as error:
        message = f"strategy {strategy.id}: {error.message}"
        raise SourceError(message, error.place, error.hint) from None


def _given(answer: _Filed) -> Given:
    count, ids = answer.tree.findtext("Count", ""), _ids(answer.tree)
    for number in (count, *ids):
        if not (number.isascii() and number.isdecimal()):
            raise SourceError(f"the source gave {number!r} for a count or a PMID")
    return Given(int(count), ids, answer.digest)


def _ids(result: etree._Element) -> tuple[str, ...]:
    return tuple(node.text or "" for node in result.iterfind("IdList/Id"))


def _read(result: etree._Element) -> Read:
    return Read(
        result.findtext("QueryTranslation", ""),
        mapped=_texts(result, "TranslationSet/Translation/From"),
        unfound=_texts(result, "ErrorList/PhraseNotFound")
        + _texts(result, "WarningList/QuotedPhraseNotFound"),
        unknown_fields=_texts(result, "ErrorList/FieldNotFound"),
    )


def _texts(result: etree._Element, path: str) -> tuple[str, ...]:
    return tuple(node.text for node in result.iterfind(path) if node.text)


def _warnings(result: etree._Element) -> tuple[str, ...]:
    told = [*result.iterfind("ErrorList/*"), *result.iterfind("WarningList/*")]
    return tuple(f"{node.tag}: {node.text}" for node in told if node.text)


def _named(asked: Asked, written: str, wanted: Identifier) -> Named:
    pmid = _LOOKUP[wanted.kind](asked, wanted.value)
    if pmid:
        return Named(written, wanted.kind, pmid, "returned", "")
    reason = f"the source gives no single record for {wanted.kind.upper()} {wanted.value}"
    return Named(written, wanted.kind, "", "not returned", reason)


def _by_pmid(asked: Asked, pmid: str) -> str:
    return _only(_ids(asked("esearch", "eSearchResult", db="pubmed", term=f"{pmid}[uid]").tree))


def _by_doi(asked: Asked, doi: str) -> str:
    return _only(_ids(asked("esearch", "eSearchResult", db="pubmed", term=f'"{doi}"[aid]').tree))


def _by_pmcid(asked: Asked, pmcid: str) -> str:
    digits = pmcid.removeprefix("PMC")
    params = {"dbfrom": "pmc", "db": "pubmed", "linkname": "pmc_pubmed", "id": digits}
    linked = asked("elink", "eLinkResult", **params).tree.iterfind(".//LinkSetDb/Link/Id")
    return _only(tuple(node.text or "" for node in linked))


def _only(pmids: tuple[str, ...]) -> str:
    """The one record that an identifier stands for; an ambiguous one stands for none."""
    return pmids[0] if len(pmids) == 1 else ""


_LOOKUP = {"pmid": _by_pmid, "doi": _by_doi, "pmcid": _by_pmcid}
