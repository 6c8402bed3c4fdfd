"""``perennial check`` reads prose, the name of the citation style, and what claims expect."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from perennial.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "config", tmp_path / "config"))


@pytest.fixture
def checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[Path], tuple[int, str]]:
    """Status and words of the command; in one process, the vocabulary is compiled once."""

    def run(config: Path) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["perennial", "check", str(config)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().err

    return run


def test_prose_for_no_section_is_named(config, checked):
    (config / "narrative/plane.md").write_text("Words.\n")
    code, said = checked(config)
    assert code != 0
    assert "narrative/plane.md: there is no section 'plane'" in said
    assert "did you mean plain.md?" in said


def test_a_citation_of_nothing_is_named_with_its_line(config, checked):
    (config / "narrative/plain.md").write_text("One.\n\nTwo [@doi:10.1/x].\n")
    code, said = checked(config)
    assert code != 0
    assert "narrative/plain.md:3: [@doi:10.1/x] cites nothing" in said


def test_an_unknown_citation_style_is_named(config, checked):
    file = config / "config.yaml"
    file.write_text(file.read_text().replace("nlm-citation-sequence", "vancuver"))
    code, said = checked(config)
    assert code != 0
    assert re.search(r"config.yaml:\d+:\d+: there is no citation style 'vancuver'", said)
    assert "vancouver" in said


def test_an_unknown_direction_of_a_claim_is_named_with_its_line(config, checked):
    file = config / "baseline.yaml"
    text = file.read_text()
    at = text.index("direction: MNT") + len("direction: ")
    file.write_text(f"{text[:at]}MTN{text[at + 3 :]}")
    code, said = checked(config)
    assert code == 2
    line = text.count("\n", 0, at) + 1
    assert f"baseline.yaml:{line}:" in said
    assert "there is no direction 'MTN'" in said
