"""Sentence segmentation and the pairing of quotation marks."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.document import Block, Document
from corpora.news import HELD_OUT
from corpora.quotation import pair_marks
from corpora.segmentation import segment, segment_document, split

# The gold's format and the definition of sentence-end F1: corpus README. Held-out files are measured at release only.
GOLD = Path(__file__).parents[2] / "shared" / "news"


def cut(text: str, lang: str = "tr") -> list[str]:
    return [text[start:end] for start, end in split(text, lang)]


@pytest.mark.parametrize(
    "sentences",
    [
        ['Başkan, "Yol bitti. Köprü de bitecek." dedi.', "Sonra salondan çıktı."],
        ["Prof. Dr. Ece Tan konuştu.", "T.C. Ticaret Bakanlığı yanıt verdi."],
        ["3. toplantı cuma günü.", "II. Dünya Savaşı konuşuldu.", "19. Türk filmi seçildi."],
        ["Oran yüzde 45,3.", "Enflasyon yavaşladı."],
        ["Elma, armut vb. ürünler ucuzladı.", "Kiraz, vişne vb.", "Sonra yağmur geldi."],
        ['"Ne zaman?" diye sordu.', "Kimse yanıt vermedi."],
        ["Başkan şöyle konuştu: «Yol bitti. Köprü de bitecek.»", "Sonra salondan çıktı."],
        ["A. B. Yalın geldi.", "Koç A.Ş. Genel Müdürü gelmedi."],
        ["1. Çay hazır.", "2. Kahve yok."],
        ["Kayıtlara göre yaralı sayısı 27.", "Hastane ise başka konuşuyor."],
        ["Listeye 'çaycı Mustafa'yı yazdı.", 'Kaptan, "Az kaldı. Geliyoruz" dedi.'],
        ["Bekledik… ama gelmedi.", "Neden?!", "Bilmiyorum."],
        ["dün gece yağmur yağdı.", "sonra dindi."],
    ],
)
def test_turkish(sentences: list[str]) -> None:
    assert cut(" ".join(sentences)) == sentences
    assert cut("\u00a0\n".join(sentences)) == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ['She said: "The road is done. The bridge is next."', "Then she left."],
        ['"The road is done. The bridge is next," she said.', '"We start today.', 'Wish us luck."'],
        ["Mr. Poe flew to Washington D.C.", "He slept.", "J. K. Lowe wrote at 5 p.m."],
        ["It is No. 4 on the list.", "The answer was yes.", "Prices rose 4.5%."],
        ['"Down here?” Karabulut asked.', "Nobody answered."],
        ["So did I.", "Then it rained."],
        ["The vote was in.", '"We won," he said.'],
        ['He counted "two adjectives."', "Another said that it was three."],
    ],
)
def test_english(sentences: list[str]) -> None:
    assert cut(" ".join(sentences), "en") == sentences


def test_block_quotation_is_cut_inside_and_an_inner_one_is_not() -> None:
    text = "\"Kapıyı açtık. Annem 'Girin. Üşümeyin!' dedi. Girdik.\""
    assert cut(text) == ['"Kapıyı açtık.', "Annem 'Girin. Üşümeyin!' dedi.", 'Girdik."']


@pytest.mark.parametrize(
    "text", ['"Yol bitti. Köprü kaldı.', 'Yol bitti. Köprü kaldı."', 'Yol bitti. "']
)
def test_a_mark_without_a_partner_protects_nothing(text: str) -> None:
    assert cut(text)[0].strip('"') == "Yol bitti."


def test_segments_of_a_document() -> None:
    blocks = (
        Block("heading", "Başlık"),
        Block("paragraph", " Bir. İki. "),
        Block("code", "x = 1. y"),
    )
    document = segment_document(Document("d", "tr", "", "-", blocks))
    assert document.sentences() == ["Başlık", "Bir.", "İki."]
    assert [s.id for _, s in document.segments()] == ["0.0", "1.0", "1.1"]
    assert segment(blocks[1], "tr", "7").segments[1].id == "7.1"


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("„Gel“ dedi, »git« dedi, « kal » dedi.", ["Gel", "git", " kal "]),
        ('"Ben "iyi" dedim" dedi.', ['Ben "iyi" dedim', "iyi"]),
        ('"Yol bitti, dedi. Sonra "köprü" dedi.', ["köprü"]),
        ("Ankara'da 'sert tutumun' bedeli; BM'nin (AB)'nin %5'i", ["sert tutumun"]),
        ('"Nefes"i izledi, "Nefes"\'in sonu', ["Nefes", "Nefes"]),
        ("the workers' rights, ‘it’s fine’ and 'em", ["it’s fine"]),
        ("\"'Kızım' dedi\" diye", ["'Kızım' dedi", "Kızım"]),
        ("''çift'' ve “A“ ve ”B”", ["çift", "A", "B"]),
    ],
)
def test_pairs(text: str, inside: list[str]) -> None:
    assert [pair.inside(text) for pair in pair_marks(text).pairs] == inside


texts = st.text(st.sampled_from(list("aBİ3 .!?…,:\"'“”„«»‘’()\n\u00a0-")), max_size=80) | st.text()


@given(texts, st.sampled_from(["tr", "en"]))
def test_spans_are_ordered_apart_and_cover_every_character(text: str, lang: str) -> None:
    at = 0
    for start, end in split(text, lang):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@given(texts)
def test_pairs_nest(text: str) -> None:
    stack: list[int] = []
    for pair in pair_marks(text).pairs:
        assert pair.start < pair.inner_start < pair.inner_end < pair.end
        while stack and stack[-1] <= pair.start:
            stack.pop()
        assert pair.depth == len(stack)
        assert not stack or pair.end <= stack[-1]
        stack.append(pair.end)


@pytest.mark.parametrize(
    "piece", ["kelime ", '"', "a. ", 'a" ', "'a b'c ", "« ", "(", "1. ", "\n", "A.", ". "]
)
def test_time_grows_linearly(piece: str) -> None:
    def seconds(count: int) -> float:
        text = piece * count
        begun = time.process_time()
        split(text, "tr")
        return time.process_time() - begun

    seconds(1000)
    # Twenty times the text; a quadratic method would need four hundred times the time.
    assert seconds(40_000) < 60 * max(seconds(2000), 0.02)


def test_a_long_sentence_stays_whole() -> None:
    sentence = "Kurul " + "uzun uzun " * 1000 + "konuştu."
    assert len(sentence) > 10_000
    assert cut(sentence + " Bitti.") == [sentence, "Bitti."]


def gold_blocks(side: int) -> list[list[str]]:
    """The sentences of each block of the development files, one side."""
    blocks: list[list[str]] = []
    for path in sorted(GOLD.glob("*-*.txt")):
        if path.stem in HELD_OUT:
            continue
        for line in unicodedata.normalize("NFC", path.read_text("utf-8")).splitlines():
            fields = [field.strip() for field in line.split(" | ")]
            if line.strip() == "P" or fields[0] in ("H", "###"):
                blocks.append([])
            if fields[0] in ("H", "S") and fields[1 + side] != "-":
                blocks[-1] += [sentence.strip() for sentence in fields[1 + side].split("¶")]
    return [block for block in blocks if block]


@pytest.mark.skipif(not GOLD.exists(), reason="the news corpus is not here")
@pytest.mark.parametrize(("side", "lang"), [(0, "tr"), (1, "en")])
def test_sentence_ends_of_the_news_corpus(side: int, lang: str) -> None:
    right = proposed = gold = 0
    for sentences in gold_blocks(side):
        ends, at = set(), -1
        for sentence in sentences:
            at += 1 + len(sentence)
            ends.add(at)
        found = {end for _, end in split(" ".join(sentences), lang)}
        right, proposed, gold = right + len(ends & found), proposed + len(found), gold + len(ends)
    assert gold > 1900
    assert 2 * right / (proposed + gold) >= 0.998
