"""The publication types that PubMed gives its records, as NLM's list of them names them."""

from __future__ import annotations

from perennial.query.words import key

_NAMES = """
Adaptive Clinical Trial; Address; Autobiography; Bibliography; Biography; Case Reports; Classical
Article; Clinical Conference; Clinical Study; Clinical Trial; Clinical Trial, Phase I; Clinical
Trial, Phase II; Clinical Trial, Phase III; Clinical Trial, Phase IV; Clinical Trial Protocol;
Clinical Trial, Veterinary; Collected Work; Comment; Comparative Study; Congress; Consensus
Development Conference; Consensus Development Conference, NIH; Controlled Clinical Trial;
Corrected and Republished Article; Dataset; Dictionary; Directory; Duplicate Publication;
Editorial; Electronic Supplementary Materials; English Abstract; Equivalence Trial; Evaluation
Study; Expression of Concern; Festschrift; Government Publication; Guideline; Historical Article;
Interactive Tutorial; Interview; Introductory Journal Article; Journal Article; Lecture; Legal
Case; Legislation; Letter; Meta-Analysis; Multicenter Study; Network Meta-Analysis; News;
Newspaper Article; Observational Study; Observational Study, Veterinary; Overall; Patient
Education Handout; Periodical Index; Personal Narrative; Portrait; Practice Guideline; Pragmatic
Clinical Trial; Preprint; Publication Components; Publication Formats; Published Erratum;
Randomized Controlled Trial; Randomized Controlled Trial, Veterinary; Research Support, American
Recovery and Reinvestment Act; Research Support, N.I.H., Extramural; Research Support, N.I.H.,
Intramural; Research Support, Non-U.S. Gov't; Research Support, U.S. Gov't, Non-P.H.S.; Research
Support, U.S. Gov't, P.H.S.; Research Support, U.S. Government; Retracted Publication; Retraction
of Publication; Review; Scientific Integrity Review; Scoping Review; Study Characteristics;
Support of Research; Systematic Review; Technical Report; Twin Study; Validation Study;
Video-Audio Media; Webcast
"""

# Forms of the names that older records and older strategies have; PubMed still takes them.
_OLDER = """
Addresses; Collected Works; Congresses; Corrected and Republished;
Evaluation Studies; Lectures; Legal Cases; Twin Studies; Validation Studies;
Interactive Tutorials; Webcasts; Comparative Studies; Retraction Notice; Books and Documents;
Study Guide; Monograph; Book Illustrations
"""

NAMES = tuple(" ".join(name.split()) for name in _NAMES.split(";"))
KEYS = frozenset(key(name) for name in (*NAMES, *_OLDER.split(";")))


# Types that NLM's tree has others below; PubMed finds those too.
BROAD = frozenset(
    map(key, ("Clinical Study", "Clinical Trial", "Controlled Clinical Trial", "Guideline"))
)


def is_known(folded: str) -> bool:
    """Whether PubMed has a publication type of this name, folded by ``words.key``."""
    return folded in KEYS
