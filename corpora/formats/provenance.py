"""A pair's provenance as names and texts, which is how every format carries it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from typing import Any, get_args

from corpora.bitext import Pair, Status

FACTS = (
    "document",
    "segment",
    "origin",
    "model",
    "score",
    "status",
    "editor",
    "created",
    "changed",
    "quote",
    "speaker",
    "comment",
    "repair",
)
_TMX_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")


def facts(pair: Pair) -> dict[str, str]:
    """What is known about a pair, by the field's name; what is not known is left out."""
    values = ((name, getattr(pair, name)) for name in FACTS)
    return {name: _text(value) for name, value in values if value not in (None, "")}


def pair_of(
    source: str, target: str, source_lang: str, target_lang: str, known: Mapping[str, str]
) -> Pair:
    """A pair from its texts and what ``facts`` gave; a value that cannot be one is taken for not known."""
    fields: dict[str, Any] = {name: known[name] for name in FACTS if known.get(name)}
    if "score" in fields:
        fields["score"] = _score(fields["score"])
    if fields.get("status") not in get_args(Status):
        fields.pop("status", None)
    for name in ("created", "changed"):
        if name in fields:
            fields[name] = moment(fields[name])
    return Pair(source, target, source_lang, target_lang, **fields)


def moment(text: str) -> datetime | None:
    """A time in UTC from ISO 8601 or TMX (20260102T030405Z); None for anything else."""
    try:
        time = datetime.fromisoformat(_TMX_DATE.sub(r"\1-\2-\3T\4:\5:\6Z", text.strip()))
        return utc(time)
    except (ValueError, OverflowError):
        return None


def utc(time: datetime) -> datetime:
    """The time in UTC; one without a zone is in UTC already."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def with_languages(pairs: Iterable[Pair]) -> tuple[tuple[str, str], Iterator[Pair]]:
    """The languages of a file that holds one pair of them, which are those of the first pair; and all the pairs."""
    stream = iter(pairs)
    first = next(stream, None)
    if first is None:
        return ("tr", "en"), stream
    return (first.source_lang, first.target_lang), chain((first,), stream)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return utc(value).isoformat().replace("+00:00", "Z")
    if isinstance(value, str):
        return value
    return repr(float(value))  # type: ignore[arg-type]  # a score; repr is read back to the last bit


def _score(text: str) -> float | None:
    try:
        score = float(text)
    except ValueError:
        return None
    return score if math.isfinite(score) else None
