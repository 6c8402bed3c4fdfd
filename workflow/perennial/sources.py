"""Which modules a stage is made of: Snakemake does not see edits to what a command imports."""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from functools import cache
from importlib.metadata import version
from pathlib import Path

import grimp


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("perennial", cache_dir=None)


@cache
def digest(command: str) -> str:
    """A hash over the source of every module that ``perennial <command>`` is made of."""
    return _of(f"perennial.commands.{command.replace('-', '_')}").hexdigest()[:16]


@cache
def made_by(module: str, *packages: str) -> str:
    """A hash over a module and all that it imports, Python's version and those of ``packages``.

    It is for what is kept beyond a run, and would else outlive an update of them.
    """
    code = _of(module)
    for package in packages:
        code.update(f"{package} {version(package)}\0".encode())
    code.update(f"{sys.version} {unicodedata.unidata_version}".encode())
    return code.hexdigest()


def _of(start: str) -> hashlib._Hash:
    modules = {start} | _graph().find_upstream_modules(start)
    code = hashlib.sha256()
    for module in sorted(modules):
        code.update(module.encode() + b"\0" + _path(module).read_bytes())
    return code


def _path(module: str) -> Path:
    base = Path(__file__).resolve().parent.parent.joinpath(*module.split("."))
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
