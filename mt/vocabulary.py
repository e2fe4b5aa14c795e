"""The vocabulary of a Marian model in the Hugging Face layout: two SentencePiece models and one piece-to-id table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from corpora.errors import InputError, ModelError
from mt.names import Names

EOS, UNK, PAD = "</s>", "<unk>", "<pad>"


class Vocabulary:
    """Text to pieces and back, as ``transformers.MarianTokenizer`` does it, without importing transformers.

    Reads ``source.spm``, ``target.spm`` and ``vocab.json`` of a model folder. Raises ModelError where one is missing
    or damaged.
    """

    def __init__(self, folder: Path) -> None:
        """Load the three files of ``folder``."""
        try:
            self.ids: dict[str, int] = json.loads((folder / "vocab.json").read_text("utf-8"))
            self._source = _load_spm(folder / "source.spm")
            self._target = _load_spm(folder / "target.spm")
            self.eos_id, self.unk_id, self.pad_id = (self.ids[p] for p in (EOS, UNK, PAD))
        except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
            raise ModelError(
                f"the tokenizer of {folder} is missing or damaged ({error}); remove the model and pull it again"
            ) from error
        self.pieces = {i: piece for piece, i in self.ids.items()}
        self._folder = folder

    @cached_property
    def names(self) -> Names | None:
        """The lexicon of names that the model was trained to carry by stand-ins, where it was."""
        return Names.load(self._folder)

    def encode_source(self, text: str) -> list[str]:
        """Pieces of a source text, without the end-of-sentence piece."""
        return self._known(self._source.encode(text, out_type=str))

    def encode_target(self, text: str) -> list[str]:
        """Pieces of a target text, without the end-of-sentence piece."""
        return self._known(self._target.encode(text, out_type=str))

    def sample_source(self, text: str, alpha: float, seed: int) -> list[str]:
        """Pieces of a source text, sampled (subword regularisation, Kudo 2018; ``alpha`` smooths: 0 is uniform).

        The same ``seed`` gives the same pieces.
        """
        from sentencepiece import set_random_generator_seed

        set_random_generator_seed(seed)
        return self._known(
            self._source.encode(
                text, out_type=str, enable_sampling=True, alpha=alpha, nbest_size=-1
            )
        )

    def decode_target(self, pieces: Iterable[str]) -> str:
        """The target text of ``pieces``; special pieces are left out."""
        plain = [p for p in pieces if p not in (EOS, UNK, PAD)]
        return str(self._target.decode_pieces(plain))

    def to_ids(self, pieces: Sequence[str]) -> list[int]:
        """Ids of pieces, unknown ones as the unknown id."""
        return [self.ids.get(p, self.unk_id) for p in pieces]

    def _known(self, pieces: list[str]) -> list[str]:
        return [p if p in self.ids else UNK for p in pieces]


def _load_spm(path: Path) -> Any:
    from sentencepiece import SentencePieceProcessor

    data = path.read_bytes()
    if not data:
        raise ValueError(f"{path.name} is empty")
    return SentencePieceProcessor(model_proto=data)


def train_vocabulary(texts: Iterable[str], folder: Path, *, size: int, byte_fallback: bool) -> None:
    """Train one unigram SentencePiece model for both languages and write it to ``folder`` in the Marian layout.

    ``size`` counts all ids, the three special ones among them. Byte fallback spells an unseen character in bytes, so
    that no name is ever lost to ``<unk>``. Raises InputError where the texts are too few for ``size``.
    Source: Kudo and Richardson 2018.
    """
    from sentencepiece import SentencePieceTrainer

    folder.mkdir(parents=True, exist_ok=True)
    try:
        SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_prefix=str(folder / "shared"),
            vocab_size=size - 1,  # the padding id comes on top, as in published Marian models
            model_type="unigram",
            character_coverage=0.9999,
            byte_fallback=byte_fallback,
            split_digits=True,
            normalization_rule_name="nmt_nfkc",
            eos_id=0,
            unk_id=1,
            bos_id=-1,
            pad_id=-1,
            eos_piece=EOS,
            unk_piece=UNK,
            input_sentence_size=1_000_000,
            shuffle_input_sentence=True,
            minloglevel=2,
        )
    except RuntimeError as error:
        # "Vocabulary size too high (699). Please set it to a value <= 488."
        why = str(error).rpartition("] ")[2] or str(error)
        raise InputError(
            f"no vocabulary of {size} pieces can be made of these texts: {why}"
        ) from error
    (folder / "shared.vocab").unlink()
    model = (folder / "shared.model").rename(folder / "source.spm")
    (folder / "target.spm").write_bytes(model.read_bytes())
    processor = _load_spm(model)
    table = {processor.id_to_piece(i): i for i in range(processor.get_piece_size())}
    table[PAD] = len(table)
    (folder / "vocab.json").write_text(json.dumps(table, ensure_ascii=False, indent=1), "utf-8")
