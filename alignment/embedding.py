"""Sentence vectors shared by Turkish and English.

The bundled encoder is static: a sentence is the sum of its words and a word the sum of its pieces and prefixes
(pieces.py), trained so that translations meet (training.py). It needs numpy and sentencepiece only, and since sums
add up, the vector of several joined sentences is the sum of theirs. Larger models come through sentence-transformers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from alignment.pieces import Pieces, words
from corpora.errors import ModelError, ModelNotFound

Vectors = NDArray[np.float32]

BUNDLED = Path(__file__).parent / "bundled" / "tr-en"
BATCH = 8192  # sentences added up at a time, which bounds the memory it takes


class Encoder(Protocol):
    """Anything that turns sentences into vectors whose scalar product says how far they mean the same."""

    def encode(self, sentences: Sequence[str], lang: str | None = None) -> Vectors:
        """Unit vectors, shape (len(sentences), d); a sentence without any known word gets zeros."""
        ...


@runtime_checkable
class AdditiveEncoder(Encoder, Protocol):
    """An encoder for which the vector of joined sentences is the sum of the sentences' vectors."""

    def sums(self, sentences: Sequence[str], lang: str | None = None) -> Vectors:
        """Vectors before they are brought to unit length, shape (len(sentences), d)."""
        ...


def unit(vectors: Vectors) -> Vectors:
    """Rows brought to length one; rows of zeros stay."""
    norms = np.sqrt(np.einsum("...d,...d->...", vectors, vectors))[..., None]
    found: Vectors = vectors / np.maximum(norms, np.float32(1e-9))
    return found


class StaticEncoder:
    """The static subword embedding, from a folder with config.json, embedding.safetensors, pieces.spm and stems.txt.

    It remembers the vector of everything that stood between two spaces, so a text costs little more than one look-up a
    word; after ``cache`` such strings (1 KB each) it forgets them all. Safe to use from several threads.
    """

    def __init__(self, folder: Path, cache: int = 200_000) -> None:
        """Load from ``folder``; raises ModelError when it is no embedding or a broken one."""
        from safetensors.numpy import load_file

        try:
            self.config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
            tensors = load_file(folder / "embedding.safetensors")
            stems = (folder / "stems.txt").read_text("utf-8").split("\n")
            self._pieces = Pieces(folder / "pieces.spm", stems)
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"{folder} is no embedding folder ({error}); train one or use the bundled one"
            ) from error
        self._rows: NDArray[np.int8] = tensors["rows"]
        self._scales: NDArray[np.float16] = tensors["scales"]
        if len(self._rows) != len(self._pieces):
            raise ModelError(f"{folder} is broken: its vectors and its pieces differ in number")
        self._most = cache
        self._known = _Known(self.dimensions)
        self._lock = Lock()

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._rows.shape[1])

    def encode(self, sentences: Sequence[str], lang: str | None = None) -> Vectors:
        """Unit vectors of sentences; ``lang`` is not needed, both languages share one table."""
        return unit(self.sums(sentences, lang))

    def sums(self, sentences: Sequence[str], lang: str | None = None) -> Vectors:  # noqa: ARG002 (one table serves both languages)
        """Sums of word vectors, not brought to unit length."""
        out = np.zeros((len(sentences), self.dimensions), np.float32)
        for begin in range(0, len(sentences), BATCH):
            self._add_up(sentences[begin : begin + BATCH], out[begin : begin + BATCH])
        return out

    def _add_up(self, sentences: Sequence[str], out: Vectors) -> None:
        tokens = [sentence.split() for sentence in sentences]
        known = self._learn(set(chain.from_iterable(tokens)))
        flat = np.array(list(map(known.rows.__getitem__, chain.from_iterable(tokens))), np.intp)
        _sum_lists(lambda rows: known.table[rows], flat, list(map(len, tokens)), out)

    def _learn(self, tokens: set[str]) -> _Known:
        """What is known, with a row for each of these tokens."""
        known = self._known
        new = [token for token in tokens if token not in known.rows]
        if not new:
            return known
        with self._lock:
            known = self._known
            if len(known.rows) + len(new) > self._most:
                known = self._known = _Known(self.dimensions)
            new = [token for token in tokens if token not in known.rows]
            for begin in range(0, len(new), 1024):
                some = new[begin : begin + 1024]
                known.add(some, self._token_vectors(some))
        return known

    def _token_vectors(self, tokens: Sequence[str]) -> Vectors:
        inside = [words(token) for token in tokens]
        ids = iter(self._pieces.ids(list(chain.from_iterable(inside))))
        parts = [[i for _ in found for i in next(ids)] for found in inside]
        flat = np.array(list(chain.from_iterable(parts)), np.intp)
        out = np.zeros((len(tokens), self.dimensions), np.float32)
        _sum_lists(self._dequantised, flat, list(map(len, parts)), out)
        return out

    def _dequantised(self, rows: NDArray[np.intp]) -> Vectors:
        found: Vectors = self._rows[rows] * self._scales[rows].astype(np.float32)[..., None]
        return found


def _sum_lists(
    gather: Callable[[NDArray[np.intp]], Vectors],
    flat: NDArray[np.intp],
    lengths: Sequence[int],
    out: Vectors,
) -> None:
    """Write into each row of ``out`` the sum of the vectors of its list, lists standing end to end in ``flat``.

    Lists of one length make a block that numpy sums fast, and small blocks stay in the processor's cache.
    """
    counts = np.array(lengths, np.intp)
    starts = np.cumsum(counts) - counts
    order = np.argsort(counts, kind="stable")
    parts = [
        part
        for group in np.split(order, np.flatnonzero(np.diff(counts[order])) + 1)
        if len(group) and counts[group[0]]
        for part in np.split(group, range(64, len(group), 64))
    ]

    def add_up(part: NDArray[np.intp]) -> None:
        span = np.arange(counts[part[0]])
        out[part] = gather(flat[starts[part, None] + span]).sum(1)

    # numpy lets go of the interpreter lock in both steps, so two threads are faster than one.
    if len(parts) < 32:
        for part in parts:
            add_up(part)
    else:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(add_up, parts))


class _Known:
    """Vectors by token. A row is written before its token is listed, so a reader without the lock finds it whole."""

    def __init__(self, dimensions: int) -> None:
        self.table: Vectors = np.zeros((1024, dimensions), np.float32)
        self.rows: dict[str, int] = {}

    def add(self, tokens: Sequence[str], vectors: Vectors) -> None:
        n = len(self.rows)
        if n + len(tokens) > len(self.table):
            grown = np.zeros((2 * (n + len(tokens)), self.table.shape[1]), np.float32)
            grown[:n] = self.table[:n]
            self.table = grown
        self.table[n : n + len(tokens)] = vectors
        self.rows.update(zip(tokens, range(n, n + len(tokens)), strict=True))


class SentenceTransformersEncoder:
    """Any model that the sentence-transformers library loads, such as ``sentence-transformers/LaBSE``."""

    def __init__(self, name: str) -> None:
        """Load the model ``name``; raises ModelNotFound without it or without the library."""
        try:
            library: Any = import_module("sentence_transformers")
        except ImportError as error:
            raise ModelNotFound(
                f"the encoder {name} needs the sentence-transformers library: pip install sentence-transformers"
            ) from error
        try:
            self._model = library.SentenceTransformer(name, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelNotFound(
                f"no sentence encoder called {name} on this machine or the hub; use the bundled one or a folder"
            ) from error

    def encode(self, sentences: Sequence[str], lang: str | None = None) -> Vectors:  # noqa: ARG002 (multilingual models take none)
        """Unit vectors of sentences, as the model computes them."""
        found = self._model.encode(
            list(sentences),
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(found, np.float32)


def load(name: str = "bundled") -> Encoder:
    """The encoder of that name: "bundled", a folder that training wrote, or a sentence-transformers model.

    Raises ModelNotFound when there is no such model, ModelError when a folder is broken.
    """
    if name == "bundled":
        return StaticEncoder(BUNDLED)
    if (Path(name) / "embedding.safetensors").exists():
        return StaticEncoder(Path(name))
    return SentenceTransformersEncoder(name)
