"""How Sphinx makes a site of these pages: `make docs`. Offline, without a font from elsewhere."""

from perennial import __version__

project = "Perennial"
author = copyright = "The Perennial project"
version = release = __version__

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["schedules"]
myst_heading_anchors = 3  # links to a heading are those that git hosts give it
# Links to files beside the docs, which a test follows; languages that no highlighter knows.
suppress_warnings = ["myst.xref_missing", "misc.highlighting_failure"]

html_theme = "furo"
html_title = "Perennial"
templates_path, html_static_path = ["_templates"], ["_static"]
html_css_files = ["site.css"]
html_show_search_summary = False  # it would fetch pages, which files do not allow
html_copy_source = html_show_sphinx = False
html_permalinks_icon = "#"
