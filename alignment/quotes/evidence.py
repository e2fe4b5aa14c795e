"""What speaks for two quotes being one statement in two languages, and where they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alignment.embedding import Encoder, Vectors, unit
from alignment.quotes.likeness import differing_names, names, same_name, speakers
from alignment.quotes.negation import Negations, negations
from alignment.quotes.quantities import differing, numerals
from alignment.quotes.quote import Quote
from corpora.segmentation import split

Langs = tuple[str, str]
Both = tuple[tuple[str, ...], tuple[str, ...]]

_WORD = re.compile(r"\w+(?:['’.,:-]\w+)*")
_RUN = {"tr": 4, "en": 5}  # words of a run; English needs more of them for the same


@dataclass(frozen=True, slots=True)
class Foreign:
    """The run of words of a quote that is least like anything in the other one.

    ``likeness`` is the mean cosine of the run's words to their nearest on the other side, ``mean`` that of all words.
    """

    words: tuple[str, ...]
    likeness: float
    mean: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """How two quotes compare.

    ``likeness`` is the cosine of their vectors; ``speaker`` is 1 for the same speaker, 0 for another one, None where it
    cannot be told; ``apart`` counts the beads between them (None where texts were not aligned). Of ``numbers`` and
    ``names`` each side holds, as printed, those that the other one lacks; ``words`` the run of words of each
    side that is least like the other one; ``negations`` each side's words of denial.
    """

    likeness: float
    speaker: float | None
    apart: int | None
    numbers: Both
    names: Both
    words: tuple[Foreign, Foreign]
    negations: tuple[Negations, Negations]


def compare(
    source: Quote, target: Quote, langs: Langs, encoder: Encoder, apart: int | None = None
) -> Evidence:
    """The evidence for and against a pair; ``langs`` are the languages of the two quotes, "tr" or "en"."""
    texts = source.text, target.text
    vectors = [encoder.encode([text], lang)[0] for text, lang in zip(texts, langs, strict=True)]
    return Evidence(
        likeness=round(float(vectors[0] @ vectors[1]), 4),
        speaker=speakers(source.speaker, target.speaker, langs, encoder),
        apart=apart,
        numbers=differing(texts[0], texts[1], langs),
        names=differing_names(texts[0], texts[1], langs, encoder),
        words=_foreign(texts, langs, encoder),
        negations=(negations(texts[0], langs[0]), negations(texts[1], langs[1])),
    )


@dataclass(frozen=True, slots=True)
class Side:
    """The quotes of one side, read once: vectors of the whole texts and of their sentences, numbers and names.

    ``sentences`` holds the vectors of all quotes' sentences, those of quote i in the rows ``edges[i]:edges[i + 1]``.
    """

    quotes: Sequence[Quote]
    lang: str
    vectors: Vectors
    sentences: Vectors
    edges: tuple[int, ...]
    numbers: tuple[frozenset[float], ...]
    names: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, quotes: Sequence[Quote], lang: str, encoder: Encoder) -> Side:
        """Read the quotes."""
        cut = [[q.text[a:b] for a, b in split(q.text, lang)] or [q.text] for q in quotes]
        edges = [0]
        for pieces in cut:
            edges.append(edges[-1] + len(pieces))
        return cls(
            quotes,
            lang,
            encoder.encode([q.text for q in quotes], lang),
            encoder.encode([piece for pieces in cut for piece in pieces], lang),
            tuple(edges),
            tuple(
                frozenset(v for n in numerals(q.text, lang) if n.certain for v in n.values)
                for q in quotes
            ),
            tuple(tuple(dict.fromkeys(names(q.text))) for q in quotes),
        )


def likenesses(source: Side, target: Side) -> tuple[Vectors, Vectors]:
    """Cosines of all pairs, as wholes and at best: the closest sentence of one with the other one's whole or sentence.

    Shapes (n, m). What a report quotes at length is often a single sentence in another one.
    """
    whole = source.vectors @ target.vectors.T
    best = whole.copy()
    parts = (
        source.sentences @ target.vectors.T,
        source.vectors @ target.sentences.T,
    )
    for i in range(len(source.quotes)):
        best[i] = np.maximum(best[i], parts[0][source.edges[i] : source.edges[i + 1]].max(0))
    for j in range(len(target.quotes)):
        best[:, j] = np.maximum(
            best[:, j], parts[1][:, target.edges[j] : target.edges[j + 1]].max(1)
        )
    return whole, best


def shared_numbers(a: frozenset[float], b: frozenset[float]) -> tuple[int, int]:
    """How many numbers two quotes share, and whether each has one that the other lacks (0 or 1)."""
    return len(a & b), int(bool(a - b) and bool(b - a))


def shared_names(a: Sequence[str], b: Sequence[str]) -> int:
    """How many names two quotes share."""
    return sum(any(same_name(x, y) for y in b) for x in a)


def _foreign(texts: tuple[str, str], langs: Langs, encoder: Encoder) -> tuple[Foreign, Foreign]:
    """On either side the run of words that is least like anything on the other one."""
    words = [_WORD.findall(text) for text in texts]
    if not words[0] or not words[1]:
        return Foreign((), 1.0, 1.0), Foreign((), 1.0, 1.0)
    vectors = [encoder.encode(side, lang) for side, lang in zip(words, langs, strict=True)]
    # Two neighbours together too: a Turkish word is often two English ones, and the other way round.
    near = [np.concatenate([v, unit(v[:-1] + v[1:])]) for v in vectors]
    return (
        _least(words[0], (vectors[0] @ near[1].T).max(1), _RUN[langs[0]]),
        _least(words[1], (vectors[1] @ near[0].T).max(1), _RUN[langs[1]]),
    )


def _least(words: Sequence[str], likeness: Vectors, length: int) -> Foreign:
    length = min(length, len(words))
    means = np.convolve(likeness, np.full(length, 1 / length), "valid")
    at = int(means.argmin())
    return Foreign(tuple(words[at : at + length]), float(means[at]), float(likeness.mean()))
