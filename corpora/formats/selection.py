"""Which pairs leave, and what of them: the filters of an export, in the order in which they are applied."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from importlib.metadata import version

from corpora.bitext import Pair, Status


@dataclass(frozen=True, slots=True)
class Selection:
    """What an export keeps.

    ``documents`` and ``status`` are those kept (all, if none are named); ``min_score`` leaves out pairs with a lower score
    or with none. ``quotes_only`` keeps pairs with a quote. ``dedupe`` keeps the first of pairs whose texts are the
    same but for spacing and Unicode form.

    ``anonymise`` keeps texts, statuses, scores, times and speakers (who are named in the text anyway) but no trace of
    the people and the machine behind them: editors become editor-1, editor-2… and documents, which may be addresses
    or paths, document-1, document-2… in the order they come in, models and origins lose their folders, and comments
    are left out. Segment ids stay.
    """

    documents: tuple[str, ...] = ()
    status: tuple[Status, ...] = ()
    min_score: float | None = None
    quotes_only: bool = False
    dedupe: bool = False
    anonymise: bool = False

    def apply(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """The pairs kept, in their order."""
        kept = filter(self._keeps, pairs)
        if self.dedupe:
            kept = filter(_first_of_each(), kept)
        return map(_anonymous(), kept) if self.anonymise else iter(kept)

    def signature(self) -> str:
        """One line that says which version and filters made a file: "dragoman 0.1.0; status=approved; dedupe"."""
        parts = [f"dragoman {version('dragoman')}"]
        if self.documents:
            # Their names may be what --anonymise keeps back.
            parts.append(f"documents={len(self.documents)}")
        if self.status:
            parts.append(f"status={','.join(self.status)}")
        if self.min_score is not None:
            parts.append(f"min-score={self.min_score:g}")
        parts += [
            n.replace("_", "-") for n in ("quotes_only", "dedupe", "anonymise") if getattr(self, n)
        ]
        return "; ".join(parts)

    def _keeps(self, pair: Pair) -> bool:
        if self.documents and pair.document not in self.documents:
            return False
        if self.status and pair.status not in self.status:
            return False
        if self.min_score is not None and (pair.score is None or pair.score < self.min_score):
            return False
        return bool(pair.quote) or not self.quotes_only


def oriented(
    pairs: Iterable[Pair],
    source_lang: str = "tr",
    target_lang: str = "en",
    left_out: Counter[str] | None = None,
) -> Iterator[Pair]:
    """Each pair from ``source_lang`` to ``target_lang``, turned round where it runs the other way.

    Regional tags (tr-TR) count as their language. Pairs in other languages are left out and counted in ``left_out``.
    """
    wanted = (source_lang, target_lang)
    for pair in pairs:
        languages = (_primary(pair.source_lang), _primary(pair.target_lang))
        if languages == wanted:
            yield replace(pair, source_lang=source_lang, target_lang=target_lang)
        elif languages == wanted[::-1]:
            yield replace(
                pair,
                source=pair.target,
                target=pair.source,
                source_lang=source_lang,
                target_lang=target_lang,
            )
        elif left_out is not None:
            left_out["–".join(languages)] += 1


def _primary(lang: str) -> str:
    return re.split("[-_]", lang, maxsplit=1)[0].lower()


def _first_of_each() -> Callable[[Pair], bool]:
    """A test whether a pair is the first with its texts; sixteen bytes are remembered of each."""
    seen: set[bytes] = set()

    def is_new(pair: Pair) -> bool:
        texts = (unicodedata.normalize("NFC", text).split() for text in (pair.source, pair.target))
        joined = "\0".join(map(" ".join, texts)).encode("utf-8", "surrogatepass")
        key = blake2b(joined, digest_size=16).digest()
        known = key in seen
        seen.add(key)
        return not known

    return is_new


def _anonymous() -> Callable[[Pair], Pair]:
    """A function that takes people and places off a pair; the same name gets the same number."""
    editors: dict[str, str] = {}
    documents: dict[str, str] = {}

    def number(name: str, kind: str, known: dict[str, str]) -> str:
        return known.setdefault(name, f"{kind}-{len(known) + 1}") if name else ""

    def anonymous(pair: Pair) -> Pair:
        return replace(
            pair,
            editor=number(pair.editor, "editor", editors),
            document=number(pair.document, "document", documents),
            model=_last_part(pair.model),
            origin=_last_part(pair.origin),
            comment="",
        )

    return anonymous


def _last_part(name: str) -> str:
    return re.split(r"[/\\]", name.rstrip("/\\"))[-1]
