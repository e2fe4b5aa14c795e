"""Telling Turkish from English."""

from __future__ import annotations

import pytest

from corpora import news
from corpora.language import detect


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_every_article_of_the_gold_corpus_is_told(lang: str) -> None:
    assert {detect(a.text(lang)) for a in news.articles()} == {lang}


def test_single_sentences_are_nearly_always_told_and_hardly_ever_wrong() -> None:
    pairs = [(tr, en) for tr, en in news.sentence_pairs() if len(tr) > 60]
    wrong = sum(detect(tr) == "en" for tr, _ in pairs) + sum(detect(en) == "tr" for _, en in pairs)
    told = sum(detect(tr) == "tr" for tr, _ in pairs) + sum(detect(en) == "en" for _, en in pairs)
    assert wrong <= 0.002 * 2 * len(pairs)
    assert told >= 0.98 * 2 * len(pairs)


@pytest.mark.parametrize("text", ["", "12.5", "Ποιος είναι; Δεν ξέρω ακόμη.", "OK"])
def test_neither_is_said_to_be_neither(text: str) -> None:
    assert detect(text) == ""
