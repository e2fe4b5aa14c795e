"""Two engines, one search: CTranslate2 in float32 gives what transformers gives, and int8 nearly so."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from conftest import toy_pairs

from mt import models
from mt.engines import CTranslate2Engine, Engine, Hypothesis, Search, TransformersEngine
from mt.vocabulary import Vocabulary

BUNDLED = models.find("tr-en").folder
SENTENCES = (
    "Bakan dün Ankara'da açıklama yaptı.",
    "Toplantı üç saat sürdü.",
    "Polis, kayıp çocuğu ormanda buldu.",
    "Yeni köprü gelecek yıl açılacak.",
    "Başkan, seçimi kaybettiğini kabul etti.",
    "Yağmur yüzünden maç ertelendi.",
    "Enflasyon yüzde 12,5 oldu.",
    "Öğrenciler okulun önünde toplandı.",
    '"Kimse aç kalmayacak" dedi.',
    "Uçak denize düştü.",
    "Hastanede 20 kişi tedavi görüyor.",
    "Şirket bin işçiyi işten çıkardı.",
    "Fransa ile Almanya anlaşma imzaladı.",
    "Takım son dakikada gol yedi.",
    "Kadın, yıllar sonra kızına kavuştu.",
    "Deprem gece yarısı oldu.",
    "Mahkeme kararı bozdu.",
    "Sanatçı İstanbul'da konser verecek.",
    "Fiyatlar yeniden arttı.",
    "Bunu neden yaptığını bilmiyoruz.",
)


def convert(folder: Path, output: Path, quantization: str | None) -> Path:
    from ctranslate2.converters import TransformersConverter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its tokenizer recommends a package for something else
        TransformersConverter(str(folder)).convert(str(output), quantization=quantization)
    return output


class Trio:
    """One model three times: transformers in float32, CTranslate2 in float32 and in int8."""

    def __init__(self, folder: Path, work: Path) -> None:
        v = Vocabulary(folder)
        self.vocabulary = v
        self.torch: Engine = TransformersEngine(folder, v, max_pieces=200, device="cpu")
        self.float32: Engine = CTranslate2Engine(
            convert(folder, work / "float32", None), v, max_pieces=200
        )
        self.int8: Engine = CTranslate2Engine(
            convert(folder, work / "int8", "int8"), v, max_pieces=200
        )


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Trio:
    return Trio(BUNDLED, tmp_path_factory.mktemp("bundled"))


@pytest.fixture(scope="module")
def toy(toy_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Trio:
    return Trio(toy_folder, tmp_path_factory.mktemp("toy"))


def same(a: Sequence[Sequence[Hypothesis]], b: Sequence[Sequence[Hypothesis]]) -> None:
    """All but one in ten rows are the same hypotheses, and the best of the others are as good."""
    alike = [
        (r, o) for r, o in zip(a, b, strict=True) if [h.pieces for h in r] == [h.pieces for h in o]
    ]
    assert len(alike) >= 0.9 * len(a)
    for one, other in pairs([r for r, _ in alike], [o for _, o in alike]):
        assert one.score == pytest.approx(other.score, abs=1e-3)
    for row, other_row in zip(a, b, strict=True):
        # Two words as good as equal: the sums differ in the fourth decimal, and so may what the beam keeps.
        assert row[0].score == pytest.approx(other_row[0].score, abs=0.1)


def pairs(a: Sequence[Sequence[Hypothesis]], b: Sequence[Sequence[Hypothesis]]) -> Iterator[tuple[Hypothesis, Hypothesis]]:  # fmt: skip
    for row, other in zip(a, b, strict=True):
        yield from zip(row, other, strict=True)


@pytest.mark.parametrize(
    "search",
    [
        Search(beam=1),
        Search(beam=4),
        Search(beam=4, alternatives=3),
        Search(beam=4, length_penalty=0.6),
        Search(beam=4, no_repeat=3),
    ],
    ids=lambda s: (
        f"beam{s.beam}-best{s.alternatives}-penalty{s.length_penalty}-norepeat{s.no_repeat}"
    ),
)
def test_both_engines_find_the_same(bundled: Trio, search: Search) -> None:
    batch = [bundled.vocabulary.encode_source(s) for s in SENTENCES]
    same(bundled.float32.translate(batch, search, 60), bundled.torch.translate(batch, search, 60))


@pytest.mark.parametrize("beam", [1, 4])
def test_both_engines_continue_prefixes_alike(bundled: Trio, beam: int) -> None:
    batch = [bundled.vocabulary.encode_source(s) for s in SENTENCES[:6]]
    starts = ["The", "The meeting", "Police found", "A new", "", "Because"]
    prefixes = [bundled.vocabulary.encode_target(s) for s in starts]
    search = Search(beam=beam)
    found = bundled.float32.translate(batch, search, 60, prefixes)
    same(found, bundled.torch.translate(batch, search, 60, prefixes))
    for prefix, row in zip(prefixes, found, strict=True):
        assert list(row[0].pieces[: len(prefix)]) == list(prefix)


def test_int8_stays_close_to_float32(bundled: Trio) -> None:
    batch = [bundled.vocabulary.encode_source(s) for s in SENTENCES]
    found = bundled.int8.translate(batch, Search(), 60)
    exact = bundled.float32.translate(batch, Search(), 60)
    # Measured on the first bundled model: 0.03 on average; nearly every sentence comes out the same.
    differences = [abs(a.score - b.score) for a, b in pairs(found, exact)]
    assert sum(differences) / len(differences) < 0.1
    assert sum(a.pieces == b.pieces for a, b in pairs(found, exact)) >= len(SENTENCES) // 2


def test_scores_are_mean_log_probabilities_of_tokens(bundled: Trio) -> None:
    """Against a forward pass of the model itself, computed here."""
    import torch
    from transformers import MarianMTModel

    v = bundled.vocabulary
    model = MarianMTModel.from_pretrained(BUNDLED, dtype=torch.float32)
    pieces = v.encode_source(SENTENCES[2])
    for engine in (bundled.float32, bundled.torch):
        best = engine.translate([pieces], Search(beam=4), 60)[0][0]
        target = [*v.to_ids(best.pieces), v.eos_id]
        with torch.no_grad():
            logits = (
                model(
                    input_ids=torch.tensor([[*v.to_ids(pieces), v.eos_id]]),
                    decoder_input_ids=torch.tensor([[v.pad_id, *target[:-1]]]),
                )
                .logits[0]
                .clone()
            )
        logits[:, v.pad_id] = -torch.inf
        mean = logits.log_softmax(-1)[range(len(target)), target].mean()
        assert best.score == pytest.approx(float(mean), abs=1e-3)


def test_a_translation_is_scored_as_if_it_had_been_found(bundled: Trio) -> None:
    rows = [bundled.vocabulary.encode_source(text) for text in SENTENCES[:4]]
    for engine in (bundled.torch, bundled.float32):
        found = [h[0] for h in engine.translate(rows, Search(beam=4), 100)]
        given = [(row, h.pieces) for row, h in zip(rows, found, strict=True)]
        assert engine.score(given) == pytest.approx([h.score for h in found], abs=1e-3)
        others = [(row, found[-1 - n].pieces) for n, row in enumerate(rows)]
        assert all(a > b for a, b in zip(engine.score(given), engine.score(others), strict=True))
    assert bundled.float32.score([]) == bundled.torch.score([]) == []


def test_what_the_toy_model_should_say_is_said_by_all(toy: Trio) -> None:
    examples = toy_pairs(40, 3)
    batch = [toy.vocabulary.encode_source(source) for source, _ in examples]
    for engine in (toy.torch, toy.float32):
        found = [
            toy.vocabulary.decode_target(row[0].pieces)
            for row in engine.translate(batch, Search(), 80)
        ]
        assert found == [target for _, target in examples]


def test_attention_tells_which_source_piece_was_looked_at(toy: Trio) -> None:
    # The toy model looks straight across.
    pieces = toy.vocabulary.encode_source("Bakan dün evde kitap gördü.")
    for engine in (toy.torch, toy.float32, toy.int8):
        best = engine.translate([pieces], Search(attention=True), 40)[0][0]
        assert best.attention == tuple(range(len(pieces)))
        assert engine.translate([pieces], Search(), 40)[0][0].attention == ()


def test_the_bound_on_length_is_kept(toy: Trio) -> None:
    pieces = toy.vocabulary.encode_source("Bakan dün evde kitap gördü araba su ekmek.")
    for engine in (toy.torch, toy.float32):
        assert len(engine.translate([pieces], Search(), 4)[0][0].pieces) <= 4


def test_alternatives_are_distinct_and_best_first(bundled: Trio) -> None:
    pieces = bundled.vocabulary.encode_source(SENTENCES[0])
    for engine in (bundled.torch, bundled.float32):
        row = engine.translate([pieces], Search(beam=5, alternatives=5), 60)[0]
        assert len({h.pieces for h in row}) == 5
        scores = [h.score for h in row]
        assert scores == sorted(scores, reverse=True)


def test_the_vocabulary_is_that_of_transformers(toy_folder: Path) -> None:
    from transformers import MarianTokenizer

    for folder in (BUNDLED, toy_folder):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ours, theirs = Vocabulary(folder), MarianTokenizer.from_pretrained(folder)
        for sentence in (*SENTENCES, "Ağrı'da 3.500 kişi — “evet” dedi… 🙂 北京"):
            assert [*ours.to_ids(ours.encode_source(sentence)), ours.eos_id] == theirs(
                sentence
            ).input_ids


def test_no_hypothesis_outgrows_the_models_positions(bundled_engine: Engine) -> None:
    """One that loops ends at the last position instead of failing there, whatever bound was asked for."""
    looping = bundled_engine.vocabulary.encode_source("ve " * 200)[:200]
    prefix = ["▁and"] * 505
    (made,) = bundled_engine.translate([looping], Search(beam=1), 3000, [prefix])[0]
    assert len(made.pieces) <= 511
