"""At every stroke the engine says what ``preview`` says, whatever it was asked before."""

from __future__ import annotations

import os
import random
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from perennial.decisions.decision import STAGES, Decision
from perennial.decisions.judged import under
from perennial.errors import InputError
from perennial.preview.everywhere import Everywhere, Recent
from perennial.preview.flips import Preview, Version, preview, standing
from perennial.preview.held import Held
from perennial.preview.live import Live, Told
from perennial.preview.protocol import Protocol, load_protocol
from perennial.query import Mesh, Panel, Query, QueryError, parse, parse_blocks
from perennial.query.syntax import DEEPEST
from perennial.record import Author, Heading, Record
from perennial.screen import Criterion
from perennial.screened import Integrity
from perennial.settings import Settings
from ruamel.yaml import YAML
from small_protocols import MESHES, decisions, edits, scenes

sys.path.insert(0, str(Path(__file__).parents[1] / "query"))

import test_engine as random_queries

LONG = bool(os.environ.get("PERENNIAL_LONG"))
ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"
EDITS = sorted((ROOT / "tests/data/live").glob("*.yaml"))
LISTED = 2

Scene = tuple[Sequence[Record], Sequence[Integrity], Version, Sequence[Version]]


def held(records: Sequence[Record], integrity: Sequence[Integrity]) -> Held:
    return Held(tuple(records), (), tuple(integrity), ())


def cut(whole: Preview, listed: int) -> Preview:
    clashes, stale = whole.clashes[:listed], whole.stale[:listed]
    return replace(whole, flips=whole.flips[:listed], clashes=clashes, stale=stale)


def holding(records: Sequence[Record], integrity: Sequence[Integrity], of: Protocol) -> Any:
    """In how many records each criterion's query or notice is met, one record after the other."""
    here = [criterion for criterion in of.criteria if criterion.stage == STAGES[0]]
    panel = Panel({c.id: c.query for c in here if c.query}, of.mesh)
    found = dict.fromkeys((c.id for c in of.criteria), 0)
    for record in records:
        for id_ in panel.held(record):
            found[id_] += 1
    pmids = {record.pmid for record in records}
    for criterion in (c for c in here if not c.query):
        noticed = {n.pmid for n in integrity if n.kind in criterion.integrity}
        found[criterion.id] = len(noticed & pmids)
    return found


def agree(scene: Scene, gold: dict[str, str] | None, listed: int = LISTED) -> list[Told]:
    """Hold what one engine tells of the versions against ``preview``, one after the other."""
    records, integrity, before, versions = scene
    live = Live(held(records, integrity), before, gold, 0.25, "before")
    stood = standing(records, integrity, before)
    was = holding(records, integrity, before.protocol)
    found = []
    for after in versions:
        told = live.told(after, listed, ["a file"])
        whole = preview(records, integrity, before, after, stood, gold, 0.25, "before", ["a file"])
        assert told.preview == cut(whole, listed)
        assert (told.flipped, told.clashing, told.staled) == (
            len(whole.flips),
            len(whole.clashes),
            len(whole.stale),
        )
        now = holding(records, integrity, after.protocol)
        assert told.held_by == {i: (was.get(i, 0), now.get(i, 0)) for i in {**was, **now}}
        found.append(told)
    return found


@st.composite
def sessions(draw: Any) -> Scene:
    """One version after the other: edits of the first, others, and the first again."""
    records, integrity, before, after = draw(scenes())
    pmids = [record.pmid for record in records]
    more = [protocol for pair in draw(st.lists(edits(), max_size=2)) for protocol in pair]
    others = [Version(protocol, tuple(draw(decisions(pmids)))) for protocol in more]
    return records, integrity, before, [after, *others, before, after]


@settings(max_examples=1_000 if LONG else 60)
@given(sessions())
def test_it_says_what_a_preview_says_edit_after_edit(scene: Scene) -> None:
    agree(scene, {"1": "include", "2": "exclude", "99": "include"})


def _decided(chance: random.Random, pmids: Sequence[str], of: Protocol) -> tuple[Decision, ...]:
    """Rows of two reviewers, some of which note the criterion that they were made under."""
    rows = []
    for _ in range(chance.randint(0, 12)):
        outcome = chance.choice(["include", "exclude", "human"])
        criterion = chance.choice(of.criteria)
        id_ = criterion.id if outcome == "exclude" else ""
        noted = under(criterion) if id_ and chance.random() < 0.6 else ""
        who, role = chance.choice(["Ada", "Bo"]), chance.choice(["", "", "", "adjudicator"])
        stage = chance.choice([STAGES[0], STAGES[0], STAGES[1]])
        rows.append(
            Decision(chance.choice(pmids), stage, outcome, id_, who, role, "", noted, "", "")
        )
    return tuple(rows)


def _drafted(chance: random.Random) -> tuple[dict[str, str], list[dict[str, Any]]]:
    blocks = {name: " OR ".join(random_queries.leaf(chance) for _ in range(4)) for name in "ab"}
    blocks["c"] = f"{random_queries.query(chance)} OR #a NEAR/{chance.randint(0, 4)} #b"
    return blocks, [_row(chance, id_) for id_ in ("X1", "X2", "X3", "I1", "I2", "T1")]


def _row(chance: random.Random, id_: str) -> dict[str, Any]:
    kind = chance.choice(["query"] * 6 + ["notice", "people"])
    return {
        "id": id_,
        "action": {"X": "exclude", "I": "require", "T": "tag"}[id_[0]],
        "query": random_queries.query(chance, ("a", "b", "c")) if kind == "query" else None,
        "integrity": ("retracted",) if kind == "notice" else (),
        "stage": chance.choice([STAGES[0]] * 5 + [STAGES[1]]),
        "without_abstract": chance.choice(["human", "judge"]),
        "label": "a label",
    }


def _edited(
    chance: random.Random, blocks: dict[str, str], rows: list[dict[str, Any]]
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """One stroke, or one change of a criterion's settings or place."""
    blocks, rows = dict(blocks), [dict(row) for row in rows]
    at = chance.randrange(len(rows))
    match chance.randint(0, 9):
        case 0 | 1 | 2:
            name = chance.choice("abc")
            blocks[name] = _stroke(chance, blocks[name])
        case 3 | 4 | 5 if rows[at]["query"]:
            rows[at]["query"] = _stroke(chance, rows[at]["query"])
        case 6:
            rows.insert(chance.randrange(len(rows) + 1), rows.pop(at))
        case 7 if len(rows) > 1:
            rows.pop(at)
        case 8:
            rows[at] = _row(chance, rows[at]["id"])
        case _:
            rows[at]["label"] = "another label"
            rows[at]["stage"] = STAGES[0]
    return blocks, rows


def _stroke(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text))
    more = f" {chance.choice(('OR', 'AND', 'NOT'))} {random_queries.leaf(chance)}"
    wide = re.sub(r"NEAR/(\d)", r"NEAR/\g<1>0", text)
    other = re.sub(r" (AND|OR) ", lambda sign: " OR " if "A" in sign[0] else " AND ", text)
    return chance.choice(
        [text[:at] + text[at + 1 :], text + more, wide, other, text[:at] + "a" + text[at:]]
    )


def _compiled(blocks: dict[str, str], rows: list[dict[str, Any]]) -> tuple[Criterion, ...]:
    read = parse_blocks(blocks)
    return tuple(
        Criterion(
            row["id"],
            row["action"],
            row["label"],
            f"reason of {row['id']}",
            parse(row["query"], read) if row["query"] else None,
            row["integrity"],
            row["stage"],
            row["without_abstract"],
        )
        for row in rows
    )


def typing(chance: random.Random, length: int) -> Scene:
    """Somebody types in a protocol over words that are hard to fold and cut."""
    records = [replace(random_queries.record(chance), pmid=str(number)) for number in range(1, 13)]
    records = [replace(one, abstract="") if chance.random() < 0.2 else one for one in records]
    pmids = [record.pmid for record in records]
    integrity = [Integrity(chance.choice(pmids), "retracted", "", "") for _ in range(3)]
    drafts = [_drafted(chance)]
    versions: list[Version] = []
    while len(versions) < length:
        try:
            criteria = _compiled(*drafts[-1])
        except QueryError:  # half typed, of which nothing is previewed
            drafts.pop()
        else:
            protocol = Protocol(criteria, chance.choice([None, *MESHES]), Settings())
            decided = _decided(chance, pmids, protocol)
            if versions and chance.random() < 0.8:
                protocol = replace(protocol, mesh=versions[-1].protocol.mesh)
                decided = versions[-1].decisions
            reviewers = Settings(reviewers_per_record=chance.choice([1, 1, 2]))
            versions.append(Version(replace(protocol, settings=reviewers), decided))
        drafts.append(_edited(chance, *(drafts[-1] if drafts else _drafted(chance))))
    return records, integrity, versions[0], versions[1:]


@settings(max_examples=500 if LONG else 24)
@given(st.integers(0, 2**32))
def test_it_says_what_a_preview_says_stroke_after_stroke(seed: int) -> None:
    agree(typing(random.Random(seed), 10), {"1": "include", "2": "include", "3": "exclude"})


def test_strokes_flip_records_and_contradict_people() -> None:
    """What the test before compares is not nothing."""
    told = [one for seed in range(5) for one in agree(typing(random.Random(seed), 12), None)]
    assert sum(one.flipped > LISTED for one in told) > 10
    assert any(one.clashing for one in told)
    assert any(one.staled for one in told)


@pytest.mark.parametrize("start", range(0, 400 if LONG else 60, 20))
def test_queries_hold_of_the_records_that_they_hold_of_one_by_one(start: int) -> None:
    for seed in range(start, start + 20):
        queries, records = random_queries.case(seed)
        panel, asked = Panel(queries), Everywhere(records).asked(None)
        met = {name: asked.met(query) for name, query in queries.items()}
        for at, record in enumerate(records):
            assert {name for name in met if met[name][at]} == set(panel.held(record)), seed


CLOSE = (
    "seed[ti] AND soil[ti]",
    "seed[ti] OR soil[ti]",
    "seed[ti] NOT soil[ti]",
    "soil[ti] NOT seed[ti]",
    "seed[ti]",
    "seed[ab]",
    '"seed soil"[ti]',
    '"seed soil"[ti:~0]',
    '"seed soil"[ti:~1]',
    '"seed seed"[ti:~1]',
    '"seed seed soil"[ti:~1]',
    '"Seeds"[mh]',
    '"Seeds"[majr]',
    '"Seeds/soil"[mh]',
    "seeds[pt]",
    "seeds[ot]",
)


def test_one_engine_keeps_apart_queries_that_are_nearly_alike() -> None:
    titles = ["seed", "soil", "seed soil", "soil seed", "seed or soil", "seed and seed", "moss"]
    records = [
        Record(str(n), title=title, abstract="seed" * (n % 2)) for n, title in enumerate(titles)
    ]
    records += [
        Record("m", headings=(Heading("Seeds", "", True),)),
        Record("q", headings=(Heading("Seeds", "", False, ("soil",)),)),
        Record("p", publication_types=("Seeds",)),
        Record("k", keywords=("seeds",)),
    ]
    asked = Everywhere(records).asked(None)
    found = {text: asked.met(parse(text)).tolist() for text in CLOSE}
    assert found == {
        text: [bool(Panel({"": parse(text)}).held(record)) for record in records] for text in CLOSE
    }
    assert len(set(map(tuple, found.values()))) > 12


# The project's own protocol ------------------------------------------------------------------


@cache
def own() -> Version:
    return Version(load_protocol(CONFIG / "screening.yaml", CONFIG / "mesh.yaml"))


def own_edited(path: Path, folder: Path) -> Version:
    text = (CONFIG / "screening.yaml").read_text("utf-8")
    for edit in YAML(typ="safe").load(path)["edit"]:
        assert edit["old"] in text
        text = text.replace(edit["old"], edit["new"], 1)
    for beside in CONFIG.glob("*.tsv"):
        shutil.copyfile(beside, folder / beside.name)
    (folder / "screening.yaml").write_text(text, "utf-8")
    protocol = load_protocol(folder / "screening.yaml", None)
    return Version(replace(protocol, mesh=own().protocol.mesh))


@cache
def made(count: int = 200) -> tuple[Record, ...]:
    """Records of whose words about one in twelve is sought by the protocol."""
    chance = random.Random(1)
    text = (CONFIG / "screening.yaml").read_text("utf-8")
    sought = re.findall(r'"?([A-Za-z][A-Za-z0-9 -]+)\*?"?\[tiab\]', text)
    common = ["mice", "the", "cells", "of", "β-catenin", "day 7.", "e.g.", "We show", "(n = 3)."]
    common += ["cancer", "cancellous", "tumult", "senescent"]

    def words(most: int) -> str:
        drawn = (chance.choice(sought if chance.random() < 0.08 else common) for _ in range(most))
        return " ".join(drawn)

    names = ["Neoplasms", "Breast Neoplasms", "Mice", "Carcinoma"]
    return tuple(
        Record(
            str(number),
            title=words(5),
            abstract=words(40) if chance.random() < 0.85 else "",
            authors=(Author("Nobody", "Ann", "A"),) if number % 7 == 0 else (),
            languages=(chance.choice(["eng", "eng", "fre"]),),
            date=chance.choice(["2019-05", "2020"]),
            publication_types=(chance.choice(["Journal Article"] * 4 + ["Review"]),),
            headings=tuple(
                Heading(name, "", chance.random() < 0.3, ("drug therapy",) * (number % 2))
                for name in chance.sample(names, 2)
            ),
        )
        for number in range(1, count + 1)
    )


def own_scene(afters: Sequence[Version]) -> Scene:
    chance = random.Random(2)
    pmids = [record.pmid for record in made()]
    kinds = ("retracted", "concern", "corrected")
    integrity = [Integrity(pmid, chance.choice(kinds), "", "") for pmid in chance.sample(pmids, 20)]
    rows = [row for _ in range(6) for row in _decided(chance, pmids, own().protocol)]
    return (
        made(),
        integrity,
        replace(own(), decisions=tuple(rows)),
        [replace(after, decisions=tuple(rows)) for after in afters],
    )


def test_there_are_edits() -> None:
    assert len(EDITS) > 12
    assert all(YAML(typ="safe").load(path)["note"] for path in EDITS)


def test_edits_of_the_own_protocol_one_after_the_other(tmp_path: Path) -> None:
    afters = [own_edited(path, tmp_path) for path in EDITS]
    gold = {str(number): chosen for number, chosen in enumerate(["include", "exclude"] * 20)}
    told = agree(own_scene([*afters, own(), *afters[:2]]), gold, 5)
    flips = dict(zip((path.stem for path in EDITS), (one.flipped for one in told), strict=False))
    assert flips["words-for-people"] == 0
    assert sum(count > 0 for count in flips.values()) > 12, sorted(flips.items())


def _letters() -> Iterator[tuple[str, str]]:
    """A term typed into a block letter by letter, and taken out again."""
    where, more = "indolent[tiab]", ' OR "no growth"[tiab:~2] NOT mice[ti]'
    for length in [*range(1, len(more) + 1), *range(len(more) - 1, 0, -7)]:
        yield where, where + more[:length]


def test_a_term_typed_letter_by_letter(tmp_path: Path) -> None:
    afters = []
    for old, new in _letters():
        path = tmp_path / "edit.yaml"
        with path.open("w", encoding="utf-8") as file:
            YAML().dump({"note": "typed", "edit": [{"old": old, "new": new}]}, file)
        try:
            afters.append(own_edited(path, tmp_path))
        except InputError:
            continue
    assert len(afters) > 10
    agree(own_scene(afters), None, 3)


# Bounds ---------------------------------------------------------------------------------------


def test_what_is_remembered_is_bounded_and_forgetting_changes_nothing() -> None:
    queries, records = random_queries.case(3)
    everything, nothing = Everywhere(records), Everywhere(records, most=1)
    one, other = everything.asked(None), nothing.asked(None)
    for query in [*queries.values(), *queries.values()]:
        assert one.met(query).tolist() == other.met(query).tolist()
    assert len(nothing.recent) == 1 < len(everything.recent)


def test_the_least_recently_used_is_forgotten_first() -> None:
    recent = Recent(3_500)
    marks = Everywhere([Record("1")]).asked(None).met(parse("seed[ti]"))
    for key in ("a", "b", "c", "a", "d"):
        recent.of(key, lambda: marks)
    made_again = []
    for key in ("a", "c", "d", "b"):
        recent.of(key, lambda key=key: made_again.append(key) or marks)  # type: ignore[misc]
    assert made_again == ["b"]


def test_many_threads_are_told_what_one_is(tmp_path: Path) -> None:
    records, integrity, before, afters = own_scene([own_edited(p, tmp_path) for p in EDITS[:4]])
    live = Live(held(records, integrity), before)
    alone = [live.told(after) for after in afters]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(live.told, list(afters) * 3)) == alone * 3


def test_a_review_without_records() -> None:
    told = agree(([], [], own(), [own()]), {"1": "include"})
    assert told[0].preview.records == 0


def test_queries_as_deep_and_as_doubled_as_may_be() -> None:
    deep = "seed[ti]"
    for number in range(DEEPEST - 3):
        deep = f"({deep} {('AND', 'OR')[number % 2]} seed{number}[ti])"
    blocks = {"b0": "seed[ti] OR soil[ti]"}
    blocks |= {f"b{n}": f"#b{n - 1} NEAR/3 #b{n - 1}" for n in range(1, 60)}
    doubled = parse("#b59", parse_blocks(blocks))
    protocols = [Protocol((_excluding(query),)) for query in (parse(deep), doubled)]
    records = [Record("1", title="seed soil seed1 seed195"), Record("2", title="moss")]
    agree((records, [], Version(protocols[0]), [Version(p) for p in protocols]), None)


def _excluding(query: Query) -> Criterion:
    return Criterion("X1", "exclude", "a", "b", query, (), without_abstract="judge")


def test_another_hierarchy_is_another_question() -> None:
    records = [Record(name, headings=(Heading(name),)) for name in ("Mosses", "Ferns", "Plants")]
    meshes = [Mesh({"Plants": [name]}) for name in ("Mosses", "Ferns", "Mosses")]
    criteria = (_excluding(parse('"Plants"[mh]')),)
    versions = [Version(Protocol(criteria, mesh)) for mesh in (*meshes, None)]
    told = agree((records, [], versions[0], versions[1:]), None)
    assert [one.flipped for one in told] == [2, 0, 1]
