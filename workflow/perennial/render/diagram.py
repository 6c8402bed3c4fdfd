"""The PRISMA 2020 flow diagram, drawn from the flow: SVG for pages, PNG for documents.

Boxes stand where the PRISMA 2020 statement puts them (Page et al., BMJ 2021;372:n71): what
goes on is on the left, what leaves is on the right of the step at which it leaves. In an updated
review the studies of the version before, and those that joined since, stand on the right of the
studies included and flow into them.
"""

from __future__ import annotations

import io
import itertools
import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import matplotlib as mpl
from lxml import etree
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from perennial.errors import LedgerError
from perennial.flow import ROWS, Box, Flow
from perennial.render.renewed import Renewed
from perennial.render.wording import clip, grouped, long_date, visible

# Everything is in points. 560 across prints at the full width of a page and, on a phone, is
# legible once scrolled to.
WIDTH, MARGIN, BAND, GAP, STEP = 560.0, 4.0, 22.0, 26.0, 20.0
COLUMN = (WIDTH - 2 * MARGIN - BAND - 10 - GAP) / 2
LEFT = MARGIN + BAND + 10
RIGHT = LEFT + COLUMN + GAP
SIZE, LEADING, PADDING = 8.5, 12.0, 8.0
LETTER = 6.4  # the width of a bold letter at SIZE
LETTERS = 46  # in a line: DejaVu Sans at SIZE is 5.1 wide on average, and no usual font is wider
LONGEST_LABEL = 200
DOTS_PER_INCH = 220

INK, LINE, BOX, ASIDE = "#1b2430", "#5b6b7c", "#ffffff", "#f3f5f7"
# Okabe and Ito's blue, orange and green, lightened: told apart by every kind of colour vision.
BANDS = {"Identification": "#bcd9ee", "Screening": "#f6dfae", "Included": "#b5e0d2"}


# Whatever a user's matplotlibrc says. Text stays text, and element ids do not change.
_STYLE: dict[str, Any] = {
    "backend": "agg",
    "font.family": "DejaVu Sans",
    "svg.fonttype": "none",
    "svg.hashsalt": "flow",
}
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class _Drawn:
    """A box with its place; ``top`` counts down from the upper edge."""

    box: Box
    lines: tuple[str, ...]
    left: float
    top: float

    @property
    def height(self) -> float:
        return _height(self.lines)

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass
class _Row:
    phase: str
    top: float
    left: _Drawn | None = None
    right: list[_Drawn] = field(default_factory=list)

    @property
    def bottom(self) -> float:
        drawn = [*self.right, *([self.left] if self.left else [])]
        return max(self.top + self.least, *(each.bottom for each in drawn))

    @property
    def least(self) -> float:
        """Room for the phase's name, upright, where the phase has no other row."""
        alone = [phase for phase, _, _ in ROWS].count(self.phase) == 1
        return len(self.phase) * LETTER if alone else 0.0


def svg(flow: Flow, description: str, since: Renewed | None = None) -> bytes:
    """The diagram as SVG with real text, a title and ``description`` for screen readers.

    ``since`` is what the last change made of the flow, None in a first edition.
    """
    return _accessible(_saved(flow, since, FigureCanvasSVG, format="svg"), description)


def png(flow: Flow, since: Renewed | None = None) -> bytes:
    """The diagram as PNG, for a page of A4 or Letter size."""
    return _saved(flow, since, FigureCanvasAgg, format="png", dpi=DOTS_PER_INCH)


def _saved(flow: Flow, since: Renewed | None, canvas: type, **options: Any) -> bytes:
    blank = {"Date": None, "Creator": None} if options["format"] == "svg" else {"Software": None}
    sink = io.BytesIO()
    style: dict[Any, Any] = dict(mpl.rcParamsDefault) | _STYLE
    with mpl.rc_context(style), warnings.catch_warnings():
        # A script that the font lacks is whole in the SVG and in the table.
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from font")
        figure = _figure(flow, since)
        canvas(figure)
        figure.savefig(sink, metadata=blank, **options)
    return sink.getvalue()


def _figure(flow: Flow, since: Renewed | None) -> Figure:
    boxes = (*flow.boxes, *since.boxes) if since else flow.boxes
    rows = _layout(boxes, _new(since))
    height = rows[-1].bottom + MARGIN
    figure = Figure(figsize=(WIDTH / 72, height / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    for phase in BANDS:
        _band(axes, phase, [row for row in rows if row.phase == phase])
    for row in rows:
        for drawn in (*([row.left] if row.left else []), *row.right):
            _box(axes, drawn)
        _sideways(axes, row)
    lefts = [row.left for row in rows if row.left]
    for upper, lower in itertools.pairwise(lefts):
        middle = LEFT + COLUMN / 2
        _arrow(axes, (middle, upper.bottom), (middle, lower.top))
    return figure


def _new(since: Renewed | None) -> dict[str, str]:
    """What each box tells of the records that the last change brought."""
    if since is None:
        return {}
    said = f"of all these, since {long_date(since.day)}"
    return {box: f"{said} {_n(number)}" for box, number in since.new.items() if box != "included"}


def _layout(known: Sequence[Box], new: Mapping[str, str]) -> list[_Row]:
    boxes = {box.id: _Drawn(box, _lines(box, new), 0, 0) for box in known}
    placed = {box for _, left, right in ROWS for box in (left, *right)}
    if strangers := sorted(set(boxes) - placed):
        raise LedgerError(f"the flow diagram has no place for {', '.join(strangers)}")
    rows, top = [], MARGIN
    for phase, left, right in ROWS:
        row = _Row(phase, top)
        if left in boxes:
            row.left = replace(boxes[left], left=LEFT, top=top)
        row.right = list(_stacked([boxes[name] for name in right if name in boxes], top))
        if row.left or row.right:
            rows.append(row)
            top = row.bottom + STEP
    return rows


def _stacked(boxes: Sequence[_Drawn], top: float) -> Iterator[_Drawn]:
    for box in boxes:
        drawn = replace(box, left=RIGHT, top=top)
        yield drawn
        top = drawn.bottom + STEP / 2


def _lines(box: Box, new: Mapping[str, str]) -> tuple[str, ...]:
    """The headline's lines, then "" and the lines of the parts and of what is ``new``."""
    head = textwrap.wrap(f"{_label(box.label)} {_n(box.count)}", LETTERS - 4)
    parts = [part for part in box.parts if part.count and part.label]
    body = [line for part in parts for line in _part(f"{_label(part.label)} {_n(part.count)}")]
    body += _part(new[box.id]) if box.id in new else []
    return (*head, "", *body) if body else tuple(head)


def _n(count: int) -> str:
    """A count as PRISMA writes it, never broken over two lines."""
    return f"(n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{grouped(count)})"


def _part(text: str) -> list[str]:
    return textwrap.wrap(text, LETTERS, subsequent_indent="  ")


def _label(text: str) -> str:
    return clip(str(visible(text)), LONGEST_LABEL)


def _height(lines: Sequence[str]) -> float:
    blanks = lines.count("")
    return 2 * PADDING + LEADING * (len(lines) - blanks) + LEADING / 3 * blanks - (LEADING - SIZE)


def _box(axes: Axes, drawn: _Drawn) -> None:
    aside = drawn.left == RIGHT
    axes.add_patch(
        FancyBboxPatch(
            (drawn.left, drawn.top),
            COLUMN,
            drawn.height,
            boxstyle="round,pad=0,rounding_size=4",
            facecolor=ASIDE if aside else BOX,
            edgecolor=LINE,
            linewidth=1,
            clip_on=False,
            gid=f"flow-box-{drawn.box.id}",
        )
    )
    headline, y = True, drawn.top + PADDING
    for line in drawn.lines:
        if not line:
            headline, y = False, y + LEADING / 3
            continue
        weight = "bold" if headline else "normal"
        text = line.lstrip()  # SVG drops blanks at the start: a continued line is moved instead
        x = drawn.left + PADDING + (PADDING if text != line else 0)
        _text(axes, x, y + SIZE * 0.85, text, weight=weight)
        y += LEADING


def _band(axes: Axes, phase: str, rows: Sequence[_Row]) -> None:
    if not rows:
        return
    top, height = rows[0].top, rows[-1].bottom - rows[0].top
    look: dict[str, Any] = {"facecolor": BANDS[phase], "gid": f"flow-band-{phase}"}
    axes.add_patch(Rectangle((MARGIN, top), BAND, height, clip_on=False, **look))
    middle = (MARGIN + BAND / 2, top + height / 2)
    _text(axes, *middle, phase, weight="bold", rotation=90, ha="center", va="center")


def _text(axes: Axes, x: float, y: float, text: str, **how: Any) -> None:
    style: dict[str, Any] = {"va": "baseline", "fontsize": SIZE, "color": INK} | how
    axes.text(x, y, text, parse_math=False, **style)


def _sideways(axes: Axes, row: _Row) -> None:
    if not row.left or not row.right:
        return
    if row.left.box.id == "included":
        return _inwards(axes, row.left, row.right)
    trunk, start = LEFT + COLUMN + GAP / 2, min(row.left.middle, row.right[0].middle)
    y = max(start, row.left.top + PADDING)
    for drawn in row.right:
        level = y if drawn.top < y < drawn.bottom else drawn.middle
        if level != y:
            _line(axes, [(trunk, y), (trunk, level)])
            _arrow(axes, (trunk, level), (RIGHT, level))
        else:
            _arrow(axes, (LEFT + COLUMN, y), (RIGHT, y))


def _inwards(axes: Axes, left: _Drawn, right: Sequence[_Drawn]) -> None:
    """From the boxes on the right into the one on the left."""
    trunk, y = LEFT + COLUMN + GAP / 2, left.middle
    for drawn in right:
        _line(axes, [(RIGHT, drawn.middle), (trunk, drawn.middle), (trunk, y)])
    _arrow(axes, (trunk, y), (LEFT + COLUMN, y))


def _line(axes: Axes, points: Sequence[tuple[float, float]]) -> None:
    axes.plot(*zip(*points, strict=True), color=LINE, linewidth=1, clip_on=False)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>,head_length=4,head_width=2.5",
            color=LINE,
            shrinkA=0,
            shrinkB=0,
            clip_on=False,
        )
    )


def _accessible(drawn: bytes, description: str) -> bytes:
    """Name the picture, and say its looks in attributes: a strict page allows no inline style."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(drawn, parser)
    etree.strip_elements(root, f"{_SVG}metadata", f"{_SVG}style", etree.Comment, with_tail=False)
    for element in root.iter(f"{_SVG}*"):
        for declaration in str(element.attrib.pop("style", "")).split("; "):
            name, _, value = declaration.partition(": ")
            if value:
                element.set(name, value)
    labels = "diagram-title diagram-description"
    root.attrib.update({"role": "img", "aria-labelledby": labels, "class": "flow"})
    root.insert(0, _named("desc", "diagram-description", description))
    root.insert(0, _named("title", "diagram-title", "PRISMA 2020 flow diagram"))
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="utf-8") + b"\n"


def _named(tag: str, name: str, text: str) -> etree._Element:
    element = etree.Element(f"{_SVG}{tag}", {"id": name})
    element.text = str(visible(text))
    return element
