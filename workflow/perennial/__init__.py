"""Perennial: a living systematic review, from PubMed strategy to rendered document.

The package knows nothing about any one subject: what is searched, screened and
extracted is data under ``config/``.
"""

__version__ = "0.1.0"
