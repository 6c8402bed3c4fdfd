"""``perennial check`` reads prose, the name of the citation style, and what claims expect."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "config", tmp_path / "config"))


def checked(config: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "perennial", "check", str(config)],
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr


def test_prose_for_no_section_is_named(config):
    (config / "narrative/plane.md").write_text("Words.\n")
    code, said = checked(config)
    assert code != 0
    assert "narrative/plane.md: there is no section 'plane'" in said
    assert "did you mean plain.md?" in said


def test_a_citation_of_nothing_is_named_with_its_line(config):
    (config / "narrative/plain.md").write_text("One.\n\nTwo [@doi:10.1/x].\n")
    code, said = checked(config)
    assert code != 0
    assert "narrative/plain.md:3: [@doi:10.1/x] cites nothing" in said


def test_an_unknown_citation_style_is_named(config):
    file = config / "config.yaml"
    file.write_text(file.read_text().replace("nlm-citation-sequence", "vancuver"))
    code, said = checked(config)
    assert code != 0
    assert re.search(r"config.yaml:\d+:\d+: there is no citation style 'vancuver'", said)
    assert "vancouver" in said


def test_an_unknown_direction_of_a_claim_is_named_with_its_line(config):
    file = config / "baseline.yaml"
    text = file.read_text()
    at = text.index("direction: MNT") + len("direction: ")
    file.write_text(f"{text[:at]}MTN{text[at + 3 :]}")
    code, said = checked(config)
    assert code == 2
    line = text.count("\n", 0, at) + 1
    assert f"baseline.yaml:{line}:" in said
    assert "there is no direction 'MTN'" in said
