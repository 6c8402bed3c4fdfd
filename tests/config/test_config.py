"""Every file in ``invalid/`` is refused with the message, line and hint that its head says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from perennial.config import at_the_door, load
from perennial.errors import InputError
from perennial.query import parse
from perennial.screen import load_criteria
from perennial.strategy import sent_queries

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CASES = sorted((HERE / "invalid").glob("*.yaml"))


def _read(path: Path) -> None:
    config = load(path, path.name.split(".")[0])
    if path.name.startswith("search"):
        sent_queries(config)
    if path.name.startswith("screening"):
        load_criteria(config)


def test_there_are_cases() -> None:
    assert len(CASES) >= 15


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_invalid_config_is_refused_at_its_place(path: Path) -> None:
    text = path.read_text("utf-8")
    expected = re.search(r"^# expect: (.*)$", text, re.M)[1]
    hint = re.search(r"^# hint: ?(.*)$", text, re.M)[1]
    with pytest.raises(InputError) as refusal:
        _read(path)
    said, _, advice = str(refusal.value).partition("\n  hint: ")
    assert said == f"{path}{expected}"
    assert advice == hint


def test_the_default_config_is_well() -> None:
    configs = at_the_door(ROOT / "config", "search")
    assert set(configs) == {path.stem for path in (ROOT / "config").glob("*.yaml")}
    assert configs["search"].file == str(ROOT / "config/search.yaml")


def test_a_file_that_is_needed_and_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"search\.yaml: cannot be read"):
        at_the_door(tmp_path, "search")


def test_an_unknown_file_in_the_config_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "serach.yaml").write_text("strategies: []\n", "utf-8")
    with pytest.raises(InputError, match="not a config file that Perennial knows"):
        at_the_door(tmp_path)


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "search.yaml"
    file.write_bytes(b"strategies:\n  - \xff\n")
    with pytest.raises(InputError, match=r"search\.yaml:2: not UTF-8"):
        load(file, "search")


def test_a_date_may_stand_with_or_without_quotes(tmp_path: Path) -> None:
    text = (ROOT / "config/config.yaml").read_text("utf-8")
    file = tmp_path / "config.yaml"
    file.write_text(text.replace("as_of:\n", "as_of: 2026-06-01\n"), "utf-8")
    assert load(file, "config")["as_of"] == "2026-06-01"


def test_a_huge_value_is_not_quoted_whole(tmp_path: Path) -> None:
    file = tmp_path / "search.yaml"
    file.write_text(f"strategies:\n  - {{id: S1, label: x, query: [{'x' * 5000}]}}\n", "utf-8")
    with pytest.raises(InputError, match="is not of type 'string'") as refusal:
        load(file, "search")
    assert len(refusal.value.message) < 300


def test_a_number_sign_within_quotation_marks_is_text() -> None:
    assert parse('"# my note"[ti] OR C#[ti]').warnings == ()
