"""Parquet: rows of translations, in the columns that ``datasets`` understands.

A row has the texts in ``translation`` (a ``Translation`` feature) and what is known of the pair in a column each; what is
not known is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Self

from corpora.bitext import Pair
from corpora.errors import InputError

from .files import Source, name_of, opened
from .provenance import FACTS, pair_of, utc, with_languages

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 10_000  # in a row group, which is what memory holds
_TIMES = ("created", "changed")

Row = Mapping[str, Any]


def write(pairs: Iterable[Pair], signature: str = "") -> Iterator[bytes]:
    """The bytes of a parquet file, a row group at a time; the same pairs give the same bytes.

    ``signature`` goes into the file's metadata. Raises InputError for pairs in more than one pair of languages.
    """
    languages, all_pairs = with_languages(pairs)
    sink = _Sink()
    columns = schema(*languages)
    if signature:
        columns = columns.with_metadata(columns.metadata | {b"signature": signature.encode()})
    with Writer(sink, columns) as writer:
        for pair in all_pairs:
            writer.add(row_of(pair, languages))
            if written := sink.taken():
                yield written
    yield sink.taken()


def read(source: Source) -> Iterator[Pair]:
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


def row_of(pair: Pair, languages: tuple[str, str]) -> Row:
    """A pair as a row. Raises InputError where it is in other languages than the table."""
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


class Writer:
    """A parquet file written row group by row group."""

    def __init__(self, file: IO[bytes] | _Sink, schema: pa.Schema) -> None:
        """Begin a file of these columns."""
        import pyarrow.parquet as pq

        self._schema = schema
        self._file = pq.ParquetWriter(file, schema, compression="zstd")
        self._rows: list[Row] = []
        self.count = 0

    def __enter__(self) -> Self:
        """Return the writer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write the last rows and the file's end."""
        self._flush()
        self._file.close()

    def add(self, row: Row) -> None:
        """Write a row; ``count`` says how many there are."""
        self._rows.append(row)
        self.count += 1
        if len(self._rows) == _ROWS:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._rows:
            self._file.write_table(pa.Table.from_pylist(self._rows, self._schema))
            self._rows = []


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
