"""The words of a quote that deny something, by the tables ``negation.tsv``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LOWER = str.maketrans({"I": "ı", "İ": "i"})


@dataclass(frozen=True, slots=True)
class Negations:
    """The words, as printed, that negate: ``strong`` ones deny, ``weak`` ones may be what another language denies."""

    strong: tuple[str, ...]
    weak: tuple[str, ...]


def negations(text: str, lang: str) -> Negations:
    """The negating words of ``text`` (``lang`` is "tr" or "en"), in order."""
    table = _table(lang)
    found: dict[str, list[str]] = {"strong": [], "weak": []}
    for word in _WORD.findall(text):
        low = word.translate(_LOWER).lower() if lang == "tr" else word.lower()
        if table["not"].fullmatch(low):
            continue
        for strength in ("strong", "weak"):
            if table[strength].fullmatch(low):
                found[strength].append(word)
                break
    return Negations(tuple(found["strong"]), tuple(found["weak"]))


@cache
def _table(lang: str) -> dict[str, re.Pattern[str]]:
    patterns: dict[str, list[str]] = {"strong": [], "weak": [], "not": []}
    text = (files("alignment.quotes.lexicon") / lang / "negation.tsv").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            strength, form, entries = line.split("\t")
            for entry in entries.split():
                whole = {
                    "word": re.escape(entry),
                    "start": re.escape(entry) + r"[\w'’-]*",
                    "regex": entry,
                }
                patterns[strength].append(whole[form])
    return {name: re.compile("|".join(found) or r"(?!)") for name, found in patterns.items()}
