"""The hierarchy from NLM's own files, from YAML, and from files that are neither.

The headings are made up, and so are their tree numbers (letters that MeSH does not use); the
shape of the files is that of NLM's descriptor XML and of its list of tree numbers.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from perennial.errors import InputError
from perennial.query import Document, Mesh, evaluate, parse
from perennial.record import Heading, Record

TREES = """Alpha Things;X01
Beta Things;X01.100
Gamma Things;X01.100.200
Beta Things;Y02.300
Delta Things;Y02.300.400
"""
DOCTYPE = '<!DOCTYPE DescriptorRecordSet SYSTEM "http://127.0.0.1:9/none.dtd">'


def descriptor(name: str, numbers: tuple[str, ...], terms: tuple[str, ...] = ()) -> str:
    trees = "".join(f"<TreeNumber>{number}</TreeNumber>" for number in numbers)
    tree = f"<TreeNumberList>{trees}</TreeNumberList>" if numbers else ""
    said = "".join(f"<Term><String>{term}</String></Term>" for term in (name, *terms))
    return (
        f"<DescriptorRecord><DescriptorName><String>{name}</String></DescriptorName>\n{tree}"
        "<ConceptList><Concept><ConceptName><String>Not a term</String></ConceptName>"
        f"<TermList>{said}</TermList></Concept></ConceptList></DescriptorRecord>\n"
    )


XML = (
    f'<?xml version="1.0"?>\n{DOCTYPE}\n<DescriptorRecordSet LanguageCode="eng">\n'
    + descriptor("Alpha Things", ("X01",), ("Alphas", "things, alpha"))
    + descriptor("Beta Things", ("X01.100", "Y02.300"))
    + descriptor("Gamma Things", ("X01.100.200",), ("Gammas &amp; Co",))
    + descriptor("Delta Things", ("Y02.300.400",))
    + descriptor("Loose Thing", ())
    + "</DescriptorRecordSet>"
)


def written(folder: Path, text: str | bytes, name: str = "hierarchy") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("text", [TREES, "\ufeff" + TREES, TREES.replace("\n", "\r\n"), XML])
def test_narrower_is_what_stands_below_by_tree_number(tmp_path: Path, text: str) -> None:
    mesh = Mesh.load(written(tmp_path, text, "any-name.yaml"))
    assert mesh.complete
    # Delta stands below Beta's other number, which is not below Alpha: so PubMed explodes.
    assert mesh.narrower("alpha things") == {"Alpha Things", "Beta Things", "Gamma Things"}
    assert mesh.narrower("Beta Things") == {"Beta Things", "Gamma Things", "Delta Things"}
    assert mesh.narrower("Delta Things") == {"Delta Things"}
    assert mesh.narrower("Unknown") == {"Unknown"}
    assert mesh.knows("gamma things")
    assert not mesh.knows("Unknown")


def test_a_gap_in_the_numbers_is_bridged(tmp_path: Path) -> None:
    text = "Alpha Things;X01\nGamma Things;X01.100.200\nOmega Things;X011\n"
    mesh = Mesh.load(written(tmp_path, text))
    assert mesh.narrower("Alpha Things") == {"Alpha Things", "Gamma Things"}


def test_entry_terms_name_their_heading(tmp_path: Path) -> None:
    mesh = Mesh.load(written(tmp_path, XML))
    assert mesh.heading_of("ALPHAS") == "Alpha Things"
    assert mesh.heading_of("gammas & co") == "Gamma Things"
    assert mesh.heading_of("Alpha Things") == ""
    assert mesh.heading_of("Not a term") == ""
    assert mesh.knows("Loose Thing")
    assert mesh.narrower("Loose Thing") == {"Loose Thing"}
    assert not mesh.knows("Alphas")  # told, never mapped


def test_a_query_explodes_by_it(tmp_path: Path) -> None:
    mesh = Mesh.load(written(tmp_path, XML))
    document = Document.of(Record("1", headings=(Heading("Gamma Things"),)))
    assert evaluate(parse('"Alpha Things"[mh]'), document, mesh).holds
    assert not evaluate(parse('"Alpha Things"[mh:noexp]'), document, mesh).holds
    assert not evaluate(parse('"Delta Things"[mh]'), document, mesh).holds


def test_a_reviewers_file_is_not_complete(tmp_path: Path) -> None:
    mesh = Mesh.load(written(tmp_path, "Alpha Things: [Beta Things]\n", "desc.xml"))
    assert not mesh.complete
    assert mesh.narrower("Alpha Things") == {"Alpha Things", "Beta Things"}
    assert mesh.heading_of("Alphas") == ""


BOMB = (
    '<!DOCTYPE DescriptorRecordSet [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>\n<DescriptorRecordSet>\n"
    + descriptor("Thing &j;", ("X01",))
    + "</DescriptorRecordSet>"
)
ENTITY = (
    '<!DOCTYPE DescriptorRecordSet [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n'
    "<DescriptorRecordSet>\n" + descriptor("Thing &a;", ("X01",)) + "</DescriptorRecordSet>"
)


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        pytest.param(XML[:700], "not whole XML", 7, id="cut off"),
        pytest.param(XML.replace("Y02.300<", "Y2:300<"), "no tree number", 6, id="bad number"),
        pytest.param(XML.replace("Y02.300.400", "X01.100.200"), "both", 10, id="number twice"),
        pytest.param(XML.replace("Delta Things", "  "), "no readable String", 10, id="no name"),
        pytest.param(
            XML.replace("<DescriptorName><String>Delta Things</String></DescriptorName>", ""),
            "no readable DescriptorName",
            10,
            id="no name element",
        ),
        pytest.param(BOMB, "not whole XML", 1, id="entities of entities"),
        pytest.param(ENTITY, "no readable String", 3, id="an entity"),
        pytest.param(
            "<!-- a <b> --><SupplementalRecordSet/>", "SupplementalRecordSet", 0, id="other records"
        ),
        pytest.param("<html><body>Not found</body></html>", "root element is html", 0, id="page"),
        pytest.param("<DescriptorRecordSet/>", "no tree number", 0, id="empty set"),
        pytest.param("<!-- only this -->", "root element is nothing", 0, id="no root"),
        pytest.param(TREES + "Epsilon Things\n", "cannot read 'Epsilon", 6, id="no number"),
        pytest.param(TREES + "Epsilon Things;X01\n", "both Alpha", 6, id="number of another"),
        pytest.param(TREES + "Epsilon;Things;X09\n", "cannot read", 6, id="two semicolons"),
        pytest.param(b"Alpha Things;X01\nB\xe9ta;X02\n", "UTF-8", 2, id="Latin-1"),
        pytest.param(b"\x1f\x8b\x08\x00packed", "packed", 0, id="gzip"),
        pytest.param(b"PK\x03\x04packed", "packed", 0, id="zip"),
        pytest.param("A: &x [B]\nC: *x\n", "alias", 2, id="alias"),
        pytest.param("A: &x\n  B: *x\n", "alias", 2, id="a file that holds itself"),
        pytest.param("A: " + "[" * 20_000 + "]" * 20_000, "nested too deep", 1, id="deep"),
        pytest.param("A: [B, 7]\n", "a heading is a name", 1, id="no name in YAML"),
    ],
)
def test_a_fault_has_its_place(tmp_path: Path, text: str | bytes, says: str, line: int) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        Mesh.load(path)
    assert says in caught.value.message
    assert caught.value.place.file == str(path)
    assert caught.value.place.line == line, str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        Mesh.load(tmp_path / "nothing.xml")


def test_memory_stays_bounded(tmp_path: Path) -> None:
    """60 MB of annotations that no tree needs, read with far less than they take as a tree."""
    path, note = tmp_path / "desc.xml", "<ScopeNote>" + "words " * 5_000 + "</ScopeNote>"
    with path.open("w") as file:
        file.write("<DescriptorRecordSet>\n")
        for at in range(2_000):
            record = descriptor(f"Thing {at}", (f"X01.{at:04}",))
            file.write(record.replace("</DescriptorRecord>", note + "</DescriptorRecord>"))
        file.write("</DescriptorRecordSet>")
    assert path.stat().st_size > 60_000_000
    peak = (
        "import resource, sys; from perennial.query import Mesh\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "assert Mesh.load(sys.argv[1]).knows('Thing 1999')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", peak, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 * 2**30, 2 * 2**30)),
    )
    assert int(done.stdout) < 25_000  # KiB
