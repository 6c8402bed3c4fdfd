"""Signs: which bytes XML may hold as text (XML 1.0, production 2), and how it writes others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

_SIGN = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NONE = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE, U+FFFF; of the rest UTF-8 has none
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(\d{1,6})|#x([0-9A-Fa-f]{1,5}));", re.ASCII)
_LONGEST = len("&#1114111;")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def allowed(xml: bytes) -> bool:
    """Whether XML may hold every sign of ``xml``, in UTF-8, written out or referred to."""
    return not (
        _has_controls(xml)
        or any(xml.startswith(_NONE, at) for at in _places(xml, b"\xef"))
        or any(xml.startswith(b"]]>", at) for at in _places(xml, b"]"))
        or not all(_is_reference(xml[at : at + _LONGEST]) for at in _places(xml, b"&"))
    )


def resolved(text: str) -> str:
    """Return ``text`` with the signs that it refers to; they are ``allowed``."""
    return _REFERENCE.sub(_sign, text)


def lines(xml: bytes) -> int:
    """How many line feeds there are."""
    return _count(xml, lambda signs: signs == ord("\n"))


def _has_controls(xml: bytes) -> bool:
    controls = _count(xml, lambda signs: signs < ord(" ")) - lines(xml)
    return controls > 0 and controls > xml.count(b"\t") + xml.count(b"\r")


def _count(xml: bytes, like: Callable[[Any], Any]) -> int:
    """How many bytes are ``like`` that; numpy needs a tenth of the time, and is seldom needed."""
    import numpy as np  # noqa: PLC0415

    return int(np.count_nonzero(like(np.frombuffer(xml, np.uint8))))


def _places(xml: bytes, sign: bytes) -> Iterator[int]:
    """Where it is; one byte is found ten times as fast as several."""
    at = xml.find(sign)
    while at >= 0:
        yield at
        at = xml.find(sign, at + 1)


def _is_reference(xml: bytes) -> bool:
    reference = _REFERENCE.match(xml.decode("latin-1"))
    return reference is not None and _SIGN.match(_sign(reference)) is not None


def _sign(reference: re.Match[str]) -> str:
    name, decimal, hexadecimal = reference.groups()
    return _NAMED[name] if name else chr(int(decimal or hexadecimal, 10 if decimal else 16))
