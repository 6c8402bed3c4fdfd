"""Sifting finds exactly what the evaluator finds in all that the file holds."""

from __future__ import annotations

import gzip
import hashlib
import logging
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from baseline_files import HEAD, TAIL, article, example, name_of
from perennial import pubmed
from perennial.baseline.files import File, file_of
from perennial.baseline.questions import Questions
from perennial.baseline.sift import sift
from perennial.baseline.sifted import Sifted
from perennial.config import Config, load
from perennial.errors import InputError

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks/baseline"))
import made_up as synthetic  # noqa: E402

REAL = ROOT.parent / "shared/data/pubmed_xml"
LONG = os.environ.get("PERENNIAL_LONG") == "1"
ARTICLE = re.compile(rb"<Pubmed(?:Book)?Article>.*?</Pubmed(?:Book)?Article>", re.DOTALL)
# What asks for much more than the default search does, in every field.
BROAD = """
strategies:
  - {id: B1, label: Words, query: 'cell*[tiab] OR protein*[tiab] OR patient*[tw] OR disease[all]'}
  - {id: B2, label: Phrases, query: '"gene expression"[tiab] OR "in vitro"[tiab]'}
  - {id: B3, label: Headings, query: 'humans[mh] AND (female[mh] OR mice[mh])'}
  - {id: B4, label: Near, query: '"treatment effect"[tiab:~6] OR "risk factors"[ti:~2]'}
  - {id: B5, label: Values, query: 'review[pt] OR fre[la] OR nature[ta] OR metabolism[sh]'}
  - {id: B6, label: Not, query: 'analysis[tiab] NOT humans[mh]'}
ids: [PMC3149320, "doi:10.1186/1471-2105-12-323", "31541003"]
"""

NAMED = """
strategies: [{id: S1, label: Nothing, query: 'zzzz[tiab]'}]
ids: [PMID 90000002]
"""


def questions(folder: Path, text: str = "") -> Questions:
    config: Config = load(ROOT / "config/search.yaml", "search")
    if text:
        (folder / "search.yaml").write_text(text, "utf-8")
        config = load(folder / "search.yaml", "search")
    return Questions.of(config, ROOT / "config/mesh.yaml")


def put(folder: Path, records: bytes, number: int = 1, tail: bytes = TAIL) -> File:
    path = folder / name_of(number)
    path.write_bytes(gzip.compress(HEAD + records + tail, 1, mtime=0))
    md5 = hashlib.md5(path.read_bytes()).hexdigest()
    path.with_name(path.name + ".md5").write_text(f"MD5({path.name})= {md5}\n")
    return file_of(path)


def one(file: File, asked: Questions) -> Sifted:
    (sifted,) = sift([file], asked)
    return sifted


def in_full(xml: bytes, asked: Questions) -> list[tuple[int, tuple[str, ...]]]:
    """What the evaluator says of every record; of one given twice, the last counts."""
    answers: dict[tuple[str, str], tuple[str, ...]] = {}
    for record in pubmed.parse(xml).records:
        answers.pop((record.pmid, record.version), None)
        answers[record.pmid, record.version] = asked.answered(record)
    return [(int(pmid), answered) for (pmid, _), answered in answers.items() if answered]


def found(sifted: Sifted) -> list[tuple[int, tuple[str, ...]]]:
    return [(hit.pmid, hit.questions) for hit in sifted.hits]


@pytest.mark.parametrize("seed", range(10 if LONG else 1))
def test_adversarial_records_are_all_found(tmp_path: Path, seed: int) -> None:
    """Long: 300,000 records, 30,000 at a time."""
    path = tmp_path / name_of(1)
    count = 30_000 if LONG else 1_500
    synthetic.write_file(path, 1, records=count, seed=seed, oddities="adversarial")
    asked = questions(tmp_path)
    expected = in_full(gzip.decompress(path.read_bytes()), asked)
    sifted = one(file_of(path), asked)
    assert len(expected) > count / 100
    assert found(sifted) == expected
    assert len(sifted.present) + len(sifted.refused) == count


def test_ordinary_records_are_found_and_accounted_for(tmp_path: Path) -> None:
    path = tmp_path / name_of(1)
    written = synthetic.write_file(path, 1, records=1_500, seed=5)
    asked = questions(tmp_path)
    sifted = one(file_of(path), asked)
    assert found(sifted) == in_full(gzip.decompress(path.read_bytes()), asked)
    assert [pmid for pmid, _ in sifted.present] == list(written.pmids)
    assert sifted.latest == max(
        record.revised for record in pubmed.parse(gzip.decompress(path.read_bytes())).records
    )


def test_the_example_is_found_as_its_server_finds_it(tmp_path: Path) -> None:
    asked = questions(tmp_path)
    raw = example()
    sifted = one(put(tmp_path, b"\n".join(raw)), asked)
    assert found(sifted) == in_full(HEAD + b"\n".join(raw) + TAIL, asked)
    assert {hit.raw for hit in sifted.hits} <= set(raw)
    named = {question for hit in sifted.hits for question in hit.questions}
    assert {"PMID 40614736", "S1", "S9"} <= named


def real_articles() -> Iterator[tuple[Path, bytes]]:
    for path in sorted(REAL.glob("**/*.xml*")):
        text = path.read_bytes()
        text = gzip.decompress(text) if path.suffix == ".gz" else text
        try:
            pubmed.parse(text, str(path))
        except InputError:
            continue  # of another kind: PMC's, an answer of ELink
        yield path, text


@pytest.mark.skipif(not REAL.exists(), reason="no ../shared/data/pubmed_xml beside the project")
@pytest.mark.parametrize("which", ["the default search", "a broad one"])
def test_real_records_are_all_found(tmp_path: Path, which: str) -> None:
    """A folder's records as one file; those of files that hold a comment apart."""
    asked = questions(tmp_path, BROAD if which == "a broad one" else "")
    heaps: dict[tuple[str, bool], bytes] = {}
    for path, text in real_articles():
        where = path.relative_to(REAL).parts[0], b"<!--" in text
        heaps[where] = heaps.get(where, b"") + b"".join(ARTICLE.findall(text))
    records = hits = 0
    for where, raw in heaps.items():
        sifted = one(put(tmp_path, raw), asked)
        expected = in_full(HEAD + raw + TAIL, asked)
        assert found(sifted) == expected, where
        records, hits = records + len(sifted.present), hits + len(expected)
    assert len(heaps) > 6
    assert records > 700
    assert hits > 400 or which != "a broad one"  # none is about the default's subject


def test_deletions_are_told_with_their_version(tmp_path: Path) -> None:
    tail = (
        b'<DeleteCitation><PMID Version="1">90000007</PMID>\n<PMID Version="2">90000008</PMID>'
        b"</DeleteCitation>" + TAIL
    )
    sifted = one(put(tmp_path, article(90000001, "x", version=3), tail=tail), questions(tmp_path))
    assert sifted.present == ((90000001, 3),)
    assert sifted.deleted == ((90000007, 1), (90000008, 2))


@pytest.mark.parametrize(
    "strange",
    [
        b"<!-- </PubmedArticle> -->",
        b"<?pi </PubmedArticle>?>",
        b"",
    ],
)
def test_a_file_that_cannot_be_told_by_its_bytes_is_parsed(
    tmp_path: Path, strange: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    asked = questions(tmp_path, NAMED)
    title = "A<![CDATA[</PubmedArticle>]]>" if not strange else "A"
    records = article(90000001, title) + strange + article(90000002, "B", day="2026-05-06")
    with caplog.at_level(logging.WARNING):
        sifted = one(put(tmp_path, records), asked)
    assert sifted.present == ((90000001, 1), (90000002, 1))
    assert found(sifted) == [(90000002, ("PMID 90000002",))]
    assert sifted.latest == "2026-05-06"
    assert "parsed in full" in caplog.text


@pytest.mark.parametrize(
    ("asked_for", "written"),
    [
        ("doi:10.5555/Abc-defg.90000001", "10.5555/abc-DEFG.90000001"),
        ("doi:10.5555/abcdefg", "10.5555/ab&#99;defg"),
        ("doi:10.5555/caf\u00e9-au-lait", "10.5555/caf\u00e9-au-lait"),
        ("doi:10.5555/(sici)1097<86::aid>3", "10.5555/(SICI)1097&lt;86::AID&gt;3"),
        ("PMC12345678", "12345678"),
        ("doi:10.5555/zebrafish", "10.5555/zebra\u200bfish"),
        ("doi:10.5555/zebrafish", "10.5555/z\u00adeb\u00adrafish"),
        ("doi:10.5555/zebrafish", "10.5555/zebra\x7ffish"),
        ("doi:10.5555/zebrafish", "10.5555/zebra<i/>fish"),
        ("PMC12345678", "PMC1234\u200b5678"),
    ],
)
def test_an_identifier_is_found_however_it_is_written(
    tmp_path: Path, asked_for: str, written: str
) -> None:
    """Long before the years that the strategies ask for."""
    limited = "strategies: [{id: S1, label: a, query: 'zzzz[ti]'}]\nlimits: 2030:3000[dp]\n"
    asked = questions(tmp_path, f'{limited}ids: ["{asked_for}"]\n')
    kind = "doi" if "10.5555" in written else "pmc"
    own = f'<ArticleId IdType="{kind}">{written}</ArticleId>'
    data = f"<PubmedData><ArticleIdList>{own}</ArticleIdList></PubmedData></PubmedArticle>"
    raw = article(90000001, "x").replace(b"</PubmedArticle>", data.encode())
    (hit,) = one(put(tmp_path, article(90000002, "y") * 30 + raw), asked).hits
    assert hit.questions == (asked_for,)


def test_of_a_record_given_twice_the_last_counts(tmp_path: Path) -> None:
    asked = questions(tmp_path, "strategies: [{id: A, label: a, query: 'dormant[ti]'}]\n")
    answers, not_now = article(90000001, "dormant"), article(90000001, "awake")
    once_more = article(90000001, "still dormant")
    assert not one(put(tmp_path, answers + not_now), asked).hits
    (hit,) = one(put(tmp_path, not_now + answers + once_more), asked).hits
    assert hit.raw == once_more


def test_a_record_without_a_pmid_is_refused_and_told(tmp_path: Path) -> None:
    headless = article(90000001, "dormant").replace(b'<PMID Version="1">90000001</PMID>', b"")
    sifted = one(put(tmp_path, headless + article(90000002, "x")), questions(tmp_path))
    assert [one.pmid for one in sifted.refused] == [""]
    assert sifted.present == ((90000002, 1),)


def test_a_search_without_words_reads_everything(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asked = questions(tmp_path, "strategies:\n  - {id: A, label: a, query: 'smith j[au]'}\n")
    with caplog.at_level(logging.WARNING):
        sifted = one(put(tmp_path, article(90000001, "x")), asked)
    assert not sifted.hits
    assert "every record is read" in caplog.text


@pytest.mark.parametrize(
    ("records", "tail"),
    [
        (b"<Nothing>" + article(90000001, "x"), TAIL),
        (b"<DeleteCitation/>" + article(90000001, "x"), TAIL),
        (article(90000001, "x"), b"stray text" + TAIL),
        (article(90000001, "x"), b"<Foo/>" + TAIL),
        (article(90000001, "x"), b"<DeleteCitation><PMID>90000001</PMID></DeleteCitation>" + TAIL),
        (
            article(90000001, "x"),
            b'<DeleteCitation><PMID Version="1">a1</PMID></DeleteCitation>' + TAIL,
        ),
    ],
)
def test_what_does_not_stand_where_it_should_is_refused(
    tmp_path: Path, records: bytes, tail: bytes
) -> None:
    file = put(tmp_path, records, tail=tail)
    with pytest.raises(InputError) as refused:
        one(file, questions(tmp_path))
    assert file.name in str(refused.value)


def test_documents_are_withdrawn_as_citations_are(tmp_path: Path) -> None:
    tail = b'<DeleteDocument><PMID Version="1">90000007</PMID></DeleteDocument>' + TAIL
    sifted = one(put(tmp_path, article(90000001, "x"), tail=tail), questions(tmp_path))
    assert sifted.deleted == ((90000007, 1),)


def test_a_version_that_is_no_number_is_refused_and_told(tmp_path: Path) -> None:
    odd = article(90000001, "dormant").replace(b'Version="1"', b'Version="1a"')
    sifted = one(put(tmp_path, odd), questions(tmp_path))
    assert [(one.pmid, one.reason) for one in sifted.refused] == [
        ("90000001", "its version is '1a'")
    ]


def test_damage_is_told_before_what_it_looks_like(tmp_path: Path) -> None:
    """A parser would say that an attribute is badly written."""
    file = put(tmp_path, article(90000001, "x").replace(b'Version="1"', b'Version=1"'))
    asked = questions(tmp_path)
    with pytest.raises(InputError, match="Not well-formed"):
        one(file, asked)
    with pytest.raises(InputError, match="its MD5 is"):
        one(replace(file, md5="0" * 32), asked)
