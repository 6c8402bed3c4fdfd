"""The questions, asked on a terminal; what is answered becomes the text of answers.yaml."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import click
from ruamel.yaml import YAML

from perennial.errors import InputError
from perennial.init.answers import ACTING, KINDS, TYPES
from perennial.init.queries import check_heading, check_term

_HEADING = re.compile(r"(?P<name>.+?)\s*\[mh\]", re.IGNORECASE)
_KIND = {
    "intervention": "what an intervention does",
    "exposure": "what goes with an exposure",
    "test": "how well a test tells",
    "prevalence": "how common a condition is",
}
_ROLES = {
    "population": "Who is studied",
    "intervention": "What is done",
    "exposure": "What they are exposed to",
    "index_test": "Which test",
    "condition": "Which condition",
    "outcome": "Which outcomes",
}


def ask(name: str) -> str:
    """Ask for a review's answers, about ten questions; ``name`` is the default maintainer.

    Returns YAML as answers.schema.json wants it. What cannot be used is asked for again.
    """
    given: dict[str, Any] = {"title": _line("Title of the review")}
    given["question"] = _line("Its question, in one sentence")
    given["maintainers"] = [_line("Your name", name)]
    for kind, meaning in _KIND.items():
        click.echo(f"  {kind}: {meaning} ({KINDS[kind][0]})")
    given["kind"] = click.prompt("Kind of question", type=click.Choice([*_KIND]))
    click.echo("Words and phrases, ; between them; a * for any ending; a MeSH heading as Name[mh].")
    given["concepts"] = list(_concepts(given["kind"]))
    given["exclude"] = _exclude()
    given["known"] = _asked("PMIDs of studies that it must find (; between them)", _pmids, "")
    return _written(given)


def _concepts(kind: str) -> Iterator[dict[str, Any]]:
    for role in (role for role in KINDS[kind][1] if role in _ROLES):
        optional = role == "population" and any(r in KINDS[kind][1] for r in ACTING)
        default = "" if optional else None
        prompt = _ROLES[role] + (" (empty: anybody)" if optional else "")
        if words := _asked(prompt, _words, default):
            first = [*words.get("terms", ()), *words.get("headings", ())][0]
            label = first.rstrip("*")
            yield {"id": role, "role": role, "label": label[:1].upper() + label[1:], **words}


def _exclude() -> dict[str, Any]:
    types = click.confirm(
        "Leave out reviews, editorials, letters, comments, news, guidelines?", True
    )
    only = click.prompt(
        "Studies on", type=click.Choice(["humans", "animals", "both"]), default="both"
    )
    before = _asked("Published from which year on (empty: any)", _year, "")
    chosen = {"publication_types": [*TYPES] if types else ["notices"], "only": only}
    return {**chosen, **({"before": before} if before else {})}


def _line(prompt: str, default: str = "") -> str:
    said: str = _asked(prompt, str.strip, default or None)
    return said


def _asked(prompt: str, read: Callable[[str], Any], default: str | None) -> Any:
    """What ``read`` makes of an answer; asked again as long as that raises InputError."""

    def value(text: str) -> Any:
        try:
            return read(text)
        except InputError as error:
            hint = f" ({error.hint})" if error.hint else ""
            raise click.BadParameter(f"{error.message}{hint}") from None

    return click.prompt(prompt, default=default, value_proc=value, show_default=bool(default))


def _words(text: str) -> dict[str, list[str]]:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    headings = [found["name"] for part in parts if (found := _HEADING.fullmatch(part))]
    terms = [part for part in parts if not _HEADING.fullmatch(part)]
    for term in terms:
        check_term(term)
    for heading in headings:
        check_heading(heading)
    return {key: words for key, words in (("terms", terms), ("headings", headings)) if words}


def _year(text: str) -> int:
    if text and not re.fullmatch(r"(1[89]|20)\d\d", text):
        raise InputError(f"{text!r} is not a year", hint="such as 2015")
    return int(text or 0)


def _pmids(text: str) -> list[str]:
    pmids = re.findall(r"[^\s;,]+", text)
    if wrong := [pmid for pmid in pmids if not re.fullmatch(r"[1-9]\d{0,7}", pmid)]:
        raise InputError(f"{wrong[0]!r} is not a PMID", hint="a number such as 23728425")
    return list(dict.fromkeys(pmids))


def _written(given: dict[str, Any]) -> str:
    text = io.StringIO()
    yaml = YAML()
    yaml.width = 90
    yaml.dump(given, text)
    return text.getvalue()
