"""A made-up project, as small as one can be, and the crate of it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1] / "render"))

import synthetic
from perennial.canonical import to_json
from perennial.commands.crate import command

ROOT = Path(__file__).parents[2]
MADE_UP = {
    "Snakefile": "rule all:\n    input: 'results/review/review.html'\n",
    "README.md": "# A made-up review\n",
    "requirements.lock": "made-up==1.0\n",
    "environment.yml": "name: made-up\n",
    "workflow/rules/one.smk": "# nothing\n",
    "workflow/.hidden": "hidden",
    "workflow/__pycache__/one.pyc": "compiled",
    "editions/0.1.json": "{}\n",
    "archive/requests.jsonl": "{}\n",
    "archive/.lock": "",
    "archive/incoming/half": "half of an answer",
    "archive/raw/ab/abcd.gz": "packed",
    "resources/example/made up.xml": "<a/>\n",
    "results/review/review.html": "<!doctype html>\n",
    "results/review/evidence.csv": "pmid\n",
    "results/4_fulltext/passages.parquet": "made again on the way",
    "tests/test_nothing.py": "",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name, text in MADE_UP.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    shutil.copytree(ROOT / "config", folder / "config")
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "results/1_records").mkdir()
    (folder / "results/1_records/ledger.json").write_bytes(to_json(synthetic.review().ledger))
    return folder


@pytest.fixture
def pack():
    """A function: project and output to the crate's path; AssertionError if it is refused."""

    def pack(project: Path, output: Path) -> Path:
        arguments = ["--project", str(project), "-o", str(output)]
        CliRunner().invoke(command, arguments, catch_exceptions=False)
        assert output.exists()
        return output

    return pack
