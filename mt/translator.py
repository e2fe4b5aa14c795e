"""Document in, Translation out: batching, long segments, what must survive, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from corpora import casing, numbers
from corpora.bitext import Flag
from corpora.document import Block, Document
from corpora.glossary import Glossary
from mt import batches, headlines, protection, quality
from mt.clauses import cut
from mt.confidence import Judgement
from mt.engines import Engine, Hypothesis, Search
from mt.marks import restore_marks
from mt.markup import project
from mt.names import Pairs
from mt.names import join as join_names
from mt.names import restore as restore_names
from mt.repair import Change
from mt.terminology import Enforcer

# Segments read ahead and sorted by length: more gives fuller batches, and memory grows with it.
POOL = 2048


@dataclass(frozen=True, slots=True)
class SegmentTranslation:
    """One segment and its translation.

    ``score`` is the mean log-probability of a target token (0 is certain; several parts: their mean weighted by
    length). ``flags`` say what looks wrong. ``links`` are (source start, source end, target start, target end)
    character spans that the model's attention relates, where asked for. ``judgement`` is set by whoever has what it
    takes (`mt.confidence`). ``origin`` tells what made it: of a
    translation that a memory had, ``percent`` is the match and the score 0; one that is "repaired" was made to fit by
    ``changes``.
    """

    source: str
    target: str
    score: float
    flags: tuple[Flag, ...] = ()
    links: tuple[tuple[int, int, int, int], ...] = ()
    judgement: Judgement | None = None
    origin: Literal["model", "memory", "repaired"] = "model"
    percent: int | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """A translated document: ``target`` has the blocks of ``source`` one for one, ``segments`` their sentences."""

    source: Document
    target: Document
    model: str
    engine: str
    segments: tuple[tuple[SegmentTranslation, ...], ...]


@dataclass(frozen=True, slots=True)
class _Rendering:
    """What became of a sentence: ``text``, from what the model ``read`` (stand-ins in it), by which hypotheses."""

    text: str
    read: str
    hypotheses: list[Hypothesis]
    names: Pairs = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """What goes through the model at once: a segment, or a piece of a long one."""

    segment: int
    pieces: tuple[str, ...]
    glue: str  # what follows the part in its segment


class Translator:
    """Translates with one engine; holds no state between calls."""

    def __init__(
        self,
        engine: Engine,
        *,
        model: str,
        search: Search | None = None,
        source_lang: str = "tr",
        target_lang: str = "en",
        batch_tokens: int = batches.TOKENS,
        glossary: Glossary | None = None,
    ) -> None:
        """Translate with ``engine``, which runs the model called ``model``, as ``glossary`` says."""
        self.engine = engine
        self.model = model
        self.search = search or Search()
        self.source_lang = source_lang
        self.target_lang = target_lang
        self.glossary = glossary
        self._batch_tokens = batch_tokens

    def translate(
        self,
        document: Document,
        *,
        known: Mapping[str, SegmentTranslation] | None = None,
        progress: Callable[[int, int], None] = lambda *_: None,
    ) -> Translation:
        """Translate every segment but those of ``known`` (by id); ``progress(done, total)`` is told of segments.

        Headings in capitals are lower-cased with the document's own spelling of names, and re-cased after.
        """
        owners = list(document.segments())
        names = casing.printed_names(block.text for block in document.blocks)
        want_links = any(block.inlines for block in document.blocks)
        known = known or {}
        unknown = (b.segment_text(s) for b, s in owners if s.id not in known)
        results = self.segments(unknown, names=names, links=want_links)
        made: list[SegmentTranslation] = []
        for _, segment in owners:
            made.append(known.get(segment.id) or next(results))
            progress(len(made), len(owners))
        rows: list[tuple[SegmentTranslation, ...]] = []
        blocks: list[Block] = []
        at = 0
        for block in document.blocks:
            row = tuple(made[at : at + len(block.segments)])
            at += len(block.segments)
            rows.append(row)
            blocks.append(_translated_block(block, row))
        target = replace(
            document, lang=self.target_lang, title=_title(document, blocks), blocks=tuple(blocks)
        )
        return Translation(document, target, self.model, self.engine.name, tuple(rows))

    def segments(
        self, texts: Iterable[str], *, names: Mapping[str, str] | None = None, links: bool = False
    ) -> Iterator[SegmentTranslation]:
        """Translate sentences as they come, in order, holding no more than a pool of them.

        ``names`` maps lower-cased words to their printed spelling, for sentences in capitals.
        """
        search = replace(self.search, attention=links, alternatives=1)
        source = iter(texts)
        while pool := list(islice(source, POOL)):
            made = self._pool(pool, names or {}, search)
            if self.glossary:
                made = self._obeying(self.glossary, made, names or {}, search)
            yield from made

    def alternatives(self, text: str, n: int = 4) -> list[SegmentTranslation]:
        """Up to ``n`` different translations of a sentence, best first."""
        search = replace(self.search, beam=max(self.search.beam, n), alternatives=n)
        vocabulary = self.engine.vocabulary
        carried, names = self._carry(self._prepare(text, {}), {})
        masked, parts = protection.mask(carried, protection.MASKS[0])
        pieces = vocabulary.encode_source(masked)
        out: dict[str, SegmentTranslation] = {}
        if _has_words(text) and len(pieces) <= self.engine.max_pieces:
            for hypothesis in self.engine.translate(
                [pieces], search, batches.max_length(len(pieces))
            )[0]:
                said = protection.restore(vocabulary.decode_target(hypothesis.pieces), parts)
                if said is None:
                    continue
                restored, lost = restore_names(said, names)
                if not lost:
                    made = _Rendering(restored, masked, [hypothesis], names)
                    result = self._result(text, made, search)
                    out.setdefault(result.target, result)
        return list(out.values()) or list(self.segments([text]))

    def complete(self, text: str, typed: str, n: int = 1) -> list[str]:
        """Up to ``n`` translations of ``text`` that begin with ``typed``, what a person has written so far.

        ``typed`` may end inside a word. Greedy at the end of a word when ``n`` is 1, for an answer while she types.
        """
        vocabulary = self.engine.vocabulary
        carried, names = self._carry(self._prepare(text, {}), {})
        masked, protected = protection.mask(carried, protection.MASKS[0])
        parts = [*protected, *names]
        source = vocabulary.encode_source(masked)
        if not _has_words(text) or len(source) > self.engine.max_pieces:
            rest = _continuation(next(self.segments([text])).target, typed)
            return [] if rest is None else [typed + rest]
        wide, narrow = (
            replace(self.search, beam=b, alternatives=b) for b in (max(4, n), max(1, n))
        )
        before = _without_open_part(typed, parts)
        out: dict[str, None] = {}
        # First as if the last word were still open to choice, which gives the best continuation when the model agrees
        # with it; then with what is typed cut into pieces as it stands.
        for prefix, search in ((before, wide), (typed, narrow)):
            forced = vocabulary.encode_target(_masked_parts(prefix, parts))
            bound = len(forced) + batches.max_length(len(source))
            for hypothesis in self.engine.translate([source], search, bound, [forced])[0]:
                full = vocabulary.decode_target(hypothesis.pieces)
                if prefix == typed:
                    # The model's own spelling of what it was forced to say may differ (… and ...).
                    full = typed.rstrip() + full[len(vocabulary.decode_target(forced)) :]
                rest = _continuation(protection.restore(full, parts, exact=False) or full, typed)
                if rest is not None:
                    out[typed + rest] = None
            if len(out) >= n:
                break
        return list(out)[:n]

    def _prepare(self, text: str, names: Mapping[str, str]) -> str:
        lexicon = self.engine.vocabulary.names
        return headlines.as_sentence(" ".join(text.split()), self.source_lang, names, lexicon)

    def _finish(self, source: str, translated: str) -> str:
        def finish(target: str) -> str:
            if self.source_lang == "tr":
                target = numbers.repair(source, target)
            target = restore_marks(source, target)
            lexicon = self.engine.vocabulary.names
            return headlines.set_like(source, target, self.source_lang, self.target_lang, lexicon)

        return protection.outside(translated, finish)

    def _pool(
        self, texts: Sequence[str], names: Mapping[str, str], search: Search
    ) -> list[SegmentTranslation]:
        prepared = [self._prepare(t, names) for t in texts]
        carried = [self._carry(t, names) for t in prepared]
        made = self._render([text for text, _ in carried], search)
        lost: dict[int, int] = {}
        for i, (_, pairs) in enumerate(carried):
            text, missing = restore_names(made[i].text, pairs)
            made[i] = replace(made[i], text=text, names=pairs)
            if missing:
                lost[i] = missing
        # Where a stand-in did not come through, the names themselves may.
        for i, plain in zip(lost, self._render([prepared[i] for i in lost], search), strict=True):
            if sum(name not in plain.text for _, name in carried[i][1]) < lost[i]:
                made[i] = plain
        return [self._result(text, r, search) for text, r in zip(texts, made, strict=True)]

    def _carry(self, text: str, names: Mapping[str, str]) -> tuple[str, Pairs]:
        """``text`` with stand-ins for its names, where the model knows how."""
        known = self.engine.vocabulary.names
        return known.mask(text, names) if known else (text, ())

    def _render(self, prepared: Sequence[str], search: Search) -> list[_Rendering]:
        """Translate prepared sentences, protected parts masked."""
        # What has no words (a score, a row of asterisks, an address) is the same in every language.
        results = {i: _Rendering(t, t, []) for i, t in enumerate(prepared) if not _has_words(t)}
        waiting = [i for i in range(len(prepared)) if i not in results]
        plain = [i for i in waiting if not protection.find(prepared[i])]
        results.update(zip(plain, self._run([prepared[i] for i in plain], search), strict=True))
        # The few whose mask is lost are tried again with the next kind.
        masked = sorted(set(waiting) - set(plain))
        for style in protection.MASKS:
            pairs = [protection.mask(prepared[i], style) for i in masked]
            runs = self._run([text for text, _ in pairs], search)
            left: list[int] = []
            for i, (_, parts), rendering in zip(masked, pairs, runs, strict=True):
                restored = protection.restore(rendering.text, parts)
                if restored is None:
                    left.append(i)
                else:
                    results[i] = replace(rendering, text=restored)
            masked = left
        for i in masked:
            results[i] = self._spell_out(prepared[i], search)
        return [results[i] for i in range(len(prepared))]

    def _obeying(
        self,
        glossary: Glossary,
        made: Sequence[SegmentTranslation],
        names: Mapping[str, str],
        search: Search,
    ) -> list[SegmentTranslation]:
        """``made`` with the terms of ``glossary``."""
        enforcer = Enforcer(
            glossary,
            lambda texts, links: self._pool(texts, names, replace(search, attention=links)),
            self.complete,
            lambda text: self.alternatives(text, n=8),
        )
        return enforcer.enforce(made, links=search.attention)

    def _spell_out(self, text: str, search: Search) -> _Rendering:
        """Last resort for protected parts: translate what stands between them, and set them where they stood."""
        parts, between = protection.find(text), protection.between(text)
        wordy = [i for i, b in enumerate(between) if _has_words(b)]
        done = self._run([between[i].strip() for i in wordy], search)
        hypotheses: list[Hypothesis] = []
        for i, rendering in zip(wordy, done, strict=True):
            between[i] = between[i].replace(between[i].strip(), rendering.text)
            hypotheses += rendering.hypotheses
        whole = "".join(b + p for b, p in zip(between, [*parts, ""], strict=True))
        return _Rendering(whole, text, hypotheses)

    def _run(self, texts: Sequence[str], search: Search) -> list[_Rendering]:
        """Translate prepared sentences: long ones in parts, looping ones again under a rule against it."""
        parts: list[_Part] = []
        for i, text in enumerate(texts):
            for piece, glue in cut(
                text, self.engine.vocabulary.encode_source, self.engine.max_pieces
            ):
                parts.append(_Part(i, tuple(piece), glue))
        made = self._best([p.pieces for p in parts], search)
        decode = self.engine.vocabulary.decode_target
        again = [
            k
            for k, h in enumerate(made)
            if quality.repeated_phrase(decode(h.pieces), texts[parts[k].segment])
        ]
        strict = replace(search, no_repeat=3)
        for k, h in zip(again, self._best([parts[k].pieces for k in again], strict), strict=True):
            made[k] = h
        out = [_Rendering("", text, []) for text in texts]
        for part, hypothesis in zip(parts, made, strict=True):
            before = out[part.segment]
            out[part.segment] = replace(
                before,
                text=before.text + decode(hypothesis.pieces) + part.glue,
                hypotheses=[*before.hypotheses, hypothesis],
            )
        return out

    def _best(self, rows: Sequence[Sequence[str]], search: Search) -> list[Hypothesis]:
        return batches.translate(self.engine, rows, search, batch_tokens=self._batch_tokens)

    def _result(self, source: str, made: _Rendering, search: Search) -> SegmentTranslation:
        target = self._finish(source, made.text)
        weight = sum(len(h.pieces) + 1 for h in made.hypotheses)
        total = sum(h.score * (len(h.pieces) + 1) for h in made.hypotheses)
        score = total / weight if weight else 0.0
        flags = quality.check(source, target, score=score, source_lang=self.source_lang)
        links: tuple[tuple[int, int, int, int], ...] = ()
        if search.attention and len(made.hypotheses) == 1:
            from mt.markup import attention_links

            # A name went through the model as one word.
            seen, said = (join_names(text, made.names) for text in (source, target))
            links = attention_links(
                seen, said, made.hypotheses[0], self.engine.vocabulary, read=made.read
            )
        return SegmentTranslation(source, target, round(score, 4), flags, links)


def _without_open_part(typed: str, parts: Sequence[tuple[str, str]]) -> str:
    """``typed`` without its last word, and without the words before that begin one of ``parts``."""
    before = re.sub(r"\S+$", "", typed)
    for _, part in parts:
        for end in range(len(part) - 1, 0, -1):
            if part[end] == " " and before.endswith(part[: end + 1]):
                return before[: -end - 1]
    return before


def _masked_parts(text: str, parts: Sequence[tuple[str, str]]) -> str:
    for word, part in parts:
        text = text.replace(part, word)
    return text


def _continuation(full: str, typed: str) -> str | None:
    """What follows ``typed`` in ``full``; runs of white space count as one. None where ``full`` goes another way."""
    match = re.match(r"\s*" + r"\s+".join(map(re.escape, typed.split())), full)
    if not match:
        return None
    rest = full[match.end() :]
    if not typed or not typed[-1].isspace():
        return rest if typed else rest.lstrip()
    return rest.lstrip() if not rest or rest[0].isspace() or not typed.strip() else None


def _has_words(text: str) -> bool:
    """Whether there is a letter in ``text`` outside its protected parts."""
    return any(c.isalpha() for part in protection.between(text) for c in part)


def _translated_block(block: Block, row: Sequence[SegmentTranslation]) -> Block:
    if not block.segments:
        return block
    translated = block.with_segment_texts([s.target for s in row])
    return project(block, translated, row) if block.inlines else translated


def _title(document: Document, blocks: Sequence[Block]) -> str:
    for before, after in zip(document.blocks, blocks, strict=True):
        if before.text.strip() == document.title.strip():
            return after.text.strip()
    return document.title
