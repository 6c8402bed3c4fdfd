"""A file of config/ saved from a page, if it is still what the page was shown."""

from __future__ import annotations

from pathlib import Path

from perennial.errors import InputError, Place
from perennial.growing import PATIENCE
from perennial.lock import locked
from perennial.swap import digest_of, held, settle, swap


class Changed(InputError):
    """The file is not what it was; ``present`` is what it holds now. Nothing was written."""

    def __init__(self, path: Path, present: bytes) -> None:
        hint = "compare the two, then save again"
        super().__init__("was changed by somebody else meanwhile", Place(str(path)), hint)
        self.present = present


def replace_if(path: Path, digest: str, text: bytes) -> str:
    """Write ``text`` to ``path`` if what it holds has SHA-256 ``digest`` (hex); the new digest.

    The file appears whole and is on disk when this returns; it keeps its mode, and a symbolic link
    stays one. Raises Changed and writes nothing if the file holds something else (a missing one
    holds nothing); InputError if it cannot be written. Writers of Perennial take turns. An
    editor's save at the same moment is never lost: ``perennial.swap`` says how.
    """
    target = path.resolve()
    try:
        with locked(target.with_name(f".{target.name}.lock"), PATIENCE):
            if not swap(target, digest, text):
                settle(target)
                raise Changed(path, held(target))
    except OSError as error:
        wrong = f"cannot be written: {error.strerror}; what was changed is not kept"
        raise InputError(wrong, Place(str(path))) from None
    return digest_of(text)
