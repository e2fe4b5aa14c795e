"""Quotation marks: whose words are they, if anybody's, and what in the sentence says so."""

from __future__ import annotations

from dataclasses import dataclass

from alignment.quotes.article import Article
from alignment.quotes.cues import Cue
from alignment.quotes.lexicon import lexicon
from alignment.quotes.sentences import Token

_NEAR = 9
_TR_FINITE = ("dı", "di", "du", "dü", "tı", "ti", "tu", "tü", "yor", "lar", "ler", "mış", "miş", "muş", "müş", "cak", "cek", "ır", "ir", "ur", "ür", "ar", "er", "maz", "mez", "var", "yok", "yım", "yim", "yız", "yiz", "dır", "dir", "dur", "dür", "tır", "tir", "mı", "mi", "mu", "mü", "ım", "im", "um", "üm", "ık", "ik", "uk", "ük", "ız", "iz", "uz", "üz", "sın", "sin", "sun", "sün", "değil")  # fmt: skip
_EN_FINITE = frozenset(["is", "are", "was", "were", "am", "be", "been", "has", "have", "had", "do", "does", "did", "will", "would", "can", "could", "should", "must", "may", "might", "'s", "'re", "'m", "'ve", "'ll", "don't", "can't", "won't", "let", "isn't", "wasn't", "didn't", "doesn't", "i", "we", "you", "it"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """The sentence that carries a passage: its row, the passage's token there (-1 if the row only leads up to it) and
    the reporting expression, if any. ``way`` is "same", "intro" (`… dedi:` and a paragraph follows) or "alone".
    """

    row: int
    at: int
    cue: Cue | None
    way: str


def frame(article: Article, passage: int) -> Frame:
    """Find the sentence and the expression that report a passage."""
    row, at = article.home[passage]
    if not article.alone(passage):
        return Frame(row, at, _nearest(article, row, at), "same")
    lead = row - 1
    while lead >= 0 and article.rows[lead].heading:
        lead -= 1
    if lead >= 0 and _leads_up(article.rows[lead].tokens):
        found = [cue for cue in article.cues[lead] if cue.form != "nominal"]
        return Frame(lead, -1, found[-1] if found else None, "intro")
    return Frame(row, at, None, "alone")


def _leads_up(tokens: tuple[Token, ...]) -> bool:
    return bool(tokens) and tokens[-1].text in (":", ";") and any(token.is_word for token in tokens)


def _nearest(article: Article, row: int, at: int) -> Cue | None:
    """The reporting expression closest to a passage, those after it first."""
    tokens = article.rows[row].tokens
    usable = [
        cue
        for cue in article.cues[row]
        if cue.sense != "think"
        and (
            cue.form != "nominal"
            or ((cue.takes == "any" or cue.sense == "ask") and 0 < cue.verb - at <= 2)
        )
    ]
    after = [cue for cue in usable if cue.verb > at and cue.first - at <= _NEAR]
    blocked = next((i for i in range(at + 1, len(tokens)) if tokens[i].passage >= 0), len(tokens))
    after = [cue for cue in after if cue.first < blocked]
    before = [cue for cue in usable if cue.last < at]
    if (
        before
        and tokens[at - 1].text in ":,"
        and before[-1].last >= at - 6
        and article.lang == "en"
    ):
        return before[-1]
    if after:
        return after[0]
    if before:
        return before[-1]
    later = [cue for cue in usable if cue.verb > at]
    return later[0] if later else None


def features(article: Article, passage: int, seen: Frame) -> list[str]:
    """What speaks for a passage being somebody's words (and for a clause rather than a fragment)."""
    words = article.words(passage)
    row_number, at = article.home[passage]
    row = article.rows[row_number]
    tokens = row.tokens
    text = article.passages[passage].text(article.document)
    letters = [word for word in words if word[0].isalnum()]
    size = len(letters)
    bucket = next((str(limit) for limit in (1, 2, 3, 5, 8, 12) if size <= limit), "more")
    final = text[-1:] if text[-1:] in ".,!?…" else "none"
    found = [
        "any",
        f"size:{bucket}",
        f"final:{final}",
        f"capital:{text[:1].isupper()}",
        f"way:{seen.way}",
        f"heading:{row.heading}",
        f"heading:{row.heading}:size:{bucket}",
        f"finite:{_is_finite(letters, article.lang)}",
        f"finite:{_is_finite(letters, article.lang)}:size:{bucket}",
        f"nested:{article.passages[passage].nested}",
        f"sentences:{min(2, sum(word in '.!?…' for word in words))}",
    ]
    capitals = [word[:1].isupper() for word in text.split()]
    if len(capitals) > 1:
        found.append(f"title-case:{all(capitals)}:{row.heading}")
    subjects = {m.kind for m in article.mentions[row_number] if m.case == "nom"} & {
        "person",
        "role",
        "institution",
        "pronoun",
    }
    found.append(f"subject:{bool(subjects)}")
    found.append(f"person:{'person' in subjects}:{seen.cue.sense if seen.cue else 'none'}")
    if seen.way == "same":
        found += _around(article, tokens, at, bucket)
        found += _cue_features(at, seen.cue, bucket)
    elif seen.cue:
        found.append(f"lead:{seen.cue.sense}")
    return found


def _is_finite(words: list[str], lang: str) -> bool:
    if not words:
        return False
    if lang == "tr":
        return any(word.endswith(_TR_FINITE) and len(word) > 3 for word in words[-2:])
    return any(word in _EN_FINITE or word.endswith("n't") for word in words)


def _around(article: Article, tokens: tuple[Token, ...], at: int, bucket: str) -> list[str]:
    called = lexicon(article.lang).lists["called"]
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    second = tokens[at + 2] if at + 2 < len(tokens) else None
    found = [
        f"before:{_shape(before)}",
        f"after:{_shape(after)}",
        f"before:{_shape(before)}:size:{bucket}",
        f"after:{_shape(after)}:size:{bucket}",
    ]
    if after is not None and (after.low in called or after.text in called):
        found.append("called-after")
    if second is not None and second.low in called:
        found.append("called-second")
    if before is not None and (before.low in called or (at > 1 and tokens[at - 2].low in called)):
        found.append("called-before")
    lists = lexicon(article.lang).lists
    near = [token for token in tokens[at + 1 : at + 4] if token.is_word][:2] + [
        token for token in tokens[max(0, at - 3) : at] if token.is_word
    ]
    for name in ("label", "speech"):
        for place, token in [("after", after), ("before", before)] + [
            ("near", token) for token in near
        ]:
            if token is not None and _listed(token.low, lists[name], article.lang):
                found.append(f"{name}:{place}")
                found.append(f"{name}:{place}:size:{bucket}")
    if any(
        token is not None and token.passage >= 0
        for token in (second, tokens[at - 2] if at > 1 else None)
    ):
        found.append(f"pair:size:{bucket}")
    if (
        after is not None
        and after.start == tokens[at].end
        and (after.is_word or after.text in "'’")
    ):
        found.append("suffix")
    if after is not None and after.is_word:
        found.append(f"after-end:{after.low[-3:]}")
    if before is not None and before.is_word:
        found.append(f"before-word:{before.low}")
    if after is not None and after.is_word:
        found.append(f"after-word:{after.low}")
    return found


def _listed(low: str, words: frozenset[str], lang: str) -> bool:
    if lang == "en":
        return low in words
    return any(low.startswith(word) and len(low) - len(word) < 7 for word in words)


def _cue_features(at: int, cue: Cue | None, bucket: str) -> list[str]:
    if cue is None:
        return ["cue:none", f"cue:none:size:{bucket}"]
    gap = cue.first - at - 1 if cue.first > at else at - cue.last - 1
    side = "after" if cue.first > at else "before"
    near = "next" if gap == 0 else "near" if gap < 4 else "far"
    return [
        f"cue:{side}:{near}:{cue.sense}",
        f"cue:{side}:{near}:{cue.form}",
        f"cue:{side}:{near}:size:{bucket}",
        f"cue:{cue.lemma}:{side}:{near}",
        f"takes:{cue.takes}:{side}:{near}",
    ]


def _shape(token: Token | None) -> str:
    if token is None:
        return "none"
    if token.passage >= 0:
        return "passage"
    if not token.is_word:
        return token.text
    return "suffixed" if token.suffix else "Capital" if token.capital else "word"
