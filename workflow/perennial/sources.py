"""Which modules a stage is made of: Snakemake does not see edits to what a command imports."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import grimp


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("perennial", cache_dir=None)


@cache
def digest(command: str) -> str:
    """A hash over the source of every module that ``perennial <command>`` is made of."""
    start = f"perennial.commands.{command.replace('-', '_')}"
    modules = {start} | _graph().find_upstream_modules(start)
    code = hashlib.sha256()
    for module in sorted(modules):
        code.update(module.encode() + b"\0" + _path(module).read_bytes())
    return code.hexdigest()[:16]


def _path(module: str) -> Path:
    base = Path(__file__).resolve().parent.parent.joinpath(*module.split("."))
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
