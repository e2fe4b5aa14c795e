"""A Translation in the formats that ``dragoman translate --to`` offers."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, zip_longest
from typing import Any

from corpora.bitext import Flag
from corpora.document import Block
from corpora.errors import UnsupportedFormat
from corpora.formats.tabular import rows
from mt.translator import Translation

JSON_VERSION = 1
BILINGUAL_WIDTH = 118  # columns


def render(translation: Translation, to: str, *, compact: bool = False) -> bytes:
    """``translation`` as ``to``: txt, md, html, docx (the English alone), json, tsv or bilingual.

    ``compact`` puts JSON on one line, for several documents one after another. Raises UnsupportedFormat.
    """
    return b"".join(stream([translation], to, compact=compact))


def stream(parts: Iterable[Translation], to: str, *, compact: bool = False) -> Iterator[bytes]:
    """What `render` makes, of a document that comes in parts, piece by piece."""
    if to == "docx":
        yield _docx(parts)
        return
    makers: dict[str, Callable[[Iterator[Translation]], Iterator[str]]] = {
        "txt": _text,
        "md": _markdown,
        "html": _html,
        "json": lambda parts: _json(parts, compact=compact),
        "tsv": _tsv,
        "bilingual": _bilingual,
    }
    if to not in makers:
        raise UnsupportedFormat(
            f"there is no output format {to!r}; there are docx, {', '.join(makers)}"
        )
    for piece in makers[to](iter(parts)):
        yield piece.encode()


def _blocks(parts: Iterable[Translation]) -> Iterator[Block]:
    for part in parts:
        yield from part.target.blocks


def _bilingual(parts: Iterator[Translation]) -> Iterator[str]:
    """Source and English in two columns of text, block beside block."""
    import textwrap

    column, between = (BILINGUAL_WIDTH - 3) // 2, ""
    for part in parts:
        for source, target in zip(part.source.blocks, part.target.blocks, strict=True):
            left = textwrap.wrap(" ".join(source.text.split()), column)
            right = textwrap.wrap(" ".join(target.text.split()), column)
            yield between
            for a, b in zip_longest(left, right, fillvalue=""):
                yield f"{a:<{column}} │ {b}".rstrip() + "\n"
            between = "\n"


def _json(parts: Iterator[Translation], *, compact: bool) -> Iterator[str]:
    """The documented JSON of `dragoman translate`."""
    first = next(parts)
    head = {
        "version": JSON_VERSION,
        "document": first.source.source,
        "model": first.model,
        "engine": first.engine,
        "blocks": [],
    }
    indent, newline, margin = (None, "", "") if compact else (2, "\n", "    ")
    before, after = _dumped(head, indent).rsplit("[]", 1)
    yield f"{before}["
    between = newline
    for block in _json_blocks(chain([first], parts)):
        # Line ends inside a string are escaped; others than \n stand in it as they are.
        yield between + margin + _dumped(block, indent).replace("\n", f"\n{margin}")
        between = "," + (newline or " ")
    yield ("" if between == newline else newline + margin[2:]) + f"]{after}\n"


def _json_blocks(parts: Iterable[Translation]) -> Iterator[dict[str, Any]]:
    for part in parts:
        for block, row in zip(part.source.blocks, part.segments, strict=True):
            segments = [
                {
                    "source": s.source,
                    "target": s.target,
                    "score": s.score,
                    "origin": s.origin,
                    "percent": s.percent,
                    "changes": [
                        {"source": [c.old, c.new], "target": [c.was, c.now]} for c in s.changes
                    ],
                    "flags": _flags(s.flags),
                    "confidence": s.judgement and s.judgement.probability,
                    "reasons": _flags(s.judgement.reasons if s.judgement else ()),
                }
                for s in row
            ]
            yield {"kind": block.kind, "segments": segments}


def _flags(found: Iterable[Flag]) -> list[dict[str, str]]:
    return [{"code": f.code, "message": f.message} for f in found]


def _dumped(value: dict[str, Any], indent: int | None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _tsv(parts: Iterator[Translation]) -> Iterator[str]:
    yield from rows([("source", "target", "score", "flags")])
    segments = (s for part in parts for row in part.segments for s in row)
    yield from rows(
        (s.source, s.target, s.score, ",".join(f.code for f in s.flags)) for s in segments
    )


def _text(parts: Iterator[Translation]) -> Iterator[str]:
    between = ""
    for block in _blocks(parts):
        if text := block.text.strip():
            yield between + text
            between = "\n\n"
    yield "\n"


def _markdown(parts: Iterator[Translation]) -> Iterator[str]:
    marks = {"heading": "## ", "list-item": "- ", "quote": "> "}

    def block(b: Block) -> str:
        if b.kind == "code":
            return f"```\n{b.text.rstrip()}\n```"
        text = re.sub(r"([\\`*_\[\]<>])", r"\\\1", " ".join(b.text.split()))
        return marks.get(b.kind, "") + re.sub(r"^(#|[-+]\s|\d+[.)]\s)", r"\\\1", text)

    first = next(parts)
    title, blocks = first.target.title, first.target.blocks
    between = ""
    if blocks and blocks[0].text.strip() != title:
        yield f"# {title}"
        between = "\n\n"
    for b in _blocks(chain([first], parts)):
        if b.text.strip():
            yield between + block(b)
            between = "\n\n"
    yield "\n"


def _html(parts: Iterator[Translation]) -> Iterator[str]:
    tags = {"heading": "h2", "quote": "blockquote", "code": "pre"}
    first = next(parts)
    yield (
        f'<!doctype html>\n<html lang="{first.target.lang}">\n<meta charset="utf-8">\n'
        f"<title>{html.escape(first.target.title)}</title>\n<body>\n"
    )
    in_list = False
    for b in _blocks(chain([first], parts)):
        if (b.kind == "list-item") != in_list:
            in_list = not in_list
            yield "<ul>\n" if in_list else "</ul>\n"
        tag = "li" if in_list else tags.get(b.kind, "p")
        yield f"<{tag}>{html.escape(b.text.strip(), quote=False)}</{tag}>\n"
    yield ("</ul>\n" if in_list else "") + "</body>\n</html>\n"


def _docx(parts: Iterable[Translation]) -> bytes:
    import docx

    styles = {
        "heading": "Heading 1",
        "list-item": "List Bullet",
        "quote": "Quote",
        "caption": "Caption",
    }
    made = docx.Document()
    for number, part in enumerate(parts):
        if not number:
            made.core_properties.title = part.target.title
        for block in part.target.blocks:
            # Control characters have no place in XML.
            text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", block.text.strip())
            made.add_paragraph(text, style=styles.get(block.kind))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()
