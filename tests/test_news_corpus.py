"""The gold news corpus: complete, consistent, and its held-out part out of everything that trains."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from corpora import news
from corpora.errors import InputError
from corpora.formats.hub import save_dataset
from corpora.news import gold, statistics


def test_the_counts_are_those_that_its_readme_states() -> None:
    articles = list(news.articles())
    quotes = Counter(q.kind for a in articles for q in a.quotes)
    assert len(articles) == 216
    assert sum(len(b.beads) for a in articles for b in a.blocks) == 2970
    assert quotes == {"direct": 576, "partial": 159, "headline": 52, "indirect": 773}


def test_parts_divide_the_corpus_by_article() -> None:
    parts = [{a.id for a in news.articles(part)} for part in ("development", "held-out")]
    assert not parts[0] & parts[1]
    assert parts[0] | parts[1] == {a.id for a in news.articles()}


def test_every_quote_stands_in_its_article() -> None:
    for article in news.articles():
        texts = {lang: " ".join(article.sentences(lang)) for lang in ("tr", "en")}
        for quote in article.quotes:
            assert quote.tr == "-" or quote.tr in texts["tr"], (article.id, quote.tr)
            assert quote.en == "-" or quote.en in texts["en"], (article.id, quote.en)


def test_beads_cover_each_sentence_once_and_in_order() -> None:
    for article in news.articles():
        beads = article.beads()
        assert [i for tr, _ in beads for i in tr] == list(range(len(article.sentences("tr"))))
        assert [i for _, en in beads for i in en] == list(range(len(article.sentences("en"))))


def test_no_training_pair_is_held_out() -> None:
    held_out = {s for a in news.articles("held-out") for s in a.sentences("tr") if len(s) > 30}
    trained = {tr for tr, _ in news.sentence_pairs()} | {tr for tr, _ in news.article_pairs()}
    assert not held_out & trained


def test_sentence_pairs_are_whole_and_unlike_each_other() -> None:
    pairs = list(news.sentence_pairs())
    assert len(pairs) > 10_000
    assert all(tr.strip() and en.strip() and "\t" not in en for tr, en in pairs)
    assert len({tr for tr, _ in pairs}) > 0.995 * len(pairs)


def test_a_broken_line_is_named() -> None:
    with pytest.raises(InputError, match=r"x\.txt:2 "):
        list(gold.read(["### a | topic | -", "S | no paragraph yet | oops"], "x.txt"))


def test_splits_are_by_article_and_test_is_what_is_held_out() -> None:
    where = {a.id: a.split for a in news.articles()}
    assert {i for i, split in where.items() if split == "test"} == {
        a.id for a in news.articles("held-out")
    }
    assert Counter(where.values()) == {"train": 139, "validation": 17, "test": 60}


@pytest.mark.parametrize("split", ["validation", "test"])
def test_no_sentence_of_train_is_measured_on(split: str) -> None:
    texts = {
        name: {
            s for a in news.articles() if a.split == name for s in a.sentences("tr") if len(s) > 30
        }
        for name in ("train", split)
    }
    trained = texts["train"] | {pair.source for pair in news.pairs("pairs")}
    assert len(texts[split]) > 200
    assert not texts[split] & trained


def test_pairs_say_where_they_come_from() -> None:
    quotes = list(news.pairs("quotes"))
    assert len(quotes) == 1558
    assert Counter(q.quote for q in quotes) == {
        "direct": 576,
        "partial": 159,
        "headline": 52,
        "indirect": 771,
    }
    assert all(q.speaker and q.document for q in quotes)
    assert (
        len(
            {q.document for q in news.pairs("quotes", "test")}
            - {a.id for a in news.articles("held-out")}
        )
        == 0
    )
    assert [(p.source, p.target) for p in news.pairs("articles")] == list(news.article_pairs("all"))
    assert [(p.source, p.target) for p in news.pairs("pairs")] == list(news.sentence_pairs())
    assert not list(news.pairs("pairs", "test"))


def test_its_readme_is_its_card_and_has_the_figures_of_today() -> None:
    from huggingface_hub import DatasetCard

    path = Path(gold.__file__).with_name("README.md")
    head = DatasetCard.load(path).data
    assert (head.license, head.language, head.pretty_name) == (
        "cc0-1.0",
        ["en", "tr"],
        news.card().title,
    )
    assert "| articles | 139 | 17 | 60 | 216 |" in path.read_text("utf-8")
    assert statistics.with_figures(path.read_text("utf-8")) == path.read_text("utf-8")


def test_figures_agree_with_a_count_of_the_files() -> None:
    counted = statistics.count(news.articles())
    lines = [line for f in sorted((Path(gold.__file__).parent / "articles").glob("*.txt")) for line in f.read_text("utf-8").splitlines()]  # fmt: skip
    assert counted.articles == sum(line.startswith("### ") for line in lines)
    assert sum(counted.beads.values()) == sum(line.startswith(("S | ", "H | ")) for line in lines)
    assert sum(counted.quotes_tr.values()) == sum(line.startswith("Q | ") for line in lines)
    assert counted.paragraphs == lines.count("P")
    joined = sum(line.split(" | ")[1].count("¶") for line in lines if line.startswith("S | "))
    empty = sum(line.startswith("S | - | ") for line in lines)
    assert counted.sentences[0] == sum(counted.beads.values()) + joined - empty
    assert statistics.tokens(["Ankara'da 26 bin 400 kişi, el-Hadidi'yi dinledi."]) == 7


def test_datasets_reads_the_whole_corpus(tmp_path: Path) -> None:
    import datasets

    save_dataset(news.tables(), tmp_path / "news", news.card())
    datasets.disable_progress_bars()
    loaded = {
        config: datasets.load_dataset(
            str(tmp_path / "news"), config, cache_dir=str(tmp_path / "cache")
        )
        for config in news.CONFIGS
    }
    assert {c: {s: len(rows) for s, rows in d.items()} for c, d in loaded.items()} == {
        "articles": {"train": 1889, "validation": 244, "test": 837},
        "quotes": {"train": 1015, "validation": 117, "test": 428},
        "pairs": {"train": len(list(news.sentence_pairs()))},
    }
    assert loaded["quotes"]["test"].features["translation"] == datasets.Translation(
        languages=["tr", "en"]
    )
    rebuilt: dict[tuple[str, int], list[str]] = {}
    for row in loaded["articles"]["test"]:
        rebuilt.setdefault((row["article"], row["block"]), []).extend(row["sentences_tr"])
    for article in news.articles("held-out"):
        blocks = [" ".join(s) for (name, _), s in rebuilt.items() if name == article.id and s]
        assert "\n\n".join(blocks) == article.text("tr")
