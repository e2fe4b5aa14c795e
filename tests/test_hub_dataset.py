"""Parquet and dataset folders: `datasets` and pandas read them, no article is in two splits, bytes repeat."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.bitext import Pair
from corpora.errors import InputError, OutputError
from corpora.formats import hub, parquet

FULL = Pair(
    "“Kazandık” dedi.", "“We won,” he said.", score=0.1 + 0.2, origin="aligned", document="https://x.example/1?a=b",
    speaker="Ayşe Şahin", segment="s1", quote="direct", status="approved", model="tr-en", editor="Işıl",
    created=datetime(2026, 1, 2, 3, 4, 5, 678, UTC), changed=datetime(2026, 2, 3, tzinfo=UTC), comment="a\tb\nc",
)  # fmt: skip


def many(count: int) -> list[Pair]:
    return [
        Pair(f"Cümle {i}.", f"Sentence {i}.", document=f"article-{i // 7}", score=i / count)
        for i in range(count)
    ]


def load(folder: Path, cache: Path, config: str = "default") -> Any:
    import datasets

    datasets.disable_progress_bars()
    return datasets.load_dataset(str(folder), config, cache_dir=str(cache))


def saved(pairs: list[Pair], folder: Path, card: hub.Card | None = None) -> Path:
    hub.save_dataset({"default": hub.pairs_table(pairs)}, folder, card or hub.Card("A corpus"))
    return folder


def test_parquet_keeps_the_whole_provenance() -> None:
    data = b"".join(parquet.write([FULL, Pair("a", "b")]))
    assert list(parquet.read(io.BytesIO(data))) == [FULL, Pair("a", "b")]


def test_row_groups_are_written_as_they_fill() -> None:
    pairs = many(25_000)
    chunks = list(parquet.write(iter(pairs)))
    assert len(chunks) > 3
    assert list(parquet.read(io.BytesIO(b"".join(chunks)))) == pairs


texts = st.text(st.characters(exclude_categories=["Cs"]))
moments = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.builds(
            Pair, texts, texts, document=texts, speaker=texts, comment=texts,
            score=st.none() | st.floats(allow_nan=False, allow_infinity=False), created=st.none() | moments,
            status=st.sampled_from(["", "new", "machine", "edited", "approved", "rejected", "locked"]),
        )
    )
)  # fmt: skip
def test_parquet_carries_any_unicode(pairs: list[Pair]) -> None:
    data = b"".join(parquet.write(pairs))
    assert list(parquet.read(io.BytesIO(data))) == pairs
    assert data == b"".join(parquet.write(pairs))


def test_half_a_surrogate_is_left_out() -> None:
    data = b"".join(parquet.write([Pair("a\ud83d b", "c")]))
    assert [p.source for p in parquet.read(io.BytesIO(data))] == ["a b"]


def test_pandas_reads_parquet(tmp_path: Path) -> None:
    import pandas

    path = tmp_path / "pairs.parquet"
    path.write_bytes(b"".join(parquet.write([FULL, Pair("Evet.", "Yes.")])))
    frame = pandas.read_parquet(path)
    assert frame["translation"][1] == {"tr": "Evet.", "en": "Yes."}
    assert frame["speaker"][0] == "Ayşe Şahin"
    assert frame["created"][0] == pandas.Timestamp(FULL.created)
    assert frame["score"].isna().tolist() == [False, True]


def test_datasets_reads_a_folder_with_translation_features(tmp_path: Path) -> None:
    import datasets

    pairs = many(2_000)
    loaded = load(saved(pairs, tmp_path / "out"), tmp_path / "cache")
    assert set(loaded) == {"train", "validation", "test"}
    assert loaded["train"].features["translation"] == datasets.Translation(languages=["tr", "en"])
    rows = [row for split in loaded.values() for row in split]
    assert sorted(row["translation"]["en"] for row in rows) == sorted(p.target for p in pairs)
    where = defaultdict(set)
    for split, part in loaded.items():
        for document in part["document"]:
            where[document].add(split)
    assert len(where) == 286
    assert all(len(splits) == 1 for splits in where.values())
    assert 0.84 < len(loaded["train"]) / len(pairs) < 0.96


def test_the_card_is_one_that_the_hub_reads(tmp_path: Path) -> None:
    from huggingface_hub import DatasetCard

    card = hub.Card(
        "Haber — news", "cc0-1.0", "What it is.", ("news",), {"source_datasets": ["original"]}
    )
    head = DatasetCard.load(saved(many(1_500), tmp_path / "out", card) / "README.md").data
    assert (head.pretty_name, head.license, head.language) == (
        "Haber — news",
        "cc0-1.0",
        ["en", "tr"],
    )
    assert (head.size_categories, head.source_datasets) == (["1K<n<10K"], ["original"])
    assert [f["split"] for f in head.configs[0]["data_files"]] == ["train", "validation", "test"]


def test_the_same_pairs_give_the_same_bytes(tmp_path: Path) -> None:
    folders = [saved(many(300), tmp_path / name) for name in ("a", "b")]
    contents = [
        {f.relative_to(d): f.read_bytes() for d in [folder] for f in d.rglob("*") if f.is_file()}
        for folder in folders
    ]
    assert contents[0] == contents[1]
    assert len(contents[0]) == 4


def test_a_document_keeps_its_split_whatever_else_is_exported() -> None:
    names = [f"article-{i}" for i in range(4_000)]
    splits = [hub.split_of(name) for name in names]
    assert splits == [hub.split_of(name) for name in names]
    assert 0.88 < splits.count("train") / len(names) < 0.92
    assert 0.04 < splits.count("test") / len(names) < 0.06


def test_an_older_dataset_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    folder = saved(many(50), tmp_path / "out")
    saved(many(20), folder)
    assert len(list(hub.read_dataset(folder))) == 20
    (folder / "thesis.docx").write_text("years of work")
    with pytest.raises(OutputError, match="something else"):
        saved(many(10), folder)
    assert len(list(hub.read_dataset(folder))) == 20
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_failure_halfway_leaves_the_old_dataset(tmp_path: Path) -> None:
    folder = saved(many(50), tmp_path / "out")

    def broken() -> Any:
        yield from many(30)
        raise InputError("the source broke off")

    with pytest.raises(InputError):
        hub.save_dataset({"default": hub.pairs_table(broken())}, folder, hub.Card("x"))
    assert len(list(hub.read_dataset(folder))) == 50
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_other_languages_and_other_tables(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    turned = [replace(FULL, source_lang="en", target_lang="tr")]
    assert list(parquet.read(io.BytesIO(b"".join(parquet.write(turned))))) == turned
    # As the Hub's own translation sets have it: no provenance, languages in any order.
    path = tmp_path / "opus.parquet"
    pq.write_table(
        pa.table({"translation": [{"en": "Yes.", "tr": "Evet."}, {"en": None, "tr": "Ek"}]}), path
    )
    assert list(parquet.read(path)) == [Pair("Evet.", "Yes."), Pair("Ek", "")]
    pq.write_table(pa.table({"source": ["Evet."], "target": ["Yes."], "score": [0.5]}), path)
    assert list(parquet.read(path)) == [Pair("Evet.", "Yes.", score=0.5)]
    pq.write_table(pa.table({"text": ["Evet."]}), path)
    with pytest.raises(InputError, match="neither"):
        list(parquet.read(path))


def test_two_pairs_of_languages_are_refused() -> None:
    with pytest.raises(InputError, match="one pair of languages"):
        list(parquet.write([Pair("a", "b"), Pair("a", "b", "en", "tr")]))


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"\xff" * 1000])
def test_what_is_no_parquet_is_named(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"broken\.parquet is no parquet"):
        list(parquet.read(path))


def test_a_cut_file_is_named(tmp_path: Path) -> None:
    data = b"".join(parquet.write(many(500)))
    path = tmp_path / "cut.parquet"
    for size in range(0, len(data), len(data) // 20):
        path.write_bytes(data[:size])
        with pytest.raises(InputError):
            list(parquet.read(path))


def test_an_empty_corpus_is_a_file_too() -> None:
    assert list(parquet.read(io.BytesIO(b"".join(parquet.write([]))))) == []
    features = json.loads(hub.schema("tr", "en").metadata[b"huggingface"])["info"]["features"]
    assert features["translation"]["languages"] == ["tr", "en"]


def test_the_registry_of_formats_knows_both(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    from corpora import formats

    path = tmp_path / "out.parquet"
    assert formats.find(path).save([FULL], path, "dragoman 1; dedupe") == [path]
    assert pq.read_schema(path).metadata[b"signature"] == b"dragoman 1; dedupe"
    folder = tmp_path / "out"
    written = formats.find(folder, "dataset").save(many(100), folder, "dragoman 1; dedupe")
    assert folder / "README.md" in written
    assert "dragoman 1; dedupe" in (folder / "README.md").read_text("utf-8")
    assert len(list(formats.find(folder, "dataset").read(folder))) == 100
