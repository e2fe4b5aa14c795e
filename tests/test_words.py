"""Word links between a sentence and its translation."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.embedding import Encoder, load
from alignment.words import (
    from_pharaoh,
    link,
    link_project,
    link_tokens,
    to_pharaoh,
    tokenize,
)
from corpora.errors import InputError, ModelNotFound

ENCODER = load()
GOLD = Path(__file__).parent / "data" / "word-links.tsv"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return ENCODER


def linked(source: str, target: str, encoder: Encoder) -> set[tuple[str, str]]:
    x, y = tokenize(source), tokenize(target)
    return {(x[i].text, y[j].text) for i, j in link(source, target, encoder)}


def test_tokens_keep_suffixes_and_numbers_whole() -> None:
    text = "Ankara'da %43,7'ye çıktı: \"Well-known\" 12.30’da."
    found = tokenize(text)
    assert [t.text for t in found] == [
        "Ankara'da", "%", "43,7'ye", "çıktı", ":", '"', "Well-known", '"', "12.30’da", ".",
    ]  # fmt: skip
    assert all(text[t.start : t.end] == t.text for t in found)


def test_words_across_the_sentence_order(encoder: Encoder) -> None:
    found = linked(
        "Cumhurbaşkanı dün Ankara'da 12 bakanla görüştü.",
        "The president met 12 ministers in Ankara yesterday.",
        encoder,
    )
    assert {
        ("Cumhurbaşkanı", "president"),
        ("dün", "yesterday"),
        ("Ankara'da", "Ankara"),
        ("12", "12"),
        ("bakanla", "ministers"),
        ("görüştü", "met"),
        (".", "."),
    } <= found


def test_a_preposition_goes_to_the_word_with_its_suffix(encoder: Encoder) -> None:
    assert ("Ankara'da", "in") in linked(
        "Toplantı Ankara'da yapıldı.", "The meeting was held in Ankara.", encoder
    )


def test_words_without_counterpart_stay_alone(encoder: Encoder) -> None:
    found = linked("Kedi uyuyor.", "The cat is asleep on Thursday in Brazil.", encoder)
    assert not {t for _, t in found} & {"Thursday", "Brazil"}


def test_error_rate_on_our_gold(encoder: Encoder) -> None:
    """Alignment error rate (Och and Ney 2003) with sure links only, pinned; guidelines in docs/alignment.md."""
    right = made = known = 0
    for line in GOLD.read_text("utf-8").splitlines():
        source, target, gold = line.split("\t")
        found, sure = set(link(source, target, encoder)), set(from_pharaoh(gold))
        right, made, known = right + len(found & sure), made + len(found), known + len(sure)
    assert known > 540
    assert 1 - 2 * right / (made + known) <= 0.17


@given(
    st.lists(st.text(min_size=1, max_size=6), max_size=6),
    st.lists(st.text(min_size=1, max_size=6), max_size=6),
)
@settings(max_examples=80, deadline=None)
def test_links_stay_inside(source: list[str], target: list[str]) -> None:
    found = link_tokens(source, target, ENCODER)
    assert found == sorted(set(found))
    assert all(0 <= i < len(source) and 0 <= j < len(target) for i, j in found)


@given(st.text(max_size=60))
def test_tokens_cover_everything_but_spaces(text: str) -> None:
    kept = "".join(t.text for t in tokenize(text))
    assert kept == "".join(c for c in text if not c.isspace())


@given(st.sets(st.tuples(st.integers(0, 99), st.integers(0, 99))))
def test_pharaoh_round_trip(links: set[tuple[int, int]]) -> None:
    assert from_pharaoh(to_pharaoh(sorted(links))) == sorted(links)


@pytest.mark.parametrize("line", ["0-", "a-b", "1 - 2", "-1-2", "0:1"])
def test_pharaoh_faults(line: str) -> None:
    with pytest.raises(InputError, match="word link"):
        from_pharaoh(line)


def test_statistical_links_say_what_they_need() -> None:
    try:
        import eflomal  # noqa: F401
    except ImportError:
        with pytest.raises(ModelNotFound, match="pip install eflomal"):
            link_project([(["kar"], ["snow"])])
    else:
        pairs = [
            (["kar", "yağdı"], ["snow", "fell"]),
            (["kar", "eridi"], ["snow", "melted"]),
        ] * 30
        found = link_project(pairs)
        assert len(found) == len(pairs)
        assert (0, 0) in found[0]
