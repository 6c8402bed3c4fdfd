"""The extractor that the page on extending shows can be installed, chosen by name, and draws."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from pages import ROOT, blocks
from perennial.commands.extract import command
from perennial.passage import Passage, Statement
from perennial.record import Record
from perennial.screened import Screened
from perennial.tables import read_parquet, write_parquet

PAGE = ROOT / "docs/extending.md"
FINDING = "TGF-β2 induces dormancy of disseminated tumour cells."


def test_the_plug_in_is_installed_and_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project,), (code,) = blocks(PAGE, "toml"), blocks(PAGE, "python")
    (tmp_path / "pyproject.toml").write_text(project.text, "utf-8")
    (tmp_path / "perennial_brief.py").write_text(code.text, "utf-8")
    monkeypatch.syspath_prepend(_installed(tmp_path))
    monkeypatch.chdir(tmp_path)
    drawn = _drawn(tmp_path, "brief", "abstract", "results.1")
    assert [(one.section, one.quote) for one in drawn] == [("abstract", FINDING)]


def _installed(folder: Path) -> Path:
    """Installed as a wheel is, by unpacking it: that asks no index."""
    build = "from setuptools import build_meta; build_meta.build_wheel('.')"
    subprocess.run([sys.executable, "-c", build], cwd=folder, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "installed")
    return folder / "installed"


def _drawn(folder: Path, extractor: str, *sections: str) -> list[Statement]:
    """What it draws of a study that tells the finding in each of ``sections``."""
    vocabulary = (ROOT / "config/evidence.yaml").read_text("utf-8")
    chosen = vocabulary.replace("\nextractor: patterns\n", f"\nextractor: {extractor}\n")
    (folder / "evidence.yaml").write_text(chosen, "utf-8")
    digest = hashlib.sha256(FINDING.encode()).hexdigest()
    passages = [Passage("1", section, "pmc", "", FINDING, digest) for section in sections]
    write_parquet(folder / "records.parquet", [Record("1", title="Of cells")], Record)
    write_parquet(folder / "passages.parquet", passages, Passage)
    included = Screened("1", "include", "", "", "rule", (), ())
    write_parquet(folder / "assessed.parquet", [included], Screened)
    tables = ["records.parquet", "passages.parquet", "--assessed", "assessed.parquet"]
    written = ["--account", "account.json", "-o", "drawn.parquet"]
    run = [*tables, "--vocabulary", "evidence.yaml", *written]
    CliRunner().invoke(command, run, catch_exceptions=False)
    assert json.loads((folder / "account.json").read_bytes())["extractor"] == extractor
    return read_parquet(folder / "drawn.parquet", Statement)
