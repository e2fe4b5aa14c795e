"""One article as the deciders see it: its passages, sentences, mentions and reporting expressions."""

from __future__ import annotations

from dataclasses import dataclass

from alignment.quotes.cues import Cue, cues
from alignment.quotes.marks import Passage, passages
from alignment.quotes.names import Names
from alignment.quotes.phrases import Mention
from alignment.quotes.sentences import Sentence, pieces, sentences
from corpora.document import Document


@dataclass(frozen=True, slots=True)
class Content:
    """A clause that may be reported speech: tokens ``first`` to ``last`` (inclusive) of the sentence ``row``.

    ``cue`` is what reports it; ``ending`` names how the clause is tied to the cue.
    """

    row: int
    first: int
    last: int
    cue: Cue
    ending: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where words are reported: the sentence, the tokens of the quote or clause there, and the cue.

    ``first`` and ``last`` are -1 where the sentence only leads up to the quote; ``words`` counts a quotation's words.
    """

    row: int
    first: int
    last: int
    cue: Cue | None
    way: str
    words: int = 0


class Article:
    """The analysis of one Document; only ``heard`` changes after it is made."""

    def __init__(self, document: Document) -> None:
        """Analyse ``document``; its ``lang`` is "tr" or "en"."""
        self.document = document
        self.lang = document.lang
        self.passages: list[Passage] = passages(document)
        self.rows: list[Sentence] = sentences(document, self.passages)
        self.names = Names(self.rows, self.lang)
        self.mentions: list[list[Mention]] = [self.names.mentions(row) for row in self.rows]
        self.cues: list[list[Cue]] = [cues(row.tokens, self.lang) for row in self.rows]
        self.roles = {person.name: person.roles for person in self.names.people}
        self.sure: set[str] = self._sure()
        # The passages that are somebody's words; whoever judges them narrows this down.
        self.heard: set[int] = set(range(len(self.passages)))
        self.home: dict[int, tuple[int, int]] = {}
        self.last_row: dict[int, int] = {}
        for number, row in enumerate(self.rows):
            for at, token in enumerate(row.tokens):
                if token.passage >= 0:
                    self.home.setdefault(token.passage, (number, at))
                    self.last_row[token.passage] = number

    def _sure(self) -> set[str]:
        """The people who have a role beside their name or are named again in a shorter way."""
        sure = {person.name for person in self.names.people if person.roles}
        for row in self.mentions:
            for mention in row:
                if mention.kind == "person" and mention.last - mention.first < mention.name.count(
                    " "
                ):
                    sure.add(mention.name)
        return sure

    def alone(self, passage: int) -> bool:
        """Whether the passage's sentences hold nothing but quotation."""
        row, _ = self.home[passage]
        return not any(token.is_word for token in self.rows[row].tokens)

    def words(self, passage: int) -> list[str]:
        """The words of a passage, in small letters, with punctuation as words of its own."""
        return pieces(self.passages[passage].text(self.document), self.lang)
