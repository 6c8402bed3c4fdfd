"""Settings: how people are to screen, by ``conduct`` in screening.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from perennial.config import Config


@dataclass(frozen=True, slots=True)
class Settings:
    """``conduct`` of screening.yaml; what it leaves out is as here."""

    reviewers_per_record: int = 1
    blinded: bool = False
    audit_sample: int = 0  # records that rules excluded, for a person to look at
    target_recall: float = 0.95
    confidence: float = 0.95
    seed: int = 0

    @property
    def unseen(self) -> bool:
        """Whether reviewers work unseen: where one is enough, there is nobody to be blind to."""
        return self.blinded and self.reviewers_per_record > 1


def settings(protocol: Config) -> Settings:
    """How people screen, by screening.yaml."""
    plain = {"blinded": bool, "target_recall": float, "confidence": float}
    given = dict(protocol.get("conduct") or {})
    typed: dict[str, Any] = {key: plain.get(key, int)(value) for key, value in given.items()}
    return Settings(**typed)
