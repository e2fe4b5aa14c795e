"""Fit the weights of the alignment lattice (alignment/bundled/beads.json) by maximum likelihood, and its calibration.

    python benchmarks/fit_alignment.py NEWS DEV HELD_OUT [OUTPUT]

NEWS is the folder of gold news files (those held out for measuring are skipped), DEV that of pud.tsv.gz and
xquad-contexts.tsv.gz, HELD_OUT one of further pairs that the embedding was not trained on. For the figures of
docs/alignment.md the even news files and the first halves of the sets are fitted on and the rest is measured on
(benchmarks/alignment.py); every set of signals gets weights of its own.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from alignment_sets import Text, Unit, cut_up, documents, news_units, pairs_of, text_of

from alignment.embedding import Encoder, load
from alignment.lattice import MOST, NEVER, Lattice
from alignment.scoring import SKIPS, bead_features, feature_names, read, skip_features
from alignment.sentences import survey
from alignment.signals import SIGNALS
from corpora.news import HELD_OUT as HELD_OUT_NEWS


def news_files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("*-*.txt") if p.stem not in HELD_OUT_NEWS)


def training_texts(news: Path, dev: Path, held_out: Path) -> Iterator[Text]:
    """Articles as they are; cut-up pieces of 24–80 pairs of everything else, some with gaps, some nearly whole."""
    for path in news_files(news)[::2]:
        units = [
            [half for unit in article for half in _halves(unit)] for article in news_units(path)
        ]
        yield from (text_of(article) for article in units)
        pairs = [(" ".join(a), " ".join(b)) for u in units for a, b in u if a and b]
        yield from pieces(pairs, len(path.stem))
    for name in ("pud", "xquad-contexts"):
        pairs = documents(pairs_of(dev / f"{name}.tsv.gz"), 5)
        yield from pieces(pairs[: len(pairs) // 2], 11)
    for path in sorted(held_out.glob("*.tsv*")):
        yield from pieces([(a, b) for a, b, _ in pairs_of(path)], 23)


def _halves(unit: Unit) -> list[Unit]:
    """A gold bead of two by two sentences as two beads: in the news files their halves translate each other, so
    that nothing tells them from two beads and they would teach the weights to join what belongs apart."""
    left, right = unit
    if len(left) == len(right) == 2:
        return [(left[:1], right[:1]), (left[1:], right[1:])]
    return [unit]


def pieces(pairs: Sequence[tuple[str, str]], seed: int) -> Iterator[Text]:
    kinds = (
        {},
        {"join": 0.03, "cut": 0.03, "delete": 0.01, "swap": 0.003},
        {"join": 0.12, "cut": 0.12, "delete": 0.1, "swap": 0.02},
        {"delete": 0.1, "gaps": 1, "gap": (15, 40)},
        {"join": 0.04, "cut": 0.04, "delete": 0.02, "gaps": 1, "gap": (5, 30)},
    )
    at = k = 0
    while at < len(pairs) - 20:
        size = (24, 40, 40, 80, 60)[k % 5]
        yield cut_up(pairs[at : at + size], seed * 1000 + k, **kinds[k % 5])
        at, k = at + size, k + 1


class Sample:
    """One text with its features and the gold path's."""

    def __init__(self, text: Text, encoder: Encoder, signals: Sequence[str]) -> None:
        source, target, beads = text
        texts = read(source, target, encoder, ("tr", "en"), signals)
        rows, columns = slice(0, len(source)), slice(0, len(target))
        texts, _ = survey(texts, (rows, columns))
        self.shape = (len(source), len(target))
        self.features = [
            (a, b, f.astype(np.float32)) for a, b, f in bead_features(texts, rows, columns)
        ]
        self.skips = [skip_features(side.lengths) for side in (texts.source, texts.target)]
        table = {(a, b): f for a, b, f in self.features}
        self.gold = np.zeros(len(feature_names(signals)) + len(SKIPS))
        # Among nulls that meet, the source's come first, as in the lattice.
        self.wrong = 0
        run = [False, False]
        for s, t in ordered(beads):
            if s and t:
                run = [False, False]
                if len(s) > MOST or len(t) > MOST:
                    self.wrong += 1
                    continue
                self.gold[: -len(SKIPS)] += table[len(s), len(t)][:, s[0], t[0]]
            else:
                side = 0 if s else 1
                self.gold[-len(SKIPS) :] += self.skips[side][(s or t)[0], int(run[side])]
                run[side] = True
        self.beads = beads

    def lattice(self, weights: np.ndarray) -> Lattice:
        n, m = self.shape
        beads = np.full((n + 1, MOST, m + 1, MOST), NEVER)
        head = weights[: -len(SKIPS)].astype(np.float32)
        for a, b, f in self.features:
            beads[a:, a - 1, b:, b - 1] = np.tensordot(head, f, 1)
        skips = [s @ weights[-len(SKIPS) :] for s in self.skips]
        return Lattice(beads, (skips[0][:, 0], skips[1][:, 0]), (skips[0][:, 1], skips[1][:, 1]))

    def gradient(self, weights: np.ndarray) -> tuple[float, np.ndarray]:
        """Log-likelihood of the gold path and its gradient."""
        graph = self.lattice(weights)
        found = graph.probabilities()
        expected = np.zeros_like(weights)
        for a, b, f in self.features:
            p = found.beads[a:, a - 1, b:, b - 1]
            expected[: -len(SKIPS)] += f.reshape(len(f), -1) @ p.astype(np.float32).ravel()
        for side, first in enumerate(found.opened):
            both = np.stack([first, found.skips[side] - first], 1)
            expected[-len(SKIPS) :] += np.einsum("nr,nrk->k", both, self.skips[side])
        return float(self.gold @ weights - found.total), self.gold - expected


def ordered(beads: Sequence[tuple[tuple[int, ...], tuple[int, ...]]]) -> list:
    """Beads with source nulls before target nulls wherever nulls meet."""
    out: list = []
    nulls: list = []
    for bead in beads:
        if bead[0] and bead[1]:
            out += [*sorted(nulls, key=lambda b: not b[0]), bead]
            nulls = []
        else:
            nulls.append(bead)
    return out + sorted(nulls, key=lambda b: not b[0])


def fit(samples: Sequence[Sample], signals: Sequence[str], rounds: int, start=None) -> np.ndarray:
    """Adam on the mean log-likelihood a bead, with a little weight decay."""
    names = [*feature_names(signals), *SKIPS]
    initial = {"likeness": 3.0, "1-1": 0.0, "open": -1.0, "extend": -0.5, "length": -0.5}
    shapes = {n: -3.0 for n in names if n[0].isdigit() and n != "1-1"}
    w = np.array([(initial | shapes).get(n, 0.0) for n in names]) if start is None else start.copy()
    beads = sum(len(s.beads) for s in samples)
    m, v = np.zeros_like(w), np.zeros_like(w)
    for k in range(1, rounds + 1):
        found = [s.gradient(w) for s in samples]
        g = sum(x[1] for x in found) / beads - 0.0005 * w
        m, v = 0.8 * m + 0.2 * g, 0.98 * v + 0.02 * g * g
        rate = 0.4 * min(1, 1.6 * (1 - k / (rounds + 1)))
        w = w + rate * (m / (1 - 0.8**k)) / (np.sqrt(v / (1 - 0.98**k)) + 1e-8)
        if k % 10 == 0 or k == rounds:
            print(k, round(sum(x[0] for x in found) / beads, 4), flush=True)
    return w


def calibration(samples: Sequence[Sample], w: np.ndarray) -> dict[str, float]:
    """Logistic curves from a bead's probability to the share that is right, for beads and for nulls."""
    rows: dict[str, list[tuple[float, bool]]] = {"bead": [], "skip": []}
    for s in samples:
        graph = s.lattice(w)
        found = graph.probabilities()
        gold = set(s.beads)
        for i0, i, j0, j in graph.best():
            right = (tuple(range(i0, i)), tuple(range(j0, j))) in gold
            if i > i0 and j > j0:
                rows["bead"].append((found.beads[i, i - i0 - 1, j, j - j0 - 1], right))
            else:
                rows["skip"].append((found.skips[0][i0] if i > i0 else found.skips[1][j0], right))
    out: dict[str, float] = {}
    for kind, seen in rows.items():
        p = np.clip([x for x, _ in seen], 1e-6, 1 - 1e-6)
        logit, right = np.log(p / (1 - p)), np.array([r for _, r in seen], float)
        slope, offset = 1.0, 0.0
        for _ in range(3000):
            error = right - 1 / (1 + np.exp(-(slope * logit + offset)))
            slope, offset = slope + 0.02 * (error * logit).mean(), offset + 0.1 * error.mean()
        out |= {f"{kind}-slope": round(slope, 4), f"{kind}-offset": round(offset, 4)}
    return out


def main(news: Path, dev: Path, held_out: Path, output: Path, quick: bool = False) -> None:
    encoder = load(sys.argv[5] if len(sys.argv) > 5 else "bundled")
    texts = [t for t in training_texts(news, dev, held_out) if t[0] and t[1]]
    print(len(texts), "texts", sum(len(t[2]) for t in texts), "beads")
    result: dict[str, dict[str, float]] = {}
    sets = [s for k in range(len(SIGNALS), 0, -1) for s in combinations(SIGNALS, k)]
    for signals in sets[:1] if quick else sets:
        begin = time.time()
        # Fewer signals are for ablation only and get by with a third of the texts.
        some = texts if signals == SIGNALS else texts[::3]
        samples = [Sample(t, encoder, signals) for t in some]
        w = fit(samples, signals, 60 if signals == SIGNALS else 30)
        names = [*feature_names(signals), *SKIPS]
        result[" ".join(signals)] = dict(zip(names, np.round(w, 4).tolist(), strict=True))
        if signals == SIGNALS:
            result["calibration"] = calibration(samples, w) | {"translation": 1.0}
        print(signals, round(time.time() - begin), "s", result[" ".join(signals)], flush=True)
        output.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(result["calibration"])


if __name__ == "__main__":
    main(
        *(Path(a) for a in sys.argv[1:4]),
        output=Path(sys.argv[4]),
        quick=len(sys.argv) > 6,
    )
