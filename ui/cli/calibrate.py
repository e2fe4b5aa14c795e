"""``dragoman models calibrate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.cli.progress import bar, note

if TYPE_CHECKING:
    from mt.calibration import Example


@click.command()
@click.argument("model")
@click.option(
    "--test",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Sources and their translations by people, which the model was not trained on.",
)
@click.option("--project", metavar="DB", help="What this project's reviewers approved.")
def calibrate(model: str, test: Path | None, project: str | None) -> None:
    """Teach a model's confidence how likely its sentences are left as they are.

    What it learns is written into the model's folder, in place of what was there.
    """
    if (test is None) == (project is None):
        raise click.UsageError("name either --test FILE or --project DB to calibrate on")
    from alignment.embedding import load
    from alignment.likeness import likenesses
    from mt import calibration as c
    from mt import models
    from mt.confidence import SIGNS

    info = models.find(model)
    examples = _translated(model, test) if test else _approved(str(project), info.name)
    sources, targets = [e.said.source for e in examples], [e.said.target for e in examples]
    rows, right = c.rows_of(examples, likenesses(sources, targets, load())), c.is_right(examples)
    made = c.fit(rows, right, fitted_on=(test or Path(str(project))).name)
    baseline = -rows[:, SIGNS.index("unsure")]  # the mean log-probability of a token
    worth = c.worth(right, c.cross_validated(rows, right), baseline)
    note(
        f"{worth.segments:,} segments, {worth.right:.1%} of them right. ROC-AUC {worth.auc:.3f},"
        f" of the log-probability alone {worth.baseline:.3f}"
        f" (difference {worth.gain[0]:+.3f} to {worth.gain[1]:+.3f}); cross-validated"
    )
    print(made.save(info.folder))


def _translated(model: str, test: Path) -> list[Example]:
    """What the model says for the sources of ``test``."""
    from mt import models
    from mt.calibration import Example
    from mt.confidence import Machine
    from mt.engines import Search
    from mt.evaluation_sets import read_pairs
    from mt.translator import Translator

    pairs = read_pairs(test)
    engine, info = models.load(model)
    try:
        search = Search(length_penalty=info.length_penalty)
        translator = Translator(engine, model=info.name, search=search)
        made: list[Example] = []
        with bar("translating") as progress:
            for said in translator.segments(pairs.sources):
                reference = pairs.references[0][len(made)]
                made.append(Example(Machine(said.source, said.target, said.score), reference))
                progress(len(made), len(pairs))
        return made
    finally:
        engine.close()


def _approved(project: str, model: str) -> list[Example]:
    from corpora.store import Project
    from mt.calibration import of_project

    with Project.open(project, create=False) as opened:
        return of_project(opened, model)
