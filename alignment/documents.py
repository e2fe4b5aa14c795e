"""Align two whole documents: sentences, and where asked for words and quotes, as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from alignment.embedding import Encoder
from alignment.quotes import find
from alignment.quotes.pairing import QuotePair, comparable, pair
from alignment.sentences import Bead, align
from alignment.words import link
from corpora.document import Document
from corpora.errors import AlignmentError
from corpora.language import detect

Links = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two documents and what belongs together in them.

    ``beads`` hold indices into the documents' ``sentences()``. ``quotes`` is None where it was not asked for, and so
    is ``words``, which holds for each bead the (source token, target token) links of its two sides.
    """

    source: Document
    target: Document
    beads: tuple[Bead, ...]
    quotes: tuple[QuotePair, ...] | None = None
    words: tuple[Links, ...] | None = None

    def texts(self) -> Iterator[tuple[str, str]]:
        """The source and the target text of each bead, sentences joined by a space."""
        source, target = self.source.sentences(), self.target.sentences()
        for bead in self.beads:
            yield " ".join(source[i] for i in bead.source), " ".join(target[i] for i in bead.target)


def align_documents(
    source: Document,
    target: Document,
    *,
    encoder: Encoder,
    quotes: bool = False,
    words: bool = False,
    independent: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Alignment:
    """Align ``target`` to ``source``.

    ``independent`` says that the texts are two reports of the same event and no translation of each other: then there
    are no beads, and quotes are paired by meaning wherever they stand. ``progress`` is told what comes next. Raises
    AlignmentError where the two cannot belong together.
    """
    check(source, target)
    beads: tuple[Bead, ...] = ()
    if not independent:
        progress("pairing sentences")
        beads = tuple(
            align(
                source.sentences(),
                target.sentences(),
                encoder=encoder,
                source_lang=source.lang,
                target_lang=target.lang,
            )
        )
    pairs = None
    if quotes or independent:
        progress("pairing quotes")
        found = find(source), find(target)
        pairs = tuple(
            comparable(*found, source, target, encoder=encoder)
            if independent
            else pair(*found, beads, source, target, encoder=encoder)
        )
    links = None
    if words:
        progress("linking words")
        sides = Alignment(source, target, beads).texts()
        links = tuple(tuple(link(a, b, encoder)) if a and b else () for a, b in sides)
    return Alignment(source, target, beads, pairs, links)


def check(source: Document, target: Document) -> None:
    """Raise AlignmentError where two documents are in one language, or each in the other's."""
    for document, side in ((source, "first"), (target, "second")):
        if not document.sentences():
            raise AlignmentError(f"the {side} text, {document.source}, has no sentence to align")
    spoken = [
        detect("\n".join(block.text for block in d.blocks)) or d.lang for d in (source, target)
    ]
    if spoken == [target.lang, source.lang]:
        raise AlignmentError(
            f"the texts are the wrong way round: {source.source} is in {_NAMES[spoken[0]]} and {target.source} in"
            f" {_NAMES[spoken[1]]}; name the {_NAMES[source.lang]} one first"
        )
    if spoken[0] == spoken[1]:
        raise AlignmentError(
            f"both texts are in {_NAMES[spoken[0]]}; alignment needs one in each language"
        )


_NAMES = {"tr": "Turkish", "en": "English"}
