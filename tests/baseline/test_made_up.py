"""The made-up baseline that benchmarks and tests run on is what it claims to be."""

from __future__ import annotations

import gzip
import hashlib
import random
import re
import sys
from pathlib import Path

import Bio.Entrez
import pytest
from lxml import etree
from perennial.pubmed import parse_file

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks/baseline"))
import made_up
import tricks
from vocabulary import Rates


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> list[made_up.Written]:
    return made_up.write_baseline(tmp_path_factory.mktemp("baseline"), 2, 400, updates=2)


@pytest.mark.parametrize("oddities", ["real", "adversarial", "strange", "none"])
def test_every_record_can_be_read(tmp_path: Path, oddities: str) -> None:
    written = made_up.write_file(tmp_path / "a.xml.gz", 1, 300, oddities=oddities, books=2)
    parsed = parse_file(written.path)
    assert not parsed.refused
    assert [int(record.pmid) for record in parsed.records] == list(written.pmids)


def test_pmids_rise_with_gaps_above_all_real_ones(baseline: list[made_up.Written]) -> None:
    pmids = [pmid for file in baseline[:2] for pmid in file.pmids]
    assert pmids == sorted(set(pmids))
    assert pmids[0] == made_up.FIRST_PMID
    assert pmids[-1] - pmids[0] > len(pmids)


def test_updates_revise_add_and_delete(baseline: list[made_up.Written]) -> None:
    known = {pmid for file in baseline[:2] for pmid in file.pmids}
    for file in baseline[2:]:
        assert len(file.pmids) == 400
        assert len(known & set(file.pmids)) == 240
        *deleted, never = file.deleted
        assert deleted and known.issuperset(deleted) and never not in known
        assert not set(deleted) & set(file.pmids)
        known = (known | set(file.pmids)) - set(deleted)
        assert parse_file(file.path).deleted == tuple(map(str, file.deleted))


def test_a_deleted_record_is_not_revised_later(baseline: list[made_up.Written]) -> None:
    assert not set(baseline[2].deleted) & set(baseline[3].pmids)


def test_a_revision_has_another_text(baseline: list[made_up.Written]) -> None:
    before = {r.pmid: r.title for file in baseline[:2] for r in parse_file(file.path).records}
    after = {r.pmid: r.title for r in parse_file(baseline[2].path).records}
    both = before.keys() & after.keys()
    assert len(both) == 240
    assert all(before[pmid] != after[pmid] for pmid in both if before[pmid])


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (
        made_up.write_file(tmp_path / name / "x.xml.gz", 7, 50, seed=3) for name in ("one", "two")
    )
    other = made_up.write_file(tmp_path / "other.xml.gz", 7, 50, seed=4)
    assert one.path.read_bytes() == two.path.read_bytes()
    assert other.md5 != one.md5


def test_the_md5_beside_a_file_is_worded_as_by_nlm(baseline: list[made_up.Written]) -> None:
    for file in baseline:
        sidecar = file.path.with_name(file.path.name + ".md5").read_text()
        digest = hashlib.md5(file.path.read_bytes()).hexdigest()
        assert sidecar == f"MD5({file.path.name})= {digest}\n"


def test_a_file_has_the_layout_of_the_baseline(baseline: list[made_up.Written]) -> None:
    lines = gzip.decompress(baseline[0].path.read_bytes()).decode().splitlines()
    assert lines[0].startswith("<?xml") and lines[1].startswith("<!DOCTYPE PubmedArticleSet")
    assert lines[2] == "<PubmedArticleSet>" and lines[-1] == "</PubmedArticleSet>"
    assert lines.count("  <PubmedArticle>") == lines.count("  </PubmedArticle>") == 400
    mean = sum(map(len, lines)) / 400
    assert 5_000 < mean < 11_000, "characters of a record, about 8,000 in real files"


@pytest.mark.parametrize("oddities", ["real", "none"])
def test_a_file_is_valid_by_the_document_type_that_it_names(tmp_path: Path, oddities: str) -> None:
    """NLM's definition of PubMed's XML, as Biopython brings it along."""
    file = made_up.write_file(
        tmp_path / "a.xml", 1, 1_000, oddities=oddities, books=2, deleted=[90_000_001]
    )
    valid = etree.DTD(str(Path(Bio.Entrez.__file__).parent / "DTDs/pubmed_250101.dtd"))
    assert valid.validate(etree.parse(file.path)), valid.error_log
    assert "pubmed_250101.dtd" in file.path.read_text()[:300]


ODDITIES = (
    "<i>", "<b>", "<sub>", "<sup>", "&lt;", "&amp;", "Label=", "<VernacularTitle>", "<MedlineDate>",
    "<CollectiveName>", "<Season>", 'RefType="CommentIn"', "<OtherAbstract", "<DataBankName>",
    "<Reference>", "<QualifierName", "<Keyword ", "<Grant>", "\u2009", "β", "<mml:math", "<u>",
    '<PMID Version="2">', 'ValidYN="N"', 'RefType="RetractionIn"', "&#",
)  # fmt: skip


def test_real_oddities_occur(tmp_path: Path) -> None:
    made_up.write_file(tmp_path / "a.xml", 1, 4_000)
    text = (tmp_path / "a.xml").read_text()
    assert [sign for sign in ODDITIES if sign not in text] == []
    assert 0.1 < 1 - text.count("<Abstract>") / 4_000 < 0.45


def test_without_oddities_text_is_plain(tmp_path: Path) -> None:
    made_up.write_file(tmp_path / "a.xml", 1, 200, oddities="none")
    text = (tmp_path / "a.xml").read_text()
    assert not [sign for sign in ("<i>", "<sub>", "&#", "<mml:", "<MedlineDate>") if sign in text]


def test_rates_are_kept(tmp_path: Path) -> None:
    rates = Rates({"zebra fish": 0.3, "never": 0.0}, {"Danio": 0.5}, subject=0)
    made_up.write_file(tmp_path / "a.xml", 1, 1_000, oddities="none", rates=rates)
    records = parse_file(tmp_path / "a.xml").records
    with_abstract = [record for record in records if record.abstract]
    found = sum("zebra fish" in record.abstract for record in with_abstract)
    assert 0.2 < found / len(with_abstract) < 0.4
    indexed = [record for record in records if record.headings]
    named = sum(any(h.descriptor == "Danio" for h in record.headings) for record in indexed)
    assert 0.4 < named / len(indexed) < 0.6
    assert not any("never" in record.abstract.split() for record in records)


@pytest.mark.parametrize("name", sorted(tricks.TRICKS | tricks.STRANGE))
def test_a_trick_gives_whole_xml(name: str) -> None:
    chance = random.Random(name)
    for phrase in ("tumor dormancy", "TGF-beta2", "wake up", "dormant", "a"):
        for _ in range(20):
            xml = (tricks.TRICKS | tricks.STRANGE)[name](phrase, chance)
            etree.fromstring(f"<x>{xml}</x>")


def test_most_tricks_hide_the_bytes_of_a_word() -> None:
    chance = random.Random(1)
    words = ("flesh-fisk", "tumor dormancy in alpha kin")
    unchanged = [
        name
        for name, trick in tricks.TRICKS.items()
        if all(trick(word, chance) == word for word in words)
    ]
    assert unchanged == ["plain"]


def test_only_strange_files_hold_what_nlm_never_writes(tmp_path: Path) -> None:
    for oddities, wanted in (("adversarial", False), ("strange", True)):
        made_up.write_file(tmp_path / "a.xml", 1, 300, oddities=oddities)
        text = (tmp_path / "a.xml").read_text().partition("<PubmedArticleSet>")[2]
        assert all((sign in text) is wanted for sign in ("<!--", "<![CDATA[", "<?"))


def test_adversarial_files_spell_the_words_they_are_given(tmp_path: Path) -> None:
    made_up.write_file(tmp_path / "a.xml", 1, 300, oddities="adversarial", words=["xylophone*"])
    text = (tmp_path / "a.xml").read_text()
    assert "cancer" not in re.sub(r"<Descr.*", "", text)
    assert len(re.findall("xylophone", text)) > 100
    assert re.search(r"xy?l?o?p?h?o?n?<(i|b|u|su[bp])", text)
