"""Names carried through translation: what counts as one, and that it comes back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import news
from corpora.errors import ModelError
from mt import names
from mt.names import Names

PAIRS = [
    ("Dışişleri Bakanı Lavrov, Londra'ya gitti.", "Foreign Minister Lavrov went to London."),
    ("Toplantı için Londra ve Ankara konuşuldu.", "London and Ankara were discussed for the meeting."),
    ("Son dakika: bakanı bekleyen dışişleri ekibi geldi.", "Breaking: the foreign team awaiting the minister came."),
    ("Yeni bir bakanı ve dışişleri ekibini bekliyor.", "It awaits a new minister and a foreign team."),
    ("Dün Ankara'da yeni görüşme vardı.", "There was a new meeting in Ankara yesterday."),
    ("Bu toplantı dün son görüşme oldu.", "This meeting was the last talk yesterday."),
    ("O toplantı dün yeni değildi.", "That meeting was not new yesterday."),
]  # fmt: skip


@pytest.fixture(scope="module")
def lexicon() -> Names:
    return Names.learn(PAIRS)


def found(lexicon: Names, text: str) -> list[str]:
    return [text[start:end] for start, end in lexicon.find(text)]


def test_words_and_translated_names_are_no_names_to_copy(lexicon: Names) -> None:
    assert found(lexicon, "Yeni Dışişleri Bakanı Londra'da Lavrov'la görüştü.") == ["Lavrov"]


def test_neighbouring_names_are_one_and_a_suffix_ends_it(lexicon: Names) -> None:
    text = "Toplantı için Sergey Lavrov'un Ned Price ile görüştüğü bildirildi."
    assert found(lexicon, text) == ["Sergey Lavrov", "Ned Price"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ankara yeni toplantı istedi.", ["Ankara"]),  # seen copied
        ("Bölünmez güvenlik istedi.", []),  # any word begins a sentence with a capital
        ("Blinken'in toplantı çağrısı yanıtsız kaldı.", ["Blinken"]),
        ("Blinken: Yeni toplantı olacak", ["Blinken"]),
        ("Antony Blinken toplantı istedi.", ["Antony Blinken"]),
    ],
)
def test_the_first_word_of_a_sentence_needs_more_than_a_capital(
    lexicon: Names, text: str, expected: list[str]
) -> None:
    assert found(lexicon, text) == expected


def test_a_first_word_that_the_article_prints_inside_sentences_is_a_name(lexicon: Names) -> None:
    text = "Blinken ile yeni toplantı olacak."
    assert lexicon.mask(text)[1] == ()
    assert lexicon.mask(text, {"blinken": "Blinken"})[1] == (("Tom", "Blinken"),)


def test_the_same_name_has_the_same_stand_in_and_no_stand_in_is_one_of_the_text(
    lexicon: Names,
) -> None:
    masked, pairs = lexicon.mask("Dün Tom'la Blinken'i, bugün Blinken'le Price'ı gördük.")
    assert dict(pairs).get("Tom") != "Blinken"
    assert masked.count(next(w for w, name in pairs if name == "Blinken")) == 2
    back = "Dün Tom'la Blinken'i, bugün Blinken'le Price'ı gördük."
    assert names.restore(masked, pairs) == (back, 0)


def test_a_lost_stand_in_is_told(lexicon: Names) -> None:
    _, pairs = lexicon.mask("Dün Blinken'i gördük.")
    assert names.restore("We saw Tom yesterday.", pairs) == ("We saw Blinken yesterday.", 0)
    assert names.restore("We saw him yesterday.", pairs) == ("We saw him yesterday.", 1)
    assert names.restore("We saw Tomas yesterday.", pairs) == ("We saw Tomas yesterday.", 1)


def test_a_training_pair_is_masked_only_where_both_sides_print_the_name(lexicon: Names) -> None:
    source, target = lexicon.mask_pair(
        "Dün Blinken'le Moskova'da görüştü.", "He met Blinken in Moscow yesterday."
    )
    assert (source, target) == ("Dün Tom'le Moskova'da görüştü.", "He met Tom in Moscow yesterday.")


@given(st.text(max_size=80))
def test_masking_loses_nothing(text: str) -> None:
    lexicon = Names.learn(PAIRS)
    masked, pairs = lexicon.mask(text)
    if len({name for _, name in pairs}) == len(pairs) and all(w not in text for w, _ in pairs):
        assert names.restore(masked, pairs) == (text, 0)


def test_the_lexicon_is_kept_with_the_model(lexicon: Names, tmp_path: Path) -> None:
    assert Names.load(tmp_path) is None
    lexicon.save(tmp_path)
    first = (tmp_path / names.FILE).read_bytes()
    assert Names.load(tmp_path) == lexicon
    lexicon.save(tmp_path)
    assert (tmp_path / names.FILE).read_bytes() == first
    (tmp_path / names.FILE).write_bytes(first[: len(first) // 2])
    with pytest.raises(ModelError, match="damaged"):
        Names.load(tmp_path)


def test_most_speakers_of_the_news_corpus_are_found() -> None:
    """Recall on surnames in reporting sentences, with a lexicon learnt from the other half of the corpus."""
    lexicon = Names.learn(list(news.sentence_pairs())[::2])
    hits = total = 0
    for article in news.articles("development"):
        surnames = {
            q.speaker_tr.split()[-1] for q in article.quotes if len(q.speaker_tr.split()) == 2
        }
        for sentence in article.sentences("tr"):
            spans = " | ".join(found(lexicon, sentence))
            for surname in surnames:
                if re.search(rf"(?<=\w ){surname}\b", sentence):
                    total += 1
                    hits += surname in spans
    assert total > 300
    # 491 of 551; what is missed are mostly surnames that are words as well.
    assert hits / total > 0.85


@pytest.mark.parametrize(
    ("headline", "sentence"),
    [
        ("Bakan Yarın Blinken'i Gördü", "Bakan yarın Blinken'i gördü"),
        ("Blinken Bakanı Gördü: Yarın Bakan", "Blinken bakanı gördü: Yarın bakan"),
        ("Yarın ABD Bakanı ve Kaya Konuştu", "Yarın ABD bakanı ve Kaya konuştu"),
        ("Bakan Elif Deniz Yarın Geldi", "Bakan Elif Deniz yarın geldi"),
        ("Bakan Yarın Deniz Gördü", "Bakan yarın deniz gördü"),
    ],
)
def test_a_headline_in_title_case_keeps_its_names(headline: str, sentence: str) -> None:
    known = "bakan bakanı yarın gördü konuştu geldi deniz kaya"
    names = Names(frozenset(known.split()), frozenset({"Deniz", "Blinken"}))
    assert names.sentence_case(headline, {"kaya": "Kaya"}) == sentence


def test_the_model_reads_a_headline_in_title_case_as_a_sentence(
    tmp_path: Path, toy_folder: Path
) -> None:
    from mt import models
    from mt.translator import Translator

    folder = tmp_path / "toy"
    shutil.copytree(toy_folder, folder)
    Names(frozenset({"bakan", "yarın", "kitap", "gördü"}), frozenset()).save(folder)
    engine, info = models.load(str(folder))
    seen: list[str] = []
    encode = engine.vocabulary.encode_source
    engine.vocabulary.encode_source = lambda text: seen.append(text) or encode(text)  # type: ignore[method-assign,func-returns-value]
    translator = Translator(engine, model=info.name)
    (made,) = translator.segments(["Bakan Yarın Kitap Gördü"])
    assert seen == ["Bakan yarın kitap gördü"]
    assert made.target == "Minister Tomorrow Book Saw"


def test_names_come_back_through_a_model(tmp_path: Path, toy_folder: Path, lexicon: Names) -> None:
    """With a lexicon beside it, a model never sees the name itself."""
    from mt import models
    from mt.translator import Translator

    folder = tmp_path / "toy"
    shutil.copytree(toy_folder, folder)
    lexicon.save(folder)
    engine, info = models.load(str(folder))
    seen: list[str] = []
    encode = engine.vocabulary.encode_source
    engine.vocabulary.encode_source = lambda text: seen.append(text) or encode(text)  # type: ignore[method-assign,func-returns-value]
    translator = Translator(engine, model=info.name)
    (made,) = translator.segments(["bakan Blinken geldi"])
    assert "Blinken" in made.target
    assert all("Blinken" not in text for text in seen)
