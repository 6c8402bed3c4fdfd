"""The names that a correction may use, and which one was meant by another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from perennial.corrections.correction import CONTEXT
from perennial.extract.fold import fold
from perennial.extract.terms import Terms, find, ids
from perennial.extract.vocabulary import Vocabulary

# The vocabulary's name for each column that may be left open.
LISTS = dict(zip(CONTEXT, ("conditions", "sites", "models", "species"), strict=True))
BETWEEN = ";"  # a statement may stand for several: "one; another"


def names(column: str, vocabulary: Vocabulary) -> Sequence[str]:
    """Every name that a column may have, "" for one that is free."""
    if column in LISTS:
        return ids(vocabulary.contexts[LISTS[column]])
    return list({"factor": vocabulary.factors, "direction": vocabulary.directions}.get(column, ()))


def several(column: str, cell: str) -> list[str]:
    """The names in a cell: several only where a statement may have them."""
    return [name.strip() for name in cell.split(BETWEEN)] if column in LISTS else [cell]


def unknown(column: str, cell: str, vocabulary: Vocabulary) -> list[str]:
    """The names of a cell that the vocabulary does not have."""
    known = {*names(column, vocabulary), ""}
    return [name for name in several(column, cell) if name not in known]


def as_known(column: str, cell: str, vocabulary: Vocabulary) -> str:
    """A cell with names as the vocabulary writes them, where only their case differs."""
    if not (known := names(column, vocabulary)):
        return cell
    folded = {name.casefold(): name for name in known}
    each = (n if n in known else folded.get(n.casefold(), n) for n in several(column, cell))
    return f"{BETWEEN} ".join(each)


def meant(column: str, name: str, vocabulary: Vocabulary) -> str:
    """A hint: the name that was meant, else where names are defined."""
    held: Terms = vocabulary.contexts[LISTS[column]] if column in LISTS else vocabulary.terms
    aliases = [id_ for mention in find(held, name, fold(name)) for id_ in mention.ids]
    likely = aliases if column != "direction" else []
    if hint := alike(name, likely[:1] or names(column, vocabulary), sure=bool(likely)):
        return hint
    where = f"contexts.{LISTS[column]}" if column in LISTS else f"{column}s"
    return f"config/evidence.yaml defines names, under {where}"


def alike(name: str, among: Iterable[str], sure: bool = False) -> str:
    """``did you mean 'this'?``, "" if nothing is alike; ``sure``: any of them is meant."""
    known = {each.casefold(): each for each in among}
    close = list(known) if sure else get_close_matches(name.casefold(), known, n=1)
    return f"did you mean {known[close[0]]!r}?" if close else ""
