"""Join: imported records and the source's own in one table and one ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from perennial.history import brought
from perennial.imports.ids import from_pubmed, own_id, sort_key
from perennial.imports.load import Imported
from perennial.ledger import Absence, Change, Ledger
from perennial.linking.card import card
from perennial.linking.rules import titles_differ
from perennial.record import Record


def join(
    records: Sequence[Record], ledger: Ledger, imports: Sequence[Imported]
) -> tuple[list[Record], Ledger]:
    """The records of all sources by id, and the ledger with each import as one more result.

    A record that names its PMID *is* that PubMed record: PubMed's own text is kept, and the flow
    counts it as found twice. Where the two have different titles the export's PMID is doubted:
    the record gets an id of its own and says in ``databanks`` which PMID it claimed, and linking
    asks a human. Without imports nothing changes. Where nobody was asked, the days on which other
    databases were searched are the only clock.
    """
    held = {record.pmid: record for record in records}
    days = [imported.searched for imported in imports]
    joined, changes = [], ledger.changes or _begun(ledger.search.searched_at[:10], days)
    for imported in imports:
        own = [_doubted(record, held, imported.found.id) for record in imported.records]
        unheld = [record.pmid for record in own if record.pmid not in held]
        changes = brought(changes, imported.searched, unheld)
        for record in own:
            held.setdefault(record.pmid, record)
        joined.append(replace(imported.found, ids=tuple(record.pmid for record in own)))
    search = replace(
        ledger.search,
        searched_at=ledger.search.searched_at or f"{max(days)}T00:00:00Z",
        strategies=(*ledger.search.strategies, *joined),
    )
    missing, refused = (_still(absent, held) for absent in (ledger.missing, ledger.refused))
    ordered = [held[id_] for id_ in sorted(held, key=sort_key)]
    told = replace(ledger, search=search, missing=missing, refused=refused, changes=changes)
    return ordered, told


def _begun(asked: str, days: Sequence[str]) -> tuple[Change, ...]:
    """The first change, without a record yet, where the search of the day ``asked`` had none."""
    return (Change(max(asked, min(days)), (), (), (), ()),) if days else ()


def _doubted(record: Record, held: dict[str, Record], source: str) -> Record:
    known = held.get(record.pmid)
    if known is None or not titles_differ(card(known), card(record)):
        return record
    claimed = (f"PubMed/{record.pmid}",) if from_pubmed(record.pmid) else ()
    own = own_id(source, record.pmid, record.title.casefold(), str(record.year))
    return replace(record, pmid=own, databanks=(*record.databanks, *claimed))


def _still(absent: Iterable[Absence], held: dict[str, Record]) -> tuple[Absence, ...]:
    """What the source did not give may be in an export."""
    return tuple(absence for absence in absent if absence.pmid not in held)
