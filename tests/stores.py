"""What the store's tests share: a place for a project, on SQLite and on PostgreSQL, and texts to put in."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from corpora.document import Block, BlockKind, Document, Segment

POSTGRES = os.environ.get("DRAGOMAN_TEST_POSTGRES", "")
on_both = pytest.mark.parametrize(
    "kind",
    [
        "sqlite",
        pytest.param(
            "postgres",
            marks=pytest.mark.skipif(not POSTGRES, reason="DRAGOMAN_TEST_POSTGRES is not set"),
        ),
    ],
    scope="module",
)


@contextmanager
def place(kind: str, folder: Path) -> Iterator[str]:
    """Where a new project goes: a file, or a database of its own that is dropped again."""
    if kind == "sqlite":
        yield str(folder / "news.dragoman")
        return
    from sqlalchemy import create_engine, make_url

    url = make_url(POSTGRES)
    engine = create_engine(url.set(drivername="postgresql+pg8000"), isolation_level="AUTOCOMMIT")
    name = f"dragoman_{uuid.uuid4().hex}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield url.set(database=name).render_as_string(hide_password=False)
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


def text(id_: str, *paragraphs: list[str], lang: str = "tr") -> Document:
    """A document; the first paragraph is its heading."""
    blocks = []
    for b, sentences in enumerate(paragraphs):
        body, segments = "", []
        for s, sentence in enumerate(sentences):
            body += " " if body else ""
            segments.append(Segment(f"{b}.{s}", len(body), len(body) + len(sentence)))
            body += sentence
        kind: BlockKind = "paragraph" if b else "heading"
        blocks.append(Block(kind, body, tuple(segments)))
    return Document(id_, lang, blocks[0].text if blocks else "", f"{id_}.txt", tuple(blocks))


class Bead(NamedTuple):
    """What an aligner gives."""

    source: tuple[int, ...]
    target: tuple[int, ...]
    score: float = 0.5


class Quote(NamedTuple):
    """What a quote finder gives."""

    kind: str
    speaker: str | None
    cue: str
    spans: tuple[tuple[int, int, int], ...]
    text: str


class QuotePair(NamedTuple):
    """What a quote pairer gives."""

    source: Quote | None
    target: Quote | None
    score: float = 0.5


TURKISH = text(
    "haber",
    ["Bakan konuştu"],
    ["Bakan Karaca dün geldi.", '"Yol bitti" dedi.', "Sonra gitti."],
    ["Köprü açıldı.", "Herkes sevindi."],
)
ENGLISH = text(
    "news",
    ["Minister speaks"],
    ["Minister Karaca came yesterday.", '"The road is done," he said and left.'],
    ["The bridge opened.", "Everybody was glad.", "It rained."],
    lang="en",
)
BEADS = [
    Bead((0,), (0,), 0.9),
    Bead((1,), (1,), 0.9),
    Bead((2, 3), (2,), 0.7),
    Bead((4,), (3,), 0.9),
    Bead((5,), (4,), 0.8),
]
QUOTE = Quote("direct", "Selim Karaca", "dedi", ((1, 25, 34),), "Yol bitti")
TRANSLATED = Quote("direct", "Selim Karaca", "said", ((1, 33, 50),), "The road is done,")
