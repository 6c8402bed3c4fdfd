"""Config that means harm: refused, or answered, within bounds of time and memory.

Each file of ``malicious/`` describes one file of a config folder: ``head``, ``piece`` so many
times (``{i}`` counts, ``{next}`` is one more), ``tail``. ``says`` is what the refusal must say;
"" for what must be answered.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from small_config import small_config

HERE = Path(__file__).parent
CASES = sorted((HERE / "malicious").glob("*.yaml"))
SECONDS, BYTES = 30, 1_500_000_000  # for each


def case(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return read


def text(case: dict[str, Any]) -> str:
    pieces = (
        case["piece"].replace("{i}", str(i)).replace("{next}", str(i + 1))
        for i in range(case["times"])
    )
    return str(case["head"]) + "".join(pieces) + str(case["tail"])


# Imports once, then a process for each folder: its limits end it, whatever it does.
DRIVER = """
import json, os, resource, sys
from perennial.cli import cli, main
for name in ("check",):
    cli.get_command(None, name)
seconds, size = int(sys.argv[1]), int(sys.argv[2])
for folder in sys.argv[3:]:
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        said = os.open(folder + "/said", os.O_WRONLY | os.O_CREAT)
        os.dup2(said, 1)
        os.dup2(said, 2)
        sys.argv = ["perennial", "check", folder]
        main()
    _, status = os.waitpid(child, 0)
    with open(folder + "/status", "w") as file:
        file.write(str(os.waitstatus_to_exitcode(status)))
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {path.stem: tmp_path_factory.mktemp(path.stem) / "config" for path in CASES}
    for path in CASES:
        folder, wanted = made[path.stem], case(path)
        small_config(folder)
        (folder / wanted["file"]).write_text(text(wanted), encoding="utf-8")
    arguments = [str(SECONDS), str(BYTES), *map(str, made.values())]
    subprocess.run([sys.executable, "-c", DRIVER, *arguments], check=True, timeout=600)
    return made


def test_there_are_cases() -> None:
    assert len(CASES) >= 20
    assert all(case(path)["note"] for path in CASES)


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_bounded(folders: dict[str, Path], path: Path) -> None:
    folder, wanted = folders[path.stem], case(path)
    said = (folder / "said").read_text(encoding="utf-8")
    status = int((folder / "status").read_text())
    assert "Traceback" not in said, said[-2000:]
    assert len(said) < 20_000
    if wanted["says"]:
        assert status == 2, said
        assert re.search(wanted["says"], said), said
        assert wanted["file"] in said
    else:
        assert status == 0, said
