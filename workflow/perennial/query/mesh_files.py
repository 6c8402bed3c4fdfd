"""Files that hold a MeSH hierarchy: NLM's two, and YAML, by a reviewer or of NLM's numbers."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from lxml import etree
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from perennial.errors import InputError, Place
from perennial.query.words import key
from perennial.text import clean, place_of

File: TypeAlias = gzip.GzipFile | io.BufferedReader

_NUMBER = r"[A-Z]\d{1,3}(?:\.\d{1,4})*"
_LINE = re.compile(rf"(?P<name>[^;\s][^;]*);(?P<number>{_NUMBER})\s*")
_TREE_NUMBER = re.compile(_NUMBER)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
# The name of the first element, after the declaration and a document type.
_ROOT = re.compile(rb"<(?![?!])([^\s/>]+)")
_ROOTS = ("DescriptorRecordSet",)
# What NLM's files say of their year: the DTD that they name, or else their own name.
_DATED = re.compile(rb"nlmdescriptorrecordset_(\d{4})\d{4}\.dtd")
_NAMED = re.compile(r"(?:desc|mtrees)(\d{4})\.")
_GZIP = b"\x1f\x8b"
_HEAD = 65_536  # bytes looked at to tell what a file is; NLM's root stands in the first 200
_DEEPEST = 100  # MeSH has 13 levels
LARGEST_YAML = 2_000_000  # bytes; written by hand
LARGEST_TREES = 50_000_000  # bytes; mtrees2025.bin has about 3 million


@dataclass(frozen=True, slots=True)
class Numbered:
    """What an NLM file says: tree number → heading, entry term → heading, and the headings
    that have no tree number (check tags such as those of sex)."""

    numbers: dict[str, str] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    complete: bool = True  # all of the hierarchy, not the branches that somebody took from it

    def put(self, number: str, heading: str, place: Place) -> None:
        """Add a tree number; InputError if it is none, or is another heading's."""
        if not _TREE_NUMBER.fullmatch(number):
            raise InputError(f"{number!r} is no tree number of {heading}", place)
        if self.numbers.setdefault(number, heading) != heading:
            other = self.numbers[number]
            raise InputError(f"tree number {number} is both {other} and {heading}", place)


def read(path: Path) -> Numbered | Mapping[str, list[str]]:
    """Read a hierarchy; what the file is, its content tells.

    NLM's files may be packed by gzip, as NLM gives them. A YAML file gives heading → narrower
    headings, or heading → tree numbers. InputError with file and line.
    """
    head = _head(path)
    if head.startswith(b"PK\x03\x04"):
        raise InputError("the file is packed", Place(str(path)), "unpack it first")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _descriptors(path, head)
    first = next((line for line in head.splitlines() if line.strip()), b"")
    if _LINE.fullmatch(first.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")):
        return _trees(path)
    return _yaml(path)


def year(path: Path) -> str:
    """The year of NLM's file: of the DTD that it names, or of its own name; "" if of neither."""
    dated = _DATED.search(_head(path))
    named = _NAMED.search(path.name)
    return dated[1].decode() if dated else named[1] if named else ""


def _head(path: Path) -> bytes:
    try:
        with _opened(path) as file:
            return file.read(_HEAD)
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from None


def _opened(path: Path) -> File:
    """The file's content, unpacked on the way if it is packed by gzip."""
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
    return gzip.open(path) if packed else path.open("rb")


def _unreadable(path: Path, error: Exception) -> InputError:
    if isinstance(error, OSError) and error.strerror:
        return InputError(f"cannot be read: {error.strerror}", Place(str(path)))
    return InputError("the packed file is cut off or broken", Place(str(path)), "fetch it again")


def _descriptors(path: Path, head: bytes) -> Numbered:
    """NLM's ``desc20xx.xml``; one descriptor is in memory at a time."""
    root = _ROOT.search(_COMMENT.sub(b"", head))
    if root is None or root[1].decode("utf-8", "replace") not in _ROOTS:
        found = root[1].decode("utf-8", "replace") if root else "nothing"
        hint = "NLM's desc20xx.xml has DescriptorRecordSet"
        raise InputError(f"the root element is {found}", Place(str(path)), hint)
    numbered = Numbered()
    for record in _records(path):
        _add(record, numbered, place_of(record, str(path)))
    if not numbered.numbers:
        raise InputError("the file holds no tree number", Place(str(path)))
    return numbered


def _records(path: Path) -> Iterator[etree._Element]:
    with _opened(path) as file:
        yield from _records_in(file, path)


def _records_in(file: File, path: Path) -> Iterator[etree._Element]:
    reading = etree.iterparse(
        file,
        tag="DescriptorRecord",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, record in reading:
            yield record
            record.clear()
            while record.getprevious() is not None:  # or the root would keep every one
                del record.getparent()[0]
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from None
    except etree.XMLSyntaxError as error:
        line, column = error.position
        place = Place(str(path), line, column)
        said = (error.msg or "").partition(", line ")[0]
        raise InputError(f"this is not whole XML: {said}", place) from None


def _add(record: etree._Element, numbered: Numbered, place: Place) -> None:
    heading = _text(record.find("DescriptorName/String"), place)
    numbers = [_text(number, place) for number in record.iterfind("TreeNumberList/TreeNumber")]
    for number in numbers:
        numbered.put(number, heading, place)
    if not numbers:
        numbered.others.append(heading)
    for term in record.iterfind("ConceptList/Concept/TermList/Term/String"):
        if key(entry := _text(term, place)) != key(heading):
            numbered.entries.setdefault(entry, heading)


def _text(element: etree._Element | None, place: Place) -> str:
    """What an element says; an entity in it is not resolved, so it would be a gap."""
    text = clean(element.text or "") if element is not None and not len(element) else ""
    if not text:
        what = "DescriptorName" if element is None else str(element.tag)
        raise InputError(f"a descriptor has no readable {what}", place)
    return text


def _trees(path: Path) -> Numbered:
    """NLM's ``mtrees20xx.bin``: a line is ``Heading;tree number``."""
    numbered = Numbered()
    for at, line in enumerate(_text_of(path, LARGEST_TREES).splitlines(), start=1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            hint = "a line is Heading;tree number"
            raise InputError(f"cannot read {line[:80]!r}", Place(str(path), at), hint)
        numbered.put(match["number"], clean(match["name"]), Place(str(path), at))
    return numbered


def _text_of(path: Path, largest: int) -> str:
    try:
        with _opened(path) as file:
            content = file.read(largest + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from None
    if len(content) > largest:
        raise InputError(f"larger than {largest:,} bytes", Place(str(path)))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError("not UTF-8 text", Place(str(path), line), "save it as UTF-8") from None


def _yaml(path: Path) -> Numbered | dict[str, list[str]]:
    """A YAML mapping: heading → list of headings or mapping of the same kind, or → numbers."""
    text = _text_of(path, LARGEST_YAML)
    tree: dict[str, list[str]] = {}
    try:
        _refuse_traps(text, path)
        loaded = YAML(typ="rt").load(text)
        _flatten(loaded, tree, Place(str(path), 1))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path))
        raise InputError("this is not YAML", place, str(error.problem or "")) from error
    except YAMLError as error:
        raise InputError("this is not YAML", Place(str(path)), str(error)) from error
    if any(_TREE_NUMBER.fullmatch(below) for row in tree.values() for below in row):
        return _numbers(tree, loaded, path)
    return tree


def _numbers(tree: Mapping[str, list[str]], loaded: Any, path: Path) -> Numbered:
    """Heading → the tree numbers at which it stands, [] if it has none."""
    numbered = Numbered(complete=False)
    for heading, places in tree.items():
        line = loaded.lc.key(heading)[0] + 1 if heading in loaded else 0
        for number in places:
            numbered.put(number, heading, Place(str(path), line))
        if not places:
            numbered.others.append(heading)
    return numbered


def _refuse_traps(text: str, path: Path) -> None:
    """Aliases of aliases can make a small file as large as they like; depth can exhaust us."""
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        mark = event.start_mark
        place = Place(str(path), mark.line + 1, mark.column + 1)
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > _DEEPEST:
            raise InputError("nested too deep", place, "say each heading's narrower ones once")
        if isinstance(event, AliasEvent):
            hint = "name the heading; what is below it need be said only once"
            raise InputError(f"YAML alias *{event.anchor} is not allowed", place, hint)


def _flatten(loaded: Any, tree: dict[str, list[str]], place: Place) -> list[str]:
    """Add ``loaded`` to ``tree`` and return the headings it names at its own level."""
    match loaded:
        case None:
            return []
        case str():
            return [loaded]
        case CommentedMap():
            for heading, below in loaded.items():
                here = Place(place.file, loaded.lc.key(heading)[0] + 1)
                if not isinstance(heading, str):
                    _refuse(heading, here)
                tree.setdefault(heading, []).extend(_flatten(below, tree, here))
            return list(loaded)
        case CommentedSeq():
            lines = [loaded.lc.item(i)[0] + 1 for i in range(len(loaded))]
            each = zip(loaded, lines, strict=True)
            return [n for item, line in each for n in _flatten(item, tree, Place(place.file, line))]
    return _refuse(loaded, place)


def _refuse(value: Any, place: Place) -> NoReturn:
    raise InputError(
        f"a heading is a name, not {value!r}", place, "write “Heading: [Narrower, Narrower]”"
    )
