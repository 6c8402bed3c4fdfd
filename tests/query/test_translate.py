"""Strategies for other databases: nothing wrong is printed, and nothing is lost unsaid."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from perennial.commands.translate import command
from perennial.errors import InputError
from perennial.query import elsewhere
from perennial.query.elsewhere import DATABASES, Leaf, Untranslatable, translate
from perennial.query.words import patterns

SEARCH = Path(__file__).parents[2] / "config/search.yaml"


@pytest.mark.parametrize(
    ("query", "to", "text"),
    [
        ("alpha[ti] AND beta[ti]", "wos", "(TI=alpha AND TI=beta)"),
        ("alph*[tiab]", "wos", "(AB=alph* OR TI=alph*)"),
        ("alpha[ti] AND beta[ti]", "ebsco", "(TI alpha AND TI beta)"),
        ("alph*[tiab]", "ebsco", "(AB alph* OR TI alph*)"),
        ("alpha[ti] AND beta[ti]", "generic", "AND[alpha[title], beta[title]]"),
        # PubMed reads from left to right; elsewhere AND would bind closer than OR.
        ("a1[ti] OR b1[ti] AND c1[ti]", "wos", "((TI=a1 OR TI=b1) AND TI=c1)"),
        ("a1[ti] OR (b1[ti] AND c1[ti])", "wos", "(TI=a1 OR (TI=b1 AND TI=c1))"),
        ("a1[ti] NOT b1[ti] NOT c1[ti]", "wos", "(TI=a1 NOT (TI=b1 OR TI=c1))"),
        ("a1[ti] NOT b1[ti] NOT c1[ti]", "generic", "NOT[a1[title], OR[b1[title], c1[title]]]"),
        # The library forgets the distance in one of them and pairs three words by OR.
        ('"a1 b1"[ti:~3]', "wos", "TI=(a1 NEAR/3 b1)"),
        ('"a1 b1"[ti:~3]', "ebsco", "TI (a1 N3 b1)"),
        ('"a1 b1 c1"[ti:~3]', "wos", "TI=(a1 NEAR/4 b1 NEAR/4 c1)"),
        ('"a1 b1"[ti:~0]', "ebsco", "TI (a1 N1 b1)"),
        ('"a1 b1"[tiab:~2]', "generic", "OR[NEAR/2[a1[abstract], b1[abstract]], "
         "NEAR/2[a1[title], b1[title]]]"),
        # Words before a tag are a phrase in PubMed, and two terms elsewhere.
        ("slow cycling[ti]", "wos", 'TI="slow cycling"'),
        ("slow-cycling[ti]", "wos", 'TI="slow-cycling"'),
        ("“slow cycling”[ti]", "ebsco", 'TI "slow cycling"'),
        # Untagged words are joined by AND.
        ("slow cycling", "wos", "(ALL=slow AND ALL=cycling)"),
        ('"slow cycling"', "ebsco", 'TX "slow cycling"'),
        ("alpha[ti] AND eng[la]", "wos", "(TI=alpha AND LA=english)"),
        ("alpha[ti] AND English[la]", "ebsco", "(TI alpha AND LA English)"),
        ("review[pt] AND alpha[ti]", "ebsco", "(PT review AND TI alpha)"),
        ('"Things, Alpha"[mh]', "ebsco", 'MH "Things, Alpha"'),
    ],
)  # fmt: skip
def test_translates(query: str, to: str, text: str) -> None:
    translation = translate(query, to)
    assert translation.text == text
    assert translation.lost == ()


@pytest.mark.parametrize(
    ("query", "to", "text", "lost"),
    [
        ('"Alphas"[mh] OR alpha[ti]', "wos", "TI=alpha", "no MeSH headings; left out, so less"),
        ('"Alphas"[mh] AND alpha[ti]', "wos", "TI=alpha", "left out, so more"),
        ('alpha[ti] NOT "Alphas"[mh]', "wos", "TI=alpha", "left out, so more"),
        ('alpha[ti] NOT ("B"[mh] OR beta[ti])', "wos", "(TI=alpha NOT TI=beta)", "so more"),
        ('alpha[ti] NOT ("B"[mh] AND beta[ti])', "wos", "(TI=alpha NOT TI=beta)", "so less"),
        ('"Alphas"[mh] NOT alpha[ti]', "wos", "", "nothing is left"),
        ('("A"[mh] NOT b1[ti]) OR c1[ti]', "wos", "TI=c1", "so less"),
        ("alpha[ti] AND 2016:3000[dp]", "ebsco", "TI alpha", "set the dates"),
        ('alpha[ti] AND ("2016"[dp] : "3000"[dp])', "generic", "alpha[title]", "dates"),
        ("alpha[ti] AND smith j[au]", "wos", "TI=alpha", "takes names for keywords"),
        ("alpha[ti] AND hasabstract", "generic", "alpha[title]", "no such filter"),
        ("alpha[ti] AND alpha[nm]", "wos", "TI=alpha", "no field that is like [nm]"),
        ("alpha[majr]", "ebsco", "", "no MeSH headings"),
    ],
)
def test_what_is_lost_is_said(query: str, to: str, text: str, lost: str) -> None:
    translation = translate(query, to)
    assert translation.text == text
    assert any(lost in line for line in translation.lost), translation.lost


@pytest.mark.parametrize("to", DATABASES)
def test_every_term_of_the_default_strategies_is_kept_or_lost(to: str) -> None:
    result = CliRunner().invoke(command, [str(SEARCH), "--to", to])
    assert result.exit_code == 0
    sections = result.output.split("\n## ")
    assert len(sections) == SEARCH.read_text().count("- id: ")
    for section in sections:
        assert "Nothing of it" not in section
        assert "dormancy" in "".join(patterns(section)) or "cancer" in section
        assert "the library" not in section, "a default strategy that the library gets wrong"


def test_a_wrong_answer_of_the_library_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        def translate(self, _: str) -> Wrong:
            return self

        def to_string(self) -> str:
            return "AK=alpha"

    elsewhere._said.cache_clear()
    monkeypatch.setattr(elsewhere, "read_by_library", lambda *_, **__: Wrong())
    translation = translate("alpha[ti]", "wos")
    elsewhere._said.cache_clear()
    assert translation.text == ""
    assert "is wrong (AK=alpha)" in translation.lost[0]


def test_a_library_that_breaks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise IndexError("list index out of range")

    elsewhere._said.cache_clear()
    monkeypatch.setattr(elsewhere, "read_by_library", breaks)
    translation = translate("alpha[ti] OR beta[ti]", "wos")
    elsewhere._said.cache_clear()
    assert translation.text == ""
    assert "list index out of range" in translation.lost[0]


def test_a_term_that_vanishes_stops_the_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "_said", lambda leaf, to: "TI=other")
    translation = translate("alpha[ti]", "wos")
    assert (translation.text, "misses alpha[ti]" in translation.lost[0]) == ("", True)


def test_blocks_are_not_translated_by_themselves() -> None:
    with pytest.raises(Untranslatable, match="write the blocks out"):
        translate("#alpha AND beta[ti]", "wos")
    assert str(Leaf("x", "tiab", "3")) == "x[tiab:~3]"


def run(folder: Path, query: str, *options: str, blocks: str = "") -> Result:
    path = folder / "search.yaml"
    path.write_text(
        f"{blocks}strategies:\n  - id: S1\n    label: One\n    query: |\n      {query}\n"
    )
    return CliRunner().invoke(command, [str(path), *options])


def test_sections_and_exit_status(tmp_path: Path) -> None:
    result = run(tmp_path, "#x AND beta[ti]", "--to", "wos", blocks="blocks:\n  x: alpha[ti]\n")
    assert result.exit_code == 0
    assert result.output == "## S1 One: Web of Science\n\n(TI=alpha AND TI=beta)\n\n"
    all_of_them = run(tmp_path, "alpha[ti]").output
    assert [f"S1 One: {database.name}" in all_of_them for database in DATABASES.values()]
    nothing = run(tmp_path, "alpha[mh]", "--to", "wos")
    assert nothing.exit_code == 1
    assert "nothing could be translated" in nothing.output
    assert "Nothing of it can be translated." in nothing.output
    assert run(tmp_path, "alpha[mh]").exit_code == 0


def test_near_between_blocks_is_refused(tmp_path: Path) -> None:
    blocks = "blocks:\n  x: alpha[ti]\n  y: '#x NEAR/3 #x'\n"
    for query in ("#x NEAR/5 #x", "#x near/5 #x", "#y"):
        result = run(tmp_path, query, blocks=blocks)
        assert isinstance(result.exception, InputError)
        assert "no NEAR between blocks" in str(result.exception)


def test_a_name_in_quotation_marks_is_no_block(tmp_path: Path) -> None:
    blocks = "blocks:\n  x: alpha[ti]\n"
    said = run(tmp_path, '#x AND "#x beta"[ti] AND “#y”[ti]', "--to", "generic", blocks=blocks)
    assert 'AND[alpha[title], "#x beta"[title], ' in said.output
