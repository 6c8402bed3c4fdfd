"""``perennial serve``: what it prints, that it serves, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from perennial.commands.serve import command
from perennial.errors import InputError


def test_it_serves_until_interrupted(tmp_path: Path, corpus_files: list[Path]):
    nameless = tmp_path / "nameless.xml"
    text = corpus_files[0].read_text("utf-8")
    nameless.write_text(text.replace('<PMID Version="1">90000003</PMID>', ""), "utf-8")
    program = "from perennial.commands.serve import command; command()"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(nameless), str(corpus_files[1]), "--today=2025-03-01"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": ""},
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert process.stdout.readline() == "2 records, 1 full texts\n"
        with urllib.request.urlopen(f"{url}einfo.fcgi?db=pubmed", timeout=10) as answer:
            assert b"<Count>2</Count>" in answer.read()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert f"not served: {nameless}: article 3" in said
    assert "Traceback" not in said


def test_a_port_in_use_is_an_input_error(corpus_files: list[Path]):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(command, [str(corpus_files[0]), "--port", port])
    assert isinstance(result.exception, InputError)
    assert port in str(result.exception)


@pytest.mark.parametrize("arguments", [["missing.xml"], []])
def test_without_anything_to_serve_it_does_not_start(arguments: list[str]):
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code != 0
