"""Finding quotes and their speakers, on sentences of our own and on the development part of the news corpus."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.quotes import Quote, as_json, find
from benchmarks.quotes import SIDES, load, measure, rates
from corpora.document import Block, BlockKind, Document
from corpora.news import HELD_OUT

SHARED = Path(__file__).parents[2] / "shared"


def document(lang: str, *paragraphs: str) -> Document:
    """Paragraphs; one that begins with "# " is a heading."""
    blocks = []
    for text in paragraphs:
        kind: BlockKind = "heading" if text.startswith("# ") else "paragraph"
        blocks.append(Block(kind, text.removeprefix("# ")))
    return Document("d", lang, "", "-", tuple(blocks))


def said(lang: str, *paragraphs: str) -> list[tuple[str, str | None, str]]:
    return [(q.kind, q.speaker, q.text) for q in find(document(lang, *paragraphs))]


LEAD = "Ulaştırma Bakanı Selim Karaca, köprüde incelemelerde bulundu."


@pytest.mark.parametrize(
    ("text", "kind", "quote"),
    [
        ('Karaca, "Köprüyü kışa kadar açacağız" dedi.', "direct", "Köprüyü kışa kadar açacağız"),
        (
            "Karaca, “Köprüyü kışa kadar açacağız” diye konuştu.",
            "direct",
            "Köprüyü kışa kadar açacağız",
        ),
        (
            "„Köprüyü kışa kadar açacağız“ diyen Karaca, alandan ayrıldı.",
            "direct",
            "Köprüyü kışa kadar açacağız",
        ),
        (
            "Karaca, «Köprüyü kışa kadar açacağız» ifadesini kullandı.",
            "direct",
            "Köprüyü kışa kadar açacağız",
        ),
        (
            "Karaca şunları söyledi: 'Köprüyü kışa kadar açacağız.'",
            "direct",
            "Köprüyü kışa kadar açacağız.",
        ),
        (
            "Karaca, köprünün kışa kadar açılacağını söyledi.",
            "indirect",
            "köprünün kışa kadar açılacağını",
        ),
        (
            "Karaca, köprünün kışa kadar açılacağına dikkat çekti.",
            "indirect",
            "köprünün kışa kadar açılacağına",
        ),
        (
            "Karaca'ya göre köprü kışa kadar trafiğe açılacak.",
            "indirect",
            "köprü kışa kadar trafiğe açılacak",
        ),
    ],
)
def test_turkish_ways_to_report(text: str, kind: str, quote: str) -> None:
    assert said("tr", LEAD, text) == [(kind, "Selim Karaca", quote)]


ENGLISH_LEAD = "Transport Minister Selim Karaca inspected the bridge on Monday."


@pytest.mark.parametrize(
    ("text", "kind", "quote"),
    [
        (
            '"We will open the bridge by winter," Karaca said.',
            "direct",
            "We will open the bridge by winter,",
        ),
        (
            "“We will open the bridge by winter,” said Karaca.",
            "direct",
            "We will open the bridge by winter,",
        ),
        (
            'Karaca said: "We will open the bridge by winter."',
            "direct",
            "We will open the bridge by winter.",
        ),
        (
            "'We will open the bridge by winter,' Karaca told reporters.",
            "direct",
            "We will open the bridge by winter,",
        ),
        (
            "Karaca said that the bridge would open by winter.",
            "indirect",
            "the bridge would open by winter",
        ),
        (
            "Karaca told reporters that the bridge would open by winter.",
            "indirect",
            "the bridge would open by winter",
        ),
        (
            "According to Karaca, the bridge will open by winter.",
            "indirect",
            "the bridge will open by winter",
        ),
        ('Karaca described the delay as "a winter tale".', "partial", "a winter tale"),
    ],
)
def test_english_ways_to_report(text: str, kind: str, quote: str) -> None:
    assert said("en", ENGLISH_LEAD, text) == [(kind, "Selim Karaca", quote)]


def test_introduced_block_quotation() -> None:
    lead = '"Yol bitti" diyen Karaca, şu ifadeleri kullandı:'
    assert said("tr", LEAD, lead, '"Köprü de bitecek. Kimse merak etmesin."') == [
        ("direct", "Selim Karaca", "Yol bitti"),
        ("direct", "Selim Karaca", "Köprü de bitecek. Kimse merak etmesin."),
    ]


def test_quotation_over_several_paragraphs() -> None:
    quotes = find(
        document("tr", LEAD, "Karaca şöyle konuştu:", '"Yol bitti.', '"Köprü de bitecek."')
    )
    assert [(q.speaker, q.text, len(q.spans)) for q in quotes] == [
        ("Selim Karaca", "Yol bitti. Köprü de bitecek.", 2)
    ]
    assert quotes[0].spans[1][0] == 3


def test_quotation_split_by_the_reporting_clause() -> None:
    text = '"The road is done," Karaca said, "and the bridge is next."'
    assert said("en", ENGLISH_LEAD, text) == [
        ("direct", "Selim Karaca", "The road is done,"),
        ("direct", "Selim Karaca", "and the bridge is next."),
    ]


def test_headlines() -> None:
    assert said("tr", "# Karaca: Köprü kışa açılıyor", LEAD)[0] == (
        "headline",
        "Selim Karaca",
        "Köprü kışa açılıyor",
    )
    assert said("tr", "# KARACA: YOL BİTTİ", LEAD)[0] == ("headline", "Selim Karaca", "YOL BİTTİ")
    assert not said("tr", "# Köprüde son durum: Yol bitti, sıra rampada", LEAD)


def test_headlines_of_bodies_and_topics() -> None:
    """English prints a capital after the colon before somebody's words; a topic is followed by a small letter."""
    body = "Petek Motor said on Monday that orders had doubled."
    heading = "# Petek Motor: Our order book is full"
    assert said("en", heading, body)[0] == ("headline", "Petek Motor", "Our order book is full")
    assert not [
        k for k, *_ in said("en", "# Petek Motor: order book full", body) if k == "headline"
    ]


def test_subject_of_a_heading() -> None:
    ministry = "Bakanlık, yolun bittiğini duyurdu."
    found = said("tr", ministry, "# ESNAF YOLUN BİTMEDİĞİNİ SÖYLÜYOR")
    assert found[1] == ("indirect", "ESNAF", "YOLUN BİTMEDİĞİNİ")


@pytest.mark.parametrize(
    ("lang", "text", "speakers"),
    [
        (
            "en",
            '"It is ours," said Ayla Tan, while Musa Gür replied: "The fault is not yours alone."',
            ["Ayla Tan", "Musa Gür"],
        ),
        (
            "tr",
            'Ayla Tan, "Kabahat bizde" derken Musa Gür "Kabahat yalnız sizde değil" dedi.',
            ["Ayla Tan", "Musa Gür"],
        ),
    ],
)
def test_two_speakers_in_one_sentence(lang: str, text: str, speakers: list[str]) -> None:
    assert [speaker for _, speaker, _ in said(lang, text)] == speakers


def test_certainty_is_a_probability() -> None:
    others = "Törene Leyla Ergin ile Musa Gür de katıldı."
    quotes = find(document("tr", LEAD, 'Karaca, "Yol bitti" dedi.', others, '"Köprü de bitecek."'))
    assert len(quotes) == 2
    assert 1 >= quotes[0].certainty > quotes[1].certainty > 0


def test_the_name_is_the_fullest_without_title_and_suffix() -> None:
    texts = [
        "Prof. Dr. Ayla Demirkubuz'un raporu yayımlandı.",
        'Demirkubuz, "Rapor eksiksiz" dedi.',
        "Sayın Demirkubuz ayrıca raporun çevrileceğini açıkladı.",
    ]
    assert {speaker for _, speaker, _ in said("tr", *texts)} == {"Ayla Demirkubuz"}


def test_title_pronoun_and_missing_subject() -> None:
    assert said("tr", LEAD, "Bakan, yolun bittiğini söyledi.")[0][1] == "Selim Karaca"
    zero = 'Karaca, yolun bittiğini söyledi. "Sıra köprüde" diye ekledi.'
    assert [speaker for _, speaker, _ in said("tr", LEAD, zero)] == ["Selim Karaca"] * 2
    pronoun = 'Karaca said the road was done. "The bridge is next," he added.'
    assert [speaker for _, speaker, _ in said("en", ENGLISH_LEAD, pronoun)] == ["Selim Karaca"] * 2
    assert (
        said("en", ENGLISH_LEAD, '"The road is done," the minister said.')[0][1] == "Selim Karaca"
    )


@pytest.mark.parametrize(
    ("lang", "text", "speaker"),
    [
        ("tr", 'Adını vermek istemeyen bir yetkili, "Yol bitmedi" dedi.', "bir yetkili"),
        ("tr", "Ulaştırma Bakanlığı, yolun bittiğini duyurdu.", "Ulaştırma Bakanlığı"),
        (
            "tr",
            'Karayolları Genel Müdürlüğünden yapılan yazılı açıklamada "Yol bitti" denildi.',
            "Karayolları Genel Müdürlüğü",
        ),
        ("en", '"The road is not done," a senior official said.', "a senior official"),
        ("en", "The Transport Ministry announced that the road was done.", "Transport Ministry"),
    ],
)
def test_unnamed_sources_and_institutions(lang: str, text: str, speaker: str) -> None:
    found = said(lang, text)
    assert len(found) == 1
    assert found[0][1] is not None
    assert found[0][1].lower().endswith(speaker.lower())


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("tr", 'Yönetmenin "Kırık Saat" adlı filmi ödül aldı.'),
        ("tr", 'Limana "Deniz Yıldızı" adlı gemi yanaştı.'),
        ("tr", "Ankara'da, İzmir'de ve Bursa'nın köylerinde kar yağdı."),
        ("tr", "Yol dün açıldı. Köprü ise haftaya açılacak."),
        ("tr", 'Yol dün açıldı." Köprü ise haftaya açılacak.'),
        ("en", 'The director\'s film, entitled "Broken Clock", won a prize.'),
        ("en", "The workers' canteen and the dogs' home were closed."),
        ("en", "The road opened yesterday."),
    ],
)
def test_what_is_no_quote(lang: str, text: str) -> None:
    assert said(lang, text) == []


def test_an_inner_quotation_belongs_to_the_outer_one() -> None:
    text = "Karaca, \"Ustabaşı 'Yol biter' derdi. Haklıymış\" dedi."
    assert said("tr", LEAD, text) == [
        ("direct", "Selim Karaca", "Ustabaşı 'Yol biter' derdi. Haklıymış")
    ]


def test_as_json_is_the_contract() -> None:
    text = 'Selim Karaca, "Yol bitti" dedi.'
    (quote,) = find(document("tr", text))
    assert as_json(quote) == {
        "kind": "direct",
        "speaker": "Selim Karaca",
        "cue": "dedi",
        "text": "Yol bitti",
        "block": 0,
        "start": 15,
        "end": 24,
    }


def test_another_language_has_no_quotes() -> None:
    assert find(document("de", "Er sagte: „Ja.“")) == []


pieces = st.sampled_from(
    ["Selim Karaca", "dedi", "said", '"', "'", "“", "”", "«", "»", ":", ",", ".", "yolun bittiğini", "söyledi",
     "that", "göre", "According to", "a", "bir", "\n\n", "Bakan", "minister", "—", "(", "İ", "she", "'ın"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(pieces, max_size=14).map(" ".join), max_size=4), st.sampled_from(["tr", "en"])
)
def test_spans_hold_the_text_of_any_input(paragraphs: list[str], lang: str) -> None:
    whole = document(lang, *paragraphs)
    previous = (-1, -1)
    for quote in find(whole):
        parts = [whole.blocks[block].text[start:end] for block, start, end in quote.spans]
        assert quote.text == " ".join(parts)
        assert quote.text
        assert quote.spans[0][:2] >= previous
        previous = quote.spans[0][:2]


def test_time_grows_linearly() -> None:
    def seconds(copies: int) -> float:
        texts = [LEAD, 'Karaca, "Yol bitti" dedi. Bakan, köprünün açılacağını söyledi.'] * copies
        begun = time.process_time()
        find(document("tr", *texts))
        return time.process_time() - begun

    seconds(5)
    assert seconds(400) < 30 * seconds(40)


def test_finding_quotes_loads_nothing_heavy() -> None:
    code = (
        "import sys, alignment.quotes; "
        "print({'torch', 'transformers', 'numpy', 'gradio', 'datasets'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.skipif(not (SHARED / "news").exists(), reason="the news corpus is not here")
@pytest.mark.parametrize(("side", "lang"), list(enumerate(SIDES)))
def test_floors_on_the_development_articles(side: int, lang: str) -> None:
    """The models were trained on these articles: the floors catch breakage, docs/quotes.md has the honest figures."""
    paths = [
        path for path in sorted((SHARED / "news").glob("*-*.txt")) if path.stem not in HELD_OUT
    ]
    counts = measure([pair[side] for path in paths[::3] for pair in load(path)])
    marked, indirect = rates(counts, "marked"), rates(counts, "indirect")
    assert marked["gold"] > 150
    assert marked["F1"] >= 0.96
    assert marked["exact"] >= 0.96
    assert marked["last"] >= 0.935
    assert indirect["F1"] >= 0.87
    assert indirect["last"] >= 0.955


def shared_article() -> list[Quote]:
    paragraphs = (SHARED / "article" / "blinken-lavrov.tr.txt").read_text("utf-8").split("\n\n")
    marked = [
        p if p.strip().endswith((".", '"', ":")) else f"# {p}" for p in map(str.strip, paragraphs)
    ]
    return find(document("tr", *marked))


@pytest.mark.skipif(not (SHARED / "article").exists(), reason="the shared article is not here")
def test_a_real_article() -> None:
    quotes = shared_article()
    by_kind = [(q.kind, (q.speaker or "").split()[-1]) for q in quotes]
    assert by_kind.count(("headline", "Blinken")) == 2
    assert by_kind.count(("headline", "Lavrov")) == 1
    assert by_kind.count(("direct", "Price")) == 1
    assert by_kind.count(("direct", "Lavrov")) == 2
    assert by_kind.count(("partial", "Blinken")) == 1
    assert by_kind.count(("indirect", "Blinken")) == 3
    assert by_kind.count(("indirect", "Lavrov")) == 3
    assert {q.speaker for q in quotes} == {"Antony Blinken", "Ned Price", "Sergey Lavrov"}
