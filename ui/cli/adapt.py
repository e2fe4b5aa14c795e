"""``dragoman models adapt``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.cli.options import emit, output_options, project_option
from ui.cli.progress import note, phases

if TYPE_CHECKING:
    from corpora.store import Project
    from mt.adapting import Outcome

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@project_option
@click.option("--model", default="", metavar="M", help="Model to adapt. Default: the one in use.")
@click.option(
    "--name",
    default="",
    metavar="N",
    help="What the new model is called, before its date. Default: as the project.",
)
@click.option(
    "--general",
    multiple=True,
    type=_FILE,
    help="Pairs mixed in against forgetting (may be repeated). Default: our news corpus.",
)
@click.option(
    "--general-test",
    type=_FILE,
    help="Pairs on which the new model must not lose. Default: held-out articles of our news corpus.",
)
@click.option("--threads", type=click.IntRange(1), help="Processor threads. Default: all.")
@click.option(
    "--cancel", is_flag=True, help="Throw away what a stopped adaptation to the project has done."
)
@output_options({"table": [], "json": [".json"]}, default="table")
def adapt(
    project: str,
    model: str,
    name: str,
    general: tuple[Path, ...],
    general_test: Path | None,
    threads: int | None,
    cancel: bool,
    output: Path | None,
    to: str,
) -> int:
    """Fine-tune a model on what is approved in a project, and keep it only if it earns it.

    It must gain on the project's held-out documents and not lose on a general test set; otherwise the old model stays,
    and the report says why. Ctrl-C stops with everything saved; the same command goes on from there.
    """
    from corpora.store import Project
    from mt import adapting
    from mt.corrections import gather
    from ui.adapting_rendering import as_json, as_text

    with Project.open(project, create=False) as opened:
        if cancel:
            note("thrown away" if adapting.cancel(opened) else "there was nothing to throw away")
            return 0
        if threads:
            import torch

            torch.set_num_threads(threads)
        material = gather(opened, model, general=general, general_test=general_test)
        with phases() as report:
            outcome = adapting.adapt(opened, material, name=name, report=report)
        if outcome is None:
            note(
                "dragoman: stopped, and everything is saved. Run the same command again to go on,"
                " or with --cancel to throw it away."
            )
            return 1
        if outcome.kept:
            _put_in_place(opened, outcome)
    text = json.dumps(as_json(outcome), ensure_ascii=False, indent=2) + "\n"
    emit([text if to == "json" else as_text(outcome)], output)
    return 0


def _put_in_place(project: Project, outcome: Outcome) -> None:
    """Use the new model where its parent was in use, and keep in the project how good both are."""
    from corpora.store.values import Result
    from mt import models

    own = outcome.trials[0]
    for model, found in ((outcome.parent, own.before), (outcome.model, own.after)):
        project.add_result(
            Result(model, own.test, f"{found.name}|{found.signature}", {found.name: found.value})
        )
    if models.in_use() == outcome.parent:
        models.use(outcome.model)
        note(f"{outcome.model} is in use now; go back with: dragoman models use {outcome.parent}")
    else:
        note(f"use it with: dragoman models use {outcome.model}")
