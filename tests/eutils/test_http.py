"""What is HTTP's affair: methods, sizes, headers, several clients at once, and the end."""

from __future__ import annotations

import http.client
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from perennial.eutils import serving
from perennial.eutils.answer import Answer, Request
from perennial.eutils.server import listening


@contextmanager
def asked(
    url: str, method: str, path: str, body: bytes | None = None, **headers: str
) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, urlsplit(url).path + path, body, headers)
        yield connection.getresponse()
    finally:
        connection.close()


@pytest.mark.parametrize("length", [8_001, 60_000, 200_000])
def test_a_long_get_is_a_414_with_a_page(url: str, length: int):
    with asked(url, "GET", "esearch.fcgi?db=pubmed&term=" + "x" * length) as answer:
        assert answer.status == 414
        assert answer.headers.get_content_type() == "text/html"
        assert b"<html" in answer.read().lower()


def test_the_same_request_by_post_is_answered(url: str):
    term = "moths[ti]" + " OR quartz[ti]" * 1_000
    data = urlencode({"db": "pubmed", "term": term}).encode()
    with asked(url, "POST", "esearch.fcgi", data) as answer:
        assert (answer.status, b"<Count>3</Count>" in answer.read()) == (200, True)


def test_parameters_in_the_url_and_in_the_body_go_together(url: str):
    with asked(url, "POST", "esearch.fcgi?db=pubmed", b"TERM=cupboard") as answer:
        assert b"<Id>90000003</Id>" in answer.read()


def test_ten_megabytes_and_no_more(url: str):
    with asked(url, "POST", "epost.fcgi", b"db=pubmed&id=" + b"1" * (10 * 2**20)) as answer:
        assert answer.status == 413
        assert answer.headers.get_content_type() == "text/html"


@pytest.mark.parametrize("length", ["", "-1", "many", "1e3"])
def test_a_body_says_how_long_it_is(url: str, length: str):
    with asked(url, "POST", "epost.fcgi", **{"Content-Length": length}) as answer:
        assert answer.status == 411


@pytest.mark.parametrize(
    "path", ["", "espell.fcgi?db=pubmed", "esearch", "../../etc/passwd", "esearch.fcgi/more"]
)
def test_what_is_not_there(url: str, path: str):
    with asked(url, "GET", path) as answer:
        assert answer.status == 404


def test_other_methods_are_not_served(url: str):
    with asked(url, "DELETE", "esearch.fcgi") as answer:
        assert answer.status == 501


def test_the_date_and_the_name_are_the_servers_own(corpus_files: list[Path]):
    with (
        serving(corpus_files, today="2025-03-01") as url,
        urllib.request.urlopen(f"{url}einfo.fcgi") as answer,
    ):
        assert answer.headers["Date"] == "Sat, 01 Mar 2025 00:00:00 GMT"
        assert answer.headers["Server"] == "perennial-eutils"


def test_without_a_day_the_newest_date_of_the_corpus_holds(corpus_files: list[Path]):
    with serving(corpus_files) as url, urllib.request.urlopen(f"{url}einfo.fcgi") as answer:
        assert answer.headers["Date"] == "Sat, 01 Feb 2025 00:00:00 GMT"  # revision of 90000003


def test_two_servers_give_the_same_bytes(corpus_files: list[Path]):
    def told() -> list[tuple[bytes, list[tuple[str, str]]]]:
        questions = (
            "esearch.fcgi?db=pubmed&term=moths&usehistory=y",
            "epost.fcgi?db=pubmed&id=90000001",
            "efetch.fcgi?db=pubmed&id=90000001,90000002",
            "efetch.fcgi?db=pmc&id=99000001,99000002",
        )
        with serving(corpus_files) as url:
            answers = []
            for question in questions:
                with urllib.request.urlopen(url + question) as answer:
                    answers.append((answer.read(), answer.headers.items()))
        return answers

    assert told() == told()


def test_several_clients_at_once_get_keys_of_their_own(url: str):
    def post(number: int) -> bytes:
        address = f"{url}epost.fcgi?db=pubmed&id={number}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.read()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(1, 41)))
    assert len(set(answers)) == 40


def test_nothing_listens_when_the_context_has_ended(corpus_files: list[Path]):
    with serving(corpus_files) as url:
        pass
    with pytest.raises(ConnectionRefusedError), asked(url, "GET", "einfo.fcgi"):
        pass


def test_nothing_is_said_on_stderr(url: str, capfd: pytest.CaptureFixture[str]):
    for path in ("einfo.fcgi", "nothing", "esearch.fcgi?term=" + "x" * 9_000):
        with asked(url, "GET", path) as answer:
            answer.read()
    assert capfd.readouterr() == ("", "")


def test_requests_are_logged_when_asked_for(capfd: pytest.CaptureFixture[str]):
    def respond(request: Request) -> Answer:
        return Answer(200, b"")

    with (
        listening(respond, today="2025-03-01", verbose=True) as url,
        asked(url, "GET", "einfo.fcgi") as answer,
    ):
        answer.read()
    assert "einfo.fcgi" in capfd.readouterr().err


def test_a_fault_of_the_program_is_a_500_and_its_traceback_is_shown(
    capfd: pytest.CaptureFixture[str],
):
    def respond(request: Request) -> Answer:
        raise LookupError("a fault")

    with (
        listening(respond, today="2025-03-01") as url,
        asked(url, "GET", "einfo.fcgi") as answer,
    ):
        assert answer.status == 500
    assert "LookupError: a fault" in capfd.readouterr().err


def test_an_answer_may_be_changed_on_its_way_out():
    """The design that fault scripts need: status, headers and even the length are the answer's."""

    def respond(request: Request) -> Answer:
        return Answer(429, b"{}", "application/json", (("Retry-After", "2"), ("Date", "never")))

    with (
        listening(respond, today="2025-03-01") as url,
        asked(url, "GET", "einfo.fcgi") as answer,
    ):
        assert (answer.status, answer.read()) == (429, b"{}")
        assert answer.headers["Retry-After"] == "2"
        assert answer.headers.get_all("Date") == ["never"]
