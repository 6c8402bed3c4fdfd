"""What the page tells machines: its policy, and who made it, when and as what.

Highwire's tags are those that Google Scholar and Zotero read; Dublin Core and schema.org say
the same to others. A citation manager takes the page for a report of its maintainers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from perennial.render.listing import block
from perennial.render.review import Review
from perennial.render.wording import doi, listed, visible
from perennial.standalone import digest

VENDOR = "vendor"  # within the templates


@dataclass(frozen=True)
class Assets:
    """The style and the scripts that stand in the page, and the policy that lets only them in."""

    css: Markup
    scripts: tuple[Markup, ...]

    @property
    def policy(self) -> str:
        """A Content-Security-Policy: what stands in the page by its digest, and no request."""
        scripts = " ".join(_source(script) for script in self.scripts)
        return (
            f"default-src 'none'; style-src {_source(self.css)}; script-src {scripts}; "
            "base-uri 'none'; form-action 'none'"
        )


def assets(templates: Path) -> Assets:
    """The kept libraries in the order of their names, then the page's own script."""
    told = json.loads((templates / VENDOR / "vendor.json").read_text("utf-8"))
    vendored = sorted(name for name, about in told.items() if about["used_by"] == "the review")
    scripts = [*(templates / VENDOR / name for name in vendored), templates / "page.js"]
    return Assets(_text(templates / "style.css"), tuple(map(_text, scripts)))


def _text(file: Path) -> Markup:
    return Markup(file.read_text("utf-8"))  # noqa: S704 - ours, or vendored with its digest


def _source(text: str) -> str:
    return f"'sha256-{digest(text)}'"


def tags(review: Review) -> tuple[tuple[str, str], ...]:
    """(name, content) of ``meta`` elements; what the review does not state is left out."""
    day = review.as_of[:10]
    pairs = [
        ("description", review.question),
        ("citation_title", review.title),
        *(("citation_author", name) for name in review.maintainers),
        ("citation_publication_date", day.replace("-", "/")),
        ("citation_online_date", day.replace("-", "/")),
        ("citation_technical_report_institution", listed(review.maintainers)),
        ("citation_technical_report_number", review.version),
        ("citation_doi", review.doi),
        ("citation_language", "en"),
        ("citation_abstract", review.question),
        ("DC.title", review.title),
        *(("DC.creator", name) for name in review.maintainers),
        ("DC.date", day),
        ("DC.type", "Text"),
        ("DC.format", "text/html"),
        ("DC.language", "en"),
        ("DC.description", review.question),
        ("DC.identifier", doi(review.doi)),
        ("DC.relation", doi(str(review.baseline_review.get("doi", "")))),
    ]
    return tuple((name, content) for name, content in pairs if content)


def linked(review: Review) -> Markup:
    """The review as schema.org describes one, in JSON-LD."""
    baseline = doi(str(review.baseline_review.get("doi", "")))
    told = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": review.title,
        "name": review.title,
        "abstract": review.question,
        "author": list(review.maintainers),
        "datePublished": review.as_of[:10],
        "version": review.version,
        "inLanguage": "en",
        "identifier": doi(review.doi),
        "isBasedOn": baseline,
        "hasPart": [
            _dataset("Statements of the included studies, with quotes", "evidence.csv"),
            _dataset("Included studies", "studies.csv"),
            _dataset("Screened records, each with its reason", "screening.csv"),
        ],
    }
    return block(_visible({key: value for key, value in told.items() if value}))


def _dataset(name: str, file: str) -> Mapping[str, Any]:
    held = {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": file}
    return {"@type": "Dataset", "name": name, "description": name, "distribution": held}


def _visible(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _visible(each) for key, each in value.items()}
    return list(map(_visible, value)) if isinstance(value, list) else visible(value)
