"""A Slurm of one node, started for these tests and stopped after them; not unless asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
AS_ROOT = () if os.geteuid() == 0 else ("sudo", "-n")


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder with the state and the logs of a running Slurm, which all commands find."""
    if os.environ.get("PERENNIAL_SLURM") != "1":
        pytest.skip("starts daemons as root and takes minutes: `make test-slurm`")
    folder = tmp_path_factory.mktemp("slurm")
    try:
        _start(folder)
        yield folder
    finally:
        subprocess.run([*AS_ROOT, HERE / "stop.sh", folder], check=False)


def _start(folder: Path) -> None:
    command = [*AS_ROOT, HERE / "install.sh", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    said = f"no Slurm could be started here: {done.stderr[-3000:]}"
    if os.environ.get("CI") and shutil.which("apt-get"):
        pytest.fail(said)
    pytest.skip(said)
