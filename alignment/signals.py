"""What else two sentences may share besides their meaning: length, numbers and names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from corpora.folding import fold

Floats = NDArray[np.float64]

SIGNALS = ("vectors", "length", "numbers", "names")

_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"[^\W\d_]{2,}")
_SENTENCE_START = re.compile(r"^\W*\w+")
# Turkish "bir" and English "on" are words of another kind too, so they are no numbers here.
_SPELLED = {
    word: str(value)
    for value, spelled in {
        2: "iki two",
        3: "üç three",
        4: "dört four",
        5: "beş five",
        6: "altı six",
        7: "yedi seven",
        8: "sekiz eight",
        9: "dokuz nine",
        10: "ten",
        20: "yirmi twenty",
        30: "otuz thirty",
        40: "kırk forty",
        50: "elli fifty",
        60: "altmış sixty",
        70: "yetmiş seventy",
        80: "seksen eighty",
        90: "doksan ninety",
        100: "yüz hundred",
        1000: "bin thousand",
    }.items()
    for word in map(fold, spelled.split())
}


def numbers(sentences: Sequence[str]) -> list[list[str]]:
    """The numbers of each sentence: runs of digits (so that 43,7 and 43.7 agree) and spelled-out round ones."""
    found = []
    for sentence in sentences:
        spelled = (_SPELLED.get(word) for word in fold(sentence).split())
        digits = (n.lstrip("0") or "0" for n in _NUMBER.findall(sentence))
        found.append([*digits, *(n for n in spelled if n)])
    return found


def names(sentences: Sequence[str]) -> list[list[str]]:
    """Stems of words that are written with a capital letter inside some sentence of the text.

    Five letters stand for the stem, so that Turkish suffixes do not part a name from itself.
    """
    capitals = [[w for w in _NAME.findall(s) if w[0].isupper()] for s in sentences]
    inside: set[str] = set()
    for sentence, found in zip(sentences, capitals, strict=True):
        first = _SENTENCE_START.match(sentence)
        skip = 1 if first and found and first[0].endswith(found[0]) else 0
        inside.update(fold(w)[:5] for w in found[skip:])
    return [[key for w in found if (key := fold(w)[:5]) in inside] for found in capitals]


def incidence(source: Sequence[Sequence[str]], target: Sequence[Sequence[str]]) -> Shared:
    """Which tokens stand in which sentence, for the tokens that both texts know."""
    sides = (source, target)
    frequency = [Counter(token for row in side for token in set(row)) for side in sides]
    common = {token: k for k, token in enumerate(frequency[0].keys() & frequency[1].keys())}
    # A name on every page says little about where a sentence belongs.
    weight = {t: (frequency[0][t] * frequency[1][t]) ** -0.25 for t in common}
    rows = [[{common[t]: weight[t] for t in row if t in common} for row in side] for side in sides]
    return Shared(rows[0], rows[1])


class Shared:
    """Tokens that both sides know, as sparse rows of token number → weight."""

    def __init__(self, source: list[dict[int, float]], target: list[dict[int, float]]) -> None:
        """Keep the rows of both sides."""
        self.sides = (source, target)

    def part(self, rows: slice, columns: slice) -> tuple[Floats, Floats, Floats]:
        """Shared weight of each pair of sentences (n, m), and the weight each side has (n,) and (m,)."""
        parts = (self.sides[0][rows], self.sides[1][columns])
        keys = {
            key: k for k, key in enumerate({key for part in parts for row in part for key in row})
        }
        tables = []
        for part in parts:
            table = np.zeros((len(part), len(keys) + 1))
            for i, row in enumerate(part):
                for key, weight in row.items():
                    table[i, keys[key]] = np.sqrt(weight)
            tables.append(table)
        return tables[0] @ tables[1].T, (tables[0] ** 2).sum(1), (tables[1] ** 2).sum(1)


TokenReader = Callable[[Sequence[str]], list[list[str]]]
TOKENS: dict[str, TokenReader] = {"numbers": numbers, "names": names}
