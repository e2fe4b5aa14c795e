"""Fit the weights of quote pairing, and the limits of the words-added check; prints them with their cross-validation.

    python -m benchmarks.fit_quote_pairs              ALIGNED and COMPARABLE of alignment/quotes/pairing.py (minutes)
    python -m benchmarks.fit_quote_pairs fidelity     ADDED_SOURCE and ADDED_TARGET of alignment/quotes/fidelity.py

Quotes of the news corpus are found by models that were not taught the article, so that the weights learn what finding
gets wrong; the gold quotes are added, and copies of them with a clause appended, so that a quote that was tampered with
is still paired, and then reported.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from math import log

import numpy as np

from alignment.embedding import Encoder, load
from alignment.quotes import Quote, find, pairing
from alignment.quotes.evidence import compare
from alignment.quotes.pairing import QuotePair, Table
from benchmarks.quote_pairs import (
    Text,
    compare_text,
    line,
    pair_text,
    read_comparable,
    read_news,
    score,
    unseen,
)

Row = tuple[dict[str, float], bool]
ALIGNED = [
    "one",
    "best",
    "margin",
    "same speaker",
    "other speaker",
    "other group",
    "number clash",
    "names",
    "length",
    "overlap",
    "order",
]
COMPARABLE = [
    "one",
    "likeness",
    "best",
    "margin",
    "same speaker",
    "other speaker",
    "other group",
    "numbers",
    "number clash",
]
FALSE_ALARMS = 0.02


def rows_of(text: Text, encoder: Encoder, near: bool) -> Iterator[Row]:
    """Features and truth of every pair of quotes that is weighed."""
    langs = text.source.lang, text.target.lang
    gold = {(i, j) for i, j, _ in text.gold}
    if not near:
        table = Table(*text.quotes, langs, encoder)
        for i in range(table.shape[0]):
            for j in range(table.shape[1]):
                yield table.features(i, j), (i, j) in gold
        return
    for rows, columns, table, places in pairing.neighbourhoods(
        *text.quotes, text.beads, text.source, text.target, encoder
    ):
        for (k, m), place in places.items():
            yield table.features(k, m) | place.features(), (rows[k], columns[m]) in gold


def tampered(text: Text, clauses: Sequence[Sequence[str]], draw: random.Random) -> Text:
    """The text with a strange clause at the end of every third quote, on one side or the other."""

    def longer(quote: Quote, side: int) -> Quote:
        if draw.random() > 1 / 6:
            return quote
        return replace(
            quote,
            text=f"{quote.text.rstrip(' ,.')} {('ve', 'and')[side]} {draw.choice(clauses[side])}",
        )

    quotes = tuple([longer(q, side) for q in text.quotes[side]] for side in (0, 1))
    return replace(text, quotes=quotes)  # type: ignore[arg-type]


def mismatched(texts: Sequence[Text]) -> list[Text]:
    """Each Turkish report with the English one of the next event, so that no pair is right."""
    return [
        replace(a, target=b.target, quotes=(a.quotes[0], b.quotes[1]), gold=[])
        for a, b in zip(texts, [*texts[1:], texts[0]], strict=True)
    ]


def clauses_of(texts: Sequence[Text]) -> list[list[str]]:
    """Short quotes of either side, to be added to others."""
    return [
        [q.text for t in texts for q in t.quotes[side] if low <= len(q.text.split()) <= high]
        for side, low, high in ((0, 3, 7), (1, 4, 9))
    ]


def fitted(rows: Sequence[Row], names: Sequence[str], ridge: float = 1.0) -> dict[str, float]:
    """Logistic regression by Newton's method, with a ridge on all weights but the constant."""
    x = np.array([[features[name] for name in names] for features, _ in rows])
    y = np.array([truth for _, truth in rows], float)
    penalty = np.diag([0.0 if name == "one" else ridge for name in names])
    w = np.zeros(len(names))
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (p - y) + penalty @ w
        w -= np.linalg.solve(
            (x * (p * (1 - p))[:, None]).T @ x + penalty + 1e-9 * np.eye(len(names)), gradient
        )
    return {name: round(float(v), 2) for name, v in zip(names, w, strict=True)}


def fit(
    target: str,
    lessons: Sequence[Sequence[Text]],
    tests: dict[str, Sequence[Text]],
    names: Sequence[str],
    folds: int,
    encoder: Encoder,
) -> None:
    """Print the weights, and what weights from the other folds reach on each fold. All lists hold the same articles in the same order."""
    near = target == "ALIGNED"

    def made(text: Text) -> list[QuotePair]:
        return pair_text(text, encoder) if near else compare_text(text, encoder)

    rows = [
        [row for lesson in lessons for row in rows_of(lesson[k], encoder, near)]
        for k in range(len(lessons[0]))
    ]
    totals: dict[str, Counter[str]] = {name: Counter() for name in tests}
    for fold in range(folds):
        held = set(range(fold, len(rows), folds))
        setattr(
            pairing,
            target,
            fitted([r for k, part in enumerate(rows) if k not in held for r in part], names),
        )
        for name, texts in tests.items():
            totals[name].update(score([texts[k] for k in sorted(held)], made))
    for name, total in totals.items():
        line(f"{target}, {name}", total)
    print(f"{target} = {fitted([r for part in rows for r in part], names)}")


def fit_added(texts: Sequence[Text], encoder: Encoder) -> None:
    """Print the limits of the words-added check for either side, and their cross-validated rates."""
    clauses, draw = clauses_of(texts), random.Random(7)
    for name, side in (("ADDED_SOURCE", 0), ("ADDED_TARGET", 1)):
        good: list[list[list[float]]] = []
        bad: list[list[list[float]]] = []
        for text in texts:
            pairs = [(text.quotes[0][i], text.quotes[1][j]) for i, j, _ in text.gold]
            good.append([_numbers_of(pair, side, encoder) for pair in pairs])
            longer = []
            for pair in pairs:
                quote = pair[side]
                more = replace(
                    quote,
                    text=f"{quote.text.rstrip(' ,.')} {('ve', 'and')[side]} {draw.choice(clauses[side])}",
                )
                longer.append(
                    _numbers_of((more, pair[1]) if side == 0 else (pair[0], more), side, encoder)
                )
            bad.append(longer)
        rates = []
        for fold in range(5):
            held = set(range(fold, len(texts), 5))
            weights = _limits(
                [x for k, part in enumerate(good) if k not in held for x in part],
                [x for k, part in enumerate(bad) if k not in held for x in part],
            )
            rates.append(
                [
                    np.mean([np.dot(weights, x) > 0 for k in held for x in part[k]])
                    for part in (good, bad)
                ]
            )
        print(
            name,
            "=",
            tuple(round(float(w), 2) for w in _limits([*chain(*good)], [*chain(*bad)])),
            "false alarms, found:",
            np.mean(rates, axis=0).round(4),
        )


def _numbers_of(pair: tuple[Quote, Quote], side: int, encoder: Encoder) -> list[float]:
    run = compare(*pair, ("tr", "en"), encoder).words[side]
    ratio = log((len(pair[1].text) + 5) / (len(pair[0].text) + 5))
    return [1.0, ratio if side else -ratio, run.likeness, run.mean]


def _limits(good: Sequence[Sequence[float]], bad: Sequence[Sequence[float]]) -> np.ndarray:
    """Weights of a logistic regression, shifted so that so many good ones are above zero."""
    names = ["one", "ratio", "run", "mean"]
    rows = [
        (dict(zip(names, x, strict=True)), truth)
        for part, truth in ((good, False), (bad, True))
        for x in part
    ]
    weights = np.array(list(fitted(rows, names, 0.1).values()))
    weights[0] -= np.quantile(np.array(good) @ weights, 1 - FALSE_ALARMS)
    return weights


def main(arguments: Sequence[str]) -> int:
    """Entry point; returns the exit status."""
    encoder = load()
    gold = list(read_news("development", encoder, None))
    if "fidelity" in arguments:
        fit_added(gold, encoder)
        return 0
    reports = list(read_comparable())
    tests = {
        "gold quotes": reports,
        "found quotes": list(read_comparable(find)),
        "reports of unlike events": mismatched(reports),
    }
    fit("COMPARABLE", [reports, mismatched(reports)], tests, COMPARABLE, 12, encoder)
    found = list(read_news("development", encoder, unseen()))
    clauses, draw = clauses_of(gold), random.Random(3)
    worse = [tampered(text, clauses, draw) for text in gold]
    fit(
        "ALIGNED",
        [found, gold, worse],
        {"unseen found quotes": found, "gold quotes": gold, "tampered quotes": worse},
        ALIGNED,
        5,
        encoder,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
