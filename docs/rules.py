"""Draws docs/rules.svg, the way of the data: `python docs/rules.py`. A test compares it."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

# What people bring, the rules, what they write. ASKS: they talk to a source. OR: not always run.
PLAIN, ASKS, OR = "plain", "asks", "or"
ROWS = (
    ("search.yaml", "search", "archive/", ASKS),
    ("", "fetch", "archive/", ASKS),
    ("PubMed's files instead", "mirror, sift, gather", "archive/, 0_sifted/", OR),
    ("exports of databases", "records", "1_records/", PLAIN),
    ("", "link", "2_linked/", PLAIN),
    ("screening.yaml, decisions.tsv", "screen", "3_screened/", PLAIN),
    ("people decide", "prioritise", "3_screened/", PLAIN),
    ("", "fetch_fulltext", "archive/", ASKS),
    ("", "passages", "4_fulltext/", PLAIN),
    ("full-text decisions", "assess", "4_fulltext/", PLAIN),
    ("evidence.yaml", "extract", "5_evidence/", PLAIN),
    ("corrections.tsv", "correct", "5_evidence/", PLAIN),
    ("appraisal.yaml", "appraise", "5_evidence/", PLAIN),
    ("baseline.yaml", "synthesise", "6_synthesis/", PLAIN),
    ("", "flow", "6_synthesis/", PLAIN),
    ("config.yaml, narrative/", "render", "review/", PLAIN),
    ("if asked for", "crate", "crate.zip", OR),
)
FOLDED = "people decide"  # an arrow leads from this row back to the one above
STEP, TOP, LEFT, RIGHT, WIDTH = 38, 46, 232, 392, 560
STYLE = """text{font:14px system-ui,sans-serif;fill:#1c2733}.head{font-weight:600}
rect{fill:#eef2f6;stroke:#5b6b7b}.asks{fill:#fdeccf}.or{fill:#fff;stroke-dasharray:4 3}
path{fill:none;stroke:#5b6b7b}marker path{fill:#5b6b7b;stroke:none}"""
HEAD = (
    (LEFT - 16, "end", "people bring"),
    ((LEFT + RIGHT) / 2, "middle", "rule"),
    (RIGHT + 16, "start", "writes"),
)


def picture() -> str:
    """The picture, as SVG on a ground of its own, so that it can be read on any page."""
    height = TOP + STEP * len(ROWS) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" role="img"><title>The rules, in their order</title>',
        f"<style>{STYLE}</style>",
        '<defs><marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
        ' markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height}" rx="8" style="fill:#fff;stroke:none"/>',
        *(_text(x, 26, anchor, words, "head") for x, anchor, words in HEAD),
        *(line for number, row in enumerate(ROWS) for line in _row(number, *row)),
        _text(16, height - 12, "start", "Tinted rules ask a source. Dashed ones run if wanted."),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _row(number: int, brings: str, rule: str, writes: str, kind: str) -> list[str]:
    top, middle = TOP + STEP * number, TOP + STEP * number + 17
    size = f'width="{RIGHT - LEFT}" height="26" rx="5"'
    lines = [
        f'<rect class="{kind}" x="{LEFT}" y="{top}" {size}/>',
        _text((LEFT + RIGHT) / 2, middle + 1, "middle", rule),
        _text(RIGHT + 16, middle + 1, "start", writes),
    ]
    if brings:
        lines.append(_text(LEFT - 16, middle + 1, "end", brings))
        lines.append(_arrow(f"M{LEFT - 12} {middle - 4}H{LEFT - 2}"))
    if brings == FOLDED:
        lines[-1] = _arrow(f"M{LEFT} {middle - 4}H{LEFT - 12}")
        lines.append(_arrow(f"M{LEFT - 60} {top + 4}V{top - 14}"))
    if number:
        lines.append(_arrow(f"M{(LEFT + RIGHT) / 2} {top - 12}V{top - 1}"))
    return lines


def _text(x: float, y: float, anchor: str, words: str, kind: str = "text") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


def _arrow(way: str) -> str:
    return f'<path d="{way}" marker-end="url(#to)"/>'


if __name__ == "__main__":
    Path(__file__).with_suffix(".svg").write_text(picture(), "utf-8")
