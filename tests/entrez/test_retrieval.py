"""Search and fetch over real HTTP through Bio.Entrez: whole, or refused; never less in silence."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from perennial import entrez
from perennial.archive import ACCEPTED, UNGIVEN, UNLISTED, Archive, Entry, holding
from perennial.config import load
from perennial.entrez import Source, ask
from perennial.errors import InputError, SourceError
from perennial.fetch import BATCH, fetch_records
from perennial.records import records
from perennial.search import search
from tenacity import wait_none

ROOT = Path(__file__).parent.parent.parent
SEARCH = (
    "<eSearchResult><Count>{count}</Count><RetMax>9</RetMax><RetStart>0</RetStart>"
    "<IdList>{ids}</IdList><QueryTranslation>x[ti]</QueryTranslation></eSearchResult>"
)


def found(*ids: str, count: int | None = None) -> bytes:
    listed = "".join(f"<Id>{id_}</Id>" for id_ in ids)
    return SEARCH.format(count=len(ids) if count is None else count, ids=listed).encode()


def articles(*pmids: str) -> bytes:
    each = "<PubmedArticle><MedlineCitation><PMID>{}</PMID><Article><ArticleTitle>t</ArticleTitle>"
    each += "</Article></MedlineCitation></PubmedArticle>"
    listed = "".join(each.format(pmid) for pmid in pmids)
    return f"<PubmedArticleSet>{listed}</PubmedArticleSet>".encode()


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    still = SimpleNamespace(time=time.time, sleep=lambda seconds: None)
    monkeypatch.setattr(entrez, "PAUSE", wait_none())
    monkeypatch.setattr(entrez.pace, "time", still)
    monkeypatch.setattr("tenacity.nap.time", still)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


class Scripted:
    """A server on the loopback interface that answers from a list, then repeats the last."""

    def __init__(self, answers: list[tuple[int, bytes]]) -> None:
        self.answers, self.asked = answers, []

    def respond(self, path: str, body: str) -> tuple[int, bytes]:
        self.asked.append(path + body)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def scripted() -> Iterator:
    servers = []

    def start(*answers: tuple[int, bytes]) -> tuple[Source, Scripted]:
        script = Scripted(list(answers))

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                status, body = script.respond(self.path, self.rfile.read(size).decode())
                self.send_response(status)
                self.send_header("Content-Type", "text/xml")
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        url = f"http://127.0.0.1:{server.server_port}/"
        return Source("test", url, "a@b.example", "KEY0123456789"), script

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


HEAL = {
    "an error page": (500, b"<html>busy</html>"),
    "too many requests": (429, b'{"error":"API rate limit exceeded"}'),
    "an error inside a 200": (
        200,
        b"<eSearchResult><ERROR>Empty Response, Timeout</ERROR></eSearchResult>",
    ),
    "an empty body": (200, b""),
    "a prolog and nothing else": (200, b'<?xml version="1.0"?>'),
    "a body cut short": (200, found("1", "2")[:60]),
    "another document": (200, b"<html><body>Sorry</body></html>"),
}


@pytest.mark.parametrize("fault", HEAL)
def test_a_fault_that_heals_is_asked_again(scripted, fault: str) -> None:
    source, script = scripted(HEAL[fault], HEAL[fault], (200, found("1")))
    answer = ask(source, "esearch", "eSearchResult", db="pubmed", term="x")
    assert answer.body == found("1")
    assert len(script.asked) == 3


@pytest.mark.parametrize("fault", HEAL)
def test_a_fault_that_stays_is_an_error_without_secrets(scripted, fault: str) -> None:
    source, script = scripted(HEAL[fault])
    with pytest.raises(SourceError) as failure:
        ask(source, "esearch", "eSearchResult", db="pubmed", term="x")
    assert "KEY0123456789" not in str(failure.value)
    assert len(script.asked) == entrez.TRIES


def test_a_bad_request_is_not_repeated(scripted) -> None:
    source, script = scripted((400, b"<ERROR>ID list is empty!</ERROR>"))
    with pytest.raises(SourceError, match="400"):
        ask(source, "efetch", "PubmedArticleSet", db="pubmed", id="x")
    assert len(script.asked) == 1


def test_tool_and_email_go_with_every_request(scripted) -> None:
    source, script = scripted((200, found("1")))
    ask(source, "esearch", "eSearchResult", db="pubmed", term="x")
    assert "tool=perennial" in script.asked[0]
    assert "email=a%40b.example" in script.asked[0]


STRATEGIES = "strategies:\n  - {id: S1, label: one, query: 'x[ti]'}\n"
INFO = b"<eInfoResult><DbInfo><DbName>pubmed</DbName></DbInfo></eInfoResult>"


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (found("1", "2", count=3), "S1: 3 records announced, 2 ids given"),
        (found("1", "1", count=2), "S1: 2 records announced, 1 ids given"),
        (found("1", count=10_000), "S1: more than 9,999 records are said to have PMID"),
    ],
)
def test_a_search_is_whole_or_fails(
    scripted, tmp_path: Path, answer: bytes, complaint: str
) -> None:
    (tmp_path / "search.yaml").write_text(STRATEGIES, "utf-8")
    source, _ = scripted((200, INFO), (200, answer))
    archive = Archive(tmp_path / "archive")
    with pytest.raises(SourceError, match=complaint):
        search(load(tmp_path / "search.yaml", "search"), source, archive)
    assert not list((tmp_path / "archive").glob("searches/*"))


def test_ids_that_are_not_given_are_asked_for_once_more(scripted, tmp_path: Path) -> None:
    source, script = scripted((200, articles("1")), (200, articles("3")), (200, found("1", "3")))
    held = fetch_records(["1", "2", "3"], source, Archive(tmp_path))
    assert (list(held.held), held.lacking) == (["1", "3"], {"2": UNLISTED})
    assert ["id=1%2C2%2C3" in script.asked[0], "id=2%2C3" in script.asked[1]] == [True, True]
    assert "term=2%5Buid%5D+OR+1%5Buid%5D+OR+3%5Buid%5D&" in script.asked[2]
    assert len(script.asked) == 3


STOPPED = "1 record that the source lists was asked for twice and not given: 2\n.*accept_missing"


def test_a_record_that_is_listed_and_not_given_stops_the_run_when_all_else_is_archived(
    scripted, tmp_path: Path
) -> None:
    pmids, archive = [str(pmid) for pmid in range(1, BATCH + 2)], Archive(tmp_path)
    rest = [pmid for pmid in pmids if pmid != "2"]
    source, script = scripted(
        (200, articles(*rest[: BATCH - 1])),
        (200, articles()),
        (200, articles(rest[-1])),
        (200, found("2", rest[-1])),
        (200, articles()),
        (200, articles()),
        (200, found("2", rest[-1])),
    )
    with pytest.raises(SourceError, match=STOPPED):
        fetch_records(pmids, source, archive)
    held = holding(archive, "test", "pubmed")
    assert (sorted(held.held, key=int), held.lacking) == (rest, {"2": UNGIVEN})
    with pytest.raises(SourceError, match=STOPPED):
        fetch_records(pmids, source, archive)
    assert ["id=2&" in asked for asked in script.asked[4:6]] == [True, True]
    assert len(script.asked) == 7


def test_an_accepted_record_stops_nothing_and_is_told_as_such(scripted, tmp_path: Path) -> None:
    source, script = scripted((200, articles("1")), (200, articles()), (200, found("2", "1")))
    held = fetch_records(["1", "2"], source, Archive(tmp_path), ["2", "9"])
    assert (list(held.held), held.lacking) == (["1"], {"2": ACCEPTED})
    script.answers[:] = [(200, articles()), (200, articles()), (200, found("1", "2"))]
    assert fetch_records(["1", "2"], source, Archive(tmp_path), ["2"]) == held
    assert len(script.asked) == 6
    script.answers[:] = [(200, articles("2"))]
    assert fetch_records(["1", "2"], source, Archive(tmp_path), ["2"]).lacking == {}


UNRELIABLE = {
    "nothing is listed, not even what was given": found(),
    "a record just given is not listed": found("3"),
    "fewer are listed than counted": found("1", count=2),
    "others are listed": found("1", "77"),
    "nothing is counted": b"<eSearchResult><IdList><Id>1</Id></IdList></eSearchResult>",
}


@pytest.mark.parametrize("answer", UNRELIABLE)
def test_an_index_that_cannot_be_relied_on_lets_no_record_go(
    scripted, tmp_path: Path, answer: str
) -> None:
    source, _ = scripted((200, articles("1")), (200, articles()), (200, UNRELIABLE[answer]))
    with pytest.raises(SourceError, match=r"2 records that the source lists .* not given: 2, 3"):
        fetch_records(["1", "2", "3"], source, Archive(tmp_path))


def test_an_index_that_does_not_answer_lets_no_record_go(scripted, tmp_path: Path) -> None:
    source, _ = scripted((200, articles("1")), (200, articles()), (500, b"<html>busy</html>"))
    with pytest.raises(SourceError, match="esearch failed"):
        fetch_records(["1", "2"], source, Archive(tmp_path))
    assert list(holding(Archive(tmp_path), "test", "pubmed").held) == ["1"]


def test_of_many_records_that_are_not_given_ten_are_named(scripted, tmp_path: Path) -> None:
    pmids = [str(pmid) for pmid in range(1, BATCH + 6)]
    # An empty set would be refused for so many. Asked again in pieces of nine, the last alone.
    nothing = [(200, articles("999"))] * (1 + 23 + 1 + 1)
    source, script = scripted(
        *nothing, (200, found(*pmids[:BATCH], "999")), (200, found(*pmids[BATCH:], "999"))
    )
    with pytest.raises(SourceError) as stop:
        fetch_records(pmids, source, Archive(tmp_path))
    assert f"{len(pmids)} records that" in str(stop.value)
    assert ": 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 (first ten)\n" in str(stop.value)
    assert len(script.asked) == len(nothing) + 2


def test_many_accepted_records_are_asked_for_again_without_a_stop(scripted, tmp_path: Path) -> None:
    accepted = [str(pmid) for pmid in range(2, 14)]
    # The first batch, what it lacks in two pieces, the index; then the two pieces, each twice.
    asked = [articles("1"), articles(), articles(), found("1", *accepted), *[articles()] * 4]
    answers = [(200, answer) for answer in [*asked, found("1", *accepted)]]
    source, script = scripted(*answers)
    for _ in range(2):
        held = fetch_records(["1", *accepted], source, Archive(tmp_path), accepted)
        assert (list(held.held), set(held.lacking.values())) == (["1"], {ACCEPTED})
    assert len(script.asked) == len(answers)


def test_a_journal_from_before_the_index_was_asked_is_read(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    params = {"db": "pubmed", "id": "1,2"}
    archive.file(Entry("2026-02-01T00:00:00Z", "test", "efetch", params, ("1",), ("2",)), b"<a/>")
    assert '"accepted"' not in archive.journal.read_text()
    assert holding(archive, "test", "pubmed").lacking == {"2": UNGIVEN}


def test_what_is_held_is_not_fetched_again(scripted, tmp_path: Path) -> None:
    source, script = scripted((200, articles("1", "2")))
    fetch_records(["1", "2"], source, Archive(tmp_path))
    fetch_records(["2", "1"], source, Archive(tmp_path))
    assert len(script.asked) == 1


def test_the_example_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    archive = Archive(tmp_path / "archive")
    with entrez.source(load("config/config.yaml", "config")) as source:
        run = search(load("config/search.yaml", "search"), source, archive)
        fetch_records(run.pmids, source, archive)
    assert run.searched_at.startswith(
        load("config/config.yaml", "config")["entrez"]["example"]["today"]
    )
    named = {named.asked: (named.status, named.pmid) for named in run.named}
    assert named["PMID 40614736"] == ("returned", "40614736")
    assert named["PMC12719572"] == ("not returned", "")
    held, ledger = records(archive, "example")
    assert [record.pmid for record in held] == sorted(run.pmids, key=int)
    assert (ledger.missing, ledger.refused) == ((), ())


def test_as_of_reads_the_archive_as_it_stood(scripted, tmp_path: Path) -> None:
    source, _ = scripted((200, articles("1")))
    archive = Archive(tmp_path)
    fetch_records(["1"], source, archive)
    assert not holding(archive, "test", "pubmed", until="2000-01-01").held
    assert list(holding(archive, "test", "pubmed").held) == ["1"]


def _config(folder: Path, **settings: str) -> Path:
    text = (ROOT / "config/config.yaml").read_text("utf-8")
    for old, new in settings.items():
        text = text.replace(f"  {old}: ", f"  {old}: {new} #", 1)
    target = folder / "config.yaml"
    target.write_text(text, "utf-8")
    return target


def test_live_use_without_an_address_says_what_to_set_and_why(tmp_path: Path) -> None:
    config = load(_config(tmp_path, server="ncbi"), "config")
    with pytest.raises(InputError) as refusal, entrez.source(config):
        pass
    assert "live retrieval needs your e-mail address in 'entrez.email'" in str(refusal.value)
    assert "NCBI asks for it" in str(refusal.value)
    assert f"{tmp_path / 'config.yaml'}:" in str(refusal.value)


def test_live_use_with_an_address_asks_ncbi(tmp_path: Path) -> None:
    config = load(_config(tmp_path, server="ncbi", email="a@b.example"), "config")
    with entrez.source(config) as source:
        assert (source.name, source.url, source.email) == ("ncbi", entrez.NCBI, "a@b.example")


def test_a_key_comes_from_a_file_or_the_environment(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "key").write_text("FROM-FILE\n")
    monkeypatch.setenv("NCBI_API_KEY", "FROM-ENVIRONMENT")
    plain = load(_config(tmp_path, server="ncbi", email="a@b.example"), "config")
    with entrez.source(plain) as source:
        assert source.api_key == "FROM-ENVIRONMENT"
    settings = {"server": "ncbi", "email": "a@b.example", "api_key_file": str(tmp_path / "key")}
    with entrez.source(load(_config(tmp_path, **settings), "config")) as source:
        assert source.api_key == "FROM-FILE"
    elsewhere = _config(tmp_path, **{**settings, "server": "https://eutils.example.org/"})
    with entrez.source(load(elsewhere, "config")) as source:
        assert source.api_key == ""  # NCBI's key is for NCBI
