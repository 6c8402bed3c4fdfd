"""Projects of the workflow's tests, whose source is a folder of PubMed's files."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow"))
