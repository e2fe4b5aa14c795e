"""Markdown: CommonMark with tables and strikethrough, after a YAML front matter that is copied.

markdown-it says which lines make a block and which markup is in it, but not where in a line; that is found again by
following its tokens through the source. Code, link targets, reference definitions, raw HTML blocks and images' texts
are copied.

Source: https://spec.commonmark.org/0.31.2/ ; tables: https://github.github.com/gfm/#tables-extension-
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING

from corpora.document import Block, BlockKind, Inline

from .slots import Kind, Slot, Token, fill, gather, has_words, render, with_lost_points

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token as Parsed

_FRONT_MATTER = re.compile(
    r"\A---[ \t]*(?:\r\n?|\n).*?^(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)", re.DOTALL | re.MULTILINE
)
_LINE = re.compile(r"([^\r\n]*)(\r\n?|\n|\Z)")
_HASHES = re.compile(r"#{1,6}(?=[ \t])[ \t]+")
_WRAP = re.compile(r"(?: *|\\)\n[ \t]*")
# A line break that means something, as it stands in the source, with the quotation's or list's prefix after it.
_BREAK = re.compile(r"(?: {2,}|\\)(?:\r\n?|\n)[ \t>]*|<br\b[^>]*>")
# Ends with the character that a backslash takes its meaning from.
_MARKUP = re.compile(
    r"[\\`*]"
    r"|(?<!^\[[ xX])\]"
    r"|(?<!\w)_|_(?!\w)"
    r"|~(?=~)|(?<=~)~"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=\#?\w+;)"
    r"|(?<!^)\[|^\[(?![ xX]\] )"  # a list item's box stays one
    r"|^(?:\#(?=\#{0,5}(?:\s|$))|[-+](?=\s|$)|>|\d{1,9}[.)](?=\s|$)|[-=](?=[-=]*\s*$))"
    r"|(?<=\s)\#(?=\#*$)",
    re.MULTILINE,
)
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)")
_VOID = ("br", "img", "wbr", "hr", "input")
_KINDS: dict[str, BlockKind] = {
    "heading_open": "heading",
    "list_item_open": "list-item",
    "blockquote_open": "quote",
    "th_open": "table-cell",
    "td_open": "table-cell",
}

Where = list[int]
"""For every character of a block's content, where it stands in the source; and one more for its end."""


def read(source: str) -> list[Block]:
    """The headings, paragraphs, list items, quotations, table cells and code of a Markdown text."""
    return [slot.block for slot in _slots(source)]


def write(source: str, blocks: Sequence[Block]) -> str:
    """The text with the blocks in the places of those that ``read`` gave."""
    return fill(source, list(_slots(source)), blocks, partial(_to_source, source))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import autolink, backtick, image, link

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("text_join")
    rules = {"link": link, "image": image, "autolink": autolink, "backticks": backtick}
    for name, rule in rules.items():
        parser.inline.ruler.at(name, _marking_ends(rule))
    return parser


def _marking_ends(
    rule: Callable[[StateInline, bool], bool],
) -> Callable[[StateInline, bool], bool]:
    """The rule, noting in its last token where in the content it stopped: tokens do not tell."""

    def marking(state: StateInline, silent: bool) -> bool:
        before = len(state.tokens)
        done = rule(state, silent)
        if done and not silent and len(state.tokens) > before:
            state.tokens[-1].meta = {"end": state.pos}
        return done

    return marking


def _slots(source: str) -> Iterator[Slot]:
    lines = [(found.start(), found[1]) for found in _LINE.finditer(source)]
    front = _FRONT_MATTER.match(source)
    # As many line breaks, so that lines keep their numbers.
    blank = "\n" * len(re.findall(r"\r\n?|\n", front[0])) if front else ""
    around: list[Parsed] = []
    cell_end = 0
    for token in _parser().parse(blank + source[front.end() if front else 0 :]):
        if token.nesting == 1:
            around.append(token)
        elif token.nesting == -1:
            around.pop()
        elif token.map and token.type in ("fence", "code_block") and has_words(token.content):
            first, last = token.map
            start, end = lines[first][0], lines[last - 1][0] + len(lines[last - 1][1])
            yield Slot(start, end, Block("code", token.content))
        elif token.map and token.type == "inline":
            kind: BlockKind = next(
                (_KINDS[a.type] for a in reversed(around) if a.type in _KINDS), "paragraph"
            )
            if kind == "table-cell":
                where = _where_in_row(token, lines[token.map[0]], cell_end)
                cell_end = where[-1] if where else cell_end
            else:
                where = _where_in_lines(token, lines, around[-1].markup.startswith("#"))
            slot = gather(list(_tokens(source, token, where)), kind) if where else None
            if slot and _has_prose(token):
                yield slot
            elif slot:
                yield replace(slot, block=Block("code", slot.block.text))


def _has_prose(token: Parsed) -> bool:
    """Whether there are words outside code spans."""
    return any(
        has_words(part.content) for part in token.children or () if part.type != "code_inline"
    )


def _where_in_lines(token: Parsed, lines: Sequence[tuple[int, str]], is_atx: bool) -> Where:
    """Where a paragraph's or heading's content stands.

    Each of its lines ends a line of the source, but an ATX heading may be closed with hashes again.
    """
    where: Where = []
    first = token.map[0] if token.map else 0
    for number, content in enumerate(token.content.split("\n"), first):
        start, line = lines[number]
        text = content.strip()
        column = line.rfind(text)
        if is_atx and (hashes := _HASHES.search(line)):
            column = hashes.end()
        # White space before it may have been a tab of the source, so it need not fit.
        column -= content.index(text)
        where += (start + max(0, column + i) for i in range(len(content)))
        where.append(start + len(line))
    return where


def _where_in_row(token: Parsed, line: tuple[int, str], after: int) -> Where:
    """Where a table cell's content stands: in the source a "|" inside a cell has a backslash before it."""
    start, text = line
    at = text.find(token.content.replace("|", "\\|"), max(after - start, 0))
    where: Where = []
    at += start
    for char in token.content if at >= start else "":
        at += char == "|"
        where.append(at)
        at += 1
    return [*where, at] if where else []


def _tokens(source: str, token: Parsed, where: Where) -> Iterator[Token]:
    """The tokens of a block, found again in its content by walking along it."""
    content = token.content
    at = 0

    def take(kind: Kind, length: int, text: str = "", name: str = "") -> Token:
        nonlocal at
        start, end = where[at], where[at + length - 1] + 1
        at += length
        return Token(kind, start, end, source[start:end], text, name)

    children = iter(token.children or ())
    for child in children:
        kind, stop = child.type, child.meta.get("end", 0)
        if kind == "text":
            if child.content:
                yield take("text", len(child.content), child.content)
        elif kind == "text_special":
            yield take("text", len(child.markup), child.content)
        elif kind in ("softbreak", "hardbreak"):
            wrap = _WRAP.match(content, at)
            length = wrap.end() - at if wrap else 0
            yield take("break", length) if kind == "hardbreak" else take("text", length, " ")
        elif kind == "code_inline":
            inner = content[at:stop].replace("\n", " ")
            padding = inner.index(child.content, len(child.markup))
            yield take("open", padding, name="code")
            yield take("text", len(child.content), child.content)
            yield take("close", stop - at, name="code")
        elif child.markup == "autolink":
            stop = [next(children), next(children)][1].meta["end"]
            yield take("open", 1, name="link")
            yield take("text", stop - 1 - at, content[at : stop - 1])
            yield take("close", 1, name="link")
        elif kind == "image":
            yield take("point", stop - at)
        elif kind == "link_close":
            yield take("close", stop - at, name="link")
        elif kind == "html_inline":
            yield take(*_html(child.content))
        else:  # emphasis, or the beginning of a link
            name, _, edge = kind.rpartition("_")
            yield take("open" if edge == "open" else "close", len(child.markup or "["), name=name)


def _html(raw: str) -> tuple[Kind, int, str, str]:
    """What ``take`` needs to know of a raw HTML tag or comment."""
    tag = _TAG.match(raw)
    name = tag[2].lower() if tag else ""
    if name == "br":
        return "break", len(raw), "", ""
    if not tag or name in _VOID:
        return "point", len(raw), "", ""
    return "close" if tag[1] else "open", len(raw), "", name


def _to_source(source: str, block: Block, slot: Slot) -> str:
    found = _BREAK.search(source, slot.start, slot.end)
    inline = block.kind in ("heading", "table-cell")
    line_break = found[0] if found else (" " if inline else "\\\n")

    def escape(text: str) -> list[str]:
        characters = list(text)
        marks = _MARKUP.finditer(text)
        if block.kind == "table-cell":
            marks = chain(marks, re.finditer(r"\|", text))
        for mark in marks:
            place = mark.end() - 1
            characters[place] = "\\" + text[place]
        return [line_break if char == "\n" else char for char in characters]

    block = with_lost_points(block, slot.block)
    block = replace(block, inlines=tuple(_tight(inline, block.text) for inline in block.inlines))
    return render(block, escape, verbatim=_is_verbatim)


def _tight(inline: Inline, text: str) -> Inline:
    """The span without white space at its edges: ``** bold **`` is not bold."""
    start, end = inline.start, inline.end
    while start < end and text[start : start + 1].isspace():
        start += 1
    while start < end and text[end - 1 : end].isspace():
        end -= 1
    return replace(inline, start=start, end=end)


def _is_verbatim(inline: Inline) -> bool:
    return inline.open.startswith("`") or inline.open == "<"
