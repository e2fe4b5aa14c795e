"""XLIFF 1.2 (OASIS, 2008-02-01) and XLIFF 2.1 (OASIS, 2018-02-13): alike in name, different in structure and states.

Each pair is a unit in the ``file`` of its document. Its status is the unit's state as in the tables below; the rest of
its provenance is a ``context-group`` in 1.2 and metadata (the mda module) in 2.1, its comment a ``note`` in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from itertools import chain, count, groupby
from typing import TYPE_CHECKING, NamedTuple

from corpora.bitext import Pair
from corpora.errors import InputError

from . import xml
from .files import Source, name_of
from .provenance import facts, pair_of

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE_12 = "urn:oasis:names:tc:xliff:document:1.2"
NAMESPACE_20 = "urn:oasis:names:tc:xliff:document:2.0"  # of 2.1 too
METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"


class _State(NamedTuple):
    """How a status is written: the unit's attributes, and those of 1.2's target or 2.1's segment."""

    unit: Mapping[str, str]
    inner: Mapping[str, str]


_STATES_12 = {
    "": _State({}, {}),
    "new": _State({}, {"state": "needs-translation"}),
    "machine": _State({}, {"state": "needs-review-translation", "state-qualifier": "leveraged-mt"}),
    "edited": _State({}, {"state": "translated"}),
    "approved": _State({"approved": "yes"}, {"state": "signed-off"}),
    "rejected": _State(
        {}, {"state": "needs-translation", "state-qualifier": "rejected-inaccurate"}
    ),
    "locked": _State({"translate": "no", "approved": "yes"}, {"state": "final"}),
}
_STATES_21 = {
    "": _State({}, {}),
    "new": _State({}, {"state": "initial"}),
    "machine": _State({}, {"state": "translated", "subState": "dragoman:machine"}),
    "edited": _State({}, {"state": "translated"}),
    "approved": _State({}, {"state": "reviewed"}),
    "rejected": _State({}, {"state": "initial", "subState": "dragoman:rejected"}),
    "locked": _State({"translate": "no"}, {"state": "final"}),
}
_MACHINE = frozenset(("leveraged-mt", "mt-suggestion"))
# Inline elements that hold another format's markup; g, mrk and pc hold text.
_CODES = frozenset(("bpt", "ept", "it", "ph", "x", "bx", "ex", "sub", "sc", "ec", "sm", "em"))


def write_12(pairs: Iterable[Pair], *, signature: str = "") -> Iterator[str]:
    """The lines of an XLIFF 1.2 file; ``signature`` is a note in each file's header."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<xliff version="1.2" xmlns="{NAMESPACE_12}">\n'
    numbers = count(1)
    header = f'    <header><tool tool-id="dragoman" tool-name="Dragoman" tool-version={xml.attribute(version("dragoman"))}/>'
    if signature:
        header += f"<note>{xml.content(signature)}</note>"
    for (source, target, document), group in _files(pairs):
        yield (
            f"  <file original={xml.attribute(document)} source-language={xml.attribute(source)}"
            f' target-language={xml.attribute(target)} datatype="plaintext" tool-id="dragoman">\n'
        )
        yield header + "</header>\n    <body>\n"
        for pair in group:
            yield _unit_12(pair, next(numbers))
        yield "    </body>\n  </file>\n"
    yield "</xliff>\n"


def write_21(pairs: Iterable[Pair], *, signature: str = "") -> Iterator[str]:
    """The lines of an XLIFF 2.1 file; ``signature`` is a note of each file.

    Raises InputError for pairs in more than one pair of languages, which one such file cannot hold.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    numbers = count(1)
    languages: tuple[str, str] | None = None
    note = (
        f'    <notes><note category="signature">{xml.content(signature)}</note></notes>\n'
        if signature
        else ""
    )
    for file, ((source, target, document), group) in enumerate(_files(pairs), 1):
        if languages is None:
            languages = (source, target)
            yield (
                f'<xliff version="2.1" xmlns="{NAMESPACE_20}" xmlns:mda="{METADATA}"'
                f" srcLang={xml.attribute(source)} trgLang={xml.attribute(target)}>\n"
            )
        if (source, target) != languages:
            raise InputError(
                f"XLIFF 2.1 holds one pair of languages, and {source}–{target} follows {'–'.join(languages)}; "
                "write XLIFF 1.2 or TMX"
            )
        name = f" original={xml.attribute(document)}" if document else ""
        yield f'  <file id="f{file}"{name}>\n{note}'
        empty = True
        for pair in group:
            empty = False
            yield _unit_21(pair, next(numbers))
        yield ('    <group id="none"/>\n' if empty else "") + "  </file>\n"
    yield "</xliff>\n"


def read(source: Source) -> Iterator[Pair]:
    """The pairs of an XLIFF file, 1.x or 2.x as it says itself. Raises InputError or UnsafeInput."""
    languages, document, version = ("", ""), "", ""
    ends = ("trans-unit", "unit", "group", "file")
    for element in xml.elements(source, root="xliff", starts=("xliff", "file"), ends=ends):
        match xml.name(element):
            case "xliff":
                version = element.get("version", "")
                if version[:2] not in ("1.", "2."):
                    raise InputError(
                        f"{name_of(source)} says it is XLIFF {version!r}; 1.2 and 2.1 are read"
                    )
                languages = (element.get("srcLang", ""), element.get("trgLang", ""))
            case "file":
                document = element.get("original", "")
                if version[0] == "1":
                    languages = (
                        element.get("source-language", ""),
                        element.get("target-language", ""),
                    )
            case "trans-unit":
                yield from _pairs_12(element, languages, document)
            case "unit":
                yield from _pairs_21(element, languages, document)


def _files(pairs: Iterable[Pair]) -> Iterator[tuple[tuple[str, str, str], Iterator[Pair]]]:
    """The runs of pairs with the same languages and document; an empty run for no pairs, as there must be one file."""
    stream = iter(pairs)
    first = next(stream, None)
    if first is None:
        yield ("tr", "en", ""), iter(())
        return
    yield from groupby(
        chain((first,), stream), key=lambda p: (p.source_lang, p.target_lang, p.document)
    )


def _attributes(values: Mapping[str, str]) -> str:
    return "".join(f" {name}={xml.attribute(value)}" for name, value in values.items())


def _extra(pair: Pair) -> dict[str, str]:
    """The provenance that no attribute of XLIFF carries."""
    return {
        n: v
        for n, v in facts(pair).items()
        if n not in ("document", "segment", "status", "comment")
    }


def _unit_12(pair: Pair, number: int) -> str:
    state = _STATES_12[pair.status]
    # An empty name tells our units without one from another tool's, whose id stands for it.
    unit = {"id": str(number), "resname": pair.segment, **state.unit, "xml:space": "preserve"}
    lines = [f"      <trans-unit{_attributes(unit)}>\n"]
    lines.append(f"        <source>{xml.content(pair.source)}</source>\n")
    if pair.target or state.inner:
        # OmegaT and others translate what stands in the target, so there the source stands in until it is translated.
        text = pair.target or (pair.source if pair.status == "new" else "")
        lines.append(f"        <target{_attributes(state.inner)}>{xml.content(text)}</target>\n")
    if extra := _extra(pair):
        # The schema wants the name to be unique in the file.
        lines.append(f'        <context-group name="dragoman-{number}" purpose="information">\n')
        lines += [
            f'          <context context-type="x-{name}">{xml.content(value)}</context>\n'
            for name, value in extra.items()
        ]
        lines.append("        </context-group>\n")
    if pair.comment:
        lines.append(f"        <note>{xml.content(pair.comment)}</note>\n")
    return "".join([*lines, "      </trans-unit>\n"])


def _unit_21(pair: Pair, number: int) -> str:
    state = _STATES_21[pair.status]
    unit = {"id": f"u{number}", "name": pair.segment, **state.unit, "xml:space": "preserve"}
    lines = [f"    <unit{_attributes(unit)}>\n"]
    if extra := _extra(pair):
        lines.append('      <mda:metadata><mda:metaGroup category="dragoman">\n')
        lines += [
            f'        <mda:meta type="{name}">{xml.content(value)}</mda:meta>\n'
            for name, value in extra.items()
        ]
        lines.append("      </mda:metaGroup></mda:metadata>\n")
    if pair.comment:
        lines.append(f"      <notes><note>{xml.content(pair.comment)}</note></notes>\n")
    lines.append(f"      <segment{_attributes(state.inner)}>\n")
    lines.append(f"        <source>{xml.content(pair.source)}</source>\n")
    if pair.target or state.inner:
        lines.append(f"        <target>{xml.content(pair.target)}</target>\n")
    return "".join([*lines, "      </segment>\n    </unit>\n"])


def _pairs_12(unit: _Element, languages: tuple[str, str], document: str) -> Iterator[Pair]:
    known = {"document": document, "segment": unit.get("resname", unit.get("id", ""))}
    for group in unit.iterfind("{*}context-group"):
        if group.get("name", "").startswith("dragoman-"):
            known |= {c.get("context-type", "").removeprefix("x-"): c.text or "" for c in group}
    known["comment"] = "\n".join(note.text or "" for note in unit.iterfind("{*}note"))
    target = unit.find("{*}target")
    known["status"] = _status_12(unit, target)
    if cut := _cut(unit.find("{*}seg-source")):
        halves = _cut(target)
        for mid, text in cut.items():
            part = known | {"segment": f"{known['segment']}.{mid}"}
            yield pair_of(text, halves.get(mid, ""), *languages, part)
    else:
        source, text = (xml.text_of(side, _CODES) for side in (unit.find("{*}source"), target))
        untranslated = known["status"] == "new" and text == source
        yield pair_of(source, "" if untranslated else text, *languages, known)


def _cut(element: _Element | None) -> dict[str, str]:
    """The sentences that another tool cut a text into, by their ids."""
    if element is None:
        return {}
    marks = (m for m in element.iterfind(".//{*}mrk") if m.get("mtype") == "seg")
    return {m.get("mid", ""): xml.text_of(m, _CODES) for m in marks}


def _status_12(unit: _Element, target: _Element | None) -> str:
    state = target.get("state", "") if target is not None else ""
    qualifier = target.get("state-qualifier", "") if target is not None else ""
    approved = unit.get("approved") == "yes" or state in ("signed-off", "final")
    if approved:
        return "locked" if unit.get("translate") == "no" else "approved"
    if qualifier.startswith("rejected-"):
        return "rejected"
    if qualifier in _MACHINE:
        return "machine"
    if state == "translated" or state.startswith("needs-review"):
        return "edited"
    return "new" if state else ""


def _pairs_21(unit: _Element, languages: tuple[str, str], document: str) -> Iterator[Pair]:
    known = {"document": document, "segment": unit.get("name", unit.get("id", ""))}
    for meta in unit.iterfind("{*}metadata/{*}metaGroup[@category='dragoman']/{*}meta"):
        known[meta.get("type", "")] = meta.text or ""
    known["comment"] = "\n".join(note.text or "" for note in unit.iterfind("{*}notes/{*}note"))
    segments = unit.findall("{*}segment")
    for number, segment in enumerate(segments, 1):
        part = known | {"status": _status_21(unit, segment)}
        if len(segments) > 1:
            part["segment"] = f"{known['segment']}.{segment.get('id') or number}"
        source, target = (
            xml.text_of(segment.find(f"{{*}}{side}"), _CODES) for side in ("source", "target")
        )
        yield pair_of(source, target, *languages, part)


def _status_21(unit: _Element, segment: _Element) -> str:
    prefix, _, own = segment.get("subState", "").partition(":")
    if prefix == "dragoman" and own in _STATES_21:
        return own
    state = segment.get("state", "")
    if state == "final" and unit.get("translate") == "no":
        return "locked"
    known = {"initial": "new", "translated": "edited", "reviewed": "approved", "final": "approved"}
    return known.get(state, "")
