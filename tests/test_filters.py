"""Filters: what each scores and accepts, recipes, near-duplicates in a stream, and the account of a cleaning."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import news
from corpora.bitext import Pair
from corpora.errors import InputError
from corpora.filters import FILTERS, Cleaner, load_recipe
from corpora.filters.duplicates import NearDuplicates
from corpora.filters.rules import (
    Garbage,
    Identical,
    Language,
    Length,
    LengthRatio,
    LongWord,
    Markup,
    Numbers,
    Repetition,
    Script,
    Similarity,
)

GOLD = [Pair(tr, en) for tr, en in news.sentence_pairs()]


def accepts(chosen: object, source: str, target: str, **langs: str) -> bool:
    (score,) = chosen.score([Pair(source, target, **langs)])  # type: ignore[attr-defined]
    return bool(chosen.accept(score))  # type: ignore[attr-defined]


def test_length_counts_words_or_characters() -> None:
    assert Length().score([Pair("bir iki üç", "one")]) == [(3, 1)]
    assert Length("char").score([Pair("şı", "one")]) == [(2, 3)]
    limits = Length(min_length=2, max_length=3)
    assert [accepts(limits, "a b", side) for side in ("a", "a b", "a b c", "a b c d")] == [
        False, True, True, False,
    ]  # fmt: skip


def test_length_ratio_is_the_longer_over_the_shorter() -> None:
    assert LengthRatio().score([Pair("ab", "abcdef"), Pair("abcdef", "ab")]) == [(3.0,), (3.0,)]
    assert not accepts(LengthRatio(), "", "text")
    assert accepts(LengthRatio(smoothing=15, threshold=2), "Evet.", "Yes, it is.")
    assert not accepts(LengthRatio(unit="word", threshold=3), "bir", "one two three")


def test_a_long_word_is_no_word() -> None:
    assert not accepts(LongWord(), "x" * 40, "y")
    assert accepts(LongWord(), "Muvaffakiyetsizleştiricileştiriveremez", "y")


@pytest.mark.parametrize(
    "text", ["Merhaba dünyâ", "naïve Łódź İĞŞ", "3 < 5, 7 %", "", "Şi Cinping"]
)
def test_latin_letters_are_no_garbage(text: str) -> None:
    for chosen in (Script(), Garbage(), Markup()):
        assert accepts(chosen, text, text)


@pytest.mark.parametrize("text", ["Привет, мир", "你好世界", "مرحبا", "Σήμερα the Σύνταγμα"])
def test_other_scripts(text: str) -> None:
    assert not accepts(Script(), "Bir cümle.", text)
    assert not accepts(Script(), text, "A sentence.")


def test_a_foreign_name_in_brackets_is_no_other_script() -> None:
    assert accepts(
        Script(), "Xi Jinping (习近平) Pekin'de konuştu.", "Xi Jinping (习近平) spoke in Beijing."
    )


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "cp1254"])
@pytest.mark.parametrize("pair", GOLD[:300:30])
def test_text_read_in_the_wrong_encoding(encoding: str, pair: Pair) -> None:
    broken = pair.source.encode().decode(encoding, "replace")
    assert broken == pair.source or not accepts(Garbage(), broken, pair.target)


def test_turkish_read_as_latin_1_and_letters_lost_on_the_way() -> None:
    broken = "İstanbul'da ışıklar söndü, dağ göründü".encode("iso-8859-9").decode("latin-1")
    assert not accepts(Garbage(), broken, "x")
    assert not accepts(Garbage(), "T�rkiye", "Turkey")
    assert not accepts(Garbage(), "Bakan a?ıkladı.", "x")
    assert not accepts(Garbage(), "Bakan\x07 geldi", "x")
    assert accepts(Garbage(), "Bak: https://x.example/ara?q=a", "See: https://x.example/ara?q=a")
    assert accepts(Garbage(), "Reykjavik'te Guðrún Þorsteinsdóttir konuştu, dağıldılar.", "x")


def test_markup() -> None:
    assert not accepts(Markup(), "<b>Son</b> dakika", "Breaking")
    assert not accepts(Markup(), "Ali &amp; Veli", "Ali & Veli")
    assert Markup().score([Pair("<br/>a<br/>", "b")]) == [(2, 0)]
    assert accepts(Markup(), "AT&T ve a < b > c", "AT&T and a < b > c")


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("the the the the end", 4), ("he said he said he said", 3), ("yavaş yavaş geldi", 2), ("bir iki üç", 1),
        ("hahahahahaha", 6), ("Chapter ........ 5", 8), ("100000000 lira", 1), ("evet, evet, evet", 3),
        ("the man, the dog, the cat", 1),
    ],
)  # fmt: skip
def test_repetition_counts_what_is_said_in_a_row(text: str, times: int) -> None:
    assert Repetition().score([Pair(text, "x")]) == [(times, 1)]
    assert accepts(Repetition(), text, "x") == (times < 3)


def test_identical_sides() -> None:
    assert not accepts(Identical(), "UN Chief Says No", "UN chief says no")
    assert not accepts(Identical(), "The minister came yesterday.", "The minister came yesterday!")
    assert accepts(Identical(), "Bakan dün geldi.", "The minister came yesterday.")


@pytest.mark.parametrize(
    ("tr", "en"),
    [
        ("1.250,5 lira", "1,250.5 lira"), ("26 bin 400 kişi", "26,400 people"), ("%12,5 arttı", "rose 12.5%"),
        ("üç kişi", "3 people"), ("3 kişi", "three people"), ("on beş bin", "15,000"), ("12.03.2024", "March 12, 2024"),
        ("saat 20.00'de", "at 8 p.m."), ("yüzünden on bir yıldır", "for 11 years"), ("1970'ler", "the '70s"),
        ("II. Dünya Savaşı", "World War 2"), ("bir buçuk milyon", "1.5 million"), ("hiç sayı yok", "no number here"),
    ],
)  # fmt: skip
def test_the_same_numbers_in_other_words(tr: str, en: str) -> None:
    assert Numbers().score([Pair(tr, en)]) == [(1.0,)]
    assert Numbers().score([Pair(en, tr, "en", "tr")]) == [(1.0,)]


def test_other_numbers() -> None:
    assert Numbers().score([Pair("12 ülke", "13 countries")]) == [(0.0,)]
    assert Numbers().score([Pair("12 ülke, 5 kıta", "12 countries, 4 continents")]) == [(0.5,)]
    assert not accepts(Numbers(), "1.250 lira", "1.250 lira fazla 7")


@pytest.mark.parametrize(
    "text",
    [
        "Der Minister hat gestern mit der Presse gesprochen.", "Le ministre a parlé hier avec la presse.",
        "De minister heeft gisteren met de pers gesproken.", "Nazir dünən mətbuatla danışdı və getdi.",
        "Ministrul a vorbit ieri cu presa despre asta.", "Министр вчера говорил с журналистами.",
    ],
)  # fmt: skip
def test_other_languages_are_neither_turkish_nor_english(text: str) -> None:
    assert not accepts(Language(), text, "The minister spoke to the press yesterday.")
    assert not accepts(Language(), "Bakan dün basınla konuştu.", text)


def test_language_is_told_of_swapped_sides_and_left_open_for_names() -> None:
    assert not accepts(Language(), "The minister spoke to the press.", "Bakan dün basınla konuştu.")
    assert accepts(Language(), "Erdoğan", "Erdogan")
    assert accepts(
        Language(),
        "The minister spoke.",
        "Bakan konuştu.",
        source_lang="en-GB",
        target_lang="tr_TR",
    )
    assert accepts(
        Language(), "Bijî aştî û azadî.", "Long live peace and freedom.", source_lang="zzz"
    )


def test_single_sentences_of_our_corpus_are_in_their_languages() -> None:
    sample = random.Random(1).sample(GOLD, 1_500)
    chosen = Language()
    assert sum(not chosen.accept(score) for score in chosen.score(sample)) <= 6


def test_similarity_asks_whom_it_was_given() -> None:
    chosen = Similarity(lambda sources, targets: [float(len(s) == 1) for s in sources], 0.5)
    assert accepts(chosen, "a", "a")
    assert not accepts(chosen, "ab", "a")


# Near-duplicates.

WORDS = sorted({word for pair in GOLD[:2_000] for word in pair.target.split() if word.isalpha()})


def grams(pair: Pair) -> set[str]:
    text = f"{pair.source}|{pair.target}".lower()
    return {text[at : at + 5] for at in range(len(text) - 4)}


def test_the_estimate_is_the_true_overlap() -> None:
    draw = random.Random(3)
    errors = []
    for _ in range(200):
        words = draw.sample(WORDS, 40)
        changed = [word if draw.random() > 0.03 else draw.choice(WORDS) for word in words]
        a, b = (Pair(" ".join(w[:20]), " ".join(w[20:])) for w in (words, changed))
        truth = len(grams(a) & grams(b)) / len(grams(a) | grams(b))
        (first,), (second,) = NearDuplicates().score([a, b])
        assert first == 0
        if truth > 0.8:
            errors.append(second - truth)
    assert len(errors) > 100
    assert abs(sum(errors)) / len(errors) < 0.04
    assert sum(abs(error) > 0.15 for error in errors) < 0.15 * len(errors)


def test_near_duplicates_meet_wherever_they_stand() -> None:
    chosen = NearDuplicates()
    # Chunks of unlike sizes, as a chain of filters leaves them.
    first = [
        score
        for start, end in ((0, 700), (700, 701), (701, 2_000))
        for score in chosen.score(GOLD[start:end])
    ]
    assert sum(not chosen.accept(score) for score in first) <= 2
    again = [Pair(p.source.replace(".", "!"), p.target.upper()) for p in GOLD[:2_000:40]]
    assert all(score == (1.0,) for score in chosen.score(again))
    shortened = [Pair(" ".join(p.source.split()[1:]), p.target) for p in GOLD[:2_000:40]]
    assert sum(not chosen.accept(score) for score in chosen.score(shortened)) > 0.8 * len(shortened)


def test_the_same_sentence_in_another_translation_is_no_duplicate() -> None:
    chosen = NearDuplicates()
    scores = chosen.score(
        [
            Pair("Bakan geldi.", "The minister came."),
            Pair("Bakan geldi.", "Here is the secretary now."),
        ]
    )
    assert all(map(chosen.accept, scores))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Pair, st.text(), st.text()), max_size=30))
def test_any_text_meets_itself(pairs: list[Pair]) -> None:
    chosen = NearDuplicates()
    chosen.score(pairs)
    assert all(score == (1.0,) for score in chosen.score(pairs))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Pair, st.text(), st.text()), max_size=10))
def test_any_text_passes_every_filter_without_a_fault(pairs: list[Pair]) -> None:
    recipe = load_recipe(compare=lambda a, _: [1.0] * len(a))
    for step in recipe.steps:
        scores = step.filter.score(pairs)
        assert len(scores) == len(pairs)
        assert all(isinstance(step.filter.accept(score), bool) for score in scores)


# Recipes and the account.


def recipe_file(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_bundled_recipe_has_every_filter_and_signs_itself() -> None:
    recipe = load_recipe(compare=lambda a, _: [1.0] * len(a))
    assert {step.filter.name for step in recipe.steps} == set(FILTERS)
    assert recipe.signature.startswith("dragoman clean v")
    assert "|length-ratio,unit=char,threshold=2.0,smoothing=15|" in recipe.signature


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[filter]]\nname = 'lenght'", "no filter is called 'lenght'"),
        ("[[filter]]\nname = 'length'\nmax = 3", "length has no setting 'max'; known are unit, min_length, max_length"),
        ("[[filter]]\nname = 'numbers'\nthreshold = 'high'", "threshold of numbers cannot be 'high'"),
        ("[[filter]]\nname = 'length'\nunit = 'line'", "unit of length cannot be 'line'"),
        ("[[filter]]\nname = 'similarity'", "needs a sentence encoder"),
        ("[[filter]]\nname = 'similarity'\ncompare = 1", "no setting 'compare'"),
        ("filter = 3", "a recipe is a list"),
        ("filter = [3]", "a recipe is a list"),
        ("[[filter]]\nname = ['length']", "no filter is called"), ("", "a recipe is a list"), ("[[filter", "cannot read the recipe"),
    ],
)  # fmt: skip
def test_a_faulty_recipe_is_refused_in_one_line(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said) as caught:
        load_recipe(recipe_file(tmp_path, text))
    assert "recipe.toml" in str(caught.value)


def test_a_pair_is_dropped_by_the_first_filter_that_refuses_it(tmp_path: Path) -> None:
    path = recipe_file(
        tmp_path, "[[filter]]\nname='length'\nmin_length=2\n[[filter]]\nname='numbers'\n"
    )
    cleaner = Cleaner(load_recipe(path))
    pairs = [
        Pair("bir iki", "one two"),
        Pair("12", "13"),
        Pair("12 gün", "13 days"),
        Pair("a b", "c d"),
    ]
    assert list(cleaner.clean(pairs)) == [pairs[0], pairs[3]]
    report = cleaner.report()
    assert (report.read, report.kept) == (4, 2)
    assert [(s.step.filter.name, s.seen, s.dropped) for s in report.steps] == [
        ("length", 4, 1),
        ("numbers", 3, 1),
    ]
    (example,) = report.steps[1].examples
    assert (example.number, example.source, example.target, example.score) == (
        3,
        "12 gün",
        "13 days",
        (0.0,),
    )


def test_cleaning_streams_and_its_examples_come_from_everywhere(tmp_path: Path) -> None:
    cleaner = Cleaner(
        load_recipe(recipe_file(tmp_path, "[[filter]]\nname='length'\nmin_length=2\n"))
    )
    taken = 0

    def endless():  # type: ignore[no-untyped-def]
        nonlocal taken
        while taken < 60_000:
            taken += 1
            yield Pair("bir", "one") if taken % 2 else Pair("bir iki", "one two")

    cleaned = cleaner.clean(endless())
    next(cleaned)
    assert taken <= 10_000
    assert sum(1 for _ in cleaned) == 29_999
    examples = cleaner.report().steps[0].examples
    assert len(examples) == 5
    assert examples[-1].number > 20_000


def test_our_own_news_pairs_pass_the_bundled_recipe() -> None:
    sample = random.Random(2).sample(GOLD, 1_500)
    cleaner = Cleaner(load_recipe(compare=lambda a, _: [1.0] * len(a)))
    assert len(list(cleaner.clean(sample))) >= 1_490
