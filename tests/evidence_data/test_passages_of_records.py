"""What is read of each record: from answers that hold several articles, each opened once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree
from perennial import jats
from perennial.archive import Archive, Entry
from perennial.commands.passages import command
from perennial.passage import Passage
from perennial.passages import Reading, passages
from perennial.record import Record
from perennial.screened import Screened
from perennial.tables import read_parquet, write_parquet


def article(pmcid: str, pmid: str, text: str = "Cells rested.") -> str:
    named = f'<article-id pub-id-type="pmid">{pmid}</article-id>' if pmid else ""
    ids = f'<article-id pub-id-type="pmc">{pmcid}</article-id>{named}'
    front = f"<front><article-meta>{ids}</article-meta></front>"
    return f"<article>{front}<body><p>{text}</p></body></article>"


ANSWER = f"""<pmc-articleset>{article("PMC1", "11")}{article("PMC2", "22")}
<Reply Id="3" error="withheld"/>{article("PMC4", "")}<article><front><article-meta>
<article-id pub-id-type="pmc">PMC5</article-id><article-id pub-id-type="pmid">55</article-id>
</article-meta></front></article></pmc-articleset>""".encode()


def read(record: Record) -> tuple[list[Passage], Reading]:
    def articles_of(pmcid: str) -> Sequence[etree._Element]:
        return jats.opened(ANSWER) if pmcid else ()

    ((cut, reading),) = passages([record], articles_of)
    assert {passage.pmid for passage in cut} <= {record.pmid}
    return cut, reading


@pytest.mark.parametrize(
    ("pmid", "pmcid", "status", "why"),
    [
        ("11", "PMC1", "full text", ""),
        ("12", "PMC2", "not available", "PMC gave the article of PMID 22"),
        ("33", "PMC3", "not available", "withheld"),
        ("44", "PMC4", "full text", ""),
        ("x4", "PMC4", "full text", ""),  # no PMID anywhere: an import's article is still its own
        ("x1", "PMC1", "full text", ""),
        ("55", "PMC5", "front matter only", "no body, and nothing says why"),
        ("66", "PMC6", "not returned by PMC", "PMC gave nothing for PMC6"),
        ("77", "", "no article in PMC", "the record has no PMCID"),
    ],
)
def test_how_much_is_read_and_why_not_more(pmid: str, pmcid: str, status: str, why: str) -> None:
    cut, reading = read(Record(pmid, pmcid=pmcid, title="A title", abstract="An abstract."))
    assert reading == Reading(pmid, status, why)
    sections = ["title", "abstract"] + (["other.1"] if status == "full text" else [])
    assert [passage.section for passage in cut] == sections


def test_each_answer_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, ids = Archive(tmp_path / "archive"), [str(100 + n) for n in range(25)]
    for start in range(0, 25, 10):
        held = ids[start : start + 10]
        body = "".join(article(f"PMC{id_}", id_, f"Text {id_}.") for id_ in held)
        holds = tuple(f"PMC{id_}" for id_ in held)
        entry = Entry("2026-01-01T00:00:00Z", "made", "efetch", {"db": "pmc"}, holds)
        archive.file(entry, f"<pmc-articleset>{body}</pmc-articleset>".encode())
    records = tmp_path / "records.parquet"
    screened = tmp_path / "screened.parquet"
    write_parquet(records, [Record(id_, pmcid=f"PMC{id_}", title="T") for id_ in ids], Record)
    rows = [Screened(id_, "include", "", "", "rule", (), ()) for id_ in ids]
    write_parquet(screened, rows, Screened)
    opened: Counter[str] = Counter()
    real = Archive.answer

    def counted(self: Archive, digest: str) -> bytes:
        opened[digest] += 1
        return real(self, digest)

    monkeypatch.setattr(Archive, "answer", counted)
    line = [str(records), str(screened), "--archive", str(archive.root), "--source", "made"]
    told = CliRunner().invoke(command, [*line, "-o", str(tmp_path)], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    assert list(opened.values()) == [1, 1, 1]
    cut = read_parquet(tmp_path / "passages.parquet", Passage)
    assert [p.text for p in cut] == [text for id_ in ids for text in ("T", f"Text {id_}.")]
    assert len(read_parquet(tmp_path / "readings.parquet", Reading)) == 25
