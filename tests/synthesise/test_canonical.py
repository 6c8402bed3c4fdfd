"""Canonical JSON: the same bytes every time, and no file is half believed."""

from __future__ import annotations

import pytest
from perennial.canonical import from_json, to_json
from perennial.claim import Comparison, Synthesis
from perennial.errors import InputError

VALUE = Synthesis((), (), (), (Comparison("β", ("1",), (), ()),))
BYTES = """{
  "audits": [],
  "claims": [],
  "comparisons": [
    {
      "altered": [],
      "kind": "β",
      "left_out": [
        "1"
      ],
      "taken_in": []
    }
  ],
  "contradictions": []
}
""".encode()


def test_keys_are_sorted_and_text_is_utf8():
    assert to_json(VALUE) == BYTES


def test_what_an_older_version_wrote_lacks_only_fields_with_a_default():
    older = b'{"audits": [], "claims": [], "contradictions": []}'
    assert from_json(older, Synthesis) == Synthesis((), (), ())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (BYTES[:40], "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "expected dict, found list"),
        (b"{}", "fields missing or unknown for Synthesis: audits, claims, contradictions"),
        (BYTES.replace(b'"claims"', b'"kinds"'), "fields missing or unknown"),
        (BYTES.replace('"β"'.encode(), b"7"), "expected str, found int"),
        (BYTES.replace(b'"claims": []', b'"claims": "none"'), "expected list, found str"),
    ],
    ids=["cut off", "not text", "a list", "empty", "renamed", "a number", "a word"],
)
def test_a_damaged_file_is_refused(data: bytes, message: str):
    with pytest.raises(InputError) as refusal:
        from_json(data, Synthesis, "claims.json")
    assert message in refusal.value.message
    assert refusal.value.place.file == "claims.json"
    assert refusal.value.hint
