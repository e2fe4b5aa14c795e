"""The news corpus as pairs for any format, and as a dataset with splits and a card."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from corpora.bitext import Pair
from corpora.formats.hub import Card, Table
from corpora.formats.parquet import schema
from corpora.news.gold import Article, Split, articles

Config = Literal["articles", "quotes", "pairs"]
CONFIGS: tuple[Config, ...] = get_args(Config)
README = "README.md"
_ORIGIN = "dragoman-news"
_COLUMNS: Mapping[Config, Mapping[str, str]] = {
    "articles": {
        "article": "string",
        "topic": "string",
        "place": "string",
        "block": "int32",
        "kind": "string",
        "sentences_tr": "list of string",
        "sentences_en": "list of string",
    },
    "quotes": {
        "article": "string",
        "topic": "string",
        "kind": "string",
        "speaker_tr": "string",
        "speaker_en": "string",
    },
    "pairs": {"topic": "string"},
}


def pairs(config: Config, split: Split | None = None) -> Iterator[Pair]:
    """Everything of ``config`` that has both sides: beads of the articles, quotes, or the single sentence pairs.

    ``split`` keeps one split. The document is the article, or the file of single pairs; the speaker is named as the
    Turkish side names him.
    """
    for row in rows(config):
        texts = row["translation"]
        if split in (None, row["split"]) and texts["tr"] and texts["en"]:
            yield Pair(
                texts["tr"],
                texts["en"],
                origin=_ORIGIN,
                document=row.get("article") or row["topic"],
                speaker=row.get("speaker_tr", ""),
                quote=row["kind"] if config == "quotes" else "",
            )


def tables() -> dict[str, Table]:
    """The three configurations as tables of a dataset; beads and quotes that only one language has are in them too."""

    def without_split(config: Config) -> Table:
        return Table(
            schema("tr", "en", _COLUMNS[config]),
            ("tr", "en"),
            rows(config),
            lambda row: row["split"],
        )

    return {config: without_split(config) for config in CONFIGS}


def card() -> Card:
    """The card of the dataset: the text of ``README.md`` beside this file."""
    text = (files("corpora.news") / README).read_text("utf-8")
    body = text.split("---\n", 2)[2].strip()
    title, _, rest = body.partition("\n")
    return Card(
        title.removeprefix("# "),
        "cc0-1.0",
        rest,
        (
            "news",
            "parallel corpus",
            "quotation extraction",
            "quote attribution",
            "sentence alignment",
            "synthetic",
        ),
        {"annotations_creators": ["machine-generated"], "source_datasets": ["original"]},
    )


def rows(config: Config) -> Iterator[dict[str, Any]]:
    """The rows of a configuration in the corpus's order; ``split`` says where each belongs."""
    readers: dict[Config, Callable[[Article], Iterator[dict[str, Any]]]] = {
        "articles": _beads,
        "quotes": _quotes,
    }
    if config == "pairs":
        yield from _single_pairs()
        return
    for article in articles():
        common = {"article": article.id, "topic": article.topic, "split": article.split}
        for row in readers[config](article):
            yield row | common


def _beads(article: Article) -> Iterator[dict[str, Any]]:
    for number, block in enumerate(article.blocks):
        for bead in block.beads:
            yield {
                "translation": {"tr": " ".join(bead.tr), "en": " ".join(bead.en)},
                "place": "" if article.place == "-" else article.place,
                "block": number,
                "kind": block.kind,
                "sentences_tr": list(bead.tr),
                "sentences_en": list(bead.en),
            }


def _quotes(article: Article) -> Iterator[dict[str, Any]]:
    def there(text: str) -> str:
        return "" if text == "-" else text

    for quote in article.quotes:
        yield {
            "translation": {"tr": there(quote.tr), "en": there(quote.en)},
            "kind": quote.kind,
            "speaker_tr": there(quote.speaker_tr),
            "speaker_en": there(quote.speaker_en),
        }


def _single_pairs() -> Iterator[dict[str, Any]]:
    folder = Path(str(files("corpora.news"))) / "pairs"
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            tr, _, en = line.partition("\t")
            yield {"translation": {"tr": tr, "en": en}, "topic": path.stem, "split": "train"}
