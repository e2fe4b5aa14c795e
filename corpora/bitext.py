"""Pair: one translation unit with where it came from; Flag: a doubt about its translation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Status = Literal["new", "machine", "edited", "approved", "rejected", "locked"]


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that looks wrong in a translation: a stable ``code`` for programs and a ``message`` for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A source text and its translation, with everything known about how they came to stand side by side.

    ``score`` is the aligner's or the model's opinion, 0 to 1, where there is one; ``status`` is "" where nobody keeps
    one. ``document`` is the article it stood in (a path or an address) and ``segment`` its id there. ``quote`` is the
    kind of quote it is ("direct", "partial", "headline", "indirect"; "" for none) and ``speaker`` whose words.
    ``origin`` says what made the pair ("aligned", "tr-en", "memory"), ``model`` the model behind its translation and
    ``editor`` the person who last changed it; ``repair`` what was changed of a remembered translation. Times are in UTC.
    """

    source: str
    target: str
    source_lang: str = "tr"
    target_lang: str = "en"
    score: float | None = None
    origin: str = ""
    document: str = ""
    speaker: str = ""
    segment: str = ""
    quote: str = ""
    status: Status | Literal[""] = ""
    model: str = ""
    editor: str = ""
    created: datetime | None = None
    changed: datetime | None = None
    comment: str = ""
    repair: str = ""
