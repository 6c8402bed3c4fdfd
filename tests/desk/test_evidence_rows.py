"""The page of evidence: the rows that it writes, what it refuses, whom it shows what."""

from __future__ import annotations

import csv
import html
import io
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/corrections"))

from correction_cases import PMID, passage, statement  # noqa: E402
from perennial.appraisal import load_checklist  # noqa: E402
from perennial.commands.corrections import command  # noqa: E402
from perennial.config import load  # noqa: E402
from perennial.corrections.correction import VALUES  # noqa: E402
from perennial.corrections.table import load_corrections  # noqa: E402
from perennial.desk import app as desk_app  # noqa: E402
from perennial.desk.quoted import Quote, quoted  # noqa: E402
from perennial.desk.review import Review  # noqa: E402
from perennial.passage import Passage, Statement  # noqa: E402
from perennial.printable import printable  # noqa: E402
from perennial.record import Record  # noqa: E402
from perennial.study import Study, characterise  # noqa: E402
from perennial.tables import write_parquet  # noqa: E402
from subject import vocabulary  # noqa: E402

DAY, HERE = "2026-01-02", f"/evidence/{PMID}"
OTHER = "900000002"
# A sign beyond 16 bits, one that acts, markup, and words that stand twice.
TEXTS = {
    "title": "<script>alert(1)</script> & \u202ecells",
    "abstract": "-\U0001f600 TWIST1 wakes the cells. SOX9 keeps “them” asleep. NANOG too. "
    "So do osteoblasts, they say. SOX9 keeps “them” asleep.",
}
WAKES, KEEPS, TOO = (
    "TWIST1 REA abstract: TWIST1 wakes the cells.",
    "SOX9 MNT abstract: SOX9 keeps “them” asleep.",
    "NANOG MNT abstract: NANOG too.",
)
DRAWN = {said.partition(" ")[0]: statement(said, TEXTS) for said in (WAKES, KEEPS, TOO)}
QUOTE = "So do osteoblasts, they say."
START = TEXTS["abstract"].index(QUOTE)
ADD = {
    "action": "add",
    "section": "abstract",
    "start": str(START),
    "end": str(START + len(QUOTE)),
    "quote": QUOTE,
    "factor": "osteoblasts",
    "direction": "MNT",
    "site": "bone; lung",
    "standing": "result",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A review of two studies, one without a statement."""
    return written(tmp_path / "review", TEXTS)


def written(folder: Path, texts: dict[str, str]) -> Path:
    config, results = folder / "config", folder / "results"
    config.mkdir(parents=True, exist_ok=True)
    for name in ("evidence.yaml", "corrections.tsv", "screening.yaml"):
        if not (config / name).exists():
            shutil.copy(ROOT / "config" / name, config / name)
    checklist = load_checklist(load(ROOT / "config/appraisal.yaml", "appraisal").data)
    records = [Record(PMID, title=texts["title"]), Record(OTHER, title="Another study")]
    drawn = [statement(said, texts) for said in (WAKES, KEEPS, TOO)]
    passages = [passage(section, text) for section, text in texts.items()]
    more = [passage("title", "Another study", OTHER)]
    studies = [
        characterise(records[0], passages, drawn, vocabulary(), checklist, []),
        characterise(records[1], more, [], vocabulary(), checklist, []),
    ]
    write_parquet(results / "1_records/records.parquet", records, Record)
    write_parquet(results / "4_fulltext/passages.parquet", passages + more, Passage)
    write_parquet(results / "5_evidence/drawn.parquet", drawn, Statement)
    write_parquet(results / "5_evidence/statements.parquet", drawn, Statement)
    write_parquet(results / "5_evidence/studies.parquet", studies, Study)
    return folder


class Browser(FlaskClient):
    """A browser that knows the port of the desk."""

    def open(self, *given, **more):
        return super().open(*given, **{"base_url": "http://localhost:8000", **more})


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FlaskClient]:
    """A browser that has been let in, of one reviewer."""
    monkeypatch.setattr(desk_app, "PAGES", ("evidence",))

    def opened(folder: Path, reviewer: str = "Ada") -> FlaskClient:
        review = Review(folder / "results", folder / "config", folder / "archive", DAY)
        app = desk_app.application(review, "token", 8000, reviewer)
        app.test_client_class = Browser
        browser = app.test_client()
        browser.get("/evidence?token=token")
        return browser

    return opened


def field(page: str, name: str) -> str:
    """What a hidden field of the page holds."""
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def say(browser: FlaskClient, factor: str = "", /, **given: str):
    """Judge a statement as the page's form does; the fields not ``given`` are as prefilled."""
    id_ = DRAWN[factor].id if factor else ""
    page = browser.get(f"{HERE}?s={id_}").text
    present = {}
    if given["action"] == "correct":
        s = DRAWN[factor]
        present = {name: getattr(s, name) for name in (*VALUES, "quote", "section")}
        present |= {"start": str(s.start), "end": str(s.end)}
    known = {"token": field(page, "token"), "digest": field(page, "digest"), "s": id_}
    return browser.post(HERE, data=known | present | given)


def rows(folder: Path) -> str:
    return (folder / "config/corrections.tsv").read_text("utf-8")


def imported(folder: Path, filled: list[dict[str, str]], reviewer: str = "Ada"):
    """What somebody fills into the rows of an exported sheet, in their order, and imports."""
    sheet, own = folder / "sheet.csv", ["--results", str(folder / "results")]
    own += ["--config", str(folder / "config")]
    CliRunner().invoke(command, ["export", str(sheet), *own], catch_exceptions=False)
    header, *body = csv.reader(io.StringIO(sheet.read_text("utf-8-sig"), newline=""))
    of = {row[header.index("factor")]: dict(zip(header, row, strict=True)) for row in body}
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, header, restval="")
    writer.writeheader()
    for cells in filled:
        writer.writerow(of.get(cells.get("factor", ""), {}) | cells)
    sheet.write_text(sink.getvalue(), "utf-8-sig", newline="")
    options = ["--reviewer", reviewer, "--date", DAY, *own]
    return CliRunner().invoke(command, ["import", str(sheet), *options])


PARTLY = "keeps “them” asleep"
BOTH: dict[str, tuple[list[dict[str, str]], list[dict[str, str]]]] = {
    "confirm and reject": (
        [
            {"factor": "TWIST1", "action": "confirm"},
            {"factor": "NANOG", "action": "reject", "note": "=1+1, a\ttab\nand a line"},
        ],
        [
            {"of": "TWIST1", "action": "confirm"},
            {"of": "NANOG", "action": "reject", "note": "=1+1, a\ttab\nand a line"},
        ],
    ),
    "values": (
        [
            {
                "factor": "SOX9",
                "action": "correct",
                "new direction": "REA",
                "new condition": "-",
                "new site": "lung; bone",
            }
        ],
        [
            {
                "of": "SOX9",
                "action": "correct",
                "direction": "REA",
                "condition": " ",
                "site": "lung; bone",
            }
        ],
    ),
    "another factor": (
        [{"factor": "NANOG", "action": "correct", "new factor": "SOX9"}],
        [{"of": "NANOG", "action": "correct", "factor": "SOX9"}],
    ),
    "a quote that is pointed at": (
        [{"factor": "TWIST1", "action": "correct", "new quote": "\U0001f600 TWIST1 wakes"}],
        [
            {
                "of": "TWIST1",
                "action": "correct",
                "start": "1",
                "end": "15",
                "quote": "\U0001f600 TWIST1 wakes",
            }
        ],
    ),
    "a quote that is typed": (
        [{"factor": "SOX9", "action": "correct", "new quote": PARTLY}],
        [{"of": "SOX9", "action": "correct", "start": "", "end": "", "quote": PARTLY}],
    ),
    "add": (
        [
            {
                "action": "add",
                "pmid": PMID,
                "section": "abstract",
                "new quote": QUOTE,
                "new factor": "osteoblasts",
                "new direction": "MNT",
                "new site": "bone; lung",
                "new standing": "result",
            }
        ],
        [ADD],
    ),
    "the form as it was": (
        [{"factor": "SOX9", "action": "correct"}],
        [{"of": "SOX9", "action": "correct"}],
    ),
    "an unknown site": (
        [{"factor": "SOX9", "action": "correct", "new site": "lnug"}],
        [{"of": "SOX9", "action": "correct", "site": "lnug"}],
    ),
    "an unknown factor": (
        [{"factor": "SOX9", "action": "correct", "new factor": "NOSUCH1"}],
        [{"of": "SOX9", "action": "correct", "factor": "NOSUCH1"}],
    ),
    "words that are not there": (
        [{"factor": "SOX9", "action": "correct", "new quote": "Not in this text at all."}],
        [
            {
                "of": "SOX9",
                "action": "correct",
                "start": "",
                "end": "",
                "quote": "Not in this text at all.",
            }
        ],
    ),
    "no action": ([{"factor": "SOX9", "note": "hm"}], [{"of": "SOX9", "action": "", "note": "hm"}]),
}
REFUSED = tuple(BOTH)[6:]


@pytest.mark.parametrize("what", BOTH)
def test_the_page_writes_and_refuses_as_the_import_does(folder, tmp_path, client, what) -> None:
    sheet, forms = BOTH[what]
    beside = written(tmp_path / "beside", TEXTS)
    done = imported(beside, sheet)
    browser = client(folder)
    for form in forms:
        filled = {name: cell for name, cell in form.items() if name != "of"}
        answer = say(browser, form.get("of", ""), **filled)
        if what in REFUSED:
            assert answer.status_code == 409
            wrong = done.exception.message  # type: ignore[union-attr]
            assert wrong in html.unescape(answer.text)
        else:
            assert answer.status_code == 303
    assert (folder / "config/corrections.tsv").read_bytes() == (
        beside / "config/corrections.tsv"
    ).read_bytes()
    assert len(rows(folder).splitlines()) == (1 if what in REFUSED else 1 + len(forms))


def test_the_same_words_at_another_place_are_another_quote(folder, client) -> None:
    words = DRAWN["SOX9"].quote
    start = TEXTS["abstract"].rindex(words)
    again = {"start": str(start), "end": str(start + len(words)), "quote": words}
    assert say(client(folder), "SOX9", action="correct", **again).status_code == 303
    (row,) = load_corrections(folder / "config/corrections.tsv", None, vocabulary())
    assert (row.span, row.direction) == ((start, start + len(words)), "")


def test_nothing_is_said_twice(folder, client) -> None:
    browser = client(folder)
    for _ in range(2):
        answer = say(browser, "SOX9", action="confirm")
    assert "said already" in browser.get(answer.location).text.lower()
    assert len(rows(folder).splitlines()) == 2
    say(browser, "SOX9", action="confirm", note="why")
    say(browser, "SOX9", action="reject")
    say(browser, "SOX9", action="confirm")
    assert len(rows(folder).splitlines()) == 5


def test_a_place_where_other_words_stand_is_refused(folder, client) -> None:
    browser = client(folder)
    for wrong in ({"start": "1"}, {"end": "9999"}, {"start": "²"}, {"section": "../title"}):
        answer = say(browser, **(ADD | wrong))
        assert answer.status_code == 409
        assert "does not stand where it was pointed at" in answer.text
    assert len(rows(folder).splitlines()) == 1


def fields(page: str) -> dict[str, str]:
    """What the correction's form would send, as far as quotes are concerned."""
    quote = html.unescape(re.search(r'name="quote"[^>]*>([^<]*)<', page)[1])
    names = ("start", "end", "placed", "s", "digest", "token")
    return {name: html.unescape(field(page, name)) for name in names} | {"quote": quote}


def test_a_quote_typed_anew_without_scripts_is_looked_for(folder, client) -> None:
    browser, of = client(folder), DRAWN["SOX9"]
    sent = fields(browser.get(f"{HERE}?s={of.id}&form=correct").text)
    assert (sent["start"], sent["quote"]) == (str(of.start), of.quote)
    sent |= {"quote": "keeps “them”", "section": "abstract", "action": "correct"}
    sent |= {name: getattr(of, name) for name in VALUES}
    refused = browser.post(HERE, data=sent | {"site": "lnug", "form": "correct"})
    assert re.search(
        r'id="site"[^>]* aria-invalid="true"[^>]*describedby="refused several"', refused.text
    )
    assert refused.text.count('role="alert"') == 1
    again = fields(refused.text)
    assert (again["start"], again["placed"], again["quote"]) == ("", "", "keeps “them”")
    assert browser.post(HERE, data=sent).status_code == 303
    (row,) = load_corrections(folder / "config/corrections.tsv", None, vocabulary())
    assert row.quote == "keeps “them”"
    assert TEXTS["abstract"][slice(*row.span)] == "keeps “them”"


@pytest.mark.parametrize("action", ["confirm", "correct", "add"])
def test_a_note_too_long_to_be_read_again_is_refused_and_stays(folder, client, action) -> None:
    browser, note = client(folder), "so much " * 251
    given = ADD if action == "add" else {"action": action}
    of = "" if action == "add" else "SOX9"
    kept = {"form": action} if action != "confirm" else {}
    answer = say(browser, of, **given | kept | {"note": note, "site": "lung"})
    assert answer.status_code == 409
    assert "the note has 2,007 characters, and at most 2,000 are kept" in answer.text
    assert note in answer.text and 'maxlength="2000"' in answer.text
    assert len(rows(folder).splitlines()) == 1
    fits = note.strip()[:2000].replace(" ", "\r\n", 20)  # line ends are one character each
    assert say(browser, of, **given | {"note": fits, "site": "lung"}).status_code == 303
    assert browser.get(HERE).status_code == 200


def test_after_a_row_comes_what_it_adds_or_the_next(folder, client) -> None:
    browser = client(folder)
    assert browser.get(say(browser, **ADD).location).text.count("You added it.") == 1
    after = say(browser, "TWIST1", action="confirm").location
    assert after.endswith(f"s={DRAWN['SOX9'].id}")


def test_what_changed_since_the_page_was_made_is_not_written_on(folder, client) -> None:
    browser = client(folder)
    page = browser.get(HERE).text
    written(folder, TEXTS | {"abstract": TEXTS["abstract"] + " And more."})
    known = {"token": field(page, "token"), "digest": field(page, "digest")}
    answer = browser.post(HERE, data=known | {"s": DRAWN["SOX9"].id, "action": "confirm"})
    assert answer.status_code == 409
    assert "have changed since the page was made" in answer.text
    assert len(rows(folder).splitlines()) == 1


def test_as_of_a_day_later_rows_may_be_of_records_that_are_not_held(folder, client) -> None:
    config, browser = folder / "config/config.yaml", client(folder)
    assert say(browser, "SOX9", action="confirm").status_code == 303  # after that day
    text = rows(folder)
    lines = text.splitlines(keepends=True)
    (folder / "config/corrections.tsv").write_text(text + lines[1].replace(PMID, "77"), "utf-8")
    assert browser.get(HERE).status_code == 409
    config.write_text((ROOT / "config/config.yaml").read_text("utf-8"), "utf-8")
    config.write_text(config.read_text("utf-8").replace("\nas_of:", "\nas_of: 2026-01-01"), "utf-8")
    assert "You confirmed it" in browser.get(f"{HERE}?s={DRAWN['SOX9'].id}").text


def states(file: Path):
    """What a build may have made of a table at that moment, and how the page tells it."""
    table = file.read_bytes()
    yield b"", "cut off"
    yield table[: len(table) // 2], "cut off"
    write_parquet(file, [Other("else")], Other)
    yield file.read_bytes(), "other columns"
    yield None, f"{file.name} is not there"


@dataclass(frozen=True)
class Other:
    """Rows of another version."""

    what: str


def test_a_review_that_is_being_built_is_told_on_every_page(folder, client) -> None:
    browser, form = client(folder), f"{HERE}?s={DRAWN['SOX9'].id}&form=correct"
    known = fields(browser.get(form).text) | {"action": "confirm", "note": "typed"}
    (folder / ".snakemake/locks").mkdir(parents=True)
    (folder / ".snakemake/locks/0.output.lock").touch()
    tables = sorted(folder.glob("results/*/*.parquet"))
    assert len(tables) == 5
    for file in tables:
        held = file.read_bytes()
        for state, told in states(file):
            file.unlink() if state is None else file.write_bytes(state)
            asked = [browser.get(path) for path in ("/evidence", HERE, form)]
            for answer in (*asked, browser.post(HERE, data=known)):
                assert answer.status_code == 409, (file, told)
                assert "the review is being built" in answer.text and told in answer.text
        file.write_bytes(held)
    (folder / ".snakemake/locks/0.output.lock").unlink()
    moved = [passage(section, text + " More.") for section, text in TEXTS.items()]
    write_parquet(folder / "results/4_fulltext/passages.parquet", moved, Passage)
    assert "of two builds" in (answer := browser.get(HERE)).text
    assert (answer.status_code, len(rows(folder).splitlines())) == (409, 1)
    written(folder, TEXTS)
    for file in (folder / "config/evidence.yaml", folder / "config/screening.yaml"):
        file.unlink()
        assert {browser.get(HERE).status_code, browser.post(HERE, data=known).status_code} == {409}


@pytest.mark.parametrize("where", ["1", "..%2f..%2fconfig", "%3Cscript%3E"])
def test_a_study_that_was_not_read_is_no_page(folder, client, where: str) -> None:
    assert client(folder).get(f"/evidence/{where}").status_code == 404


def test_a_statement_of_another_study_is_not_judged_here(folder, client) -> None:
    browser = client(folder)
    page = browser.get(f"/evidence/{OTHER}").text
    known = {"token": field(browser.get(HERE).text, "token")}
    digest = re.search(
        r'name="digest" value="(\w+)"', browser.get(f"/evidence/{OTHER}?form=add").text
    )
    given = known | {"digest": digest[1], "s": DRAWN["SOX9"].id, "action": "reject"}
    answer = browser.post(f"/evidence/{OTHER}", data=given)
    assert answer.status_code == 409 and "Nothing was drawn" in page
    assert len(rows(folder).splitlines()) == 1


@pytest.mark.parametrize("blinded", [True, False])
def test_whom_it_shows_what_others_said(folder, client, blinded: bool) -> None:
    protocol = folder / "config/screening.yaml"
    text = protocol.read_text("utf-8").replace("blinded: true", f"blinded: {str(blinded).lower()}")
    two = text.replace("reviewers_per_record: 1", "reviewers_per_record: 2")
    protocol.write_text(two, "utf-8")
    ada, bob = client(folder), client(folder, "Bob")
    say(ada, "SOX9", action="reject", note="Not shown so")
    say(ada, **ADD)
    seen = "".join(bob.get(f"{HERE}?s={DRAWN['SOX9'].id}").text.split("Ada"))
    assert ("Not shown so" in seen) is not blinded
    assert "osteoblasts" in seen  # what people add waits for the others
    listed = bob.get("/evidence").text
    assert "<strong>4 statements</strong> of 4 await you" in listed
    assert "conflict" not in listed
    say(bob, "SOX9", action="confirm")
    assert "Not shown so" in bob.get(f"{HERE}?s={DRAWN['SOX9'].id}").text
    listed = bob.get("/evidence").text
    assert "3 await you" in listed and "1 conflict" in listed
    assert ("they agree in 0 %" in listed) is not blinded
    assert "2 await you" in ada.get("/evidence").text
    shown = ada.get(f"{HERE}?s={DRAWN['SOX9'].id}").text
    assert "It is now <strong>in conflict</strong>" in shown
    say(bob, "SOX9", action="reject")
    shown = ada.get(f"{HERE}?s={DRAWN['SOX9'].id}").text
    assert "Bob rejected it. It is now <strong>rejected</strong>." in " ".join(shown.split())


def test_words_find_a_study_and_hostile_ones_stay_words(folder, client) -> None:
    browser = client(folder)
    assert "Another study" not in browser.get("/evidence?q=nanog").text
    found = browser.get("/evidence?q=another+STUDY").text
    assert "Another study" in found and "alert(1)" not in found
    for page in (browser.get("/evidence").text, browser.get(HERE).text):
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page and "\u202e" not in page
    assert "[U+202E]" in browser.get("/evidence").text
    place = {"section": "title", "start": "0", "end": str(len(TEXTS["title"]))}
    form = browser.get(HERE, query_string={"form": "add", **place}).text
    typed = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", form)[1])
    assert typed == printable(TEXTS["title"])
    assert say(browser, **ADD | place | {"quote": typed}).status_code == 303
    (row,) = load_corrections(folder / "config/corrections.tsv", None, vocabulary())
    assert row.span == (0, len(TEXTS["title"]))


def test_a_row_that_lost_its_words_is_told(folder, client) -> None:
    browser = client(folder)
    say(browser, "TWIST1", action="reject")
    changed = {"abstract": TEXTS["abstract"].replace("SOX9 keeps", "The other keeps", 1)}
    say(browser, "SOX9", action="correct", direction="REA")
    texts = TEXTS | {"abstract": changed["abstract"].replace("TWIST1 wakes the", "None of the")}
    drawn = [statement(TOO, texts)]
    passages = [passage(section, text) for section, text in texts.items()]
    passages += [passage("title", "Another study", OTHER)]
    write_parquet(folder / "results/4_fulltext/passages.parquet", passages, Passage)
    write_parquet(folder / "results/5_evidence/drawn.parquet", drawn, Statement)
    told = browser.get("/evidence").text
    assert "2 rows in <code>" in told and "<strong>lost</strong>, line 2" in told


SIGNS = st.text(st.sampled_from("ab .<&\"'\u202e\U0001f600\n"), min_size=1, max_size=40)
PLACES = st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=5)


@given(SIGNS, PLACES)
def test_marks_change_no_sign_of_the_text(text: str, places: list[tuple[int, int]]) -> None:
    quotes = [Quote(f"q{n}", n, *span) for n, span in enumerate(places)]
    marked = quoted(text, quotes, "q0")
    assert html.unescape(re.sub(r"<[^>]*>", "", marked)) == printable(text)
    for quote in quotes:
        pieces = re.findall(
            rf'<mark class="[^"]*" data-of="[^"]*\b{quote.id}\b[^>]*>([^<]*)', marked
        )
        inside = 0 <= quote.start < quote.end <= len(text)
        expected = printable(text)[quote.start : quote.end] if inside else ""
        assert html.unescape("".join(pieces)) == expected


def test_a_statement_as_the_reviewer_corrected_it_is_prefilled(folder, client) -> None:
    browser = client(folder)
    say(browser, "SOX9", action="correct", direction="REA", condition="")
    form = browser.get(f"{HERE}?s={DRAWN['SOX9'].id}&form=correct").text
    assert '<option value="REA" selected>' in form
    assert 'name="condition" value=""' in form
    assert '<label for="condition">cancer</label>' in form  # as the vocabulary labels it
    page = browser.get(f"{HERE}?s={DRAWN['SOX9'].id}").text
    assert "You corrected it: direction REA; condition (none)." in page
