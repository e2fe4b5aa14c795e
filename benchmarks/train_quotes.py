"""Train the small decisions of quote finding on gold articles.

    python -m benchmarks.train_quotes FILE...             write alignment/quotes/models/{tr,en}.json
    python -m benchmarks.train_quotes FILE... --cross     only cross-validate: train on all files but two, measure on those

Every decision is a conditional log-linear model over the features of `quoted.py`, `turkish.py`, `english.py` and
`speakers.py`, fitted by L-BFGS with L2; deterministic, under a minute on one core.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alignment.quotes import choice, english, finder, quoted, turkish
from alignment.quotes.article import Article, Content, Spot
from alignment.quotes.readings import History, heard
from alignment.quotes.speakers import candidates
from benchmarks.quotes import SIDES, Gold, GoldArticle, count, load, plain, report

Example = tuple[list[tuple[str, ...]], set[int]]  # candidates' features, indices of the right ones
MODELS = Path(__file__).parents[1] / "alignment" / "quotes" / "models"
Vector = NDArray[np.float64]
ROUNDS, RARE, SMALL = 150, 2, 0.005
TRUST = 30  # how much less a rule of grammar is held back
# What the square of a weight costs in each decision.
DECISIONS = {
    "marked": 1.0,
    "direct": 1.0,
    "content": 1.0,
    "first": 1.0,
    "last": 1.0,
    "speaker": 8.0,
}


def fit(examples: Sequence[Example], l2: float) -> choice.Weights:
    """The weights that make the right candidates likeliest, by L-BFGS; ``l2`` is what the square of a weight costs.

    Features that begin with ! state a rule of grammar and are held back less.
    """
    seen = Counter(f for options, _ in examples for features in options for f in set(features))
    names = {f: i for i, f in enumerate(sorted(f for f, n in seen.items() if n >= RARE))}
    cells = [
        (row, names[f])
        for row, features in enumerate(features for options, _ in examples for features in options)
        for f in features
        if f in names
    ]
    rows, columns = (np.array(axis, dtype=np.int64) for axis in zip(*cells, strict=True))
    sizes = np.array([len(options) for options, _ in examples])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(sizes)), sizes)
    good = np.array([i in right for options, right in examples for i in range(len(options))])
    costs = np.array([l2 / TRUST if f.startswith("!") else l2 for f in names])

    def loss(weights: Vector) -> tuple[float, Vector]:
        scores = np.bincount(rows, weights=weights[columns], minlength=len(good))
        mass = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        total = np.add.reduceat(mass, starts)
        right = np.add.reduceat(mass * good, starts) + 1e-300
        slope = mass / total[owner] - mass * good / right[owner]
        value = float(np.sum(np.log(total / right)) + 0.5 * np.sum(costs * weights**2))
        steps = np.bincount(columns, weights=slope[rows], minlength=len(names))
        return value, steps + costs * weights

    found = minimise(loss, np.zeros(len(names)))
    return {f: round(float(w), 3) for f, w in zip(names, found, strict=True) if abs(w) >= SMALL}


def minimise(loss: Callable[[Vector], tuple[float, Vector]], start: Vector) -> Vector:
    """Limited-memory BFGS with backtracking (Nocedal and Wright, Numerical Optimization, algorithm 7.5)."""
    point, (value, slope) = start, loss(start)
    memory: deque[tuple[Vector, Vector, float]] = deque(maxlen=8)
    for _ in range(ROUNDS):
        step, pulls = slope.copy(), []
        for move, turn, scale in reversed(memory):
            pulls.append(scale * (move @ step))
            step -= pulls[-1] * turn
        step *= (memory[-1][0] @ memory[-1][1]) / (memory[-1][1] @ memory[-1][1]) if memory else 0.1
        for (move, turn, scale), pull in zip(memory, reversed(pulls), strict=True):
            step += move * (pull - scale * (turn @ step))
        rate = 1.0
        while (new := loss(point - rate * step))[0] > value - 1e-4 * rate * (slope @ step):
            rate /= 2
            if rate < 1e-9:
                return point
        move, turn = -rate * step, new[1] - slope
        if move @ turn > 1e-12:
            memory.append((move, turn, 1 / (move @ turn)))
        point, gain = point + move, value - new[0]
        value, slope = new
        if gain < 1e-6 * abs(value):
            break
    return point


def yes_no(features: Sequence[str], yes: bool) -> Example:
    """A decision between the features and nothing."""
    return [tuple(features), ()], {0} if yes else {1}


def examples(article: GoldArticle) -> dict[str, list[Example]]:
    """What the article teaches each decision."""
    taught: dict[str, list] = {name: [] for name in (*DECISIONS, "wide")}
    view = Article(article.document)
    spots: list[tuple[tuple[int, int, int], Spot, Gold]] = []
    spots += _learn_marked(view, article, taught)
    spots += _learn_indirect(view, article, taught)
    history: History | None = None
    for _, spot, gold in sorted(spots, key=lambda item: item[0]):
        options = candidates(view, spot, history)
        wanted = plain(gold.speaker)
        right = {i for i, option in enumerate(options) if plain(option.name) == wanted} or {
            i
            for i, option in enumerate(options)
            if option.name and plain(option.name).split()[-1] == wanted.split()[-1]
        }
        name = gold.speaker
        if right and len(right) < len(options):
            taught["speaker"].append(([option.features for option in options], right))
            name = options[min(right)].name
        history = heard(history, view.names.short.get(name, name), spot.row)
    return taught


def _learn_marked(view: Article, article: GoldArticle, taught: dict[str, list[Example]]) -> list:
    golds = {plain(gold.text): gold for gold in article.quotes if gold.kind != "indirect"}
    spots = []
    for number, passage in enumerate(view.passages):
        seen = quoted.frame(view, number)
        features = quoted.features(view, number, seen)
        gold = golds.get(plain(passage.text(view.document)))
        if gold is None:
            view.heard.discard(number)
        taught["marked"].append(yes_no(features, gold is not None))
        if gold:
            if gold.kind != "headline":
                taught["direct"].append(yes_no(features, gold.kind == "direct"))
            spots.append((passage.spans[0], finder.passage_spot(view, number, seen), gold))
    return spots


def _learn_indirect(view: Article, article: GoldArticle, taught: dict[str, list[Example]]) -> list:
    spots = []
    left = [gold for gold in article.quotes if gold.kind == "indirect"]
    for number, row in enumerate(view.rows):
        text = view.document.blocks[row.block].text
        here = []
        for gold in left:
            at = text.find(gold.text, row.start, row.end)
            if at >= 0:
                here.append((at, at + len(gold.text), gold))
        for content in finder.all_contents(view, number):
            gold = _meant(view, content, here)
            cut = None
            if gold:
                here.remove(gold)
                left.remove(gold[2])
                cut = _learn_cut(view, content, gold, taught)
            taught["wide"].append((view, content, cut))
            if gold:
                spots.append(
                    (
                        (row.block, gold[0], gold[1]),
                        Spot(number, cut[0], cut[1], content.cue, "indirect"),
                        gold[2],
                    )
                )
        if here and "--missed" in sys.argv:
            for _, _, gold in here:
                print(
                    "NO CUE",
                    view.document.id,
                    gold.text[:60],
                    "|",
                    text[max(row.start, here[0][0] - 60) : row.end][:400],
                )
    return spots


def _meant(
    view: Article, content: Content, here: list[tuple[int, int, Gold]]
) -> tuple[int, int, Gold] | None:
    """The gold clause that a candidate clause stands for."""
    tokens = view.rows[content.row].tokens
    for start, end, gold in here:
        if (
            view.lang == "tr"
            and abs(tokens[content.last].end - end) <= 2
            and tokens[content.first].start <= start + 2
        ):
            return start, end, gold
        if view.lang == "en":
            starts = [tokens[at].start for at in english.firsts(content)]
            near = content.ending != "after" or not any(
                content.cue.last < cue.first
                and tokens[cue.last].end <= start
                and cue.takes == content.cue.takes
                and cue.sense != "react"
                for cue in view.cues[content.row]
            )
            if start in starts and end <= tokens[content.last].end + 1 and near:
                if content.ending == "front" and abs(tokens[content.last].end - end) > 2:
                    continue
                return start, end, gold
    return None


def _learn_cut(
    view: Article, content: Content, gold: tuple[int, int, Gold], taught: dict[str, list[Example]]
) -> tuple[int, int]:
    tokens = view.rows[content.row].tokens
    language = turkish if view.lang == "tr" else english
    starts = turkish.firsts(view, content) if view.lang == "tr" else english.firsts(content)
    right = {i for i, at in enumerate(starts) if abs(tokens[at].start - gold[0]) <= 1}
    first = starts[min(right)] if right else content.first
    if right and len(starts) > 1:
        taught["first"].append(
            ([tuple(language.first_features(view, content, at)) for at in starts], right)
        )
    last = content.last
    if view.lang == "en" and content.ending != "front":
        ends = english.lasts(view, content, first)
        good = {i for i, at in enumerate(ends) if abs(tokens[at].end - gold[1]) <= 1}
        if good and len(ends) > 1:
            taught["last"].append(
                ([tuple(english.last_features(view, content, first, at)) for at in ends], good)
            )
        if good:
            last = ends[min(good)]
    return first, last


def train(taught: Sequence[dict[str, list[Example]]]) -> dict[str, choice.Weights]:
    """All decisions from the lessons of many articles."""
    tables = {
        name: fit([example for lessons in taught for example in lessons[name]], l2)
        for name, l2 in DECISIONS.items()
        if name != "content" and any(lessons[name] for lessons in taught)
    }
    tables["content"] = fit(
        [example for lessons in taught for example in _content_examples(lessons["wide"], tables)],
        DECISIONS["content"],
    )
    return tables


def _content_examples(wide: list, tables: dict[str, choice.Weights]) -> list[Example]:
    """Whether a clause is reported speech is judged on the clause as cut: right ones as in the gold, others as the tables cut."""
    bundled = finder.models
    finder.models = lambda _lang: tables
    lessons = []
    for view, content, cut in wide:
        language = turkish if view.lang == "tr" else english
        clause = replace(content, first=cut[0], last=cut[1]) if cut else finder.cut(view, content)
        lessons.append(yes_no(language.content_features(view, clause), cut is not None))
    finder.models = bundled
    return lessons


def cross(files: Sequence[list[tuple[GoldArticle, GoldArticle]]], show: bool) -> None:
    """Measure on two files at a time what the others teach."""
    for side, lang in enumerate(SIDES):
        lessons = [[examples(pair[side]) for pair in articles] for articles in files]
        total: Counter[str] = Counter()
        for fold in range(0, len(files), 2):
            held = {fold, fold + 1}
            tables = train(
                [lesson for i, rows in enumerate(lessons) if i not in held for lesson in rows]
            )
            finder.models = lambda _lang, tables=tables: tables
            for i in sorted(held & set(range(len(files)))):
                for pair in files[i]:
                    total += count(pair[side], finder.find(pair[side].document), show)
        report(lang, total)


def main(arguments: Sequence[str]) -> int:
    """Entry point; returns the exit status."""
    paths = [Path(argument) for argument in arguments if not argument.startswith("-")]
    if not paths:
        print(__doc__)
        return 2
    files = [list(load(path)) for path in paths]
    if "--cross" in arguments:
        cross(files, "--show" in arguments)
        return 0
    for side, lang in enumerate(SIDES):
        tables = train([examples(pair[side]) for articles in files for pair in articles])
        text = json.dumps(tables, ensure_ascii=False, indent=0, sort_keys=True)
        (MODELS / f"{lang}.json").write_text(text + "\n", "utf-8")
        print(lang, {name: len(table) for name, table in tables.items()})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
