"""The wheel holds the whole workflow, and what lacks is told."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_it_holds_every_file_of_the_workflow(installed) -> None:
    kept = [*(ROOT / "workflow").rglob("*"), *(ROOT / "profiles").rglob("*")]
    wanted = {
        path.relative_to(ROOT)
        for path in kept
        if path.is_file() and not {"__pycache__", "perennial.egg-info"} & {*path.parts}
    }
    package = installed.folder / "perennial"
    lacking = [
        str(path)
        for path in wanted
        if not (installed.folder / Path(*path.parts[1:])).exists()  # workflow/perennial/…
        and not (package / path).exists()  # workflow/rules/…
        and not (package / "workflow" / path).exists()  # profiles/…
    ]
    assert lacking == []
    assert len(wanted) > 300


def test_without_a_snakefile_the_package_has_one(installed, tmp_path: Path) -> None:
    for part in ("config", "resources"):
        shutil.copytree(ROOT / part, tmp_path / part)
    said = installed.perennial(tmp_path, "run", "--dry-run", "--quiet", "rules")
    assert "render" in said
    assert "The review:" not in said


def test_where_no_review_lies_it_says_so(installed, tmp_path: Path) -> None:
    said = installed.perennial(tmp_path, "run", status=2)
    assert "config: no review lies here" in said
    assert "perennial init" in said
