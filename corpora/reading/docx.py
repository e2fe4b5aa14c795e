"""Word documents (.docx): the body with its tables and text boxes, foot- and endnotes, headers and footers.

A paragraph is a block; a field in it (a page number, a date) parts it into several. Its formatting, and everything in
it that is not text (images, footnote marks, bookmarks), stays; its text is set in the formatting that most of it had,
and words that were formatted otherwise, or a link, are Inlines. Deleted (tracked) text is not read.

Source: ECMA-376 part 1, WordprocessingML.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain, groupby
from typing import TYPE_CHECKING

from corpora.document import Block, BlockKind, Inline
from corpora.errors import UnsupportedFormat

from .package import Package
from .slots import check_count, has_words, is_unchanged

if TYPE_CHECKING:
    from lxml.etree import _Element

# In reading order.
_PARTS = [
    re.compile(rf"word/{name}\d*\.xml")
    for name in ("document", "footnotes", "endnotes", "header", "footer")
]
_TEXTS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\N{NON-BREAKING HYPHEN}"}
_ELEMENTS = {text: name for name, text in _TEXTS.items() if name != "cr"}
_PIECES = re.compile("[" + "".join(_ELEMENTS) + "]|[^" + "".join(_ELEMENTS) + "]+")
# What these hold is no text of the paragraph: a text box's own paragraphs, a copy for old programs, a moved text.
_OUTSIDE = frozenset(("p", "Fallback", "moveFrom", "pPr", "rPr", "del"))
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# A character that XML 1.0 does not allow.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


# Fields whose result is prose; of the others (page numbers, dates) only a word processor knows the text.
_PROSE = (["HYPERLINK"], ["TOC"])
_PROOFING = frozenset(("lang", "noProof"))  # of no concern to a reader
_KINDS: dict[BlockKind, tuple[str, ...]] = {
    "heading": ("heading", "title", "subtitle"),
    "list-item": ("list bullet", "list number"),
    "quote": ("quote", "intense quote"),
    "caption": ("caption",),
}


@dataclass(frozen=True, slots=True)
class _Atom:
    """An element that is a piece of text, the run that it is in, the link around that, and the run's formatting."""

    element: _Element
    run: _Element
    link: _Element | None
    text: str
    look: bytes

    @property
    def style(self) -> tuple[bytes, _Element | None]:
        """What tells atoms apart that must not share a run."""
        return self.look, self.link


@dataclass(frozen=True, slots=True)
class _Slot:
    """A block and the atoms it was read from: those of one style together, the main style's first group known."""

    part: str
    root: _Element
    block: Block
    groups: list[list[_Atom]]
    main: int


def read(data: bytes) -> list[Block]:
    """The blocks of a Word document. Raises InputError when it is none or would do harm."""
    return [slot.block for slot in _slots(Package(data))]


def write(data: bytes, blocks: Sequence[Block]) -> bytes:
    """The document with the blocks in the places of those that ``read`` gave."""
    package = Package(data)
    slots = list(_slots(package))
    check_count(len(slots), len(blocks))
    changed: dict[str, _Element] = {}
    for slot, block in zip(slots, blocks, strict=True):
        if not is_unchanged(block, slot.block):
            _set(slot, block)
            changed[slot.part] = slot.root
    return package.with_parts(changed)


def _slots(package: Package) -> Iterator[_Slot]:
    if "word/document.xml" not in package.names and not any(
        map(_PARTS[0].fullmatch, package.names)
    ):
        raise UnsupportedFormat("this is a ZIP file but no Word document")
    styles = _style_names(package)
    for pattern in _PARTS:
        for part in filter(pattern.fullmatch, sorted(package.names)):
            root = package.part(part)
            for paragraph in root.iter(f"{{{_namespace(root)}}}p"):
                if any(_name(a) in _OUTSIDE - {"p"} for a in paragraph.iterancestors()):
                    continue
                kind = _kind(paragraph, styles)
                for atoms in _stretches(paragraph):
                    if has_words("".join(atom.text for atom in atoms)):
                        yield _slot(part, root, kind, atoms)


def _slot(part: str, root: _Element, kind: BlockKind, atoms: list[_Atom]) -> _Slot:
    groups = [list(group) for _, group in groupby(atoms, key=lambda atom: atom.style)]
    lengths: Counter[tuple[bytes, _Element | None]] = Counter()
    for atom in atoms:
        lengths[atom.style] += len(atom.text)
    # A link is never the main style unless there is nothing else.
    style = max(lengths, key=lambda style: (style[1] is None, lengths[style]))
    main = next(i for i, group in enumerate(groups) if group[0].style == style)
    text = ""
    inlines = []
    for i, group in enumerate(groups):
        start = len(text)
        text += "".join(atom.text for atom in group)
        if group[0].style != style and text[start:].strip():
            inlines.append(Inline(start, len(text), f"<{i}>", f"</{i}>"))
    return _Slot(part, root, Block(kind, text, inlines=tuple(inlines)), groups, main)


def _stretches(paragraph: _Element) -> Iterator[list[_Atom]]:
    """The text of a paragraph, parted where a field stands."""
    atoms: list[_Atom] = []
    fields: list[str] = []  # the instructions of the fields that are open
    for element, link in _walk(paragraph, None):
        name, run = _name(element), element.getparent()
        is_prose = all(field.split()[:1] in _PROSE for field in fields)
        if name == "fldSimple":
            yield atoms
            atoms = []
        elif name == "instrText" and fields:
            fields[-1] += element.text or ""
        elif name == "fldChar":
            state = _attribute(element, "fldCharType")
            if state == "begin":
                fields.append("")
            elif state == "end" and fields:
                fields.pop()
                if not is_prose:
                    yield atoms
                    atoms = []
        elif is_prose and run is not None and (text := _text(element)):
            atoms.append(_Atom(element, run, link, text, _look(run)))
    yield atoms


def _walk(parent: _Element, link: _Element | None) -> Iterator[tuple[_Element, _Element | None]]:
    """What stands in a paragraph's runs, and fields in one piece, each with the link that it is in."""
    space = _namespace(parent)
    for child in parent:
        name = _name(child)
        if name in _OUTSIDE or not name:
            continue
        if name == "fldSimple" and _attribute(child, "instr").split()[:1] not in _PROSE:
            yield child, link
        elif name == "r" and _namespace(child) == space:
            yield from ((element, link) for element in child)
        else:
            yield from _walk(child, child if name == "hyperlink" else link)


def _text(element: _Element) -> str:
    name = _name(element)
    if name == "t":
        text = element.text or ""
        return text if element.get(_XML_SPACE) == "preserve" else text.strip()
    # A page or column break is layout, no text.
    return "" if name == "br" and _attribute(element, "type") else _TEXTS.get(name, "")


def _look(run: _Element) -> bytes:
    from lxml import etree

    properties = run.find("{*}rPr")
    kept = (p for p in (properties if properties is not None else ()) if _name(p) not in _PROOFING)
    return b"".join(etree.tostring(p, method="c14n") for p in kept)


def _set(slot: _Slot, block: Block) -> None:
    """Put a translated block in the place of a slot's atoms."""
    home = slot.groups[slot.main][0]
    anchor = home.run if home.link is None else home.link
    for text, group in _pieces(block, slot):
        atom = slot.groups[group][0]
        run = _run(atom, _ILLEGAL.sub("", text))
        if atom.link is not None:
            around = atom.link.makeelement(
                atom.link.tag, {str(k): str(v) for k, v in atom.link.attrib.items()}
            )
            around.append(run)
            run = around
        anchor.addprevious(run)
    for atom in chain.from_iterable(slot.groups):
        atom.run.remove(atom.element)
        _remove_if_empty(atom.run)
        if atom.link is not None:
            _remove_if_empty(atom.link)


def _pieces(block: Block, slot: _Slot) -> Iterator[tuple[str, int]]:
    """The text cut where its style changes, each piece with the group whose style it takes."""
    at = 0
    for inline in sorted(block.inlines, key=lambda inline: inline.start):
        group = int(inline.open.strip("<>"))
        start, end = max(at, inline.start), min(inline.end, len(block.text))
        if start < end and group < len(slot.groups):
            if at < start:
                yield block.text[at:start], slot.main
            yield block.text[start:end], group
            at = end
    if at < len(block.text):
        yield block.text[at:], slot.main


def _run(like: _Atom, text: str) -> _Element:
    """A run with a text, formatted like another."""
    space = f"{{{_namespace(like.run)}}}"
    run = like.run.makeelement(like.run.tag)
    properties = like.run.find("{*}rPr")
    if properties is not None:
        run.append(deepcopy(properties))
    for piece in _PIECES.findall(text):
        name = _ELEMENTS.get(piece, "t")
        element = run.makeelement(space + name)
        if name == "t":
            element.text = piece
            element.set(_XML_SPACE, "preserve")
        run.append(element)
    return run


def _remove_if_empty(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None and all(_name(child) == "rPr" for child in element):
        parent.remove(element)


def _style_names(package: Package) -> dict[str, str]:
    """Style names by id. Ids are in Word's own language ("Balk1"), names of built-in styles always in English."""
    if "word/styles.xml" not in package.names:
        return {}
    names: dict[str, str] = {}
    for style in package.part("word/styles.xml").iterfind("{*}style"):
        name = style.find("{*}name")
        names[_attribute(style, "styleId")] = (
            "" if name is None else _attribute(name, "val").lower()
        )
    return names


def _kind(paragraph: _Element, styles: Mapping[str, str]) -> BlockKind:
    properties = paragraph.find("{*}pPr")
    style = None if properties is None else properties.find("{*}pStyle")
    name = "" if style is None else styles.get(_attribute(style, "val"), "")
    for kind, beginning in _KINDS.items():
        if name.startswith(beginning):
            return kind
    if properties is not None and properties.find("{*}numPr") is not None:
        return "list-item"
    in_cell = any(_name(ancestor) == "tc" for ancestor in paragraph.iterancestors())
    return "table-cell" if in_cell else "paragraph"


def _name(element: _Element) -> str:
    """The tag without its namespace; nothing for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _namespace(element: _Element) -> str:
    return str(element.tag)[1:].partition("}")[0]


def _attribute(element: _Element, name: str) -> str:
    """An attribute of the element's own namespace, or nothing."""
    return element.get(f"{{{_namespace(element)}}}{name}", "")
