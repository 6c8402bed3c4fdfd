"""What config.yaml says of the baseline is checked at the door; so are headings to be exploded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from baseline_files import ROOT, article, name_of, publish
from click.testing import CliRunner
from perennial.baseline.settings import groups, listing, question, settings
from perennial.cli import cli
from perennial.commands import _renewed, doctor
from perennial.commands.mirror import mirrored
from perennial.config import Config, load
from perennial.entrez import source
from perennial.errors import InputError

SAID = "  #   baseline:\n  #     files: /data/pubmed\n  #     group: 8\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's config with the baseline as its source, and three files to read."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    for number in (1, 2, 3):
        publish(tmp_path / "pubmed", number, [article(number, f"Title {number}")])
    _edit(tmp_path, "server: example", "server: baseline")
    _edit(tmp_path, SAID, "  baseline:\n    files: pubmed\n    group: 2\n")
    return tmp_path


def _edit(folder: Path, old: str, new: str, file: str = "config") -> None:
    path = folder / f"config/{file}.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def _config(folder: Path) -> Config:
    return load(folder / "config/config.yaml", "config")


def test_the_doctor_foresees_no_request(folder: Path) -> None:
    ((well, said),) = doctor.asking(folder / "config", folder / "archive")
    assert well and said.startswith("not asked: its files are gone through")


def _check(*options: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["check", *options])
    return done.exit_code, f"{done.output}{done.exception or ''}"


def test_groups_stay_as_files_are_added(folder: Path) -> None:
    before = groups(mirrored(_config(folder), Path("archive")).files, 2)
    publish(folder / "pubmed", 4, [article(4, "Title 4")])
    after = groups(mirrored(_config(folder), Path("archive")).files, 2)
    assert {name: [one.number for one in group] for name, group in after.items()} == {
        "0000": [1, 2],
        "0001": [3, 4],
    }
    assert before["0000"] == after["0000"]


def test_another_listing_when_a_file_is_added(folder: Path) -> None:
    before = listing("pubmed")
    assert listing(folder / "pubmed") == before
    publish(folder / "pubmed/updatefiles", 4, [article(4, "Title 4")])
    assert listing("pubmed") != before


@pytest.mark.parametrize(
    ("old", "new", "is_other"),
    [
        ("label: Trials", "label: All trials", False),
        ("# The search:", "# Our search:", False),
        ("senolytic*[tiab]", "senolytics[tiab]", True),
        ("dormanc*[tiab]", "dormancy[tiab]", True),
        ("2016/01/01:3000[dp]", "2017/01/01:3000[dp]", True),
        ("PMID 40614736", "PMID 40614737", True),
        ("- id: S7", "- id: S70", True),
    ],
)
def test_what_is_another_question(folder: Path, old: str, new: str, is_other: bool) -> None:
    before = question(load("config/search.yaml", "search"), Path("config/mesh.yaml"))
    _edit(folder, old, new, "search")
    after = question(load("config/search.yaml", "search"), Path("config/mesh.yaml"))
    assert (before != after) == is_other


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  baseline:\n    files: pubmed\n    group: 2\n", "", "does not say where the files are"),
        ("files: pubmed", "files: nowhere", "there is no folder nowhere"),
        ("    files: pubmed\n", "", "files"),
        ("files: pubmed", "files: https://example.org/pubmed", "URL that ends in /"),
        ("files: pubmed", "files: http://example.org/pubmed/", "must be asked over https"),
        ("group: 2", "group: 0", "group"),
    ],
)
def test_what_is_wrong_is_told(folder: Path, old: str, new: str, said: str) -> None:
    _edit(folder, old, new)
    status, told = _check()
    assert status != 0
    assert said in told
    assert "config.yaml:" in told


def test_a_heading_whose_narrower_ones_are_not_known_is_an_error(folder: Path) -> None:
    status, told = _check()
    assert status != 0
    assert "config/search.yaml:24:8: narrower headings of Resting Phase, Cell Cycle" in told
    assert "perennial mesh --from" in told
    _edit(folder, "server: baseline", "server: example")
    assert _check()[0] == 0  # a server explodes by its own hierarchy


def test_a_term_without_a_tag_is_a_warning(folder: Path) -> None:
    (folder / "config/search.yaml").write_text(
        "strategies:\n  - {id: S1, label: One, query: 'dormancy[ti] OR sleeping'}\n"
    )
    status, told = _check()
    assert (status, "'sleeping' has no field tag" in told) == (0, True), told
    _edit(folder, "server: baseline", "server: example")
    assert "sleeping" not in _check()[1]


def test_no_server_is_asked(folder: Path) -> None:
    with pytest.raises(InputError, match="answer no queries"), source(_config(folder)):
        pass
    _edit(folder, "server: baseline", "server: example")
    assert settings(_config(folder)) is None
    with pytest.raises(InputError, match="the source is not the baseline"):
        mirrored(_config(folder), Path("archive"))


def test_a_refresh_builds_what_is_new_and_tells_whether_it_matters(folder: Path) -> None:
    """News is what changes the archive's index; what was not built stays owed."""
    index = folder / "archive/index"
    said: list[str] = []
    built: list[tuple[str, ...]] = []

    def refreshed(holds: str, fails: bool = False) -> bool:
        def build(*targets: str) -> None:
            built.append(targets)
            if fails and not targets:
                raise KeyboardInterrupt
            index.mkdir(parents=True, exist_ok=True)
            (index / "search.json").write_text(holds)

        return _renewed.renewed(_config(folder), Path("archive"), said.append, build)

    only_index, review = ("archive/index/records.json",), ()
    assert refreshed("one")
    assert built == [only_index, review]
    assert "3 new files" in said[-1]
    assert not refreshed("never built")
    assert "Nothing new." in said[-1]
    publish(folder / "pubmed", 4, [article(4, "Title 4")])
    assert not refreshed("one")
    assert built == [only_index, review, only_index]  # a file that holds nothing for this review
    assert f"* {name_of(4)}" in said[-1]
    publish(folder / "pubmed", 5, [article(5, "Title 5")])
    with pytest.raises(KeyboardInterrupt):
        refreshed("two", fails=True)
    assert refreshed("two")  # owed
    assert built[-1] == review
    assert not (index / "pending").exists()
