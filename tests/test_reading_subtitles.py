"""Subtitles: SubRip and WebVTT."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.reading import subtitles

SRT = """1
00:00:01,000 --> 00:00:03,500
<i>Bu akşamki toplantıda
önemli kararlar alındı.</i>

2
00:00:04,000 --> 00:00:06,000
{\\an8}- Geliyor musun?
- Hayır, <b>hemen</b> gelemem.

3
00:00:07,000 --> 00:00:08,000
♪ ♪

4
00:00:09,000 --> 00:00:10,000
Fiş & makbuz -- hepsi.
"""

VTT = """WEBVTT - deneme

STYLE
::cue { color: red }

NOTE bu bir not

giris
00:01.000 --> 00:03.000 align:start position:10%
<v Selin Aydoğan>Fiş &amp; makbuz &lt;hepsi&gt;

00:04.000 --> 00:06.000
İkinci <00:05.000>cümle
"""


def test_the_cues_of_a_subrip_file() -> None:
    assert [block.text for block in subtitles.read(SRT)] == [
        "Bu akşamki toplantıda önemli kararlar alındı.",
        "Geliyor musun?",
        "Hayır, hemen gelemem.",
        "Fiş & makbuz -- hepsi.",
    ]
    assert {block.kind for block in subtitles.read(SRT)} == {"caption"}


def test_the_cues_of_a_webvtt_file() -> None:
    assert [block.text for block in subtitles.read(VTT)] == ["Fiş & makbuz <hepsi>", "İkinci cümle"]


@pytest.mark.parametrize("source", [SRT, VTT, SRT.replace("\n", "\r\n"), VTT.rstrip("\n")])
def test_subtitles_come_back_byte_for_byte(source: str) -> None:
    assert subtitles.write(source, subtitles.read(source)) == source


def test_a_translation_is_wrapped_in_about_equal_lines() -> None:
    source = SRT.replace("\n", "\r\n")
    blocks = subtitles.read(source)
    blocks[0] = replace(
        blocks[0], text="Important decisions were taken at the meeting this evening."
    )
    written = subtitles.write(source, blocks)
    cue = written.split("\r\n\r\n")[0].split("\r\n")[2:]
    assert cue == ["<i>Important decisions were taken", "at the meeting this evening.</i>"]


def test_speakers_keep_their_dashes_and_markup() -> None:
    blocks = subtitles.read(SRT)
    (bold,) = blocks[2].inlines
    blocks[1] = replace(blocks[1], text="Are you coming?")
    blocks[2] = replace(
        blocks[2], text="No, not right now.", inlines=(replace(bold, start=8, end=17),)
    )
    cue = subtitles.write(SRT, blocks).split("\n\n")[1].split("\n")[2:]
    assert cue == ["{\\an8}- Are you coming?", "- No, not <b>right now</b>."]


def test_a_webvtt_translation_is_escaped() -> None:
    blocks = subtitles.read(VTT)
    blocks[0] = replace(blocks[0], text="Slip & <receipt>")
    written = subtitles.write(VTT, blocks)
    assert "<v Selin Aydoğan>Slip &amp; &lt;receipt&gt;\n" in written
    assert subtitles.read(written)[0].text == "Slip & <receipt>"


words = st.lists(st.text(alphabet="abçĞ.-,", min_size=1, max_size=50), min_size=1, max_size=30)


@settings(deadline=None)
@given(words)
def test_lines_are_short_and_lose_nothing(parts: list[str]) -> None:
    text = " ".join(["a", *parts])
    blocks = subtitles.read(SRT)
    written = subtitles.write(SRT, [replace(blocks[0], text=text), *blocks[1:]])
    lines = written.split("\n\n")[0].split("\n")[2:]
    cue = "\n".join(lines).removeprefix("<i>").removesuffix("</i>")
    assert cue.split() == text.split()
    assert all(len(line) <= subtitles.MAX_LINE or " " not in line for line in cue.split("\n"))


lines = st.lists(
    st.sampled_from(
        ["1", "00:01.000 --> 00:02.000", "", "a", "- b", "<i>c", "</i> d", "{\\an8}", " ", "WEBVTT", "-->", "&amp;"]
    ),
    max_size=20,
)  # fmt: skip


@settings(deadline=None)
@given(lines, st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_file_comes_back_byte_for_byte(parts: list[str], newline: str) -> None:
    source = newline.join(parts)
    assert subtitles.write(source, subtitles.read(source)) == source
