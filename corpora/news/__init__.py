"""Our own Turkish–English news corpus (CC0): whole articles with gold beads and quotes, and single sentence pairs."""

from .dataset import CONFIGS, Config, card, pairs, tables
from .gold import (
    HELD_OUT,
    Article,
    GoldBead,
    GoldBlock,
    GoldQuote,
    Split,
    article_pairs,
    articles,
    sentence_pairs,
)

__all__ = [
    "CONFIGS",
    "HELD_OUT",
    "Article",
    "Config",
    "GoldBead",
    "GoldBlock",
    "GoldQuote",
    "Split",
    "article_pairs",
    "articles",
    "card",
    "pairs",
    "sentence_pairs",
    "tables",
]
