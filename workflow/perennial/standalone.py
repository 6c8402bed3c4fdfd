"""A page that stands alone: one file that runs nothing and asks nothing of any server."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from perennial.places import TEMPLATES
from perennial.printable import plain


def visible(value: object) -> object:
    """``value``, its signs that cannot be seen written out; what is markup already stays."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


# How a page is filled with what nobody vouches for: escaped, and with nothing left out unseen.
SAFE: dict[str, Any] = {
    "autoescape": True,
    "undefined": StrictUndefined,
    "finalize": visible,
    "trim_blocks": True,
    "lstrip_blocks": True,
}


def page(template: str, **told: Any) -> bytes:
    """``template``, of workflow/templates, filled with what is ``told``; nobody vouches for it.

    ``css | digest`` is what the page's policy lets the style sheet in by.
    """
    loader = FileSystemLoader(TEMPLATES, encoding="utf-8")
    environment = Environment(loader=loader, **SAFE)  # noqa: S701 - SAFE escapes
    environment.filters |= {"digest": digest}
    return environment.get_template(template).render(told).encode()


def digest(content: str) -> str:
    """The SHA-256 by which a Content-Security-Policy lets a style or a script in."""
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
