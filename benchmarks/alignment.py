"""Measure the sentence aligner: figures for docs/alignment.md.

    python benchmarks/alignment.py NEWS DEV [--ablate] [--calibration] [--growth] [--galechurch]

NEWS is the folder of gold news files, DEV that of pud.tsv.gz and xquad-contexts.tsv.gz. Measured are the odd news files
and the second halves of the sets, which fit_alignment.py does not see.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from alignment_sets import Bead, Text, cut_up, documents, news_units, pairs_of, score, text_of
from fit_alignment import news_files

from alignment.embedding import load
from alignment.sentences import Bead as FoundBead
from alignment.sentences import align
from alignment.signals import SIGNALS

HARD = {"join": 0.15, "cut": 0.15, "delete": 0.03, "swap": 0.02}
GAPS = {"join": 0.05, "cut": 0.05, "delete": 0.1, "gaps": 3}


def sets(news: Path, dev: Path) -> dict[str, list[Text]]:
    """The development sets by name."""
    articles = [a for path in news_files(news)[1::2] for a in news_units(path)]
    prose = [(" ".join(a), " ".join(b)) for article in articles for a, b in article if a and b]
    sources = {"news": prose}
    for name in ("pud", "xquad-contexts"):
        pairs = documents(pairs_of(dev / f"{name}.tsv.gz"), 5)
        sources[name] = pairs[len(pairs) // 2 :]
    out = {"news, gold sentences": [text_of(a) for a in articles]}
    for name, pairs in sources.items():
        out[f"{name}, cut up"] = [cut_up(pairs, seed) for seed in (1, 2)]
    for name, pairs in sources.items():
        out[f"{name}, many splits and joins"] = [cut_up(pairs, seed, **HARD) for seed in (3, 4)]
    for name, pairs in sources.items():
        out[f"{name}, 10 % left out and 3 gaps"] = [cut_up(pairs, seed, **GAPS) for seed in (5, 6)]
    return out


def beads_of(found: Sequence[FoundBead]) -> list[Bead]:
    return [(b.source, b.target) for b in found]


def measure(texts: Sequence[Text], aligner: Callable[[list[str], list[str]], list[Bead]]) -> str:
    begin = time.process_time()
    result = score((gold, aligner(source, target)) for source, target, gold in texts)
    spent = time.process_time() - begin
    return f"{result['strict']:.4f} / {result['lax']:.4f}  {spent:5.1f} s"


def gale_church(source: list[str], target: list[str]) -> list[Bead]:
    """The PyPI package galechurch (0.1.0)."""
    import galechurch

    found = galechurch.align(source, target).beads
    return [
        (tuple(range(b.source_start, b.source_end)), tuple(range(b.target_start, b.target_end)))
        for b in found
    ]


def calibration(texts: Sequence[Text], encoder) -> None:
    rows = []
    for source, target, gold in texts:
        known = set(gold)
        found = align(source, target, encoder=encoder)
        rows += [(b.score, (b.source, b.target) in known) for b in found]
    for low, high in (
        (0, 0.3),
        (0.3, 0.5),
        (0.5, 0.7),
        (0.7, 0.85),
        (0.85, 0.95),
        (0.95, 0.99),
        (0.99, 1.01),
    ):
        some = [(s, r) for s, r in rows if low <= s < high]
        if some:
            said, right = (sum(x[k] for x in some) / len(some) for k in (0, 1))
            print(
                f"  {low:.2f}–{min(high, 1):.2f}: {len(some):5} beads, said {said:.3f}, right {right:.3f}"
            )


def growth(pairs: Sequence[tuple[str, str]], encoder_name: str) -> None:
    """Seconds, and peak memory so far, for 1,000 to 50,000 sentences a side, made of pairs with their words shuffled."""
    rng = random.Random(1)
    for n in (1000, 10_000, 50_000):
        made = []
        for k in range(n):
            # Halves of different pairs, so that no sentence comes twice.
            a, b = pairs[k % len(pairs)], pairs[rng.randrange(len(pairs))]
            made.append((f"{a[0]} {b[0]}", f"{a[1]} {b[1]}"))
        source, target, gold = cut_up(made, n)
        encoder = load(encoder_name)
        begin = time.time(), time.process_time()
        found = align(source, target, encoder=encoder)
        wall, spent = time.time() - begin[0], time.process_time() - begin[1]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        result = score([(gold, beads_of(found))])["strict"]
        print(
            f"  {len(source):6} × {len(target):6}: {wall:6.1f} s ({spent:.1f} s of processor), peak {peak:5.0f} MB, strict {result}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("news", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--encoder", default="bundled")
    for flag in ("ablate", "calibration", "growth", "galechurch"):
        parser.add_argument(f"--{flag}", action="store_true")
    args = parser.parse_args()
    encoder = load(args.encoder)
    known = sets(args.news, args.dev)
    print("strict F1 / lax F1, processor seconds")
    for name, texts in known.items():
        print(
            f"{name:48}",
            measure(texts, lambda s, t: beads_of(align(s, t, encoder=encoder))),
            flush=True,
        )
        if args.galechurch:
            print(f"{'  Gale–Church':48}", measure(texts, gale_church), flush=True)
    if args.calibration:
        calibration([t for texts in known.values() for t in texts], encoder)
    if args.ablate:
        every = [t for texts in known.values() for t in texts[:20]]
        for k in range(len(SIGNALS), 0, -1):
            for signals in combinations(SIGNALS, k):
                run = partial(align, encoder=encoder, signals=signals)
                found = measure(every, lambda s, t, run=run: beads_of(run(s, t)))
                print(f"{' '.join(signals):48}", found, flush=True)
    if args.growth:
        growth([(a, b) for a, b, _ in pairs_of(args.dev / "newstest2016.tsv.gz")], args.encoder)


if __name__ == "__main__":
    main()
