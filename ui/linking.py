"""Word links for the floors that may not look for them: `alignment` finds them, `mt` goes by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alignment.embedding import Encoder
    from mt.repair import Linker


def linker(encoder: Encoder | None = None) -> Linker:
    """What links the words of a sentence and its translation, by the bundled vectors if no ``encoder`` is given.

    They are loaded when the first links are asked for. Raises ModelError where they cannot be.
    """
    held = encoder

    def link(source: str, target: str) -> list[tuple[int, int, int, int]]:
        from alignment import words

        nonlocal held
        if held is None:
            from alignment.embedding import load

            held = load()
        mine, theirs = words.tokenize(source), words.tokenize(target)
        return [
            (mine[i].start, mine[i].end, theirs[j].start, theirs[j].end)
            for i, j in words.link(source, target, held)
        ]

    return link
