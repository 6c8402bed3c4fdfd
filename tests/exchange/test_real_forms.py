"""Files in the forms that tools write in earnest, with records of the example corpus.

The columns, their order, quoting and the syntax of notes are those of exports that stand in public
repositories and of the tools' own documentation; docs/exchange.md says which. The content is ours:
PMIDs, DOIs, titles and first authors are those of three records of the example corpus.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from perennial.commands.labels import command as labels
from perennial.config import load
from perennial.decisions.decision import Decision
from perennial.decisions.table import load_decisions
from perennial.errors import InputError
from perennial.exchange import told
from perennial.record import Author, Record
from perennial.screen import load_criteria
from perennial.tables import write_parquet

EXAMPLE = """
23728425|10.1038/ncb2767|The perivascular niche regulates breast tumor dormancy.|Ghajar|2013
24316974|10.1172/JCI70259|Combined SFK/MEK inhibition prevents metastatic outgrowth of dormant \
tumor cells.|El Touny|2014
25636082|10.1038/ncomms7170|NR2F1 controls tumour cell dormancy via SOX9- and RARβ-driven \
quiescence programmes.|Sosa|2015
"""
RECORDS = tuple(
    Record(pmid, doi=doi, title=title, authors=(Author(family),), year=int(year))
    for pmid, doi, title, family, year in (row.split("|") for row in EXAMPLE.split("\n")[1:-1])
)
SCREENING = """
criteria:
  - {id: X1, action: exclude, label: "1", reason: wrong publication type, query: "review[pt]"}
  - {id: X2, action: exclude, label: "2", reason: wrong population, query: "virus[tiab]"}
"""
ONE, TWO, THREE = RECORDS
# Rayyan's articles.csv. A note that was imported stands before what was decided.
RAYYAN = (
    "key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,"
    "location,abstract,notes,doi,keywords,pubmed_id,pmc_id\n"
    f'rayyan-902924673,"{ONE.title}",{ONE.year},2,,,0002-9378 1097-6868,226,2,S1-S9,'
    f'"{ONE.authors[0].family}, I. and Other, C. E. and Third-Name, D. S.",,,,,'
    '"First part.\nSecond part, of which ""some"" is quoted.",'
    '"Times Cited: 14 | RAYYAN-INCLUSION: {""Ada""=>""Included"", ""Bo Å.""=>""Maybe""} | '
    'RAYYAN-LABELS: mouse,in vivo",,one;two,,\n'
    f'rayyan-902924674,"{TWO.title}",{TWO.year},,,,,,,,"{TWO.authors[0].family} J. and Doe A.",'
    ',,,,,"RAYYAN-INCLUSION: {""perennial""=>""Excluded""} | RAYYAN-EXCLUSION-REASONS: '
    'wrong publication type | RAYYAN-INCLUSION: {""Ada""=>""Excluded""} | RAYYAN-LABELS: x | '
    "RAYYAN-EXCLUSION-REASONS: background article,wrong population | "
    'USER-NOTES: {""Ada""=>[""see RAYYAN"", ""again""]}",,,,\n'
    f'rayyan-902924675,"{THREE.title}",{THREE.year},,,,,,,,,,,,,,L47570649 2007-10-01,'
    f"{THREE.doi},,,\n"
)
LOG = (
    "created_at,user_id,user_email,article_id,key,value\n"
    "2026-02-18T21:41:09.021Z,1,ada@example.org,902924673,included,1\n"
    '2026-02-18T21:42:09.021Z,1,ada@example.org,902924674,"""__EXR__wrong population""",1\n'
)
COVIDENCE = (
    "Title,Authors,Abstract,Published Year,Published Month,Journal,Volume,Issue,Pages,"
    "Accession Number,DOI,Ref,Covidence #,Study,Notes,Tags\n"
    f'"{ONE.title}","{ONE.authors[0].family}, C.; Other, W.","Text, © 2022",{ONE.year},,J. Clean. '
    f"Prod.,385,,,,{ONE.doi},,#1,{ONE.authors[0].family} {ONE.year},"
    'Exclusion reason: Wrong population; ,""\n'
    f'"{TWO.title}","{TWO.authors[0].family}, E.N.; Doe, M.",,{TWO.year},,,,,92-103,107520452,,,'
    f"#6,{TWO.authors[0].family} {TWO.year},Exclusion reason: Wrong publication type; ,SRH\n"
)
ZOTERO_COLUMNS = (
    "Key", "Item Type", "Publication Year", "Author", "Title", "Publication Title", "ISBN", "ISSN",
    "DOI", "Url", "Abstract Note", "Date", "Date Added", "Date Modified", "Access Date", "Pages",
    "Num Pages", "Issue", "Volume", "Number Of Volumes", "Journal Abbreviation", "Short Title",
    "Series", "Series Number", "Series Text", "Series Title", "Publisher", "Place", "Language",
    "Rights", "Type", "Archive", "Archive Location", "Library Catalog", "Call Number", "Extra",
    "Notes", "File Attachments", "Link Attachments", "Manual Tags", "Automatic Tags", "Editor",
)  # fmt: skip


def zotero(*rows: dict[str, str]) -> str:
    """Zotero's CSV: every cell in quotation marks, a byte order mark before it."""
    cells = [[row.get(name, "") for name in ZOTERO_COLUMNS] for row in rows]
    lines = [",".join(f'"{cell}"' for cell in line) for line in (ZOTERO_COLUMNS, *cells)]
    return "\ufeff" + "\n".join(lines) + "\n"


ZOTERO = zotero(
    {
        "Key": "GIIS83DU", "Item Type": "journalArticle", "Title": "Another wording of it",
        "Extra": f"Publisher: Somebody PMID: {ONE.pmid} PMCID: PMC1",
        "Manual Tags": "snow; include",
    },
    {
        "Key": "5GB7XZZ2", "Item Type": "journalArticle", "Title": TWO.title.replace('"', '""'),
        "Publication Year": str(TWO.year), "Author": f"{TWO.authors[0].family}, Ingrid; Doe, Al",
        "Manual Tags": "exclude: wrong population", "Automatic Tags": "include",
    },
)  # fmt: skip
ASREVIEW = (
    "title,abstract,authors,doi,record_id,asreview_label,asreview_time,asreview_note,"
    "asreview_tags,asreview_user_name,asreview_user_email\n"
    f'"{ONE.title}",a,"[\'Other, C.\']",{ONE.doi},0,1,2026-02-03 10:00:00.123,,[],Ada L.,\n'
    f'"{TWO.title}",a,,{TWO.doi},1,0,1770112800.5,wrong population,[],@SECOND@,\n'
    f'"{THREE.title}",a,,{THREE.doi},2,,,,,,\n'
)
ASREVIEW_RIS = (
    f"TY  - JOUR\nTI  - {ONE.title}\nAU  - {ONE.authors[0].family}, C.\nPY  - {ONE.year}\n"
    "N1  - ASReview_relevant\nN1  - a note of before\n"
    'N1  - asreview_time: "2026-02-03 10:00:00"\nN1  - asreview_note: null\nER  - \n\n'
    f"TY  - JOUR\nTI  - {TWO.title}\nPY  - {TWO.year}\nDO  - {TWO.doi}\n"
    'N1  - ASReview_irrelevant\nN1  - asreview_note: "wrong population"\nER  - \n\n'
    f"TY  - JOUR\nTI  - {THREE.title}\nN1  - ASReview_not_seen\nER  - \n"
)


@pytest.fixture
def review(tmp_path: Path) -> Path:
    write_parquet(tmp_path / "results/1_records/records.parquet", RECORDS, Record)
    (tmp_path / "screening.yaml").write_text(SCREENING)
    return tmp_path


def read(review: Path, name: str, text: str, tool: str, *options: str) -> list[tuple[str, ...]]:
    (review / name).write_text(text, "utf-8")
    where = ["--results", str(review / "results"), "--criteria", str(review / "screening.yaml")]
    out = review / "decisions.tsv"
    given = [str(review / name), "--from", tool, *where, "-o", str(out), "--date", "2026-06-01"]
    done = CliRunner().invoke(labels, [*given, *(options or ("--reviewer", "Ada"))])
    if done.exception:
        raise done.exception
    criteria = load_criteria(load(review / "screening.yaml", "screening"))
    rows: list[Decision] = load_decisions(out, None, criteria)
    return [(d.pmid, d.outcome, d.criterion, d.reviewer) for d in rows]


def test_rayyan(review: Path) -> None:
    assert read(review, "articles.csv", RAYYAN, "rayyan") == [
        (ONE.pmid, "include", "", "Ada"),
        (TWO.pmid, "exclude", "X2", "Ada"),
    ]
    assert read(review, "articles.csv", RAYYAN, "rayyan", "--reviewer", "Bo Å.=Bo")[2:] == [
        (ONE.pmid, "human", "", "Bo")
    ]


def test_a_reason_that_was_imported_is_not_the_reviewers(review: Path) -> None:
    silent = RAYYAN.replace("RAYYAN-EXCLUSION-REASONS: background article,wrong population | ", "")
    with pytest.raises(InputError, match="without a criterion; their reasons: none"):
        read(review, "articles.csv", silent, "rayyan")


def test_what_else_is_in_rayyans_zip(review: Path) -> None:
    with pytest.raises(InputError, match="Rayyan's log") as caught:
        read(review, "customizations_log.csv", LOG, "rayyan")
    assert "articles.csv" in caught.value.hint
    (review / "zip.csv").write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(InputError, match="packed") as caught:
        told.read(review / "zip.csv")
    assert "articles.csv" in caught.value.hint


def test_covidence(review: Path) -> None:
    assert read(review, "review_1_excluded_csv_20260601.csv", COVIDENCE, "covidence") == [
        (ONE.pmid, "exclude", "X2", "Ada"),
        (TWO.pmid, "exclude", "X1", "Ada"),
    ]


def test_zotero(review: Path) -> None:
    (one, two) = told.read(_kept(review, "z.csv", ZOTERO))
    assert (one.pmid, two.first, two.year) == (ONE.pmid, TWO.authors[0].family, TWO.year)
    right = ZOTERO.replace("Another wording of it", ONE.title.replace('"', '""'))
    assert read(review, "z.csv", right, "zotero") == [
        (ONE.pmid, "include", "", "Ada"),
        (TWO.pmid, "exclude", "X2", "Ada"),
    ]


def test_asreview_names_its_user(review: Path) -> None:
    text = ASREVIEW.replace("@SECOND@", "Ada L.")
    assert read(review, "a.csv", text, "asreview", "--reviewer", "Al") == [
        (ONE.pmid, "include", "", "Al"),
        (TWO.pmid, "exclude", "X2", "Al"),
    ]
    criteria = load_criteria(load(review / "screening.yaml", "screening"))
    rows = load_decisions(review / "decisions.tsv", None, criteria)
    assert [row.date for row in rows] == ["2026-02-03", "2026-02-03"]


def test_two_users_of_asreview_are_not_one(review: Path) -> None:
    text = ASREVIEW.replace("@SECOND@", "Bo")
    with pytest.raises(InputError, match="no decision of this reviewer") as caught:
        read(review, "a.csv", text, "asreview", "--reviewer", "Al")
    assert "Ada L., Bo" in caught.value.hint
    both = ("--reviewer", "Ada L.=Ada", "--reviewer", "Bo")
    assert [row[3] for row in read(review, "a.csv", text, "asreview", *both)] == ["Ada", "Bo"]


def test_asreviews_ris(review: Path) -> None:
    assert read(review, "a.ris", ASREVIEW_RIS, "asreview") == [
        (ONE.pmid, "include", "", "Ada"),
        (TWO.pmid, "exclude", "X2", "Ada"),
    ]


def _kept(review: Path, name: str, text: str) -> Path:
    (review / name).write_text(text, "utf-8")
    return review / name
