"""Train a Marian model by a recipe: from scratch or from a parent, on a CPU or a GPU, resumable at any time."""

from __future__ import annotations

import json
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpora.errors import InputError
from mt import training_start as start
from mt.card import card
from mt.engines import in_one_line
from mt.names import Names
from mt.recipe import Recipe, Stage
from mt.training_data import Batch, Stream, load_corpus, rows
from mt.vocabulary import Vocabulary

TOKENIZER_FILES = ("source.spm", "target.spm", "vocab.json", "tokenizer_config.json")
# The loss of this many positions at a time: one logits tensor for a whole batch would not stay in a CPU's cache.
_LOSS_SLICE = 512


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands: counts from the start of the run, ``loss`` in nats a target token (smoothed labels)."""

    stage: str
    update: int
    updates: int
    loss: float
    learning_rate: float
    tokens: int
    seconds: float
    scores: dict[str, float] | None = None


@dataclass(slots=True)
class _State:
    stage: int = 0
    update: int = 0  # within the stage
    tokens: int = 0
    seconds: float = 0.0
    best: float = -1.0


Evaluate = Callable[[Path, list[str], list[str]], dict[str, float]]


def train(
    recipe: Recipe,
    data: Path,
    output: Path,
    *,
    evaluate: Evaluate | None = None,
    report: Callable[[Progress], None] = lambda _: None,
    device: str | None = None,
) -> Path:
    """Train, or go on training, what ``recipe`` describes; returns the folder of the best model so far.

    ``data`` holds the recipe's files. ``output`` gets ``checkpoint.pt``, ``log.jsonl``, ``last/`` and ``best/`` (model
    folders in the Hugging Face layout); when it holds a checkpoint, the run goes on from there. ``evaluate(folder,
    sources, references)`` scores a model on the development set; the model with the highest ``chrF2`` is kept as
    ``best/``. SIGINT and SIGTERM end the run after the current update with a checkpoint written. Raises InputError
    for missing data.
    """
    import torch

    output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    dev = read_dev(data, recipe)
    corpus = load_corpus(data, recipe)
    tokenizer = start.tokenizer_folder(recipe, corpus, output)
    vocabulary = Vocabulary(tokenizer)
    model = start.new_model(recipe, vocabulary).to(device)
    names = start.names(recipe, corpus, tokenizer)
    run = _Run(recipe, output, tokenizer, names, model, device)
    run.resume()
    with _stoppable() as stopped:
        for number in range(run.state.stage, len(recipe.stages)):
            stage = recipe.stages[number]
            stream = Stream(corpus, recipe, stage, vocabulary, names)
            run.set_dropout(stage.dropout)
            for batch in stream.batches(skip=run.state.update):
                if run.state.update >= stage.updates:
                    break
                progress = run.step(stage, batch)
                ends = run.state.update == stage.updates
                if ends or run.state.update % recipe.evaluate_updates == 0:
                    progress = run.measure(progress, evaluate, *dev)
                # Asked once: a signal that comes between two questions would end the run without its checkpoint.
                stop = stopped()
                if ends or stop or run.state.update % recipe.checkpoint_updates == 0:
                    run.save()
                run.log(progress)
                report(progress)
                if stop:
                    return run.export("last")
            run.state.stage, run.state.update = number + 1, 0
            run.save()
    best = output / "best"
    return best if best.exists() else run.export("last")


def read_dev(data: Path, recipe: Recipe) -> tuple[list[str], list[str]]:
    """The development set's sources and references, unfiltered, thinned as the recipe says."""
    pairs = list(rows(data, [recipe.dev]))[:: recipe.dev_every] if recipe.dev else []
    return [tr for tr, _, _ in pairs], [en for _, en, _ in pairs]


class _Run:
    """One training run: model, averaged weights, optimiser and where they stand."""

    def __init__(
        self,
        recipe: Recipe,
        output: Path,
        tokenizer: Path,
        names: Names | None,
        model: Any,
        device: str,
    ) -> None:
        import torch
        from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

        self.recipe, self.output, self.tokenizer, self.model = recipe, output, tokenizer, model
        self.names = names
        self.device = device
        self.state = _State()
        self.zero_start()
        self.average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(recipe.average))
        self.optimizer = torch.optim.AdamW(
            model.parameters(), lr=1e-9, betas=(0.9, 0.98), eps=1e-9, weight_decay=1e-4, fused=True
        )

    def zero_start(self) -> None:
        """Keep the padding embedding at zero: it starts the decoder, and Marian and CTranslate2 start from zero."""
        import torch

        with torch.no_grad():
            self.model.model.shared.weight[self.model.config.pad_token_id].zero_()

    def set_dropout(self, share: float) -> None:
        """Drop this share of each layer's outputs while training."""
        for module in self.model.modules():
            if isinstance(getattr(module, "dropout", None), float):
                module.dropout = share

    def step(self, stage: Stage, batch: Batch) -> Progress:
        """One update of the model and of the averaged weights."""
        import torch

        started = time.monotonic()
        rate = learning_rate(stage, self.state.update)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.model.train()
        loss, count = self._loss(batch)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.zero_start()
        self.average.update_parameters(self.model)
        self.state.update += 1
        self.state.tokens += count
        self.state.seconds += time.monotonic() - started
        s = self.state
        return Progress(stage.name, s.update, stage.updates, loss, rate, s.tokens, s.seconds)

    def _loss(self, batch: Batch) -> tuple[float, int]:
        import torch

        source = torch.from_numpy(batch.source).to(self.device)
        target = torch.from_numpy(batch.target).to(self.device)
        pad = self.model.config.pad_token_id
        count = int((target != pad).sum())
        shifted = torch.full_like(target, pad)
        shifted[:, 1:] = target[:, :-1]
        # bf16 pays on GPUs and on CPUs that have it in hardware; others emulate it and lose tenfold.
        bf16 = self.device == "cuda" or torch.cpu._is_avx512_bf16_supported()
        with torch.autocast(self.device, torch.bfloat16, enabled=bf16):
            hidden = self.model.model(
                input_ids=source, attention_mask=source != pad, decoder_input_ids=shifted
            ).last_hidden_state
            flat, gold = hidden.flatten(0, 1), target.flatten()
            real = gold != pad
            flat, gold = flat[real], gold[real]
            # Each slice runs backward at once into the gradient of `flat`, so that no more than one slice of logits lives.
            leaf = flat.detach().requires_grad_()
            total = 0.0
            size = _LOSS_SLICE if self.device == "cpu" else 16_384
            for at in range(0, len(gold), size):
                # Without the padding id, which no engine may choose; it is the last one. The bias is zero in our own
                # models, but not in those that Marian has trained.
                logits = self.model.lm_head(leaf[at : at + size]) + self.model.final_logits_bias
                logits = logits[:, :pad].float()
                part = torch.nn.functional.cross_entropy(
                    logits,
                    gold[at : at + size],
                    label_smoothing=self.recipe.label_smoothing,
                    reduction="sum",
                )
                (part / count).backward()
                total += float(part.detach())
        flat.backward(leaf.grad)
        return total / count, count

    def measure(
        self,
        progress: Progress,
        evaluate: Evaluate | None,
        sources: list[str],
        references: list[str],
    ) -> Progress:
        """Export the averaged weights and score them; keep them as ``best`` where they are."""
        last = self.export("last")
        if evaluate is None or not sources:
            return progress
        scores = evaluate(last, sources, references)
        self._write_card(last, scores)
        if scores["chrF2"] > self.state.best:
            self.state.best = scores["chrF2"]
            fresh = self.output / "best.new"
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(last, fresh)
            _replace(self.output / "best", fresh)
        return Progress(**asdict(progress) | {"scores": scores})

    def export(self, name: str) -> Path:
        """Write the averaged weights as a model folder (fp16) in the layout of ``MarianMTModel``."""
        import copy

        from transformers import GenerationConfig
        from transformers.utils import logging

        logging.disable_progress_bar()
        folder = self.output / name
        fresh = self.output / f"{name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        # Halved as a whole: tensor by tensor, the shared embedding would be written four times.
        model: Any = copy.deepcopy(self.average.module).half()
        model.generation_config = GenerationConfig(
            bad_words_ids=[[model.config.pad_token_id]],
            decoder_start_token_id=model.config.pad_token_id,
            eos_token_id=model.config.eos_token_id,
            forced_eos_token_id=model.config.eos_token_id,
            pad_token_id=model.config.pad_token_id,
            max_length=512,
            num_beams=4,
            length_penalty=self.recipe.length_penalty,
        )
        model.save_pretrained(fresh)
        for file in TOKENIZER_FILES:
            shutil.copy(self.tokenizer / file, fresh / file)
        if self.names:
            self.names.save(fresh)
        self._write_card(fresh)
        _replace(folder, fresh)
        return folder

    def _write_card(self, folder: Path, scores: dict[str, float] | None = None) -> None:
        text = card(
            self.recipe, tokens=self.state.tokens, seconds=self.state.seconds, scores=scores
        )
        (folder / "README.md").write_text(text, "utf-8")

    def save(self) -> None:
        """Write the checkpoint beside the old one, then over it: a run killed here finds one of the two whole."""
        import torch

        part = self.output / "checkpoint.pt.part"
        torch.save(
            {
                "model": self.model.state_dict(),
                "average": self.average.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "random": torch.get_rng_state(),
                "random_cuda": torch.cuda.get_rng_state() if self.device == "cuda" else None,
                "state": asdict(self.state),
            },
            part,
        )
        part.replace(self.output / "checkpoint.pt")

    def resume(self) -> None:
        """Take up the checkpoint in the output folder, if there is one."""
        import torch

        path = self.output / "checkpoint.pt"
        if not path.exists():
            return
        try:
            saved = torch.load(path, map_location=self.device, weights_only=True)
            self.model.load_state_dict(saved["model"])
            self.average.load_state_dict(saved["average"])
            self.optimizer.load_state_dict(saved["optimizer"])
            torch.set_rng_state(saved["random"].cpu())
            if saved.get("random_cuda") is not None and self.device == "cuda":
                torch.cuda.set_rng_state(saved["random_cuda"].cpu())
            self.state = _State(**saved["state"])
        except Exception as error:
            raise InputError(
                f"{path} is damaged or was made by another recipe ({in_one_line(error)}); "
                "name another output folder, or delete it to begin again"
            ) from error

    def log(self, progress: Progress) -> None:
        """Append a line to ``log.jsonl``."""
        with (self.output / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(asdict(progress)) + "\n")


def _replace(folder: Path, fresh: Path) -> None:
    """Put ``fresh`` in the place of ``folder``."""
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def learning_rate(stage: Stage, update: int) -> float:
    """Rate of the given update (from 0): linear warm-up, a plateau, linear decay."""
    if update < stage.warmup:
        return stage.learning_rate * (update + 1) / stage.warmup
    start = max(stage.warmup, int(stage.decay_from * stage.updates))
    if update < start:
        return stage.learning_rate
    done = (update - start) / max(1, stage.updates - start)
    return stage.learning_rate * (1 - done * (1 - stage.final_rate))


@contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Turn SIGINT and SIGTERM into a question that the loop asks after each update."""
    asked: list[int] = []
    handlers = {
        s: signal.signal(s, lambda n, _: asked.append(n)) for s in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
