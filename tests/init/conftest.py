"""The wheel, unpacked: from an empty folder to an open review, by it alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("setup.py", "pyproject.toml", "README.md", "LICENSE", "workflow", "profiles")
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


@dataclass(frozen=True)
class Installed:
    """A folder that holds what the wheel holds, and nothing else."""

    folder: Path

    def perennial(self, folder: Path, *command: str, status: int = 0) -> str:
        """What ``perennial`` of the wheel says, run in a folder; AssertionError for its status."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [sys.executable, "-m", "perennial", *command],
            cwd=folder,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(self.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == status, done.stdout
        return done.stdout


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Built from the sources alone, so that nothing of the checkout can help it."""
    source, wheels, target = (tmp_path_factory.mktemp(n) for n in ("source", "wheel", "installed"))
    for part in SOURCES:
        whole = ROOT / part
        if whole.is_dir():
            junk = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(whole, source / part, ignore=junk)
        else:
            shutil.copy(whole, source)
    line = [sys.executable, "-c", BUILD, str(wheels)]
    subprocess.run(line, cwd=source, check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(target)
    return Installed(target)
