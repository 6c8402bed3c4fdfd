"""Any extractor may be chosen by name; what it says must pass the same gate."""

from __future__ import annotations

import json
import logging
from importlib.metadata import EntryPoint
from pathlib import Path

import lying_extractor
import pytest
from click.testing import CliRunner
from extraction_cases import EVIDENCE, abstracts, passage, passages, statements
from perennial.commands.extract import command
from perennial.config import load
from perennial.errors import InputError
from perennial.extract import draw, extract, extractor, gate
from perennial.extract.extractors import GROUP
from perennial.passage import Passage, Statement
from perennial.record import Record
from perennial.screened import Screened
from perennial.tables import read_parquet, write_parquet
from subject import vocabulary

TEXT = "TGF-β2 induces dormancy of disseminated tumour cells."
KEY = next(iter(abstracts()))  # a text of which something is drawn
BLANK = Statement(**dict.fromkeys(Statement.__dataclass_fields__, "") | {"start": 0, "end": 0})


def _offered(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    points = [EntryPoint(name.replace("_", "-"), value, GROUP) for name, value in values.items()]
    found = {GROUP: tuple(points)}
    monkeypatch.setattr(
        "perennial.extract.extractors.entry_points", lambda *, group: found.get(group, ())
    )


def _one() -> tuple[Passage, Statement]:
    source = passage("abstract", f"Before. {TEXT} After.")
    (good,) = extract([source], vocabulary(), title="A study", publication_types=())
    return source, good


def test_patterns_are_built_in() -> None:
    assert extractor("patterns") is draw
    assert load(EVIDENCE, "evidence").data["extractor"] == "patterns"


def test_another_package_may_offer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _offered(monkeypatch, tells_nothing="lying_extractor:silent")
    assert extractor("tells-nothing") is lying_extractor.silent
    assert extractor("patterns") is draw


@pytest.mark.parametrize(
    ("name", "offered", "complaint"),
    [
        ("by-model", {}, "there is none called 'by-model'"),
        ("by-model", {"other": "lying_extractor:silent"}, "there is none called 'by-model'"),
        ("patterns", {"patterns": "lying_extractor:silent"}, "claimed more than once"),
        ("gone", {"gone": "no_such_module:draw"}, "cannot be loaded from no_such_module:draw"),
        ("gone", {"gone": "lying_extractor:absent"}, "cannot be loaded"),
    ],
)
def test_a_name_that_gives_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, offered: dict[str, str], complaint: str
) -> None:
    _offered(monkeypatch, **offered)
    with pytest.raises(InputError, match=complaint):
        extractor(name)


def test_the_names_known_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _offered(monkeypatch, silent="lying_extractor:silent")
    with pytest.raises(InputError) as caught:
        extractor("paterns")
    assert "patterns, silent" in caught.value.hint


@pytest.mark.parametrize("reason", lying_extractor.lies(BLANK))
def test_the_gate_throws_out(reason: str) -> None:
    source, good = _one()
    for lie in lying_extractor.lies(good)[reason]:
        kept, thrown = gate([good, lie], [source], vocabulary())
        assert kept == [good]
        assert [(each.statement, each.reason) for each in thrown] == [(lie, reason)]


def _tables(folder: Path, name: str) -> list[str]:
    """A review of one abstract, whose vocabulary names the extractor ``name``."""
    text = EVIDENCE.read_text("utf-8")
    chosen = text.replace("\nextractor: patterns\n", f"\nextractor: {name}\n")
    assert (chosen == text) == (name == "patterns")
    (folder / "evidence.yaml").write_text(chosen, "utf-8")
    held, pmid = passages(KEY), passages(KEY)[0].pmid
    record = Record(pmid, title=abstracts()[KEY]["title"], publication_types=("Journal Article",))
    write_parquet(folder / "records.parquet", [record], Record)
    write_parquet(folder / "passages.parquet", held, Passage)
    row = Screened(pmid, "include", "", "", "rule", (), ())
    write_parquet(folder / "assessed.parquet", [row], Screened)
    paths = {key: str(folder / f"{key}.parquet") for key in ("records", "passages", "assessed")}
    return [
        *(paths["records"], paths["passages"], "--assessed", paths["assessed"]),
        *("--vocabulary", str(folder / "evidence.yaml")),
        *("--account", str(folder / "extraction.json"), "-o", str(folder / "drawn.parquet")),
    ]


def test_lies_are_thrown_out_logged_and_accounted_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _offered(monkeypatch, lying="lying_extractor:lying")
    # All but the name of the extractor is as it stands, and need not be compiled again.
    monkeypatch.setattr("perennial.commands.extract.load_vocabulary", lambda _: vocabulary())
    with caplog.at_level(logging.WARNING):
        done = CliRunner().invoke(command, _tables(tmp_path, "lying"), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert read_parquet(tmp_path / "drawn.parquet", Statement) == list(statements(KEY))
    told = json.loads((tmp_path / "extraction.json").read_text("utf-8"))
    lies = lying_extractor.lies(statements(KEY)[0])
    assert told["extractor"] == "lying"
    assert told["statements"] == len(statements(KEY))
    assert told["thrown"] == {reason: len(each) for reason, each in lies.items()}
    for reason in lies:
        assert f"thrown out, {reason}" in caplog.text


def test_the_patterns_tell_no_lies(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, _tables(tmp_path, "patterns"), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert read_parquet(tmp_path / "drawn.parquet", Statement) == list(statements(KEY))
    told = json.loads((tmp_path / "extraction.json").read_text("utf-8"))
    assert (told["studies"], told["thrown"]) == (1, {})
