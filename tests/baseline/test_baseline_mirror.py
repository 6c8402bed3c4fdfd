"""Mirroring over a loopback server that fails in the ways servers do: whole files, or none."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from baseline_files import ROOT, article, name_of, publish
from click.testing import CliRunner
from perennial import entrez
from perennial.baseline.files import listed
from perennial.baseline.settings import Mirror
from perennial.canonical import from_json
from perennial.cli import cli
from perennial.crate import gathered
from perennial.entrez import mirror as mirror_module
from perennial.entrez import pace
from perennial.entrez.mirror import mirror
from perennial.errors import InputError, SourceError
from tenacity import wait_none


class _Moody(SimpleHTTPRequestHandler):
    """Serves a folder as an index and files; ``moods`` says what goes wrong with a path, once."""

    moods: dict[str, list[str]]
    asked: Counter[str]

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2] or self.path
        self.asked[name] += 1
        mood = self.moods.get(name, []).pop(0) if self.moods.get(name) else ""
        if mood.isdecimal():
            self.send_error(int(mood))
        elif mood:
            self._body(name, mood)
        else:
            super().do_GET()

    def _body(self, name: str, mood: str) -> None:
        body = Path(self.translate_path(self.path)).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if mood == "cut":
            self.wfile.write(body[: len(body) // 2])
            self.connection.close()
        else:
            self.wfile.write(bytes(reversed(body)))

    def log_message(self, *_: Any) -> None:
        pass


class Server:
    """A server's folder, its address, what goes wrong there, and what it was asked for."""

    def __init__(self, folder: Path, url: str, handler: type[_Moody]) -> None:
        self.folder, self.url = folder, url
        self.moods, self.asked = handler.moods, handler.asked


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    folder = tmp_path / "server"
    for part, number in (("baseline", 1), ("baseline", 2), ("updatefiles", 3)):
        publish(folder / part, number, [article(number, f"Title {number}")])
    (folder / "baseline/README.txt").write_text("not a file of records")
    monkeypatch.setattr(entrez, "PAUSE", wait_none())
    monkeypatch.setattr(pace, "SPACING", 0.0)
    handler = type("Handler", (_Moody,), {"moods": {}, "asked": Counter()})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, args=(0.02,))
        thread.start()
        yield Server(folder, f"http://127.0.0.1:{httpd.server_port}/", handler)
        httpd.shutdown()
        thread.join()


def _same(server: Server, target: Path) -> bool:
    files = {path.name: path.read_bytes() for path in server.folder.rglob("pubmed*")}
    kept = {path.name: path.read_bytes() for path in target.iterdir() if path.name != ".lock"}
    return files == kept


def test_all_is_copied_once(server: Server, tmp_path: Path) -> None:
    target = mirror(server.url, tmp_path / "mirror")
    assert target == tmp_path / "mirror/pubmed26"
    assert _same(server, target)
    assert [file.number for file in listed(target)] == [1, 2, 3]
    mirror(server.url, tmp_path / "mirror")
    publish(server.folder / "updatefiles", 4, [article(4, "Title 4")])
    mirror(server.url, tmp_path / "mirror")
    assert _same(server, target)
    assert {server.asked[name_of(number)] for number in (1, 2, 3, 4)} == {1}


@pytest.mark.parametrize(
    ("name", "mood"),
    [
        *((name_of(2), mood) for mood in ("500", "503", "429", "cut", "other bytes")),
        *((f"{name_of(2)}.md5", mood) for mood in ("500", "cut")),
        *(("/baseline/", mood) for mood in ("500", "429")),
    ],
)
def test_what_fails_once_is_asked_for_again(
    server: Server, tmp_path: Path, name: str, mood: str
) -> None:
    server.moods[name] = [mood]
    assert _same(server, mirror(server.url, tmp_path / "mirror"))
    assert server.asked[name] == 2


def test_a_file_that_is_never_what_its_sidecar_says(server: Server, tmp_path: Path) -> None:
    server.moods[name_of(2)] = ["other bytes"] * 20
    with pytest.raises(SourceError, match=r"pubmed26n0002.xml.gz failed: its MD5 is"):
        mirror(server.url, tmp_path / "mirror")
    there = {path.name for path in (tmp_path / "mirror/pubmed26").iterdir()}
    assert there == {".lock", name_of(1), f"{name_of(1)}.md5"}  # nothing of the second file
    server.moods.clear()
    assert _same(server, mirror(server.url, tmp_path / "mirror"))
    assert server.asked[name_of(1)] == 1  # what was whole is not copied again


@pytest.mark.parametrize("left", ["file alone", "part"])
def test_what_a_kill_left_is_copied_anew(server: Server, tmp_path: Path, left: str) -> None:
    target = tmp_path / "mirror/pubmed26"
    target.mkdir(parents=True)
    name = name_of(1) if left == "file alone" else f".{name_of(1)}.k2j4"
    (target / name).write_bytes(b"half of")
    assert _same(server, mirror(server.url, tmp_path / "mirror"))


def test_a_sidecar_of_another_file(server: Server, tmp_path: Path) -> None:
    (server.folder / f"baseline/{name_of(2)}.md5").write_text(f"MD5({name_of(9)})= {0:032x}")
    with pytest.raises(InputError, match="the sidecar is that of pubmed26n0009"):
        mirror(server.url, tmp_path / "mirror")


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ([name_of(2), f"{name_of(2)}.md5"], "missing: pubmed26n0002.xml.gz"),
        ([f"{name_of(2)}.md5"], "pubmed26n0002.xml.gz has no .md5 beside it"),
        ([name_of(1), f"{name_of(1)}.md5"], "missing: pubmed26n0001.xml.gz"),
    ],
)
def test_a_list_that_cannot_be_right_copies_nothing(
    server: Server, tmp_path: Path, gone: list[str], said: str
) -> None:
    for name in gone:
        (server.folder / "baseline" / name).unlink()
    with pytest.raises(InputError, match=said):
        mirror(server.url, tmp_path / "mirror")
    assert not (tmp_path / "mirror").exists()


def test_a_folder_that_is_not_there(server: Server, tmp_path: Path) -> None:
    for path in (server.folder / "updatefiles").iterdir():
        path.unlink()
    (server.folder / "updatefiles").rmdir()
    with pytest.raises(SourceError, match="HTTP 404"):
        mirror(server.url, tmp_path / "mirror")


def test_more_than_a_file_can_be(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror_module, "LARGEST", 100)
    with pytest.raises(SourceError, match="more than 100 bytes"):
        mirror(server.url, tmp_path / "mirror")
    assert server.asked[name_of(1)] == 1


@pytest.mark.parametrize("url", ["http://example.org/pubmed/", "https://me@example.org/pubmed/"])
def test_an_address_that_is_not_safe(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError):
        mirror(url, tmp_path / "mirror")


def test_what_is_mirrored_is_not_packed(tmp_path: Path) -> None:
    for name in ("archive/mirror/pubmed26/big.xml.gz", "archive/raw/ab/cd.gz"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "results/review").mkdir(parents=True)
    (tmp_path / "results/review/review.html").write_text("<p>A review</p>")
    assert list(gathered(tmp_path)) == ["archive/raw/ab/cd.gz", "results/review/review.html"]


def test_the_command_lists_what_it_copied(server: Server, tmp_path: Path) -> None:
    config = (
        (ROOT / "config/config.yaml").read_text().replace("server: example", "server: baseline")
    )
    said = "  #   baseline:\n  #     files: /data/pubmed\n  #     group: 8\n"
    assert said in config
    config = config.replace(said, f"  baseline:\n    files: {server.url}\n")
    (tmp_path / "config.yaml").write_text(config)
    options = ("--config", f"{tmp_path}/config.yaml", "--archive", f"{tmp_path}/archive")
    output = tmp_path / "archive/index/mirror.json"
    done = CliRunner().invoke(cli, ["mirror", *options, "-o", str(output)])
    assert done.exit_code == 0, done.output
    found = from_json(output.read_bytes(), Mirror).files
    assert found == listed(tmp_path / "archive/mirror/pubmed26")
