"""A review written: answers to the text of every file, and all files at once or none."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from perennial import __version__, asked
from perennial.appraisal import load_checklist
from perennial.config import parsed
from perennial.corrections.correction import COLUMNS as CORRECTIONS
from perennial.decisions.table import COLUMNS as DECISIONS
from perennial.errors import InputError, Place
from perennial.extract import load_vocabulary
from perennial.extract.masked import tokens
from perennial.growing import line
from perennial.init import practice, queries
from perennial.init.answers import Answers
from perennial.places import WORKFLOW
from perennial.query.languages import CODES
from perennial.strategy import sent_queries
from perennial.synthesise import load_claims
from perennial.tables import write_whole

TREE = WORKFLOW / "init"
# A file whose name begins with a dot would count in the folder of templates itself.
_DOT = "dot-"
_NO_TONGUE = {"mul", "und"}  # several, and not known
# A day of the week, of the month, or of the quarter's first month, at one hour for all.
_CRON = {
    "day": "10 9 * * *",
    "week": "10 9 * * 0",
    "month": "10 9 1 * *",
    "quarter": "10 9 1 1,4,7,10 *",
}
_ON_CALENDAR = {
    "day": "*-*-* 04:10 America/New_York",
    "week": "Sun 04:10 America/New_York",
    "month": "*-*-01 04:10 America/New_York",
    "quarter": "*-01,04,07,10-01 04:10 America/New_York",
}
# What YAML takes for the end of a line, or does not take at all (YAML 1.2, 5.1 and 5.4).
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_MARKED = re.compile(r"([!-/:-@\[-`{-~])")  # the punctuation that Markdown lets be escaped


def rendered(answers: Answers) -> dict[str, bytes]:
    """Every file of the review, by its path in it. Raises InputError where one cannot be read."""
    files = {**_from_templates(answers), **_made(answers)}
    _prove(files)
    return dict(sorted(files.items()))


def yaml(value: object) -> str:
    """A value as YAML writes it on one line, whatever signs it holds: JSON, which YAML contains."""
    return _ESCAPED.sub(
        lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(value, ensure_ascii=False)
    )


def markdown(text: str) -> str:
    """A text in which Markdown and HTML see nothing but words."""
    return _MARKED.sub(r"\\\1", text)


def expression(term: str) -> str:
    """A term as a regular expression over a sentence's tokens, which extraction makes as here."""
    words = tokens(term.rstrip("*")).split()
    return " ".join(map(re.escape, words)) + (r"\w*" if term.endswith("*") else "")


def names(name: str, words: Iterable[str]) -> list[str]:
    """All that something is called, its own name first; vocabularies know no asterisk."""
    return _once(one.rstrip("*") for one in (name, *words))


def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - the files are YAML and Markdown; filters escape
        loader=FileSystemLoader(TREE),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"yaml": yaml, "markdown": markdown, "expression": expression}
    return environment


def _from_templates(answers: Answers) -> dict[str, bytes]:
    environment, told = _environment(), _told(answers)
    by = f"schedules/{answers.schedule.by}"
    files = {}
    for path in sorted(path for path in TREE.rglob("*") if path.is_file()):
        name = path.relative_to(TREE).as_posix()
        target = name.replace(_DOT, ".").removesuffix(".j2")
        if name.startswith("schedules/"):
            if not name.startswith(f"{by}/"):
                continue
            target = target.removeprefix(f"{by}/")
        if path.suffix == ".j2":
            files[target] = environment.get_template(name).render(told).encode()
        else:
            files[target] = path.read_bytes()
    return files


def _told(answers: Answers) -> dict[str, Any]:
    """What templates may use."""
    exclude, every = answers.exclude, answers.schedule.every
    own = {CODES[name] for name in exclude.languages}
    return {
        "answers": answers,
        "version": __version__,
        "practice": practice,
        "any_of": queries.any_of,
        "all_of": queries.all_of,
        "filled": queries.filled,
        "outcome_terms": _once(term for one in answers.outcomes for term in one.terms),
        "types": [
            f'"{name}"[pt]' for kind in exclude.publication_types for name in practice.TYPES[kind]
        ],
        "own_tongues": [f'"{name}"[la]' for name in exclude.languages],
        "tongues": _once(f"{code}[la]" for code in CODES.values() if code not in own | _NO_TONGUE),
        "names": names,
        "codes": [f"{a}{b}" for a in "ABCDEFGHIJKL" for b in "ABCDEFGHIJKL"],
        "cron": _CRON[every],
        "on_calendar": _ON_CALENDAR[every],
    }


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _made(answers: Answers) -> dict[str, bytes]:
    """What is no template: tables by their types' own columns, the answers themselves."""
    files = {
        "answers.yaml": answers.text.encode(),
        "config/decisions.tsv": line(DECISIONS).encode(),
        "config/corrections.tsv": line(CORRECTIONS).encode(),
    }
    if answers.known:
        rows = [("pmid", "expected"), *((pmid, "include") for pmid in answers.known)]
        files["config/gold.tsv"] = "".join(map(line, rows)).encode()
    return files


def _prove(files: Mapping[str, bytes]) -> None:
    """Read what was written as the stages will: its shape, its queries, its vocabulary."""
    readers: dict[str, Callable[[Any], object]] = {
        "config": lambda config: None,
        "search": sent_queries,
        "screening": lambda config: [*asked.queries(config)],
        "evidence": lambda config: load_vocabulary(config.data),
        "appraisal": lambda config: load_checklist(config.data),
        "baseline": lambda config: load_claims(config.data),
        "mesh": lambda config: None,
    }
    for name, read in readers.items():
        file = f"config/{name}.yaml"
        try:
            read(parsed(files[file].decode(), file, name))
        except InputError as error:
            place = error.place if error.place.file else Place(file)
            raise InputError(error.message, place, error.hint) from None


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of ``folder`` when all went well, and vanishes if not.

    Raises InputError unless ``folder`` is missing or empty. A process that is killed outright
    leaves a hidden folder beside it, and never a part of ``folder``.
    """
    _check_empty(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        made.chmod(0o755)
        yield made
        made.rename(folder)  # in one step; over an empty folder too, and never over another
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _check_empty(folder: Path) -> None:
    place = Place(str(folder))
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError("is no folder", place, "name one that is not there yet")
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError("the folder is not empty", place, "name one that is not there yet")
    if folder.is_dir() and folder.samefile(Path.cwd()):
        raise InputError("the folder you are in cannot be replaced", place, "go up, and name it")


def put(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files below ``folder``."""
    for name, content in files.items():
        write_whole(folder / name, content)
