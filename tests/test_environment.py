"""pyproject.toml, the two locks and environment.yml say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
# Where conda calls a package otherwise than the package index does.
CONDA_NAMES = {"snakemake-minimal": "snakemake", "matplotlib-base": "matplotlib"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked(file: str) -> dict[str, set[str]]:
    """Name → versions; a universal lock may pin two for different Pythons."""
    pins: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / file).read_text(), re.M):
        pins.setdefault(_normal(name), set()).add(version)
    return pins


def _declared(extra: str = "") -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return {_normal(re.match(r"[\w.-]+", line)[0]) for line in listed}


def _conda() -> dict[str, str]:
    listed = YAML(typ="safe").load((ROOT / "environment.yml").read_text())["dependencies"]
    plain = [line for line in listed if isinstance(line, str)]
    nested = next(line["pip"] for line in listed if isinstance(line, dict))
    pairs = [
        line.replace("==", "=").replace(" ", "").split("=")
        for line in [*plain, *nested]
        if "=" in line
    ]
    return {
        _normal(CONDA_NAMES.get(name, name)): version for name, version in pairs if ">" not in name
    }


def test_every_dependency_is_locked() -> None:
    assert _declared() <= set(_locked("requirements.lock"))
    assert _declared("test") <= set(_locked("requirements-test.lock"))


def test_the_test_lock_extends_the_lock() -> None:
    lock, test_lock = _locked("requirements.lock"), _locked("requirements-test.lock")
    assert {name: test_lock.get(name) for name in lock} == lock


def test_conda_users_get_the_same_versions() -> None:
    lock = _locked("requirements.lock")
    assert _conda() == {name: max(lock[name]) for name in _declared()}


def test_every_pin_has_a_hash_and_names_no_host() -> None:
    for file in ("requirements.lock", "requirements-test.lock"):
        text = (ROOT / file).read_text()
        pins = re.findall(r"^[\w.-]+==.*?(?=^[\w.-]+==|\Z)", text, re.M | re.S)
        assert len(pins) > 50
        assert all("--hash=sha256:" in pin for pin in pins)
        assert "://" not in text
        assert "--index" not in text
