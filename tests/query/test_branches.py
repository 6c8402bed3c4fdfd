"""The branches that `perennial mesh` takes from NLM's file.

The headings and tree numbers are made up (letters that MeSH does not use for them); the shape of
the files is that of NLM's descriptor XML, packed as NLM gives it, and of its list of numbers.
"""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from perennial.cli import cli
from perennial.config import load
from perennial.errors import InputError
from perennial.query import Mesh, parse, parse_blocks
from perennial.query.branches import asked, branches, written
from perennial.query.mesh_files import Numbered
from perennial.query.words import key

DTD = "https://www.nlm.nih.gov/databases/dtd/nlmdescriptorrecordset_20260101.dtd"
TREES = {
    "Alpha Things": ("X01",),
    "Beta Things, Small": ("X01.100", "Y02.300"),
    "Gamma Things": ("X01.100.200",),
    "Delta Things": ("Y02.300.400",),
    "Omega Things": ("Z09",),
    "Study Kind": ("V03",),
    "Narrow Study": ("V03.150",),
    "Loose Thing": (),
}
SCREENING = """\
blocks:
  thing: '"Alpha Things"[mh] NOT "Omega Things"[mh:noexp]'
criteria:
  - {id: X1, action: exclude, label: kinds, reason: Kinds, query: "Study Kind[pt]"}
  - {id: I1, action: require, label: things, reason: No thing, query: "#thing"}
"""
SEARCH = """\
strategies:
  - {id: S1, label: Things, query: '"Loose Thing"[mh] OR "Small Betas"[mh] OR "Nowhere"[mh]'}
"""
HEAD = "# Why these.\n#   And more.\n#\n# Source: by hand\n# as of then\nAlpha Things: []\n"


def descriptor(name: str, numbers: tuple[str, ...]) -> str:
    trees = "".join(f"<TreeNumber>{number}</TreeNumber>" for number in numbers)
    tree = f"<TreeNumberList>{trees}</TreeNumberList>" if numbers else ""
    terms = [name, *(["Small Betas"] if name.startswith("Beta") else [])]
    said = "".join(f"<Term><String>{term}</String></Term>" for term in terms)
    return (
        f'<DescriptorRecord DescriptorClass="1"><DescriptorName><String>{name}</String>'
        f"</DescriptorName>\n{tree}<ConceptList><Concept><TermList>{said}</TermList></Concept>"
        "</ConceptList></DescriptorRecord>\n"
    )


XML = (
    f'<?xml version="1.0"?>\n<!DOCTYPE DescriptorRecordSet SYSTEM "{DTD}">\n'
    + '<DescriptorRecordSet LanguageCode="eng">\n'
    + "".join(descriptor(name, numbers) for name, numbers in TREES.items())
    + "</DescriptorRecordSet>\n"
)
LINES = "".join(f"{name};{n}\n" for name, numbers in TREES.items() for n in numbers)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "screening.yaml").write_text(SCREENING)
    (folder / "search.yaml").write_text(SEARCH)
    (folder / "mesh.yaml").write_text(HEAD)
    return folder


def run(config: Path, name: str, content: bytes) -> Result:
    (config.parent / name).write_bytes(content)
    with contextlib.chdir(config.parent):
        return CliRunner().invoke(cli, ["mesh", "--from", name])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("desc2026.xml", XML.encode()),
        ("desc2026.gz", gzip.compress(XML.encode())),
        ("any.xml", XML.encode()),
    ],
)
def test_the_protocols_branches_and_no_others(config: Path, name: str, content: bytes) -> None:
    done = run(config, name, content)
    assert done.exit_code == 0, done.output
    mesh, whole = Mesh.load(config / "mesh.yaml"), Mesh.load(config.parent / name)
    load(config / "mesh.yaml", "mesh")  # the workflow's own check of its shape
    assert not mesh.complete
    # Delta stands below Beta's other place, which is not below Alpha.
    assert mesh.narrower("Alpha Things") == {"Alpha Things", "Beta Things, Small", "Gamma Things"}
    for heading in ("Alpha Things", "Study Kind", "Loose Thing"):
        assert mesh.knows(heading)
        assert mesh.narrower(heading) == whole.narrower(heading)
    assert not mesh.knows("Omega Things") and not mesh.knows("Delta Things")


def test_what_nlm_lacks_is_named_at_its_place(config: Path) -> None:
    done = run(config, "desc2026.xml", XML.encode())
    assert "MeSH has no heading 'Nowhere'" in done.stderr
    assert "'Small Betas' as an entry term of 'Beta Things, Small'" in done.stderr
    assert done.stderr.count("config/search.yaml:2:") == 2
    assert "Omega" not in done.stderr


def test_the_file_tells_its_source_and_keeps_what_people_wrote(config: Path) -> None:
    run(config, "desc2026.gz", gzip.compress(XML.encode(), mtime=0))
    first = (config / "mesh.yaml").read_text()
    assert first.startswith("# Why these.\n#   And more.\n#\n# Source: MeSH 2026, desc")
    assert "by hand" not in first and "as of then" not in first
    assert "\nBeta Things, Small: [X01.100]\n" in first
    assert first.endswith("Loose Thing: []\n")
    run(config, "desc2026.gz", gzip.compress(XML.encode(), mtime=0))
    assert (config / "mesh.yaml").read_text() == first


def test_the_list_of_tree_numbers_and_a_folder_without_the_file(config: Path) -> None:
    (config / "mesh.yaml").unlink()
    done = run(config, "mtrees2025.bin", LINES.encode())
    assert done.exit_code == 0, done.output
    assert (config / "mesh.yaml").read_text().startswith("# Source: MeSH 2025, mtrees2025.bin")
    assert Mesh.load(config / "mesh.yaml").narrower("Study Kind") == {"Study Kind", "Narrow Study"}


def test_what_came_and_went_is_told(config: Path) -> None:
    (config / "mesh.yaml").write_text("Alpha Things: [Own Things]\n")
    done = run(config, "desc2026.xml", XML.encode())
    assert "gone (1): Own Things\n" in done.stdout
    assert "new (5): Beta Things, Small; Gamma Things; Loose Thing" in done.stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Alpha Things: [Beta Things]\n", "not a file of NLM's"),
        (b"Alpha Things: [X01]\n", "not a file of NLM's"),
        (gzip.compress(XML.encode())[:200], "cut off or broken"),
        (b"\x1f\x8bnothing", "cut off or broken"),
    ],
)
def test_what_cannot_be_read_leaves_the_file(config: Path, content: bytes, says: str) -> None:
    done = run(config, "desc2026.gz", content)
    assert isinstance(done.exception, InputError) and says in done.exception.message
    assert (config / "mesh.yaml").read_text() == HEAD


def test_nlms_file_in_the_place_of_mesh_yaml_is_refused_with_the_way_out(config: Path) -> None:
    (config / "mesh.yaml").write_text(XML)
    with pytest.raises(InputError) as caught:
        load(config / "mesh.yaml", "mesh")
    assert "perennial mesh --from" in caught.value.hint


def test_numbers_and_names_are_not_mixed(tmp_path: Path) -> None:
    path = tmp_path / "mesh.yaml"
    path.write_text("Alpha Things: [X01]\nBeta Things: [Gamma Things]\n")
    with pytest.raises(InputError, match="no tree number") as caught:
        Mesh.load(path)
    assert caught.value.place.line == 2


def test_only_what_is_exploded_is_asked_for() -> None:
    blocks = parse_blocks({"a": '"One"[mh] OR one[ti]', "b": '"Two"[majr] AND #a'})
    query = parse('(#b NEAR/2 #a) NOT ("Three"[mh] OR "Four"[mh:noexp] OR Fiver*[mh])', blocks)
    assert asked([query, query]) == ("two", "one", "three")


_numbers = st.lists(st.sampled_from(["1", "2", "3"]), min_size=1, max_size=4).map(
    lambda steps: "X0" + ".10".join(steps)
)
_names = st.sampled_from(["A, b", "No", "C: d", "null", "É'f", "7 g", "h #i", "J k"])


@given(st.dictionaries(_numbers, _names), st.sets(_names, min_size=1))
def test_a_heading_explodes_as_in_the_whole(tmp_path_factory, numbers, wanted) -> None:
    whole = Mesh.numbered(numbers)
    taken = branches(Numbered(numbers), map(key, wanted))
    path = tmp_path_factory.mktemp("mesh") / "mesh.yaml"
    path.write_text(written(taken, "a source", "# a head\n"), "utf-8")
    mesh = Mesh.load(path)
    for name in wanted:
        assert mesh.narrower(name) == whole.narrower(name)
        assert mesh.knows(name) == whole.knows(name)
