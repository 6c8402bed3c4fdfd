"""The benchmarks run, and docs/benchmarks.md is such a page as they write; no figure is tested."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
RUN = ROOT / "benchmarks/run.py"
PAGE = ROOT / "docs/benchmarks.md"


def _module(path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A script as a module; its name is another's again after the test."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return _module(ROOT / "benchmarks/measure.py", monkeypatch)


@pytest.fixture
def run(measure: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return _module(RUN, monkeypatch)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    page = tmp_path_factory.mktemp("page") / "benchmarks.md"
    only = [
        "--only",
        "All of PubMed",
        "--only",
        "Previewing an edit",
        "--only",
        "The order of reading",
    ]
    line = [sys.executable, str(RUN), "--least", *only, "--date", "2026-01-02", "-o", str(page)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return page.read_text("utf-8")


def _sections(page: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)\n", page, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _heads(section: str) -> list[str]:
    """The first line of each table."""
    return re.findall(r"^(\|.*\|)\n\| ?---", section, re.M)


def _rows(section: str) -> list[str]:
    """What the rows of the tables are called."""
    named = re.findall(r"^\| ([^|]*?) \|", section, re.M)
    return [name for name in named if name != "---"]


def test_every_side_that_is_installed_is_measured(written: str) -> None:
    section = _sections(written)["All of PubMed"]
    for side in ("unpacking (isal)", "**sifting**", "**parsing** every field", "Biopython"):
        assert f"\n| {side}" in section
    assert "extrapolated" in section
    peer = "pubmed_parser, `parse_medline_xml`"
    missing = f"Not measured, since pubmed_parser is not there: {peer}."
    assert (missing in section) is (importlib.util.find_spec("pubmed_parser") is None)


def test_each_section_tells_when_and_on_what_it_was_measured(written: str) -> None:
    for section in _sections(written).values():
        assert "Measured on 2026-01-02 on" in section
        assert "small inputs" in section


def test_what_cannot_be_measured_is_said(written: str) -> None:
    assert "Not measured in this run: no folder" in _sections(written)["The order of reading"]


def test_a_page_is_kept_but_for_what_is_measured_anew(
    written: str, run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(written, "utf-8")
    assert run.page(run.kept(page)) == written
    monkeypatch.setattr(run, "section", lambda subject, *_: "anew\n")
    monkeypatch.setattr(sys, "argv", ["run.py", "--only", "Previewing an edit", "-o", str(page)])
    run.main()
    before, after = _sections(written), _sections(page.read_text("utf-8"))
    assert [title for title in before if before[title] != after[title]] == ["Previewing an edit"]
    assert list(before) == list(after)


def test_figures_in_json_become_a_table(run: ModuleType) -> None:
    one = run._told('{"records": 2000, "peak_mb": {"10": 1.25}}')
    assert one.splitlines()[2:] == ["| records | 2,000 |", "| peak mb, 10 | 1.2 |"]
    lines = run._told('{"task": "a", "s": 0.5}\n{"task": "b", "s": 12.3}\nin words')
    assert lines.splitlines()[2:] == [
        "| a | 0.50 |",
        "| b | 12 |",
        "",
        "```text",
        "in words",
        "```",
    ]


def test_the_page_names_neither_the_machine_nor_its_folders(written: str) -> None:
    for text in (written, PAGE.read_text("utf-8")):
        assert not re.search(r"/(home|root|tmp|work|usr|opt)\b", text)


def test_the_page_in_the_docs_is_what_the_runner_writes(written: str, run: ModuleType) -> None:
    kept, fresh = _sections(PAGE.read_text("utf-8")), _sections(written)
    assert list(kept) == [subject.title for subject in run.SUBJECTS]
    for title in ("All of PubMed", "Previewing an edit"):
        assert _heads(kept[title]) == _heads(fresh[title]) != []
        assert set(_rows(fresh[title])) <= set(_rows(kept[title]))
        assert _prose(kept[title])[:1] == _prose(fresh[title])[:1]


def _prose(section: str) -> list[str]:
    return [part for part in section.split("\n\n") if part and not part.startswith("|")]


def test_sides_take_turns(measure: ModuleType) -> None:
    turns: list[str] = []
    measure.alone = lambda line: turns.append(line[0])
    measure.interleaved({name: [name] for name in "abc"}, 3)
    assert "".join(turns) == "abc" + "bca" + "cab"


def test_a_side_that_fails_stops_the_run(measure: ModuleType) -> None:
    with pytest.raises(SystemExit, match="ended with 3"):
        measure.alone([sys.executable, "-c", "import sys; sys.exit(3)"])


def test_memory_is_that_of_the_side_alone(
    measure: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def holding(megabytes: int) -> float:
        work = f"held = bytearray({megabytes} << 20); held[::4096] = bytes(len(held[::4096]))"
        told = "import json, measure; print(json.dumps(measure.timed(lambda: 1)))"
        monkeypatch.setenv("PYTHONPATH", str(ROOT / "benchmarks"))
        return measure.alone([sys.executable, "-c", f"{work}; {told}"]).peak

    own = bytearray(300 << 20)  # the test's own, which must not count
    own[::4096] = bytes(len(own[::4096]))
    small, large = holding(1), holding(101)
    assert 90 < large - small < 130
    assert small < 300


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([2.0], "2.0"),
        ([3, 1, 2], "2.0 (1.0–3.0)"),
        ([0.0341, 0.0341], "0.034"),
        ([0.9, 0.3, 9.97], "0.90 (0.30–10)"),
        ([1334.2, 20.4, 15.5], "20 (16–1,334)"),
    ],
)
def test_a_spread_is_a_median_with_least_and_most(
    measure: ModuleType, values: list[float], shown: str
) -> None:
    assert str(measure.Spread.of(values)) == shown


def test_ratios_are_of_one_round(measure: ModuleType) -> None:
    assert str(measure.ratio([2, 40, 6], [1, 20, 3])) == "2.0"


def test_the_lock_agrees_with_that_of_the_project() -> None:
    def pins(file: str) -> set[tuple[str, str]]:
        return set(re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / file).read_text(), re.M))

    text = (ROOT / "benchmarks/requirements.lock").read_text()
    peers = pins("benchmarks/requirements.lock")
    project = pins("requirements.lock") | pins("requirements-test.lock")
    assert "pubmed-parser" in dict(peers)
    assert {pin for pin in peers if pin[0] in dict(project)} <= project
    assert text.count("--hash=sha256:") > len(peers)
    assert not re.search(r"https?://|--(extra-)?index|--find-links", text)
