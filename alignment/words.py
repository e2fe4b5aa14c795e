"""Link the words of a sentence and its translation, at once and without training.

Likeness of word vectors, of form (names, numbers, punctuation) and of place are turned into probabilities in both
directions; links that both directions agree on stand first (Och and Ney 2003), the rest grows from them. Turkish
suffixes after an apostrophe stay with their stem, so a token is what stands between spaces, without its punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.embedding import Encoder
from corpora.errors import InputError, ModelNotFound
from corpora.folding import fold

Floats = NDArray[np.float64]
Links = list[tuple[int, int]]

_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)+(?:['’]\w+)?|\w+(?:['’-]\w+)*|[^\w\s]")

# Words that stand for a Turkish suffix or for nothing at all; they join the Turkish word of what they belong to.
_ARTICLES = frozenset(("a", "an", "the"))
_PREPOSITIONS = frozenset(
    [
        "of",
        "in",
        "on",
        "at",
        "to",
        "from",
        "with",
        "by",
        "for",
        "into",
        "onto",
        "upon",
        "unto",
        "over",
        "under",
        "about",
        "as",
        "than",
        "through",
    ]
)
_PRONOUNS = frozenset(
    [
        "i",
        "you",
        "he",
        "she",
        "it",
        "we",
        "they",
        "my",
        "your",
        "his",
        "her",
        "its",
        "our",
        "their",
        "thy",
        "thou",
    ]
)
_AUXILIARIES = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "am",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "shall",
        "should",
        "may",
        "might",
        "can",
        "could",
        "must",
        "not",
    ]
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or punctuation mark, and its span in the sentence (characters)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What the linker goes by; the values are fitted on the 60 sentence pairs of tests/data/word-links.tsv."""

    sharpness: float = 12.0
    form: float = 0.5
    distance: float = 0.3
    null: float = 0.2
    agree: float = 0.35
    grow: float = 0.2


DEFAULT = Settings()


def tokenize(sentence: str) -> list[Token]:
    """Cut a sentence: words with their apostrophe suffixes and hyphens whole, numbers whole, marks one by one."""
    return [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(sentence)]


def link(source: str, target: str, encoder: Encoder, settings: Settings = DEFAULT) -> Links:
    """Links (source token, target token), in order, between the tokens of a sentence and its translation.

    Tokens are those of ``tokenize``. Works for any encoder; with the static one it takes a millisecond or two.
    """
    return link_tokens(
        [t.text for t in tokenize(source)], [t.text for t in tokenize(target)], encoder, settings
    )


def link_tokens(
    source: Sequence[str], target: Sequence[str], encoder: Encoder, settings: Settings = DEFAULT
) -> Links:
    """The same for a sentence that is cut into tokens already, such as a line of Moses text split at spaces."""
    if not source or not target:
        return []
    likeness = _likeness(source, target, encoder, settings)
    forward, backward = _directions(likeness, settings)
    links = _agreed(forward, backward, settings)
    _grow(links, likeness, np.sqrt(forward * backward), settings)
    _attach(links, source, target)
    return sorted(links)


def to_pharaoh(links: Sequence[tuple[int, int]]) -> str:
    """``0-0 1-2 …``: the format of fast_align, eflomal and Moses."""
    return " ".join(f"{i}-{j}" for i, j in sorted(links))


def from_pharaoh(line: str) -> Links:
    """Links of a line ``0-0 1-2 …``; a possible link (``1?2``, ``1p2``) counts as one. Raises InputError for anything else."""
    found = []
    for item in line.split():
        parts = re.fullmatch(r"(\d+)[-?p](\d+)", item)
        if not parts:
            raise InputError(f"{item!r} is no word link; they look like 3-5")
        found.append((int(parts[1]), int(parts[2])))
    return sorted(found)


def link_project(
    pairs: Sequence[tuple[Sequence[str], Sequence[str]]], *, stem: int = 4
) -> list[Links]:
    """Links by the statistical aligner eflomal, trained on all the tokenized pairs of a project at once.

    ``stem`` letters of each word are kept, which joins the forms of a Turkish word. Raises ModelNotFound without the
    eflomal package (Östling and Tiedemann 2016).
    """
    try:
        eflomal: Any = import_module("eflomal")
    except ImportError as error:
        raise ModelNotFound(
            "training word links over a project needs the eflomal package: pip install eflomal"
        ) from error
    import tempfile
    from pathlib import Path

    cut: Callable[[Sequence[str]], str] = lambda side: " ".join(fold(w)[:stem] for w in side)  # noqa: E731
    aligner: Any = eflomal.Aligner()
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / name) for name in ("forward", "reverse")]
        aligner.align(
            [cut(a) for a, _ in pairs],
            [cut(b) for _, b in pairs],
            links_filename_fwd=paths[0],
            links_filename_rev=paths[1],
        )
        lines = [Path(p).read_text("utf-8").splitlines() for p in paths]
    return [
        sorted(set(from_pharaoh(a)) & set(from_pharaoh(b))) for a, b in zip(*lines, strict=True)
    ]


def _likeness(
    source: Sequence[str], target: Sequence[str], encoder: Encoder, settings: Settings
) -> Floats:
    x, y = encoder.encode(source, "tr"), encoder.encode(target, "en")
    out = (x @ y.T).astype(np.float64)
    folded = [[fold(w) for w in side] for side in (source, target)]
    for i, a in enumerate(folded[0]):
        for j, b in enumerate(folded[1]):
            out[i, j] += settings.form * _same_form(a, b)
    # A mark or a number is no translation of a word.
    kinds = [np.array([_kind(w) for w in side]) for side in folded]
    out[kinds[0][:, None] != kinds[1]] -= 1.0
    places = [(np.arange(len(side)) + 0.5) / len(side) for side in (source, target)]
    out -= settings.distance * np.abs(places[0][:, None] - places[1])
    return out


def _kind(word: str) -> int:
    return 0 if word[0].isalpha() else 1 if word[0].isdigit() else 2


def _same_form(a: str, b: str) -> float:
    """How far two folded tokens are the same name, number or mark."""
    if a == b:
        return 1.0
    if _kind(a) == 1:
        digits = [re.findall(r"\d+", w) for w in (a, b)]
        return 1.0 if digits[0] == digits[1] else 0.0
    stems = [re.split("['’]", w)[0] for w in (a, b)]
    common = 0
    for p, q in zip(*stems, strict=False):
        if p != q:
            break
        common += 1
    long = min(map(len, stems))
    return 0.8 if common >= 4 and common >= long - 1 else 0.4 if common >= 4 else 0.0


def _directions(likeness: Floats, settings: Settings) -> tuple[Floats, Floats]:
    """Probability of each target token for a source token and the other way round, with a null to choose instead."""
    weight = np.exp(settings.sharpness * (likeness - settings.null))
    return weight / (1 + weight.sum(1, keepdims=True)), weight / (1 + weight.sum(0, keepdims=True))


def _agreed(forward: Floats, backward: Floats, settings: Settings) -> set[tuple[int, int]]:
    best = (forward == forward.max(1, keepdims=True)) & (backward == backward.max(0, keepdims=True))
    sure = (forward > 0.5) & (backward > 0.5)
    both = np.sqrt(forward * backward) > settings.agree
    return {(int(i), int(j)) for i, j in np.argwhere((best & both) | sure)}


def _grow(links: set[tuple[int, int]], likeness: Floats, both: Floats, settings: Settings) -> None:
    """Add likely links of words that have none yet, beside a link first (grow-diag), the likeliest first."""
    linked = [{i for i, _ in links}, {j for _, j in links}]
    order = np.argsort(-both, axis=None)
    for near in (True, False):
        for flat in order.tolist():
            i, j = divmod(flat, likeness.shape[1])
            if both[i, j] < settings.grow * (0.5 if near else 1.0):
                break
            lonely = (i not in linked[0]) + (j not in linked[1])
            beside = any((i + a, j + b) in links for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b)
            if lonely == 2 or (near and lonely and beside):
                links.add((i, j))
                linked[0].add(i)
                linked[1].add(j)


def _attach(links: set[tuple[int, int]], source: Sequence[str], target: Sequence[str]) -> None:
    """Give English function words without a link the Turkish word that carries them as a suffix."""
    del source  # it has no function words of its own that matter here
    words = [fold(w) for w in target]
    by_target: dict[int, list[int]] = {}
    for i, j in links:
        by_target.setdefault(j, []).append(i)
    for j, word in enumerate(words):
        if j in by_target:
            continue
        reach = 0
        if word in _PREPOSITIONS:
            reach = 4
        elif word in _AUXILIARIES:
            reach = 3
        for k in range(j + 1, min(j + 1 + reach, len(words))):
            if k in by_target:
                # The last Turkish word of a phrase is the one with the case or the tense.
                links.add((max(by_target[k]), j))
                break
            if words[k] not in _ARTICLES | _PRONOUNS | _AUXILIARIES:
                break
