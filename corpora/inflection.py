"""Is this printed word a form of that dictionary word? Turkish and English, by rule, without a lexicon.

Turkish: the stem (its last consonant softened, `kitab-ı`, or its last vowel dropped, `şehr-i`) and a chain of the
suffixes of noun inflection, with or without an apostrophe (Göksel and Kerslake 2005, chapters 2 and 8); of a verb given
as infinitive, whatever may follow its stem. Vowel harmony is not looked at: i and ı are one letter when folded, and
loan words break it. English: plural, possessive and the forms of verbs, the commonest irregular ones among them.

All words here are folded (`corpora.folding.fold`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

# A word with its inner apostrophes: Bankası'nın, it's.
WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")

# After a stem, and after a plural or possessive; -ki follows the locative and the genitive alone.
_BARE_CASE = r"(?:n?[dt][ae]n?|n?[iuü]n|[yn]?[ae]|[yn]?[iuü]|y?l[ae]|n?[cç][ae])"
_LATER_CASE = r"(?:n?[dt][ae]n?|n?[iuü]n|n?[ae]|n?[iuü]|y?l[ae]|n?[cç][ae])"
_KI = rf"n?(?:[dt][ae]|[iuü]n)k[iü](?:l[ae]r)?{_LATER_CASE}?"
_PERSON = r"(?:[iuü]m[iuü]z|[iuü]n[iuü]z|m[iuü]z|n[iuü]z|[iuü]m|[iuü]n|s?[iuü]|m|n)"
_COPULA = (
    r"(?:[dt][iuü]r(?:l[ae]r)?|y?[dt][iuü](?:m|n|k|l[ae]r)?|y?m[iuü]ş(?:l[ae]r)?|y?s[ae]|yken)"
)
_LATER = rf"(?:{_KI}|{_LATER_CASE})?{_COPULA}?"
_NOUN = re.compile(
    rf"'?(?:(?:l[ae]r{_PERSON}?|{_PERSON}){_LATER}|(?:{_KI}|{_BARE_CASE})?{_COPULA}?)"
)
# What the possessive of a compound leaves open: Dışişleri bakan-ı, bakan-lar-ı, bakan-ımız.
_COMPOUND = re.compile(rf"l[ae]r{_PERSON}?{_LATER}")
_AFTER_APOSTROPHE = re.compile(r"'[^\W\d_]{0,14}")
_VERB = re.compile(
    r"(?:m[aeiuü]|[iuüae]?y?[iuü]?yor|[aeiuü]?r|[dt][iuü]|m[iuü]ş|y?[ae]c[ae]|y?[ae]n|y?[iuü]p|s[ae]|y?[ae]|[iuü]?[ln]|[iuü]ş)"
    r"[^\W\d_]{0,14}|"
)
_SOFT = {"p": "b", "ç": "c", "t": "d", "k": "ğ", "g": "ğ"}
_HARD = {"b": "p", "c": "ç", "d": "t", "ğ": "k"}
# Words that double their last consonant before a vowel (hakkı); TDK, Yazım Kılavuzu.
_DOUBLED = {
    "hak": "hakk", "hat": "hatt", "his": "hiss", "hal": "hall", "ret": "redd", "zit": "zidd", "tip": "tibb",
    "had": "hadd", "zan": "zann", "sir": "sirr", "af": "aff", "üs": "üss",
}  # fmt: skip
_VOWELS = frozenset("aeioöuü")
_IRREGULAR = [
    line.split()
    for line in (
        "be is are was were been being", "become became", "begin began begun", "break broke broken", "bring brought",
        "build built", "buy bought", "choose chose chosen", "come came", "cut", "deal dealt", "do does did done",
        "draw drew drawn", "fall fell fallen", "fight fought", "find found", "get got gotten", "give gave given",
        "go goes went gone", "grow grew grown", "have has had having", "hold held", "keep kept", "lead led", "leave left", "lose lost",
        "make made", "mean meant", "meet met", "pay paid", "put", "rise rose risen", "run ran", "say said", "see saw seen",
        "seek sought", "sell sold", "send sent", "set", "shoot shot", "speak spoke spoken", "spend spent", "stand stood",
        "strike struck stricken", "take took taken", "teach taught", "tell told", "think thought", "throw threw thrown",
        "understand understood", "win won", "withdraw withdrew withdrawn", "write wrote written",
        "man men", "woman women", "child children", "person people", "foot feet", "life lives",
    )
]  # fmt: skip
_PEOPLE = frozenset(("child", "person", "foot", "life"))
_FORMS = {forms[0]: frozenset(forms) for forms in _IRREGULAR}


@dataclass(frozen=True, slots=True)
class Stem:
    """What all forms of a word begin with, and what may follow it."""

    text: str
    rest: re.Pattern[str]
    before_vowel: bool = False

    @property
    def is_verb(self) -> bool:
        """Whether the word is an infinitive, so that more may follow than the suffixes of a noun."""
        return self.rest is _VERB

    def begins(self, word: str) -> bool:
        """Whether ``word`` is this stem with a suffix chain, or without any."""
        if not word.startswith(self.text):
            return False
        rest = word[len(self.text) :]
        if self.before_vowel and rest.lstrip("'")[:1] not in _VOWELS:
            return False
        return bool(self.rest.fullmatch(rest) or _AFTER_APOSTROPHE.fullmatch(rest))


@cache
def stems(word: str, *, compound: bool = False) -> tuple[Stem, ...]:
    """The stems of a folded Turkish dictionary word, itself first.

    ``compound`` says that it ends a noun compound, whose possessive gives way to the plural (bakanı, bakanları).
    """
    if len(word) > 4 and word.endswith(("mek", "mak")):
        root = word[:-3]
        # The infinitive is a noun too: karar almak, karar alması.
        found = [Stem(word, _NOUN), Stem(root, _VERB)]
        if root.endswith("t"):
            found.append(Stem(root[:-1] + "d", _VERB, before_vowel=True))
        return tuple(found)
    found = [Stem(word, _NOUN)]
    if len(word) > 2 and word[-1] in _SOFT:
        found.append(Stem(word[:-1] + _SOFT[word[-1]], _NOUN, before_vowel=True))
        if word.endswith("nk"):
            found.append(Stem(word[:-1] + "g", _NOUN, before_vowel=True))
    if dropped := re.fullmatch(r"(\w*[aeioöuü]\w*[^aeioöuü])[iuü]([^aeioöuü])", word):
        last = _SOFT.get(dropped[2], dropped[2])
        found += [
            Stem(dropped[1] + c, _NOUN, before_vowel=True)
            for c in dict.fromkeys((dropped[2], last))
        ]
    if word in _DOUBLED:
        found.append(Stem(_DOUBLED[word], _NOUN, before_vowel=True))
    if compound and len(word) > 3 and word[-1] in "iuü":
        found += [Stem(root, _COMPOUND) for root in _unpossessed(word)]
    return tuple(found)


def _unpossessed(word: str) -> list[str]:
    """What may stand before the possessive of a compound's last word: kapısı, kapı; başlığı, başlık; hakkı, hak."""
    root = word[:-1]
    roots = [root]
    if root[-1] in _HARD:
        roots.append(root[:-1] + _HARD[root[-1]])
    if root[-1] == "s" and root[-2] in _VOWELS:
        roots.append(root[:-1])
    if root[-1] == root[-2]:
        roots.append(root[:-1])
    return roots


@cache
def english_forms(word: str) -> frozenset[str]:
    """The forms of a folded English word, of the noun and of the verb that it may be, itself among them."""
    lemmas = {word}
    if word.endswith("ies") and len(word) > 4:
        lemmas.add(word[:-3] + "y")
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        lemmas.add(word[:-1])
        if re.search(r"(?:s|x|z|ch|sh)es$", word):
            lemmas.add(word[:-2])
    forms: set[str] = set()
    for lemma in lemmas:
        forms |= {lemma, *_english(lemma), *_FORMS.get(lemma, ())}
    return frozenset(forms | {f + ending for f in forms for ending in ("'s", "'")})


def _english(lemma: str) -> set[str]:
    if not lemma[-1:].isalpha():
        return {lemma + "s"}
    if re.search(r"[^aeiou]y$", lemma):
        stem = lemma[:-1]
        return {stem + "ies", stem + "ied", lemma + "ing"}
    if lemma.endswith("e"):
        return {lemma + "s", lemma + "d", lemma[:-1] + "ing"}
    forms = {lemma + "ed", lemma + "ing"}
    forms.add(lemma + ("es" if re.search(r"(?:s|x|z|ch|sh)$", lemma) else "s"))
    if re.search(r"[^aeiou][aeiou][bdfglmnprt]$", lemma):
        forms |= {lemma + lemma[-1] + "ed", lemma + lemma[-1] + "ing"}
    if lemma.endswith("man"):
        forms.add(lemma[:-2] + "en")
    return forms


def english_plural(phrase: str) -> str:
    """An English noun phrase in the plural; one that is a plural or has an article comes back as it is."""
    head, of, rest = phrase.partition(" of ")
    words = head.split(" ")
    noun = words[-1]
    if noun.endswith("s") or not noun[-1:].isalpha() or words[0].lower() in ("the", "a", "an"):
        return phrase
    irregular = next((f[1] for f in _IRREGULAR if f[0] == noun and f[0] in _PEOPLE), "")
    if irregular:
        noun = irregular
    elif re.search(r"[^aeiou]y$", noun):
        noun = noun[:-1] + "ies"
    elif noun.endswith("man"):
        noun = noun[:-2] + "en"
    else:
        noun += "es" if re.search(r"(?:s|x|z|ch|sh)$", noun) else "s"
    return " ".join([*words[:-1], noun]) + of + rest
