"""What the project publishes of itself says one version, and names what is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from perennial import __version__
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))


def _yaml(path: Path) -> object:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def test_the_version_is_one() -> None:
    assert _yaml(ROOT / "CITATION.cff")["version"] == __version__
    assert json.loads((ROOT / ".zenodo.json").read_text("utf-8"))["version"] == __version__
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert newest[1] == __version__


@pytest.mark.parametrize(
    "form", [path for path in FORMS if path.stem != "config"], ids=lambda p: p.stem
)
def test_a_form_asks_for_something_that_it_names(form: Path) -> None:
    told = _yaml(form)
    assert {"name", "description", "body"} <= set(told)
    ids = [field["id"] for field in told["body"]]
    assert len(ids) == len(set(ids)) > 1
    assert all(field["attributes"]["label"] for field in told["body"])


def test_the_container_copies_what_is_there() -> None:
    recipe = (ROOT / "Containerfile").read_text("utf-8")
    copied = re.findall(r"^COPY (\S+) ", recipe, re.M)
    assert copied and all((ROOT / name).exists() for name in copied)
    assert "USER reviewer" in recipe  # nothing runs as root
    assert "--require-hashes" in recipe


def test_links_between_the_pages_lead_somewhere() -> None:
    for name in ("CONTRIBUTING", "SECURITY", "CODE_OF_CONDUCT", "CHANGELOG"):
        text = (ROOT / f"{name}.md").read_text("utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert (ROOT / target).exists(), f"{name}.md: {target}"
