"""Sentence alignments without their texts: Vecalign's lines and hunalign's ladder.

Vecalign (Thompson and Koehn 2019) writes a bead a line, ``[0]:[0, 1]:0.123``: the sentences of each side and a cost, which
here is 1 minus the score. A ladder (hunalign; Varga et al. 2005) has a rung where both texts have come to a boundary: the
two numbers of sentences before it and the score of the bead that begins there, apart by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from corpora.bitext import Pair
from corpora.errors import InputError

from .files import Source, name_of, opened_text

Bead = tuple[tuple[int, ...], tuple[int, ...], float | None]
_BEAD = re.compile(r"\[([\d, ]*)\]:\[([\d, ]*)\](?::(-?[\d.]+(?:e-?\d+)?))?", re.IGNORECASE)
_MAX = 10_000_000  # sentences; a number beyond is a mistake, and a range up to it would fill the memory


class BeadLike(Protocol):
    """What an aligner makes: sentence numbers on both sides, from 0, and a score."""

    @property
    def source(self) -> Sequence[int]: ...  # noqa: D102 - as in alignment.sentences.Bead
    @property
    def target(self) -> Sequence[int]: ...  # noqa: D102
    @property
    def score(self) -> float: ...  # noqa: D102


def write_vecalign(beads: Iterable[BeadLike]) -> Iterator[str]:
    """One line for each bead."""
    for bead in beads:
        yield f"{list(bead.source)}:{list(bead.target)}:{1 - bead.score:.6f}\n"


def write_ladder(beads: Iterable[BeadLike]) -> Iterator[str]:
    """One line for the beginning of each bead, and one for the end of both texts.

    Raises InputError where the beads leave out or cross sentences, which a ladder cannot say.
    """
    source = target = 0
    for bead in beads:
        for side, at in ((bead.source, source), (bead.target, target)):
            if list(side) != list(range(at, at + len(side))):
                raise InputError(
                    "a ladder cannot say beads that leave sentences out or cross; write vecalign"
                )
        yield f"{source}\t{target}\t{bead.score:.6f}\n"
        source, target = source + len(bead.source), target + len(bead.target)
    yield f"{source}\t{target}\t0\n"


def read(source: Source) -> Iterator[Bead]:
    """The beads of a file in either format: sentence numbers of both sides and a score.

    Where an aligner's score is not between 0 and 1 (hunalign's is unbounded) it comes as None. Raises InputError.
    """
    before: Bead | None = None
    with opened_text(source) as file:
        for number, line in enumerate(file, 1):
            where = f"{name_of(source)}, line {number}"
            if not line.strip():
                continue
            if found := _BEAD.fullmatch(line.strip()):
                score = _score(1 - float(found[3])) if found[3] else None
                yield _numbers(found[1]), _numbers(found[2]), score
                continue
            rung = _rung(line, where)
            if before:
                yield _between(before, rung)
            before = rung


def sentences(source: Source) -> list[str]:
    """The sentences of a file, one a line; an empty line counts. Raises InputError."""
    with opened_text(source) as file:
        file.reconfigure(newline="\n")
        return [line.strip() for line in file]


def pairs(
    beads: Iterable[Bead],
    source: Sequence[str],
    target: Sequence[str],
    languages: tuple[str, str] = ("tr", "en"),
    document: str = "",
) -> Iterator[Pair]:
    """The pairs of an alignment whose sentences are ``source`` and ``target``; a bead with an empty side makes none.

    Raises InputError for a sentence that is not there.
    """
    for left, right, score in beads:
        for side, sentences in ((left, source), (right, target)):
            if side and max(side) >= len(sentences):
                raise InputError(
                    f"the alignment names sentence {max(side)} of {len(sentences)}: it is of other texts"
                )
        if left and right:
            yield Pair(
                " ".join(source[i] for i in left),
                " ".join(target[i] for i in right),
                *languages,
                score=score,
                origin="aligned",
                document=document,
            )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))


def _rung(line: str, where: str) -> Bead:
    cells = line.split("\t")
    try:
        source, target = int(cells[0]), int(cells[1])
        score = _score(float(cells[2])) if len(cells) > 2 else None
    except (ValueError, IndexError):
        raise InputError(
            f"{where}: neither a bead such as [0]:[0,1]:0.5 nor a rung of a ladder"
        ) from None
    if max(source, target) > _MAX:
        raise InputError(f"{where}: no text has {max(source, target):,} sentences")
    return (source,), (target,), score


def _score(number: float) -> float | None:
    return round(number, 6) if 0 <= number <= 1 else None


def _between(start: Bead, end: Bead) -> Bead:
    sides = [range(a[0], b[0]) for a, b in zip(start[:2], end[:2], strict=True)]
    return tuple(sides[0]), tuple(sides[1]), start[2]
