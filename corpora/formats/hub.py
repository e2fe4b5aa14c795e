"""Parquet files, and folders of them that ``datasets.load_dataset`` reads, with a dataset card.

A row has the texts in ``translation`` (a ``Translation`` feature) and what is known of the pair in a column each; what is
not known is null. The card's fields are those of the Hugging Face Hub (https://huggingface.co/docs/hub/datasets-cards).
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from corpora.bitext import Pair
from corpora.errors import InputError, OutputError

from .files import Source, name_of, opened
from .provenance import FACTS, pair_of, utc

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 10_000  # in a row group, which is what memory holds
_TIMES = ("created", "changed")
SPLITS: Mapping[str, float] = {"train": 0.9, "validation": 0.05, "test": 0.05}

Row = Mapping[str, Any]


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


def write_parquet(pairs: Iterable[Pair], signature: str = "") -> Iterator[bytes]:
    """The bytes of a parquet file, a row group at a time; the same pairs give the same bytes.

    ``signature`` goes into the file's metadata. Raises InputError for pairs in more than one pair of languages.
    """
    stream = iter(pairs)
    first = next(stream, None)
    languages = (first.source_lang, first.target_lang) if first else ("tr", "en")
    sink = _Sink()
    columns = schema(*languages)
    if signature:
        columns = columns.with_metadata(columns.metadata | {b"signature": signature.encode()})
    with _Writer(sink, columns) as writer:
        for pair in _chain(first, stream):
            writer.add(_row(pair, languages))
            if written := sink.taken():
                yield written
    yield sink.taken()


def read_parquet(source: Source) -> Iterator[Pair]:
    """The pairs of a parquet file with a column ``translation``, or with ``source`` and ``target``.

    Raises InputError.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with opened(source) as file:
        try:
            table = pq.ParquetFile(file if file.seekable() else BytesIO(file.read()))
            languages = _languages(table.schema_arrow, name_of(source))
            for batch in table.iter_batches(_ROWS):
                for row in batch.to_pylist():
                    yield _pair(row, languages)
        except (pa.ArrowException, OSError) as error:
            raise InputError(
                f"{name_of(source)} is no parquet file that can be read: {error}"
            ) from None


def pairs_table(pairs: Iterable[Pair], shares: Mapping[str, float] = SPLITS) -> Table:
    """``pairs`` as a table of a dataset, split by document into ``shares`` of 1 (split → share).

    No document is in two splits: a hash of its name decides. A pair without a document goes by its source text.
    """
    stream = iter(pairs)
    first = next(stream, None)
    languages = (first.source_lang, first.target_lang) if first else ("tr", "en")

    def split(row: Row) -> str:
        return split_of(row["document"] or row["translation"][languages[0]], shares)

    rows = (_row(pair, languages) for pair in _chain(first, stream))
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
        yield from read_parquet(file)


def schema(
    source_lang: str, target_lang: str, columns: Mapping[str, str] | None = None
) -> pa.Schema:
    """The columns of a table of translations, with the features that ``datasets`` reads from a file's metadata.

    ``columns`` are those beside ``translation``, by name, and their arrow types ("string", "int32", "list of string");
    a pair's, if not given.
    """
    import pyarrow as pa

    if columns is None:
        columns = dict.fromkeys(FACTS, "string") | dict.fromkeys(_TIMES, "timestamp[us, tz=UTC]")
        columns["score"] = "float64"
    texts = pa.struct([(lang, pa.string()) for lang in sorted((source_lang, target_lang))])
    fields = [("translation", texts)]
    features: dict[str, object] = {
        "translation": {"languages": [source_lang, target_lang], "_type": "Translation"}
    }
    for name, kind in columns.items():
        item = {"dtype": kind.removeprefix("list of "), "_type": "Value"}
        exact = pa.timestamp("us", "UTC") if name in _TIMES else pa.type_for_alias(item["dtype"])
        listed = kind.startswith("list of ")
        fields.append((name, pa.list_(exact) if listed else exact))
        features[name] = {"feature": item, "_type": "List"} if listed else item
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    return pa.schema(fields, metadata=metadata)


class _Writer:
    """A parquet file written row group by row group."""

    def __init__(self, file: IO[bytes] | _Sink, schema: pa.Schema) -> None:
        import pyarrow.parquet as pq

        self._schema = schema
        self._file = pq.ParquetWriter(file, schema, compression="zstd")
        self._rows: list[Row] = []
        self.count = 0

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._file.close()

    def add(self, row: Row) -> None:
        self._rows.append(row)
        self.count += 1
        if len(self._rows) == _ROWS:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._rows:
            self._file.write_table(pa.Table.from_pylist(self._rows, self._schema))
            self._rows = []


def _chain(first: Pair | None, rest: Iterator[Pair]) -> Iterator[Pair]:
    if first is not None:
        yield first
        yield from rest


class _Sink:
    """A file that gives away what was written to it."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self._size += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _row(pair: Pair, languages: tuple[str, str]) -> Row:
    if (pair.source_lang, pair.target_lang) != languages:
        raise InputError(
            f"a table holds one pair of languages, and {pair.source_lang}–{pair.target_lang} follows "
            f"{'–'.join(languages)}; write TMX or TSV"
        )
    texts = {languages[0]: _whole(pair.source), languages[1]: _whole(pair.target)}
    row: dict[str, Any] = {"translation": texts}
    for name in FACTS:
        value = getattr(pair, name)
        if name in _TIMES:
            row[name] = value and utc(value)
        elif name == "score":
            row[name] = None if value is None else float(value)
        else:
            row[name] = _whole(value) or None
    return row


def _whole(text: str) -> str:
    # A surrogate without its other half has no place in UTF-8.
    return text.encode("utf-8", "ignore").decode()


def _languages(schema: pa.Schema, name: str) -> tuple[str, str]:
    """Source and target language of a table; ("", "") where they stand in columns of their own."""
    names = schema.names
    if "translation" in names:
        struct = schema.field("translation").type
        languages = [struct.field(i).name for i in range(struct.num_fields)]
        stored = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        features = stored.get("info", {}).get("features", {})
        declared = features.get("translation", {}).get("languages", [])
        if sorted(declared) == sorted(languages):
            languages = declared
        elif "tr" in languages:
            languages.sort(key=lambda lang: lang != "tr")
        if len(languages) == 2:
            return languages[0], languages[1]
    elif {"source", "target"} <= set(names):
        return "", ""
    raise InputError(
        f"{name} has neither a column translation with two languages nor columns source and target"
    )


def _pair(row: Mapping[str, Any], languages: tuple[str, str]) -> Pair:
    if languages[0]:
        texts = [(row["translation"] or {}).get(lang) for lang in languages]
    else:
        texts = [row["source"], row["target"]]
        languages = (str(row.get("source_lang") or "tr"), str(row.get("target_lang") or "en"))
    known = {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name in FACTS
        if (value := row.get(name)) is not None
    }
    source, target = ("" if text is None else str(text) for text in texts)
    return pair_of(source, target, *languages, known)


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
    writers: dict[str, _Writer] = {}
    folder.mkdir()
    with ExitStack() as stack:
        for row in table.rows:
            split = table.split(row)
            if split not in writers:
                file = stack.enter_context(_synced(folder / f"{split}-00000-of-00001.parquet"))
                writers[split] = stack.enter_context(_Writer(file, table.schema))
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
