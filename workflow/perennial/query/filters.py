"""What ``[sb]`` and ``[filter]`` can ask of a record alone."""

from __future__ import annotations

from collections.abc import Callable

from perennial.record import Record

# Names of PubMed's subsets, letters only, with the MedlineCitation status they stand for.
_STATUS = {
    "medline": "MEDLINE",
    "oldmedline": "OLDMEDLINE",
    "inprocess": "In-Process",
    "indatareview": "In-Data-Review",
    "publisher": "Publisher",
    "pubmednotmedline": "PubMed-not-MEDLINE",
}


def _has_status(status: str) -> Callable[[Record], bool]:
    return lambda record: record.status.casefold() == status.casefold()


FILTERS: dict[str, Callable[[Record], bool]] = {
    "hasabstract": lambda record: bool(record.abstract),
    "pubmedpmc": lambda record: bool(record.pmcid),
    "preprint": lambda record: "Preprint" in record.publication_types,
    **{name: _has_status(status) for name, status in _STATUS.items()},
}
