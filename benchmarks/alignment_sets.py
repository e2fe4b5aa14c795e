"""Texts with known beads for developing and measuring the aligner: our news, and parallel texts cut up by a seeded hand.

A set is a list of texts, a text is (source sentences, target sentences, beads), a bead is a pair of index tuples.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

Bead = tuple[tuple[int, ...], tuple[int, ...]]
Text = tuple[list[str], list[str], list[Bead]]
Unit = tuple[list[str], list[str]]


def text_of(units: Iterable[Unit]) -> Text:
    """Number the sentences of consecutive beads."""
    source: list[str] = []
    target: list[str] = []
    beads: list[Bead] = []
    for left, right in units:
        if left or right:
            i, j = len(source), len(target)
            beads.append((tuple(range(i, i + len(left))), tuple(range(j, j + len(right)))))
            source += left
            target += right
    return source, target, beads


def news_units(path: Path) -> list[list[Unit]]:
    """The articles of a gold news file (lines "H | tr | en" and "S | tr | en", ¶ between sentences, - for none)."""
    articles: list[list[Unit]] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("### "):
            articles.append([])
        elif line.startswith(("H | ", "S | ")):
            sides = [[] if s.strip() == "-" else s.split(" ¶ ") for s in line[4:].split(" | ")]
            articles[-1].append(([s.strip() for s in sides[0]], [s.strip() for s in sides[1]]))
    return articles


def pairs_of(path: Path) -> list[tuple[str, str, str]]:
    """Turkish, English and document of each line of a tab-separated file."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [(r[0], r[1], r[2] if len(r) > 2 else "") for r in rows if len(r) > 1]


def documents(rows: Sequence[tuple[str, str, str]], seed: int) -> list[tuple[str, str]]:
    """The pairs with whole documents in a random order (one sentence order inside each)."""
    groups = [list(g) for _, g in groupby(rows, key=lambda r: r[2])]
    random.Random(seed).shuffle(groups)
    return [(s, t) for g in groups for s, t, _ in g]


def _cut(sentence: str, rng: random.Random) -> list[str]:
    """The sentence in two, at a comma, semicolon or conjunction if it has one near the middle, else at a space."""
    n = len(sentence)
    good = [m.end() for m in re.finditer(r"[,;:–] | (?=ve |ama |and |but |who |which )", sentence)]
    good = [k for k in good if n * 0.25 < k < n * 0.75]
    spaces = [m.end() for m in re.finditer(" ", sentence) if n * 0.3 < m.end() < n * 0.7]
    if not (places := good or spaces):
        return [sentence]
    k = rng.choice(places)
    return [sentence[:k].strip(), sentence[k:].strip()]


def cut_up(
    pairs: Sequence[tuple[str, str]],
    seed: int,
    *,
    join: float = 0.08,
    cut: float = 0.08,
    delete: float = 0.04,
    swap: float = 0.01,
    gaps: int = 0,
    gap: tuple[int, int] = (25, 80),
) -> Text:
    """Joined, cut, deleted and swapped sentences: shares of the pairs, each on a random side; and ``gaps`` whole passages.

    Joining makes 1-2, 2-1, 1-3… beads (the sentences of one side become one), cutting 1-2 and 2-1, swapping 2-2, deleting
    and gaps nulls. Sentences stand one by one before and after a deletion.
    """
    rng = random.Random(seed)
    units: list[Unit] = []
    k = 0
    while k < len(pairs):
        left, right = [pairs[k][0]], [pairs[k][1]]
        k += 1
        roll = rng.random()
        side = rng.randrange(2)
        if roll < join:
            more = pairs[k : k + rng.choice((1, 1, 1, 2))]
            k += len(more)
            both = [left + [p[0] for p in more], right + [p[1] for p in more]]
            both[side] = [" ".join(both[side])]
            left, right = both
        elif roll < join + cut:
            both = [left, right]
            both[side] = _cut(both[side][0], rng)
            left, right = both
        elif roll < join + cut + swap and k < len(pairs):
            left, right = [left[0], pairs[k][0]], [pairs[k][1], right[0]]
            k += 1
        if rng.random() < delete:
            both = [left, right]
            units += [([s], []) if side else ([], [s]) for s in both[1 - side]]
        else:
            units.append((left, right))
    for _ in range(gaps):
        size = rng.randint(*gap)
        at, side = rng.randrange(max(1, len(units) - size)), rng.randrange(2)
        for u in range(at, min(at + size, len(units))):
            units[u] = ([], units[u][1]) if side else (units[u][0], [])
    loose: list[Unit] = []
    for left, right in units:
        loose += (
            [(left, right)]
            if left and right
            else [([s], []) for s in left] + [([], [s]) for s in right]
        )
    return text_of(loose)


def score(
    results: Iterable[tuple[Sequence[Bead], Sequence[Bead]]],
) -> dict[str, float]:
    """Strict and lax F1 of (gold, found) pooled over texts, as in Vecalign's scorer.

    A found bead is right if it is in the gold (nulls count in precision only), laxly if it shares a pair of sentences
    with a gold bead.
    """
    right_p = right_r = lax_p = lax_r = n_p = n_r = 0
    for gold, found in results:
        known, got = set(gold), set(found)
        real = [g for g in gold if g[0] and g[1]]
        n_p, n_r = n_p + len(found), n_r + len(real)
        right_p += sum(b in known for b in found)
        right_r += sum(b in got for b in real)
        gold_links, found_links = _links(real), _links(found)
        lax_p += sum(b in known or bool(_links([b]) & gold_links) for b in found)
        lax_r += sum(bool(_links([b]) & found_links) for b in real)
    return {
        "strict": _f1(right_p / max(1, n_p), right_r / max(1, n_r)),
        "lax": _f1(lax_p / max(1, n_p), lax_r / max(1, n_r)),
    }


def _links(beads: Iterable[Bead]) -> set[tuple[int, int]]:
    return {(i, j) for s, t in beads for i in s for j in t}


def _f1(p: float, r: float) -> float:
    return round(2 * p * r / (p + r), 4) if p + r else 0.0
