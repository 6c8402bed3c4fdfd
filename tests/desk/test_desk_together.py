"""Two reviewers at the desk and somebody with a text editor, all in the same three files at once.

The editor knows of no lock: it loads a file, and saves what it has made of it now or much later,
into the file or by rename, and sometimes what it saves is half a merge. However their steps fall
together, nothing that anybody was told is kept may be gone in the end.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import pytest
from driven import Browser, Running, running
from perennial.config import load
from perennial.corrections.correction import COLUMNS as CORRECTED
from perennial.decisions.decision import Decision
from perennial.decisions.table import COLUMNS as DECIDED
from perennial.decisions.table import decisions_in
from perennial.passage import Statement
from perennial.screen import load_criteria
from perennial.tables import read_parquet

STEPS, SEEDS = (200, range(12)) if os.environ.get("PERENNIAL_LONG") else (60, range(1))
MERGE = b"<<<<<<< HEAD\n"
OUTCOMES = {"include": "include", "unsure": "human", "exclude": "exclude"}

Said = tuple[str, str]  # outcome or action, and the note, which no two rows share
Words = dict[str, list[Said]]  # by PMID or statement, in the order in which they were acknowledged


@dataclass
class Reviewer:
    """Somebody at a browser, and what the desk has told them is kept."""

    name: str
    browser: Browser
    draw: random.Random
    decided: Words = field(default_factory=lambda: defaultdict(list))
    judged: Words = field(default_factory=lambda: defaultdict(list))
    steps: list[str] = field(default_factory=list)
    saved: list[tuple[str, str]] = field(default_factory=list)  # digests of before and after
    told: set[str] = field(default_factory=set)
    criteria: dict[str, str] = field(default_factory=dict)  # as loaded; kept while it is
    count: int = 0
    refused: int = 0

    def mark(self) -> str:
        """A word that nobody else writes."""
        self.count += 1
        return f"{self.name}-{self.count}"

    def decide(self) -> None:
        """Answer the record that is next, or go back to the one before."""
        page = self.browser.get("/screening")
        if page.status == 409:  # the file is broken, and there is nothing to answer
            self.refused += 1
            return
        names = ("token", "stage", "reviewer", "moves", "pmid", "digest")
        form = {n: page.field(n) for n in names}
        answer = self.draw.choice(["include", "include", "exclude", "unsure", "back"])
        if not form["pmid"]:
            answer = self.draw.choice(["again", "back"])
        note = self.mark()
        reason = re.search(r'name="criterion" value="([^"]+)"', page.text)
        form |= {"answer": answer, "note": note, "criterion": reason[1] if reason else ""}
        if answer == "exclude":
            del form["answer"]  # the button of the criterion is what was pressed
        done = self.browser.post("/screening", form, **{"HX-Request": "true"})
        self._heard(done.status, unescape(done.text), answer, note)

    def _heard(self, status: int, text: str, answer: str, note: str) -> None:
        if status == 409:
            self.refused += 1
        elif written := re.search(r"Written: PMID (\d+), ", text):
            self.steps.append(written[1])
            self.decided[written[1]].append((OUTCOMES[answer], note))
        elif back := re.search(r"Taken back: PMID (\d+), ", text):
            assert self.steps.pop() == back[1]
            self.decided[back[1]].append(("withdrawn", ""))
        elif re.search(r"Back at PMID (\d+)", text):
            self.steps.pop()
        else:
            assert status == 200, text

    def judge(self, statements: list[Statement]) -> None:
        """Confirm or reject a statement."""
        one, note = self.draw.choice(statements), self.mark()
        where, action = f"/evidence/{one.pmid}", self.draw.choice(["confirm", "reject"])
        page = self.browser.get(f"{where}?s={one.id}")
        if page.status == 409:
            self.refused += 1
            return
        form = {n: page.field(n) for n in ("token", "digest")}
        form |= {"s": one.id, "action": action, "note": note}
        done = self.browser.post(where, form)
        if done.status == 303:
            told = self.browser.get(done.headers["Location"]).text
            assert "<p>Kept: " in told, told
            self.judged[one.id].append((action, note))
        else:
            assert done.status == 409, done.text
            self.refused += 1

    def edit(self) -> None:
        """Add a line to the criteria and save, perhaps what was loaded long ago."""
        if not self.criteria or self.draw.random() < 0.6:
            self.criteria = json.loads(self.browser.get("/criteria/text").text)
        mark, before = self.mark(), self.criteria
        asked = {"text": f"{before['text']}# {mark}\n", "digest": before["digest"]}
        csrf = self.browser.csrf
        done = self.browser.post_json("/criteria/save", json.dumps(asked), csrf)
        assert done.status == 200, done.text
        answer = json.loads(done.text)
        if answer["state"] == "saved":
            self.saved.append((before["digest"], answer["present"]))
        self.told.add(answer["state"])
        self.criteria = {}


@dataclass
class Editor:
    """A text editor with a buffer for each file, and what it has saved."""

    folder: Path
    draw: random.Random
    pmids: list[str]
    ids: list[str]
    buffers: dict[str, bytes] = field(default_factory=dict)
    saved: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    broken: bool = False
    count: int = 0

    def load(self, name: str) -> None:
        """Show a file as it is now; what git left in it is removed at once."""
        self.buffers[name] = (self.folder / name).read_bytes().replace(MERGE, b"")

    def save(self, name: str) -> None:
        """Add a line to what is shown, which may be old, and save it in one way or the other."""
        if name not in self.buffers or self.draw.random() < 0.5:
            self.load(name)
        self.count += 1
        mark = f"Cy-{self.count}"
        self.buffers[name] += f"{self._line(name, mark)}\n".encode()
        self.write(name, self.buffers[name])
        self.saved[name].append(mark)

    def _line(self, name: str, mark: str) -> str:
        if name == "screening.yaml":
            return f"# {mark}"
        if name == "decisions.tsv":
            row = {"pmid": self.draw.choice(self.pmids), "stage": "title/abstract"}
            row |= {"outcome": "human", "reviewer": "Cy", "note": mark}
            return "\t".join(row.get(column, "") for column in DECIDED)
        row = {"id": self.draw.choice(self.ids), "action": "confirm"}
        row |= {"reviewer": "Cy", "note": mark}
        return "\t".join(row.get(column, "") for column in CORRECTED)

    def write(self, name: str, content: bytes) -> None:
        """Save, as editors do."""
        path = self.folder / name
        if name == "decisions.tsv":
            self.broken = content.endswith(MERGE)
        if self.draw.random() < 0.5:
            half = len(content) // 2
            with path.open("wb") as file:
                file.write(content[:half])
                file.flush()
                file.write(content[half:])
        else:
            other = path.with_name(f"{name}~")
            other.write_bytes(content)
            other.replace(path)

    def breaks(self) -> None:
        """Save half a merge over the decisions, or mend it."""
        name = "decisions.tsv"
        if name not in self.buffers:
            self.load(name)
        self.write(name, self.buffers[name] + MERGE * (not self.broken))


def _steps(
    draw: random.Random, people: list[Reviewer], editor: Editor, statements: list[Statement]
) -> list[list[Callable[[], None]]]:
    """What is done at once in each step: by one of the three, or by several."""

    def by_reviewer(one: Reviewer) -> Callable[[], None]:
        return draw.choices([one.decide, lambda: one.judge(statements), one.edit], [6, 2, 2])[0]

    def by_editor() -> Callable[[], None]:
        name = draw.choice(["decisions.tsv", "decisions.tsv", "corrections.tsv", "screening.yaml"])
        save, load = (lambda: editor.save(name)), (lambda: editor.load(name))
        return draw.choices([save, load, editor.breaks], [8, 3, 1])[0]

    plan = []
    for _ in range(STEPS):
        able = [*(by_reviewer(one) for one in people), by_editor()]
        plan.append(draw.sample(able, draw.choice([1, 1, 2, 3])))
    return plan


def _at_once(acts: list[Callable[[], None]]) -> None:
    """All of them, each in a thread; the first failure is raised."""
    failed: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


@pytest.fixture
def folder(copied: Callable[[Path], Path], tmp_path: Path) -> Path:
    """A review in which two have to agree on each record."""
    folder = copied(tmp_path / "review")
    screening = folder / "config/screening.yaml"
    text = screening.read_text("utf-8").replace(
        "reviewers_per_record: 1", "reviewers_per_record: 2"
    )
    assert "reviewers_per_record: 2" in text
    screening.write_text(text, "utf-8")
    return folder


def _in_order(said: list[Said], stand: list[Said]) -> bool:
    rest = iter(stand)
    return all(one in rest for one in said)


def _decisions(folder: Path) -> list[Decision]:
    criteria = load_criteria(load(folder / "config/screening.yaml", "screening"))
    file = folder / "config/decisions.tsv"
    return decisions_in(file.read_text("utf-8"), str(file), None, criteria)


def _corrections(folder: Path) -> list[dict[str, str]]:
    lines = (folder / "config/corrections.tsv").read_text("utf-8").splitlines()
    assert lines[0].split("\t") == list(CORRECTED)
    return [dict(zip(CORRECTED, line.split("\t"), strict=True)) for line in lines[1:]]


def _nothing_lost(folder: Path, people: list[Reviewer], editor: Editor) -> None:
    decided, judged = _decisions(folder), _corrections(folder)
    for one in people:
        for pmid, said in one.decided.items():
            rows = [row for row in decided if (row.pmid, row.reviewer) == (pmid, one.name)]
            stand = [(row.outcome, row.note) for row in rows]
            assert _in_order(said, stand), (one.name, pmid, said, stand)
            assert stand[-1] == said[-1], "the last word that was acknowledged is what counts"
        for id_, said in one.judged.items():
            rows = [row for row in judged if (row["id"], row["reviewer"]) == (id_, one.name)]
            stand = [(row["action"], row["note"]) for row in rows]
            assert _in_order(said, stand), (one.name, id_, said, stand)
            assert stand[-1] == said[-1]
    notes = {row.note for row in decided} | {row["note"] for row in judged}
    assert {*editor.saved["decisions.tsv"], *editor.saved["corrections.tsv"]} <= notes


def _at_rest(folder: Path) -> None:
    """Wait until the desk, which looks every half second, has left the files alone for two."""
    before, since = None, time.monotonic()
    while time.monotonic() < since + 2:
        now = [path.read_bytes() for path in sorted(folder.glob("config/*.*"))]
        since, before = (since, before) if now == before else (time.monotonic(), now)
        time.sleep(0.05)


def _no_save_undone_by_the_desk(folder: Path, people: list[Reviewer], editor: Editor) -> None:
    """Each save went over a state of its own, and the editor's lines are all there."""
    before = [digest for one in people for digest, _ in one.saved]
    assert len(before) == len(set(before))
    assert "changed" in set.union(*(one.told for one in people))
    there = set((folder / "config/screening.yaml").read_text("utf-8").splitlines())
    assert {f"# {mark}" for mark in editor.saved["screening.yaml"]} <= there


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_that_was_acknowledged_is_lost(folder: Path, seed: int) -> None:
    draw = random.Random(seed)
    statements = read_parquet(folder / "results/5_evidence/statements.parquet", Statement)
    with running(folder) as desk:
        people = [_let_in(desk, name, draw) for name in ("Ada", "Bo")]
        ids = [statement.id for statement in statements]
        pmids = _waiting(people[0])
        editor = Editor(folder / "config", random.Random(draw.random()), pmids, ids)
        for acts in _steps(draw, people, editor, statements[:6]):
            _at_once(acts)
        if editor.broken:
            editor.breaks()
        _at_rest(folder)
        _nothing_lost(folder, people, editor)
        _no_save_undone_by_the_desk(folder, people, editor)
        assert desk.end() == 0
        assert "Traceback" not in desk.log.read_text("utf-8")
    assert all(sum(map(len, one.decided.values())) > 10 and one.saved for one in people)
    assert all(
        editor.saved[name] for name in ("screening.yaml", "decisions.tsv", "corrections.tsv")
    )
    check = [sys.executable, "-m", "perennial", "check"]
    done = subprocess.run(check, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not [*(folder / "config").glob(".*.aside"), *(folder / "config").glob(".*.before")]


def _let_in(desk: Running, name: str, draw: random.Random) -> Reviewer:
    browser = Browser(desk.port, desk.token)
    assert browser.post("/who", {"name": name, "token": browser.csrf}).status == 303
    return Reviewer(name, browser, random.Random(draw.random()))


def _waiting(one: Reviewer) -> list[str]:
    """A record that is in the queue."""
    return [one.browser.get("/screening").field("pmid")]
