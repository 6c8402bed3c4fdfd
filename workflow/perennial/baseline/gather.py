"""Gather: what stands after the last file joins the archive, as an answer of a server would.

The order makes it safe to be killed at any point: records first, then those that are gone, the
ledger of the search last. What was archived is not archived again, so a second run goes on
where the first one ended; and where nothing is new, it adds nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from perennial.archive import Archive, Entry, Holding, holding
from perennial.baseline.files import numbered
from perennial.baseline.fold import Found, Origin, Pile
from perennial.baseline.questions import Questions
from perennial.baseline.settings import BASELINE
from perennial.config import Config
from perennial.errors import InputError, Place
from perennial.fingerprint import fingerprints, prints
from perennial.identifiers import Identifier
from perennial.ledger import Database, Named, Search, Slice
from perennial.ledger import Found as Result
from perennial.query import Query
from perennial.query.leaf import UNMAPPED
from perennial.strategy import Strategy, strategies_of

BATCH = 200  # records of an answer, as fetch.py has them: some 2 MB
_HEAD = b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n'
_TAIL = b"\n</PubmedArticleSet>\n"
_SHOWN = 10  # PMIDs in a warning


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a gathering archived. ``stored`` are records that are new or changed."""

    search: Search
    stored: int
    gone: int  # held records that the baseline no longer has
    refused: tuple[str, ...]  # records that cannot be read, and why


def gather(pile: Pile, strategies: Config, questions: Questions, archive: Archive) -> Gathered:
    """Archive what ``pile``, all the files from the first, says of ``questions``.

    Raises InputError if a file at the beginning is missing, if the files end before those
    gathered last, or if they were sifted for other questions than those of ``strategies``.
    """
    _check(pile, questions)
    with archive.writing():
        when = _when(pile, archive)
        found = pile.found()
        held = holding(archive, BASELINE, "pubmed")
        stored = _store(found, held, when, archive)
        gone = _let_go(pile, held, when, archive)
        account = _account(pile, when, archive)
        search = _search(pile, found, strategies, questions, when, account)
        archive.keep_search(search)
    return Gathered(search, stored, gone, tuple(_refused(pile)))


def _check(pile: Pile, questions: Questions) -> None:
    first = pile.files[0]
    if first.number != 1:
        raise InputError(
            f"{first.name} is the first file that was sifted",
            hint="what the files before it hold is unknown: sift from n0001 on",
        )
    if pile.asked != questions.digest:
        raise InputError(
            "the files were sifted for other questions",
            hint="sift them again with this config/search.yaml and config/mesh.yaml",
        )


def _when(pile: Pile, archive: Archive) -> str:
    """The source's own clock: the newest revision of a record, and never back behind a run."""
    if not pile.latest:
        raise InputError("no record of the files says when it was revised")
    runs = archive.runs(BASELINE)
    if runs:
        before, last = runs[-1].database.build.rpartition(" ")[2], pile.files[-1].name
        if numbered(last) < numbered(f"{before}.xml.gz"):
            raise InputError(
                f"the files end with {last}, and those gathered last with {before}.xml.gz",
                hint="bring the later files back: what they told is in the archive",
            )
    return max(f"{pile.latest}T00:00:00Z", *(run.searched_at for run in runs), "")


def _store(found: Mapping[int, Found], held: Holding, when: str, archive: Archive) -> int:
    """Archive the hits that are new, changed, or given again, in answers of ``BATCH`` records."""
    known = {str(pmid): held.held[str(pmid)] for pmid in found if str(pmid) in held.held}
    before = fingerprints(archive, known)
    same = {
        pmid for pmid, print_ in before.items() if _print(found[int(pmid)], pmid) == print_ != ""
    }
    wanted = [one for pmid, one in found.items() if str(pmid) not in same - held.gone.keys()]
    wanted.sort(key=lambda one: (one.number, one.hit.pmid))
    for start in range(0, len(wanted), BATCH):
        _file(wanted[start : start + BATCH], same, when, archive)
    return sum(str(one.hit.pmid) not in same for one in wanted)


def _print(found: Found, pmid: str) -> str:
    return prints(found.hit.raw, found.file).get(pmid, "")


def _file(batch: Sequence[Found], same: Collection[str], when: str, archive: Archive) -> None:
    pmids = [str(one.hit.pmid) for one in batch]
    names = dict.fromkeys(one.file for one in batch)
    entry = Entry(
        when,
        BASELINE,
        "efetch",
        {"db": "pubmed", "files": " ".join(names)},
        holds=tuple(pmid for pmid in pmids if pmid not in same),
        same=tuple(pmid for pmid in pmids if pmid in same),
    )
    archive.file(entry, _HEAD + b"\n".join(one.hit.raw for one in batch) + _TAIL)


def _let_go(pile: Pile, held: Holding, when: str, archive: Archive) -> int:
    """Note which held records the baseline has in no version any more."""
    known = np.array([int(pmid) for pmid in held.held if pmid not in held.gone], dtype=np.int64)
    gone = sorted(known[~pile.has(known)].tolist())
    if gone:
        params = {"db": "pubmed", "files": _range(pile.files)}
        entry = Entry(when, BASELINE, "efetch", params, lacks=tuple(map(str, gone)))
        archive.file(entry, _HEAD + _TAIL)
    return len(gone)


def _account(pile: Pile, when: str, archive: Archive) -> str:
    """Archive which files were read, and what of them could not be; the account's SHA-256."""
    told = {
        "files": [{"name": one.name, "md5": one.md5} for one in pile.files],
        "questions": pile.asked,
        "records": len(pile.shown),
        "latest": pile.latest,
        "refused": [
            {"file": file, "pmid": one.pmid, "reason": one.reason} for file, one in pile.refused
        ],
    }
    body = f"{json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()
    digest = hashlib.sha256(body).hexdigest()
    filed = archive.entries(BASELINE, "einfo", "pubmed")
    if all(entry.answer != digest for entry in filed):
        archive.file(Entry(when, BASELINE, "einfo", {"db": "pubmed"}), body)
    return digest


def _search(
    pile: Pile,
    found: Mapping[int, Found],
    strategies: Config,
    questions: Questions,
    when: str,
    account: str,
) -> Search:
    answering: dict[str, list[str]] = {}
    for pmid in sorted(found, reverse=True):  # the newest first, as a server gives them
        for question in found[pmid].hit.questions:
            answering.setdefault(question, []).append(str(pmid))
    unread = tuple(_unread(pile))
    return Search(
        BASELINE,
        when,
        Database("pubmed", _range(pile.files), pile.latest, str(len(pile.shown))),
        tuple(
            _result(one, questions.queries[one.id], answering.get(one.id, ()), unread, account)
            for one in strategies_of(strategies)
        ),
        tuple(
            _named(written, one, answering.get(written, ()))
            for written, one in questions.named.items()
        ),
    )


def _result(
    strategy: Strategy, query: Query, pmids: Sequence[str], unread: tuple[str, ...], account: str
) -> Result:
    unmapped = tuple(said for said in query.warnings if UNMAPPED in said)
    return Result(
        strategy.id,
        strategy.label,
        strategy.query,
        strategy.sent,
        strategy.sent,  # nobody has read it otherwise than it is written
        len(pmids),
        tuple(pmids),
        unmapped + unread,
        (Slice("", len(pmids), (account,)),),
    )


def _named(written: str, wanted: Identifier, pmids: Sequence[str]) -> Named:
    """An identifier that several records bear stands for none of them."""
    if len(pmids) == 1:
        return Named(written, wanted.kind, pmids[0], "returned", "")
    reason = f"the source gives no single record for {wanted.kind.upper()} {wanted.value}"
    return Named(written, wanted.kind, "", "not returned", reason)


def _range(files: Sequence[Origin]) -> str:
    names = [one.name.removesuffix(".xml.gz") for one in (files[0], files[-1])]
    return f"{names[0]} to {names[1]}"


def _unread(pile: Pile) -> Iterator[str]:
    if pile.refused:
        pmids = [one.pmid or "one without a PMID" for _, one in pile.refused]
        more = ", and more" if len(pmids) > _SHOWN else ""
        yield f"{len(pmids)} records cannot be read: {', '.join(pmids[:_SHOWN])}{more}"


def _refused(pile: Pile) -> Iterator[str]:
    return (str(InputError(f"PMID {o.pmid}: {o.reason}", Place(f))) for f, o in pile.refused)
