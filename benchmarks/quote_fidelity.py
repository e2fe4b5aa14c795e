"""Measure the fidelity check: false alarms on gold pairs, and how many seeded corruptions it finds.

    python -m benchmarks.quote_fidelity [--held-out] [--show]

A corruption changes one side of a gold pair by rule: a denial taken out, a number or a name replaced, the speaker
swapped with another one of the article, the kind changed, a clause of another article appended. It is found where the
check raises the finding that belongs to it. "survives" says how many corrupted pairs are still paired with each other
when the whole article is paired again.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from alignment.embedding import Encoder, load
from alignment.quotes import Kind, Quote
from alignment.quotes.evidence import compare
from alignment.quotes.fidelity import check
from alignment.quotes.likeness import is_person, names
from alignment.quotes.negation import negations
from alignment.quotes.pairing import QuotePair, pair
from benchmarks.fit_quote_pairs import clauses_of
from benchmarks.quote_pairs import Text, read_news

LANGS = ("tr", "en")
EN_DENIALS = (
    (r"n['’]t\b", ""), (r"\bcannot\b", "can"), (r"\bnot ", ""), (r"\bnever\b", "always"), (r"\bwithout\b", "with"),
    (r"\bno (?!longer|one)", ""), (r"\bnobody\b", "everybody"), (r"\bnone\b", "all"), (r"\bneither\b", "both"), (r"\bnothing\b", "something"),
)  # fmt: skip
TR_DENIALS = (
    (r" değil", ""), (r"m[ae](d[ıi]ğ)", r"\1"), (r"\b(\w{2,})m[ae]d([ıi])\b", r"\1d\2"), (r"\byok", "var"), (r"(\w)m[ıiuü]yor", r"\1iyor"),
    (r"m[ae]y([ae]c[ae])", r"y\1"), (r"(\w{2,})m[ae]z\b", r"\1r"), (r"m[ae]y([ae]n)", r"\1"),
)  # fmt: skip


@dataclass(frozen=True)
class Seeded:
    """A corrupted pair: where it stands, what was done, and the codes one of which should be raised."""

    name: str
    codes: tuple[str, ...]
    cell: tuple[int, int]
    quotes: tuple[Quote, Quote]


def seeded(
    text: Text, clauses: Sequence[Sequence[str]], strangers: Sequence[str], draw: random.Random
) -> Iterator[Seeded]:
    """Every corruption that can be done to each gold pair of an article."""
    people = [
        sorted({q.speaker for q in side if q.speaker and is_person(q.speaker, lang)})
        for side, lang in zip(text.quotes, LANGS, strict=True)
    ]
    for i, j, _ in text.gold:
        good = text.quotes[0][i], text.quotes[1][j]
        denied = all(negations(q.text, lang).strong for q, lang in zip(good, LANGS, strict=True))
        for side in (0, 1):
            changes = [
                *(_denials(good[side], side) if denied else ()),
                *_numbers(good[side], draw),
                *_names(good[side], good[1 - side], strangers, draw),
                *_others(good[side], people[side], draw),
                *_kinds(good[side], clauses[side], side, draw),
            ]
            for name, codes, changed in changes:
                pair = (changed, good[1]) if side == 0 else (good[0], changed)
                yield Seeded(f"{name} {LANGS[side]}", codes, (i, j), pair)


Change = tuple[str, tuple[str, ...], Quote]


def _denials(quote: Quote, side: int) -> Iterator[Change]:
    for pattern, without in (TR_DENIALS, EN_DENIALS)[side]:
        words, count = re.subn(pattern, without, quote.text, count=1, flags=re.IGNORECASE)
        if count:
            yield (
                "denial dropped",
                ("negation-missing", "negation-added"),
                replace(quote, text=words),
            )
            return


def _numbers(quote: Quote, draw: random.Random) -> Iterator[Change]:
    if number := re.search(r"\d+(?!\d)", quote.text):
        value = str(int(number[0]) + draw.choice((1, 2, 3, 10, 30)))
        words = quote.text[: number.start()] + value + quote.text[number.end() :]
        yield "number changed", ("number-differs",), replace(quote, text=words)


def _names(
    quote: Quote, other: Quote, strangers: Sequence[str], draw: random.Random
) -> Iterator[Change]:
    if found := names(quote.text):
        stranger = draw.choice(
            [s for s in strangers if s not in other.text and s not in quote.text]
        )
        words = quote.text.replace(draw.choice(found), stranger)
        yield "name changed", ("name-differs",), replace(quote, text=words)


def _others(quote: Quote, people: Sequence[str], draw: random.Random) -> Iterator[Change]:
    others = [name for name in people if name != quote.speaker]
    if others and quote.speaker in people:
        yield "speaker swapped", ("speaker-differs",), replace(quote, speaker=draw.choice(others))


def _kinds(
    quote: Quote, clauses: Sequence[str], side: int, draw: random.Random
) -> Iterator[Change]:
    if quote.kind != "headline":
        kind: Kind = "direct" if quote.kind == "indirect" else "indirect"
        yield "kind changed", ("quote-paraphrased", "paraphrase-quoted"), replace(quote, kind=kind)
    if quote.kind != "indirect":
        more = f"{quote.text.rstrip(' ,.')} {('ve', 'and')[side]} {draw.choice(clauses)}"
        yield "clause added", ("words-missing", "words-added"), replace(quote, text=more)


def survives(text: Text, seed: Seeded, encoder: Encoder) -> bool:
    """Whether the corrupted pair is still a pair among all quotes of the article."""
    sides = [list(side) for side in text.quotes]
    sides[0][seed.cell[0]], sides[1][seed.cell[1]] = seed.quotes
    made = pair(sides[0], sides[1], text.beads, text.source, text.target, encoder=encoder)
    return any(p.source is seed.quotes[0] and p.target is seed.quotes[1] for p in made)


def measure(
    texts: Sequence[Text],
    encoder: Encoder,
    show: Callable[[str], None] = lambda _: None,
    again: float = 0.0,
) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """False alarms by code (and "pairs"), and for each corruption "seeded", "found", "tried", "survives".

    ``again`` is the share of corruptions after which the article is paired again.
    """
    alarms: Counter[str] = Counter()
    found: dict[str, Counter[str]] = {}
    clauses, draw = clauses_of(texts), random.Random(11)
    strangers = sorted({n for t in texts for q in t.quotes[1] for n in names(q.text) if len(n) > 4})
    for text in texts:
        for i, j, _ in text.gold:
            alarms["pairs"] += 1
            a, b = text.quotes[0][i], text.quotes[1][j]
            for finding in check(QuotePair(a, b, 1.0, compare(a, b, LANGS, encoder))):
                alarms[finding.code] += 1
                show(f"{finding.code}: {finding.message}\n    {a.text}\n    {b.text}")
        for seed in seeded(text, clauses, strangers, draw):
            counts = found.setdefault(seed.name, Counter())
            codes = {
                f.code
                for f in check(QuotePair(*seed.quotes, 1.0, compare(*seed.quotes, LANGS, encoder)))
            }
            counts["seeded"] += 1
            counts["found"] += bool(codes & set(seed.codes))
            if draw.random() < again:
                counts["tried"] += 1
                counts["survives"] += survives(text, seed, encoder)
    return alarms, found


def main(arguments: Sequence[str]) -> int:
    """Entry point; returns the exit status."""
    encoder = load()
    texts = list(
        read_news("held-out" if "--held-out" in arguments else "development", encoder, None)
    )
    alarms, found = measure(
        texts, encoder, print if "--show" in arguments else lambda _: None, again=0.1
    )
    for code, count in sorted(alarms.items()):
        print(f"{code:22} {count:5}  {count / alarms['pairs']:.4f}")
    for name, counts in sorted(found.items()):
        print(
            f"{name:22} seeded {counts['seeded']:5}  found {counts['found'] / counts['seeded']:.3f}  survives {counts['survives']}/{counts['tried']}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
