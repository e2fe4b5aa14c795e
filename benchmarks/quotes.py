"""Measure quote finding on gold articles.

    python -m benchmarks.quotes FILE... [--show]

Reads the gold news format (`### id | topic | place`, `H`, `P`, `S`, `Q` lines), finds the quotes on either side and
prints precision, recall, F1, exact F1 and speaker accuracy per language and group. A found quote matches a gold one of
its group (marked = direct, partial, headline; indirect) where their letters and digits share a difflib ratio of 0.8;
one to one, the best first. ``--show`` lists what was missed, invented or given to somebody else.
"""

from __future__ import annotations

import difflib
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from alignment.quotes import Quote, find
from corpora.document import Block, Document

SIDES = ("tr", "en")


@dataclass(frozen=True)
class Gold:
    """One gold quote of one side."""

    kind: str
    speaker: str
    text: str


@dataclass(frozen=True)
class GoldArticle:
    """One side of a gold article."""

    document: Document
    quotes: tuple[Gold, ...]


def load(path: Path) -> Iterator[tuple[GoldArticle, GoldArticle]]:
    """The Turkish and the English side of every article of a file."""
    text = unicodedata.normalize("NFC", path.read_text("utf-8"))
    for part in text.split("### ")[1:]:
        rows = [[field.strip() for field in line.split(" | ")] for line in part.splitlines()]
        yield _side(rows, 0), _side(rows, 1)


def _side(rows: list[list[str]], side: int) -> GoldArticle:
    blocks: list[tuple[str, list[str]]] = []
    quotes: list[Gold] = []
    for fields in rows[1:]:
        if fields[0] in ("P", "H"):
            blocks.append(("paragraph" if fields[0] == "P" else "heading", []))
        if fields[0] in ("S", "H") and fields[1 + side] != "-":
            blocks[-1][1].extend(text.strip() for text in fields[1 + side].split("¶"))
        if fields[0] == "Q" and fields[4 + side] != "-":
            quotes.append(Gold(fields[1], fields[2 + side], fields[4 + side]))
    parts = tuple(Block(kind, " ".join(texts)) for kind, texts in blocks if texts)
    return GoldArticle(Document(rows[0][0], SIDES[side], "", "-", parts), tuple(quotes))


def fold(text: str) -> str:
    """Letters and digits in small letters, dotted and dotless i alike."""
    return "".join(c for c in plain(text) if c.isalnum())


def plain(text: str) -> str:
    """Small letters, dotted and dotless i alike, single spaces."""
    return " ".join(text.replace("İ", "i").replace("I", "i").lower().replace("ı", "i").split())


def group(kind: str) -> str:
    """The group in which quotes are matched."""
    return "indirect" if kind == "indirect" else "marked"


def match(gold: Sequence[Gold], found: Sequence[Quote]) -> list[tuple[int, int, bool]]:
    """One-to-one (gold, found, exact) indices, best first."""
    pairs = []
    folded = [fold(quote.text) for quote in found]
    for i, want in enumerate(gold):
        a = fold(want.text)
        for j, quote in enumerate(found):
            if group(quote.kind) != group(want.kind):
                continue
            matcher = difflib.SequenceMatcher(None, a, folded[j], autojunk=False)
            if matcher.real_quick_ratio() < 0.8 or matcher.quick_ratio() < 0.8:
                continue
            ratio = 1.0 if a == folded[j] else matcher.ratio()
            if ratio >= 0.8:
                pairs.append((-ratio, i, j))
    used: tuple[set[int], set[int]] = (set(), set())
    matched = []
    for ratio, i, j in sorted(pairs):
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            matched.append((i, j, ratio == -1.0))
    return matched


def count(article: GoldArticle, found: Sequence[Quote], show: bool = False) -> Counter[str]:
    """What the scores are made of, for one article."""
    counts: Counter[str] = Counter()
    matched = match(article.quotes, found)
    for quote in article.quotes:
        counts[f"{group(quote.kind)} gold"] += 1
    for quote in found:
        counts[f"{group(quote.kind)} found"] += 1
    for i, j, exact in matched:
        kind = group(article.quotes[i].kind)
        want, got = plain(article.quotes[i].speaker), plain(found[j].speaker or "")
        counts[f"{kind} right"] += 1
        counts[f"{kind} exact"] += exact
        counts[f"{kind} full"] += want == got
        counts[f"{kind} last"] += want.split()[-1:] == got.split()[-1:]
        counts[f"{kind} kind"] += article.quotes[i].kind == found[j].kind
        if show and want.split()[-1:] != got.split()[-1:]:
            print(
                f"  {article.document.id} SPEAKER {found[j].speaker} FOR {article.quotes[i].speaker}: {found[j].text[:90]}"
            )
    if show:
        seen = {i for i, _, _ in matched}, {j for _, j, _ in matched}
        for i, quote in enumerate(article.quotes):
            if i not in seen[0]:
                print(
                    f"  {article.document.id} MISSED {quote.kind} [{quote.speaker}] {quote.text[:160]}"
                )
        for j, quote in enumerate(found):
            if j not in seen[1]:
                print(
                    f"  {article.document.id} INVENTED {quote.kind} [{quote.speaker}] ({quote.cue}) {quote.text[:160]}"
                )
    return counts


def rates(counts: Counter[str], kind: str) -> dict[str, float]:
    """P, R, F1, exact F1, speaker (full and last name) and kind accuracy of a group."""
    right, gold, found = (counts[f"{kind} {what}"] for what in ("right", "gold", "found"))
    f1 = 2 * right / max(1, gold + found)
    return {
        "P": right / max(1, found),
        "R": right / max(1, gold),
        "F1": f1,
        "exact": 2 * counts[f"{kind} exact"] / max(1, gold + found),
        "full": counts[f"{kind} full"] / max(1, right),
        "last": counts[f"{kind} last"] / max(1, right),
        "kind": counts[f"{kind} kind"] / max(1, right),
        "gold": gold,
    }


def measure(
    articles: Sequence[GoldArticle],
    finder: Callable[[Document], list[Quote]] = find,
    show: bool = False,
) -> Counter[str]:
    """The pooled counts of articles of one side."""
    total: Counter[str] = Counter()
    for article in articles:
        total += count(article, finder(article.document), show)
    return total


def report(lang: str, counts: Counter[str]) -> None:
    """Print one line a group."""
    for kind in ("marked", "indirect"):
        row = rates(counts, kind)
        print(
            f"{lang} {kind:9}",
            "  ".join(
                f"{name} {value:.4f}" if name != "gold" else f"gold {value}"
                for name, value in row.items()
            ),
        )


def main(arguments: Sequence[str]) -> int:
    """Entry point; returns the exit status."""
    paths = [Path(argument) for argument in arguments if not argument.startswith("-")]
    if not paths:
        print(__doc__)
        return 2
    pairs = [pair for path in paths for pair in load(path)]
    for side, lang in enumerate(SIDES):
        report(lang, measure([pair[side] for pair in pairs], show="--show" in arguments))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
