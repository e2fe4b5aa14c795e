"""Terms rendered as the glossary says, with and without enforcing it, and what that does to chrF and BLEU.

    python benchmarks/glossary.py [--model M] [--engine ct2|torch]

`glossary_set.tsv` holds 42 Turkish sentences, each with one term, its English, and a translation of the sentence; they
were written for this, before anything was measured on them.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import sacrebleu

from corpora.glossary import Glossary, Term
from mt import models
from mt.engines import Search
from mt.translator import Translator


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="tr-en")
    parser.add_argument("--engine", choices=["ct2", "torch"], default="ct2")
    parser.add_argument("--show", action="store_true", help="print every translation")
    options = parser.parse_args()
    text = Path(__file__).with_name("glossary_set.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    glossary = Glossary(dict.fromkeys(Term(source, target) for source, target, _, _ in rows))
    sources, references = [r[2] for r in rows], [r[3] for r in rows]
    engine, info = models.load(options.model, options.engine)
    for name, given in (("without", None), ("with", glossary)):
        translator = Translator(
            engine,
            model=info.name,
            search=Search(length_penalty=info.length_penalty),
            glossary=given,
        )
        started = time.process_time()
        made = [s.target for s in translator.segments(sources)]
        seconds = time.process_time() - started
        right = sum(not glossary.check(s, t) for s, t in zip(sources, made, strict=True))
        chrf = sacrebleu.corpus_chrf(made, [references]).score
        bleu = sacrebleu.corpus_bleu(made, [references]).score
        print(
            f"{name:8} terms right {right} of {len(rows)}, chrF2 {chrf:.1f}, BLEU {bleu:.1f}, "
            f"{seconds:.1f} s of processor time"
        )
        if options.show:
            for source, target, reference in zip(sources, made, references, strict=True):
                print(f"  {source}\n    {target}\n    {reference}")


if __name__ == "__main__":
    main()
