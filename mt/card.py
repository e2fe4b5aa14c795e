"""The model card of a trained model: what it was made from, how, and how well it does (Mitchell et al. 2019)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mt.recipe import Recipe

if TYPE_CHECKING:
    from mt.adapting import Outcome
    from mt.corrections import Material
    from mt.models import ModelInfo

_HEAD = """---
language: [{source}, {target}]
library_name: transformers
pipeline_tag: translation
tags: [marian, translation]
metrics: [bleu, chrf]
---
# {name}

A Marian model for translating from `{source}` to `{target}`, trained by `dragoman models train` from the recipe
`{name}`{parent}. Its licence hangs on the sources below.
"""


def card(
    recipe: Recipe, *, tokens: int, seconds: float, scores: Mapping[str, float] | None = None
) -> str:
    """A card in Markdown with the hub's metadata: ``scores`` on the development set, cost, sources and licences.

    ``tokens`` counts target tokens and ``seconds`` the time of all updates of this run.
    """
    parent = f" on top of `{recipe.parent}`" if recipe.parent else ", from scratch"
    parts = [
        _HEAD.format(
            source=recipe.source_lang, target=recipe.target_lang, name=recipe.name, parent=parent
        )
    ]
    if scores:
        every = f", every line of {recipe.dev_every}" if recipe.dev_every > 1 else ""
        parts.append(f"## Scores\n\nOn the development set `{recipe.dev}`{every}:\n")
        parts.append("".join(f"* {name} {value:.2f}\n" for name, value in scores.items()))
    parts.append(
        f"## Training\n\n{tokens:,} target tokens in {seconds / 3600:.1f} hours of updates.\n\n"
        "| stage | updates | learning rate | tokens a batch | passes over each pair |\n"
        "| --- | --- | --- | --- | --- |\n"
        + "".join(
            f"| {s.name} | {s.updates:,} | {s.learning_rate:g} | {s.batch_tokens:,} | "
            f"{', '.join(f'{name} {weight:g}' for name, weight in s.weights.items())} |\n"
            for s in recipe.stages
        )
    )
    parts.append(
        "## Sources\n\n| source | files | licence |\n| --- | --- | --- |\n"
        + "".join(
            f"| {s.name} | {', '.join(f'`{file}`' for file in s.files)} | {s.licence or 'not stated'} |\n"
            for s in recipe.sources
        )
    )
    return "\n".join(parts)


def licence(model: ModelInfo) -> str:
    """The licence that a model's own card names in its metadata, or ""."""
    from huggingface_hub import metadata_load

    card = model.folder / "README.md"
    found = metadata_load(card) if card.exists() else None
    return str((found or {}).get("license", ""))


def adapted_card(outcome: Outcome, material: Material) -> str:
    """The card of a model that was adapted to a project: its parent, date, corrections, scores before and after, licence."""
    parents = licence(material.parent)
    metadata = f"license: {parents}\n" if parents else ""
    rows = "".join(
        f"| {t.test} | {t.size:,} | {t.before.value:.1f} | {t.after.value:.1f} | {t.sure:+.2f} | `{t.after.signature}` |\n"
        for t in outcome.trials
    )
    return f"""---
language: [tr, en]
{metadata}library_name: transformers
pipeline_tag: translation
tags: [marian, translation, adapted]
metrics: [chrf]
---
# {outcome.model}

`{outcome.parent}`, adapted on {outcome.date} by `dragoman models adapt` to {outcome.corrections:,} approved segments of
{outcome.documents:,} documents, mixed with pairs from {material.sources}.

## Scores

In chrF2. The sure gain is the one that 95 of 100 paired bootstrap samples exceed. Nothing of either set was trained on.

| set | segments | before | after | sure gain | signature |
| --- | --- | --- | --- | --- | --- |
{rows}
## Training

{outcome.tokens:,} target tokens in {outcome.seconds / 60:.1f} minutes of updates.

## Licence

The parent's ({parents or "its card names none"}). The corrections are the work of the people who made them: ask them
before you pass the model on.
"""
