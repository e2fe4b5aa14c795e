"""What may be wrong with a translated segment, each finding with a reason that a person understands.

The checks look at source and target only, so they serve edited text as well as the machine's.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from corpora import numbers
from corpora.bitext import Flag
from mt import protection

# A mean log-probability per token under this is, on newstest2016, among the worst tenth of our bundled model's.
LOW_CONFIDENCE = -1.6
# Characters of English for one of Turkish; of our 12,000 news pairs one in a thousand lies outside, of translations
# that were cut in half nine in ten.
_SHORTEST, _LONGEST = 0.7, 1.75
_MARKS = frozenset('"“”„«»‟')
# A word four times running, a phrase three times, or letters within a word: "the the the the", "Lavavavav".
_AGAIN = re.compile(r"\b(\w+)(?: \1){3,}\b|\b(\w+(?: \w+){1,5})(?: \2){2,}\b")
_STUTTER = re.compile(r"([^\W\d_]{2,12}?)\1{2,}")


def check(
    source: str, target: str, *, score: float | None = None, source_lang: str = "tr"
) -> tuple[Flag, ...]:
    """Everything doubtful about ``target`` as the English of ``source``; ``score`` is a mean log-probability."""
    if not target.strip():
        return (Flag("empty", "The translation is empty."),) if source.strip() else ()
    flags: list[Flag] = []
    if _copied(source, target):
        flags.append(Flag("copied-source", "The translation repeats the source text untranslated."))
    if phrase := repeated_phrase(target, source):
        flags.append(Flag("repetition", f"“{phrase}” is repeated over and over."))
    ratio = (len(target) + 12) / (len(source) + 12)
    if ratio < _SHORTEST:
        flags.append(
            Flag(
                "too-short",
                f"The translation is much shorter than the source ({ratio:.0%}): something may be missing.",
            )
        )
    elif ratio > _LONGEST:
        flags.append(
            Flag(
                "too-long",
                f"The translation is much longer than the source ({ratio:.0%}): something may be added.",
            )
        )
    if lost := numbers.missing(source, target, source_lang):
        flags.append(Flag("number-missing", f"Not found in the translation: {', '.join(lost)}."))
    if lost := [part for part in protection.find(source) if part not in target]:
        flags.append(
            Flag("protected-missing", f"Must stay as it is, but is missing: {', '.join(lost)}.")
        )
    if bool(_MARKS & set(source)) != bool(_MARKS & set(target)):
        missing = bool(_MARKS & set(source))
        flags.append(
            Flag("quotes-missing", "The source has quotation marks, the translation none.")
            if missing
            else Flag("quotes-added", "The translation has quotation marks, the source none.")
        )
    if score is not None and score < LOW_CONFIDENCE:
        flags.append(Flag("low-confidence", "The model found no wording it was sure of."))
    return tuple(flags)


def repeated_phrase(target: str, source: str = "") -> str:
    """A phrase that ``target`` says more often than speech does and than ``source`` excuses; "" if there is none."""
    words = re.findall(r"\w+", target.lower())
    text, said = " ".join(words), " ".join(re.findall(r"\w+", source.lower()))
    for pattern in (_AGAIN, _STUTTER):
        if (found := pattern.search(text)) and not pattern.search(said):
            return next(group for group in found.groups() if group)
    # Words of four letters or more: every sentence says `ve` and `bir` again and again.
    excused = max(Counter(re.findall(r"\w{4,}", said)).values(), default=0)
    for size in (6, 5, 4, 3):
        # The same longer phrase anywhere in one sentence, three times or more.
        counts = Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))
        if counts and (top := counts.most_common(1)[0])[1] > max(2, excused):
            return " ".join(top[0])
    return ""


def _copied(source: str, target: str) -> bool:
    def letters(text: str) -> list[str]:
        return re.findall(r"[^\W\d_]{2,}", unicodedata.normalize("NFC", text).lower())

    a, b = letters(source), letters(target)
    # Names alone (a byline, a list of players) are rightly the same in both languages.
    turkish = [
        w
        for w, printed in zip(a, re.findall(r"[^\W\d_]{2,}", source), strict=False)
        if printed.islower()
    ]
    if len(a) < 3 or len(turkish) < 2:
        return False
    shared = Counter(a) & Counter(b)
    return sum(shared.values()) >= 0.8 * max(len(a), 1) and len(b) <= 1.3 * len(a)
