"""The confidence of machine translations: `mt` weighs what `alignment` sees of their likeness to the source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corpora.errors import ModelError, ModelNotFound
from mt import models
from mt.confidence import Confidence, Machine

if TYPE_CHECKING:
    from alignment.embedding import Encoder
    from mt.translator import SegmentTranslation, Translation


class Judge:
    """Judges what one model says; of a model without a calibration it leaves everything as it is."""

    def __init__(
        self,
        model: str,
        *,
        encoder: Callable[[], Encoder] | None = None,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        """For the model called ``model``; ``warn`` is told where its calibration is damaged.

        ``encoder`` gives the sentence vectors, the bundled ones if it is not given.
        """
        self._encoder = encoder
        self._confidence: Confidence | None = None
        try:
            self._confidence = Confidence.load(models.find(model).folder)
        except ModelNotFound:
            return  # a translator that is not from here
        except ModelError as error:
            warn(str(error))

    def segments(self, made: Sequence[SegmentTranslation]) -> list[SegmentTranslation]:
        """``made`` with a judgement on what the model translated."""
        out = list(made)
        at = [i for i, s in enumerate(out) if s.origin == "model" and s.target.strip()]
        if self._confidence is None or not at:
            return out
        from alignment.likeness import likenesses

        if self._encoder is None:
            from alignment.embedding import load

            loaded = load()
            self._encoder = lambda: loaded
        sources, targets = [out[i].source for i in at], [out[i].target for i in at]
        for i, likeness in zip(at, likenesses(sources, targets, self._encoder()), strict=True):
            said = Machine(out[i].source, out[i].target, out[i].score)
            out[i] = replace(out[i], judgement=self._confidence.judge(said, likeness))
        return out

    def translation(self, made: Translation) -> Translation:
        """The same for a whole document."""
        judged = iter(self.segments([s for row in made.segments for s in row]))
        return replace(made, segments=tuple(tuple(next(judged) for _ in r) for r in made.segments))
