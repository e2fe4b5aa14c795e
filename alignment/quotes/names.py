"""Who is named in an article: the people with their fullest printed names, and every mention that may be a speaker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from alignment.quotes.nouns import Noun
from alignment.quotes.phrases import Mention, Phrases
from alignment.quotes.sentences import Sentence, Token, lower

_JOINERS = {"of", "for", "and", "the", "on"}


@dataclass(slots=True)
class Person:
    """Somebody named in the article; ``words`` is the fullest printed name, ``roles`` the nouns beside it."""

    words: tuple[str, ...]
    roles: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The fullest printed name."""
        return " ".join(self.words)


class Names(Phrases):
    """The people of one article and the noun phrases of its sentences."""

    def __init__(self, rows: Sequence[Sentence], lang: str) -> None:
        """Learn the people from all sentences of the article."""
        super().__init__(lang)
        self.people: list[Person] = []
        self._by_word: dict[str, list[Person]] = {}
        self.short: dict[str, str] = {}
        self._capitals = {
            token.base
            for row in rows
            if not _is_shouting(row)
            for token in row.tokens[self._start(row) + 1 :]
            if token.capital
        }
        for row in rows:
            self._learn_short(row)
            for first, last in self.runs(row):
                self._learn(row, first, last)

    def find(self, words: Sequence[str]) -> Person | None:
        """The person that a (part of a) name belongs to, the one named last if several share it."""
        lows = [self._key(word) for word in words]
        for person in reversed(self._by_word.get(lows[-1], [])):
            own = [self._key(word) for word in person.words]
            if all(word in own for word in lows) and (
                len(lows) > 1 or lows[0] != own[0] or len(own) == 1
            ):
                return person
        firsts = self._by_word.get(lows[-1], [])
        return firsts[-1] if len(lows) == 1 and len(firsts) == 1 else None

    def _key(self, word: str) -> str:
        """A word of a name in small letters, dotted and dotless i alike (English capitals lose the difference)."""
        return lower(word, self.lang).replace("ı", "i")

    def mentions(self, row: Sentence) -> list[Mention]:
        """Every name, institution, role and pronoun of a sentence outside its quoted passages, in order."""
        taken: set[int] = set()
        found: list[Mention] = []
        for first, last in self.runs(row):
            absorbed = self.absorbing(row.tokens, last)
            if absorbed is not None:
                found.append(absorbed)
                taken.update(range(first, absorbed.last + 1))
                continue
            mention = self._proper(row, first, last)
            if mention:
                found.append(mention)
                taken.update(range(mention.first, mention.last + 1))
        for index, token in enumerate(row.tokens):
            if index in taken or not token.is_word:
                continue
            if token.low in self.words.lists.get("pronoun", ()):
                found.append(Mention(index, index, "pronoun", "nom", "", token.low))
                continue
            noun = self.noun(token.low, trades=index == self._start(row) or not token.capital)
            if noun and noun.kind != "honorific" and not self.modifies(row.tokens, index, noun):
                found.append(self.role(row.tokens, index, noun))
        return sorted(found, key=lambda mention: mention.first)

    def _proper(self, row: Sentence, first: int, last: int) -> Mention | None:
        tokens = row.tokens
        following = tokens[last + 1].low or tokens[last + 1].text if last + 1 < len(tokens) else ""
        if first == last == self._start(row) and not self._is_name(tokens[first], following):
            return None
        if first == last and tokens[first].base in self.short and not row.heading:
            return Mention(
                first,
                last,
                "institution",
                self.case(tokens[last]),
                self.short[tokens[first].base],
                tokens[first].low,
            )
        start = self.split_title(tokens, first, last)
        final = tokens[last]
        if start <= last:
            words = [token.base for token in tokens[start : last + 1]]
            person = self.find(words)
            if person:
                return Mention(start, last, "person", self.case(final), person.name, words[-1])
        noun = self.noun(final.low)
        name = self.name(tokens, first, last)
        if noun and noun.kind in ("institution", "document", "group"):
            return Mention(
                first,
                last,
                "institution" if noun.kind != "document" else "document",
                self.case(final),
                name,
                noun.base,
            )
        if noun and noun.kind in ("title", "person"):
            return Mention(first, last, "role", self.case(final), name, noun.base)
        return Mention(first, last, "proper", self.case(final), name, final.low)

    def _is_name(self, token: Token, following: str) -> bool:
        """Whether a capitalised first word of a sentence is more than that."""
        if (
            self.lang == "en"
            and not token.low.endswith(("ing", "ly", "ed"))
            and token.low not in _EN_OPENERS
        ):
            return True
        return (
            following in (",", "ise", "da", "de")
            or token.base in self._capitals
            or token.base.isupper()
            or bool(token.suffix)
            or self.noun(token.low) is not None
            or self.find([token.base]) is not None
        )

    def runs(self, row: Sentence) -> Iterator[tuple[int, int]]:
        """Rows of capitalised words (first and last token), sentence openers cut off."""
        tokens, at = row.tokens, 0
        if _is_shouting(row):
            yield from self._known(row) if row.heading else ()
            return
        while at < len(tokens):
            if not tokens[at].capital:
                at += 1
                continue
            last = at
            while self._goes_on(tokens, last):
                last += 2 if not tokens[last + 1].capital else 1
            first = at
            while (
                first <= last
                and tokens[first].base in self.words.lists["opener"]
                and first == self._start(row)
            ):
                first += 1
            if first <= last:
                yield first, last
            at = last + 1

    def _known(self, row: Sentence) -> Iterator[tuple[int, int]]:
        """The people of the article in a heading that is all capitals."""
        tokens, at = row.tokens, 0
        while at < len(tokens):
            last = at
            while (
                last < len(tokens)
                and tokens[last].is_word
                and self.find([token.base for token in tokens[at : last + 1]])
            ):
                last += 1
            if last > at:
                yield at, last - 1
            at = max(last, at + 1)

    def _goes_on(self, tokens: Sequence[Token], last: int) -> bool:
        if tokens[last].suffix or last + 1 >= len(tokens):
            return False
        if tokens[last + 1].capital:
            return True
        small = tokens[last + 1].text
        return (
            last + 2 < len(tokens)
            and tokens[last + 2].capital
            and (
                small in self.words.lists["particle"]
                or (small in ("de", "da") and self._is_inner(tokens, last))
                or (self.lang == "en" and small in _JOINERS and self._is_body(tokens[last]))
            )
        )

    @staticmethod
    def _is_inner(tokens: Sequence[Token], last: int) -> bool:
        """Whether `de` stands in a name (`Thaís Montenegro de Sá`) rather than for `too`."""
        return (
            last > 0
            and tokens[last - 1].capital
            and not tokens[last - 1].suffix
            and not tokens[last + 2].suffix
        )

    def _is_body(self, token: Token) -> bool:
        noun = self.noun(token.low)
        return noun is not None and noun.kind in ("institution", "group")

    def _start(self, row: Sentence) -> int:
        for index, token in enumerate(row.tokens):
            if token.is_word:
                return index
        return 0

    def split_title(self, tokens: Sequence[Token], first: int, last: int) -> int:
        """The first token of the name proper in a row of capitalised words; past ``last`` if there is none."""
        start = first
        for index in range(first, last + 1):
            token = tokens[index]
            if token.base in self.words.titles or token.text in self.words.titles:
                start = index + 1
                continue
            noun = self._title(token)
            if index < last and self.lang == "en" and tokens[index + 1].low in _JOINERS:
                return last + 1
            if self._belongs_to_title(token, noun, index - first, last - index):
                start = index + 1
        while last - start >= 2 and self._is_origin(tokens[start]):
            start += 1
        return start

    def _title(self, token: Token) -> Noun | None:
        """The role noun of a word, or of the last part of a compound (`Co-founder`, `16-year-old`)."""
        _, hyphen, tail = token.low.rpartition("-")
        if hyphen and token.base[:1].isupper() and (tail == "old" or self.noun(tail)):
            return Noun(tail, "title", "nom", plural=False, possessed=False)
        return self.noun(token.low)

    def _belongs_to_title(self, token: Token, noun: Noun | None, before: int, after: int) -> bool:
        """Whether a capitalised word, with so many before and after it, is no part of the name after it."""
        if after:
            from_body = self.lang == "tr" and token.low.endswith(("ndan", "nden"))
            return from_body or (
                noun is not None and noun.kind in ("title", "person", "institution")
            )
        return before > 0 and noun is not None and (noun.kind != "person" or noun.case != "nom")

    def _is_origin(self, token: Token) -> bool:
        return token.low in self.words.lists.get("nationality", ()) or (
            self.lang == "tr"
            and len(token.low) >= 6
            and token.low.endswith(("lı", "li", "lu", "lü"))
        )

    def _learn(self, row: Sentence, first: int, last: int) -> None:
        tokens = row.tokens
        start = self.split_title(tokens, first, last)
        words = tuple(token.base for token in tokens[start : last + 1])
        if (
            self.lang == "tr"
            and start == first
            and not tokens[last].suffix
            and self.case(tokens[last]) in ("abl", "loc")
        ):
            return
        if not words or len(words) > 5 or (row.heading and _is_shouting(row)):
            return
        final = tokens[last]
        if (
            len(words) < 2
            or final.base in self.words.lists["place"]
            or (self.lang == "tr" and final.low.endswith("spor"))
            or (self.noun(final.low) and not self._is_byname(row, last))
        ):
            return
        if all(word.isupper() and len(word) > 1 for word in words) or any(
            c.isdigit() for word in words for c in word
        ):
            return
        person = self._same(words)
        if person is None:
            person = Person(words)
            self.people.append(person)
        elif len(words) > len(person.words):
            person.words = words
        for word in words:
            row_of = self._by_word.setdefault(self._key(word), [])
            if person not in row_of:
                row_of.append(person)
        person.roles |= self._roles_beside(tokens, first, start, last)

    def _is_byname(self, row: Sentence, last: int) -> bool:
        """Whether a Turkish trade after a name is a part of it: `Yusuf Reis`, `Hasan Usta`."""
        noun = self.noun(row.tokens[last].low)
        return (
            self.lang == "tr"
            and not row.heading
            and noun is not None
            and noun.kind == "person"
            and not noun.possessed
            and not noun.plural
            and noun.case == "nom"
        )

    def _learn_short(self, row: Sentence) -> None:
        """`Anayasa Mahkemesi (AYM)`: what a short form stands for."""
        tokens = row.tokens
        ends = {last: first for first, last in self.runs(row)}
        for at in range(1, len(tokens) - 2):
            if (
                tokens[at].text == "("
                and tokens[at + 2].text == ")"
                and tokens[at + 1].base.isupper()
                and at - 1 in ends
            ):
                first = ends[at - 1]
                if at - 1 > first:
                    self.short.setdefault(tokens[at + 1].base, self.name(tokens, first, at - 1))

    def _same(self, words: tuple[str, ...]) -> Person | None:
        near = [person for word in words for person in self._by_word.get(self._key(word), ())]
        for person in near:
            short, long = sorted((words, person.words), key=len)
            if len(short) > 1 and set(short) <= set(long) and short[-1] in long[1:]:
                return person
        return None

    def _roles_beside(self, tokens: Sequence[Token], first: int, start: int, last: int) -> set[str]:
        near = [*tokens[max(0, first - 3) : start]]
        after = tokens[last + 1 : last + 14]
        if self.lang == "en" and after and after[0].text == ",":
            near += _until_comma(after[1:])
        if self.lang == "en" and first > 1 and tokens[first - 1].text == ",":
            near += tokens[max(0, first - 8) : first]
        roles = set()
        for token in near:
            noun = self.noun(token.low)
            if noun and noun.kind in ("title", "person"):
                roles.add(noun.base)
        return roles


_EN_OPENERS = {
    "unable",
    "whether",
    "far",
    "more",
    "less",
    "much",
    "one",
    "another",
    "among",
    "within",
    "until",
    "despite",
    "once",
}


def _is_shouting(row: Sentence) -> bool:
    letters = [c for token in row.tokens if token.passage < 0 for c in token.text if c.isalpha()]
    return len(letters) > 3 and sum(c.isupper() for c in letters) > 0.8 * len(letters)


def _until_comma(tokens: Sequence[Token]) -> list[Token]:
    for index, token in enumerate(tokens):
        if token.text == ",":
            return list(tokens[:index])
    return list(tokens)
