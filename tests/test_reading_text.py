"""Plain text: what is a block, and that everything else comes back as it was."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import InputError
from corpora.reading import text

NEWS = """ANKARA'DA KRİTİK TOPLANTI

Dışişleri Bakanı Selin Aydoğan, dün akşam saatlerinde Ankara'da yabancı misyon şefleriyle bir araya geldi ve uzun bir konuşma yaptı.
Aydoğan, görüşmenin ardından basın mensuplarının sorularını yanıtladı.
3. toplantının tarihi ise henüz belli değil.
Yeni adımlar yolda
Bakan, "Önümüzdeki hafta yeni adımlar atacağız." dedi.

* * *

- birinci karar
- ikinci karar

1. önce bu
2. sonra şu
"""

WRAPPED = """Başlık burada durur

Bu paragraf elle kırılmıştır, çünkü eski bir posta
programı onu böyle göndermiştir. İkinci cümle de
Ankara yakınlarında geçer ve burada sona erer.

  - girintili bir madde ki uzun uzun sürer, sonra da
    alt satıra geçer.
"""

lines = st.lists(
    st.text(alphabet="abcçĞıİş .!?-*0123456789)\u00a0\u2028\t\"'", max_size=60), max_size=12
)
newlines = st.sampled_from(["\n", "\r\n", "\r", "\n\n", " \n", "\n\t"])


def kinds(source: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in text.read(source)]


def test_news_has_a_paragraph_a_line() -> None:
    found = kinds(NEWS)
    assert [kind for kind, _ in found] == [
        *("heading", "paragraph", "paragraph", "paragraph", "paragraph", "paragraph"),
        *("list-item", "list-item", "list-item", "list-item"),
    ]
    assert found[3][1] == "3. toplantının tarihi ise henüz belli değil."
    assert [item for _, item in found[6:]] == [
        "birinci karar",
        "ikinci karar",
        "önce bu",
        "sonra şu",
    ]


def test_an_ordinal_does_not_make_a_list() -> None:
    assert kinds("1. Dünya Savaşı yeni bitmişti.\nHerkes yorgundu.") == [
        ("paragraph", "1. Dünya Savaşı yeni bitmişti."),
        ("paragraph", "Herkes yorgundu."),
    ]


def test_lines_of_wrapped_text_belong_together() -> None:
    heading, paragraph, item = text.read(WRAPPED)
    assert heading.kind == "heading"
    assert paragraph.text.count("\n") == 2
    assert paragraph.text.endswith("sona erer.")
    assert (item.kind, item.text.split()[-1]) == ("list-item", "geçer.")


def test_wrapped_text_is_wrapped_again_at_its_width() -> None:
    blocks = [replace(block, text="lorem ipsum " * 12) for block in text.read(WRAPPED)]
    written = text.write(WRAPPED, blocks).splitlines()
    assert written[0].count("lorem") == 12
    assert 40 < max(map(len, written[2:])) <= 54
    assert written[-1].startswith("    ")
    assert sum("- lorem" in line for line in written) == 1


def test_a_translation_takes_its_place_and_nothing_else_moves() -> None:
    source = "  Başlık \r\n\r\n\tİlk cümle burada biter.   \r\n\r\n\r\n— madde bir şey\r\n"
    blocks = [replace(block, text=f"T{i}.") for i, block in enumerate(text.read(source))]
    assert text.write(source, blocks) == "  T0. \r\n\r\n\tT1.   \r\n\r\n\r\n— T2.\r\n"


def test_no_break_spaces_stay() -> None:
    source = "Toplam 25\u00a0milyon lira ödendi.\n"
    assert text.read(source)[0].text == source.strip("\n")


def test_one_block_too_few_is_refused() -> None:
    with pytest.raises(InputError, match="changed since"):
        text.write(NEWS, text.read(NEWS)[1:])


@given(lines, newlines)
def test_untranslated_text_comes_back_byte_for_byte(parts: list[str], newline: str) -> None:
    source = newline.join(parts)
    assert text.write(source, text.read(source)) == source


@given(lines, newlines)
def test_all_words_are_in_blocks(parts: list[str], newline: str) -> None:
    """Nothing that could be translated is passed over; only list numbers stay outside."""
    source = newline.join(parts)
    read = "".join(block.text for block in text.read(source))
    assert [c for c in read if c.isalpha()] == [c for c in source if c.isalpha()]
