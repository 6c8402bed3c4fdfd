"""The engine knows nothing of its first subject: none of its words stands in workflow/."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from perennial.config import load
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
LISTED = YAML(typ="safe").load((ROOT / "tests/data/domain_words.yaml").read_text("utf-8"))
VOCABULARY = load(ROOT / "config/evidence.yaml", "evidence")
STEMS, ALLOWED = tuple(LISTED["stems"]), LISTED["allowed"]
CODES = sorted(set(VOCABULARY["directions"]) - ALLOWED.keys())
SHORTEST = 4  # signs of an id that is told from a common abbreviation
BINARY = {".woff2", ".png", ".ico"}


def _words(text: str) -> str:
    """Words in lower case, a blank before and after each."""
    return " ".join(["", *re.findall(r"[^\W_]+", text.lower()), ""])


IDS = [
    name
    for ids in (VOCABULARY["factors"], VOCABULARY["contexts"]["conditions"])
    for id_ in ids
    for name in id_.split("+")
    if len(name) >= SHORTEST and name not in ALLOWED
]


def _engine() -> Iterator[Path]:
    yield ROOT / "Snakefile"
    for path in sorted((ROOT / "workflow").rglob("*")):
        apart = {"vendor", "__pycache__"} & set(path.parts)
        if path.is_file() and not apart and path.suffix not in BINARY:
            yield path


def _told(path: Path) -> list[str]:
    """The words of the subject in a file."""
    text = path.read_text("utf-8")
    words = _words(text)
    found = [stem for stem in STEMS if stem in words]
    found += [id_ for id_ in IDS if _words(id_) in words]
    return found + [code for code in CODES if re.search(rf"\b{code}\b", text)]


def test_no_word_of_the_subject_stands_in_the_engine() -> None:
    files = list(_engine())
    assert {p.parent.name for p in files} >= {
        "perennial",
        "rules",
        "schemas",
        "templates",
        "report",
    }
    assert {str(p.relative_to(ROOT)): told for p in files if (told := _told(p))} == {}


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("def f(tumour_size): ...", ["tumour"]),
        ("{# Micrometastases #}", ["metasta"]),
        ('{"enum": ["IND"]}', ["IND"]),
        ("# given Doxorubicin, say", ["doxorubicin"]),
        ("# held by NK\n# cells", ["NK cells"]),
        ("MAPK14", ["MAPK14"]),
        ("the exit status of a performance is no index", []),
    ],
)
def test_a_planted_word_is_found(tmp_path: Path, planted: str, told: list[str]) -> None:
    file = tmp_path / "planted.py"
    file.write_text(planted)
    assert _told(file) == told


def test_each_word_that_is_allowed_is_needed() -> None:
    texts = [path.read_text("utf-8") for path in _engine()]
    assert all(reason for reason in ALLOWED.values())
    assert [w for w in ALLOWED if not any(re.search(rf"\b{w}\b", t) for t in texts)] == []
