"""Cold start: whole processes that translate one article, ours beside a plain transformers script.

    python -m benchmarks.start [ARTICLE] [--runs N]

Each contender starts N times, by turns; printed are the fewest seconds by the clock, the processor's seconds of that
run, and peak memory. The transformers script gets the article's sentences ready cut; `dragoman` cuts them itself.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCRIPT = """
import sys
import torch
from transformers import MarianMTModel, MarianTokenizer
folder, sentences = sys.argv[1], open(sys.argv[2], encoding="utf-8").read().splitlines()
tokenizer = MarianTokenizer.from_pretrained(folder)
model = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
for at in range(0, len(sentences), 16):
    batch = tokenizer(sentences[at : at + 16], return_tensors="pt", padding=True, truncation=True)
    with torch.inference_mode():
        out = model.generate(**batch, num_beams=4, max_length=256)
    print("\\n".join(tokenizer.batch_decode(out, skip_special_tokens=True)))
"""


def once(command: list[str]) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of the processor, and peak memory in MB of one process."""
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        sys.exit(f"{command[0]} failed")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    from corpora.reading import read
    from mt import models

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("article", type=Path, nargs="?", default=Path("docs/sample/article.tr.txt"))
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    info = models.find("tr-en")
    with tempfile.TemporaryDirectory() as scratch:
        sentences = Path(scratch, "sentences.txt")
        sentences.write_text("\n".join(read(args.article, lang="tr").sentences()), "utf-8")
        contenders = {
            "dragoman": [sys.executable, "-m", "ui", "translate", str(args.article)],
            "transformers": [sys.executable, "-c", SCRIPT, str(info.folder), str(sentences)],
        }
        runs = {
            name: min(found)
            for name, found in zip(
                contenders,
                zip(
                    *([once(c) for c in contenders.values()] for _ in range(args.runs)), strict=True
                ),
                strict=True,
            )
        }
    for name, (seconds, processor, memory) in runs.items():
        print(f"{name:14}{seconds:7.2f} s{processor:7.2f} s of processor{memory:7.0f} MB")


if __name__ == "__main__":
    main()
