"""Words and phrases spelled so that whoever looks for their bytes does not find them.

Each trick takes a phrase as people type it and gives XML, escaped and ready to stand in a title,
an abstract or a keyword. Most read as the phrase itself; ``NEAR_MISSES`` read as something else
and look alike. Which is which for a given reader is for its tests to say.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from html import escape

Trick = Callable[[str, random.Random], str]

_TAGS = ("i", "b", "u", "sub", "sup")
_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "kappa": "κ", "a": "α", "b": "β"}
_LIGATURES = {"ffi": "ﬃ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ", "st": "ﬆ"}
_ALIKE = str.maketrans("aceiopxy", "асеіорху")  # Cyrillic


def _inside(phrase: str, chance: random.Random) -> int:
    """A place within ``phrase`` that is neither its beginning nor its end."""
    return chance.randrange(1, len(phrase)) if len(phrase) > 1 else 1


def _between(sign: str) -> Trick:
    def put(phrase: str, chance: random.Random) -> str:
        at = _inside(phrase, chance)
        return escape(phrase[:at], quote=False) + sign + escape(phrase[at:], quote=False)

    return put


def _for_blanks(blank: str) -> Trick:
    return lambda phrase, _: escape(phrase, quote=False).replace(" ", blank)


def tag_inside(phrase: str, chance: random.Random) -> str:
    """``dor<i>m</i>ant``."""
    at, tag = _inside(phrase, chance), chance.choice(_TAGS)
    return f"{phrase[:at]}<{tag}>{phrase[at : at + 1]}</{tag}>{phrase[at + 1 :]}"


def tags_nested(phrase: str, chance: random.Random) -> str:
    """``dor<b><i>ma</i>n</b>t``."""
    at, (outer, inner) = _inside(phrase, chance), chance.sample(_TAGS, 2)
    middle = f"<{outer}><{inner}>{phrase[at : at + 2]}</{inner}>{phrase[at + 2 : at + 3]}</{outer}>"
    return phrase[:at] + middle + phrase[at + 3 :]


def tag_empty(phrase: str, chance: random.Random) -> str:
    """``dorm<sub/>ant``, one way or another."""
    tag = chance.choice(_TAGS)
    shape = chance.choice((f"<{tag}/>", f"<{tag} />", f"<{tag}></{tag}>", f"<{tag}\n/>"))
    return _between(shape)(phrase, chance)


def tag_around(phrase: str, chance: random.Random) -> str:
    """``<i>tumor</i> dormancy``: of a phrase one word, of a word all of it."""
    words, tag = phrase.split(), chance.choice(_TAGS)
    at = chance.randrange(len(words))
    words[at] = f"<{tag}>{words[at]}</{tag}>"
    return " ".join(words)


def tag_across(phrase: str, chance: random.Random) -> str:
    """``tu<i>mor dorm</i>ancy``: a tag that begins in one word and ends in the next."""
    tag, at = chance.choice(_TAGS), _inside(phrase, chance)
    end = chance.randint(at, len(phrase))
    return f"{phrase[:at]}<{tag}>{phrase[at:end]}</{tag}>{phrase[end:]}"


def references(phrase: str, chance: random.Random) -> str:
    """``&#100;&#x6f;rmant``: some letters or all as character references, blanks too."""
    share = chance.choice((0.2, 0.6, 1.0))
    return "".join(_reference(sign, chance) if chance.random() < share else sign for sign in phrase)


def _reference(sign: str, chance: random.Random) -> str:
    code = ord(sign)
    return chance.choice((f"&#{code};", f"&#x{code:x};", f"&#x{code:X};", f"&#{code:06};"))


def cdata(phrase: str, chance: random.Random) -> str:
    """``dor<![CDATA[mant]]>``."""
    at = _inside(phrase, chance)
    return f"{phrase[:at]}<![CDATA[{phrase[at:]}]]>"


def comment(phrase: str, chance: random.Random) -> str:
    """``dor<!-- x -->mant``."""
    return _between(chance.choice(("<!---->", "<!-- x -->", "<!-- <i> -->")))(phrase, chance)


def instruction(phrase: str, chance: random.Random) -> str:
    """``dor<?x?>mant``."""
    return _between("<?x y?>")(phrase, chance)


def combining(phrase: str, chance: random.Random) -> str:
    """A mark on one letter, decomposed."""
    return _between(chance.choice("\u0301\u0308\u0327\u0336\u20d2"))(phrase, chance)


def precomposed(phrase: str, chance: random.Random) -> str:
    """A mark on one letter that has a code of its own with it: ``dormánt``."""
    mark = chance.choice("\u0301\u0308\u0300\u0302")
    marked = [unicodedata.normalize("NFC", sign + mark) for sign in phrase]
    able = [at for at, sign in enumerate(marked) if len(sign) == 1]
    if not able:
        return phrase
    at = chance.choice(able)
    return phrase[:at] + marked[at] + phrase[at + 1 :]


def ligatures(phrase: str, _: random.Random) -> str:
    """``ﬁ`` for fi, where there is one to write."""
    for letters, sign in _LIGATURES.items():
        phrase = phrase.replace(letters, sign)
    return phrase


def fullwidth(phrase: str, chance: random.Random) -> str:
    """Letters as wide as ideographs, some or all."""
    share = chance.choice((0.3, 1.0))
    return "".join(
        chr(ord(s) + 0xFEE0)
        if "!" <= s <= "~" and s not in "&<>" and chance.random() < share
        else s
        for s in phrase
    )


def mathematical(phrase: str, chance: random.Random) -> str:
    """Mathematical alphanumerics: ``𝐝𝐨𝐫𝐦𝐚𝐧𝐭``, beyond the basic plane."""
    upper, lower = chance.choice(((0x1D400, 0x1D41A), (0x1D5D4, 0x1D5EE), (0x1D670, 0x1D68A)))
    return "".join(
        chr(lower + ord(s) - 97) if "a" <= s <= "z" else chr(upper + ord(s) - 65) if "A" <= s <= "Z"
        else s
        for s in phrase
    )  # fmt: skip


def circled(phrase: str, _: random.Random) -> str:
    """``ⓓⓞⓡⓜⓐⓝⓣ``."""
    return "".join(chr(0x24D0 + ord(s) - 97) if "a" <= s <= "z" else s for s in phrase)


def greek(phrase: str, _: random.Random) -> str:
    """The letter for its name: ``TGF-β2`` for TGF-beta2."""
    for name in ("alpha", "beta", "gamma", "delta", "kappa"):
        phrase = phrase.replace(name, _GREEK[name])
    return phrase


def kelvin(phrase: str, _: random.Random) -> str:
    """Signs that become letters when case is folded: Kelvin's K, the long s, the dotted I."""
    return phrase.replace("k", "\u212a").replace("s", "ſ").replace("K", "\u212a")


def case(phrase: str, chance: random.Random) -> str:
    """Upper, lower, mixed."""
    return chance.choice(
        (phrase.upper(), phrase.lower(), phrase.title(), phrase.swapcase(),
         "".join(s.upper() if chance.random() < 0.5 else s.lower() for s in phrase))
    )  # fmt: skip


def math(phrase: str, chance: random.Random) -> str:
    """MathML, a letter an element, with white space between them or none."""
    gap = chance.choice(("", "\n                ", " ", "\n"))
    signs = gap.join(f"<mml:mi>{s}</mml:mi>" for s in phrase if s.strip())
    space = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'
    return f"<mml:math {space}>{gap}<mml:mrow>{gap}{signs}{gap}</mml:mrow>{gap}</mml:math>"


def math_text(phrase: str, _: random.Random) -> str:
    """MathML that holds the phrase as text."""
    space = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'
    return f"<mml:math {space}><mml:mtext> {phrase} </mml:mtext></mml:math>"


def letter_lost(phrase: str, chance: random.Random) -> str:
    """``dorman``."""
    at = _inside(phrase, chance)
    return phrase[:at] + phrase[at + 1 :]


def letter_doubled(phrase: str, chance: random.Random) -> str:
    """``dormmant``."""
    at = _inside(phrase, chance)
    return phrase[:at] + phrase[at - 1 :]


READ_ALIKE: dict[str, Trick] = {
    "plain": _between(""),
    "tag inside": tag_inside,
    "tags nested": tags_nested,
    "tag empty": tag_empty,
    "tag around": tag_around,
    "tag across": tag_across,
    "references": references,
    "soft hyphen": _between("\u00ad"),
    "soft hyphen by number": _between("&#173;"),
    "zero width space": _between("\u200b"),
    "zero width joiner": _between("\u200d"),
    "zero width non-joiner": _between("&#x200C;"),
    "word joiner": _between("\u2060"),
    "byte order mark": _between("\ufeff"),
    "direction": _between("\u200e"),
    "C1 control": _between("\u0096"),
    "C1 control by number": _between("&#150;"),
    "next line": _for_blanks("\u0085"),
    "delete": _between("\u007f"),
    "combining": combining,
    "precomposed": precomposed,
    "ligatures": ligatures,
    "full width": fullwidth,
    "mathematical": mathematical,
    "circled": circled,
    "greek": greek,
    "kelvin": kelvin,
    "case": case,
    "line break": _for_blanks("\n          "),
    "many blanks": _for_blanks("    "),
    "tab and return": _for_blanks("\t&#13;\n"),
    "no-break space": _for_blanks("\u00a0"),
    "no-break by number": _for_blanks("&#xA0;"),
    "thin space": _for_blanks("\u2009"),
    "ideographic space": _for_blanks("\u3000"),
    "hyphen for blank": _for_blanks("-"),
    "true hyphen": _for_blanks("\u2010"),
    "no-break hyphen": lambda phrase, _: phrase.replace("-", "\u2011"),
    "dash": lambda phrase, _: phrase.replace("-", "\u2013"),
    "tag for blank": _for_blanks(" <i/> "),
    "quotation": lambda phrase, _: f"“{phrase}”",
    "parentheses": lambda phrase, _: f"({phrase})",
    "ampersand beside": lambda phrase, _: f"&lt;{phrase}&gt;&amp;",
    "MathML by letter": math,
    "MathML": math_text,
}

NEAR_MISSES: dict[str, Trick] = {
    "blank inside": _between(" "),
    "hyphen inside": _between("-"),
    "hair space inside": _between("\u200a"),
    "joined before": lambda phrase, _: f"xq{phrase}",
    "joined after": lambda phrase, _: f"{phrase}zq",
    "digit after": lambda phrase, _: f"{phrase}7",
    "underscore after": lambda phrase, _: f"{phrase}_",
    "letter lost": letter_lost,
    "letter doubled": letter_doubled,
    "Cyrillic": lambda phrase, _: phrase.translate(_ALIKE),
    "sentence between": _for_blanks(". "),
    "words between": _for_blanks(" of the said other "),
    "reversed": lambda phrase, _: " ".join(reversed(phrase.split())),
    "escaped twice": lambda phrase, _: "".join(f"&amp;#{ord(s)};" for s in phrase),
    "tag escaped": _between("&lt;i&gt;"),
}  # fmt: skip

# What XML allows and NLM never writes: a reader may go another way for a file that holds any.
STRANGE: dict[str, Trick] = {"CDATA": cdata, "comment": comment, "instruction": instruction}

TRICKS: dict[str, Trick] = {**READ_ALIKE, **NEAR_MISSES}


def tricked(phrase: str, chance: random.Random, strange: bool = False) -> str:
    """``phrase`` spelled by one trick or another, as XML; ``strange`` ones too if asked for."""
    tricks = TRICKS | STRANGE if strange else TRICKS
    return tricks[chance.choice((*tricks,))](phrase, chance)
