"""The rules by which two records are the same work, may be, or are not.

They are asked in the order of ``RULES``; the first that applies settles the pair, and its name
goes into the table of links, so that a reviewer sees why. To review the policy, read the name
and the sentence of each rule from top to bottom; precision comes first, because a duplicate is
not screened: what a rule cannot show is a "maybe" for a human, and nothing is done about it.

Four answers:
  DUPLICATE  the two are one work; the group is screened once
  PREPRINT   one is the preprint of the other; both stay
  MAYBE      a human should look; both stay
  APART      they look alike and are two works; later rules are not asked
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher

from perennial.imports.ids import from_pubmed
from perennial.linking.card import SMALL, Card, journals_agree, journals_differ
from perennial.screened import DUPLICATE

PREPRINT, MAYBE, APART = "preprint of", "maybe duplicate of", "apart from"
# One letter in twelve may differ: a typing error, "color" for "colour", "alpha" for "α".
ALIKE = 0.92
# A preprint's title may change more than that before it is printed: words are turned round,
# a result is added. Four of six telling words stay.
RETITLED = 0.66
# Preprints are printed, and conference abstracts written up, within some years.
YEARS_TO_PRINT = 3
YEARS_TO_WRITE_UP = 5


@dataclass(frozen=True, slots=True)
class Rule:
    """``name`` says what the two records have in common, or what keeps them apart."""

    name: str
    says: str
    holds: Callable[[Card, Card], bool]


def _same(a: str | int, b: str | int) -> bool:
    return bool(a) and a == b


def _differ(a: str | int, b: str | int) -> bool:
    """Both are known, and not the same."""
    return bool(a) and bool(b) and a != b


def _near(a: Card, b: Card) -> bool:
    """Nearly the same letters in the same order; the cheap bounds are asked first."""
    if a.title == b.title:
        return True
    left, right = sorted((a.title, b.title))  # the ratio depends on the order
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(bound() >= ALIKE for bound in bounds)


def titles_differ(a: Card, b: Card) -> bool:
    """Both have a title, with other numbers in it or with other words."""
    if not (a.title and b.title):
        return False
    return a.numbers != b.numbers or not (_near(a, b) or _subtitled(a, b))


def _subtitled(a: Card, b: Card) -> bool:
    """One title is the other one and a subtitle."""
    short, long = sorted((a.title, b.title), key=len)
    return len(short.split()) >= 4 and long.startswith(f"{short} ")


def _same_title(a: Card, b: Card) -> bool:
    return a.telling and a.title == b.title


def _alike(a: Card, b: Card) -> bool:
    """Much the same title: the same numbers in it, and nearly the same letters."""
    return a.telling and b.telling and a.numbers == b.numbers and _near(a, b)


def _retitled(a: Card, b: Card) -> bool:
    """Most words of the two titles are the same, in whatever order; and so are some authors."""
    x, y = (set(card.title.split()) - SMALL for card in (a, b))
    shared = 2 * len(x & y) / max(len(x) + len(y), 1)
    return a.telling and b.telling and shared >= RETITLED and _same_author(a, b)


def _same_author(a: Card, b: Card) -> bool:
    return _same(a.first, b.first)


def _years_apart(a: Card, b: Card) -> int:
    """0 where a year is not known."""
    return abs(a.year - b.year) if a.year and b.year else 0


def _places_differ(a: Card, b: Card) -> bool:
    """Printed in two places, as far as the records tell."""
    return _differ(a.page, b.page) or _differ(a.volume, b.volume) or journals_differ(a, b)


def _both_in_pubmed(a: Card, b: Card) -> bool:
    return from_pubmed(a.id) and from_pubmed(b.id)


def _same_number(a: Card, b: Card) -> bool:
    return _same(a.doi, b.doi) or _same(a.pmcid, b.pmcid) or _same_pmid(a, b)


def _same_pmid(a: Card, b: Card) -> bool:
    return bool({a.id, a.given} & {b.id, b.given} - {""})


def _one_corrects(a: Card, b: Card) -> bool:
    """One is a correction, retraction or concern, and the other is not the same kind of note."""
    serious = {"correction", "retraction", "concern"}
    return a.about != b.about and bool({a.about, b.about} & serious)


def _shared_number_of_two(a: Card, b: Card) -> bool:
    """A supplement's DOI stands on each of its abstracts, a book's on each of its chapters."""
    if not _same_number(a, b) or _same_pmid(a, b) or not titles_differ(a, b):
        return False
    return not _same_author(a, b) and not (_same(a.page, b.page) and journals_agree(a, b))


def _one_preprint(a: Card, b: Card) -> bool:
    return a.preprint != b.preprint and not (a.about or b.about)


def _printed_after(a: Card, b: Card) -> bool:
    preprint, article = (a, b) if a.preprint else (b, a)
    if not (preprint.year and article.year):
        return True
    return 0 <= article.year - preprint.year <= YEARS_TO_PRINT


def _one_abstract(a: Card, b: Card) -> bool:
    return a.abstract != b.abstract and _years_apart(a, b) <= YEARS_TO_WRITE_UP


def _same_place(a: Card, b: Card) -> bool:
    """The same first page in the same journal, and nothing about volume or year against it."""
    known = _same(a.page, b.page) and journals_agree(a, b) and not _differ(a.volume, b.volume)
    return (
        known and _years_apart(a, b) <= 1 and (_same(a.volume, b.volume) or _same(a.year, b.year))
    )


def _numbers_differ(a: Card, b: Card) -> bool:
    """DOIs or PMCIDs are known of both and differ, or PubMed keeps them as two records."""
    return _differ(a.doi, b.doi) or _differ(a.pmcid, b.pmcid) or _both_in_pubmed(a, b)


RULES: tuple[Rule, ...] = (
    # Identifiers.
    Rule(
        # Supplements and books give one DOI to many works.
        "one identifier, two works",
        APART,
        _shared_number_of_two,
    ),
    Rule(
        # Some databases file an erratum under the DOI of the paper that it corrects.
        "same identifier, but one is a notice about the other",
        MAYBE,
        lambda a, b: _same_number(a, b) and _one_corrects(a, b),
    ),
    Rule(
        "same identifier, but another title",
        MAYBE,
        lambda a, b: _same_number(a, b) and titles_differ(a, b),
    ),
    Rule(
        # PubMed Central may hold the preprint and the article under one PMCID.
        "same PMCID, and one is a preprint",
        PREPRINT,
        lambda a, b: (
            _same(a.pmcid, b.pmcid) and a.preprint != b.preprint and not _same(a.doi, b.doi)
        ),
    ),
    Rule("same PMID", DUPLICATE, _same_pmid),
    Rule(
        # The test of two PMCIDs: a wrong DOI in one record must not join two papers.
        "same DOI, but another PMCID",
        MAYBE,
        lambda a, b: _same(a.doi, b.doi) and _differ(a.pmcid, b.pmcid),
    ),
    Rule("same DOI", DUPLICATE, lambda a, b: _same(a.doi, b.doi)),
    Rule(
        "same PMCID, but another DOI",
        MAYBE,
        lambda a, b: _same(a.pmcid, b.pmcid) and _differ(a.doi, b.doi),
    ),
    Rule("same PMCID", DUPLICATE, lambda a, b: _same(a.pmcid, b.pmcid)),
    # What keeps look-alikes apart.
    Rule(
        # An export that gives no types may well hold the letter and not the paper.
        "same title and first author, and one is a letter or comment",
        MAYBE,
        lambda a, b: (
            a.about != b.about
            and not (a.typed and b.typed)
            and _alike(a, b)
            and not _differ(a.first, b.first)
            and not _places_differ(a, b)
        ),
    ),
    Rule(
        # A reply, comment or erratum often has the very title of the paper it is about.
        "one is about the other",
        APART,
        lambda a, b: a.about != b.about,
    ),
    Rule(
        # "Part I" and "Part II", "2019" and "2020", "IL-6" and "IL-8".
        "other numbers in the title",
        APART,
        lambda a, b: a.numbers != b.numbers,
    ),
    Rule(
        # A chapter that reprints or updates an article is a publication of its own.
        "one is a chapter of a book",
        APART,
        lambda a, b: a.book != b.book,
    ),
    # Preprint and article.
    Rule(
        # By author too: two groups may well choose the same title.
        "same title and first author, and one is a preprint",
        PREPRINT,
        lambda a, b: (
            _one_preprint(a, b)
            and _same_title(a, b)
            and _same_author(a, b)
            and _printed_after(a, b)
        ),
    ),
    Rule(
        "similar title, same first author, and one is a preprint",
        MAYBE,
        lambda a, b: _one_preprint(a, b) and _retitled(a, b) and _printed_after(a, b),
    ),
    Rule(
        # Preprints have no volume or page; the rules of print below are not for them.
        "one is a preprint",
        APART,
        lambda a, b: a.preprint != b.preprint,
    ),
    # Conference abstract and paper.
    Rule(
        "similar title, same first author, and one is a conference abstract",
        MAYBE,
        lambda a, b: _one_abstract(a, b) and _retitled(a, b),
    ),
    Rule(
        "one is a conference abstract",
        APART,
        lambda a, b: a.abstract != b.abstract,
    ),
    # Title and place of print, where no identifier speaks against it.
    Rule(
        "same title, author and place, but another identifier",
        MAYBE,
        lambda a, b: (
            _numbers_differ(a, b)
            and _alike(a, b)
            and not _differ(a.first, b.first)
            and not _places_differ(a, b)
        ),
    ),
    Rule(
        "similar title, but another identifier and another author or place",
        APART,
        lambda a, b: (
            _numbers_differ(a, b)
            and _alike(a, b)
            and not (_same_title(a, b) and _same_author(a, b))
        ),
    ),
    Rule(
        # A short title ("Editorial") needs the author as well.
        "same title, journal and first page",
        DUPLICATE,
        lambda a, b: (
            not _numbers_differ(a, b)
            and (_alike(a, b) or (_same(a.title, b.title) and _same_author(a, b)))
            and _same_place(a, b)
            and not _differ(a.first, b.first)
        ),
    ),
    Rule(
        # One record has no page: printed ahead, or a database that leaves pages out.
        "same title, journal, year and first author",
        DUPLICATE,
        lambda a, b: (
            not _numbers_differ(a, b)
            and _same_title(a, b)
            and _same_author(a, b)
            and journals_agree(a, b)
            and _same(a.year, b.year)
            and not _places_differ(a, b)
        ),
    ),
    Rule(
        # Enough to ask: a translation, a second print, a title that the group used twice.
        "same title and first author",
        MAYBE,
        lambda a, b: (
            _alike(a, b) and _same_author(a, b) and _years_apart(a, b) <= YEARS_TO_WRITE_UP
        ),
    ),
    Rule(
        # Some exports name no author at all.
        "same title, and an author is not known",
        MAYBE,
        lambda a, b: (
            _same_title(a, b)
            and not (a.first and b.first)
            and _years_apart(a, b) <= 1
            and not _places_differ(a, b)
        ),
    ),
)


def discord(a: Card, b: Card) -> int:
    """How many of year, place and title differ: of two equal reasons the closer pair goes first.

    The versions of a living review share one DOI; a copy belongs to the version of its year.
    """
    pairs = ((a.year, b.year), (a.volume, b.volume), (a.page, b.page), (a.title, b.title))
    return sum(_differ(x, y) for x, y in pairs)


def judge(a: Card, b: Card) -> Rule | None:
    """The first rule that applies to the two, in either order; None if they have nothing alike."""
    return next((rule for rule in RULES if rule.holds(a, b)), None)
