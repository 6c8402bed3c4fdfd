"""PDF by typst, from what pandoc writes: tagged, the same on every machine, and by known fonts."""

from __future__ import annotations

import logging
import tempfile
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import matplotlib as mpl
import typst
from lxml import etree
from matplotlib.ft2font import FT2Font

from perennial.errors import InputError
from perennial.render.wording import counted, listed

log = logging.getLogger(__name__)

# PDF/UA-1 (ISO 14289-1): the one standard for accessible documents that typst 0.15 can keep to.
STANDARD: Literal["ua-1"] = "ua-1"
# Beside the fonts within typst. It has thousands of characters that those lack, and which they
# are can be read from its file, as it cannot be of the fonts within.
_FONT = "DejaVuSans.ttf"
_STYLES = (_FONT, "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")


def pdf(source: str, pictures: Mapping[str, bytes], epoch: int) -> bytes:
    """The tagged PDF of typst markup, with ``pictures`` (name → SVG), dated ``epoch`` (seconds).

    typst sees a folder with nothing else in it. Raises ``InputError`` in typst's words.
    """
    with tempfile.TemporaryDirectory(prefix="perennial-") as name:
        root, fonts = Path(name, "root"), Path(name, "fonts")
        root.mkdir()
        fonts.mkdir()
        for style in _STYLES:
            (fonts / style).symlink_to(_folder() / style)
        for picture, drawn in pictures.items():
            (root / picture).write_bytes(_settable_drawing(drawn))
        (root / "main.typ").write_text(source, "utf-8")
        return _compiled(root, fonts, epoch)


def _compiled(root: Path, fonts: Path, epoch: int) -> bytes:
    try:
        done, warnings = typst.compile_with_warnings(
            root / "main.typ",
            root=root,
            font_paths=[fonts],
            ignore_system_fonts=True,
            package_path=root,
            package_cache_path=root,
            format="pdf",
            pdf_standards=STANDARD,
            timestamp=epoch,
        )
    except typst.TypstError as error:
        raise InputError(f"typst failed: {error.message}", hint="; ".join(error.hints)) from None
    for warning in warnings:
        log.warning("typst: %s", warning.message)
    return bytes(done)


def settable(text: str) -> str:
    """``text`` with each character that no font has spelled out, as [U+6F22], and logged."""
    lacking = {letter for letter in set(text) - set("\n\r\t") if ord(letter) not in _letters()}
    if lacking:
        names = [_spelled(letter) for letter in sorted(lacking)]
        shown = listed([*names[:40], *(["others"] if len(names) > 40 else [])])
        log.warning("the PDF's fonts lack %s: %s", counted(len(names), "character"), shown)
    return text.translate({ord(letter): f"[{_code(letter)}]" for letter in lacking})


def _spelled(letter: str) -> str:
    return f"{_code(letter)} {unicodedata.name(letter, '')}".strip()


def _code(letter: str) -> str:
    return f"U+{ord(letter):04X}"


def _settable_drawing(svg: bytes) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    drawn = etree.tostring(etree.fromstring(svg, parser), encoding="unicode")
    return settable(drawn).encode()


@cache
def _letters() -> frozenset[int]:
    return frozenset(FT2Font(str(_folder() / _FONT)).get_charmap())


def _folder() -> Path:
    return Path(mpl.get_data_path()) / "fonts" / "ttf"
