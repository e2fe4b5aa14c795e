"""Numbers in Turkish and English print: read them, compare them, rewrite them.

Turkish writes 1.250.000 and 12,5 where English writes 1,250,000 and 12.5 (CLDR, number symbols of tr and en), mixes
digits and words (26 bin 400), and prints clock times as 14.30 or 14:30 and dates as 12.03.2024. What is compared is
the value, so that neither notation, nor numbers in words, nor the twelve-hour clock count as a change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from corpora import casing

# Digits with inner points, commas or colons; no final punctuation; not the digits inside a word (G20, 4K), but those
# of an English ordinal or decade (17th, 1920s), an amount (2.5bn) or a measure (250g, 5am).
_ENDINGS = r"(?=(?:st|nd|rd|th|s|[ap]m|[mbt]n|[km]|[mk]?g|[cmk]?m|million|billion)\b)"
_DIGITS = rf"(?<![\w.,])\d+(?:[.,:]\d+)*(?:(?!\w)|{_ENDINGS})"
_NUMBER = re.compile(rf"{_DIGITS}|(?<![\w.,])\d+(?:[.,]\d+)*(?=['’-])")
_DATE = r"(?<![\w./])\d{1,2}([./])\d{1,2}\1(?:19|20)\d\d(?![\w/]|\.\d)"
_CLOCK = re.compile(r"(?:[01]?\d|2[0-4])[.:][0-5]\d")
_TR_SCALE = {"bin": 1000, "milyon": 10**6, "milyar": 10**9, "trilyon": 10**12}
_EN_SCALE = {"thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_EN_SHORT = {"k": 1000, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_TR_UNIT = r" (?:b[iİ]n|(?:m|tr)[iİ]lyon|m[iİ]lyar)\b"
# The last word may have a case ending; `bina` is a building.
_TR_LAST = r" (?:b[iİ]n(?:[iİ]n|[iİe]|den?|l[iİ]k|d[iİ]r)|(?:m|tr)[iİ]lyon(?:un|[ua]|dan?|luk|dur)|m[iİ]lyar(?:[ıI]n|[ıIa]|dan?|l[ıI]k|d[ıI]r))\b"
# 26 bin 400; 3 milyon 200 bin; 2 buçuk milyon; 300 bini; bin 900
_TR_COMPOUND = (
    rf"\bb[iİ]n \d{{1,3}}(?![\d.,:]*\d)"
    rf"|{_DIGITS}(?: buçuk)?(?:(?:{_TR_UNIT})+(?: {_DIGITS}(?:{_TR_UNIT})*)*(?:{_TR_LAST})?|{_TR_LAST})"
)
_EN_UNIT = rf"(?:{'|'.join(_EN_SCALE)})\b"
_EN_COMPOUND = rf"{_DIGITS}(?:[ -]?{_EN_UNIT}(?:,? (?:and )?{_DIGITS}(?: {_EN_UNIT})*)*|(?:{'|'.join(_EN_SHORT)})\b)"
_RANGE = re.compile(r"\s?(?:[-–]|il[ae]|to|and|or|veya|ya da)\s?")
_MONTHS = "january february march april may june july august september october november december"
_MONTH = f"({'|'.join(_MONTHS.split())})"
_EN_DATE = re.compile(
    rf"\b(?:{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?|(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}),? ((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_HALF_DAY = re.compile(r"(\d{1,2})(?:[.:]([0-5]\d))?\s?([ap])\.?m\b", re.IGNORECASE)
_ROMAN = re.compile(r"\b[A-Z]\w+ (?=[IVX])(X{0,2}(?:IX|IV|V?I{0,3}))\b")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}
_EN_WORDS = {
    word: value
    for value, words in {
        0: "zero nil midnight", 1: "one first once single", 2: "two second twice both double couple pair",
        3: "three third triple", 4: "four fourth quarter", 5: "five fifth", 6: "six sixth", 7: "seven seventh",
        8: "eight eighth", 9: "nine ninth", 10: "ten tenth decade", 11: "eleven eleventh", 12: "twelve twelfth dozen",
        13: "thirteen thirteenth", 14: "fourteen fourteenth", 15: "fifteen fifteenth", 16: "sixteen sixteenth",
        17: "seventeen seventeenth", 18: "eighteen eighteenth", 19: "nineteen nineteenth", 20: "twenty twentieth",
        30: "thirty thirtieth", 40: "forty fortieth", 50: "fifty fiftieth half", 60: "sixty sixtieth",
        70: "seventy seventieth", 80: "eighty eightieth", 90: "ninety ninetieth", 100: "hundred hundredth",
        1200: "noon",
    }.items()
    for word in words.split()
} | _EN_SCALE  # fmt: skip
# Inflected and derived forms begin with these (`ikisi`, `on dördüncü`, `yüzlerce`).
_TR_WORDS = {
    word: value
    for value, words in {
        0: "sıfır", 1: "bir ilk tek", 2: "iki çift", 3: "üç", 4: "dört dörd çeyrek", 5: "beş", 6: "altı", 7: "yedi",
        8: "sekiz", 9: "dokuz", 10: "on", 12: "düzine", 20: "yirmi", 30: "otuz", 40: "kırk", 50: "elli yarı buçuk",
        60: "altmış", 70: "yetmiş", 80: "seksen", 90: "doksan", 100: "yüz",
    }.items()
    for word in words.split()
} | _TR_SCALE  # fmt: skip
# Longer words first, or `altmış` would be read as `altı`.
_TR_WORD = rf"(?:{'|'.join(sorted(_TR_WORDS, key=len, reverse=True))})"
_TR_PHRASE = re.compile(rf"\b{_TR_WORD}\w{{0,9}}(?:[\s-]{_TR_WORD}\w{{0,9}})*")
_TR_ROMAN = re.compile(r"\b(X{0,2}(?:IX|IV|V?I{0,3}))\.")
_EN_WORD = rf"\b(?:{'|'.join(_EN_WORDS)})(?:fold)?\b"
_EN_PHRASE = re.compile(
    rf"(?<!\d[\s-]){_EN_WORD}(?:(?:[\s-]| and )(?:a )?{_EN_WORD})*", re.IGNORECASE
)
# 1 is also an article before a measure: 1 yıl, a year.
_ONE = re.compile(
    r"(?<!\d )\ban? (?:second|minute|hour|day|week|month|year|thousand|million|billion)\b", re.I
)
_FINDERS = {
    "tr": re.compile(rf"{_DATE}|{_TR_COMPOUND}|{_NUMBER.pattern}", re.IGNORECASE),
    "en": re.compile(rf"{_DATE}|{_EN_COMPOUND}|{_NUMBER.pattern}", re.IGNORECASE),
}


def find(text: str, lang: str) -> Iterator[tuple[str, frozenset[Decimal]]]:
    """Each number that is printed in digits, with every value it may stand for.

    Digits and words that make one number come as one (26 bin 400); a date has the value yyyymmdd and a clock time
    hhmm, in both halves of the day.
    """
    for match in _FINDERS["tr" if lang == "tr" else "en"].finditer(text):
        printed = match.group()
        if re.fullmatch(_DATE, printed):
            yield printed, _date_values(printed)
            continue
        values = _values(printed, lang)
        # 10-15 bin: the scale may hold for both.
        if joint := _RANGE.match(text, match.end()):
            following = _FINDERS[lang].match(text, joint.end())
            if following and (scale := _scale(following.group(), lang)) > 1:
                values |= {v * scale for v in values}
        yield printed, frozenset(values)


def missing(source: str, target: str, source_lang: str = "tr") -> list[str]:
    """Numbers printed in ``source`` whose value stands nowhere in the English ``target``, as printed."""
    numbers = list(find(source, source_lang))
    if not numbers:
        return []
    there = set(_english_values(target))
    return [printed for printed, values in numbers if not values & there]


def agreement(source: str, target: str, source_lang: str = "tr", target_lang: str = "en") -> float:
    """The share, 0 to 1, of the numbers printed in digits on either side that the other side says too.

    By value, in digits or words. 1 where neither side has a number.
    """
    if sorted(re.findall(r"\d+", source)) == sorted(re.findall(r"\d+", target)):
        return 1.0
    found = asked = 0
    for text, lang, other, other_lang in (
        (source, source_lang, target, target_lang),
        (target, target_lang, source, source_lang),
    ):
        said: set[Decimal] | None = None
        for values in _askings(text, lang):
            if said is None:
                said = set(_turkish_values(other) if other_lang == "tr" else _english_values(other))
            asked += 1
            found += not said.isdisjoint(values)
    return found / asked if asked else 1.0


def _askings(text: str, lang: str) -> Iterator[set[Decimal]]:
    """For each number in digits, the values that the other side may give it."""
    times = _HALF_DAY.findall(text) if lang == "en" else []
    for printed, values in find(text, lang):
        asked = set(values)
        # Only the hour and the half of the day are printed: 8 p.m.
        for hours, minutes, half in times:
            if printed.startswith(hours):
                time = int(hours) % 12 * 100 + int(minutes or 0)
                asked |= {Decimal(time), Decimal(time + 1200 * (half.lower() == "p"))}
        # 1970s: 70'ler
        if re.fullmatch(r"19\d0", printed):
            asked.add(Decimal(printed[2:]))
        yield asked


def to_english(printed: str) -> str:
    """A number printed the Turkish way in English notation; dates and clock times keep their digits."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", printed):
        return printed.translate(str.maketrans(".,", ",."))
    if re.fullmatch(r"\d+,\d+", printed):
        return printed.replace(",", ".")
    return printed


def repair(source: str, target: str) -> str:
    """``target`` with numbers left in Turkish notation put into English notation, where ``source`` prints them so."""
    for match in _NUMBER.finditer(source):
        printed = match.group()
        english = to_english(printed)
        if english != printed:
            target = re.sub(rf"(?<![\w.,]){re.escape(printed)}(?!\w|[.,]\d)", english, target)
    # %12,5 is printed 12.5% in English.
    return re.sub(
        r"(?<![\w%])%\s?(\d+(?:[.,]\d+)*(?:[-–]\d+(?:[.,]\d+)*)?)(?![\w%])", r"\1%", target
    )


def _values(printed: str, lang: str) -> set[Decimal]:
    """What digits, with the words that scale them, may stand for; each part besides the sum, if it is English."""
    scales = _TR_SCALE if lang == "tr" else _EN_SCALE | _EN_SHORT
    parts: list[Decimal] = []
    values: set[Decimal] = set()
    for word in re.findall(r"\d+(?:[.,:]\d+)*|[^\W\d_]+", casing.lower(printed, lang)):
        if word[0].isdigit():
            parts.append(_value(word, lang))
        elif word == "buçuk":
            parts[-1] += Decimal("0.5")
        elif scale := scales.get(word) or next(
            (v for k, v in scales.items() if len(k) > 2 and word.startswith(k)), 0
        ):
            parts[-1:] = [(parts[-1] if parts else Decimal(1)) * scale]
        if lang == "en":
            values |= {parts[-1], sum(parts, Decimal(0))}
    values.add(sum(parts, Decimal(0)))
    if _CLOCK.fullmatch(printed):
        hours, minutes = map(int, re.split("[.:]", printed))
        values |= {Decimal(hours * 100 + minutes), Decimal(hours % 12 * 100 + minutes)}
    return values


def _english_values(text: str) -> Iterator[Decimal]:
    """Every value that an English text mentions, in digits, words, Roman numerals or as a date or time."""
    for printed, values in find(text, "en"):
        yield from values
        # 1970s: the '70s
        if re.fullmatch(r"19\d0", printed):
            yield Decimal(printed[2:])
    for match in _EN_DATE.finditer(text):
        first, day, later, second, year = match.groups()
        month = _MONTHS.split().index((first or second).lower()) + 1
        yield Decimal(int(year) * 10000 + month * 100 + int(day or later))
    for hours, minutes, half in _HALF_DAY.findall(text):
        time = int(hours) % 12 * 100 + int(minutes or 0)
        yield Decimal(time)
        yield Decimal(time + 1200 * (half.lower() == "p"))
    for match in _ROMAN.finditer(text):
        yield Decimal(_roman(match.group(1)))
    for match in _EN_PHRASE.finditer(text):
        yield from _phrase_values(match.group().lower())
    if _ONE.search(text):
        yield Decimal(1)


def _turkish_values(text: str) -> Iterator[Decimal]:
    """Every value that a Turkish text mentions, in digits, words, Roman numerals or as a date or time."""
    for printed, values in find(text, "tr"):
        yield from values
        if re.fullmatch(r"19\d0", printed):
            yield Decimal(printed[2:])
        # 12.03.2024, and each part of 26 bin 400
        yield from (Decimal(part).normalize() for part in re.findall(r"\d+", printed))
    for match in _TR_ROMAN.finditer(text):
        yield Decimal(_roman(match.group(1)))
    for match in _TR_PHRASE.finditer(casing.lower(text, "tr")):
        words = re.findall(_TR_WORD, match.group())
        yield from (Decimal(_TR_WORDS[word]) for word in words)
        # `yüzünden on bir` is no 111: the number may begin at any of the words.
        yield from (_turkish_sum(words[start:]) for start in range(len(words)))


def _turkish_sum(words: Sequence[str]) -> Decimal:
    total = group = Decimal(0)
    for word in words:
        if word == "buçuk":
            group += Decimal("0.5")
        elif word == "yüz":
            group = (group or Decimal(1)) * 100
        elif word in _TR_SCALE:
            total, group = total + (group or Decimal(1)) * _TR_SCALE[word], Decimal(0)
        else:
            group += _TR_WORDS[word]
    return (total + group).normalize()


def _phrase_values(phrase: str) -> Iterator[Decimal]:
    """Values of a number in words, of its words, and with "and a half"."""
    total = group = Decimal(0)
    for word in re.findall(r"[a-z]+", phrase.replace("fold", "")):
        if word in ("and", "a"):
            continue
        value = Decimal(_EN_WORDS[word])
        if word not in _EN_SCALE:
            yield value
        if word == "half":
            group += Decimal("0.5")
        elif word == "hundred":
            group = (group or Decimal(1)) * 100
        elif word in _EN_SCALE:
            total, group = total + (group or Decimal(1)) * value, Decimal(0)
        else:
            group += value
    yield (total + group).normalize()
    if "half" in phrase and total:
        # two million and a half is rare, two and a half million is not; half a million
        yield total


def _roman(numeral: str) -> int:
    values = [_ROMAN_DIGITS[c] for c in numeral]
    return sum(
        -v if any(later > v for later in values[i + 1 : i + 2]) else v for i, v in enumerate(values)
    )


def _date_values(printed: str) -> frozenset[Decimal]:
    day, month, year = map(int, re.split(r"[./]", printed))
    return frozenset(Decimal(year * 10000 + m * 100 + d) for m, d in ((month, day), (day, month)))


def _scale(printed: str, lang: str) -> int:
    scales = _TR_SCALE if lang == "tr" else _EN_SCALE
    return next((v for k, v in scales.items() if f" {k}" in casing.lower(printed, lang)), 1)


def _value(printed: str, lang: str) -> Decimal:
    point = "," if lang == "tr" else "."
    group = "." if lang == "tr" else ","
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d+)?", printed):
        printed = printed.replace(group, "")
    if re.fullmatch(r"\d+[.,]\d+", printed):
        return Decimal(printed.replace(",", ".")).normalize()
    return Decimal(re.sub(r"\D", "", printed)).normalize()
