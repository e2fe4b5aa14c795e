"""Glossaries as TBX-Basic, TSV and CSV: the suffix of the name says which.

TBX is written as ISO 30042:2008 (root ``martif``), which OmegaT, MultiTerm and the translate toolkit read, and read in
that form and in that of 2019 (root ``tbx``). TSV and CSV have the columns source, target, status, note, in any order
where a first line names them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpora.errors import InputError, UnsafeInput, UnsupportedFormat
from corpora.folding import fold
from corpora.formats.tabular import rows
from corpora.formats.xml import XML, legal, name
from corpora.glossary import Term, TermKind, TermStatus
from corpora.reading.encoding import decode

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_SIZE = 64_000_000
COLUMNS = ("source", "target", "status", "note", "kind")
_LANG = f"{XML}lang"
# Values of administrativeStatus in TBX-Basic (its data categories, ISO 12620), and what other programs write.
_TO_TBX = {
    "preferred": "preferredTerm-admn-sts",
    "allowed": "admittedTerm-admn-sts",
    "forbidden": "deprecatedTerm-admn-sts",
}
_STATUS: dict[str, TermStatus] = {
    "preferredterm": "preferred", "preferred": "preferred", "standardizedterm": "preferred",
    "admittedterm": "allowed", "admitted": "allowed", "allowed": "allowed", "acceptable": "allowed",
    "deprecatedterm": "forbidden", "deprecated": "forbidden", "supersededterm": "forbidden",
    "forbidden": "forbidden", "notrecommended": "forbidden", "obsolete": "forbidden",
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@")


def read(path: Path, *, langs: tuple[str, str] = ("tr", "en")) -> list[Term]:
    """The terms of a glossary file, from the first language to the second.

    Raises InputError where it cannot be read or holds no term, UnsafeInput for XML that defines entities, and
    UnsupportedFormat for a name that ends otherwise.
    """
    _suffix(path)
    try:
        if path.stat().st_size > MAX_SIZE:
            raise UnsafeInput(f"{path} is larger than a glossary may be ({MAX_SIZE // 10**6} MB)")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read the glossary {path}: {error.strerror or error}") from error
    terms = parse(data, path.name, langs=langs)
    if not terms:
        raise InputError(f"{path} holds no term with both {langs[0]} and {langs[1]}")
    return terms


def parse(data: bytes, file: str, *, langs: tuple[str, str] = ("tr", "en")) -> list[Term]:
    """The terms in the bytes of a glossary file called ``file``; raises as `read` does."""
    suffix = _suffix(Path(file))
    if suffix in (".tbx", ".xml"):
        return list(dict.fromkeys(_concepts(_xml(data, file), langs)))
    text, _ = decode(data, file)
    return list(dict.fromkeys(_table(text, file, suffix, langs)))


def dump(terms: Iterable[Term], file: str) -> bytes:
    """The bytes of a glossary file called ``file``; raises UnsupportedFormat for a name that ends otherwise."""
    suffix = _suffix(Path(file))
    if suffix in (".tbx", ".xml"):
        return _tbx(list(terms))
    records = [COLUMNS, *((t.source, t.target, t.status, t.note, t.kind) for t in terms)]
    if suffix == ".tsv":
        return "".join(rows(records)).encode()
    stream = io.StringIO()
    # A spreadsheet would run a cell that begins like a formula.
    csv.writer(stream, lineterminator="\n").writerows(
        [f"'{cell}" if _is_formula(cell) else cell for cell in record] for record in records
    )
    return stream.getvalue().encode()


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in (".tbx", ".xml", ".tsv", ".csv", ".txt"):
        raise UnsupportedFormat(f"{path} is no glossary file: name it .tbx, .tsv or .csv")
    return ".tsv" if suffix == ".txt" else suffix


def _table(text: str, file: str, suffix: str, langs: tuple[str, str]) -> Iterator[Term]:
    if suffix == ".csv":
        records: Iterable[Sequence[str]] = csv.reader(io.StringIO(text, newline=""), strict=True)
    else:
        records = (line.split("\t") for line in text.split("\n"))
    columns: Sequence[str] = COLUMNS
    try:
        for number, record in enumerate(records, 1):
            cells = [" ".join(cell.split()) for cell in record]
            low = [fold(cell) for cell in cells]
            if number == 1 and {"source", "target"} <= set(low):
                columns = low
                continue
            row = dict(zip(columns, cells, strict=False))
            if suffix == ".csv":
                row = {column: _plain(cell) for column, cell in row.items()}
            if not any(cells):
                continue
            source, target = row.get("source", ""), row.get("target", "")
            if not source or not target:
                raise InputError(f"{file}, line {number}: a term needs a source and a target")
            status = _status(row.get("status", ""), f"{file}, line {number}")
            kind: TermKind = "name" if fold(row.get("kind", "")) == "name" else ""
            yield Term(source, target, status, row.get("note", ""), *langs, kind)
    except csv.Error as error:
        raise InputError(f"{file} is no CSV file ({error})") from None


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    return cell.lstrip("'").startswith(_FORMULA)


def _status(printed: str, where: str) -> TermStatus:
    if not printed:
        return "preferred"
    key = fold(printed).removesuffix("-admn-sts").replace("-", "").replace(" ", "")
    if key not in _STATUS:
        raise InputError(
            f"{where}: the status {printed!r} is none of preferred, allowed, forbidden"
        )
    return _STATUS[key]


def _xml(data: bytes, file: str) -> _Element:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{file} is no XML ({error.msg})") from None
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:  # type: ignore[union-attr]  # not in the stubs
        raise UnsafeInput(f"{file} defines entities, which no glossary needs; it was not read")
    return root


def _concepts(root: _Element, langs: tuple[str, str]) -> Iterator[Term]:
    for entry in _named(root, "termEntry", "conceptEntry"):
        sides: dict[str, list[tuple[str, TermStatus, str]]] = {lang: [] for lang in langs}
        for language in _named(entry, "langSet", "langSec"):
            lang = (language.get(_LANG) or language.get("lang") or "").lower()[:2]
            for section in _named(language, "tig", "ntig", "termSec"):
                if lang in sides and (term := _term(section)):
                    sides[lang].append(term)
        named = any(
            fold(_text(e)) == "propernoun"
            for e in _named(entry, "termNote", "partOfSpeech")
            if e.get("type", "partOfSpeech") == "partOfSpeech"
        )
        for source, _, _ in sides[langs[0]]:
            for target, status, note in sides[langs[1]]:
                kind: TermKind = "name" if named else ""
                yield Term(source, target, status, note or _note(entry), *langs, kind)


def _term(section: _Element) -> tuple[str, TermStatus, str] | None:
    text = next((_text(t) for t in _named(section, "term")), "")
    if not text:
        return None
    # In the style of tags for data categories (DCT), the element itself is called administrativeStatus.
    notes = (
        _text(e)
        for e in _named(section, "termNote", "administrativeStatus")
        if e.get("type", "administrativeStatus") == "administrativeStatus"
    )
    printed = fold(next(notes, "")).removesuffix("-admn-sts")
    return text, _STATUS.get(printed, "preferred"), _note(section)


def _note(element: _Element) -> str:
    return next((_text(child) for child in element if name(child) == "note"), "")


def _named(element: _Element, *names: str) -> Iterator[_Element]:
    return (found for found in element.iter() if name(found) in names)


def _text(element: _Element) -> str:
    return " ".join("".join(str(t) for t in element.itertext()).split())


def _tbx(terms: Sequence[Term]) -> bytes:
    from lxml import etree

    def add(parent: Any, tag: str, text: str = "", **attributes: str) -> Any:
        made = etree.SubElement(
            parent, tag, {k.replace("lang", _LANG): v for k, v in attributes.items()}
        )
        made.text = legal(text) or None
        return made

    lang = terms[0].source_lang if terms else "tr"
    root = etree.Element("martif", {"type": "TBX-Basic", _LANG: lang})
    header = add(root, "martifHeader")
    add(add(add(header, "fileDesc"), "sourceDesc"), "p", "Glossary written by Dragoman")
    add(add(header, "encodingDesc"), "p", "TBXBasicXCSV02.xcs", type="XCSURI")
    body = add(add(root, "text"), "body")
    concepts: dict[tuple[str, str], list[Term]] = {}
    for term in terms:
        concepts.setdefault((term.source, term.kind), []).append(term)
    for number, ((source, kind), group) in enumerate(concepts.items(), 1):
        entry = add(body, "termEntry", id=f"c{number}")
        section = add(add(entry, "langSet", lang=group[0].source_lang), "tig")
        add(section, "term", source)
        if kind == "name":
            add(section, "termNote", "properNoun", type="partOfSpeech")
        language = add(entry, "langSet", lang=group[0].target_lang)
        for term in group:
            section = add(language, "tig")
            add(section, "term", term.target)
            add(section, "termNote", _TO_TBX[term.status], type="administrativeStatus")
            if term.note:
                add(section, "note", term.note)
    return etree.tostring(
        root,
        pretty_print=True,
        xml_declaration=True,
        encoding="UTF-8",
        doctype='<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">',
    )
