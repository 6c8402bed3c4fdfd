"""What the header names as the cause, where it is no criterion."""

from __future__ import annotations

from pathlib import Path

import pytest
from perennial.preview import remembered
from small_project import Small, small

GOLD = "pmid\texpected\n11\tinclude\n14\tinclude\n"


@pytest.fixture
def project(tmp_path: Path) -> Small:
    return small(tmp_path / "project")


def _head(project: Small, *options: str) -> str:
    done = project.run("preview", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[0].partition(": ")[2]


def test_nothing(project: Small) -> None:
    assert _head(project) == "nothing differs that screening reads."


def test_layout_is_nothing(project: Small) -> None:
    project.edit("criteria:\n", "\n# why\ncriteria:\n")
    assert _head(project) == "nothing differs that screening reads."


def test_decisions(project: Small) -> None:
    project.decide("11|include||Ada||")
    project.git("commit", "--quiet", "--all", "--message", "one")
    project.decide("11|include||Ada||", "12|include||Ada||", "12|exclude|X1|Bo||")
    assert _head(project) == "2 decisions added."
    project.decide("12|include||Ada||")
    assert _head(project) == "1 decision added, 1 decision taken out."
    assert (
        "1 decision added, 1 decision taken out"
        in project.run("preview", "--format", "markdown").stdout
    )


def test_how_people_screen(project: Small) -> None:
    project.edit("criteria:\n", "conduct: {reviewers_per_record: 2, blinded: true}\ncriteria:\n")
    assert _head(project) == "reviewers_per_record 1 → 2, blinded false → true."


def test_the_hierarchy_and_the_spellings(project: Small) -> None:
    (project.folder / "config/mesh.yaml").write_text("Plants: [Mosses]\n")
    assert _head(project) == "mesh.yaml is another."
    (project.folder / "config/pairs.tsv").write_text("british\tamerican\nmould\tmold\n")
    project.edit("blocks:\n", "spelling: pairs.tsv\nblocks:\n")
    assert _head(project) == "mesh.yaml is another, pairs.tsv is another."


def test_the_gold_set(project: Small) -> None:
    gold = project.folder / "gold.tsv"
    gold.write_text(GOLD)
    assert _head(project, "--gold", "gold.tsv") == "nothing differs that screening reads."
    project.git("add", "gold.tsv")
    project.git("commit", "--quiet", "--message", "gold")
    gold.write_text(GOLD.replace("14\tinclude", "14\texclude") + "12\tinclude\n13\texclude\n")
    assert _head(project, "--gold", "gold.tsv") == "gold set: 2 added, 1 expected otherwise."


def test_criteria_stand_first(project: Small) -> None:
    project.edit("weed[tiab]", "fern[tiab]")
    project.decide("11|include||Ada||")
    assert _head(project) == "X1 asks otherwise, 1 decision added."


def test_what_other_code_made_is_not_remembered(
    project: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"

    def kept() -> int:
        done = project.run("preview", XDG_CACHE_HOME=str(cache))
        assert done.returncode == 0, done.stderr
        return len(list(cache.rglob("*.parquet")))

    assert [kept(), kept()] == [1, 1]
    monkeypatch.setattr(remembered, "digest", lambda command: f"other code of {command}")
    assert kept() == 2
