"""Identifiers in the ways people write them."""

from __future__ import annotations

import pytest
from perennial.errors import InputError
from perennial.identifiers import identify

WRITTEN = {
    "40614736": ("pmid", "40614736"),
    "PMID 40614736": ("pmid", "40614736"),
    "PMID: 40614736.": ("pmid", "40614736"),
    "pmid:40614736": ("pmid", "40614736"),
    "https://pubmed.ncbi.nlm.nih.gov/40614736/": ("pmid", "40614736"),
    "PMC12719572": ("pmcid", "PMC12719572"),
    "pmc12719572": ("pmcid", "PMC12719572"),
    "PMC 12719572": ("pmcid", "PMC12719572"),
    "PMCID: PMC12719572": ("pmcid", "PMC12719572"),
    "PMC12719572.1": ("pmcid", "PMC12719572"),
    "https://pmc.ncbi.nlm.nih.gov/articles/PMC12719572/": ("pmcid", "PMC12719572"),
    "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC12719572": ("pmcid", "PMC12719572"),
    "https://www.ncbi.nlm.nih.gov/pubmed/40614736": ("pmid", "40614736"),
    "https://doi.org/10.1038/35013000": ("doi", "10.1038/35013000"),
    "10.1016/j.ccell.2025.06.007": ("doi", "10.1016/j.ccell.2025.06.007"),
    "doi:10.1016/J.CCELL.2025.06.007": ("doi", "10.1016/j.ccell.2025.06.007"),
    "https://doi.org/10.1016/j.ccell.2025.06.007": ("doi", "10.1016/j.ccell.2025.06.007"),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_identifiers_as_people_write_them(written: str) -> None:
    found = identify(written)
    assert (found.kind, found.value) == WRITTEN[written]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "PMX1",
        "0123",
        "123456789",
        "PMC",
        "10.1/x",
        "dormancy",
        "-1",
        "https://clinicaltrials.gov/study/40614736",
    ],
)
def test_what_is_no_identifier(written: str) -> None:
    with pytest.raises(InputError, match="is not a PMID, PMCID or DOI"):
        identify(written)
