"""Pairing quotes across languages: within translations, between independent reports, and with English originals."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.embedding import Encoder, load
from alignment.quotes import Quote, find
from alignment.quotes.likeness import is_person, same_name, speakers
from alignment.quotes.matching import best_pairs
from alignment.quotes.pairing import QuotePair, comparable, originals, pair
from alignment.quotes.quantities import differing
from alignment.sentences import Bead, align
from benchmarks.fit_quote_pairs import mismatched
from benchmarks.quote_pairs import (
    compare_text,
    document,
    pair_text,
    rates,
    read_comparable,
    read_news,
    score,
)
from corpora.document import Document


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load()


TR = document(
    "t",
    "tr",
    [
        ("heading", "Karaca: Köprü kışa yetişecek"),
        ("paragraph", "Ulaştırma Bakanı Selim Karaca, köprüde incelemelerde bulundu."),
        (
            "paragraph",
            'Karaca, "Köprüyü kışa kadar açacağız" dedi. Bakan, 240 işçinin gece gündüz çalıştığını söyledi.',
        ),
        ("paragraph", 'Muhtar Leyla Ergin ise "Bize söz verildi, tutulmadı" diye konuştu.'),
    ],
)
EN = document(
    "e",
    "en",
    [
        ("heading", "Karaca: Bridge to be ready by winter"),
        ("paragraph", "Transport Minister Selim Karaca inspected the bridge."),
        (
            "paragraph",
            '"We will open the bridge by winter," Karaca said. The minister said 240 workers were toiling day and night.',
        ),
        (
            "paragraph",
            '"We were given a promise and it was not kept," said Leyla Ergin, the village head.',
        ),
    ],
)


def beads(source: Document, target: Document, encoder: Encoder) -> list[Bead]:
    return align(source.sentences(), target.sentences(), encoder=encoder)


def texts(pairs: list[QuotePair]) -> list[tuple[str | None, str | None]]:
    return [(p.source and p.source.text, p.target and p.target.text) for p in pairs]


def test_quotes_of_a_translation_are_paired_along_the_sentences(encoder: Encoder) -> None:
    made = pair(find(TR), find(EN), beads(TR, EN, encoder), TR, EN, encoder=encoder)
    assert texts(made) == [
        ("Köprü kışa yetişecek", "Bridge to be ready by winter"),
        ("Köprüyü kışa kadar açacağız", "We will open the bridge by winter,"),
        ("240 işçinin gece gündüz çalıştığını", "240 workers were toiling day and night"),
        ("Bize söz verildi, tutulmadı", "We were given a promise and it was not kept,"),
    ]
    assert all(p.score > 0.5 and p.evidence and p.evidence.apart == 0 for p in made)


def test_a_quote_that_was_left_out_stays_alone_on_either_side(encoder: Encoder) -> None:
    here, there = find(TR), find(EN)
    lines = beads(TR, EN, encoder)
    made = pair(here, there[:1] + there[2:], lines, TR, EN, encoder=encoder)
    assert texts(made)[1] == ("Köprüyü kışa kadar açacağız", None)
    assert (made[1].score, made[1].evidence) == (0.0, None)
    made = pair(here[:2] + here[3:], there, lines, TR, EN, encoder=encoder)
    assert (None, "240 workers were toiling day and night") in texts(made)
    assert pair([], there, lines, TR, EN, encoder=encoder) == [
        QuotePair(None, q, 0.0) for q in there
    ]
    assert pair(here, [], lines, TR, EN, encoder=encoder) == [QuotePair(q, None, 0.0) for q in here]


def inside(text: Document, words: str, speaker: str = "Ece Tan") -> Quote:
    at = text.blocks[0].text.index(words)
    return Quote("partial", speaker, "", ((0, at, at + len(words)),), words)


def test_two_quotes_in_one_sentence_are_told_apart_by_what_they_say(encoder: Encoder) -> None:
    source = document(
        "t", "tr", [("paragraph", 'Ece Tan, "pahalı bir hata" ve "utanç verici" dedi.')]
    )
    target = document(
        "e", "en", [("paragraph", 'Ece Tan called it "shameful" and "an expensive mistake".')]
    )
    here = [inside(source, "pahalı bir hata"), inside(source, "utanç verici")]
    there = [inside(target, "shameful"), inside(target, "an expensive mistake")]
    made = pair(here, there, [Bead((0,), (0,), 1.0)], source, target, encoder=encoder)
    assert set(texts(made)) == {
        ("pahalı bir hata", "an expensive mistake"),
        ("utanç verici", "shameful"),
    }


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 3)), st.sets(st.integers(0, 3)), st.booleans())
def test_every_quote_is_in_exactly_one_pair(
    left: set[int], right: set[int], independent: bool
) -> None:
    encoder = _encoder()
    here = [q for k, q in enumerate(find(TR)) if k in left]
    there = [q for k, q in enumerate(find(EN)) if k in right]
    if independent:
        made = comparable(here, there, TR, EN, encoder=encoder)
    else:
        made = pair(here, there, beads(TR, EN, encoder), TR, EN, encoder=encoder)
    assert [p.source for p in made if p.source] == here
    assert sorted(q.text for q in there) == sorted(p.target.text for p in made if p.target)
    assert all(p.source or p.target for p in made)


@cache
def _encoder() -> Encoder:
    return load()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 10_000))
def test_the_chosen_pairs_are_the_best_of_all(n: int, m: int, seed: int) -> None:
    weights = np.random.default_rng(seed).normal(size=(n, m)).round(1)
    made = best_pairs(weights)
    assert len({i for i, _ in made}) == len({j for _, j in made}) == len(made)
    size = max(n, m)
    square = np.zeros((size, size))
    square[:n, :m] = np.maximum(weights, 0)
    best = max(
        sum(square[i, j] for i, j in enumerate(order))
        for order in itertools.permutations(range(size))
    )
    assert sum(weights[i, j] for i, j in made) == pytest.approx(best)


@pytest.mark.parametrize(
    ("turkish", "english"),
    [
        ("Sergey Lavrov", "Sergei Lavrov"),
        ("Vladimir Zelenskiy", "Volodymyr Zelensky"),
        ("Şi Cinping", "Xi Jinping"),
        ("Kiryakos Miçotakis", "Kyriakos Mitsotakis"),
        ("Nikol Paşinyan", "Nikol Pashinyan"),
        ("Aleksandr Lukaşenko", "Alexander Lukashenko"),
        ("Mevlüt Çavuşoğlu", "Mevlut Cavusoglu"),
        ("Muhammed bin Selman", "Mohammed bin Salman"),
        ("İrfan Işık", "Irfan Isik"),
        ("Dışişleri Bakanlığı", "the Foreign Ministry"),
        ("üst düzey bir yetkili", "a senior official"),
        ("Karaca", "Selim Karaca"),
    ],
)
def test_a_speaker_is_known_in_both_spellings(turkish: str, english: str, encoder: Encoder) -> None:
    assert speakers(turkish, english, ("tr", "en"), encoder) == 1


@pytest.mark.parametrize(
    ("turkish", "english", "same"),
    [
        ("Sergey Lavrov", "Marco Rubio", 0),
        ("Orhan Kürkçü", "Dilara Kürkçü", 0),
        ("Selim Karaca", "a senior official", None),
        (None, "Marco Rubio", None),
    ],
)
def test_other_speakers_are_kept_apart(
    turkish: str | None, english: str, same: float | None, encoder: Encoder
) -> None:
    assert speakers(turkish, english, ("tr", "en"), encoder) == same


def test_names_and_people() -> None:
    assert same_name("Bakü'de", "Baku")
    assert not same_name("Bakü", "Bonn")
    assert is_person("Leyla Ergin", "tr")
    assert not is_person("Dışişleri Bakanlığı", "tr")
    assert not is_person("the Foreign Ministry", "en")


@pytest.mark.parametrize(
    ("turkish", "english"),
    [
        ("26 bin 400 kişi", "26,400 people"),
        ("1,5 milyar avro", "1.5bn euros"),
        ("iki yüz on iki kez", "212 times"),
        ("10-15 bin ton", "10,000 to 15,000 tonnes"),
        ("kırk birinci yılında", "in its forty-first year"),
        ("yüzde 74'ü", "74% of them"),
        ("12.000 lira", "12,000 lira"),
        ("saat 21.00", "at 9pm"),
        ("2 buçuk milyon", "two and a half million"),
        ("üçünü de onlar, yüzünden", "all three of them"),
    ],
)
def test_numbers_agree_in_either_notation(turkish: str, english: str) -> None:
    assert differing(turkish, english, ("tr", "en")) == ((), ())


@pytest.mark.parametrize(
    ("turkish", "english", "which"),
    [
        ("12.000 lira", "12.000 lira", (("12.000",), ("12.000",))),
        ("iki yüz kişi", "three hundred people", (("iki yüz",), ("three hundred",))),
        ("%43,7", "47.3%", (("43,7",), ("47.3",))),
        ("üç gün", "four days", (("üç",), ("four",))),
    ],
)
def test_other_numbers_are_noticed(
    turkish: str, english: str, which: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    assert differing(turkish, english, ("tr", "en")) == which


def test_a_report_in_other_words_and_another_order(encoder: Encoder) -> None:
    text = next(t for t in read_comparable() if t.id == "04-trial")
    made = compare_text(text, encoder)
    assert (
        "Bu dosyada imza var, irade yok",
        "There were signatures in the file but no intent",
    ) in texts(made)
    assert ("bu yüzden yıllarca uyuyamadığını", None) in texts(made)


def test_reports_of_one_event_and_of_unlike_events(encoder: Encoder) -> None:
    reports = list(read_comparable())
    counts = score(reports, lambda t: compare_text(t, encoder))
    total = {
        w: sum(counts[f"{k} {w}"] for k in ("marked", "indirect"))
        for w in ("right", "made", "gold")
    }
    assert total["right"] / total["made"] >= 0.95
    assert total["right"] / total["gold"] >= 0.9
    unlike = mismatched(reports)
    wrong = sum(
        p.source is not None and p.target is not None
        for t in unlike
        for p in compare_text(t, encoder)
    )
    assert wrong <= 0.03 * sum(len(t.quotes[0]) for t in unlike)


def test_the_original_wording_is_proposed_best_first(encoder: Encoder) -> None:
    reports = [replace(t.target, source=t.id) for t in read_comparable()]
    text = next(t for t in read_comparable() if t.id == "07-rates")
    quotes = text.quotes[0]
    found = originals(quotes, text.source, reports, encoder=encoder)
    assert len(found) == len(quotes)
    best = {q.text: row[0] for q, row in zip(quotes, found, strict=True) if row}
    brake = best["Frene erken basarsak araba durmaz, devrilir"]
    assert brake.quote.text.startswith("Hit the brakes too early")
    assert brake.source == "07-rates"
    zloty = best["zlotinin değer kaybından endişe duymadıklarını"]
    assert zloty.quote.text == "We are not losing any sleep over the zloty,"
    # Only paraphrased in the report, so there is no wording to propose; and not in any report at all.
    assert "enflasyonun yıl sonunda yüzde 3'e gerilemesini" not in best
    assert "Bu faizle makine alınmaz, ancak makine satılır" not in best
    for row in found:
        assert [o.score for o in row] == sorted((o.score for o in row), reverse=True)
        assert all(o.quote.kind != "indirect" for o in row)


def test_pairs_of_gold_quotes_in_the_news_corpus(encoder: Encoder) -> None:
    articles = list(itertools.islice(read_news("development", encoder, None), 20))
    counts = score(articles, lambda t: pair_text(t, encoder))
    assert rates(counts, "marked")[2] >= 0.985
    assert rates(counts, "indirect")[2] >= 0.985


@pytest.mark.slow
def test_pairs_of_found_quotes_in_the_news_corpus(encoder: Encoder) -> None:
    counts = score(list(read_news("development", encoder, find)), lambda t: pair_text(t, encoder))
    assert rates(counts, "marked")[2] >= 0.95
    assert rates(counts, "indirect")[2] >= 0.80


def test_a_book_full_of_quotes_takes_seconds(encoder: Encoder) -> None:
    times = 300
    many = [Document("d", side.lang, "", "-", side.blocks * times) for side in (TR, EN)]
    per = len(TR.blocks)
    sides = [
        [
            replace(q, spans=tuple((b + per * k, s, e) for b, s, e in q.spans))
            for k in range(times)
            for q in found
        ]
        for found in (find(TR), find(EN))
    ]
    lines = [Bead((i,), (i,), 1.0) for i in range(len(TR.sentences()) * times)]
    started = time.perf_counter()
    made = pair(sides[0], sides[1], lines, many[0], many[1], encoder=encoder)
    # 1,200 quotes a side; 3 s on a busy machine with two cores.
    assert time.perf_counter() - started < 20
    assert sum(p.source is not None and p.target is not None for p in made) == len(sides[0])
