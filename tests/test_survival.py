"""What must come through a translation: numbers, protected parts, quotation marks, capitals."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_translator import FakeEngine

from corpora import casing, numbers
from mt import protection
from mt.engines import Engine
from mt.marks import restore_marks
from mt.translator import Translator

# Numbers. Notations as the Unicode CLDR has them (common/main/tr.xml and en.xml, symbols and percent formats):
# tr groups with "." and has the decimal ",", and prints %12,5; en groups with "," and has the decimal ".", and
# prints 12.5%.
NOTATIONS = [
    ("1.250.000", "1,250,000"),
    ("1.250", "1,250"),
    ("12,5", "12.5"),
    ("0,75", "0.75"),
    ("1.234,56", "1,234.56"),
    ("12", "12"),
    ("2024", "2024"),
    # Not numbers to be rewritten: a date, a clock time, a version.
    ("12.03.2024", "12.03.2024"),
    ("14.30", "14.30"),
    ("1.2.3", "1.2.3"),
]


@pytest.mark.parametrize(("turkish", "english"), NOTATIONS)
def test_notation(turkish: str, english: str) -> None:
    assert numbers.to_english(turkish) == english


@pytest.mark.parametrize(
    ("source", "target", "repaired"),
    [
        ("Fiyat 12,5 lira.", "The price is 12,5 lira.", "The price is 12.5 lira."),
        ("Nüfus 1.250.000 oldu.", "The population reached 1.250.000.", "The population reached 1,250,000."),
        ("Oran %12,5 oldu.", "The rate was %12,5.", "The rate was 12.5%."),
        ("Faiz % 45 oldu.", "Interest was % 45.", "Interest was 45%."),
        ("Oran %5-10 arttı.", "It rose %5-10.", "It rose 5-10%."),
        ("Oran %12 oldu.", "The rate was 12%.", "The rate was 12%."),
        ("Saat 14.30'da", "At 14.30", "At 14.30"),
        ("12.03.2024 günü", "On 12.03.2024", "On 12.03.2024"),
        # What the source does not print is not touched.
        ("Ali geldi.", "He paid 12,5.", "He paid 12,5."),
        ("1.500 ile 11.500 arası", "between 1.500 and 11.500", "between 1,500 and 11,500"),
    ],
)  # fmt: skip
def test_turkish_notation_is_repaired(source: str, target: str, repaired: str) -> None:
    assert numbers.repair(source, target) == repaired
    assert numbers.repair(source, repaired) == repaired


SAME = [
    ("Fiyat 12,5 lira.", "The price is 12.5 lira."),
    ("Nüfus 1.250.000.", "A population of 1.25 million."),
    ("12 bin kişi", "12,000 people"),
    ("12 bin kişi", "twelve thousand people"),
    ("26 bin 400 lira", "26,400 lira"),
    ("26 bin 400 lira", "26 thousand 400 liras"),
    ("3 milyon 200 bin seyirci", "3.2 million viewers"),
    ("2 buçuk milyon", "2.5 million"),
    ("2,5 milyar dolar", "$2.5bn"),
    ("bin 900 çalışan", "1,900 workers"),
    ("300 bini aştı", "exceeded 300,000"),
    ("BİN 500 LİRA", "1,500 LIRA"),
    ("105 binden 260 bine çıktı", "rose from 105,000 to 260,000"),
    ("10-15 bin kişi", "10,000 to 15,000 people"),
    ("500 bin kişi", "half a million people"),
    ("1,5 milyon", "one and a half million"),
    ("58 sanatçı", "Fifty-eight artists"),
    ("120 kişi", "one hundred and twenty people"),
    ("17. yüzyıl", "the 17th century"),
    ("2. Dünya Savaşı", "World War II"),
    ("3. Selim", "Selim III"),
    ("4. kez", "for the fourth time"),
    ("1970'lerde", "in the 1970s"),
    ("70'li yıllar", "the 1970s"),
    ("11 kat", "elevenfold"),
    ("1 yıl", "a year"),
    ("3'te 1'i", "one third"),
    ("12.03.2024 tarihinde", "on March 12, 2024"),
    ("12.03.2024 tarihinde", "on 12 March 2024"),
    ("12/03/2024 tarihinde", "on March 12th, 2024"),
    ("12.03.2024 tarihinde", "on 12.03.2024"),
    ("saat 14.30'da", "at 2:30 p.m."),
    ("saat 14.30'da", "at 14:30"),
    ("saat 14.00'te", "at 2 pm"),
    ("saat 21.00'de", "at 9 p.m."),
    ("saat 12.00'de", "at noon"),
    ("saat 00.00'da", "at midnight"),
    ("saat 9'da", "at 9am"),
    ("yüzde 14,2", "14.2 percent"),
    ("%50'si", "half of them"),
    ("250 gram", "250g"),
    ("2-1 yendi", "won 2-1"),
    ("F-16 uçağı", "an F-16 jet"),
    ("G20 zirvesi", "the G20 summit"),
]
OTHER = [
    ("12 bin kişi", "12 people", ["12 bin"]),
    ("2,5 milyar dolar", "2.5 million dollars", ["2,5 milyar"]),
    ("Fiyat 12,5 lira.", "The price is 125 lira.", ["12,5"]),
    ("Nüfus 1.250.000.", "The population is 1,250.", ["1.250.000"]),
    ("3 kişi öldü, 5 kişi yaralandı", "Three people died", ["5"]),
    ("12.03.2024 tarihinde", "on March 13, 2024", ["12.03.2024"]),
    ("saat 14.30'da", "at 3:30 p.m.", ["14.30"]),
    ("1 milyar yolcu", "6 billion passengers", ["1 milyar"]),
    ("40 bin kişi", "400,000 people", ["40 bin"]),
    ("17. yüzyıl", "the 18th century", ["17"]),
]


@pytest.mark.parametrize(("source", "target"), SAME)
def test_a_number_is_the_same_in_other_clothes(source: str, target: str) -> None:
    assert numbers.missing(source, target) == []


@pytest.mark.parametrize(("source", "target", "missing"), OTHER)
def test_another_number_is_noticed(source: str, target: str, missing: list[str]) -> None:
    assert numbers.missing(source, target) == missing


@given(st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False))
def test_every_number_is_read_back_from_both_notations(value: Decimal) -> None:
    english = f"{value:,.2f}"
    turkish = english.translate(str.maketrans(",.", ".,"))
    assert numbers.to_english(turkish) == english
    assert [v for _, v in numbers.find(f"Tutar {turkish} lira.", "tr")] == [{value.normalize()}]
    assert numbers.missing(f"Tutar {turkish} lira.", f"The sum is {english} lira.") == []
    assert (
        numbers.repair(f"Tutar {turkish} lira.", f"The sum is {turkish}.")
        == f"The sum is {english}."
    )


@given(st.integers(min_value=2, max_value=999), st.integers(min_value=1, max_value=999))
def test_thousands_in_words_are_one_number(thousands: int, rest: int) -> None:
    source = f"Kasada {thousands} bin {rest} lira var."
    assert numbers.missing(source, f"There are {thousands * 1000 + rest:,} lira in the till.") == []
    assert numbers.missing(source, f"There are {thousands * 1000 + rest + 1:,} lira in the till.")


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_numbers_of_any_text_can_be_compared_and_repaired(source: str, target: str) -> None:
    numbers.missing(source, target)
    numbers.repair(source, target)


# Protected parts

PROTECTED = [
    "https://example.org/haber/1.250.000?a=%20b&c=d#e",
    "www.example.com.tr/haber",
    "example.com.tr",
    "ayse.yilmaz+haber@example.com.tr",
    "@TCBakanlik",
    "#SonDakika",
    "{ad}",
    "{{ad.soyad}}",
    "${AD}",
    "%(ad)s",
    "%s",
    '<a href="https://example.org/x">',
    "</b>",
]
# What a model may do to a stand-in.
BEHAVIOURS: dict[str, Callable[[str], str]] = {
    "copies": str,
    "drops": lambda t: re.sub(r"\w*\d\w*", "", t),
    "doubles": lambda t: re.sub(r"\w*\d\w*", r"\g<0> \g<0>", t),
    "changes the number": lambda t: re.sub(r"\d", "9", t),
    "drops the first kind": lambda t: re.sub(r"\b\d+71\b", "", t),
    "says nothing": lambda _: "",
    "glues": lambda t: t.replace(" ", ""),
}


@pytest.mark.parametrize("part", PROTECTED)
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_protected_parts_come_out_as_they_went_in(toy_engine: Engine, part: str, behaviour: str) -> None:  # fmt: skip
    engine = FakeEngine(toy_engine.vocabulary, BEHAVIOURS[behaviour])
    result = next(Translator(engine, model="fake").segments([f"Bakan {part} adam geldi."]))
    assert result.target.count(part) == 1
    assert "protected-missing" not in {f.code for f in result.flags}


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_several_protected_parts_stay_in_order(toy_engine: Engine, behaviour: str) -> None:
    engine = FakeEngine(toy_engine.vocabulary, BEHAVIOURS[behaviour])
    source = "Bakan @Ali, #Haber ve https://example.org/371 ile 371 kitap gördü: @Ali!"
    result = next(Translator(engine, model="fake").segments([source]))
    assert protection.find(result.target) == protection.find(source)


def test_protected_parts_in_a_headline_in_capitals_keep_their_case(toy_engine: Engine) -> None:
    engine = FakeEngine(toy_engine.vocabulary, str)
    (result,) = Translator(engine, model="fake").segments(["SON DAKİKA HABERİ #TürkiyeKazandı https://example.org/Aa"])  # fmt: skip
    assert "#TürkiyeKazandı" in result.target
    assert "https://example.org/Aa" in result.target
    assert "HABERI" in result.target


@settings(deadline=None)
@given(st.text(max_size=100), st.sampled_from(protection.MASKS))
def test_masking_can_always_be_undone(text: str, style: str) -> None:
    masked, pairs = protection.mask(text, style)
    assert len({word for word, _ in pairs}) == len(pairs)
    if all(re.search(rf"(?<!\w){word}(?!\d)", masked) for word, _ in pairs):
        assert protection.restore(masked, pairs) == text
    assert protection.outside(text, str) == text


@pytest.mark.parametrize("text", ["Bakan 3. kez geldi.", "Saat 14.30'da geldi.", "#3 numara", "A. Yılmaz geldi.", "5 > 3 < 4", "%20 arttı"])  # fmt: skip
def test_plain_text_is_not_protected(text: str) -> None:
    assert protection.find(text) == []


# Quotation marks


@pytest.mark.parametrize(
    ("source", "target", "restored"),
    [
        ('"Geliyoruz."', "We are coming.", '"We are coming."'),
        ("“Geliyoruz.”", "We are coming.", "“We are coming.”"),
        ("“Geliyoruz.”", '"We are coming."', "“We are coming.”"),
        ('"Geliyoruz."', "“We are coming.”", '"We are coming."'),
        ('"Geliyoruz', "We are coming", '"We are coming'),
        ('Geliyoruz."', "We are coming.", 'We are coming."'),
        ('"Geliyoruz" dedi.', '"We are coming," he said.', '"We are coming," he said.'),
        ('"Geliyoruz" dedi.', "He said we are coming.", "He said we are coming."),
        ("“Geliyoruz” dedi.", '"We are coming," he said.', "“We are coming,” he said."),
        ("«Geliyoruz»", "We are coming", "«We are coming»"),
        ("Geliyoruz.", "We are coming.", "We are coming."),
        ("", "", ""),
    ],
)
def test_quotation_marks_in_are_quotation_marks_out(source: str, target: str, restored: str) -> None:  # fmt: skip
    assert restore_marks(source, target) == restored


@given(st.text(alphabet='ab "“”„«».,', max_size=30), st.text(alphabet='ab "“”„«».,', max_size=30))
def test_restoring_marks_adds_no_words_and_settles(source: str, target: str) -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"\w+", text)

    once = restore_marks(source, target)
    assert words(once) == words(target)
    assert restore_marks(source, once) == once


# Capitals. Pairs of the Turkish alphabet from SpecialCasing.txt (Unicode), conditions tr.


@pytest.mark.parametrize(
    ("lower", "upper"),
    [("istanbul", "İSTANBUL"), ("ısparta", "ISPARTA"), ("çığ", "ÇIĞ"), ("şöför", "ŞÖFÖR")],
)
def test_turkish_casing(lower: str, upper: str) -> None:
    assert casing.upper(lower, "tr") == upper
    assert casing.lower(upper, "tr") == lower
    assert casing.lower(casing.upper(lower, "tr"), "tr") == lower


def test_english_casing() -> None:
    assert casing.upper("istanbul", "en") == "ISTANBUL"
    assert casing.lower("ISTANBUL", "en") == "istanbul"


@pytest.mark.parametrize(
    ("text", "caps"),
    [
        ("SELDE KAYBOLAN ÇOCUK BULUNDU", True),
        ("BAKAN'DAN 3 YENİ AÇIKLAMA", True),
        ("“KİMSE AÇ KALMAYACAK”", True),
        ("Selde kaybolan çocuk bulundu", False),
        ("ABD ve AB, NATO'da BM'yi eleştirdi", False),
        ("NATO", False),
        ("", False),
        ("1 2 3", False),
    ],
)
def test_a_headline_in_capitals_is_told_from_abbreviations(text: str, caps: bool) -> None:
    assert casing.is_all_caps(text) == caps


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Bakan Yarın Ankara'ya Gidiyor", True),
        ("Faiz %38'de Kaldı, 'Sürpriz' Yok", True),
        ("Ankara ile Bağdat Ölçümde Uzlaştı", True),
        ("Bakan yarın Ankara'ya gidiyor", False),
        ("BAKAN YARIN ANKARA'YA GİDİYOR", False),
        ("Ahmet Deniz Kaya", False),
        ("", False),
    ],
)
def test_a_headline_in_title_case_is_told_from_a_name(text: str, title: bool) -> None:
    assert casing.is_title_case(text, "tr") == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("minister goes to Ankara", "Minister Goes to Ankara"),
        ('the minister’s plan: a "no" to the EU', 'The Minister’s Plan: A "No" to the EU'),
        ("what the iPhone is for", "What the iPhone Is For"),
        ("", ""),
    ],
)
def test_a_headline_is_set_in_title_case(text: str, title: str) -> None:
    assert casing.title_case(text, "en") == title


@given(st.text(max_size=60))
def test_casing_takes_any_text(text: str) -> None:
    casing.is_all_caps(text)
    casing.is_title_case(text, "tr")
    casing.title_case(text, "en")
    casing.sentence_case(text, "tr", {})
    casing.printed_names([text])
