"""One form of a text for looking things up: case, the Turkish i letters and circumflexes do not count."""

from __future__ import annotations

import unicodedata

# Upper-casing runs İ I together with i ı in one language or the other, so the four are one letter here; a circumflex
# (hâlâ) is left out as often as it is written.
_FOLD = tuple(zip("İIıâîûÂÎÛ’\u0307\u0302", [*"iiiaiuaiu'", "", ""], strict=True))


def fold(text: str) -> str:
    """``text`` in lower case, with one form for İ/I/ı/i and without circumflexes, for either language."""
    if text.isascii():
        return text.lower()
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    # A chain of replacements is three times as fast as str.translate.
    for letter, folded in _FOLD:
        text = text.replace(letter, folded)
    return text.lower()
