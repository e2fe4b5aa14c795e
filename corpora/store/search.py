"""The index of words: which segments hold a word that begins so, on either side.

SQLite has an FTS5 table without content of its own, kept true by triggers; PostgreSQL has an index over an expression.
Both see the texts folded as `corpora.folding.fold` does it, so that İ, I, ı and i are one letter.
Sources: sqlite.org/fts5.html (contentless tables), PostgreSQL 12.2 (text search in tables).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, text

from corpora.store.schema import segments
from corpora.store.values import Side

# Each group stands for one word of the phrase: any of its beginnings will do.
Words = Sequence[Sequence[str]]

_SAME = {"İ": "i", "I": "i", "ı": "i", "â": "a", "Â": "a", "î": "i", "Î": "i", "û": "u", "Û": "u", "\u0307": "", "\u0302": ""}  # fmt: skip


def _lite(column: str) -> str:
    for letter, folded in _SAME.items():
        column = f"replace({column}, '{letter}', '{folded}')"
    return column


def _post(column: str) -> str:
    letters = [x for x in _SAME if _SAME[x]] + list("ÇĞÖŞÜ")
    folded = "".join(_SAME[x] for x in _SAME if _SAME[x]) + "çğöşü"
    # What PostgreSQL's parser would read as a number with a sign, a host or a path is only words here.
    signs = "-–/.:,@_'’"
    gone = "".join(x for x in _SAME if not _SAME[x])
    letters_in = "".join(letters) + signs.replace("'", "''") + gone
    return f"to_tsvector('simple', lower(translate({column}, '{letters_in}', '{folded}{' ' * len(signs)}')))"


_NEW = f"{_lite('new.source')}, {_lite('new.target')}"
_OLD = f"{_lite('old.source')}, {_lite('old.target')}"
_ALL = f"{_lite('source')}, {_lite('target')}"
_INTO = "INSERT INTO segment_words"
_ADD = f"{_INTO}(rowid, source, target) VALUES (new.id, {_NEW});"
_DROP = f"{_INTO}(segment_words, rowid, source, target) VALUES ('delete', old.id, {_OLD});"
_OPTIONS = "content='', detail=column, tokenize='unicode61 remove_diacritics 0'"
SQLITE = (
    f"CREATE VIRTUAL TABLE segment_words USING fts5(source, target, {_OPTIONS})",
    f"{_INTO}(rowid, source, target) SELECT id, {_ALL} FROM segments",  # noqa: S608 - constants
    f"CREATE TRIGGER segment_words_insert AFTER INSERT ON segments BEGIN {_ADD} END",
    f"CREATE TRIGGER segment_words_update AFTER UPDATE OF source, target ON segments BEGIN {_DROP} {_ADD} END",
    f"CREATE TRIGGER segment_words_delete AFTER DELETE ON segments BEGIN {_DROP} END",
)
POSTGRESQL = tuple(
    f"CREATE INDEX ix_segments_words_{side} ON segments USING gin (({_post(side)}))"
    for side in ("source", "target")
)


def holding(words: Mapping[Side, Words], dialect: str) -> ColumnElement[bool]:
    """The condition on `segments` that on one of the sides a word begins with one of each group."""
    if dialect == "postgresql":
        parts = [
            f"{_post(f'segments.{side}')} @@ to_tsquery('simple', :{side}_words)" for side in words
        ]
        queries = {
            f"{side}_words": " & ".join(
                "(" + " | ".join(f"{beginning}:*" for beginning in group) + ")" for group in groups
            )
            for side, groups in words.items()
        }
        return text(f"({' OR '.join(parts)})").bindparams(**queries)  # type: ignore[return-value]
    query = " OR ".join(
        f"({{{side}}} : ("
        + " AND ".join(
            "(" + " OR ".join(f'"{beginning}" *' for beginning in group) + ")" for group in groups
        )
        + "))"
        for side, groups in words.items()
    )
    found = text("SELECT rowid FROM segment_words WHERE segment_words MATCH :words")
    return segments.c.id.in_(found.bindparams(words=query))
