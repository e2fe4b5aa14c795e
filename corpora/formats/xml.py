"""XML in pieces: read element by element with nothing fetched or expanded, written with what XML forbids left out.

Sources: XML 1.0 (fifth edition), 2.2 and 2.11; OWASP's XML External Entity Prevention Cheat Sheet.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from corpora.errors import InputError, UnsafeInput

from .files import Source, name_of, opened

if TYPE_CHECKING:
    from lxml.etree import _Element

XML = "{http://www.w3.org/XML/1998/namespace}"
# XML 1.0 has no place for these, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """``text`` without the characters that XML forbids."""
    return _ILLEGAL.sub("", text)


def content(text: str) -> str:
    """``text`` as the content of an element."""
    # A bare carriage return would be read back as a line feed.
    return escape(legal(text), {"\r": "&#13;"})


def attribute(text: str) -> str:
    """``text`` as an attribute's value, in its quotation marks."""
    return quoteattr(legal(text))


def name(element: _Element) -> str:
    """An element's name without its namespace; "" for a comment or a processing instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def elements(
    source: Source, *, root: str, starts: Collection[str] = (), ends: Collection[str] = ()
) -> Iterator[_Element]:
    """Each element named in ``starts`` when it begins (attributes only) and each in ``ends`` when it is complete.

    Complete ones are taken out of memory after their turn. Raises UnsafeInput for a file that defines entities, and
    InputError for one whose outermost element is not ``root`` or that is no well-formed XML.
    """
    from lxml import etree

    with opened(source) as file:
        # No entity is replaced and no other file is looked at: a DOCTYPE that only names its DTD is harmless.
        events = etree.iterparse(
            file,
            events=("start", "end"),
            tag=[f"{{*}}{tag}" for tag in {root, *starts, *ends}],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        checked = False
        try:
            for event, element in events:
                if not checked:
                    _check(element.getroottree().getroot(), root, name_of(source))
                    checked = True
                this = name(element)
                if event == "start" and this in starts:
                    yield element
                elif event == "end" and this in ends:
                    yield element
                    _forget(element)
            if not checked:
                _check(events.root, root, name_of(source))
        except etree.XMLSyntaxError as error:
            line = f", line {error.lineno}" if error.lineno else ""
            reason = " ".join(error.msg.split(", line")[0].split())
            raise InputError(f"{name_of(source)} is no well-formed XML{line}: {reason}") from None


def text_of(element: _Element | None, codes: Collection[str]) -> str:
    """The text of a segment with the inline elements around words taken off; what is inside ``codes`` is no text."""
    from lxml import etree

    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        if child.tag is etree.Entity:
            raise InputError(
                f"the entity {child.text} is defined nowhere; replace it by its character"
            )
        if name(child) == "cp":
            parts.append(_character(child))
        elif name(child) not in codes:
            parts.append(text_of(child, codes))
        parts.append(child.tail or "")
    return "".join(parts)


def _character(element: _Element) -> str:
    """The character that XLIFF 2 writes as ``<cp hex="001A"/>`` because XML forbids it."""
    try:
        code = int(element.get("hex", ""), 16)
        return "" if 0xD800 <= code <= 0xDFFF else chr(code)
    except (ValueError, OverflowError):
        return ""


def _check(root: _Element, expected: str, file: str) -> None:
    dtd = root.getroottree().docinfo.internalDTD
    entities = () if dtd is None else dtd.iterentities()  # type: ignore[attr-defined]  # not in the stubs
    if next(iter(entities), None) is not None:
        raise UnsafeInput(f"{file} defines entities, which could be made to harm; remove them")
    if name(root) != expected:
        raise InputError(f"{file} is no <{expected}> file: it begins with <{name(root)}>")


def _forget(element: _Element) -> None:
    """Take a finished element's content, and all its finished siblings, out of memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
