"""Speed and quality of translation, side by side in one run, on one file of pairs.

    python benchmarks/translation.py PAIRS [--every N] [--model FOLDER] [--only NAME…]

PAIRS holds a pair a line (Turkish, tab, English; may be gzipped). Each contender runs in a process of its own, model
loading not counted, and prints sentences a second, peak memory, BLEU and chrF2:

    dragoman      our Translator: int8, beam 4, streamed, with everything that must survive and the flags
    ct2           the shortest good CTranslate2 script: all sentences at once, sorted by length, batches by tokens
    ct2-fp32      the same in fp32, for what int8 costs in quality
    transformers  a plain `generate` script, fp32, batches of 16 in the file's order
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

BEAM = 4


def read(path: Path, every: int) -> tuple[list[str], list[str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][::every]
    return [row[0] for row in rows], [row[1] for row in rows]


def dragoman(sources: list[str], model: str) -> tuple[float, list[str]]:
    from mt import models
    from mt.engines import Search
    from mt.translator import Translator

    engine, info = models.load(model)
    search = Search(beam=BEAM, length_penalty=info.length_penalty)
    translator = Translator(engine, model=info.name, search=search)
    started = time.perf_counter()
    targets = [s.target for s in translator.segments(sources)]
    return time.perf_counter() - started, targets


def ct2(sources: list[str], model: str, compute: str = "int8") -> tuple[float, list[str]]:
    import ctranslate2
    import sentencepiece

    from mt import models

    info = models.find(model)
    folder = models.converted(info)
    if compute == "float32":
        folder = Path("/tmp") / f"dragoman-bench-{models.home().name}-fp32"
        from ctranslate2.converters import TransformersConverter

        TransformersConverter(str(info.folder)).convert(str(folder), force=True)
    encode = sentencepiece.SentencePieceProcessor(model_file=str(info.folder / "source.spm"))
    decode = sentencepiece.SentencePieceProcessor(model_file=str(info.folder / "target.spm"))
    translator = ctranslate2.Translator(
        str(folder), inter_threads=2, intra_threads=1, compute_type=compute
    )
    started = time.perf_counter()
    rows = [[*pieces, "</s>"] for pieces in encode.encode(sources, out_type=str)]
    results = translator.translate_batch(
        rows,
        beam_size=BEAM,
        length_penalty=info.length_penalty,
        max_batch_size=3072,
        batch_type="tokens",
    )
    targets = [decode.decode_pieces(r.hypotheses[0]) for r in results]
    return time.perf_counter() - started, targets


def transformers(sources: list[str], model: str) -> tuple[float, list[str]]:
    import torch
    from transformers import MarianMTModel, MarianTokenizer

    from mt import models

    info = models.find(model)
    tokenizer = MarianTokenizer.from_pretrained(info.folder)
    loaded = MarianMTModel.from_pretrained(info.folder, dtype=torch.float32).eval()
    started = time.perf_counter()
    targets: list[str] = []
    for at in range(0, len(sources), 16):
        batch = tokenizer(sources[at : at + 16], return_tensors="pt", padding=True, truncation=True)
        with torch.inference_mode():
            out = loaded.generate(**batch, num_beams=BEAM, max_length=256)
        targets += tokenizer.batch_decode(out, skip_special_tokens=True)
    return time.perf_counter() - started, targets


CONTENDERS = {
    "dragoman": dragoman,
    "ct2": ct2,
    "ct2-fp32": lambda sources, model: ct2(sources, model, "float32"),
    "transformers": transformers,
}


def contend(name: str, pairs: Path, every: int, model: str) -> None:
    from mt.evaluation import score

    sources, references = read(pairs, every)
    seconds, targets = CONTENDERS[name](sources, model)
    result = {
        "name": name,
        "sentences": len(sources),
        "seconds": seconds,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **{s.name: s.value for s in score(targets, references)},
    }
    print(json.dumps(result))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--model", default="tr-en")
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        contend(args.only[0], args.pairs, args.every, args.model)
        return
    rows = []
    for name in args.only:
        command = [sys.executable, __file__, str(args.pairs), "--one", "--only", name]
        command += ["--every", str(args.every), "--model", args.model]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
    slowest = max(row["seconds"] for row in rows)
    print(f"{'':14}{'sentences/s':>12}{'× slowest':>11}{'peak MB':>9}{'BLEU':>7}{'chrF2':>7}")
    for row in rows:
        rate = row["sentences"] / row["seconds"]
        print(
            f"{row['name']:14}{rate:12.1f}{slowest / row['seconds']:11.2f}{row['peak MB']:9.0f}"
            f"{row['BLEU']:7.2f}{row['chrF2']:7.2f}"
        )


if __name__ == "__main__":
    main()
