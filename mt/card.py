"""The model card of a trained model: what it was made from, how, and how well it does (Mitchell et al. 2019)."""

from __future__ import annotations

from collections.abc import Mapping

from mt.recipe import Recipe

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
