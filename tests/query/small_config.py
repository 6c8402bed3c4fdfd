"""A config folder that is quick to check: of the real one, one factor and one claim."""

from __future__ import annotations

import shutil
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

CONFIG = Path(__file__).parents[2] / "config"
SEARCH = "strategies:\n  - {id: S1, label: x, query: 'x[ti]'}\n"
SCREENING = "criteria:\n  - {id: A1, action: tag, label: x, reason: x, query: 'x[ti]'}\n"
DECISIONS = "pmid\toutcome\tcriterion\treviewer\tdate\tnote\n"


def small_config(folder: Path) -> Path:
    """``folder`` with a config of which all is well."""
    shutil.copytree(CONFIG, folder)
    for name, text in _texts().items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@cache
def _texts() -> dict[str, str]:
    vocabulary, claims = (_read(name) for name in ("evidence", "baseline"))
    mechanism = vocabulary["mechanisms"][0]
    mechanism["factors"] = mechanism["factors"][:1]
    vocabulary |= {"mechanisms": [mechanism], "joint_aliases": [], "relays": []}
    vocabulary["patterns"] = vocabulary["patterns"][:1]
    factor = mechanism["factors"][0]
    vocabulary["factors"] = {factor: vocabulary["factors"][factor]}
    claim = claims["claims"][0] | {"mechanism": mechanism["id"], "expects": []}
    baseline = {"review": claims["review"], "claims": [claim]}
    return {
        "evidence.yaml": _written(vocabulary),
        "baseline.yaml": _written(baseline),
        "search.yaml": SEARCH,
        "screening.yaml": SCREENING,
        "decisions.tsv": DECISIONS,
        "mesh.yaml": "Alpha Things: []\n",
    }


def _read(name: str) -> Any:
    return YAML(typ="safe").load((CONFIG / f"{name}.yaml").read_text(encoding="utf-8"))


def _written(data: Any) -> str:
    sink = StringIO()
    YAML().dump(data, sink)  # in the order in which it was read, which matters
    return sink.getvalue()
