"""Where a sentence reports speech: the verbs and phrases of ``verbs.tsv``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from alignment.quotes.lexicon import Verb, lexicon
from alignment.quotes.sentences import Token

Form = Literal["finite", "converb", "participle", "nominal", "passive", "other"]

_TR_FORMS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    (
        "passive",
        re.compile(
            r"(?:[ıiuü]?n|[ıiuü]l)(?:d[ıiuü]|m[ıiuü]ş|[ıiuü]yor|[ae]rek|mekte|makta|en|an|[ıi]p|[ae]cak|[ıi]rken|ir|ır)(?:\w{0,6})"
        ),
    ),
    ("participle", re.compile(r"y?(?:an|en)(?:lar|ler)?(?:[ıi]n)?")),
    (
        "converb",
        re.compile(r"y?(?:arak|erek|ıp|ip|up|üp|ınca|ince|ken|[ıiaeuü]?rken|maksızın|meksizin)"),
    ),
    (
        "nominal",
        re.compile(r"\w{0,4}(?:[dt][ıiuü][ğk]|m[ae]s[ıi]|m[ae]k|[ae]ca[ğk]|[ae]ce[ğk])\w*"),
    ),
    (
        "finite",
        re.compile(
            r"\w{0,4}(?:[dt][ıiuü](?:l[ae]r|k|m|n|ydı|ydi)?|[ıiuü]?yor(?:lar|du|lardı|muş)?|m[ıiuü]ş(?:t[ıiuü]r?|lar|ler)?|[aeıiuü]?r(?:lar|ler|dı|di)?|[ae]c[ae]k(?:lar|ler|tı|ti)?|m[ae]kt[ae](?:ydı|ydi|dır|dir)?|m[ıi]yor)"
        ),
    ),
)
_TR_BETWEEN = {"de", "da", "ise", "bile", "dahi"}
_PLACES = {
    "view",
    "opinion",
    "words",
    "eyes",
    "assessment",
    "reckoning",
    "estimation",
    "telling",
    "account",
    "calculation",
}


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting expression: tokens ``first`` to ``last`` (inclusive); ``verb`` is where the verb itself stands."""

    first: int
    last: int
    verb: int
    takes: str
    sense: str
    form: Form
    lemma: str


def cues(tokens: Sequence[Token], lang: str) -> list[Cue]:
    """The reporting expressions among the tokens of a sentence, in order; at most one for each verb."""
    return _turkish(tokens) if lang == "tr" else _english(tokens)


def _turkish(tokens: Sequence[Token]) -> list[Cue]:
    found: list[Cue] = []
    by_start, whole = _index("tr")
    for at, token in enumerate(tokens):
        if not token.is_word or len(token.low) < 3:
            continue
        rows: list[tuple[Verb, str, Form]] = [
            (verb, token.low, _whole_form(token.low)) for verb in whole.get(token.low, ())
        ]
        for stem, verb in by_start.get(token.low[:2], ()):
            form = _turkish_form(token.low, stem)
            if form:
                rows.append((verb, stem, form))
        best = max((_with_before(tokens, at, *row) for row in rows), key=_specific, default=None)
        if best:
            found.append(best)
    return found


def _specific(cue: Cue | None) -> tuple[int, int]:
    return (cue.verb - cue.first + 1, len(cue.lemma)) if cue else (-1, 0)


def _with_before(tokens: Sequence[Token], at: int, verb: Verb, stem: str, form: Form) -> Cue | None:
    if not verb.beside or "-" in verb.beside:
        bare = Cue(at, at, at, verb.content, verb.sense, form, stem)
        if not verb.beside:
            return bare
    else:
        bare = None
    for back in (1, 2):
        if at - back < 0:
            break
        before = tokens[at - back].low
        if any(
            before == word or (word.endswith("*") and before.startswith(word[:-1]))
            for word in verb.beside
        ):
            return Cue(at - back, at, at, verb.content, verb.sense, form, f"{before} {stem}")
        if before not in _TR_BETWEEN:
            break
    return bare


def _turkish_form(word: str, stem: str) -> Form | None:
    if not word.startswith(stem):
        return None
    ending = word[len(stem) :]
    if not ending:
        return None
    for form, pattern in _TR_FORMS:
        if pattern.fullmatch(ending):
            return form
    return None


def _whole_form(word: str) -> Form:
    if word in ("diyen", "denilen", "denen"):
        return "participle"
    if word in ("diyerek", "derken", "denilerek"):
        return "converb"
    if word in ("denildi", "dendi", "deniliyor", "deniyor"):
        return "passive"
    return "nominal" if re.search(r"diğin|mekten|mekle|mesi", word) else "finite"


def _english(tokens: Sequence[Token]) -> list[Cue]:
    found: list[Cue] = []
    _, whole = _index("en")
    for at, token in enumerate(tokens):
        rows = whole.get(token.low, ()) if token.is_word else ()
        best: Cue | None = None
        for verb in rows:
            last = at
            if verb.beside:
                last = _english_after(tokens, at, verb.beside)
                if last < 0:
                    continue
            cue = Cue(
                at, last, at, verb.content, verb.sense, _english_form(tokens, at), verb.forms[0]
            )
            if best is None or last > best.last:
                best = cue
        if token.low in _PLACES:
            best = _in_view(tokens, at) or best
        if best:
            found.append(best)
    return found


def _in_view(tokens: Sequence[Token], at: int) -> Cue | None:
    """`In X's view, …`, `By X's reckoning, …`, `…, in the words of X`."""
    for back in range(1, 8):
        if at - back < 0 or not tokens[at - back].is_word:
            return None
        if tokens[at - back].low in ("in", "by"):
            return Cue(at - back, at, at, "rest", "say", "other", "in view")
    return None


def _english_after(tokens: Sequence[Token], at: int, phrases: tuple[str, ...]) -> int:
    following = [token.low for token in tokens[at + 1 : at + 4]]
    for phrase in phrases:
        words = phrase.split()
        if following[: len(words)] == words:
            return at + len(words)
    return -1


def _english_form(tokens: Sequence[Token], at: int) -> Form:
    low = tokens[at].low
    before = [token.low for token in tokens[max(0, at - 3) : at]]
    if low.endswith("ing"):
        return "converb"
    if before and before[-1] in ("to", "not") and "to" in before:
        return "nominal"
    if any(
        word in ("was", "were", "is", "are", "been", "be", "being") for word in before[-2:]
    ) and low.endswith(("ed", "id", "n", "ld", "wn")):
        return "passive"
    return "finite"


@cache
def _index(lang: str) -> tuple[dict[str, list[tuple[str, Verb]]], dict[str, list[Verb]]]:
    """Verbs by the first two letters of a stem, and by whole word."""
    by_start: dict[str, list[tuple[str, Verb]]] = defaultdict(list)
    whole: dict[str, list[Verb]] = defaultdict(list)
    for verb in lexicon(lang).verbs:
        for form in verb.forms:
            if lang == "en" or form.startswith("="):
                whole[form.lstrip("=")].append(verb)
            else:
                by_start[form[:2]].append((form, verb))
    return by_start, whole
