"""What the vocabulary of a new review draws from sentences of trials that others have labelled.

Evidence Inference tells of an intervention and an outcome whether it rose, fell or did not differ,
and in which words. Sentences that name both as the question does are read; many of them give two
figures and no verb, and nothing is drawn from those. Run with -s for the figures.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

from perennial.config import parsed
from perennial.extract import extract, load_vocabulary, sentences
from perennial.init.answers import answers_of
from perennial.init.write import rendered, yaml
from third_party import INFERENCE, needs, passage

pytestmark = needs(INFERENCE)

LABELS = {
    "AAU": "significantly increased",
    "AAD": "significantly decreased",
    "AAN": "no significant difference",
}
# Two names that no sentence has stand in for those that the question asks about.
FACTOR, OUTCOME = "foxtherapy", "gizmo"
ANSWERS = {
    "title": "Trials",
    "question": "What do trials find?",
    "kind": "intervention",
    "concepts": [{"id": "a", "role": "intervention", "label": FACTOR, "terms": [FACTOR]}],
    "outcomes": [{"name": OUTCOME}],
}
LONGEST = 600  # signs; longer ones are tables run together


def rows(name: str) -> Iterator[dict[str, str]]:
    with (INFERENCE / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def labelled() -> Iterator[tuple[str, str]]:
    """A sentence that names both, and what it is labelled with; each passage once."""
    asked, seen = {row["PromptID"]: row for row in rows("prompts_merged.csv")}, set()
    for row in rows("v2_annotations.csv"):
        key = (row["PromptID"], row["Annotations"])
        named = asked.get(row["PromptID"])
        judged = row["Valid Label"] == "True" and row["Label"] in LABELS.values()
        if not named or not judged or key in seen:
            continue
        seen.add(key)
        for start, end in sentences.spans(row["Annotations"]):
            said = row["Annotations"][start:end]
            for column, other in (("Intervention", FACTOR), ("Outcome", OUTCOME)):
                name = re.escape(named[column].strip()) or "(?!)"
                said = re.sub(rf"(?i)(?<!\w){name}s?(?!\w)", other, said)
            if FACTOR in said and OUTCOME in said and len(said) <= LONGEST:
                yield said, row["Label"]


def test_most_of_what_is_drawn_is_as_labelled() -> None:
    files = rendered(answers_of(parsed(yaml(ANSWERS), "answers.yaml", "answers")))
    text = files["config/evidence.yaml"].decode()
    words = load_vocabulary(parsed(text, "evidence.yaml", "evidence").data)
    count = Counter[str]()
    for said, label in labelled():
        read = [passage("900000001", "results.1", said)]
        found = extract(read, words, title="", publication_types=[])
        told = {LABELS[one.direction] for one in found if one.standing == "result"}
        count.update(sentences=1, drawn=len(told), right=label in told)
    print(dict(count))
    assert count["sentences"] > 100
    assert count["right"] / count["drawn"] >= 0.92
    assert count["right"] / count["sentences"] >= 0.40
