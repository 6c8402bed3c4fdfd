"""What every picture is drawn on: one plane, saved as SVG for pages and as PNG for documents.

The unit is a CSS pixel, and y counts down. The same review gives the same bytes, whatever a
user's matplotlibrc, locale or hash seed. In the SVG text stays text, which a reader can search,
copy and hear; its font is the one that matplotlib measures with, or the page's own sans-serif.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import matplotlib as mpl
from lxml import etree
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle, Wedge

from perennial.render.wording import visible

# Becomes currentColor in the SVG, so that words and outlines take the colour of the page's text.
INK = "#1b2430"
LINE = "#75818d"  # 3.9 : 1 on white, 4.4 : 1 on the page's dark paper
PAPER = "#ffffff"
FONTS = "'DejaVu Sans', Verdana, sans-serif"  # DejaVu Sans is drawn after Verdana, and as wide
LETTER = 0.62  # the mean width of a letter of DejaVu Sans, in sizes of its font, rounded up
DOTS_PER_INCH = 200

_STYLE: dict[str, Any] = {"backend": "agg", "font.family": "DejaVu Sans", "svg.fonttype": "none"}
_SVG = "{http://www.w3.org/2000/svg}"


class Drawing(NamedTuple):
    """One picture in its two forms."""

    svg: bytes
    png: bytes


def drawing(
    name: str, size: tuple[float, float], paint: Callable[[Axes], None], said: tuple[str, str]
) -> Drawing:
    """What ``paint`` draws on a plane of ``size`` (width, height).

    ``said`` are the title and the description for screen readers; ``name`` begins every id.
    """
    size = math.ceil(size[0]), math.ceil(size[1])
    blank = {"Date": None, "Creator": None}
    svg = saved(name, size, paint, FigureCanvasSVG, format="svg", metadata=blank)
    png = saved(name, size, paint, FigureCanvasAgg, format="png", metadata={"Software": None})
    return Drawing(accessible(svg, name, *said), png)


def saved(
    name: str,
    size: tuple[float, float],
    paint: Callable[[Axes], None],
    canvas: type,
    **options: Any,
) -> bytes:
    """The bytes of one form of a picture, as matplotlib writes it."""
    sink = io.BytesIO()
    style: dict[Any, Any] = dict(mpl.rcParamsDefault) | _STYLE | {"svg.hashsalt": name}
    with mpl.rc_context(style), warnings.catch_warnings():
        # A script that the font lacks is whole in the SVG and in the table.
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from font")
        figure = _figure(size, paint)
        canvas(figure)
        figure.savefig(sink, dpi=72 if options["format"] == "svg" else DOTS_PER_INCH, **options)
    return sink.getvalue()


def _figure(size: tuple[float, float], paint: Callable[[Axes], None]) -> Figure:
    width, height = size
    figure = Figure(figsize=(width / 72, height / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    paint(axes)
    return figure


def accessible(drawn: bytes, name: str, title: str, description: str) -> bytes:
    """Name the picture, and say its looks in attributes: a strict page allows no inline style.

    Ids that matplotlib counts up are dropped, since those of two pictures would be the same, and
    so are groups, which say nothing without them.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(drawn, parser)
    for tag in ("metadata", "style", "defs"):
        etree.strip_elements(root, f"{_SVG}{tag}", with_tail=False)
    etree.strip_elements(root, etree.Comment, with_tail=False)
    for element in root.iter(f"{_SVG}*"):
        _plain(element)
    etree.strip_tags(root, f"{_SVG}g")
    labels = f"{name}-title {name}-description"
    root.attrib.update({"role": "img", "aria-labelledby": labels, "class": f"picture {name}"})
    root.set("font-family", FONTS)
    for side in ("width", "height"):
        root.set(side, root.get(side, "").removesuffix("pt"))
    _ground(root)
    root.insert(0, _named("desc", f"{name}-description", description))
    root.insert(0, _named("title", f"{name}-title", title))
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="utf-8") + b"\n"


def _plain(element: etree._Element) -> None:
    element.attrib.pop("id", "")
    for key in ("d", "x", "y", "transform"):
        if value := element.get(key):
            element.set(key, _shorter(str(value)))
    for declaration in str(element.attrib.pop("style", "")).split("; "):
        key, _, value = declaration.partition(": ")
        if value:
            element.set(key, value)
    element.attrib.pop("font-family", "")
    for key in ("fill", "stroke"):
        if element.get(key) == INK:
            element.set(key, "currentColor")


def _shorter(numbers: str) -> str:
    """Numbers to a hundredth of a pixel, which no eye sees and no computer rounds otherwise."""
    short = re.sub(r"-?\d+\.\d{3,}", lambda match: f"{float(match[0]):.2f}", numbers)
    return " ".join(short.split())


def _ground(root: etree._Element) -> None:
    """Light paper behind a file that may be shown on any page; ``inline`` takes it away."""
    ground = next(root.iter(f"{_SVG}path"))
    ground.set("fill", PAPER)
    ground.set("class", "ground")


def _named(tag: str, name: str, text: str) -> etree._Element:
    element = etree.Element(f"{_SVG}{tag}", {"id": name})
    element.text = str(visible(text))
    return element


def inline(svg: bytes) -> Markup:
    """``svg`` as part of a page, whose own paper it stands on."""
    root = etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True))
    for ground in root.iterfind(f".//{_SVG}path[@class='ground']"):
        ground.set("fill", "none")
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704


def words(axes: Axes, x: float, y: float, text: str, size: float = 11, **how: Any) -> None:
    """Words on one line, from ``x`` on, upon the baseline ``y``."""
    look: dict[str, Any] = {
        "fontsize": size,
        "color": INK,
        "va": "baseline",
        "rotation_mode": "anchor",
    } | how
    axes.text(x, y, str(visible(text)), parse_math=False, **look)


def box(axes: Axes, place: tuple[float, float, float, float], **look: Any) -> None:
    """A rectangle; ``place`` is left, top, width, height."""
    left, top, width, height = place
    axes.add_patch(Rectangle((left, top), width, height, clip_on=False, **look))


def disc(axes: Axes, middle: tuple[float, float], radius: float, **look: Any) -> None:
    """A circle."""
    axes.add_patch(Circle(middle, radius, clip_on=False, **look))


def slice_of(
    axes: Axes, middle: tuple[float, float], radius: float, share: tuple[float, float], **look: Any
) -> None:
    """A part of a circle, clockwise from the top; ``share`` is where it begins and ends, 0 to 1."""
    begin, end = (360 * each - 90 for each in share)
    axes.add_patch(Wedge(middle, radius, begin, end, clip_on=False, **look))


def line(axes: Axes, start: tuple[float, float], end: tuple[float, float], **look: Any) -> None:
    """A thin straight line."""
    style: dict[str, Any] = {"color": LINE, "linewidth": 0.6, "clip_on": False} | look
    axes.plot([start[0], end[0]], [start[1], end[1]], **style)
