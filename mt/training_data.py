"""From files of sentence pairs to an endless, repeatable stream of batches.

Everything drawn at random hangs on (seed, stage, pass), so a run that was stopped finds its place again by counting.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpora import casing, news
from corpora.errors import InputError
from mt.names import Names
from mt.recipe import Recipe, Source, Stage
from mt.vocabulary import Vocabulary

# Batches are cut from pools of this many examples sorted by length: large enough for even lengths, small enough to mix.
_POOL = 4096
# Few distinct shapes make a CPU's memory allocator and a GPU's kernels faster.
_LENGTH_STEP = 8


# What a recipe names instead of a file: our own corpus, without its held-out articles.
_NEWS = {"news:pairs": news.sentence_pairs, "news:articles": news.article_pairs}


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded ids: ``source`` (n, s), ``target`` (n, t), both int64 and ending in the end-of-sentence id."""

    source: np.ndarray
    target: np.ndarray


def read_pairs(folder: Path, source: Source) -> list[tuple[str, str]]:
    """All pairs of ``source`` under ``folder`` that pass its filters; raises InputError where no file matches."""
    pairs: list[tuple[str, str]] = []
    for tr, en, score in rows(folder, source.files):
        if not tr or not en or tr == en:
            continue
        if score and _score(score, source) < source.min_score:
            continue
        words = len(tr.split())
        ratio = (len(tr) + 10) / (len(en) + 10)
        if words >= source.min_words and 0.4 < ratio < 2.5:
            pairs.append((tr, en))
    return pairs


def _score(text: str, source: Source) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(
            f"source {source.name}: {text[:40]!r} stands where a score should be; lines are source, tab, target, and "
            "where there is one, tab and score"
        ) from None


def rows(folder: Path, patterns: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Turkish, English and score of each line of the files that match, or of a part of our own news corpus."""
    from datasets import load_dataset
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    for pattern in patterns:
        if pattern in _NEWS:
            yield from ((tr, en, "") for tr, en in _NEWS[pattern]())
            continue
        files = sorted(str(p) for p in folder.glob(pattern))
        if not files:
            raise InputError(f"no file matches {pattern!r} under {folder}; is --data right?")
        # As plain text and split here: tab-separated corpora hold quotation marks that a CSV reader would interpret.
        for line in load_dataset("text", data_files=files, split="train")["text"]:
            tr, _, rest = line.partition("\t")
            en, _, score = rest.partition("\t")
            yield tr, en, score


def load_corpus(folder: Path, recipe: Recipe) -> dict[str, list[tuple[str, str]]]:
    """The pairs of every source of ``recipe``, by source name."""
    return {source.name: read_pairs(folder, source) for source in recipe.sources}


class Stream:
    """The batches of one stage, pass after pass, the same for the same seed."""

    def __init__(
        self,
        corpus: dict[str, list[tuple[str, str]]],
        recipe: Recipe,
        stage: Stage,
        vocabulary: Vocabulary,
        names: Names | None = None,
    ) -> None:
        """Draw from ``corpus`` as ``stage`` weighs it."""
        self._names = names
        self._corpus = corpus
        self._recipe = recipe
        self._stage = stage
        self._vocabulary = vocabulary
        self._ordered = {s.name: s.ordered for s in recipe.sources}

    def batches(self, skip: int = 0) -> Iterator[Batch]:
        """Batches without end, from the one after the first ``skip``."""
        number = 0
        epoch = 0
        while True:
            rng = random.Random(f"{self._recipe.seed}/{self._stage.name}/{epoch}")  # noqa: S311 - sampling, no secret
            picks = self._picks(rng)
            if not picks:
                raise InputError(
                    f"stage {self._stage.name} has no training pairs left after filtering"
                )
            for start in range(0, len(picks), _POOL):
                for batch in self._pool(picks[start : start + _POOL], rng):
                    number += 1
                    if number > skip:
                        yield batch
            epoch += 1

    def _picks(self, rng: random.Random) -> list[tuple[str, int]]:
        picks: list[tuple[str, int]] = []
        for name, weight in self._stage.weights.items():
            size = len(self._corpus[name])
            whole, part = divmod(weight, 1.0)
            picks += [(name, i) for i in range(size)] * int(whole)
            picks += [(name, i) for i in rng.sample(range(size), round(part * size))]
        rng.shuffle(picks)
        return picks

    def _example(
        self, name: str, index: int, rng: random.Random
    ) -> tuple[list[int], list[int]] | None:
        stage, pairs, vocabulary = self._stage, self._corpus[name], self._vocabulary
        tr, en = pairs[index]
        if rng.random() < stage.join:
            for step in range(1, rng.randint(2, 3)):
                other = index + step if self._ordered[name] else rng.randrange(len(pairs))
                if other < len(pairs):
                    tr, en = f"{tr} {pairs[other][0]}", f"{en} {pairs[other][1]}"
        if self._names and rng.random() < stage.names:
            tr, en = self._names.mask_pair(tr, en)
        if rng.random() < stage.lowercase:
            tr = casing.lower(tr, self._recipe.source_lang)
        pieces = (
            vocabulary.sample_source(tr, 0.2, rng.getrandbits(31))
            if rng.random() < stage.sample
            else vocabulary.encode_source(tr)
        )
        source = [*vocabulary.to_ids(pieces), vocabulary.eos_id]
        target = [*vocabulary.to_ids(vocabulary.encode_target(en)), vocabulary.eos_id]
        limit = self._recipe.max_tokens
        return (source, target) if len(source) <= limit and len(target) <= limit else None

    def _pool(self, picks: Sequence[tuple[str, int]], rng: random.Random) -> list[Batch]:
        made = (self._example(name, index, rng) for name, index in picks)
        examples = sorted((e for e in made if e), key=lambda e: (len(e[1]), len(e[0])))
        batches: list[Batch] = []
        group: list[tuple[list[int], list[int]]] = []
        for example in examples:
            widest = _padded(max([len(example[0]), len(example[1]), *(len(s) for s, _ in group)]))
            if group and (len(group) + 1) * widest > self._stage.batch_tokens:
                batches.append(self._batch(group))
                group = []
            group.append(example)
        if group:
            batches.append(self._batch(group))
        rng.shuffle(batches)
        return batches

    def _batch(self, group: Sequence[tuple[list[int], list[int]]]) -> Batch:
        pad = self._vocabulary.pad_id
        return Batch(pad_rows([s for s, _ in group], pad), pad_rows([t for _, t in group], pad))


def _padded(length: int) -> int:
    return -(-length // _LENGTH_STEP) * _LENGTH_STEP


def pad_rows(rows: Sequence[Sequence[int]], pad: int) -> np.ndarray:
    """Rows of ids as one int64 array, padded to a multiple of eight columns."""
    array = np.full((len(rows), _padded(max(map(len, rows)))), pad, dtype=np.int64)
    for i, row in enumerate(rows):
        array[i, : len(row)] = row
    return array
