"""Train the static embedding: translations are pulled together, everything else in the batch is pushed apart.

InfoNCE in both directions over in-batch negatives (van den Oord et al. 2018; Feng et al. 2022 for bitext), first with
random batches, then with batches from clusters of like pairs, whose other members are hard negatives.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.embedding import StaticEncoder, Vectors
from alignment.pieces import Pieces, prefixes, words
from alignment.recipe import Recipe, Source, load_recipe
from corpora.errors import InputError

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ragged:
    """Lists of numbers end to end: list i is ``flat[starts[i]:starts[i + 1]]``."""

    flat: Ints
    starts: Ints

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> Ragged:
        """Pack lists of numbers."""
        starts = np.cumsum([0, *(len(x) for x in lists)])
        return cls(np.fromiter((i for x in lists for i in x), np.int64, int(starts[-1])), starts)

    def take(self, rows: Ints) -> Ragged:
        """The lists of these numbers, in this order."""
        counts = self.starts[rows + 1] - self.starts[rows]
        starts = np.concatenate([[0], np.cumsum(counts)])
        shift = np.repeat(self.starts[rows] - starts[:-1], counts)
        return Ragged(self.flat[np.arange(starts[-1]) + shift], starts)

    def owners(self) -> Ints:
        """For each number of ``flat`` the list it stands in."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def thinned(self, share: float, rng: np.random.Generator) -> Ragged:
        """Without a random ``share`` of the numbers; the first of each list stays."""
        keep = rng.random(len(self.flat)) >= share
        keep[self.starts[:-1][np.diff(self.starts) > 0]] = True
        return Ragged(self.flat[keep], np.concatenate([[0], np.cumsum(keep)])[self.starts])


@dataclass(frozen=True, slots=True)
class Corpus:
    """Sentence pairs as word numbers, how often a pass sees each, and what each word is made of."""

    left: Ragged
    right: Ragged
    weights: NDArray[np.float64]
    frequencies: Ints
    made_of: Ragged
    features: int

    def draw(self, rng: np.random.Generator) -> Ints:
        """The pairs of one pass, shuffled."""
        times = np.floor(self.weights + rng.random(len(self.weights))).astype(np.int64)
        return rng.permutation(np.repeat(np.arange(len(times)), times))


def train(
    recipe: Path,
    data: Path,
    output: Path,
    *,
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, float]:
    """Train an embedding as ``recipe`` says from the files under ``data`` into the folder ``output``.

    Returns the share of sentences of each development set whose translation is nearest (both directions averaged).
    ``report`` is told a line now and then. Raises InputError for a bad recipe or missing files.
    """
    what = load_recipe(recipe)
    output.mkdir(parents=True, exist_ok=True)
    corpus = _prepare(what, data, output)
    report(f"{len(corpus.weights)} pairs, {len(corpus.frequencies)} different words")
    dev = {Path(p).name.split(".")[0]: list(Source("dev", p).pairs(data)) for p in what.dev}
    table = _optimise(what, corpus, report)
    _write(what, table, output)
    encoder = StaticEncoder(output)
    scores = {name: retrieval(encoder, pairs) for name, pairs in dev.items()}
    (output / "config.json").write_text(
        json.dumps(_config(what) | {"retrieval": scores}, indent=1, ensure_ascii=False) + "\n"
    )
    return scores


def retrieval(encoder: StaticEncoder, pairs: Sequence[tuple[str, str]]) -> float:
    """Share of sentences whose own translation is nearest by cosine, mean of both directions."""
    left, right = (encoder.encode([p[side] for p in pairs]) for side in (0, 1))
    cosines = left @ right.T
    own = np.arange(len(pairs))
    hits = [(cosines.argmax(axis) == own).mean() for axis in (0, 1)]
    return round(float(np.mean(hits)), 4)


def _prepare(what: Recipe, data: Path, output: Path) -> Corpus:
    """Read the pairs, make the two vocabularies (pieces.spm and stems.txt in ``output``) and number all words."""
    vocabulary: dict[str, int] = {}
    sides: tuple[list[list[int]], list[list[int]]] = ([], [])
    weights: list[float] = []
    for source in what.sources:
        for pair in source.pairs(data):
            tokens = [words(text) for text in pair]
            if all(tokens):
                for side, found in zip(sides, tokens, strict=True):
                    side.append([vocabulary.setdefault(w, len(vocabulary)) for w in found])
                weights.append(source.weight)
    if not weights:
        raise InputError(f"no pair of sentences under {data}")
    left, right = (Ragged.of(side) for side in sides)
    every = np.concatenate([left.flat, right.flat])
    frequencies = np.bincount(every, minlength=len(vocabulary)).astype(np.int64)
    known = list(vocabulary)
    _write_vocabularies(what, dict(zip(known, frequencies.tolist(), strict=True)), output)
    pieces = Pieces(output / "pieces.spm", (output / "stems.txt").read_text("utf-8").split("\n"))
    made_of = Ragged.of(pieces.ids(known))
    return Corpus(left, right, np.array(weights), frequencies, made_of, len(pieces))


def _write_vocabularies(what: Recipe, counts: dict[str, int], output: Path) -> None:
    import sentencepiece

    # Rare forms teach the pieces nothing that frequent ones do not, and are most of the time it takes.
    frequent = {w: c for w, c in counts.items() if c > 2} or counts
    listed = output / "words.tsv"
    listed.write_text("".join(f"{w}\t{min(c, 20_000)}\n" for w, c in frequent.items()), "utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(listed),
        input_format="tsv",
        model_prefix=str(output / "pieces"),
        vocab_size=what.pieces,
        hard_vocab_limit=False,
        normalization_rule_name="identity",
        character_coverage=0.9999,
        max_sentencepiece_length=20,
        bos_id=-1,
        eos_id=-1,
        minloglevel=2,
    )
    (output / "pieces.model").rename(output / "pieces.spm")
    (output / "pieces.vocab").unlink()
    listed.unlink()
    uses: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    for word, count in counts.items():
        if word.isalpha():
            uses.update(dict.fromkeys(prefixes(word), count))
            forms.update(prefixes(word))
    stems = [p for p, n in uses.most_common() if forms[p] > 1 and n > 3]
    (output / "stems.txt").write_text("\n".join(stems[: what.stems]), "utf-8")


def _optimise(what: Recipe, corpus: Corpus, report: Callable[[str], None]) -> Vectors:
    """The trained table of features, one row each."""
    import torch

    torch.manual_seed(what.seed)
    rng = np.random.default_rng(what.seed)
    uses = np.zeros(corpus.features)
    per_word = np.diff(corpus.made_of.starts)
    np.add.at(uses, corpus.made_of.flat, np.repeat(corpus.frequencies, per_word))
    # Frequent features start short (smooth inverse frequency, Arora et al. 2017); the length is learned from there on.
    rarity = torch.from_numpy(np.sqrt(1e-3 / (1e-3 + uses / uses.sum()))).float()
    table = (
        torch.randn(corpus.features, what.dimensions) * 0.05 * rarity[:, None]
    ).requires_grad_()
    adam = torch.optim.Adam([table], betas=(0.9, 0.98), fused=True)
    model = _Model(what, corpus, table, rng)
    queue: list[Ints] = []
    mean = 0.0
    for update in range(what.updates):
        done = update / what.updates
        if not queue:
            pairs = corpus.draw(rng)
            queue = model.batches(pairs, hard=done >= what.hard_from)
        adam.param_groups[0]["lr"] = what.learning_rate * min(1, (update + 1) / 100, 1.02 - done)
        adam.zero_grad()
        loss = model.step(queue.pop())
        adam.step()
        mean += (loss - mean) * (0.02 if update else 1.0)
        if update % 50 == 49:
            report(f"update {update + 1} of {what.updates}: loss {mean:.3f}")
    found: Vectors = table.detach().numpy()
    return found


class _Model:
    """The table being trained, and one step of it. Gradients of the loss are written out: see ``step``."""

    def __init__(self, what: Recipe, corpus: Corpus, table: Any, rng: np.random.Generator) -> None:
        self._what, self._corpus, self._table, self._rng = what, corpus, table, rng
        numbers = np.random.default_rng(0).integers(1, 2**40, len(corpus.frequencies))
        sides = (corpus.left, corpus.right)
        sums = [np.concatenate([[0], np.cumsum(numbers[s.flat])]) for s in sides]
        self._prints = [
            t[s.starts[1:]] - t[s.starts[:-1]] for t, s in zip(sums, sides, strict=True)
        ]

    def embed(self, pairs: Ints, *, training: bool) -> tuple[Any, Any]:
        """Unit vectors (torch) of both sides of these pairs."""
        import torch
        from torch.nn.functional import normalize

        what, corpus = self._what, self._corpus
        sides = [corpus.left.take(pairs), corpus.right.take(pairs)]
        if training:
            sides = [side.thinned(what.word_dropout, self._rng) for side in sides]
        flat = np.concatenate([side.flat for side in sides])
        unique, inverse = np.unique(flat, return_inverse=True)
        parts = corpus.made_of.take(unique)
        if training:
            parts = parts.thinned(what.piece_dropout, self._rng)
        word_vectors = _bag(self._table, parts)
        starts = np.concatenate([sides[0].starts, sides[1].starts[1:] + sides[0].starts[-1]])
        vectors = normalize(_bag(word_vectors, Ragged(inverse.astype(np.int64), starts)))
        left, right = torch.split(vectors, len(pairs))
        return left, right

    def batches(self, pairs: Ints, *, hard: bool) -> list[Ints]:
        """Batches of the recipe's size; hard ones are made of four clusters of like pairs each."""
        import torch
        from torch.nn.functional import normalize

        size = self._what.batch
        if hard and len(pairs) > 4 * size:
            quarter = size // 4
            with torch.no_grad():
                chunks = np.array_split(pairs, len(pairs) // 8192 + 1)
                means = normalize(torch.cat([sum(self.embed(c, training=False)) for c in chunks]))
                centres = means[torch.randperm(len(means))[: len(means) // quarter]].T
                nearest = torch.cat([(m @ centres).argmax(1) for m in means.split(8192)])
            pairs = pairs[np.argsort(nearest.numpy(), kind="stable")]
            groups = [pairs[i : i + quarter] for i in range(0, len(pairs) - quarter, quarter)]
            order = self._rng.permutation(len(groups))
            return [
                np.concatenate([groups[g] for g in order[i : i + 4]])
                for i in range(0, len(order) - 3, 4)
            ]
        size = min(size, len(pairs))
        return [pairs[i : i + size] for i in range(0, len(pairs) - size + 1, size)]

    def step(self, pairs: Ints) -> float:
        """Put the gradient of one batch on the table and return the loss.

        With S = scale · L Rᵀ the gradient of the two cross-entropies is (softmax over rows + softmax over columns) / 2
        minus the unit matrix; written out, it takes one exponential and no second copy of S.
        """
        import torch

        scale = self._what.scale
        left, right = self.embed(pairs, training=True)
        with torch.no_grad():
            scores = (left @ right.T).mul_(scale).sub_(scale)
            for prints in self._prints:
                # The same sentence twice in a batch is no negative of its own translation.
                same = prints[pairs]
                _, inverse, counts = np.unique(same, return_inverse=True, return_counts=True)
                twice = np.flatnonzero(counts[inverse] > 1)
                equal = same[twice][:, None] == same[twice]
                np.fill_diagonal(equal, val=False)
                i, j = np.nonzero(equal)
                scores[torch.from_numpy(twice[i]), torch.from_numpy(twice[j])] = -1e4
            own = scores.diagonal().clone()
            scores.exp_()
            rows, columns = scores.sum(1), scores.sum(0)
            loss = ((rows.log() + columns.log()) / 2 - own).mean()
            scores.mul_((1 / rows)[:, None] + (1 / columns)[None])
            scores.diagonal().sub_(2)
            scores.mul_(scale / 2 / len(pairs))
            gradients = [scores @ right, scores.T @ left]
        torch.autograd.backward([left, right], gradients)
        return float(loss)


def _bag(table: Any, lists: Ragged) -> Any:
    """Sums of rows of ``table``, one for each list, with a backward pass by rows of the transpose.

    torch's own backward pass of ``embedding_bag`` takes five times as long on a CPU.
    """
    import torch
    from torch.nn.functional import embedding_bag

    def gathered(rows: Any, flat: Ints, starts: Ints) -> Any:
        numbers, offsets = torch.from_numpy(flat), torch.from_numpy(starts)
        return embedding_bag(numbers, rows, offsets, mode="sum")

    class Bag(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, rows: Any) -> Any:
            ctx.size = len(rows)
            return gathered(rows, lists.flat, lists.starts[:-1])

        @staticmethod
        def backward(ctx: Any, *gradients: Any) -> Any:
            order = np.argsort(lists.flat, kind="stable")
            rows, starts = np.unique(lists.flat[order], return_index=True)
            out = torch.zeros(ctx.size, gradients[0].shape[1])
            owners = lists.owners()[order]
            out[torch.from_numpy(rows)] = gathered(gradients[0].contiguous(), owners, starts)
            return out

    return Bag.apply(table)  # type: ignore[no-untyped-call]  # torch leaves apply untyped


def _config(what: Recipe) -> dict[str, Any]:
    kept = {k: v for k, v in asdict(what).items() if k not in ("sources", "dev")}
    sources = [{"name": s.name, "licence": s.licence, "weight": s.weight} for s in what.sources]
    return {"version": 1} | kept | {"sources": sources}


def _write(what: Recipe, table: Vectors, output: Path) -> None:
    """int8 rows, each with its own scale, brought to a common length that keeps half precision exact enough."""
    from safetensors.numpy import save_file

    table = table / np.sqrt((table**2).sum(1).mean())
    scales = (np.abs(table).max(1) / 127).clip(1e-7).astype(np.float16)
    rows = np.rint(table / scales[:, None].astype(np.float32)).clip(-127, 127).astype(np.int8)
    save_file({"rows": rows, "scales": scales}, output / "embedding.safetensors")
    (output / "config.json").write_text(json.dumps(_config(what), indent=1) + "\n")
