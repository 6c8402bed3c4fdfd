"""Extraction: passages of a study in, statements with their quotes out."""

from perennial.extract.statements import Drawn, Unread, draw, extract, gate
from perennial.extract.vocabulary import Vocabulary, load_vocabulary

__all__ = ["Drawn", "Unread", "Vocabulary", "draw", "extract", "gate", "load_vocabulary"]
