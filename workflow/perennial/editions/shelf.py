"""The shelf: the folder of published editions, which only grows.

An edition is one JSON file and, beside it, the page that its readers saw. The page is written
first, so that an edition whose JSON is there is whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from perennial.canonical import from_json, to_json
from perennial.editions.edition import Edition, check_number, in_order
from perennial.errors import InputError, Place
from perennial.tables import write_whole

_KEPT = "a published edition stays as it is; raise review.version in config.yaml and build again"


def load(folder: Path, until: str = "") -> tuple[Edition, ...]:
    """The editions in ``folder``, the oldest first; none if there is no such folder.

    ``until`` (YYYY-MM-DD) is the last day that counts, "" for all. Raises InputError where a file
    is no edition or goes by another number than the edition in it.
    """
    editions = (read(path) for path in sorted(folder.glob("*.json")))
    return in_order(one for one in editions if not until or one.day <= until)


def read(path: Path) -> Edition:
    """One edition; InputError as for ``load``."""
    edition = from_json(path.read_bytes(), Edition, str(path))
    check_number(edition.number, Place(str(path)))
    if path.stem != edition.number:
        raise InputError(f"this is edition {edition.number}", Place(str(path)), _KEPT)
    return edition


def built(folder: Path) -> Edition:
    """The state that was last rendered into ``folder``; InputError if there is none."""
    path = folder / "edition.json"
    if not path.is_file():
        raise InputError("no review is built here", Place(str(path)), "run snakemake first")
    return from_json(path.read_bytes(), Edition, str(path))


def publish(folder: Path, edition: Edition, page: bytes) -> bool:
    """Keep ``edition`` and its ``page``; False if that very edition was kept before.

    Raises InputError if another edition has the number, or if what was kept has been altered.
    """
    number = check_number(edition.number)
    if published := _under(number, load(folder)):
        _same(published, edition, folder)
        return False
    write_whole(folder / f"{number}.html", page)
    write_whole(folder / f"{number}.json", to_json(with_page(edition, page)))
    return True


def with_page(edition: Edition, page: bytes) -> Edition:
    """The edition, with the SHA-256 of the page that shows it."""
    return replace(edition, page=_digest(page))


def _digest(page: bytes) -> str:
    return hashlib.sha256(page).hexdigest()


def same_state(one: Edition, other: Edition) -> bool:
    """Whether they differ in nothing but the page and what was said on publishing."""
    return _bare(one) == _bare(other)


def _bare(edition: Edition) -> Edition:
    return replace(edition, page="", note="")


def _under(number: str, editions: Iterable[Edition]) -> Edition | None:
    """Two numbers that differ in case would be one file on some disks."""
    return next((e for e in editions if e.number.casefold() == number.casefold()), None)


def _same(published: Edition, edition: Edition, folder: Path) -> None:
    place = Place(str(folder / f"{published.number}.json"))
    if not same_state(published, edition):
        raise InputError(f"edition {published.number} holds another state", place, _KEPT)
    if edition.note not in ("", published.note):
        raise InputError(f"edition {published.number} has another note", place, _KEPT)
    page = folder / f"{published.number}.html"
    if not page.exists() or _digest(page.read_bytes()) != published.page:
        hint = "take it back from where the project is kept, such as git"
        raise InputError("not the page that was published", Place(str(page)), hint)
