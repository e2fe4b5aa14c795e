"""Adapt a model to what people have approved in a project, and keep the result only if it earns it.

The approved segments of all documents but the held-out ones are trained on, mixed with general pairs against forgetting,
by the trainer of `training`. Then old and new model translate two test sets: the held-out documents, where the new one must
gain, and a general one, where it must not lose more than `MARGIN`. What an interrupted run has done lies under
``DRAGOMAN_HOME/adapting`` until it is finished or thrown away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpora.errors import InputError
from corpora.writing import write_whole
from mt import confidence, models
from mt.card import adapted_card
from mt.corrections import Material
from mt.evaluation import SEGMENT_METRIC, Score, score, sure_gain, translate
from mt.evaluation_sets import EvaluationSet
from mt.recipe import Recipe, Source, Stage
from mt.training import Progress, train
from mt.vocabulary import Vocabulary

if TYPE_CHECKING:
    from corpora.store import Project

Report = Callable[[str, int, int], None]

MARGIN = 1.0  # chrF2 that may be lost on the general test set
# Chosen by measurement (docs/adapting.md), on texts that are neither held out nor part of any test set.
PASSES = 4
LEARNING_RATE = 5e-5
MIXED = 1.0  # general pairs for each correction, drawn anew in each pass
BATCH_TOKENS = 1024
STAND_INS = 0.5  # of the pairs with stand-ins for their names, where the parent knows how; it would forget them otherwise
_FILLED = 0.8  # of a batch; the rest is padding
_NAME = re.compile(r"[\w][\w.-]*")


@dataclass(frozen=True, slots=True)
class Tuned:
    """A trained model that nobody has tried yet: its folder, the target tokens and the seconds that it took."""

    folder: Path
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Trial:
    """Old and new model on one test set of ``size`` segments: chrF2 ``before`` and ``after``.

    ``sure`` is the gain that 95 of 100 bootstrap samples exceed; the new model passes where it is above ``required``.
    """

    test: str
    size: int
    before: Score
    after: Score
    sure: float
    required: float

    @property
    def passed(self) -> bool:
        """Whether the new model is good enough here."""
        return self.sure > self.required


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an adaptation: ``model`` is the new one's name, or "" where it was not kept for these ``reasons``.

    ``seconds`` are those of training alone, and ``tokens`` the target tokens trained on.
    """

    model: str
    parent: str
    date: str
    corrections: int
    documents: int
    trials: tuple[Trial, Trial]
    tokens: int
    seconds: float

    @property
    def kept(self) -> bool:
        """Whether there is a new model."""
        return bool(self.model)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the new model was not kept, a sentence each."""
        own, general = self.trials
        said = []
        if not own.passed:
            said.append(
                f"On the {own.size} approved segments of held-out documents it does not surely gain: chrF2 goes from "
                f"{own.before.value:.1f} to {own.after.value:.1f}, but 5 of 100 bootstrap samples put the change at "
                f"{own.sure:+.2f} or below."
            )
        if not general.passed:
            said.append(
                f"On the {general.size} general segments ({general.test}) it may lose more than {MARGIN:g}: chrF2 goes "
                f"from {general.before.value:.1f} to {general.after.value:.1f}, and 5 of 100 bootstrap samples put the "
                f"change at {general.sure:+.2f} or below."
            )
        return tuple(said)


def run_folder(project: Project) -> Path:
    """Where an adaptation to ``project`` keeps what it needs to go on."""
    place = project.place if "://" in project.place else str(Path(project.place).resolve())
    return models.home() / "adapting" / hashlib.sha256(place.encode()).hexdigest()[:12]


def cancel(project: Project) -> bool:
    """Throw away what an interrupted adaptation to ``project`` has done; returns whether there was any."""
    run = run_folder(project)
    there = run.exists()
    shutil.rmtree(run, ignore_errors=True)
    return there


def adapt(
    project: Project, material: Material, *, name: str = "", report: Report = lambda *_: None
) -> Outcome | None:
    """Adapt ``material.parent``, try both models, and keep the new one if it passes; returns what came of it.

    None where SIGINT or SIGTERM stopped the training: the same call goes on from there, or begins again if there is
    something else to learn by then. ``name`` is what the model is called, by default as the project; the date is added
    to it, so that every text that it translates tells which one it was. ``report(what, done, total)`` is told of
    updates and of segments. Raises ModelError for a parent that cannot be trained on, InputError for a bad name, or
    where the project is adapted to elsewhere at the same time.
    """
    from filelock import FileLock, Timeout

    date = dt.datetime.now(dt.UTC).date().isoformat()
    called = _free_name(name or re.sub(r"[^\w.-]+", "-", Path(project.place).stem), date)
    run = run_folder(project)
    run.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(f"{run}.lock", timeout=0):
            tuned = tune(material, run, report)
            if tuned is None:
                return None
            trials = compare(material, tuned.folder, report)
            kept = all(t.passed for t in trials)
            outcome = Outcome(
                called if kept else "", material.parent.name, date, len(material.corrections),
                material.documents, trials, tuned.tokens, tuned.seconds,
            )  # fmt: skip
            if kept:
                _keep(tuned.folder, outcome, material)
            shutil.rmtree(run)
            return outcome
    except Timeout as error:
        raise InputError(
            f"another process is adapting a model to {project.place}; wait until it is done"
        ) from error


def _free_name(name: str, date: str) -> str:
    if not _NAME.fullmatch(name):
        raise InputError(
            f"a model cannot be called {name!r}: letters, digits, dots, hyphens and underscores make a --name"
        )
    taken = {info.name for info in models.installed()}
    called, number = f"{name}-{date}", 1
    while called in taken:
        number += 1
        called = f"{name}-{date}.{number}"
    return called


def _prepared(material: Material, run: Path) -> Recipe:
    """Write the data of a run, and the recipe that it is trained by; what another material has left is thrown away."""
    vocabulary = Vocabulary(material.parent.folder)

    def tokens(pairs: Sequence[tuple[str, str]]) -> int:
        return sum(len(vocabulary.encode_target(target)) + 1 for _, target in pairs)

    share = min(1.0, MIXED * len(material.corrections) / len(material.general))
    sample = material.general[:: max(1, len(material.general) // 500)]
    mixed = share * len(material.general) * tokens(sample) / len(sample)
    amount = PASSES * (tokens(material.corrections) + mixed)
    updates = math.ceil(amount / (_FILLED * BATCH_TOKENS))
    weights = {"corrections": 1.0, "general": share}
    stage = Stage(
        "adapting", updates, LEARNING_RATE, weights,
        warmup=math.ceil(updates / 10), decay_from=0.0, batch_tokens=BATCH_TOKENS, names=STAND_INS,
    )  # fmt: skip
    sources = (
        Source("corrections", ["corrections.tsv"], ordered=True),
        Source("general", ["general.tsv"]),
    )
    recipe = Recipe(
        "adapting", "tr", "en", (stage,), sources, dev="", parent=str(material.parent.folder),
        average=0.95, learn_names=False, checkpoint_updates=25, length_penalty=material.parent.length_penalty,
    )  # fmt: skip
    weighed = material.parent.weights.stat()
    identity = (repr(recipe), weighed.st_size, weighed.st_mtime_ns, material.corrections, material.general)  # fmt: skip
    made = hashlib.sha256(json.dumps(identity).encode()).hexdigest()
    marker = run / "made"
    if not marker.exists() or marker.read_text("utf-8") != made:
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir(parents=True)
        for name, pairs in (("corrections", material.corrections), ("general", material.general)):
            text = "".join(f"{source}\t{target}\n" for source, target in pairs)
            (run / f"{name}.tsv").write_text(text, "utf-8")
        write_whole(marker, made)
    return recipe


def tune(material: Material, run: Path, report: Report = lambda *_: None) -> Tuned | None:
    """Train the parent on ``material``, or go on where the training in the folder ``run`` was stopped.

    None where SIGINT or SIGTERM stopped it. Raises ModelError for a parent that cannot be trained on.
    """
    recipe = _prepared(material, run)
    output = run / "training"

    def told(p: Progress) -> None:
        report("training", p.update, p.updates)

    folder = train(recipe, run, output, report=told)
    last = json.loads((output / "log.jsonl").read_text("utf-8").splitlines()[-1])
    return (
        Tuned(folder, last["tokens"], last["seconds"])
        if last["update"] == last["updates"]
        else None
    )


def compare(
    material: Material, folder: Path, report: Report = lambda *_: None
) -> tuple[Trial, Trial]:
    """The parent and the model in ``folder`` on the held-out documents and on the general test set."""

    def tried(test: EvaluationSet, required: float) -> Trial:
        made: list[list[str]] = []
        for model in (material.parent.name, str(folder)):
            before = len(made) * len(test)

            def told(done: int, total: int, before: int = before) -> None:
                report(f"translating {test.name}", before + done, 2 * total)

            made.append(translate(model, test.sources, smoke=False, progress=told))
        references = test.references[0]
        old, new = (score(m, references, metrics=(SEGMENT_METRIC,))[0] for m in made)
        return Trial(test.name, len(test), old, new, sure_gain(references, *made), required)

    try:
        return tried(material.held_out, 0.0), tried(material.general_test, -MARGIN)
    finally:
        # Of a folder that is about to go elsewhere.
        shutil.rmtree(models.converted(models.find(str(folder))), ignore_errors=True)


def _keep(folder: Path, outcome: Outcome, material: Material) -> None:
    """Give the model its card, its name and its place among the others."""
    (folder / "README.md").write_text(adapted_card(outcome, material), "utf-8")
    # The parent's still holds nearly; `dragoman models calibrate` makes one of its own.
    calibration = material.parent.folder / confidence.FILE
    if calibration.exists():
        shutil.copy(calibration, folder)
    about = {"name": outcome.model, "parent": outcome.parent, "date": outcome.date}
    write_whole(folder / models.MARKER, json.dumps(about, indent=1))
    place = models.pulled_folder(outcome.model)
    place.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(place)
