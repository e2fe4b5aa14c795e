"""How far two speakers, and the names in two quotes, are the same in Turkish and English spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from alignment.embedding import Encoder
from alignment.quotes.lexicon import lexicon
from corpora.folding import fold

_WORD = re.compile(r"[^\W\d_]+(?:[-.][^\W\d_]+)*")
_SUFFIX = re.compile(r"['’]\w+")
_SENTENCE_START = re.compile(r"(?:^|[.!?…:]['\"”’]?\s+|[\"“„«‘]|(?<![\w])['])\W*$")
# Sounds that the two spellings write differently, as rough classes: Kravçuk, Kravchuk; Şi Cinping, Xi Jinping.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"tsch|tch|ch|ç|dzh|dj|zh|sch|sh|ş|ś|ć|č|š|ž|j|c(?=[eiy])|(?<=^)x|g(?=[ei])", "c"),
        (r"kh|ck|ch|[cqğkh]|x(?=a)", "k"),
        (r"ph|ff?|v+|w", "v"),
        (r"ts|tz|z|s+|x", "s"),
        (r"th|d", "t"),
        (r"b", "p"),
        (r"ou|oo|ü|w", "u"),
    )
)
_NO_NAMES = frozenset(
    [
        "i",
        "i'm",
        "mr",
        "mrs",
        "ms",
        "dr",
        "sir",
        "prof",
        "sayın",
        "bey",
        "hanım",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "ocak",
        "şubat",
        "mart",
        "nisan",
        "mayıs",
        "haziran",
        "temmuz",
        "ağustos",
        "eylül",
        "ekim",
        "kasım",
        "aralık",
        "pazartesi",
        "salı",
        "çarşamba",
        "perşembe",
        "cuma",
        "cumartesi",
        "pazar",
        "tanrı",
        "allah",
        "god",
    ]
)
_ROMAN = re.compile("[IVX]+")
SAME, UNLIKE = 1.0, 0.0
_KIN = 0.45  # cosine above which two noun phrases may well be the same body or role


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """The rough sound of a name, alike in Turkish, English and plain ASCII spelling; at least one character."""
    low = unicodedata.normalize("NFC", word).replace("İ", "i").lower()
    for pattern, replacement in _SOUNDS:
        low = pattern.sub(replacement, low)
    low = "".join(c for c in unicodedata.normalize("NFKD", low) if c.isalpha()).replace("ı", "i")
    consonants = low[:1] + re.sub(r"[aeiouy]", "", low[1:])
    return re.sub(r"(.)\1+", r"\1", consonants) or low or word


def same_name(a: str, b: str) -> bool:
    """Whether two words are one name in two spellings."""
    x, y = fold(_SUFFIX.sub("", a)), fold(_SUFFIX.sub("", b))
    if x == y:
        return True
    if min(len(x), len(y)) < 3:
        return False
    ratio = SequenceMatcher(None, _plain(x), _plain(y), autojunk=False).ratio()
    return ratio >= 0.8 or (sound(a) == sound(b) and ratio >= 0.5 and len(sound(a)) > 1)


def speakers(
    a: str | None, b: str | None, langs: tuple[str, str], encoder: Encoder
) -> float | None:
    """How sure it is that two speakers are one: 1 the same, 0 somebody else, None where it cannot be told."""
    if not a or not b:
        return None
    left, right = _name_words(a), _name_words(b)
    if not left or not right:
        return None
    persons = is_person(a, langs[0]) and is_person(b, langs[1])
    if persons and 1 not in (len(left), len(right)):
        # The last name decides, unless two of one family speak (`Orhan Kürkçü`, `Dilara Kürkçü`).
        whole = same_name(left[0], right[0]) or sound(left[0])[0] == sound(right[0])[0]
        part = any(p[0].islower() for p in (left[0], right[0]))
        return SAME if same_name(left[-1], right[-1]) and (whole or part) else UNLIKE
    if fold(a) == fold(b) or any(len(p) > 3 and same_name(p, q) for p in left for q in right):
        return SAME
    vectors = encoder.encode([a], langs[0])[0], encoder.encode([b], langs[1])[0]
    if float(vectors[0] @ vectors[1]) >= _KIN:
        return SAME
    return UNLIKE if persons else None


def is_person(name: str, lang: str) -> bool:
    """Whether a speaker is a person's name rather than a role, body or document."""
    words = name.split()
    if not 1 <= len(words) <= 5 or not all(
        w[:1].isupper() or len(w) <= 3 or "-" in w for w in words
    ):
        return False
    if (
        words[0].lower() in ("the", "a", "an", "bir")
        or not words[-1][:1].isupper()
        or name.isupper()
    ):
        return False
    roles = lexicon(lang).roles
    lows = [
        w.replace("I", "ı").replace("İ", "i").lower() if lang == "tr" else w.lower() for w in words
    ]
    return not any(_is_role(low, roles, lang) for low in lows)


def _is_role(low: str, roles: dict[str, str], lang: str) -> bool:
    if low in roles:
        return True
    if lang == "en":
        return low.endswith("s") and low[:-1] in roles
    stems = (low[:-n] for n in (1, 2, 3, 4) if len(low) - n >= 4)
    hard = {"ğ": "k", "b": "p", "c": "ç", "d": "t"}
    return any(s in roles or s[:-1] + hard.get(s[-1], s[-1]) in roles for s in stems)


def names(text: str) -> list[str]:
    """Words written with a capital inside a sentence, without what follows an apostrophe."""
    if sum(c.isupper() for c in text) > 0.5 * sum(c.isalpha() for c in text):
        return []
    found = []
    for match in _WORD.finditer(text):
        word = match[0]
        if not word[0].isupper() or _ROMAN.fullmatch(word) or fold(word) in map(fold, _NO_NAMES):
            continue
        if match.start() == 0 or _SENTENCE_START.search(
            text[max(0, match.start() - 6) : match.start()]
        ):
            continue
        if (
            match.start()
            and text[match.start() - 1] in "'’"
            and match.start() > 1
            and text[match.start() - 2].isalnum()
        ):
            continue
        found.append(word)
    return found


def differing_names(
    source: str, target: str, langs: tuple[str, str], encoder: Encoder
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of either text that the other one has in no spelling and no translation (`Almanya`, `Germany`)."""
    return (
        _strangers(names(source), target, langs, encoder),
        _strangers(names(target), source, (langs[1], langs[0]), encoder),
    )


def _strangers(
    found: Sequence[str], other: str, langs: tuple[str, str], encoder: Encoder
) -> tuple[str, ...]:
    there = _WORD.findall(_SUFFIX.sub("", other))
    left = [
        n
        for n in dict.fromkeys(found)
        if not any(same_name(n, word) or _begins(n, word) for word in there)
    ]
    if not left or not there:
        return tuple(left)
    likeness = (encoder.encode(left, langs[0]) @ encoder.encode(there, langs[1]).T).max(1)
    return tuple(n for n, most in zip(left, likeness.tolist(), strict=True) if most < _KIN - 0.1)


def _begins(a: str, b: str) -> bool:
    """Whether one is the other with an ending: Mars, Mars'ta; Kürt, Kurdish is left to the vectors."""
    x, y = sorted((_plain(fold(a)), _plain(fold(b))), key=len)
    return len(x) >= 4 and y.startswith(x)


def _name_words(name: str) -> list[str]:
    return _WORD.findall(_SUFFIX.sub("", name))


def _plain(folded: str) -> str:
    """Letters without their marks."""
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if c.isalpha())
