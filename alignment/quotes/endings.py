"""Turkish words by their ending: the case of a reported clause, and rough classes."""

from __future__ import annotations

import re

from alignment.quotes.sentences import Token

# -dık/-acak/-ma nominalisations with a possessive, by the case that follows it.
_STEM = r"(?:\w*[dt][ıiuü](?:ğ[ıiuü]|kları|kleri|ğ[ıiuü]m[ıiuü]z?|ğ[ıiuü]n[ıiuü]z)|\w*[ae]c[ae](?:ğ[ıi]|kları|kleri|ğ[ıi]m[ıi]z?)|\w*m[ae](?:s[ıi]|l[ae]r[ıi]|m[ıi]z?))"
ENDINGS = {
    "acc": re.compile(_STEM + r"n?[ıiuü]"),
    "dat": re.compile(_STEM + r"n?[ae]"),
    "gen": re.compile(_STEM + r"n?[ıiuü]n"),
    "abl": re.compile(_STEM + r"n[dt][ae]n"),
    "bare": re.compile(_STEM),
    "mak": re.compile(r"\w+m[ae]k"),
    "question": re.compile(r"\w+m[ae]d[ıi]ğ[ıi]n[ıi]|\w+m[ae]y[ae]c[ae]ğ[ıi]n[ıi]"),
}
_FUNCTION = frozenset(["göre", "ve", "ile", "bu", "bunun", "o", "ancak", "ama", "da", "de", "diye", "kendisinin", "kendi", "sonra"])  # fmt: skip
_CLASSES = (
    ("converb", ("arak", "erek", "ıp", "ip", "up", "üp", "ken", "ınca", "ince")),
    ("loc", ("sında", "sinde", "larda", "lerde", "ında", "inde", "unda", "ünde", "mada", "mede")),
    ("genitive", ("nın", "nin", "nun", "nün", "ların", "lerin")),
    ("participle", ("an", "en")),
    ("abl", ("dan", "den", "tan", "ten")),
    ("ins", ("yla", "yle", "la", "le")),
)


def ending_of(low: str, takes: str) -> str:
    """Which nominalisation a word ends in that the cue can govern; "" for none."""
    wanted = (
        ("acc", "dat", "gen", "bare", "mak") if takes in ("any", "bare", "passive") else (takes,)
    )
    for case in wanted:
        if ENDINGS[case].fullmatch(low):
            tail = "ma" if re.search(r"m[ae](?:s[ıi]|l[ae]r[ıi]|m[ıi]z?)", low[-8:]) else "dik"
            if re.search(r"[ae]c[ae][ğk]", low[-9:]):
                tail = "acak"
            return f"{case}-{tail}"
    return ""


def is_genitive(token: Token) -> bool:
    """Whether a word stands in the genitive, as the subject of a reported clause does."""
    return token.suffix in ("ın", "in", "un", "ün", "nın", "nin", "nun", "nün") or (
        not token.suffix
        and token.is_word
        and len(token.low) > 4
        and token.low.endswith(("nın", "nin", "nun", "nün", "ların", "lerin"))
    )


def before_class(token: Token) -> str:
    """The class of what stands before a clause."""
    if token.passage >= 0:
        return "passage"
    if not token.is_word:
        return token.text
    if token.low in ("ise", "da", "de", "dahi"):
        return "after"
    return word_class(token)


def word_class(token: Token) -> str:
    """A rough class by ending."""
    if token.passage >= 0:
        return "passage"
    if not token.is_word:
        return token.text
    low = token.low
    if token.suffix:
        return "genitive" if is_genitive(token) else "suffixed"
    for name, endings in _CLASSES:
        if low.endswith(endings) and len(low) > 4:
            return name
    if low in _FUNCTION:
        return low
    return "capital" if token.capital else "word"
