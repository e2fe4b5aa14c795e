"""TMX 1.4b, the exchange format of translation memories (LISA OSCAR, 2005-04-26).

A pair with text on both sides is a translation unit. Its editor, times and comment are in TMX's own attributes and
``note``, the rest of its provenance in ``prop`` elements named ``x-…``. Times are kept to the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.metadata import version
from itertools import chain
from typing import TYPE_CHECKING

from corpora.bitext import Pair

from . import xml
from .files import Source
from .provenance import facts, pair_of, utc

if TYPE_CHECKING:
    from lxml.etree import _Element

# Inline elements whose content is some other format's markup; <hi> is the one that holds text.
_CODES = frozenset(("bpt", "ept", "it", "ph", "ut"))
_ATTRIBUTES = {"creationdate": "created", "changedate": "changed", "changeid": "editor"}


def write(
    pairs: Iterable[Pair], *, signature: str = "", created: datetime | None = None
) -> Iterator[str]:
    """The lines of a TMX file, one translation unit for each pair with text on both sides.

    ``signature`` says in the header how the file was made. ``created`` is the date of units whose pair has none; no
    other date is written, so the same pairs make the same bytes. Characters that XML forbids are left out.
    """
    stream = iter(pairs)
    first = next(stream, None)
    lang = first.source_lang if first else "tr"
    date = f' creationdate="{_date(created)}"' if created else ""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n'
    yield (
        f'  <header creationtool="Dragoman" creationtoolversion={xml.attribute(version("dragoman"))}'
        f' segtype="sentence" o-tmf="Dragoman" adminlang="en" srclang={xml.attribute(lang)}'
        f' datatype="plaintext"{date}'
    )
    if signature:
        yield f'>\n    <prop type="x-signature">{xml.content(signature)}</prop>\n  </header>\n'
    else:
        yield "/>\n"
    yield "  <body>\n"
    for pair in chain((first,) if first else (), stream):
        if xml.legal(pair.source).strip() and xml.legal(pair.target).strip():
            yield _unit(pair, lang, created)
    yield "  </body>\n</tmx>\n"


def read(source: Source) -> Iterator[Pair]:
    """The pairs of a TMX file of any version, one after the other: its source language with each of the others.

    Raises InputError or UnsafeInput.
    """
    lang = ""
    for element in xml.elements(source, root="tmx", starts=("header",), ends=("tu",)):
        if xml.name(element) == "header":
            lang = element.get("srclang", "")
        else:
            yield from _pairs(element, element.get("srclang") or lang)


def _unit(pair: Pair, lang: str, created: datetime | None) -> str:
    known = facts(pair)
    times = {"creationdate": pair.created or created, "changedate": pair.changed}
    attributes = {name: _date(time) for name, time in times.items() if time}
    if pair.editor:
        attributes["changeid"] = pair.editor
    if pair.source_lang != lang:
        attributes["srclang"] = pair.source_lang
    lines = ["    <tu" + "".join(f" {n}={xml.attribute(v)}" for n, v in attributes.items()) + ">\n"]
    if pair.comment:
        lines.append(f"      <note>{xml.content(pair.comment)}</note>\n")
    lines += [
        f'      <prop type="x-{name}">{xml.content(value)}</prop>\n'
        for name, value in known.items()
        if name not in {*_ATTRIBUTES.values(), "comment"}
    ]
    lines += [
        f"      <tuv xml:lang={xml.attribute(lang)}><seg>{xml.content(text)}</seg></tuv>\n"
        for lang, text in ((pair.source_lang, pair.source), (pair.target_lang, pair.target))
    ]
    return "".join([*lines, "    </tu>\n"])


def _pairs(unit: _Element, lang: str) -> Iterator[Pair]:
    known = {"segment": unit.get("tuid", "")}
    known |= {fact: unit.get(name, "") for name, fact in _ATTRIBUTES.items()}
    known["editor"] = known["editor"] or unit.get("creationid", "")
    known["comment"] = "\n".join(note.text or "" for note in unit.iterfind("{*}note"))
    for prop in unit.iterfind("{*}prop"):
        known[prop.get("type", "").removeprefix("x-")] = prop.text or ""
    variants = [
        (
            str(tuv.get(xml.XML + "lang") or tuv.get("lang", "")),
            xml.text_of(tuv.find("{*}seg"), _CODES),
        )
        for tuv in unit.iterfind("{*}tuv")
    ]
    at = next((i for i, (own, _) in enumerate(variants) if _same(own, lang)), 0)
    for i, (own, text) in enumerate(variants):
        if i != at:
            yield pair_of(variants[at][1], text, variants[at][0], own, known)


def _same(a: str, b: str) -> bool:
    """Whether two language tags name one language, wherever it is spoken."""
    return a.replace("_", "-").split("-")[0].lower() == b.replace("_", "-").split("-")[0].lower()


def _date(time: datetime) -> str:
    return utc(time).strftime("%Y%m%dT%H%M%SZ").rjust(16, "0")  # years before 1000 come out short
