"""Rows that the desk acknowledged outlive an editor that saves an older file over them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html import unescape
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perennial.corrections import table as corrections
from perennial.corrections.correction import Correction
from perennial.decisions.decision import Decision
from perennial.decisions.judged import DIGITS
from perennial.decisions.table import COLUMNS, append, decisions_in
from perennial.decisions.verdicts import counted
from perennial.desk import app as desk_app
from perennial.desk.kept import AGAIN, Kept, kept_corrections, kept_decisions
from perennial.errors import InputError
from perennial.lock import locked
from screening_visitor import Visitor, site

ROW = Decision("1", "title/abstract", "include", "", "Ada", "", "2026-01-01", "", "", "")
BACK = replace(ROW, outcome="withdrawn")
OUT = replace(ROW, outcome="exclude", criterion="X1", under=f"X1:{0:0{DIGITS}}")
UNSURE = replace(ROW, outcome="human", note="by hand")
BO = replace(ROW, reviewer="Bo")
OTHER = replace(ROW, pmid="2")
HAND = replace(ROW, pmid="3", reviewer="Cy")


def _not(row: Decision) -> Decision:
    """What takes a row back for it to be said again in its order."""
    return replace(row, outcome="withdrawn", criterion="", under="", note=AGAIN)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An empty table."""
    append(tmp_path / "decisions.tsv")
    return tmp_path / "decisions.tsv"


def _read(file: Path) -> list[Decision]:
    return decisions_in(file.read_text("utf-8"), str(file), None, [])


def _save(file: Path, *rows: Decision) -> None:
    """As an editor does that loaded the file when it had other rows."""
    file.write_text("\t".join(COLUMNS) + "\n", "utf-8")
    append(file, *rows)


def _looked(kept: Kept[Decision]) -> list[str]:
    kept.look()
    return list(kept.noticed())


def test_a_row_that_an_older_copy_wiped_out_is_added_again_and_told(file: Path) -> None:
    kept = kept_decisions(file)
    kept.keep(ROW)
    kept.keep(OTHER)
    assert _looked(kept) == []
    _save(file, ROW, HAND)
    (said,) = _looked(kept)
    assert _read(file) == [ROW, HAND, OTHER]
    assert said.startswith("Rows that the desk had kept were gone from decisions.tsv")


@pytest.mark.parametrize(
    ("acknowledged", "saved", "stands"),
    [
        pytest.param([ROW, BACK, ROW], [ROW], [ROW, BACK, ROW], id="same words said twice"),
        pytest.param(
            [ROW, BACK], [BACK, ROW], [BACK, ROW, _not(ROW)], id="sorted: still taken back"
        ),
        pytest.param([ROW, BO], [BO], [BO, _not(BO), ROW, BO], id="order of people on one record"),
        pytest.param([ROW, OTHER], [OTHER, ROW], [OTHER, ROW], id="order of records is free"),
        pytest.param([ROW], [ROW, BACK], [ROW, BACK], id="what others add is their last word"),
        pytest.param([ROW, BACK], [], [ROW, BACK], id="all gone"),
        pytest.param(
            [OUT, ROW, BACK],
            [OUT, BACK],
            [OUT, BACK, ROW, _not(ROW), OUT],
            id="what was taken back is gone: what was said before still counts",
        ),
        pytest.param(
            [ROW, BACK, OUT, BACK],
            [ROW, OUT, BACK],
            [ROW, OUT, BACK, BACK],
            id="one of two that are the same text is gone: both stay taken back",
        ),
        pytest.param(
            [ROW, OUT],
            [ROW, UNSURE],
            [ROW, UNSURE, _not(UNSURE), OUT, UNSURE],
            id="behind an older copy: what was typed by hand speaks last",
        ),
        pytest.param(
            [ROW, BACK, OUT, BACK],
            [BACK, BACK, OUT, ROW],
            [BACK, BACK, OUT, ROW, _not(ROW), _not(OUT)],
            id="sorted: there was nothing to take back",
        ),
        pytest.param(
            [ROW, BACK],
            [ROW, ROW, BACK],
            [ROW, ROW, BACK, _not(ROW)],
            id="doubled: still taken back",
        ),
    ],
)
def test_what_stands_in_the_end(
    file: Path, acknowledged: list[Decision], saved: list[Decision], stands: list[Decision]
) -> None:
    kept = kept_decisions(file)
    for row in acknowledged:
        kept.keep(row)
    _save(file, *saved)
    kept.look()
    assert _read(file) == stands
    kept.look()
    assert _read(file) == stands


def test_the_same_row_from_before_does_not_stand_for_a_new_one(file: Path) -> None:
    append(file, ROW, BACK)
    kept = kept_decisions(file)
    kept.keep(ROW)
    _save(file, ROW, BACK)
    kept.look()
    assert _read(file) == [ROW, BACK, ROW]


def test_a_deleted_file_is_begun_again(file: Path) -> None:
    kept = kept_decisions(file)
    kept.keep(ROW)
    file.unlink()
    kept.look()
    assert _read(file) == [ROW]


@pytest.mark.parametrize(
    ("held", "line"), [("nothing of a table\n", 1), ("\t".join(COLUMNS) + "\n<<<<<<< HEAD\n", 2)]
)
def test_a_file_that_is_no_table_is_left_until_it_is_mended(
    file: Path, held: str, line: int
) -> None:
    kept = kept_decisions(file)
    kept.keep(ROW)
    file.write_text(held, "utf-8")
    wrong, held_back = _looked(kept)
    assert wrong.startswith(f"{file}:{line}: ")
    assert held_back.startswith("Let the desk run")
    with pytest.raises(InputError) as refused:
        kept.keep(OTHER)
    assert refused.value.place.line == line
    assert file.read_text("utf-8") == held
    _save(file, HAND)
    assert not any("mended" in sentence for sentence in _looked(kept))
    assert _read(file) == [HAND, ROW]
    kept.keep(OTHER)
    assert _read(file)[-1] == OTHER


def test_two_desks_mend_once_and_then_rest(file: Path) -> None:
    one, two = kept_decisions(file), kept_decisions(file)
    for kept in (one, two, one):
        kept.keep(ROW)
        kept.keep(BACK)
    _save(file)
    for _ in range(5):
        one.look()
        two.look()
    rows = _read(file)
    assert rows == [ROW, BACK] * 3
    before = file.stat()
    one.look()
    two.look()
    assert file.stat() == before


def test_two_desks_give_one_record_its_last_word_back(file: Path) -> None:
    """Of one reviewer per record, the last row is the verdict."""
    old, one, two = file.read_bytes(), kept_decisions(file), kept_decisions(file)
    one.keep(ROW)
    two.keep(BO)
    one.look()
    for first, second in ((one, two), (two, one)):
        file.write_bytes(old)
        first.look()
        second.look()
        assert _read(file) == [ROW, BO]


def test_what_one_desk_has_put_in_order_is_so_to_another(file: Path) -> None:
    one, two = kept_decisions(file), kept_decisions(file)
    two.keep(ROW)
    one.keep(BO)
    two.look()
    _save(file, BO, ROW)
    one.look()
    two.look()
    assert _read(file) == [BO, ROW, _not(ROW), _not(BO), ROW, BO]


def test_what_is_new_to_two_desks_is_new_once(file: Path) -> None:
    one, two = kept_decisions(file), kept_decisions(file)
    one.keep(ROW)
    two.keep(OUT)
    _save(file, UNSURE)
    one.look()
    assert _read(file) == [UNSURE, _not(UNSURE), ROW, UNSURE]
    two.look()
    assert _read(file)[4:] == [_not(UNSURE), OUT, UNSURE]


def test_what_an_editor_says_anew_stays_the_last_word(file: Path) -> None:
    kept = kept_decisions(file)
    kept.keep(ROW)
    kept.keep(BACK)
    _save(file, ROW, BO)
    kept.look()
    assert _read(file) == [ROW, BO, BACK]


def test_what_somebody_else_wrote_can_be_mended_by_hand(file: Path) -> None:
    typed, mended = replace(HAND, pmid="1", note="wron"), replace(HAND, pmid="1", note="wrong")
    kept = kept_decisions(file)
    kept.keep(ROW)
    append(file, typed)
    kept.look()
    _save(file, ROW, mended)
    kept.look()
    assert _read(file) == [ROW, mended]


def test_a_row_of_somebody_else_that_is_wrong_does_not_hold_up_ours(file: Path) -> None:
    kept = kept_decisions(file)
    kept.keep(ROW)
    text = file.read_text("utf-8")
    file.write_text(text.replace("include", "perhaps"), "utf-8")
    kept.look()
    assert file.read_text("utf-8") == text.replace("include", "perhaps") + text.splitlines(True)[1]


WRONG = [
    (replace(ROW, note="n" * 140_000), "could not be read again"),
    (replace(ROW, reviewer="\u2028"), "no reviewer"),
    (replace(ROW, outcome="perhaps"), "unknown outcome"),
    (replace(ROW, outcome="exclude"), "needs its criterion"),
    (replace(ROW, date="soon"), "is not a date"),
]


@pytest.mark.parametrize(("row", "wrong"), WRONG)
def test_what_would_be_refused_when_read_again_is_not_written(
    file: Path, row: Decision, wrong: str
) -> None:
    before, kept = file.read_bytes(), kept_decisions(file)
    for add in (partial(append, file), kept.keep):
        with pytest.raises(InputError, match=wrong) as refused:
            add(OTHER, row)
        assert refused.value.place.file == str(file)
        assert file.read_bytes() == before
    kept.keep(OTHER)
    assert _read(file) == [OTHER]


def test_a_correction_that_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "corrections.tsv"
    cells = dict.fromkeys((f for f in Correction.__dataclass_fields__ if f != "line"), "")
    row = Correction(**cells | {"id": "0123456789ab", "action": "confirm", "reviewer": "Ada"})
    wrong = [replace(row, note="n" * 140_000), replace(row, reviewer=" "), replace(row, action="")]
    for each in wrong:
        with pytest.raises(InputError):
            corrections.append(file, row, each)
    assert not file.exists()


def test_who_works_unseen_is_told_no_line_of_what_others_write(
    copied: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_app, "PAGES", ("overview", "screening"))
    config = copied(tmp_path / "review") / "config"
    protocol = config / "screening.yaml"
    text = protocol.read_text("utf-8").replace("reviewers_per_record: 1", "reviewers_per_record: 2")
    protocol.write_text(text, "utf-8")
    decided, corrected = config / "decisions.tsv", config / "corrections.tsv"
    ada = Visitor(site(config.parent), "Ada").look()
    held, form = decided.read_bytes(), ada.form()

    def told() -> str:
        pages = [ada.look().text, ada.send(form, answer="include").text]
        pages.append(Visitor(ada.client.application, "Ada", "/").look().text)
        return unescape(re.sub("<[^>]+>", "", "".join(pages)))

    corrected.write_bytes(corrected.read_bytes() + b"doubt" + b"\t" * 99 + b"\n")
    for wrong in (b"<<<<<<< HEAD\n", b"1\ttitle/abstract\texclude\tX99\tBen\n"):
        decided.write_bytes(held + wrong)
        unseen = told()
        assert "decisions.tsv: a row is not right" in unseen
        assert "corrections.tsv: a row is not right" in unseen
        assert not re.search(r"\.tsv:\d|<<<|X99|Ben|100 cells", unseen)
        protocol.write_text(text.replace("blinded: true", "blinded: false"), "utf-8")
        assert re.search(r"decisions\.tsv:\d.*(<<<|X99)", told())
        protocol.write_text(text, "utf-8")
    decided.write_bytes(held)
    assert "Written" in ada.send(form, answer="include").said


def test_who_looks_does_not_wait_for_who_adds(file: Path) -> None:
    kept = kept_decisions(file)
    with locked(file.with_name(f".{file.name}.lock"), 1):
        adding = Thread(target=kept.keep, args=(ROW,))
        adding.start()
        while kept._lock.acquire(blocking=False):  # until it waits for the file
            kept._lock.release()
        looked = Thread(target=kept.look)
        looked.start()
        looked.join(5)
        assert not looked.is_alive() and adding.is_alive()
    adding.join()
    assert _read(file) == [ROW]


def test_corrections_are_kept_likewise(tmp_path: Path) -> None:
    cells = dict.fromkeys((f for f in Correction.__dataclass_fields__ if f != "line"), "")
    said = cells | {"id": "0123456789ab", "reviewer": "Ada", "pmid": "1"}
    confirm = Correction(**said | {"action": "confirm"})
    reject = Correction(**said | {"action": "reject"})
    words = {"section": "abstract", "quote": "x", "factor": "y", "direction": "z"}
    anew = Correction(**said | words | {"id": "", "action": "add"})
    file = tmp_path / "corrections.tsv"
    kept = kept_corrections(file)
    kept.keep(confirm)
    old = file.read_bytes()
    kept.keep(reject)
    kept.keep(confirm)
    kept.keep(reject)
    new = file.read_bytes()
    file.write_bytes(old)
    kept.look()
    assert file.read_bytes() == new
    # What was added and then rejected is so again.
    kept.keep(anew)
    kept.keep(reject)
    newest = file.read_bytes()
    file.write_bytes(new)
    kept.look()
    assert file.read_bytes() == newest


def _last_words(rows: list[Decision]) -> dict[tuple[str, str, str], Decision]:
    return {(row.pmid, row.reviewer, row.role): row for row in counted(rows)}


rows_of_two_records = st.builds(
    Decision,
    pmid=st.sampled_from("12"),
    stage=st.just("title/abstract"),
    outcome=st.sampled_from(["include", "human", "withdrawn"]),
    criterion=st.just(""),
    reviewer=st.sampled_from(["Ada", "Bo"]),
    role=st.sampled_from(["", "adjudicator"]),
    date=st.just(""),
    under=st.just(""),
    text=st.just(""),
    note=st.just(""),
)
steps = st.lists(st.tuples(st.booleans(), rows_of_two_records, st.integers(0, 9)), max_size=12)


@given(steps)
def test_whatever_older_state_is_saved_the_last_acknowledged_words_count(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, Decision, int]]
) -> None:
    file = tmp_path_factory.mktemp("kept") / "decisions.tsv"
    append(file)
    kept, acknowledged, states = kept_decisions(file), list[Decision](), [file.read_bytes()]
    for saves, row, which in steps:
        if saves:
            file.write_bytes(states[which % len(states)])
        else:
            kept.keep(row)
            acknowledged.append(row)
        kept.look()
        states.append(file.read_bytes())
    there = _read(file)
    for pmid in "12":
        mine = [row for row in acknowledged if row.pmid == pmid]
        rest = iter([row for row in there if row.pmid == pmid])
        assert all(row in rest for row in mine), "each in its order"
        assert [row for row in there if row.pmid == pmid][-1:] == mine[-1:]
    assert _last_words(there) == _last_words(acknowledged)


said = st.builds(
    replace,
    st.just(ROW),
    reviewer=st.sampled_from(["Ada", "Bo"]),
    outcome=st.sampled_from(["include", "human", "withdrawn", "withdrawn"]),
)


@given(st.data(), st.lists(said, min_size=1, max_size=6), st.integers(0, 6))
def test_whatever_an_editor_makes_of_the_lines_what_counted_counts(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, rows: list[Decision], cut: int
) -> None:
    """Lines deleted, doubled, in another order, and others written behind them.

    With one desk nothing counts twice: who takes back an answer has what they said before it.
    """
    file = tmp_path_factory.mktemp("kept") / "decisions.tsv"
    append(file)
    desks = kept_decisions(file), kept_decisions(file)
    desks[0].keep(*rows[:cut])
    desks[1].keep(*rows[cut:])
    desks[0].look()
    typed = data.draw(st.lists(said, max_size=2), "new")
    new = [replace(row, note=f"new {number}") for number, row in enumerate(typed)]
    saved = [*data.draw(st.lists(st.sampled_from(rows), max_size=7), "kept by the editor"), *new]
    _save(file, *saved)
    for kept in desks:
        kept.look()
    there, before = _read(file), file.stat()
    for kept in desks:
        kept.look()
    assert file.stat() == before
    assert there[: len(saved)] == saved
    assert not Counter(rows) - Counter(there)
    wanted = saved if saved[: len(rows)] == rows else [*rows, *new]
    assert _last_words(there) == _last_words(wanted)
    assert 0 < cut < len(rows) or counted(there) == counted(wanted)


said_by_two = st.tuples(st.sampled_from(["Ada", "Bo"]), st.sampled_from("12"), st.just(0))
looked_by_two = st.tuples(st.sampled_from(["looks", "watches"]), st.just(""), st.just(0))
saved_over = st.tuples(st.just("saves"), st.sampled_from(["", "1", "2"]), st.integers(0, 9))


@given(st.lists(said_by_two | looked_by_two | saved_over, max_size=20))
def test_whatever_an_editor_saves_over_two_desks_the_last_word_on_a_record_stays(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, int]]
) -> None:
    """Who spoke last on each record, desks and the editor taken together, is what counts.

    The editor saves what the file once was, with all that it has added itself.
    """
    file = tmp_path_factory.mktemp("kept") / "decisions.tsv"
    append(file)
    desks = {"Ada": kept_decisions(file), "Bo": kept_decisions(file)}
    states, last, ours = [list[Decision]()], dict[str, Decision](), list[Decision]()
    for number, (who, pmid, which) in enumerate(steps):
        row = replace(ROW, pmid=pmid, reviewer=who, note=str(number))
        if who in desks:
            desks[who].keep(row)
        elif who == "saves":
            ours += [row] if pmid else []
            old = states[which % len(states)]
            _save(file, *old, *(one for one in ours if one not in old))
        else:
            for kept in list(desks.values())[:: 1 if who == "looks" else -1]:
                kept.look()
        if row.pmid:
            last[pmid] = row
        states.append(_read(file))
    for kept in [*desks.values()] * 2:
        kept.look()
    there, before = _read(file), file.stat()
    for kept in desks.values():
        kept.look()
    assert file.stat() == before, "and then they rest"
    for pmid, row in last.items():
        assert [one for one in there if one.pmid == pmid][-1] == row
    said = {replace(ROW, pmid=p, reviewer=w, note=str(n)) for n, (w, p, _) in enumerate(steps) if p}
    assert said == {row for row in there if row.note != AGAIN}
