"""Two reviewers, unseen by each other: to Ada it is all the same whether Ben has been there."""

from __future__ import annotations

import difflib
import json
import re
import secrets
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from click.testing import CliRunner
from driven import Browser, Running, running
from perennial.commands.appraise import command as appraise
from perennial.commands.assess import command as assess
from perennial.commands.correct import command as correct
from perennial.commands.flow import command as flow
from perennial.commands.prioritise import command as queue
from perennial.commands.screen import command as screen
from perennial.decisions.table import append
from perennial.desk.review import Review
from perennial.passage import Statement
from perennial.queue.prioritise import Queued
from perennial.screened import Screened
from perennial.tables import read_parquet, write_parquet

DAY = "2026-11-02"
FLOW = "results/6_synthesis/flow.json"
NONCE = re.compile(r'(nonce(?:" content)?=")[^"]*')
QUEUE, ASSESSED = "results/3_screened/queue.parquet", "results/4_fulltext/assessed.parquet"
STATEMENTS = "results/5_evidence/statements.parquet"
BUILT = (QUEUE, ASSESSED, STATEMENTS, FLOW)
FULL = "/screening?stage=full+text"
# On titles and abstracts until the audit has come, and on a full text.
SAYS = (("include",), ("exclude", "X3"), ("unsure",), ("unsure",), ("unsure", "", FULL))
FORM = ("token", "stage", "reviewer", "moves", "pmid", "digest")


def git(folder: Path, *words: str) -> None:
    me = ("-c", "user.name=N", "-c", "user.email=n@example.org")
    subprocess.run(("git", *me, *words), cwd=folder, check=True, capture_output=True)


@pytest.fixture
def double(copied, tmp_path):
    """A desk over a review with two reviewers to a record, in a repository if there is git."""
    folder = copied(tmp_path / "project")
    protocol = folder / "config/screening.yaml"
    text = protocol.read_text("utf-8").replace("reviewers_per_record: 1", "reviewers_per_record: 2")
    text = text.replace("audit_sample: 20", "audit_sample: 5")
    assert "blinded: true" in text
    assert "audit_sample: 5" in text
    protocol.write_text(text, "utf-8")
    if shutil.which("git"):
        git(folder, "init", "-q")
        git(folder, "add", "config")
        git(folder, "commit", "-qm", "first")
    with running(folder, name="../desk") as desk:
        yield desk


def someone(desk: Running, name: str) -> Browser:
    """A browser in which a reviewer has said their name."""
    browser = Browser(desk.port, desk.token)
    token = browser.get("/who").field("token")
    assert browser.post("/who", {"token": token, "name": name}).status == 303
    return browser


def answer(browser: Browser, said: str, criterion: str = "", page_at: str = "/screening") -> str:
    """Answer the record that is next; its PMID."""
    page = browser.get(page_at)
    form = {name: page.field(name) for name in FORM}
    form |= {"answer": said, "criterion": criterion, "note": "whispered aside"}
    assert browser.post("/screening", form).status == 303
    return form["pmid"]


def judge(browser: Browser, pmid: str, action: str) -> None:
    """Say something of the first statement of a study that waits; a correction names no context."""
    page = browser.get(f"/evidence/{pmid}")
    form = {name: page.field(name) for name in ("token", "digest", "s")}
    form |= {"action": action, "note": "whispered aside", "standing": "hypothesis"}
    assert browser.post(f"/evidence/{pmid}", form).status == 303


def links(page: str, text: str) -> list[str]:
    """Where a page leads on the desk, in its order."""
    found = (
        urldefrag(urljoin(page, unescape(href)))[0] for href in re.findall(r'href="([^"]*)', text)
    )
    return [path for path in found if path.startswith("/") and not path.startswith("/static/")]


def rebuilt(folder: Path) -> dict[str, bytes]:
    """Build what people's answers change, as far as the desk reads it; what it comes to."""
    config, results = folder / "config", folder / "results"
    protocol = {"--criteria": "screening.yaml"}
    judging = {**protocol, "--decisions": "decisions.tsv", "--mesh": "mesh.yaml"}
    drawing = {"--vocabulary": "evidence.yaml"}
    for stage, files, output in (
        (screen, judging, "3_screened"),
        (assess, judging, "4_fulltext/assessed.parquet"),
        (queue, judging, "3_screened"),
        (correct, {"--corrections": "corrections.tsv", **drawing}, "5_evidence"),
        (appraise, {"--appraisal": "appraisal.yaml", **drawing}, "5_evidence/studies.parquet"),
        (flow, protocol, "6_synthesis/flow.json"),
    ):
        given = [word for option, name in files.items() for word in (option, str(config / name))]
        done = CliRunner().invoke(stage, [str(results), *given, "-o", str(results / output)])
        assert done.exit_code == 0, (done.output, done.exception)
    return {file: (folder / file).read_bytes() for file in BUILT}


def unasked(folder: Path, queued: set[str]) -> tuple[str, str]:
    """A record that the rules exclude and the audit has not drawn, and one that they include."""
    rows = read_parquet(folder / ASSESSED, Screened)
    found = {row.outcome: row.pmid for row in rows if row.pmid not in queued}
    return found["exclude"], found["include"]


def everything(browser: Browser, near: set[str], start: str = "/") -> dict[str, tuple[int, str]]:
    """Every page that can be come to, as it is told: path → status and text.

    Of the records' own pages, which are many and slow, those ``near`` and one in five, each once.
    """
    told: dict[str, tuple[int, str]] = {}
    passed: set[str] = set()
    asked = [start, "/screening/state", "/screening/adjudicate/state", "/criteria/text"]
    asked += ["/criteria/digest"]
    while asked:
        path = asked.pop()
        record = re.match(r"/record/(\w+)", path)
        if record and (
            record[1] in passed or (record[1] not in near and record[1][-1] not in "37")
        ):
            continue
        passed.add(record[1] if record else "")
        if path in told or "form=" in path:
            continue
        page = browser.get(path)
        told[path] = page.status, NONCE.sub(r"\1", page.text)
        asked += links(path, page.text)
        assert len(told) < 3_000
    return told


def differs(old: str, new: str) -> list[str]:
    """The lines that are in one of two pages alone."""
    both = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in both if not line.startswith(("---", "+++", "@@"))]


def edited(text: str) -> str:
    """X7 asks for one word more."""
    found = re.sub(
        r"(- id: X7\b.*?query: \|?\s*)", r"\1zebrafish[tiab] OR ", text, count=1, flags=re.S
    )
    assert found != text
    return found


def previewed(browser: Browser, against: str) -> str:
    """What the page tells of an edit of X7."""
    page = browser.get("/criteria")
    text = edited(json.loads(browser.get("/criteria/text").text)["text"])
    token = re.search(r'data-token="([^"]+)"', page.text)[1]
    opened = secrets.token_hex(8)
    for serial in range(100):
        asked = {"text": text, "against": against, "page": opened, "serial": serial}
        told = browser.post_json("/criteria/check", json.dumps(asked), token).text
        if json.loads(told)["state"] != "reading":
            assert json.loads(told)["state"] == "told", told
            return told
        time.sleep(0.2)
    raise AssertionError("the records are never read")


def test_all_is_the_same_to_ada_whether_ben_has_been_there(double):
    """Whatever he answers, asked or not, and though the review is built with it meanwhile.

    Of his, she may see a statement that he adds: it lies before her like what was drawn.
    """
    folder = double.folder
    desk = Review(folder / "results", folder / "config", folder / "archive", DAY).desk()
    doubted = [desk.queue[1].pmid, next(w.pmid for w in desk.queue if w.why == "audit")]
    decisions = folder / "config/decisions.tsv"
    append(decisions, *(desk.decision(pmid, "human", "", "Ada", DAY) for pmid in doubted))
    built = rebuilt(folder)
    ada, ben = someone(double, "Ada"), someone(double, "Ben")
    sides = "commit", "saved"
    waiting = read_parquet(folder / QUEUE, Queued)
    near = {row.pmid for row in waiting if row.stage != "full text"}
    excluded, included = unasked(folder, near)
    counted = Counter(row.pmid for row in read_parquet(folder / STATEMENTS, Statement))
    lone = [pmid for pmid, n in counted.items() if n == 1 and pmid != included][:2]
    near |= {excluded, included, *lone}
    before = everything(ada, near), {side: previewed(ada, side) for side in sides}
    paths = before[0]
    for kind, least in (("/box/", 30), ("/record/", 15), ("/evidence/", 10), ("/screening", 4)):
        assert sum(path.startswith(kind) for path in paths) >= least, kind
    said = [answer(ben, *each) for each in SAYS]
    assert (said[1], said[3]) == tuple(doubted)
    # As a sheet brings them.
    append(
        decisions,
        desk.decision(excluded, "include", "", "Ben", DAY, "whispered aside"),
        desk.decision(included, "exclude", "X3", "Ben", DAY, "whispered aside"),
    )
    stated = re.compile(r"(/evidence/\d+)\?s=\w")
    studies = [found[1] for path in paths if (found := stated.match(path))]
    first = list(dict.fromkeys(studies))[:3]
    said_of = [*zip(first, ("confirm", "reject", "correct"), strict=True)]
    for path, action in (*said_of, *((f"/evidence/{pmid}", "reject") for pmid in lone)):
        judge(ben, path.removeprefix("/evidence/"), action)
    unbuilt = everything(ada, near)
    assert all(now != built[file] for file, now in rebuilt(folder).items())
    time.sleep(0.05)
    after = everything(ada, near), {side: previewed(ada, side) for side in sides}
    for later in (unbuilt, after[0]):
        assert later.keys() == paths.keys()
        other = [path for path in paths if later[path] != paths[path]]
        assert [(path, differs(paths[path][1], later[path][1])) for path in other] == []
    assert after[1] == before[1]
    assert "as if you alone had decided" in after[1]["saved"]
    assert "Screening is blinded" in paths["/screening/adjudicate"][1]
    assert paths["/screening/adjudicate/state"][0] == 403
    # What she has judged herself she sees, and of what an edit does to decisions her own.
    assert answer(ada, "exclude", "X7") == said[0]
    assert "whispered aside" in ada.get(f"/record/{said[0]}").text
    assert "Ben" not in ada.get(f"/record/{said[1]}").text
    mine = json.loads(previewed(ada, "saved"))["html"]
    assert "become stale (1)" in mine
    assert "Ada: " in mine
    assert "Ben" not in mine
    # The same pages do tell once screening is not blinded.
    protocol = double.folder / "config/screening.yaml"
    text = protocol.read_text("utf-8").replace("blinded: true", "blinded: false")
    protocol.write_text(text, "utf-8")
    for path in ("/", f"/record/{said[1]}", first[0]):
        assert "Ben" in ada.get(path).text, path
    assert "1 decision is not in it yet" in ada.get("/").text
    assert "as if you alone" not in previewed(ada, "saved")


def blinded(folder: Path) -> tuple[str, str]:
    """Two must judge, unseen; Bo and Cy differ on one record and include another, as if built.

    Gives the two records.
    """
    protocol = folder / "config/screening.yaml"
    text = protocol.read_text("utf-8").replace("reviewers_per_record: 1", "reviewers_per_record: 2")
    protocol.write_text(text, "utf-8")
    review = Review(folder / "results", folder / "config", folder / "archive", "2026-11-02")
    desk = review.desk()
    apart = next(w.pmid for w in desk.queue if w.why == "undecided")
    missed = next(w.pmid for w in desk.queue if w.why == "audit")
    review.keep(
        desk.decision(apart, "include", "", "Bobby", "2026-11-02", "clear to me"),
        desk.decision(apart, "exclude", "X3", "Cyril", "2026-11-02", "whispered aside"),
        desk.decision(missed, "human", "", "Cyril", "2026-11-02", "whispered aside"),
    )
    table = folder / "results/4_fulltext/assessed.parquet"
    people = {
        "outcome": "human",
        "criterion": "",
        "reason": "whispered aside",
        "decided_by": "Bobby",
    }
    rows = read_parquet(table, Screened)
    rows = [replace(row, **people) if row.pmid in (apart, missed) else row for row in rows]
    write_parquet(table, rows, Screened)
    _send_back(folder, apart, missed)
    return apart, missed


def _send_back(folder: Path, *moved: str) -> None:
    path = folder / "results/6_synthesis/flow.json"
    told = json.loads(path.read_bytes())
    for box in told["boxes"]:
        if box["id"] in ("excluded", "awaiting"):
            for part in box["parts"]:
                part["pmids"] = [pmid for pmid in part["pmids"] if pmid not in moved]
        if box["id"] == "awaiting":
            box["parts"].append({"id": "reviewer", "label": "Disputed", "pmids": list(moved)})
    path.write_text(json.dumps(told), "utf-8")


def told_by(browser: Browser, path: str) -> str:
    """The text of a page."""
    page = browser.get(path)
    assert page.status == 200, path
    return unescape(re.sub(r"<[^>]+>", " ", page.text))


def test_what_a_build_made_of_others_is_not_told_by_its_lists(copied, tmp_path):
    folder = copied(tmp_path / "project")
    apart, missed = blinded(folder)
    with running(folder, name="../desk") as desk:
        ada, bobby = someone(desk, "Ada"), someone(desk, "bobby")
        boxes = [box["id"] for box in json.loads((folder / FLOW).read_bytes())["boxes"]]
        records = [f"/record/{apart}", f"/record/{missed}"]
        for path in ("/", *(f"/box/{box}" for box in boxes), *records, "/box/awaiting?as=csv"):
            told = told_by(ada, path)
            assert not re.search("bobby|cyril|whisper|clear to me|disput", told, re.I), path
        awaiting = ada.get("/box/awaiting").text
        assert len(re.findall(r'<td class="pmid"', awaiting)) == 3
        assert apart in awaiting
        assert missed not in awaiting
        assert missed in ada.get("/box/excluded").text
        assert ada.get("/box/awaiting/reviewer").status == 404
        assert "As built" not in told_by(ada, f"/record/{apart}")
        assert "As built" not in told_by(ada, "/record/27613129")
        # Who has judged it sees it all, by name.
        assert "whispered aside" in told_by(bobby, f"/record/{apart}")
        assert "whisper" not in told_by(bobby, f"/record/{missed}")
        # Without blinding, so does everybody.
        protocol = folder / "config/screening.yaml"
        text = protocol.read_text("utf-8").replace("blinded: true", "blinded: false")
        protocol.write_text(text, "utf-8")
        told = told_by(ada, "/")
        assert re.search(r"Bobby\s+\d+\s+\d+\s+0\s+Cyril\s+\d+", told)
        assert re.search(r"titles and abstracts\s+1\s+0\.00\s+", told)
        assert re.search(r"1\s+conflict to adjudicate", told)
        assert "whispered aside" in told_by(ada, f"/record/{apart}")
