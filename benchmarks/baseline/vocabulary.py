"""The words of made-up records: invented ones that thin out as a language's do, and a subject's.

How often a subject's words stand in all of PubMed is **an estimate**, made from experience with
counts of PubMed queries rounded to a figure or two; nothing depends on it but the load that the
search for them meets.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

LITTLE = tuple(
    str.split(
        """
        the of and in to a with that is were by for was as from on we at be are this or an not which
        these than can may both after between during also but all when most into under through
        """
    )
)
ONSETS = tuple("bcdfghklmnprstvw") + tuple(str.split("br ch cr dr gl ph pl pr sh sp st th tr"))
VOWELS = ("a", "e", "i", "o", "u", "ea", "io", "ou")
CODAS = ("", "", "", "", "", "n", "r", "s", "l", "t", "nd", "st", "x")
ENDINGS = ("s", "ed", "ing", "ion", "y", "")
_LETTERS = "éèüöäñçøåžłíáőș"


@dataclass(frozen=True)
class Rates:
    """Shares of records: of ``words`` in title or abstract, of ``headings`` among the indexed.

    ``subject`` of the records are about the subject: such a record draws a handful of all words,
    so that some answer to strategies that ask for three things at once. A word with an asterisk
    is given one ending or another.
    """

    words: Mapping[str, float]
    headings: Mapping[str, float]
    subject: float = 0.0003


DEFAULT = Rates(
    words={
        **{"cancer*": 0.105, "tumor": 0.045, "tumors": 0.025, "tumour*": 0.018},
        **{"carcinoma*": 0.035, "metasta*": 0.02, "leukemi*": 0.012, "leukaemi*": 0.002},
        **{"myeloma*": 0.003, "melanoma*": 0.006, "lymphoma*": 0.011, "sarcoma*": 0.004},
        **{"glioblastoma*": 0.002, "micrometasta*": 0.0002, "occult metasta*": 0.00004},
        **{"disseminated tumor cell*": 0.00003, "minimal residual disease": 0.0003},
        **{"metastasis-initiating cell*": 0.00001, "residual tumor cell*": 0.00003},
        **{"dormanc*": 0.0006, "dormant": 0.0006, "quiescen*": 0.0015, "slow-cycling": 0.0001},
        **{"label-retaining": 0.00003, "metastatic latency": 0.00001, "tumor latency": 0.00003},
        **{"drug-tolerant persister*": 0.00003, "persister cell*": 0.0001, "latent": 0.005},
        **{"latency": 0.006, "diapause-like": 0.00001, "immune equilibrium": 0.00001},
        **{"tumor dormancy": 0.00004, "dormant cancer cells": 0.00002, "outgrowth": 0.001},
        **{"quiescent cancer cells": 0.00001, "reactivat*": 0.003, "awaken*": 0.0015},
        **{"reawaken*": 0.00006, "wake up": 0.0002, "late recurrence": 0.0002},
        **{"late relapse": 0.00006, "angiogenic switch": 0.00005, "disseminat*": 0.006},
        **{"therapy-induced senescence": 0.00002, "senolytic*": 0.00006, "inflammation": 0.025},
        **{"neutrophil extracellular trap*": 0.0002, "surgical stress": 0.0002},
        **{"hydroxychloroquine": 0.0004, "NR2F1": 0.00001, "COUP-TF1": 0.00001, "Coco": 0.00003},
        **{"TGF-beta2": 0.0001, "TGFB2": 0.00002, "BMP7": 0.00004, "GAS6": 0.00003},
        **{"MERTK": 0.00003, "DKK1": 0.0001, "LIFR": 0.00002, "thrombospondin-1": 0.00015},
        **{"HSPB1": 0.00003, "DIRAS3": 0.00001, "COL3A1": 0.00005, "SFRP2": 0.00002},
        # What these phrases, and the headings, are made of; each also stands in texts by itself.
        **{"cells": 0.2, "cell": 0.16, "growth": 0.06, "phase": 0.06, "immune": 0.04},
        **{"cycle": 0.03, "stress": 0.03, "late": 0.03, "local": 0.03, "surgical": 0.03},
        **{"extracellular": 0.02, "epithelial": 0.02, "stem": 0.02, "infections": 0.02},
        **{"respiratory": 0.02, "beta": 0.02, "randomized": 0.02, "transition": 0.015},
        **{"resting": 0.012, "equilibrium": 0.01, "residual": 0.01, "recurrence": 0.01},
        **{"aging": 0.01, "circulating": 0.008, "relapse": 0.008, "slow": 0.008},
        **{"endoplasmic": 0.006, "neutrophil": 0.006, "cycling": 0.005, "disseminated": 0.005},
        **{"autophagy": 0.004, "threonine": 0.004, "senescence": 0.004, "checkpoint": 0.004},
        **{"retaining": 0.003, "escape": 0.003, "label": 0.003, "checkpoints": 0.002},
        **{"seeding": 0.002, "unfolded": 0.001, "wake": 0.001, "traps": 0.001},
        **{"thrombospondin": 0.0005, "persister": 0.0003, "diapause": 0.0001},
    },
    headings={
        **{"Neoplasms": 0.02, "Breast Neoplasms": 0.012, "Lung Neoplasms": 0.009},
        **{"Carcinoma, Squamous Cell": 0.005, "Neoplasm, Residual": 0.0006, "Aging": 0.009},
        **{"Neoplastic Cells, Circulating": 0.0004, "Neoplasm Micrometastasis": 0.0001},
        **{"Neoplasm Seeding": 0.0002, "Resting Phase, Cell Cycle": 0.0001},
        **{"Cell Cycle Checkpoints": 0.0007, "Neoplasm Recurrence, Local": 0.005},
        **{"Cellular Senescence": 0.001, "Extracellular Traps": 0.0003, "Autophagy": 0.002},
        **{"Respiratory Tract Infections": 0.0015, "Unfolded Protein Response": 0.0003},
        **{"Endoplasmic Reticulum Stress": 0.0006, "Neoplastic Stem Cells": 0.001},
        **{"TOR Serine-Threonine Kinases": 0.001, "Epithelial-Mesenchymal Transition": 0.0012},
        **{"Humans": 0.6, "Animals": 0.25, "Female": 0.3, "Male": 0.3, "Adult": 0.18},
    },
)


def invented(chance: random.Random) -> str:
    """A word of one to five syllables that looks like none."""
    syllables = chance.choices((1, 2, 3, 4, 5), (2, 8, 7, 3, 1))[0]
    return "".join(
        chance.choice(ONSETS) + chance.choice(VOWELS) + chance.choice(CODAS)
        for _ in range(syllables)
    )


def ended(word: str, chance: random.Random) -> str:
    """A word that ``word`` finds: an ending in the place of its asterisk."""
    return word.replace("*", chance.choice(ENDINGS))


@dataclass(frozen=True)
class Vocabulary:
    """Invented words with what they weigh, names of people, places and journals."""

    words: Sequence[str]
    weights: Sequence[float]  # summed up
    names: Sequence[str]
    affiliations: Sequence[str]
    headings: Sequence[str]

    @classmethod
    def of(cls, seed: int) -> Vocabulary:
        """The vocabulary that ``seed`` gives; words thin out about as 1 over their rank (Zipf)."""
        chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
        rare = list(dict.fromkeys(invented(chance) for _ in range(40_000)))
        rare.sort(key=lambda word: len(word) + 6 * chance.random())  # what is frequent is short
        # A bit more than a third of running words are the little ones.
        weights = _zipf(len(LITTLE), 2, 0.36) + _zipf(len(rare), 5, 0.64)
        names = [_name(chance) for _ in range(4_000)]
        return cls(
            (*LITTLE, *rare),
            list(accumulate(weights)),
            names,
            [_affiliation(chance, rare, names) for _ in range(3_000)],
            [" ".join(chance.choices(rare, k=2)).title() for _ in range(3_000)],
        )

    def running(self, count: int, chance: random.Random) -> list[str]:
        """``count`` words of running text, not yet sentences."""
        return chance.choices(self.words, cum_weights=self.weights, k=count)


def _zipf(count: int, flat: int, share: float) -> list[float]:
    """Weights that sum to ``share``; the larger ``flat``, the less the first words stand out."""
    weights = [1 / (rank + flat) for rank in range(count)]
    whole = sum(weights)
    return [share * weight / whole for weight in weights]


def _name(chance: random.Random) -> str:
    name = invented(chance).capitalize()
    if chance.random() < 0.02:
        name += chance.choice(_LETTERS)
    return name


def _affiliation(chance: random.Random, rare: Sequence[str], names: Sequence[str]) -> str:
    unit, field = chance.choice(("Department", "Institute", "Division")), chance.choice(rare)
    town, code = chance.choice(names), chance.randint(1000, 99_999)
    amp = " &amp; " if chance.random() < 0.1 else " and "
    second = chance.choice(rare).title()
    return (
        f"{unit} of {field.title()}{amp}{second}, University of {town}, {code} {town}, "
        f"{chance.choice(names)}land."
    )
