"""Datasets: folders of parquet files that ``datasets.load_dataset`` reads, with a dataset card.

The card's fields are those of the Hugging Face Hub (https://huggingface.co/docs/hub/datasets-cards).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from corpora.bitext import Pair
from corpora.errors import InputError, OutputError

from . import parquet
from .files import Source, name_of
from .parquet import Row, row_of, schema
from .provenance import with_languages

if TYPE_CHECKING:
    import pyarrow as pa

SPLITS: Mapping[str, float] = {"train": 0.9, "validation": 0.05, "test": 0.05}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with their schema, and the split that each belongs to. The rows are read once."""

    schema: pa.Schema
    languages: tuple[str, str]
    rows: Iterable[Row]
    split: Callable[[Row], str]


@dataclass(frozen=True, slots=True)
class Card:
    """What a dataset card says: ``licence`` as the Hub spells it ("cc0-1.0"), ``text`` in Markdown below the title.

    ``more`` are further fields of its head, such as ``annotations_creators``. Languages, sizes, configurations and
    splits are filled in from the data.
    """

    title: str
    licence: str = "unknown"
    text: str = ""
    tags: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def pairs_table(pairs: Iterable[Pair], shares: Mapping[str, float] = SPLITS) -> Table:
    """``pairs`` as a table of a dataset, split by document into ``shares`` of 1 (split → share).

    No document is in two splits: a hash of its name decides. A pair without a document goes by its source text.
    """
    languages, all_pairs = with_languages(pairs)

    def split(row: Row) -> str:
        return split_of(row["document"] or row["translation"][languages[0]], shares)

    rows = (row_of(pair, languages) for pair in all_pairs)
    return Table(schema(*languages), languages, rows, split)


def split_of(name: str, shares: Mapping[str, float] = SPLITS) -> str:
    """The split of a document, by a hash of its name, so that it is the same in every export."""
    digest = blake2b(name.encode("utf-8", "ignore"), digest_size=8).digest()
    place = int.from_bytes(digest, "big") / 2**64 * sum(shares.values())
    for split, share in shares.items():
        place -= share
        if place < 0:
            return split
    return next(iter(shares))


def save_dataset(tables: Mapping[str, Table], folder: Path, card: Card) -> None:
    """Write a dataset, one configuration for each of ``tables`` by name, whole or not at all.

    An older dataset in ``folder`` is replaced; a folder with anything else in it is refused with OutputError. Splits
    without rows are left out.
    """
    if folder.exists() and not _replaceable(folder):
        raise OutputError(f"{folder} holds something else than a dataset; name a new folder")
    work = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".dragoman-"))
        new, old = work / "new", work / "old"
        new.mkdir()
        counts = {name: _save_table(table, new / name) for name, table in tables.items()}
        languages = sorted({lang for t in tables.values() for lang in t.languages})
        with _synced(new / "README.md") as file:
            file.write(_card(card, counts, languages).encode())
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    except OSError as error:
        raise OutputError(f"cannot write {folder}: {error.strerror or error}") from error
    finally:
        if work:
            shutil.rmtree(work, ignore_errors=True)


def save_pairs(
    pairs: Iterable[Pair], folder: Path, signature: str = "", licence: str = "unknown"
) -> list[Path]:
    """Write ``pairs`` as a dataset in one configuration, as ``save_dataset`` does; returns the files written."""
    made = f"Made by {signature}." if signature else ""
    text = f"Sentences and their translations, split by document. {made}"
    save_dataset({"default": pairs_table(pairs)}, folder, Card(folder.name, licence, text))
    return sorted(file for file in folder.rglob("*") if file.is_file())


def read_dataset(folder: Source) -> Iterator[Pair]:
    """The pairs of all parquet files under ``folder``, split by split. Raises InputError."""
    root = Path(name_of(folder))
    files = sorted(root.rglob("*.parquet"))
    if not files:
        raise InputError(f"there is no parquet file under {root}")
    for file in files:
        yield from parquet.read(file)


def _replaceable(folder: Path) -> bool:
    """Whether ``folder`` is empty, or a dataset and nothing else."""
    if not folder.is_dir():
        return False
    files = [f.relative_to(folder) for f in folder.rglob("*") if not f.is_dir()]
    return not files or (
        Path("README.md") in files
        and all(f.suffix == ".parquet" or f == Path("README.md") for f in files)
    )


def _save_table(table: Table, folder: Path) -> Counter[str]:
    """Write one parquet file a split; returns the rows of each."""
    writers: dict[str, parquet.Writer] = {}
    folder.mkdir()
    with ExitStack() as stack:
        for row in table.rows:
            split = table.split(row)
            if split not in writers:
                file = stack.enter_context(_synced(folder / f"{split}-00000-of-00001.parquet"))
                writers[split] = stack.enter_context(parquet.Writer(file, table.schema))
            writers[split].add(row)
    order = [*(s for s in SPLITS if s in writers), *sorted(writers.keys() - SPLITS.keys())]
    return Counter({split: writers[split].count for split in order})


@contextmanager
def _synced(path: Path) -> Iterator[IO[bytes]]:
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _card(card: Card, counts: Mapping[str, Counter[str]], languages: Sequence[str]) -> str:
    from huggingface_hub import DatasetCardData

    total = sum(sum(count.values()) for count in counts.values())
    configs = [
        {
            "config_name": name,
            "data_files": [{"split": s, "path": f"{name}/{s}-*.parquet"} for s in count],
        }
        for name, count in counts.items()
    ]
    # The Hub's own writer puts the fields in its order.
    head = DatasetCardData(
        language=list(languages),
        license=card.licence,
        pretty_name=card.title,
        size_categories=[_size(total)],
        task_categories=["translation"],
        multilinguality=["translation"],
        tags=list(card.tags) or None,
        configs=configs,
        **card.more,
    ).to_yaml(line_break="\n")
    table = ["| configuration | split | rows |", "|---|---|---|"]
    table += [
        f"| {name} | {s} | {n:,} |" for name, count in counts.items() for s, n in count.items()
    ]
    parts = [f"---\n{head}\n---", f"# {card.title}", card.text.strip(), "\n".join(table)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _size(rows: int) -> str:
    """The Hub's name for a number of rows."""
    steps = [(1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (10**6, "100K<n<1M")]
    steps += [(10**7, "1M<n<10M"), (10**8, "10M<n<100M")]
    return next((name for limit, name in steps if rows < limit), "n>100M")
