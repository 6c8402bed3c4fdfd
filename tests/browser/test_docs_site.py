"""The docs as a site: whole, open to everybody, and asking nothing of any server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from test_page_for_everyone import AXE, COLOURS, DESK, OUT, PHONE

ROOT = Path(__file__).parents[2]
LONG = bool(os.environ.get("PERENNIAL_LONG"))
# It would ask for the styles again, by a way that no browser allows a file.
QUIETLY = {"preload": False}
# Prose with steps; wide tables; many recipes with tables and code.
KINDS = ("starting", "clusters", "cookbook")
# What scrolls in its own box, or waits beside the page until it is called.
BOXED = ".table-wrapper, .highlight, .skip-to-content, .sidebar-drawer, .toc-drawer"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--quiet", "-b", "html"]
    trees = ["-d", str(tmp_path_factory.mktemp("trees"))]
    done = subprocess.run(
        [*build, *trees, str(ROOT / "docs"), str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_link_and_anchor_leads_somewhere(site: Path) -> None:
    pages = {file: html.parse(str(file)).getroot() for file in site.glob("*.html")}
    assert len(pages) >= len(list((ROOT / "docs").glob("*.md")))
    ids = {file: set(page.xpath("//@id")) for file, page in pages.items()}
    lost = [
        (file.name, link)
        for file, page in pages.items()
        for link in page.xpath("//a/@href | //img/@src")
        if not (parts := urlsplit(link)).scheme
        and not _there(file.parent / unquote(parts.path) if parts.path else file, parts, ids)
    ]
    assert lost == []


def _there(file: Path, parts, ids: dict[Path, set[str]]) -> bool:
    anchored = not parts.fragment or file not in ids or unquote(parts.fragment) in ids[file]
    return file.is_file() and anchored


def test_no_page_asks_anything_of_another_host(site: Path) -> None:
    asked = "//script/@src | //img/@src | //iframe/@src | //link[not(@rel='canonical')]/@href"
    for file in site.glob("*.html"):
        links = html.parse(str(file)).getroot().xpath(asked)
        assert [link for link in links if urlsplit(link).netloc] == [], file.name
    for style in site.rglob("*.css"):
        text = style.read_text("utf-8")
        assert "url(http" not in text and "@import" not in text, style.name


@pytest.fixture
def opened(browser, site):
    """Open a page of the site from its file; a request elsewhere or a complaint fails the test."""
    contexts, told = [], []

    def open_(name: str, **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("request", lambda r: told.append(r.url) if not r.url.startswith("file:") else None)
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto((site / f"{name}.html").as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert told == []


# In the dark nothing differs but colours, and those not by size: both are tried in the long run.
@pytest.mark.parametrize(
    ("scheme", "size", "rules", "least"),
    [
        pytest.param("light", DESK, AXE, 20, id="desk"),
        pytest.param("light", PHONE, AXE, 20, id="phone"),
        pytest.param("dark", DESK, COLOURS, 1, id="dark"),
        *([pytest.param("dark", PHONE, COLOURS, 1, id="dark phone")] if LONG else []),
    ],
)
def test_everybody_can_read_it(opened, size, scheme, rules, least) -> None:
    page = opened(KINDS[0], viewport=size, color_scheme=scheme)
    for name in KINDS:
        page.goto(page.url.rpartition("/")[0] + f"/{name}.html")
        found = Axe().run(page, options=rules | QUIETLY).response
        assert len(found["passes"]) >= least
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == [], name
        scrolled = page.evaluate("document.documentElement.scrollWidth")
        assert scrolled <= size["width"], name
        assert page.evaluate(OUT.replace(".wide, .skip, pre", BOXED)) == [], name


def test_it_can_be_searched_without_a_server(opened) -> None:
    page = opened("index", viewport=DESK)
    page.get_by_placeholder("Search").fill("truncation initials")
    page.keyboard.press("Enter")
    found = page.locator("#search-results ul.search li a").first
    found.wait_for(timeout=10_000)
    assert [v["id"] for v in Axe().run(page, options=AXE | QUIETLY).response["violations"]] == []
    found.click()
    assert page.locator("h1").inner_text().startswith("The query language")
