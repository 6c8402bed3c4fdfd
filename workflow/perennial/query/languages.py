"""Names of the languages PubMed knows by a three-letter code (ISO 639-2/B)."""

from __future__ import annotations

_NAMES = """
afr afrikaans, alb albanian, amh amharic, ara arabic, arm armenian, aze azerbaijani,
ben bengali, bos bosnian, bul bulgarian, cat catalan, chi chinese, cze czech, dan danish,
dut dutch, eng english, epo esperanto, est estonian, fin finnish, fre french, geo georgian,
ger german, gla scottish gaelic, gre greek modern, heb hebrew, hin hindi, hrv croatian,
hun hungarian, ice icelandic, ind indonesian, ita italian, jpn japanese, kin kinyarwanda,
kor korean, lat latin, lav latvian, lit lithuanian, mac macedonian, mal malayalam, mao maori,
may malay, mul multiple languages, nor norwegian, per persian, pol polish, por portuguese,
pus pushto, rum romanian, rus russian, san sanskrit, slo slovak, slv slovenian, spa spanish,
srp serbian, swe swedish, tha thai, tur turkish, ukr ukrainian, und undetermined, urd urdu,
vie vietnamese, wel welsh
"""

CODES = {
    name: code for code, name in (entry.split(None, 1) for entry in _NAMES.strip().split(","))
} | {"greek": "gre", "farsi": "per", "scots gaelic": "gla"}


def code(name: str) -> str:
    """The code for a language's English name, or the name itself if it is none."""
    return CODES.get(" ".join(name.lower().replace(",", " ").split()), name)
