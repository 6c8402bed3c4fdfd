"""What did not change is not worked out again: counted in answers parsed and records asked."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from changing_review import Review
from click.testing import CliRunner
from perennial import pubmed
from perennial.commands.extract import command as extract_command
from perennial.extract import Drawn
from perennial.parted import cuts
from perennial.passage import Passage, Statement
from perennial.query import Panel
from perennial.record import Record
from perennial.screened import Screened
from perennial.tables import read_parquet, write_parquet

EVIDENCE = Path(__file__).parents[2] / "config/evidence.yaml"


@dataclasses.dataclass
class Work:
    """What was done: answers parsed, records asked, and of how many queries each."""

    parsed: int = 0
    asked: list[tuple[str, int]] = dataclasses.field(default_factory=list)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Counts from now on."""
    monkeypatch.setattr(cuts, "MEAN", 4)
    done, parse, ask = Work(), pubmed.parse, Panel.ask

    def parsing(*given: Any, **named: Any) -> Any:
        done.parsed += 1
        return parse(*given, **named)

    def asking(self: Panel, record: Record) -> Any:
        done.asked.append((record.pmid, len(self._queries)))
        return ask(self, record)

    monkeypatch.setattr(pubmed, "parse", parsing)
    monkeypatch.setattr(Panel, "ask", asking)
    return done


@pytest.fixture(params=[False, True], ids=["file", "parts"])
def review(request: pytest.FixtureRequest, tmp_path: Path, work: Work) -> Review:
    """A review of 30 records, built once, and nothing counted yet."""
    made = Review(tmp_path, random.Random(3))
    made.begin(30)
    made.protocol(X1="weed[tiab]", T1="fern[tiab]", I1="moss[tiab]")
    made.parts = request.param
    again(made)
    assert work.parsed == 10
    assert len(work.asked) == 30
    work.parsed, work.asked = 0, []
    return made


def again(review: Review) -> None:
    """Build it once more, elsewhere: the memo alone is kept."""
    review.run(review.folder / f"results{random.random()}", review.folder / "memo", review.parts)


def test_nothing_new_is_nothing_done(review: Review, work: Work) -> None:
    again(review)
    assert work == Work()


def test_an_edited_criterion_is_asked_alone(review: Review, work: Work) -> None:
    review.protocol(X1="bark[tiab]")
    again(review)
    assert work.parsed == 0
    assert sorted(work.asked) == sorted((str(pmid), 1) for pmid in review.held)


def test_other_words_for_people_and_another_action_ask_nothing(review: Review, work: Work) -> None:
    text = review.screening.read_text("utf-8")
    review.screening.write_text(text.replace("action: tag", "action: exclude"), "utf-8")
    again(review)
    review.screening.write_text(text.replace("label: X1", "label: other"), "utf-8")
    again(review)
    assert work == Work()


def test_a_decision_asks_nothing(review: Review, work: Work) -> None:
    review.decisions((min(review.held), "include", ""))
    again(review)
    assert work == Work()


def test_new_and_revised_records_alone_are_parsed_and_asked(review: Review, work: Work) -> None:
    changed = [*sorted(review.held)[10:12], 901, 77_000]
    review.arrive(changed)
    again(review)
    # Two answers that are new, and those that held the revised ones before: `former.parquet`.
    assert work.parsed <= 4
    assert {(pmid, queries) for pmid, queries in work.asked} == {(str(p), 3) for p in changed}


def test_a_criterion_that_comes_back_is_remembered(review: Review, work: Work) -> None:
    review.protocol(X1="bark[tiab]")
    again(review)
    work.asked.clear()
    review.protocol(X1="weed[tiab]")
    again(review)
    assert work == Work()


def _passage(pmid: str, text: str) -> Passage:
    return Passage(pmid, "abstract", "pubmed", "", text, sha256(text.encode()).hexdigest())


def _drawn(folder: Path, texts: Sequence[Passage], memo: bool = True) -> list[Statement]:
    records = [Record(pmid, title="A study") for pmid in dict.fromkeys(t.pmid for t in texts)]
    read = [Screened(r.pmid, "include", "", "", "rule", (), ()) for r in records]
    write_parquet(folder / "records.parquet", records, Record)
    write_parquet(folder / "assessed.parquet", read, Screened)
    write_parquet(folder / "passages.parquet", texts, Passage)
    arguments = (
        *(folder / "records.parquet", folder / "passages.parquet"),
        *("--assessed", folder / "assessed.parquet", "--vocabulary", EVIDENCE),
        *("--account", folder / "account.json", "-o", folder / "drawn.parquet"),
        *(("--memo", folder / "memo") if memo else ()),
    )
    done = CliRunner().invoke(extract_command, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0
    return read_parquet(folder / "drawn.parquet", Statement)


def test_a_study_that_is_as_it_was_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "TGF-β2 induces dormancy of disseminated tumour cells."
    texts = [_passage(str(number), said) for number in range(1, 4)]
    plain = _drawn(tmp_path, texts, memo=False)
    account = (tmp_path / "account.json").read_bytes()
    assert {statement.pmid for statement in plain} == {"1", "2", "3"}
    assert _drawn(tmp_path, texts) == plain
    read: list[str] = []

    def never(passages: Sequence[Passage], *_: Any, **__: Any) -> Drawn:
        read.append(passages[0].pmid)
        return Drawn((), ())

    monkeypatch.setattr("perennial.extract.statements.draw", never)
    assert _drawn(tmp_path, texts) == plain
    assert (tmp_path / "account.json").read_bytes() == account
    assert read == []
    edited = [*texts[:2], _passage("3", "Nothing.")]
    assert [s for s in plain if s.pmid != "3"] == _drawn(tmp_path, edited)
    assert read == ["3"]
