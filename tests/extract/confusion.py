"""Print how the directions of the restated abstracts come out, wanted against drawn.

Run by hand from the root: ``python tests/extract/confusion.py``. A gold row that leaves several
directions open counts under the first, unless one of the others was drawn.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "workflow"))

from extraction_cases import abstracts, statements, table
from subject import vocabulary

NONE = "none"


def counts() -> Counter[tuple[str, str]]:
    """(direction wanted, direction drawn) of each gold row; ``none`` where nothing was."""
    found: Counter[tuple[str, str]] = Counter()
    for row in table("gold.tsv"):
        wanted = row["directions"].split()
        drawn = {s.direction for s in statements(row["key"]) if s.factor == row["factor"]}
        right = [code for code in wanted if code in drawn]
        if right:
            found[right[0], right[0]] += 1
        else:
            found.update((wanted[0], code) for code in drawn or {NONE})
    return found


def standings() -> Counter[str]:
    """How many statements of the abstracts have which standing."""
    return Counter(s.standing for key in abstracts() for s in statements(key))


def main() -> None:
    found, codes = counts(), [*vocabulary().directions, NONE]
    print("| wanted, drawn → | " + " | ".join(codes) + " |")
    print("|---|" + "---:|" * len(codes))
    for code in codes[:-1]:
        print(f"| {code} | " + " | ".join(str(found[code, c] or "") for c in codes) + " |")
    print("\n" + ", ".join(f"{name} {count}" for name, count in standings().most_common()))


if __name__ == "__main__":
    main()
