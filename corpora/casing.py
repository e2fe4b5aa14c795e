"""Turkish-aware casing: dotted and dotless i, and headlines printed in capitals.

Turkish pairs i–İ and ı–I, where every other Latin alphabet pairs i–I, so ``str.lower`` and ``str.upper`` are wrong
for it (Unicode Standard, SpecialCasing.txt, conditions tr and az).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"[^\W_]+")
_TITLE_WORD = re.compile(r"(?<!\w)(?<!\w['’])[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_VOWEL = re.compile(r"[aeıioöuüâîûAEIİOÖUÜ]")
# Words that a headline in Title Case leaves small, inside: Turkish conjunctions and particles; English as AP has it.
_SMALL = {
    "tr": frozenset({"ve", "ile", "veya", "ya", "da", "de", "ki", "mi", "mı", "mu", "mü"}),
    "en": frozenset({"a", "an", "the", "and", "but", "for", "nor", "or", "so", "yet", "as", "at", "by", "in", "of", "off", "on", "per", "to", "up", "via"}),
}  # fmt: skip
_LOWER = str.maketrans({"I": "ı", "İ": "i"})
_UPPER = str.maketrans({"ı": "I", "i": "İ"})

# A word or two of capitals is an abbreviation (NATO, ABD ve AB); a headline has more.
_MIN_CAPITAL_WORDS = 3
_MIN_CAPITAL_SHARE = 0.8
_MIN_TITLE_WORDS = 4  # three may be a name


def lower(text: str, lang: str) -> str:
    """``text`` in lower case by the rules of ``lang`` ("tr" or any other)."""
    return (text.translate(_LOWER) if lang == "tr" else text).lower()


def upper(text: str, lang: str) -> str:
    """``text`` in upper case by the rules of ``lang`` ("tr" or any other)."""
    return (text.translate(_UPPER) if lang == "tr" else text).upper()


def is_all_caps(text: str) -> bool:
    """Whether ``text`` is set in capitals as a headline is, not merely holding abbreviations."""
    words = [w for w in text.split() if any(c.isalpha() for c in w)]
    letters = [c for w in words for c in w if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    long_words = [w for w in words if sum(c.isalpha() for c in w) > 1]
    return (
        len(long_words) >= _MIN_CAPITAL_WORDS
        and capitals >= _MIN_CAPITAL_SHARE * len(letters)
        # `BM, NATO ve AB` has three words in capitals and one that is not.
        and sum(w.upper() == w for w in long_words) >= 0.7 * len(long_words)
    )


def is_title_case(text: str, lang: str) -> bool:
    """Whether ``text`` is set as a headline whose words begin with capitals, all but small ones such as `ve`."""
    # What follows an apostrophe is a suffix: %38'de.
    words = [w for m in _TITLE_WORD.finditer(text) if _LETTER.match(w := m.group())]
    return (
        len(words) >= _MIN_TITLE_WORDS
        and all(word[0].isupper() or word in _SMALL[lang] for word in words)
        and not is_all_caps(text)
    )


def title_case(text: str, lang: str) -> str:
    """``text`` with its words capitalised, as headlines are set, all but small ones inside ("en" and "tr" know theirs)."""
    words = list(_WORD.finditer(text))
    made = list(text)
    for number, match in enumerate(words):
        at, word = match.start(), match.group()
        before = text[:at].rstrip(" \"“‘'(")
        inside = 0 < number < len(words) - 1 and before[-1:] not in (":", ".", "!", "?")
        suffix = text[at - 1 : at] in ("'", "’") and text[at - 2 : at - 1].isalpha()
        if word.islower() and not suffix and not (inside and word in _SMALL.get(lang, ())):
            made[at] = upper(word[0], lang)
    return "".join(made)


def printed_names(texts: Iterable[str]) -> dict[str, str]:
    """How words are printed inside the sentences of ``texts``: lower-cased word → its capitalised form.

    Only words that stand capitalised in the middle of a sentence, and never in lower case, count: names.
    """
    names: dict[str, str] = {}
    plain: set[str] = set()
    for text in texts:
        if is_all_caps(text):
            continue
        for match in _WORD.finditer(text):
            word = match.group()
            key = lower(word, "tr")
            if word == key:
                plain.add(key)
            elif (
                match.start()
                and text[match.start() - 1] == " "
                and text[match.start() - 2] not in '.!?:…"”'
            ):
                names.setdefault(key, word)
    return {key: word for key, word in names.items() if key not in plain}


def sentence_case(text: str, lang: str, names: Mapping[str, str]) -> str:
    """``text``, set in capitals, as a sentence: its first letter and the words of ``names`` capitalised.

    Digits with letters and words without a vowel (BM, NTV) stay, as abbreviations.
    """

    def word(match: re.Match[str]) -> str:
        printed = match.group()
        key = lower(printed, lang)
        if key in names:
            return names[key]
        if len(printed) > 1 and not _VOWEL.search(key):
            return printed
        return key

    cased = _WORD.sub(word, text)
    first = _LETTER.search(cased)
    if not first:
        return cased
    return cased[: first.start()] + upper(first.group(), lang) + cased[first.end() :]
