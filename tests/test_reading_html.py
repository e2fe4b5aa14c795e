"""HTML: the article of a page, or all of it, with every tag left in its place."""

import time
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import reading
from corpora.document import Block
from corpora.reading import html

PAGE = """<!DOCTYPE html>
<html lang="tr-TR"><head><meta charset="utf-8">
<title>Bakan Aydoğan: Adım atacağız &#8211; Örnek Haber</title>
<script>var a = "<p>betik</p>";</script><style>p > b { color: red }</style>
</head><body class="news">
<header><a href="/">Örnek Haber</a><nav><ul><li><a href="/spor">Spor</a></li><li><a href="/eko">Ekonomi</a></li></ul></nav></header>
<div class="cookie">Bu site çerez kullanmaktadır. <button>Kabul et</button></div>
<main><h1>Bakan Aydoğan: Adım atacağız</h1>
<article>
  <p class="lead">
    <b>Ankara</b> – Dışişleri Bakanı&nbsp;Selin Aydoğan, dün yaptığı
    açıklamada <a href="/g?a=1&amp;b=2">görüşmelerin</a> süreceğini söyledi.
  </p>
  <p>Aydoğan, &ldquo;Önümüzdeki hafta yeni adımlar atacağız&rdquo; dedi.<br>Toplantıya on iki ülkenin temsilcisi katıldı.</p>
  <!-- reklam --><figure><img src="a.jpg" alt="Salon"><figcaption>Toplantı salonundan bir görünüm, dün akşam</figcaption></figure>
  <h2>Tepkiler gecikmedi</h2>
  <p>Muhalefet sözcüsü Kerem Balcı ise açıklamayı yetersiz bulduklarını belirtti.<br/><br/>
     Balcı, ayrıntıların Meclis'te konuşulması gerektiğini sözlerine ekledi.</p>
  <ul><li>Görüşmeler önümüzdeki ay Ankara'da sürecek.</li></ul>
  <blockquote><p>Bu adımlar bölgenin geleceği için büyük önem taşıyor.</p></blockquote>
  <pre>  ham   metin </pre>
</article></main>
<aside><h3>Çok okunanlar</h3><ul><li><a href="/x">Dolar güne nasıl başladı?</a></li></ul></aside>
<footer><p>Telif hakkı 2024 Örnek Haber, tüm hakları saklıdır.</p></footer>
</body></html>
"""


def texts(page: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in html.read(page)]


def test_the_article_of_a_news_page() -> None:
    found = texts(PAGE)
    assert found[0] == ("heading", "Bakan Aydoğan: Adım atacağız")
    assert found[1][1].startswith(
        "Ankara – Dışişleri Bakanı\u00a0Selin Aydoğan, dün yaptığı açıklamada"
    )
    assert found[2][1].endswith("atacağız” dedi.\nToplantıya on iki ülkenin temsilcisi katıldı.")
    assert ("heading", "Tepkiler gecikmedi") in found
    assert ("list-item", "Görüşmeler önümüzdeki ay Ankara'da sürecek.") in found
    assert ("quote", "Bu adımlar bölgenin geleceği için büyük önem taşıyor.") in found
    everything = " ".join(text for _, text in found)
    assert "Muhalefet" in everything
    assert "Balcı, ayrıntıların" in everything
    for chrome in ("Spor", "çerez", "Çok okunanlar", "Dolar", "Telif", "betik", "color"):
        assert chrome not in everything


def test_two_line_breaks_end_a_paragraph() -> None:
    starts = [text.split()[0] for _, text in texts(PAGE)]
    assert "Balcı," in starts


def test_all_of_a_page() -> None:
    found = [block.text for block in html.read_page(PAGE)]
    assert found[0] == "Bakan Aydoğan: Adım atacağız – Örnek Haber"
    for part in (
        "Spor",
        "Kabul et",
        "Çok okunanlar",
        "Telif hakkı 2024 Örnek Haber, tüm hakları saklıdır.",
    ):
        assert part in found
    assert not any("betik" in text or "color" in text for text in found)


def test_a_page_without_an_article_is_read_whole() -> None:
    assert texts("<p>Kısa.</p><p>Not.</p>") == [("paragraph", "Kısa."), ("paragraph", "Not.")]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_page_comes_back_byte_for_byte(newline: str) -> None:
    page = PAGE.replace("\n", newline)
    assert html.write(page, html.read(page)) == page
    assert html.write_page(page, html.read_page(page)) == page


def test_a_translated_page_keeps_its_tags() -> None:
    """Every tag, comment, script and attribute of the source is in the result, in the same order."""
    blocks = [
        replace(block, text=block.text.upper()) if block.kind != "code" else block
        for block in html.read_page(PAGE)
    ]
    written = html.write_page(PAGE, blocks)
    assert html._TAG.findall(written) == html._TAG.findall(PAGE)
    assert '<a href="/g?a=1&amp;b=2">GÖRÜŞMELERIN</a>' in written
    assert 'var a = "<p>betik</p>";' in written
    assert "<pre>  ham   metin </pre>" in written


def test_a_translation_without_markup_keeps_images_and_line_breaks() -> None:
    page = '<p>Bir <img src="a.png"> iki.<br class="x">Üç <b>dört</b>.</p>'
    (block,) = html.read(page)
    assert html.write(page, [replace(block, text="One two.\nThree four.", inlines=())]) == (
        '<p>One two.<br class="x">Three four.<img src="a.png"></p>'
    )


def test_a_linked_image_is_one_thing() -> None:
    page = '<p>Bir <a href="b.html">\n<img src="a.png"> </a> iki.</p>'
    (block,) = html.read(page)
    assert html.write(page, [replace(block, text="One two.", inlines=())]) == (
        '<p>One two.<a href="b.html">\n<img src="a.png"> </a></p>'
    )


def test_a_page_in_decomposed_letters_has_an_article_too() -> None:
    """Macintosh programs write "ğ" as two characters; trafilatura composes them."""
    page = unicodedata.normalize("NFD", PAGE)
    assert [unicodedata.normalize("NFC", text) for _, text in texts(page)] == [
        text for _, text in texts(PAGE)
    ]


def test_a_translation_cannot_add_markup() -> None:
    page = "<p>Metin</p>"
    (block,) = html.read(page)
    text = '<script>alert("1")</script> & &lt; </p>'
    written = html.write(page, [replace(block, text=text)])
    assert "<script" not in written
    assert html.read(written)[0].text == text


def test_the_language_of_a_translated_page_is_named() -> None:
    document = reading.read_bytes(PAGE.encode(), name="haber.html")
    english = replace(document, lang="en")
    written = reading.write(english, PAGE.encode()).decode()
    assert '<html lang="en">' in written
    assert reading.write(document, PAGE.encode()).decode() == PAGE


def test_letters_that_a_page_cannot_hold_become_references() -> None:
    page = "<html><meta charset=iso-8859-9><p>Ağustos ayında görüştüler.</p></html>".encode(
        "cp1254"
    )
    document = reading.read_bytes(page, name="haber.html")
    assert document.blocks[0].text == "Ağustos ayında görüştüler."
    blocks = (Block("paragraph", "They met in August → Ağustos."),)
    written = reading.write(replace(document, blocks=blocks), page)
    assert "They met in August &#8594; Ağustos." in written.decode("cp1254")


tags = (
    *(
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<br>",
        "<br/>",
        "<li>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
    ),
    *(
        "<pre>",
        "</pre>",
        "<svg>",
        "</svg>",
        "<svg/>",
        "&amp;",
        "&nbsp",
        "<?x",
        "<![CDATA[",
        "<title>",
    ),
    *("</title>", "<table><tr><td>", "</td>", "<a href='", "'>", "</", "</>", "<template>"),
)
characters = st.sampled_from([*tags, *"abĞı \n<>/&;=\"'!-\u00a0\r"])


@settings(max_examples=300, deadline=None)
@given(st.lists(characters, max_size=40).map("".join))
def test_any_page_comes_back_byte_for_byte(page: str) -> None:
    assert html.write_page(page, html.read_page(page)) == page


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=40).filter(lambda text: any(map(str.isalnum, text))))
def test_any_translation_reads_back_as_it_was(text: str) -> None:
    text = " ".join(text.split()).replace("\x00", "")
    page = "<html><body><p>Bir <b>iki</b></p><ul><li>üç</li></ul></body></html>"
    blocks = [replace(b, text=text, inlines=()) for b in html.read_page(page)]
    again = html.read_page(html.write_page(page, blocks))
    assert [block.text for block in again] == [text, text]


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<b>",
        "<li>",
        "</i>",
        "<b></i>",
        "<title>",
        "<svg>",
        "<script>",
        "<pre>",
        "<html",
        "a <br>",
        "<!--",
        "<a href='",
        "&",
        "<br>",
    ],
)
def test_a_hostile_page_takes_no_long_time(piece: str) -> None:
    page = piece * (200_000 // len(piece)) + "metin" + "</i></li>" * 5_000
    started = time.perf_counter()
    html.read_page(page)
    assert time.perf_counter() - started < 5
