"""What people see the contexts called: fields of a statement, and those of a study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FIELDS = ("condition", "conditions", "site", "sites", "model", "models", "species")


def labels(contexts: Mapping[str, Any]) -> dict[str, str]:
    """Each field by the subject's own word (``contexts.labels`` of config/evidence.yaml), else
    by its name, under which every review's tables have it."""
    given = contexts.get("labels", {})
    return {name: given.get(name, name) for name in FIELDS}
