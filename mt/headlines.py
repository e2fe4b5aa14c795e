"""Headlines set in capitals or in Title Case: read by the model as sentences, and set again as they were.

A model that learnt from sentences takes a capitalised word for a name, and one in capitals for an abbreviation.
"""

from __future__ import annotations

from collections.abc import Mapping

from corpora import casing
from mt import protection
from mt.names import Names


def as_sentence(text: str, lang: str, printed: Mapping[str, str], lexicon: Names | None) -> str:
    """``text`` in the case of a sentence, if it is a headline.

    ``printed`` are the article's own names by their lower-cased form; ``lexicon`` tells names from words in a Turkish headline in
    Title Case, which stays as it is where there is none.
    """
    if _is_all_caps(text):
        return protection.outside(text, lambda t: casing.sentence_case(t, lang, printed))
    if lexicon and _is_title_case(text, lang):
        return protection.outside(text, lambda t: lexicon.sentence_case(t, printed))
    return text


def set_like(
    source: str, target: str, source_lang: str, target_lang: str, lexicon: Names | None
) -> str:
    """``target`` in capitals or Title Case, where ``source`` was and was read as a sentence."""
    if _is_all_caps(source):
        return casing.upper(target, target_lang)
    if lexicon and _is_title_case(source, source_lang):
        return casing.title_case(target, target_lang)
    return target


def _is_all_caps(text: str) -> bool:
    return casing.is_all_caps(" ".join(protection.between(text)))


def _is_title_case(text: str, lang: str) -> bool:
    return lang == "tr" and casing.is_title_case(" ".join(protection.between(text)), lang)
