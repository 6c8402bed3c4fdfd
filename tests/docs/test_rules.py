"""The table and the picture of the rules know the rules that there are."""

from __future__ import annotations

import re
import runpy

from pages import ROOT, rows, sections

WORKFLOW = [ROOT / "workflow/Snakefile", *sorted((ROOT / "workflow/rules").glob("*.smk"))]
BODIES = dict(
    match
    for file in WORKFLOW
    for match in re.findall(
        r"^(?:rule|checkpoint) (\w+):\n(.*?)(?=^\S|\Z)", file.read_text("utf-8"), re.M | re.S
    )
)
DRAWN = runpy.run_path(str(ROOT / "docs/rules.py"))


def test_the_table_has_every_rule_and_no_other() -> None:
    told = sections((ROOT / "docs/running.md").read_text("utf-8"))["Rules and files"]
    named = [name for row in rows(told) for name in re.findall(r"`(\w+)`", row["rule"])]
    assert sorted(named) == sorted(BODIES)


def test_a_rule_reads_and_writes_what_the_table_says() -> None:
    """Files of the config that it names are its inputs; the folder that it writes is its own."""
    told = sections((ROOT / "docs/running.md").read_text("utf-8"))["Rules and files"]
    single = [row for row in rows(told) if row["rule"].strip("`") in BODIES]
    assert len(single) >= 16
    for row in single:
        body = BODIES[row["rule"].strip("`")]
        config = {f"config/{name}" for name in re.findall(r"\w+\.(?:yaml|tsv)", row["reads"])}
        folders = re.findall(r"`(\d_\w+|review|archive)/", row["writes"])
        assert [name for name in (*config, *folders) if name not in body] == [], row


def test_the_picture_has_every_rule_and_is_the_one_that_is_drawn() -> None:
    named = [name for row in DRAWN["ROWS"] for name in row[1].split(", ")]
    assert sorted(named) == sorted(BODIES.keys() - {"all"})
    assert (ROOT / "docs/rules.svg").read_text("utf-8") == DRAWN["picture"]()
