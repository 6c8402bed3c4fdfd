"""Record identifiers in whatever way people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from perennial.errors import InputError, Place

# A PMID has at most 8 digits and no leading zero; PMCIDs carry "PMC". DOI: ISO 26324's shape.
_FORMS = (
    (
        "pmcid",
        re.compile(
            r"(?:pmcid|pmc\s*id)?[:\s]*(?:https?://\S*?/)?(PMC\s?[1-9]\d{0,9})(?:\.\d+)?/?", re.I
        ),
    ),
    (
        "pmid",
        re.compile(
            r"(?:pmid|pubmed(?:\s*id)?)?[:\s]*(?:https?://(?:pubmed\.ncbi|www\.ncbi|ncbi)\.nlm\.nih\.gov/"
            r"(?:pubmed/)?)?([1-9]\d{0,7})(?:\.\d+)?/?",
            re.I,
        ),
    ),
    ("doi", re.compile(r"(?:doi)?[:\s]*(?:https?://\S*?/)?(10\.\d{4,9}/\S+)", re.I)),
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """``kind`` is pmid, pmcid or doi; ``value`` its normal form (``PMC`` kept, DOI lower case)."""

    kind: str
    value: str


def identify(written: str, place: Place | None = None) -> Identifier:
    """Read one identifier; InputError if it is none."""
    text = written.strip().strip(".,;")
    for kind, form in _FORMS:
        if match := form.fullmatch(text):
            return Identifier(kind, _normal(kind, match[1]))
    raise InputError(
        f"{written!r} is not a PMID, PMCID or DOI",
        place,
        "write for example 'PMID 40614736', 'PMC12719572' or 'doi:10.1016/j.ccell.2025.06.007'",
    )


def pubmed(pmid: str) -> str:
    """The address of a record in PubMed, "" if ``pmid`` is no PMID."""
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if re.fullmatch(r"[1-9]\d{0,8}", pmid) else ""


def _normal(kind: str, value: str) -> str:
    if kind == "pmcid":
        return value.upper().replace(" ", "")
    return value.lower() if kind == "doi" else value
