"""Where the workflow's own files lie: in a checkout, or within the installed package."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent
_PACKED = _HERE / "workflow"  # where a wheel has them (pyproject.toml)
WORKFLOW = _PACKED if _PACKED.is_dir() else _HERE.parent

SNAKEFILE = WORKFLOW / "Snakefile"
SCHEMAS = WORKFLOW / "schemas"
TEMPLATES = WORKFLOW / "templates"


def from_here(path: Path) -> str:
    """``path`` as rules name it: relative below this folder, so that a checkout may be moved."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
