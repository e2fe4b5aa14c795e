"""Documents in, translations out: nothing lost, nothing depends on its neighbours, everything back in its place."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from conftest import LEXICON, toy_pairs
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.document import Block, Document, Inline
from corpora.segmentation import segment_document
from mt.clauses import cut
from mt.engines import Engine, Hypothesis, Search
from mt.translator import SegmentTranslation, Translator
from mt.vocabulary import Vocabulary


class FakeEngine:
    """Says what it is told to say: a function from a source text to a target text."""

    name = "fake"
    workers = 2

    def __init__(
        self, vocabulary: Vocabulary, say: Callable[[str], str], max_pieces: int = 200
    ) -> None:
        self.vocabulary = vocabulary
        self.max_pieces = max_pieces
        self.say = say
        self.asked: list[str] = []

    def translate(
        self, batch: Sequence[Sequence[str]], search: Search, max_length: int, prefixes: Sequence[Sequence[str]] = ()
    ) -> list[list[Hypothesis]]:  # fmt: skip
        texts = [self.vocabulary.decode_target(pieces) for pieces in batch]
        self.asked += texts
        made = [Hypothesis(tuple(self.vocabulary.encode_target(self.say(t))), -0.5) for t in texts]
        return [[m] * search.alternatives for m in made]

    def close(self) -> None: ...


@pytest.fixture
def toy(toy_engine: Engine) -> Translator:
    return Translator(toy_engine, model="toy")


def document(*blocks: Block, title: str = "") -> Document:
    return segment_document(Document("d", "tr", title, "d.txt", blocks))


def targets(results: object) -> list[str]:
    return [r.target for r in results]  # type: ignore[attr-defined]


# Batches


@pytest.mark.parametrize("batch_tokens", [1, 64, 500])
def test_batch_size_changes_nothing(toy_engine: Engine, batch_tokens: int) -> None:
    sources = [source for source, _ in toy_pairs(60, 5)]
    whole = list(Translator(toy_engine, model="toy").segments(sources))
    assert (
        list(Translator(toy_engine, model="toy", batch_tokens=batch_tokens).segments(sources))
        == whole
    )


def test_the_toy_model_translates_as_it_was_built_to(toy: Translator) -> None:
    pairs = toy_pairs(60, 6)
    found = targets(toy.segments(source for source, _ in pairs))
    assert sum(f == target for f, (_, target) in zip(found, pairs, strict=True)) >= 57  # int8


NEWS = """Bakan dün Ankara'da açıklama yaptı.|Toplantı üç saat sürdü ve karar çıkmadı.|Polis, kayıp çocuğu ormanda buldu.
Yeni köprü gelecek yıl açılacak.|Başkan, seçimi kaybettiğini kabul etti.|Yağmur yüzünden maç ertelendi.|Fiyatlar arttı.
Öğrenciler, harçların kaldırılması için okulun önünde toplandı, sonra meydana yürüdü ve orada basın açıklaması yaptı.
"Kimse aç kalmayacak" dedi.|Uçak denize düştü.|Hastanede 20 kişi tedavi görüyor.|Şirket bin işçiyi işten çıkardı.
Deprem gece yarısı oldu; bölgede yaşayanlar sabaha kadar evlerine giremedi, yetkililer de onları çadırlara yerleştirdi.
Mahkeme kararı bozdu.|Sanatçı İstanbul'da konser verecek.|Bunu neden yaptığını bilmiyoruz.|Evet.|Hayır, asla!"""
SIXTY = [s for line in NEWS.splitlines() for s in line.split("|")] * 4


def test_neither_batch_size_nor_order_changes_what_the_bundled_model_says(
    bundled_engine: Engine,
) -> None:
    sources = SIXTY[:60]
    whole = dict(zip(sources, Translator(bundled_engine, model="m").segments(sources), strict=False))  # fmt: skip
    shuffled = random.Random(1).sample(sources, len(sources))
    for batch_tokens in (40, 700):
        small = Translator(bundled_engine, model="m", batch_tokens=batch_tokens)
        for source, result in zip(shuffled, small.segments(shuffled), strict=True):
            assert result == whole[source]


def test_one_sentence_alone_is_translated_as_among_others(bundled_engine: Engine) -> None:
    translator = Translator(bundled_engine, model="m")
    among = list(translator.segments(SIXTY))
    for index in (0, 7, 12):
        assert next(translator.segments([SIXTY[index]])) == among[index]


def test_sentences_stream(toy_engine: Engine, toy_folder: object) -> None:
    """No more than a pool of sentences is read before the first result is handed on."""
    from mt.translator import POOL

    read = 0

    def sentences() -> object:
        nonlocal read
        for _ in range(3 * POOL):
            read += 1
            yield "Evet."

    engine = FakeEngine(toy_engine.vocabulary, str.upper)
    next(iter(Translator(engine, model="fake").segments(sentences())))  # type: ignore[arg-type]
    assert read <= POOL


# Long sentences


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="abcçğı ,.;:—ve", min_size=1, max_size=400), st.integers(min_value=1, max_value=40)
)  # fmt: skip
def test_cutting_loses_nothing_and_keeps_the_limit(text: str, limit: int) -> None:
    text = " ".join(text.split())
    parts = list(cut(text, list, limit))
    assert "".join("".join(pieces) + glue for pieces, glue in parts) == text
    assert all(len(pieces) <= limit for pieces, _ in parts)
    assert all(not glue.strip() for _, glue in parts)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=120))
def test_cutting_takes_any_text(toy_engine: Engine, text: str) -> None:
    text = " ".join(text.split())
    encode = toy_engine.vocabulary.encode_source
    parts = list(cut(text, encode, 60))
    assert all(len(pieces) <= 60 for pieces, _ in parts)


def test_cuts_fall_where_a_reader_would_pause() -> None:
    text = "aaaa bbbb cccc dddd, eeee ffff gggg hhhh; iiii jjjj kkkk llll, mmmm nnnn oooo"
    parts = ["".join(pieces) for pieces, _ in cut(text, list, 45)]
    assert parts == ["aaaa bbbb cccc dddd, eeee ffff gggg hhhh;", "iiii jjjj kkkk llll, mmmm nnnn oooo"]  # fmt: skip


def test_a_sentence_of_ten_thousand_characters_loses_nothing(toy: Translator) -> None:
    words = random.Random(4).choices(sorted(LEXICON), k=1700)
    source = " ".join(words)
    assert len(source) > 10_000
    result = next(toy.segments([source]))
    # Every word has one translation, so the whole can be told beforehand; int8 may get a few wrong.
    said, expected = result.target.split(), [LEXICON[w] for w in words]
    assert len(said) == len(expected)
    assert sum(s == e for s, e in zip(said, expected, strict=True)) > 0.97 * len(expected)
    assert not {"too-short", "empty"} & {f.code for f in result.flags}


def test_a_word_longer_than_the_limit_goes_through(toy: Translator) -> None:
    source = "x" * 500
    assert next(toy.segments([source])).target == source


# Nothing to translate


def test_empty_segments_stay_empty(toy: Translator) -> None:
    found = list(toy.segments(["", "   ", "\n\t", "Bakan geldi."]))
    assert targets(found) == ["", "", "", "Minister came."]
    assert not any(f.flags for f in found)


def test_no_segments_make_no_results(toy: Translator) -> None:
    assert list(toy.segments([])) == []


@pytest.mark.parametrize(
    "text", ["***", "— — —", "3-1", "12.03.2024", "https://example.org/a?b=c", "🙂🙂", "…"]
)
def test_what_has_no_words_is_not_sent_to_the_model(toy_engine: Engine, text: str) -> None:
    engine = FakeEngine(toy_engine.vocabulary, lambda _: "nonsense")
    assert targets(Translator(engine, model="fake").segments([text])) == [text]
    assert not engine.asked


# Documents


def test_a_document_comes_back_with_its_spacing(toy: Translator) -> None:
    source = document(
        Block("heading", "Bakan geldi"),
        Block("paragraph", "  Bakan evde.  Adam geldi.\nKadın gitti. "),
        Block("code", "bakan = evde"),
        Block("list-item", "kitap"),
        Block("paragraph", " \n"),
        title="Bakan geldi",
    )
    made = toy.translate(source)
    assert [b.text for b in made.target.blocks] == [
        "Minister came",
        "  Minister home.  Man came.\nWoman left. ",
        "bakan = evde",
        "book",
        " \n",
    ]
    assert [b.kind for b in made.target.blocks] == [b.kind for b in source.blocks]
    assert (made.target.lang, made.target.title, made.model, made.engine) == ("en", "Minister came", "toy", "ct2")  # fmt: skip
    assert [len(row) for row in made.segments] == [1, 3, 0, 1, 0]
    for block, row in zip(made.target.blocks, made.segments, strict=True):
        assert [block.segment_text(s) for s in block.segments] == [r.target for r in row]


def test_progress_counts_to_the_end(toy: Translator) -> None:
    told: list[tuple[int, int]] = []
    toy.translate(document(Block("paragraph", "Bakan geldi. Adam gitti. Kadın gördü.")), progress=lambda *a: told.append(a))  # fmt: skip
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_headline_in_capitals_is_translated_and_stays_in_capitals(toy: Translator) -> None:
    source = document(
        Block("heading", "BAKAN DÜN KIRMIZI ARABA GÖRDÜ"), Block("paragraph", "Dün bakan geldi.")
    )
    heading = toy.translate(source).target.blocks[0].text
    assert heading == "MINISTER YESTERDAY RED CAR SAW"


def test_names_in_capitals_are_spelled_as_the_article_spells_them(toy_engine: Engine) -> None:
    engine = FakeEngine(toy_engine.vocabulary, str)
    source = document(
        Block("heading", "BAŞKAN IŞIK, SİVAS'TA AB İLE GÖRÜŞTÜ"),
        Block("paragraph", "Dün Başkan Işık, toplantı için Sivas kentine gitti ve orada kaldı."),
    )
    Translator(engine, model="fake").translate(source)
    # AB is not in the text below, so it cannot be told from a word: a known limit.
    assert "Başkan Işık, Sivas'ta ab ile görüştü" in engine.asked


# Inline markup


def test_markup_goes_around_the_words_that_translate_what_it_held(toy: Translator) -> None:
    text = "Bakan dün kırmızı araba gördü."
    bold = Inline(text.index("kırmızı"), text.index(" gördü"), "<b>", "</b>")
    target = toy.translate(document(Block("paragraph", text, inlines=(bold,)))).target.blocks[0]
    (placed,) = target.inlines
    assert target.text[placed.start : placed.end] == "red car"
    assert (placed.open, placed.close) == ("<b>", "</b>")


def test_markup_around_everything_stays_around_everything(toy: Translator) -> None:
    text = "Bakan geldi. Adam gitti."
    whole = Inline(0, len(text), "<i>", "</i>")
    one = Inline(13, len(text), "<b>", "</b>")
    target = toy.translate(document(Block("paragraph", text, inlines=(whole, one)))).target.blocks[
        0
    ]
    found = {i.open: target.text[i.start : i.end] for i in target.inlines}
    assert found == {"<i>": "Minister came. Man left.", "<b>": "Man left."}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_markup_comes_back_nested_and_inside_the_text(toy_engine: Engine, data: st.DataObject) -> None:  # fmt: skip
    text = "Bakan dün kırmızı araba gördü. Adam evde kitap, ekmek gördü."
    spans = data.draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), max_size=4))  # fmt: skip
    inlines = tuple(Inline(min(s), max(s), f"<{n}>", f"</{n}>") for n, s in enumerate(spans))
    engine = FakeEngine(toy_engine.vocabulary, lambda t: " ".join(reversed(t.split())))
    target = (
        Translator(engine, model="fake")
        .translate(document(Block("paragraph", text, inlines=inlines)))
        .target.blocks[0]
    )
    for one in target.inlines:
        assert 0 <= one.start <= one.end <= len(target.text)
        for other in target.inlines:
            assert not one.start < other.start < one.end < other.end


# What the review page asks for


def test_alternatives_are_different_and_best_first(bundled_engine: Engine) -> None:
    found = Translator(bundled_engine, model="m").alternatives("Bakan dün Ankara'da açıklama yaptı.", 4)  # fmt: skip
    assert 2 <= len(found) <= 4
    assert len({f.target for f in found}) == len(found)
    scores = [f.score for f in found]
    assert scores == sorted(scores, reverse=True)


def test_alternatives_keep_what_is_protected(toy: Translator) -> None:
    found = toy.alternatives("Bakan geldi: https://example.org/haber?id=3", 3)
    assert all("https://example.org/haber?id=3" in f.target for f in found)
    assert found[0].target == "Minister came: https://example.org/haber?id=3"


def test_alternatives_of_a_very_long_sentence_are_its_translation(toy: Translator) -> None:
    words = ["bakan", "geldi"] * 200
    (found,) = toy.alternatives(" ".join(words), 3)
    assert len(found.target.split()) == 400
    assert isinstance(found, SegmentTranslation)


def test_alternatives_of_nothing(toy: Translator) -> None:
    assert targets(toy.alternatives("", 3)) == [""]


@pytest.mark.parametrize("typed", ["", "M", "Min", "Minister", "Minister ", "Minister y", "Minister yesterday c"])  # fmt: skip
def test_completion_begins_with_what_was_typed_and_goes_on_with_the_model(
    toy: Translator, typed: str
) -> None:
    (found,) = toy.complete("Bakan dün geldi.", typed)
    assert found == "Minister yesterday came."


@pytest.mark.parametrize("typed", ["Ministry", "The min", "Something else ", "Zzz", "½ “x”", "Minister, who 🙂"])  # fmt: skip
@pytest.mark.parametrize("n", [1, 3])
def test_completion_follows_a_person_who_goes_another_way(toy: Translator, typed: str, n: int) -> None:  # fmt: skip
    found = toy.complete("Bakan dün geldi.", typed, n)
    assert len(found) <= n
    assert len(set(found)) == len(found)
    assert all(f.startswith(typed) for f in found)


@pytest.mark.parametrize("typed", ["", "The ", "The mi", "Yesterday, the minister"])
def test_completion_with_the_bundled_model(bundled_engine: Engine, typed: str) -> None:
    found = Translator(bundled_engine, model="m").complete("Bakan dün açıklama yaptı.", typed, 3)
    assert found
    assert all(f.startswith(typed) and len(f) > len(typed) for f in found)


def test_completion_keeps_an_address(toy: Translator) -> None:
    source = "Bakan geldi: https://example.org/a son"
    for typed in ("", "Minister came: ", "Minister came: https://exam", "Minister came: https://example.org/a "):  # fmt: skip
        (found,) = toy.complete(source, typed)
        assert found == "Minister came: https://example.org/a son"
