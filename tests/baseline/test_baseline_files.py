"""The files of a folder: each way in which they can be wrong is refused by name, none is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from perennial.baseline.files import file_of, in_order, listed, numbered
from perennial.errors import InputError

CASES = sorted((Path(__file__).parent / "folders").glob("*.yaml"))
assert len(CASES) > 20


def _folder(case: dict[str, Any], folder: Path) -> Path:
    """What a case says, with files that hold nothing readable: they must not be read."""
    for number, name in enumerate(case["files"], start=1):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"never read")
        md5 = 1 if name in case.get("same", ()) else number
        path.with_name(f"{path.name}.md5").write_text(f"MD5({path.name})= {md5:032x}\n")
    for name in case.get("beside", ()):
        (folder / name).write_text("no file of PubMed's")
    for name, text in case.get("sidecars", {}).items():
        (folder / name).unlink()
        if text is not None:
            (folder / name).write_text(text, "latin-1")
    return folder


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_folder(path: Path, tmp_path: Path) -> None:
    case = yaml.safe_load(path.read_text())
    assert case.pop("note")
    folder = _folder(case, tmp_path)
    if "first" in case:
        names = sorted(case["files"], key=lambda name: numbered(name)[1])
        in_order(names, "", case["first"])
        assert names == case["names"]
    elif "refused" in case:
        with pytest.raises(InputError) as told:
            listed(folder)
        assert case["refused"] in str(told.value)
        assert told.value.hint
    else:
        files = listed(folder)
        assert [file.name for file in files] == case["names"]
        assert [file.number for file in files] == list(range(1, len(files) + 1))
        assert all(len(file.md5) == 32 and file.md5 == file.md5.lower() for file in files)


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no file"):
        listed(tmp_path / "nowhere")


def test_one_file_by_its_path(tmp_path: Path) -> None:
    folder = _folder({"files": ["pubmed26n0007.xml.gz"]}, tmp_path)
    file = file_of(folder / "pubmed26n0007.xml.gz")
    assert (file.number, file.md5) == (7, f"{1:032x}")
    with pytest.raises(InputError, match="no such file"):
        file_of(folder / "pubmed26n0008.xml.gz")
