"""The value that quote finding gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["direct", "partial", "headline", "indirect"]
Span = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words in a Document.

    ``kind``: "direct" (between marks, a clause or more), "partial" (between marks, a fragment of somebody's wording),
    "headline" (`Speaker: words` in a heading), "indirect" (the content clause of reported speech). ``speaker`` is the
    person's fullest printed name, or the institution's or role's noun phrase; None where nobody is to be made out.
    ``cue`` is the word that reports, as printed, or "". ``spans`` holds (block index, start, end) character offsets
    into the blocks' texts, one for each paragraph the quote runs through; ``text`` is what stands there, without the
    outer marks, paragraphs joined by a space. ``certainty`` is how likely the speaker is the right one, 0 to 1.
    """

    kind: Kind
    speaker: str | None
    cue: str
    spans: tuple[Span, ...]
    text: str
    certainty: float = 1.0


def as_json(quote: Quote) -> dict[str, str | int | None]:
    """The quote as `dragoman quotes --to json` prints it.

    ``block``, ``start`` and ``end`` are those of the first span.
    """
    block, start, end = quote.spans[0]
    return {
        "kind": quote.kind,
        "speaker": quote.speaker,
        "cue": quote.cue,
        "text": quote.text,
        "block": block,
        "start": start,
        "end": end,
    }
