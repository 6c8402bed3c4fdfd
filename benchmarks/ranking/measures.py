"""How good an order is. Labels are those of the records in the order read, without the priors."""

from __future__ import annotations

import math
from collections.abc import Sequence


def work_saved(labels: Sequence[bool], recall: float = 0.95) -> float:
    """WSS@95 of Cohen et al. 2006: share left unread at that recall, less what chance leaves."""
    read = found_at(labels)[math.ceil(recall * sum(labels)) - 1]
    return (len(labels) - read) / len(labels) - (1 - recall)


def recall_at(labels: Sequence[bool], share: float = 0.1) -> float:
    """Share of the inclusions that the first tenth of the records holds."""
    return sum(labels[: math.ceil(share * len(labels))]) / sum(labels)


def time_to_discovery(labels: Sequence[bool]) -> float:
    """Mean share of the records that had been read when an inclusion was found."""
    return sum(found_at(labels)) / sum(labels) / len(labels)


def found_at(labels: Sequence[bool]) -> list[int]:
    """How many had been read when the first, second … inclusion was found."""
    return [place for place, label in enumerate(labels, 1) if label]
