"""A server over a tiny synthetic corpus: its PMIDs and PMCIDs are assigned to nobody."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from Bio import Entrez
from perennial.eutils import serving

HERE = Path(__file__).parent
NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"


@pytest.fixture(scope="session")
def corpus_files() -> list[Path]:
    return [HERE / "corpus/records.xml", HERE / "corpus/article.nxml"]


@pytest.fixture
def url(corpus_files: list[Path]) -> Iterator[str]:
    with serving(corpus_files, today="2025-03-01") as base:
        yield base


@pytest.fixture
def entrez(url: str, monkeypatch: pytest.MonkeyPatch):
    """Bio.Entrez, talking to the server as it would to NCBI and hurrying between requests."""

    def opened(request: urllib.request.Request):
        assert request.full_url.startswith(NCBI)
        request.full_url = url + request.full_url.removeprefix(NCBI)
        return urllib.request.urlopen(request, timeout=10)

    monkeypatch.setattr(Entrez, "urlopen", opened)
    monkeypatch.setattr(Entrez, "email", "reader@example.org")
    monkeypatch.setattr(Entrez, "api_key", None)
    monkeypatch.setattr(Entrez, "max_tries", 1)
    monkeypatch.setattr(Entrez.time, "sleep", lambda seconds: None)
    return Entrez
