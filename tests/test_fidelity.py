"""What the fidelity check reports about a pair of quotes, how rarely it is wrong, and how much it finds."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from alignment.embedding import Encoder, load
from alignment.quotes import Kind, Quote
from alignment.quotes.evidence import compare
from alignment.quotes.fidelity import Finding, check
from alignment.quotes.negation import negations
from alignment.quotes.pairing import QuotePair
from benchmarks.quote_fidelity import measure
from benchmarks.quote_pairs import read_news


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load()


def quote(text: str, speaker: str | None = "Selim Karaca", kind: Kind = "direct") -> Quote:
    return Quote(kind, speaker, "", ((0, 0, len(text)),), text)


def findings(source: Quote, target: Quote, encoder: Encoder) -> tuple[Finding, ...]:
    return check(QuotePair(source, target, 1.0, compare(source, target, ("tr", "en"), encoder)))


def codes(source: Quote, target: Quote, encoder: Encoder) -> list[str]:
    return [finding.code for finding in findings(source, target, encoder)]


TR = quote("Köprüyü 240 işçiyle kışa kadar açamayız, Ankara'ya da bunu söyledik")
EN = quote("We cannot open the bridge by winter with 240 workers, and we told Ankara so,")


def test_a_faithful_quote_raises_nothing(encoder: Encoder) -> None:
    assert codes(TR, EN, encoder) == []


def test_an_uncertain_speaker_raises_nothing(encoder: Encoder) -> None:
    stranger = replace(quote(EN.text, "Leyla Ergin"), certainty=0.4)
    assert codes(TR, stranger, encoder) == []
    assert codes(TR, replace(stranger, certainty=0.6), encoder) == ["speaker-differs"]


def test_a_quote_that_stands_alone_has_no_findings() -> None:
    assert check(QuotePair(TR, None, 0.0)) == check(QuotePair(None, EN, 0.0)) == ()


@pytest.mark.parametrize(
    ("target", "code", "reason"),
    [
        (
            quote(EN.text, "Leyla Ergin"),
            "speaker-differs",
            "The words are Selim Karaca’s in the source but Leyla Ergin’s in the translation.",
        ),
        (
            quote(EN.text, kind="indirect"),
            "quote-paraphrased",
            "The source quotes this word for word, but the translation only paraphrases it.",
        ),
        (
            quote(EN.text.replace("cannot", "can")),
            "negation-missing",
            "The source denies something (açamayız), and the translation lacks a denial.",
        ),
        (
            quote(EN.text.replace("240", "420")),
            "number-differs",
            "The source has the number 240, the translation 420.",
        ),
        (
            quote(EN.text.replace("Ankara", "Moscow")),
            "name-differs",
            "The source names Ankara, where the translation names Moscow.",
        ),
    ],
)
def test_each_change_is_named_with_its_reason(
    target: Quote, code: str, reason: str, encoder: Encoder
) -> None:
    assert Finding(code, reason) in findings(TR, target, encoder)


def test_words_added_inside_the_marks_are_quoted_back(encoder: Encoder) -> None:
    longer = quote(EN.text + " because the ministry never paid the contractor for the steel cables")
    (added,) = (f for f in findings(TR, longer, encoder) if f.code == "words-added")
    assert added.message.startswith("Nothing in the source stands for “")
    assert any(word in added.message for word in ("contractor", "steel", "cables"))


def test_a_paraphrase_put_between_marks(encoder: Encoder) -> None:
    assert "paraphrase-quoted" in codes(quote(TR.text, kind="indirect"), EN, encoder)


def test_a_denial_that_only_the_translation_has(encoder: Encoder) -> None:
    source = quote("Köprüyü kışa kadar açacağız")
    target = quote("We will not open the bridge by winter")
    assert "negation-added" in codes(source, target, encoder)


@pytest.mark.parametrize(
    "word",
    [
        "gelmedi",
        "gelmiyor",
        "gelmez",
        "gelmeyecek",
        "gelmeyen",
        "gelmeyip",
        "gelmeyerek",
        "gelmemiş",
        "gelmemesi",
        "gelmezse",
        "gelmesin",
        "gelmediğini",
        "gelmeksizin",
        "gelemez",
        "değil",
        "değildir",
        "yok",
        "yoktur",
        "olmadı",
        "yapmıyoruz",
        "söylemeyeceğim",
        "gelmeyelim",
    ],
)
def test_turkish_denials(word: str) -> None:
    assert negations(f"O {word}.", "tr").strong == (word,)


@pytest.mark.parametrize(
    "word",
    [
        "geldi",
        "gelmesi",
        "açıklamada",
        "çalışmaya",
        "tamamı",
        "yapması",
        "yoksulluk",
        "Fransız",
        "görüşmeler",
        "mayıs",
        "meydan",
    ],
)
def test_turkish_words_that_only_look_like_denials(word: str) -> None:
    assert negations(f"O {word}.", "tr").strong == ()


@pytest.mark.parametrize(
    "word",
    ["not", "never", "cannot", "don't", "won’t", "nobody", "nothing", "no", "neither", "without"],
)
def test_english_denials(word: str) -> None:
    assert negations(f"It {word} works.", "en").strong == (word,)


def test_few_false_alarms_and_most_corruptions_found(encoder: Encoder) -> None:
    articles = list(itertools.islice(read_news("development", encoder, None), 16))
    alarms, found = measure(articles, encoder)
    pairs = alarms.pop("pairs")
    assert pairs > 80
    assert {code: n for code, n in alarms.items() if n > 0.03 * pairs} == {}
    rates = {name: counts["found"] / counts["seeded"] for name, counts in found.items()}
    assert {name for name, rate in rates.items() if rate < 0.6} == set()
    for name in ("number changed en", "speaker swapped tr", "kind changed en", "clause added en"):
        assert rates[name] >= 0.8, name
