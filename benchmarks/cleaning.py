"""Time and memory of `dragoman clean` over generated pairs, and of OpusFilter over the same pairs and filters.

    python benchmarks/cleaning.py                                   a million pairs
    python benchmarks/cleaning.py --pairs 50000 --opusfilter DIR    beside OpusFilter, whose scripts are in DIR

Four pairs in five are two of our news pairs joined; the fifth is spoilt in one of eight ways. OpusFilter needs
py3langid 0.3; its filters are its own, with the thresholds of the recipe below, which leaves out what it has not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from corpora import news

ROOT = Path(__file__).parent.parent
SHARED = """
[[filter]]
name = "length"
max_length = 150
[[filter]]
name = "length-ratio"
threshold = 3
[[filter]]
name = "long-word"
[[filter]]
name = "markup"
[[filter]]
name = "script"
threshold = 0.8
[[filter]]
name = "identical"
[[filter]]
name = "repetition"
[[filter]]
name = "numbers"
[[filter]]
name = "language"
"""
OPUSFILTER = {
    "steps": [
        {
            "type": "filter",
            "parameters": {
                "inputs": ["pairs.tr", "pairs.en"],
                "outputs": ["kept.tr", "kept.en"],
                "filters": [
                    {"LengthFilter": {"unit": "word", "min_length": 1, "max_length": 150}},
                    {"LengthRatioFilter": {"unit": "char", "threshold": 3}},
                    {"LongWordFilter": {"threshold": 40}},
                    {"HtmlTagFilter": {}},
                    {
                        "CharacterScoreFilter": {
                            "scripts": ["Latin", "Latin"],
                            "thresholds": [0.8, 0.8],
                        }
                    },
                    {"SimilarityFilter": {"threshold": 0.9, "lowercase": True}},
                    {"RepetitionFilter": {"threshold": 2}},
                    {"NonZeroNumeralsFilter": {"threshold": 0.5}},
                    {"LangidFilter": {"languages": ["tr", "en"]}, "module": "opusfilter.lid"},
                ],
            },
        }
    ]
}


def made(count: int) -> Iterator[tuple[str, str]]:
    """Pairs that are good, and one in five that is not."""
    draw = random.Random(1)
    gold = [(tr, en) for tr, en in news.sentence_pairs() if len(tr) < 120]
    last = gold[0]
    for number in range(count):
        (tr1, en1), (tr2, en2) = draw.choice(gold), draw.choice(gold)
        tr, en = f"{tr1} {tr2}", f"{en1} {en2}"
        if number % 5 == 0:
            tr, en = (
                (en, tr), (tr, en1[:9]), (tr.encode().decode("latin-1"), en), (tr, draw.choice(gold)[1]), (tr, tr),
                (tr, f"<p>{en}</p>"), (tr + " 25", en + " 52"), (last[0] + "!", last[1].upper()),
            )[draw.randrange(8)]  # fmt: skip
        last = (tr, en)
        yield " ".join(tr.split()), " ".join(en.split())


def measured(command: list[str], folder: Path) -> tuple[float, float, float]:
    """Seconds by the clock and of processor time, and peak memory in MB, of a process."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} failed")
    seconds = time.perf_counter() - started
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--opusfilter", type=Path, metavar="DIR")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            (folder / "pairs.tsv").open("w", encoding="utf-8") as both,
            (folder / "pairs.tr").open("w", encoding="utf-8") as left,
            (folder / "pairs.en").open("w", encoding="utf-8") as right,
        ):
            for tr, en in made(options.pairs):
                both.write(f"{tr}\t{en}\n")
                left.write(tr + "\n")
                right.write(en + "\n")
        size = (folder / "pairs.tsv").stat().st_size / 1e6
        print(f"{options.pairs:,} pairs, {size:.0f} MB")
        clean = [
            sys.executable,
            "-m",
            "ui",
            "clean",
            "pairs.tsv",
            "-o",
            "kept.tsv",
            "--report",
            "report.json",
        ]
        runs = {"dragoman clean": clean}
        if options.opusfilter:
            (folder / "shared.toml").write_text(SHARED, "utf-8")
            (folder / "opusfilter.yaml").write_text(json.dumps(OPUSFILTER), "utf-8")
            runs = {
                "dragoman clean, same filters": [*clean, "--recipe", "shared.toml"],
                "opusfilter": [
                    str(options.opusfilter / "opusfilter"),
                    "--overwrite",
                    "opusfilter.yaml",
                ],
            }
        print("| | wall s | cpu s | µs/pair (cpu) | peak MB | kept |\n|---|---|---|---|---|---|")
        for label, command in runs.items():
            wall, cpu, peak = measured(command, folder)
            kept_file = folder / ("kept.tr" if label == "opusfilter" else "kept.tsv")
            with kept_file.open(encoding="utf-8") as lines:
                kept = sum(1 for _ in lines) - (label != "opusfilter")
            print(
                f"| {label} | {wall:.1f} | {cpu:.1f} | {cpu / options.pairs * 1e6:.0f} | {peak:.0f} | {kept:,} |"
            )
        report = json.loads((folder / "report.json").read_text("utf-8"))
        print({step["name"]: step["dropped"] for step in report["filters"]})


if __name__ == "__main__":
    main()
