"""Extraction: passages of a study in, statements with their quotes out."""

from perennial.extract.extractors import Extractor, extractor
from perennial.extract.gate import Account, Thrown, gate
from perennial.extract.statements import Drawn, Unread, draw, extract
from perennial.extract.vocabulary import Vocabulary, load_vocabulary

__all__ = [
    "Account",
    "Drawn",
    "Extractor",
    "Thrown",
    "Unread",
    "Vocabulary",
    "draw",
    "extract",
    "extractor",
    "gate",
    "load_vocabulary",
]
