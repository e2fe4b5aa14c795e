"""Two engines behind one Protocol: CTranslate2 (default) and transformers (reference), with the same search.

Both run beam search that stops when ``beam`` hypotheses are complete, and rank them by the sum of their token
log-probabilities divided by length to the power of ``length_penalty`` (Wu et al. 2016, without the constant; the
end-of-sentence token counts). Neither may choose the padding token. Both sum in float32 but in another order, so that
where two words are as good as equal the one or the other may stay in the beam.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from corpora.errors import ModelError
from mt.vocabulary import EOS, Vocabulary

Pieces = Sequence[str]


@dataclass(frozen=True, slots=True)
class Search:
    """How to look for a translation.

    ``beam`` hypotheses are followed, the best ``alternatives`` returned. ``no_repeat`` forbids a sequence of that many
    pieces to occur twice (0: no such rule). ``attention`` asks for each hypothesis's source positions.
    """

    beam: int = 4
    length_penalty: float = 1.0
    alternatives: int = 1
    no_repeat: int = 0
    attention: bool = False


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation: its ``pieces`` (no end-of-sentence), and the mean log-probability of a token that the model
    chose: the end included, a prefix not.

    ``attention`` holds for each piece the index of the source piece it looked at most, where asked for.
    """

    pieces: tuple[str, ...]
    score: float
    attention: tuple[int, ...] = ()


class Engine(Protocol):
    """What translates pieces into pieces; ``workers`` batches at a time, where it is asked from as many threads."""

    name: str
    vocabulary: Vocabulary
    max_pieces: int
    workers: int

    def translate(
        self,
        batch: Sequence[Pieces],
        search: Search,
        max_length: int,
        prefixes: Sequence[Pieces] = (),
    ) -> list[list[Hypothesis]]:
        """Translate source pieces (without end-of-sentence): for each, ``search.alternatives`` hypotheses, best first.

        ``max_length`` bounds the pieces of a hypothesis, as the model's positions do. ``prefixes`` (one for each source, or none) are target
        pieces that each hypothesis must begin with; they are part of the result.
        """
        ...

    def score(self, pairs: Sequence[tuple[Pieces, Pieces]]) -> list[float]:
        """Mean log-probability of a token of each target given its source, the end included."""
        ...

    def close(self) -> None:
        """Give memory and threads back."""
        ...


def cpu_threads() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load_marian(folder: Path, **options: Any) -> Any:
    """The ``transformers.MarianMTModel`` in ``folder``, all of it, without a look at the network.

    ``options`` are those of ``from_pretrained``. Raises ModelError where a file is damaged or weights are missing.
    """
    from transformers import MarianMTModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()  # a report line a weight would bury the one sentence that says what is wrong
    marian: Any = MarianMTModel
    try:
        model, report = marian.from_pretrained(
            folder,
            local_files_only=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,
            **options,
        )
    except Exception as error:
        # The libraries below say in many ways, none of them documented, that a file is damaged.
        raise ModelError(f"transformers cannot load {folder}: {in_one_line(error)}") from error
    # What is missing or does not fit has been drawn at random.
    random = sorted(report["missing_keys"]) + sorted(str(m[0]) for m in report["mismatched_keys"])
    if random:
        raise ModelError(
            f"the weights in {folder} do not fit its config.json: {random[0]} is missing or of another size"
        )
    return model


def in_one_line(error: Exception) -> str:
    """What a library's error says, in one line of bearable length, or its kind where it says nothing."""
    return textwrap.shorten(str(error), 200, placeholder="…") or type(error).__name__


class CTranslate2Engine:
    """A converted model in CTranslate2; ``folder`` is the conversion, ``vocabulary`` the original model's."""

    name = "ct2"

    def __init__(
        self,
        folder: Path,
        vocabulary: Vocabulary,
        *,
        max_pieces: int,
        positions: int = 512,
        device: str = "cpu",
    ) -> None:
        """Load the converted model; raises ModelError where it cannot be."""
        import ctranslate2

        self.workers = cpu_threads() if device == "cpu" else 1
        ctranslate2.set_log_level(
            40
        )  # errors: a note on compute types at each start tells a user nothing
        try:
            # One thread for each of several batches at a time beats several threads on one: the matrices are small.
            self._translator = ctranslate2.Translator(
                str(folder), device=device, inter_threads=self.workers, intra_threads=1
            )
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"CTranslate2 cannot load {folder}: {in_one_line(error)}") from error
        self.vocabulary = vocabulary
        self.max_pieces = max_pieces
        self._longest = positions - 1

    def translate(
        self,
        batch: Sequence[Pieces],
        search: Search,
        max_length: int,
        prefixes: Sequence[Pieces] = (),
    ) -> list[list[Hypothesis]]:
        """See Engine."""
        results = self._translator.translate_batch(
            [[*pieces, EOS] for pieces in batch],
            target_prefix=[list(p) for p in prefixes] or None,
            beam_size=max(search.beam, search.alternatives),
            num_hypotheses=search.alternatives,
            length_penalty=search.length_penalty,
            no_repeat_ngram_size=search.no_repeat,
            max_decoding_length=min(max_length, self._longest),
            max_input_length=0,
            return_scores=True,
            return_attention=search.attention,
        )
        forced = [len(p) for p in prefixes] or [0] * len(batch)
        return [self._hypotheses(r, search, n) for r, n in zip(results, forced, strict=True)]

    def _hypotheses(self, result: Any, search: Search, forced: int) -> list[Hypothesis]:
        made: list[Hypothesis] = []
        for i, pieces in enumerate(result.hypotheses):
            length = len(pieces) + 1
            # The prefix counts for CTranslate2's length, though not for its sum.
            mean = result.scores[i] * length**search.length_penalty / (length - forced)
            attention = (
                tuple(
                    max(range(len(row)), key=row.__getitem__)
                    for row in result.attention[i][: len(pieces)]
                )
                if search.attention
                else ()
            )
            made.append(Hypothesis(tuple(pieces), mean, attention))
        return made

    def score(self, pairs: Sequence[tuple[Pieces, Pieces]]) -> list[float]:
        """See Engine."""
        if not pairs:
            return []
        results = self._translator.score_batch(
            [[*source, EOS] for source, _ in pairs],
            [list(target) for _, target in pairs],
            max_input_length=self._longest,
        )
        return [sum(r.log_probs) / max(1, len(r.log_probs)) for r in results]

    def close(self) -> None:
        """See Engine."""
        self._translator.unload_model()


class TransformersEngine:
    """A Marian model through ``transformers.MarianMTModel.generate``, in fp32 on a CPU and fp16 on a GPU."""

    name = "torch"
    workers = 1  # it uses all cores for one batch

    def __init__(
        self,
        folder: Path,
        vocabulary: Vocabulary,
        *,
        max_pieces: int,
        positions: int = 512,
        device: str | None = None,
    ) -> None:
        """Load the model folder; raises ModelError where it cannot be."""
        import torch

        self._device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        dtype = torch.float16 if self._device == "cuda" else torch.float32
        # Eager attention is the one that can tell where it looked.
        model = load_marian(folder, dtype=dtype, attn_implementation="eager")
        self._model: Any = model.to(self._device).eval()
        self.vocabulary = vocabulary
        self.max_pieces = max_pieces
        self._longest = positions - 1

    def translate(
        self,
        batch: Sequence[Pieces],
        search: Search,
        max_length: int,
        prefixes: Sequence[Pieces] = (),
    ) -> list[list[Hypothesis]]:
        """See Engine; prefixes of different lengths are decoded in groups of equal length."""
        if not prefixes:
            return self._generate(batch, search, max_length, [])
        out: list[list[Hypothesis]] = [[] for _ in batch]
        for length in {len(p) for p in prefixes}:
            chosen = [i for i, p in enumerate(prefixes) if len(p) == length]
            made = self._generate(
                [batch[i] for i in chosen], search, max_length, [prefixes[i] for i in chosen]
            )
            for i, hypotheses in zip(chosen, made, strict=True):
                out[i] = hypotheses
        return out

    def _generate(
        self, batch: Sequence[Pieces], search: Search, max_length: int, prefixes: Sequence[Pieces]
    ) -> list[list[Hypothesis]]:
        import torch

        v = self.vocabulary
        rows = [[*v.to_ids(pieces), v.eos_id] for pieces in batch]
        width = max(map(len, rows))
        source = torch.tensor(
            [r + [v.pad_id] * (width - len(r)) for r in rows], device=self._device
        )
        start = [[v.pad_id, *v.to_ids(p)] for p in prefixes] or [[v.pad_id]] * len(rows)
        done = len(start[0]) - 1
        with torch.inference_mode():
            result = self._model.generate(
                input_ids=source,
                attention_mask=(source != v.pad_id).long(),
                decoder_input_ids=torch.tensor(start, device=self._device),
                num_beams=max(search.beam, search.alternatives),
                num_return_sequences=search.alternatives,
                length_penalty=search.length_penalty,
                no_repeat_ngram_size=search.no_repeat,
                early_stopping=max(search.beam, search.alternatives) > 1,
                # The decoder's start and the prefix count, as they do in CTranslate2 but for the start.
                max_length=max(min(max_length, self._longest) + 1, done + 2),
                do_sample=False,
                # Not every published generation config names them.
                decoder_start_token_id=v.pad_id,
                eos_token_id=v.eos_id,
                pad_token_id=v.pad_id,
                forced_eos_token_id=None,
                bad_words_ids=[[v.pad_id]],
                return_dict_in_generate=True,
                output_scores=True,
            )
        return self._collect(result, search, len(batch), done, source)

    def _collect(
        self, result: Any, search: Search, size: int, done: int, source: Any
    ) -> list[list[Hypothesis]]:
        v = self.vocabulary
        n = search.alternatives
        out: list[list[Hypothesis]] = [[] for _ in range(size)]
        for row, sequence in enumerate(result.sequences.tolist()):
            ids = sequence[1:]
            length = (
                ids.index(v.eos_id) if v.eos_id in ids else len([i for i in ids if i != v.pad_id])
            )
            if search.beam > 1 or n > 1:
                total = (
                    float(result.sequences_scores[row])
                    * (length + 1 - done) ** search.length_penalty
                )
            else:
                total = self._greedy_score(result, row, done)
            pieces = tuple(v.pieces[i] for i in ids[:length])
            attention = self._attention(source[row // n], ids[:length]) if search.attention else ()
            out[row // n].append(Hypothesis(pieces, total / (length + 1 - done), attention))
        return out

    def score(self, pairs: Sequence[tuple[Pieces, Pieces]]) -> list[float]:
        """See Engine; one at a time, as it is asked of few."""
        import torch

        v = self.vocabulary
        made: list[float] = []
        for source, target in pairs:
            rows = [
                torch.tensor([row], device=self._device)
                for row in (
                    [*v.to_ids(source), v.eos_id],
                    [v.pad_id, *v.to_ids(target)],
                    [*v.to_ids(target), v.eos_id],
                )
            ]
            with torch.inference_mode():
                logits = self._model(input_ids=rows[0], decoder_input_ids=rows[1]).logits.float()
                # No hypothesis may hold the padding, so it has no share in what is likely.
                logits[..., v.pad_id] = float("-inf")
                said = logits.log_softmax(-1).gather(-1, rows[2][..., None])
            made.append(float(said.mean()))
        return made

    def _greedy_score(self, result: Any, row: int, done: int) -> float:
        total = 0.0
        for step, logits in enumerate(result.scores):
            token = int(result.sequences[row, 1 + done + step])
            if token == self.vocabulary.pad_id:
                break
            total += float(logits[row].log_softmax(-1)[token])
        return total

    def _attention(self, source: Any, ids: list[int]) -> tuple[int, ...]:
        """Most attended source position of each piece: heads of the last decoder layer averaged, in a forced pass."""
        import torch

        v = self.vocabulary
        real = source[source != v.pad_id][None]
        if not ids:
            return ()
        with torch.inference_mode():
            out = self._model(
                input_ids=real,
                decoder_input_ids=torch.tensor([[v.pad_id, *ids[:-1]]], device=self._device),
                output_attentions=True,
            )
        return tuple(out.cross_attentions[-1][0].mean(0).argmax(-1).tolist())

    def close(self) -> None:
        """See Engine."""
        self._model = None
