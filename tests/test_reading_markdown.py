"""Markdown: blocks, inline markup, and that translated text stays what it was and becomes no markup."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from corpora.document import Inline
from corpora.reading import markdown

ARTICLE = """---
title: Deneme
tags: [a, b]
---
# Bakan **Aydoğan** konuştu ##

Bakan *dün* [Ankara'da](<https://ornek.tr/a b> "başlık") `kod` ![resim](a.png)
açıklama yaptı &amp; gitti.\x20\x20
Yeni satır başladı.

> Alıntı birinci satır,
> **ikinci
> satır** burada.

* madde [bağlantı][k]
  devamı
  1. iç madde
- [ ] yapılacak iş

| Ad | Say\\|ı |
|----|:----|
| `x` | Metin **kalın** |

```python
print("kod")
```

    girintili kod

Alt çizgili başlık
==================

<div>ham</div>

Satır <b>içi</b> ve <https://ornek.tr/a_b> son.

[k]: https://ornek.tr
"""


def texts(source: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in markdown.read(source)]


def test_the_blocks_of_an_article() -> None:
    assert texts(ARTICLE) == [
        ("heading", "Bakan Aydoğan konuştu"),
        ("paragraph", "Bakan dün Ankara'da kod açıklama yaptı & gitti.\nYeni satır başladı."),
        ("quote", "Alıntı birinci satır, ikinci satır burada."),
        ("list-item", "madde bağlantı devamı"),
        ("list-item", "iç madde"),
        ("list-item", "[ ] yapılacak iş"),
        ("table-cell", "Ad"),
        ("table-cell", "Say|ı"),
        ("code", "x"),
        ("table-cell", "Metin kalın"),
        ("code", 'print("kod")\n'),
        ("code", "girintili kod\n"),
        ("heading", "Alt çizgili başlık"),
        ("paragraph", "Satır içi ve https://ornek.tr/a_b son."),
    ]


def test_markup_is_kept_as_spans_over_the_text() -> None:
    paragraph = markdown.read(ARTICLE)[1]
    spans = {paragraph.text[i.start : i.end]: (i.open, i.close) for i in paragraph.inlines}
    assert spans == {
        "dün": ("*", "*"),
        "Ankara'da": ("[", '](<https://ornek.tr/a b> "başlık")'),
        "kod": ("`", "`"),
        "": ("![resim](a.png)", ""),
    }


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_an_article_comes_back_byte_for_byte(newline: str) -> None:
    source = ARTICLE.replace("\n", newline)
    assert markdown.write(source, markdown.read(source)) == source


def test_projected_markup_is_printed_around_the_translation() -> None:
    source = "Bakan [Selin Aydoğan](a.html) **dün** konuştu.\n"
    (block,) = markdown.read(source)
    link, bold = block.inlines
    text = "Minister Selin Aydoğan spoke yesterday."
    block = replace(
        block,
        text=text,
        inlines=(replace(link, start=9, end=22), replace(bold, start=28, end=38)),
    )
    assert markdown.write(source, [block]) == (
        "Minister [Selin Aydoğan](a.html) spoke **yesterday**.\n"
    )


def test_spans_that_cross_are_nested() -> None:
    (block,) = markdown.read("Kısa metin\n")
    block = replace(
        block, text="one two three", inlines=(Inline(0, 7, "**", "**"), Inline(4, 13, "[", "](x)"))
    )
    assert markdown.write("Kısa metin\n", [block]) == "**one [two](x)** three\n"


def test_white_space_at_the_edges_of_a_span_stays_outside() -> None:
    (block,) = markdown.read("Kısa metin\n")
    block = replace(block, text="one two three", inlines=(Inline(3, 8, "**", "**"),))
    assert markdown.write("Kısa metin\n", [block]) == "one **two** three\n"


def test_an_image_survives_a_translation_without_markup() -> None:
    source = "Önce ![harita](h.png) sonra.\n"
    (block,) = markdown.read(source)
    written = markdown.write(source, [replace(block, text="Before after.", inlines=())])
    assert written == "Before after.![harita](h.png)\n"


def test_what_looks_like_markup_in_a_translation_is_escaped() -> None:
    source = "# Başlık\n\nmetin\n\n| a |\n|---|\n| b |\n"
    hostile = ["# *a* [b](c) #", "- <b> & &amp; `x` _y_ ~~z~~ \\", "1. a|b", "+ x"]
    blocks = [
        replace(b, text=t, inlines=()) for b, t in zip(markdown.read(source), hostile, strict=True)
    ]
    again = markdown.read(markdown.write(source, blocks))
    assert [(b.kind, b.text, b.inlines) for b in again] == [(b.kind, b.text, ()) for b in blocks]


# Characters that mean something in Markdown, some words, and Unicode that is white space to some.
characters = st.sampled_from(
    [*"abcçĞı1. \n\n\t#*_`[]()<>!|-+=~&;:\\\"'/", "\u00a0", "\u2028", "\x00"]
)
sources = st.text(alphabet=characters, max_size=120)


@settings(max_examples=300, deadline=None)
@given(sources, st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_text_comes_back_byte_for_byte(source: str, newline: str) -> None:
    source = source.replace("\n", newline)
    assert markdown.write(source, markdown.read(source)) == source


pieces = st.sampled_from(
    [
        *("*a*", "**b c**", "`d e`", "[f](g)", "![h](i)", "<b>j</b>", "&amp;", "\\*", "k", " l"),
        *("\n> m", "\n\n- n", "\n  o", "\n\n# p", "  \nq", "\n\n| r | s |\n|---|---|\n| t | u |\n"),
        *("\n\n1. v", "<https://w.x>", "\n\n```\ny\n```\n\n", "_z_", "[", "]", "|", "\n\n"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=15))
def test_what_is_read_is_what_a_renderer_shows(parts: list[str]) -> None:
    """markdown-it's own HTML has the same letters in the same order (those of images' texts aside)."""
    from corpora.reading import html

    source = "".join(parts)
    page = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(source)
    shown = "".join(block.text for block in html.read_page(page))
    read = "".join(block.text for block in markdown.read(source))
    assert [c for c in read if c.isalnum()] == [c for c in shown if c.isalnum()]


words = st.text(alphabet="abÇğ .,*_`[]()<>!|#-+&;\\1\"'", min_size=1, max_size=40).map(str.strip)


@settings(max_examples=300, deadline=None)
@given(words.filter(lambda text: any(map(str.isalpha, text))))
def test_a_translation_reads_back_as_it_was(text: str) -> None:
    text = " ".join(text.split())
    source = "> # Başlık\n>\n> metin\n\n- madde\n\n| a |\n|---|\n| b |\n"
    blocks = [replace(block, text=text) for block in markdown.read(source)]
    again = markdown.read(markdown.write(source, blocks))
    assert [(b.kind, b.text, b.inlines) for b in again] == [(b.kind, text, ()) for b in blocks]
