"""What a training run starts from: a tokenizer, a lexicon of names and a model, the parent's or new ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from corpora.errors import InputError
from mt.engines import load_marian
from mt.names import Names
from mt.recipe import Recipe
from mt.vocabulary import Vocabulary, train_vocabulary


def names(
    recipe: Recipe, corpus: dict[str, list[tuple[str, str]]], tokenizer: Path
) -> Names | None:
    """The lexicon of names: learnt where a stage trains with stand-ins and the recipe says so, else the parent's."""
    if recipe.learn_names and any(stage.names for stage in recipe.stages):
        return Names.learn(pair for pairs in corpus.values() for pair in pairs)
    return Names.load(tokenizer)


def tokenizer_folder(
    recipe: Recipe, corpus: dict[str, list[tuple[str, str]]], output: Path
) -> Path:
    """The folder of the tokenizer: the parent's, or one trained on ``corpus`` and kept under ``output``.

    Raises InputError where the parent is no model folder.
    """
    if recipe.parent:
        parent = Path(recipe.parent)
        if not (parent / "config.json").exists():
            raise InputError(f"the recipe's parent model {parent} is not a model folder")
        return parent
    folder = output / "tokenizer"
    if not (folder / "vocab.json").exists():
        weights = recipe.stages[0].weights
        texts = (
            side
            for name, pairs in corpus.items()
            for pair in pairs
            for side in pair * max(1, round(weights.get(name, 1)))
        )
        train_vocabulary(
            texts,
            folder,
            size=recipe.architecture.vocabulary,
            byte_fallback=recipe.architecture.byte_fallback,
        )
        config = {
            "tokenizer_class": "MarianTokenizer",
            "source_lang": recipe.source_lang,
            "target_lang": recipe.target_lang,
            "model_max_length": 512,
            "separate_vocabs": False,
            "eos_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
        }
        (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1), "utf-8")
    return folder


def new_model(recipe: Recipe, vocabulary: Vocabulary) -> Any:
    """The model to train, in fp32: the parent's weights, or fresh ones. Raises ModelError for a damaged parent."""
    import torch
    from transformers import MarianConfig, MarianMTModel

    # Eager attention: with these short sentences the fused kernels are slower on a CPU and no faster on a GPU.
    if recipe.parent:
        return load_marian(Path(recipe.parent), dtype=torch.float32, attn_implementation="eager")
    a = recipe.architecture
    config = MarianConfig(
        vocab_size=len(vocabulary.ids),
        d_model=a.d_model,
        encoder_layers=a.encoder_layers,
        decoder_layers=a.decoder_layers,
        encoder_attention_heads=a.attention_heads,
        decoder_attention_heads=a.attention_heads,
        encoder_ffn_dim=a.ffn_dim,
        decoder_ffn_dim=a.ffn_dim,
        attention_dropout=0.0,
        activation_dropout=0.0,
        activation_function="relu",
        max_position_embeddings=512,
        scale_embedding=True,
        pad_token_id=vocabulary.pad_id,
        eos_token_id=vocabulary.eos_id,
        forced_eos_token_id=vocabulary.eos_id,
        decoder_start_token_id=vocabulary.pad_id,
        tie_word_embeddings=True,
        share_encoder_decoder_embeddings=True,
    )
    config._attn_implementation = "eager"
    return MarianMTModel(config)
