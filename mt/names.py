"""Names that stay as they are, carried through translation by stand-ins that the model knows well.

A small model misspells a name it has seldom seen, or translates it as a word (`Price` → "the price"). So the surnames,
first names and places of a sentence go in as `Tom`, `Mary`…, suffixes and all (`Lavrov'un` → `Tom'un`), and come back
after it. The model is trained on such sentences, and comes with the lexicon that tells a name from other capitalised
words: a Turkish sentence capitalises `Dışişleri Bakanlığı` too, and `Londra` is not `Londra` in English.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from corpora import casing
from corpora.errors import ModelError

FILE = "names.txt.gz"
# Each one piece of the vocabulary, and one that training has seen often on both sides.
STAND_INS = ("Tom", "Mary", "Bob", "Sam", "Alice", "Adam", "Ben", "Paul")
_WORD = re.compile(r"(?<![\w'’])[^\W\d_](?:\w|[-.](?=\w))*")
_BEFORE_FIRST = " \"“”„«‘'(-–—"
_ENDS = ".!?:…"
# A lower-case word counts as one of the language from here on: below are slips and foreign words.
_MIN_WORD = 2

_NONE: Mapping[str, str] = MappingProxyType({})

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Finds the names of a sentence that its translation prints unchanged.

    ``words`` are what is no such name though it may be capitalised: words of the language, lower-cased, and names
    with a translation, as printed. ``copied`` are names that training has seen copied.
    """

    words: frozenset[str]
    copied: frozenset[str]

    @classmethod
    def learn(cls, pairs: Iterable[tuple[str, str]]) -> Names:
        """Lexicon of the capitalised source words inside sentences: in the translation as they are, or not?"""
        lower: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        same: Counter[str] = Counter()
        for source, target in pairs:
            printed = set(re.findall(r"\w+", target))
            for word, initial, _ in _words(source):
                if word == casing.lower(word, "tr"):
                    lower[word] += 1
                elif word[0].isupper() and not initial:
                    seen[word] += 1
                    same[word] += printed.issuperset(re.findall(r"\w+", word))
        copied = {word for word, count in seen.items() if 2 * same[word] >= count}
        common = {word for word, count in lower.items() if count >= _MIN_WORD}
        return cls(frozenset(common | (set(seen) - copied)), frozenset(copied))

    @classmethod
    def load(cls, folder: Path) -> Names | None:
        """The lexicon of a model folder, or None where the model was not trained with one. Raises ModelError."""
        path = folder / FILE
        if not path.exists():
            return None
        try:
            lines = gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")
        except (OSError, EOFError, ValueError) as error:
            raise ModelError(
                f"{path} is damaged ({error}); remove the model and pull it again"
            ) from error
        return cls(
            frozenset(line for line in lines if line[:1] != "+"),
            frozenset(line[1:] for line in lines if line[:1] == "+"),
        )

    def save(self, folder: Path) -> None:
        """Write the lexicon into a model folder: a word a line, copied names with a plus sign; same in, same bytes."""
        lines = sorted(self.words) + sorted(f"+{word}" for word in self.copied)
        (folder / FILE).write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))

    def find(self, text: str, printed: Mapping[str, str] = _NONE) -> list[tuple[int, int]]:
        """Character spans of the names of ``text``, case suffixes after an apostrophe left out; neighbours are one.

        ``printed`` holds names by their lower-cased form that the article prints inside sentences.
        """
        spans: list[tuple[int, int]] = []
        unsure: tuple[int, int] | None = None
        open_end = -1
        for word, initial, (start, end) in _words(text):
            if not self._is_name(word):
                continue
            suffixed = text[end : end + 1] in ("'", "’", ":")
            follows = start == open_end + 1 and text[open_end] == " "
            if initial and not suffixed and not self._is_sure(word, printed):
                # Any sentence begins with a capital: what comes next decides.
                unsure = (start, end)
            elif follows and unsure:
                spans.append((unsure[0], end))
            elif follows:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
            if unsure != (start, end):
                unsure = None
            open_end = -1 if suffixed else end
        return spans

    def sentence_case(self, text: str, printed: Mapping[str, str] = _NONE) -> str:
        """``text``, a headline in Title Case, as a sentence: its words of the language in lower case, names as they are.

        ``printed`` as in `find`. A word that is a name too (`Deniz`) stays one beside a name.
        """
        made = list(text)
        open_end = -1  # after a name, or what may be one
        for word, initial, (start, end) in _words(text):
            suffixed = text[end : end + 1] in ("'", "’")
            lower = casing.lower(word, "tr")
            both = word in self.copied and (initial or start == open_end + 1)
            if initial or suffixed or word.isupper() or lower not in self.words or both:
                is_name = not initial or word in self.copied or lower not in self.words
                open_end = end if is_name and not suffixed else -1
            else:
                made[start:end] = printed.get(lower, lower)
        return "".join(made)

    def mask(self, text: str, printed: Mapping[str, str] = _NONE) -> tuple[str, Pairs]:
        """``text`` with a stand-in for each name, and the (stand-in, name) of each; names beyond those stay."""
        return _replace(text, self.find(text, printed))

    def mask_pair(self, source: str, target: str) -> tuple[str, str]:
        """Both sides of a training pair with stand-ins for the names that the target prints as they are."""
        spans = [
            (start, end)
            for start, end in self.find(source)
            if re.search(rf"\b{re.escape(source[start:end])}\b", target)
        ]
        masked, pairs = _replace(source, spans)
        for stand_in, name in pairs:
            target = re.sub(rf"\b{re.escape(name)}\b", stand_in, target)
        return masked, target

    def _is_name(self, word: str) -> bool:
        if not word[0].isupper() or len(word) < 2 or word in self.words:
            return False
        return word in self.copied or casing.lower(word, "tr") not in self.words

    def _is_sure(self, word: str, printed: Mapping[str, str]) -> bool:
        """Whether ``word`` is a name even where any word would be capitalised."""
        lower = casing.lower(word, "tr")
        return lower not in self.words and (word in self.copied or printed.get(lower) == word)


def restore(translated: str, pairs: Pairs) -> tuple[str, int]:
    """``translated`` with the names back in place, and how many of them were lost on the way."""
    if not pairs:
        return translated, 0
    names = dict(pairs)
    pattern = re.compile(rf"\b(?:{'|'.join(names)})\b")
    lost = len(names.keys() - set(pattern.findall(translated)))
    return pattern.sub(lambda match: names[match.group()], translated), lost


def join(text: str, pairs: Pairs) -> str:
    """``text`` with the names of ``pairs`` made one word each, at the same length."""
    for _, name in pairs:
        text = text.replace(name, name.replace(" ", "_"))
    return text


def _words(text: str) -> Iterable[tuple[str, bool, tuple[int, int]]]:
    """Each word of ``text`` without what follows its apostrophe, whether it begins a sentence, and its span."""
    for match in _WORD.finditer(text):
        at = match.start() - 1
        while at >= 0 and text[at] in _BEFORE_FIRST:
            at -= 1
        yield match.group(), at < 0 or text[at] in _ENDS, match.span()


def _replace(text: str, spans: Iterable[tuple[int, int]]) -> tuple[str, Pairs]:
    free = [word for word in STAND_INS if word not in text]
    pairs: dict[str, str] = {}
    out: list[str] = []
    at = 0
    for start, end in spans:
        name = text[start:end]
        if name not in pairs:
            if not free:
                continue
            pairs[name] = free.pop(0)
        out += [text[at:start], pairs[name]]
        at = end
    return "".join([*out, text[at:]]), tuple((word, name) for name, word in pairs.items())
