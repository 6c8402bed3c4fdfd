"""XML elements written as nested calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree


def element(name: str, *content: str | etree._Element | Mapping[str, str]) -> etree._Element:
    """An element with its content in order: text first, then children; a mapping is attributes."""
    made = etree.Element(name)
    for part in content:
        if isinstance(part, str):
            made.text = (made.text or "") + part
        elif isinstance(part, etree._Element):
            made.append(part)
        else:
            for key, value in part.items():
                made.set(key, value)
    return made


def leaves(name: str, texts: Iterable[str]) -> list[etree._Element]:
    """One element of that name per text."""
    return [element(name, text) for text in texts]
