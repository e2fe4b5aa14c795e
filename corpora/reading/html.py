"""HTML pages: what a reader sees, with every tag left where it belongs.

Two ways of reading one page: the article alone (found by trafilatura; navigation, teasers, comments and cookie
notices are left out) or all its visible text. Nothing but the text is ever rewritten, so scripts, styles,
attributes, ``pre`` and the author's indentation come out byte for byte. Texts in attributes (``alt``, ``title``,
``meta``) are not translated.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from functools import partial
from html import unescape

from corpora.document import Block, BlockKind

from .slots import Kind, Slot, Token, fill, gather, has_words, render, with_lost_points

# Written as words: a list with one name a line would be a page long.
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp "  # noqa: SIM905
    "small span strike strong sub sup time tt u var".split()
)
_POINT = frozenset(("img", "wbr", "input"))
# What is inside is either not for readers or not prose.
_UNREAD = frozenset(
    "script style template noscript svg math iframe object canvas audio video textarea select".split()  # noqa: SIM905
)
# Of these, those in which a tag of their own name is mere text, and those that may end themselves.
_RAW = frozenset(("script", "style", "noscript", "iframe", "textarea"))
_FOREIGN = frozenset(("svg", "math"))
_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "title"), "heading"),
    **dict.fromkeys(("li", "dt", "dd"), "list-item"),
    **dict.fromkeys(("td", "th"), "table-cell"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    "blockquote": "quote",
    "pre": "code",
}
_BREAK = re.compile(r"<br\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_HTML = re.compile(r"<html\b[^>]*>", re.IGNORECASE)
_BEGINNING = 8192  # characters; the html tag is among them
_LANG = re.compile(
    r"(\slang\s*=\s*[\"']?|\sxml:lang\s*=\s*[\"']?)([a-z]{2,3})(?:-[a-z0-9-]+)?", re.IGNORECASE
)
_MAX_DEPTH = 100  # an end tag looks no further for its start
# The WHATWG tokeniser's states, coarsely. Possessive quantifiers and the end of the page as an end of everything
# make it linear: a tag that is never closed is read once and not again from every "<" in it.
_PIECE = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<[!?][^>]*+(?:>|\Z)"
    r"|<(?P<slash>/?)(?P<name>[A-Za-z][^\s/>]*+)"
    r"""(?:[^=>]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+(?:>|\Z)"""
    r"|</[^>]*+(?:>|\Z)"
    r"|&\#?\w++;?+"
    r"|(?:[^<&]++|&(?!\#?\w)|<(?![A-Za-z/!?]))++",
    re.DOTALL,
)
# For trafilatura a page without an article is an error to be logged, for us an answer.
_SILENT = logging.NullHandler()
_SAME_SHARE = 0.8  # of a text's phrases must be in the article for it to be of it
_TAG = re.compile(r"<[^<>]*>")
_HTML = re.compile(r"<html\b[^>]*>", re.IGNORECASE)
_BEGINNING = 8192  # characters; the html tag is among them
_LANG = re.compile(
    r"(\slang\s*=\s*[\"']?|\sxml:lang\s*=\s*[\"']?)([a-z]{2,3})(?:-[a-z0-9-]+)?", re.IGNORECASE
)
_MAX_DEPTH = 100  # an end tag looks no further for its start
# Shorter texts are taken for the article's only when a whole line of it is the same: "Share" is in any article.
_DISTINCTIVE = 25


def read(page: str) -> list[Block]:
    """The blocks of the page's article, its headline first; of the whole page where no article is found."""
    return [slot.block for slot in _article(page)]


def write(page: str, blocks: Sequence[Block]) -> str:
    """The page with the blocks in the places of those that ``read`` gave."""
    return fill(page, _article(page), blocks, partial(_to_source, page))


def read_page(page: str) -> list[Block]:
    """All visible text of the page, beginning with its title."""
    return [slot.block for slot in _Reader(page).slots]


def write_page(page: str, blocks: Sequence[Block]) -> str:
    """The page with the blocks in the places of those that ``read_page`` gave."""
    return fill(page, _Reader(page).slots, blocks, partial(_to_source, page))


def title(page: str) -> str:
    """The text of the page's ``title`` element, or nothing."""
    found = _Reader(page).title
    return found.block.text if found else ""


def with_lang(page: str, lang: str) -> str:
    """The page with the language that its ``html`` tag names changed; unchanged where it names it or none."""
    tag = _HTML.search(page, 0, _BEGINNING)
    if not tag:
        return page
    named = _LANG.sub(lambda m: m[0] if m[2].lower() == lang else m[1] + lang, tag[0])
    return page[: tag.start()] + named + page[tag.end() :]


def _to_source(page: str, block: Block, slot: Slot) -> str:
    line_break = _BREAK.search(page, slot.start, slot.end)
    tag = line_break[0] if line_break else "<br>"

    def escape(text: str) -> list[str]:
        entities = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": tag}
        return [entities.get(char, char) for char in text]

    return render(with_lost_points(block, slot.block), escape)


def _article(page: str) -> list[Slot]:
    """The slots of the page that trafilatura counts to its article, and its headline."""
    from trafilatura import extract

    logging.getLogger("trafilatura").addHandler(_SILENT)
    reader = _Reader(page)
    slots = [slot for slot in reader.slots if slot is not reader.title]
    found = extract(page, include_comments=False, include_tables=True) or ""
    lines = {_plain(line.lstrip("-|• ")) for line in found.splitlines()}
    phrases = set(_phrases(found))
    texts = [_plain(slot.block.text) for slot in slots]
    cells = {_plain(cell) for line in found.splitlines() if "|" in line for cell in line.split("|")}
    chosen = [
        index
        for index, text in enumerate(texts)
        if text in (cells if slots[index].block.kind == "table-cell" else lines)
        or _is_in(text, phrases)
    ]
    if not chosen:
        return slots
    # The headline often stands outside what is found; the page's title repeats it.
    title = _plain(reader.title.block.text) if reader.title else ""
    before = range(chosen[0])
    headline = [i for i in before if slots[i].block.kind == "heading" and texts[i] in title]
    return [slots[index] for index in headline[-1:] + chosen]


def _is_in(text: str, phrases: set[tuple[str, ...]]) -> bool:
    own = _phrases(text)
    return bool(own) and sum(phrase in phrases for phrase in own) >= _SAME_SHARE * len(own)


def _phrases(text: str) -> list[tuple[str, ...]]:
    """Every four words in a row. What is shorter is in any article ("Share", "Read more")."""
    words = _plain(text).split()
    return list(zip(words, words[1:], words[2:], words[3:], strict=False))


def _plain(text: str) -> str:
    # As trafilatura prints it: composed, and without the characters that nobody sees.
    text = unicodedata.normalize("NFC", text.replace("\u00ad", "").replace("\u200b", ""))
    return " ".join(text.split())


class _Reader:
    """Walks over a page once; gathers its ``slots`` and its ``title``."""

    def __init__(self, page: str) -> None:
        self.slots: list[Slot] = []
        self.title: Slot | None = None
        self._page = page
        self._tokens: list[Token] = []
        self._around: list[str] = []  # the open elements that say what kind of block this is
        at = 0
        while piece := _PIECE.match(page, at):
            at = self._tag(piece) if piece["name"] else self._text(piece)
        self._end_block()

    def _text(self, piece: re.Match[str]) -> int:
        raw = piece[0]
        if raw.startswith(("<!", "<?", "</")):
            self._add("point", piece)
        else:
            self._add("text", piece, unescape(raw) if raw.startswith("&") else raw)
        return piece.end()

    def _tag(self, piece: re.Match[str]) -> int:
        """Take in a tag, and the whole element if it is not read; return where to go on."""
        name, is_end = piece["name"].lower(), bool(piece["slash"])
        if name in _UNREAD and not is_end:
            end = self._element_end(name, piece)
            self._tokens.append(Token("point", piece.start(), end, self._page[piece.start() : end]))
            return end
        if name == "pre" and not is_end:
            return self._code(piece)
        if name == "br":
            self._break(piece)
        elif name in _INLINE:
            self._add("close" if is_end else "open", piece, name=name)
        elif name in _POINT:
            self._add("point", piece)
        else:
            self._end_block()
            self._enter_or_leave(name, is_end)
        return piece.end()

    def _enter_or_leave(self, name: str, is_end: bool) -> None:
        if name not in _KINDS:
            return
        if not is_end:
            self._around.append(name)
        elif name in self._around[-_MAX_DEPTH:]:
            while self._around.pop() != name:
                pass

    def _element_end(self, name: str, opening: re.Match[str]) -> int:
        """Where an element ends that begins with a tag; at the page's end if it is never closed."""
        if opening[0].endswith("/>") and name in _FOREIGN:
            return opening.end()
        depth, at = 1, opening.end()
        tags = re.compile(rf"<(/?){name}(?![^\s/>])[^>]*+(?:>|\Z)", re.IGNORECASE)
        for tag in tags.finditer(self._page, at):
            depth += -1 if tag[1] else name not in _RAW
            if not depth:
                return tag.end()
        return len(self._page)

    def _code(self, opening: re.Match[str]) -> int:
        self._end_block()
        end = self._element_end("pre", opening)
        stop = max(opening.end(), self._page.rfind("<", opening.end(), end))
        text = unescape(_TAG.sub("", self._page[opening.end() : stop]))
        if has_words(text):
            self.slots.append(Slot(opening.end(), stop, Block("code", text)))
        return end

    def _add(self, kind: Kind, piece: re.Match[str], text: str = "", name: str = "") -> None:
        self._tokens.append(Token(kind, *piece.span(), piece[0], text, name))

    def _break(self, piece: re.Match[str]) -> None:
        """A line break; two in a row are how old pages end a paragraph."""
        for token in reversed(self._tokens):
            if token.kind == "break":
                self._end_block()
                return
            if token.kind != "text" or token.text.strip():
                break
        self._add("break", piece)

    def _end_block(self) -> None:
        around = self._around[-1] if self._around else ""
        slot = gather(self._tokens, _KINDS.get(around, "paragraph"))
        if slot:
            self.slots.append(slot)
            if around == "title" and not self.title:
                self.title = slot
        self._tokens = []
