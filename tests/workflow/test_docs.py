"""What README and docs show is what happens: every console block is run and compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "config/README.md", *sorted((ROOT / "docs").glob("*.md"))]
WALKED = "starting.md"  # step by step, by tests/docs/test_tutorial.py


def _shown() -> list[tuple[str, str, str]]:
    """Page, command and output of every command in a ``console`` block."""
    found = []
    for page in (page for page in PAGES if page.name != WALKED):
        for block in re.findall(r"^```console\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S):
            for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
                command, _, output = part.partition("\n")
                found.append((page.name, command, output))
    return found


SHOWN = _shown()


def test_there_are_commands_to_run() -> None:
    assert len(SHOWN) >= 3


@pytest.mark.parametrize(("page", "command", "output"), SHOWN, ids=[row[1] for row in SHOWN])
def test_the_output_shown_is_the_output(page: str, command: str, output: str) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "COLUMNS": "96"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == output, page


def test_every_link_to_a_file_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_stage_and_tool_is_documented() -> None:
    listed = (ROOT / "docs/design.md").read_text("utf-8")
    helped = (ROOT / "README.md").read_text("utf-8")
    from perennial.cli import STAGES, TOOLS  # noqa: PLC0415 - the package under test

    assert [name for name in (*STAGES, *TOOLS) if f"\n  {name} " not in helped] == []
    assert [stage for stage in STAGES if stage.replace("-", "_") not in listed] == []
    assert [tool for tool in TOOLS if not re.search(f"`{tool}\\b", listed)] == []


def test_every_page_is_in_the_index_and_the_index_in_the_readme() -> None:
    index = (ROOT / "docs/index.md").read_text("utf-8")
    trees = re.findall(r"^```\{toctree\}\n(?::[^\n]*\n)*\n(.*?)^```$", index, re.M | re.S)
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    assert sorted(" ".join(trees).split()) == sorted(pages)
    assert "(docs/index.md)" in (ROOT / "README.md").read_text("utf-8")
