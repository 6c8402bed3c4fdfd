"""What the criteria page says of a text is what `perennial check` says, at the very place."""

from __future__ import annotations

import re
import shutil
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from perennial.cli import cli
from perennial.config import load
from perennial.decisions.table import load_decisions
from perennial.desk.app import application
from perennial.desk.background import Background
from perennial.desk.consequences import Consequences
from perennial.desk.criteria import Editing
from perennial.desk.decided import Decided
from perennial.desk.problems import checked
from perennial.desk.review import Review
from perennial.errors import InputError
from perennial.query import Mesh
from perennial.screen import load_criteria
from perennial.swap import digest_of
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
CASES = YAML(typ="safe").load((Path(__file__).parent / "criteria_problems.yaml").read_text("utf-8"))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "config", tmp_path / "config")


@pytest.fixture
def editing(copied, tmp_path: Path) -> Editing:
    folder = copied(tmp_path)
    return Editing(Review(folder / "results", folder / "config", folder / "archive"))


def said(text: str, config: Path):
    mesh = Mesh.found(config / "mesh.yaml")
    return checked(
        text, config / "screening.yaml", Decided(config / "decisions.tsv"), mesh
    ).problems


def test_there_are_cases() -> None:
    assert len(CASES) >= 8
    assert said((ROOT / "config/screening.yaml").read_text("utf-8"), ROOT / "config") == ()


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_a_problem_is_told_at_its_place(case, config: Path) -> None:
    text = (config / "screening.yaml").read_text("utf-8")
    assert text.count(case["old"]) == 1
    text = text.replace(case["old"], case["new"])
    (problem,) = said(text, config)
    units = text.encode("utf-16-le")
    assert units[2 * problem.start : 2 * problem.end].decode("utf-16-le") == case["marks"]
    assert (problem.severity, case["says"] in problem.message) == (
        case.get("severity", "error"),
        True,
    )
    assert case.get("hint", "") in problem.hint
    (config / "screening.yaml").write_text(text, "utf-8")
    whole = CliRunner().invoke(cli, ["check", str(config)])
    line, column = re.findall(r"\d+", problem.place)
    assert f"screening.yaml:{line}:{column}: " in whole.output + str(whole.exception)
    assert problem.message in whole.output + str(whole.exception)


def test_a_decision_that_the_text_makes_wrong_is_told_in_its_file(config: Path) -> None:
    rows = "\n1\ttitle/abstract\texclude\tX2\tAda\t\t2026-01-01\t\t\t\n"
    decisions = config / "decisions.tsv"
    decisions.write_text(decisions.read_text("utf-8").rstrip("\n") + rows, "utf-8")
    text = (config / "screening.yaml").read_text("utf-8")
    assert said(text, config) == ()
    (problem,) = said(text.replace("  - id: X2\n", "  - id: X200\n"), config)
    assert (problem.place, problem.start) == (f"{decisions}:2", -1)
    assert "unknown criterion 'X2'" in problem.message
    # To who works unseen, not where it stands, and of another's row not what it says.
    file, wrong = config / "screening.yaml", text.replace("  - id: X2\n", "  - id: X200\n")
    told = [checked(wrong, file, Decided(decisions), None, name).problems for name in ("ada", "Bo")]
    assert [problem.place for (problem,) in told] == [str(decisions)] * 2
    (own,), (other,) = told
    assert "unknown criterion 'X2'" in own.message
    assert other.message.startswith("a row of another reviewer is not right")
    assert "X2" not in other.message + other.hint
    assert other.hint == "ask whoever maintains the review to mend it"


def test_nothing_is_written_over_another_text_nor_a_wrong_one(editing: Editing) -> None:
    was = editing.file.read_bytes()
    text, digest = was.decode(), digest_of(was)
    assert editing.save(text + "- wrong", digest)["state"] == "wrong"
    assert editing.save(text + "# more\n", digest_of(b"another"))["state"] == "changed"
    assert editing.file.read_bytes() == was
    saved = editing.save(text + "# more\n", digest)
    assert editing.file.read_bytes() == was + b"# more\n"
    assert saved == {"state": "saved", "present": digest_of(was + b"# more\n")}


def test_a_page_that_has_sent_another_text_gets_no_consequences(editing: Editing) -> None:
    text = editing.present()["text"]
    app = application(editing.review, "token", 1)
    editing.consequences.begin("saved").result(30)
    with app.test_request_context("/"):
        asked = {"page": "one", "against": "saved"}
        assert editing.check({**asked, "serial": 7}, text)["state"] == "told"
        assert editing.check({**asked, "serial": 6}, text)["state"] == "late"
        assert editing.check({**asked, "serial": 6, "page": "two"}, text)["state"] == "told"


def test_without_git_or_records_it_is_said(editing: Editing) -> None:
    text, app = editing.present()["text"], application(editing.review, "token", 1)
    editing.begin()
    editing.consequences.begin("commit").result(30)
    with app.test_request_context("/"):
        assert "as it is saved" in editing.check({"against": "commit"}, text)["html"]
        shutil.rmtree(editing.review.results / "1_records")
        answer = editing.check({"against": "commit"}, text)
        assert answer["state"] == "cannot"
        assert "there are no records yet" in answer["html"]


def test_decisions_are_read_once_however_many_texts_are_checked(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []

    def noted(path, *given):
        read.append(path)
        return load_decisions(path, *given)

    monkeypatch.setattr("perennial.desk.decided.load_decisions", noted)
    rows = "\n1\ttitle/abstract\texclude\tX2\tAda\t\t2026-01-01\t\t\t\n"
    file = config / "decisions.tsv"
    file.write_text(file.read_text("utf-8").rstrip("\n") + rows, "utf-8")
    text, mesh = (config / "screening.yaml").read_text("utf-8"), Mesh.found(config / "mesh.yaml")
    decided = Decided(file)

    def found(typed: str) -> list[str]:
        told = checked(typed, config / "screening.yaml", decided, mesh).problems
        return [problem.place for problem in told]

    assert [found(text.replace("NEAR/6", f"NEAR/{n}")) for n in (2, 3, 4)] == [[]] * 3
    assert len(read) == 1
    assert found(text.replace("- id: X2\n", "- id: X200\n")) == [f"{file}:2"]
    assert found(text) == [] and len(read) == 2
    criteria = load_criteria(load(config / "screening.yaml", "screening"))
    assert len(decided(criteria, {"1"})) == 1 and len(read) == 2
    with pytest.raises(InputError, match="unknown record"):
        decided(criteria, {"2"})
    assert Decided(file, lambda: "2025-12-31")(criteria, {"2"}) == ()  # nor was it decided by then
    file.write_text(file.read_text("utf-8").replace("Ada", ""), "utf-8")
    assert found(text) == [f"{file}:2"]


def test_what_is_compared_with_is_another_once_decisions_or_the_mesh_are(editing: Editing) -> None:
    consequences: Consequences = editing.consequences
    seen = [consequences.look()]
    assert consequences.look() == seen[0]
    for name in ("decisions.tsv", "mesh.yaml", "spelling.tsv", "screening.yaml"):
        path = editing.review.config / name
        path.write_bytes(path.read_bytes() + b"\n")
        seen.append(consequences.look())
    assert len(set(seen)) == 5


def test_what_failed_is_made_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    over, made = threading.Event(), []
    monkeypatch.setattr("perennial.desk.background.sleep", lambda _: over.wait(10))

    def make() -> int:
        made.append(1)
        if len(made) == 1:
            raise InputError("half there")
        return len(made)

    background: Background[int] = Background()
    failed = background.get("files", make)
    with pytest.raises(InputError):
        failed.result(10)
    assert background.get("files", make) is failed and made == [1]
    over.set()
    for _ in range(5_000):
        if background.get("files", make) is not failed:
            break
        time.sleep(0.001)
    assert background.get("files", make).result(10) == 2


@pytest.mark.parametrize("sent", [b"", b"[]", b'{"text": 1}', b'{"text": "\\ud800"}'])
def test_what_no_page_sends_is_refused(editing: Editing, sent: bytes) -> None:
    app = application(editing.review, "token", 5555, "Ada")
    client = app.test_client()
    base = "http://127.0.0.1:5555"
    client.get("/?token=token", base_url=base)
    with client.session_transaction(base_url=base) as session:
        token = session["in"]
    head = {"X-Perennial-Token": token, "Content-Type": "application/json"}
    for path in ("check", "save", "difference"):
        answer = client.post(f"/criteria/{path}", data=sent, headers=head, base_url=base)
        assert answer.status_code == 400, answer.text
