"""What the config states of the living mode, as render and refresh read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from perennial.commands.refresh import _watched
from perennial.commands.render import _criterion, _living
from perennial.config import Config, load
from perennial.errors import InputError
from perennial.record import Record
from perennial.render.living import Amendment, Living, Role
from perennial.screened import Screened
from perennial.tables import write_parquet

BASE = """
review: {title: T, question: Q, version: "1", maintainers: [M]%s}
entrez: {server: ncbi, email: "", api_key_file: "", example: {files: [x.xml], today: "2026-11-01"}}
%s
"""


def config(folder: Path, review: str = "", refresh: str = "") -> Config:
    path = folder / "config.yaml"
    path.write_text(BASE % (review, refresh), "utf-8")
    return load(path, "config")


def test_what_is_left_out_is_not_stated_and_defaults_hold(tmp_path):
    assert _living(config(tmp_path)) == Living("week", 30, 90, "included")


def test_what_is_stated_reaches_the_review(tmp_path):
    stated = config(
        tmp_path,
        ", editions: When ready., ends: Never., roles: [{name: A, role: r}],"
        " amendments: [{date: 2026-06-01, what: w, why: y}]",
        "refresh: {every: month, overlap_days: 7, full_every_days: 60, watch: all}",
    )
    assert _living(stated) == Living(
        *("month", 7, 60, "all", "When ready.", "Never."),
        roles=(Role("A", "r"),),
        amendments=(Amendment("2026-06-01", "w", "y"),),
    )


@pytest.mark.parametrize(
    ("review", "refresh", "key"),
    [
        (", roles: [{name: A}]", "", "role"),
        (", amendments: [{date: June, what: w, why: y}]", "", "June"),
        ("", "refresh: {every: week, overlap_days: 1, full_every_days: 1, watch: some}", "some"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, review, refresh, key):
    with pytest.raises(InputError, match=key):
        config(tmp_path, review, refresh)


@pytest.mark.parametrize(("watch", "expected"), [("included", ["1", "2"]), ("all", list("1234"))])
def test_a_refresh_reads_what_it_is_told_to_watch(tmp_path, watch, expected):
    rows = [
        Screened("1", "include", "", "", "rule", (), ()),
        Screened("2", "exclude", "X", "", "rule", (), (), set_aside=True),
        Screened("3", "exclude", "Y", "", "rule", (), ()),
    ]
    write_parquet(tmp_path / "results/3_screened/screened.parquet", rows, Screened)
    held = [Record(pmid) for pmid in "1234"]
    write_parquet(tmp_path / "results/1_records/records.parquet", held, Record)
    refresh = f"refresh: {{every: week, overlap_days: 1, full_every_days: 1, watch: {watch}}}"
    assert _watched(config(tmp_path, refresh=refresh), tmp_path / "results") == expected
    assert _watched(config(tmp_path, refresh=refresh), tmp_path / "nothing") == []


def test_a_criterion_of_notices_is_not_one_of_words():
    row = {"id": "X", "action": "exclude", "label": "l", "reason": "r", "integrity": ["retracted"]}
    assert _criterion(row)[1:] == ("exclude", "l", "r", "", ("retracted",))
    words = {key: value for key, value in row.items() if key != "integrity"} | {"query": "a[ti]\n"}
    assert _criterion(words)[4:] == ("a[ti]", ())
