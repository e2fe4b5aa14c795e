"""How good a repaired match is, beside the match as it was remembered and beside the model's own translation.

    python -m benchmarks.repair FILE.tsv.gz… [--queries 300] [--model M]
    python -m benchmarks.repair [--queries 300]

With files (Turkish and English, tab-separated) sentences are looked up among the others of their file, so that the near
matches are those that occur. Without files they are made from the training part of `corpora.news`: a number, a name or a
word of a sentence gives way to another on both sides, and the sentence is to be found again from that.
chrF2 is against the translation that the file has for the sentence. `gain` and `loss` count the sentences whose chrF2 is
above or below that of the model's translation by more than 2.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sacrebleu

from corpora.bitext import Pair
from corpora.memory import Match, Memory
from corpora.news import sentence_pairs
from mt import models
from mt.engines import Search
from mt.repair import LEAST, Repair, Repairer
from mt.translator import Translator
from ui.linking import linker

# Adjectives, which stand bare in Turkish.
WORDS = """
    yeni:new eski:old büyük:big küçük:small ekonomik:economic siyasi:political askeri:military yerel:local güçlü:strong
    uluslararası:international özel:private zor:difficult kolay:easy uzun:long kısa:short önemli:important ciddi:serious
    açık:open kamu:public sosyal:social kültürel:cultural teknik:technical genç:young yaşlı:elderly kırmızı:red mavi:blue
    yeşil:green beyaz:white sıcak:hot soğuk:cold
"""
BANDS = ((75, 80), (80, 85), (85, 90), (90, 95), (95, 100))


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, its translation by people, and the best match for it."""

    source: str
    reference: str
    match: Match


def natural(file: Path, count: int, draw: random.Random) -> Iterator[Case]:
    """Sentences of ``file`` that resemble another one there whose translation is not the same."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = list(dict.fromkeys(tuple(line.rstrip("\n").split("\t")[:2]) for line in lines))
    rows = [row for row in rows if 5 <= len(row[0].split()) <= 40]
    memory = Memory(Pair(source, target) for source, target in rows)
    found = 0
    for source, target in draw.sample(rows, len(rows)):
        for match in memory.look_up(source, minimum=LEAST, limit=8):
            if match.kind == "fuzzy" and match.pair.target != target:
                found += 1
                yield Case(source, target, match)
                break
        if found == count:
            return


def made(count: int, draw: random.Random) -> Iterator[Case]:
    """Sentences of the news corpus's training part, each with a match that differs in a number, a name or a word."""
    rows = [(s, t) for s, t in sentence_pairs() if 6 <= len(s.split()) <= 40]
    names = [w for w in _shared(rows) if w[0].isupper()]
    pairs = _words(rows)
    kinds = ["number", "name", "word"]
    found = 0
    for source, target in draw.sample(rows, len(rows)):
        kind = kinds[found % 3]
        if kind == "number":
            places = [
                n
                for n in re.findall(r"(?<![\d.,:])\d{2,3}(?![\d.,:]\d|\d)", source)
                if n not in ("10", "19", "20")
            ]
            choices = [
                (n, n, new, new)
                for n in places
                for new in [str(draw.randint(11, 10 ** len(n) - 1))]
            ]
        elif kind == "name":
            choices = [
                (n, n, new, new) for n in names if n in source for new in [draw.choice(names)]
            ]
        else:
            choices = [
                (a, b, *draw.choice(pairs))
                for a, b in pairs
                if f" {a} " in source and f" {b} " in target
            ]
        for tr, en, new_tr, new_en in choices:
            both = [re.compile(rf"(?<![\w.,]){re.escape(w)}(?![\w,.]\w)\b") for w in (tr, en)]
            if tr != new_tr and all(
                len(p.findall(t)) == 1 for p, t in zip(both, (source, target), strict=True)
            ):
                remembered = Pair(both[0].sub(new_tr, source), both[1].sub(new_en, target))
                for match in Memory([remembered]).look_up(source, minimum=LEAST)[:1]:
                    found += 1
                    yield Case(source, target, match)
                break
        if found == count:
            return


def _shared(rows: list[tuple[str, str]]) -> list[str]:
    """Capitalised words that both sides of several pairs have."""
    counts: dict[str, int] = {}
    for source, target in rows:
        for word in set(re.findall(r"(?<=\w )[A-ZÇĞİÖŞÜ][a-zçğıöşü]{3,}", source)):
            if re.search(rf"\b{word}\b", target):
                counts[word] = counts.get(word, 0) + 1
    return sorted(word for word, n in counts.items() if n > 2)


def _words(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The adjectives that occur with their translation."""
    known = [tuple(word.split(":")) for word in WORDS.split()]
    return [(a, b) for a, b in known if any(f" {a} " in s and f" {b} " in t for s, t in rows)]


def chrf(hypotheses: list[str], references: list[str]) -> float:
    """Corpus chrF2."""
    return float(sacrebleu.corpus_chrf(hypotheses, [references]).score) if references else 0.0


def report(name: str, rows: list[tuple[Case, Repair | None, str]]) -> None:
    """Print a line for all of ``rows`` and one for those that were repaired in each band of percent."""
    references = [case.reference for case, _, _ in rows]
    plain = [mt for _, _, mt in rows]
    best = [repair.target if repair else mt for _, repair, mt in rows]
    print(
        f"{name}: {len(rows)} near matches; chrF2 of all: match {chrf([c.match.target for c, _, _ in rows], references):.1f}, "
        f"model {chrf(plain, references):.1f}, repaired where that was made, else model {chrf(best, references):.1f}"
    )
    fixed = [(c, r, mt) for c, r, mt in rows if r]
    for low, high in (*BANDS, (LEAST, 100)):
        some = [(c, r, mt) for c, r, mt in fixed if low <= r.percent < high]
        if not some:
            continue
        refs = [c.reference for c, _, _ in some]
        scores = [
            [sacrebleu.sentence_chrf(text, [c.reference]).score for text in (r.target, mt)]
            for c, r, mt in some
        ]
        print(
            f"  {low}–{high - 1} %: {len(some):4} repaired; match {chrf([c.match.pair.target for c, _, _ in some], refs):5.1f}, "
            f"repaired {chrf([r.target for _, r, _ in some], refs):5.1f}, model {chrf([mt for _, _, mt in some], refs):5.1f}; "
            f"gain {sum(a > b + 2 for a, b in scores)}, loss {sum(a < b - 2 for a, b in scores)}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--queries", type=int, default=300, help="near matches of each file")
    parser.add_argument("--model", default="tr-en")
    parser.add_argument("--show", action="store_true", help="print every repair")
    options = parser.parse_args()
    engine, info = models.load(options.model)
    translator = Translator(
        engine, model=info.name, search=Search(length_penalty=info.length_penalty)
    )
    repairer = Repairer(translator, linker())
    everything: list[tuple[Case, Repair | None, str]] = []
    for file in options.files or [None]:
        draw = random.Random(1)
        cases = list(natural(file, options.queries, draw) if file else made(options.queries, draw))
        plain = [made.target for made in translator.segments(c.source for c in cases)]
        rows = [
            (c, repairer.repair(c.match, c.source), mt) for c, mt in zip(cases, plain, strict=True)
        ]
        if options.show:
            for case, repair, mt in rows:
                print(
                    f"{case.match.percent} {case.source}\n   was {case.match.pair.source}\n       {case.match.pair.target}"
                )
                print(
                    f"   fix {repair.target if repair else '–'}\n    mt {mt}\n   ref {case.reference}"
                )
        report(file.name.partition(".")[0] if file else "made from the news corpus", rows)
        everything += rows
    if len(options.files) > 1:
        report("all", everything)


if __name__ == "__main__":
    main()
