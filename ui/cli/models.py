"""``dragoman models``."""

from __future__ import annotations

from pathlib import Path

import click

from corpora.errors import InputError, ModelError
from ui.cli.adapt import adapt
from ui.cli.calibrate import calibrate
from ui.cli.progress import note


@click.group()
def models() -> None:
    """List, pull, choose, inspect, remove, train and adapt models."""


models.add_command(adapt)


models.add_command(calibrate)


@models.command("list")
def list_() -> None:
    """List the models on this machine; a star marks the one in use."""
    from mt import models as m

    used = m.in_use()
    for info in m.installed():
        star = "*" if info.name == used else " "
        since = f"from {info.parent}" if info.parent else info.revision[:12]
        print(f"{star} {info.name}\t{info.origin}\t{info.size / 1e6:.0f} MB\t{since}".rstrip())
    if used not in {info.name for info in m.installed()}:
        print(f"* {used}\tfolder")


@models.command()
@click.argument("name")
@click.option(
    "--revision",
    default="main",
    show_default=True,
    help="Branch, tag or commit; its commit is pinned.",
)
def pull(name: str, revision: str) -> None:
    """Get a Marian model from the Hugging Face hub, such as Helsinki-NLP/opus-mt-tr-en.

    A download that was cut off goes on where it stopped.
    """
    from mt.hub import pull as pull_

    info = pull_(name, revision=revision, report=lambda file: note(f"{name}: {file}"))
    print(f"{info.name}\t{info.revision}\t{info.folder}")


@models.command()
@click.argument("name", default="")
def info(name: str) -> None:
    """Show what a model is, where it lies and what its card says."""
    from mt import models as m

    found = m.find(name)
    print(
        f"name\t{found.name}\norigin\t{found.origin}\nfolder\t{found.folder}\nsize\t{found.size / 1e6:.1f} MB"
    )
    if found.revision:
        print(f"revision\t{found.revision}")
    if found.parent:
        print(f"parent\t{found.parent}")
    print(f"confidence\t{_calibration(found.folder)}")
    card = found.folder / "README.md"
    if card.exists():
        print(f"\n{card.read_text('utf-8')}")


def _calibration(folder: Path) -> str:
    from mt.confidence import Confidence

    try:
        made = Confidence.load(folder)
    except ModelError as error:
        return str(error)
    return f"fitted on {made.fitted_on}, {made.segments:,} segments" if made else "not calibrated"


@models.command()
@click.argument("name")
def use(name: str) -> None:
    """Make a model the one that is used where none is named (tr-en is the bundled one)."""
    from mt import models as m

    m.load(name)
    print(m.use(name).name)


@models.command()
@click.argument("name")
def remove(name: str) -> None:
    """Delete a pulled or adapted model and its conversion."""
    from mt import models as m

    print(f"{name}: {m.remove(name) / 1e6:.0f} MB freed")


@models.command()
@click.argument("recipe", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that the recipe's files are under.",
)
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for checkpoints and the model; a run found there goes on.",
)
@click.option("--threads", type=click.IntRange(1), help="Processor threads. Default: all.")
def train(recipe: Path, data: Path, output: Path, threads: int | None) -> int:
    """Train a translation model or a sentence embedding by a recipe.

    Ctrl-C stops the training of a translation model after the current update with everything saved; the same command
    goes on from there.
    """
    import tomllib

    import torch

    if threads:
        torch.set_num_threads(threads)
    try:
        kind = tomllib.loads(recipe.read_text("utf-8")).get("kind", "translation")
    except ValueError as error:
        raise InputError(f"{recipe} is no recipe: {error}") from error
    if kind not in ("translation", "embedding"):
        raise InputError(f"{recipe}: kind cannot be {kind!r}, but translation or embedding")
    if kind == "embedding":
        from alignment.training import train as train_embedding

        for name, share in train_embedding(recipe, data, output, report=note).items():
            print(f"{name}\t{share:.4f}")
        return 0
    return _train_translation(recipe, data, output)


def _train_translation(recipe: Path, data: Path, output: Path) -> int:
    from mt.evaluation import evaluate_folder
    from mt.recipe import load_recipe
    from mt.training import Progress
    from mt.training import train as train_

    last: Progress | None = None

    def report(p: Progress) -> None:
        nonlocal last
        last = p
        if p.update % 10 == 0 or p.scores:
            scores = "".join(f"  {k} {v:.2f}" for k, v in (p.scores or {}).items())
            note(
                f"{p.stage} {p.update}/{p.updates}  loss {p.loss:.3f}  rate {p.learning_rate:.1e}"
                f"  {p.tokens / max(p.seconds, 1e-9):.0f} tokens/s{scores}"
            )

    made = load_recipe(recipe)
    best = train_(made, data, output, evaluate=evaluate_folder, report=report)
    print(best)
    if last and (last.stage, last.update) != (made.stages[-1].name, last.updates):
        note(
            f"dragoman: stopped after update {last.update} of {last.updates} in stage {last.stage}, which is saved. Run the same command again to go on."
        )
        return 1
    if not (output / "best").exists():
        note("no development set was measured; this is the last state, not the best")
    return 0
