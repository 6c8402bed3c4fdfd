"""Exports as files: what is read of them, and that nothing of them is lost in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from perennial.config import Config
from perennial.errors import InputError
from perennial.imports.load import load_imports
from perennial.record import Author, Heading, Notice, Record
from ruamel.yaml import YAML

DATA = Path(__file__).parents[1] / "data/imports"


def cases(kind: str) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = YAML(typ="safe").load(
        (DATA / kind / "expected.yaml").read_text()
    )
    return content


def read(folder: Path, name: str, **row: Any) -> list[Record]:
    given = {"id": "E1", "label": "Example", "searched": "2026-10-01", "files": [name]} | row
    (imported,) = load_imports(Config(str(folder / "search.yaml"), {"imports": [given]}))
    assert imported.found.ids == tuple(record.pmid for record in imported.records)
    return list(imported.records)


def shown(value: Any) -> Any:
    if isinstance(value, tuple):
        return [shown(part) for part in value]
    if isinstance(value, Author):
        return value.collective or f"{value.family} {value.initials}"
    return value


@pytest.mark.parametrize("kind", ["good", "bad"])
def test_every_file_has_its_expectation(kind: str) -> None:
    files = {path.name for path in (DATA / kind).iterdir()} - {"expected.yaml"}
    assert files
    assert files == {case["file"] for case in cases(kind)}


@pytest.mark.parametrize("case", cases("good"), ids=lambda case: case["file"])
def test_a_file_is_read(case: dict[str, Any]) -> None:
    records = read(DATA / "good", case["file"], **case.get("import", {}))
    assert len(records) == len(case["records"])
    for record, expected in zip(records, case["records"], strict=True):
        own = "x" if record.pmid.startswith("x") else record.pmid
        found = {name: shown(getattr(record, name)) for name in expected} | {"pmid": own}
        assert found == expected


def test_what_only_pubmed_has_is_read_of_its_text() -> None:
    (record,) = read(DATA / "good", "pubmed.nbib")
    assert record.notices == (Notice("RetractionIn", "13", "Ann Ex. 2020 Jan;4(1):5."),)
    assert record.headings == (
        Heading("Secale", "", True, ("growth & development",)),
        Heading("Snow"),
    )


@pytest.mark.parametrize("case", cases("bad"), ids=lambda case: case["file"])
def test_a_broken_file_is_refused_at_its_line(case: dict[str, Any]) -> None:
    with pytest.raises(InputError) as told:
        read(DATA / "bad", case["file"])
    assert Path(told.value.place.file).name == case["file"]
    assert told.value.place.line == case["line"]
    assert case["says"] in told.value.message


@pytest.mark.parametrize("name", ["../good/embase.ris", "/etc/hostname"])
def test_a_file_outside_of_the_config_folder_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="outside"):
        read(DATA / "bad", name)


def test_a_missing_file_is_told() -> None:
    with pytest.raises(InputError, match=r"there is no file .*nowhere\.ris"):
        read(DATA / "bad", "nowhere.ris")


def test_a_column_that_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match="no column 'Titre'"):
        read(DATA / "good", "scopus.csv", columns={"title": "Titre"})


def written(tmp_path: Path, name: str, text: str) -> list[Record]:
    (tmp_path / name).write_bytes(text.encode())
    return read(tmp_path, name)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind_are_the_same(tmp_path: Path, end: str) -> None:
    text = (DATA / "good/embase.ris").read_text("utf-8")
    assert written(tmp_path, "a.ris", text.replace("\n", end)) == read(DATA / "good", "embase.ris")


def test_a_cut_anywhere_loses_nothing_in_silence(tmp_path: Path) -> None:
    """Whatever is left of a cut file, it is refused or read as its whole entries."""
    for name in ("embase.ris", "pubmed.nbib"):
        whole = (DATA / "good" / name).read_text("utf-8").rstrip()
        full = len(read(DATA / "good", name))
        refused = 0
        for length in range(1, len(whole)):
            (tmp_path / name).write_text(whole[:length], "utf-8")
            try:
                count = len(read(tmp_path, name))
            except InputError:
                refused += 1
                continue
            left = whole[length:]
            assert "TY  -" not in left[4:] or count == full - left.count("TY  -")
            assert name == "embase.ris" or "SO  -" not in left
        assert refused > len(whole) // 2


RIS = "TY  - JOUR\nTI  - {title}\nPY  - 2019\nSP  - {page}\nER  - \n"


def test_ids_do_not_depend_on_the_place_in_the_file(tmp_path: Path) -> None:
    entries = [RIS.format(title=t, page=p) for t, p in (("Frost", 1), ("Frost", 2), ("Snow", 3))]
    forth = written(tmp_path, "a.ris", "".join(entries))
    back = written(tmp_path, "b.ris", "".join(entries[::-1]))
    assert len({record.pmid for record in forth}) == 3
    assert forth == back[::-1]


def test_an_entry_that_stands_twice_is_one_record_found_twice(tmp_path: Path) -> None:
    records = written(tmp_path, "a.ris", RIS.format(title="Frost", page=1) * 2)
    assert len(records) == 2
    assert len({record.pmid for record in records}) == 1
