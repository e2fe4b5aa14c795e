"""Fit the confidence of a model, and measure what it is worth: figures for docs/confidence.md.

    python -m benchmarks.confidence DATA [--fit] [--model tr-en] [--fit-every 1] [--every 2]

DATA is the folder with dev/newstest2016.tsv.gz and dev/newstest2017.tsv.gz. With --fit newstest2016, the development set, is
translated (or every n-th line of it) and confidence.json is written into the model's folder. Then every second line of
newstest2017 and the held-out news articles, neither of which is ever fitted on, are translated and judged; the plot goes to
docs/images/confidence.svg, and the table into docs/confidence.md. All of it takes under five minutes on one idle core.
"""

from __future__ import annotations

import argparse
import re
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alignment.embedding import load
from alignment.likeness import likenesses
from corpora import news
from mt import calibration as c
from mt import models
from mt.confidence import RIGHT, Confidence, Machine
from mt.engines import Search
from mt.evaluation_sets import read_pairs
from mt.translator import Translator
from ui.plots import Points, reliability, standalone

ROOT = Path(__file__).parent.parent
PAGE, PLOT = ROOT / "docs" / "confidence.md", ROOT / "docs" / "images" / "confidence.svg"
MARKS = "<!-- measured -->", "<!-- end -->"
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Judged:
    name: str
    rows: c.Floats
    right: c.Truth
    baseline: c.Floats
    translating: float  # processor seconds
    judging: float


def newstest(data: Path, year: int, every: int) -> Pairs:
    test = read_pairs(data / "dev" / f"newstest{year}.tsv.gz")
    return list(zip(test.sources, test.references[0], strict=True))[::every]


def held_out() -> Pairs:
    beads = (b for a in news.articles("held-out") for block in a.blocks for b in block.beads)
    return [(b.tr[0], " ".join(b.en)) for b in beads if len(b.tr) == 1 and b.en]


def judged(name: str, pairs: Pairs, translator: Translator) -> Judged:
    encoder = load()
    started = time.process_time()
    made = list(translator.segments(source for source, _ in pairs))
    translated = time.process_time()
    examples = [
        c.Example(Machine(m.source, m.target, m.score), reference)
        for m, (_, reference) in zip(made, pairs, strict=True)
    ]
    seen = likenesses([m.source for m in made], [m.target for m in made], encoder)
    rows = c.rows_of(examples, seen)
    seconds = time.process_time() - translated
    print(f"{name}: {len(pairs)} sentences translated", flush=True)
    baseline = np.array([m.score for m in made])
    return Judged(name, rows, c.is_right(examples), baseline, translated - started, seconds)


def table(confidence: Confidence, sets: list[Judged]) -> str:
    lines = [
        f"Fitted on {confidence.fitted_on}, {confidence.segments:,} sentences, of which {confidence.right:.1%} are right.",
        "",
        "| set | sentences | right | ROC-AUC | log-probability alone | gain, 95 % interval | calibration error | “likely fine”: share, right | “likely wrong”: share, right |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for s in sets:
        said = c.probabilities(confidence, s.rows)
        w = c.worth(s.right, said, s.baseline)
        fine, wrong = said >= 0.5, said < 0.1
        cells = [
            s.name, f"{w.segments:,}", f"{w.right:.1%}", f"{w.auc:.3f}", f"{w.baseline:.3f}",
            f"+{w.auc - w.baseline:.3f} ({w.gain[0]:+.3f} to {w.gain[1]:+.3f})",
            f"{c.expected_error(s.right, said):.1%}",
            *(f"{part.mean():.0%}, {s.right[part].mean():.0%}" if part.any() else "0 %, –" for part in (fine, wrong)),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    share = sum(s.judging for s in sets) / sum(s.translating for s in sets)
    lines += ["", f"Judging took {share:.1%} of the processor time that translating took."]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--model", default="tr-en")
    parser.add_argument("--fit-every", type=int, default=1)
    parser.add_argument("--every", type=int, default=2)
    args = parser.parse_args()
    engine, info = models.load(args.model)
    search = Search(length_penalty=info.length_penalty)
    translator = Translator(engine, model=info.name, search=search)
    if args.fit:
        fitted = judged("newstest2016", newstest(args.data, 2016, args.fit_every), translator)
        found = c.fit(fitted.rows, fitted.right, fitted_on=fitted.name)
        across = c.worth(
            fitted.right, c.cross_validated(fitted.rows, fitted.right), fitted.baseline
        )
        print(f"cross-validated: {across}\n{found.save(info.folder)}", flush=True)
    confidence = Confidence.load(info.folder)
    if confidence is None:
        parser.error(f"{info.name} has no calibration; make one with --fit")
    sets = [
        judged("newstest2017", newstest(args.data, 2017, args.every), translator),
        judged("held-out news", held_out(), translator),
    ]
    engine.close()
    shown = table(confidence, sets)
    print(shown)
    points = [
        Points(s.name, c.reliability(s.right, c.probabilities(confidence, s.rows), bins=6))
        for s in sets
    ]
    PLOT.write_text(
        standalone(
            reliability(
                points,
                title="How often a sentence is right, over the confidence that was given",
                across="mean confidence of a sixth of the sentences",
                up=f"of these were right (chrF2 ≥ {RIGHT:.0f})",
            )
        ),
        "utf-8",
    )
    page = PAGE.read_text("utf-8")
    between = re.compile(f"{MARKS[0]}.*{MARKS[1]}", re.DOTALL)
    PAGE.write_text(between.sub(lambda _: f"{MARKS[0]}\n{shown}\n{MARKS[1]}", page), "utf-8")


if __name__ == "__main__":
    main()
