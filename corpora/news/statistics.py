"""Figures of the news corpus, counted from its files; ``python -m corpora.news.statistics`` puts them into its README.

A token is a run of letters and digits, with what an apostrophe or hyphen joins to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora.news.gold import Article, articles, sentence_pairs

KINDS = ("direct", "partial", "headline", "indirect")
_SPLITS = ("train", "validation", "test")
_TOKEN = re.compile(r"\w+(?:['’\-]\w+)*")
_PLACE = re.compile(r"(?<=<!-- figures -->\n).*(?=<!-- end of figures -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of some articles; those by language are (Turkish, English).

    ``beads`` are counted by their sentences on either side ("1-1", "2-1"), quotes by kind: all, those that stand in the
    Turkish and in the English text, and those that stand in both, the quote pairs. ``speakers`` are distinct names.
    """

    articles: int
    paragraphs: int
    sentences: tuple[int, int]
    tokens: tuple[int, int]
    beads: Mapping[str, int]
    quotes_tr: Mapping[str, int]
    quotes_en: Mapping[str, int]
    quote_pairs: Mapping[str, int]
    speakers: int


def count(chosen: Iterable[Article]) -> Statistics:
    """The counts of ``chosen`` articles."""
    kept = list(chosen)
    blocks = [block for article in kept for block in article.blocks]
    beads = Counter(f"{len(b.tr)}-{len(b.en)}" for block in blocks for b in block.beads)
    quotes = [quote for article in kept for quote in article.quotes]
    sides = [[s for article in kept for s in article.sentences(lang)] for lang in ("tr", "en")]
    return Statistics(
        articles=len(kept),
        paragraphs=sum(block.kind == "paragraph" for block in blocks),
        sentences=(len(sides[0]), len(sides[1])),
        tokens=(tokens(sides[0]), tokens(sides[1])),
        beads=dict(beads.most_common()),
        quotes_tr=Counter(q.kind for q in quotes if q.tr != "-"),
        quotes_en=Counter(q.kind for q in quotes if q.en != "-"),
        quote_pairs=Counter(q.kind for q in quotes if "-" not in (q.tr, q.en)),
        speakers=len({(a.id, q.speaker_tr) for a in kept for q in a.quotes}),
    )


def tokens(texts: Iterable[str]) -> int:
    """How many tokens ``texts`` have together."""
    return sum(len(_TOKEN.findall(text)) for text in texts)


def as_markdown() -> str:
    """The figures of the whole corpus as Markdown tables."""
    counts = [count(a for a in articles() if a.split == split) for split in _SPLITS]
    counts.append(count(articles()))
    head = ["", *_SPLITS, "all"]

    def row(label: str, values: Iterable[int]) -> list[str]:
        return [label, *(f"{value:,}" for value in values)]

    lines = [
        row("articles", (c.articles for c in counts)),
        row("paragraphs", (c.paragraphs for c in counts)),
        row("sentences, Turkish", (c.sentences[0] for c in counts)),
        row("sentences, English", (c.sentences[1] for c in counts)),
        row("tokens, Turkish", (c.tokens[0] for c in counts)),
        row("tokens, English", (c.tokens[1] for c in counts)),
        row("beads", (sum(c.beads.values()) for c in counts)),
        *(
            row(f"beads {kind}", (c.beads.get(kind, 0) for c in counts))
            for kind in counts[-1].beads
        ),
        row("quotes, Turkish", (sum(c.quotes_tr.values()) for c in counts)),
        row("quotes, English", (sum(c.quotes_en.values()) for c in counts)),
        row("quote pairs", (sum(c.quote_pairs.values()) for c in counts)),
        row("speakers", (c.speakers for c in counts)),
    ]
    whole = counts[-1]
    kinds = [
        row(kind, (c[kind] for c in (whole.quotes_tr, whole.quotes_en, whole.quote_pairs)))
        for kind in KINDS
    ]
    singles = list(sentence_pairs())
    sides = [tokens(pair[side] for pair in singles) for side in (0, 1)]
    return (
        f"{_table(head, lines)}\n\n{_table(['quotes', 'Turkish', 'English', 'pairs'], kinds)}\n\nBesides, {len(singles):,} single sentence pairs with {sides[0]:,} Turkish and "
        f"{sides[1]:,} English tokens, all for training.\n"
    )


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *lines))


def with_figures(readme: str) -> str:
    """``readme`` with the figures of today between its two marks."""
    return _PLACE.sub(lambda _: f"\n{as_markdown()}\n", readme)


if __name__ == "__main__":
    path = Path(__file__).with_name("README.md")
    path.write_text(with_figures(path.read_text("utf-8")), "utf-8")
