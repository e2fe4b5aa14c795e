"""Measure and fit the pairing of quotes.

    python -m benchmarks.quote_pairs            pairs of the news corpus and of the comparable reports
    python -m benchmarks.quote_pairs --unseen   with quotes found by models that were not taught the article (minutes)
    python -m benchmarks.quote_pairs --held-out on the held-out articles, for the final figures only
    python -m benchmarks.quote_pairs --show     what went wrong

On the news corpus a pair is right where both sides match the two sides of one gold quote: letters and digits alike to a
difflib ratio of 0.8, in the same group (marked or indirect). Texts are segmented and aligned as a user's would be; quotes
are those found, or the gold ones. On comparable reports a pair is right where it is a gold pair.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from alignment.embedding import Encoder, load
from alignment.quotes import Quote, find, pairing
from alignment.quotes.pairing import QuotePair, comparable, pair
from alignment.sentences import Bead, align
from benchmarks.quotes import SIDES, Gold, group, match
from benchmarks.quotes import load as load_articles
from corpora import news
from corpora.document import Block, Document
from corpora.news import Article, GoldQuote
from corpora.segmentation import segment_document

COMPARABLE = Path(__file__).parents[1] / "tests" / "data" / "comparable"
ARTICLES = Path(news.__file__).parent / "articles"
GROUPS = ("marked", "indirect")
Finder = Callable[[Document], list[Quote]]


@dataclass(frozen=True)
class Text:
    """Two documents, the quotes of each, and the gold pairs as indices into them; -1 for a side that has none."""

    id: str
    source: Document
    target: Document
    quotes: tuple[list[Quote], list[Quote]]
    beads: list[Bead]
    gold: list[tuple[int, int, str]]


def document(identity: str, lang: str, blocks: Sequence[tuple[str, str]]) -> Document:
    """A segmented document of (kind, text) blocks."""
    made = tuple(
        Block("heading" if kind == "heading" else "paragraph", text) for kind, text in blocks
    )
    return segment_document(Document(identity, lang, "", "-", made))


def sides(article: Article) -> tuple[Document, Document]:
    """Both sides of a gold article, segmented anew."""
    made = []
    for lang in ("tr", "en"):
        blocks = [
            (b.kind, " ".join(s for bead in b.beads for s in getattr(bead, lang)))
            for b in article.blocks
        ]
        made.append(document(article.id, lang, [(kind, text) for kind, text in blocks if text]))
    return made[0], made[1]


def placed(gold: Sequence[tuple[str, str, str]], text: Document) -> list[Quote]:
    """Gold (kind, speaker, text) as quotes of a document; the same words twice stand in two places."""
    whole = " ".join(block.text for block in text.blocks)
    used: Counter[str] = Counter()
    out = []
    for kind, speaker, words in gold:
        at = -1
        for _ in range(used[words] + 1):
            at = whole.find(words, at + 1) if whole.find(words, at + 1) >= 0 else at
        used[words] += 1
        out.append(Quote(kind, speaker, "", _spans(text, at, at + len(words)), words))  # type: ignore[arg-type]
    return out


def _spans(text: Document, start: int, end: int) -> tuple[tuple[int, int, int], ...]:
    """Offsets into the joined text as spans of blocks."""
    spans, at = [], 0
    for number, block in enumerate(text.blocks):
        a, b = max(start, at) - at, min(end, at + len(block.text)) - at
        if a < b:
            spans.append((number, a, b))
        at += len(block.text) + 1
    return tuple(spans)


def read_news(part: news.gold.Part, encoder: Encoder, finder: Finder | None) -> Iterator[Text]:
    """The articles of a part; with the gold quotes if there is no ``finder``."""
    for article in news.articles(part):
        source, target = sides(article)
        beads = align(source.sentences(), target.sentences(), encoder=encoder)
        if finder:
            quotes = finder(source), finder(target)
            wanted = [
                [Gold(q.kind, "", t) for q in article.quotes for t in [text(q)]]
                for text in (lambda q: q.tr, lambda q: q.en)
            ]
            matched = [
                {i: j for i, j, _ in match(w, q)} for w, q in zip(wanted, quotes, strict=True)
            ]
            gold = [
                (matched[0].get(i, -1), matched[1].get(i, -1), group(q.kind))
                for i, q in enumerate(article.quotes)
                if "-" not in (q.tr, q.en)
            ]
        else:
            both = [q for q in article.quotes if "-" not in (q.tr, q.en)]
            quotes = (
                placed(
                    [(q.kind, q.speaker_tr, q.tr) for q in article.quotes if q.tr != "-"], source
                ),
                placed(
                    [(q.kind, q.speaker_en, q.en) for q in article.quotes if q.en != "-"], target
                ),
            )
            index = [
                [q for q in article.quotes if getattr(q, lang) != "-"] for lang in ("tr", "en")
            ]
            gold = [(_at(index[0], q), _at(index[1], q), group(q.kind)) for q in both]
        yield Text(article.id, source, target, quotes, beads, gold)


def _at(quotes: Sequence[GoldQuote], quote: GoldQuote) -> int:
    return next(k for k, q in enumerate(quotes) if q is quote)


def read_comparable(finder: Finder | None = None) -> Iterator[Text]:
    """The twelve pairs of independent reports; with the gold quotes if there is no ``finder``."""
    for path in sorted(COMPARABLE.glob("*.txt")):
        blocks: dict[str, list[tuple[str, str]]] = {}
        rows: list[list[str]] = []
        for line in path.read_text("utf-8").splitlines():
            fields = line.split(" | ")
            if fields[0].startswith("###"):
                side = blocks.setdefault(fields[1], [])
            elif fields[0] in ("H", "P"):
                side.append(("heading" if fields[0] == "H" else "paragraph", fields[1]))
            elif fields[0] == "Q":
                rows.append(fields[1:])
        texts = [document(path.stem, lang, blocks[lang]) for lang in ("tr", "en")]
        gold_quotes = [[(r[k], r[k + 1], r[k + 2]) for r in rows if r[k] != "-"] for k in (0, 3)]
        if finder:
            quotes = finder(texts[0]), finder(texts[1])
            index = [
                {gold_quotes[side][i][2]: j for i, j in _any_group(gold_quotes[side], quotes[side])}
                for side in (0, 1)
            ]
        else:
            quotes = placed(gold_quotes[0], texts[0]), placed(gold_quotes[1], texts[1])
            index = [{q.text: j for j, q in enumerate(side)} for side in quotes]
        gold = [
            (index[0].get(r[2], -1), index[1].get(r[5], -1), group(r[0]))
            for r in rows
            if "-" not in (r[0], r[3])
        ]
        yield Text(path.stem, texts[0], texts[1], quotes, [], gold)


def _any_group(
    gold: Sequence[tuple[str, str, str]], found: Sequence[Quote]
) -> list[tuple[int, int]]:
    return [(i, j) for i, j, _ in match([Gold(k, s, t) for k, s, t in gold], found)]


def score(
    texts: Sequence[Text], pairs: Callable[[Text], Sequence[QuotePair]], show: bool = False
) -> Counter[str]:
    """Pairs made, gold pairs, and those that are both, by group of the source quote."""
    counts: Counter[str] = Counter()
    for text in texts:
        made = [p for p in pairs(text) if p.source and p.target]
        gold = {(i, j): kind for i, j, kind in text.gold if i >= 0 and j >= 0}
        for kind in (k for _, _, k in text.gold):
            counts[f"{kind} gold"] += 1
        got = {
            (_index(text.quotes[0], p.source), _index(text.quotes[1], p.target)): p for p in made
        }
        for key, p in got.items():
            assert p.source
            assert p.target
            kind = gold.get(key) or group(p.source.kind)
            counts[f"{kind} made"] += 1
            counts[f"{kind} right"] += key in gold
            if show and key not in gold:
                print(
                    f"  {text.id} WRONG {p.score} [{p.source.kind} {p.source.speaker}] {p.source.text[:90]} || [{p.target.kind} {p.target.speaker}] {p.target.text[:90]}"
                )
        for i, j in gold:
            if show and (i, j) not in got:
                print(
                    f"  {text.id} MISSED [{text.quotes[0][i].kind}] {text.quotes[0][i].text[:90]} || [{text.quotes[1][j].kind}] {text.quotes[1][j].text[:90]}"
                )
    return counts


def _index(quotes: Sequence[Quote], quote: Quote | None) -> int:
    return next(k for k, q in enumerate(quotes) if q is quote)


def rates(counts: Counter[str], kind: str) -> tuple[float, float, float]:
    """Precision, recall, F1."""
    right, made, gold = (counts[f"{kind} {what}"] for what in ("right", "made", "gold"))
    return right / max(1, made), right / max(1, gold), 2 * right / max(1, made + gold)


def line(name: str, counts: Counter[str]) -> None:
    """Print the rates of both groups and of all pairs."""
    for what in ("right", "made", "gold"):
        counts[f"all {what}"] = sum(counts[f"{kind} {what}"] for kind in GROUPS)
    for kind in (*GROUPS, "all"):
        p, r, f = rates(counts, kind)
        print(f"{name:34} {kind:9} P {p:.4f}  R {r:.4f}  F1 {f:.4f}  gold {counts[kind + ' gold']}")


def pair_text(text: Text, encoder: Encoder) -> list[QuotePair]:
    """As `align --quotes` does."""
    return pair(*text.quotes, text.beads, text.source, text.target, encoder=encoder)


def compare_text(text: Text, encoder: Encoder, threshold: float = pairing.ALONE) -> list[QuotePair]:
    """As `align --comparable` does."""
    return comparable(*text.quotes, text.source, text.target, encoder=encoder, threshold=threshold)


def unseen() -> Finder:
    """`find`, with models taught on the development files but two, for the articles of those two."""
    from alignment.quotes import finder
    from benchmarks.train_quotes import examples, train

    files = sorted(p for p in ARTICLES.glob("*.txt") if p.stem not in news.HELD_OUT)
    articles = [list(load_articles(path)) for path in files]
    tables = {}
    for side, lang in enumerate(SIDES):
        lessons = [[examples(pair[side]) for pair in rows] for rows in articles]
        for k in range(0, len(files), 2):
            taught = train(
                [x for i, rows in enumerate(lessons) if i not in (k, k + 1) for x in rows]
            )
            tables |= {
                (pair[side].document.id, lang): taught for pair in chain(*articles[k : k + 2])
            }

    def found(text: Document) -> list[Quote]:
        whole = finder.models
        if (text.id, text.lang) in tables:
            finder.models = lambda _: tables[text.id, text.lang]  # type: ignore[assignment]
        try:
            return find(text)
        finally:
            finder.models = whole

    return found


def measure(part: news.gold.Part, encoder: Encoder, found: Finder, show: bool) -> None:
    """Print the figures of docs/quote-pairs.md."""
    for name, finder in (("news, quotes found", found), ("news, gold quotes", None)):
        texts = list(read_news(part, encoder, finder))
        line(name, score(texts, lambda t: pair_text(t, encoder), show))
        if finder:
            ceiling: Counter[str] = Counter()
            for text in texts:
                for i, j, kind in text.gold:
                    ceiling[f"{kind} gold"] += 1
                    ceiling[f"{kind} both"] += i >= 0 and j >= 0
            print(
                "  both sides found:",
                {k: round(ceiling[f"{k} both"] / ceiling[f"{k} gold"], 4) for k in GROUPS},
            )
    for name, finder in (("comparable, quotes found", found), ("comparable, gold quotes", None)):
        texts = list(read_comparable(finder))
        line(name, score(texts, lambda t: compare_text(t, encoder), show))
    for threshold in (0.25, 0.5, 0.7, 0.8, 0.9):
        line(
            f"comparable, gold, threshold {threshold}",
            score(texts, lambda t, at=threshold: compare_text(t, encoder, at)),
        )


def main(arguments: Sequence[str]) -> int:
    """Entry point; returns the exit status."""
    encoder = load()
    part: news.gold.Part = "held-out" if "--held-out" in arguments else "development"
    finder = unseen() if "--unseen" in arguments else find
    measure(part, encoder, finder, "--show" in arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
