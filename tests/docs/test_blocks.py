"""What the pages tell people to type is there: configuration that loads, commands and options."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from functools import cache
from io import StringIO
from pathlib import Path

import click
import pytest
from pages import PAGES, ROOT, Block, blocks
from perennial.cli import cli
from perennial.config import load, parsed
from perennial.errors import InputError
from perennial.query import Mesh
from perennial.screen import load_criteria
from perennial.strategy import sent_queries
from ruamel.yaml import YAML

YAMLS = [block for page in PAGES for block in blocks(page, "yaml")]
MARK = re.compile(r"# (part of )?config/(\w+)\.yaml\n")
SCHEMAS = sorted(path.name.partition(".")[0] for path in ROOT.glob("workflow/schemas/*.json"))
WHOLE = YAML(typ="safe", pure=True)


def test_there_is_something_to_check() -> None:
    assert len(YAMLS) >= 15 and len(COMMANDS) >= 30


@pytest.mark.parametrize("block", YAMLS, ids=str)
def test_configuration_shown_can_be_loaded(block: Block, tmp_path: Path) -> None:
    """A block that names no file is whole by itself, by one of the schemas."""
    if mark := MARK.match(block.text):
        _loaded(tmp_path, mark[2], block.text if not mark[1] else _patched(mark[2], block.text))
    else:
        assert any(_fits(block, schema) for schema in SCHEMAS if schema != "mesh"), block


def _patched(name: str, part: str) -> str:
    """The project's own file with the keys of ``part``."""
    whole = WHOLE.load((ROOT / "config" / f"{name}.yaml").read_text("utf-8"))
    for key, value in WHOLE.load(part).items():
        whole = {**whole, key: {**whole[key], **value} if isinstance(value, dict) else value}
    WHOLE.dump(whole, text := StringIO())
    return text.getvalue()


def _loaded(folder: Path, name: str, text: str) -> None:
    file = folder / f"{name}.yaml"
    file.write_text(text, "utf-8")
    shutil.copy(ROOT / "config/spelling.tsv", folder)
    if name == "mesh":
        assert Mesh.load(file)
        return
    config = load(file, name)
    queries = {"screening": load_criteria, "search": sent_queries}
    assert name not in queries or queries[name](config)


def _fits(block: Block, schema: str) -> bool:
    try:
        return bool(parsed(block.text, str(block), schema))
    except InputError:
        return False


def _lines(page: Path) -> Iterator[str]:
    """What is typed: lines of shell blocks, what follows ``$`` elsewhere, commands in a text."""
    for block in blocks(page, "sh"):
        yield from block.text.replace("\\\n", " ").splitlines()
    for block in blocks(page, "console", "text"):
        yield from re.findall(r"^\$ (.*)$", block.text, re.M)
    prose = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    yield from re.findall(r"`((?:perennial|snakemake|make) [^`]+)`", prose)


def _commands(page: Path) -> Iterator[list[str]]:
    for line in _lines(page):
        words = list(shlex.shlex(line, posix=True, punctuation_chars="&|;<>"))
        for part in " ".join(map(shlex.quote, words)).split("'&&'"):
            for single in re.split(r"'[|;]+'", part):
                yield shlex.split(single)


COMMANDS = [(page.name, words) for page in PAGES for words in _commands(page) if words]
# What is not ours: whether these have the options shown is for others to say.
FOREIGN = {
    "python3",
    "pip",
    "git",
    "podman",
    "cd",
    "cp",
    "source",
    "head",
    "tail",
    "pytest",
    "conda",
}


@pytest.mark.parametrize(("page", "words"), COMMANDS, ids=lambda value: str(value)[:60])
def test_a_command_shown_has_these_options(page: str, words: list[str]) -> None:
    name, *rest = words
    if name == "perennial":
        _ours(cli, rest)
    elif name == "snakemake":
        assert [word for word in _options(rest) if word not in _snakemake()] == []
    elif name == "make":
        assert re.search(rf"^{rest[0]}:", (ROOT / "Makefile").read_text("utf-8"), re.M), rest
    elif name == "python":
        assert (ROOT / rest[0]).is_file()
    else:
        assert name in FOREIGN, f"{page}: {name}"


def _ours(command: click.Command, rest: list[str]) -> None:
    context = click.Context(command)
    if isinstance(command, click.Group):
        names = [word for word in rest if not word.startswith("-")]
        if names:
            below = command.get_command(context, names[0])
            assert below, f"there is no {names[0]!r}"
            return _ours(below, rest[rest.index(names[0]) + 1 :])
    known = {opt for param in command.get_params(context) for opt in param.opts}
    known |= {opt for param in command.get_params(context) for opt in param.secondary_opts}
    known |= _snakemake() if command.context_settings.get("ignore_unknown_options") else set()
    assert [word for word in _options(rest) if word not in known] == []


def _options(words: list[str]) -> list[str]:
    named = [word.partition("=")[0] for word in words if re.match(r"--?[a-zA-Z]", word)]
    return [word if word.startswith("--") else word[:2] for word in named]


@cache
def _snakemake() -> set[str]:
    from snakemake.cli import get_argument_parser  # noqa: PLC0415 - seconds to import

    return set(get_argument_parser()._option_string_actions)
