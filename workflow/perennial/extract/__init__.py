"""Extraction: passages of a study in, statements with their quotes out."""

from perennial.extract.statements import extract, gate
from perennial.extract.vocabulary import Vocabulary, load_vocabulary

__all__ = ["Vocabulary", "extract", "gate", "load_vocabulary"]
