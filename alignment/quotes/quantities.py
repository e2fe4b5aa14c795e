"""The numbers of a quote by value, in Turkish and English print: digits, words, scales.

Turkish writes 1.250.000 and 12,5 where English writes 1,250,000 and 12.5 (CLDR, number symbols of tr and en), and mixes
digits and words (26 bin 400). The words are those of ``numbers.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from corpora.folding import fold

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+|[^\w\s]")
_ENDING = re.compile(
    r"(?:[iuüı]?nc[iuüı])?(?:ş?[ea]r)?(?:l[iuüı][kğ]?|l[ae]r)?(?:s?[iuüı]n?|[iuüı]?m[iuüı]z)?"
    r"(?:[dt][ea]n?|[ny]?[ea]|[ny]?[iuüı]|n?[iuüı]n|y?l[ea])?"
)


_JOINERS = {"-", "and", "a"}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as printed; ``values`` holds what it may stand for, ``parts`` what its words say one by one.

    ``certain`` is false for words that are often no number at all (`bir`, `on`, `yüz`, `one`, `second`).
    """

    printed: str
    values: frozenset[float]
    parts: frozenset[float] = frozenset()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Word:
    value: float
    scale: bool = False
    certain: bool = True
    printed: str = ""
    digits: bool = False


def numerals(text: str, lang: str) -> list[Numeral]:
    """The numbers of ``text`` (``lang`` is "tr" or "en"), in order; neighbouring words that make one number come as one."""
    found: list[Numeral] = []
    run: list[_Word] = []
    tokens = _TOKEN.findall(text)
    for at, token in enumerate(tokens):
        if run and fold(token) in _JOINERS:
            continue
        word = _word(token, lang, bool(run and run[-1].digits))
        if run and not (word and _goes_on(run[-1], word)):
            found.append(_joined(run))
            run = []
        if word and word.digits:
            values = _digits(token, lang)
            scaled = _scaled(tokens, at, values, lang)
            if len(values) > 1 or scaled:
                found.append(Numeral(token, frozenset(values) | scaled))
                continue
        if word:
            run.append(word)
    return [*found, _joined(run)] if run else found


def differing(
    source: str, target: str, langs: tuple[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Numbers of either text, as printed, whose value the other one lacks."""
    left, right = numerals(source, langs[0]), numerals(target, langs[1])
    return _lacking(left, right), _lacking(right, left)


def _lacking(these: list[Numeral], those: list[Numeral]) -> tuple[str, ...]:
    there = {value for numeral in those for value in numeral.values | numeral.parts}
    return tuple(n.printed for n in these if n.certain and not n.values & there)


def _digits(printed: str, lang: str) -> list[float]:
    """What digits may stand for, the likeliest first."""
    point, group = (",", ".") if lang == "tr" else (".", ",")
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d+)?", printed):
        return [float(printed.replace(group, "").replace(point, "."))]
    if re.fullmatch(r"\d+[.,:]\d+", printed):
        value = float(re.sub("[.,:]", ".", printed))
        # A clock time: 21.00 is 9 p.m.
        return [value, value - 12] if 13 <= value < 24 and point not in printed else [value]
    parts = [float(part) for part in re.split(r"[.,:]", printed)]
    if len(parts) == 1 and 1900 <= parts[0] < 2000 and parts[0] % 10 == 0:
        return [parts[0], parts[0] - 1900]
    return [parts[0]] if len(parts) == 1 else [float(re.sub(r"\D", "", printed)), *parts]


def _scaled(tokens: Sequence[str], at: int, digits: Sequence[float], lang: str) -> frozenset[float]:
    """The values of the first number of a range whose scale stands after the second: `10-15 bin`."""
    if at + 3 < len(tokens) and tokens[at + 1] in "-–" and tokens[at + 2][0].isdigit():
        word = _word(tokens[at + 3], lang, after_digits=True)
        if word and word.scale:
            return frozenset(value * word.value for value in digits)
    return frozenset()


def _goes_on(before: _Word, after: _Word) -> bool:
    """Whether two neighbouring words belong to one number: `yirmi bir`, `on bin`, `26 bin 400`, `two and a half`."""
    if after.value == 0.5:
        return before.value >= 1
    if after.scale:
        return before.value < after.value
    if before.scale:
        return after.value < before.value
    return not (before.digits or after.digits) and before.value % 10 == 0 and 1 <= after.value <= 9


def _joined(run: Sequence[_Word]) -> Numeral:
    total = group = 0.0
    parts: set[float] = set()
    for word in run:
        parts.add(word.value)
        if not word.scale:
            group += word.value
        elif word.value == 100:
            group = (group or 1) * 100
        else:
            total, group = total + (group or 1) * word.value, 0.0
        parts |= {group, total}
    # `yüz` by itself is nearly always a face or a cause.
    certain = any(word.certain and word.value != 100 for word in run) or len(run) > 2
    printed = " ".join(word.printed for word in run)
    return Numeral(printed, frozenset({round(total + group, 6)}), frozenset(parts), certain)


def _word(token: str, lang: str, after_digits: bool) -> _Word | None:
    """The number that a token stands for; a single letter is one (5k, 3m) only after digits."""
    if token[0].isdigit():
        return _Word(_digits(token, lang)[0], printed=token, digits=True)
    words = _words(lang)
    low = fold(token)
    if len(low) == 1 and not after_digits:
        return None
    found = words.get(low)
    if found is None and lang == "en" and len(low) > 3:
        found = words.get(low.removesuffix("s")) or words.get(low.removesuffix("fold"))
    elif found is None and lang == "tr":
        stems = (
            words.get(low[:n]) for n in range(len(low) - 1, 1, -1) if _ENDING.fullmatch(low[n:])
        )
        found = next(filter(None, stems), None)
    return replace(found, printed=token) if found and found.value >= 0 else None


@cache
def _words(lang: str) -> dict[str, _Word]:
    text = (files("alignment.quotes.lexicon") / lang / "numbers.tsv").read_text("utf-8")
    found: dict[str, _Word] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            value, kind, words = line.split("\t")
            for word in words.split():
                found[fold(word)] = _Word(float(value), kind == "scale", kind != "unsure")
    return found
