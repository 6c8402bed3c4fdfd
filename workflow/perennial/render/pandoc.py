"""Pandoc as a function: text in, bytes out, the same each time."""

from __future__ import annotations

import os
import subprocess  # and not pypandoc's own call, which passes no environment on
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pypandoc

from perennial.errors import InputError

TIME_LIMIT = 300  # seconds; 500 references take two


def pandoc(
    text: str,
    *options: str,
    files: Mapping[str, tuple[str, str | bytes]] | None = None,
    beside: Mapping[str, bytes] | None = None,
    epoch: int = 0,
) -> bytes:
    """Convert ``text`` by the pandoc that pypandoc_binary brings.

    ``files`` maps an option to the (name, content) of the file that it names; they are
    written to the folder in which pandoc runs, and so are those ``beside`` them (name →
    content), which ``text`` may show. ``epoch``, in seconds, is the time that goes into
    documents that hold one. Raises ``InputError`` with pandoc's own words if it fails.
    """
    with tempfile.TemporaryDirectory(prefix="perennial-") as folder:
        named = []
        for option, (name, content) in (files or {}).items():
            data = content.encode() if isinstance(content, str) else content
            (Path(folder) / name).write_bytes(data)
            named.append(f"{option}={name}")
        for name, data in (beside or {}).items():
            (Path(folder) / name).write_bytes(data)
        Path(folder, "in").write_bytes(text.encode())
        # The output comes first: an option that prints and stops sees only what stands before it.
        command = [pypandoc.get_pandoc_path(), "--output=out", *options, *named, "in"]
        _run(command, folder, epoch)
        return Path(folder, "out").read_bytes()


def _run(command: list[str], folder: str, epoch: int) -> None:
    # pandoc reads UTF-8 whatever the locale; HOME and XDG_DATA_HOME would let a user's own
    # templates and defaults in.
    environment = {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "HOME": folder,
        "SOURCE_DATE_EPOCH": str(epoch),
    }
    done = subprocess.run(  # noqa: S603 - no shell, and no argument comes from the corpus
        command, cwd=folder, env=environment, capture_output=True, timeout=TIME_LIMIT, check=False
    )
    if done.returncode:
        raise InputError(f"pandoc failed: {done.stderr.decode(errors='replace').strip()}")
