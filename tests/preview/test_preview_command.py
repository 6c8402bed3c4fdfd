"""``perennial preview`` in a real repository, and what it says when it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from perennial.decisions.decision import Decision
from perennial.decisions.judged import hashes
from perennial.decisions.table import append
from perennial.preview.protocol import load_protocol
from perennial.record import Record
from small_project import RECORDS, Small, small

GOLD = "pmid\texpected\n11\tinclude\n14\tinclude\n13\texclude\n"


@pytest.fixture
def project(tmp_path: Path) -> Small:
    return small(tmp_path / "project")


def _json(project: Small, *options: str) -> dict:
    done = project.run("preview", "--format", "json", *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_unedited_config_changes_nothing(project: Small) -> None:
    told = _json(project)
    assert (told["flips"], told["changes"], told["records"]) == ([], [], 4)


def test_a_flip_with_its_words(project: Small) -> None:
    project.edit('"weed[tiab]"', '"weed[tiab] OR fern[tiab]"')
    (flip,) = _json(project)["flips"]
    assert flip["pmid"] == "14"
    assert flip["before"] == {"outcome": "include", "criterion": ""}
    assert flip["after"] == {"outcome": "exclude", "criterion": "X1"}
    assert flip["words_after"] == [{"criterion": "X1", "words": ["fern"]}]
    text = project.run("preview").stdout
    assert "include → exclude X1" in text and "X1 fern" in text


def test_an_older_revision_and_a_file_in_place_of_one(project: Small, tmp_path: Path) -> None:
    former = tmp_path / "former.yaml"
    former.write_text((project.folder / "config/screening.yaml").read_text("utf-8"), "utf-8")
    project.edit('"weed[tiab]"', '"fern[tiab]"')
    project.git("commit", "--quiet", "--all", "--message", "ferns")
    assert _json(project)["flips"] == []
    assert {flip["pmid"] for flip in _json(project, "--against", "HEAD~1")["flips"]} == {"12", "14"}
    by_file = _json(project, "--against-file", str(former))
    assert {flip["pmid"] for flip in by_file["flips"]} == {"12", "14"}


def test_a_decision_contradicted_and_one_made_stale(project: Small) -> None:
    project.decide("14|include||Ada||", "12|exclude|X1|Bo||")
    project.git("commit", "--quiet", "--all", "--message", "decided")
    project.edit('"weed[tiab]"', '"weed[tiab] OR fern[tiab]"')
    told = _json(project)
    assert told["flips"] == []
    assert [(c["pmid"], c["reviewer"]) for c in told["clashes"]] == [("14", "Ada")]
    assert [stale["pmid"] for stale in told["stale"]] == ["12"]
    assert project.run("preview", "--check").returncode == 3


def test_of_two_reviewers_each_is_told_with_what_they_said(project: Small) -> None:
    project.edit("blocks:", "conduct: {reviewers_per_record: 2}\nblocks:")
    x1 = hashes(load_protocol(project.folder / "config/screening.yaml", None).criteria)["X1"]
    table = project.folder / "config/decisions.tsv"
    table.unlink()
    for pmid, outcome, who in (
        ("11", "include", "Ada"),
        ("12", "exclude", "Ada"),
        ("12", "human", "Bo"),
    ):
        reason = "X1" if outcome == "exclude" else ""
        made = (outcome, reason, who, "", "2020-01-01", f"X1:{x1}", "", "")
        append(table, Decision(pmid, "title/abstract", *made))
    project.git("commit", "--quiet", "--all", "--message", "decided")
    project.edit('"weed[tiab]"', '"weed[tiab] OR fern[tiab]"')
    stale = {one["pmid"]: one["answers"] for one in _json(project)["stale"]}
    assert stale == {"11": {"Ada": "include"}, "12": {"Ada": "exclude X1", "Bo": "unsure"}}
    printed = project.run("preview").stdout
    assert "    Ada: include\n" in printed
    assert "    Ada: exclude X1; Bo: unsure\n" in printed


def test_the_gold_set_and_its_losses(project: Small, tmp_path: Path) -> None:
    gold = tmp_path / "gold.tsv"
    gold.write_text(GOLD, "utf-8")
    assert project.run("preview", "--check", "--gold", str(gold)).returncode == 0
    _waiting(project, gold)
    project.edit('"weed[tiab]"', '"weed[tiab] OR fern[tiab]"')
    measured = _json(project, "--gold", str(gold))["gold"]
    recalls = [(measured[side]["recall"]["hits"], measured[side]["recall"]["of"])
               for side in ("before", "after")]  # fmt: skip
    assert (recalls, measured["lost"]) == ([(2, 2), (1, 2)], ["14"])
    # Wilson's interval for 1 of 2, from his formula with z = 1.959964.
    assert measured["after"]["recall"]["low"] == pytest.approx(0.0945, abs=1e-4)
    assert measured["after"]["recall"]["high"] == pytest.approx(0.9055, abs=1e-4)
    assert project.run("preview", "--check", "--gold", str(gold)).returncode == 3


def _waiting(project: Small, gold: Path) -> None:
    project.edit('"#seed"', '"fern[tiab]"')
    line = next(text for text in project.run("preview", "--gold", str(gold)).stdout.splitlines()
                if text.startswith("Gold set"))  # fmt: skip
    assert line.startswith(f"Gold set {gold}, rules alone")
    assert ", of these 0 → 1 wait for a person;" in line
    told = project.run("preview", "--gold", str(gold), "--format", "markdown").stdout
    assert f"Gold set `{gold}`, rules alone" in told
    project.edit('"fern[tiab]"', '"#seed"')


def test_minutes_are_those_of_records_sent_to_people(project: Small) -> None:
    project.edit('"#seed"', '"fern[tiab]"')
    told = _json(project, "--minutes", "2")
    assert (told["to_humans"], told["from_humans"]) == (1, 0)
    assert (
        "+2 minutes of screening, at 2 minutes a record"
        in project.run("preview", "--minutes", "2").stdout
    )


REFUSED = {
    "--upload-pack=x": "cannot be a revision",
    "HEAD:config": "cannot be a revision",
    "HEAD..HEAD": "cannot be a revision",
    "$(touch hurt)": "cannot be a revision",
    "nosuch": "git knows no revision 'nosuch'",
}


@pytest.mark.parametrize("revision", REFUSED)
def test_what_is_no_revision(project: Small, revision: str) -> None:
    done = project.run("preview", f"--against={revision}")
    assert done.returncode == 2
    assert REFUSED[revision] in done.stderr
    assert not (project.folder / "hurt").exists()


def test_without_a_checkout_it_says_what_to_do(tmp_path: Path) -> None:
    done = small(tmp_path / "project", git=False).run("preview", GIT_CEILING_DIRECTORIES="/")
    assert done.returncode == 2
    assert "not in a git checkout" in done.stderr and "--against-file" in done.stderr


def test_a_mistake_in_the_older_file_is_told_of_the_revision(project: Small) -> None:
    project.edit('"weed[tiab]"', '"weed[tiabb]"')
    project.git("commit", "--quiet", "--all", "--message", "broken")
    project.edit('"weed[tiabb]"', '"weed[tiab]"')
    done = project.run("preview")
    assert done.returncode == 2
    assert "HEAD:screening.yaml:4:" in done.stderr


HOSTILE = "@everyone <script>alert(1)</script> [x](javascript:x) `| \x1b[31m\u202e#1"


def test_a_comment_is_escaped_and_bounded(tmp_path: Path) -> None:
    many = [Record(str(n), title=HOSTILE + " fern" * 60, abstract="A fern.")
            for n in range(1, 401)]  # fmt: skip
    project = small(tmp_path / "project", (*RECORDS, *many[100:]))
    project.edit('"weed[tiab]"', '"weed[tiab] OR fern[tiab]"')
    told = project.run("preview", "--format", "markdown").stdout
    assert len(told) < 65_000
    assert "and 261 more, left out here" in told
    outside = "".join(told.split("`")[::2])
    for sign in ("@everyone", "<script", "javascript:", "#1"):
        assert sign not in outside
    assert "\x1b" not in told and "\u202e" not in told
    assert "\x1b" not in project.run("preview").stdout
