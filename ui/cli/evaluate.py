"""``dragoman evaluate``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.cli.options import emit, output_options
from ui.cli.progress import bar, status

if TYPE_CHECKING:
    from corpora.store import Project
    from mt.evaluation import Evaluation
    from mt.evaluation_sets import EvaluationSet


@dataclass(frozen=True, slots=True)
class _System:
    """A system on trial and what it made of the test set; ``label`` is what a project remembers it by."""

    label: str
    hypotheses: list[str]


@click.command()
@click.argument("files", nargs=-1, metavar="[HYPOTHESIS REFERENCE...]")
@click.option("--source", metavar="FILE", help="The source text, a segment a line.")
@click.option("--baseline", metavar="FILE", help="Another system's translation, to compare with.")
@click.option("--model", metavar="M", help="Model to test. Default: the one in use.")
@click.option("--against", metavar="M", help="Another model, to compare with.")
@click.option(
    "--test",
    metavar="FILE",
    help="Test set: a file of pairs, such as a source, a tab and a reference a line.",
)
@click.option(
    "--project",
    metavar="DB",
    help="Project that keeps the result; and whose held-out documents are the test set, if no other is named.",
)
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="ID",
    help="Document of the project to test on, instead of the held-out ones (may be repeated).",
)
@click.option("--history", is_flag=True, help="Show the results that the project has kept.")
@click.option(
    "--comet", metavar="M", help="COMET model to score with too, such as Unbabel/wmt22-comet-da."
)
@click.option("--beam", type=click.IntRange(1, 32), default=4, show_default=True)
@click.option(
    "--resamples",
    type=click.IntRange(100, 100_000),
    default=1000,
    show_default=True,
    help="Bootstrap samples for intervals and p.",
)
@output_options({"table": [], "json": [".json"], "html": [".html", ".htm"]}, default="table")
def evaluate(
    files: tuple[str, ...],
    source: str | None,
    baseline: str | None,
    model: str | None,
    against: str | None,
    test: str | None,
    project: str | None,
    documents: tuple[str, ...],
    history: bool,
    comet: str | None,
    beam: int,
    resamples: int,
    output: Path | None,
    to: str,
) -> None:
    """Score a translation, or a model, with BLEU, chrF2 and TER.

    HYPOTHESIS and REFERENCE (one or more) hold a segment a line. Without them a model is tested, on a file or on the
    approved segments of a project's held-out documents. With --baseline or --against two systems are compared by
    paired bootstrap.
    """
    _check_usage(files, source, baseline, model, against, test, project, documents, history)
    color = output is None and sys.stdout.isatty()
    if history:
        emit([_history(str(project), to, color=color)], output)
        return
    opened = _open(project) if project else None
    try:
        if files:
            found, systems = _of_files(files, source, baseline)
        else:
            found = _test_set(test, opened, documents)
            systems = [
                _translated(name, found, beam)
                for name in (model or "", against)
                if name is not None
            ]
        evaluation = _evaluate(found, systems, comet, resamples)
        if opened:
            _keep(opened, evaluation, systems[0].label)
    finally:
        if opened:
            opened.close()
    emit([_rendered(evaluation, to, color=color)], output)


def _check_usage(
    files: tuple[str, ...],
    source: str | None,
    baseline: str | None,
    model: str | None,
    against: str | None,
    test: str | None,
    project: str | None,
    documents: tuple[str, ...],
    history: bool,
) -> None:
    rules = {
        "name a HYPOTHESIS and a REFERENCE, a --test file, or a --project": not (
            files or test or project
        ),
        "a HYPOTHESIS needs a REFERENCE to be scored against": len(files) == 1,
        "two files are compared as they are: leave out --model, --against, --test and --document": bool(
            files and (model or against or test or documents)
        ),
        "--source and --baseline go with a HYPOTHESIS and a REFERENCE": bool(
            not files and (source or baseline)
        ),
        "--document and --history need a --project": bool((documents or history) and not project),
        "--test and --document are two test sets: name one": bool(test and documents),
        "--history only shows what is kept: leave out the rest": bool(
            history and (files or model or against or test or documents)
        ),
    }
    for message, broken in rules.items():
        if broken:
            raise click.UsageError(message)


def _of_files(
    files: tuple[str, ...], source: str | None, baseline: str | None
) -> tuple[EvaluationSet, list[_System]]:
    from mt.evaluation_sets import read_files, read_lines

    names = [files[0], *([baseline] if baseline else [])]
    systems = [_System(Path(name).name, list(read_lines(name))) for name in names]
    return read_files(files[1:], source=source), systems


def _test_set(
    test: str | None, project: Project | None, documents: tuple[str, ...]
) -> EvaluationSet:
    from mt.evaluation_sets import of_project, read_pairs

    if test or project is None:
        return read_pairs(str(test))
    return of_project(project, documents)


def _translated(name: str, test: EvaluationSet, beam: int) -> _System:
    from mt import models
    from mt.evaluation import translate

    label = models.find(name).name
    with bar(f"translating with {label}") as progress:
        made = translate(name, test.sources, beam=beam, progress=progress)
    return _System(label, made)


def _evaluate(
    test: EvaluationSet, systems: list[_System], comet: str | None, resamples: int
) -> Evaluation:
    from mt.evaluation import evaluate, with_comet

    first, other = systems[0], systems[1] if len(systems) > 1 else None
    with status() as say:
        say("scoring")
        done = evaluate(
            test,
            first.hypotheses,
            system=first.label,
            baseline=other.hypotheses if other else None,
            against=other.label if other else "",
            resamples=resamples,
        )
        if comet:
            say(f"scoring with {comet}")
            done = with_comet(done, comet)
    return done


def _rendered(evaluation: Evaluation, to: str, *, color: bool) -> str:
    if to == "html":
        from ui.evaluation_report import report

        return report(evaluation)
    from ui.evaluation_rendering import as_json, as_table

    if to == "json":
        return json.dumps(as_json(evaluation), ensure_ascii=False, indent=2) + "\n"
    return as_table(evaluation, color=color)


def _open(project: str) -> Project:
    from corpora.store import Project

    return Project.open(project, create=False)


def _keep(project: Project, evaluation: Evaluation, model: str) -> None:
    from corpora.store.values import Result

    project.add_result(
        Result(
            model=model,
            test=evaluation.test,
            signature="; ".join(f"{s.name}|{s.signature}" for s in evaluation.scores),
            scores={s.name: s.value for s in evaluation.scores},
        )
    )


def _history(project: str, to: str, *, color: bool) -> str:
    from ui.evaluation_rendering import history_json, history_table
    from ui.evaluation_report import history

    with _open(project) as opened:
        results = list(opened.results())
    renderings: dict[str, Callable[[], str]] = {
        "html": lambda: history(results, Path(project).name),
        "json": lambda: json.dumps(history_json(results), ensure_ascii=False, indent=2) + "\n",
        "table": lambda: history_table(results, color=color),
    }
    return renderings[to]()
