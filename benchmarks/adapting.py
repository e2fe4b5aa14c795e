"""What a reviewer's corrections are worth: memory, glossary and an adapted model, each for itself and all together.

    python -m benchmarks.adapting GENERAL [--every 10] [--documents 60] [-o docs/images/adapting.svg]

A simulated reviewer goes through the held-out articles of `corpora.news` (the model was not trained on them), a topic
after the other by turns. Each article is translated before it is approved, by every system; then its gold English goes into
the project as the correction. After every tenth article a model is adapted to what the project holds by then, and tried
as `dragoman models adapt` does it, with GENERAL (a file of pairs, every n-th line of it) as the general test set.

    model      the model in use, nothing else
    memory     … with the approved segments as its memory (exact matches)
    glossary   … with a glossary: capitalised phrases inside approved sentences, with what word links say they became
    tuned      the latest adapted model, whether it passed or not; each is trained from the model in use at the start
    adapted    the latest one that passed
    all        adapted, memory and glossary

Prints chrF2 by ten documents, and draws the gain over the model alone.
"""

from __future__ import annotations

import argparse
import gzip
import re
import shutil
import tempfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from alignment.embedding import Encoder
from alignment.embedding import load as load_encoder
from alignment.words import link, tokenize
from corpora import news
from corpora.bitext import Pair
from corpora.errors import InputError
from corpora.glossary import Glossary, Term
from corpora.memory import ProjectMemory
from corpora.store import Project
from mt import models
from mt.adapting import compare, tune
from mt.corrections import gather
from mt.engines import Search
from mt.evaluation import score, sure_gain
from mt.translator import Translator
from ui.plots import Series, line, standalone

TEN = 10
SYSTEMS = ("model", "memory", "glossary", "tuned", "adapted", "all")
DRAWN = ("memory", "glossary", "tuned", "adapted", "all")
Document = tuple[str, list[tuple[str, str]]]


def documents(count: int) -> list[Document]:
    """So many held-out articles, the topics by turns: the id, and source and gold of each sentence."""
    topics: dict[str, list[Document]] = {}
    for article in news.articles("held-out"):
        pairs = [
            (" ".join(b.tr), " ".join(b.en))
            for block in article.blocks
            for b in block.beads
            if b.tr and b.en
        ]
        topics.setdefault(article.file, []).append((article.id, pairs))
    return [d for row in zip_longest(*topics.values()) for d in row if d][:count]


def terms(source: str, target: str, encoder: Encoder) -> Iterator[Term]:
    """Capitalised phrases inside a sentence, with the capitalised words that they are linked to."""
    sides = tokenize(source), tokenize(target)
    links = link(source, target, encoder)
    start = 1
    while start < len(sides[0]):
        end = start
        while end < len(sides[0]) and sides[0][end].text[:1].isupper():
            end += 1
            if re.search("['’]", sides[0][end - 1].text):
                break  # a suffix ends a name
        linked = sorted({j for i, j in links if start <= i < end})
        if end - start > 1 and linked and linked[-1] - linked[0] < 5:
            words = sides[1][linked[0] : linked[-1] + 1]
            phrase = re.split("['’]", source[sides[0][start].start : sides[0][end - 1].end])[0]
            english = target[words[0].start : words[-1].end]
            if words[0].text[0].isupper() and words[-1].text[0].isupper() and phrase != english:
                yield Term(phrase, english)
        start = max(end, start + 1)


def translated(name: str, sources: list[str], glossary: Glossary | None = None) -> list[str]:
    engine, info = models.load(name, smoke=False)
    search = Search(length_penalty=info.length_penalty)
    made = Translator(engine, model=info.name, search=search, glossary=glossary).segments(sources)
    targets = [m.target for m in made]
    engine.close()
    return targets


def simulate(work: Path, general_test: Path, count: int, base: str) -> dict[str, list[list[str]]]:
    """By system: the translations of each document."""
    made: dict[str, list[list[str]]] = {name: [] for name in SYSTEMS}
    encoder = load_encoder()
    known: dict[str, Term] = {}
    tuned = adapted = base
    with Project.open(work / "reviewer.dragoman", person="reviewer") as project:
        memory = ProjectMemory(project)
        for number, (name, pairs) in enumerate(documents(count), 1):
            sources = [s for s, _ in pairs]
            glossary = Glossary(list(known.values())) if known else None
            plain = translated(base, sources)
            from_memory = {s: m[0].target for s in sources if (m := memory.same(s))}
            made["model"].append(plain)
            made["memory"].append(
                [from_memory.get(s, t) for s, t in zip(sources, plain, strict=True)]
            )
            with_terms = translated(base, sources, glossary) if glossary else plain
            made["glossary"].append(with_terms)
            made["tuned"].append(translated(tuned, sources) if tuned != base else plain)
            best, both = plain, with_terms
            if adapted != base:
                best = made["tuned"][-1] if adapted == tuned else translated(adapted, sources)
                both = translated(adapted, sources, glossary) if glossary else best
            made["adapted"].append(best)
            made["all"].append([from_memory.get(s, t) for s, t in zip(sources, both, strict=True)])

            project.import_pairs([Pair(s, t, status="approved") for s, t in pairs], document=name)
            for source, target in pairs:
                for term in terms(source, target, encoder):
                    known.setdefault(term.source, term)
            if number % TEN or number == count:
                continue
            try:
                material = gather(project, base, general_test=general_test)
            except InputError as error:
                print(f"after {number} documents: {error}", flush=True)
                continue
            run = work / f"run-{number}"
            done = tune(material, run)
            if done is None:
                raise KeyboardInterrupt
            folder = shutil.move(done.folder, work / f"after-{number}")
            shutil.rmtree(run)
            own, general = compare(material, folder)
            tuned = str(folder)
            if own.passed and general.passed:
                adapted = tuned
            print(
                f"after {number} documents, {len(material.corrections)} corrections, {len(known)} terms: "
                f"{done.tokens:,} tokens in {done.seconds:.0f} s; held-out ({own.size}) "
                f"{own.before.value:.1f} → {own.after.value:.1f}, sure {own.sure:+.2f}; general ({general.size}) "
                f"{general.before.value:.1f} → {general.after.value:.1f}, sure {general.sure:+.2f}; "
                f"{'kept' if adapted == tuned else 'not kept'}",
                flush=True,
            )
    return made


def drawn(rows: list[tuple[str, dict[str, float]]]) -> str:
    """The gain of each system over the model alone, as an SVG that stands alone."""
    series = [
        Series(name, [scores[name] - scores["model"] for _, scores in rows]) for name in DRAWN
    ]
    return standalone(
        line([label for label, _ in rows], series, title="Gain in chrF2 over the model alone")
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("general", type=Path)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--model", default="tr-en")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path)
    args = parser.parse_args()
    import torch

    torch.set_num_threads(args.threads)
    with tempfile.TemporaryDirectory() as folder:
        general = Path(folder) / "general.tsv"
        opener = gzip.open if args.general.suffix == ".gz" else open
        with opener(args.general, "rt", encoding="utf-8") as file:
            rows = [row.split("\t")[:2] for row in file.read().splitlines()[:: args.every]]
        general.write_text("".join(f"{s}\t{t}\n" for s, t in rows), "utf-8")
        made = simulate(Path(folder), general, args.documents, args.model)
    gold = [[t for _, t in pairs] for _, pairs in documents(args.documents)]
    blocks = [range(at, min(at + TEN, len(gold))) for at in range(0, len(gold), TEN)]
    # The first ten are translated before anything is learnt from ten.
    blocks.append(range(TEN, len(gold)))
    table = []
    print(f"{'documents':>12}" + "".join(f"{name:>10}" for name in SYSTEMS))
    for block in blocks:
        references = [t for d in block for t in gold[d]]
        texts = {n: [t for d in block for t in made[n][d]] for n in SYSTEMS}
        scores = {n: score(t, references, metrics=("chrF2",))[0].value for n, t in texts.items()}
        label = f"{block.start + 1}–{block.stop}"
        table.append((label, scores))
        print(f"{label:>12}" + "".join(f"{scores[n]:10.2f}" for n in SYSTEMS))
    print(
        f"{'sure gain':>12}{'':10}"
        + "".join(f"{sure_gain(references, texts['model'], texts[n]):+10.2f}" for n in SYSTEMS[1:])
    )
    if args.output:
        args.output.parent.mkdir(parents=True, exist_ok=True)
        args.output.write_text(drawn(table[:-1]), "utf-8")


if __name__ == "__main__":
    main()
