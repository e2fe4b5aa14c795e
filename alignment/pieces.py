"""What a word is made of, for the sentence vectors: subword pieces and prefixes of its folded form.

A Turkish noun has hundreds of forms and most of them occur once. Its pieces (SentencePiece unigram) catch the frequent
forms whole and the suffixes apart; its prefixes catch the stem that all of its forms share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from corpora.folding import fold

if TYPE_CHECKING:
    import sentencepiece

_WORD = re.compile(r"[^\W_]+|[?!]")
PREFIX_LENGTHS = (3, 4, 5, 6, 7)


def words(text: str) -> list[str]:
    """Folded words, numbers, ``?`` and ``!`` in order; an apostrophe parts a name from its suffix."""
    return _WORD.findall(fold(text))


def prefixes(word: str) -> list[str]:
    """The proper prefixes of a folded word that may stand for its stem."""
    return [word[:n] for n in PREFIX_LENGTHS if n < len(word)]


class Pieces:
    """Maps folded words to the ids of their pieces (first) and prefixes (after the last piece).

    ``model`` is a SentencePiece model over folded words; ``stems`` are the known prefixes in the order of their ids.
    """

    def __init__(self, model: Path, stems: Sequence[str]) -> None:
        """Load the piece model; raises OSError without it."""
        import sentencepiece

        self._model: sentencepiece.SentencePieceProcessor = sentencepiece.SentencePieceProcessor(
            model_file=str(model)
        )
        self._size: int = self._model.get_piece_size()
        self._stems = {stem: self._size + i for i, stem in enumerate(stems)}
        self._unknown: int = self._model.unk_id()

    def __len__(self) -> int:
        """Number of different pieces and prefixes."""
        return self._size + len(self._stems)

    def ids(self, words: Sequence[str]) -> list[list[int]]:
        """For each folded word the ids of what it is made of; unknown characters have none."""
        found: list[list[int]] = self._model.encode(list(words))
        stems = self._stems
        return [
            [i for i in ids if i != self._unknown] + [stems[p] for p in prefixes(w) if p in stems]
            for w, ids in zip(words, found, strict=True)
        ]
